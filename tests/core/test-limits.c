/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/support/hub-test-core.h"

#define KIB ((gsize) 1024)
#define MIB (1024 * KIB)

static HubLimits
broker_limits (void)
{
  HubLimits limits;

  hub_limits_init_broker (&limits);
  return limits;
}

/* The numbers that were promised. */
static void
test_defaults (void)
{
  HubLimits broker;
  HubLimits app;

  hub_limits_init_broker (&broker);
  hub_limits_init_app (&app);

  g_assert_cmpint (broker.connect_timeout_us, ==, 10 * G_TIME_SPAN_SECOND);
  g_assert_cmpint (broker.session_expiry_max_us, ==, 7 * G_TIME_SPAN_DAY);
  g_assert_cmpuint (broker.max_packet_bytes, ==, 2000000);
  g_assert_cmpuint (broker.max_first_packet_bytes, ==, 512 * KIB);
  g_assert_cmpuint (broker.max_inflight, ==, 20);
  g_assert_cmpuint (broker.max_queued_messages, ==, 1000);
  g_assert_cmpuint (broker.max_queued_bytes, ==, 8 * MIB);
  g_assert_cmpuint (broker.max_output_bytes, ==, MIB);
  g_assert_cmpuint (broker.max_retained_messages, ==, 0);
  g_assert_cmpuint (broker.max_retained_bytes, ==, 0);

  g_assert_cmpint (app.connect_timeout_us, ==, 10 * G_TIME_SPAN_SECOND);
  g_assert_cmpint (app.session_expiry_max_us, ==, 7 * G_TIME_SPAN_DAY);
  g_assert_cmpuint (app.max_packet_bytes, ==, MIB + 64 * KIB);
  g_assert_cmpuint (app.max_first_packet_bytes, ==, 512 * KIB);
  g_assert_cmpuint (app.max_inflight, ==, 1000);
  g_assert_cmpuint (app.max_queued_messages, ==, 10000);
  g_assert_cmpuint (app.max_queued_bytes, ==, 8 * MIB);
  g_assert_cmpuint (app.max_output_bytes, ==, MIB);
  g_assert_cmpuint (app.max_filters, ==, 200);
  g_assert_cmpuint (app.max_retained_messages, ==, 10000);
  g_assert_cmpuint (app.max_retained_bytes, ==, 16 * MIB);
}

/* Refused at its header, however little of it has come. */
static void
test_packet (void)
{
  static const struct
  {
    const char *name;
    const char *bytes;
    gboolean is_closed;
  } rows[] = {
    { "at the limit", "30 [{'a'} 78*1994]", FALSE },
    { "one past it", "30 [{'a'} 78*1995]", TRUE },
    { "at the limit, claimed", "30 cd0f", FALSE },
    { "one past it, claimed", "30 ce0f", TRUE },
    { "the largest there is, claimed", "30 ffffff7f", TRUE },
    { "another type", "82 ffffff7f", TRUE },
  };
  HubLimits limits = broker_limits ();

  limits.max_packet_bytes = 2000;
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (HubTestCore) core = hub_test_core_new_with_limits (&limits);
      HubTestPeer *peer = hub_test_core_join (core, "id");

      g_test_message ("%s", rows[i].name);
      g_assert_cmpuint (hub_core_peer_limit (core->core, &peer->peer), ==, 2000);
      hub_test_peer_send (peer, rows[i].bytes);
      if (rows[i].is_closed)
        hub_test_peer_expect_closed (peer, HUB_REASON_PACKET_TOO_LARGE);
      else
        g_assert_false (peer->is_closed);
    }
}

