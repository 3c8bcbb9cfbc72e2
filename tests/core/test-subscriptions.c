/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/core/hub-subscriptions.h"
#include "broker/wire/hub-topic.h"

#include <malloc.h>
#include <time.h>

#define MIB ((gsize) 1024 * 1024)
#define N_SESSIONS 8

typedef struct
{
  HubSubscriptions *subscriptions;
  HubSession *sessions[N_SESSIONS];
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->subscriptions = hub_subscriptions_new ();
  for (guint i = 0; i < N_SESSIONS; i++)
    {
      g_autofree char *client_id = g_strdup_printf ("%u", i);

      fixture->sessions[i] = hub_session_new (client_id);
    }
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  for (guint i = 0; i < N_SESSIONS; i++)
    {
      hub_subscriptions_remove_all (fixture->subscriptions, fixture->sessions[i]);
      hub_session_free (fixture->sessions[i]);
    }
  g_assert_cmpuint (hub_subscriptions_get_count (fixture->subscriptions), ==, 0);
  hub_subscriptions_free (fixture->subscriptions);
}

static void
add (Fixture *fixture, guint session, const char *filter, guint8 qos)
{
  hub_subscriptions_add (fixture->subscriptions, fixture->sessions[session], hub_span_from_string (filter), qos, 0);
}

static gboolean
drop (Fixture *fixture, guint session, const char *filter)
{
  return hub_subscriptions_remove (fixture->subscriptions, fixture->sessions[session], hub_span_from_string (filter));
}

/* The receivers as text, in the order of the sessions: "0:1 3:2". */
static char *
route (Fixture *fixture, const char *topic)
{
  const HubRoute *found = hub_subscriptions_route (fixture->subscriptions, hub_span_from_string (topic));
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < N_SESSIONS; i++)
    for (guint k = 0; k < found->n_matches; k++)
      if (found->matches[k].session == fixture->sessions[i])
        g_string_append_printf (text, "%s%u:%u", text->len > 0 ? " " : "", i, found->matches[k].qos);
  return g_string_free (text, FALSE);
}

#define assert_route(fixture, topic, expected)        \
  G_STMT_START                                        \
  {                                                   \
    g_autofree char *found_ = route (fixture, topic); \
    g_assert_cmpstr (found_, ==, expected);           \
  }                                                   \
  G_STMT_END

static void
test_basic (Fixture *fixture, gconstpointer data)
{
  assert_route (fixture, "a", "");
  add (fixture, 0, "a", 0);
  add (fixture, 1, "a", 1);
  add (fixture, 2, "+", 2);
  add (fixture, 3, "b", 2);
  assert_route (fixture, "a", "0:0 1:1 2:2");
  assert_route (fixture, "b", "2:2 3:2");
  g_assert_cmpuint (hub_subscriptions_get_count (fixture->subscriptions), ==, 4);
}

/* However many of its filters match, a session is there once, with the highest QoS. */
static void
test_overlapping (Fixture *fixture, gconstpointer data)
{
  add (fixture, 0, "a/b", 0);
  add (fixture, 0, "a/+", 2);
  add (fixture, 0, "#", 1);
  add (fixture, 1, "#", 0);
  add (fixture, 1, "+/b", 1);
  assert_route (fixture, "a/b", "0:2 1:1");
  assert_route (fixture, "a/c", "0:2 1:0");
  assert_route (fixture, "c", "0:1 1:0");
}

static void
test_replace (Fixture *fixture, gconstpointer data)
{
  add (fixture, 0, "a", 2);
  assert_route (fixture, "a", "0:2");
  add (fixture, 0, "a", 0);
  assert_route (fixture, "a", "0:0");
  add (fixture, 0, "a", 1);
  assert_route (fixture, "a", "0:1");
  g_assert_cmpuint (hub_subscriptions_get_count (fixture->subscriptions), ==, 1);
  g_assert_nonnull (hub_subscriptions_find (fixture->subscriptions, fixture->sessions[0], HUB_SPAN_LITERAL ("a")));
  g_assert_null (hub_subscriptions_find (fixture->subscriptions, fixture->sessions[0], HUB_SPAN_LITERAL ("a/")));
  g_assert_null (hub_subscriptions_find (fixture->subscriptions, fixture->sessions[1], HUB_SPAN_LITERAL ("a")));
}

