/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "app/cli/hub-cli-properties.h"

#include "app/cli/hub-cli-options.h"

#include <glib/gi18n-lib.h>

#include <string.h>

/* Options whose next argument belongs to them, even where it looks like -D. */
#define SHORT_WITH_VALUE "AFILCMPTUVWfhijkmpqtux"

static const char *const long_with_value[] = {
  "--bind", "--cafile", "--cert", "--count", "--file", "--filter-out", "--format", "--host", "--id", "--id-prefix",
  "--join", "--keepalive", "--key", "--max-inflight", "--message", "--port", "--protocol-version", "--pw", "--qos",
  "--repeat", "--repeat-delay", "--session-expiry-interval", "--timeout", "--tls-alpn", "--topic", "--unix",
  "--unsubscribe", "--url", "--username", "--will-payload", "--will-qos", "--will-topic",
  NULL
};

typedef enum
{
  KIND_NUMBER,
  KIND_TEXT,
  KIND_PAIR,
} Kind;

typedef struct
{
  const char *name;
  HubPropertyId id;
  Kind kind;
} Row;

static const Row rows[] = {
  { "content-type", HUB_PROPERTY_CONTENT_TYPE, KIND_TEXT },
  { "correlation-data", HUB_PROPERTY_CORRELATION_DATA, KIND_TEXT },
  { "maximum-packet-size", HUB_PROPERTY_MAXIMUM_PACKET_SIZE, KIND_NUMBER },
  { "message-expiry-interval", HUB_PROPERTY_MESSAGE_EXPIRY_INTERVAL, KIND_NUMBER },
  { "payload-format-indicator", HUB_PROPERTY_PAYLOAD_FORMAT_INDICATOR, KIND_NUMBER },
  { "receive-maximum", HUB_PROPERTY_RECEIVE_MAXIMUM, KIND_NUMBER },
  { "request-problem-information", HUB_PROPERTY_REQUEST_PROBLEM_INFORMATION, KIND_NUMBER },
  { "request-response-information", HUB_PROPERTY_REQUEST_RESPONSE_INFORMATION, KIND_NUMBER },
  { "response-topic", HUB_PROPERTY_RESPONSE_TOPIC, KIND_TEXT },
  { "session-expiry-interval", HUB_PROPERTY_SESSION_EXPIRY_INTERVAL, KIND_NUMBER },
  { "subscription-identifier", HUB_PROPERTY_SUBSCRIPTION_IDENTIFIER, KIND_NUMBER },
  { "topic-alias", HUB_PROPERTY_TOPIC_ALIAS, KIND_NUMBER },
  { "user-property", HUB_PROPERTY_USER_PROPERTY, KIND_PAIR },
  { "will-delay-interval", HUB_PROPERTY_WILL_DELAY_INTERVAL, KIND_NUMBER },
};

/* What the client of these commands cannot do. */
static const char *const unsupported[] = { "auth", "disconnect", "unsubscribe",
                                           "authentication-data", "authentication-method", "topic-alias-maximum", NULL };

static HubProperties *
properties_of (HubCliProperties *self, guint place)
{
  HubProperties *const all[HUB_CLI_N_PLACES] = { &self->connect, &self->will, &self->publish, &self->subscribe };

  return all[place];
}

static gboolean
find_place (const char *name, guint *place)
{
  static const char *const names[HUB_CLI_N_PLACES] = { "connect", "will", "publish", "subscribe" };

  for (*place = 0; *place < HUB_CLI_N_PLACES; (*place)++)
    if (g_str_equal (names[*place], name))
      return TRUE;
  return FALSE;
}

static const Row *
find_row (const char *name)
{
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    if (g_str_equal (rows[i].name, name))
      return &rows[i];
  return NULL;
}

static void
append_text (GByteArray *out, const char *text)
{
  const gsize size = strlen (text);
  const guint8 head[2] = { (guint8) (size >> 8), (guint8) size };

  g_byte_array_append (out, head, sizeof head);
  g_byte_array_append (out, (const guint8 *) text, (guint) size);
}

/* User Properties stand behind the others. */
static gboolean
add_pair (HubCliProperties *self, guint place, const char *name, const char *value)
{
  static const guint8 id = HUB_PROPERTY_USER_PROPERTY;

  if (strlen (name) > G_MAXUINT16 || strlen (value) > G_MAXUINT16)
    return FALSE;
  if (self->pairs[place] == NULL)
    self->pairs[place] = g_byte_array_new ();
  g_byte_array_append (self->pairs[place], &id, 1);
  append_text (self->pairs[place], name);
  append_text (self->pairs[place], value);
  properties_of (self, place)->more = (HubSpan){ self->pairs[place]->data, self->pairs[place]->len };
  return TRUE;
}

/* The numbers of one or two bytes would be cut. */
static gboolean
add_number (HubCliProperties *self, guint place, HubPropertyId id, const char *text)
{
  const gboolean is_short = id == HUB_PROPERTY_RECEIVE_MAXIMUM || id == HUB_PROPERTY_TOPIC_ALIAS;
  const gboolean is_flag = id == HUB_PROPERTY_PAYLOAD_FORMAT_INDICATOR || id == HUB_PROPERTY_REQUEST_PROBLEM_INFORMATION ||
                           id == HUB_PROPERTY_REQUEST_RESPONSE_INFORMATION;
  const gboolean is_varint = id == HUB_PROPERTY_SUBSCRIPTION_IDENTIFIER;
  const guint64 max = is_flag ? 1 : is_short  ? G_MAXUINT16
                                  : is_varint ? 268435455
                                              : G_MAXUINT32;
  guint64 number;

  if (!g_ascii_string_to_unsigned (text, 10, 0, max, &number, NULL))
    return FALSE;
  hub_properties_set_number (properties_of (self, place), id, (guint32) number);
  return TRUE;
}

