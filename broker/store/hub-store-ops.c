/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/store/hub-store-private.h"

#include "broker/store/hub-store-load.h"

/* What the core asks of a store, as operations of the turn. */

/* An empty string is a value, and not the lack of one. */
static HubSpan
filled (HubSpan span)
{
  return span.data != NULL ? span : HUB_SPAN_LITERAL ("");
}

/*
 * hub_store_append:
 * @op: what to do
 * @ints: (nullable): its numbers
 * @spans: (nullable): its byte strings
 *
 * Appends an operation to the turn.
 */
void
hub_store_append (HubStore *self, HubStoreOp op, const gint64 *ints, const HubSpan *spans)
{
  if (self->memory != NULL)
    return;
  if (self->failure != NULL)
    {
      self->has_lost = TRUE;
      return;
    }
  if (self->turn == NULL)
    self->turn = hub_store_turn_new ();
  hub_store_turn_add (self->turn, op, ints, spans);
}

/*
 * hub_store_commit:
 * @is_awaited: whether somebody waits for it
 *
 * Returns: the ticket of the turn that ends; 0 when nothing was appended
 */
guint64
hub_store_commit (HubStore *self, gboolean is_awaited)
{
  HubStoreTurn *turn = g_steal_pointer (&self->turn);
  gboolean is_hurried = is_awaited || self->is_hurried;

  if (self->failure != NULL)
    {
      /* Whoever waits for this must not be told that there was nothing to wait for. */
      gboolean has_lost = self->has_lost || turn != NULL;

      g_clear_pointer (&turn, hub_store_turn_free);
      self->has_lost = FALSE;
      return has_lost ? ++self->last_ticket : 0;
    }
  if (turn == NULL)
    return 0;
  self->is_hurried = FALSE;
  hub_store_turn_finish (turn, ++self->last_ticket);
  self->queue_bytes = hub_store_desk_hand_in (self->desk, turn, is_hurried);
  return self->last_ticket;
}

/*
 * hub_store_has_room:
 * @max_bytes: how much may wait
 *
 * Returns: whether no more than @max_bytes waits for the writer, and the next message of the log can have a number
 */
gboolean
hub_store_has_room (const HubStore *self, gsize max_bytes)
{
  gsize bytes = self->queue_bytes + (self->turn != NULL ? hub_store_turn_get_cost (self->turn) : 0);

  return bytes <= max_bytes && hub_store_numbers_are_there (&self->numbers);
}

static gboolean
load (gpointer user_data, const HubStoreLoadFuncs *funcs, gpointer core, GError **error)
{
  HubStore *self = user_data;
  g_autoptr (HubStoreDatabase) db = hub_store_file_open_reader (&self->file, error);

  if (db != NULL && hub_store_load (db, funcs, core, error))
    return TRUE;
  g_prefix_error (error, "the database %s cannot be read: ", self->file.path);
  return FALSE;
}

static void
put_session (gpointer user_data, const HubStoreSession *session)
{
  const gint64 ints[] = { (gint64) session->key, session->expiry_s, session->lost_ms };
  const HubSpan spans[] = { filled (session->client_id), session->user_name };

  hub_store_append (user_data, HUB_STORE_OP_PUT_SESSION, ints, spans);
}

static void
remove_session (gpointer user_data, guint64 session)
{
  const gint64 ints[] = { (gint64) session };

  hub_store_append (user_data, HUB_STORE_OP_REMOVE_SESSION, ints, NULL);
}

static void
put_subscription (gpointer user_data, const HubStoreSubscription *subscription)
{
  const gint64 ints[] = { (gint64) subscription->session, subscription->options, subscription->identifier };
  const HubSpan spans[] = { filled (subscription->filter) };

  hub_store_append (user_data, HUB_STORE_OP_PUT_SUBSCRIPTION, ints, spans);
}

static void
remove_subscription (gpointer user_data, guint64 session, HubSpan filter)
{
  const gint64 ints[] = { (gint64) session };
  const HubSpan spans[] = { filled (filter) };

  hub_store_append (user_data, HUB_STORE_OP_REMOVE_SUBSCRIPTION, ints, spans);
}

static void
add_message (gpointer user_data, const HubStoreMessage *message)
{
  const gint64 ints[] = { (gint64) message->key, message->expires_ms, message->qos, message->is_retain };
  const HubSpan spans[] = {
    filled (message->topic),
    filled (message->publisher),
    filled (message->properties),
    filled (message->payload),
  };

  hub_store_append (user_data, HUB_STORE_OP_ADD_MESSAGE, ints, spans);
}

static void
remove_message (gpointer user_data, guint64 message)
{
  const gint64 ints[] = { (gint64) message };

  hub_store_append (user_data, HUB_STORE_OP_REMOVE_MESSAGE, ints, NULL);
}

static void
add_delivery (gpointer user_data, const HubStoreDelivery *delivery)
{
  const gint64 ints[] = {
    (gint64) delivery->session,
    (gint64) delivery->order,
    (gint64) delivery->message,
    delivery->packet_id,
    delivery->state,
    delivery->qos,
    delivery->is_retain,
  };
  g_autofree guint32 *copy = NULL;
  HubSpan identifiers = HUB_SPAN_LITERAL ("");

  g_return_if_fail (delivery->n_identifiers <= HUB_STORE_IDENTIFIERS_MAX);

  if (delivery->n_identifiers > 0)
    {
      copy = g_new (guint32, delivery->n_identifiers);
      for (guint i = 0; i < delivery->n_identifiers; i++)
        copy[i] = GUINT32_TO_LE (delivery->identifiers[i]);
      identifiers = (HubSpan){ (const guint8 *) copy, delivery->n_identifiers * sizeof (guint32) };
    }
  hub_store_append (user_data, HUB_STORE_OP_ADD_DELIVERY, ints, &identifiers);
}

