/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/core/hub-keep.h"

#include "broker/core/hub-limits.h"

G_STATIC_ASSERT (HUB_LIMITS_FILTERS_MAX <= HUB_STORE_IDENTIFIERS_MAX);

/* A message that is kept: once, for all that use it. */
typedef struct
{
  guint64 key;
  guint uses;
} Kept;

/* --- Messages --- */

static gint64
expires_ms (const HubKeep *self, const HubMessage *message)
{
  return message->expires_us != HUB_MESSAGE_NEVER ? MAX (hub_keep_get_wall_ms (self, message->expires_us), 1) : 0;
}

static void
append (GByteArray *out, HubSpan span)
{
  if (span.size > 0)
    g_byte_array_append (out, span.data, (guint) span.size);
}

/* Where properties of ours go along, they come last, as they do on the wire. */
static void
add_message (HubKeep *self, HubMessage *message, HubSpan more, guint64 key)
{
  gsize size = (gsize) message->properties_size + message->log_properties_size + more.size;
  g_autoptr (GByteArray) properties = g_byte_array_sized_new ((guint) size);
  HubStoreMessage stored = {
    .key = key,
    .topic = message->topic,
    .payload = message->payload,
    .publisher = hub_message_get_publisher (message),
    .expires_ms = expires_ms (self, message),
    .qos = message->qos,
    .is_retain = message->is_retain,
  };

  append (properties, hub_message_get_properties (message));
  append (properties, hub_message_get_log_properties (message));
  append (properties, more);
  stored.properties = (HubSpan){ properties->data, properties->len };
  self->funcs->add_message (self->data, &stored);
}

/* @more: properties that are kept and are not the message's own. */
static guint64
use_message_with (HubKeep *self, HubMessage *message, HubSpan more)
{
  Kept *kept = g_hash_table_lookup (self->messages, message);

  if (kept == NULL)
    {
      kept = g_new (Kept, 1);
      *kept = (Kept){ .key = ++self->last_message };
      g_hash_table_insert (self->messages, hub_message_ref (message), kept);
      add_message (self, message, more, kept->key);
    }
  kept->uses++;
  return kept->key;
}

static guint64
use_message (HubKeep *self, HubMessage *message)
{
  return use_message_with (self, message, (HubSpan){ NULL, 0 });
}

static void
unuse_message (HubKeep *self, HubMessage *message)
{
  Kept *kept = g_hash_table_lookup (self->messages, message);

  if (kept == NULL || --kept->uses > 0)
    return;
  self->funcs->remove_message (self->data, kept->key);
  g_hash_table_remove (self->messages, message);
}

static gboolean
is_kept (const HubKeep *self, const HubSession *session)
{
  return hub_keep_is_on (self) && session->key != 0;
}

/* Something that the client is told of when it is durable: also where that is on another connection by then. */
static void
note_change (HubKeep *self, HubSession *session)
{
  session->kept_in = self->last_ticket + 1;
  self->n_changes++;
}

/* --- The store --- */

/*
 * hub_keep_init:
 * @self: (out caller-allocates): what is kept
 * @funcs: (nullable): the store
 * @data: its first argument
 */
void
hub_keep_init (HubKeep *self, const HubStoreFuncs *funcs, gpointer data)
{
  *self = (HubKeep){ .funcs = funcs, .data = data };
  self->messages = g_hash_table_new_full (NULL, NULL, (GDestroyNotify) hub_message_unref, g_free);
}

/*
 * hub_keep_clear:
 * @self: what is kept
 *
 * Lets go of the store, which is told nothing any more.
 */
void
hub_keep_clear (HubKeep *self)
{
  self->funcs = NULL;
  g_clear_pointer (&self->messages, g_hash_table_unref);
}

/*
 * hub_keep_forget_all:
 *
 * Goes on without a store.
 */
void
hub_keep_forget_all (HubKeep *self)
{
  self->funcs = NULL;
  g_hash_table_remove_all (self->messages);
}

/* Whether sessions and what belongs to them are kept. */
gboolean
hub_keep_is_on (const HubKeep *self)
{
  return self->funcs != NULL && self->funcs->keeps_state;
}

/* Whether what should be kept cannot be, any more. */
gboolean
hub_keep_is_failed (const HubKeep *self)
{
  return self->funcs != NULL && self->funcs->is_failed (self->data);
}

