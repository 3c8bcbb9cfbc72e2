/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/client/hub-client.h"
#include "broker/hub-broker-private.h"
#include "broker/hubbub/hub-local-client.h"
#include "broker/wire/hub-topic.h"

#define MESSAGES_MAX 1000
#define BYTES_MAX (16 * 1024 * 1024)

/**
 * HubLocalClient:
 *
 * A client inside the program, without a port: an ordinary client to the broker and to all others, but that no rule of
 * access holds for it. It is opened at most once.
 *
 * What comes waits at the broker until the main context has time for it, within the limits of every client: at QoS 0 up to
 * 1 MiB and then it is dropped, at QoS 1 and 2 in its queue. What is published waits in the client, within the limits of
 * [method@Hub.LocalClient.set_queue_limits].
 *
 * All functions belong to the thread that made the broker. Callbacks and signals come on the main context that was its
 * default when the client was opened.
 */
struct _HubLocalClient
{
  GObject parent_instance;

  HubBroker *broker; /* (owned) (nullable): until it is opened */
  char *client_id;   /* (owned) (nullable) */
  guint max_messages;
  gsize max_bytes;
  gsize max_packet_bytes;
  HubClient *client;     /* (owned) (nullable): while it is open, or being opened */
  GTask *open_task;      /* (owned) (nullable) */
  GQueue subscribes;     /* (owned) (element-type GTask): in the order in which they are answered */
  GHashTable *publishes; /* (owned) (element-type guint GTask): by Packet Identifier; who does not wait has none */
};

G_DEFINE_FINAL_TYPE (HubLocalClient, hub_local_client, G_TYPE_OBJECT)

typedef enum
{
  PROP_BROKER = 1,
  PROP_CLIENT_ID,
} HubLocalClientProperty;

static GParamSpec *props[PROP_CLIENT_ID + 1];

typedef enum
{
  SIGNAL_MESSAGE,
  SIGNAL_CLOSED,
} HubLocalClientSignal;

static guint signals[SIGNAL_CLOSED + 1];

static void
unref_task (gpointer task)
{
  if (task != NULL)
    g_object_unref (task);
}

/* What is told of errors outside of this library. */
static GError *
public_error (const GError *error)
{
  if (error->domain != HUB_CLIENT_ERROR)
    return g_error_copy (error);
  return g_error_new_literal (G_IO_ERROR,
                              error->code == HUB_CLIENT_ERROR_TIMED_OUT ? G_IO_ERROR_TIMED_OUT : G_IO_ERROR_CONNECTION_CLOSED,
                              error->message);
}

static void
fail_all (HubLocalClient *self, const GError *error)
{
  g_autoptr (GHashTable) publishes = g_steal_pointer (&self->publishes);
  GHashTableIter iter;
  gpointer task;

  self->publishes = g_hash_table_new_full (NULL, NULL, NULL, unref_task);
  if (self->open_task != NULL)
    {
      g_autoptr (GTask) open_task = g_steal_pointer (&self->open_task);

      g_task_return_error (open_task, g_error_copy (error));
    }
  while (!g_queue_is_empty (&self->subscribes))
    {
      g_autoptr (GTask) subscribe = g_queue_pop_head (&self->subscribes);

      g_task_return_error (subscribe, g_error_copy (error));
    }
  g_hash_table_iter_init (&iter, publishes);
  while (g_hash_table_iter_next (&iter, NULL, &task))
    if (task != NULL)
      g_task_return_error (task, g_error_copy (error));
}

static void
connected_cb (HubLocalClient *self)
{
  g_autoptr (GTask) task = g_steal_pointer (&self->open_task);

  g_task_return_boolean (task, TRUE);
}

static void
subscribed_cb (HubLocalClient *self, gboolean is_granted)
{
  g_autoptr (GTask) task = g_queue_pop_head (&self->subscribes);

  if (is_granted)
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED, "the broker does not take this subscription");
}

static void
message_cb (HubLocalClient *self, const char *topic, GBytes *payload, guint qos, gboolean is_retain)
{
  g_signal_emit (self, signals[SIGNAL_MESSAGE], 0, topic, payload, qos, is_retain);
}

