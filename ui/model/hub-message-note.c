/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ui/model/hub-message-item-private.h"
#include "ui/model/hub-message-list-private.h"

/* Rows that are no messages: they tell who has come and gone. They stand where they came, have no author and no number, and
 * nobody has to read them. */

/**
 * hub_message_item_new_note:
 * @time_us: when, in microseconds since 1970, UTC
 *
 * Returns: (transfer full): a row for notes, which tells nothing yet
 */
HubMessageItem *
hub_message_item_new_note (gint64 time_us)
{
  HubMessageItem *self = hub_message_item_new (&(HubMessageParams){ .text = "", .time_us = time_us });

  self->note = hub_note_new ();
  return self;
}

/**
 * hub_message_item_get_is_note:
 * @self: a row
 *
 * Returns: whether it is no message, but tells who has come and gone
 */
gboolean
hub_message_item_get_is_note (HubMessageItem *self)
{
  g_return_val_if_fail (HUB_IS_MESSAGE_ITEM (self), FALSE);

  return self->note != NULL;
}

/**
 * hub_message_item_get_n_notes:
 * @self: a row of notes
 *
 * Returns: how many there are
 */
guint
hub_message_item_get_n_notes (HubMessageItem *self)
{
  g_return_val_if_fail (HUB_IS_MESSAGE_ITEM (self) && self->note != NULL, 0);

  return hub_note_get_n_lines (self->note);
}

/**
 * hub_message_item_dup_note:
 * @self: a row of notes
 * @is_unfolded: whether each note has a line
 *
 * Returns: (transfer full): what the row says
 */
char *
hub_message_item_dup_note (HubMessageItem *self,
                           gboolean is_unfolded)
{
  g_return_val_if_fail (HUB_IS_MESSAGE_ITEM (self) && self->note != NULL, NULL);

  return hub_note_to_text (self->note, is_unfolded);
}

/**
 * hub_message_item_add_note:
 * @self: a row of notes
 * @kind: what has happened
 * @name: to whom, as sent
 * @new_name: (nullable): the new name
 *
 * Adds a note; [property@HubMessageItem:text] becomes what all of them say in one line.
 */
void
hub_message_item_add_note (HubMessageItem *self,
                           HubNoteKind kind,
                           const char *name,
                           const char *new_name)
{
  g_return_if_fail (HUB_IS_MESSAGE_ITEM (self) && self->note != NULL);

  hub_note_add (self->note, kind, name, new_name);
  g_free (self->text);
  self->text = hub_note_to_text (self->note, FALSE);
  g_object_notify (G_OBJECT (self), "text");
}

/* But for what waits below. */
static HubMessageItem *
peek_last (HubMessageList *self)
{
  for (GList *link = self->pending.tail; link != NULL; link = link->prev)
    if (!hub_message_item_is_last (link->data))
      return link->data;
  for (guint i = self->rows->len; i > 0; i--)
    if (!hub_message_item_is_last (g_ptr_array_index (self->rows, i - 1)))
      return g_ptr_array_index (self->rows, i - 1);
  return NULL;
}

/**
 * hub_message_list_add_note:
 * @self: a list
 * @kind: what has happened
 * @name: to whom, as sent
 * @new_name: (nullable): the new name
 * @time_us: when, in microseconds since 1970, UTC
 *
 * Notes that somebody has come or gone, or has another name: in the last row, if that is one of notes, or else in a new one
 * at the end. While the end is not held it is not noted.
 */
void
hub_message_list_add_note (HubMessageList *self,
                           HubNoteKind kind,
                           const char *name,
                           const char *new_name,
                           gint64 time_us)
{
  g_autoptr (HubMessageItem) added = NULL;
  HubMessageItem *last;

  g_return_if_fail (HUB_IS_MESSAGE_LIST (self));

  if (self->is_detached)
    return;
  last = peek_last (self);
  if (last != NULL && last->note != NULL)
    {
      hub_message_item_add_note (last, kind, name, new_name);
      return;
    }
  added = hub_message_item_new_note (time_us);
  hub_message_item_add_note (added, kind, name, new_name);
  hub_message_list_append (self, added);
}
