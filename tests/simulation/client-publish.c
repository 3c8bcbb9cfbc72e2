/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/simulation/client.h"

#define OUTGOING_MAX 30

static SimOutgoing *
outgoing_at (const SimClient *self, guint index)
{
  return &g_array_index (self->outgoing, SimOutgoing, index);
}

static void
remove_outgoing (SimClient *self, guint index)
{
  sim_packet_free (outgoing_at (self, index)->publish);
  g_array_remove_index (self->outgoing, index);
}

/* The packet as it is kept: with the topic in full, since aliases end with their connection. */
static SimPacket *
copy_publish (const SimPacket *packet, gboolean is_dup)
{
  SimPacket *copy = sim_packet_new (SIM_PUBLISH);

  copy->topic = g_strdup (packet->topic);
  copy->payload = g_strdup (packet->payload);
  copy->qos = packet->qos;
  copy->id = packet->id;
  copy->is_retain = packet->is_retain;
  copy->is_dup = is_dup;
  sim_properties_copy_message (&packet->properties, &copy->properties);
  if (sim_properties_have (&packet->properties, SIM_MESSAGE_EXPIRY))
    sim_properties_set_number (&copy->properties, SIM_MESSAGE_EXPIRY, packet->properties.numbers[SIM_MESSAGE_EXPIRY]);
  return copy;
}

/*
 * The packet as it is sent again. A broker may not tell it from the first one, and does not look: so that it is seen
 * which of them is delivered, each is given a payload of its own.
 */
static SimPacket *
repeat_publish (SimWorld *world, const SimPacket *packet, gboolean is_dup)
{
  SimPacket *copy = copy_publish (packet, is_dup);

  g_free (copy->payload);
  copy->payload = g_strdup_printf ("%u=%s", ++world->n_messages, packet->payload);
  return copy;
}

static void
choose_properties (SimRandom *random, SimProperties *properties)
{
  static const guint32 expiries_s[] = { 0, 1, 2, 5, 20, 100 };

  if (sim_random_one_in (random, 4))
    sim_properties_set_number (properties, SIM_MESSAGE_EXPIRY, expiries_s[sim_random_below (random, G_N_ELEMENTS (expiries_s))]);
  if (sim_random_one_in (random, 6))
    sim_properties_set_number (properties, SIM_PAYLOAD_FORMAT, sim_random_below (random, 2));
  if (sim_random_one_in (random, 6))
    sim_properties_set_text (properties, SIM_CONTENT_TYPE, "text/plain; charset=utf-8");
  if (sim_random_one_in (random, 6))
    sim_properties_set_text (properties, SIM_RESPONSE_TOPIC, "a/answer");
  if (sim_random_one_in (random, 6))
    sim_properties_set_text (properties, SIM_CORRELATION_DATA, "\001\377\002");
  for (guint i = sim_random_one_in (random, 4) ? sim_random_below (random, 4) : 0; i > 0; i--)
    sim_properties_add_pair (properties, sim_random_one_in (random, 2) ? "name=value" : "=");
}

/* Empty messages all look alike: to be told apart, each goes to a topic of its own. */
static void
keep_or_clear (SimWorld *world, SimPacket *packet)
{
  g_free (packet->topic);
  if (world->kept->len == 0 || sim_random_one_in (&world->random, 2))
    {
      packet->topic = g_strdup_printf ("kept/%u", world->n_messages);
      g_ptr_array_add (world->kept, g_strdup (packet->topic));
      return;
    }
  packet->topic = g_ptr_array_steal_index_fast (world->kept, sim_random_below (&world->random, world->kept->len));
  packet->payload[0] = '\0';
}

/**
 * sim_client_choose_message:
 * @world: where it lives
 * @packet: a PUBLISH, or a CONNECT that gets a will
 * @properties: (inout): where those of the message go
 *
 * Makes up a topic, a payload and properties.
 */
void
sim_client_choose_message (SimWorld *world, SimPacket *packet, SimProperties *properties)
{
  SimRandom *random = &world->random;

  packet->topic = g_strdup (sim_any_topic (random));
  packet->payload = sim_any_payload (random, ++world->n_messages);
  if (packet->is_retain && sim_random_one_in (random, 3))
    keep_or_clear (world, packet);
  choose_properties (random, properties);
}

/* Lets an alias stand for the topic, or sets one. */
static void
choose_alias (SimRandom *random, SimClient *self, SimPacket *packet)
{
  guint alias;

  if (self->version != 5 || self->alias_max == 0 || sim_random_one_in (random, 2))
    return;
  alias = sim_random_between (random, 1, MIN (self->alias_max, 10));
  sim_properties_set_number (&packet->properties, SIM_TOPIC_ALIAS, alias);
  if (self->aliases->len <= alias)
    g_ptr_array_set_size (self->aliases, (int) alias + 1);
  if (g_strcmp0 (g_ptr_array_index (self->aliases, alias), packet->topic) == 0)
    {
      packet->topic[0] = '\0';
      return;
    }
  g_free (g_ptr_array_index (self->aliases, alias));
  g_ptr_array_index (self->aliases, alias) = g_strdup (packet->topic);
}

/**
 * sim_client_publish:
 * @world: where it lives
 * @self: a client with a connection
 *
 * Publishes something that it may publish.
 */
