/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "tests/simulation/connection.h"
#include "tests/simulation/counts.h"
#include "tests/simulation/report.h"
#include "tests/simulation/rules.h"

G_BEGIN_DECLS

/**
 * SimBroker:
 *
 * The broker under test and its connections: with its store the only part of the simulation that knows broker/core.
 */
typedef struct _SimBroker SimBroker;

SimBroker *sim_broker_new (const SimRules *rules, SimReport *report, guint64 seed) G_GNUC_WARN_UNUSED_RESULT;
void sim_broker_free (SimBroker *self);

SimConnection *sim_broker_open (SimBroker *self, const char *name, guint door);
void sim_broker_give (SimBroker *self, SimConnection *connection, gsize n_bytes);
gboolean sim_broker_give_last (SimBroker *self, SimConnection *connection, gsize n_bytes, gboolean is_committed);
void sim_broker_note_read (SimBroker *self, SimConnection *connection);
gboolean sim_broker_flush (SimBroker *self, SimConnection *connection);
void sim_broker_lose (SimBroker *self, SimConnection *connection);
void sim_broker_discard (SimBroker *self, SimConnection *connection);
gboolean sim_broker_is_paused (const SimBroker *self, const SimConnection *connection);

gint64 sim_broker_next_deadline (const SimBroker *self);
void sim_broker_advance (SimBroker *self);
void sim_broker_stop (SimBroker *self);
void sim_broker_crash (SimBroker *self);
char *sim_broker_find_left (const SimBroker *self) G_GNUC_WARN_UNUSED_RESULT;
SimCounts sim_broker_count (const SimBroker *self);
GPtrArray *sim_broker_list_retained (gpointer self) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SimBroker, sim_broker_free)

G_END_DECLS
