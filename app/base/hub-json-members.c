/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "app/base/hub-json-members.h"

#include "broker/hub-json-scan.h"

#include <string.h>

/* Members that several payloads of the chat have. */

#define DEPTH_LEVELS_MAX 16
#define FROM_SIZE 16

/* Exactly the form of RFC 3339: GLib's parser takes others of ISO 8601 too. */
static gboolean
is_rfc3339 (const char *text)
{
  static GRegex *form;

  if (form == NULL)
    form = g_regex_new ("^[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt]([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\\.[0-9]+)?"
                        "([Zz]|[+-]([01][0-9]|2[0-3]):[0-5][0-9])\\z",
                        G_REGEX_OPTIMIZE,
                        0,
                        NULL);
  return g_regex_match (form, text, 0, NULL);
}

/* Digits of @text from @at: as many as there are places, the missing ones being 0. */
static int
fraction_ms (const char *text)
{
  int result = 0;

  for (int place = 0; place < 3; place++)
    {
      result *= 10;
      if (g_ascii_isdigit (*text))
        result += *text++ - '0';
    }
  return result;
}

static gboolean
parse_time (const char *text, gint64 *time_ms)
{
  g_autoptr (GTimeZone) utc = g_time_zone_new_utc ();
  g_autoptr (GDateTime) seconds = NULL;
  const char *zone;
  gint64 offset_s = 0;
  int n[6];

  if (!is_rfc3339 (text))
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (n); i++)
    n[i] = (int) g_ascii_strtoull (text + (i == 0 ? 0 : 2 + 3 * i), NULL, 10);
  seconds = g_date_time_new (utc, n[0], n[1], n[2], n[3], n[4], n[5]);
  if (seconds == NULL)
    return FALSE;

  zone = text + strlen ("YYYY-MM-DDThh:mm:ss");
  *time_ms = g_date_time_to_unix (seconds) * 1000;
  if (*zone == '.')
    {
      *time_ms += fraction_ms (zone + 1);
      zone += 1 + strspn (zone + 1, "0123456789");
    }
  if (*zone == '+' || *zone == '-')
    offset_s = (gint64) (g_ascii_strtoull (zone + 1, NULL, 10) * 3600 + g_ascii_strtoull (zone + 4, NULL, 10) * 60);
  *time_ms -= (*zone == '-' ? -offset_s : offset_s) * 1000;
  return TRUE;
}

/**
 * hub_json_parse_object:
 * @text: (array length=size): what came
 * @size: number of bytes; the caller has bounded it
 *
 * Returns: (transfer full) (nullable): the JSON object that @text is, nested no deeper than 16; %NULL for anything else
 */
JsonObject *
hub_json_parse_object (const char *text, gsize size)
{
  g_autofree char *json = hub_json_scan (text, size, DEPTH_LEVELS_MAX);
  g_autoptr (JsonNode) root = json != NULL ? json_from_string (json, NULL) : NULL;

  return root != NULL && JSON_NODE_HOLDS_OBJECT (root) ? json_node_dup_object (root) : NULL;
}

/**
 * hub_json_dup_string:
 * @object: an object
 * @member: the name of a member
 *
 * Returns: (transfer full) (nullable): that member; %NULL when there is none, or it is no string
 */
char *
hub_json_dup_string (JsonObject *object, const char *member)
{
  JsonNode *node = json_object_get_member (object, member);

  if (node == NULL || json_node_get_value_type (node) != G_TYPE_STRING)
    return NULL;
  return json_node_dup_string (node);
}

/**
 * hub_json_dup_from:
 * @object: an object
 *
 * Returns: (transfer full) (nullable): its member `from`, 16 hexadecimal digits, in lower case; %NULL for anything else
 */
char *
hub_json_dup_from (JsonObject *object)
{
  g_autofree char *from = hub_json_dup_string (object, "from");

  if (from == NULL || strlen (from) != FROM_SIZE || strspn (from, "0123456789abcdefABCDEF") != FROM_SIZE)
    return NULL;
  return g_ascii_strdown (from, -1);
}

/**
 * hub_json_get_time:
 * @object: an object
 * @member: the name of a member
 * @time_ms: (out): milliseconds since 1970, UTC
 *
 * Returns: %FALSE when that member is no date and time of RFC 3339
 */
gboolean
hub_json_get_time (JsonObject *object, const char *member, gint64 *time_ms)
{
  g_autofree char *time = hub_json_dup_string (object, member);

  return time != NULL && parse_time (time, time_ms);
}

/**
 * hub_json_format_time:
 * @time_ms: milliseconds since 1970, UTC
 *
 * Returns: (transfer full): the same as a date and time of RFC 3339
 */
char *
hub_json_format_time (gint64 time_ms)
{
  g_autoptr (GDateTime) seconds = g_date_time_new_from_unix_utc (time_ms / 1000);
  g_autofree char *date = g_date_time_format (seconds, "%Y-%m-%dT%H:%M:%S");

  return g_strdup_printf ("%s.%03dZ", date, (int) (time_ms % 1000));
}
