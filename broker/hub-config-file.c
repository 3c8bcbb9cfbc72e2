/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/hub-config.h"

#include <string.h>

/* What the format of a packet can express. */
#define SIZE_MAX_OPTION 268435455

typedef struct
{
  HubConfig *config;
  HubListenerOptions *first;    /* (owned) (nullable): what stands before any "listener"; NULL once it was added */
  HubListenerOptions *listener; /* (unowned): the one that the options belong to */
  const char *file_name;
  guint line;
  gboolean is_first_asked; /* "port" or "protocol" was given for it */
} Parser;

typedef struct
{
  const char *name;
  gboolean (*set) (Parser *self, const char *value, GError **error);
} SpecialOption;

typedef enum
{
  VALUE_BOOL,
  VALUE_UINT,
  VALUE_SIZE,
  VALUE_SECONDS,
} ValueType;

typedef struct
{
  const char *name;
  ValueType type;
  gsize offset; /* in HubServerOptions */
  guint64 min;
  guint64 max;
} PlainOption;

#define SERVER(field) G_STRUCT_OFFSET (HubServerOptions, field)

static const PlainOption plain_options[] = {
  { "allow_anonymous", VALUE_BOOL, SERVER (core.policy.allow_anonymous), 0, 1 },
  { "connect_timeout", VALUE_SECONDS, SERVER (core.limits.connect_timeout_us), 1, 3600 },
  { "max_connect_size", VALUE_SIZE, SERVER (core.limits.max_first_packet_bytes), 64, SIZE_MAX_OPTION },
  { "max_connections_per_address", VALUE_UINT, SERVER (max_per_address), 0, 1000000 },
  { "max_inflight_messages", VALUE_UINT, SERVER (core.limits.max_inflight), 1, 65535 },
  { "max_output_bytes", VALUE_SIZE, SERVER (core.limits.max_output_bytes), 1024, SIZE_MAX_OPTION },
  { "max_packet_size", VALUE_SIZE, SERVER (core.limits.max_packet_bytes), 20, SIZE_MAX_OPTION },
  { "max_queued_bytes", VALUE_SIZE, SERVER (core.limits.max_queued_bytes), 0, G_MAXUINT32 },
  { "max_queued_messages", VALUE_UINT, SERVER (core.limits.max_queued_messages), 0, 10000000 },
  { "max_retained_bytes", VALUE_SIZE, SERVER (core.limits.max_retained_bytes), 0, G_MAXUINT32 },
  { "max_retained_messages", VALUE_UINT, SERVER (core.limits.max_retained_messages), 0, 10000000 },
  { "max_session_expiry", VALUE_SECONDS, SERVER (core.limits.session_expiry_max_us), 1, G_MAXUINT32 },
  { "max_subscriptions", VALUE_UINT, SERVER (core.limits.max_filters), 0, 10000000 },
};

static gboolean G_GNUC_PRINTF (4, 5)
  fail (const Parser *self, GError **error, HubConfigError code, const char *format, ...)
{
  g_autofree char *sentence = NULL;
  va_list args;

  va_start (args, format);
  sentence = g_strdup_vprintf (format, args);
  va_end (args);
  g_set_error (error, HUB_CONFIG_ERROR, (int) code, "%s:%u: %s", self->file_name, self->line, sentence);
  return FALSE;
}

static gboolean
parse_number (const Parser *self, const char *value, guint64 min, guint64 max, guint64 *number, GError **error)
{
  if (g_ascii_string_to_unsigned (value, 10, min, max, number, NULL))
    return TRUE;
  return fail (self,
               error,
               HUB_CONFIG_ERROR_BAD_VALUE,
               "the value must be a whole number from %" G_GUINT64_FORMAT " to %" G_GUINT64_FORMAT ", not '%s'",
               min,
               max,
               value);
}

