/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _HubDeadline HubDeadline;

/**
 * HubDeadlineFunc:
 * @deadline: what has come; disarmed already
 * @now_us: the time, microseconds
 * @user_data: as given to [func@Hub.Deadlines.new]
 *
 * Called when a deadline has come. It may arm this and other deadlines again.
 */
typedef void (*HubDeadlineFunc) (HubDeadline *deadline, gint64 now_us, gpointer user_data);

/**
 * HubDeadline:
 * @func: what to do
 *
 * A point in time, embedded in what waits for it. All zero but for @func means: not armed.
 */
struct _HubDeadline
{
  HubDeadlineFunc func;
  /*< private >*/
  gint64 at_us;
  guint64 number; /* of the arming: counts up */
  guint position; /* in the heap, from 1; 0: not armed */
};

/**
 * HubDeadlines:
 *
 * The armed deadlines of one thread, the nearest first: a binary heap. It has no clock.
 */
typedef struct _HubDeadlines HubDeadlines;

/**
 * hub_deadline_after:
 * @now_us: the time, microseconds
 * @delay_us: how long from then on, microseconds, not negative
 *
 * Returns: the point in time; never, %G_MAXINT64, where the sum would run over
 */
static inline gint64
hub_deadline_after (gint64 now_us, gint64 delay_us)
{
  return now_us > G_MAXINT64 - delay_us ? G_MAXINT64 : now_us + delay_us;
}

/**
 * hub_deadline_is_due:
 * @self: a deadline
 * @now_us: the time, microseconds
 *
 * Returns: whether it has come, and nobody was told
 */
static inline gboolean
hub_deadline_is_due (const HubDeadline *self, gint64 now_us)
{
  return self->position > 0 && self->at_us <= now_us;
}

HubDeadlines *hub_deadlines_new (gpointer user_data) G_GNUC_WARN_UNUSED_RESULT;
void hub_deadlines_free (HubDeadlines *self);

void hub_deadlines_arm (HubDeadlines *self, HubDeadline *deadline, gint64 at_us);
void hub_deadlines_disarm (HubDeadlines *self, HubDeadline *deadline);
gint64 hub_deadlines_next (const HubDeadlines *self);
void hub_deadlines_advance (HubDeadlines *self, gint64 now_us);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HubDeadlines, hub_deadlines_free)

G_END_DECLS