static void
test_first_packet (void)
{
  static const struct
  {
    const char *name;
    const char *bytes;
    gboolean is_closed;
  } rows[] = {
    { "at the limit", "10 [{'MQTT'} 04 06 0000 {'id'} {'w'} {78*978}]", FALSE },
    { "one past it", "10 [{'MQTT'} 04 06 0000 {'id'} {'w'} {78*979}]", TRUE },
    { "at the limit, claimed", "10 e507", FALSE },
    { "one past it, claimed", "10 e607", TRUE },
    { "Mosquitto CVE-2023-0809", "10 ffffff7f", TRUE },
  };
  HubLimits limits = broker_limits ();

  limits.max_first_packet_bytes = 1000;
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (HubTestCore) core = hub_test_core_new_with_limits (&limits);
      HubTestPeer *peer = hub_test_core_open (core);

      g_test_message ("%s", rows[i].name);
      g_assert_cmpuint (hub_core_peer_limit (core->core, &peer->peer), ==, 1000);
      hub_test_peer_send (peer, rows[i].bytes);
      if (rows[i].is_closed)
        hub_test_peer_expect_closed (peer, HUB_REASON_PACKET_TOO_LARGE);
      else
        g_assert_false (peer->is_closed);
    }
}

/* Packets pipelined behind CONNECT have the wider limit already. */
static void
test_packet_behind_first (void)
{
  HubLimits limits = broker_limits ();
  g_autoptr (HubTestCore) core = NULL;
  HubTestPeer *peer;

  limits.max_first_packet_bytes = 100;
  core = hub_test_core_new_with_limits (&limits);
  peer = hub_test_core_open (core);
  hub_test_peer_send (peer, "10 [{'MQTT'} 04 02 0000 {'id'}] 32 [{'a'} 0001 78*500000]");
  hub_test_peer_expect (peer, "CONNACK 0 0; PUBACK m1");
}

static void
test_defaults_as_packets (void)
{
  g_autoptr (HubTestCore) core = hub_test_core_new ();
  HubTestPeer *peer = hub_test_core_open (core);

  g_assert_cmpuint (hub_core_peer_limit (core->core, &peer->peer), ==, 512 * KIB);
  hub_test_peer_send (peer, "10 fcff1f");
  g_assert_false (peer->is_closed);
  peer = hub_test_core_open (core);
  hub_test_peer_send (peer, "10 fdff1f");
  hub_test_peer_expect_closed (peer, HUB_REASON_PACKET_TOO_LARGE);

  peer = hub_test_core_join (core, "id");
  hub_test_peer_send (peer, "32 [{'a'} 0001 78*1999991]");
  hub_test_peer_expect (peer, "PUBACK m1");
  hub_test_peer_send (peer, "32 [{'a'} 0001 78*1999992]");
  hub_test_peer_expect_closed (peer, HUB_REASON_PACKET_TOO_LARGE);
}

static void
test_levels (void)
{
  g_autoptr (HubTestCore) core = hub_test_core_new ();
  HubTestPeer *watcher = hub_test_core_join (core, "watcher");
  HubTestPeer *peer = hub_test_core_join (core, "id");

  hub_test_peer_subscribe (watcher, "#", 0);
  hub_test_peer_send (peer, "82 [0001 {'+' '/+'*199} 00 {'+' '/+'*200} 00 {'a' '/a'*198 '/#'} 00 {'a' '/a'*199 '/#'} 00]");
  hub_test_peer_expect (peer, "SUBACK m1 00 80 00 80");
  hub_test_peer_send (peer, "33 [{'a' '/a'*199} 0001 'x']");
  g_assert_cmpuint (hub_test_peer_count (peer, "PUBLISH"), ==, 1);
  g_free (hub_test_peer_take (peer));
  g_assert_cmpuint (hub_test_peer_count (watcher, "PUBLISH"), ==, 1);
  hub_test_peer_send (peer, "32 [{'a' '/a'*200} 0002 'x']");
  hub_test_peer_expect_closed (peer, HUB_REASON_TOPIC_NAME_INVALID);
  g_assert_cmpuint (hub_test_peer_count (watcher, "PUBLISH"), ==, 1);
}

