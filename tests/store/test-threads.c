/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/store/hub-store-thread.h"
#include "tests/support/hub-test-store.h"
#include "tests/support/hub-test-wait.h"

#include <sched.h>
#include <stdlib.h>
#include <sys/resource.h>

/* A thread of this process, by its name; 0: there is none. */
static int
find_thread (const char *name)
{
  g_autoptr (GDir) tasks = g_dir_open ("/proc/self/task", 0, NULL);
  const char *entry;

  g_assert_nonnull (tasks);
  while ((entry = g_dir_read_name (tasks)) != NULL)
    {
      g_autofree char *path = g_build_filename ("/proc/self/task", entry, "comm", NULL);
      g_autofree char *text = NULL;

      if (g_file_get_contents (path, &text, NULL, NULL) && g_str_equal (g_strchomp (text), name))
        return atoi (entry);
    }
  return 0;
}

/* What writes and what searches leaves the processor to who owns the store, where there is one for both. */
static void
test_stand_back (void)
{
  static const char *const names[] = { "store-writer", "store-reader" };
  g_autoptr (HubTestStore) test = hub_test_store_new ();
  int niceness = getpriority (PRIO_PROCESS, 0);

  hub_test_store_open (test);
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      int thread;

      hub_test_wait_until ((thread = find_thread (names[i])) != 0);
      hub_test_wait_until (sched_getscheduler (thread) == SCHED_BATCH);
      hub_test_wait_until (getpriority (PRIO_PROCESS, (id_t) thread) == MIN (niceness + 5, 19));
    }
  g_assert_cmpint (sched_getscheduler (0), ==, SCHED_OTHER);
  g_assert_cmpint (getpriority (PRIO_PROCESS, 0), ==, niceness);
}

static gpointer
stand_back_when_idle (gpointer data)
{
  const struct sched_param none = { 0 };

  g_assert_cmpint (sched_setscheduler (0, SCHED_IDLE, &none), ==, 0);
  hub_store_thread_stand_back ();
  return GINT_TO_POINTER (sched_getscheduler (0));
}

/* Who starts the program may have chosen already. */
static void
test_chosen_policy (void)
{
  g_assert_cmpint (GPOINTER_TO_INT (g_thread_join (g_thread_new (NULL, stand_back_when_idle, NULL))), ==, SCHED_IDLE);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/store/threads/stand-back", test_stand_back);
  g_test_add_func ("/store/threads/chosen-policy", test_chosen_policy);
  return g_test_run ();
}
