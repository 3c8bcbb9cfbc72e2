/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "app/link/hub-link-private.h"

#include "app/link/hub-link-words.h"
#include "app/joining/hub-dial.h"

#define KEEP_ALIVE_S 60

/**
 * HubLink:
 *
 * The way to one broker, kept up: to the one of this program, or to another host. It reconnects by itself until it is
 * closed.
 */
G_DEFINE_FINAL_TYPE (HubLink, hub_link, G_TYPE_OBJECT)

static void attempt (HubLink *self);

/* For hub-link-hear.c, too. */
void
hub_link_set_state (HubLink *self, HubLinkState state, const char *problem)
{
  self->state = state;
  g_free (self->problem);
  self->problem = g_strdup (problem);
  hub_link_emit_state_changed (self);
}

static void
drop_client (HubLink *self)
{
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  if (self->client == NULL)
    return;
  g_signal_handlers_disconnect_by_data (self->client, self);
  hub_client_close (self->client);
  g_clear_object (&self->client);
}

static gboolean
retry_cb (gpointer user_data)
{
  HubLink *self = user_data;

  self->retry_id = 0;
  hub_route_choose (&self->route);
  attempt (self);
  return G_SOURCE_REMOVE;
}

/* Where somebody has to change something before it can work. */
static gboolean
is_hopeless (const GError *error)
{
  if (error == NULL)
    return FALSE;
  if (error->domain == HUB_DIAL_ERROR)
    return error->code != HUB_DIAL_ERROR_NOT_NOW;
  return g_error_matches (error, HUB_CLIENT_ERROR, HUB_CLIENT_ERROR_CREDENTIALS) ||
         g_error_matches (error, HUB_CLIENT_ERROR, HUB_CLIENT_ERROR_VERSION) ||
         g_error_matches (error, HUB_CLIENT_ERROR, HUB_CLIENT_ERROR_SENT_AWAY);
}

static void
arm_retry (HubLink *self, guint delay_ms)
{
  g_clear_handle_id (&self->retry_id, g_source_remove);
  self->retry_id = g_timeout_add (delay_ms, retry_cb, self);
  g_source_set_name_by_id (self->retry_id, "hubbub reconnect");
}

void
hub_link_retry_later (HubLink *self, const GError *error)
{
  g_autofree char *problem = hub_link_explain (error, self->route.tried);

  if (self->is_closed)
    return;
  drop_client (self);
  self->version = HUB_VERSION_5_0;
  self->is_refusing_will = FALSE;
  self->wants_password = g_error_matches (error, HUB_CLIENT_ERROR, HUB_CLIENT_ERROR_CREDENTIALS);
  self->has_stopped = self->has_stopped || g_error_matches (error, HUB_CLIENT_ERROR, HUB_CLIENT_ERROR_SHUTTING_DOWN);
  arm_retry (self, hub_backoff_next (&self->backoff, is_hopeless (error), g_random_double ()));
  hub_link_set_state (self, HUB_LINK_WAITING, problem);
}

/* There is news of the host, or of the network: it is tried again soon, but not at each of many changes. */
static void
retry_soon (HubLink *self)
{
  if (self->retry_id == 0)
    return;
  hub_backoff_reset (&self->backoff);
  arm_retry (self, hub_backoff_next (&self->backoff, FALSE, g_random_double ()));
}

/* Who does not speak MQTT 5.0 is asked again in 3.1.1, at once. Some say so, some only hang up. */
static gboolean
fall_back (HubLink *self, const GError *error)
{
  if (self->version != HUB_VERSION_5_0)
    return FALSE;
  if (!g_error_matches (error, HUB_CLIENT_ERROR, HUB_CLIENT_ERROR_VERSION) &&
      !g_error_matches (error, HUB_CLIENT_ERROR, HUB_CLIENT_ERROR_HUNG_UP))
    return FALSE;
  self->version = HUB_VERSION_3_1_1;
  drop_client (self);
  attempt (self);
  return TRUE;
}

/* Rules may forbid to publish where the will goes, and brokers to retain anything: then one is not told of. Whoever refuses
 * us for another reason does it once more. */
