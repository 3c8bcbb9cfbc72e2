/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/wire/hub-topic.h"
#include "tests/support/hub-test-store.h"

#include <glib/gstdio.h>

/* What is kept of sessions is there again after a restart, as it was. */

typedef struct
{
  HubTestStore *test;
  HubStore *store;
  const HubStoreFuncs *funcs;
} Fixture;

static void
look_at_store (Fixture *fixture)
{
  fixture->store = fixture->test->store;
  fixture->funcs = fixture->test->funcs;
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->test = hub_test_store_new ();
  hub_test_store_open (fixture->test);
  look_at_store (fixture);
  g_assert_true (fixture->funcs->keeps_state);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_autofree char *folder = g_strdup (fixture->test->folder);

  hub_test_store_free (fixture->test);
  g_assert_false (g_file_test (folder, G_FILE_TEST_EXISTS));
}

/* Both at once and after a restart. */
static void
assert_kept (Fixture *fixture, const char *expected)
{
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;

  hub_test_store_flush (fixture->test);
  before = hub_test_store_describe (fixture->test);
  g_assert_cmpstr (before, ==, expected);
  hub_test_store_reopen (fixture->test);
  look_at_store (fixture);
  after = hub_test_store_describe (fixture->test);
  g_assert_cmpstr (after, ==, expected);
  g_assert_null (hub_store_get_notice (fixture->store));
}

static void
put_session (Fixture *fixture, guint64 key, HubSpan client_id)
{
  HubStoreSession session = { .key = key, .client_id = client_id, .expiry_s = 60 };

  fixture->funcs->put_session (fixture->store, &session);
}

static void
add_message (Fixture *fixture, guint64 key, const char *topic)
{
  HubStoreMessage message = { .key = key, .topic = hub_span_from_string (topic), .payload = HUB_SPAN_LITERAL ("hi"), .qos = 1 };

  fixture->funcs->add_message (fixture->store, &message);
}

static void
add_delivery (Fixture *fixture, guint64 session, guint64 order, guint64 message)
{
  HubStoreDelivery delivery = { .session = session, .order = order, .message = message, .qos = 2 };

  fixture->funcs->add_delivery (fixture->store, &delivery);
}

static void
test_empty (Fixture *fixture, gconstpointer data)
{
  g_assert_cmpuint (fixture->funcs->commit (fixture->store, TRUE), ==, 0);
  assert_kept (fixture, "");
}

static void
test_sessions (Fixture *fixture, gconstpointer data)
{
  const HubStoreSession sessions[] = {
    { 1, HUB_SPAN_LITERAL ("ada"), { NULL, 0 }, 0, 0 },
    { 2, HUB_SPAN_LITERAL ("grace"), HUB_SPAN_LITERAL (""), G_MAXUINT32, G_MAXINT64 },
    { G_MAXINT64, HUB_SPAN_LITERAL ("joan"), HUB_SPAN_LITERAL ("clarke"), 7, 1700000000123 },
  };

  /* They come back in the order of their keys, not in this one. */
  for (gsize i = G_N_ELEMENTS (sessions); i > 0; i--)
    fixture->funcs->put_session (fixture->store, &sessions[i - 1]);
  assert_kept (fixture,
               "session 1 'ada' none '' e0 l0\n"
               "session 2 'grace' user '' e4294967295 l9223372036854775807\n"
               "session 9223372036854775807 'joan' user 'clarke' e7 l1700000000123\n");
}

static void
test_session_changes (Fixture *fixture, gconstpointer data)
{
  HubStoreSession session = { .key = 5, .client_id = HUB_SPAN_LITERAL ("ada"), .user_name = HUB_SPAN_LITERAL ("u") };
  HubStoreSubscription subscription = { .session = 5, .filter = HUB_SPAN_LITERAL ("#") };

  fixture->funcs->put_session (fixture->store, &session);
  fixture->funcs->put_subscription (fixture->store, &subscription);
  session.lost_ms = 44;
  session.expiry_s = 9;
  session.user_name = (HubSpan){ NULL, 0 };
  fixture->funcs->put_session (fixture->store, &session);
  assert_kept (fixture, "session 5 'ada' none '' e9 l44\nsubscription 5 # o0 i0\n");
}

