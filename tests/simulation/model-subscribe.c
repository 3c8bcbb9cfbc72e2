/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/simulation/model-private.h"

/*
 * sim_subscription_free:
 * @data: (transfer full): a subscription
 */
void
sim_subscription_free (gpointer data)
{
  SimSubscription *self = data;

  g_free (self->filter);
  g_free (self->share);
  g_free (self->rest);
  g_free (self);
}

/*
 * sim_session_find_subscription:
 *
 * Returns: (transfer none) (nullable): the subscription with exactly @filter
 */
SimSubscription *
sim_session_find_subscription (const SimSession *self, const char *filter)
{
  for (guint i = 0; i < self->subscriptions->len; i++)
    if (g_str_equal (((SimSubscription *) g_ptr_array_index (self->subscriptions, i))->filter, filter))
      return g_ptr_array_index (self->subscriptions, i);
  return NULL;
}

/* Subscribes to one filter; returns the code for it, and whether it has to be followed by what is retained. */
static guint8
subscribe (SimModel *self, SimSession *session, const SimFilter *wish, guint32 identifier, gboolean *wants_retained)
{
  SimSubscription *subscription = sim_session_find_subscription (session, wish->text);
  guint handling = wish->options >> 4 & 3;
  gboolean is_new = subscription == NULL;
  g_autofree char *share = NULL;
  const char *rest;

  *wants_retained = FALSE;
  if (!sim_topic_split_share (wish->text, &share, &rest) || !sim_topic_filter_is_valid (rest))
    return 0x8f;
  if (is_new && self->rules->max_filters > 0 && session->subscriptions->len >= self->rules->max_filters)
    return 0x97;
  if (is_new)
    {
      subscription = g_new0 (SimSubscription, 1);
      subscription->session = session;
      subscription->filter = g_strdup (wish->text);
      subscription->rest = g_strdup (rest);
      subscription->share = g_steal_pointer (&share);
      g_ptr_array_add (session->subscriptions, subscription);
      if (subscription->share != NULL)
        sim_model_join_share (self, subscription);
    }
  subscription->options = wish->options;
  subscription->identifier = identifier;
  *wants_retained = subscription->share == NULL && (handling == 0 || (handling == 1 && is_new));
  return wish->options & 3;
}

/* The broker has to know of the same retained messages; in which order it goes through them is told. */
static GPtrArray *
list_retained (const SimModel *self)
{
  GPtrArray *topics = self->order (self->order_data);

  for (guint i = 0; i < topics->len; i++)
    if (!g_hash_table_contains (self->retained, g_ptr_array_index (topics, i)))
      sim_fail (self->report, "'%s' is retained", (const char *) g_ptr_array_index (topics, i));
  if (topics->len != g_hash_table_size (self->retained))
    sim_fail (self->report, "%u messages are retained, not %u", g_hash_table_size (self->retained), topics->len);
  return topics;
}

/* What is retained for a subscription; MQTT 5.0, section 3.3.1.3. */
static void
replay (SimModel *self, SimSession *session, const SimSubscription *subscription, const GPtrArray *topics)
{
  sim_model_end_replay (self, session, subscription->filter);
  for (guint i = 0; i < topics->len; i++)
    {
      const SimMessage *message = g_hash_table_lookup (self->retained, g_ptr_array_index (topics, i));
      SimDelivery *delivery;

      if (!sim_topic_matches (subscription->rest, message->topic) || message->expires_us <= self->report->now_us)
        continue;
      if ((subscription->options & 4) != 0 && g_str_equal (message->publisher, session->client_id))
        {
          sim_model_met (self, SIM_EVENT_NO_LOCAL);
          continue;
        }
      delivery = sim_delivery_new (self, message, sim_model_delivered_qos (self, message, subscription->options & 3), TRUE);
      sim_delivery_add_identifier (delivery, subscription->identifier);
      delivery->filter = g_strdup (subscription->filter);
      sim_model_replay (self, session, delivery);
    }
}

static void
add_code (GByteArray *codes, guint8 code)
{
  g_byte_array_append (codes, &code, 1);
}

/* Whether the filters are looked at at all: not where the answer would be larger than the client takes, nor where the
 * identifier belongs to something else. */
