/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/support/hub-test-core.h"

#include <time.h>

typedef struct
{
  HubTestCore *core;
  HubTestPeer *sender;
  HubTestPeer *peer;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->core = hub_test_core_new ();
  fixture->sender = hub_test_core_join_5 (fixture->core, "sender", "");
  fixture->peer = hub_test_core_join_5 (fixture->core, "id", "");
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  hub_test_core_free (fixture->core);
}

/* --- Codes --- */

/* One for each filter and in their order: those that are wrong do not refuse the others, and each has its own code. */
static void
test_codes (Fixture *fixture, gconstpointer data)
{
  hub_test_peer_send (fixture->peer,
                      "82 [0001 [] {'a'} 00 {'b/#/c'} 01 {'b'} 01 {} 00 {'c+'} 02 {'c'} 02 {'$share//d'} 00 {'$share/g/d'} 01"
                      " {'$SYS/#'} 2c {'/'*65535} 00]");
  hub_test_peer_expect (fixture->peer, "SUBACK m1 00 8f 01 8f 8f 02 8f 01 00 8f");
  hub_test_peer_publish (fixture->sender, "b", "x", 2);
  hub_test_peer_expect (fixture->peer, "PUBLISH d0 q1 r0 m1 b x");
  hub_test_peer_send (fixture->peer, "a2 [0001 [] {'a'} {'b/#/c'} {'none'} {'$share/g/d'} {} {'a'} {'B'} {'b'}]");
  hub_test_peer_expect (fixture->peer, "UNSUBACK m1 00 11 11 00 11 11 11 00");
}

/* Whoever may publish at QoS 0 only may subscribe at any. */
static void
test_maximum_qos (Fixture *fixture, gconstpointer data)
{
  HubCoreOptions options = { .policy = HUB_PEER_POLICY_OPEN };
  g_autoptr (HubTestCore) core = NULL;
  HubTestPeer *peer;

  hub_limits_init_broker (&options.limits);
  options.policy.max_qos = 0;
  core = hub_test_core_new_with_options (&options);
  peer = hub_test_core_join_5 (core, "id", "");
  hub_test_peer_send (peer, "82 [0001 [] {'a'} 00 {'b'} 01 {'c'} 02]");
  hub_test_peer_expect (peer, "SUBACK m1 00 01 02");
  hub_test_peer_publish (peer, "c", "x", 0);
  hub_test_peer_expect (peer, "PUBLISH d0 q0 r0 m0 c x");
}

static void
test_quota (Fixture *fixture, gconstpointer data)
{
  g_autoptr (HubTestCore) core = NULL;
  HubTestPeer *peer;
  HubLimits limits;

  hub_limits_init_broker (&limits);
  limits.max_filters = 2;
  core = hub_test_core_new_with_limits (&limits);
  peer = hub_test_core_join_5 (core, "id", "");
  hub_test_peer_send (peer, "82 [0001 [] {'a'} 00 {'b'} 01 {'c'} 01 {'a'} 02]");
  hub_test_peer_expect (peer, "SUBACK m1 00 01 97 02");
}