/* Nothing in a client identifier means anything to a store, and nothing is too long for it. */
static void
test_client_ids (Fixture *fixture, gconstpointer data)
{
  g_autofree char *longest = g_strnfill (G_MAXUINT16, 'y');
  HubStoreSession with_long_user = { .key = 8, .client_id = HUB_SPAN_LITERAL ("z"), .user_name = hub_span_from_string (longest) };

  put_session (fixture, 1, HUB_SPAN_LITERAL (""));
  put_session (fixture, 2, HUB_SPAN_LITERAL ("/"));
  put_session (fixture, 3, HUB_SPAN_LITERAL ("../../etc/passwd"));
  put_session (fixture, 4, HUB_SPAN_LITERAL ("'; DROP TABLE session; --"));
  put_session (fixture, 5, HUB_SPAN_LITERAL ("\xc3\xa4\xf0\x9f\x98\x80"));
  put_session (fixture, 6, HUB_SPAN_LITERAL ("#"));
  put_session (fixture, 7, hub_span_from_string (longest));
  fixture->funcs->put_session (fixture->store, &with_long_user);
  assert_kept (fixture,
               "session 1 '' none '' e60 l0\n"
               "session 2 '/' none '' e60 l0\n"
               "session 3 '../../etc/passwd' none '' e60 l0\n"
               "session 4 '';\\20DROP\\20TABLE\\20session;\\20--' none '' e60 l0\n"
               "session 5 '\\c3\\a4\\f0\\9f\\98\\80' none '' e60 l0\n"
               "session 6 '#' none '' e60 l0\n"
               "session 7 '<65535>yyyy' none '' e60 l0\n"
               "session 8 'z' user '<65535>yyyy' e0 l0\n");
}

static void
test_subscriptions (Fixture *fixture, gconstpointer data)
{
  g_autofree char *longest = g_strnfill (G_MAXUINT16, 'y');
  HubStoreSubscription subscriptions[] = {
    { 1, HUB_SPAN_LITERAL ("a/#"), 0x2e, 268435455 },
    { 1, HUB_SPAN_LITERAL ("$share/group/+/b"), 1, 0 },
    { 1, hub_span_from_string (longest), 2, 3 },
    { 2, HUB_SPAN_LITERAL ("a/#"), 0, 1 },
    { 2, HUB_SPAN_LITERAL ("b"), 0, 0 },
  };

  put_session (fixture, 1, HUB_SPAN_LITERAL ("ada"));
  put_session (fixture, 2, HUB_SPAN_LITERAL ("grace"));
  for (gsize i = 0; i < G_N_ELEMENTS (subscriptions); i++)
    fixture->funcs->put_subscription (fixture->store, &subscriptions[i]);
  fixture->funcs->remove_subscription (fixture->store, 2, HUB_SPAN_LITERAL ("b"));
  fixture->funcs->remove_subscription (fixture->store, 2, HUB_SPAN_LITERAL ("never"));
  subscriptions[3].options = 9;
  fixture->funcs->put_subscription (fixture->store, &subscriptions[3]);
  assert_kept (fixture,
               "session 1 'ada' none '' e60 l0\n"
               "session 2 'grace' none '' e60 l0\n"
               "subscription 1 $share/group/+/b o1 i0\n"
               "subscription 1 a/# o46 i268435455\n"
               "subscription 1 <65535>yyyy o2 i3\n"
               "subscription 2 a/# o9 i1\n");
}

static char *
make_shared_filter (guint n_levels)
{
  GString *filter = g_string_new ("$share/g/a");

  for (guint i = 1; i < n_levels; i++)
    g_string_append (filter, "/a");
  return g_string_free (filter, FALSE);
}

/* The name of a share does not count among the levels. */
static void
test_shared_levels (Fixture *fixture, gconstpointer data)
{
  g_autofree char *longest = make_shared_filter (HUB_TOPIC_LEVELS_MAX);
  g_autofree char *too_long = make_shared_filter (HUB_TOPIC_LEVELS_MAX + 1);
  HubStoreSubscription subscription = { .session = 1, .filter = hub_span_from_string (longest), .options = 1 };

  put_session (fixture, 1, HUB_SPAN_LITERAL ("ada"));
  fixture->funcs->put_subscription (fixture->store, &subscription);
  assert_kept (fixture,
               "session 1 'ada' none '' e60 l0\n"
               "subscription 1 <408>/a/a o1 i0\n");

  /* The core never keeps one. */
  subscription.filter = hub_span_from_string (too_long);
  fixture->funcs->put_subscription (fixture->store, &subscription);
  hub_test_store_flush (fixture->test);
  hub_test_store_reopen (fixture->test);
  look_at_store (fixture);
  g_assert_nonnull (hub_store_get_notice (fixture->store));
}

