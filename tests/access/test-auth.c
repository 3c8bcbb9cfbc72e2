/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/access/hub-auth.h"
#include "broker/access/hub-failures.h"
#include "tests/support/hub-test-passwords.h"
#include "tests/support/hub-test-wait.h"

/* Answers come only while the context is iterated: until then everything that was asked is under way. */

#define PENDING 99
#define DELAY_MS 200

typedef struct
{
  HubPasswordFile *file; /* (owned) */
  HubAuth *auth;         /* (owned) (nullable) */
  GPtrArray *asked;      /* (owned) (element-type Asked) */
  guint n_answers;
} Fixture;

typedef struct
{
  Fixture *fixture;
  HubAuthCheck *check; /* (unowned) (nullable): while it is under way */
  HubAuthResult result;
  guint rank;          /* when the answer came; from 1 */
  HubAuthCheck **also; /* (nullable): cancelled together with the answer */
} Asked;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  const char *const users[] = { "ann", "bob", NULL };
  HubAuthOptions options = {
    .max_running = 1,
    .max_waiting = 4,
    .max_per_address = 3,
    .max_delayed = 2,
    .delay_ms = DELAY_MS,
  };

  fixture->file = hub_test_passwords (users, 10);
  fixture->auth = hub_auth_new (&options);
  fixture->asked = g_ptr_array_new_with_free_func (g_free);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_clear_pointer (&fixture->auth, hub_auth_free);
  g_ptr_array_unref (fixture->asked);
  hub_password_file_unref (fixture->file);
}

static void
answered_cb (HubAuthResult result, gpointer user_data)
{
  Asked *asked = user_data;

  g_assert_cmpint (asked->result, ==, PENDING);
  asked->check = NULL;
  asked->result = result;
  asked->rank = ++asked->fixture->n_answers;
  if (asked->also != NULL)
    hub_auth_cancel (asked->fixture->auth, g_steal_pointer (asked->also));
}

static Asked *
ask (Fixture *fixture, const char *user, const char *password, guint64 address_key)
{
  HubAuthAttempt attempt = { fixture->file, user, hub_span_from_string (password), address_key };
  Asked *asked = g_new0 (Asked, 1);

  asked->fixture = fixture;
  asked->result = PENDING;
  g_ptr_array_add (fixture->asked, asked);
  asked->check = hub_auth_check (fixture->auth, &attempt, answered_cb, asked, &asked->result);
  if (asked->check == NULL)
    asked->rank = ++fixture->n_answers;
  return asked;
}

static void
cancel (Asked *asked)
{
  hub_auth_cancel (asked->fixture->auth, g_steal_pointer (&asked->check));
}

static void
fail_times (Fixture *fixture, guint n, guint64 address_key)
{
  for (guint i = 0; i < n; i++)
    {
      g_autofree char *password = g_strdup_printf ("wrong %u", i);
      Asked *asked = ask (fixture, "ann", password, address_key);

      hub_test_wait_until (asked->result != PENDING);
      g_assert_cmpint (asked->result, ==, HUB_AUTH_REFUSED);
    }
}

static void
test_answers (Fixture *fixture, gconstpointer data)
{
  static const struct
  {
    const char *user;
    const char *password;
    HubAuthResult result;
  } rows[] = {
    { "ann", "password of ann", HUB_AUTH_GRANTED },
    { "bob", "password of bob", HUB_AUTH_GRANTED },
    { "ann", "password of bob", HUB_AUTH_REFUSED },
    { "ann", "", HUB_AUTH_REFUSED },
    { "nobody", "password of nobody", HUB_AUTH_REFUSED },
    { "", "", HUB_AUTH_REFUSED },
  };
  HubAuthStats stats;

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      Asked *asked = ask (fixture, rows[i].user, rows[i].password, i);

      g_assert_nonnull (asked->check);
      hub_test_wait_until (asked->result != PENDING);
      g_assert_cmpint (asked->result, ==, rows[i].result);
    }
  stats = hub_auth_get_stats (fixture->auth);
  g_assert_cmpuint (stats.granted, ==, 2);
  g_assert_cmpuint (stats.refused, ==, 4);
  g_assert_cmpuint (stats.hashed, ==, 6);
}