static gboolean
add (HubCliProperties *self, guint place, const Row *row, char **values)
{
  char *copy;

  if (row->kind == KIND_PAIR)
    return add_pair (self, place, values[0], values[1]);
  if (hub_properties_have (properties_of (self, place), row->id))
    return FALSE;
  if (row->kind == KIND_NUMBER)
    return add_number (self, place, row->id, values[0]);
  if (strlen (values[0]) > G_MAXUINT16)
    return FALSE;
  if (self->texts == NULL)
    self->texts = g_ptr_array_new_with_free_func (g_free);
  copy = g_strdup (values[0]);
  g_ptr_array_add (self->texts, copy);
  hub_properties_set_text (properties_of (self, place), row->id, hub_span_from_string (copy));
  return TRUE;
}

/* As a broker would: whether they belong there, and what they may be. */
static gboolean
are_valid (HubCliProperties *self, guint place)
{
  static const HubPropertyPlace places[HUB_CLI_N_PLACES] = { HUB_PACKET_CONNECT, HUB_PROPERTY_PLACE_WILL, HUB_PACKET_PUBLISH,
                                                             HUB_PACKET_SUBSCRIBE };
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  HubProperties read;
  HubReader reader;

  hub_properties_append (bytes, properties_of (self, place));
  reader = hub_reader_init ((HubSpan){ bytes->data, bytes->len });
  return hub_properties_read (&reader, places[place], &read, NULL);
}

/* @words is what follows -D, as far as there is anything. Returns how many of them it takes; 0: something is wrong. */
static int
take (HubCliProperties *self, char **words, GError **error)
{
  const guint n_words = g_strv_length (words);
  const Row *row;
  guint n_values;
  guint place;

  for (guint i = 0; i < MIN (n_words, 2); i++)
    if (g_strv_contains (unsupported, words[i]))
      {
        /* Translators: %s is a word of MQTT. */
        hub_cli_fail (error, _ ("-D with %s is not supported"), words[i]);
        return 0;
      }
  row = n_words >= 2 ? find_row (words[1]) : NULL;
  if (row == NULL || !find_place (words[0], &place))
    {
      hub_cli_fail (error, _ ("-D needs connect, publish, subscribe or will, and then the name of a property; see hubbub(1)"));
      return 0;
    }
  n_values = row->kind == KIND_PAIR ? 2 : 1;
  if (n_words < 2 + n_values)
    {
      hub_cli_fail (error, _ ("-D %s %s lacks its value"), words[0], words[1]);
      return 0;
    }
  if (!add (self, place, row, words + 2) || !are_valid (self, place))
    {
      hub_cli_fail (error, _ ("-D %s %s cannot be there twice, cannot stand there, or cannot be “%s”"), words[0], words[1], words[2]);
      return 0;
    }
  return 2 + (int) n_values;
}

static gboolean
has_value (const char *option)
{
  if (option[0] == '-' && option[1] != '-' && option[1] != '\0' && option[2] == '\0')
    return strchr (SHORT_WITH_VALUE, option[1]) != NULL;
  return g_strv_contains (long_with_value, option);
}

/**
 * hub_cli_properties_take:
 * @self: properties; all zero at first
 * @argc: (inout): how many arguments
 * @argv: the command line, from the command on
 * @error: return location
 *
 * Takes each -D out of the command line, with what belongs to it: two words, and one or two values.
 *
 * Returns: %FALSE with @error set when something is wrong with them
 */
gboolean
hub_cli_properties_take (HubCliProperties *self, int *argc, char **argv, GError **error)
{
  int n_left = 1;

  for (int i = 1; i < *argc; i++)
    {
      if (g_str_equal (argv[i], "-D") || g_str_equal (argv[i], "--property"))
        {
          int n_taken = take (self, argv + i + 1, error);

          if (n_taken == 0)
            return FALSE;
          i += n_taken;
          continue;
        }
      argv[n_left++] = argv[i];
      if (has_value (argv[i]) && i + 1 < *argc)
        argv[n_left++] = argv[++i];
    }
  argv[n_left] = NULL;
  *argc = n_left;
  return TRUE;
}

/**
 * hub_cli_properties_are_given:
 * @properties: those of one place
 *
 * Returns: whether there are any
 */
gboolean
hub_cli_properties_are_given (const HubProperties *properties)
{
  return properties->present != 0 || properties->more.size > 0;
}

/**
 * hub_cli_properties_are_any:
 * @self: properties
 *
 * Returns: whether there are any at all
 */
gboolean
hub_cli_properties_are_any (const HubCliProperties *self)
{
  return hub_cli_properties_are_given (&self->connect) || hub_cli_properties_are_given (&self->will) ||
         hub_cli_properties_are_given (&self->publish) || hub_cli_properties_are_given (&self->subscribe);
}

/**
 * hub_cli_properties_clear:
 * @self: properties
 */
void
hub_cli_properties_clear (HubCliProperties *self)
{
  g_clear_pointer (&self->texts, g_ptr_array_unref);
  for (guint i = 0; i < HUB_CLI_N_PLACES; i++)
    g_clear_pointer (&self->pairs[i], g_byte_array_unref);
}
