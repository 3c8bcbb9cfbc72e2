/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/core/hub-core-private.h"

/* What the store has kept over the end of the program, made alive again. */

typedef struct
{
  HubCore *core;
  GHashTable *messages;  /* (owned) (element-type guint64 HubMessage): by number */
  GHashTable *intervals; /* (owned) (element-type guint64 guint): of messages that have one: Message Expiry Interval */
  GHashTable *sessions;  /* (owned) (element-type guint64 HubSession): by number */
  GPtrArray *all;        /* (owned) (element-type HubSession): the same, in the order in which they were made */
  GArray *lost;          /* (owned) (element-type gint64): when each of @all has lost its connection */
  GPtrArray *connected;  /* (owned) (element-type HubSession): those whose connection was never ended in order */
} Restore;

static gpointer
find (GHashTable *table, guint64 key)
{
  return g_hash_table_lookup (table, &key);
}

static void
insert (GHashTable *table, guint64 key, gpointer value)
{
  g_hash_table_insert (table, g_memdup2 (&key, sizeof key), value);
}

/* Properties are bytes from a stranger: what is no block of them is left out. */
static gboolean
read_properties (HubSpan block, HubPropertyPlace place, HubProperties *properties)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  HubProperties given = { .more = block };
  HubReader reader;

  hub_properties_append (bytes, &given);
  reader = hub_reader_init ((HubSpan){ bytes->data, bytes->len });
  if (!hub_properties_read (&reader, place, properties, NULL))
    return FALSE;
  /* The same bytes where they outlive this. */
  properties->block = block;
  return TRUE;
}

static void
message_cb (const HubStoreMessage *stored, gpointer user_data)
{
  Restore *restore = user_data;
  HubPublish publish = {
    .topic = stored->topic,
    .payload = stored->payload,
    .qos = stored->qos,
    .is_retain = stored->is_retain,
  };
  gint64 expires_us = stored->expires_ms != 0 ? hub_keep_get_core_us (&restore->core->keep, stored->expires_ms)
                                              : HUB_MESSAGE_NEVER;
  HubMessage *message;

  if (!read_properties (stored->properties, HUB_PACKET_PUBLISH, &publish.properties))
    hub_properties_init (&publish.properties);
  message = hub_message_new (&publish, stored->publisher, expires_us);
  if (hub_properties_have (&publish.properties, HUB_PROPERTY_MESSAGE_EXPIRY_INTERVAL))
    insert (restore->intervals, stored->key, GUINT_TO_POINTER (publish.properties.message_expiry_interval));
  hub_keep_adopt_message (&restore->core->keep, message, stored->key);
  insert (restore->messages, stored->key, message);
}

/* When the connection was lost: now, where it was never ended. A clock that was set back does not lengthen a life. */
static gint64
lost_at (const HubCore *self, const HubStoreSession *stored)
{
  return stored->lost_ms != 0 ? MIN (hub_keep_get_core_us (&self->keep, stored->lost_ms), self->now_us) : self->now_us;
}

static void
session_cb (const HubStoreSession *stored, gpointer user_data)
{
  Restore *restore = user_data;
  HubCore *self = restore->core;
  g_autofree char *client_id = hub_span_dup_string (stored->client_id);
  g_autofree char *user_name = stored->user_name.data != NULL ? hub_span_dup_string (stored->user_name) : NULL;
  gint64 lost_us = lost_at (self, stored);
  HubSession *session;

  if (g_hash_table_contains (self->sessions, client_id))
    return;
  session = hub_core_make_session (self, client_id);
  hub_session_set_identity (session, user_name, HUB_LISTENER_NONE, FALSE);
  session->key = stored->key;
  session->expiry_us = hub_limits_get_expiry_us (&self->options.limits, stored->expiry_s);
  hub_keep_adopt_session (&self->keep, stored->key);
  insert (restore->sessions, stored->key, session);
  g_ptr_array_add (restore->all, session);
  g_array_append_val (restore->lost, lost_us);
  if (stored->lost_ms == 0)
    g_ptr_array_add (restore->connected, session);
  hub_deadlines_arm (self->deadlines,
                     &session->expiry,
                     MAX (hub_deadline_after (lost_us, session->expiry_us), self->now_us));
}

/* Who ends before anybody can come back gets no will of others: a share would give it to nobody. */
static void
subscription_cb (const HubStoreSubscription *stored, gpointer user_data)
{
  Restore *restore = user_data;
  HubSession *session = find (restore->sessions, stored->session);

  if (session != NULL && !hub_deadline_is_due (&session->expiry, restore->core->now_us))
    hub_subscriptions_add (restore->core->subscriptions, session, stored->filter, stored->options, stored->identifier);
}

static HubInflightState
state_of (const HubStoreDelivery *stored)
{
  switch (stored->state)
    {
    case HUB_STORE_DELIVERY_WAIT_PUBREC:
      return HUB_INFLIGHT_WAIT_PUBREC;
    case HUB_STORE_DELIVERY_WAIT_PUBCOMP:
      return HUB_INFLIGHT_WAIT_PUBCOMP;
    case HUB_STORE_DELIVERY_QUEUED:
    case HUB_STORE_DELIVERY_WAIT_PUBACK:
    default:
      return HUB_INFLIGHT_WAIT_PUBACK;
    }
}