/* A SUBSCRIBE that is wrong in itself ends the connection, and none of its filters counts. */
static void
test_faults (Fixture *fixture, gconstpointer data)
{
  static const struct
  {
    const char *clause;
    const char *bytes;
    HubReason reason;
  } rows[] = {
    { "MQTT-3.8.3-2", "82 [0001 []]", HUB_REASON_PROTOCOL_ERROR },
    { "MQTT-3.8.3-2", "a2 [0001 []]", HUB_REASON_PROTOCOL_ERROR },
    { "MQTT-3.8.3-5", "82 [0001 [] {'a'} 40]", HUB_REASON_MALFORMED_PACKET },
    { "MQTT-3.8.3-5", "82 [0001 [] {'a'} 00 {'b'} 80]", HUB_REASON_MALFORMED_PACKET },
    { "3.8.3.1", "82 [0001 [] {'a'} 03]", HUB_REASON_MALFORMED_PACKET },
    { "3.8.3.1", "82 [0001 [] {'a'} 30]", HUB_REASON_PROTOCOL_ERROR },
    { "3.8.2.1.2", "82 [0001 [0b 00] {'a'} 00]", HUB_REASON_PROTOCOL_ERROR },
    { "3.8.2.1.2", "82 [0001 [0b 01 0b 02] {'a'} 00]", HUB_REASON_PROTOCOL_ERROR },
    { "MQTT-3.8.3-4", "82 [0001 [] {'$share/g/a'} 04]", HUB_REASON_PROTOCOL_ERROR },
    { "MQTT-3.8.3-4", "82 [0001 [] {'a'} 04 {'$share/g/a'} 2d]", HUB_REASON_PROTOCOL_ERROR },
  };
  guint n_rows = 0;

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      HubTestPeer *peer = hub_test_core_join_5 (fixture->core, "wrong", "11 0000003c");

      if (!g_str_equal (rows[i].clause, data))
        continue;
      n_rows++;
      g_test_message ("%s", rows[i].bytes);
      hub_test_peer_send (peer, rows[i].bytes);
      hub_test_peer_expect_goodbye (peer, rows[i].reason);
      g_assert_cmpuint (hub_core_get_stats (fixture->core->core).subscriptions, ==, 0);
    }
  g_assert_cmpuint (n_rows, >, 0);
}

/* --- No Local --- */

static void
test_no_local (Fixture *fixture, gconstpointer data)
{
  HubTestPeer *old = hub_test_core_join (fixture->core, "old");

  hub_test_peer_subscribe (fixture->peer, "a", 1 | HUB_SUBSCRIPTION_NO_LOCAL);
  hub_test_peer_subscribe (old, "a", 1);
  hub_test_peer_publish (fixture->peer, "a", "mine", 1);
  hub_test_peer_expect (fixture->peer, "PUBACK m2");
  hub_test_peer_publish (fixture->sender, "a", "yours", 1);
  hub_test_peer_expect (fixture->peer, "PUBLISH d0 q1 r0 m1 a yours");
  hub_test_peer_expect (old, "PUBLISH d0 q1 r0 m1 a mine; PUBLISH d0 q1 r0 m2 a yours");

  /* Without anybody else it is as if nobody had subscribed. */
  hub_test_peer_unsubscribe (old, "a");
  hub_test_peer_publish (fixture->peer, "a", "mine", 1);
  hub_test_peer_expect (fixture->peer, "PUBACK m3 rc10");
}

/* Of overlapping subscriptions only those that are No Local stay out, with their QoS, identifiers and options. */
static void
test_no_local_overlapping (Fixture *fixture, gconstpointer data)
{
  hub_test_peer_send (fixture->peer,
                      "82 [0001 [0b 01] {'a'} 06] 82 [0002 [0b 02] {'+'} 01] 82 [0003 [0b 03] {'#'} 08] 82 [0004 [] {'$share/g/a'} 00]");
  g_free (hub_test_peer_take (fixture->peer));
  hub_test_peer_send (fixture->peer, "35 [{'a'} 0009 [] 'mine']");
  hub_test_peer_send (fixture->peer, "62 [0009]");
  g_assert_cmpuint (hub_test_peer_count (fixture->peer, "PUBLISH"), ==, 2);
  g_assert_cmpuint (hub_test_peer_count (fixture->peer, "PUBLISH d0 q0 r0 m0 a mine"), ==, 1);
  g_assert_true (hub_test_peer_count (fixture->peer, "PUBLISH d0 q1 r1 m1 a mine {sub=2 sub=3}") == 1 ||
                 hub_test_peer_count (fixture->peer, "PUBLISH d0 q1 r1 m1 a mine {sub=3 sub=2}") == 1);
  g_free (hub_test_peer_take (fixture->peer));
  hub_test_peer_publish (fixture->sender, "a", "yours", 2);
  g_assert_cmpuint (hub_test_peer_count (fixture->peer, "PUBLISH d0 q2 r0 m2 a yours {sub="), ==, 1);
}

