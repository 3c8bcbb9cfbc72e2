/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/hub-broker-private.h"

#include "broker/hub-client-status-private.h"

/* What a broker that runs tells, of itself or because it was asked, and how somebody is sent away. */

typedef enum
{
  SIGNAL_TURNED_AWAY,
  SIGNAL_STORE_FAILED,
  SIGNAL_CLIENT_CONNECTED,
  SIGNAL_CLIENT_DISCONNECTED,
  SIGNAL_MESSAGE_PUBLISHED,
  SIGNAL_MESSAGE_DROPPED,
} HubBrokerSignal;

static guint signals[SIGNAL_MESSAGE_DROPPED + 1];

static void
tell_client (HubBroker *self, const HubEvent *event)
{
  if (event->is_connected)
    g_signal_emit (self, signals[SIGNAL_CLIENT_CONNECTED], 0, event->client_id, event->user_name, event->address);
  else
    g_signal_emit (self, signals[SIGNAL_CLIENT_DISCONNECTED], 0, event->client_id, event->user_name);
}

/*
 * hub_broker_tell:
 * @event: what has happened
 * @user_data: a broker
 */
void
hub_broker_tell (const HubEvent *event, gpointer user_data)
{
  g_autoptr (HubBroker) self = g_object_ref (user_data);

  if ((self->observed & event->kind) == 0)
    return;
  switch (event->kind)
    {
    case HUB_OBSERVED_CLIENTS:
      tell_client (self, event);
      break;
    case HUB_OBSERVED_PUBLISHED:
      g_signal_emit (self,
                     signals[SIGNAL_MESSAGE_PUBLISHED],
                     0,
                     event->topic,
                     event->payload,
                     event->client_id,
                     (guint) event->qos,
                     event->is_retain);
      break;
    case HUB_OBSERVED_DROPPED:
      g_signal_emit (self, signals[SIGNAL_MESSAGE_DROPPED], 0, event->topic, event->client_id, (guint) event->qos);
      break;
    case HUB_OBSERVED_NOTHING:
    default:
      g_assert_not_reached ();
    }
}

/*
 * hub_broker_install_signals:
 * @object_class: the class of brokers
 */
