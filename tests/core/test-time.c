/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/support/hub-test-core.h"

#define SECOND G_TIME_SPAN_SECOND

static HubTestPeer *
connect_with_keep_alive (HubTestCore *core, guint16 keep_alive_s)
{
  HubTestPeer *peer = hub_test_core_open (core);
  HubConnect connect = {
    .version = HUB_VERSION_3_1_1,
    .client_id = HUB_SPAN_LITERAL ("id"),
    .is_clean = TRUE,
    .keep_alive_s = keep_alive_s,
    .has_will = TRUE,
    .will_topic = HUB_SPAN_LITERAL ("will"),
    .will_payload = HUB_SPAN_LITERAL ("gone"),
  };

  hub_test_peer_connect (peer, &connect);
  hub_test_peer_expect (peer, "CONNACK 0 0");
  return peer;
}

static void
test_connect_timeout (void)
{
  g_autoptr (HubTestCore) core = hub_test_core_new ();
  HubTestPeer *peer = hub_test_core_open (core);

  hub_test_core_pass (core, 10 * SECOND - 1);
  g_assert_false (peer->is_closed);
  hub_test_core_pass (core, 1);
  hub_test_peer_expect_closed (peer, HUB_REASON_KEEP_ALIVE_TIMEOUT);
  g_assert_cmpuint (hub_core_get_stats (core->core).refused, ==, 1);
}

static void
test_connect_just_in_time (void)
{
  g_autoptr (HubTestCore) core = hub_test_core_new ();
  HubTestPeer *peer = hub_test_core_open (core);

  hub_test_core_pass (core, 10 * SECOND - 1);
  hub_test_peer_send (peer, "10 [{'MQTT'} 04 02 0000 {'id'}]");
  hub_test_peer_expect (peer, "CONNACK 0 0");
  hub_test_core_pass (core, 3600 * SECOND);
  g_assert_false (peer->is_closed);
}

/* Bytes that trickle in do not buy time. */
static void
test_connect_trickles (void)
{
  static const guint8 bytes[] = { 0x10, 0x0e, 0, 4, 'M', 'Q', 'T', 'T', 4, 2, 0, 0, 0, 2, 'i', 'd' };
  g_autoptr (HubTestCore) core = hub_test_core_new ();
  HubTestPeer *peer = hub_test_core_open (core);

  for (gsize i = 0; i < 10; i++)
    {
      g_assert_false (peer->is_closed);
      hub_test_peer_feed (peer, (HubSpan){ bytes + i, 1 });
      hub_test_core_pass (core, SECOND);
    }
  hub_test_peer_expect_closed (peer, HUB_REASON_KEEP_ALIVE_TIMEOUT);
}

static void
test_connect_timeout_option (void)
{
  static const gint64 timeouts[] = { 0, 1, 2 * SECOND };

  for (gsize i = 0; i < G_N_ELEMENTS (timeouts); i++)
    {
      g_autoptr (HubTestCore) core = NULL;
      HubTestPeer *peer;
      HubLimits limits;

      hub_limits_init_broker (&limits);
      limits.connect_timeout_us = timeouts[i];
      core = hub_test_core_new_with_limits (&limits);
      peer = hub_test_core_open (core);
      if (timeouts[i] > 0)
        hub_test_core_pass (core, timeouts[i] - 1);
      g_assert_false (peer->is_closed);
      hub_test_core_pass (core, timeouts[i] > 0 ? 1 : 0);
      hub_test_peer_expect_closed (peer, HUB_REASON_KEEP_ALIVE_TIMEOUT);
    }
}

/* One and a half times the keep-alive, to the microsecond, and the will of who is silent. */
static void
test_keep_alive (void)
{
  static const guint16 keep_alives[] = { 1, 2, 3, 60, 61, 65535 };

  for (gsize i = 0; i < G_N_ELEMENTS (keep_alives); i++)
    {
      g_autoptr (HubTestCore) core = hub_test_core_new ();
      HubTestPeer *watcher = hub_test_core_join (core, "watcher");
      HubTestPeer *peer = connect_with_keep_alive (core, keep_alives[i]);
      gint64 grace_us = (gint64) keep_alives[i] * SECOND * 3 / 2;

      hub_test_peer_subscribe (watcher, "#", 0);
      g_test_message ("%u s", keep_alives[i]);
      g_assert_cmpint (hub_core_next_deadline (core->core), ==, core->now_us + grace_us);
      hub_test_core_pass (core, grace_us - 1);
      g_assert_false (peer->is_closed);
      hub_test_peer_expect (watcher, "");
      hub_test_core_pass (core, 1);
      hub_test_peer_expect_closed (peer, HUB_REASON_KEEP_ALIVE_TIMEOUT);
      hub_test_peer_expect (watcher, "PUBLISH d0 q0 r0 m0 will gone");
    }
}