/* Each of three that match may be No Local or not, wherever it stands among them: one's own comes by those that are not. */
static void
test_no_local_each (Fixture *fixture, gconstpointer data)
{
  static const char *const filters[] = { "#", "+", "a" };

  for (guint set = 0; set < 8; set++)
    {
      g_autofree char *client_id = g_strdup_printf ("id-%u", set);
      HubTestPeer *peer = hub_test_core_join_5 (fixture->core, client_id, "");
      g_autofree char *mine = NULL;
      guint8 qos = 0;

      for (guint i = 0; i < 3; i++)
        {
          gboolean is_no_local = (set >> i & 1) != 0;
          g_autofree char *bytes =
            g_strdup_printf ("82 [%04x [0b %02x] {'%s'} %02x]", i + 1, i + 1, filters[i], i | (is_no_local ? 4u : 0u));

          hub_test_peer_send (peer, bytes);
          qos = is_no_local ? qos : (guint8) i;
        }
      g_free (hub_test_peer_take (peer));
      hub_test_peer_publish (peer, "a", "mine", 2);
      mine = hub_test_peer_take (peer);
      g_test_message ("%u: %s", set, mine);
      for (guint i = 0; i < 3; i++)
        {
          g_autofree char *identifier = g_strdup_printf ("sub=%u", i + 1);

          g_assert_cmpint (strstr (mine, identifier) != NULL, ==, (set >> i & 1) == 0);
        }
      if (set < 7)
        {
          g_autofree char *expected = g_strdup_printf ("PUBLISH d0 q%u r0", qos);

          g_assert_nonnull (strstr (mine, expected));
        }
      hub_test_peer_publish (fixture->sender, "a", "yours", 2);
      g_assert_cmpuint (hub_test_peer_count (peer, "PUBLISH d0 q2 r0"), ==, 1);
      hub_test_peer_lose (peer);
    }
}

static double
time_publishes (HubTestPeer *peer)
{
  struct timespec since;
  struct timespec until;

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &since);
  for (guint i = 0; i < 100; i++)
    hub_test_peer_publish (peer, "t", "x", 0);
  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &until);
  return (double) (until.tv_sec - since.tv_sec) + (double) (until.tv_nsec - since.tv_nsec) / 1e9;
}

/* However many other subscriptions it has, what a client publishes costs what matches. */
static void
test_no_local_among_many (Fixture *fixture, gconstpointer data)
{
  double alone_s;
  double among_many_s;

  hub_test_peer_subscribe (fixture->peer, "t", HUB_SUBSCRIPTION_NO_LOCAL);
  time_publishes (fixture->peer);
  alone_s = time_publishes (fixture->peer);
  for (guint i = 0; i < 60000; i++)
    {
      g_autofree char *filter = g_strdup_printf ("other/%u", i);

      hub_test_peer_subscribe (fixture->peer, filter, 0);
    }
  time_publishes (fixture->peer);
  among_many_s = time_publishes (fixture->peer);
  g_test_message ("%.6f s, and among many %.6f s", alone_s, among_many_s);
  g_assert_cmpfloat (among_many_s, <, 50 * alone_s);
  hub_test_peer_expect (fixture->peer, "");
}

/* By client identifier: also what an earlier connection has published, what is retained, and the will. */
static void
test_no_local_later (Fixture *fixture, gconstpointer data)
{
  HubTestPeer *peer = hub_test_core_open (fixture->core);

  hub_test_peer_send (peer, "10 [{'MQTT'} 05 06 0000 [11 0000003c] {'me'} [] {'a'} {'gone'}] 82 [0001 [] {'a'} 05]"
                            " 31 [{'a'} [] 'mine']");
  g_free (hub_test_peer_take (peer));
  hub_test_peer_lose (peer);
  peer = hub_test_core_resume_5 (fixture->core, "me", "11 0000003c", TRUE);
  hub_test_peer_expect (peer, "");
  hub_test_peer_subscribe (peer, "a", 0x01 | HUB_SUBSCRIPTION_NO_LOCAL);
  hub_test_peer_expect (peer, "");
  hub_test_peer_subscribe (peer, "a", 0x01);
  hub_test_peer_expect (peer, "PUBLISH d0 q0 r1 m0 a mine");
  hub_test_peer_subscribe (fixture->peer, "a", 0x01 | HUB_SUBSCRIPTION_NO_LOCAL);
  hub_test_peer_expect (fixture->peer, "PUBLISH d0 q0 r1 m0 a mine");
}