static void
update_delivery (gpointer user_data, guint64 session, guint64 order, guint16 packet_id, HubStoreDeliveryState state)
{
  const gint64 ints[] = { (gint64) session, (gint64) order, packet_id, state };

  hub_store_append (user_data, HUB_STORE_OP_UPDATE_DELIVERY, ints, NULL);
}

static void
remove_delivery (gpointer user_data, guint64 session, guint64 order)
{
  const gint64 ints[] = { (gint64) session, (gint64) order };

  hub_store_append (user_data, HUB_STORE_OP_REMOVE_DELIVERY, ints, NULL);
}

static void
add_received (gpointer user_data, guint64 session, guint16 packet_id)
{
  const gint64 ints[] = { (gint64) session, packet_id };

  hub_store_append (user_data, HUB_STORE_OP_ADD_RECEIVED, ints, NULL);
}

static void
remove_received (gpointer user_data, guint64 session, guint16 packet_id)
{
  const gint64 ints[] = { (gint64) session, packet_id };

  hub_store_append (user_data, HUB_STORE_OP_REMOVE_RECEIVED, ints, NULL);
}

static void
set_retained (gpointer user_data, HubSpan topic, guint64 message)
{
  const gint64 ints[] = { (gint64) message };
  const HubSpan spans[] = { filled (topic) };

  hub_store_append (user_data, HUB_STORE_OP_SET_RETAINED, ints, spans);
}

static void
remove_retained (gpointer user_data, HubSpan topic)
{
  const HubSpan spans[] = { filled (topic) };

  hub_store_append (user_data, HUB_STORE_OP_REMOVE_RETAINED, NULL, spans);
}

static void
set_will (gpointer user_data, const HubStoreWill *will)
{
  const gint64 ints[] = { (gint64) will->session, (gint64) will->message, will->delay_s };

  hub_store_append (user_data, HUB_STORE_OP_SET_WILL, ints, NULL);
}

static void
remove_will (gpointer user_data, guint64 session)
{
  const gint64 ints[] = { (gint64) session };

  hub_store_append (user_data, HUB_STORE_OP_REMOVE_WILL, ints, NULL);
}

static guint64
record (gpointer user_data, const HubStoreRecord *message)
{
  HubStore *self = user_data;
  guint64 end;
  guint64 seq;

  if (self->failure != NULL)
    return 0;

  /* In the same turn, in front of the message: the number of a message on disk is always a reserved one. */
  end = hub_store_numbers_ask (&self->numbers, self->last_ticket + 1, g_get_monotonic_time ());
  if (end != 0)
    {
      const gint64 ints[] = { (gint64) end };

      hub_store_append (self, HUB_STORE_OP_RESERVE, ints, NULL);
      self->is_hurried = TRUE;
    }

  seq = hub_store_has_room (self, self->max_queue_bytes) ? hub_store_numbers_take (&self->numbers) : 0;
  if (seq != 0)
    {
      const gint64 ints[] = { (gint64) seq, message->time_ms };
      const HubSpan spans[] = { filled (message->topic), filled (message->client_id), filled (message->payload) };

      hub_store_append (self, HUB_STORE_OP_RECORD, ints, spans);
    }
  else
    {
      self->said_full = TRUE;
    }
  return seq;
}

static const char *
get_log_id (gpointer user_data)
{
  return hub_store_get_log_id (user_data);
}

static guint64
commit (gpointer user_data, gboolean is_awaited)
{
  return hub_store_commit (user_data, is_awaited);
}

static gboolean
is_full (gpointer user_data)
{
  HubStore *self = user_data;

  if (self->failure != NULL || hub_store_has_room (self, self->max_queue_bytes))
    return FALSE;
  self->said_full = TRUE;
  return TRUE;
}

static gboolean
is_failed (gpointer user_data)
{
  return hub_store_is_failed (user_data);
}

static gboolean
load_nothing (gpointer user_data, const HubStoreLoadFuncs *funcs, gpointer core, GError **error)
{
  return TRUE;
}

static guint64
record_in_memory (gpointer user_data, const HubStoreRecord *message)
{
  HubStore *self = user_data;

  return hub_memory_log_append (self->memory, message, g_get_real_time () / G_TIME_SPAN_MILLISECOND);
}

static gboolean
never (gpointer user_data)
{
  return FALSE;
}

/* What a store in memory is told of sessions ends in hub_store_append(). */
#define STATE_FUNCS                           \
  .put_session = put_session,                 \
  .remove_session = remove_session,           \
  .put_subscription = put_subscription,       \
  .remove_subscription = remove_subscription, \
  .add_message = add_message,                 \
  .remove_message = remove_message,           \
  .add_delivery = add_delivery,               \
  .update_delivery = update_delivery,         \
  .remove_delivery = remove_delivery,         \
  .add_received = add_received,               \
  .remove_received = remove_received,         \
  .set_retained = set_retained,               \
  .remove_retained = remove_retained,         \
  .set_will = set_will,                       \
  .remove_will = remove_will,                 \
  .get_log_id = get_log_id,                   \
  .commit = commit

const HubStoreFuncs hub_store_disk_funcs = {
  STATE_FUNCS,
  .keeps_state = TRUE,
  .load = load,
  .record = record,
  .is_full = is_full,
  .is_failed = is_failed,
};

const HubStoreFuncs hub_store_memory_funcs = {
  STATE_FUNCS,
  .keeps_state = FALSE,
  .load = load_nothing,
  .record = record_in_memory,
  .is_full = never,
  .is_failed = never,
};
