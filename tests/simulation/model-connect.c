/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/simulation/model-private.h"

static const SimDoor *
door_of (const SimModel *self, const SimLine *line)
{
  return &self->rules->doors[line->connection->door];
}

/* --- What CONNACK has to say --- */

static gint64
session_expiry_us (const SimModel *self, const SimPacket *connect)
{
  guint32 wanted_s = sim_properties_get_number (&connect->properties, SIM_SESSION_EXPIRY, 0);

  if (connect->version != 5)
    return connect->is_clean ? 0 : self->rules->session_expiry_max_us;
  if (wanted_s == G_MAXUINT32)
    return self->rules->session_expiry_max_us;
  return MIN (wanted_s * SIM_SECOND, self->rules->session_expiry_max_us);
}

static guint16
keep_alive_s (const SimModel *self, const SimPacket *connect)
{
  guint max_s = self->rules->max_keepalive_s;

  if (max_s > 0 && (connect->keep_alive_s == 0 || connect->keep_alive_s > max_s))
    return (guint16) max_s;
  return connect->keep_alive_s;
}

/* What the client cannot know without being told; MQTT 5.0, section 3.2.2.3. */
static void
fill_connack (const SimModel *self, const SimLine *line, const SimPacket *connect, SimProperties *properties)
{
  const SimDoor *door = door_of (self, line);
  gint64 expiry_s = session_expiry_us (self, connect) / SIM_SECOND;

  if (expiry_s != sim_properties_get_number (&connect->properties, SIM_SESSION_EXPIRY, 0))
    sim_properties_set_number (properties, SIM_SESSION_EXPIRY, (guint32) expiry_s);
  if (self->rules->receive_maximum < 65535)
    sim_properties_set_number (properties, SIM_RECEIVE_MAXIMUM, self->rules->receive_maximum);
  if (door->max_qos < 2)
    sim_properties_set_number (properties, SIM_MAXIMUM_QOS, door->max_qos);
  if (!self->rules->retain_available)
    sim_properties_set_number (properties, SIM_RETAIN_AVAILABLE, 0);
  sim_properties_set_number (properties, SIM_MAXIMUM_PACKET_SIZE, self->rules->max_packet_bytes);
  if (door->max_topic_alias > 0)
    sim_properties_set_number (properties, SIM_TOPIC_ALIAS_MAXIMUM, door->max_topic_alias);
  if (keep_alive_s (self, connect) != connect->keep_alive_s)
    sim_properties_set_number (properties, SIM_SERVER_KEEP_ALIVE, keep_alive_s (self, connect));
}

static gsize
connack_size (const SimModel *self, const SimLine *line, const SimPacket *connect)
{
  g_auto (SimProperties) properties = { 0 };
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  SimRandom any = { 0 };

  fill_connack (self, line, connect, &properties);
  if (connect->client_id[0] == '\0')
    {
      g_autofree char *id = g_strnfill (strlen (door_of (self, line)->auto_id_prefix) + 32, 'x');

      sim_properties_set_text (&properties, SIM_ASSIGNED_CLIENT_ID, id);
    }
  sim_properties_write (&properties, &any, bytes);
  return 1 + sim_varint_size (2 + bytes->len) + 2 + bytes->len;
}

/* The CONNACK of who is let in is due. */
static void
welcome (SimModel *self, SimLine *line, const SimPacket *connect, gboolean is_present)
{
  static const SimPropertyId ids[] = {
    SIM_SESSION_EXPIRY, SIM_RECEIVE_MAXIMUM, SIM_MAXIMUM_QOS, SIM_RETAIN_AVAILABLE,
    SIM_MAXIMUM_PACKET_SIZE, SIM_TOPIC_ALIAS_MAXIMUM, SIM_SERVER_KEEP_ALIVE
  };
  const SimPacket *packet = sim_model_next (self, line, SIM_CONNACK, 0);
  g_auto (SimProperties) wanted = { 0 };

  /* MQTT 3.1 has no such flag. */
  if (packet->is_present != (is_present && line->version != 3))
    sim_fail (self->report, "%s: Session Present is wrong", line->connection->name);
  if (line->version == 5)
    fill_connack (self, line, connect, &wanted);
  for (guint i = 0; i < G_N_ELEMENTS (ids); i++)
    if (sim_properties_have (&wanted, ids[i]) != sim_properties_have (&packet->properties, ids[i]) ||
        sim_properties_get_number (&wanted, ids[i], 0) != sim_properties_get_number (&packet->properties, ids[i], 0))
      sim_fail (self->report, "%s: property %02x of CONNACK is wrong", line->connection->name, ids[i]);
  sim_model_answer (self, line, SIM_CONNACK, 0, "");
}