static void
test_filters (void)
{
  HubLimits limits = broker_limits ();
  g_autoptr (HubTestCore) core = NULL;
  HubTestPeer *other;
  HubTestPeer *peer;

  limits.max_filters = 3;
  core = hub_test_core_new_with_limits (&limits);
  peer = hub_test_core_join (core, "id");
  other = hub_test_core_join (core, "other");
  hub_test_peer_send (peer, "82 [0001 {'a'} 00 {'b'} 00 {'c'} 00 {'d'} 00]");
  hub_test_peer_expect (peer, "SUBACK m1 00 00 00 80");

  /* One that is there can be changed, and one that goes makes room. */
  hub_test_peer_send (peer, "82 [0002 {'c'} 01 {'d'} 00] a2 [0003 {'a'}] 82 [0004 {'d'} 02 {'e'} 00]");
  hub_test_peer_expect (peer, "SUBACK m2 01 80; UNSUBACK m3; SUBACK m4 02 80");
  hub_test_peer_send (other, "82 [0001 {'a'} 00 {'b'} 00 {'c'} 00]");
  hub_test_peer_expect (other, "SUBACK m1 00 00 00");
  g_assert_cmpuint (hub_test_core_count_log (core, "as many subscriptions as it may have"), >, 0);
}

/* A thousand refusals in one packet are worth a line, not a thousand. */
static void
test_filters_log (void)
{
  HubLimits limits = broker_limits ();
  g_autoptr (HubTestCore) core = NULL;
  HubTestPeer *peer;

  limits.max_filters = 1;
  core = hub_test_core_new_with_limits (&limits);
  peer = hub_test_core_join (core, "id");
  hub_test_peer_send (peer, "82 [0001 {'a'} 00 ({'b'} 00)*1000]");
  g_assert_cmpuint (hub_test_core_count_log (core, "as many subscriptions as it may have"), ==, 1);
}

static void
subscribe_to_numbers (HubTestPeer *peer, guint n)
{
  for (guint i = 0; i < n; i++)
    {
      g_autofree char *filter = g_strdup_printf ("%u", i);

      hub_test_peer_subscribe (peer, filter, 0);
    }
}

static void
test_filters_of_the_app (void)
{
  g_autoptr (HubTestCore) core = NULL;
  HubTestPeer *peer;
  HubLimits limits;

  hub_limits_init_app (&limits);
  core = hub_test_core_new_with_limits (&limits);
  peer = hub_test_core_join (core, "id");
  subscribe_to_numbers (peer, 200);
  hub_test_peer_send (peer, "82 [03e8 {'one more'} 00]");
  hub_test_peer_expect (peer, "SUBACK m1000 80");
}

static void
test_filters_unlimited (void)
{
  HubLimits limits = broker_limits ();
  g_autoptr (HubTestCore) core = NULL;

  limits.max_filters = 0;
  core = hub_test_core_new_with_limits (&limits);
  subscribe_to_numbers (hub_test_core_join (core, "id"), 5000);
  g_assert_cmpuint (hub_core_get_stats (core->core).subscriptions, ==, 5000);
}

static void
publish_times (HubTestPeer *sender, guint n, const char *payload, guint8 qos)
{
  for (guint i = 0; i < n; i++)
    {
      hub_test_peer_publish (sender, "a", payload, qos);
      hub_test_peer_settle (sender);
      g_free (hub_test_peer_take (sender));
    }
}

