/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ui/model/hub-message-list-private.h"

/* What a list of messages holds, and how that changes: what is collected, and put in its place; what makes room. */

static gboolean
holds_number (HubMessageList *self,
              guint from,
              guint n_rows)
{
  const guint log = hub_message_index_get_log (self->index);

  for (guint i = from; i < from + n_rows; i++)
    if (hub_message_item_is_of_log (g_ptr_array_index (self->rows, i), log))
      return TRUE;
  return FALSE;
}

static void
drop_rows (HubMessageList *self,
           guint from,
           guint n_rows)
{
  if (n_rows == 0)
    return;

  for (guint i = from; i < from + n_rows; i++)
    {
      hub_message_index_remove (self->index, g_ptr_array_index (self->rows, i));
      hub_message_list_part (self, g_ptr_array_index (self->rows, i));
    }
  g_ptr_array_remove_range (self->rows, from, n_rows);
  hub_message_list_update_marks (self, from);
  g_list_model_items_changed (G_LIST_MODEL (self), from, n_rows, 0);
}

/* The lowest, or the highest, number of the present log among the rows; 0 when there is none. */
static guint64
find_edge_seq (HubMessageList *self,
               gboolean is_end)
{
  const guint log = hub_message_index_get_log (self->index);

  for (guint i = 0; i < self->rows->len; i++)
    {
      HubMessageItem *item = g_ptr_array_index (self->rows, is_end ? self->rows->len - 1 - i : i);

      if (hub_message_item_is_of_log (item, log))
        return hub_message_item_get_seq (item);
    }
  return 0;
}

/* How many rows there are but for those at the end that stand below all others. */
static guint
count_delivered (HubMessageList *self)
{
  guint n_rows = self->rows->len;

  while (n_rows > 0 && hub_message_item_is_last (g_ptr_array_index (self->rows, n_rows - 1)))
    n_rows--;
  return n_rows;
}

/* Makes room at an edge. What the log has is missing there from then on. */
static void
make_room (HubMessageList *self,
           guint n_wanted,
           gboolean is_end)
{
  const guint n_delivered = n_wanted > 0 ? count_delivered (self) : 0;
  const guint n_rows = MIN (n_wanted, n_delivered);
  const guint from = is_end ? n_delivered - n_rows : 0;

  if (holds_number (self, from, n_rows))
    self->is_cut[is_end] = TRUE;
  drop_rows (self, from, n_rows);
}

/* Says that something was dropped that the log has. */
static void
tell_cut (HubMessageList *self,
          gboolean is_end)
{
  if (!self->is_cut[is_end])
    return;
  self->is_cut[is_end] = FALSE;
  hub_message_list_emit_cut (self, is_end, find_edge_seq (self, is_end));
}

static guint
count_surplus (HubMessageList *self,
               guint n_added)
{
  return self->rows->len + n_added > self->capacity ? self->rows->len + n_added - self->capacity : 0;
}

static int
compare_items (gconstpointer a,
               gconstpointer b,
               gpointer user_data)
{
  return hub_message_item_compare ((HubMessageItem *) a, (HubMessageItem *) b);
}

static int
compare_pointers (gconstpointer a,
                  gconstpointer b,
                  gpointer user_data)
{
  return hub_message_item_compare (*(HubMessageItem *const *) a, *(HubMessageItem *const *) b);
}

/* Takes the run of items [@begin, @end) in at @position. */
static void
insert_run (HubMessageList *self,
            GPtrArray *items,
            guint begin,
            guint end,
            guint position)
{
  for (guint i = begin; i < end; i++)
    {
      g_ptr_array_insert (self->rows, (int) (position + i - begin), g_object_ref (g_ptr_array_index (items, i)));
      hub_message_list_meet (self, g_ptr_array_index (items, i));
      hub_message_list_update_marks (self, position + i - begin);
    }
  hub_message_list_update_marks (self, position + end - begin);
  g_list_model_items_changed (G_LIST_MODEL (self), position, 0, end - begin);
}