static gboolean
go_without_will (HubLink *self, const GError *error)
{
  if (self->is_refusing_will || self->is_accepted)
    return FALSE;
  if (!g_error_matches (error, HUB_CLIENT_ERROR, HUB_CLIENT_ERROR_CREDENTIALS) &&
      !g_error_matches (error, HUB_CLIENT_ERROR, HUB_CLIENT_ERROR_PROTOCOL))
    return FALSE;
  self->is_refusing_will = TRUE;
  drop_client (self);
  attempt (self);
  return TRUE;
}

static void
closed_cb (HubLink *self, const GError *error)
{
  if (!self->is_closed && (fall_back (self, error) || go_without_will (self, error)))
    return;
  hub_link_retry_later (self, error);
}

static void
open_client (HubLink *self, GIOStream *stream)
{
  g_autofree char *presence = g_strconcat (HUB_LINK_PRESENCE, self->client_id, NULL);
  const char *user_name = self->route.tried != NULL ? self->route.tried->user_name : NULL;
  const char *password = self->route.tried != NULL ? self->route.tried->password : NULL;
  /* Whoever is cut off has gone: the will takes the presence back. */
  HubConnect connect = {
    .has_will = !self->is_refusing_will,
    .will_retain = TRUE,
    .will_qos = 1,
    .will_topic = hub_span_from_string (presence),
    .version = self->version,
    .client_id = hub_span_from_string (self->client_id),
    .has_username = user_name != NULL,
    .username = hub_span_from_string (user_name != NULL ? user_name : ""),
    .has_password = password != NULL,
    .password = hub_span_from_string (password != NULL ? password : ""),
    .keep_alive_s = self->host != NULL ? 0 : KEEP_ALIVE_S,
    .is_clean = TRUE,
  };

  self->is_accepted = FALSE;
  self->client = hub_client_new ();
  hub_link_hear (self);
  g_signal_connect_swapped (self->client, "closed", G_CALLBACK (closed_cb), self);
  hub_client_open (self->client, stream, &connect);
}

static void
dialled_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (HubLink) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GSocketAddress) peer = NULL;
  g_autoptr (GIOStream) stream = hub_dial_finish (result, &peer, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) || self->is_closed)
    return;
  if (stream == NULL)
    {
      hub_link_retry_later (self, error);
      return;
    }
  g_set_object (&self->route.peer, peer);
  open_client (self, stream);
}

static void
attempt (HubLink *self)
{
  g_autoptr (GError) error = NULL;

  /* While it only tries again, people see the reason, not a flicker. */
  if (self->problem == NULL)
    hub_link_set_state (self, HUB_LINK_CONNECTING, NULL);

  if (self->host != NULL)
    {
      g_autoptr (GIOStream) stream = hub_host_connect (self->host, &error);

      if (stream != NULL)
        open_client (self, stream);
      else
        hub_link_retry_later (self, error);
    }
  else
    {
      self->cancellable = g_cancellable_new ();
      hub_dial_async (self->route.tried, HUB_DIAL_TIMEOUT_MS, self->cancellable, dialled_cb, g_object_ref (self));
    }
}

static void
hub_link_dispose (GObject *object)
{
  hub_link_close (HUB_LINK (object));
  G_OBJECT_CLASS (hub_link_parent_class)->dispose (object);
}

static void
hub_link_finalize (GObject *object)
{
  HubLink *self = HUB_LINK (object);

  g_clear_object (&self->host);
  hub_route_clear (&self->route);
  g_free (self->client_id);
  g_free (self->problem);
  G_OBJECT_CLASS (hub_link_parent_class)->finalize (object);
}

static void
hub_link_class_init (HubLinkClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = hub_link_dispose;
  object_class->finalize = hub_link_finalize;

  hub_link_install_signals (object_class);
}

static void
hub_link_init (HubLink *self)
{
  self->client_id = g_strdup_printf ("hub%08x%08x%04x",
                                     g_random_int (),
                                     g_random_int (),
                                     (guint) g_random_int_range (0, G_MAXUINT16 + 1));
  self->version = HUB_VERSION_5_0;
  self->state = HUB_LINK_CONNECTING;
}

/* In order one goes without the will. At QoS 0, since a message of QoS 1 may have to wait for others. */
static void
take_back_presence (HubLink *self)
{
  g_autofree char *topic = g_strconcat (HUB_LINK_PRESENCE, self->client_id, NULL);
  g_autoptr (GBytes) nothing = g_bytes_new (NULL, 0);

  if (self->state == HUB_LINK_CONNECTED && !self->is_refusing_will && hub_client_is_connected (self->client))
    hub_client_publish (self->client, topic, nothing, 0, TRUE);
}