/* Filters are compared byte by byte: what matches the same is not the same. */
static void
test_remove (Fixture *fixture, gconstpointer data)
{
  add (fixture, 0, "a/#", 1);
  add (fixture, 1, "a/#", 1);
  add (fixture, 2, "a/#", 1);
  assert_route (fixture, "a", "0:1 1:1 2:1");
  g_assert_false (drop (fixture, 0, "a/+"));
  g_assert_false (drop (fixture, 0, "a"));
  g_assert_false (drop (fixture, 0, "#"));
  g_assert_false (drop (fixture, 3, "a/#"));
  g_assert_true (drop (fixture, 0, "a/#"));
  assert_route (fixture, "a", "1:1 2:1");
  g_assert_false (drop (fixture, 0, "a/#"));
  g_assert_true (drop (fixture, 2, "a/#"));
  assert_route (fixture, "a", "1:1");
  g_assert_true (drop (fixture, 1, "a/#"));
  assert_route (fixture, "a", "");
}

static void
test_remove_all (Fixture *fixture, gconstpointer data)
{
  for (guint i = 0; i < 500; i++)
    {
      g_autofree char *filter = g_strdup_printf ("a/%u/+", i);

      add (fixture, 0, filter, 1);
      if (i % 2 == 0)
        add (fixture, 1, filter, 1);
    }
  assert_route (fixture, "a/4/x", "0:1 1:1");
  hub_subscriptions_remove_all (fixture->subscriptions, fixture->sessions[0]);
  g_assert_cmpuint (hub_subscriptions_get_count (fixture->subscriptions), ==, 250);
  assert_route (fixture, "a/4/x", "1:1");
  assert_route (fixture, "a/5/x", "");
  hub_subscriptions_remove_all (fixture->subscriptions, fixture->sessions[0]);
}

typedef struct
{
  char *filter;
  guint session;
  guint8 qos;
} Entry;

static void
entry_free (gpointer data)
{
  Entry *entry = data;

  g_free (entry->filter);
  g_free (entry);
}

static Entry *
find_entry (GPtrArray *entries, guint session, const char *filter, guint *index)
{
  for (guint i = 0; i < entries->len; i++)
    {
      Entry *entry = g_ptr_array_index (entries, i);

      if (entry->session == session && g_str_equal (entry->filter, filter))
        {
          *index = i;
          return entry;
        }
    }
  return NULL;
}

static char *
route_slowly (GPtrArray *entries, const char *topic)
{
  GString *text = g_string_new (NULL);

  for (guint session = 0; session < N_SESSIONS; session++)
    {
      int qos = -1;

      for (guint i = 0; i < entries->len; i++)
        {
          Entry *entry = g_ptr_array_index (entries, i);

          HubSpan filter = hub_span_from_string (entry->filter);

          if (entry->session == session && hub_topic_matches (filter, hub_span_from_string (topic)))
            qos = MAX (qos, entry->qos);
        }
      if (qos >= 0)
        g_string_append_printf (text, "%s%u:%d", text->len > 0 ? " " : "", session, qos);
    }
  return g_string_free (text, FALSE);
}

