/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/support/hub-test-bytes.h"
#include "tests/support/hub-test-core.h"
#include "tests/support/hub-test-packets.h"

/*
 * Whatever one client sends, a second one is not disturbed: it stays connected, gets what it asked for and
 * nothing else, and is answered.
 */
typedef struct
{
  HubTestCore *core;
  HubTestPeer *other;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->core = hub_test_core_new ();
  fixture->other = hub_test_core_resume (fixture->core, "other", FALSE);
  hub_test_peer_subscribe (fixture->other, "other/#", 1);
}

static void
check_other (Fixture *fixture)
{
  hub_test_peer_publish (fixture->other, "other/topic", "x", 1);
  g_assert_cmpuint (hub_test_peer_count (fixture->other, "PUBLISH d0 q1 r0"), ==, 1);
  g_assert_cmpuint (hub_test_peer_count (fixture->other, "PUBACK"), ==, 1);
  g_assert_cmpuint (fixture->other->output->len, ==, 2);
  hub_test_peer_settle (fixture->other);
  g_free (hub_test_peer_take (fixture->other));
  hub_test_peer_send (fixture->other, "c0 []");
  hub_test_peer_expect (fixture->other, "PINGRESP");
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  check_other (fixture);
  hub_test_core_free (fixture->core);
}

static gboolean
is_from_server (const char *text)
{
  return g_str_has_prefix (text, "CONNACK") || g_str_has_prefix (text, "SUBACK") ||
         g_str_has_prefix (text, "UNSUBACK") || g_str_has_prefix (text, "PINGRESP");
}

/* The bytes that connect the client `id` before a row that is not about CONNECT itself. */
static const char *
connect_of (HubVersion version)
{
  return version == HUB_VERSION_5_0   ? "10 [{'MQTT'} 05 02 0000 [22 000a] {'id'}]"
         : version == HUB_VERSION_3_1 ? "10 [{'MQIsdp'} 03 02 0000 {'id'}]"
                                      : "10 [{'MQTT'} 04 02 0000 {'id'}]";
}

static gboolean
is_5_0 (const HubTestPacket *row)
{
  return g_str_has_prefix (row->name, "5.0/");
}

static void
check_connect (HubTestPeer *peer, const HubTestPacket *row)
{
  if (row->text != NULL && strstr (row->text, "method=") != NULL)
    {
      hub_test_peer_expect_refusal (peer, HUB_REASON_BAD_AUTHENTICATION_METHOD);
    }
  else if (row->text != NULL && strstr (row->text, "{size=1}") != NULL)
    {
      hub_test_peer_expect_closed (peer, HUB_REASON_IMPLEMENTATION_SPECIFIC);
    }
  else if (row->text != NULL)
    {
      g_autofree char *answer = hub_test_peer_take (peer);

      g_assert_true (g_str_has_prefix (answer, "CONNACK 0 0"));
      g_assert_false (peer->is_closed);
    }
  else if (row->reason == HUB_REASON_UNSUPPORTED_VERSION)
    {
      hub_test_peer_expect (peer, "CONNACK 0 1");
      hub_test_peer_expect_closed (peer, row->reason);
    }
  else if (is_5_0 (row) && peer->output->len > 0)
    {
      hub_test_peer_expect_refusal (peer, row->reason);
    }
  else
    {
      /* Nothing that can be read says that this is 5.0. */
      g_assert_true (!is_5_0 (row) || strstr (row->bytes, "'MQTT'} 05") == NULL || row->bytes[1] != '0');
      hub_test_peer_expect_closed (peer, row->reason);
    }
}

/* Why the core closes a connection for a packet that is right in itself. */
static HubReason
reason_of_right (const HubTestPacket *row)
{
  if (is_from_server (row->text) || g_str_has_prefix (row->text, "AUTH"))
    return HUB_REASON_PROTOCOL_ERROR;
  if (g_str_has_prefix (row->text, "PUBLISH") && strstr (row->text, "sub=") != NULL)
    return HUB_REASON_PROTOCOL_ERROR;
  if (g_str_has_prefix (row->text, "PUBLISH") && strstr (row->text, "alias=65535") != NULL)
    return HUB_REASON_TOPIC_ALIAS_INVALID;
  if (g_str_equal (row->name, "5.0/3.3.2.3.4/alias-alone") || strstr (row->text, "DISCONNECT {session=60}") != NULL)
    return HUB_REASON_PROTOCOL_ERROR;
  return HUB_REASON_SUCCESS;
}