static gboolean
check_answer (SimModel *self, SimLine *line, const SimPacket *packet, SimPacketType answer)
{
  gsize size = 2 + (line->version == 5 ? 1 : 0) + packet->filters->len;

  if (line->max_packet_bytes > 0 && 1 + sim_varint_size ((guint32) size) + size > line->max_packet_bytes)
    {
      sim_model_fault (self, line, "\x95");
      return FALSE;
    }
  if (sim_model_is_id_taken (self, line, packet->id))
    {
      g_autoptr (GByteArray) codes = g_byte_array_new ();

      for (guint i = 0; i < packet->filters->len; i++)
        add_code (codes, 0x91);
      sim_model_answer_list (self, line, answer, packet->id, codes);
      return FALSE;
    }
  return TRUE;
}

/*
 * sim_model_take_subscribe:
 *
 * A filter that stands in a packet more than once asks for what is retained once, by its last options: that is what
 * the broker promises where the specification speaks of a sequence.
 */
void
sim_model_take_subscribe (SimModel *self, SimLine *line, const SimPacket *packet)
{
  SimSession *session = line->session;
  guint32 identifier = sim_properties_get_number (&packet->properties, SIM_SUBSCRIPTION_IDENTIFIER, 0);
  g_autoptr (GPtrArray) replays = g_ptr_array_new ();
  g_autoptr (GByteArray) codes = g_byte_array_new ();
  g_autoptr (GPtrArray) topics = NULL;

  for (guint i = 0; i < packet->filters->len; i++)
    {
      const SimFilter *wish = &g_array_index (packet->filters, SimFilter, i);

      g_autofree char *share = NULL;
      const char *rest;

      if ((wish->options & 4) != 0 && sim_topic_split_share (wish->text, &share, &rest) && share != NULL)
        {
          sim_model_fault (self, line, "\x82");
          return;
        }
    }
  if (!check_answer (self, line, packet, SIM_SUBACK))
    return;
  for (guint i = 0; i < packet->filters->len; i++)
    {
      const SimFilter *wish = &g_array_index (packet->filters, SimFilter, i);
      gboolean wants_retained;
      guint8 code = subscribe (self, session, wish, identifier, &wants_retained);
      SimSubscription *subscription = sim_session_find_subscription (session, wish->text);

      add_code (codes, code >= 0x80 && line->version != 5 ? 0x80 : code);
      if (wants_retained && !g_ptr_array_find (replays, subscription, NULL))
        g_ptr_array_add (replays, subscription);
    }
  sim_model_answer_list (self, line, SIM_SUBACK, packet->id, codes);
  topics = list_retained (self);
  for (guint i = 0; i < replays->len; i++)
    replay (self, session, g_ptr_array_index (replays, i), topics);
  sim_model_go_on_replay (self, session);
}

/*
 * sim_model_unsubscribe:
 * @subscription: (transfer full): what its client does not get any more
 */
void
sim_model_unsubscribe (SimModel *self, SimSubscription *subscription)
{
  if (subscription->share != NULL)
    sim_model_leave_share (self, subscription);
  g_ptr_array_remove (subscription->session->subscriptions, subscription);
}

/*
 * sim_model_take_unsubscribe:
 *
 * What is queued already is sent nevertheless, as MQTT 5.0, section 3.10.4, allows; what is retained is not.
 */
void
sim_model_take_unsubscribe (SimModel *self, SimLine *line, const SimPacket *packet)
{
  SimSession *session = line->session;
  g_autoptr (GByteArray) codes = g_byte_array_new ();

  if (!check_answer (self, line, packet, SIM_UNSUBACK))
    return;
  for (guint i = 0; i < packet->filters->len; i++)
    {
      const SimFilter *wish = &g_array_index (packet->filters, SimFilter, i);
      SimSubscription *subscription = sim_session_find_subscription (session, wish->text);

      if (line->version == 5)
        add_code (codes, subscription != NULL ? 0x00 : 0x11);
      if (subscription == NULL)
        continue;
      sim_model_end_replay (self, session, wish->text);
      sim_model_unsubscribe (self, subscription);
    }
  sim_model_answer_list (self, line, SIM_UNSUBACK, packet->id, codes);
}
