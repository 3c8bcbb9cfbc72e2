/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/support/hub-test-model.h"

#include <stdio.h>

/* A retained message that waits, and the subscription for which. */
typedef struct
{
  const HubTestMessage *message;
  guint8 qos;
  char *filter; /* (owned) */
} Replay;

static void
replay_clear (gpointer data)
{
  g_free (((Replay *) data)->filter);
}

static void
message_free (gpointer data)
{
  HubTestMessage *message = data;

  g_free (message->topic);
  g_free (message->payload);
  g_free (message);
}

static void
session_free (gpointer data)
{
  HubTestSession *session = data;

  g_hash_table_unref (session->subscriptions);
  g_array_unref (session->flights);
  g_queue_clear_full (&session->queue, g_free);
  g_array_unref (session->replay);
  g_hash_table_unref (session->received);
  g_free (session->client_id);
  g_free (session);
}

static HubTestSession *
session_new (HubTestModel *model, const char *client_id)
{
  HubTestSession *session = g_new0 (HubTestSession, 1);

  session->model = model;
  session->client_id = g_strdup (client_id);
  session->subscriptions = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  session->flights = g_array_new (FALSE, FALSE, sizeof (HubTestFlight));
  session->replay = g_array_new (FALSE, FALSE, sizeof (Replay));
  g_array_set_clear_func (session->replay, replay_clear);
  session->received = g_hash_table_new (NULL, NULL);
  return session;
}

static gboolean
levels_match (char **filter, char **name)
{
  if (*filter == NULL || *name == NULL)
    return *filter == *name || (*filter != NULL && g_str_equal (*filter, "#"));
  if (g_str_equal (*filter, "#"))
    return TRUE;
  return (g_str_equal (*filter, "+") || g_str_equal (*filter, *name)) && levels_match (filter + 1, name + 1);
}

static gboolean
topic_matches (const char *filter, const char *name)
{
  g_auto (GStrv) filter_levels = g_strsplit (filter, "/", -1);
  g_auto (GStrv) name_levels = g_strsplit (name, "/", -1);

  return levels_match (filter_levels, name_levels) && (name[0] != '$' || filter[0] == '$');
}

static HubTestFlight *
flight_at (HubTestSession *session, guint index)
{
  return &g_array_index (session->flights, HubTestFlight, index);
}

G_GNUC_PRINTF (2, 3)
static void
expect_next (HubTestSession *session, const char *format, ...)
{
  g_autofree char *expected = NULL;
  g_autofree char *text = NULL;
  va_list args;

  va_start (args, format);
  expected = g_strdup_vprintf (format, args);
  va_end (args);
  text = hub_test_peer_take_next (session->peer);
  g_assert_cmpstr (text, ==, expected);
}

/* The next packet must be this delivery, under an identifier that is not in use. */
static void
begin (HubTestSession *session, const HubTestFlight *delivery)
{
  HubTestFlight flight = *delivery;

  if (flight.qos == 0)
    {
      expect_next (session, "PUBLISH d0 q0 r%d m0 %s %s", flight.is_retain, flight.message->topic, flight.message->payload);
      return;
    }
  if (session->peer->output->len > 0)
    sscanf (g_ptr_array_index (session->peer->output, 0), "PUBLISH d0 q%*d r%*d m%hu", &flight.packet_id);
  expect_next (session,
               "PUBLISH d0 q%d r%d m%d %s %s",
               flight.qos,
               flight.is_retain,
               flight.packet_id,
               flight.message->topic,
               flight.message->payload);
  g_assert_cmpuint (flight.packet_id, !=, 0);
  for (guint i = 0; i < session->flights->len; i++)
    g_assert_cmpuint (flight_at (session, i)->packet_id, !=, flight.packet_id);
  flight.wait = flight.qos == 1 ? HUB_TEST_WAIT_PUBACK : HUB_TEST_WAIT_PUBREC;
  g_array_append_val (session->flights, flight);
}

static gboolean
is_current (const HubTestModel *self, const Replay *replay)
{
  return g_hash_table_lookup (self->retained, replay->message->topic) == replay->message;
}