static GTask *
take_publish (HubLocalClient *self, guint packet_id)
{
  gpointer task = NULL;

  g_hash_table_steal_extended (self->publishes, GUINT_TO_POINTER (packet_id), NULL, &task);
  return task;
}

static void
acknowledged_cb (HubLocalClient *self, guint packet_id)
{
  g_autoptr (GTask) task = take_publish (self, packet_id);

  if (task != NULL)
    g_task_return_boolean (task, TRUE);
}

static void
refused_cb (HubLocalClient *self, guint packet_id, guint reason)
{
  g_autoptr (GTask) task = take_publish (self, packet_id);

  if (task != NULL)
    g_task_return_new_error (task,
                             G_IO_ERROR,
                             G_IO_ERROR_PERMISSION_DENIED,
                             "the broker does not take this message (reason %02x)",
                             reason);
}

static void
drop_client (HubLocalClient *self)
{
  if (self->client == NULL)
    return;
  g_signal_handlers_disconnect_by_data (self->client, self);
  hub_client_close (self->client);
  g_clear_object (&self->client);
}

static void
closed_cb (HubLocalClient *client, const GError *error)
{
  g_autoptr (HubLocalClient) self = g_object_ref (client);
  g_autoptr (GError) told = public_error (error);
  gboolean was_open = self->open_task == NULL;

  drop_client (self);
  fail_all (self, told);
  if (was_open)
    g_signal_emit (self, signals[SIGNAL_CLOSED], 0, told);
}

static void
open_client (HubLocalClient *self, GIOStream *stream)
{
  HubConnect connect = {
    .version = HUB_VERSION_5_0,
    .client_id = hub_span_from_string (self->client_id != NULL ? self->client_id : ""),
    .is_clean = TRUE,
  };

  hub_properties_set_number (&connect.properties, HUB_PROPERTY_MAXIMUM_PACKET_SIZE, HUB_CLIENT_PACKET_BYTES_MAX);
  self->client = hub_client_new ();
  g_signal_connect_swapped (self->client, "connected", G_CALLBACK (connected_cb), self);
  g_signal_connect_swapped (self->client, "subscribed", G_CALLBACK (subscribed_cb), self);
  g_signal_connect_swapped (self->client, "message", G_CALLBACK (message_cb), self);
  g_signal_connect_swapped (self->client, "acknowledged", G_CALLBACK (acknowledged_cb), self);
  g_signal_connect_swapped (self->client, "refused", G_CALLBACK (refused_cb), self);
  g_signal_connect_swapped (self->client, "closed", G_CALLBACK (closed_cb), self);
  hub_client_open (self->client, stream, &connect);
}

static gboolean
check_open (HubLocalClient *self, guint qos, GError **error)
{
  if (qos > 2)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, "there is no QoS %u", qos);
  else if (!hub_local_client_is_open (self))
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_CONNECTED, "the client is not open");
  else
    return TRUE;
  return FALSE;
}

static gboolean
check_filter (const char *filter, GError **error)
{
  if (hub_topic_filter_is_valid (hub_span_from_string (filter)))
    return TRUE;
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, "this is no Topic Filter");
  return FALSE;
}

static gboolean
check_publish (HubLocalClient *self, const char *topic, GBytes *payload, guint qos, GError **error)
{
  gsize size = hub_client_packet_size (strlen (topic), g_bytes_get_size (payload), (guint8) qos);

  if (!check_open (self, qos, error))
    return FALSE;
  if (!hub_topic_name_is_valid (hub_span_from_string (topic)))
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, "this is no Topic Name");
      return FALSE;
    }
  if (size > self->max_packet_bytes)
    {
      g_set_error (error,
                   G_IO_ERROR,
                   G_IO_ERROR_MESSAGE_TOO_LARGE,
                   "a packet of %" G_GSIZE_FORMAT " bytes, at most %" G_GSIZE_FORMAT " allowed",
                   size,
                   self->max_packet_bytes);
      return FALSE;
    }
  if ((qos > 0 && g_hash_table_size (self->publishes) >= self->max_messages) ||
      hub_client_get_unsent (self->client) + size > self->max_bytes)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK, "too much waits for the broker");
      return FALSE;
    }
  return TRUE;
}

