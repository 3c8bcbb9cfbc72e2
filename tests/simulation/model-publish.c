/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/simulation/model-private.h"

/* --- Retained messages; MQTT 5.0, section 3.3.1.3 --- */

static gboolean
retained_have_room (const SimModel *self, const SimMessage *message)
{
  guint max_messages = self->rules->max_retained_messages;
  guint max_bytes = self->rules->max_retained_bytes;
  gsize bytes = sim_message_cost (message);
  GHashTableIter iter;
  gpointer other;

  g_hash_table_iter_init (&iter, self->retained);
  while (g_hash_table_iter_next (&iter, NULL, &other))
    bytes += sim_message_cost (other);
  return (max_messages == 0 || g_hash_table_size (self->retained) < max_messages) && (max_bytes == 0 || bytes <= max_bytes);
}

/* What is retained for the topic goes in any case; something else comes in its place if it is not empty and there is
 * room. */
static void
retain (SimModel *self, const SimMessage *message)
{
  SimMessage *kept = (gpointer) message;

  g_hash_table_remove (self->retained, message->topic);
  if (message->payload[0] == '\0')
    return;
  if (retained_have_room (self, message))
    {
      g_hash_table_insert (self->retained, kept->topic, kept);
      sim_model_wait_until (self, &kept->retained, kept->expires_us);
      return;
    }
  sim_trace (self->report, "                  model: '%s' is not retained: the limit is reached", message->topic);
  sim_model_met (self, SIM_EVENT_RETAINED_FULL);
  self->counts.dropped++;
}

/* --- Who gets it --- */

/*
 * All subscriptions of a session that match, but for those that are No Local for its own messages: one copy at the
 * highest QoS of them, with all their identifiers. That there is one copy is this broker's choice; the specification
 * would allow one for each. So is that RETAIN stays where any of them has Retain As Published.
 */
static gboolean
publish_to (SimModel *self, SimSession *session, const SimMessage *message, const char *client_id)
{
  gboolean is_own = g_str_equal (session->client_id, client_id);
  g_autoptr (GPtrArray) matches = g_ptr_array_new ();
  SimDelivery *delivery;
  guint granted = 0;
  gboolean keeps_retain = FALSE;

  for (guint i = 0; i < session->subscriptions->len; i++)
    {
      const SimSubscription *subscription = g_ptr_array_index (session->subscriptions, i);

      if (subscription->share != NULL || !sim_topic_matches (subscription->rest, message->topic))
        continue;
      if (is_own && (subscription->options & 4) != 0)
        {
          sim_model_met (self, SIM_EVENT_NO_LOCAL);
          continue;
        }
      granted = MAX (granted, subscription->options & 3);
      keeps_retain = keeps_retain || (subscription->options & 8) != 0;
      g_ptr_array_add (matches, (gpointer) subscription);
    }
  if (matches->len == 0)
    return FALSE;
  if (matches->len > 1)
    sim_model_met (self, SIM_EVENT_DELIVER_OVERLAP);
  delivery = sim_delivery_new (self,
                               message,
                               sim_model_delivered_qos (self, message, granted),
                               message->is_retain && keeps_retain);
  for (guint i = 0; i < matches->len; i++)
    sim_delivery_add_identifier (delivery, ((const SimSubscription *) g_ptr_array_index (matches, i))->identifier);
  sim_model_deliver (self, session, delivery);
  return TRUE;
}

/*
 * sim_model_publish:
 * @client_id: of who publishes it
 *
 * Hands @message to everybody who is to get it.
 *
 * Returns: whether there was anybody
 */
gboolean
sim_model_publish (SimModel *self, const SimMessage *message, const char *client_id)
{
  gboolean has_receiver = FALSE;

  if (message->is_retain)
    retain (self, message);
  for (guint i = 0; i < self->sessions->len; i++)
    has_receiver = publish_to (self, g_ptr_array_index (self->sessions, i), message, client_id) || has_receiver;
  return sim_model_publish_to_shares (self, message) || has_receiver;
}

/* --- From whom it comes --- */

/* Whether the packet breaks something that CONNACK has announced; the codes that may say so. */
static gboolean
check (SimModel *self, SimLine *line, const SimPacket *packet)
{
  const SimDoor *door = &self->rules->doors[line->connection->door];
  guint alias = sim_properties_get_number (&packet->properties, SIM_TOPIC_ALIAS, 0);
  gboolean has_alias = line->version == 5 && sim_properties_have (&packet->properties, SIM_TOPIC_ALIAS);
  gboolean is_new = !g_hash_table_contains (line->session->received, GUINT_TO_POINTER (packet->id));
  g_autoptr (GString) codes = g_string_new (NULL);

  if (packet->qos > door->max_qos)
    g_string_append_c (codes, '\x9b');
  if (packet->is_retain && !self->rules->retain_available)
    g_string_append_c (codes, '\x9a');
  if (has_alias && (alias == 0 || alias > door->max_topic_alias))
    g_string_append_c (codes, '\x94');
  else if (has_alias && packet->topic[0] == '\0' && g_ptr_array_index (line->topics, alias) == NULL)
    g_string_append_c (codes, '\x82');
  if (line->version == 5 && packet->qos == 2 && is_new && line->quota == 0)
    {
      sim_model_met (self, SIM_EVENT_RECEIVE_MAXIMUM);
      g_string_append_c (codes, '\x93');
    }
  if (codes->len > 0)
    sim_model_fault (self, line, codes->str);
  return codes->len == 0;
}

