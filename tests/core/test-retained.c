/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/core/hub-retained.h"

static HubMessage *
make_message (const char *topic, const char *payload)
{
  HubPublish publish = { .topic = hub_span_from_string (topic), .payload = hub_span_from_string (payload), .is_retain = TRUE };

  return hub_message_new (&publish, HUB_SPAN_LITERAL ("publisher"), HUB_MESSAGE_NEVER);
}

static void
expired_cb (HubDeadline *deadline, gint64 now_us, gpointer user_data)
{
  g_test_fail_printf ("a message that has no expiry expires");
}

static gboolean
set (HubRetained *retained, const char *topic, const char *payload)
{
  g_autoptr (HubMessage) message = make_message (topic, payload);

  return hub_retained_set (retained, message);
}

/* The payload that is retained, or "-". */
static char *
get (HubRetained *retained, const char *topic)
{
  HubMessage *message = hub_retained_get (retained, hub_span_from_string (topic));

  return message != NULL ? hub_span_dup_string (message->payload) : g_strdup ("-");
}

#define assert_retained(retained, topic, payload)      \
  G_STMT_START                                         \
  {                                                    \
    g_autofree char *payload_ = get (retained, topic); \
    g_assert_cmpstr (payload_, ==, payload);           \
  }                                                    \
  G_STMT_END

static void
test_set (void)
{
  g_autoptr (HubDeadlines) deadlines = hub_deadlines_new (NULL);
  g_autoptr (HubRetained) retained = hub_retained_new (0, 0, deadlines, expired_cb);

  g_assert_true (set (retained, "a", "one"));
  g_assert_true (set (retained, "a/", "two"));
  g_assert_true (set (retained, "/a", "three"));
  assert_retained (retained, "a", "one");
  assert_retained (retained, "a/", "two");
  assert_retained (retained, "/a", "three");
  assert_retained (retained, "b", "-");
  g_assert_cmpuint (hub_retained_get_count (retained), ==, 3);
  g_assert_cmpuint (hub_retained_get_bytes (retained), ==, 1 + 3 + 2 + 3 + 2 + 5);

  g_assert_true (set (retained, "a", "longer"));
  assert_retained (retained, "a", "longer");
  g_assert_cmpuint (hub_retained_get_count (retained), ==, 3);
  g_assert_cmpuint (hub_retained_get_bytes (retained), ==, 1 + 6 + 2 + 3 + 2 + 5);
}

static void
test_clear (void)
{
  g_autoptr (HubDeadlines) deadlines = hub_deadlines_new (NULL);
  g_autoptr (HubRetained) retained = hub_retained_new (0, 0, deadlines, expired_cb);

  g_assert_true (set (retained, "a", ""));
  g_assert_cmpuint (hub_retained_get_count (retained), ==, 0);
  g_assert_true (set (retained, "a", "one"));
  g_assert_true (set (retained, "a/b", "two"));
  g_assert_true (set (retained, "a", ""));
  assert_retained (retained, "a", "-");
  assert_retained (retained, "a/b", "two");
  g_assert_true (set (retained, "a", ""));
  g_assert_true (set (retained, "a/b", ""));
  g_assert_cmpuint (hub_retained_get_count (retained), ==, 0);
  g_assert_cmpuint (hub_retained_get_bytes (retained), ==, 0);
}

static void
test_max_messages (void)
{
  g_autoptr (HubDeadlines) deadlines = hub_deadlines_new (NULL);
  g_autoptr (HubRetained) retained = hub_retained_new (3, 0, deadlines, expired_cb);

  g_assert_true (set (retained, "1", "x"));
  g_assert_true (set (retained, "2", "x"));
  g_assert_true (set (retained, "3", "x"));
  g_assert_false (set (retained, "4", "x"));
  assert_retained (retained, "4", "-");
  g_assert_cmpuint (hub_retained_get_count (retained), ==, 3);

  /* What is there can be replaced, and clearing makes room. */
  g_assert_true (set (retained, "3", "y"));
  assert_retained (retained, "3", "y");
  g_assert_true (set (retained, "4", ""));
  g_assert_true (set (retained, "1", ""));
  g_assert_true (set (retained, "4", "x"));
  g_assert_false (set (retained, "1", "x"));
}

static void
test_max_bytes (void)
{
  g_autoptr (HubDeadlines) deadlines = hub_deadlines_new (NULL);
  g_autoptr (HubRetained) retained = hub_retained_new (0, 20, deadlines, expired_cb);

  g_assert_true (set (retained, "a", "123456789"));
  g_assert_true (set (retained, "b", "123456789"));
  g_assert_cmpuint (hub_retained_get_bytes (retained), ==, 20);
  g_assert_false (set (retained, "c", "x"));
  g_assert_true (set (retained, "b", "12345678"));
  g_assert_false (set (retained, "c", "x"));
  g_assert_true (set (retained, "b", "1234567"));
  g_assert_true (set (retained, "c", "x"));
  g_assert_cmpuint (hub_retained_get_bytes (retained), ==, 20);
}

