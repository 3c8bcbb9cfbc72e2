/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/core/hub-deadlines.h"

struct _HubDeadlines
{
  GPtrArray *heap;    /* (owned) (element-type HubDeadline): slot 0 is not used */
  gpointer user_data; /* (unowned) */
  guint64 n_armed;    /* so far */
};

static HubDeadline *
at (const HubDeadlines *self, guint position)
{
  return g_ptr_array_index (self->heap, position);
}

static void
put (HubDeadlines *self, guint position, HubDeadline *deadline)
{
  g_ptr_array_index (self->heap, position) = deadline;
  deadline->position = position;
}

/* Of those that come at the same time the one comes first that was armed first. */
static gboolean
is_before (const HubDeadline *a, const HubDeadline *b)
{
  return a->at_us != b->at_us ? a->at_us < b->at_us : a->number < b->number;
}

static void
sift_up (HubDeadlines *self, HubDeadline *deadline)
{
  guint position = deadline->position;

  while (position > 1 && is_before (deadline, at (self, position / 2)))
    {
      put (self, position, at (self, position / 2));
      position /= 2;
    }
  put (self, position, deadline);
}

static void
sift_down (HubDeadlines *self, HubDeadline *deadline)
{
  guint last = self->heap->len - 1;
  guint position = deadline->position;

  while (position * 2 <= last)
    {
      guint child = position * 2;

      if (child < last && is_before (at (self, child + 1), at (self, child)))
        child++;
      if (!is_before (at (self, child), deadline))
        break;
      put (self, position, at (self, child));
      position = child;
    }
  put (self, position, deadline);
}

/**
 * hub_deadlines_new:
 * @user_data: handed to every [callback@Hub.DeadlineFunc]
 *
 * Returns: (transfer full): an empty set of deadlines
 */
HubDeadlines *
hub_deadlines_new (gpointer user_data)
{
  HubDeadlines *self = g_new0 (HubDeadlines, 1);

  self->heap = g_ptr_array_new ();
  g_ptr_array_add (self->heap, NULL);
  self->user_data = user_data;
  return self;
}

/**
 * hub_deadlines_free:
 * @self: (transfer full): deadlines, none of which will come any more
 */
void
hub_deadlines_free (HubDeadlines *self)
{
  g_ptr_array_unref (self->heap);
  g_free (self);
}

/**
 * hub_deadlines_arm:
 * @self: deadlines
 * @deadline: one of them, armed or not; stays the caller's and must be disarmed before it is freed
 * @at_us: when, microseconds on the caller's clock
 *
 * Sets @deadline, or moves it.
 *
 * Complexity: logarithmic in the number of armed deadlines.
 */
void
hub_deadlines_arm (HubDeadlines *self, HubDeadline *deadline, gint64 at_us)
{
  g_assert (deadline->func != NULL);

  deadline->at_us = at_us;
  deadline->number = ++self->n_armed;
  if (deadline->position == 0)
    {
      deadline->position = self->heap->len;
      g_ptr_array_add (self->heap, deadline);
    }
  sift_up (self, deadline);
  sift_down (self, deadline);
}

/**
 * hub_deadlines_disarm:
 * @self: deadlines
 * @deadline: one of them, armed or not
 *
 * Complexity: logarithmic in the number of armed deadlines.
 */
void
hub_deadlines_disarm (HubDeadlines *self, HubDeadline *deadline)
{
  guint position = deadline->position;
  HubDeadline *last;

  if (position == 0)
    return;

  last = g_ptr_array_steal_index (self->heap, self->heap->len - 1);
  deadline->position = 0;
  if (last != deadline)
    {
      put (self, position, last);
      sift_up (self, last);
      sift_down (self, last);
    }
}

/**
 * hub_deadlines_next:
 * @self: deadlines
 *
 * Returns: when the nearest one comes, microseconds; %G_MAXINT64 when none is armed
 */
gint64
hub_deadlines_next (const HubDeadlines *self)
{
  return self->heap->len > 1 ? at (self, 1)->at_us : G_MAXINT64;
}

/**
 * hub_deadlines_advance:
 * @self: deadlines
 * @now_us: the time, microseconds
 *
 * Disarms every deadline that has come and calls its function, the oldest first; of those that come at the same time,
 * in the order in which they were armed.
 */
void
hub_deadlines_advance (HubDeadlines *self, gint64 now_us)
{
  while (hub_deadlines_next (self) <= now_us)
    {
      HubDeadline *deadline = at (self, 1);

      hub_deadlines_disarm (self, deadline);
      deadline->func (deadline, now_us, self->user_data);
    }
}
