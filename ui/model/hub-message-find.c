/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ui/model/hub-message-list-private.h"

/* What a list of messages holds already, shown or only collected. */

static gboolean
is_anonymous (HubMessageItem *item,
              const char *topic,
              const char *text)
{
  return hub_message_item_get_id (item) == NULL && g_strcmp0 (hub_message_item_get_topic (item), topic) == 0 &&
         g_strcmp0 (hub_message_item_get_text (item), text) == 0;
}

static gboolean
is_retained (HubMessageItem *item,
             const char *topic,
             const char *text)
{
  return hub_message_item_get_is_retained (item) && hub_message_item_get_seq (item) == 0 && is_anonymous (item, topic, text);
}

/* A retained message comes without its number when the host has been started anew meanwhile: it is told by its text. */
HubMessageItem *
hub_message_list_find_retained (HubMessageList *self,
                                HubMessageItem *item)
{
  const char *topic = hub_message_item_get_topic (item);
  const char *text = hub_message_item_get_text (item);

  if (hub_message_item_get_id (item) != NULL || hub_message_item_get_seq (item) == 0)
    return NULL;
  for (guint i = 0; i < self->rows->len; i++)
    if (is_retained (g_ptr_array_index (self->rows, i), topic, text))
      return g_ptr_array_index (self->rows, i);
  for (GList *at = self->pending.head; at != NULL; at = at->next)
    if (is_retained (at->data, topic, text))
      return at->data;
  return NULL;
}

/* The one held that is this very message. */
HubMessageItem *
hub_message_list_find_held (HubMessageList *self,
                            HubMessageItem *item)
{
  HubMessageItem *held = hub_message_index_find_id (self->index,
                                                    hub_message_item_get_topic (item),
                                                    hub_message_item_get_id (item));

  if (held == NULL)
    held = hub_message_index_find_seq (self->index, hub_message_item_get_seq (item));
  return held;
}

/**
 * hub_message_list_find_by_id:
 * @self: a list
 * @topic: (nullable): a topic
 * @id: (nullable): an id; %NULL finds nothing
 *
 * Finds a message, whether it is shown already or only collected.
 *
 * Complexity: O(1).
 *
 * Returns: (nullable) (transfer none): the message
 */
HubMessageItem *
hub_message_list_find_by_id (HubMessageList *self,
                             const char *topic,
                             const char *id)
{
  g_return_val_if_fail (HUB_IS_MESSAGE_LIST (self), NULL);

  return hub_message_index_find_id (self->index, topic, id);
}

/**
 * hub_message_list_get_last_own:
 * @self: a list
 *
 * Complexity: O(messages).
 *
 * Returns: (nullable) (transfer none): what the user has said last, shown already or only collected; %NULL when nothing is held
 */
const char *
hub_message_list_get_last_own (HubMessageList *self)
{
  g_return_val_if_fail (HUB_IS_MESSAGE_LIST (self), NULL);

  for (GList *at = self->pending.tail; at != NULL; at = at->prev)
    if (hub_message_item_get_is_own (at->data))
      return hub_message_item_get_text (at->data);
  for (guint i = self->rows->len; i > 0; i--)
    if (hub_message_item_get_is_own (g_ptr_array_index (self->rows, i - 1)))
      return hub_message_item_get_text (g_ptr_array_index (self->rows, i - 1));
  return NULL;
}

/**
 * hub_message_list_has_anonymous:
 * @self: a list
 * @topic: (nullable): a topic
 * @text: what a message says
 *
 * Whether a message without an id says just this, shown already or only collected.
 *
 * Complexity: O(messages).
 *
 * Returns: %TRUE when there is one
 */
gboolean
hub_message_list_has_anonymous (HubMessageList *self,
                                const char *topic,
                                const char *text)
{
  g_return_val_if_fail (HUB_IS_MESSAGE_LIST (self), FALSE);

  for (guint i = 0; i < self->rows->len; i++)
    if (is_anonymous (g_ptr_array_index (self->rows, i), topic, text))
      return TRUE;
  for (GList *at = self->pending.head; at != NULL; at = at->next)
    if (is_anonymous (at->data, topic, text))
      return TRUE;
  return FALSE;
}