void
hub_broker_install_signals (GObjectClass *object_class)
{
  GType type = G_OBJECT_CLASS_TYPE (object_class);

  /**
   * HubBroker::turned-away:
   * @self: the broker
   * @address: who it was: an IP address and a port
   *
   * Emitted when a peer from outside the local network was not let in.
   */
  signals[SIGNAL_TURNED_AWAY] =
    g_signal_new ("turned-away", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);

  /**
   * HubBroker::store-failed:
   * @self: the broker
   * @reason: why, in one sentence without a full stop
   *
   * Emitted when what should be kept is not kept any more until the broker is started again; before the start is over when
   * nothing can be kept at all and the broker goes on without.
   */
  signals[SIGNAL_STORE_FAILED] =
    g_signal_new ("store-failed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);

  /**
   * HubBroker::client-connected:
   * @self: the broker
   * @client_id: its Client Identifier
   * @user_name: (nullable): its user name
   * @address: where it comes from, as in [callback@Hub.AuthenticateFunc]
   *
   * Emitted when a client was let in, if [method@Hub.Broker.observe] asks for it.
   */
  signals[SIGNAL_CLIENT_CONNECTED] = g_signal_new ("client-connected",
                                                   type,
                                                   G_SIGNAL_RUN_LAST,
                                                   0,
                                                   NULL,
                                                   NULL,
                                                   NULL,
                                                   G_TYPE_NONE,
                                                   3,
                                                   G_TYPE_STRING,
                                                   G_TYPE_STRING,
                                                   G_TYPE_STRING);

  /**
   * HubBroker::client-disconnected:
   * @self: the broker
   * @client_id: its Client Identifier
   * @user_name: (nullable): its user name
   *
   * Emitted when the connection of a client has ended, whatever the reason, if [method@Hub.Broker.observe] asks for it.
   */
  signals[SIGNAL_CLIENT_DISCONNECTED] = g_signal_new ("client-disconnected",
                                                      type,
                                                      G_SIGNAL_RUN_LAST,
                                                      0,
                                                      NULL,
                                                      NULL,
                                                      NULL,
                                                      G_TYPE_NONE,
                                                      2,
                                                      G_TYPE_STRING,
                                                      G_TYPE_STRING);

  /**
   * HubBroker::message-published:
   * @self: the broker
   * @topic: its Topic Name
   * @payload: the Application Message
   * @client_id: (nullable): who has published it
   * @qos: the QoS that it was published with
   * @retain: whether it was published with RETAIN
   *
   * Emitted when a message was accepted, a will too, if [method@Hub.Broker.observe] asks for it. What the broker tells of
   * itself below `$SYS` is not among them.
   */
  signals[SIGNAL_MESSAGE_PUBLISHED] = g_signal_new ("message-published",
                                                    type,
                                                    G_SIGNAL_RUN_LAST,
                                                    0,
                                                    NULL,
                                                    NULL,
                                                    NULL,
                                                    G_TYPE_NONE,
                                                    5,
                                                    G_TYPE_STRING,
                                                    G_TYPE_BYTES,
                                                    G_TYPE_STRING,
                                                    G_TYPE_UINT,
                                                    G_TYPE_BOOLEAN);

  /**
   * HubBroker::message-dropped:
   * @self: the broker
   * @topic: its Topic Name
   * @client_id: who does not get it
   * @qos: the QoS that it was published with
   *
   * Emitted when a limit has made a delivery impossible, if [method@Hub.Broker.observe] asks for it: the client does not read
   * fast enough, has too much waiting, or takes no packet of that size.
   */
  signals[SIGNAL_MESSAGE_DROPPED] = g_signal_new ("message-dropped",
                                                  type,
                                                  G_SIGNAL_RUN_LAST,
                                                  0,
                                                  NULL,
                                                  NULL,
                                                  NULL,
                                                  G_TYPE_NONE,
                                                  3,
                                                  G_TYPE_STRING,
                                                  G_TYPE_STRING,
                                                  G_TYPE_UINT);
}

typedef struct
{
  HubHall *hall;
  HubObserved what;
} Change;

static gboolean
observe_cb (gpointer data)
{
  Change *change = data;
  HubHall *hall = change->hall;

  hub_observer_set (hall->observer, change->what);
  if (hall->server != NULL)
    hub_server_set_observer (hall->server, change->what != 0 ? &hub_observer_funcs : NULL, hall->observer);
  return G_SOURCE_REMOVE;
}

/**
 * hub_broker_observe:
 * @self: a broker
 * @what: what it tells of from now on
 *
 * Says which of its signals are emitted; nothing is collected for the others. Who looks on can neither prevent anything nor
 * hold it up: where 4,096 events wait for the main context, or 8 MiB of them, what happens is left out, and
 * [method@Hub.Broker.get_n_unobserved] says how often.
 */
void
hub_broker_observe (HubBroker *self, HubObserved what)
{
  Change *change;

  g_return_if_fail (HUB_IS_BROKER (self));

  self->observed = what;
  if (self->hall == NULL)
    return;
  change = g_new0 (Change, 1);
  change->hall = self->hall;
  change->what = what;
  hub_hall_send (self->hall, observe_cb, change, g_free);
}

/**
 * hub_broker_get_n_unobserved:
 * @self: a broker
 *
 * Returns: how many events were left out since @self was made, because too many waited
 */
guint
hub_broker_get_n_unobserved (HubBroker *self)
{
  g_return_val_if_fail (HUB_IS_BROKER (self), 0);

  return hub_observer_get_n_missed (self->observer);
}

static gboolean
check_running (HubBroker *self, GTask *task)
{
  if (self->is_running)
    return TRUE;
  g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_CLOSED, "the broker does not run");
  return FALSE;
}

typedef struct
{
  const HubServer *server;
  GPtrArray *list;
  gint64 wall_us;
} Listing;

static void
facts_cb (const HubClientFacts *facts, gpointer user_data)
{
  const Listing *listing = user_data;

  HubProtocol protocol = hub_server_get_protocol (listing->server, facts->session->identity.listener);

  g_ptr_array_add (listing->list, hub_client_status_new (facts, protocol, listing->wall_us));
}

static gpointer
list_clients (HubServer *server, gpointer data)
{
  Listing listing = {
    .server = server,
    .list = g_ptr_array_new_with_free_func ((GDestroyNotify) hub_client_status_unref),
    .wall_us = g_get_real_time (),
  };

  hub_server_list_clients (server, facts_cb, &listing);
  return listing.list;
}

/**
 * hub_broker_list_clients_async:
 * @self: a broker
 * @cancellable: (nullable): forgets the answer
 * @callback: (scope async): called with the answer
 * @user_data: for @callback
 *
 * Asks how each client is.
 */
void
hub_broker_list_clients_async (HubBroker *self,
                               GCancellable *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (HUB_IS_BROKER (self));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, hub_broker_list_clients_async);
  if (check_running (self, task))
    hub_broker_ask (self, g_steal_pointer (&task), list_clients, NULL, NULL, (GDestroyNotify) g_ptr_array_unref);
}

/**
 * hub_broker_list_clients_finish:
 * @self: a broker
 * @result: as handed to the callback
 * @error: return location
 *
 * Returns: (transfer container) (element-type HubClientStatus): each client that has a session, with or without a
 *   connection, in no order; or %NULL with @error set: %G_IO_ERROR_CLOSED when the broker does not run
 */