/* Whether the packet is one of the retained messages that wait; if so, it does not wait any more. */
static gboolean
take_replay (HubTestModel *self, HubTestSession *session, const char *text)
{
  for (guint i = 0; i < session->replay->len; i++)
    {
      Replay replay = g_array_index (session->replay, Replay, i);
      HubTestFlight delivery = { .message = replay.message, .qos = replay.qos, .is_retain = TRUE };
      g_autofree char *end = g_strdup_printf (" %s %s", replay.message->topic, replay.message->payload);
      g_autofree char *start = g_strdup_printf ("PUBLISH d0 q%d r1 ", replay.qos);

      if (!is_current (self, &replay) || !g_str_has_prefix (text, start) || !g_str_has_suffix (text, end))
        continue;
      g_assert_false (session->is_stuck);
      g_assert_true (replay.qos == 0 || session->flights->len < self->max_inflight);
      begin (session, &delivery);
      g_array_remove_index (session->replay, i);
      return TRUE;
    }
  return FALSE;
}

/* The broker may send what is retained and waits whenever the window lets it. */
static void
take_replays (HubTestSession *session)
{
  GPtrArray *output = session->peer->output;

  while (output->len > 0 && take_replay (session->model, session, g_ptr_array_index (output, 0)))
    ;
}

static void
pump_replay (HubTestModel *self, HubTestSession *session)
{
  take_replays (session);
  for (guint i = session->replay->len; i > 0; i--)
    {
      const Replay *replay = &g_array_index (session->replay, Replay, i - 1);

      if (session->flights->len < self->max_inflight)
        g_assert_false (is_current (self, replay));
      if (session->flights->len < self->max_inflight || !is_current (self, replay))
        g_array_remove_index (session->replay, i - 1);
    }
}

static gboolean
has_window (const HubTestModel *self, const HubTestSession *session)
{
  return session->peer != NULL && !session->is_stuck && session->flights->len < self->max_inflight;
}

static void
deliver (HubTestModel *self, HubTestSession *session, const HubTestMessage *message, guint8 granted)
{
  HubTestFlight delivery = { .message = message, .qos = MIN (granted, message->qos) };

  if (session->peer != NULL)
    take_replays (session);
  if (delivery.qos == 0)
    {
      if (session->peer != NULL && session->is_stuck)
        self->n_dropped++;
      else if (session->peer != NULL)
        begin (session, &delivery);
    }
  else if (session->queue.length == 0 && has_window (self, session))
    {
      begin (session, &delivery);
    }
  else if (session->queue.length < self->max_queued)
    {
      g_queue_push_tail (&session->queue, g_memdup2 (&delivery, sizeof delivery));
    }
  else
    {
      self->n_dropped++;
    }
}

static void
redeliver (HubTestSession *session)
{
  for (guint i = 0; i < session->flights->len; i++)
    {
      HubTestFlight *flight = flight_at (session, i);

      if (flight->wait == HUB_TEST_WAIT_PUBCOMP)
        hub_test_session_expect (session, "PUBREL m%d", flight->packet_id);
      else
        hub_test_session_expect (session,
                                 "PUBLISH d1 q%d r%d m%d %s %s",
                                 flight->qos,
                                 flight->is_retain,
                                 flight->packet_id,
                                 flight->message->topic,
                                 flight->message->payload);
    }
}

/**
 * hub_test_session_expect:
 * @session: a session with a connection
 * @format: a format
 * @...: its arguments
 *
 * Asserts that the next packet that was sent, but for retained messages that have waited, is this one.
 */
void
hub_test_session_expect (HubTestSession *session, const char *format, ...)
{
  g_autofree char *expected = NULL;
  g_autofree char *text = NULL;
  va_list args;

  va_start (args, format);
  expected = g_strdup_vprintf (format, args);
  va_end (args);
  take_replays (session);
  text = hub_test_peer_take_next (session->peer);
  g_assert_cmpstr (text, ==, expected);
}