/* One runs and four wait; the one after them is told so at once. */
static void
test_max_waiting (Fixture *fixture, gconstpointer data)
{
  Asked *asked[6];

  for (guint i = 0; i < G_N_ELEMENTS (asked); i++)
    {
      g_autofree char *user = g_strdup_printf ("user %u", i);

      asked[i] = ask (fixture, user, "x", i);
    }
  g_assert_cmpint (asked[4]->result, ==, PENDING);
  g_assert_cmpint (asked[5]->result, ==, HUB_AUTH_BUSY);
  g_assert_cmpuint (hub_auth_get_stats (fixture->auth).busy, ==, 1);

  /* In the order in which they came. */
  hub_test_wait_until (asked[4]->result == HUB_AUTH_REFUSED);
  for (guint i = 1; i < 5; i++)
    g_assert_cmpuint (asked[i]->rank, ==, asked[i - 1]->rank + 1);
  g_assert_cmpint (ask (fixture, "user 5", "x", 5)->result, ==, PENDING);
}

static void
test_max_per_address (Fixture *fixture, gconstpointer data)
{
  Asked *asked[4];

  for (guint i = 0; i < G_N_ELEMENTS (asked); i++)
    {
      g_autofree char *user = g_strdup_printf ("user %u", i);

      asked[i] = ask (fixture, user, "x", 7);
    }
  g_assert_cmpint (asked[2]->result, ==, PENDING);
  g_assert_cmpint (asked[3]->result, ==, HUB_AUTH_BUSY);
  /* Nobody else notices. */
  g_assert_cmpint (ask (fixture, "user", "x", 8)->result, ==, PENDING);

  hub_test_wait_until (asked[0]->result == HUB_AUTH_REFUSED);
  g_assert_cmpint (ask (fixture, "user 3", "x", 7)->result, ==, PENDING);
}

/* A room that comes back with one password. */
static void
test_storm (Fixture *fixture, gconstpointer data)
{
  Asked *asked[1000];

  for (guint i = 0; i < G_N_ELEMENTS (asked); i++)
    asked[i] = ask (fixture, "ann", "password of ann", 7);
  for (guint i = 0; i < G_N_ELEMENTS (asked); i++)
    {
      hub_test_wait_until (asked[i]->result != PENDING);
      g_assert_cmpint (asked[i]->result, ==, HUB_AUTH_GRANTED);
    }
  g_assert_cmpint (ask (fixture, "ann", "password of ann", 7)->result, ==, HUB_AUTH_GRANTED);
  g_assert_cmpuint (hub_auth_get_stats (fixture->auth).hashed, ==, 1);
  g_assert_cmpuint (hub_auth_get_stats (fixture->auth).granted, ==, 1001);

  /* Not somebody else, and not with something else. */
  g_assert_cmpint (ask (fixture, "ann", "password of an", 8)->result, ==, PENDING);
  g_assert_cmpint (ask (fixture, "bob", "password of ann", 8)->result, ==, PENDING);
}

/* What was right is not so any more once the file says otherwise. */
static void
test_changed_file (Fixture *fixture, gconstpointer data)
{
  const char *const others[] = { "bob", NULL };
  Asked *asked = ask (fixture, "ann", "password of ann", 7);
  HubPasswordHash hash;
  g_autofree char *entry = NULL;
  g_autofree char *text = NULL;

  hub_test_wait_until (asked->result == HUB_AUTH_GRANTED);
  g_assert_cmpint (ask (fixture, "ann", "password of ann", 7)->result, ==, HUB_AUTH_GRANTED);

  hub_password_file_unref (fixture->file);
  fixture->file = hub_test_passwords (others, 10);
  asked = ask (fixture, "ann", "password of ann", 7);
  hub_test_wait_until (asked->result == HUB_AUTH_REFUSED);

  g_assert_true (hub_password_hash_init (&hash, HUB_SPAN_LITERAL ("new"), 10, NULL));
  entry = hub_password_hash_to_string (&hash);
  text = g_strconcat ("ann:", entry, "\n", NULL);
  hub_password_file_unref (fixture->file);
  fixture->file = hub_password_file_parse (text, strlen (text), "passwords", NULL);
  asked = ask (fixture, "ann", "password of ann", 7);
  hub_test_wait_until (asked->result == HUB_AUTH_REFUSED);
  asked = ask (fixture, "ann", "new", 7);
  hub_test_wait_until (asked->result == HUB_AUTH_GRANTED);
}

