/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * HUB_TEST_TIMEOUT_MS:
 *
 * How long a test waits for what has to come. Generous: it is only ever reached by a failure, on a busy machine too.
 */
#define HUB_TEST_TIMEOUT_MS 30000

gint64 hub_test_deadline (guint timeout_ms);
int hub_test_left_ms (gint64 deadline_us);
void hub_test_wait_turn (gint64 deadline_us, const char *what, const char *where);
guint hub_test_count_fds (void);
guint hub_test_slowness (void);

/**
 * hub_test_wait_until:
 * @condition: an expression
 *
 * Iterates the default main context until @condition is true. Fails when that takes too long.
 */
#define hub_test_wait_until(condition)                             \
  G_STMT_START                                                     \
  {                                                                \
    gint64 deadline_us_ = hub_test_deadline (HUB_TEST_TIMEOUT_MS); \
                                                                   \
    while (!(condition))                                           \
      hub_test_wait_turn (deadline_us_, #condition, G_STRLOC);     \
  }                                                                \
  G_STMT_END

G_END_DECLS