static void
delivery_cb (const HubStoreDelivery *stored, gpointer user_data)
{
  Restore *restore = user_data;
  HubSession *session = find (restore->sessions, stored->session);
  HubMessage *message = stored->message != 0 ? find (restore->messages, stored->message) : NULL;
  g_autoptr (HubIdentifiers) identifiers = NULL;
  HubQueued item = { .message = message, .order = stored->order, .qos = stored->qos, .is_retain = stored->is_retain };

  if (session == NULL || (message == NULL && stored->state != HUB_STORE_DELIVERY_WAIT_PUBCOMP))
    return;
  for (guint i = 0; i < stored->n_identifiers; i++)
    identifiers = hub_identifiers_append (identifiers, stored->identifiers[i]);
  item.identifiers = identifiers;
  session->last_order = MAX (session->last_order, stored->order);
  if (stored->state == HUB_STORE_DELIVERY_QUEUED)
    hub_queue_push (&session->queue, &item);
  else if (!hub_inflight_restore (&session->inflight, &item, stored->packet_id, state_of (stored)))
    return;
  else
    session->last_begun = MAX (session->last_begun, stored->order);
  if (message != NULL)
    hub_keep_use_adopted (&restore->core->keep, message);
}

static void
received_cb (guint64 key, guint16 packet_id, gpointer user_data)
{
  Restore *restore = user_data;
  HubSession *session = find (restore->sessions, key);

  if (session != NULL && packet_id != 0 && !hub_id_set_contains (&session->received, packet_id))
    hub_id_set_add (&session->received, packet_id);
}

static void
retained_cb (HubSpan topic, guint64 key, gpointer user_data)
{
  Restore *restore = user_data;
  HubCore *self = restore->core;
  HubMessage *message = find (restore->messages, key);

  if (message == NULL)
    return;
  hub_keep_use_adopted (&self->keep, message);
  if (message->expires_us <= self->now_us || !hub_retained_set (self->retained, message))
    hub_keep_retained (&self->keep, message, NULL, topic);
  self->stats.retained = hub_retained_get_count (self->retained);
}

static void
will_cb (const HubStoreWill *stored, gpointer user_data)
{
  Restore *restore = user_data;
  HubSession *session = find (restore->sessions, stored->session);
  HubMessage *message = find (restore->messages, stored->message);
  gpointer interval;

  if (session == NULL || message == NULL)
    return;
  hub_keep_use_adopted (&restore->core->keep, message);
  session->will = hub_message_ref (message);
  session->will_delay_us = stored->delay_s * G_TIME_SPAN_SECOND;
  session->will_expiry_us = HUB_MESSAGE_NEVER;
  if (g_hash_table_lookup_extended (restore->intervals, &stored->message, NULL, &interval))
    session->will_expiry_us = GPOINTER_TO_UINT (interval) * G_TIME_SPAN_SECOND;
}

/* Whoever was connected when the program died has lost the connection now; for the others their time has run on. */
static void
end_connections (Restore *restore)
{
  HubCore *self = restore->core;

  for (guint i = 0; i < restore->all->len; i++)
    hub_core_begin_will (self, g_ptr_array_index (restore->all, i), g_array_index (restore->lost, gint64, i));
  for (guint i = 0; i < restore->connected->len; i++)
    {
      HubSession *session = g_ptr_array_index (restore->connected, i);

      if (session->expiry_us == 0)
        hub_core_destroy_session (self, session);
      else
        hub_keep_session (&self->keep, session, self->now_us);
    }
}

/**
 * hub_core_restore:
 * @self: a core that nobody has connected to
 * @now_us: the time, microseconds
 * @error: return location
 *
 * Brings back what the store has kept: sessions, whose clock has run on, with all that belongs to them, and retained
 * messages. The wills of those who were connected are published, or begin to wait.
 *
 * Returns: %FALSE with @error set when the store cannot be read
 */
gboolean
hub_core_restore (HubCore *self, gint64 now_us, GError **error)
{
  static const HubStoreLoadFuncs funcs = {
    .message = message_cb,
    .session = session_cb,
    .subscription = subscription_cb,
    .delivery = delivery_cb,
    .received = received_cb,
    .retained = retained_cb,
    .will = will_cb,
  };
  Restore restore = { .core = self };
  gboolean is_read;

  hub_core_enter (self, now_us);
  if (!hub_keep_is_on (&self->keep))
    return TRUE;
  restore.messages = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, (GDestroyNotify) hub_message_unref);
  restore.intervals = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  restore.sessions = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  restore.all = g_ptr_array_new ();
  restore.lost = g_array_new (FALSE, FALSE, sizeof (gint64));
  restore.connected = g_ptr_array_new ();
  is_read = self->keep.funcs->load (self->keep.data, &funcs, &restore, error);
  if (is_read)
    {
      hub_keep_forget_unused (&self->keep);
      end_connections (&restore);
      hub_core_end_turn (self);
    }
  g_hash_table_unref (restore.messages);
  g_hash_table_unref (restore.intervals);
  g_hash_table_unref (restore.sessions);
  g_ptr_array_unref (restore.all);
  g_array_unref (restore.lost);
  g_ptr_array_unref (restore.connected);
  return is_read;
}
