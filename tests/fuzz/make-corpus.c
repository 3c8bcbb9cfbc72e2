/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/fuzz/fuzz-core.h"
#include "tests/support/hub-test-access-tables.h"
#include "tests/support/hub-test-api.h"
#include "tests/support/hub-test-bytes.h"
#include "tests/support/hub-test-config.h"
#include "tests/support/hub-test-http-tables.h"
#include "tests/support/hub-test-packets.h"
#include "tests/support/hub-test-topics.h"
#include "tests/support/hub-test-ws.h"

#include <glib/gstdio.h>

/* Longer packets teach a fuzzer nothing. */
#define INPUT_MAX 4096

/* Writes the first inputs of a fuzzer, made from the tables of the tests: make-corpus KIND FOLDER STAMP. */

typedef struct
{
  const char *folder;
  guint count;
} Corpus;

static void
write_input (Corpus *corpus, const GByteArray *bytes)
{
  g_autofree char *name = g_strdup_printf ("%04u", corpus->count++);
  g_autofree char *path = g_build_filename (corpus->folder, name, NULL);
  g_autoptr (GError) error = NULL;

  if (bytes->len > INPUT_MAX)
    return;
  if (!g_file_set_contents (path, (const char *) bytes->data, bytes->len, &error))
    g_error ("%s", error->message);
}

static void
append (GByteArray *out, const char *text)
{
  g_autoptr (GByteArray) bytes = hub_test_bytes (text);

  g_byte_array_append (out, bytes->data, bytes->len);
}

static void
make_decode (Corpus *corpus)
{
  const HubTestPacket *row;

  for (gsize i = 0; (row = hub_test_packet_row (i)) != NULL; i++)
    {
      static const guint8 choices[] = {
        [HUB_VERSION_NONE] = 0,
        [HUB_VERSION_3_1] = 1,
        [HUB_VERSION_3_1_1] = 2,
        [HUB_VERSION_5_0] = 3,
      };
      g_autoptr (GByteArray) input = g_byte_array_new ();

      g_byte_array_append (input, &choices[row->version], 1);
      append (input, row->bytes);
      write_input (corpus, input);
    }
}

static void
make_topic (Corpus *corpus)
{
  for (gsize i = 0; i < hub_test_n_topics; i++)
    {
      const HubTestTopic *row = &hub_test_topics[i];
      g_autoptr (GByteArray) input = g_byte_array_new ();
      guint8 filter_size = (guint8) strlen (row->filter);

      g_byte_array_append (input, &filter_size, 1);
      g_byte_array_append (input, (const guint8 *) row->filter, filter_size);
      g_byte_array_append (input, (const guint8 *) row->name, (guint) strlen (row->name));
      write_input (corpus, input);
    }
}

static void
make_ws_frame (Corpus *corpus)
{
  for (gsize i = 0; i < hub_test_n_ws_rows; i++)
    {
      g_autoptr (GByteArray) input = g_byte_array_new ();

      append (input, i % 2 == 0 ? "04 01" : "07 02");
      append (input, hub_test_ws_rows[i].bytes);
      write_input (corpus, input);
    }
}

static void
append_string (GByteArray *out, const char *text)
{
  g_byte_array_append (out, (const guint8 *) text, (guint) strlen (text));
}

static void
make_acl (Corpus *corpus)
{
  for (gsize i = 0; i < hub_test_n_acls; i++)
    {
      const HubTestAcl *row = &hub_test_acls[i];
      const char *user = row->user != NULL ? row->user : "";
      const char *client_id = row->client_id != NULL ? row->client_id : "";
      const char *filter = i % 2 == 0 ? "#" : "a/+";
      g_autoptr (GByteArray) input = g_byte_array_new ();
      const guint8 head[] = {
        row->user != NULL ? 1 : 0,
        (guint8) strlen (user),
        (guint8) strlen (client_id),
        (guint8) strlen (row->topic),
        (guint8) strlen (filter),
      };

      g_byte_array_append (input, head, sizeof head);
      append_string (input, user);
      append_string (input, client_id);
      append_string (input, row->topic);
      append_string (input, filter);
      append_string (input, row->text);
      write_input (corpus, input);
    }
}

static void
make_api (Corpus *corpus)
{
  static const char *const payloads[] = { "{\"name\":\"Ada\",\"message\":\"hello\\n\"}", "\xff\x01", "a\tb\r\n\xc3\xa4", "" };

  for (gsize i = 0; i < hub_test_n_api_rows; i++)
    {
      const HubTestApiRow *row = &hub_test_api_rows[i];
      g_autofree char *text = g_strdup_printf ("%s?%s\n%s",
                                               row->path,
                                               row->query != NULL ? row->query : "",
                                               payloads[i % G_N_ELEMENTS (payloads)]);
      g_autoptr (GByteArray) input = g_byte_array_new ();

      g_byte_array_append (input, (const guint8 *) text, (guint) strlen (text));
      write_input (corpus, input);
    }
}