/* --- Retain As Published, Retain Handling --- */

static void
test_retain_as_published (Fixture *fixture, gconstpointer data)
{
  HubTestPeer *plain = hub_test_core_join_5 (fixture->core, "plain", "");

  hub_test_peer_subscribe (fixture->peer, "a", 1 | HUB_SUBSCRIPTION_RETAIN_AS_PUBLISHED);
  hub_test_peer_subscribe (plain, "a", 1);
  hub_test_peer_retain (fixture->sender, "a", "1", 1);
  hub_test_peer_publish (fixture->sender, "a", "2", 1);
  hub_test_peer_retain (fixture->sender, "a", "", 0);
  hub_test_peer_expect (fixture->peer, "PUBLISH d0 q1 r1 m1 a 1; PUBLISH d0 q1 r0 m2 a 2; PUBLISH d0 q0 r1 m0 a ");
  hub_test_peer_expect (plain, "PUBLISH d0 q1 r0 m1 a 1; PUBLISH d0 q1 r0 m2 a 2; PUBLISH d0 q0 r0 m0 a ");

  /* Because of a new subscription it is 1 in any case. */
  hub_test_peer_retain (fixture->sender, "b", "3", 0);
  hub_test_peer_subscribe (fixture->peer, "b", 0 | HUB_SUBSCRIPTION_RETAIN_AS_PUBLISHED);
  hub_test_peer_expect (fixture->peer, "PUBLISH d0 q0 r1 m0 b 3");
  hub_test_peer_subscribe (plain, "b", 0);
  hub_test_peer_expect (plain, "PUBLISH d0 q0 r1 m0 b 3");
}

/* It survives the queue. */
static void
test_retain_as_published_queued (Fixture *fixture, gconstpointer data)
{
  HubTestPeer *peer = hub_test_core_resume_5 (fixture->core, "away", "11 0000003c", FALSE);

  hub_test_peer_subscribe (peer, "a", 1 | HUB_SUBSCRIPTION_RETAIN_AS_PUBLISHED);
  hub_test_peer_lose (peer);
  hub_test_peer_retain (fixture->sender, "a", "1", 1);
  peer = hub_test_core_resume_5 (fixture->core, "away", "11 0000003c", TRUE);
  hub_test_peer_expect (peer, "PUBLISH d0 q1 r1 m1 a 1");
  hub_test_peer_lose (peer);
  peer = hub_test_core_resume_5 (fixture->core, "away", "11 0000003c", TRUE);
  hub_test_peer_expect (peer, "PUBLISH d1 q1 r1 m1 a 1");
}

/* 0: each time; 1: when the same filter was not there; 2: never. */
static void
test_retain_handling (Fixture *fixture, gconstpointer data)
{
  static const struct
  {
    const char *bytes;
    const char *text;
  } rows[] = {
    { "82 [0001 [] {'a'} 20]", "SUBACK m1 00" },
    { "82 [0001 [] {'a'} 10]", "SUBACK m1 00" },
    { "82 [0001 [] {'+'} 10]", "SUBACK m1 00; PUBLISH d0 q0 r1 m0 a x" },
    { "82 [0001 [] {'+'} 11]", "SUBACK m1 01" },
    { "82 [0001 [] {'+'} 00]", "SUBACK m1 00; PUBLISH d0 q0 r1 m0 a x" },
    { "82 [0001 [] {'+'} 00]", "SUBACK m1 00; PUBLISH d0 q0 r1 m0 a x" },
    { "82 [0001 [] {'a'} 00]", "SUBACK m1 00; PUBLISH d0 q0 r1 m0 a x" },
    { "82 [0001 [] {'a'} 20]", "SUBACK m1 00" },
    { "a2 [0001 [] {'a'}]", "UNSUBACK m1 00" },
    { "82 [0001 [] {'a'} 10]", "SUBACK m1 00; PUBLISH d0 q0 r1 m0 a x" },
    { "82 [0001 [] {'#'} 10 {'#'} 10]", "SUBACK m1 00 00; PUBLISH d0 q0 r1 m0 a x" },
    { "82 [0001 [] {'#'} 10]", "SUBACK m1 00" },
    { "82 [0001 [] {'$share/g/a'} 00]", "SUBACK m1 00" },
    { "82 [0001 [] {'$share/h/a'} 10]", "SUBACK m1 00" },
  };

  hub_test_peer_retain (fixture->sender, "a", "x", 1);
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_test_message ("%s", rows[i].bytes);
      hub_test_peer_send (fixture->peer, rows[i].bytes);
      hub_test_peer_expect (fixture->peer, rows[i].text);
    }
}

