/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "broker/wire/hub-message.h"

G_BEGIN_DECLS

/**
 * HubReplayItem:
 * @message: (owned): a retained message
 * @qos: the QoS of the delivery
 *
 * A retained message that waits to be sent because of a new subscription.
 */
typedef struct
{
  HubMessage *message;
  guint8 qos;
} HubReplayItem;

/**
 * HubReplay:
 *
 * The retained messages that wait for one client, first in, first out, each of them once: subscribing again
 * while it waits adds nothing. All zero is an empty one, and an empty one owns no memory.
 */
typedef struct
{
  /*< private >*/
  GQueue items;           /* (element-type HubReplayItem) (owned) */
  GHashTable *by_message; /* (owned) (nullable) (element-type HubMessage HubReplayItem) */
} HubReplay;

/**
 * HubReplayKeepFunc:
 * @message: a message that waits
 * @user_data: as given
 *
 * Returns: whether @message is still to be sent
 */
typedef gboolean (*HubReplayKeepFunc) (HubMessage *message, gpointer user_data);

void hub_replay_clear (HubReplay *self);
guint hub_replay_get_length (const HubReplay *self);
void hub_replay_push (HubReplay *self, HubMessage *message, guint8 qos);
const HubReplayItem *hub_replay_peek (const HubReplay *self);
HubMessage *hub_replay_pop (HubReplay *self) G_GNUC_WARN_UNUSED_RESULT;
void hub_replay_sweep (HubReplay *self, HubReplayKeepFunc keep, gpointer user_data);

G_END_DECLS