/* The time runs from the CONNECT, however long the connection was open before. */
static void
test_keep_alive_begins (void)
{
  g_autoptr (HubTestCore) core = hub_test_core_new ();
  HubTestPeer *peer = hub_test_core_open (core);

  hub_test_core_pass (core, 9 * SECOND);
  hub_test_peer_send (peer, "10 [{'MQTT'} 04 02 0002 {'id'}]");
  hub_test_peer_expect (peer, "CONNACK 0 0");
  hub_test_core_pass (core, 3 * SECOND - 1);
  g_assert_false (peer->is_closed);
  hub_test_core_pass (core, 1);
  hub_test_peer_expect_closed (peer, HUB_REASON_KEEP_ALIVE_TIMEOUT);
}

/* Whatever packet a client sends shows that it is there, from when it is whole. */
static void
test_keep_alive_packets (void)
{
  static const char *const packets[] = {
    "c0 []",
    "30 [{'a'} 'x']",
    "32 [{'a'} 0001 'x']",
    "82 [0001 {'a'} 00]",
    "a2 [0001 {'a'}]",
    "40 [0001]",
    "62 [0001]",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (packets); i++)
    {
      g_autoptr (HubTestCore) core = hub_test_core_new ();
      HubTestPeer *peer = connect_with_keep_alive (core, 10);

      g_test_message ("%s", packets[i]);
      for (guint k = 0; k < 5; k++)
        {
          hub_test_core_pass (core, 15 * SECOND - 1);
          g_assert_false (peer->is_closed);
          hub_test_peer_send (peer, packets[i]);
        }
      g_free (hub_test_peer_take (peer));
      hub_test_core_pass (core, 15 * SECOND - 1);
      g_assert_false (peer->is_closed);
      hub_test_core_pass (core, 1);
      hub_test_peer_expect_closed (peer, HUB_REASON_KEEP_ALIVE_TIMEOUT);
    }
}

/* Many packets in a row and then none: the deadline is that of the last one. */
static void
test_keep_alive_after_many (void)
{
  g_autoptr (HubTestCore) core = hub_test_core_new ();
  HubTestPeer *peer = connect_with_keep_alive (core, 10);

  for (guint i = 0; i < 1000; i++)
    {
      hub_test_core_pass (core, SECOND / 7);
      hub_test_peer_send (peer, "30 [{'a'} 'x']");
    }
  hub_test_core_pass (core, 15 * SECOND - 1);
  g_assert_false (peer->is_closed);
  hub_test_core_pass (core, 1);
  hub_test_peer_expect_closed (peer, HUB_REASON_KEEP_ALIVE_TIMEOUT);
}

/* What the client gets does not count, nor does a piece of a packet. */
static void
test_keep_alive_what_does_not_count (void)
{
  g_autoptr (HubTestCore) core = hub_test_core_new ();
  HubTestPeer *other = hub_test_core_join (core, "other");
  HubTestPeer *peer = connect_with_keep_alive (core, 2);

  hub_test_peer_subscribe (peer, "a", 0);
  for (guint i = 0; i < 2; i++)
    {
      hub_test_core_pass (core, SECOND);
      hub_test_peer_publish (other, "a", "x", 0);
      hub_test_peer_send (peer, i == 0 ? "30" : "05");
    }
  hub_test_peer_expect (peer, "PUBLISH d0 q0 r0 m0 a x; PUBLISH d0 q0 r0 m0 a x");
  hub_test_core_pass (core, SECOND - 1);
  g_assert_false (peer->is_closed);
  hub_test_core_pass (core, 1);
  hub_test_peer_expect_closed (peer, HUB_REASON_KEEP_ALIVE_TIMEOUT);
}

static void
test_keep_alive_zero (void)
{
  g_autoptr (HubTestCore) core = hub_test_core_new ();
  HubTestPeer *peer = connect_with_keep_alive (core, 0);

  g_assert_cmpint (hub_core_next_deadline (core->core), ==, G_MAXINT64);
  hub_test_core_pass (core, 3650 * G_TIME_SPAN_DAY);
  g_assert_false (peer->is_closed);
  hub_test_peer_send (peer, "c0 []");
  hub_test_peer_expect (peer, "PINGRESP");
}

/* A closed connection leaves no deadline behind. */
static void
test_no_deadline_left (void)
{
  g_autoptr (HubTestCore) core = hub_test_core_new ();

  hub_test_peer_disconnect (connect_with_keep_alive (core, 10));
  g_assert_cmpint (hub_core_next_deadline (core->core), ==, G_MAXINT64);
  hub_test_peer_lose (connect_with_keep_alive (core, 10));
  g_assert_cmpint (hub_core_next_deadline (core->core), ==, G_MAXINT64);
  hub_test_peer_lose (hub_test_core_open (core));
  g_assert_cmpint (hub_core_next_deadline (core->core), ==, G_MAXINT64);
}