/* Sorts @items, which are sorted, in among the rows: one change for each run that stays together. */
static void
merge (HubMessageList *self,
       GPtrArray *items)
{
  guint position = self->rows->len;

  for (guint begin, end = items->len; end > 0; end = begin)
    {
      HubMessageItem *last = g_ptr_array_index (items, end - 1);
      HubMessageItem *above;

      while (position > 0 && hub_message_item_compare (g_ptr_array_index (self->rows, position - 1), last) > 0)
        position--;
      above = position > 0 ? g_ptr_array_index (self->rows, position - 1) : NULL;
      for (begin = end - 1; begin > 0; begin--)
        if (above != NULL && hub_message_item_compare (above, g_ptr_array_index (items, begin - 1)) > 0)
          break;
      insert_run (self, items, begin, end, position);
    }
}

static void
flush_past (HubMessageList *self)
{
  g_autoptr (GPtrArray) items = g_steal_pointer (&self->past);

  self->past = g_ptr_array_new_with_free_func (g_object_unref);
  self->is_adding_past = TRUE;
  merge (self, items);
  self->is_adding_past = FALSE;
}

static void
flush_pending (HubMessageList *self)
{
  g_autoptr (GPtrArray) items = g_ptr_array_new_with_free_func (g_object_unref);
  HubMessageItem *item;

  g_queue_sort (&self->pending, compare_items, NULL);
  while ((item = g_queue_pop_head (&self->pending)) != NULL)
    g_ptr_array_add (items, item);
  merge (self, items);
}

/* Whether @item stands where it ought to among the rows beside it. */
static gboolean
stands_right (HubMessageList *self,
              guint position)
{
  HubMessageItem *item = g_ptr_array_index (self->rows, position);

  if (position > 0 && hub_message_item_compare (g_ptr_array_index (self->rows, position - 1), item) > 0)
    return FALSE;
  return position + 1 >= self->rows->len ||
         hub_message_item_compare (item, g_ptr_array_index (self->rows, position + 1)) <= 0;
}

static int
compare_is_last (gconstpointer item,
                 gconstpointer is_last)
{
  return hub_message_item_is_last ((HubMessageItem *) item) == GPOINTER_TO_INT (is_last) ? 0 : 1;
}

static void
collect (HubMessageList *self,
         HubMessageItem *item)
{
  const gboolean had_pending = hub_message_list_get_has_pending (self);
  GList *first = NULL;

  g_queue_push_tail (&self->pending, g_object_ref (item));
  if (g_queue_get_length (&self->pending) > self->capacity)
    first = g_queue_find_custom (&self->pending, GINT_TO_POINTER (FALSE), compare_is_last);
  if (first != NULL)
    {
      g_autoptr (HubMessageItem) oldest = first->data;

      g_queue_delete_link (&self->pending, first);
      if (hub_message_item_is_of_log (oldest, hub_message_index_get_log (self->index)))
        self->is_cut[FALSE] = TRUE;
      hub_message_index_remove (self->index, oldest);
    }
  if (!had_pending)
    hub_message_list_notify_has_pending (self);
}

/* One that is held has got another place: if it is not there, it comes again with the next flush. */
static void
move (HubMessageList *self,
      HubMessageItem *held)
{
  guint position;

  if (g_ptr_array_find (self->rows, held, &position) && !stands_right (self, position))
    {
      g_autoptr (HubMessageItem) moved = g_ptr_array_steal_index (self->rows, position);

      hub_message_list_part (self, moved);
      hub_message_list_update_marks (self, position);
      g_list_model_items_changed (G_LIST_MODEL (self), position, 1, 0);
      collect (self, moved);
    }
}

/* Whether @item is new. One that is held may learn its number from it, and that it was sent. */
static gboolean
take_in (HubMessageList *self,
         HubMessageItem *item,
         HubMessageItem *held,
         guint64 loose_at)
{
  const guint64 seq = hub_message_item_get_seq (item);

  if (held == NULL)
    {
      hub_message_index_add (self->index, item, loose_at);
      return TRUE;
    }
  if (hub_message_item_get_is_own (held))
    hub_message_item_set_state (held, HUB_MESSAGE_STATE_SENT);
  if (seq > 0 && hub_message_item_get_seq (held) == 0)
    {
      hub_message_index_learn (self->index, held, seq, loose_at);
      move (self, held);
    }
  else if (hub_message_item_is_last (held))
    {
      hub_message_index_settle (self->index, held);
      move (self, held);
    }
  return FALSE;
}

