/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ui/model/hub-mention.h"
#include "ui/model/hub-message-list-private.h"

/* What the rows of a list are to each other: who repeats the name above, whose day begins, and what was not read yet. Each
 * row is looked at when it comes, and when another one comes above it. */

static gboolean
is_first_unread (HubMessageList *self,
                 HubMessageItem *item,
                 HubMessageItem *above)
{
  const guint64 at = self->unread_seq * 2;

  if (self->unread_item != NULL)
    return item == self->unread_item;
  if (hub_message_item_is_last (item))
    return FALSE;
  return self->unread_seq > 0 && hub_message_item_compare_place (item, self->unread_log, at) >= 0 &&
         (above == NULL || hub_message_item_compare_place (above, self->unread_log, at) < 0);
}

void
hub_message_list_update_marks (HubMessageList *self,
                               guint position)
{
  HubMessageItem *item;
  HubMessageItem *above;
  HubMessageMarks marks;

  if (position >= self->rows->len)
    return;

  item = g_ptr_array_index (self->rows, position);
  above = position > 0 ? g_ptr_array_index (self->rows, position - 1) : NULL;
  marks = hub_message_item_get_marks (item) & (HUB_MESSAGE_MARK_MENTION | HUB_MESSAGE_MARK_LIT);
  if (above == NULL || hub_message_item_get_day (item) != hub_message_item_get_day (above))
    marks |= HUB_MESSAGE_MARK_DAY;
  if (is_first_unread (self, item, above))
    marks |= HUB_MESSAGE_MARK_UNREAD;
  hub_message_item_set_marks (item, marks);
  /* Nor does a name go on below the line. */
  hub_message_item_set_is_repeat (item, above != NULL && (marks & HUB_MESSAGE_MARK_UNREAD) == 0 &&
                                          hub_message_item_continues (item, above));
}

static void
update_mention (HubMessageList *self,
                HubMessageItem *item)
{
  const gboolean is_mention = !hub_message_item_get_is_own (item) &&
                              hub_mention_is_in (hub_message_item_get_text (item), self->own_name);
  const HubMessageMarks others = hub_message_item_get_marks (item) & ~HUB_MESSAGE_MARK_MENTION;

  hub_message_item_set_marks (item, others | (is_mention ? HUB_MESSAGE_MARK_MENTION : 0));
}

/* One that becomes a row: what it is by itself. */
void
hub_message_list_meet (HubMessageList *self,
                       HubMessageItem *item)
{
  update_mention (self, item);
  hub_message_item_set_who (item, hub_names_add (self->names, hub_message_item_get_name (item), hub_message_item_get_from (item)));
}

/* One that is a row no more. */
void
hub_message_list_part (HubMessageList *self,
                       HubMessageItem *item)
{
  hub_names_remove (self->names, hub_message_item_get_name (item), hub_message_item_get_from (item));
}

/* How many messages are unread is counted over what is shown and what is only collected. */
typedef struct
{
  HubMessageList *list;
  guint64 seq;
  const char *name;
  guint n_messages;
  gboolean has_mention;
} Count;

static void
count_behind (gpointer item,
              gpointer user_data)
{
  Count *count = user_data;

  if (!hub_message_item_is_of_log (item, hub_message_index_get_log (count->list->index)) ||
      hub_message_item_get_seq (item) <= count->seq || hub_message_item_get_is_own (item))
    return;
  count->n_messages++;
  count->has_mention = count->has_mention || hub_mention_is_in (hub_message_item_get_text (item), count->name);
}

/* The row that has the line is another one, or none, from now on. */
static void
move_line (HubMessageList *self,
           HubMessageItem *item,
           guint64 seq)
{
  g_set_object (&self->unread_item, item);
  self->unread_seq = seq;
  self->unread_log = hub_message_index_get_log (self->index);
  for (guint i = 0; i < self->rows->len; i++)
    hub_message_list_update_marks (self, i);
}