/* @task is given away if there is something to wait for. */
static gboolean
publish (HubLocalClient *self, const char *topic, GBytes *payload, guint qos, gboolean retain, GTask **task, GError **error)
{
  guint16 packet_id;

  if (!check_publish (self, topic, payload, qos, error))
    return FALSE;
  packet_id = hub_client_publish (self->client, topic, payload, (guint8) qos, retain);
  if (qos > 0 && packet_id == 0)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK, "too much waits for the broker");
      return FALSE;
    }
  if (qos > 0)
    g_hash_table_insert (self->publishes, GUINT_TO_POINTER (packet_id), task != NULL ? g_steal_pointer (task) : NULL);
  return TRUE;
}

static void
hub_local_client_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  HubLocalClient *self = HUB_LOCAL_CLIENT (object);

  switch ((HubLocalClientProperty) id)
    {
    case PROP_BROKER:
      self->broker = g_value_dup_object (value);
      break;
    case PROP_CLIENT_ID:
      self->client_id = g_value_dup_string (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
hub_local_client_dispose (GObject *object)
{
  HubLocalClient *self = HUB_LOCAL_CLIENT (object);

  drop_client (self);
  g_clear_object (&self->broker);
  G_OBJECT_CLASS (hub_local_client_parent_class)->dispose (object);
}

static void
hub_local_client_finalize (GObject *object)
{
  HubLocalClient *self = HUB_LOCAL_CLIENT (object);

  g_free (self->client_id);
  g_hash_table_unref (self->publishes);
  G_OBJECT_CLASS (hub_local_client_parent_class)->finalize (object);
}

static void
hub_local_client_class_init (HubLocalClientClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->set_property = hub_local_client_set_property;
  object_class->dispose = hub_local_client_dispose;
  object_class->finalize = hub_local_client_finalize;

  /**
   * HubLocalClient:broker:
   *
   * The broker.
   */
  props[PROP_BROKER] = g_param_spec_object ("broker",
                                            NULL,
                                            NULL,
                                            HUB_TYPE_BROKER,
                                            G_PARAM_WRITABLE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);

  /**
   * HubLocalClient:client-id:
   *
   * The Client Identifier; %NULL: the broker chooses one.
   */
  props[PROP_CLIENT_ID] = g_param_spec_string ("client-id",
                                               NULL,
                                               NULL,
                                               NULL,
                                               G_PARAM_WRITABLE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, G_N_ELEMENTS (props), props);

  /**
   * HubLocalClient::message:
   * @self: the client
   * @topic: the Topic Name
   * @payload: the Application Message
   * @qos: the QoS of the delivery
   * @retain: whether it was retained, and has come because of the subscription
   *
   * Emitted for each message, in order.
   */
  signals[SIGNAL_MESSAGE] = g_signal_new ("message",
                                          HUB_TYPE_LOCAL_CLIENT,
                                          G_SIGNAL_RUN_LAST,
                                          0,
                                          NULL,
                                          NULL,
                                          NULL,
                                          G_TYPE_NONE,
                                          4,
                                          G_TYPE_STRING,
                                          G_TYPE_BYTES,
                                          G_TYPE_UINT,
                                          G_TYPE_BOOLEAN);

  /**
   * HubLocalClient::closed:
   * @self: the client
   * @error: why: a %G_IO_ERROR
   *
   * Emitted when the broker has closed the connection, also when it stops; not for [method@Hub.LocalClient.close].
   */
  signals[SIGNAL_CLOSED] =
    g_signal_new ("closed", HUB_TYPE_LOCAL_CLIENT, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_ERROR);
}

static void
hub_local_client_init (HubLocalClient *self)
{
  self->max_messages = MESSAGES_MAX;
  self->max_bytes = BYTES_MAX;
  self->publishes = g_hash_table_new_full (NULL, NULL, NULL, unref_task);
}

/**
 * hub_local_client_new:
 * @broker: the broker
 * @client_id: (nullable): the Client Identifier; %NULL: the broker chooses one
 *
 * Returns: (transfer full): a client that is not open
 */
HubLocalClient *
hub_local_client_new (HubBroker *broker, const char *client_id)
{
  g_return_val_if_fail (HUB_IS_BROKER (broker), NULL);

  return g_object_new (HUB_TYPE_LOCAL_CLIENT, "broker", broker, "client-id", client_id, NULL);
}

/**
 * hub_local_client_set_queue_limits:
 * @self: a client
 * @max_messages: how many messages of QoS 1 and 2 may wait for their acknowledgement, 1 to 65,535; 1,000 unless it is said
 *   here
 * @max_bytes: how many bytes may wait until the broker reads them; 16 MiB unless it is said here
 *
 * Says how much [method@Hub.LocalClient.publish] takes before it refuses.
 */
void
hub_local_client_set_queue_limits (HubLocalClient *self, guint max_messages, gsize max_bytes)
{
  g_return_if_fail (HUB_IS_LOCAL_CLIENT (self));
  g_return_if_fail (max_messages >= 1 && max_messages <= G_MAXUINT16);

  self->max_messages = max_messages;
  self->max_bytes = max_bytes;
}

/**
 * hub_local_client_open_async:
 * @self: a client that was not opened
 * @cancellable: (nullable): forgets the answer
 * @callback: (scope async): called when the client is connected
 * @user_data: for @callback
 *
 * Connects to the broker, which must run.
 */
void
hub_local_client_open_async (HubLocalClient *self,
                             GCancellable *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer user_data)
{
  g_autoptr (HubBroker) broker = NULL;
  g_autoptr (GIOStream) stream = NULL;
  g_autoptr (GTask) task = NULL;
  GError *error = NULL;

  g_return_if_fail (HUB_IS_LOCAL_CLIENT (self) && self->broker != NULL);

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, hub_local_client_open_async);
  if (!hub_broker_is_running (self->broker))
    {
      g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_CLOSED, "the broker does not run");
      return;
    }
  stream = hub_broker_connect_local (self->broker, &error);
  if (stream == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  broker = g_steal_pointer (&self->broker);
  self->max_packet_bytes = broker->config->server.core.limits.max_packet_bytes;
  self->open_task = g_steal_pointer (&task);
  open_client (self, stream);
}

/**
 * hub_local_client_open_finish:
 * @self: a client
 * @result: as handed to the callback
 * @error: return location
 *
 * Returns: %FALSE with @error set, a %G_IO_ERROR, when the client is not open
 */
gboolean
hub_local_client_open_finish (HubLocalClient *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/**
 * hub_local_client_is_open:
 * @self: a client
 *
 * Returns: whether it is connected
 */
gboolean
hub_local_client_is_open (HubLocalClient *self)
{
  g_return_val_if_fail (HUB_IS_LOCAL_CLIENT (self), FALSE);

  return self->client != NULL && hub_client_is_connected (self->client);
}

/**
 * hub_local_client_close:
 * @self: a client
 *
 * Says goodbye. Whatever somebody still waits for fails with %G_IO_ERROR_CLOSED; no signal is emitted any more.
 */
void
hub_local_client_close (HubLocalClient *self)
{
  g_autoptr (GError) error = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CLOSED, "the client was closed");

  g_return_if_fail (HUB_IS_LOCAL_CLIENT (self));

  drop_client (self);
  fail_all (self, error);
}

/**
 * hub_local_client_subscribe_async:
 * @self: an open client
 * @filter: a Topic Filter
 * @qos: the highest QoS to be delivered with, 0 to 2
 * @cancellable: (nullable): forgets the answer
 * @callback: (scope async): called when the broker has answered
 * @user_data: for @callback
 *
 * Asks for messages, which [signal@Hub.LocalClient::message] brings.
 */
void
hub_local_client_subscribe_async (HubLocalClient *self,
                                  const char *filter,
                                  guint qos,
                                  GCancellable *cancellable,
                                  GAsyncReadyCallback callback,
                                  gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  GError *error = NULL;

  g_return_if_fail (HUB_IS_LOCAL_CLIENT (self) && filter != NULL);

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, hub_local_client_subscribe_async);
  if (!check_open (self, qos, &error) || !check_filter (filter, &error))
    g_task_return_error (task, error);
  else if (!hub_client_subscribe (self->client, filter, (guint8) qos))
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK, "too much waits for the broker");
  else
    g_queue_push_tail (&self->subscribes, g_steal_pointer (&task));
}