static gboolean
parse_bool (const Parser *self, const char *value, gboolean *result, GError **error)
{
  *result = g_str_equal (value, "true");
  if (*result || g_str_equal (value, "false"))
    return TRUE;
  return fail (self, error, HUB_CONFIG_ERROR_BAD_VALUE, "the value must be true or false, not '%s'", value);
}

static gboolean
set_plain (Parser *self, const PlainOption *option, const char *value, GError **error)
{
  guint8 *place = (guint8 *) &self->config->server + option->offset;
  guint64 number = 0;

  if (option->type == VALUE_BOOL)
    return parse_bool (self, value, (gboolean *) (gpointer) place, error);
  if (!parse_number (self, value, option->min, option->max, &number, error))
    return FALSE;

  if (option->type == VALUE_UINT)
    *(guint *) (gpointer) place = (guint) number;
  else if (option->type == VALUE_SIZE)
    *(gsize *) (gpointer) place = (gsize) number;
  else
    *(gint64 *) (gpointer) place = (gint64) number * G_TIME_SPAN_SECOND;
  return TRUE;
}

static gboolean
set_port (Parser *self, const char *value, GError **error)
{
  guint64 port;

  if (!parse_number (self, value, 0, G_MAXUINT16, &port, error))
    return FALSE;
  self->first->port = (guint16) port;
  self->is_first_asked = TRUE;
  return TRUE;
}

static gboolean
set_listener (Parser *self, const char *value, GError **error)
{
  g_auto (GStrv) words = g_strsplit_set (value, " \t", 2);
  guint64 port;

  if (!parse_number (self, words[0], 0, G_MAXUINT16, &port, error))
    return FALSE;
  self->listener = hub_listener_options_new (HUB_PROTOCOL_MQTT, (guint16) port);
  if (words[1] != NULL)
    self->listener->host = g_strdup (g_strstrip (words[1]));
  hub_config_add_listener (self->config, self->listener);
  return TRUE;
}

static gboolean
set_protocol (Parser *self, const char *value, GError **error)
{
  if (g_str_equal (value, "mqtt"))
    self->listener->protocol = HUB_PROTOCOL_MQTT;
  else if (g_str_equal (value, "websockets"))
    self->listener->protocol = HUB_PROTOCOL_WEBSOCKETS;
  else
    return fail (self, error, HUB_CONFIG_ERROR_BAD_VALUE, "the protocol must be mqtt or websockets, not '%s'", value);
  self->is_first_asked = self->is_first_asked || self->listener == self->first;
  return TRUE;
}

/* -1, as in Mosquitto, and 0 mean: no limit. */
static gboolean
set_max_connections (Parser *self, const char *value, GError **error)
{
  guint64 number = 0;

  if (!g_str_equal (value, "-1") && !parse_number (self, value, 0, 10000000, &number, error))
    return FALSE;
  self->listener->max_connections = (guint) number;
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
  for (char **word = words; *word != NULL; word++)
    if (**word != '\0')
      g_strv_builder_add (builder, *word);
  *list = g_strv_builder_end (builder);
  g_strfreev (old);
}

static gboolean
set_websockets_origin (Parser *self, const char *value, GError **error)
{
  append_words (&self->listener->origins, value);
  return TRUE;
}

static gboolean
set_http_host (Parser *self, const char *value, GError **error)
{
  append_words (&self->listener->hosts, value);
  return TRUE;
}

static const SpecialOption special_options[] = {
  { "http_host", set_http_host },
  { "listener", set_listener },
  { "max_connections", set_max_connections },
  { "port", set_port },
  { "protocol", set_protocol },
  { "websockets_origin", set_websockets_origin },
};