static void
test_inflight (void)
{
  static const guint windows[] = { 1, 2, 20, 100 };

  for (gsize i = 0; i < G_N_ELEMENTS (windows); i++)
    {
      HubLimits limits = broker_limits ();
      g_autoptr (HubTestCore) core = NULL;
      HubTestPeer *sender;
      HubTestPeer *peer;

      limits.max_inflight = windows[i];
      core = hub_test_core_new_with_limits (&limits);
      sender = hub_test_core_join (core, "sender");
      peer = hub_test_core_join (core, "id");
      hub_test_peer_subscribe (peer, "a", 2);
      publish_times (sender, windows[i], "x", 1 + i % 2);
      g_assert_cmpuint (hub_test_peer_count (peer, "PUBLISH"), ==, windows[i]);
      publish_times (sender, 1, "x", 1 + i % 2);
      g_assert_cmpuint (hub_test_peer_count (peer, "PUBLISH"), ==, windows[i]);
      hub_test_peer_settle (peer);
      g_assert_cmpuint (hub_test_peer_count (peer, "PUBLISH"), ==, windows[i] + 1);
    }
}

/* The widest window that the identifiers allow. */
static void
test_inflight_max (void)
{
  HubLimits limits = broker_limits ();
  g_autoptr (HubTestCore) core = NULL;
  HubTestPeer *sender;
  HubTestPeer *peer;

  limits.max_inflight = 65535;
  core = hub_test_core_new_with_limits (&limits);
  sender = hub_test_core_join (core, "sender");
  peer = hub_test_core_join (core, "id");
  hub_test_peer_subscribe (peer, "a", 1);
  publish_times (sender, 65535, "x", 1);
  g_assert_cmpuint (peer->output->len, ==, 65535);
  publish_times (sender, 1, "y", 1);
  g_assert_cmpuint (peer->output->len, ==, 65535);
  hub_test_peer_ack (peer, HUB_PACKET_PUBACK, 30000);
  g_assert_cmpuint (peer->output->len, ==, 65536);
  g_assert_cmpstr (g_ptr_array_index (peer->output, 65535), ==, "PUBLISH d0 q1 r0 m30000 a y");
}

static void
test_queued_messages (void)
{
  g_autoptr (HubTestCore) core = hub_test_core_new ();
  HubTestPeer *sender = hub_test_core_join (core, "sender");
  HubTestPeer *peer = hub_test_core_resume (core, "id", FALSE);

  hub_test_peer_subscribe (peer, "a", 1);
  hub_test_peer_lose (peer);
  publish_times (sender, 1000, "x", 1);
  g_assert_cmpuint (hub_core_get_stats (core->core).messages_dropped, ==, 0);
  publish_times (sender, 3, "one more", 1);
  g_assert_cmpuint (hub_core_get_stats (core->core).messages_dropped, ==, 3);
  g_assert_cmpuint (hub_test_core_count_log (core, "Outgoing messages are being dropped for client id."), ==, 1);

  /* The newest ones were dropped; the sender was acknowledged all the same. */
  peer = hub_test_core_resume (core, "id", TRUE);
  hub_test_peer_settle (peer);
  g_assert_cmpuint (peer->output->len, ==, 1000);
  g_assert_true (g_str_has_suffix (g_ptr_array_index (peer->output, 999), " a x"));
  g_free (hub_test_peer_take (peer));
  publish_times (sender, 1, "live again", 1);
  g_assert_cmpuint (hub_test_peer_count (peer, "PUBLISH"), ==, 1);
}

/* With a connection the queue is behind the window: 20 and 1,000. */
static void
test_queued_messages_connected (void)
{
  g_autoptr (HubTestCore) core = hub_test_core_new ();
  HubTestPeer *sender = hub_test_core_join (core, "sender");
  HubTestPeer *peer = hub_test_core_join (core, "id");

  hub_test_peer_subscribe (peer, "a", 1);
  publish_times (sender, 1020, "x", 1);
  g_assert_cmpuint (hub_core_get_stats (core->core).messages_dropped, ==, 0);
  publish_times (sender, 2, "one more", 1);
  g_assert_cmpuint (hub_core_get_stats (core->core).messages_dropped, ==, 2);
  g_assert_cmpuint (hub_test_core_count_log (core, "Outgoing messages are being dropped for client id."), ==, 1);
  hub_test_peer_settle (peer);
  g_assert_cmpuint (peer->output->len, ==, 1020);
}