/* Whether what comes in comes in faster than it can be kept. */
gboolean
hub_keep_is_full (const HubKeep *self)
{
  return self->funcs != NULL && self->funcs->is_full (self->data);
}

/* The time since 1970, microseconds, and that of the core: from now on one counts as the other. */
void
hub_keep_set_wall (HubKeep *self, gint64 wall_us, gint64 now_us)
{
  self->wall_offset_us = wall_us - now_us;
}

/* The time since 1970, milliseconds. */
gint64
hub_keep_get_wall_ms (const HubKeep *self, gint64 now_us)
{
  return (now_us + self->wall_offset_us) / G_TIME_SPAN_MILLISECOND;
}

/* And back again. */
gint64
hub_keep_get_core_us (const HubKeep *self, gint64 wall_ms)
{
  return wall_ms * G_TIME_SPAN_MILLISECOND - self->wall_offset_us;
}

/* --- Sessions --- */

/*
 * hub_keep_session:
 * @session: a session that was made, resumed or left
 *
 * Keeps @session if it is to outlive its connection, or leaves a will; else forgets what was kept of it.
 */
void
hub_keep_session (HubKeep *self, HubSession *session, gint64 now_us)
{
  gint64 expiry_s = session->expiry_us / G_TIME_SPAN_SECOND;
  HubStoreSession stored = {
    .client_id = hub_span_from_string (session->client_id),
    .user_name = hub_span_from_string (session->user_name),
    .expiry_s = session->expiry_us == G_MAXINT64 ? G_MAXUINT32 : (guint32) MIN (expiry_s, G_MAXUINT32 - 1),
    .lost_ms = session->peer == NULL ? MAX (hub_keep_get_wall_ms (self, now_us), 1) : 0,
  };

  if (!hub_keep_is_on (self))
    return;
  if (session->expiry_us == 0 && session->will == NULL)
    {
      hub_keep_forget_session (self, session);
      return;
    }
  if (session->key == 0)
    session->key = ++self->last_session;
  stored.key = session->key;
  self->funcs->put_session (self->data, &stored);
  self->n_changes++;
}

static gboolean
unuse_queued_cb (const HubQueued *item, gpointer user_data)
{
  if (item->order != 0)
    unuse_message (user_data, item->message);
  return TRUE;
}

/*
 * hub_keep_forget_session:
 * @session: a session that ends, with all that it still has; it has no will any more
 */
void
hub_keep_forget_session (HubKeep *self, HubSession *session)
{
  g_autoptr (GPtrArray) slots = NULL;

  if (!is_kept (self, session))
    return;
  hub_queue_visit (&session->queue, unuse_queued_cb, self);
  slots = hub_inflight_list (&session->inflight);
  for (guint i = 0; i < slots->len; i++)
    {
      HubInflightSlot *slot = g_ptr_array_index (slots, i);

      if (slot->store_order != 0 && slot->message != NULL)
        unuse_message (self, slot->message);
    }
  self->funcs->remove_session (self->data, session->key);
  session->key = 0;
  self->n_changes++;
}

void
hub_keep_subscription (HubKeep *self, HubSession *session, HubSpan filter, guint8 options, guint32 identifier)
{
  HubStoreSubscription stored = {
    .session = session->key,
    .filter = filter,
    .options = options,
    .identifier = identifier,
  };

  if (!is_kept (self, session) || session->expiry_us == 0)
    return;
  self->funcs->put_subscription (self->data, &stored);
  note_change (self, session);
}

void
hub_keep_unsubscribe (HubKeep *self, HubSession *session, HubSpan filter)
{
  if (!is_kept (self, session) || session->expiry_us == 0)
    return;
  self->funcs->remove_subscription (self->data, session->key, filter);
  note_change (self, session);
}

/* --- Deliveries --- */

static guint32 *
list_identifiers (const HubIdentifiers *identifiers, guint *n)
{
  HubReader reader = hub_reader_init (hub_identifiers_get (identifiers));
  GArray *list = g_array_new (FALSE, FALSE, sizeof (guint32));
  HubProperty property;

  while (hub_property_next (&reader, &property))
    g_array_append_val (list, property.number);
  *n = list->len;
  return (guint32 *) (gpointer) g_array_free (list, FALSE);
}

