/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "broker/wire/hub-message.h"

G_BEGIN_DECLS

/**
 * HubQueued:
 * @message: (owned): what is to be delivered
 * @qos: the QoS of the delivery
 * @is_retain: RETAIN of the delivery
 *
 * A delivery that has not begun: it has no Packet Identifier yet.
 */
typedef struct
{
  HubMessage *message;
  guint8 qos;
  bool is_retain : 1;
} HubQueued;

/**
 * HubQueue:
 *
 * Deliveries that wait for one client, first in, first out. All zero is an empty one, and an empty one
 * owns no memory.
 */
typedef struct
{
  /*< private >*/
  HubQueued *items; /* (owned) (nullable): a ring */
  guint capacity;   /* a power of two, or 0 */
  guint first;
  guint length;
  gsize bytes;
} HubQueue;

void hub_queue_clear (HubQueue *self);
guint hub_queue_get_length (const HubQueue *self);
gsize hub_queue_get_bytes (const HubQueue *self);
gsize hub_queue_cost (const HubMessage *message);
void hub_queue_push (HubQueue *self, HubMessage *message, guint8 qos, gboolean is_retain);
const HubQueued *hub_queue_peek (const HubQueue *self);
HubMessage *hub_queue_pop (HubQueue *self) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