/* Topic and payload count. */
static void
test_queued_bytes (void)
{
  HubLimits limits = broker_limits ();
  g_autoptr (HubTestCore) core = NULL;
  HubTestPeer *sender;
  HubTestPeer *peer;

  limits.max_queued_bytes = 30;
  core = hub_test_core_new_with_limits (&limits);
  sender = hub_test_core_join (core, "sender");
  peer = hub_test_core_resume (core, "id", FALSE);
  hub_test_peer_subscribe (peer, "a", 1);
  hub_test_peer_lose (peer);
  publish_times (sender, 3, "123456789", 1);
  g_assert_cmpuint (hub_core_get_stats (core->core).messages_dropped, ==, 0);
  publish_times (sender, 1, "", 1);
  g_assert_cmpuint (hub_core_get_stats (core->core).messages_dropped, ==, 1);

  peer = hub_test_core_resume (core, "id", TRUE);
  g_assert_cmpuint (hub_test_peer_count (peer, "PUBLISH"), ==, 3);
  hub_test_peer_lose (peer);
  publish_times (sender, 2, "123456789", 1);
  publish_times (sender, 1, "1234567890", 1);
  g_assert_cmpuint (hub_core_get_stats (core->core).messages_dropped, ==, 2);
  publish_times (sender, 1, "123456789", 1);
  g_assert_cmpuint (hub_core_get_stats (core->core).messages_dropped, ==, 2);
}

static void
test_queued_bytes_default (void)
{
  g_autoptr (HubTestCore) core = hub_test_core_new ();
  g_autofree char *payload = g_strnfill (MIB - 1, 'x');
  HubTestPeer *sender = hub_test_core_join (core, "sender");
  HubTestPeer *peer = hub_test_core_resume (core, "id", FALSE);

  hub_test_peer_subscribe (peer, "a", 1);
  hub_test_peer_lose (peer);
  publish_times (sender, 8, payload, 1);
  g_assert_cmpuint (hub_core_get_stats (core->core).messages_dropped, ==, 0);
  publish_times (sender, 1, "", 1);
  g_assert_cmpuint (hub_core_get_stats (core->core).messages_dropped, ==, 1);
}

static void
test_queue_unlimited (void)
{
  HubLimits limits = broker_limits ();
  g_autoptr (HubTestCore) core = NULL;
  HubTestPeer *sender;
  HubTestPeer *peer;

  limits.max_queued_messages = 0;
  limits.max_queued_bytes = 0;
  core = hub_test_core_new_with_limits (&limits);
  sender = hub_test_core_join (core, "sender");
  peer = hub_test_core_resume (core, "id", FALSE);
  hub_test_peer_subscribe (peer, "a", 1);
  hub_test_peer_lose (peer);
  publish_times (sender, 5000, "x", 1);
  peer = hub_test_core_resume (core, "id", TRUE);
  hub_test_peer_settle (peer);
  g_assert_cmpuint (peer->output->len, ==, 5000);
}

/* QoS 0 to who does not read is dropped when so much waits before it, and no sooner. */
static void
test_output (void)
{
  g_autoptr (HubTestCore) core = hub_test_core_new ();
  HubTestPeer *sender = hub_test_core_join (core, "sender");
  HubTestPeer *other = hub_test_core_join (core, "other");
  HubTestPeer *peer = hub_test_core_join (core, "id");

  hub_test_peer_subscribe (peer, "a", 0);
  hub_test_peer_subscribe (other, "a", 0);
  hub_test_peer_set_output (peer, MIB - 1);
  publish_times (sender, 1, "x", 0);
  hub_test_peer_expect (peer, "PUBLISH d0 q0 r0 m0 a x");
  hub_test_peer_set_output (peer, MIB);
  publish_times (sender, 3, "y", 0);
  hub_test_peer_expect (peer, "");
  g_assert_cmpuint (hub_core_get_stats (core->core).messages_dropped, ==, 3);
  g_assert_cmpuint (hub_test_core_count_log (core, "Outgoing messages are being dropped for client id."), ==, 1);
  hub_test_peer_room (peer);
  publish_times (sender, 1, "z", 0);
  hub_test_peer_expect (peer, "PUBLISH d0 q0 r0 m0 a z");

  /* Nobody else is the worse for it. */
  g_assert_cmpuint (hub_test_peer_count (other, "PUBLISH"), ==, 5);
}

