/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "app/messages/hub-payload.h"
#include "app/messages/hub-stamp.h"
#include "ui/model/hub-message-item.h"

G_BEGIN_DECLS

/**
 * HubEnvelope:
 * @topic: where it was published
 * @state: how far it has come
 * @stamp: (nullable): what the broker says of it, if it has recorded it
 * @is_retained: whether it came because of the subscription
 *
 * What a message has besides its payload.
 */
typedef struct
{
  const char *topic;
  HubMessageState state;
  const HubStamp *stamp;
  gboolean is_retained;
} HubEnvelope;

HubMessageItem *hub_envelope_open (const HubEnvelope *self, const HubPayload *payload, const char *own_from) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