static void
add_delivery (HubKeep *self,
              HubSession *session,
              HubMessage *message,
              const HubIdentifiers *identifiers,
              HubStoreDelivery *delivery)
{
  g_autofree guint32 *list = list_identifiers (identifiers, &delivery->n_identifiers);

  delivery->session = session->key;
  delivery->order = ++session->last_order;
  delivery->message = use_message (self, message);
  delivery->identifiers = list;
  self->funcs->add_delivery (self->data, delivery);
  self->n_changes++;
}

/*
 * hub_keep_queued:
 * @item: (inout): a delivery at QoS 1 or 2 that is about to wait in the queue
 */
void
hub_keep_queued (HubKeep *self, HubSession *session, HubQueued *item)
{
  HubStoreDelivery delivery = { .state = HUB_STORE_DELIVERY_QUEUED, .qos = item->qos, .is_retain = item->is_retain };

  if (!is_kept (self, session) || session->expiry_us == 0 || item->qos == 0)
    return;
  add_delivery (self, session, item->message, item->identifiers, &delivery);
  item->order = delivery.order;
}

static HubStoreDeliveryState
state_of (const HubInflightSlot *slot)
{
  switch (slot->state)
    {
    case HUB_INFLIGHT_WAIT_PUBREC:
      return HUB_STORE_DELIVERY_WAIT_PUBREC;
    case HUB_INFLIGHT_WAIT_PUBCOMP:
      return HUB_STORE_DELIVERY_WAIT_PUBCOMP;
    case HUB_INFLIGHT_WAIT_PUBACK:
    case HUB_INFLIGHT_FREE:
    default:
      return HUB_STORE_DELIVERY_WAIT_PUBACK;
    }
}

/*
 * hub_keep_begun:
 * @slot: (inout): a delivery that has begun, out of the queue or at once
 */
void
hub_keep_begun (HubKeep *self, HubSession *session, HubInflightSlot *slot)
{
  HubStoreDelivery delivery = {
    .packet_id = slot->packet_id,
    .state = state_of (slot),
    .qos = slot->state == HUB_INFLIGHT_WAIT_PUBACK ? 1 : 2,
    .is_retain = slot->is_retain,
  };

  if (!is_kept (self, session) || session->expiry_us == 0)
    return;
  note_change (self, session);
  if (slot->store_order > session->last_begun)
    {
      self->funcs->update_delivery (self->data, session->key, slot->store_order, slot->packet_id, delivery.state);
    }
  else
    {
      guint64 queued_order = slot->store_order;

      /* Others that were queued later, or not at all, have begun before: they are sent again in the order of their
       * numbers, so this one needs another [MQTT-4.6.0-1]. */
      add_delivery (self, session, slot->message, slot->identifiers, &delivery);
      slot->store_order = delivery.order;
      hub_keep_delivered (self, session, queued_order, slot->message);
    }
  session->last_begun = slot->store_order;
}

/*
 * hub_keep_released:
 * @slot: a delivery at QoS 2 that the client has received; still with its message
 */
void
hub_keep_released (HubKeep *self, HubSession *session, const HubInflightSlot *slot)
{
  if (!is_kept (self, session) || slot->store_order == 0)
    return;
  self->funcs->update_delivery (self->data,
                                session->key,
                                slot->store_order,
                                slot->packet_id,
                                HUB_STORE_DELIVERY_WAIT_PUBCOMP);
  unuse_message (self, slot->message);
  note_change (self, session);
}

/*
 * hub_keep_delivered:
 * @order: the number of a delivery that is over; 0: it is not kept
 * @message: (nullable): its message, as long as it has one
 */
void
hub_keep_delivered (HubKeep *self, const HubSession *session, guint64 order, HubMessage *message)
{
  if (!is_kept (self, session) || order == 0)
    return;
  self->funcs->remove_delivery (self->data, session->key, order);
  if (message != NULL)
    unuse_message (self, message);
  self->n_changes++;
}

/* The client has sent a QoS 2 message and not released it. */
void
hub_keep_received (HubKeep *self, HubSession *session, guint16 packet_id)
{
  if (!is_kept (self, session) || session->expiry_us == 0)
    return;
  self->funcs->add_received (self->data, session->key, packet_id);
  note_change (self, session);
}