static void
test_messages (Fixture *fixture, gconstpointer data)
{
  g_autofree char *longest = g_strnfill (G_MAXUINT16, 't');
  g_autofree char *block = g_strnfill (100000, 'p');
  g_autofree char *payload = g_strnfill (2000000, 'l');
  const HubStoreMessage messages[] = {
    { 1, HUB_SPAN_LITERAL ("t"), { NULL, 0 }, { NULL, 0 }, { NULL, 0 }, 0, 0, FALSE },
    { 2, HUB_SPAN_LITERAL ("/"), HUB_SPAN_LITERAL ("\0\xff\0"), HUB_SPAN_LITERAL ("ada"), HUB_SPAN_LITERAL ("\x01\x01"), G_MAXINT64, 2, TRUE },
    { 3, hub_span_from_string (longest), hub_span_from_string (payload), hub_span_from_string (longest), hub_span_from_string (block), 5, 1, FALSE },
  };

  put_session (fixture, 1, HUB_SPAN_LITERAL ("ada"));
  for (gsize i = 0; i < G_N_ELEMENTS (messages); i++)
    {
      fixture->funcs->add_message (fixture->store, &messages[i]);
      fixture->funcs->set_retained (fixture->store, messages[i].topic, messages[i].key);
    }
  assert_kept (fixture,
               "message 1 t '' [] q0 r0 x0\n"
               "message 2 / of ada '\\00\\ff\\00' [\\01\\01] q2 r1 x9223372036854775807\n"
               "message 3 <65535>tttt of <65535>tttt '<2000000>llll' [<100000>pppp] q1 r0 x5\n"
               "session 1 'ada' none '' e60 l0\n"
               "retained / 2\n"
               "retained t 1\n"
               "retained <65535>tttt 3\n");
}

static void
test_deliveries (Fixture *fixture, gconstpointer data)
{
  const guint32 identifiers[] = { 1, 268435455, 300 };
  HubStoreDelivery delivery = { 1, 3, 1, identifiers, G_N_ELEMENTS (identifiers), 0, HUB_STORE_DELIVERY_QUEUED, 1, TRUE };

  put_session (fixture, 1, HUB_SPAN_LITERAL ("ada"));
  put_session (fixture, 2, HUB_SPAN_LITERAL ("grace"));
  add_message (fixture, 1, "t");
  add_message (fixture, 2, "u");
  add_delivery (fixture, 2, 1, 1);
  fixture->funcs->add_delivery (fixture->store, &delivery);
  add_delivery (fixture, 1, 2, 1);
  add_delivery (fixture, 1, 1, 2);
  add_delivery (fixture, 1, G_MAXINT64, 1);
  fixture->funcs->update_delivery (fixture->store, 1, 3, 65535, HUB_STORE_DELIVERY_WAIT_PUBACK);
  fixture->funcs->update_delivery (fixture->store, 1, 2, 1, HUB_STORE_DELIVERY_WAIT_PUBREC);
  fixture->funcs->update_delivery (fixture->store, 1, 1, 2, HUB_STORE_DELIVERY_WAIT_PUBREC);
  fixture->funcs->update_delivery (fixture->store, 1, 1, 2, HUB_STORE_DELIVERY_WAIT_PUBCOMP);
  fixture->funcs->remove_message (fixture->store, 2);
  fixture->funcs->remove_delivery (fixture->store, 2, 1);
  assert_kept (fixture,
               "message 1 t 'hi' [] q1 r0 x0\n"
               "session 1 'ada' none '' e60 l0\n"
               "session 2 'grace' none '' e60 l0\n"
               "delivery 1.1 of 0 m2 s3 q2 r0\n"
               "delivery 1.2 of 1 m1 s2 q2 r0\n"
               "delivery 1.3 of 1 m65535 s1 q1 r1 i1 i268435455 i300\n"
               "delivery 1.9223372036854775807 of 1 m0 s0 q2 r0\n");
}

static void
test_identifiers_max (Fixture *fixture, gconstpointer data)
{
  g_autofree guint32 *identifiers = g_new (guint32, HUB_STORE_IDENTIFIERS_MAX);
  HubStoreDelivery delivery = { 1, 1, 1, identifiers, HUB_STORE_IDENTIFIERS_MAX, 0, HUB_STORE_DELIVERY_QUEUED, 1, FALSE };
  g_autofree char *text = NULL;
  g_auto (GStrv) words = NULL;

  for (guint i = 0; i < HUB_STORE_IDENTIFIERS_MAX; i++)
    identifiers[i] = i + 1;
  put_session (fixture, 1, HUB_SPAN_LITERAL ("ada"));
  add_message (fixture, 1, "t");
  fixture->funcs->add_delivery (fixture->store, &delivery);
  hub_test_store_flush (fixture->test);
  text = hub_test_store_describe (fixture->test);
  words = g_strsplit (text, " i", -1);
  g_assert_cmpuint (g_strv_length (words), ==, HUB_STORE_IDENTIFIERS_MAX + 1);
}

