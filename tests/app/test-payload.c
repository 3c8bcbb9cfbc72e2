/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/hub-json-scan.h"
#include "app/messages/hub-payload.h"
#include "ui/model/hub-format.h"

#include <json-glib/json-glib.h>

#include <string.h>

/* tests/data/payloads.json is the table that the join page's parser is tested against too. */

static const char *const kinds[] = {
  [HUB_PAYLOAD_NOTHING] = "none",
  [HUB_PAYLOAD_CHAT] = "chat",
  [HUB_PAYLOAD_TEXT] = "text",
  [HUB_PAYLOAD_BYTES] = "bytes",
};

static const char *
get_string (JsonObject *object, const char *member)
{
  return json_object_get_string_member_with_default (object, member, NULL);
}

static GBytes *
row_bytes (JsonObject *row)
{
  const char *base64 = get_string (row, "base64");
  const char *text = get_string (row, "text");

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
check_row (gconstpointer data)
{
  JsonObject *row = (JsonObject *) data;
  JsonObject *expect = json_object_get_object_member (row, "expect");
  g_autoptr (GBytes) bytes = row_bytes (row);
  g_autoptr (HubPayload) payload = hub_payload_parse (bytes);

  g_assert_cmpstr (kinds[payload->kind], ==, get_string (expect, "kind"));
  g_assert_cmpstr (payload->message, ==, get_string (expect, "message"));
  g_assert_cmpstr (payload->name, ==, get_string (expect, "name"));
  g_assert_cmpstr (payload->from, ==, get_string (expect, "from"));
  g_assert_cmpstr (payload->id, ==, get_string (expect, "id"));
  g_assert_cmpint (payload->has_time, ==, json_object_has_member (expect, "time_ms"));
  if (payload->has_time)
    g_assert_cmpint (payload->time_ms, ==, json_object_get_int_member (expect, "time_ms"));
}

static JsonArray *
load_table (JsonParser *parser)
{
  g_autoptr (GError) error = NULL;

  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "data", "payloads.json", NULL);

  json_parser_load_from_file (parser, path, &error);
  g_assert_no_error (error);
  return json_node_get_array (json_parser_get_root (parser));
}

static void
test_round_trip (void)
{
  g_autoptr (HubPayload) written =
    hub_payload_new_chat ("Ada \"L.\" \\ <b>", "one\ntwo\t\xf0\x9f\x91\x8b", "0123456789abcdef", 1709251198007);
  g_autoptr (GBytes) bytes = hub_payload_to_bytes (written);
  g_autoptr (HubPayload) read = hub_payload_parse (bytes);

  g_assert_cmpint (read->kind, ==, HUB_PAYLOAD_CHAT);
  g_assert_cmpstr (read->name, ==, written->name);
  g_assert_cmpstr (read->message, ==, written->message);
  g_assert_cmpstr (read->from, ==, written->from);
  g_assert_cmpstr (read->id, ==, written->id);
  g_assert_true (read->has_time);
  g_assert_cmpint (read->time_ms, ==, written->time_ms);
}

static void
test_too_large (void)
{
  g_autofree char *filler = g_strnfill (HUB_PAYLOAD_SIZE_MAX, 'x');
  g_autofree char *text = g_strdup_printf ("{\"message\":\"%s\"}", filler);
  g_autoptr (GBytes) fits = NULL;
  g_autoptr (GBytes) exceeds = NULL;
  g_autoptr (HubPayload) chat = NULL;
  g_autoptr (HubPayload) shown_whole = NULL;
  gsize frame = strlen ("{\"message\":\"\"}");

  exceeds = g_bytes_new (text, HUB_PAYLOAD_SIZE_MAX + frame);
  shown_whole = hub_payload_parse (exceeds);
  g_assert_cmpint (shown_whole->kind, ==, HUB_PAYLOAD_TEXT);

  memmove (text + HUB_PAYLOAD_SIZE_MAX - 2, "\"}", 3);
  fits = g_bytes_new (text, HUB_PAYLOAD_SIZE_MAX);
  chat = hub_payload_parse (fits);
  g_assert_cmpint (chat->kind, ==, HUB_PAYLOAD_CHAT);
}

static void
test_brackets (void)
{
  g_autofree char *brackets = g_strnfill (80000, '[');
  g_autoptr (GBytes) bytes = g_bytes_new (brackets, 80000);
  g_autoptr (HubPayload) payload = NULL;

  g_test_summary ("json-glib 1.6 crashes on these: they must never reach it");
  payload = hub_payload_parse (bytes);
  g_assert_cmpint (payload->kind, ==, HUB_PAYLOAD_TEXT);
}

static void
test_scan_cut (void)
{
  static const char text[] = "{\"a\":[1,-2.5e+3,true,false,null,\"\\u00e9\\ud83d\\ude00\\n\"],\"b\":{}}";

  g_test_summary ("no beginning of a JSON text is one itself, and none is read beyond its end");
  for (gsize size = 0; size < sizeof text - 1; size++)
    {
      g_autofree char *exact = g_memdup2 (text, MAX (size, 1));
      g_autofree char *json = hub_json_scan (exact, size, 16);

      g_assert_null (json);
    }
}

/* What the window counts is what is sent, or more. */
static void
test_sent_bytes (void)
{
  for (guint c = 1; c < 0x100; c++)
    {
      char text[3] = { (char) c, '\0', '\0' };
      g_autoptr (HubPayload) empty = hub_payload_new_chat ("Ada", "", "0123456789abcdef", 0);
      g_autoptr (HubPayload) payload = NULL;
      g_autoptr (GBytes) frame = hub_payload_to_bytes (empty);
      g_autoptr (GBytes) bytes = NULL;

      if (c >= 0x80)
        g_unichar_to_utf8 (c, text);
      payload = hub_payload_new_chat ("Ada", text, "0123456789abcdef", 0);
      bytes = hub_payload_to_bytes (payload);
      /* JSON-GLib leaves this one as it is. */
      if (c == 0x1f)
        g_assert_cmpuint (g_bytes_get_size (bytes) - g_bytes_get_size (frame), <=, hub_format_sent_bytes (text));
      else
        g_assert_cmpuint (g_bytes_get_size (bytes) - g_bytes_get_size (frame), ==, hub_format_sent_bytes (text));
    }
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
      g_autofree char *name = g_strdelimit (g_strdup (get_string (row, "name")), "/", '|');
      g_autofree char *path = g_strconcat ("/app/payload/table/", name, NULL);

      g_test_add_data_func (path, row, check_row);
    }
  g_test_add_func ("/app/payload/round-trip", test_round_trip);
  g_test_add_func ("/app/payload/too-large", test_too_large);
  g_test_add_func ("/app/payload/sent-bytes", test_sent_bytes);
  g_test_add_func ("/app/payload/brackets", test_brackets);
  g_test_add_func ("/app/json-scan/cut", test_scan_cut);
  status = g_test_run ();
  return status;
}