/* Subscriptions that come and go, and routes asked for in between, against a list that is searched. */
static void
test_random (Fixture *fixture, gconstpointer data)
{
  static const char *const filters[] = {
    "#", "+", "a", "a/#", "a/+", "+/b", "a/b", "+/+/#", "b", "/", "$S/#", "$S/+", "a/b/c", "+/b/+"
  };
  static const char *const topics[] = { "a", "a/b", "a/b/c", "b", "b/b", "/", "$S", "$S/b", "a/", "x/y/z" };
  g_autoptr (GPtrArray) entries = g_ptr_array_new_with_free_func (entry_free);

  for (guint step = 0; step < 50000; step++)
    {
      const char *filter = filters[g_test_rand_int_range (0, G_N_ELEMENTS (filters))];
      const char *topic = topics[g_test_rand_int_range (0, G_N_ELEMENTS (topics))];
      guint session = (guint) g_test_rand_int_range (0, N_SESSIONS);
      guint8 qos = (guint8) g_test_rand_int_range (0, 3);
      guint index = 0;
      Entry *entry = find_entry (entries, session, filter, &index);
      int action = g_test_rand_int_range (0, 10);
      g_autofree char *expected = NULL;

      if (action < 3)
        {
          add (fixture, session, filter, qos);
          if (entry == NULL)
            {
              entry = g_new0 (Entry, 1);
              entry->filter = g_strdup (filter);
              entry->session = session;
              g_ptr_array_add (entries, entry);
            }
          entry->qos = qos;
        }
      else if (action < 6)
        {
          g_assert_cmpint (drop (fixture, session, filter), ==, entry != NULL);
          if (entry != NULL)
            g_ptr_array_remove_index_fast (entries, index);
        }
      else if (action == 6 && g_test_rand_int_range (0, 10) == 0)
        {
          hub_subscriptions_remove_all (fixture->subscriptions, fixture->sessions[session]);
          for (guint i = entries->len; i > 0; i--)
            if (((Entry *) g_ptr_array_index (entries, i - 1))->session == session)
              g_ptr_array_remove_index_fast (entries, i - 1);
        }
      expected = route_slowly (entries, topic);
      assert_route (fixture, topic, expected);
      g_assert_cmpuint (hub_subscriptions_get_count (fixture->subscriptions), ==, entries->len);
    }
}

/* More topics than routes are remembered, twice over, with a change in between. */
static void
test_many_topics (Fixture *fixture, gconstpointer data)
{
  add (fixture, 0, "a/#", 1);
  for (guint round = 0; round < 2; round++)
    {
      for (guint i = 0; i < 20000; i++)
        {
          g_autofree char *topic = g_strdup_printf ("a/%u", i);
          const HubRoute *found = hub_subscriptions_route (fixture->subscriptions, hub_span_from_string (topic));

          g_assert_cmpuint (found->n_matches, ==, round + 1);
        }
      add (fixture, 1, "a/+", 1);
    }
}

#define MANY 65536

/* How long it takes to subscribe to very many filters and to be gone again, in seconds of this thread. */
static double
time_many (Fixture *fixture, const char *before, const char *behind)
{
  struct timespec since;
  struct timespec until;

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &since);
  for (guint i = 0; i < MANY; i++)
    {
      char filter[32];

      g_snprintf (filter, sizeof filter, "%s%u%s", before, i, behind);
      add (fixture, 0, filter, 0);
    }
  g_assert_cmpuint (hub_subscriptions_get_count (fixture->subscriptions), ==, MANY);
  hub_subscriptions_remove_all (fixture->subscriptions, fixture->sessions[0]);
  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &until);
  return (double) (until.tv_sec - since.tv_sec) + (double) (until.tv_nsec - since.tv_nsec) / 1e9;
}

/* One filter shared under as many names as a client can have subscriptions costs about as much as as many filters. */
static void
test_many_shares (Fixture *fixture, gconstpointer data)
{
  double filters_s = time_many (fixture, "filter/", "");
  double shares_s = time_many (fixture, "$share/", "/t");

  g_test_message ("%.3f s, and shared %.3f s", filters_s, shares_s);
  g_assert_cmpfloat (shares_s, <, 10 * filters_s);
}

/* Filters of which g_str_hash() makes the same cost no more than others. */
static void
test_same_hash (Fixture *fixture, gconstpointer data)
{
  double filters_s = time_many (fixture, "filter/", "");
  struct timespec since;
  struct timespec until;
  double same_s;

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &since);
  for (guint i = 0; i < MANY; i++)
    {
      char filter[2 * 16 + 1] = "";

      for (guint bit = 0; bit < 16; bit++)
        memcpy (filter + 2 * bit, (i >> bit & 1) != 0 ? "Ez" : "FY", 2);
      g_assert_cmpuint (g_str_hash (filter), ==, g_str_hash ("EzEzEzEzEzEzEzEzEzEzEzEzEzEzEzEz"));
      add (fixture, 0, filter, 0);
    }
  hub_subscriptions_remove_all (fixture->subscriptions, fixture->sessions[0]);
  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &until);
  same_s = (double) (until.tv_sec - since.tv_sec) + (double) (until.tv_nsec - since.tv_nsec) / 1e9;
  g_test_message ("%.3f s, and of one hash %.3f s", filters_s, same_s);
  g_assert_cmpfloat (same_s, <, 10 * filters_s);
}