/**
 * hub_test_model_new:
 * @max_inflight: the window
 * @max_queued: the longest queue
 *
 * Returns: (transfer full): a broker without clients
 */
HubTestModel *
hub_test_model_new (guint max_inflight, guint max_queued)
{
  HubTestModel *self = g_new0 (HubTestModel, 1);

  self->sessions = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, session_free);
  self->retained = g_hash_table_new (g_str_hash, g_str_equal);
  self->messages = g_ptr_array_new_with_free_func (message_free);
  self->max_inflight = max_inflight;
  self->max_queued = max_queued;
  return self;
}

/**
 * hub_test_model_free:
 * @self: (transfer full): a model
 */
void
hub_test_model_free (HubTestModel *self)
{
  g_hash_table_unref (self->sessions);
  g_hash_table_unref (self->retained);
  g_ptr_array_unref (self->messages);
  g_free (self);
}

/**
 * hub_test_model_message:
 * @self: a model
 * @topic: a Topic Name
 * @payload: the payload
 * @qos: 0 to 2
 * @is_retain: RETAIN
 *
 * Returns: (transfer none): a message, which lives as long as @self
 */
HubTestMessage *
hub_test_model_message (HubTestModel *self,
                        const char *topic,
                        const char *payload,
                        guint8 qos,
                        gboolean is_retain)
{
  HubTestMessage *message = g_new0 (HubTestMessage, 1);

  message->topic = g_strdup (topic);
  message->payload = g_strdup (payload);
  message->qos = qos;
  message->is_retain = is_retain;
  g_ptr_array_add (self->messages, message);
  return message;
}

/**
 * hub_test_model_connect:
 * @self: a model
 * @client_id: who connects
 * @peer: its connection
 * @is_clean: Clean Session
 *
 * Returns: (transfer none): the session
 */
HubTestSession *
hub_test_model_connect (HubTestModel *self, const char *client_id, HubTestPeer *peer, gboolean is_clean)
{
  HubTestSession *session = g_hash_table_lookup (self->sessions, client_id);
  gboolean is_present;

  if (session != NULL && session->peer != NULL)
    {
      HubTestPeer *old = session->peer;

      hub_test_model_end (self, session, TRUE);
      hub_test_peer_expect_closed (old, HUB_REASON_SESSION_TAKEN_OVER);
      session = g_hash_table_lookup (self->sessions, client_id);
    }
  if (session != NULL && is_clean)
    {
      hub_test_model_destroy (self, session);
      session = NULL;
    }
  is_present = session != NULL;
  if (session == NULL)
    {
      session = session_new (self, client_id);
      g_hash_table_insert (self->sessions, session->client_id, session);
    }
  session->peer = peer;
  session->is_clean = is_clean;
  session->is_stuck = FALSE;
  session->deadline_us = G_MAXINT64;
  hub_test_session_expect (session, "CONNACK %d 0", is_present && peer->version != HUB_VERSION_3_1);
  redeliver (session);
  hub_test_model_pump (self, session);
  return session;
}

/**
 * hub_test_model_end:
 * @self: a model
 * @session: a session with a connection, which is closed
 * @with_will: whether its will is published
 *
 * What the peer has got before must have been taken.
 */
void
hub_test_model_end (HubTestModel *self, HubTestSession *session, gboolean with_will)
{
  const HubTestMessage *will = session->will;

  session->peer = NULL;
  session->will = NULL;
  session->deadline_us = G_MAXINT64;
  if (session->is_clean)
    hub_test_model_destroy (self, session);
  if (with_will && will != NULL)
    hub_test_model_publish (self, will);
}

/**
 * hub_test_model_destroy:
 * @self: a model
 * @session: (transfer full): a session without a connection
 */
void
hub_test_model_destroy (HubTestModel *self, HubTestSession *session)
{
  g_hash_table_remove (self->sessions, session->client_id);
}

/**
 * hub_test_model_publish:
 * @self: a model
 * @message: what is published
 *
 * Expects every delivery that this causes.
 */