void
sim_client_publish (SimWorld *world, SimClient *self)
{
  SimPacket *packet = sim_packet_new (SIM_PUBLISH);
  SimRandom *random = &world->random;
  guint max_qos = world->rules.doors[self->connection->door].max_qos;

  if (self->outgoing->len >= OUTGOING_MAX || self->quota == 0)
    max_qos = 0;
  packet->qos = (guint8) sim_random_below (random, max_qos + 1);
  packet->is_retain = world->rules.retain_available && sim_random_one_in (random, 4);
  sim_client_choose_message (world, packet, &packet->properties);
  if (packet->qos > 0)
    {
      SimOutgoing outgoing = { NULL, packet->qos == 1 ? SIM_PUBACK : SIM_PUBREC };

      packet->id = sim_client_next_id (world, self);
      outgoing.publish = copy_publish (packet, FALSE);
      g_array_append_val (self->outgoing, outgoing);
      self->quota--;
    }
  choose_alias (random, self, packet);
  sim_client_send (world, self, packet);
}

/**
 * sim_client_publish_again:
 * @world: where it lives
 * @self: a client with a connection
 *
 * Sends once more a message at QoS 2 that it has got no PUBREC for: it is to be delivered once nevertheless.
 */
void
sim_client_publish_again (SimWorld *world, SimClient *self)
{
  for (guint i = 0; i < self->outgoing->len; i++)
    if (outgoing_at (self, i)->waits_for == SIM_PUBREC)
      {
        sim_client_send (world, self, repeat_publish (world, outgoing_at (self, i)->publish, TRUE));
        return;
      }
}

/* More messages at QoS 2 than the broker has said it takes. */
static void
flood (SimWorld *world, SimClient *self)
{
  if (self->version != 5 || self->receive_max > 20 || world->rules.doors[self->connection->door].max_qos < 2)
    return;
  for (guint i = 0; i <= self->receive_max; i++)
    {
      SimPacket *packet = sim_packet_new (SIM_PUBLISH);

      sim_client_choose_message (world, packet, &packet->properties);
      packet->qos = 2;
      packet->id = sim_client_next_id (world, self);
      sim_client_send (world, self, packet);
    }
}

/**
 * sim_client_break_promise:
 * @world: where it lives
 * @self: a client with a connection
 *
 * Does what CONNACK has forbidden, and the broker must not bear.
 */
void
sim_client_break_promise (SimWorld *world, SimClient *self)
{
  SimRandom *random = &world->random;
  g_autoptr (SimPacket) packet = sim_packet_new (SIM_PUBLISH);

  sim_client_choose_message (world, packet, &packet->properties);
  switch (sim_random_below (random, 4))
    {
    case 0:
      flood (world, self);
      return;
    case 1:
      packet->qos = (guint8) sim_random_between (random, 1, 2);
      packet->id = sim_client_any_id (world, self);
      break;
    case 2:
      packet->is_retain = TRUE;
      break;
    default:
      if (self->version != 5)
        return;
      sim_properties_set_number (&packet->properties, SIM_TOPIC_ALIAS, sim_random_below (random, self->alias_max + 3));
      if (sim_random_one_in (random, 2))
        packet->topic[0] = '\0';
      break;
    }
  sim_client_send (world, self, g_steal_pointer (&packet));
}

/**
 * sim_client_resume_publishing:
 * @world: where it lives
 * @self: a client that has just been let in
 * @is_present: whether its session is the one of before
 *
 * Sends again what was under way, in its order; MQTT 5.0, section 4.4. If the broker knows nothing of it, it is published
 * anew, or forgotten.
 */
void
sim_client_resume_publishing (SimWorld *world, SimClient *self, gboolean is_present)
{
  gboolean is_forgotten = !is_present && sim_random_one_in (&world->random, 2);

  for (guint i = 0; i < self->outgoing->len;)
    {
      SimOutgoing *outgoing = outgoing_at (self, i);

      if (is_forgotten || (!is_present && outgoing->waits_for == SIM_PUBCOMP) || self->quota == 0)
        {
          remove_outgoing (self, i);
          continue;
        }
      if (outgoing->waits_for == SIM_PUBCOMP)
        {
          SimPacket *release = sim_packet_new (SIM_PUBREL);

          release->id = outgoing->publish->id;
          sim_client_send (world, self, release);
        }
      else
        {
          sim_client_send (world, self, repeat_publish (world, outgoing->publish, is_present));
          self->quota--;
        }
      i++;
    }
}

/**
 * sim_client_take_publish_answer:
 * @world: where it lives
 * @self: a client
 * @packet: PUBACK, PUBREC or PUBCOMP
 *
 * A message of its own has come further.
 */
void
sim_client_take_publish_answer (SimWorld *world, SimClient *self, const SimPacket *packet)
{
  for (guint i = 0; i < self->outgoing->len; i++)
    {
      SimOutgoing *outgoing = outgoing_at (self, i);

      if (outgoing->publish->id != packet->id)
        continue;
      if (packet->type == SIM_PUBREC && packet->code < 0x80)
        {
          outgoing->waits_for = SIM_PUBCOMP;
          sim_client_add_answer (self, SIM_PUBREL, packet->id, 0);
          return;
        }
      remove_outgoing (self, i);
      self->quota = MIN (self->quota + 1, self->receive_max);
      return;
    }
  /* Of one that it has forgotten, or never published under its name. */
  if (packet->type == SIM_PUBREC && packet->code < 0x80)
    sim_client_add_answer (self, SIM_PUBREL, packet->id, 0);
}

/**
 * sim_client_forget_publishing:
 * @self: a client
 *
 * Forgets all that it has published.
 */
void
sim_client_forget_publishing (SimClient *self)
{
  while (self->outgoing->len > 0)
    remove_outgoing (self, self->outgoing->len - 1);
}