/* --- Who is not let in --- */

static void
find_refusals (const SimModel *self, const SimLine *line, const SimPacket *connect, GByteArray *codes)
{
  const SimDoor *door = door_of (self, line);
  gboolean is_empty = connect->client_id[0] == '\0';
  guint max_sessions = self->rules->max_sessions;
  guint8 code;

#define REFUSE(condition, reason)            \
  if (condition)                             \
    {                                        \
      code = reason;                         \
      g_byte_array_append (codes, &code, 1); \
    }
  REFUSE (!door->accepts[connect->version], 0x84)
  REFUSE (is_empty && (!door->allow_zero_length_client_id || connect->version == 3), 0x85)
  REFUSE (is_empty && connect->version == 4 && !connect->is_clean, 0x85)
  REFUSE (connect->version == 5 && sim_properties_have (&connect->properties, SIM_AUTHENTICATION_METHOD), 0x8c)
  REFUSE (connect->version != 5 && keep_alive_s (self, connect) != connect->keep_alive_s, 0x85)
  REFUSE (connect->has_will && connect->qos > door->max_qos, 0x9b)
  REFUSE (connect->has_will && connect->is_retain && !self->rules->retain_available, 0x9a)
  REFUSE (max_sessions > 0 && self->sessions->len >= max_sessions &&
            (is_empty || sim_model_find_session (self, connect->client_id) == NULL),
          0x89)
  REFUSE (line->max_packet_bytes > 0 && connack_size (self, line, connect) > line->max_packet_bytes, 0x83)
#undef REFUSE
}

/* The Return codes of MQTT 3.1.1, section 3.2.2.3. */
static guint8
return_code (guint8 reason)
{
  return reason == 0x84 ? 1 : reason == 0x85 ? 2
                                             : 3;
}

static void
refuse (SimModel *self, SimLine *line, const SimPacket *connect, const GByteArray *codes)
{
  g_autoptr (GString) right = g_string_new (NULL);

  sim_model_met (self, SIM_EVENT_REFUSE);
  for (guint i = 0; i < codes->len; i++)
    g_string_append_c (right, (char) (connect->version == 5 ? codes->data[i] : return_code (codes->data[i])));
  line->is_over = TRUE;
  /* A CONNACK without properties has five bytes in 5.0. */
  if (line->max_packet_bytes == 0 || line->max_packet_bytes >= 5)
    sim_model_answer (self, line, SIM_CONNACK, 0, right->str);
}

/* --- Who is --- */

/* The identifier that the broker has chosen; 3.1.1 is not told it, and it never comes back. */
static char *
find_client_id (SimModel *self, const SimLine *line, const SimPacket *connect)
{
  const SimPacket *connack = g_queue_peek_head (&line->connection->arrived);
  const char *assigned;

  if (connect->client_id[0] != '\0')
    return g_strdup (connect->client_id);
  if (connect->version != 5)
    return g_strdup_printf ("?%" G_GUINT64_FORMAT, self->n_incarnations);
  if (connack == NULL || connack->type != SIM_CONNACK || !sim_properties_have (&connack->properties, SIM_ASSIGNED_CLIENT_ID))
    sim_fail (self->report, "%s: no client identifier is assigned", line->connection->name);
  assigned = connack->properties.texts[SIM_ASSIGNED_CLIENT_ID];
  if (!g_str_has_prefix (assigned, door_of (self, line)->auto_id_prefix) || sim_model_find_session (self, assigned) != NULL)
    sim_fail (self->report, "%s: the client identifier '%s' is assigned", line->connection->name, assigned);
  return g_strdup (assigned);
}