static gboolean
set_option (Parser *self, const char *name, const char *value, GError **error)
{
  gboolean needs_value = FALSE;

  for (gsize i = 0; i < G_N_ELEMENTS (special_options); i++)
    if (g_str_equal (name, special_options[i].name))
      {
        needs_value = TRUE;
        if (value[0] != '\0')
          return special_options[i].set (self, value, error);
      }
  for (gsize i = 0; i < G_N_ELEMENTS (plain_options); i++)
    if (g_str_equal (name, plain_options[i].name))
      {
        needs_value = TRUE;
        if (value[0] != '\0')
          return set_plain (self, &plain_options[i], value, error);
      }

  if (needs_value)
    return fail (self, error, HUB_CONFIG_ERROR_BAD_VALUE, "the option '%s' needs a value", name);
  return fail (self, error, HUB_CONFIG_ERROR_UNKNOWN_OPTION, "unknown option '%s'", name);
}

static gboolean
parse_line (Parser *self, char *line, GError **error)
{
  char *name = g_strstrip (line);
  gsize name_size = strcspn (name, " \t");
  char *value = name + name_size;

  if (name[0] == '\0' || name[0] == '#')
    return TRUE;
  if (*value != '\0')
    *value++ = '\0';
  return set_option (self, name, g_strstrip (value), error);
}

/* What stands before any "listener" opens a port of its own only when it names one, and otherwise goes for the default
 * ports, which are opened when nothing else is. */
static void
finish_listeners (Parser *self)
{
  GPtrArray *listeners = self->config->server.listeners;

  if (self->is_first_asked)
    {
      g_ptr_array_insert (listeners, 0, g_steal_pointer (&self->first));
      return;
    }
  if (listeners->len > 0)
    return;

  hub_config_add_default_listeners (self->config, 1);
  for (guint i = 0; i < listeners->len; i++)
    {
      HubListenerOptions *listener = g_ptr_array_index (listeners, i);

      listener->max_connections = self->first->max_connections;
      listener->origins = g_strdupv (self->first->origins);
      listener->hosts = g_strdupv (self->first->hosts);
    }
}

/**
 * hub_config_parse:
 * @self: a configuration without listeners
 * @text: (array length=size): the contents of a file, as Mosquitto's
 * @size: number of bytes
 * @file_name: what to call it in errors
 * @error: return location
 *
 * Takes over what @text says. Lines may end as on Windows. A text without a listener gets the ports 1883 and 9001.
 *
 * Returns: %FALSE with @error set, naming file and line, when an option is unknown or malformed; @self is then of no use
 */
gboolean
hub_config_parse (HubConfig *self, const char *text, gsize size, const char *file_name, GError **error)
{
  g_autoptr (HubListenerOptions) first = hub_listener_options_new (HUB_PROTOCOL_MQTT, HUB_PORT_MQTT);
  Parser parser = { .config = self, .first = first, .listener = first, .file_name = file_name };
  g_autofree char *copy = NULL;
  g_auto (GStrv) lines = NULL;

  if (memchr (text, '\0', size) != NULL || !g_utf8_validate (text, (gssize) size, NULL))
    {
      g_set_error (error, HUB_CONFIG_ERROR, HUB_CONFIG_ERROR_UNREADABLE, "%s: this is not a text file in UTF-8", file_name);
      return FALSE;
    }

  copy = g_strndup (text, size);
  lines = g_strsplit (g_str_has_prefix (copy, "\xef\xbb\xbf") ? copy + 3 : copy, "\n", -1);
  for (char **line = lines; *line != NULL; line++)
    {
      parser.line++;
      if (!parse_line (&parser, *line, error))
        return FALSE;
    }

  finish_listeners (&parser);
  first = parser.first;
  return TRUE;
}

/**
 * hub_config_load:
 * @self: a configuration without listeners
 * @path: a file
 * @error: return location
 *
 * Takes over what the file says: [method@Hub.Config.parse].
 *
 * Returns: %FALSE with @error set
 */
gboolean
hub_config_load (HubConfig *self, const char *path, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  g_autofree char *text = NULL;
  gsize size;

  if (!g_file_get_contents (path, &text, &size, &local_error))
    {
      g_set_error_literal (error, HUB_CONFIG_ERROR, HUB_CONFIG_ERROR_UNREADABLE, local_error->message);
      return FALSE;
    }
  return hub_config_parse (self, text, size, path, error);
}
