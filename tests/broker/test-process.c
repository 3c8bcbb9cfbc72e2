/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/hub-process.h"

#include <malloc.h>
#include <sys/resource.h>

#define N_PIECES 1000

/* How many descriptors this process has room for, without the system having to make more. */
static guint64
read_room (void)
{
  g_autofree char *text = NULL;
  const char *at;

  g_assert_true (g_file_get_contents ("/proc/self/status", &text, NULL, NULL));
  at = strstr (text, "\nFDSize:");
  g_assert_nonnull (at);
  return g_ascii_strtoull (at + strlen ("\nFDSize:"), NULL, 10);
}

static void
test_descriptors (void)
{
  struct rlimit limit;

  g_assert_cmpint (getrlimit (RLIMIT_NOFILE, &limit), ==, 0);
  g_assert_cmpuint (limit.rlim_cur, ==, limit.rlim_max);
  g_assert_cmpuint (read_room (), >=, MIN (limit.rlim_max, 16384));
}

/* Nothing that is given back waits for a moment at which it is joined with all the rest. */
static void
test_memory (void)
{
  gpointer pieces[N_PIECES];

  for (gsize i = 0; i < N_PIECES; i++)
    pieces[i] = g_malloc (24);
  for (gsize i = 0; i < N_PIECES; i++)
    g_free (pieces[i]);
  g_assert_cmpuint (mallinfo2 ().smblks, ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  hub_process_prepare ();
  g_test_add_func ("/broker/process/descriptors", test_descriptors);
  g_test_add_func ("/broker/process/memory", test_memory);
  return g_test_run ();
}