/* Shares of one filter that come and go in any order: each member is found, and the last one takes its share with it. */
static void
test_random_shares (Fixture *fixture, gconstpointer data)
{
  gboolean is_member[N_SESSIONS][16] = { { FALSE } };

  for (guint step = 0; step < 20000; step++)
    {
      guint session = (guint) g_test_rand_int_range (0, N_SESSIONS);
      guint name = (guint) g_test_rand_int_range (0, 16);
      g_autofree char *filter = g_strdup_printf ("$share/%u/%s", name, name % 2 == 0 ? "t" : "+");
      const HubRoute *found;
      guint n_members = 0;
      guint n_shares = 0;

      if (is_member[session][name])
        g_assert_true (drop (fixture, session, filter));
      else
        add (fixture, session, filter, 0);
      is_member[session][name] = !is_member[session][name];

      found = hub_subscriptions_route (fixture->subscriptions, HUB_SPAN_LITERAL ("t"));
      for (guint i = 0; i < found->n_shares; i++)
        n_members += found->shares[i]->members->len;
      for (guint i = 0; i < 16; i++)
        {
          gboolean is_there = FALSE;

          for (guint k = 0; k < N_SESSIONS; k++)
            is_there = is_there || is_member[k][i];
          n_shares += is_there ? 1 : 0;
        }
      g_assert_cmpuint (found->n_shares, ==, n_shares);
      g_assert_cmpuint (n_members, ==, hub_subscriptions_get_count (fixture->subscriptions));
    }
}

static gsize
used_bytes (void)
{
  struct mallinfo2 info = mallinfo2 ();

  return info.uordblks + info.hblkhd;
}

/* Routes of long topics: what a publisher can make the broker remember stays small. */
static void
test_memory_of_topics (Fixture *fixture, gconstpointer data)
{
  g_autofree char *topic = g_strnfill (G_MAXUINT16, 't');
  gsize before = used_bytes ();

  add (fixture, 0, "a/#", 1);
  for (guint i = 0; i < 2000; i++)
    {
      g_snprintf (topic, 5, "%04u", i);
      topic[4] = '/';
      hub_subscriptions_route (fixture->subscriptions, hub_span_from_string (topic));
    }
  g_assert_cmpuint (used_bytes (), <, before + 32 * MIB);
}

/* Routes that were known before there were so many subscribers count as well. */
static void
test_memory_of_matches (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) sessions = g_ptr_array_new ();
  gsize before = 0;

  for (guint i = 0; i < 1000; i++)
    g_ptr_array_add (sessions, hub_session_new ("many"));
  for (guint round = 0; round < 2; round++)
    {
      for (guint i = 0; i < 8000; i++)
        {
          g_autofree char *topic = g_strdup_printf ("a/%u", i);

          if (round == 1 && i == 0)
            before = used_bytes ();
          hub_subscriptions_route (fixture->subscriptions, hub_span_from_string (topic));
        }
      for (guint i = 0; round == 0 && i < sessions->len; i++)
        hub_subscriptions_add (fixture->subscriptions, g_ptr_array_index (sessions, i), HUB_SPAN_LITERAL ("#"), 1, 0);
    }
  g_assert_cmpuint (used_bytes (), <, before + 64 * MIB);

  for (guint i = 0; i < sessions->len; i++)
    {
      hub_subscriptions_remove_all (fixture->subscriptions, g_ptr_array_index (sessions, i));
      hub_session_free (g_ptr_array_index (sessions, i));
    }
}

#define add_test(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  add_test ("/core/subscriptions/basic", test_basic);
  add_test ("/core/subscriptions/overlapping", test_overlapping);
  add_test ("/core/subscriptions/replace", test_replace);
  add_test ("/core/subscriptions/remove", test_remove);
  add_test ("/core/subscriptions/remove-all", test_remove_all);
  add_test ("/core/subscriptions/random", test_random);
  add_test ("/core/subscriptions/many-topics", test_many_topics);
  add_test ("/core/subscriptions/shares/many", test_many_shares);
  add_test ("/core/subscriptions/same-hash", test_same_hash);
  add_test ("/core/subscriptions/shares/random", test_random_shares);
  add_test ("/core/subscriptions/memory/topics", test_memory_of_topics);
  add_test ("/core/subscriptions/memory/matches", test_memory_of_matches);
  return g_test_run ();
}