static void
set_will (SimModel *self, SimSession *session, const SimPacket *connect)
{
  const SimProperties *properties = &connect->will_properties;

  if (!connect->has_will)
    return;
  session->will = sim_model_make_message (self, session->client_id, connect, properties);
  session->will_delay_us = sim_properties_get_number (properties, SIM_WILL_DELAY, 0) * SIM_SECOND;
  session->will_expiry_us = SIM_NEVER;
  if (sim_properties_have (properties, SIM_MESSAGE_EXPIRY))
    session->will_expiry_us = properties->numbers[SIM_MESSAGE_EXPIRY] * SIM_SECOND;
}

/* What was due by now is done before the session is asked for, though the broker is late. */
static void
settle_session (SimModel *self, const char *client_id)
{
  SimSession *session = sim_model_find_session (self, client_id);

  if (session != NULL && session->line == NULL && session->will_due.at_us <= self->report->now_us)
    sim_model_publish_will (self, session);
  if (session != NULL && session->line == NULL && session->end.at_us <= self->report->now_us)
    sim_model_end_session (self, session);
}

/* Whoever has the session is sent away. */
static void
take_over (SimModel *self, const char *client_id)
{
  SimSession *session = sim_model_find_session (self, client_id);
  SimLine *old = session != NULL ? session->line : NULL;

  if (old == NULL)
    return;
  sim_model_met (self, SIM_EVENT_TAKEOVER);
  sim_model_end_connection (self, old, TRUE);
  old->is_over = TRUE;
  if (old->version == 5)
    sim_model_answer (self, old, SIM_DISCONNECT, 0, "\x8e");
}

static void
take_limits (SimModel *self, SimLine *line, const SimPacket *connect)
{
  line->version = connect->version;
  line->grace_us = keep_alive_s (self, connect) * SIM_SECOND * 3 / 2;
  line->deadline_us = line->grace_us > 0 ? self->report->now_us + line->grace_us : SIM_NEVER;
  line->receive_max = 65535;
  if (connect->version == 5)
    line->receive_max = sim_properties_get_number (&connect->properties, SIM_RECEIVE_MAXIMUM, 65535);
  line->quota = self->rules->receive_maximum;
}

/*
 * sim_model_take_connect:
 *
 * MQTT 5.0, section 3.1.4.
 */
void
sim_model_take_connect (SimModel *self, SimLine *line, const SimPacket *packet)
{
  g_autoptr (GByteArray) refusals = g_byte_array_new ();
  g_autofree char *client_id = NULL;
  gboolean is_present;
  SimSession *session;

  line->version = packet->version;
  if (packet->version == 5)
    line->max_packet_bytes = sim_properties_get_number (&packet->properties, SIM_MAXIMUM_PACKET_SIZE, 0);
  find_refusals (self, line, packet, refusals);
  if (refusals->len > 0)
    {
      refuse (self, line, packet, refusals);
      return;
    }
  sim_model_met (self, SIM_EVENT_CONNECT);
  take_limits (self, line, packet);
  client_id = find_client_id (self, line, packet);
  settle_session (self, client_id);
  take_over (self, client_id);

  session = sim_model_find_session (self, client_id);
  if (session != NULL && packet->is_clean)
    {
      sim_model_end_session (self, session);
      session = NULL;
    }
  is_present = session != NULL;
  if (session == NULL)
    session = sim_model_make_session (self, client_id);
  else
    sim_model_met (self, SIM_EVENT_RESUME);
  if (session->will != NULL)
    sim_model_met (self, SIM_EVENT_WILL_SPARED);
  session->will = NULL;
  session->will_due.at_us = SIM_NEVER;
  session->end.at_us = SIM_NEVER;
  session->expiry_us = session_expiry_us (self, packet);
  session->line = line;
  line->session = session;
  set_will (self, session, packet);
  welcome (self, line, packet, is_present);
  sim_model_resume (self, session);
}
