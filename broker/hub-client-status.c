/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/hub-client-status-private.h"

struct _HubClientStatus
{
  char *client_id; /* (owned) */
  char *user_name; /* (owned) (nullable) */
  char *address;   /* (owned) (nullable): while it is connected */
  HubProtocol protocol;
  HubVersion version;
  gint64 connected_since_us;
  guint n_subscriptions;
  guint n_queued;
  guint n_inflight;
  guint64 n_dropped;
};

G_DEFINE_BOXED_TYPE (HubClientStatus, hub_client_status, hub_client_status_ref, hub_client_status_unref)

/*
 * hub_client_status_new:
 * @facts: how the client is
 * @protocol: what is spoken where it came in
 * @wall_us: the time since 1970, microseconds
 *
 * Returns: (transfer full): a copy of all that can be told
 */
HubClientStatus *
hub_client_status_new (const HubClientFacts *facts, HubProtocol protocol, gint64 wall_us)
{
  HubClientStatus *self = g_atomic_rc_box_new0 (HubClientStatus);

  self->client_id = g_strdup (facts->session->client_id);
  self->user_name = g_strdup (facts->session->user_name);
  self->address = g_strdup (facts->peer_name);
  self->protocol = protocol;
  self->version = facts->version;
  self->connected_since_us = facts->peer_name != NULL ? wall_us - facts->connected_us : 0;
  self->n_subscriptions = facts->n_subscriptions;
  self->n_queued = facts->n_queued;
  self->n_inflight = facts->n_inflight;
  self->n_dropped = facts->session->n_dropped;
  return self;
}

static void
clear (gpointer data)
{
  HubClientStatus *self = data;

  g_free (self->client_id);
  g_free (self->user_name);
  g_free (self->address);
}

/**
 * hub_client_status_ref:
 * @self: a status
 *
 * Thread: any.
 *
 * Returns: (transfer full): @self
 */
HubClientStatus *
hub_client_status_ref (HubClientStatus *self)
{
  return g_atomic_rc_box_acquire (self);
}

/**
 * hub_client_status_unref:
 * @self: (transfer full): a status
 *
 * Thread: any.
 */
void
hub_client_status_unref (HubClientStatus *self)
{
  g_atomic_rc_box_release_full (self, clear);
}

/**
 * hub_client_status_get_client_id:
 * @self: a status
 *
 * Returns: (transfer none): the Client Identifier
 */
const char *
hub_client_status_get_client_id (const HubClientStatus *self)
{
  return self->client_id;
}

/**
 * hub_client_status_get_user_name:
 * @self: a status
 *
 * Returns: (transfer none) (nullable): the user name of its latest connection; %NULL: it is anonymous
 */
const char *
hub_client_status_get_user_name (const HubClientStatus *self)
{
  return self->user_name;
}

/**
 * hub_client_status_get_address:
 * @self: a status
 *
 * Returns: (transfer none) (nullable): where its connection comes from, as in [callback@Hub.AuthenticateFunc]; %NULL: it is
 *   not connected
 */
const char *
hub_client_status_get_address (const HubClientStatus *self)
{
  return self->address;
}

/**
 * hub_client_status_get_protocol:
 * @self: a status
 *
 * Returns: what is spoken where its latest connection came in: %HUB_PROTOCOL_WEBSOCKETS for browsers, %HUB_PROTOCOL_MQTT for
 *   others, also for a stream that was attached
 */
HubProtocol
hub_client_status_get_protocol (const HubClientStatus *self)
{
  return self->protocol;
}

/**
 * hub_client_status_is_connected:
 * @self: a status
 *
 * Returns: whether it is connected; else it has left a session behind
 */
gboolean
hub_client_status_is_connected (const HubClientStatus *self)
{
  return self->address != NULL;
}

/**
 * hub_client_status_get_version:
 * @self: a status
 *
 * Returns: the protocol level of MQTT that it speaks: 3 for MQTT 3.1, 4 for 3.1.1, 5 for 5.0; 0: it is not connected
 */
guint
hub_client_status_get_version (const HubClientStatus *self)
{
  return self->version;
}

/**
 * hub_client_status_get_connected_since:
 * @self: a status
 *
 * Returns: since when it has been connected, in microseconds since 1970; 0: it is not
 */
gint64
hub_client_status_get_connected_since (const HubClientStatus *self)
{
  return self->connected_since_us;
}

/**
 * hub_client_status_get_n_subscriptions:
 * @self: a status
 *
 * Returns: how many subscriptions it has
 */
guint
hub_client_status_get_n_subscriptions (const HubClientStatus *self)
{
  return self->n_subscriptions;
}

/**
 * hub_client_status_get_n_queued:
 * @self: a status
 *
 * Returns: how many messages are queued for it; what is retained, and waits for a new subscription, is not counted
 */
guint
hub_client_status_get_n_queued (const HubClientStatus *self)
{
  return self->n_queued;
}

/**
 * hub_client_status_get_n_inflight:
 * @self: a status
 *
 * Returns: how many messages of QoS 1 and 2 are under way to it
 */
guint
hub_client_status_get_n_inflight (const HubClientStatus *self)
{
  return self->n_inflight;
}

/**
 * hub_client_status_get_n_dropped:
 * @self: a status
 *
 * Returns: how many messages could neither be sent to it nor wait for it, since its session has begun
 */
guint64
hub_client_status_get_n_dropped (const HubClientStatus *self)
{
  return self->n_dropped;
}