static void
check_packet (HubTestPeer *peer, const HubTestPacket *row)
{
  HubReason reason = row->text != NULL ? reason_of_right (row) : row->reason;

  if (reason != HUB_REASON_SUCCESS && is_5_0 (row))
    hub_test_peer_expect_goodbye (peer, reason);
  else if (reason != HUB_REASON_SUCCESS || g_str_has_prefix (row->text, "DISCONNECT"))
    hub_test_peer_expect_closed (peer, reason);
  else
    g_assert_false (peer->is_closed);
}

/* Every packet of the tables, right or wrong, to a broker in use. */
static void
test_row (Fixture *fixture, gconstpointer data)
{
  const HubTestPacket *row = data;
  HubTestPeer *peer = hub_test_core_open (fixture->core);

  if (row->version == HUB_VERSION_NONE)
    {
      hub_test_peer_send (peer, row->bytes);
      check_connect (peer, row);
    }
  else
    {
      hub_test_peer_send (peer, connect_of (row->version));
      g_assert_cmpuint (hub_test_peer_count (peer, "CONNACK 0 0"), ==, 1);
      g_free (hub_test_peer_take (peer));
      hub_test_peer_send (peer, row->bytes);
      check_packet (peer, row);
    }
}

/* The same, to a client that has everything under way that there can be; it may not crash or leak either. */
static void
test_rows_in_use (Fixture *fixture, gconstpointer data)
{
  const HubTestPacket *row;

  for (gsize i = 0; (row = hub_test_packet_row (i)) != NULL; i++)
    {
      HubTestPeer *peer = hub_test_core_open (fixture->core);

      if (is_5_0 (row))
        hub_test_peer_send (peer, "10 [{'MQTT'} 05 34 000a [11 00000005 22 000a] {'id'} [18 00000001] {'id/will'} {'gone'}]"
                                  " 82 [0001 [0b 01] {'id/#'} 0a] 33 [{'id/1'} 0002 [02 00000005 23 0001] 'x']"
                                  " 35 [{} 0003 [23 0001] 'x'] 34 [{'id/3'} 0004 [26 {'k'} {'v'}] 'x'] 50 [0003]");
      else
        hub_test_peer_send (peer, "10 [{'MQTT'} 04 34 000a {'id'} {'id/will'} {'gone'}]"
                                  " 82 [0001 {'id/#'} 02] 33 [{'id/1'} 0002 'x'] 35 [{'id/2'} 0003 'x']"
                                  " 34 [{'id/3'} 0004 'x'] 50 [0003]");
      g_assert_false (peer->is_closed);
      hub_test_peer_send (peer, row->bytes);
      hub_test_peer_lose (peer);
      check_other (fixture);
    }
}

/* Every packet that is right, cut anywhere, and then the connection is gone. */
static void
test_cut_and_lost (Fixture *fixture, gconstpointer data)
{
  const HubTestPacket *row;

  for (gsize i = 0; (row = hub_test_packet_row (i)) != NULL; i++)
    {
      g_autoptr (GByteArray) bytes = hub_test_bytes (row->bytes);

      for (gsize size = 1; row->text != NULL && size < MIN (bytes->len, 60); size++)
        {
          HubTestPeer *peer = hub_test_core_open (fixture->core);

          if (row->version != HUB_VERSION_NONE)
            hub_test_peer_send (peer, connect_of (row->version));
          g_free (hub_test_peer_take (peer));
          hub_test_peer_feed (peer, (HubSpan){ bytes->data, size });
          if (!peer->is_closed)
            g_assert_cmpuint (peer->input->len, ==, size);
          hub_test_peer_expect (peer, "");
          hub_test_peer_lose (peer);
        }
    }
}