/* The tenth failure is answered like the first; what comes after it waits, right or wrong, recognised or not. */
static void
test_delay (Fixture *fixture, gconstpointer data)
{
  Asked *asked = ask (fixture, "ann", "password of ann", 7);
  Asked *wrong;
  Asked *right;
  gint64 asked_us;

  hub_test_wait_until (asked->result == HUB_AUTH_GRANTED);
  fail_times (fixture, HUB_FAILURES_MAX - 1, 7);
  g_assert_false (hub_auth_is_delaying (fixture->auth, 7));
  fail_times (fixture, 1, 7);
  g_assert_cmpuint (hub_auth_get_stats (fixture->auth).delayed, ==, 0);
  g_assert_true (hub_auth_is_delaying (fixture->auth, 7));
  g_assert_false (hub_auth_is_delaying (fixture->auth, 8));

  asked_us = g_get_monotonic_time ();
  wrong = ask (fixture, "ann", "wrong", 7);
  right = ask (fixture, "ann", "password of ann", 7);
  g_assert_cmpint (right->result, ==, PENDING);
  g_assert_cmpuint (hub_auth_get_stats (fixture->auth).delayed, ==, 2);
  g_assert_cmpint (ask (fixture, "ann", "password of ann", 8)->result, ==, HUB_AUTH_GRANTED);
  hub_test_wait_until (wrong->result == HUB_AUTH_REFUSED && right->result == HUB_AUTH_GRANTED);
  g_assert_cmpint (g_get_monotonic_time () - asked_us, >=, DELAY_MS * G_TIME_SPAN_MILLISECOND);
}

static void
test_max_delayed (Fixture *fixture, gconstpointer data)
{
  fail_times (fixture, HUB_FAILURES_MAX, 7);
  fail_times (fixture, HUB_FAILURES_MAX, 8);
  g_assert_cmpint (ask (fixture, "ann", "a", 7)->result, ==, PENDING);
  g_assert_cmpint (ask (fixture, "ann", "b", 8)->result, ==, PENDING);
  g_assert_cmpint (ask (fixture, "ann", "c", 8)->result, ==, HUB_AUTH_BUSY);
  /* They are in nobody's way. */
  g_assert_cmpint (ask (fixture, "ann", "d", 9)->result, ==, PENDING);
}

/* The queue has filled up meanwhile, behind an entry that takes a second. */
static void
test_busy_after_delay (Fixture *fixture, gconstpointer data)
{
  const char *const slow[] = { "slow", NULL };
  Asked *delayed;

  fail_times (fixture, HUB_FAILURES_MAX, 7);
  delayed = ask (fixture, "ann", "a", 7);
  hub_password_file_unref (fixture->file);
  fixture->file = hub_test_passwords (slow, HUB_PASSWORD_ITERATIONS_MAX);
  for (guint i = 0; i < 5; i++)
    {
      g_autofree char *password = g_strdup_printf ("%u", i);

      ask (fixture, "slow", password, 100 + i);
    }
  hub_test_wait_until (delayed->result != PENDING);
  g_assert_cmpint (delayed->result, ==, HUB_AUTH_BUSY);
}

static void
test_cancel (Fixture *fixture, gconstpointer data)
{
  Asked *running = ask (fixture, "user 0", "x", 0);
  Asked *first = ask (fixture, "user 1", "x", 1);
  Asked *second = ask (fixture, "user 2", "x", 2);
  Asked *leader = ask (fixture, "user 3", "x", 3);
  Asked *follower = ask (fixture, "user 3", "x", 3);
  Asked *gone = ask (fixture, "user 3", "x", 3);

  cancel (running);
  cancel (first);
  cancel (leader);
  cancel (gone);
  hub_test_wait_until (follower->result == HUB_AUTH_REFUSED);
  g_assert_cmpint (second->result, ==, HUB_AUTH_REFUSED);
  g_assert_cmpint (running->result, ==, PENDING);
  g_assert_cmpint (first->result, ==, PENDING);
  g_assert_cmpint (leader->result, ==, PENDING);
  g_assert_cmpint (gone->result, ==, PENDING);
  /* Not the one that was cancelled while it waited. */
  g_assert_cmpuint (hub_auth_get_stats (fixture->auth).hashed, ==, 3);
}

/* Nobody is left who wants to know: it is not looked at. */
static void
test_cancel_all (Fixture *fixture, gconstpointer data)
{
  Asked *running = ask (fixture, "user 0", "x", 0);
  Asked *leader = ask (fixture, "user 3", "x", 3);
  Asked *follower = ask (fixture, "user 3", "x", 3);
  Asked *last;

  cancel (leader);
  cancel (follower);
  last = ask (fixture, "user 4", "x", 3);
  hub_test_wait_until (last->result == HUB_AUTH_REFUSED);
  g_assert_cmpint (running->result, ==, HUB_AUTH_REFUSED);
  g_assert_cmpuint (hub_auth_get_stats (fixture->auth).hashed, ==, 2);
}