/* "Was not there" is about the session, not the connection. */
static void
test_retain_handling_of_session (Fixture *fixture, gconstpointer data)
{
  HubTestPeer *peer = hub_test_core_resume_5 (fixture->core, "away", "11 0000003c", FALSE);

  hub_test_peer_retain (fixture->sender, "a", "x", 0);
  hub_test_peer_subscribe (peer, "a", 0x10);
  hub_test_peer_expect (peer, "PUBLISH d0 q0 r1 m0 a x");
  hub_test_peer_lose (peer);
  peer = hub_test_core_resume_5 (fixture->core, "away", "11 0000003c", TRUE);
  hub_test_peer_subscribe (peer, "a", 0x10);
  hub_test_peer_expect (peer, "");
  hub_test_peer_lose (peer);
  peer = hub_test_core_join_5 (fixture->core, "away", "11 0000003c");
  hub_test_peer_subscribe (peer, "a", 0x10);
  hub_test_peer_expect (peer, "PUBLISH d0 q0 r1 m0 a x");
}

/* The QoS of a retained delivery is bound by both as any other is. */
static void
test_retained_qos (Fixture *fixture, gconstpointer data)
{
  for (guint8 published = 0; published <= 2; published++)
    for (guint8 granted = 0; granted <= 2; granted++)
      {
        HubTestPeer *peer = hub_test_core_join_5 (fixture->core, "qos", "");
        guint qos = MIN (published, granted);
        g_autofree char *expected = g_strdup_printf ("PUBLISH d0 q%u r1 m%u a x", qos, qos > 0 ? 1 : 0);

        hub_test_peer_retain (fixture->sender, "a", "x", published);
        hub_test_peer_settle (fixture->sender);
        hub_test_peer_subscribe (peer, "a", granted);
        hub_test_peer_expect (peer, expected);
      }
}

/* --- Replacing --- */

