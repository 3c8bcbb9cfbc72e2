/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "broker/core/hub-identifiers.h"
#include "broker/wire/hub-message.h"

G_BEGIN_DECLS

/**
 * HubQueued:
 * @message: (owned): what is to be delivered
 * @identifiers: (owned) (nullable): the Subscription Identifiers of the delivery
 * @order: the number under which it is kept in the store; 0: it is not
 * @qos: the QoS of the delivery
 * @is_retain: RETAIN of the delivery
 *
 * A delivery that has not begun: it has no Packet Identifier yet.
 */
typedef struct
{
  HubMessage *message;
  HubIdentifiers *identifiers;
  guint64 order;
  guint8 qos;
  bool is_retain : 1;
} HubQueued;

/**
 * HubQueuedFunc:
 * @item: a delivery that waits
 * @user_data: as given
 *
 * Returns: whether @item is to go on waiting
 */
typedef gboolean (*HubQueuedFunc) (const HubQueued *item, gpointer user_data);

void hub_queued_clear (HubQueued *self);

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
  guint n_qos_0;
  gsize bytes;
  gint64 expires_us; /* nothing expires before */
} HubQueue;

void hub_queue_clear (HubQueue *self);
guint hub_queue_get_length (const HubQueue *self);
gsize hub_queue_get_bytes (const HubQueue *self);
gboolean hub_queue_has_qos_0 (const HubQueue *self);
gsize hub_queue_cost (const HubMessage *message);
void hub_queue_push (HubQueue *self, const HubQueued *item);
const HubQueued *hub_queue_peek (const HubQueue *self);
void hub_queue_pop (HubQueue *self, HubQueued *item);
void hub_queue_visit (const HubQueue *self, HubQueuedFunc func, gpointer user_data);
gboolean hub_queue_may_expire (const HubQueue *self, gint64 now_us);
guint hub_queue_sweep (HubQueue *self, HubQueuedFunc keep, gpointer user_data);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (HubQueued, hub_queued_clear)

G_END_DECLS
