/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "app/people/hub-presence-payload.h"

#include <json-glib/json-glib.h>

#include <string.h>

/* tests/data/presence.json is the table that the join page's parser is tested against too. */

static const char *const kinds[] = {
  [HUB_PERSON_OTHER] = NULL,
  [HUB_PERSON_DESKTOP] = "desktop",
  [HUB_PERSON_BROWSER] = "browser",
};

static GBytes *
row_bytes (JsonObject *row)
{
  const char *base64 = json_object_get_string_member_with_default (row, "base64", NULL);
  const char *text = json_object_get_string_member_with_default (row, "text", NULL);

  if (base64 != NULL)
    {
      gsize size;
      guchar *bytes = g_base64_decode (base64, &size);

      return g_bytes_new_take (bytes, size);
    }
  g_assert_nonnull (text);
  return g_bytes_new (text, strlen (text));
}

static void
check_strings (char **strings, JsonArray *expected)
{
  g_assert_cmpuint (g_strv_length (strings), ==, json_array_get_length (expected));
  for (guint i = 0; strings[i] != NULL; i++)
    g_assert_cmpstr (strings[i], ==, json_array_get_string_element (expected, i));
}

static void
check_row (gconstpointer data)
{
  JsonObject *row = (JsonObject *) data;
  g_autoptr (GBytes) bytes = row_bytes (row);
  g_autoptr (HubPresencePayload) payload = hub_presence_payload_parse (bytes);
  JsonObject *expect;

  if (json_object_get_null_member (row, "expect"))
    {
      g_assert_null (payload);
      return;
    }
  expect = json_object_get_object_member (row, "expect");
  g_assert_nonnull (payload);
  g_assert_cmpstr (payload->from, ==, json_object_get_string_member (expect, "from"));
  g_assert_cmpstr (payload->name, ==, json_object_get_string_member (expect, "name"));
  g_assert_cmpstr (kinds[payload->kind], ==, json_object_get_string_member_with_default (expect, "kind", NULL));
  g_assert_cmpint (payload->has_since, ==, json_object_has_member (expect, "since_ms"));
  if (payload->has_since)
    g_assert_cmpint (payload->since_ms, ==, json_object_get_int_member (expect, "since_ms"));
  check_strings (payload->rooms, json_object_get_array_member (expect, "rooms"));
  check_strings (payload->http, json_object_get_array_member (expect, "http"));
}

static JsonArray *
load_table (JsonParser *parser)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "data", "presence.json", NULL);

  json_parser_load_from_file (parser, path, &error);
  g_assert_no_error (error);
  return json_node_get_array (json_parser_get_root (parser));
}

static void
test_round_trip (void)
{
  g_autoptr (HubPresencePayload) written =
    hub_presence_payload_new_desktop ("0123456789abcdef", "Ada \"L.\" \\ <b>", 1709251198007);
  g_autoptr (HubPresencePayload) read = NULL;
  g_autoptr (GBytes) bytes = NULL;
  const char *const rooms[] = { "kitchen", "B\303\274ro \"4\"", NULL };
  const char *const http[] = { "192.0.2.7:9001", "[fd00::2]:9001", NULL };

  g_strfreev (written->rooms);
  g_strfreev (written->http);
  written->rooms = g_strdupv ((char **) rooms);
  written->http = g_strdupv ((char **) http);
  bytes = hub_presence_payload_to_bytes (written);
  read = hub_presence_payload_parse (bytes);
  g_assert_nonnull (read);
  g_assert_cmpstr (read->from, ==, written->from);
  g_assert_cmpstr (read->name, ==, written->name);
  g_assert_cmpint (read->kind, ==, HUB_PERSON_DESKTOP);
  g_assert_true (read->has_since);
  g_assert_cmpint (read->since_ms, ==, written->since_ms);
  g_assert_cmpstrv (read->rooms, rooms);
  g_assert_cmpstrv (read->http, http);
}

static void
test_size (void)
{
  g_autofree char *filler = g_strnfill (HUB_PRESENCE_SIZE_MAX, ' ');
  g_autoptr (GBytes) fits = NULL;
  g_autoptr (GBytes) exceeds = NULL;
  g_autoptr (HubPresencePayload) read = NULL;
  g_autofree char *text = g_strconcat ("{\"from\":\"0123456789abcdef\"}", filler, NULL);

  fits = g_bytes_new (text, HUB_PRESENCE_SIZE_MAX);
  read = hub_presence_payload_parse (fits);
  g_assert_nonnull (read);
  exceeds = g_bytes_new (text, HUB_PRESENCE_SIZE_MAX + 1);
  g_assert_null (hub_presence_payload_parse (exceeds));
}

static void
test_own_fits (void)
{
  g_autofree char *controls = g_strnfill (HUB_PRESENCE_NAME_CHARS + 1, '\001');
  g_autoptr (HubPresencePayload) own = hub_presence_payload_new_desktop ("0123456789abcdef", controls, 1);
  g_autoptr (HubPresencePayload) read = NULL;
  g_autoptr (GStrvBuilder) rooms = g_strv_builder_new ();
  g_autoptr (GBytes) bytes = NULL;

  g_test_summary ("The longest presence of our own is one that others read");

  for (guint i = 0; i < HUB_PRESENCE_ROOMS_MAX; i++)
    {
      g_autofree char *quotes = g_strnfill (60, '"');
      g_autofree char *room = g_strdup_printf ("%s%u", quotes, i);

      g_strv_builder_add (rooms, room);
    }
  g_strfreev (own->rooms);
  own->rooms = g_strv_builder_end (rooms);
  bytes = hub_presence_payload_to_bytes (own);
  read = hub_presence_payload_parse (bytes);
  g_assert_nonnull (read);
  g_assert_cmpint (g_utf8_strlen (read->name, -1), ==, HUB_PRESENCE_NAME_CHARS);
  g_assert_cmpuint (g_strv_length (read->rooms), ==, HUB_PRESENCE_ROOMS_MAX);
}

static void
test_typing (void)
{
  g_autoptr (GBytes) bytes = hub_presence_payload_new_typing ("0123456789abcdef", "Ada");
  g_autoptr (HubPresencePayload) read = hub_presence_payload_parse (bytes);

  g_assert_nonnull (read);
  g_assert_cmpstr (read->from, ==, "0123456789abcdef");
  g_assert_cmpstr (read->name, ==, "Ada");
  g_assert_cmpmem (g_bytes_get_data (bytes, NULL),
                   g_bytes_get_size (bytes),
                   "{\"from\":\"0123456789abcdef\",\"name\":\"Ada\"}",
                   strlen ("{\"from\":\"0123456789abcdef\",\"name\":\"Ada\"}"));
}

int
main (int argc, char **argv)
{
  g_autoptr (JsonParser) parser = NULL;
  JsonArray *table;
  int status;

  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  parser = json_parser_new ();
  table = load_table (parser);
  for (guint i = 0; i < json_array_get_length (table); i++)
    {
      JsonObject *row = json_array_get_object_element (table, i);
      g_autofree char *path = g_strconcat ("/app/presence-payload/table/", json_object_get_string_member (row, "name"), NULL);

      g_test_add_data_func (path, row, check_row);
    }
  g_test_add_func ("/app/presence-payload/round-trip", test_round_trip);
  g_test_add_func ("/app/presence-payload/size", test_size);
  g_test_add_func ("/app/presence-payload/own-fits", test_own_fits);
  g_test_add_func ("/app/presence-payload/typing", test_typing);
  status = g_test_run ();
  return status;
}