/**
 * hub_local_client_subscribe_finish:
 * @self: a client
 * @result: as handed to the callback
 * @error: return location
 *
 * Returns: %FALSE with @error set, a %G_IO_ERROR, when there is no subscription
 */
gboolean
hub_local_client_subscribe_finish (HubLocalClient *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/**
 * hub_local_client_unsubscribe:
 * @self: an open client
 * @filter: a filter that was subscribed to
 * @error: return location
 *
 * Ends a subscription. What is under way still comes.
 *
 * Returns: %FALSE with @error set, a %G_IO_ERROR, when nothing was asked
 */
gboolean
hub_local_client_unsubscribe (HubLocalClient *self, const char *filter, GError **error)
{
  g_return_val_if_fail (HUB_IS_LOCAL_CLIENT (self) && filter != NULL, FALSE);

  if (!check_open (self, 0, error) || !check_filter (filter, error))
    return FALSE;
  if (hub_client_unsubscribe (self->client, filter))
    return TRUE;
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK, "too much waits for the broker");
  return FALSE;
}

/**
 * hub_local_client_publish:
 * @self: an open client
 * @topic: a Topic Name
 * @payload: the Application Message
 * @qos: 0 to 2
 * @retain: whether the broker is to keep it for later subscribers
 * @error: return location
 *
 * Publishes a message, and does not wait for what becomes of it.
 *
 * Returns: %FALSE with @error set when it was not taken: %G_IO_ERROR_WOULD_BLOCK when too much waits already,
 *   %G_IO_ERROR_MESSAGE_TOO_LARGE, %G_IO_ERROR_INVALID_ARGUMENT, %G_IO_ERROR_NOT_CONNECTED
 */
