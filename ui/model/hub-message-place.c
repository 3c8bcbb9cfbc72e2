/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ui/model/hub-message-item-private.h"

/* Where a message stands among others, and whether it goes on with what the one above it says. */

/* Who is silent for longer than this begins anew. */
#define GROUP_PAUSE_US (5 * 60 * G_USEC_PER_SEC)

/**
 * hub_message_item_is_of_log:
 * @self: a message
 * @log: which of the logs that the host has had
 *
 * Returns: whether it has a number in that one
 */
gboolean
hub_message_item_is_of_log (HubMessageItem *self,
                            guint log)
{
  g_return_val_if_fail (HUB_IS_MESSAGE_ITEM (self), FALSE);

  return self->seq > 0 && self->log == log;
}

/**
 * hub_message_item_set_place:
 * @self: a message
 * @log: which of the logs that the host has had
 * @at: where in it: twice its number, or one more than twice that of the message which it stands behind
 *
 * Says where the message stands among others.
 */
void
hub_message_item_set_place (HubMessageItem *self,
                            guint log,
                            guint64 at)
{
  g_return_if_fail (HUB_IS_MESSAGE_ITEM (self));

  self->log = log;
  self->at = at;
}

/**
 * hub_message_item_set_place_last:
 * @self: an own message that is not sent yet
 *
 * Lets the message stand below all others, until it gets another place.
 */
void
hub_message_item_set_place_last (HubMessageItem *self)
{
  hub_message_item_set_place (self, G_MAXUINT, G_MAXUINT64);
}

/**
 * hub_message_item_is_last:
 * @self: a message
 *
 * Returns: whether it stands below all others
 */
gboolean
hub_message_item_is_last (HubMessageItem *self)
{
  g_return_val_if_fail (HUB_IS_MESSAGE_ITEM (self), FALSE);

  return self->log == G_MAXUINT;
}

/**
 * hub_message_item_compare_place:
 * @self: a message
 * @log: which of the logs that the host has had
 * @at: where in it
 *
 * Returns: less than, equal to or greater than zero when @self stands before, at or behind that place
 */
int
hub_message_item_compare_place (HubMessageItem *self,
                                guint log,
                                guint64 at)
{
  if (self->log != log)
    return self->log < log ? -1 : 1;
  return self->at < at ? -1 : self->at > at;
}

/**
 * hub_message_item_compare:
 * @self: a message
 * @other: another one
 *
 * Returns: less than, equal to or greater than zero when @self stands before, beside or behind @other
 */
int
hub_message_item_compare (HubMessageItem *self,
                          HubMessageItem *other)
{
  return hub_message_item_compare_place (self, other->log, other->at);
}

/**
 * hub_message_item_has_author_of:
 * @self: a message
 * @other: another one
 *
 * Whether both are chat messages that the same person sent under the same name. Two people of one name are
 * told apart by [property@HubMessageItem:from]. What is not a chat message has no author.
 *
 * Returns: %TRUE when the author is the same
 */
gboolean
hub_message_item_has_author_of (HubMessageItem *self,
                                HubMessageItem *other)
{
  g_return_val_if_fail (HUB_IS_MESSAGE_ITEM (self), FALSE);
  g_return_val_if_fail (HUB_IS_MESSAGE_ITEM (other), FALSE);

  return self->name != NULL && other->name != NULL &&
         self->is_own == other->is_own &&
         g_str_equal (self->name, other->name) &&
         g_strcmp0 (self->from, other->from) == 0;
}

/**
 * hub_message_item_continues:
 * @self: a message
 * @above: the one above it
 *
 * Whether both are one utterance to the eye, so that the name need not stand there again: of one author, of one day, and
 * at most five minutes apart.
 *
 * Returns: %TRUE when @self goes on with what @above says
 */
gboolean
hub_message_item_continues (HubMessageItem *self,
                            HubMessageItem *above)
{
  g_return_val_if_fail (HUB_IS_MESSAGE_ITEM (self), FALSE);
  g_return_val_if_fail (HUB_IS_MESSAGE_ITEM (above), FALSE);

  if (self->day != above->day || !hub_message_item_has_author_of (self, above))
    return FALSE;
  /* Of one day: so the difference is none to overflow. */
  return ABS (self->time_us - above->time_us) <= GROUP_PAUSE_US;
}