/**
 * hub_link_new_local:
 * @host: a started host
 *
 * Returns: (transfer full): a link to the broker of this program
 */
HubLink *
hub_link_new_local (HubHost *host)
{
  HubLink *self = g_object_new (HUB_TYPE_LINK, NULL);

  self->host = g_object_ref (host);
  return self;
}

/* The way to the host may be gone without a word, or be there again. */
static void
network_changed_cb (HubLink *self)
{
  hub_link_probe (self);
  retry_soon (self);
}

/**
 * hub_link_new_remote:
 * @address: where the other host is
 *
 * Returns: (transfer full): a link to another host
 */
HubLink *
hub_link_new_remote (HubJoinAddress *address)
{
  HubLink *self = g_object_new (HUB_TYPE_LINK, NULL);

  hub_route_init (&self->route, address);
  g_signal_connect_object (g_network_monitor_get_default (),
                           "network-changed",
                           G_CALLBACK (network_changed_cb),
                           self,
                           G_CONNECT_SWAPPED);
  return self;
}

/**
 * hub_link_start:
 * @self: a link
 *
 * Connects, and stays connected as well as it can.
 */
void
hub_link_start (HubLink *self)
{
  g_return_if_fail (HUB_IS_LINK (self) && self->client == NULL);

  attempt (self);
}

/**
 * hub_link_probe:
 * @self: a link
 *
 * Asks the host, if the link is connected, whether it is still there: there is reason to doubt it.
 */
void
hub_link_probe (HubLink *self)
{
  g_return_if_fail (HUB_IS_LINK (self));

  if (self->client != NULL)
    hub_client_probe (self->client);
}

/**
 * hub_link_set_detour:
 * @self: a link to another host
 * @detour: (nullable): where the same host may be found, too
 *
 * Says where to look for the host while the link waits for the next attempt: there and where it was in turns, and soon. At other
 * times it is not heard.
 */
void
hub_link_set_detour (HubLink *self, HubJoinAddress *detour)
{
  g_return_if_fail (HUB_IS_LINK (self));

  /* Not while it is looked for somewhere. */
  if (self->retry_id != 0 && hub_route_set_detour (&self->route, detour) && detour != NULL)
    retry_soon (self);
}

/**
 * hub_link_get_address:
 * @self: a link
 *
 * Returns: (transfer none) (nullable): where the other host is looked for first, which is where it was found last; %NULL for
 *   the broker of this program
 */
HubJoinAddress *
hub_link_get_address (HubLink *self)
{
  g_return_val_if_fail (HUB_IS_LINK (self), NULL);

  return self->route.address;
}

/**
 * hub_link_get_peer:
 * @self: a connected link
 *
 * Returns: (transfer none) (nullable): where the other host is
 */
GSocketAddress *
hub_link_get_peer (HubLink *self)
{
  g_return_val_if_fail (HUB_IS_LINK (self), NULL);

  return self->route.peer;
}

/**
 * hub_link_get_state:
 * @self: a link
 *
 * Returns: how it stands
 */
HubLinkState
hub_link_get_state (HubLink *self)
{
  g_return_val_if_fail (HUB_IS_LINK (self), HUB_LINK_WAITING);

  return self->state;
}

/**
 * hub_link_get_problem:
 * @self: a link
 *
 * Returns: (transfer none) (nullable): why it is not connected, in a sentence for people; %NULL before the first attempt
 *   has failed
 */
const char *
hub_link_get_problem (HubLink *self)
{
  g_return_val_if_fail (HUB_IS_LINK (self), NULL);

  return self->problem;
}

/**
 * hub_link_get_wants_password:
 * @self: a link
 *
 * Returns: whether it is not connected because the broker wants another user name or password, or any
 */
gboolean
hub_link_get_wants_password (HubLink *self)
{
  g_return_val_if_fail (HUB_IS_LINK (self), FALSE);

  return self->wants_password;
}

/**
 * hub_link_get_has_stopped:
 * @self: a link that is not connected
 *
 * Returns: whether the host has said that it stops, and was not reached since
 */
