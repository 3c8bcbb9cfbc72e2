/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/support/hub-test-config.h"

#include "tests/support/hub-test-bytes.h"

static void
add_number (GString *text, const char *name, guint64 number, guint64 usual)
{
  if (number != usual)
    g_string_append_printf (text, " %s=%" G_GUINT64_FORMAT, name, number);
}

static void
add_string (GString *text, const char *name, const char *string)
{
  if (string != NULL)
    g_string_append_printf (text, " %s=%s", name, string);
}

static void
add_strings (GString *text, const char *name, char **strings)
{
  g_autofree char *joined = NULL;

  if (strings == NULL)
    return;
  joined = g_strjoinv (",", strings);
  g_string_append_printf (text, " %s=[%s]", name, joined);
}

static void
add_limits (GString *text, const HubLimits *limits, const HubLimits *usual)
{
#define ADD(field) add_number (text, #field, (guint64) limits->field, (guint64) usual->field)
  ADD (connect_timeout_us);
  ADD (session_expiry_max_us);
  ADD (max_packet_bytes);
  ADD (max_first_packet_bytes);
  ADD (max_inflight);
  ADD (max_queued_messages);
  ADD (max_queued_bytes);
  ADD (max_output_bytes);
  ADD (max_filters);
  ADD (max_retained_messages);
  ADD (max_retained_bytes);
  ADD (max_inflight_bytes);
  ADD (max_message_bytes);
  ADD (max_sessions);
  ADD (max_keepalive_s);
  ADD (sys_interval_s);
  ADD (retain_available);
  ADD (queue_qos0_messages);
  ADD (upgrade_outgoing_qos);
#undef ADD
}

static void
add_store (GString *text, const HubConfigStore *store, const HubConfigStore *usual)
{
  static const char *const durabilities[] = { "full", "process", "off" };

  add_number (text, "persistence", (guint64) store->persistence, (guint64) usual->persistence);
  add_string (text, "persistence_location", store->persistence_location);
  add_string (text, "persistence_file", store->persistence_file);
  if (store->durability != usual->durability)
    add_string (text, "durability", durabilities[store->durability]);
  add_strings (text, "record", store->record);
  add_number (text, "record_max_messages", store->record_max_messages, usual->record_max_messages);
  add_number (text, "record_max_bytes", store->record_max_bytes, usual->record_max_bytes);
  add_number (text, "record_max_age_us", (guint64) store->record_max_age_us, (guint64) usual->record_max_age_us);
}

static void
add_log (GString *text, const HubLogOptions *log, const HubLogOptions *usual)
{
  if (log->dests != usual->dests)
    g_string_append_printf (text, " dests=%x", log->dests);
  if (log->types != usual->types)
    g_string_append_printf (text, " types=%x", log->types);
  add_string (text, "log_file", log->file);
  add_number (text, "facility", (guint64) log->facility >> 3, (guint64) usual->facility >> 3);
  add_number (text, "log_timestamp", (guint64) log->has_timestamp, (guint64) usual->has_timestamp);
  add_string (text, "log_timestamp_format", log->timestamp_format);
  add_number (text, "connection_messages", (guint64) log->connection_messages, (guint64) usual->connection_messages);
}

static void
add_listener (GString *text, const HubListenerOptions *listener)
{
  static const char *const domains[] = { "", " ipv4", " ipv6" };
  g_autoptr (HubListenerOptions) usual = hub_listener_options_new (HUB_PROTOCOL_MQTT, 0);

  g_string_append (text, listener->protocol == HUB_PROTOCOL_MQTT ? " {mqtt " : " {websockets ");
  if (listener->unix_path != NULL)
    g_string_append (text, listener->unix_path);
  else
    g_string_append_printf (text, "%s:%u", listener->host != NULL ? listener->host : "*", listener->port);
  g_string_append (text, domains[listener->socket_domain]);

#define ADD(field) add_number (text, #field, (guint64) listener->field, (guint64) usual->field)
  ADD (n_ports);
  ADD (max_connections);
  ADD (allow_anonymous);
  ADD (allow_zero_length_clientid);
  ADD (accept_protocol_versions);
  ADD (max_qos);
  ADD (max_topic_alias);
  ADD (require_certificate);
  ADD (use_identity_as_username);
  ADD (use_subject_as_username);
#undef ADD
  add_strings (text, "origins", listener->origins);
  add_strings (text, "hosts", listener->hosts);
#define ADD(field) add_string (text, #field, listener->field)
  ADD (auto_id_prefix);
  ADD (password_file);
  ADD (acl_file);
  ADD (cafile);
  ADD (capath);
  ADD (certfile);
  ADD (keyfile);
  ADD (crlfile);
#undef ADD
  if (listener->tls_version == HUB_TLS_VERSION_1_3)
    add_string (text, "tls_version", "tlsv1.3");
  g_string_append_c (text, '}');
}

/**
 * hub_test_config_to_text:
 * @config: the configuration of a hubbub-broker
 *
 * Returns: (transfer full): what is not as hub_config_new_broker() says, in one line
 */
char *
hub_test_config_to_text (const HubConfig *config)
{
  g_autoptr (HubConfig) usual = hub_config_new_broker ();
  GString *text = g_string_new (NULL);

  add_limits (text, &config->server.core.limits, &usual->server.core.limits);
  add_number (text, "max_per_address", config->server.max_per_address, 0);
  add_number (text, "global_max_connections", config->server.max_connections, 0);
  add_number (text, "set_tcp_nodelay", (guint64) config->server.set_tcp_nodelay, TRUE);
  add_store (text, &config->store, &usual->store);
  add_log (text, &config->log, &usual->log);
  if (config->server.log_topic_levels != 0)
    g_string_append_printf (text, " log_topic_levels=%x", config->server.log_topic_levels);
  add_string (text, "pid_file", config->pid_file);
  for (guint i = 0; i < config->server.listeners->len; i++)
    add_listener (text, g_ptr_array_index (config->server.listeners, i));
  for (guint i = 0; i < config->notices->len; i++)
    g_string_append_printf (text, " (%s)", (const char *) g_ptr_array_index (config->notices, i));
  if (text->len > 0)
    g_string_erase (text, 0, 1);
  return g_string_free (text, FALSE);
}

/**
 * hub_test_config_parse:
 * @text: the contents of a file called `t.conf`
 * @error: return location
 *
 * Parses @text out of a block of exactly its size.
 *
 * Returns: (transfer full): what it says, or %NULL with @error set
 */
char *
hub_test_config_parse (HubSpan text, GError **error)
{
  g_autofree guint8 *copy = hub_test_copy (text);
  g_autoptr (HubConfig) config = hub_config_new_broker ();

  if (!hub_config_parse (config, (const char *) copy, text.size, "t.conf", error))
    return NULL;
  return hub_test_config_to_text (config);
}