static void
test_expiry (void)
{
  g_autoptr (HubTestCore) core = hub_test_core_new ();
  HubTestPeer *peer = hub_test_core_resume (core, "id", FALSE);

  /* It does not run while the client is there. */
  hub_test_core_pass (core, 30 * G_TIME_SPAN_DAY);
  hub_test_peer_subscribe (peer, "a", 1);
  hub_test_peer_lose (peer);
  hub_test_core_pass (core, 7 * G_TIME_SPAN_DAY - 1);
  g_assert_cmpuint (hub_core_get_stats (core->core).sessions, ==, 1);
  hub_test_core_pass (core, 1);
  g_assert_cmpuint (hub_core_get_stats (core->core).sessions, ==, 0);
  g_assert_cmpuint (hub_core_get_stats (core->core).subscriptions, ==, 0);
  g_assert_cmpint (hub_core_next_deadline (core->core), ==, G_MAXINT64);
  hub_test_core_resume (core, "id", FALSE);
}

static void
test_expiry_just_in_time (void)
{
  g_autoptr (HubTestCore) core = hub_test_core_new ();

  hub_test_peer_disconnect (hub_test_core_resume (core, "id", FALSE));
  for (guint i = 0; i < 3; i++)
    {
      HubTestPeer *peer;

      hub_test_core_pass (core, 7 * G_TIME_SPAN_DAY - 1);
      peer = hub_test_core_resume (core, "id", TRUE);
      hub_test_peer_lose (peer);
    }
  g_assert_cmpint (hub_core_next_deadline (core->core), ==, core->now_us + 7 * G_TIME_SPAN_DAY);
}

/* Who has come back stays as long as he likes. */
static void
test_expiry_ends_on_return (void)
{
  g_autoptr (HubTestCore) core = hub_test_core_new ();
  HubTestPeer *peer;

  hub_test_peer_lose (hub_test_core_resume (core, "id", FALSE));
  hub_test_core_pass (core, G_TIME_SPAN_DAY);
  peer = hub_test_core_resume (core, "id", TRUE);
  g_assert_cmpint (hub_core_next_deadline (core->core), ==, G_MAXINT64);
  hub_test_core_pass (core, 30 * G_TIME_SPAN_DAY);
  hub_test_peer_send (peer, "c0 []");
  hub_test_peer_expect (peer, "PINGRESP");
}

static void
test_expiry_option (void)
{
  static const gint64 expiries[] = { 1, SECOND };

  for (gsize i = 0; i < G_N_ELEMENTS (expiries); i++)
    {
      g_autoptr (HubTestCore) core = NULL;
      HubLimits limits;

      hub_limits_init_broker (&limits);
      limits.session_expiry_max_us = expiries[i];
      core = hub_test_core_new_with_limits (&limits);
      hub_test_peer_lose (hub_test_core_resume (core, "id", FALSE));
      hub_test_core_pass (core, expiries[i] - 1);
      g_assert_cmpuint (hub_core_get_stats (core->core).sessions, ==, 1);
      hub_test_core_pass (core, 1);
      g_assert_cmpuint (hub_core_get_stats (core->core).sessions, ==, 0);
    }
}

/* Hundreds of clients with deadlines of their own, each closed when its time has come and not before. */
static void
test_many (void)
{
  g_autoptr (HubTestCore) core = hub_test_core_new ();
  HubTestPeer *peers[300];
  gint64 start_us = core->now_us;

  for (guint i = 0; i < G_N_ELEMENTS (peers); i++)
    {
      g_autofree char *connect = g_strdup_printf ("10 [{'MQTT'} 04 02 %04x {'%u'}]", 1 + i * 7 % 300, i);

      peers[i] = hub_test_core_open (core);
      hub_test_peer_send (peers[i], connect);
      hub_test_peer_expect (peers[i], "CONNACK 0 0");
    }
  for (guint second = 0; second < 460; second++)
    {
      hub_test_core_pass (core, SECOND / 2);
      for (guint i = 0; i < G_N_ELEMENTS (peers); i++)
        {
          gint64 end_us = start_us + (1 + i * 7 % 300) * SECOND * 3 / 2;

          g_assert_cmpint (peers[i]->is_closed, ==, core->now_us >= end_us);
        }
    }
}

/* Lets time pass without telling the core, as if it were busy. */
static void
be_late (HubTestCore *core, gint64 time_us)
{
  core->now_us += time_us;
}