/* QoS 1 waits in the queue instead, in its order, and comes when there is room. */
static void
test_output_q1 (void)
{
  g_autoptr (HubTestCore) core = hub_test_core_new ();
  HubTestPeer *sender = hub_test_core_join (core, "sender");
  HubTestPeer *peer = hub_test_core_join (core, "id");

  hub_test_peer_subscribe (peer, "a", 1);
  hub_test_peer_set_output (peer, MIB);
  hub_test_peer_publish (sender, "a", "one", 1);
  hub_test_peer_publish (sender, "a", "two", 1);
  hub_test_peer_expect (peer, "");
  g_assert_true (peer->peer.wants_room);

  /* Some room, but not enough to begin anything. */
  hub_core_room (core->core, &peer->peer);
  hub_test_peer_expect (peer, "");
  hub_test_peer_room (peer);
  hub_test_peer_expect (peer, "PUBLISH d0 q1 r0 m1 a one; PUBLISH d0 q1 r0 m2 a two");
  g_assert_false (peer->peer.wants_room);
  g_assert_cmpuint (hub_core_get_stats (core->core).messages_dropped, ==, 0);
}

/* What fills up while the core sends counts at once. */
static void
test_output_fills_up (void)
{
  g_autoptr (HubTestCore) core = hub_test_core_new ();
  g_autofree char *payload = g_strnfill (100 * KIB, 'x');
  HubTestPeer *sender = hub_test_core_join (core, "sender");
  HubTestPeer *peer = hub_test_core_join (core, "id");

  hub_test_peer_subscribe (peer, "a", 1);
  peer->counts_output = TRUE;
  publish_times (sender, 15, payload, 1);
  g_assert_cmpuint (peer->output->len, ==, 11);
  hub_test_peer_room (peer);
  g_assert_cmpuint (peer->output->len, ==, 15);
}

static void
test_retained_messages (void)
{
  HubLimits limits = broker_limits ();
  g_autoptr (HubTestCore) core = NULL;
  HubTestPeer *watcher;
  HubTestPeer *peer;

  limits.max_retained_messages = 2;
  core = hub_test_core_new_with_limits (&limits);
  watcher = hub_test_core_join (core, "watcher");
  peer = hub_test_core_join (core, "id");
  hub_test_peer_subscribe (watcher, "#", 0);
  hub_test_peer_retain (peer, "a", "1", 0);
  hub_test_peer_retain (peer, "b", "2", 0);
  hub_test_peer_retain (peer, "c", "3", 1);
  hub_test_peer_expect (peer, "PUBACK m1");
  hub_test_peer_expect (watcher, "PUBLISH d0 q0 r0 m0 a 1; PUBLISH d0 q0 r0 m0 b 2; PUBLISH d0 q0 r0 m0 c 3");
  g_assert_cmpuint (hub_core_get_stats (core->core).retained, ==, 2);
  g_assert_cmpuint (hub_core_get_stats (core->core).messages_dropped, ==, 1);
  g_assert_cmpuint (hub_test_core_count_log (core, "is not retained"), ==, 1);

  hub_test_peer_retain (peer, "a", "", 0);
  hub_test_peer_retain (peer, "c", "3", 0);
  g_assert_cmpuint (hub_core_get_stats (core->core).retained, ==, 2);
  g_assert_cmpuint (hub_core_get_stats (core->core).messages_dropped, ==, 1);
}