/**
 * hub_message_list_append:
 * @self: a list
 * @item: (transfer none): a message that has just come
 *
 * Collects @item, to be shown in its place by the next [method@HubMessageList.flush].
 *
 * A message whose topic and id, or whose number in the log, are held already is dropped. When the one held is own and not
 * yet known as sent, this was its echo, and it becomes %HUB_MESSAGE_STATE_SENT; when it had no number in the log, it gets
 * that, and the place that goes with it.
 *
 * Complexity: O(1) for what stands at the end.
 *
 * Returns: %TRUE when @item was new
 */
gboolean
hub_message_list_append (HubMessageList *self,
                         HubMessageItem *item)
{
  g_return_val_if_fail (HUB_IS_MESSAGE_LIST (self), FALSE);
  g_return_val_if_fail (HUB_IS_MESSAGE_ITEM (item), FALSE);

  if (!take_in (self, item, hub_message_list_find_held (self, item), hub_message_item_get_seq (item) * 2 - 1))
    return FALSE;
  collect (self, item);
  return TRUE;
}

/**
 * hub_message_list_append_past:
 * @self: a list
 * @items: (element-type HubMessageItem): a part of the history, in order; each has a number
 * @is_cut_at_end: whether what is too much then goes at the end, or at the top
 *
 * Collects what is not held yet, to be shown in its place by the next [method@HubMessageList.flush].
 */
void
hub_message_list_append_past (HubMessageList *self,
                              GPtrArray *items,
                              gboolean is_cut_at_end)
{
  gboolean had_pending;
  guint64 loose_at;

  g_return_if_fail (HUB_IS_MESSAGE_LIST (self));

  if (items->len == 0)
    return;
  had_pending = hub_message_list_get_has_pending (self);
  loose_at = hub_message_item_get_seq (g_ptr_array_index (items, items->len - 1)) * 2 + 1;
  for (guint i = 0; i < items->len; i++)
    {
      HubMessageItem *item = g_ptr_array_index (items, i);
      HubMessageItem *held = hub_message_list_find_held (self, item);

      if (take_in (self, item, held != NULL ? held : hub_message_list_find_retained (self, item), loose_at))
        g_ptr_array_add (self->past, g_object_ref (item));
    }
  g_ptr_array_sort_with_data (self->past, compare_pointers, NULL);
  self->is_cut_at_end = is_cut_at_end;
  if (!had_pending && hub_message_list_get_has_pending (self))
    hub_message_list_notify_has_pending (self);
}

/**
 * hub_message_list_flush:
 * @self: a list
 *
 * Shows what was collected: one `items-changed` for what makes room, where that is needed, and one for each run of
 * messages that stay together, mostly one at the end. Does nothing when nothing is pending.
 *
 * Complexity: O(rows added + rows dropped) for what stands at the end.
 */
void
hub_message_list_flush (HubMessageList *self)
{
  g_autoptr (HubMessageList) guard = NULL;
  gboolean is_end;

  g_return_if_fail (HUB_IS_MESSAGE_LIST (self));

  if (!hub_message_list_get_has_pending (self))
    return;

  /* A handler of the signals below may let go of the last other reference. */
  guard = g_object_ref (self);

  /* Where some of what was collected had to go already, there is a gap above the rest: so nothing of that may stay. */
  is_end = self->past->len > 0 && self->is_cut_at_end && !self->is_cut[FALSE];
  /* The usual case: what comes is new, and shall not be too much for a moment. */
  if (self->past->len == 0)
    make_room (self, MIN (count_surplus (self, self->pending.length), self->rows->len), FALSE);
  flush_past (self);
  flush_pending (self);
  make_room (self, count_surplus (self, 0), is_end);
  tell_cut (self, TRUE);
  tell_cut (self, FALSE);
  hub_message_list_notify_has_pending (self);
  hub_message_list_reveal_target (self);
}

/**
 * hub_message_list_set_capacity:
 * @self: a list
 * @capacity: how many rows are held, 1 or more
 *
 * Sets [property@HubMessageList:capacity]. What is collected is shown first, and what is too much goes at the top.
 */