gboolean
hub_link_get_has_stopped (HubLink *self)
{
  g_return_val_if_fail (HUB_IS_LINK (self), FALSE);

  return self->has_stopped;
}

/**
 * hub_link_get_is_hubbub:
 * @self: a link
 *
 * Returns: whether the broker that was reached last is one of Hubbub's, and keeps the rules of those
 */
gboolean
hub_link_get_is_hubbub (HubLink *self)
{
  g_return_val_if_fail (HUB_IS_LINK (self), FALSE);

  return self->is_hubbub;
}

/**
 * hub_link_dup_http_url:
 * @self: a connected link
 *
 * Returns: (transfer full) (nullable): where the broker can be asked for its log: a URL without a path, with user name and
 *   password where there are some; %NULL when it has not said so, or cannot be asked as safely as it was joined
 */
char *
hub_link_dup_http_url (HubLink *self)
{
  g_return_val_if_fail (HUB_IS_LINK (self), NULL);

  if (self->host != NULL)
    return hub_host_dup_own_url (self->host);
  return hub_route_dup_http_url (&self->route, hub_link_find_http_port (self));
}

/**
 * hub_link_takes:
 * @self: a link
 * @topic: a valid Topic Name
 * @payload: the Application Message
 *
 * Returns: %FALSE when the broker has said that a message as long as this is too long for it
 */
gboolean
hub_link_takes (HubLink *self, const char *topic, GBytes *payload)
{
  g_return_val_if_fail (HUB_IS_LINK (self), FALSE);

  return self->client == NULL || hub_client_takes (self->client, topic, payload, 1);
}

/**
 * hub_link_get_payload_max:
 * @self: a link
 * @topic: a valid Topic Name
 *
 * Returns: the largest Application Message that hub_link_takes() is true for, bytes; %G_MAXSIZE for any
 */
gsize
hub_link_get_payload_max (HubLink *self, const char *topic)
{
  g_return_val_if_fail (HUB_IS_LINK (self), 0);

  return self->client == NULL ? G_MAXSIZE : hub_client_get_payload_max (self->client, topic, 1);
}

/**
 * hub_link_publish:
 * @self: a connected link
 * @topic: a valid Topic Name
 * @payload: the Application Message
 * @qos: 0 or 1
 * @is_retained: whether the broker is to keep it for later subscribers
 *
 * Returns: the Packet Identifier that [signal@Hub.Link::acknowledged] will name; 0 at QoS 0, and when the link is not
 *   connected
 */
guint16
hub_link_publish (HubLink *self, const char *topic, GBytes *payload, guint8 qos, gboolean is_retained)
{
  g_return_val_if_fail (HUB_IS_LINK (self), 0);

  if (self->state != HUB_LINK_CONNECTED || !hub_client_is_connected (self->client))
    return 0;
  return hub_client_publish (self->client, topic, payload, qos, is_retained);
}

/**
 * hub_link_get_client_id:
 * @self: a link
 *
 * Returns: (transfer none): the Client Identifier, the same on every connection
 */
const char *
hub_link_get_client_id (HubLink *self)
{
  g_return_val_if_fail (HUB_IS_LINK (self), NULL);

  return self->client_id;
}

/**
 * hub_link_get_has_rooms:
 * @self: a connected link
 *
 * Returns: whether the broker lets us into all rooms; else only into that of everybody
 */
gboolean
hub_link_get_has_rooms (HubLink *self)
{
  g_return_val_if_fail (HUB_IS_LINK (self), FALSE);

  return self->has_rooms;
}

/**
 * hub_link_get_has_will:
 * @self: a connected link
 *
 * Returns: whether the broker tells the others when we are cut off; else it shall not know that we are here either
 */
gboolean
hub_link_get_has_will (HubLink *self)
{
  g_return_val_if_fail (HUB_IS_LINK (self), FALSE);

  return !self->is_refusing_will;
}

/**
 * hub_link_close:
 * @self: a link
 *
 * Says goodbye. Nothing is signalled any more.
 */
void
hub_link_close (HubLink *self)
{
  g_return_if_fail (HUB_IS_LINK (self));

  self->is_closed = TRUE;
  g_clear_handle_id (&self->retry_id, g_source_remove);
  if (self->client != NULL)
    take_back_presence (self);
  drop_client (self);
}
