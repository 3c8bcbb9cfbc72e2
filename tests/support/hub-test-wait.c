/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/support/hub-test-wait.h"

/* How often a condition is looked at that no source of the main context tells of. */
#define LOOK_EVERY_MS 2

/* What a sanitizer multiplies the time of a program by, at most. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SLOWNESS 20
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define SLOWNESS 20
#endif
#endif
#ifndef SLOWNESS
#define SLOWNESS 1
#endif

static gboolean
look_cb (gpointer user_data)
{
  return G_SOURCE_REMOVE;
}

/**
 * hub_test_slowness:
 *
 * Returns: by how much this build may be slower than an ordinary one; 1 is not at all
 */
guint
hub_test_slowness (void)
{
  return SLOWNESS;
}

/**
 * hub_test_deadline:
 * @timeout_ms: milliseconds
 *
 * Returns: the monotonic time in @timeout_ms, microseconds; with a sanitizer in four times that
 */
gint64
hub_test_deadline (guint timeout_ms)
{
  return g_get_monotonic_time () + timeout_ms * (SLOWNESS > 1 ? 4 : 1) * G_TIME_SPAN_MILLISECOND;
}

/**
 * hub_test_left_ms:
 * @deadline_us: a monotonic time, microseconds
 *
 * Returns: how long it is until then, rounded up, as poll() wants it; 0 when it is over
 */
int
hub_test_left_ms (gint64 deadline_us)
{
  gint64 left_us = deadline_us - g_get_monotonic_time ();

  return left_us > 0 ? (int) ((left_us + 999) / 1000) : 0;
}

/**
 * hub_test_wait_turn:
 * @deadline_us: when to give up, monotonic time, microseconds
 * @what: what is waited for
 * @where: who waits
 *
 * Iterates the default main context once, and for a moment only. Fails when @deadline_us is over.
 */
void
hub_test_wait_turn (gint64 deadline_us, const char *what, const char *where)
{
  guint id;

  if (hub_test_left_ms (deadline_us) == 0)
    g_error ("%s: waited in vain for: %s", where, what);

  id = g_timeout_add (LOOK_EVERY_MS, look_cb, NULL);
  g_main_context_iteration (NULL, TRUE);
  if (g_main_context_find_source_by_id (NULL, id) != NULL)
    g_source_remove (id);
}

/**
 * hub_test_count_fds:
 *
 * Returns: how many descriptors the process has open
 */
guint
hub_test_count_fds (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GDir) dir = g_dir_open ("/proc/self/fd", 0, &error);
  guint count = 0;

  g_assert_no_error (error);
  while (g_dir_read_name (dir) != NULL)
    count++;
  /* The folder itself was open too. */
  return count - 1;
}
