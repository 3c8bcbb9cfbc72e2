/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "app/base/hub-endpoint.h"
#include "app/leaving/hub-heir.h"
#include "app/leaving/hub-host-payload.h"

#include <json-glib/json-glib.h>

#include <string.h>

/* What a host says that leaves, and whom it names. tests/data/host.json is the table that the join page's parser is tested
 * against too. */

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
check_row (gconstpointer data)
{
  JsonObject *row = (JsonObject *) data;
  g_autoptr (GBytes) bytes = row_bytes (row);
  g_autoptr (HubHostPayload) payload = hub_host_payload_parse (bytes);
  JsonObject *expect;
  JsonArray *next;

  if (json_object_get_null_member (row, "expect"))
    {
      g_assert_null (payload);
      return;
    }
  expect = json_object_get_object_member (row, "expect");
  next = json_object_get_array_member (expect, "next");
  g_assert_nonnull (payload);
  g_assert_cmpuint (g_strv_length (payload->next), ==, json_array_get_length (next));
  for (guint i = 0; payload->next[i] != NULL; i++)
    g_assert_cmpstr (payload->next[i], ==, json_array_get_string_element (next, i));
  g_assert_cmpstr (payload->client, ==, json_object_get_string_member_with_default (expect, "client", NULL));
}

static void
test_round_trip (void)
{
  const char *const next[] = { "192.0.2.7:9001", "[fd00::2]:9001", NULL };
  g_autoptr (GBytes) bytes = hub_host_payload_new ("hub \"1\"", next);
  g_autoptr (HubHostPayload) payload = hub_host_payload_parse (bytes);

  g_assert_nonnull (payload);
  g_assert_cmpstrv (payload->next, next);
  g_assert_cmpstr (payload->client, ==, "hub \"1\"");
}

static void
test_own_fits (void)
{
  g_autofree char *client_id = g_strnfill (HUB_HOST_PAYLOAD_CLIENT_MAX, '\001');
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) next = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (HubHostPayload) payload = NULL;

  g_test_summary ("The longest that a host says is what others read");

  for (guint i = 0; i < HUB_HOST_PAYLOAD_NEXT_MAX; i++)
    {
      g_autofree char *endpoint = g_strdup_printf ("[2001:0db8:1111:2222:3333:4444:5555:666%u]:65535", i);

      g_strv_builder_add (builder, endpoint);
    }
  next = g_strv_builder_end (builder);
  bytes = hub_host_payload_new (client_id, (const char *const *) next);
  payload = hub_host_payload_parse (bytes);
  g_assert_nonnull (payload);
  g_assert_cmpuint (g_strv_length (payload->next), ==, HUB_HOST_PAYLOAD_NEXT_MAX);
  g_assert_cmpstr (payload->client, ==, client_id);
}

static void
test_garbage (void)
{
  static const char text[] = "{\"next\":[\"192.0.2.7:9001\",\"[fd00::2]:9001\"],\"client\":\"hub0123\"}";

  g_test_summary ("Each end and each byte of a payload may be any other");

  for (gsize at = 0; at < sizeof text - 1; at++)
    for (guint byte = 0; byte < 256; byte++)
      {
        g_autofree char *changed = g_strdup (text);
        g_autoptr (GBytes) bytes = NULL;
        g_autoptr (HubHostPayload) payload = NULL;

        changed[at] = (char) byte;
        bytes = g_bytes_new (changed, changed[at] == text[at] ? at : sizeof text - 1);
        payload = hub_host_payload_parse (bytes);
        for (guint i = 0; payload != NULL && payload->next[i] != NULL; i++)
          g_assert_true (i < 2 && hub_endpoint_is_for_others (payload->next[i]) && hub_endpoint_get_port (payload->next[i]) > 0);
      }
}

static void
test_endpoint (void)
{
  g_autofree char *ipv4 = hub_endpoint_new ("192.0.2.7", 80);
  g_autofree char *ipv6 = hub_endpoint_new ("fd00::2", 9001);
  g_autofree char *address = hub_endpoint_dup_address ("[FD00:0::2]:9001");

  g_assert_cmpstr (ipv4, ==, "192.0.2.7:80");
  g_assert_cmpstr (ipv6, ==, "[fd00::2]:9001");
  g_assert_cmpstr (address, ==, "fd00::2");
  g_assert_null (hub_endpoint_dup_address ("ship:9001"));
  g_assert_cmpuint (hub_endpoint_get_port ("[fd00::2]:9001"), ==, 9001);
  g_assert_cmpuint (hub_endpoint_get_port ("192.0.2.7:65536"), ==, 0);
  /* What is of no use to others may be right all the same. */
  g_assert_true (hub_endpoint_is_valid ("127.0.0.1:9001"));
  g_assert_false (hub_endpoint_is_for_others ("127.0.0.1:9001"));
}

