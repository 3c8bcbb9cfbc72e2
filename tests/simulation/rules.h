/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "tests/simulation/random.h"
#include "tests/simulation/report.h"

G_BEGIN_DECLS

/**
 * SIM_N_DOORS:
 *
 * How many doors a broker of the simulation has.
 */
#define SIM_N_DOORS 3

/**
 * SIM_SECOND:
 *
 * A second, in the microseconds of all times here.
 */
#define SIM_SECOND G_TIME_SPAN_SECOND

/**
 * SIM_NEVER:
 *
 * A time that does not come.
 */
#define SIM_NEVER G_MAXINT64

/**
 * SimDoor:
 * @allow_zero_length_client_id: whether a client may leave its identifier to the broker
 * @auto_id_prefix: what such an identifier begins with
 * @accepts: whether version 3, 4, 5 of MQTT is let in; by number
 * @max_qos: the highest QoS of what is published
 * @max_topic_alias: how many aliases a client may set
 *
 * What one way into the broker allows.
 */
typedef struct
{
  gboolean allow_zero_length_client_id;
  const char *auto_id_prefix;
  gboolean accepts[6];
  guint8 max_qos;
  guint16 max_topic_alias;
} SimDoor;

/**
 * SimRules:
 * @n_clients: how many clients there are
 * @doors: the ways in; the first one allows everything
 * @has_store: whether what is to be kept is kept when the broker dies
 * @connect_timeout_us: as in HubLimits, like all that follows
 *
 * What a round is played by. Broker and model are both told; 0 means "no limit" where it does in HubLimits.
 */
typedef struct
{
  guint n_clients;
  SimDoor doors[SIM_N_DOORS];
  gboolean has_store;
  gint64 connect_timeout_us;
  gint64 session_expiry_max_us;
  guint max_packet_bytes;
  guint max_first_packet_bytes;
  guint max_inflight;
  guint max_inflight_bytes;
  guint max_queued_messages;
  guint max_queued_bytes;
  guint max_output_bytes;
  guint max_filters;
  guint max_retained_messages;
  guint max_retained_bytes;
  guint max_message_bytes;
  guint max_sessions;
  guint max_keepalive_s;
  guint receive_maximum;
  gboolean retain_available;
  gboolean queue_qos0_messages;
  gboolean upgrade_outgoing_qos;
} SimRules;

void sim_rules_choose (SimRules *self, SimRandom *random);
void sim_rules_trace (const SimRules *self, const SimReport *report);

G_END_DECLS
