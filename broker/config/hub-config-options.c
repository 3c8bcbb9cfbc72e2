/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/config/hub-config-private.h"

/* What the format of a packet can express. */
#define SIZE_MAX_OPTION 268435455

/* More connections, messages or subscriptions than a computer holds. */
#define COUNT_MAX 10000000

typedef enum
{
  VALUE_BOOL,
  VALUE_UINT8,
  VALUE_UINT16,
  VALUE_UINT,
  VALUE_COUNT, /* a guint; 0 and -1: no limit */
  VALUE_SIZE,
  VALUE_BYTES,    /* a gsize; 0 and -1: no limit */
  VALUE_SECONDS,  /* a number of seconds, kept in microseconds */
  VALUE_DURATION, /* a number and a unit, kept in microseconds */
  VALUE_STRING,
  VALUE_FILE,   /* of a file that can be read */
  VALUE_FOLDER, /* of a folder that can be read */
} ValueType;

typedef enum
{
  OF_CONFIG,
  OF_LISTENER,
  OF_ACCESS, /* of a listener with per_listener_settings, and otherwise of all */
} Owner;

typedef struct
{
  const char *name;
  ValueType type;
  Owner owner;
  gsize offset; /* in the structure of its owner */
  guint64 min;
  guint64 max; /* of a string: its length, bytes */
  guint given; /* its #HubConfigGiven */
} PlainOption;

#define CONFIG(field) OF_CONFIG, G_STRUCT_OFFSET (HubConfig, field)
#define LISTENER(field) OF_LISTENER, G_STRUCT_OFFSET (HubListenerOptions, field)
#define ACCESS(field) OF_ACCESS, G_STRUCT_OFFSET (HubListenerOptions, field)

#define PATH_MAX_OPTION 4095

