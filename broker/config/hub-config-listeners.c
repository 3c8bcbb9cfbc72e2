/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/config/hub-config-private.h"

#include <string.h>
#include <sys/un.h>

#define AUTO_ID_PREFIX_MAX 50

/*
 * hub_config_door_new:
 * @place: (nullable): where it begins
 *
 * Returns: (transfer full): a listener to be read
 */
HubConfigDoor *
hub_config_door_new (HubProtocol protocol, guint16 port, const HubConfigPlace *place)
{
  HubConfigDoor *self = g_new0 (HubConfigDoor, 1);

  self->options = hub_listener_options_new (protocol, port);
  if (place != NULL)
    {
      self->file_name = g_strdup (place->file_name);
      self->line = place->line;
    }
  return self;
}

/*
 * hub_config_door_free:
 * @data: (transfer full): a #HubConfigDoor
 */
void
hub_config_door_free (gpointer data)
{
  HubConfigDoor *self = data;

  g_clear_pointer (&self->options, hub_listener_options_free);
  g_free (self->file_name);
  g_free (self);
}

static HubConfigDoor *
first_door (HubConfigParser *self)
{
  return g_ptr_array_index (self->doors, 0);
}

/*
 * hub_config_note_listener_option:
 *
 * Remembers an option that only the listener without a `listener` line has got: it may turn out that nobody opens it.
 */
void
hub_config_note_listener_option (HubConfigParser *self, const HubConfigLine *line)
{
  HubConfigDoor *first = first_door (self);

  if (self->door != first)
    return;
  if (self->first_option == NULL)
    self->first_option = g_strdup_printf ("%s:%u: %s", line->place.file_name, line->place.line, line->name);
  if (first->file_name == NULL)
    {
      first->file_name = g_strdup (line->place.file_name);
      first->line = line->place.line;
    }
}

static gboolean
set_port (HubConfigParser *self, const HubConfigLine *line, GError **error)
{
  guint64 port;

  if (!hub_config_take_number (line, 0, G_MAXUINT16, &port, error))
    return FALSE;
  self->door = first_door (self);
  self->door->options->port = (guint16) port;
  self->is_first_asked = TRUE;
  return TRUE;
}

static gboolean
set_bind_address (HubConfigParser *self, const HubConfigLine *line, GError **error)
{
  g_autofree char *host = hub_config_take_word (line, error);

  if (host == NULL)
    return FALSE;
  self->door = first_door (self);
  g_free (self->door->options->host);
  self->door->options->host = g_steal_pointer (&host);
  self->is_first_asked = TRUE;
  return TRUE;
}

static gboolean
set_unix_path (HubConfigDoor *door, const HubConfigLine *line, const char *path, GError **error)
{
  const gsize max = sizeof ((struct sockaddr_un){ 0 }).sun_path - 1;

  if (strlen (path) > max)
    return hub_config_fail (&line->place,
                            HUB_CONFIG_ERROR_BAD_VALUE,
                            error,
                            "the path of the socket has %" G_GSIZE_FORMAT " bytes, at most %" G_GSIZE_FORMAT " are possible",
                            strlen (path),
                            max);
  door->options->unix_path = g_strdup (path);
  return TRUE;
}

/* "PORT", "PORT ADDRESS" or "0 PATH". A path has a slash in it, and no address has one. */
static gboolean
set_listener (HubConfigParser *self, const HubConfigLine *line, GError **error)
{
  gsize size = strcspn (line->value, " \t");
  const char *rest = line->value + size + strspn (line->value + size, " \t");
  g_autofree char *word = g_strndup (line->value, size);
  const HubConfigLine port_line = { line->place, line->name, word };
  const HubConfigLine rest_line = { line->place, line->name, rest };
  g_autofree char *host = NULL;
  guint64 port;

  if (!hub_config_take_number (&port_line, 0, G_MAXUINT16, &port, error))
    return FALSE;
  self->door = hub_config_door_new (HUB_PROTOCOL_MQTT, (guint16) port, &line->place);
  g_ptr_array_add (self->doors, self->door);
  if (*rest == '\0' || *rest == '#')
    return TRUE;
  if (port == 0 && strchr (rest, '/') != NULL)
    return set_unix_path (self->door, line, rest, error);

  host = hub_config_take_word (&rest_line, error);
  self->door->options->host = g_steal_pointer (&host);
  return self->door->options->host != NULL;
}

static gboolean
set_protocol (HubConfigParser *self, const HubConfigLine *line, GError **error)
{
  static const char *const choices[] = { "mqtt", "websockets", NULL };
  guint index;

  if (g_str_equal (line->value, "http_api"))
    return hub_config_fail_unsupported (line, error, "http_api: our own API is on every listener with websockets");
  if (!hub_config_take_choice (line, choices, &index, error))
    return FALSE;
  self->door->options->protocol = index == 0 ? HUB_PROTOCOL_MQTT : HUB_PROTOCOL_WEBSOCKETS;
  self->is_first_asked = self->is_first_asked || self->door == first_door (self);
  return TRUE;
}

static gboolean
set_socket_domain (HubConfigParser *self, const HubConfigLine *line, GError **error)
{
  static const char *const choices[] = { "ipv4", "ipv6", NULL };
  guint index;

  if (!hub_config_take_choice (line, choices, &index, error))
    return FALSE;
  hub_config_note_listener_option (self, line);
  self->door->options->socket_domain = index == 0 ? HUB_SOCKET_DOMAIN_IPV4 : HUB_SOCKET_DOMAIN_IPV6;
  return TRUE;
}