/* A session that is over is not found again only because nobody has removed it yet. */
static void
test_late_expiry (void)
{
  g_autoptr (HubTestCore) core = hub_test_core_new ();
  HubTestPeer *peer = hub_test_core_resume_5 (core, "id", "11 0000000a", FALSE);

  hub_test_peer_lose (peer);
  be_late (core, 10 * SECOND - 1);
  peer = hub_test_core_resume_5 (core, "id", "11 0000000a", TRUE);
  hub_test_peer_lose (peer);
  be_late (core, 10 * SECOND);
  hub_test_core_resume_5 (core, "id", "", FALSE);
  g_assert_cmpuint (hub_core_get_stats (core->core).sessions_expired, ==, 1);
}

/* A will whose delay is over is published, though its client is back before it was done. */
static void
test_late_will (void)
{
  g_autoptr (HubTestCore) core = hub_test_core_new ();
  HubTestPeer *watcher = hub_test_core_join (core, "watcher");
  const char *connect = "10 [{'MQTT'} 05 04 0000 [11 0000003c] {'id'} [18 00000005] {'will'} {'gone'}]";
  HubTestPeer *peer = hub_test_core_open (core);

  hub_test_peer_subscribe (watcher, "will", 0);
  hub_test_peer_send (peer, connect);
  hub_test_peer_lose (peer);
  be_late (core, 5 * SECOND - 1);
  peer = hub_test_core_open (core);
  hub_test_peer_send (peer, connect);
  hub_test_peer_expect (watcher, "");
  hub_test_peer_lose (peer);
  be_late (core, 5 * SECOND);
  hub_test_core_resume_5 (core, "id", "", TRUE);
  hub_test_peer_expect (watcher, "PUBLISH d0 q0 r0 m0 will gone");
}

/* What was due first is done first, also if a packet has put off the end of somebody, and all of it is late. */
static void
test_late_order (void)
{
  g_autoptr (HubTestCore) core = hub_test_core_new ();
  HubTestPeer *peer = connect_with_keep_alive (core, 10);
  HubTestPeer *leaving;

  hub_test_peer_subscribe (peer, "other", 0);
  hub_test_core_pass (core, 14 * SECOND);
  hub_test_peer_send (peer, "c0 []");
  hub_test_peer_expect (peer, "PINGRESP");
  leaving = hub_test_core_open (core);
  hub_test_peer_send (leaving, "10 [{'MQTT'} 05 04 0000 [11 0000003c] {'leaving'} [18 00000005] {'other'} {'gone'}]");
  hub_test_peer_lose (leaving);
  be_late (core, 60 * SECOND);
  hub_test_core_pass (core, 0);
  hub_test_peer_expect (peer, "PUBLISH d0 q0 r0 m0 other gone");
  hub_test_peer_expect_closed (peer, HUB_REASON_KEEP_ALIVE_TIMEOUT);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/core/time/connect/timeout", test_connect_timeout);
  g_test_add_func ("/core/time/connect/just-in-time", test_connect_just_in_time);
  g_test_add_func ("/core/time/connect/trickles", test_connect_trickles);
  g_test_add_func ("/core/time/connect/option", test_connect_timeout_option);
  g_test_add_func ("/core/3.1.1/MQTT-3.1.2-24/keep-alive", test_keep_alive);
  g_test_add_func ("/core/3.1.1/MQTT-3.1.2-24/begins", test_keep_alive_begins);
  g_test_add_func ("/core/3.1.1/MQTT-3.1.2-24/packets", test_keep_alive_packets);
  g_test_add_func ("/core/3.1.1/MQTT-3.1.2-24/after-many", test_keep_alive_after_many);
  g_test_add_func ("/core/3.1.1/MQTT-3.1.2-24/what-does-not-count", test_keep_alive_what_does_not_count);
  g_test_add_func ("/core/3.1.1/3.1.2.10/keep-alive-zero", test_keep_alive_zero);
  g_test_add_func ("/core/time/no-deadline-left", test_no_deadline_left);
  g_test_add_func ("/core/time/expiry", test_expiry);
  g_test_add_func ("/core/time/expiry/just-in-time", test_expiry_just_in_time);
  g_test_add_func ("/core/time/expiry/ends-on-return", test_expiry_ends_on_return);
  g_test_add_func ("/core/time/expiry/option", test_expiry_option);
  g_test_add_func ("/core/5.0/MQTT-4.1.0-2/late", test_late_expiry);
  g_test_add_func ("/core/5.0/MQTT-3.1.3-9/late", test_late_will);
  g_test_add_func ("/core/time/late-order", test_late_order);
  g_test_add_func ("/core/time/many", test_many);
  return g_test_run ();
}
