/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/net/hub-api-json.h"

#include <json-glib/json-glib.h>

/* What the API says, as text, and as a parser of somebody else understands it. */

#define LOG "6f1c2b3a-4d5e-4f60-8a7b-9c0d1e2f3a4b"

static char *
to_text (GBytes *bytes)
{
  return g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
}

static char *
entry_of (HubSpan payload)
{
  const HubStoreEntry entry = { 7, 1700000000123, HUB_SPAN_LITERAL ("messages"), HUB_SPAN_LITERAL ("hub\"01"), payload };
  g_autoptr (GByteArray) out = g_byte_array_new ();

  hub_api_json_add_entry (out, &entry);
  return g_strndup ((const char *) out->data, out->len);
}

/* What cannot be UTF-8, as the name of a computer may be, is still JSON. */
static void
test_names (void)
{
  static const struct
  {
    const char *name;
    const char *text;
  } rows[] = {
    { "", "\"name\":\"\"" },
    { "\"\\/", "\"name\":\"\\\"\\\\/\"" },
    { "a\x01", "\"name\":\"a\\u0001\"" },
    { "\xc3\xa4\xf0\x9f\x98\x80\xe2\x80\xa8", "\"name\":\"\xc3\xa4\xf0\x9f\x98\x80\xe2\x80\xa8\"" },
    { "a\xff", "\"name\":\"a\xef\xbf\xbd\"" },
    { "\xc3", "\"name\":\"\xef\xbf\xbd\"" },
  };
  static const char *const none[] = { NULL };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      const HubApiInfo info = { .name = rows[i].name, .addresses = none };
      g_autoptr (GBytes) bytes = hub_api_json_info (&info);
      g_autofree char *text = to_text (bytes);

      g_assert_nonnull (strstr (text, rows[i].text));
    }
}

/* Every text comes out of a parser as it went in, and everything else as base64. */
static void
test_any_payloads (void)
{
  for (guint i = 1; i < 0x10000; i++)
    {
      const guint8 bytes[] = { (guint8) (i >> 8), (guint8) i };
      HubSpan span = { bytes[0] == 0 ? bytes + 1 : bytes, bytes[0] == 0 ? 1 : 2 };
      g_autofree char *text = entry_of (span);
      g_autoptr (GError) error = NULL;
      g_autoptr (JsonNode) node = json_from_string (text, &error);
      JsonObject *object;

      g_assert_no_error (error);
      object = json_node_get_object (node);
      if (json_object_has_member (object, "payload"))
        {
          const char *again = json_object_get_string_member (object, "payload");

          g_assert_cmpmem (again, strlen (again), span.data, span.size);
        }
      else
        {
          gsize size;
          g_autofree guchar *again = g_base64_decode (json_object_get_string_member (object, "payload_base64"), &size);

          g_assert_cmpmem (again, size, span.data, span.size);
        }
    }
}