static void
make_config (Corpus *corpus)
{
  for (gsize i = 0; i < hub_test_n_configs; i++)
    {
      g_autoptr (GByteArray) input = g_byte_array_new ();

      g_byte_array_append (input, hub_test_configs[i].text.data, (guint) hub_test_configs[i].text.size);
      write_input (corpus, input);
    }
}

/* From this computer and in one piece, or from another one and in two. */
static void
write_request (Corpus *corpus, const char *text)
{
  g_autoptr (GByteArray) input = g_byte_array_new ();

  append (input, corpus->count % 2 == 0 ? "01 00" : "00 80");
  append_string (input, text);
  write_input (corpus, input);
}

static void
make_http (Corpus *corpus)
{
  static const char *const others[] = {
    "HEAD / HTTP/1.1\r\nHost: ship\r\n\r\n",
    "GET /style.css HTTP/1.1\r\nHost: ship\r\nAccept-Encoding: gzip;q=0.5, br\r\nIf-None-Match: W/\"a\", *\r\n\r\n",
    "GET /main.js?a=b%20c HTTP/1.1\r\nHost: ship\r\nRange: bytes=0-9,20-\r\n\r\nGET / HTTP/1.1\r\n\r\n",
    "POST / HTTP/1.1\r\nHost: ship\r\nTransfer-Encoding: chunked\r\nExpect: 100-continue\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
    "GET /%2e%2e/%00 HTTP/1.0\r\nHost: ship\r\nConnection: keep-alive\r\n folded\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: ship\r\n" HUB_TEST_UPGRADE "\r\n\x82\x80\x01\x02\x03\x04",
  };

  for (gsize i = 0; i < hub_test_n_hosts; i++)
    {
      const char *host = hub_test_hosts[i].host;
      g_autofree char *text = g_strdup_printf ("GET / HTTP/1.1\r\n%s%s\r\n\r\n", host != NULL ? "Host: " : "", host != NULL ? host : "");

      write_request (corpus, text);
    }
  for (gsize i = 0; i < hub_test_n_origins; i++)
    {
      const HubTestOrigin *row = &hub_test_origins[i];
      g_autofree char *text = g_strdup_printf ("GET /mqtt HTTP/1.1\r\nHost: %s\r\n%s%s\r\n" HUB_TEST_UPGRADE "\r\n",
                                               row->host,
                                               row->origin != NULL ? "Origin: " : "X: ",
                                               row->origin != NULL ? row->origin : "");

      write_request (corpus, text);
    }
  for (gsize i = 0; i < hub_test_n_upgrades; i++)
    {
      const HubTestUpgrade *row = &hub_test_upgrades[i];
      g_autofree char *text = g_strdup_printf ("%s HTTP/1.1\r\nHost: 127.0.0.1:9001\r\n%s\r\n",
                                               row->start != NULL ? row->start : "GET /mqtt",
                                               row->headers);

      write_request (corpus, text);
    }
  for (gsize i = 0; i < hub_test_n_no_http; i++)
    write_request (corpus, hub_test_no_http[i]);
  for (gsize i = 0; i < G_N_ELEMENTS (others); i++)
    write_request (corpus, others[i]);
}

static void
make_password_file (Corpus *corpus)
{
  static const char *const others[] = {
    "$6$MDEyMzQ1Njc4OWFi$" HUB_TEST_DIGEST_A,
    "$7$1$MDEyMzQ1Njc4OWFi$" HUB_TEST_DIGEST_A,
    "$7$1000001$MDEyMzQ1Njc4OWFi$" HUB_TEST_DIGEST_A,
    "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==",
    "Basic OmI=",
  };

  for (gsize i = 0; i < hub_test_n_good_passwords + hub_test_n_bad_passwords + G_N_ELEMENTS (others); i++)
    {
      gsize bad = i - hub_test_n_good_passwords;
      gsize other = bad - hub_test_n_bad_passwords;
      g_autoptr (GByteArray) input = g_byte_array_new ();

      if (i < hub_test_n_good_passwords)
        append_string (input, hub_test_good_passwords[i].text);
      else if (bad < hub_test_n_bad_passwords)
        append_string (input, hub_test_bad_passwords[bad].text);
      else
        append_string (input, others[other]);
      write_input (corpus, input);
    }
}

