/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/simulation/rules.h"

static guint
one_of (SimRandom *random, const guint *choices, guint n_choices)
{
  return choices[sim_random_below (random, n_choices)];
}

#define ONE_OF(random, ...) \
  one_of (random, (const guint[]){ __VA_ARGS__ }, G_N_ELEMENTS (((const guint[]){ __VA_ARGS__ })))

/* One after the other: the order in which initializers are evaluated is the compiler's affair. */
static void
choose_doors (SimRules *self, SimRandom *random)
{
  SimDoor *side = &self->doors[1];
  SimDoor *back = &self->doors[2];

  self->doors[0] = (SimDoor){ TRUE, "auto-", { [3] = TRUE, [4] = TRUE, [5] = TRUE }, 2, 10 };
  *side = (SimDoor){ .auto_id_prefix = "side/", .accepts = { [5] = TRUE } };
  side->allow_zero_length_client_id = sim_random_one_in (random, 2);
  side->accepts[3] = sim_random_one_in (random, 2);
  side->accepts[4] = sim_random_one_in (random, 2);
  side->max_qos = (guint8) sim_random_below (random, 3);
  side->max_topic_alias = (guint16) sim_random_below (random, 6);
  *back = (SimDoor){ TRUE, "", { [3] = TRUE, [4] = TRUE }, 2, 0 };
  back->accepts[5] = sim_random_one_in (random, 2);
}

/**
 * sim_rules_choose:
 * @self: (out caller-allocates): rules
 * @random: random numbers
 *
 * Chooses how many clients there are, and limits that are narrow enough to be met.
 */
void
sim_rules_choose (SimRules *self, SimRandom *random)
{
  *self = (SimRules){ .connect_timeout_us = 10 * SIM_SECOND, .max_first_packet_bytes = 1000 };
  self->n_clients = ONE_OF (random, 2, 3, 5, 8, 13, 25, 50, 100);
  self->has_store = sim_random_one_in (random, 3);
  self->session_expiry_max_us = ONE_OF (random, 60, 600, 7 * 24 * 3600) * SIM_SECOND;
  self->max_packet_bytes = ONE_OF (random, 1000, 2000, 2000000);
  self->max_inflight = ONE_OF (random, 1, 2, 4, 20, 20);
  self->max_inflight_bytes = ONE_OF (random, 0, 0, 0, 300);
  self->max_queued_messages = ONE_OF (random, 0, 3, 10, 50, 50);
  self->max_queued_bytes = ONE_OF (random, 0, 0, 600, 4000);
  self->max_output_bytes = ONE_OF (random, 400, 2000, 20000);
  self->max_filters = ONE_OF (random, 0, 0, 3, 10);
  self->max_retained_messages = ONE_OF (random, 0, 0, 3, 8);
  self->max_retained_bytes = ONE_OF (random, 0, 0, 200, 1000);
  self->max_message_bytes = ONE_OF (random, 0, 0, 150);
  self->max_keepalive_s = ONE_OF (random, 0, 0, 0, 25);
  self->receive_maximum = ONE_OF (random, 1, 3, 20, 20, 65535);
  self->retain_available = !sim_random_one_in (random, 10);
  self->queue_qos0_messages = sim_random_one_in (random, 4);
  self->upgrade_outgoing_qos = sim_random_one_in (random, 6);
  /* What waits for the store is not in the connection yet: how much more there is room for depends on when it gets there. */
  if (self->has_store)
    self->max_output_bytes = 1000000;
  if (sim_random_one_in (random, 4))
    self->max_sessions = MAX (1, self->n_clients * 3 / 4);
  choose_doors (self, random);
}

/**
 * sim_rules_trace:
 * @self: rules
 * @report: where they are written, if it has a transcript
 */
void
sim_rules_trace (const SimRules *self, const SimReport *report)
{
  sim_trace (report,
             "%u clients; sessions: %u, %" G_GINT64_FORMAT " s; keep-alive %u s; packets %u; messages %u",
             self->n_clients,
             self->max_sessions,
             self->session_expiry_max_us / SIM_SECOND,
             self->max_keepalive_s,
             self->max_packet_bytes,
             self->max_message_bytes);
  sim_trace (report,
             "in flight: %u, %u bytes; queue: %u, %u bytes; output: %u bytes; filters: %u; retained: %u, %u bytes",
             self->max_inflight,
             self->max_inflight_bytes,
             self->max_queued_messages,
             self->max_queued_bytes,
             self->max_output_bytes,
             self->max_filters,
             self->max_retained_messages,
             self->max_retained_bytes);
  sim_trace (report,
             "receive maximum %u%s%s%s%s",
             self->receive_maximum,
             self->has_store ? "; there is a store" : "",
             self->retain_available ? "" : "; nothing is retained",
             self->queue_qos0_messages ? "; QoS 0 is queued" : "",
             self->upgrade_outgoing_qos ? "; QoS is upgraded" : "");
  for (guint i = 0; i < SIM_N_DOORS; i++)
    sim_trace (report,
               "door %u:%s%s%s, QoS %u, %u aliases%s",
               i,
               self->doors[i].accepts[3] ? " 3.1" : "",
               self->doors[i].accepts[4] ? " 3.1.1" : "",
               self->doors[i].accepts[5] ? " 5.0" : "",
               self->doors[i].max_qos,
               self->doors[i].max_topic_alias,
               self->doors[i].allow_zero_length_client_id ? "" : ", with a name");
}