/* One who is connected; `http` are addresses with blanks between. */
typedef struct
{
  const char *client_id;
  const char *peer;
  gint64 since_us;
  HubPersonKind kind;
  const char *http;
} Row;

#define DESKTOP HUB_PERSON_DESKTOP
#define BROWSER HUB_PERSON_BROWSER

typedef struct
{
  const char *name;
  Row rows[3];
  const char *chosen;
  const char *next;
} Choice;

static const Choice choices[] = {
  { "nobody", { { 0 } }, NULL, "" },
  { "one", { { "a", "192.0.2.7:4711", 1, DESKTOP, "192.0.2.7:9001" } }, "a", "192.0.2.7:9001" },
  { "with another port", { { "a", "192.0.2.7:4711", 1, DESKTOP, "192.0.2.7:9021" } }, "a", "192.0.2.7:9021" },
  { "a browser cannot", { { "a", "192.0.2.7:4711", 1, BROWSER, "192.0.2.7:9001" } }, NULL, "" },
  { "others cannot", { { "a", "192.0.2.7:4711", 1, HUB_PERSON_OTHER, "192.0.2.7:9001" } }, NULL, "" },
  { "one that does not say where", { { "a", "192.0.2.7:4711", 1, DESKTOP, "" } }, NULL, "" },
  { "one that says to be somewhere else", { { "a", "192.0.2.7:4711", 1, DESKTOP, "192.0.2.1:80" } }, NULL, "" },
  { "one that says to be on this computer", { { "a", "192.0.2.7:4711", 1, DESKTOP, "198.51.100.1:9001" } }, NULL, "" },
  { "where it comes from is the first",
    { { "a", "192.0.2.7:4711", 1, DESKTOP, "[fd00::2]:9001 10.0.0.7:9001 192.0.2.7:9001" } },
    "a",
    "192.0.2.7:9001 [fd00::2]:9001 10.0.0.7:9001" },
  { "by IPv6", { { "a", "[fd00::2]:4711", 1, DESKTOP, "192.0.2.7:9001 [fd00:0::2]:9001" } }, "a", "[fd00:0::2]:9001 192.0.2.7:9001" },
  { "what is of no use to others is left out",
    { { "a", "192.0.2.7:4711", 1, DESKTOP, "127.0.0.1:9001 192.0.2.7:9001 [fe80::1]:9001" } },
    "a",
    "192.0.2.7:9001" },
  { "from this computer, by loopback", { { "a", "127.0.0.1:4711", 1, DESKTOP, "192.0.2.9:9001 198.51.100.1:9002" } }, "a", "198.51.100.1:9002" },
  { "from this computer, by IPv6", { { "a", "[::1]:4711", 1, DESKTOP, "198.51.100.1:9002" } }, "a", "198.51.100.1:9002" },
  { "by loopback from elsewhere", { { "a", "127.0.0.1:4711", 1, DESKTOP, "192.0.2.9:9001 127.0.0.1:9001" } }, NULL, "" },
  { "nowhere on the network", { { "a", "unix:17", 1, DESKTOP, "192.0.2.7:9001" } }, NULL, "" },
  { "inside the program", { { "a", "in-process", 1, DESKTOP, "192.0.2.7:9001" } }, NULL, "" },
  { "who is there longest",
    { { "a", "192.0.2.7:1", 3, DESKTOP, "192.0.2.7:9001" },
      { "b", "192.0.2.8:1", 1, DESKTOP, "192.0.2.8:9001" },
      { "c", "192.0.2.9:1", 2, DESKTOP, "192.0.2.9:9001" } },
    "b",
    "192.0.2.8:9001" },
  { "who is there longest and can",
    { { "a", "192.0.2.7:1", 3, DESKTOP, "192.0.2.7:9001" },
      { "b", "192.0.2.8:1", 1, DESKTOP, "192.0.2.7:9001" },
      { "c", "192.0.2.9:1", 2, BROWSER, "192.0.2.9:9001" } },
    "a",
    "192.0.2.7:9001" },
  { "at the same time",
    { { "b", "192.0.2.8:1", 1, DESKTOP, "192.0.2.8:9001" }, { "a", "192.0.2.7:1", 1, DESKTOP, "192.0.2.7:9001" } },
    "a",
    "192.0.2.7:9001" },
};