static const PlainOption plain_options[] = {
  { "acl_file", VALUE_FILE, ACCESS (acl_file), 1, PATH_MAX_OPTION, HUB_CONFIG_GIVEN_ACL_FILE },
  { "allow_anonymous", VALUE_BOOL, ACCESS (allow_anonymous), 0, 1, HUB_CONFIG_GIVEN_ALLOW_ANONYMOUS },
  { "allow_zero_length_clientid",
    VALUE_BOOL,
    ACCESS (allow_zero_length_clientid),
    0,
    1,
    HUB_CONFIG_GIVEN_ALLOW_ZERO_LENGTH_CLIENTID },
  { "auto_id_prefix", VALUE_STRING, ACCESS (auto_id_prefix), 1, 50, HUB_CONFIG_GIVEN_AUTO_ID_PREFIX },
  { "cafile", VALUE_FILE, LISTENER (cafile), 1, PATH_MAX_OPTION },
  { "capath", VALUE_FOLDER, LISTENER (capath), 1, PATH_MAX_OPTION },
  { "certfile", VALUE_FILE, LISTENER (certfile), 1, PATH_MAX_OPTION },
  { "connect_timeout", VALUE_SECONDS, CONFIG (server.core.limits.connect_timeout_us), 1, 3600 },
  { "connection_messages", VALUE_BOOL, CONFIG (log.connection_messages), 0, 1 },
  { "crlfile", VALUE_FILE, LISTENER (crlfile), 1, PATH_MAX_OPTION },
  { "global_max_clients", VALUE_COUNT, CONFIG (server.core.limits.max_sessions), 0, COUNT_MAX },
  { "global_max_connections", VALUE_COUNT, CONFIG (server.max_connections), 0, COUNT_MAX },
  { "keyfile", VALUE_FILE, LISTENER (keyfile), 1, PATH_MAX_OPTION },
  { "log_timestamp", VALUE_BOOL, CONFIG (log.has_timestamp), 0, 1 },
  { "max_connect_size", VALUE_SIZE, CONFIG (server.core.limits.max_first_packet_bytes), 64, SIZE_MAX_OPTION },
  { "max_connections", VALUE_COUNT, LISTENER (max_connections), 0, COUNT_MAX },
  { "max_connections_per_address", VALUE_COUNT, CONFIG (server.max_per_address), 0, 1000000 },
  { "max_inflight_bytes", VALUE_BYTES, CONFIG (server.core.limits.max_inflight_bytes), 0, G_MAXUINT32 },
  { "max_keepalive", VALUE_UINT, CONFIG (server.core.limits.max_keepalive_s), 0, G_MAXUINT16 },
  { "max_output_bytes", VALUE_SIZE, CONFIG (server.core.limits.max_output_bytes), 1024, SIZE_MAX_OPTION },
  { "max_packet_size", VALUE_SIZE, CONFIG (server.core.limits.max_packet_bytes), 20, SIZE_MAX_OPTION },
  { "max_qos", VALUE_UINT8, LISTENER (max_qos), 0, 2 },
  { "max_queued_bytes", VALUE_BYTES, CONFIG (server.core.limits.max_queued_bytes), 0, G_MAXUINT32 },
  { "max_queued_messages", VALUE_COUNT, CONFIG (server.core.limits.max_queued_messages), 0, COUNT_MAX },
  { "max_retained_bytes", VALUE_BYTES, CONFIG (server.core.limits.max_retained_bytes), 0, G_MAXUINT32 },
  { "max_retained_messages", VALUE_COUNT, CONFIG (server.core.limits.max_retained_messages), 0, COUNT_MAX },
  { "max_session_expiry", VALUE_SECONDS, CONFIG (server.core.limits.session_expiry_max_us), 1, G_MAXUINT32 },
  { "max_subscriptions", VALUE_COUNT, CONFIG (server.core.limits.max_filters), 0, COUNT_MAX },
  { "max_topic_alias", VALUE_UINT16, LISTENER (max_topic_alias), 0, G_MAXUINT16 },
  { "maximum_qos", VALUE_UINT8, LISTENER (max_qos), 0, 2 },
  { "message_size_limit", VALUE_BYTES, CONFIG (server.core.limits.max_message_bytes), 0, SIZE_MAX_OPTION },
  { "password_file", VALUE_FILE, ACCESS (password_file), 1, PATH_MAX_OPTION, HUB_CONFIG_GIVEN_PASSWORD_FILE },
  { "persistence", VALUE_BOOL, CONFIG (store.persistence), 0, 1 },
  { "persistence_location", VALUE_STRING, CONFIG (store.persistence_location), 1, PATH_MAX_OPTION },
  { "persistent_client_expiration", VALUE_DURATION, CONFIG (server.core.limits.session_expiry_max_us) },
  { "pid_file", VALUE_STRING, CONFIG (pid_file), 1, PATH_MAX_OPTION },
  { "queue_qos0_messages", VALUE_BOOL, CONFIG (server.core.limits.queue_qos0_messages), 0, 1 },
  { "require_certificate", VALUE_BOOL, LISTENER (require_certificate), 0, 1 },
  { "retain_available", VALUE_BOOL, CONFIG (server.core.limits.retain_available), 0, 1 },
  { "retained_persistence", VALUE_BOOL, CONFIG (store.persistence), 0, 1 },
  { "set_tcp_nodelay", VALUE_BOOL, CONFIG (server.set_tcp_nodelay), 0, 1 },
  { "sys_interval", VALUE_UINT, CONFIG (server.core.limits.sys_interval_s), 0, G_MAXUINT16 },
  { "upgrade_outgoing_qos", VALUE_BOOL, CONFIG (server.core.limits.upgrade_outgoing_qos), 0, 1 },
  { "use_identity_as_username", VALUE_BOOL, LISTENER (use_identity_as_username), 0, 1 },
  { "use_subject_as_username", VALUE_BOOL, LISTENER (use_subject_as_username), 0, 1 },
};

/* Mosquitto takes any number below zero for no limit; -1 is the one that people write. */
static gboolean
take_number (const PlainOption *option, const HubConfigLine *line, guint64 *number, GError **error)
{
  if ((option->type == VALUE_COUNT || option->type == VALUE_BYTES) && g_str_equal (line->value, "-1"))
    return TRUE;
  return hub_config_take_number (line, option->min, option->max, number, error);
}