static void
test_entries (void)
{
  static const struct
  {
    HubSpan payload;
    const char *member;
  } rows[] = {
    { HUB_SPAN_LITERAL ("{\"message\":\"hi\"}"), "\"payload\":\"{\\\"message\\\":\\\"hi\\\"}\"" },
    { HUB_SPAN_LITERAL ("a\tb\r\n"), "\"payload\":\"a\\tb\\r\\n\"" },
    { HUB_SPAN_LITERAL ("\x7f"), "\"payload_base64\":\"fw==\"" },
    { HUB_SPAN_LITERAL ("a\0b"), "\"payload_base64\":\"YQBi\"" },
    { HUB_SPAN_LITERAL ("\x1f"), "\"payload_base64\":\"Hw==\"" },
    { HUB_SPAN_LITERAL ("\x1b[1m"), "\"payload_base64\":\"G1sxbQ==\"" },
    { HUB_SPAN_LITERAL ("\xff"), "\"payload_base64\":\"/w==\"" },
    { HUB_SPAN_LITERAL ("a\0\xff"), "\"payload_base64\":\"YQD/\"" },
    { HUB_SPAN_LITERAL ("\xff\xfe\xfd\xfc"), "\"payload_base64\":\"//79/A==\"" },
    { HUB_SPAN_LITERAL (""), "\"payload\":\"\"" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *text = entry_of (rows[i].payload);
      g_autofree char *expected = g_strdup_printf ("{\"seq\":7,\"time\":1700000000123,\"topic\":\"messages\",%s,"
                                                   "\"client\":\"hub\\\"01\"}",
                                                   rows[i].member);

      g_assert_cmpstr (text, ==, expected);
    }
}

static void
test_largest_numbers (void)
{
  const HubStoreEntry entry = { .seq = G_MAXINT64, .time_ms = G_MININT64 };
  g_autoptr (GByteArray) out = g_byte_array_new ();

  hub_api_json_add_entry (out, &entry);
  g_byte_array_append (out, (const guint8 *) "", 1);
  g_assert_cmpstr ((const char *) out->data,
                   ==,
                   "{\"seq\":9223372036854775807,\"time\":-9223372036854775808,\"topic\":\"\",\"payload\":\"\",\"client\":\"\"}");
}

/* Base64 of every length and content is that of GLib. */
static void
test_base64 (void)
{
  guint8 bytes[200];

  for (guint size = 1; size <= sizeof bytes; size++)
    {
      g_autofree char *expected = NULL;
      g_autofree char *text = NULL;

      for (guint i = 0; i < size; i++)
        bytes[i] = (guint8) g_test_rand_int ();
      bytes[0] = 0xff;
      expected = g_base64_encode (bytes, size);
      text = entry_of ((HubSpan){ bytes, size });
      g_assert_nonnull (strstr (text, expected));
    }
}

static void
test_messages (void)
{
  HubStoreEntry entries[] = { { .payload = HUB_SPAN_LITERAL ("{1}") }, { .payload = HUB_SPAN_LITERAL ("{2}") } };
  HubStorePage page = { .entries = entries, .n_entries = 2, .has_more = TRUE };
  HubStorePage nothing = { 0 };
  g_autoptr (GBytes) two = hub_api_json_messages (LOG, &page);
  g_autoptr (GBytes) none = hub_api_json_messages (LOG, &nothing);
  g_autofree char *two_text = to_text (two);
  g_autofree char *none_text = to_text (none);

  g_assert_cmpstr (two_text, ==, "{\"log\":\"" LOG "\",\"messages\":[{1},{2}],\"more\":true}");
  g_assert_cmpstr (none_text, ==, "{\"log\":\"" LOG "\",\"messages\":[],\"more\":false}");
}

static void
test_topics (void)
{
  HubStoreTopic topics[] = { { HUB_SPAN_LITERAL ("a/\""), 9, 3 }, { HUB_SPAN_LITERAL ("b"), G_MAXINT64, G_MAXINT64 } };
  HubStorePage page = { .topics = topics, .n_topics = 2 };
  HubStorePage nothing = { 0 };
  g_autoptr (GBytes) two = hub_api_json_topics (&page);
  g_autoptr (GBytes) none = hub_api_json_topics (&nothing);
  g_autofree char *two_text = to_text (two);
  g_autofree char *none_text = to_text (none);

  g_assert_cmpstr (two_text,
                   ==,
                   "[{\"topic\":\"a/\\\"\",\"last_seq\":9,\"count\":3},"
                   "{\"topic\":\"b\",\"last_seq\":9223372036854775807,\"count\":9223372036854775807}]");
  g_assert_cmpstr (none_text, ==, "[]");
}

static void
test_info (void)
{
  static const char *const addresses[] = { "192.0.2.7", "fd00::2", NULL };
  HubApiInfo info = { "sh\"ip", "A\377da", LOG, 1883, 9001, addresses, FALSE, 2000000, TRUE };
  HubApiInfo bare = { "", NULL, NULL, 0, 9001, addresses + 2, TRUE, G_MAXSIZE, FALSE };
  g_autoptr (GBytes) full = hub_api_json_info (&info);
  g_autoptr (GBytes) least = hub_api_json_info (&bare);
  g_autofree char *full_text = to_text (full);
  g_autofree char *least_text = to_text (least);
  g_autoptr (JsonNode) node = json_from_string (full_text, NULL);
  g_autoptr (JsonNode) least_node = json_from_string (least_text, NULL);
  JsonObject *object = json_node_get_object (node);

  g_assert_cmpstr (json_object_get_string_member (object, "app"), ==, "hubbub");
  g_assert_cmpstr (json_object_get_string_member (object, "name"), ==, "sh\"ip");
  g_assert_cmpstr (json_object_get_string_member (object, "hosted_by"), ==, "A\357\277\275da");
  g_assert_true (g_regex_match_simple ("^[0-9]+\\.[0-9]+\\.[0-9]+$", json_object_get_string_member (object, "version"), 0, 0));
  g_assert_cmpstr (json_object_get_string_member (object, "log"), ==, LOG);
  g_assert_nonnull (strstr (full_text, "\"ports\":{\"mqtt\":1883,\"http\":9001},\"addresses\":[\"192.0.2.7\",\"fd00::2\"],"
                                       "\"auth\":false,\"limits\":{\"packet\":2000000},\"recording\":true}"));
  g_assert_nonnull (least_node);
  g_assert_nonnull (strstr (least_text, "\"log\":null,\"ports\":{\"mqtt\":null,\"http\":9001},\"addresses\":[],\"auth\":true,"));
  g_assert_nonnull (strstr (least_text, "\"hosted_by\":null,"));
  g_assert_nonnull (strstr (least_text, "\"recording\":false}"));
}

static void
test_error (void)
{
  g_autoptr (GBytes) bytes = hub_api_json_error ("\"a\" is wrong");
  g_autofree char *text = to_text (bytes);

  g_assert_cmpstr (text, ==, "{\"error\":\"\\\"a\\\" is wrong\"}");
}

/* The same tag for the same answer alone. */
static void
test_etag (void)
{
  HubStoreEntry entries[] = { { .seq = 1 }, { .seq = 2 }, { .seq = 3 } };
  HubStoreTopic topics[] = { { .last_seq = 1, .count = 2 }, { .last_seq = 1, .count = 3 } };
  const HubStorePage pages[] = {
    { 0 },
    { .has_more = TRUE },
    { .entries = entries, .n_entries = 1 },
    { .entries = entries + 1, .n_entries = 1 },
    { .entries = entries, .n_entries = 2 },
    { .entries = entries, .n_entries = 2, .has_more = TRUE },
    { .topics = topics, .n_topics = 1 },
    { .topics = topics + 1, .n_topics = 1 },
  };
  g_autoptr (GHashTable) tags = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (pages); i++)
    {
      g_autofree char *again = hub_api_etag (LOG, &pages[i]);
      char *tag = hub_api_etag (LOG, &pages[i]);

      g_assert_cmpstr (tag, ==, again);
      g_assert_true (g_regex_match_simple ("^\"[0-9a-f]{32}\"$", tag, 0, 0));
      g_assert_true (g_hash_table_add (tags, tag));
      g_assert_true (g_hash_table_add (tags, hub_api_etag ("another log", &pages[i])));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/net/api-json/names", test_names);
  g_test_add_func ("/net/api-json/any-payloads", test_any_payloads);
  g_test_add_func ("/net/api-json/entries", test_entries);
  g_test_add_func ("/net/api-json/largest-numbers", test_largest_numbers);
  g_test_add_func ("/net/api-json/base64", test_base64);
  g_test_add_func ("/net/api-json/messages", test_messages);
  g_test_add_func ("/net/api-json/topics", test_topics);
  g_test_add_func ("/net/api-json/info", test_info);
  g_test_add_func ("/net/api-json/error", test_error);
  g_test_add_func ("/net/api-json/etag", test_etag);
  return g_test_run ();
}