/*
 * A newer message that does not fit: the old one is not the last one any more, so it must not be handed out
 * as such [MQTT-3.3.1-7].
 */
static void
test_replacement_does_not_fit (void)
{
  g_autoptr (HubDeadlines) deadlines = hub_deadlines_new (NULL);
  g_autoptr (HubRetained) retained = hub_retained_new (0, 20, deadlines, expired_cb);

  g_assert_true (set (retained, "a", "123456789"));
  g_assert_true (set (retained, "b", "123456789"));
  g_assert_false (set (retained, "b", "1234567890"));
  assert_retained (retained, "b", "-");
  assert_retained (retained, "a", "123456789");
  g_assert_cmpuint (hub_retained_get_count (retained), ==, 1);
  g_assert_cmpuint (hub_retained_get_bytes (retained), ==, 10);
}

static void
test_larger_than_the_limit (void)
{
  g_autoptr (HubDeadlines) deadlines = hub_deadlines_new (NULL);
  g_autoptr (HubRetained) retained = hub_retained_new (0, 5, deadlines, expired_cb);

  g_assert_false (set (retained, "a", "12345"));
  g_assert_true (set (retained, "a", "1234"));
  g_assert_cmpuint (hub_retained_get_bytes (retained), ==, 5);
}

static void
count_cb (HubMessage *message, gpointer user_data)
{
  guint *count = user_data;

  (*count)++;
}

static guint
count (HubRetained *retained, const char *filter)
{
  guint n = 0;

  hub_retained_visit (retained, hub_span_from_string (filter), count_cb, &n);
  return n;
}

static void
test_visit (void)
{
  g_autoptr (HubDeadlines) deadlines = hub_deadlines_new (NULL);
  g_autoptr (HubRetained) retained = hub_retained_new (0, 0, deadlines, expired_cb);

  g_assert_true (set (retained, "a", "x"));
  g_assert_true (set (retained, "a/b", "x"));
  g_assert_true (set (retained, "a/c", "x"));
  g_assert_true (set (retained, "$SYS/x", "x"));
  g_assert_cmpuint (count (retained, "#"), ==, 3);
  g_assert_cmpuint (count (retained, "a/+"), ==, 2);
  g_assert_cmpuint (count (retained, "a/#"), ==, 3);
  g_assert_cmpuint (count (retained, "a/b"), ==, 1);
  g_assert_cmpuint (count (retained, "$SYS/#"), ==, 1);
  g_assert_cmpuint (count (retained, "+/x"), ==, 0);
  g_assert_cmpuint (count (retained, "b"), ==, 0);
}

/* Ten thousand topics set, replaced and cleared in any order: nothing of them stays. */
static void
test_race (void)
{
  g_autoptr (HubDeadlines) deadlines = hub_deadlines_new (NULL);
  g_autoptr (HubRetained) retained = hub_retained_new (0, 0, deadlines, expired_cb);
  g_autofree guint8 *is_set = g_malloc0 (10000);
  guint n_set = 0;

  for (guint step = 0; step < 100000; step++)
    {
      guint number = (guint) g_test_rand_int_range (0, 10000);
      gboolean is_clear = g_test_rand_bit () != 0;
      g_autofree char *topic = g_strdup_printf ("%u/%u", number % 100, number / 100);

      g_assert_true (set (retained, topic, is_clear ? "" : "x"));
      n_set = n_set - is_set[number] + (is_clear ? 0 : 1);
      is_set[number] = is_clear ? 0 : 1;
      g_assert_cmpuint (hub_retained_get_count (retained), ==, n_set);
    }
  g_assert_cmpuint (count (retained, "#"), ==, n_set);
  for (guint number = 0; number < 10000; number++)
    {
      g_autofree char *topic = g_strdup_printf ("%u/%u", number % 100, number / 100);

      g_assert_true (set (retained, topic, ""));
    }
  g_assert_cmpuint (hub_retained_get_bytes (retained), ==, 0);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/core/retained/set", test_set);
  g_test_add_func ("/core/retained/clear", test_clear);
  g_test_add_func ("/core/retained/max-messages", test_max_messages);
  g_test_add_func ("/core/retained/max-bytes", test_max_bytes);
  g_test_add_func ("/core/retained/3.1.1/MQTT-3.3.1-7/replacement-does-not-fit", test_replacement_does_not_fit);
  g_test_add_func ("/core/retained/max-bytes/larger-than-the-limit", test_larger_than_the_limit);
  g_test_add_func ("/core/retained/visit", test_visit);
  g_test_add_func ("/core/retained/race", test_race);
  return g_test_run ();
}