static void
test_retained_bytes (void)
{
  HubLimits limits = broker_limits ();
  g_autoptr (HubTestCore) core = NULL;
  HubTestPeer *peer;

  limits.max_retained_bytes = 10;
  core = hub_test_core_new_with_limits (&limits);
  peer = hub_test_core_join (core, "id");
  hub_test_peer_retain (peer, "a", "1234", 0);
  hub_test_peer_retain (peer, "b", "1234", 0);
  g_assert_cmpuint (hub_core_get_stats (core->core).retained, ==, 2);
  g_assert_cmpuint (hub_core_get_stats (core->core).messages_dropped, ==, 0);
  hub_test_peer_retain (peer, "c", "", 0);
  g_assert_cmpuint (hub_core_get_stats (core->core).messages_dropped, ==, 0);
  hub_test_peer_retain (peer, "c", "1", 0);
  g_assert_cmpuint (hub_core_get_stats (core->core).messages_dropped, ==, 1);
  g_assert_cmpuint (hub_core_get_stats (core->core).retained, ==, 2);
}

/* All identifiers that there are, open at once: no more memory than a bit for each. */
static void
test_open_q2 (void)
{
  g_autoptr (HubTestCore) core = hub_test_core_new ();
  HubTestPeer *peer = hub_test_core_join (core, "id");

  for (guint round = 0; round < 2; round++)
    for (guint i = 1; i <= G_MAXUINT16; i++)
      {
        const guint8 packet[] = { 0x34, 5, 0, 1, 'a', (guint8) (i >> 8), (guint8) i };

        hub_test_peer_feed (peer, (HubSpan){ packet, sizeof packet });
      }
  g_assert_cmpuint (hub_test_peer_count (peer, "PUBREC"), ==, 2 * 65535);
  g_assert_cmpuint (hub_core_get_stats (core->core).messages_received, ==, 65535);
  g_free (hub_test_peer_take (peer));
  hub_test_peer_send (peer, "62 [8000] 34 [{'a'} 8000]");
  hub_test_peer_expect (peer, "PUBCOMP m32768; PUBREC m32768");
  g_assert_cmpuint (hub_core_get_stats (core->core).messages_received, ==, 65536);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/core/limits/defaults", test_defaults);
  g_test_add_func ("/core/limits/packet", test_packet);
  g_test_add_func ("/core/limits/first-packet", test_first_packet);
  g_test_add_func ("/core/limits/packet/behind-first", test_packet_behind_first);
  g_test_add_func ("/core/limits/packet/defaults", test_defaults_as_packets);
  g_test_add_func ("/core/limits/levels", test_levels);
  g_test_add_func ("/core/limits/filters", test_filters);
  g_test_add_func ("/core/limits/filters/log", test_filters_log);
  g_test_add_func ("/core/limits/filters/app", test_filters_of_the_app);
  g_test_add_func ("/core/limits/filters/unlimited", test_filters_unlimited);
  g_test_add_func ("/core/limits/inflight", test_inflight);
  g_test_add_func ("/core/limits/inflight/max", test_inflight_max);
  g_test_add_func ("/core/limits/queued-messages", test_queued_messages);
  g_test_add_func ("/core/limits/queued-messages/connected", test_queued_messages_connected);
  g_test_add_func ("/core/limits/queued-bytes", test_queued_bytes);
  g_test_add_func ("/core/limits/queued-bytes/default", test_queued_bytes_default);
  g_test_add_func ("/core/limits/queue/unlimited", test_queue_unlimited);
  g_test_add_func ("/core/limits/output", test_output);
  g_test_add_func ("/core/limits/output/q1", test_output_q1);
  g_test_add_func ("/core/limits/output/fills-up", test_output_fills_up);
  g_test_add_func ("/core/limits/retained-messages", test_retained_messages);
  g_test_add_func ("/core/limits/retained-bytes", test_retained_bytes);
  g_test_add_func ("/core/limits/open-q2", test_open_q2);
  return g_test_run ();
}
