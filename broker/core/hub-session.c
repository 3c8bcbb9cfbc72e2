/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/core/hub-session.h"

/**
 * hub_session_new:
 * @client_id: the Client Identifier
 *
 * Returns: (transfer full): a session without a connection or any state
 */
HubSession *
hub_session_new (const char *client_id)
{
  HubSession *self = g_new0 (HubSession, 1);

  self->client_id = g_strdup (client_id);
  return self;
}

/**
 * hub_session_free:
 * @self: (transfer full): a session that has no subscriptions, no connection and no deadline any more
 */
void
hub_session_free (HubSession *self)
{
  g_assert (self->subscriptions == NULL && self->peer == NULL);

  hub_inflight_clear (&self->inflight);
  hub_queue_clear (&self->queue);
  hub_replay_clear (&self->replay);
  hub_id_set_clear (&self->received);
  g_clear_pointer (&self->will, hub_message_unref);
  g_free (self->client_id);
  g_free (self);
}