/* Options and identifier are those of the last SUBSCRIBE, and there is never a moment without a subscription. */
static void
test_replaced (Fixture *fixture, gconstpointer data)
{
  static const struct
  {
    const char *subscribe;
    const char *text;
  } rows[] = {
    { "82 [0001 [0b 07] {'a'} 22]", "PUBLISH d0 q1 r0 m1 a x {sub=7}" },
    { "82 [0001 [0b 08] {'a'} 28]", "PUBLISH d0 q0 r1 m0 a x {sub=8}" },
    { "82 [0001 [] {'a'} 21]", "PUBLISH d0 q1 r0 m2 a x" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      hub_test_peer_send (fixture->peer, rows[i].subscribe);
      g_free (hub_test_peer_take (fixture->peer));
      hub_test_peer_retain (fixture->sender, "a", "x", 1);
      hub_test_peer_expect (fixture->peer, rows[i].text);
    }
  g_assert_cmpuint (hub_core_get_stats (fixture->core->core).subscriptions, ==, 1);
}

/* What has begun or waits is delivered after an UNSUBSCRIBE. */
static void
test_unsubscribed (Fixture *fixture, gconstpointer data)
{
  HubTestPeer *peer = hub_test_core_join_5 (fixture->core, "slow", "21 0001");

  hub_test_peer_subscribe (peer, "a", 2);
  hub_test_peer_publish (fixture->sender, "a", "1", 2);
  hub_test_peer_publish (fixture->sender, "a", "2", 1);
  hub_test_peer_expect (peer, "PUBLISH d0 q2 r0 m1 a 1");
  hub_test_peer_unsubscribe (peer, "a");
  hub_test_peer_publish (fixture->sender, "a", "3", 1);
  hub_test_peer_send (peer, "50 [0001] 70 [0001]");
  hub_test_peer_expect (peer, "PUBREL m1; PUBLISH d0 q1 r0 m2 a 2");
  hub_test_peer_ack (peer, HUB_PACKET_PUBACK, 2);
  hub_test_peer_expect (peer, "");
}

/* --- Topics --- */

static void
test_matching (Fixture *fixture, gconstpointer data)
{
  static const struct
  {
    const char *filter;
    const char *topic;
    gboolean matches;
  } rows[] = {
    { "a/#", "a", TRUE }, { "a/#", "a/b/c", TRUE }, { "+/+", "/a", TRUE }, { "/+", "/a", TRUE }, { "+", "/a", FALSE }, { "a/+", "a", FALSE }, { "a/+", "a/", TRUE }, { "#", "$SYS/x", FALSE }, { "+/x", "$SYS/x", FALSE }, { "A", "a", FALSE }, { "a/", "a", FALSE }
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_test_message ("%s and %s", rows[i].filter, rows[i].topic);
      hub_test_peer_subscribe (fixture->peer, rows[i].filter, 0);
      hub_test_peer_publish (fixture->sender, rows[i].topic, "x", 0);
      g_assert_cmpuint (hub_test_peer_count (fixture->peer, "PUBLISH"), ==, rows[i].matches ? 1 : 0);
      g_free (hub_test_peer_take (fixture->peer));
      hub_test_peer_unsubscribe (fixture->peer, rows[i].filter);
    }
}

#define add_test(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)
#define add_faults(clause) g_test_add ("/core/5.0/" clause "/faults", Fixture, clause, set_up, test_faults, tear_down)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  add_test ("/core/5.0/MQTT-3.8.4-1/MQTT-3.8.4-6/MQTT-3.9.3-1/MQTT-3.10.4-1/MQTT-3.10.4-4/MQTT-3.10.4-5/codes", test_codes);
  add_test ("/core/5.0/MQTT-3.8.4-6/quota", test_quota);
  add_test ("/core/5.0/MQTT-3.2.2-10/maximum-qos", test_maximum_qos);
  add_faults ("MQTT-3.8.3-2");
  add_faults ("MQTT-3.8.3-4");
  add_faults ("MQTT-3.8.3-5");
  add_faults ("3.8.3.1");
  add_faults ("3.8.2.1.2");
  add_test ("/core/5.0/MQTT-3.8.3-3/no-local", test_no_local);
  add_test ("/core/5.0/MQTT-3.8.3-3/no-local/overlapping", test_no_local_overlapping);
  add_test ("/core/5.0/MQTT-3.8.3-3/no-local/each", test_no_local_each);
  add_test ("/core/5.0/MQTT-3.8.3-3/no-local/among-many", test_no_local_among_many);
  add_test ("/core/5.0/MQTT-3.8.3-3/no-local/later", test_no_local_later);
  add_test ("/core/5.0/MQTT-3.3.1-12/MQTT-3.3.1-13/retain-as-published", test_retain_as_published);
  add_test ("/core/5.0/MQTT-3.3.1-13/retain-as-published/queued", test_retain_as_published_queued);
  add_test ("/core/5.0/MQTT-3.3.1-9/MQTT-3.3.1-10/MQTT-3.3.1-11/MQTT-3.8.4-4/retain-handling", test_retain_handling);
  add_test ("/core/5.0/MQTT-3.3.1-10/retain-handling/of-session", test_retain_handling_of_session);
  add_test ("/core/5.0/MQTT-3.8.4-8/retained-qos", test_retained_qos);
  add_test ("/core/5.0/MQTT-3.8.4-3/replaced", test_replaced);
  add_test ("/core/5.0/MQTT-3.10.4-3/unsubscribed", test_unsubscribed);
  add_test ("/core/5.0/MQTT-4.7.1-1/MQTT-4.7.1-2/MQTT-4.7.2-1/matching", test_matching);
  return g_test_run ();
}