static void
test_byte_changes (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GByteArray) bytes = hub_test_bytes (data);

  for (gsize at = 0; at < bytes->len; at++)
    {
      guint8 old = bytes->data[at];

      for (guint value = 0; value < 256; value += 1)
        {
          HubTestPeer *peer = hub_test_core_open (fixture->core);

          bytes->data[at] = (guint8) value;
          hub_test_peer_feed (peer, hub_test_span (bytes));
          hub_test_peer_lose (peer);
        }
      bytes->data[at] = old;

      /* A changed byte may have kept a session for as long as there is. */
      hub_test_core_pass (fixture->core, 8 * G_TIME_SPAN_DAY);
    }
  hub_test_peer_settle (fixture->other);
  g_free (hub_test_peer_take (fixture->other));
}

/* Mosquitto CVE-2017-7651, CVE-2023-0809: nothing is waited for, or kept, of what is only claimed. */
static void
test_claims (Fixture *fixture, gconstpointer data)
{
  static const char *const rows[] = { "30 ffffff7f", "82 ffffff7f", "10 ffffff7f", "40 ffffff7f", "e0 ffffff7f", "f0 ffffff7f" };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      HubTestPeer *peer = hub_test_core_join (fixture->core, "id");

      g_test_message ("%s", rows[i]);
      hub_test_peer_send (peer, rows[i]);
      hub_test_peer_expect_closed (peer, HUB_REASON_PACKET_TOO_LARGE);
    }
}

/* NanoMQ CVE-2026-21888: five bytes of length, at once and byte by byte. */
static void
test_long_length (Fixture *fixture, gconstpointer data)
{
  static const char *const rows[] = { "30 80808080", "30 ffffffff7f", "30 8080808001", "c0 8000", "30 80808000" };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GByteArray) bytes = hub_test_bytes (rows[i]);
      HubTestPeer *whole = hub_test_core_join (fixture->core, "id");
      HubTestPeer *cut = hub_test_core_join (fixture->core, "id2");

      g_test_message ("%s", rows[i]);
      hub_test_peer_feed (whole, hub_test_span (bytes));
      hub_test_peer_expect_closed (whole, HUB_REASON_MALFORMED_PACKET);
      for (guint k = 0; k < bytes->len; k++)
        hub_test_peer_feed (cut, (HubSpan){ bytes->data + k, 1 });
      hub_test_peer_expect_closed (cut, HUB_REASON_MALFORMED_PACKET);
    }
}

/* Mosquitto CVE-2019-11779, aedes GHSA-xxqp-5qx8-gj5q: topics of nothing but levels. */
static void
test_deep_topics (Fixture *fixture, gconstpointer data)
{
  HubTestPeer *peer = hub_test_core_join (fixture->core, "id");

  hub_test_peer_send (peer, "82 [0001 {'/'*65535} 00 {'+/'*32767 '+'} 00] a2 [0002 {'/'*65535}]");
  hub_test_peer_expect (peer, "SUBACK m1 80 80; UNSUBACK m2");
  hub_test_peer_send (peer, "30 [{'/'*65535}]");
  hub_test_peer_expect_closed (peer, HUB_REASON_TOPIC_NAME_INVALID);
}

/* Filters that would make a careless tree look everywhere. */
static void
test_many_wildcards (Fixture *fixture, gconstpointer data)
{
  HubTestPeer *peer = hub_test_core_join (fixture->core, "id");

  for (guint i = 0; i < 200; i++)
    {
      GString *filter = g_string_new (NULL);

      for (guint level = 0; level < 190; level++)
        g_string_append_printf (filter, "%s%s", level > 0 ? "/" : "", (i >> (level % 8) & 1) != 0 ? "+" : "a");
      hub_test_peer_subscribe (peer, filter->str, 0);
      g_string_free (filter, TRUE);
    }
  hub_test_peer_send (peer, "30 [{'a' '/a'*189} 'x']");
  g_assert_cmpuint (hub_test_peer_count (peer, "PUBLISH"), ==, 1);
}