/**
 * hub_message_list_set_first_unread_seq:
 * @self: a list
 * @seq: the lowest number of the present log that was not read yet; 0: everything was read
 *
 * Puts the line "New" above the first row whose number is @seq or higher, whether it is held already or comes later. There
 * is one such line; it stays where it is until it is put elsewhere.
 *
 * Complexity: O(rows).
 */
void
hub_message_list_set_first_unread_seq (HubMessageList *self,
                                       guint64 seq)
{
  g_return_if_fail (HUB_IS_MESSAGE_LIST (self));

  move_line (self, NULL, seq);
}

/**
 * hub_message_list_set_first_unread:
 * @self: a list
 * @item: (nullable): the first message that was not read yet; %NULL: everything was read
 *
 * Puts the line "New" above @item, whether it has a number in the log or not.
 *
 * Complexity: O(rows).
 */
void
hub_message_list_set_first_unread (HubMessageList *self,
                                   HubMessageItem *item)
{
  guint64 seq;

  g_return_if_fail (HUB_IS_MESSAGE_LIST (self));
  g_return_if_fail (item == NULL || HUB_IS_MESSAGE_ITEM (item));

  /* By its number it is known again when it has made room meanwhile. */
  seq = item != NULL ? hub_message_item_get_seq (item) : 0;
  move_line (self, seq > 0 ? NULL : item, seq);
}

/**
 * hub_message_list_has_first_unread:
 * @self: a list
 *
 * Returns: whether the line "New" has a place, whether what it stands above is held or not
 */
gboolean
hub_message_list_has_first_unread (HubMessageList *self)
{
  g_return_val_if_fail (HUB_IS_MESSAGE_LIST (self), FALSE);

  return self->unread_item != NULL || self->unread_seq > 0;
}

/**
 * hub_message_list_get_names:
 * @self: a list
 *
 * Returns: (transfer none): the names of those whose rows are held; others can be added
 */
HubNames *
hub_message_list_get_names (HubMessageList *self)
{
  g_return_val_if_fail (HUB_IS_MESSAGE_LIST (self), NULL);

  return self->names;
}

/**
 * hub_message_list_set_names:
 * @self: a list that is empty still
 * @names: (transfer none): names
 *
 * Lets several lists have one set of names.
 */
void
hub_message_list_set_names (HubMessageList *self,
                            HubNames *names)
{
  g_return_if_fail (HUB_IS_MESSAGE_LIST (self));
  g_return_if_fail (HUB_IS_NAMES (names));
  g_return_if_fail (self->rows->len == 0);

  g_set_object (&self->names, names);
}

/**
 * hub_message_list_set_own_name:
 * @self: a list
 * @own_name: (nullable): the name of the user
 *
 * Says whom rows may speak of: those that do are marked with %HUB_MESSAGE_MARK_MENTION.
 *
 * Complexity: O(rows) when it is another one.
 */
void
hub_message_list_set_own_name (HubMessageList *self,
                               const char *own_name)
{
  g_return_if_fail (HUB_IS_MESSAGE_LIST (self));

  if (own_name == NULL)
    own_name = "";
  if (g_str_equal (self->own_name, own_name))
    return;
  g_free (self->own_name);
  self->own_name = g_strdup (own_name);
  for (guint i = 0; i < self->rows->len; i++)
    update_mention (self, g_ptr_array_index (self->rows, i));
}

/**
 * hub_message_list_count_behind:
 * @self: a list
 * @seq: a number of the present log; 0: before the first
 * @name: the name of the user
 * @has_mention: (out): whether one of them mentions @name
 *
 * Complexity: O(messages).
 *
 * Returns: how many messages of others it holds, shown or collected, whose number in the present log is higher
 */
guint
hub_message_list_count_behind (HubMessageList *self,
                               guint64 seq,
                               const char *name,
                               gboolean *has_mention)
{
  Count count = { self, seq, name, 0, FALSE };

  g_return_val_if_fail (HUB_IS_MESSAGE_LIST (self), 0);

  g_ptr_array_foreach (self->rows, count_behind, &count);
  g_ptr_array_foreach (self->past, count_behind, &count);
  g_queue_foreach (&self->pending, count_behind, &count);
  *has_mention = count.has_mention;
  return count.n_messages;
}
