/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ui/model/hub-message-list-private.h"

/* The message that somebody wants to see, among those around it. */

/* One without id and number is known by itself only. */
static HubMessageItem *
find (HubMessageList *self,
      HubMessageItem *item)
{
  HubMessageItem *held = hub_message_list_find_held (self, item);

  return held == NULL && g_ptr_array_find (self->rows, item, NULL) ? item : held;
}

void
hub_message_list_reveal_target (HubMessageList *self)
{
  HubMessageItem *held = self->target != NULL ? find (self, self->target) : NULL;

  if (held == NULL || !g_ptr_array_find (self->rows, held, NULL))
    return;
  g_clear_object (&self->target);
  hub_message_list_emit_revealed (self, held);
}

/**
 * hub_message_list_reveal:
 * @self: a list
 * @item: (nullable): a message, which may be of elsewhere: its topic and id, or its number, tell which one it is; %NULL:
 *   nothing is to be shown any more
 *
 * Asks for the row of @item to be shown: at once where there is one, else with the flush that brings it. See
 * [signal@HubMessageList::revealed].
 *
 * Complexity: O(rows).
 *
 * Returns: whether it is held, shown or collected; else somebody has to add it
 */
gboolean
hub_message_list_reveal (HubMessageList *self,
                         HubMessageItem *item)
{
  g_return_val_if_fail (HUB_IS_MESSAGE_LIST (self), FALSE);
  g_return_val_if_fail (item == NULL || HUB_IS_MESSAGE_ITEM (item), FALSE);

  g_set_object (&self->target, item);
  if (item == NULL || find (self, item) == NULL)
    return FALSE;
  hub_message_list_reveal_target (self);
  return TRUE;
}