/* Giving up early does not make a guess free. */
static void
test_cancel_counts (Fixture *fixture, gconstpointer data)
{
  for (guint i = 0; i < HUB_FAILURES_MAX; i++)
    {
      g_autofree char *password = g_strdup_printf ("wrong %u", i);

      cancel (ask (fixture, "ann", password, 7));
      hub_test_wait_until (hub_auth_get_stats (fixture->auth).refused == i + 1);
    }
  g_assert_true (hub_auth_is_delaying (fixture->auth, 7));
}

/* An answer makes others pointless, whether they wait, follow the same or another one. */
static void
test_cancel_in_answer (Fixture *fixture, gconstpointer data)
{
  Asked *first = ask (fixture, "user 0", "x", 0);
  Asked *follower = ask (fixture, "user 0", "x", 0);
  Asked *sibling = ask (fixture, "user 0", "x", 0);
  Asked *waiting = ask (fixture, "user 1", "x", 1);
  Asked *last = ask (fixture, "user 2", "x", 2);

  follower->also = &sibling->check;
  first->also = &waiting->check;
  hub_test_wait_until (last->result == HUB_AUTH_REFUSED);
  g_assert_cmpint (first->result, ==, HUB_AUTH_REFUSED);
  g_assert_cmpint (follower->result, ==, HUB_AUTH_REFUSED);
  g_assert_cmpint (sibling->result, ==, PENDING);
  g_assert_cmpint (waiting->result, ==, PENDING);
  g_assert_cmpuint (hub_auth_get_stats (fixture->auth).hashed, ==, 2);
}

static void
test_cancel_delayed (Fixture *fixture, gconstpointer data)
{
  Asked *asked[3];

  fail_times (fixture, HUB_FAILURES_MAX, 7);
  asked[0] = ask (fixture, "ann", "a", 7);
  asked[1] = ask (fixture, "ann", "b", 7);
  cancel (asked[0]);
  asked[2] = ask (fixture, "ann", "c", 7);
  g_assert_cmpint (asked[2]->result, ==, PENDING);
  hub_test_wait_until (asked[1]->result == HUB_AUTH_REFUSED && asked[2]->result == HUB_AUTH_REFUSED);
  g_assert_cmpint (asked[0]->result, ==, PENDING);
}

/* In every stage; nobody is told. */
static void
test_free (Fixture *fixture, gconstpointer data)
{
  Asked *asked[5];

  fail_times (fixture, HUB_FAILURES_MAX, 7);
  asked[0] = ask (fixture, "ann", "a", 7);
  asked[1] = ask (fixture, "user 1", "x", 1);
  asked[2] = ask (fixture, "user 2", "x", 2);
  asked[3] = ask (fixture, "user 2", "x", 2);
  asked[4] = ask (fixture, "user 1", "x", 1);
  cancel (asked[4]);
  g_clear_pointer (&fixture->auth, hub_auth_free);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  for (guint i = 0; i < G_N_ELEMENTS (asked); i++)
    g_assert_cmpint (asked[i]->result, ==, PENDING);
}

static void
test_options (void)
{
  HubAuthOptions options;

  hub_auth_options_init (&options);
  g_assert_cmpuint (options.max_running, >=, 1);
  g_assert_cmpuint (options.max_running, <=, MAX (g_get_num_processors () / 2, 1));
  g_assert_cmpuint (options.max_waiting, >, options.max_per_address);
}

int
main (int argc, char *argv[])
{
  static const struct
  {
    const char *path;
    void (*test) (Fixture *fixture, gconstpointer data);
  } tests[] = {
    { "/access/auth/answers", test_answers },
    { "/access/auth/max-waiting", test_max_waiting },
    { "/access/auth/max-per-address", test_max_per_address },
    { "/access/auth/storm", test_storm },
    { "/access/auth/changed-file", test_changed_file },
    { "/access/auth/delay", test_delay },
    { "/access/auth/max-delayed", test_max_delayed },
    { "/access/auth/busy-after-delay", test_busy_after_delay },
    { "/access/auth/cancel", test_cancel },
    { "/access/auth/cancel-all", test_cancel_all },
    { "/access/auth/cancel-counts", test_cancel_counts },
    { "/access/auth/cancel-in-answer", test_cancel_in_answer },
    { "/access/auth/cancel-delayed", test_cancel_delayed },
    { "/access/auth/free", test_free },
  };

  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, Fixture, NULL, set_up, tests[i].test, tear_down);
  g_test_add_func ("/access/auth/options", test_options);
  return g_test_run ();
}
