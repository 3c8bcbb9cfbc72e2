/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "tests/simulation/broker.h"
#include "tests/simulation/model.h"

G_BEGIN_DECLS

/**
 * SimWorld:
 * @random: what everything that happens depends on
 * @rules: the limits in force
 * @report: has the clock
 * @tally: (unowned): what was met
 * @broker: (owned): what is tested
 * @model: (owned): what judges it
 * @clients: (owned) (element-type SimClient): who uses it
 * @strays: (owned) (element-type SimConnection): connections of nobody, that wait for what never comes
 * @kept: (owned) (element-type utf8): topics that something was retained for, to be cleared once
 * @n_messages: how many messages were made up
 * @is_late: whether the broker has not done what is due
 *
 * A round of the simulation.
 */
typedef struct
{
  SimRandom random;
  SimRules rules;
  SimReport report;
  SimTally *tally;
  SimBroker *broker;
  SimModel *model;
  GPtrArray *clients;
  GPtrArray *strays;
  GPtrArray *kept;
  guint n_messages;
  gboolean is_late;
} SimWorld;

SimConnection *sim_world_open (SimWorld *self, const char *name, guint door);
void sim_world_write (SimWorld *self, SimConnection *connection, SimPacket *packet);
void sim_world_give (SimWorld *self, SimConnection *connection, gsize n_bytes);
void sim_world_give_last (SimWorld *self, SimConnection *connection, gboolean is_committed);
void sim_world_lose (SimWorld *self, SimConnection *connection);
void sim_world_discard (SimWorld *self, SimConnection *connection);
gboolean sim_world_read (SimWorld *self, SimConnection *connection, gsize n_bytes, GPtrArray *packets);
void sim_world_pass (SimWorld *self, gint64 time_us);
void sim_world_be_late (SimWorld *self, gint64 time_us);
void sim_world_wait (SimWorld *self, gint64 time_us);
void sim_world_catch_up (SimWorld *self);
void sim_world_crash (SimWorld *self);
void sim_world_compare_counts (SimWorld *self);

G_END_DECLS
