/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/support/hub-test-core.h"

#define MINUTE "11 0000003c"

/* --- How long a session lives --- */

/* Kept for as long as was asked for, to the microsecond; without an expiry it dies with the connection. */
static void
test_expiry (void)
{
  static const struct
  {
    const char *properties;
    gint64 wait_us;
    gboolean is_present;
  } rows[] = {
    { "", 0, FALSE },
    { "11 00000000", 0, FALSE },
    { "11 00000001", G_TIME_SPAN_SECOND - 1, TRUE },
    { "11 00000001", G_TIME_SPAN_SECOND, FALSE },
    { MINUTE, G_TIME_SPAN_MINUTE - 1, TRUE },
    { MINUTE, G_TIME_SPAN_MINUTE, FALSE },
    { "11 ffffffff", 7 * G_TIME_SPAN_DAY - 1, TRUE }, /* our own limit */
    { "11 ffffffff", 7 * G_TIME_SPAN_DAY, FALSE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (HubTestCore) core = hub_test_core_new ();
      HubTestPeer *sender = hub_test_core_join (core, "sender");
      HubTestPeer *peer = hub_test_core_resume_5 (core, "id", rows[i].properties, FALSE);

      g_test_message ("%s, %" G_GINT64_FORMAT " us", rows[i].properties, rows[i].wait_us);
      hub_test_peer_subscribe (peer, "a", 1);

      /* As long as it is connected the time does not count. */
      hub_test_core_pass (core, 30 * G_TIME_SPAN_DAY);
      hub_test_peer_lose (peer);
      hub_test_peer_publish (sender, "a", "x", 1);
      hub_test_core_pass (core, rows[i].wait_us);
      g_assert_cmpuint (hub_core_get_stats (core->core).sessions, ==, rows[i].is_present ? 2 : 1);
      peer = hub_test_core_resume_5 (core, "id", "", rows[i].is_present);
      hub_test_peer_expect (peer, rows[i].is_present ? "PUBLISH d0 q1 r0 m1 a x" : "");
    }
}

/* Coming back stops the clock, and sets it anew. */
static void
test_expiry_again (void)
{
  g_autoptr (HubTestCore) core = hub_test_core_new ();

  hub_test_peer_lose (hub_test_core_resume_5 (core, "id", MINUTE, FALSE));
  for (guint i = 0; i < 5; i++)
    {
      HubTestPeer *peer;

      hub_test_core_pass (core, 50 * G_TIME_SPAN_SECOND);
      peer = hub_test_core_resume_5 (core, "id", MINUTE, TRUE);
      hub_test_core_pass (core, G_TIME_SPAN_HOUR);
      hub_test_peer_lose (peer);
    }

  /* What the new connection says counts. */
  hub_test_peer_lose (hub_test_core_resume_5 (core, "id", "11 00000005", TRUE));
  hub_test_core_pass (core, 5 * G_TIME_SPAN_SECOND);
  hub_test_peer_lose (hub_test_core_resume_5 (core, "id", MINUTE, FALSE));
  hub_test_peer_lose (hub_test_core_resume_5 (core, "id", "", TRUE));
  g_assert_cmpuint (hub_core_get_stats (core->core).sessions, ==, 0);
}

/* The broker tells how long it keeps a session where that is not what was asked for. */
static void
test_expiry_announced (void)
{
  static const struct
  {
    gint64 max_us;
    const char *properties;
    const char *told;
  } rows[] = {
    { G_TIME_SPAN_MINUTE, "", NULL },
    { G_TIME_SPAN_MINUTE, MINUTE, NULL },
    { G_TIME_SPAN_MINUTE, "11 0000003d", "{session=60 " },
    { G_TIME_SPAN_MINUTE, "11 ffffffff", "{session=60 " },
    { G_MAXINT64, "11 ffffffff", NULL },
    { G_MAXINT64, "11 fffffffe", NULL },
    { 0, MINUTE, "{session=0 " },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (HubTestCore) core = NULL;
      g_autofree char *bytes = g_strdup_printf ("10 [{'MQTT'} 05 00 0000 [%s] {'id'}]", rows[i].properties);
      g_autofree char *connack = NULL;
      HubTestPeer *peer;
      HubLimits limits;

      hub_limits_init_broker (&limits);
      limits.session_expiry_max_us = rows[i].max_us;
      core = hub_test_core_new_with_limits (&limits);
      peer = hub_test_core_open (core);
      hub_test_peer_send (peer, bytes);
      connack = hub_test_peer_take (peer);
      g_test_message ("%s", connack);
      if (rows[i].told != NULL)
        g_assert_nonnull (strstr (connack, rows[i].told));
      else
        g_assert_null (strstr (connack, "session="));
    }
}

/* DISCONNECT may change it, but not from none to some. */
static void
test_expiry_of_disconnect (void)
{
  static const struct
  {
    const char *properties;
    const char *disconnect;
    gint64 kept_us; /* -1: refused */
  } rows[] = {
    { MINUTE, "e0 []", G_TIME_SPAN_MINUTE },
    { MINUTE, "e0 [00 []]", G_TIME_SPAN_MINUTE },
    { MINUTE, "e0 [00 [11 00000005]]", 5 * G_TIME_SPAN_SECOND },
    { MINUTE, "e0 [00 [11 00000078]]", 2 * G_TIME_SPAN_MINUTE },
    { MINUTE, "e0 [00 [11 ffffffff]]", 7 * G_TIME_SPAN_DAY },
    { MINUTE, "e0 [00 [11 00000000]]", 0 },
    { MINUTE, "e0 [04 [11 00000005]]", 5 * G_TIME_SPAN_SECOND },
    { "", "e0 [00 [11 00000000]]", 0 },
    { "", "e0 [00 [11 00000001]]", -1 },
    { "11 00000000", "e0 [00 [11 ffffffff]]", -1 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (HubTestCore) core = hub_test_core_new ();
      HubTestPeer *peer = hub_test_core_resume_5 (core, "id", rows[i].properties, FALSE);

      g_test_message ("%s, %s", rows[i].properties, rows[i].disconnect);
      hub_test_peer_send (peer, rows[i].disconnect);
      if (rows[i].kept_us < 0)
        {
          hub_test_peer_expect_goodbye (peer, HUB_REASON_PROTOCOL_ERROR);
          g_assert_cmpuint (hub_core_get_stats (core->core).sessions, ==, 0);
          continue;
        }
      hub_test_peer_expect_closed (peer, HUB_REASON_SUCCESS);
      if (rows[i].kept_us > 0)
        {
          hub_test_core_pass (core, rows[i].kept_us - 1);
          g_assert_cmpuint (hub_core_get_stats (core->core).sessions, ==, 1);
          hub_test_core_pass (core, 1);
        }
      g_assert_cmpuint (hub_core_get_stats (core->core).sessions, ==, 0);
    }
}

/* Where the broker keeps none, who had asked for one does no wrong by asking again. */
static void
test_expiry_of_disconnect_without (void)
{
  g_autoptr (HubTestCore) core = NULL;
  HubTestPeer *peer;
  HubLimits limits;

  hub_limits_init_broker (&limits);
  limits.session_expiry_max_us = 0;
  core = hub_test_core_new_with_limits (&limits);
  peer = hub_test_core_resume_5 (core, "id", MINUTE, FALSE);
  hub_test_peer_send (peer, "e0 [00 [11 00000005]]");
  hub_test_peer_expect_closed (peer, HUB_REASON_SUCCESS);
  g_assert_cmpuint (hub_core_get_stats (core->core).sessions, ==, 0);
}

/* --- Coming back --- */

static void
test_session_present (void)
{
  static const struct
  {
    const char *name;
    const char *connect;
    const char *connack;
  } rows[] = {
    { "none yet", "10 [{'MQTT'} 05 00 0000 [11 0000003c] {'id'}]", "CONNACK 0 0" },
    { "kept", "10 [{'MQTT'} 05 00 0000 [11 0000003c] {'id'}]", "CONNACK 1 0" },
    { "clean start", "10 [{'MQTT'} 05 02 0000 [11 0000003c] {'id'}]", "CONNACK 0 0" },
    { "kept of a clean start", "10 [{'MQTT'} 05 00 0000 [11 0000003c] {'id'}]", "CONNACK 1 0" },
    { "refused", "10 [{'MQTT'} 05 00 0000 [15 {'m'}] {'id'}]", "CONNACK 0 140" },
    { "3.1.1 goes on with it", "10 [{'MQTT'} 04 00 0000 {'id'}]", "CONNACK 1 0" },
    { "and 5.0 after it", "10 [{'MQTT'} 05 00 0000 [] {'id'}]", "CONNACK 1 0" },
    { "which did not keep it", "10 [{'MQTT'} 05 00 0000 [11 0000003c] {'id'}]", "CONNACK 0 0" },
    { "clean of 3.1.1", "10 [{'MQTT'} 04 02 0000 {'id'}]", "CONNACK 0 0" },
    { "is not kept", "10 [{'MQTT'} 05 00 0000 [] {'id'}]", "CONNACK 0 0" },
  };
  g_autoptr (HubTestCore) core = hub_test_core_new ();

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      HubTestPeer *peer = hub_test_core_open (core);
      g_autofree char *first = NULL;

      g_test_message ("%s", rows[i].name);
      hub_test_peer_send (peer, rows[i].connect);
      first = hub_test_peer_take (peer);
      g_assert_true (g_str_has_prefix (first, rows[i].connack));
      hub_test_peer_lose (peer);
    }
}

/* Everything of the old session is gone before the new one begins. */
static void
test_clean_start (void)
{
  g_autoptr (HubTestCore) core = hub_test_core_new ();
  HubTestPeer *sender = hub_test_core_join (core, "sender");
  HubTestPeer *peer = hub_test_core_resume_5 (core, "id", MINUTE, FALSE);

  hub_test_peer_subscribe (peer, "a", 2);
  hub_test_peer_publish (sender, "a", "under way", 2);
  hub_test_peer_send (peer, "34 [{'b'} 0009 [] 'x']");
  hub_test_peer_lose (peer);
  hub_test_peer_publish (sender, "a", "queued", 1);

  peer = hub_test_core_join_5 (core, "id", MINUTE);
  hub_test_peer_expect (peer, "");
  g_assert_cmpuint (hub_core_get_stats (core->core).subscriptions, ==, 0);
  hub_test_peer_send (peer, "62 [0009] 50 [0001]");
  hub_test_peer_expect (peer, "PUBCOMP m9 rc92; PUBREL m1 rc92");
  hub_test_peer_subscribe (peer, "a", 1);
  hub_test_peer_publish (sender, "a", "new", 1);
  hub_test_peer_expect (peer, "PUBLISH d0 q1 r0 m1 a new");
}

/* Sent again first and under the same identifiers, then what was queued, then what comes: each in its order. */
static void
test_order (void)
{
  g_autoptr (HubTestCore) core = hub_test_core_new ();
  HubTestPeer *sender = hub_test_core_join (core, "sender");
  HubTestPeer *peer = hub_test_core_resume_5 (core, "id", MINUTE " 21 0003", FALSE);

  hub_test_peer_subscribe (peer, "#", 2);
  hub_test_peer_publish (sender, "a", "1", 1);
  hub_test_peer_publish (sender, "b", "2", 2);
  hub_test_peer_publish (sender, "a", "3", 2);
  hub_test_peer_publish (sender, "b", "4", 1);
  hub_test_peer_send (peer, "50 [0002]");
  g_free (hub_test_peer_take (peer));
  hub_test_core_pass (core, G_TIME_SPAN_DAY);
  hub_test_peer_expect (peer, "");
  hub_test_peer_lose (peer);
  hub_test_peer_publish (sender, "a", "5", 2);

  peer = hub_test_core_resume_5 (core, "id", MINUTE, TRUE);
  hub_test_peer_expect (peer,
                        "PUBLISH d1 q1 r0 m1 a 1; PUBREL m2; PUBLISH d1 q2 r0 m3 a 3; PUBLISH d0 q1 r0 m4 b 4; "
                        "PUBLISH d0 q2 r0 m5 a 5");
  hub_test_peer_publish (sender, "a", "6", 1);
  hub_test_peer_expect (peer, "PUBLISH d0 q1 r0 m6 a 6");
}

/* What the client has sent at QoS 2 stays known: not routed twice, and new once it was released. */
static void
test_received (void)
{
  g_autoptr (HubTestCore) core = hub_test_core_new ();
  HubTestPeer *watcher = hub_test_core_join (core, "watcher");
  HubTestPeer *peer = hub_test_core_resume_5 (core, "id", MINUTE, FALSE);

  hub_test_peer_subscribe (watcher, "a", 0);
  hub_test_peer_send (peer, "34 [{'a'} 0001 [] 'x'] 3c [{'a'} 0001 [] 'x']");
  hub_test_peer_expect (peer, "PUBREC m1; PUBREC m1");
  hub_test_peer_lose (peer);
  peer = hub_test_core_resume_5 (core, "id", MINUTE, TRUE);
  hub_test_peer_send (peer, "3c [{'a'} 0001 [] 'x'] 62 [0001] 62 [0001] 34 [{'a'} 0001 [] 'y']");
  hub_test_peer_expect (peer, "PUBREC m1; PUBCOMP m1; PUBCOMP m1 rc92; PUBREC m1");
  hub_test_peer_expect (watcher, "PUBLISH d0 q0 r0 m0 a x; PUBLISH d0 q0 r0 m0 a y");
}

/* --- Taking over --- */

/* The old connection is told, and closed; the new one has its session, or not. */
static void
test_takeover (void)
{
  g_autoptr (HubTestCore) core = hub_test_core_new ();
  HubTestPeer *first = hub_test_core_resume_5 (core, "id", MINUTE, FALSE);
  HubTestPeer *second;
  HubTestPeer *third;
  HubTestPeer *fourth;

  hub_test_peer_subscribe (first, "a", 1);
  second = hub_test_core_resume_5 (core, "id", MINUTE, TRUE);
  hub_test_peer_expect_goodbye (first, HUB_REASON_SESSION_TAKEN_OVER);
  third = hub_test_core_resume (core, "id", TRUE);
  hub_test_peer_expect_goodbye (second, HUB_REASON_SESSION_TAKEN_OVER);
  fourth = hub_test_core_join_5 (core, "id", "");
  hub_test_peer_expect_closed (third, HUB_REASON_SESSION_TAKEN_OVER);
  g_assert_cmpuint (hub_core_get_stats (core->core).subscriptions, ==, 0);
  hub_test_core_resume_5 (core, "id", "", FALSE);
  hub_test_peer_expect_goodbye (fourth, HUB_REASON_SESSION_TAKEN_OVER);
  g_assert_cmpuint (hub_core_get_stats (core->core).clients, ==, 1);
  g_assert_cmpuint (hub_core_get_stats (core->core).sessions, ==, 1);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/core/5.0/MQTT-3.1.2-23/MQTT-4.1.0-1/MQTT-4.1.0-2/expiry", test_expiry);
  g_test_add_func ("/core/5.0/MQTT-4.1.0-1/expiry/again", test_expiry_again);
  g_test_add_func ("/core/5.0/3.2.2.3.2/expiry/announced", test_expiry_announced);
  g_test_add_func ("/core/5.0/3.14.2.2.2/expiry/of-disconnect", test_expiry_of_disconnect);
  g_test_add_func ("/core/5.0/3.14.2.2.2/expiry/of-disconnect/without", test_expiry_of_disconnect_without);
  g_test_add_func ("/core/5.0/MQTT-3.2.2-2/MQTT-3.2.2-3/session-present", test_session_present);
  g_test_add_func ("/core/5.0/MQTT-3.1.2-4/clean-start", test_clean_start);
  g_test_add_func ("/core/5.0/MQTT-4.4.0-1/MQTT-3.3.1-1/MQTT-4.3.3-6/MQTT-4.6.0-5/MQTT-4.6.0-6/order", test_order);
  g_test_add_func ("/core/5.0/MQTT-4.3.3-10/MQTT-4.3.3-12/received", test_received);
  g_test_add_func ("/core/5.0/MQTT-3.1.4-3/takeover", test_takeover);
  return g_test_run ();
}
