/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/simulation/model-private.h"

static SimDelivery *
find_flight (const SimSession *session, guint16 id)
{
  for (guint i = 0; i < session->flights->len; i++)
    if (((SimDelivery *) g_ptr_array_index (session->flights, i))->id == id)
      return g_ptr_array_index (session->flights, i);
  return NULL;
}

static void
take_puback (SimModel *self, SimLine *line, const SimPacket *packet, SimDelivery *flight)
{
  if (flight == NULL)
    return;
  if (flight->waits_for != SIM_PUBACK)
    {
      sim_model_fault (self, line, "\x82");
      return;
    }
  if (packet->code >= 0x80)
    sim_model_met (self, SIM_EVENT_REJECTED);
  g_ptr_array_remove (line->session->flights, flight);
  sim_model_pump (self, line->session);
}

static void
take_pubrec (SimModel *self, SimLine *line, const SimPacket *packet, SimDelivery *flight)
{
  if (flight != NULL && flight->waits_for == SIM_PUBACK)
    {
      sim_model_fault (self, line, "\x82");
      return;
    }
  /* A refusal is the end of it; MQTT 5.0, section 4.3.3. */
  if (line->version == 5 && packet->code >= 0x80)
    {
      sim_model_met (self, SIM_EVENT_REJECTED);
      if (flight != NULL)
        g_ptr_array_remove (line->session->flights, flight);
      sim_model_pump (self, line->session);
      return;
    }
  if (flight != NULL)
    {
      flight->waits_for = SIM_PUBCOMP;
      flight->is_due = FALSE;
    }
  sim_model_answer (self, line, SIM_PUBREL, packet->id, flight == NULL && line->version == 5 ? "\x92" : "");
}

static void
take_pubcomp (SimModel *self, SimLine *line, SimDelivery *flight)
{
  if (flight == NULL)
    return;
  if (flight->waits_for != SIM_PUBCOMP)
    {
      sim_model_fault (self, line, "\x82");
      return;
    }
  g_ptr_array_remove (line->session->flights, flight);
  sim_model_pump (self, line->session);
}

static void
take_pubrel (SimModel *self, SimLine *line, const SimPacket *packet)
{
  gpointer key = GUINT_TO_POINTER (packet->id);
  gboolean is_known = g_hash_table_remove (line->session->received, key);

  line->quota = MIN (line->quota + 1, self->rules->receive_maximum);
  sim_model_answer (self, line, SIM_PUBCOMP, packet->id, !is_known && line->version == 5 ? "\x92" : "");
}

/*
 * sim_model_take_ack:
 *
 * A step of a QoS 1 or QoS 2 message, of either direction; MQTT 5.0, section 4.3.
 */
void
sim_model_take_ack (SimModel *self, SimLine *line, const SimPacket *packet)
{
  SimDelivery *flight = find_flight (line->session, packet->id);

  switch ((int) packet->type)
    {
    case SIM_PUBACK:
      take_puback (self, line, packet, flight);
      break;
    case SIM_PUBREC:
      take_pubrec (self, line, packet, flight);
      break;
    case SIM_PUBCOMP:
      take_pubcomp (self, line, flight);
      break;
    default:
      take_pubrel (self, line, packet);
      break;
    }
}
