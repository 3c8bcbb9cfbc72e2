/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/config/hub-config-private.h"

static const char bridge[] = "there are no bridges";
static const char plugin[] = "there are no plugins";
static const char psk[] = "there is no encryption with pre-shared keys: use certificates";
static const char engine[] = "keys are read from PEM files";
static const char page[] = "listeners with websockets serve the chat page";
static const char proxy[] = "clients come without a proxy";
static const char cipher[] = "the system's TLS chooses them";

/* What Mosquitto 2.0 and 2.1 have, and we do not; and why. */
static const struct
{
  const char *name;
  const char *hint; /* (nullable) */
} known_options[] = {
  { "address", bridge },
  { "addresses", bridge },
  { "allow_duplicate_messages", "a message is delivered once for each client" },
  { "auth_plugin", plugin },
  { "auth_plugin_deny_special_chars", plugin },
  { "bind_interface", "bind to an address of the interface" },
  { "check_retain_source", NULL },
  { "ciphers", cipher },
  { "ciphers_tls1.3", cipher },
  { "cleansession", bridge },
  { "clientid", bridge },
  { "clientid_prefixes", "use an acl_file" },
  { "connection", bridge },
  { "disable_client_cert_date_checks", NULL },
  { "enable_control_api", NULL },
  { "enable_proxy_protocol", proxy },
  { "global_plugin", plugin },
  { "http_dir", page },
  { "idle_timeout", bridge },
  { "keepalive_interval", bridge },
  { "local_cleansession", bridge },
  { "local_clientid", bridge },
  { "local_password", bridge },
  { "local_username", bridge },
  { "max_topic_alias_broker", NULL },
  { "memory_limit", "each queue has a limit of its own" },
  { "mount_point", NULL },
  { "notification_topic", bridge },
  { "notifications", bridge },
  { "notifications_local_only", bridge },
  { "packet_buffer_size", NULL },
  { "packet_max_auth", "use max_packet_size" },
  { "packet_max_connect", "use max_connect_size" },
  { "packet_max_simple", "use max_packet_size" },
  { "packet_max_sub", "use max_packet_size" },
  { "password", bridge },
  { "plugin", plugin },
  { "plugin_load", plugin },
  { "plugin_use", plugin },
  { "proxy_protocol_v2_require_tls", proxy },
  { "psk_file", psk },
  { "psk_hint", psk },
  { "remote_clientid", bridge },
  { "remote_password", bridge },
  { "remote_username", bridge },
  { "restart_timeout", bridge },
  { "retain_expiry_interval", NULL },
  { "round_robin", bridge },
  { "start_type", bridge },
  { "threshold", bridge },
  { "tls_engine", engine },
  { "tls_engine_kpass_sha1", engine },
  { "tls_keyform", engine },
  { "topic", bridge },
  { "try_private", bridge },
  { "use_username_as_clientid", NULL },
  { "username", bridge },
  { "websockets_headers_size", NULL },
  { "websockets_log_level", NULL },
};

static const struct
{
  const char *prefix;
  const char *hint;
} known_prefixes[] = {
  { "auth_opt_", plugin },
  { "bridge_", bridge },
  { "plugin_opt_", plugin },
};

/* What Mosquitto itself reads over by now. */
static const char *const obsolete_options[] = {
  "dhparamfile",
  "retry_interval",
  "store_clean_interval",
};

/*
 * hub_config_refuse:
 *
 * Says of an option that we do not have what it is: one of Mosquitto's, one that means nothing any more, or none.
 *
 * Returns: %TRUE when it can be read over
 */
gboolean
hub_config_refuse (HubConfigParser *self, const HubConfigLine *line, GError **error)
{
  g_autofree char *quoted = hub_config_quote (line->name);
  const HubConfigLine quoted_line = { line->place, quoted, line->value };

  for (gsize i = 0; i < G_N_ELEMENTS (known_options); i++)
    if (g_str_equal (line->name, known_options[i].name))
      return hub_config_fail_unsupported (line, error, known_options[i].hint);
  for (gsize i = 0; i < G_N_ELEMENTS (known_prefixes); i++)
    if (g_str_has_prefix (line->name, known_prefixes[i].prefix))
      return hub_config_fail_unsupported (&quoted_line, error, known_prefixes[i].hint);
  for (gsize i = 0; i < G_N_ELEMENTS (obsolete_options); i++)
    if (g_str_equal (line->name, obsolete_options[i]))
      {
        g_ptr_array_add (self->config->notices,
                         g_strdup_printf ("%s:%u: %s: without effect, in Mosquitto too",
                                          line->place.file_name,
                                          line->place.line,
                                          line->name));
        return TRUE;
      }

  return hub_config_fail (&line->place, HUB_CONFIG_ERROR_UNKNOWN_OPTION, error, "unknown option %s", quoted);
}