static void
check_choice (gconstpointer data)
{
  static const char *const own_addresses[] = { "198.51.100.1", "fd00::1", NULL };
  const Choice *choice = data;
  HubHeir heirs[G_N_ELEMENTS (choice->rows)];
  HubPresencePayload presences[G_N_ELEMENTS (choice->rows)] = { 0 };
  guint n_heirs = 0;
  const HubHeir *chosen;
  g_auto (GStrv) next = NULL;
  g_autofree char *text = NULL;

  for (; n_heirs < G_N_ELEMENTS (heirs) && choice->rows[n_heirs].client_id != NULL; n_heirs++)
    {
      const Row *row = &choice->rows[n_heirs];

      presences[n_heirs].kind = row->kind;
      presences[n_heirs].http = row->http[0] != '\0' ? g_strsplit (row->http, " ", -1) : g_new0 (char *, 1);
      heirs[n_heirs] = (HubHeir){ row->client_id, row->peer, row->since_us, &presences[n_heirs] };
    }
  chosen = hub_heir_choose (heirs, n_heirs, own_addresses, &next);
  g_assert_cmpstr (chosen != NULL ? chosen->client_id : NULL, ==, choice->chosen);
  text = g_strjoinv (" ", next);
  g_assert_cmpstr (text, ==, choice->next);
  for (guint i = 0; i < n_heirs; i++)
    g_strfreev (presences[i].http);
}

static void
test_heir_limits (void)
{
  static const char *const own_addresses[] = { NULL };
  HubPresencePayload presence = { .kind = DESKTOP };
  g_autofree char *client_id = g_strnfill (HUB_HOST_PAYLOAD_CLIENT_MAX + 1, 'x');
  HubHeir heir = { client_id, "192.0.2.1:1", 1, &presence };
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) next = NULL;

  for (guint i = 1; i <= HUB_HOST_PAYLOAD_NEXT_MAX + 1; i++)
    {
      g_autofree char *endpoint = g_strdup_printf ("192.0.2.%u:9001", i);

      g_strv_builder_add (builder, endpoint);
    }
  presence.http = g_strv_builder_end (builder);
  g_assert_null (hub_heir_choose (&heir, 1, own_addresses, &next));
  g_assert_cmpuint (g_strv_length (next), ==, 0);
  g_clear_pointer (&next, g_strfreev);
  client_id[HUB_HOST_PAYLOAD_CLIENT_MAX] = '\0';
  g_assert_true (hub_heir_choose (&heir, 1, own_addresses, &next) == &heir);
  g_assert_cmpuint (g_strv_length (next), ==, HUB_HOST_PAYLOAD_NEXT_MAX);
  g_strfreev (presence.http);
}

int
main (int argc, char **argv)
{
  g_autoptr (JsonParser) parser = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *table_path = NULL;
  JsonArray *table;

  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  table_path = g_test_build_filename (G_TEST_DIST, "data", "host.json", NULL);
  parser = json_parser_new ();
  json_parser_load_from_file (parser, table_path, &error);
  g_assert_no_error (error);
  table = json_node_get_array (json_parser_get_root (parser));
  for (guint i = 0; i < json_array_get_length (table); i++)
    {
      JsonObject *row = json_array_get_object_element (table, i);
      g_autofree char *path = g_strconcat ("/app/leaving/table/", json_object_get_string_member (row, "name"), NULL);

      g_test_add_data_func (path, row, check_row);
    }
  for (gsize i = 0; i < G_N_ELEMENTS (choices); i++)
    {
      g_autofree char *path = g_strconcat ("/app/leaving/heir/", choices[i].name, NULL);

      g_test_add_data_func (path, &choices[i], check_choice);
    }
  g_test_add_func ("/app/leaving/heir-limits", test_heir_limits);
  g_test_add_func ("/app/leaving/round-trip", test_round_trip);
  g_test_add_func ("/app/leaving/own-fits", test_own_fits);
  g_test_add_func ("/app/leaving/garbage", test_garbage);
  g_test_add_func ("/app/leaving/endpoint", test_endpoint);
  return g_test_run ();
}