/* The topic, where an alias stands for it; MQTT 5.0, section 3.3.2.3.4. */
static void
resolve_alias (SimModel *self, SimLine *line, const SimPacket *packet, SimMessage *message)
{
  guint alias = sim_properties_get_number (&packet->properties, SIM_TOPIC_ALIAS, 0);

  if (line->version != 5 || alias == 0)
    return;
  if (packet->topic[0] != '\0')
    {
      g_free (g_ptr_array_index (line->topics, alias));
      g_ptr_array_index (line->topics, alias) = g_strdup (packet->topic);
      return;
    }
  sim_model_met (self, SIM_EVENT_ALIAS_IN);
  g_free (message->topic);
  message->topic = g_strdup (g_ptr_array_index (line->topics, alias));
}

/*
 * sim_model_is_denied:
 * @message: what a client wants to be published, now or as its will
 *
 * Returns: whether it goes to nobody
 */
gboolean
sim_model_is_denied (const SimModel *self, const SimMessage *message)
{
  guint max_bytes = self->rules->max_message_bytes;

  return message->topic[0] == '$' || (max_bytes > 0 && strlen (message->payload) > max_bytes);
}

/* Publishes, or does not; returns the code that an acknowledgement has to have. */
static guint8
publish (SimModel *self, const SimMessage *message)
{
  if (sim_model_is_denied (self, message))
    {
      sim_model_met (self, SIM_EVENT_PUBLISH_DENIED);
      self->counts.denied++;
      return message->topic[0] == '$' ? 0x87 : 0x83;
    }
  sim_model_met (self, SIM_EVENT_PUBLISH);
  self->counts.received++;
  return sim_model_publish (self, message, message->publisher) ? 0x00 : 0x10;
}

/*
 * sim_model_is_id_taken:
 *
 * Returns: whether an identifier belongs to a QoS 2 message that was not released, so that nothing else may have it; 3.x
 *   cannot be told
 */
gboolean
sim_model_is_id_taken (SimModel *self, const SimLine *line, guint16 id)
{
  if (!g_hash_table_contains (line->session->received, GUINT_TO_POINTER (id)))
    return FALSE;
  sim_model_met (self, SIM_EVENT_ID_TAKEN);
  return line->version == 5;
}

static void
acknowledge (SimModel *self, SimLine *line, SimPacketType type, guint16 id, guint8 code)
{
  const char codes[] = { line->version == 5 ? (char) code : '\0', '\0' };

  sim_model_answer (self, line, type, id, codes);
}

/* QoS 2 once and no more. What the client sends again on a further connection does not count anew for what it may have
 * under way: the specification would let it. */
static void
take_qos_2 (SimModel *self, SimLine *line, const SimPacket *packet, const SimMessage *message)
{
  GHashTable *received = line->session->received;
  gpointer key = GUINT_TO_POINTER (packet->id);
  guint8 code = 0;

  if (g_hash_table_contains (received, key))
    sim_model_met (self, SIM_EVENT_PUBLISH_AGAIN);
  else
    code = publish (self, message);
  /* In 5.0 a refusal ends the exchange; 3.x cannot refuse, and goes on. */
  if ((code < 0x80 || line->version != 5) && !g_hash_table_contains (received, key))
    {
      g_hash_table_insert (received, key, GINT_TO_POINTER (code < 0x80 ? SIM_RECEIVED : SIM_RECEIVED_DENIED));
      line->quota--;
    }
  acknowledge (self, line, SIM_PUBREC, packet->id, code);
}

/*
 * sim_model_take_publish:
 *
 * MQTT 5.0, sections 3.3 and 4.3.
 */
void
sim_model_take_publish (SimModel *self, SimLine *line, const SimPacket *packet)
{
  SimMessage *message;
  guint8 code = 0x91;

  if (!check (self, line, packet))
    return;
  message = sim_model_make_message (self, line->session->client_id, packet, &packet->properties);
  resolve_alias (self, line, packet, message);
  if (packet->qos == 2)
    {
      take_qos_2 (self, line, packet, message);
      return;
    }
  if (packet->qos == 0 || !sim_model_is_id_taken (self, line, packet->id))
    code = publish (self, message);
  if (packet->qos == 1)
    acknowledge (self, line, SIM_PUBACK, packet->id, code);
}