void
hub_message_list_set_capacity (HubMessageList *self,
                               guint capacity)
{
  g_autoptr (HubMessageList) guard = NULL;

  g_return_if_fail (HUB_IS_MESSAGE_LIST (self));
  g_return_if_fail (capacity > 0);

  if (self->capacity == capacity)
    return;

  guard = g_object_ref (self);
  hub_message_list_flush (self);
  self->capacity = capacity;
  make_room (self, count_surplus (self, 0), FALSE);
  tell_cut (self, FALSE);
  hub_message_list_notify_capacity (self);
}

/* Drops what was collected, and stands on that side of a place. */
static void
drop_collected (HubMessageList *self,
                guint64 at,
                gboolean is_before)
{
  const guint log = hub_message_index_get_log (self->index);
  const int side = is_before ? -1 : 1;

  for (GList *link = self->pending.head, *next; link != NULL; link = next)
    {
      next = link->next;
      if (!hub_message_item_is_last (link->data) && hub_message_item_compare_place (link->data, log, at) == side)
        {
          g_autoptr (HubMessageItem) item = link->data;

          hub_message_index_remove (self->index, item);
          g_queue_delete_link (&self->pending, link);
        }
    }
  for (guint i = self->past->len; i > 0; i--)
    {
      HubMessageItem *item = g_ptr_array_index (self->past, i - 1);

      if (hub_message_item_compare_place (item, log, at) == side)
        {
          hub_message_index_remove (self->index, item);
          g_ptr_array_remove_index (self->past, i - 1);
        }
    }
}

/**
 * hub_message_list_remove:
 * @self: a list
 * @item: a message
 *
 * Forgets @item, shown or collected. Nothing happens when it is not held.
 *
 * Complexity: O(rows).
 */
void
hub_message_list_remove (HubMessageList *self,
                         HubMessageItem *item)
{
  guint position;

  g_return_if_fail (HUB_IS_MESSAGE_LIST (self));
  g_return_if_fail (HUB_IS_MESSAGE_ITEM (item));

  if (g_ptr_array_find (self->rows, item, &position))
    {
      drop_rows (self, position, 1);
      return;
    }
  if (g_queue_remove (&self->pending, item))
    {
      hub_message_index_remove (self->index, item);
      g_object_unref (item);
      if (!hub_message_list_get_has_pending (self))
        hub_message_list_notify_has_pending (self);
    }
}

/**
 * hub_message_list_settle:
 * @self: a list
 * @item: an own message that it holds
 * @state: what has become of it
 *
 * Tells @item, which stands with those that were sent from then on, if it was.
 */
void
hub_message_list_settle (HubMessageList *self,
                         HubMessageItem *item,
                         HubMessageState state)
{
  g_return_if_fail (HUB_IS_MESSAGE_LIST (self));
  g_return_if_fail (HUB_IS_MESSAGE_ITEM (item));

  hub_message_item_set_state (item, state);
  if (state != HUB_MESSAGE_STATE_SENT || !hub_message_item_is_last (item))
    return;
  hub_message_index_settle (self->index, item);
  move (self, item);
}

/**
 * hub_message_list_drop_before:
 * @self: a list
 * @seq: a number of the present log
 *
 * Drops what stands before it: there would be a gap between both.
 */
void
hub_message_list_drop_before (HubMessageList *self,
                              guint64 seq)
{
  guint n_rows = 0;

  g_return_if_fail (HUB_IS_MESSAGE_LIST (self));

  drop_collected (self, seq * 2, TRUE);
  while (n_rows < self->rows->len &&
         hub_message_item_compare_place (g_ptr_array_index (self->rows, n_rows),
                                         hub_message_index_get_log (self->index),
                                         seq * 2) < 0)
    n_rows++;
  drop_rows (self, 0, n_rows);
}

/**
 * hub_message_list_drop_after:
 * @self: a list
 * @seq: a number of the present log
 *
 * Drops what stands behind it, but for what is not sent yet: there would be a gap between both.
 */
void
hub_message_list_drop_after (HubMessageList *self,
                             guint64 seq)
{
  guint n_delivered;
  guint from;

  g_return_if_fail (HUB_IS_MESSAGE_LIST (self));

  drop_collected (self, seq * 2, FALSE);
  n_delivered = count_delivered (self);
  from = n_delivered;
  while (from > 0 && hub_message_item_compare_place (g_ptr_array_index (self->rows, from - 1),
                                                     hub_message_index_get_log (self->index),
                                                     seq * 2) > 0)
    from--;
  drop_rows (self, from, n_delivered - from);
}
