/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "app/messages/hub-envelope.h"

/* A clock that is off by more than this is not believed. */
#define TIME_TRUST_US G_TIME_SPAN_DAY

/**
 * hub_envelope_open:
 * @self: what came with it
 * @payload: what is in it, anything but %HUB_PAYLOAD_NOTHING
 * @own_from: what tells this installation from others
 *
 * Makes the row of a message. Shown is when the host has recorded it, or else what the payload says, if one can believe it.
 *
 * Returns: (transfer full): the row
 */
HubMessageItem *
hub_envelope_open (const HubEnvelope *self, const HubPayload *payload, const char *own_from)
{
  gint64 now_us = g_get_real_time ();
  gint64 time_us = payload->has_time ? payload->time_ms * 1000 : now_us;
  gint64 trusted_us = ABS (now_us - time_us) <= TIME_TRUST_US ? time_us : now_us;
  HubMessageParams params = {
    .name = payload->kind == HUB_PAYLOAD_CHAT ? (payload->name != NULL ? payload->name : "") : NULL,
    .text = payload->message,
    .time_us = self->stamp != NULL ? self->stamp->time_ms * 1000 : trusted_us,
    .is_own = g_strcmp0 (payload->from, own_from) == 0,
    .state = self->state,
    .id = payload->id,
    .from = payload->from,
    .topic = self->topic,
    .seq = self->stamp != NULL ? self->stamp->seq : 0,
    .is_retained = self->is_retained,
  };

  return hub_message_item_new (&params);
}