static void
test_identifiers_too_many (Fixture *fixture, gconstpointer data)
{
  HubStoreDelivery delivery = { 1, 1, 1, NULL, HUB_STORE_IDENTIFIERS_MAX + 1, 0, HUB_STORE_DELIVERY_QUEUED, 1, FALSE };

  g_test_expect_message ("hubbub-store", G_LOG_LEVEL_CRITICAL, "*HUB_STORE_IDENTIFIERS_MAX*failed");
  fixture->funcs->add_delivery (fixture->store, &delivery);
  g_test_assert_expected_messages ();
  g_assert_cmpuint (fixture->funcs->commit (fixture->store, TRUE), ==, 0);
}

static void
test_received (Fixture *fixture, gconstpointer data)
{
  put_session (fixture, 1, HUB_SPAN_LITERAL ("ada"));
  put_session (fixture, 2, HUB_SPAN_LITERAL ("grace"));
  fixture->funcs->add_received (fixture->store, 2, 7);
  fixture->funcs->add_received (fixture->store, 1, 65535);
  fixture->funcs->add_received (fixture->store, 1, 1);
  fixture->funcs->add_received (fixture->store, 1, 8);
  fixture->funcs->add_received (fixture->store, 1, 1);
  fixture->funcs->remove_received (fixture->store, 1, 8);
  fixture->funcs->remove_received (fixture->store, 1, 9);
  assert_kept (fixture,
               "session 1 'ada' none '' e60 l0\n"
               "session 2 'grace' none '' e60 l0\n"
               "received 1 m1\n"
               "received 1 m65535\n"
               "received 2 m7\n");
}

static void
test_retained (Fixture *fixture, gconstpointer data)
{
  add_message (fixture, 1, "t");
  add_message (fixture, 2, "t");
  add_message (fixture, 3, "u");
  fixture->funcs->set_retained (fixture->store, HUB_SPAN_LITERAL ("t"), 1);
  fixture->funcs->set_retained (fixture->store, HUB_SPAN_LITERAL ("u"), 3);
  fixture->funcs->set_retained (fixture->store, HUB_SPAN_LITERAL ("t"), 2);
  fixture->funcs->remove_message (fixture->store, 1);
  fixture->funcs->remove_retained (fixture->store, HUB_SPAN_LITERAL ("u"));
  fixture->funcs->remove_retained (fixture->store, HUB_SPAN_LITERAL ("never"));
  fixture->funcs->remove_message (fixture->store, 3);
  assert_kept (fixture, "message 2 t 'hi' [] q1 r0 x0\nretained t 2\n");
}

static void
test_wills (Fixture *fixture, gconstpointer data)
{
  HubStoreWill wills[] = { { 1, 1, 0 }, { 2, 1, G_MAXUINT32 }, { 3, 1, 5 } };

  for (gsize i = 0; i < G_N_ELEMENTS (wills); i++)
    put_session (fixture, i + 1, HUB_SPAN_LITERAL ("c"));
  add_message (fixture, 1, "t");
  add_message (fixture, 2, "t");
  for (gsize i = 0; i < G_N_ELEMENTS (wills); i++)
    fixture->funcs->set_will (fixture->store, &wills[i]);
  wills[0].message = 2;
  fixture->funcs->set_will (fixture->store, &wills[0]);
  fixture->funcs->remove_will (fixture->store, 3);
  assert_kept (fixture,
               "message 1 t 'hi' [] q1 r0 x0\n"
               "message 2 t 'hi' [] q1 r0 x0\n"
               "session 1 'c' none '' e60 l0\n"
               "session 2 'c' none '' e60 l0\n"
               "session 3 'c' none '' e60 l0\n"
               "will 1 2 d0\n"
               "will 2 1 d4294967295\n");
}