static void
append_feed (GByteArray *input, guint peer, const GByteArray *bytes)
{
  for (guint at = 0; at < bytes->len;)
    {
      guint8 size = (guint8) MIN (bytes->len - at, 255);
      const guint8 head[] = { (guint8) (HUB_FUZZ_FEED * HUB_FUZZ_PEERS + peer), size };

      g_byte_array_append (input, head, sizeof head);
      g_byte_array_append (input, bytes->data + at, size);
      at += size;
    }
}

static void
append_send (GByteArray *input, guint peer, const char *text)
{
  g_autoptr (GByteArray) bytes = hub_test_bytes (text);

  append_feed (input, peer, bytes);
}

static void
append_action (GByteArray *input, HubFuzzAction action, guint peer)
{
  guint8 byte = (guint8) (action * HUB_FUZZ_PEERS + peer);

  g_byte_array_append (input, &byte, 1);
}

static void
append_pass (GByteArray *input, guint8 exponent)
{
  append_action (input, HUB_FUZZ_PASS, 0);
  g_byte_array_append (input, &exponent, 1);
}

/* Each packet from a client that was there for a while, beside one that gets everything. */
static void
make_core_rows (Corpus *corpus)
{
  const HubTestPacket *row;

  for (gsize i = 0; (row = hub_test_packet_row (i)) != NULL; i++)
    {
      g_autoptr (GByteArray) input = g_byte_array_new ();
      g_autoptr (GByteArray) bytes = hub_test_bytes (row->bytes);

      append (input, i % 2 == 0 ? "01" : "04");
      append_send (input, 0, "10 [{'MQTT'} 04 00 000a {'w'}] 82 [0001 {'#'} 02]");
      if (row->version == HUB_VERSION_5_0)
        append_send (input, 1, "10 [{'MQTT'} 05 36 000a [22 0003] {'id'} [] {'will'} {'gone'}] 82 [0001 [0b 05] {'a/#'} 01]");
      else if (row->version != HUB_VERSION_NONE)
        append_send (input, 1, "10 [{'MQTT'} 04 36 000a {'id'} {'will'} {'gone'}] 82 [0001 {'a/#'} 01]");
      append_feed (input, 1, bytes);
      append_send (input, 0, "40 [0001] 50 [0001] 70 [0001]");
      append_action (input, HUB_FUZZ_LOSE, 1);
      append_pass (input, 24);
      write_input (corpus, input);
    }
}

/* Longer stories, one for each thing that a broker remembers. */
static void
make_core_stories (Corpus *corpus)
{
  static const char *const resume = "10 [{'MQTT'} 04 00 0000 {'id'}]";
  static const char *const clean = "10 [{'MQTT'} 04 02 0000 {'id'}]";
  static const char *const sender = "10 [{'MQTT'} 04 02 0000 {'s'}]";
  static const char *const many = "32 [{'a'} 0001 '1'] 34 [{'a'} 0002 '2'] 30 [{'a'} '3']"
                                  " 32 [{'a'} 0003 '4'] 34 [{'a'} 0004 '5']";
  static const char *const options[] = { "00", "01", "04", "05" };

  for (gsize i = 0; i < G_N_ELEMENTS (options); i++)
    {
      g_autoptr (GByteArray) offline = g_byte_array_new ();
      g_autoptr (GByteArray) window = g_byte_array_new ();
      g_autoptr (GByteArray) retained = g_byte_array_new ();
      g_autoptr (GByteArray) stuck = g_byte_array_new ();
      g_autoptr (GByteArray) takeover = g_byte_array_new ();

      append (offline, options[i]);
      append_send (offline, 0, resume);
      append_send (offline, 0, "82 [0001 {'a'} 02]");
      append_action (offline, HUB_FUZZ_LOSE, 0);
      append_send (offline, 1, sender);
      append_send (offline, 1, many);
      append_send (offline, 0, resume);
      append_send (offline, 0, "40 [0001] 50 [0002] 70 [0002] 40 [0003]");
      append_action (offline, HUB_FUZZ_LOSE, 0);
      append_pass (offline, 22);
      append_send (offline, 0, resume);
      append_send (offline, 0, "82 [0001 {'a'} 00 {'b'} 01] a2 [0002 {'a'}]");
      append_send (offline, 1, "62 [0002] 62 [0004]");
      write_input (corpus, offline);

      append (window, options[i]);
      append_send (window, 0, clean);
      append_send (window, 0, "82 [0001 {'a'} 02 {'+'} 01 {'a/#'} 00]");
      append_send (window, 1, sender);
      append_send (window, 1, many);
      append_send (window, 0, "50 [0002] 40 [0001] 70 [0002] 40 [0003] 40 [0005]");
      append_send (window, 0, "50 [0004] 70 [0004] e0 []");
      write_input (corpus, window);

      append (retained, options[i]);
      append_send (retained, 1, sender);
      append_send (retained, 1, "33 [{'a'} 0001 'x'] 31 [{'a/b'} 'y'] 35 [{'c'} 0002 'z'] 31 [{'d'} 'w']");
      append_send (retained, 0, clean);
      append_send (retained, 0, "82 [0001 {'#'} 01 {'+'} 02 {'a/+'} 00 {'a/#'} 01]");
      append_send (retained, 1, "31 [{'a'}] 31 [{'a/b'} 'new'] 31 [{'c'} 'q']");
      append_send (retained, 0, "40 [0001] 40 [0002] 82 [0002 {'#'} 01]");
      write_input (corpus, retained);

      append (stuck, options[i]);
      append_send (stuck, 0, clean);
      append_send (stuck, 0, "82 [0001 {'#'} 01]");
      append_send (stuck, 1, sender);
      append_send (stuck, 1, "30 [{'a'} 'x'*60] 32 [{'a'} 0001 'x'*60] 30 [{'a'} 'x'*60] 32 [{'a'} 0002 'x'*60]");
      append_action (stuck, HUB_FUZZ_READ, 0);
      append_send (stuck, 0, "40 [0001] 40 [0002]");
      append_action (stuck, HUB_FUZZ_READ, 0);
      write_input (corpus, stuck);

      append (takeover, options[i]);
      append_send (takeover, 0, "10 [{'MQTT'} 04 2c 0005 {'id'} {'will'} {'gone'}] 82 [0001 {'will'} 01]");
      append_send (takeover, 1, "10 [{'MQTT'} 04 0c 0005 {'id'} {'will'} {}]");
      append_pass (takeover, 23);
      append_send (takeover, 2, clean);
      append_send (takeover, 3, "10 [{'MQIsdp'} 03 02 0001 {'other'}] c0 []");
      append_pass (takeover, 20);
      append_pass (takeover, 20);
      write_input (corpus, takeover);
    }
}

