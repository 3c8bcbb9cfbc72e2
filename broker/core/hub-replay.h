/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "broker/core/hub-queue.h"

G_BEGIN_DECLS

/**
 * HubReplay:
 *
 * The retained messages that wait for one client, first in, first out, each of them once: subscribing again
 * while it waits adds nothing but an identifier. All zero is an empty one, and an empty one owns no memory.
 */
typedef struct
{
  /*< private >*/
  GQueue items;           /* (element-type HubQueued) (owned) */
  GHashTable *by_message; /* (owned) (nullable) (element-type HubMessage GList): their links */
} HubReplay;

void hub_replay_clear (HubReplay *self);
guint hub_replay_get_length (const HubReplay *self);
void hub_replay_push (HubReplay *self, const HubQueued *item);
const HubQueued *hub_replay_peek (const HubReplay *self);
void hub_replay_pop (HubReplay *self, HubQueued *item);
gboolean hub_replay_take (HubReplay *self, const HubMessage *message, guint8 qos, HubQueued *item);
void hub_replay_sweep (HubReplay *self, HubQueuedFunc keep, gpointer user_data);

G_END_DECLS