void
hub_test_model_publish (HubTestModel *self, const HubTestMessage *message)
{
  GHashTableIter sessions;
  gpointer value;

  if (message->is_retain && message->payload[0] == '\0')
    g_hash_table_remove (self->retained, message->topic);
  else if (message->is_retain)
    g_hash_table_replace (self->retained, message->topic, (gpointer) message);

  g_hash_table_iter_init (&sessions, self->sessions);
  while (g_hash_table_iter_next (&sessions, NULL, &value))
    {
      HubTestSession *session = value;
      GHashTableIter filters;
      gpointer filter, qos;
      int granted = -1;

      g_hash_table_iter_init (&filters, session->subscriptions);
      while (g_hash_table_iter_next (&filters, &filter, &qos))
        if (topic_matches (filter, message->topic))
          granted = MAX (granted, GPOINTER_TO_INT (qos));
      if (granted >= 0)
        deliver (self, session, message, (guint8) granted);
    }
}

static void
end_replay (HubTestSession *session, const char *filter)
{
  for (guint i = session->replay->len; i > 0; i--)
    if (g_str_equal (g_array_index (session->replay, Replay, i - 1).filter, filter))
      g_array_remove_index (session->replay, i - 1);
}

/**
 * hub_test_model_subscribe:
 * @self: a model
 * @session: a session with a connection
 * @filter: a valid filter
 * @qos: the QoS granted
 *
 * Notes the subscription and the retained messages that it asks for; hub_test_model_pump() expects them.
 */
void
hub_test_model_subscribe (HubTestModel *self, HubTestSession *session, const char *filter, guint8 qos)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_insert (session->subscriptions, g_strdup (filter), GINT_TO_POINTER ((int) qos));
  end_replay (session, filter);
  g_hash_table_iter_init (&iter, self->retained);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      const HubTestMessage *message = value;
      Replay replay = { message, MIN (qos, message->qos), NULL };

      if (!topic_matches (filter, message->topic))
        continue;
      replay.filter = g_strdup (filter);
      g_array_append_val (session->replay, replay);
    }
}

/**
 * hub_test_model_unsubscribe:
 * @session: a session with a connection
 * @filter: a filter
 *
 * What is retained, and has not come yet, does not come.
 */
void
hub_test_model_unsubscribe (HubTestSession *session, const char *filter)
{
  end_replay (session, filter);
  g_hash_table_remove (session->subscriptions, filter);
}

/**
 * hub_test_model_pump:
 * @self: a model
 * @session: a session with a connection
 *
 * Expects all deliveries that the window takes.
 */
void
hub_test_model_pump (HubTestModel *self, HubTestSession *session)
{
  if (session->is_stuck)
    return;
  pump_replay (self, session);
  while (session->queue.length > 0 && has_window (self, session))
    {
      g_autofree HubTestFlight *delivery = g_queue_pop_head (&session->queue);

      begin (session, delivery);
    }
}

/**
 * hub_test_model_ack:
 * @self: a model
 * @session: a session with a connection
 * @index: of the delivery under way whose next step the client has taken
 */
void
hub_test_model_ack (HubTestModel *self, HubTestSession *session, guint index)
{
  HubTestFlight *flight = flight_at (session, index);

  if (flight->wait == HUB_TEST_WAIT_PUBREC)
    {
      flight->wait = HUB_TEST_WAIT_PUBCOMP;
      hub_test_session_expect (session, "PUBREL m%d", flight->packet_id);
      return;
    }
  g_array_remove_index (session->flights, index);
  hub_test_model_pump (self, session);
}

/**
 * hub_test_model_count_subscriptions:
 * @self: a model
 *
 * Returns: the subscriptions of all sessions
 */
gsize
hub_test_model_count_subscriptions (const HubTestModel *self)
{
  GHashTableIter iter;
  gpointer session;
  gsize count = 0;

  g_hash_table_iter_init (&iter, self->sessions);
  while (g_hash_table_iter_next (&iter, NULL, &session))
    count += g_hash_table_size (((HubTestSession *) session)->subscriptions);
  return count;
}