GPtrArray *
hub_broker_list_clients_finish (HubBroker *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

static gpointer
count_sessions (HubServer *server, gpointer data)
{
  return GUINT_TO_POINTER (hub_server_count_sessions (server));
}

/**
 * hub_broker_count_sessions_async: (skip)
 * @self: a broker
 * @cancellable: (nullable): forgets the answer
 * @callback: (scope async): called with the answer
 * @user_data: for @callback
 *
 * Asks how many clients have a session: what [method@Hub.Broker.list_clients_async] would list, at no cost.
 */
void
hub_broker_count_sessions_async (HubBroker *self,
                                 GCancellable *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (HUB_IS_BROKER (self));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, hub_broker_count_sessions_async);
  if (check_running (self, task))
    hub_broker_ask (self, g_steal_pointer (&task), count_sessions, NULL, NULL, NULL);
}

/**
 * hub_broker_count_sessions_finish: (skip)
 * @self: a broker
 * @result: as handed to the callback
 * @count: (out): how many there are
 * @error: return location
 *
 * Returns: %FALSE with @error set: %G_IO_ERROR_CLOSED when the broker does not run
 */
gboolean
hub_broker_count_sessions_finish (HubBroker *self, GAsyncResult *result, guint *count, GError **error)
{
  GError *local_error = NULL;

  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  *count = GPOINTER_TO_UINT (g_task_propagate_pointer (G_TASK (result), &local_error));
  if (local_error == NULL)
    return TRUE;
  g_propagate_error (error, local_error);
  return FALSE;
}

/* The answer to an errand is the error that has prevented it. */
static gboolean
finish_errand (GAsyncResult *result, GError **error)
{
  GError *local_error = NULL;
  GError *answer = g_task_propagate_pointer (G_TASK (result), &local_error);

  if (local_error == NULL)
    local_error = answer;
  if (local_error == NULL)
    return TRUE;
  g_propagate_error (error, local_error);
  return FALSE;
}

/* %NULL: it was sent away. */
static gpointer
kick (HubServer *server, gpointer client_id)
{
  if (hub_server_kick (server, client_id))
    return NULL;
  return g_error_new (G_IO_ERROR, G_IO_ERROR_NOT_FOUND, "no client with that identifier is connected");
}

/**
 * hub_broker_kick_async:
 * @self: a broker
 * @client_id: the Client Identifier of who has to go
 * @cancellable: (nullable): forgets the answer; the client goes all the same
 * @callback: (nullable) (scope async): called when it is gone
 * @user_data: for @callback
 *
 * Closes the connection of a client, which is told why if it speaks MQTT 5.0: "Administrative action", Reason Code 0x98. Its
 * will is published. It can come back, unless [method@Hub.Broker.bar_async] was called before or the function of
 * [method@Hub.Broker.set_authenticate_func] does not let it in.
 */
void
hub_broker_kick_async (HubBroker *self,
                       const char *client_id,
                       GCancellable *cancellable,
                       GAsyncReadyCallback callback,
                       gpointer user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (HUB_IS_BROKER (self) && client_id != NULL);

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, hub_broker_kick_async);
  if (check_running (self, task))
    hub_broker_ask (self, g_steal_pointer (&task), kick, g_strdup (client_id), g_free, (GDestroyNotify) g_error_free);
}

/**
 * hub_broker_kick_finish:
 * @self: a broker
 * @result: as handed to the callback
 * @error: return location
 *
 * Returns: %FALSE with @error set when nobody was sent away: %G_IO_ERROR_NOT_FOUND when nobody with that identifier was
 *   connected, %G_IO_ERROR_CLOSED when the broker does not run
 */
gboolean
hub_broker_kick_finish (HubBroker *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return finish_errand (result, error);
}

/* %NULL: it was cleared. */
static gpointer
clear_log (HubServer *server, gpointer data)
{
  if (hub_server_clear_log (server))
    return NULL;
  return g_error_new (G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED, "nothing is kept");
}

/**
 * hub_broker_clear_log_async: (skip)
 * @self: a broker
 * @cancellable: (nullable): forgets the answer; the log is cleared all the same
 * @callback: (scope async): called when nobody finds anything in it any more
 * @user_data: for @callback
 *
 * Deletes everything that was recorded. Clients are not told, but whoever holds some of it sees by the next message that this
 * is another log.
 */
void
hub_broker_clear_log_async (HubBroker *self,
                            GCancellable *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (HUB_IS_BROKER (self));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, hub_broker_clear_log_async);
  if (check_running (self, task))
    hub_broker_ask (self, g_steal_pointer (&task), clear_log, NULL, NULL, (GDestroyNotify) g_error_free);
}

/**
 * hub_broker_clear_log_finish: (skip)
 * @self: a broker
 * @result: as handed to the callback
 * @error: return location
 *
 * Returns: %FALSE with @error set when there is no log to be cleared: %G_IO_ERROR_NOT_SUPPORTED, or %G_IO_ERROR_CLOSED when
 *   the broker does not run
 */
gboolean
hub_broker_clear_log_finish (HubBroker *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return finish_errand (result, error);
}
