/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/support/hub-test-core.h"

#define WILL "PUBLISH d0 q0 r0 m0 will gone"

typedef struct
{
  HubTestCore *core;
  HubTestPeer *watcher;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->core = hub_test_core_new ();
  fixture->watcher = hub_test_core_join_5 (fixture->core, "watcher", "");
  hub_test_peer_subscribe (fixture->watcher, "#", 2);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  hub_test_core_free (fixture->core);
}

/* The client `id`, with a will. */
static HubTestPeer *
join (Fixture *fixture, gboolean is_clean, const char *properties, const char *will_properties)
{
  HubTestPeer *peer = hub_test_core_open (fixture->core);
  g_autofree char *bytes = g_strdup_printf ("10 [{'MQTT'} 05 %02x 000a [%s] {'id'} [%s] {'will'} {'gone'}]",
                                            is_clean ? 0x06 : 0x04,
                                            properties,
                                            will_properties);

  peer->version = HUB_VERSION_5_0;
  hub_test_peer_send (peer, bytes);
  g_assert_cmpuint (hub_test_peer_count (peer, "CONNACK"), ==, 1);
  g_assert_false (peer->is_closed);
  g_free (hub_test_peer_take (peer));
  return peer;
}

/* Every way in which a connection ends, but for the plain goodbye. */
static void
test_endings (Fixture *fixture, gconstpointer data)
{
  static const struct
  {
    const char *bytes; /* NULL: lost */
    gboolean has_will;
  } rows[] = {
    { NULL, TRUE },
    { "c1 []", TRUE },
    { "30 [{'a'} [23 0000]]", TRUE },
    { "10 [{'MQTT'} 05 02 0000 [] {'id'}]", TRUE },
    { "f0 [18 [15 {'m'}]]", TRUE },
    { "e0 [00 [11 00000005]]", TRUE }, /* an error: there was no expiry */
    { "e0 [01]", TRUE },               /* no reason code of DISCONNECT */
    { "e0 [04]", TRUE },
    { "e0 [04 []]", TRUE },
    { "e0 [80]", TRUE },
    { "e0 [81 [1f {'why'} 26 {'k'} {'v'}]]", TRUE },
    { "e0 [93]", TRUE },
    { "e0 []", FALSE },
    { "e0 [00]", FALSE },
    { "e0 [00 [1f {'bye'}]]", FALSE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      HubTestPeer *peer = join (fixture, TRUE, "", "");

      g_test_message ("%s", rows[i].bytes != NULL ? rows[i].bytes : "lost");
      hub_test_peer_expect (fixture->watcher, "");
      if (rows[i].bytes == NULL)
        hub_test_peer_lose (peer);
      else
        hub_test_peer_send (peer, rows[i].bytes);
      g_assert_true (peer->is_closed);
      hub_test_peer_expect (fixture->watcher, rows[i].has_will ? WILL : "");
    }
}

/* The delay is kept to the microsecond. */
static void
test_delay (Fixture *fixture, gconstpointer data)
{
  hub_test_peer_lose (join (fixture, TRUE, "11 0000003c", "18 00000005"));
  hub_test_core_pass (fixture->core, 5 * G_TIME_SPAN_SECOND - 1);
  hub_test_peer_expect (fixture->watcher, "");
  hub_test_core_pass (fixture->core, 1);
  hub_test_peer_expect (fixture->watcher, WILL);

  /* Once, and not again with the end of the session. */
  hub_test_core_pass (fixture->core, G_TIME_SPAN_DAY);
  hub_test_peer_expect (fixture->watcher, "");
}

/* The session ends first: then the will is published at once, however long its delay (Mosquitto #3505). */
static void
test_delay_and_expiry (Fixture *fixture, gconstpointer data)
{
  static const struct
  {
    const char *properties;
    const char *will_properties;
    gint64 wait_us;
  } rows[] = {
    { "", "18 0000003c", 0 },
    { "11 00000000", "18 ffffffff", 0 },
    { "11 00000005", "18 0000003c", 5 * G_TIME_SPAN_SECOND },
    { "11 00000005", "18 00000006", 5 * G_TIME_SPAN_SECOND },
    { "11 00000005", "18 00000005", 5 * G_TIME_SPAN_SECOND },
    { "11 00000005", "18 00000004", 4 * G_TIME_SPAN_SECOND },
    { "11 ffffffff", "18 ffffffff", 7 * G_TIME_SPAN_DAY },
    { "11 0000003c", "18 00000000", 0 },
    { "11 0000003c", "", 0 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_test_message ("%s with %s", rows[i].properties, rows[i].will_properties);
      hub_test_peer_lose (join (fixture, TRUE, rows[i].properties, rows[i].will_properties));
      if (rows[i].wait_us > 0)
        {
          hub_test_core_pass (fixture->core, rows[i].wait_us - 1);
          hub_test_peer_expect (fixture->watcher, "");
          hub_test_core_pass (fixture->core, 1);
        }
      hub_test_peer_expect (fixture->watcher, WILL);
      hub_test_core_pass (fixture->core, 30 * G_TIME_SPAN_DAY);
      hub_test_peer_expect (fixture->watcher, "");
    }
}

/* Who is back in time takes the will back; so does who takes the session over. */
static void
test_delay_cancelled (Fixture *fixture, gconstpointer data)
{
  HubTestPeer *peer;

  hub_test_peer_lose (join (fixture, TRUE, "11 0000003c", "18 00000005"));
  hub_test_core_pass (fixture->core, 5 * G_TIME_SPAN_SECOND - 1);
  peer = hub_test_core_resume_5 (fixture->core, "id", "11 0000003c", TRUE);
  hub_test_core_pass (fixture->core, G_TIME_SPAN_HOUR);
  hub_test_peer_lose (peer);
  hub_test_core_pass (fixture->core, G_TIME_SPAN_HOUR);
  hub_test_peer_expect (fixture->watcher, "");

  peer = join (fixture, TRUE, "11 0000003c", "18 00000005");
  hub_test_core_resume_5 (fixture->core, "id", "", TRUE);
  hub_test_peer_expect_goodbye (peer, HUB_REASON_SESSION_TAKEN_OVER);
  hub_test_core_pass (fixture->core, G_TIME_SPAN_HOUR);
  hub_test_peer_expect (fixture->watcher, "");
}

/* A clean start ends the session that the will belongs to; so does taking over from one that dies with its connection. */
static void
test_delay_and_clean_start (Fixture *fixture, gconstpointer data)
{
  HubTestPeer *peer;

  hub_test_peer_lose (join (fixture, TRUE, "11 0000003c", "18 00000005"));
  hub_test_peer_expect (fixture->watcher, "");
  peer = hub_test_core_join_5 (fixture->core, "id", "");
  hub_test_peer_expect (fixture->watcher, WILL);
  hub_test_peer_disconnect (peer);

  peer = join (fixture, TRUE, "11 0000003c", "18 00000005");
  hub_test_core_join_5 (fixture->core, "id", "");
  hub_test_peer_expect_goodbye (peer, HUB_REASON_SESSION_TAKEN_OVER);
  hub_test_peer_expect (fixture->watcher, WILL);

  peer = join (fixture, TRUE, "", "18 00000005");
  hub_test_core_resume_5 (fixture->core, "id", "", FALSE);
  hub_test_peer_expect_goodbye (peer, HUB_REASON_SESSION_TAKEN_OVER);
  hub_test_peer_expect (fixture->watcher, WILL);

  /* Without a delay taking over publishes it in any case. */
  peer = join (fixture, FALSE, "11 0000003c", "");
  hub_test_core_resume_5 (fixture->core, "id", "", TRUE);
  hub_test_peer_expect_goodbye (peer, HUB_REASON_SESSION_TAKEN_OVER);
  hub_test_peer_expect (fixture->watcher, WILL);
}

/* DISCONNECT with 04 begins the delay, and may end the session before it. */
static void
test_delay_of_disconnect (Fixture *fixture, gconstpointer data)
{
  HubTestPeer *peer = join (fixture, TRUE, "11 0000003c", "18 00000005");

  hub_test_peer_send (peer, "e0 [04]");
  hub_test_peer_expect_closed (peer, HUB_REASON_SUCCESS);
  hub_test_peer_expect (fixture->watcher, "");
  hub_test_core_pass (fixture->core, 5 * G_TIME_SPAN_SECOND);
  hub_test_peer_expect (fixture->watcher, WILL);

  peer = join (fixture, TRUE, "11 0000003c", "18 00000005");
  hub_test_peer_send (peer, "e0 [04 [11 00000002]]");
  hub_test_core_pass (fixture->core, 2 * G_TIME_SPAN_SECOND);
  hub_test_peer_expect (fixture->watcher, WILL);

  peer = join (fixture, TRUE, "11 0000003c", "18 00000005");
  hub_test_peer_send (peer, "e0 [04 [11 00000000]]");
  hub_test_peer_expect (fixture->watcher, WILL);

  /* A plain goodbye deletes it, whatever happens to the session. */
  peer = join (fixture, TRUE, "11 0000003c", "18 00000005");
  hub_test_peer_send (peer, "e0 [00 [11 00000002]]");
  hub_test_core_pass (fixture->core, G_TIME_SPAN_HOUR);
  hub_test_peer_expect (fixture->watcher, "");
}

/* What the will says of its message reaches who gets it; what it says of itself does not. */
static void
test_properties (Fixture *fixture, gconstpointer data)
{
  HubTestPeer *peer = hub_test_core_open (fixture->core);
  HubTestPeer *late = hub_test_core_join_5 (fixture->core, "late", "");

  hub_test_peer_send (peer, "10 [{'MQTT'} 05 2e 0000 [26 {'not'} {'of the will'}] {'id'}"
                            " [26 {'b'} {'1'} 18 00000000 01 01 03 {'t/x'} 08 {'r'} 09 {00} 26 {'a'} {'2'}] {'will'} {'gone'}]");
  hub_test_peer_lose (peer);
  hub_test_peer_expect (fixture->watcher,
                        "PUBLISH d0 q1 r0 m1 will gone {user=b:1 format=1 type=t/x response=r correlation=\\00 user=a:2}");
  hub_test_peer_subscribe (late, "will", 0);
  hub_test_peer_expect (late, "PUBLISH d0 q0 r1 m0 will gone {user=b:1 format=1 type=t/x response=r correlation=\\00 user=a:2}");
}

/* When the broker is stopped those that wait for their delay are published too, and everybody is told why. */
static void
test_stop (Fixture *fixture, gconstpointer data)
{
  hub_test_peer_lose (join (fixture, TRUE, "11 0000003c", "18 00000005"));
  hub_core_stop (fixture->core->core, fixture->core->now_us);
  hub_test_peer_expect (fixture->watcher, WILL "; DISCONNECT 8b");
  g_assert_cmphex (fixture->watcher->reason, ==, HUB_REASON_SERVER_SHUTTING_DOWN);
}

/* No will of a connection that never was one. */
static void
test_not_connected (Fixture *fixture, gconstpointer data)
{
  static const char *const rows[] = {
    "10 [{'MQTT'} 05 06 0000 [15 {'m'}] {'id'} [] {'will'} {'gone'}]",
    "10 [{'MQTT'} 05 06 0000 [] {'id'} [18 00000001 18 00000001] {'will'} {'gone'}]",
    "10 [{'MQTT'} 05 06 0000 [27 00000006] {'id'} [] {'will'} {'gone'}]",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      HubTestPeer *peer = hub_test_core_open (fixture->core);

      g_test_message ("%s", rows[i]);
      hub_test_peer_send (peer, rows[i]);
      g_assert_true (peer->is_closed);
      hub_test_core_pass (fixture->core, G_TIME_SPAN_HOUR);
      hub_test_peer_expect (fixture->watcher, "");
    }
}

/* Has another core, with a watcher. */
static void
use_options (Fixture *fixture, const HubCoreOptions *options)
{
  hub_test_core_free (fixture->core);
  fixture->core = hub_test_core_new_with_options (options);
  fixture->watcher = hub_test_core_join_5 (fixture->core, "watcher", "");
  hub_test_peer_subscribe (fixture->watcher, "#", 2);
}

/* The operator's limit of what is published holds for a will, too. */
static void
test_size (Fixture *fixture, gconstpointer data)
{
  HubCoreOptions options = { .policy = HUB_PEER_POLICY_OPEN };

  hub_limits_init_broker (&options.limits);
  for (guint i = 0; i < 2; i++)
    {
      options.limits.max_message_bytes = 4 - i;
      use_options (fixture, &options);
      hub_test_peer_lose (join (fixture, TRUE, "", "18 00000000"));
      hub_test_peer_expect (fixture->watcher, i == 0 ? WILL : "");
      g_assert_cmpuint (hub_core_get_stats (fixture->core->core).publishes_denied, ==, i);
    }
}

/* --- A store with a log --- */

static guint64
record_cb (gpointer user_data, const HubStoreRecord *record)
{
  const guint64 *seq = user_data;

  g_assert_true (hub_span_equal (record->topic, HUB_SPAN_LITERAL ("will")));
  g_assert_true (hub_span_equal (record->payload, HUB_SPAN_LITERAL ("gone")));
  g_assert_true (hub_span_equal (record->client_id, HUB_SPAN_LITERAL ("id")));
  return *seq;
}

static const char *
get_log_id_cb (gpointer user_data)
{
  return "log";
}

static guint64
commit_cb (gpointer user_data, gboolean is_awaited)
{
  return 0;
}

static gboolean
never_cb (gpointer user_data)
{
  return FALSE;
}

/* A will is recorded as what else is published; one for which the store has no room is not lost to those who are there. */
static void
test_recorded (Fixture *fixture, gconstpointer data)
{
  static const HubStoreFuncs store = {
    .record = record_cb,
    .get_log_id = get_log_id_cb,
    .commit = commit_cb,
    .is_full = never_cb,
    .is_failed = never_cb,
  };
  static const char *const filters[] = { "will", NULL };
  static guint64 seq;
  HubCoreOptions options = {
    .policy = HUB_PEER_POLICY_OPEN,
    .store = &store,
    .store_data = &seq,
    .record = filters,
  };
  g_autofree char *told = NULL;

  seq = 7;
  hub_limits_init_broker (&options.limits);
  use_options (fixture, &options);
  hub_test_peer_lose (join (fixture, TRUE, "", "02 00000014 26 {'k'} {'v'}"));
  told = hub_test_peer_take (fixture->watcher);
  g_assert_true (g_str_has_prefix (told, WILL " {expiry=20 user=k:v user=hub-log:log user=hub-seq:7 user=hub-time:"));
  g_assert_cmpuint (hub_core_get_stats (fixture->core->core).messages_recorded, ==, 1);

  seq = 0;
  hub_test_peer_lose (join (fixture, TRUE, "", ""));
  hub_test_peer_expect (fixture->watcher, WILL);
  g_assert_cmpuint (hub_core_get_stats (fixture->core->core).messages_unrecorded, ==, 1);
}

#define add_test(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  add_test ("/core/5.0/MQTT-3.1.2-8/endings", test_endings);
  add_test ("/core/5.0/MQTT-3.1.2-8/delay", test_delay);
  add_test ("/core/5.0/MQTT-3.1.2-8/delay/and-expiry", test_delay_and_expiry);
  add_test ("/core/5.0/MQTT-3.1.3-9/delay/cancelled", test_delay_cancelled);
  add_test ("/core/5.0/MQTT-3.1.2-8/delay/and-clean-start", test_delay_and_clean_start);
  add_test ("/core/5.0/MQTT-3.14.4-3/delay/of-disconnect", test_delay_of_disconnect);
  add_test ("/core/5.0/3.1.3.2/properties", test_properties);
  add_test ("/core/5.0/MQTT-3.1.2-8/stop", test_stop);
  add_test ("/core/5.0/MQTT-3.1.2-8/size", test_size);
  add_test ("/core/5.0/MQTT-3.1.2-8/recorded", test_recorded);
  add_test ("/core/5.0/MQTT-3.1.2-10/not-connected", test_not_connected);
  return g_test_run ();
}