/* After a fault nothing that is still in the buffer counts. */
static void
test_nothing_after_fault (Fixture *fixture, gconstpointer data)
{
  HubTestPeer *peer = hub_test_core_join (fixture->core, "id");

  hub_test_peer_send (peer, "30 [{'a'} 'x'] c1 [] 30 [{'other/topic'} 'never']");
  hub_test_peer_expect_closed (peer, HUB_REASON_MALFORMED_PACKET);
  g_assert_cmpuint (peer->input->len, ==, 0);
  hub_test_peer_send (peer, "30 [{'other/topic'} 'never']");
  hub_test_peer_expect (fixture->other, "");
}

/* A thousand faulty clients later the broker is as it was. */
static void
test_nothing_stays (Fixture *fixture, gconstpointer data)
{
  HubStats before = hub_core_get_stats (fixture->core->core);
  HubStats after;

  for (guint i = 0; i < 1000; i++)
    {
      HubTestPeer *peer = hub_test_core_join (fixture->core, i % 2 == 0 ? "id" : "");

      hub_test_peer_send (peer, "82 [0001 {'id/#'} 02] 34 [{'id/a'} 0001 'x'] 36 []");
      g_assert_true (peer->is_closed);
    }
  after = hub_core_get_stats (fixture->core->core);
  g_assert_cmpuint (after.clients, ==, before.clients);
  g_assert_cmpuint (after.sessions, ==, before.sessions);
  g_assert_cmpuint (after.subscriptions, ==, before.subscriptions);
  g_assert_cmpuint (after.faults, ==, before.faults + 1000);
  g_assert_cmpint (hub_core_next_deadline (fixture->core->core), ==, G_MAXINT64);
}

#define add_test(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)

static const char story_3_1_1[] =
  "10 [{'MQTT'} 04 2e 000a {'id'} {'id/will'} {'gone'}] 82 [0001 {'id/#'} 02]"
  " 33 [{'id/1'} 0002 'x'] 34 [{'id/2'} 0003 'y'] 40 [0001] 62 [0003]"
  " a2 [0004 {'id/#'}] e0 []";

static const char story_5_0[] =
  "10 [{'MQTT'} 05 2e 000a [11 00000005 21 0002 27 00000080 22 0001] {'id'} [18 00000003 02 00000009] {'id/will'} {'gone'}]"
  " 82 [0001 [0b 05] {'id/#'} 1e {'$share/g/id/#'} 01] 33 [{'id/1'} 0002 [23 0001 02 00000005] 'x']"
  " 34 [{} 0003 [23 0001 26 {'k'} {'v'}] 'y'] 40 [0001] 50 [0002 80] 62 [0003] a2 [0004 [] {'id/#'}]"
  " e0 [04 [11 00000000]]";

int
main (int argc, char *argv[])
{
  const HubTestPacket *row;

  g_test_init (&argc, &argv, NULL);

  for (gsize i = 0; (row = hub_test_packet_row (i)) != NULL; i++)
    {
      g_autofree char *path = g_strconcat ("/core/faults/", row->name, NULL);

      g_test_add (path, Fixture, row, set_up, test_row, tear_down);
    }
  add_test ("/core/faults/rows-in-use", test_rows_in_use);
  add_test ("/core/faults/cut-and-lost", test_cut_and_lost);
  g_test_add ("/core/faults/byte-changes/3.1.1", Fixture, story_3_1_1, set_up, test_byte_changes, tear_down);
  g_test_add ("/core/faults/byte-changes/5.0", Fixture, story_5_0, set_up, test_byte_changes, tear_down);
  add_test ("/core/faults/claims", test_claims);
  add_test ("/core/faults/long-length", test_long_length);
  add_test ("/core/faults/deep-topics", test_deep_topics);
  add_test ("/core/faults/many-wildcards", test_many_wildcards);
  add_test ("/core/faults/3.1.1/MQTT-4.8.0-1/nothing-after-fault", test_nothing_after_fault);
  add_test ("/core/faults/nothing-stays", test_nothing_stays);
  return g_test_run ();
}