gboolean
hub_local_client_publish (HubLocalClient *self,
                          const char *topic,
                          GBytes *payload,
                          guint qos,
                          gboolean retain,
                          GError **error)
{
  g_return_val_if_fail (HUB_IS_LOCAL_CLIENT (self) && topic != NULL && payload != NULL, FALSE);

  return publish (self, topic, payload, qos, retain, NULL, error);
}

/**
 * hub_local_client_publish_async:
 * @self: an open client
 * @topic: a Topic Name
 * @payload: the Application Message
 * @qos: 0 to 2
 * @retain: whether the broker is to keep it for later subscribers
 * @cancellable: (nullable): forgets the answer
 * @callback: (nullable) (scope async): called when the broker has acknowledged it; at QoS 0 as soon as it was taken
 * @user_data: for @callback
 *
 * Publishes a message. Fails at once in the cases of [method@Hub.LocalClient.publish].
 */
void
hub_local_client_publish_async (HubLocalClient *self,
                                const char *topic,
                                GBytes *payload,
                                guint qos,
                                gboolean retain,
                                GCancellable *cancellable,
                                GAsyncReadyCallback callback,
                                gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  GError *error = NULL;

  g_return_if_fail (HUB_IS_LOCAL_CLIENT (self) && topic != NULL && payload != NULL);

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, hub_local_client_publish_async);
  if (!publish (self, topic, payload, qos, retain, &task, &error))
    g_task_return_error (task, error);
  else if (task != NULL)
    g_task_return_boolean (task, TRUE);
}

/**
 * hub_local_client_publish_finish:
 * @self: a client
 * @result: as handed to the callback
 * @error: return location
 *
 * Returns: %FALSE with @error set, a %G_IO_ERROR, when the broker has not taken it: %G_IO_ERROR_PERMISSION_DENIED when it has
 *   said so
 */
gboolean
hub_local_client_publish_finish (HubLocalClient *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
