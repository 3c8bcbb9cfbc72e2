/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ui/model/hub-join-address.h"

#include <string.h>

static void
test_good (void)
{
  /* What it means, in full, and how it is shown. */
  static const struct
  {
    const char *text;
    const char *url;
    const char *shown;
  } rows[] = {
    { "office-laptop", "mqtt://office-laptop", "office-laptop" },
    { "192.168.1.20", "mqtt://192.168.1.20", "192.168.1.20" },
    { "192.168.1.20:1884", "mqtt://192.168.1.20:1884", "192.168.1.20:1884" },
    { "192.168.1.20:1883", "mqtt://192.168.1.20", "192.168.1.20" },
    { "  office.local:1  \n", "mqtt://office.local:1", "office.local:1" },
    { "host:65535", "mqtt://host:65535", "host:65535" },
    { "[fd00::1]:1884", "mqtt://[fd00::1]:1884", "[fd00::1]:1884" },
    { "[fd00::1]", "mqtt://[fd00::1]", "[fd00::1]" },
    { "fd00::1", "mqtt://[fd00::1]", "[fd00::1]" },
    { "::1", "mqtt://[::1]", "[::1]" },
    { "fe80::1%eth0", "mqtt://[fe80::1%25eth0]", "[fe80::1%eth0]" },
    { "[fe80::1%eth0]:1884", "mqtt://[fe80::1%25eth0]:1884", "[fe80::1%eth0]:1884" },
    { "mqtt://[fe80::1%25eth0]:1884", "mqtt://[fe80::1%25eth0]:1884", "[fe80::1%eth0]:1884" },
    { "fe80::1%25", "mqtt://[fe80::1%2525]", "[fe80::1%25]" },
    { "mqtt://office:1884", "mqtt://office:1884", "office:1884" },
    { "MQTT://office/", "mqtt://office", "office" },
    { "mqtt://[::1]:2/", "mqtt://[::1]:2", "[::1]:2" },
    { "b\303\274ro", "mqtt://b\303\274ro", "b\303\274ro" },
    { "my_pi.lan.", "mqtt://my_pi.lan.", "my_pi.lan." },
    { "3com", "mqtt://3com", "3com" },
    { "mqtts://office", "mqtts://office", "mqtts://office" },
    { "mqtts://office:8883/", "mqtts://office", "mqtts://office" },
    { "mqtts://[fd00::1]:1", "mqtts://[fd00::1]:1", "mqtts://[fd00::1]:1" },
    { "ws://office:9001", "ws://office:9001/mqtt", "ws://office:9001/mqtt" },
    { "ws://office:80", "ws://office/mqtt", "ws://office/mqtt" },
    { "ws://office:9001/", "ws://office:9001/", "ws://office:9001/" },
    { "WSS://office/a/b?c=d%20e#f", "wss://office/a/b?c=d%20e", "wss://office/a/b?c=d%20e" },
    { "wss://office?c", "wss://office/?c", "wss://office/?c" },
    { "ws://office/caf\303\251 \r\nX: y", "ws://office/caf%C3%A9%20%0D%0AX:%20y", "ws://office/caf%C3%A9%20%0D%0AX:%20y" },
    { "wss://office:443", "wss://office/mqtt", "wss://office/mqtt" },
    { "ada@office", "mqtt://ada@office", "office" },
    { "ada:secret@office:2", "mqtt://ada:secret@office:2", "office:2" },
    { "mqtt://ada:secret@office", "mqtt://ada:secret@office", "office" },
    { "mqtts://ad%40a:%3a%2F%25%23@[::1]", "mqtts://ad%40a:%3A%2F%25%23@[::1]", "mqtts://[::1]" },
    { "wss://ada:a@b:c@office/x@y", "wss://ada:a%40b%3Ac@office/x@y", "wss://office/x@y" },
    { "mqtt://:secret@office", "mqtt://hubbub:secret@office", "office" },
    { "mqtt://ada:@office", "mqtt://ada@office", "office" },
    { "mqtt://@office", "mqtt://office", "office" },
    { "mqtt://b\303\274ro:\303\274@office", "mqtt://b%C3%BCro:%C3%BC@office", "office" },
    { "http://192.168.1.20:9001/", "ws://192.168.1.20:9001/", "ws://192.168.1.20:9001/" },
    { "https://office", "wss://office/", "wss://office/" },
    { "http://office:9001/#room=tea&key=a+b%26c", "ws://hubbub:a%20b%26c@office:9001/", "ws://office:9001/" },
    { "http://office:9001/#room=tea", "ws://office:9001/", "ws://office:9001/" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (HubJoinAddress) address = hub_join_address_parse (rows[i].text, &error);
      g_autoptr (HubJoinAddress) again = NULL;
      g_autofree char *url = NULL;
      g_autofree char *shown = NULL;
      g_autofree char *url_again = NULL;

      g_test_message ("%s", rows[i].text);
      g_assert_no_error (error);
      url = hub_join_address_to_url (address);
      shown = hub_join_address_to_string (address);
      g_assert_cmpstr (url, ==, rows[i].url);
      g_assert_cmpstr (shown, ==, rows[i].shown);
      again = hub_join_address_parse (url, &error);
      g_assert_no_error (error);
      url_again = hub_join_address_to_url (again);
      g_assert_cmpstr (url_again, ==, url);
    }
}

static void
test_parts (void)
{
  g_autoptr (HubJoinAddress) address = hub_join_address_parse ("wss://ad%40a:se%3Acret@[fe80::1%25eth0]:9443/m?x", NULL);
  g_autoptr (HubJoinAddress) plain = hub_join_address_parse ("office", NULL);
  g_autoptr (HubJoinAddress) room = hub_join_address_with_credentials (plain, "", "tea");
  g_autoptr (HubJoinAddress) nobody = hub_join_address_with_credentials (address, NULL, NULL);
  g_autoptr (HubJoinAddress) moved = hub_join_address_at (address, "10.0.0.2", 1);
  g_autofree char *key = hub_join_address_to_key (plain);
  g_autofree char *key_ws = hub_join_address_to_key (address);
  g_autofree char *moved_url = hub_join_address_to_url (moved);

  g_assert_cmpint (address->scheme, ==, HUB_JOIN_SCHEME_WSS);
  g_assert_cmpstr (address->host, ==, "fe80::1%eth0");
  g_assert_cmpuint (address->port, ==, 9443);
  g_assert_cmpstr (address->path, ==, "/m?x");
  g_assert_cmpstr (address->user_name, ==, "ad@a");
  g_assert_cmpstr (address->password, ==, "se:cret");
  g_assert_true (hub_join_address_is_tls (address));
  g_assert_true (hub_join_address_is_websocket (address));
  g_assert_false (hub_join_address_is_tls (plain));
  g_assert_false (hub_join_address_is_websocket (plain));
  g_assert_null (plain->path);
  g_assert_null (plain->user_name);
  g_assert_null (plain->password);
  g_assert_cmpstr (room->user_name, ==, HUB_JOIN_ADDRESS_ROOM_USER);
  g_assert_cmpstr (room->password, ==, "tea");
  g_assert_null (nobody->user_name);
  g_assert_null (nobody->password);
  g_assert_cmpstr (key, ==, "office:1883");
  g_assert_cmpstr (key_ws, ==, "wss://[fe80::1%25eth0]:9443/m?x");
  g_assert_cmpstr (moved_url, ==, "wss://ad%40a:se%3Acret@10.0.0.2:1/m?x");
}

static void
test_room (void)
{
  static const struct
  {
    const char *text;
    const char *room; /* (nullable) */
  } rows[] = {
    { "http://office:9001/#room=tea", "tea" },
    { "https://office/#key=word&room=green+tea", "green tea" },
    { "http://office:9001/#room=caf%C3%A9%20%26%20bar", "caf\303\251 & bar" },
    { "http://office:9001/#room=", NULL },
    { "http://office:9001/#key=word", NULL },
    { "http://office:9001/#room=%zz", NULL },
    { "http://office:9001/#room=%FF", NULL },
    { "http://office:9001/", NULL },
    /* These are no pages. */
    { "ws://office:9001/#room=tea", NULL },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (HubJoinAddress) address = hub_join_address_parse (rows[i].text, NULL);
      g_autoptr (HubJoinAddress) other = hub_join_address_with_credentials (address, NULL, "word");

      g_test_message ("%s", rows[i].text);
      g_assert_cmpstr (address->room, ==, rows[i].room);
      g_assert_cmpstr (other->room, ==, rows[i].room);
    }
}

static void
test_bad (void)
{
  static const struct
  {
    const char *text;
    HubJoinAddressError code;
  } rows[] = {
    { "", HUB_JOIN_ADDRESS_ERROR_EMPTY },
    { " \t", HUB_JOIN_ADDRESS_ERROR_EMPTY },
    { "ftp://192.168.1.20:9001/", HUB_JOIN_ADDRESS_ERROR_SCHEME },
    { "tcp://office", HUB_JOIN_ADDRESS_ERROR_SCHEME },
    { "://office", HUB_JOIN_ADDRESS_ERROR_SCHEME },
    { "mqtt://", HUB_JOIN_ADDRESS_ERROR_HOST },
    { ":1883", HUB_JOIN_ADDRESS_ERROR_HOST },
    { "300.1.1.1", HUB_JOIN_ADDRESS_ERROR_HOST },
    { "192.168.1", HUB_JOIN_ADDRESS_ERROR_HOST },
    { "1", HUB_JOIN_ADDRESS_ERROR_HOST },
    { "two words", HUB_JOIN_ADDRESS_ERROR_HOST },
    { "ws://", HUB_JOIN_ADDRESS_ERROR_HOST },
    { "wss:///mqtt", HUB_JOIN_ADDRESS_ERROR_HOST },
    { "mqtt://ada:secret@", HUB_JOIN_ADDRESS_ERROR_HOST },
    { "a/b", HUB_JOIN_ADDRESS_ERROR_PATH },
    { "mqtts://office/mqtt", HUB_JOIN_ADDRESS_ERROR_PATH },
    { "mqtt://office/?x", HUB_JOIN_ADDRESS_ERROR_PATH },
    { "mqtt://100%@office", HUB_JOIN_ADDRESS_ERROR_CREDENTIALS },
    { "mqtt://ada:%zz@office", HUB_JOIN_ADDRESS_ERROR_CREDENTIALS },
    { "mqtt://ada:%00@office", HUB_JOIN_ADDRESS_ERROR_CREDENTIALS },
    { "mqtt://ada:%ff@office", HUB_JOIN_ADDRESS_ERROR_CREDENTIALS },
    { "mqtt://a/b:c@office", HUB_JOIN_ADDRESS_ERROR_PATH },
    { "-host", HUB_JOIN_ADDRESS_ERROR_HOST },
    { "host-.lan", HUB_JOIN_ADDRESS_ERROR_HOST },
    { "a..b", HUB_JOIN_ADDRESS_ERROR_HOST },
    { ".", HUB_JOIN_ADDRESS_ERROR_HOST },
    { "fd00::zz", HUB_JOIN_ADDRESS_ERROR_HOST },
    { "fe80::1%", HUB_JOIN_ADDRESS_ERROR_HOST },
    { "eth0%x", HUB_JOIN_ADDRESS_ERROR_HOST },
    { "::1%00[]", HUB_JOIN_ADDRESS_ERROR_HOST },
    { "[fd00::1", HUB_JOIN_ADDRESS_ERROR_HOST },
    { "[fd00::1]x", HUB_JOIN_ADDRESS_ERROR_HOST },
    { "[host]:1883", HUB_JOIN_ADDRESS_ERROR_HOST },
    { "[]:1883", HUB_JOIN_ADDRESS_ERROR_HOST },
    { "host:", HUB_JOIN_ADDRESS_ERROR_PORT },
    { "host:0", HUB_JOIN_ADDRESS_ERROR_PORT },
    { "host:65536", HUB_JOIN_ADDRESS_ERROR_PORT },
    { "host:-1", HUB_JOIN_ADDRESS_ERROR_PORT },
    { "host:18a3", HUB_JOIN_ADDRESS_ERROR_PORT },
    { "host:99999999999999999999", HUB_JOIN_ADDRESS_ERROR_PORT },
    { "[::1]:", HUB_JOIN_ADDRESS_ERROR_PORT },
    { "host\377", HUB_JOIN_ADDRESS_ERROR_HOST },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *row = g_strescape (rows[i].text, NULL);
      g_autoptr (GError) error = NULL;

      g_test_message ("%s", row);
      g_assert_null (hub_join_address_parse (rows[i].text, &error));
      g_assert_error (error, HUB_JOIN_ADDRESS_ERROR, (int) rows[i].code);
      /* Shown as it is: a sentence. */
      g_assert_true (g_ascii_isupper (error->message[0]));
      g_assert_true (g_str_has_suffix (error->message, "."));
    }
}

static gboolean
is_taken (const char *text)
{
  g_autoptr (HubJoinAddress) address = hub_join_address_parse (text, NULL);

  return address != NULL;
}

static void
test_long (void)
{
  g_autofree char *label = g_strnfill (63, 'a');
  g_autofree char *long_label = g_strnfill (64, 'a');
  g_autofree char *longest = g_strdup_printf ("%s.%s.%s.%.61s", label, label, label, label);
  g_autofree char *too_long = g_strdup_printf ("%s.%s.%s.%.62s", label, label, label, label);
  g_autofree char *filling = g_strnfill (HUB_JOIN_ADDRESS_BYTES_MAX - strlen ("ws://a/"), 'a');
  g_autofree char *longest_path = g_strdup_printf ("ws://a/%s", filling);
  g_autofree char *too_long_path = g_strdup_printf ("ws://a/%sa", filling);
  g_autofree char *huge = g_strnfill (300000, 'a');
  g_autoptr (GError) error = NULL;

  g_assert_true (is_taken (label));
  g_assert_false (is_taken (long_label));
  g_assert_true (is_taken (longest));
  g_assert_false (is_taken (too_long));
  g_assert_true (is_taken (longest_path));
  g_assert_false (is_taken (too_long_path));
  g_assert_null (hub_join_address_parse (huge, &error));
  g_assert_error (error, HUB_JOIN_ADDRESS_ERROR, HUB_JOIN_ADDRESS_ERROR_HOST);
}

/* Whatever is typed, half typed or pasted is an address that can be written and read again, or a sentence. */
static void
test_random (void)
{
  static const char *const pieces[] = { "mqtt", "ws", "wss", "://", ":", "@", "/", "[", "]", "::1", "a", "1883", "%", "%41", "%00", "#key=", "?", ".", " ", "\303\274", "-" };

  for (guint i = 0; i < 20000; i++)
    {
      g_autoptr (GString) text = g_string_new (NULL);
      g_autoptr (GError) error = NULL;
      g_autoptr (HubJoinAddress) address = NULL;

      for (int n = g_test_rand_int_range (1, 9); n > 0; n--)
        g_string_append (text, pieces[g_test_rand_int_range (0, G_N_ELEMENTS (pieces))]);
      address = hub_join_address_parse (text->str, &error);
      g_assert_true ((address == NULL) == (error != NULL));
      if (address != NULL)
        {
          g_autofree char *url = hub_join_address_to_url (address);
          g_autoptr (HubJoinAddress) again = hub_join_address_parse (url, NULL);

          g_test_message ("%s: %s", text->str, url);
          g_assert_nonnull (again);
          g_assert_cmpstr (again->host, ==, address->host);
          g_assert_cmpstr (again->user_name, ==, address->user_name);
          g_assert_cmpstr (again->password, ==, address->password);
          g_assert_cmpstr (again->path, ==, address->path);
          g_assert_cmpuint (again->port, ==, address->port);
        }
    }
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);

  g_test_add_func ("/ui/join-address/good", test_good);
  g_test_add_func ("/ui/join-address/parts", test_parts);
  g_test_add_func ("/ui/join-address/room", test_room);
  g_test_add_func ("/ui/join-address/bad", test_bad);
  g_test_add_func ("/ui/join-address/long", test_long);
  g_test_add_func ("/ui/join-address/random", test_random);

  return g_test_run ();
}
