/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "broker/wire/hub-packet.h"

G_BEGIN_DECLS

/**
 * HubMessage:
 * @topic: the Topic Name
 * @payload: the Application Message
 * @qos: the QoS it was published with
 * @is_retain: whether it was published with RETAIN
 * @plain: the whole message as the PUBLISH of MQTT 3.x at QoS 0; @topic and @payload lie inside
 *
 * A published message: one immutable, reference-counted block that all receivers share. What a
 * receiver needs of its own is only the head: packet identifier, flags, and nothing else in 3.x.
 */
typedef struct
{
  HubSpan topic;
  HubSpan payload;
  HubSpan plain;
  guint8 qos;
  bool is_retain : 1;
  /*< private >*/
  guint8 bytes[];
} HubMessage;

/**
 * HubDelivery:
 * @packet_id: 0 at QoS 0
 * @qos: the QoS of the delivery
 * @is_retain: RETAIN
 * @is_dup: DUP
 *
 * What one receiver's PUBLISH has of its own.
 */
typedef struct
{
  guint16 packet_id;
  guint8 qos;
  bool is_retain : 1;
  bool is_dup : 1;
} HubDelivery;

HubMessage *hub_message_new (const HubPublish *publish) G_GNUC_WARN_UNUSED_RESULT;
HubMessage *hub_message_ref (HubMessage *self);
void hub_message_unref (HubMessage *self);

gsize hub_message_packet_size (const HubMessage *self, HubVersion version, const HubDelivery *delivery);
gsize hub_message_write_head (const HubMessage *self, HubVersion version, const HubDelivery *delivery, guint8 *out);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HubMessage, hub_message_unref)

G_END_DECLS