static void
test_remove_session (Fixture *fixture, gconstpointer data)
{
  for (guint64 session = 1; session <= 3; session++)
    {
      HubStoreSubscription subscription = { .session = session, .filter = HUB_SPAN_LITERAL ("f") };
      HubStoreWill will = { session, session, 0 };

      put_session (fixture, session, HUB_SPAN_LITERAL ("c"));
      add_message (fixture, session, "t");
      fixture->funcs->put_subscription (fixture->store, &subscription);
      add_delivery (fixture, session, 1, session);
      add_delivery (fixture, session, 2, session);
      fixture->funcs->add_received (fixture->store, session, 1);
      fixture->funcs->add_received (fixture->store, session, 2);
      fixture->funcs->set_will (fixture->store, &will);
    }
  fixture->funcs->remove_session (fixture->store, 2);
  fixture->funcs->remove_message (fixture->store, 2);
  fixture->funcs->remove_session (fixture->store, 3);
  fixture->funcs->remove_message (fixture->store, 3);
  assert_kept (fixture,
               "message 1 t 'hi' [] q1 r0 x0\n"
               "session 1 'c' none '' e60 l0\n"
               "subscription 1 f o0 i0\n"
               "delivery 1.1 of 1 m0 s0 q2 r0\n"
               "delivery 1.2 of 1 m0 s0 q2 r0\n"
               "received 1 m1\n"
               "received 1 m2\n"
               "will 1 1 d0\n");
}

/* Should a message ever be forgotten, then not for longer than until the next start. */
static void
test_unused_message (Fixture *fixture, gconstpointer data)
{
  g_autofree char *text = NULL;

  add_message (fixture, 1, "t");
  add_message (fixture, 2, "t");
  fixture->funcs->set_retained (fixture->store, HUB_SPAN_LITERAL ("t"), 2);
  hub_test_store_reopen (fixture->test);
  text = hub_test_store_describe (fixture->test);
  g_assert_cmpstr (text, ==, "message 2 t 'hi' [] q1 r0 x0\nretained t 2\n");
}

/* A turn that was appended and not committed is written by closing. */
static void
test_close_commits (Fixture *fixture, gconstpointer data)
{
  g_autofree char *text = NULL;

  put_session (fixture, 1, HUB_SPAN_LITERAL ("ada"));
  hub_test_store_reopen (fixture->test);
  text = hub_test_store_describe (fixture->test);
  g_assert_cmpstr (text, ==, "session 1 'ada' none '' e60 l0\n");
}

static void
test_flush (Fixture *fixture, gconstpointer data)
{
  g_assert_true (hub_test_store_try_flush (fixture->test));
  g_assert_cmpuint (fixture->test->ticket, ==, 0);
  put_session (fixture, 1, HUB_SPAN_LITERAL ("ada"));
  g_assert_true (hub_test_store_try_flush (fixture->test));
  g_assert_cmpuint (fixture->test->ticket, ==, 1);
  put_session (fixture, 1, HUB_SPAN_LITERAL ("ada"));
  g_assert_cmpuint (fixture->funcs->commit (fixture->store, TRUE), ==, 2);
  put_session (fixture, 1, HUB_SPAN_LITERAL ("ada"));
  g_assert_true (hub_test_store_try_flush (fixture->test));
  g_assert_cmpuint (fixture->test->ticket, ==, 3);
}

/* In memory nothing is kept, and nobody has to wait. */
static void
test_memory (void)
{
  g_autoptr (HubTestStore) test = hub_test_store_new ();
  g_autofree char *text = NULL;

  hub_test_store_open_in_memory (test);
  g_assert_false (test->funcs->keeps_state);
  g_assert_cmpuint (hub_test_store_work (test, 1, 10), ==, 0);
  g_assert_false (test->funcs->is_full (test->store));
  g_assert_false (test->funcs->is_failed (test->store));
  g_assert_true (hub_test_store_try_flush (test));
  text = hub_test_store_describe (test);
  g_assert_cmpstr (text, ==, "");
  hub_test_store_close (test);
  g_assert_false (g_file_test (test->path, G_FILE_TEST_EXISTS));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

#define ADD(path, func) g_test_add ("/store/state/" path, Fixture, NULL, set_up, func, tear_down)
  ADD ("empty", test_empty);
  ADD ("sessions", test_sessions);
  ADD ("session-changes", test_session_changes);
  ADD ("client-ids", test_client_ids);
  ADD ("subscriptions", test_subscriptions);
  ADD ("shared-levels", test_shared_levels);
  ADD ("messages", test_messages);
  ADD ("deliveries", test_deliveries);
  ADD ("identifiers-max", test_identifiers_max);
  ADD ("identifiers-too-many", test_identifiers_too_many);
  ADD ("received", test_received);
  ADD ("retained", test_retained);
  ADD ("wills", test_wills);
  ADD ("remove-session", test_remove_session);
  ADD ("unused-message", test_unused_message);
  ADD ("close-commits", test_close_commits);
  ADD ("flush", test_flush);
  g_test_add_func ("/store/state/memory", test_memory);
  return g_test_run ();
}
