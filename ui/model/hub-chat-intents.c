/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ui/model/hub-chat-state-private.h"

/* What the window asks the program for. */

enum
{
  SIGNAL_PUBLISH,
  SIGNAL_TYPING,
  SIGNAL_RETRY,
  SIGNAL_DISMISS,
  SIGNAL_JUMP,
  SIGNAL_GO_TO_DATE,
  SIGNAL_JOIN,
  SIGNAL_LEAVE,
  SIGNAL_OPEN_ROOM,
  SIGNAL_LEAVE_ROOM,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

void
hub_chat_state_install_signals (HubChatStateClass *klass)
{
  /**
   * HubChatState::publish:
   * @self: the state
   * @text: what to publish, as typed, not blank
   *
   * The user publishes @text under [property@HubChatState:name]. It is asked for in every state of the connection.
   *
   * Returns: %TRUE when somebody has taken @text; otherwise it stays where it was written
   */
  signals[SIGNAL_PUBLISH] = g_signal_new ("publish", HUB_TYPE_CHAT_STATE, G_SIGNAL_RUN_LAST, 0,
                                          g_signal_accumulator_true_handled, NULL, NULL,
                                          G_TYPE_BOOLEAN, 1, G_TYPE_STRING);
  /**
   * HubChatState::typing:
   * @self: the state
   *
   * The user goes on writing a message in [property@HubChatState:room]. It is emitted for every letter.
   */
  signals[SIGNAL_TYPING] = g_signal_new ("typing", HUB_TYPE_CHAT_STATE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                         G_TYPE_NONE, 0);
  /**
   * HubChatState::retry:
   * @self: the state
   * @item: an own message that has failed
   *
   * The user wants @item to be sent again.
   */
  signals[SIGNAL_RETRY] = g_signal_new ("retry", HUB_TYPE_CHAT_STATE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                        G_TYPE_NONE, 1, HUB_TYPE_MESSAGE_ITEM);
  /**
   * HubChatState::dismiss:
   * @self: the state
   * @item: an own message that has failed
   *
   * The user gives @item up.
   */
  signals[SIGNAL_DISMISS] = g_signal_new ("dismiss", HUB_TYPE_CHAT_STATE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                          G_TYPE_NONE, 1, HUB_TYPE_MESSAGE_ITEM);
  /**
   * HubChatState::jump:
   * @self: the state
   * @item: a message of any room, which need not be held
   *
   * The user wants to see @item among what was said around it.
   */
  signals[SIGNAL_JUMP] = g_signal_new ("jump", HUB_TYPE_CHAT_STATE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                       G_TYPE_NONE, 1, HUB_TYPE_MESSAGE_ITEM);
  /**
   * HubChatState::go-to-date:
   * @self: the state
   * @time_us: microseconds since 1970, UTC
   *
   * The user wants to see what was said in [property@HubChatState:room] from @time_us on.
   */
  signals[SIGNAL_GO_TO_DATE] = g_signal_new ("go-to-date", HUB_TYPE_CHAT_STATE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                             G_TYPE_NONE, 1, G_TYPE_INT64);
  /**
   * HubChatState::join:
   * @self: the state
   * @address: an address that [func@join_address_parse] accepts
   *
   * The user wants to join the chat at @address.
   */
  signals[SIGNAL_JOIN] = g_signal_new ("join", HUB_TYPE_CHAT_STATE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                       G_TYPE_NONE, 1, G_TYPE_STRING);
  /**
   * HubChatState::leave:
   * @self: the state
   *
   * The user leaves the joined chat and wants to host again.
   */
  signals[SIGNAL_LEAVE] = g_signal_new ("leave", HUB_TYPE_CHAT_STATE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                        G_TYPE_NONE, 0);
  /**
   * HubChatState::open-room:
   * @self: the state
   * @topic: the topic of a room
   *
   * The user wants to be in a room, and enters it unless they have.
   *
   * Returns: %TRUE when it is shown now
   */
  signals[SIGNAL_OPEN_ROOM] = g_signal_new ("open-room", HUB_TYPE_CHAT_STATE, G_SIGNAL_RUN_LAST, 0,
                                            g_signal_accumulator_true_handled, NULL, NULL,
                                            G_TYPE_BOOLEAN, 1, G_TYPE_STRING);
  /**
   * HubChatState::leave-room:
   * @self: the state
   * @topic: the topic of an entered room
   *
   * The user leaves a room, and is told no more of it.
   */
  signals[SIGNAL_LEAVE_ROOM] = g_signal_new ("leave-room", HUB_TYPE_CHAT_STATE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                             G_TYPE_NONE, 1, G_TYPE_STRING);
}

/**
 * hub_chat_state_publish:
 * @self: the state
 * @text: what to publish
 *
 * Asks for @text to be published.
 *
 * Returns: whether it was taken
 */
gboolean
hub_chat_state_publish (HubChatState *self,
                        const char *text)
{
  gboolean is_taken = FALSE;

  g_return_val_if_fail (HUB_IS_CHAT_STATE (self), FALSE);
  g_return_val_if_fail (text != NULL, FALSE);

  g_signal_emit (self, signals[SIGNAL_PUBLISH], 0, text, &is_taken);
  return is_taken;
}

/**
 * hub_chat_state_type:
 * @self: the state
 *
 * Says that the user is writing.
 */
void
hub_chat_state_type (HubChatState *self)
{
  g_return_if_fail (HUB_IS_CHAT_STATE (self));

  g_signal_emit (self, signals[SIGNAL_TYPING], 0);
}

/**
 * hub_chat_state_retry:
 * @self: the state
 * @item: an own message that has failed
 *
 * Asks for @item to be sent again.
 */
void
hub_chat_state_retry (HubChatState *self,
                      HubMessageItem *item)
{
  g_return_if_fail (HUB_IS_CHAT_STATE (self));
  g_return_if_fail (HUB_IS_MESSAGE_ITEM (item));

  g_signal_emit (self, signals[SIGNAL_RETRY], 0, item);
}

/**
 * hub_chat_state_dismiss:
 * @self: the state
 * @item: an own message that has failed
 *
 * Gives @item up.
 */
void
hub_chat_state_dismiss (HubChatState *self,
                        HubMessageItem *item)
{
  g_return_if_fail (HUB_IS_CHAT_STATE (self));
  g_return_if_fail (HUB_IS_MESSAGE_ITEM (item));

  g_signal_emit (self, signals[SIGNAL_DISMISS], 0, item);
}

/**
 * hub_chat_state_jump:
 * @self: the state
 * @item: a message of any room, which need not be held
 *
 * Asks for @item to be shown.
 */
void
hub_chat_state_jump (HubChatState *self,
                     HubMessageItem *item)
{
  g_return_if_fail (HUB_IS_CHAT_STATE (self));
  g_return_if_fail (HUB_IS_MESSAGE_ITEM (item));

  g_signal_emit (self, signals[SIGNAL_JUMP], 0, item);
}

/**
 * hub_chat_state_go_to_date:
 * @self: the state
 * @time_us: microseconds since 1970, UTC
 *
 * Asks for what was said from @time_us on.
 */
void
hub_chat_state_go_to_date (HubChatState *self,
                           gint64 time_us)
{
  g_return_if_fail (HUB_IS_CHAT_STATE (self));

  g_signal_emit (self, signals[SIGNAL_GO_TO_DATE], 0, time_us);
}

/**
 * hub_chat_state_join:
 * @self: the state
 * @address: an address that [func@join_address_parse] accepts
 *
 * Asks for the chat at @address to be joined.
 */
void
hub_chat_state_join (HubChatState *self,
                     const char *address)
{
  g_return_if_fail (HUB_IS_CHAT_STATE (self));
  g_return_if_fail (address != NULL);

  g_signal_emit (self, signals[SIGNAL_JOIN], 0, address);
}

/**
 * hub_chat_state_leave:
 * @self: the state
 *
 * Asks for the joined chat to be left.
 */
void
hub_chat_state_leave (HubChatState *self)
{
  g_return_if_fail (HUB_IS_CHAT_STATE (self));

  g_signal_emit (self, signals[SIGNAL_LEAVE], 0);
}

/**
 * hub_chat_state_open_room:
 * @self: the state
 * @topic: the topic of a room
 *
 * Asks for a room to be shown, and entered unless it is.
 *
 * Returns: whether it is shown now
 */
gboolean
hub_chat_state_open_room (HubChatState *self,
                          const char *topic)
{
  gboolean is_shown = FALSE;

  g_return_val_if_fail (HUB_IS_CHAT_STATE (self), FALSE);
  g_return_val_if_fail (topic != NULL, FALSE);

  g_signal_emit (self, signals[SIGNAL_OPEN_ROOM], 0, topic, &is_shown);
  return is_shown;
}

/**
 * hub_chat_state_leave_room:
 * @self: the state
 * @topic: the topic of an entered room
 *
 * Asks for a room to be left.
 */
void
hub_chat_state_leave_room (HubChatState *self,
                           const char *topic)
{
  g_return_if_fail (HUB_IS_CHAT_STATE (self));
  g_return_if_fail (topic != NULL);

  g_signal_emit (self, signals[SIGNAL_LEAVE_ROOM], 0, topic);
}