static gboolean
set_number (const PlainOption *option, gpointer place, const HubConfigLine *line, GError **error)
{
  guint64 number = 0;

  if (!take_number (option, line, &number, error))
    return FALSE;
  switch (option->type)
    {
    case VALUE_UINT8:
      *(guint8 *) place = (guint8) number;
      break;
    case VALUE_UINT16:
      *(guint16 *) place = (guint16) number;
      break;
    case VALUE_UINT:
    case VALUE_COUNT:
      *(guint *) place = (guint) number;
      break;
    case VALUE_SIZE:
    case VALUE_BYTES:
      *(gsize *) place = (gsize) number;
      break;
    case VALUE_SECONDS:
      *(gint64 *) place = (gint64) number * G_TIME_SPAN_SECOND;
      break;
    case VALUE_BOOL:
    case VALUE_DURATION:
    case VALUE_STRING:
    case VALUE_FILE:
    case VALUE_FOLDER:
    default:
      g_assert_not_reached ();
    }
  return TRUE;
}

static gboolean
set_string (const PlainOption *option, gpointer place, const HubConfigLine *line, GError **error)
{
  char **string = place;

  if (strlen (line->value) > option->max)
    return hub_config_fail (&line->place,
                            HUB_CONFIG_ERROR_BAD_VALUE,
                            error,
                            "%s has %" G_GSIZE_FORMAT " bytes, at most %" G_GUINT64_FORMAT " are allowed",
                            line->name,
                            strlen (line->value),
                            option->max);
  if (option->type == VALUE_FILE && !hub_config_check_file (line, error))
    return FALSE;
  if (option->type == VALUE_FOLDER && !hub_config_check_folder (line, error))
    return FALSE;
  g_free (*string);
  *string = g_strdup (line->value);
  return TRUE;
}

static gboolean
set_value (const PlainOption *option, gpointer place, const HubConfigLine *line, GError **error)
{
  switch (option->type)
    {
    case VALUE_BOOL:
      return hub_config_take_bool (line, place, error);
    case VALUE_DURATION:
      return hub_config_take_duration (line, place, error);
    case VALUE_STRING:
    case VALUE_FILE:
    case VALUE_FOLDER:
      return set_string (option, place, line, error);
    case VALUE_UINT8:
    case VALUE_UINT16:
    case VALUE_UINT:
    case VALUE_COUNT:
    case VALUE_SIZE:
    case VALUE_BYTES:
    case VALUE_SECONDS:
    default:
      return set_number (option, place, line, error);
    }
}

/* The structure that has the option, as things stand. */
static gpointer
find_owner (HubConfigParser *self, const PlainOption *option, const HubConfigLine *line)
{
  switch (option->owner)
    {
    case OF_CONFIG:
      return self->config;
    case OF_LISTENER:
      hub_config_note_listener_option (self, line);
      return self->door->options;
    case OF_ACCESS:
    default:
      self->has_access_options = TRUE;
      if (!self->is_per_listener)
        {
          self->access_given |= option->given;
          return self->access;
        }
      hub_config_note_listener_option (self, line);
      self->door->given |= option->given;
      return self->door->options;
    }
}

/*
 * hub_config_set_plain:
 * @is_known: (out): whether there is such an option
 *
 * Sets an option that is one value in one place.
 */
gboolean
hub_config_set_plain (HubConfigParser *self, const HubConfigLine *line, gboolean *is_known, GError **error)
{
  for (gsize i = 0; i < G_N_ELEMENTS (plain_options); i++)
    {
      const PlainOption *option = &plain_options[i];

      *is_known = g_str_equal (line->name, option->name);
      if (*is_known && line->value[0] == '\0')
        return hub_config_fail (&line->place,
                                HUB_CONFIG_ERROR_BAD_VALUE,
                                error,
                                "the option '%s' needs a value",
                                line->name);
      if (*is_known)
        return set_value (option, (guint8 *) find_owner (self, option, line) + option->offset, line, error);
    }
  return TRUE;
}