/* Exchanges of AUTH: at first and again, granted and refused, and what may not be sent meanwhile. */
static void
make_core_exchanges (Corpus *corpus)
{
  static const char *const method = "10 [{'MQTT'} 05 06 000a [15 {'m'} 16 {00}] {'id'} [] {'will'} {'gone'}]";
  static const char *const steps[] = { "f0 [18 [15 {'m'}]]", "f0 [18 [15 {'m'} 16 {02}]]", "f0 [18 [15 {'m'} 16 {03}]]" };
  static const char *const others[] = { "30 [{'a'} [] 'x']", "e0 []", "f0 [19 [15 {'m'} 16 {00}]]", "f0 [18 [15 {'n'}]]" };

  for (gsize i = 0; i < G_N_ELEMENTS (steps) * G_N_ELEMENTS (others); i++)
    {
      g_autoptr (GByteArray) input = g_byte_array_new ();

      append (input, i % 2 == 0 ? "08" : "0d");
      append_send (input, 0, method);
      append_send (input, 0, steps[0]);
      append_send (input, 1, "10 [{'MQTT'} 05 02 0000 [15 {'m'} 16 {02}] {'id'}] c0 []");
      append_send (input, 0, steps[i % G_N_ELEMENTS (steps)]);
      append_send (input, 0, others[i / G_N_ELEMENTS (steps)]);
      append_send (input, 0, steps[1]);
      append_pass (input, 23);
      write_input (corpus, input);
    }
}

static void
make_core (Corpus *corpus)
{
  make_core_exchanges (corpus);
  make_core_rows (corpus);
  make_core_stories (corpus);
}

int
main (int argc, char *argv[])
{
  static const struct
  {
    const char *kind;
    void (*make) (Corpus *corpus);
  } kinds[] = {
    { "acl", make_acl },
    { "api", make_api },
    { "config", make_config },
    { "http", make_http },
    { "password-file", make_password_file },
    { "decode", make_decode },
    { "topic", make_topic },
    { "ws-frame", make_ws_frame },
    { "core", make_core },
  };

  for (gsize i = 0; argc == 4 && i < G_N_ELEMENTS (kinds); i++)
    if (g_str_equal (argv[1], kinds[i].kind))
      {
        Corpus corpus = { argv[2], 0 };
        g_autoptr (GError) error = NULL;

        if (g_mkdir_with_parents (argv[2], 0700) != 0)
          g_error ("cannot make %s", argv[2]);
        kinds[i].make (&corpus);
        if (!g_file_set_contents (argv[3], "", 0, &error))
          g_error ("%s", error->message);
        return 0;
      }
  g_printerr ("usage: make-corpus KIND FOLDER STAMP\n");
  return 2;
}
