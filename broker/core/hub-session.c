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
  hub_identity_init (&self->identity, self->client_id, NULL, HUB_LISTENER_NONE);
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
  hub_catch_ups_clear (&self->catch_ups);
  hub_id_set_clear (&self->received);
  g_clear_pointer (&self->will, hub_message_unref);
  g_free (self->user_name);
  g_free (self->client_id);
  g_free (self);
}

/**
 * hub_session_is_kept:
 * @self: a session
 *
 * Returns: whether all of it is kept: one that is kept for its will alone ends with its connection
 */
gboolean
hub_session_is_kept (const HubSession *self)
{
  return self->key != 0 && self->expiry_us > 0;
}

/**
 * hub_session_set_identity:
 * @self: a session
 * @user_name: (nullable): the user name; %NULL: anonymous
 * @listener: where the client has come in
 * @is_certified: whether a certificate says who it is
 *
 * Returns: whether it is somebody else to the rules of access than before
 */
gboolean
hub_session_set_identity (HubSession *self, const char *user_name, guint listener, gboolean is_certified)
{
  if (g_strcmp0 (self->user_name, user_name) == 0 && self->identity.listener == listener &&
      self->identity.is_certified == !!is_certified)
    return FALSE;

  g_free (self->user_name);
  self->user_name = g_strdup (user_name);
  hub_identity_init (&self->identity, self->client_id, self->user_name, listener);
  self->identity.is_certified = is_certified;
  return TRUE;
}