/* It has released it. */
void
hub_keep_let_go (HubKeep *self, HubSession *session, guint16 packet_id)
{
  if (!is_kept (self, session) || session->expiry_us == 0)
    return;
  self->funcs->remove_received (self->data, session->key, packet_id);
  note_change (self, session);
}

/* --- Retained messages, wills, the log --- */

/*
 * hub_keep_retained:
 * @old: (nullable): what was retained for @topic
 * @new: (nullable): what is, instead
 */
void
hub_keep_retained (HubKeep *self, HubMessage *old, HubMessage *new, HubSpan topic)
{
  if (!hub_keep_is_on (self) || old == new)
    return;
  if (new != NULL)
    self->funcs->set_retained (self->data, topic, use_message (self, new));
  else
    self->funcs->remove_retained (self->data, topic);
  if (old != NULL)
    unuse_message (self, old);
  self->n_changes++;
}

#define INTERVAL_SIZE 5

/* The property Message Expiry Interval. */
static HubSpan
write_interval (gint64 expiry_us, guint8 interval[INTERVAL_SIZE])
{
  guint32 seconds = GUINT32_TO_BE ((guint32) (expiry_us / G_TIME_SPAN_SECOND));

  if (expiry_us == HUB_MESSAGE_NEVER)
    return (HubSpan){ NULL, 0 };
  interval[0] = HUB_PROPERTY_MESSAGE_EXPIRY_INTERVAL;
  memcpy (interval + 1, &seconds, sizeof seconds);
  return (HubSpan){ interval, INTERVAL_SIZE };
}

/*
 * hub_keep_will:
 * @session: a session that is kept and has a will
 *
 * How long the will may be delivered counts from when it is published: until then the interval is kept among its
 * properties.
 */
void
hub_keep_will (HubKeep *self, const HubSession *session)
{
  HubStoreWill will = {
    .session = session->key,
    .delay_s = (guint32) (session->will_delay_us / G_TIME_SPAN_SECOND),
  };
  guint8 interval[INTERVAL_SIZE];

  if (!is_kept (self, session))
    return;
  will.message = use_message_with (self, session->will, write_interval (session->will_expiry_us, interval));
  self->funcs->set_will (self->data, &will);
  self->n_changes++;
}

/* The will is published, or is not wanted any more. */
void
hub_keep_drop_will (HubKeep *self, const HubSession *session, HubMessage *will)
{
  if (!is_kept (self, session))
    return;
  self->funcs->remove_will (self->data, session->key);
  unuse_message (self, will);
  self->n_changes++;
}

/*
 * hub_keep_record:
 * @publish: a message that goes into the log
 * @client_id: who has published it
 * @time_ms: when
 *
 * Returns: its sequence number; 0: it could not be recorded
 */
guint64
hub_keep_record (HubKeep *self, const HubPublish *publish, HubSpan client_id, gint64 time_ms)
{
  HubStoreRecord record = {
    .topic = publish->topic,
    .payload = publish->payload,
    .client_id = client_id,
    .time_ms = time_ms,
  };
  guint64 seq = self->funcs->record (self->data, &record);

  if (seq != 0)
    self->n_changes++;
  return seq;
}

/* --- What was kept before --- */

/* A message that the store has brought, and nothing uses yet. */
void
hub_keep_adopt_message (HubKeep *self, HubMessage *message, guint64 key)
{
  Kept *kept = g_new (Kept, 1);

  *kept = (Kept){ .key = key };
  g_hash_table_insert (self->messages, hub_message_ref (message), kept);
  self->last_message = MAX (self->last_message, key);
}

/* Something uses it that the store has brought as well. */
void
hub_keep_use_adopted (HubKeep *self, HubMessage *message)
{
  ((Kept *) g_hash_table_lookup (self->messages, message))->uses++;
}

/* A session that the store has brought. */
void
hub_keep_adopt_session (HubKeep *self, guint64 key)
{
  self->last_session = MAX (self->last_session, key);
}

/* Messages that nothing has turned out to use. */
void
hub_keep_forget_unused (HubKeep *self)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->messages);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      const Kept *kept = value;

      if (kept->uses > 0)
        continue;
      self->funcs->remove_message (self->data, kept->key);
      g_hash_table_iter_remove (&iter);
      self->n_changes++;
    }
}