static gboolean
set_accept_protocol_versions (HubConfigParser *self, const HubConfigLine *line, GError **error)
{
  g_auto (GStrv) words = g_strsplit_set (line->value, ", \t", -1);
  int versions = 0;

  for (char **word = words; *word != NULL && **word != '#'; word++)
    if (g_str_equal (*word, "3"))
      versions |= HUB_ACCEPT_MQTT_3_1;
    else if (g_str_equal (*word, "4"))
      versions |= HUB_ACCEPT_MQTT_3_1_1;
    else if (g_str_equal (*word, "5"))
      versions |= HUB_ACCEPT_MQTT_5_0;
    else if (**word != '\0')
      {
        g_autofree char *quoted = hub_config_quote (*word);

        return hub_config_fail (&line->place,
                                HUB_CONFIG_ERROR_BAD_VALUE,
                                error,
                                "accept_protocol_versions must name 3, 4 or 5, not %s",
                                quoted);
      }
  if (versions == 0)
    return hub_config_fail (&line->place,
                            HUB_CONFIG_ERROR_BAD_VALUE,
                            error,
                            "accept_protocol_versions must name at least one of 3, 4 and 5");
  hub_config_note_listener_option (self, line);
  self->door->options->accept_protocol_versions = (HubAcceptedVersions) versions;
  return TRUE;
}

static gboolean
set_tls_version (HubConfigParser *self, const HubConfigLine *line, GError **error)
{
  static const char *const choices[] = { "tlsv1.2", "tlsv1.3", NULL };
  guint index;

  if (g_str_equal (line->value, "tlsv1.1") || g_str_equal (line->value, "tlsv1"))
    return hub_config_fail_unsupported (line, error, "nothing below tlsv1.2 is spoken");
  if (!hub_config_take_choice (line, choices, &index, error))
    return FALSE;
  hub_config_note_listener_option (self, line);
  self->door->given |= HUB_CONFIG_GIVEN_TLS_VERSION;
  self->door->options->tls_version = index == 0 ? HUB_TLS_VERSION_1_2 : HUB_TLS_VERSION_1_3;
  return TRUE;
}

static gboolean
check_has_listener (HubConfigParser *self, const HubConfigLine *line, GError **error)
{
  return self->door != first_door (self) || self->is_first_asked ||
         hub_config_fail (&line->place,
                          HUB_CONFIG_ERROR_CONFLICT,
                          error,
                          "%s must stand behind the listener that it is for",
                          line->name);
}

static gboolean
set_listener_allow_anonymous (HubConfigParser *self, const HubConfigLine *line, GError **error)
{
  self->door->given |= HUB_CONFIG_GIVEN_ALLOW_ANONYMOUS;
  return check_has_listener (self, line, error) &&
         hub_config_take_bool (line, &self->door->options->allow_anonymous, error);
}

static gboolean
set_listener_auto_id_prefix (HubConfigParser *self, const HubConfigLine *line, GError **error)
{
  if (!check_has_listener (self, line, error))
    return FALSE;
  if (strlen (line->value) > AUTO_ID_PREFIX_MAX)
    return hub_config_fail (&line->place,
                            HUB_CONFIG_ERROR_BAD_VALUE,
                            error,
                            "listener_auto_id_prefix has %" G_GSIZE_FORMAT " bytes, at most 50 are allowed",
                            strlen (line->value));
  self->door->given |= HUB_CONFIG_GIVEN_AUTO_ID_PREFIX;
  g_free (self->door->options->auto_id_prefix);
  self->door->options->auto_id_prefix = g_strdup (line->value);
  return TRUE;
}

static void
append_words (char ***list, const char *value)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) words = g_strsplit_set (value, " \t", -1);
  char **old = *list;

  if (old != NULL)
    g_strv_builder_addv (builder, (const char **) old);
  for (char **word = words; *word != NULL && **word != '#'; word++)
    if (**word != '\0')
      g_strv_builder_add (builder, *word);
  *list = g_strv_builder_end (builder);
  g_strfreev (old);
}

static gboolean
set_websockets_origin (HubConfigParser *self, const HubConfigLine *line, GError **error)
{
  hub_config_note_listener_option (self, line);
  append_words (&self->door->options->origins, line->value);
  return TRUE;
}

static gboolean
set_http_host (HubConfigParser *self, const HubConfigLine *line, GError **error)
{
  hub_config_note_listener_option (self, line);
  append_words (&self->door->options->hosts, line->value);
  return TRUE;
}

/*
 * hub_config_listener_options:
 *
 * What begins a listener, or concerns the one that it stands behind.
 */
const HubConfigSpecialOption hub_config_listener_options[] = {
  { "accept_protocol_versions", set_accept_protocol_versions },
  { "bind_address", set_bind_address },
  { "http_host", set_http_host },
  { "listener", set_listener },
  { "listener_allow_anonymous", set_listener_allow_anonymous },
  { "listener_auto_id_prefix", set_listener_auto_id_prefix },
  { "port", set_port },
  { "protocol", set_protocol },
  { "socket_domain", set_socket_domain },
  { "tls_version", set_tls_version },
  { "websockets_origin", set_websockets_origin },
  { NULL, NULL },
};
