/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "broker/core/hub-queue.h"

G_BEGIN_DECLS

/**
 * HubInflightState:
 * @HUB_INFLIGHT_WAIT_PUBACK: QoS 1, sent
 * @HUB_INFLIGHT_WAIT_PUBREC: QoS 2, sent
 * @HUB_INFLIGHT_WAIT_PUBCOMP: QoS 2, received by the client, released
 */
typedef enum
{
  HUB_INFLIGHT_FREE,
  HUB_INFLIGHT_WAIT_PUBACK,
  HUB_INFLIGHT_WAIT_PUBREC,
  HUB_INFLIGHT_WAIT_PUBCOMP,
} HubInflightState;

/**
 * HubInflightSlot:
 * @message: (owned) (nullable): the message; %NULL once it was released
 * @identifiers: (owned) (nullable): the Subscription Identifiers of the delivery
 * @store_order: the number under which it is kept in the store; 0: it is not
 * @order: grows with each delivery begun
 * @packet_id: the Packet Identifier
 * @state: what the client has to answer
 * @is_retain: RETAIN of the delivery
 *
 * A delivery at QoS 1 or 2 that has begun and is not complete.
 */
typedef struct
{
  HubMessage *message;
  HubIdentifiers *identifiers;
  guint64 store_order;
  guint32 order;
  guint16 packet_id;
  HubInflightState state : 8;
  bool is_retain : 1;
} HubInflightSlot;

/**
 * HubInflight:
 *
 * The deliveries under way to one client, found by Packet Identifier in constant time. All zero is an
 * empty one, and one that was never used owns no memory.
 */
typedef struct
{
  /*< private >*/
  HubInflightSlot *slots; /* (owned) (nullable): by packet_id modulo capacity */
  guint32 capacity;       /* a power of two, or 0 */
  guint32 length;
  guint32 next_order;
  gsize bytes; /* of the payloads that the client has not got yet */
  guint16 last_packet_id;
} HubInflight;

void hub_inflight_clear (HubInflight *self);
guint hub_inflight_get_length (const HubInflight *self);
gsize hub_inflight_get_bytes (const HubInflight *self);
guint16 hub_inflight_add (HubInflight *self, const HubQueued *item);
gboolean hub_inflight_restore (HubInflight *self, const HubQueued *item, guint16 packet_id, HubInflightState state);
HubInflightSlot *hub_inflight_find (const HubInflight *self, guint16 packet_id);
void hub_inflight_release (HubInflight *self, HubInflightSlot *slot);
void hub_inflight_remove (HubInflight *self, HubInflightSlot *slot);
GPtrArray *hub_inflight_list (const HubInflight *self) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
