/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "app/cli/hub-cli-format.h"

#include "app/cli/hub-cli-options.h"

#include <glib/gi18n-lib.h>
#include <json-glib/json-glib.h>

#include <time.h>

/* What mosquitto_sub takes as well, but for what only MQTT 5.0 has. */
#define FIELDS "%IUjlpqrtxX"
#define ESCAPES "0aenrtv\\"

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"

/* The local time in the words of strftime. */
static void
append_time (GString *out, const HubCliMessage *message, const char *format)
{
  time_t seconds = (time_t) (message->time_us / G_USEC_PER_SEC);
  struct tm parts;
  char text[256];

  if (localtime_r (&seconds, &parts) != NULL)
    g_string_append_len (out, text, (gssize) strftime (text, sizeof text, format, &parts));
}

#pragma GCC diagnostic pop

static void
append_hex (GString *out, GBytes *payload, const char *digits)
{
  gsize size;
  const guint8 *data = g_bytes_get_data (payload, &size);

  for (gsize i = 0; i < size; i++)
    {
      g_string_append_c (out, digits[data[i] >> 4]);
      g_string_append_c (out, digits[data[i] & 0x0f]);
    }
}

static void
append_payload (GString *out, GBytes *payload)
{
  gsize size;
  const char *data = g_bytes_get_data (payload, &size);

  g_string_append_len (out, data, (gssize) size);
}

static void
append_json_string (GString *out, const char *text, gsize size)
{
  g_autofree char *valid = g_utf8_make_valid (text, (gssize) size);
  g_autoptr (JsonNode) node = json_node_init_string (json_node_alloc (), valid);
  g_autofree char *json = json_to_string (node, FALSE);

  g_string_append (out, json);
}

static void
append_json (GString *out, const HubCliMessage *message)
{
  gsize size;
  const char *data = g_bytes_get_data (message->payload, &size);

  g_string_append (out, "{\"tst\":\"");
  append_time (out, message, "%Y-%m-%dT%H:%M:%S");
  g_string_append_printf (out, ".%06dZ", (int) (message->time_us % G_USEC_PER_SEC));
  append_time (out, message, "%z\",\"topic\":");
  append_json_string (out, message->topic, strlen (message->topic));
  g_string_append_printf (out, ",\"qos\":%u,\"retain\":%d,\"payloadlen\":%" G_GSIZE_FORMAT ",\"payload\":", message->qos, message->is_retain ? 1 : 0, size);
  append_json_string (out, data, size);
  g_string_append_c (out, '}');
}

static void
append_field (GString *out, const HubCliMessage *message, char field)
{
  switch (field)
    {
    case 'I':
      append_time (out, message, "%Y-%m-%dT%H:%M:%S%z");
      break;
    case 'U':
      g_string_append_printf (out,
                              "%" G_GINT64_FORMAT ".%06d000",
                              message->time_us / G_USEC_PER_SEC,
                              (int) (message->time_us % G_USEC_PER_SEC));
      break;
    case 'j':
      append_json (out, message);
      break;
    case 'l':
      g_string_append_printf (out, "%" G_GSIZE_FORMAT, g_bytes_get_size (message->payload));
      break;
    case 'p':
      append_payload (out, message->payload);
      break;
    case 'q':
      g_string_append_printf (out, "%u", message->qos);
      break;
    case 'r':
      g_string_append_c (out, message->is_retain ? '1' : '0');
      break;
    case 't':
      g_string_append (out, message->topic);
      break;
    case 'x':
      append_hex (out, message->payload, "0123456789abcdef");
      break;
    case 'X':
      append_hex (out, message->payload, "0123456789ABCDEF");
      break;
    case '%':
    default:
      g_string_append_c (out, field);
      break;
    }
}

static void
append_escape (GString *out, char escape)
{
  static const char values[] = { '\0', '\a', '\033', '\n', '\r', '\t', '\v', '\\' };

  g_string_append_c (out, values[strchr (ESCAPES, escape) - ESCAPES]);
}

/* One character behind @ is handed to strftime; @N are nanoseconds. */
static void
append_clock (GString *out, const HubCliMessage *message, char letter)
{
  const char format[] = { '%', letter, '\0' };

  if (letter == '@')
    g_string_append_c (out, '@');
  else if (letter == 'N')
    g_string_append_printf (out, "%06d000", (int) (message->time_us % G_USEC_PER_SEC));
  else
    append_time (out, message, format);
}

static gboolean
check_pair (char mark, char letter, GError **error)
{
  if (letter == '\0')
    return hub_cli_fail (error, _ ("the format ends in the middle of “%c”"), mark);
  if (mark == '%' && strchr (FIELDS, letter) == NULL)
    return hub_cli_fail (error, _ ("“%%%c” is not known in formats"), letter);
  if (mark == '\\' && strchr (ESCAPES, letter) == NULL)
    return hub_cli_fail (error, _ ("“\\%c” is not known in formats"), letter);
  if (mark == '@' && letter != '@' && !g_ascii_isalpha (letter))
    return hub_cli_fail (error, _ ("“@%c” is not known in formats"), letter);
  return TRUE;
}

/**
 * hub_cli_format_check:
 * @format: what somebody wants to have printed
 * @error: return location
 *
 * Returns: %FALSE with @error set when hub_cli_format() does not know it
 */
gboolean
hub_cli_format_check (const char *format, GError **error)
{
  for (const char *at = format; *at != '\0'; at++)
    if (strchr ("%\\@", *at) != NULL)
      {
        if (!check_pair (*at, at[1], error))
          return FALSE;
        at++;
      }
  return TRUE;
}

/**
 * hub_cli_format:
 * @format: a format that was checked
 * @message: what to print
 *
 * Returns: (transfer full): the bytes to print
 */
GString *
hub_cli_format (const char *format, const HubCliMessage *message)
{
  GString *out = g_string_new (NULL);

  for (const char *at = format; *at != '\0'; at++)
    switch (*at)
      {
      case '%':
        append_field (out, message, *++at);
        break;
      case '\\':
        append_escape (out, *++at);
        break;
      case '@':
        append_clock (out, message, *++at);
        break;
      default:
        g_string_append_c (out, *at);
        break;
      }
  return out;
}
