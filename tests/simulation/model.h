/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "tests/simulation/connection.h"
#include "tests/simulation/counts.h"
#include "tests/simulation/report.h"
#include "tests/simulation/rules.h"
#include "tests/simulation/tally.h"

G_BEGIN_DECLS

/**
 * SimRetainedOrder:
 * @data: as given
 *
 * Returns: (transfer full) (element-type utf8): the topics that something is retained for, in the order in which the
 *   broker goes through them: that is its own affair, but for what waits it has to be known
 */
typedef GPtrArray *(*SimRetainedOrder) (gpointer data);

/**
 * SimModel:
 *
 * What a broker has to do, written down as plainly as possible: lists that are searched, strings that are compared. It is
 * told what clients send, after the broker, and does the same beside it: each packet that it would send has to be the
 * next one that the broker has sent.
 */
typedef struct _SimModel SimModel;

SimModel *sim_model_new (const SimRules *rules,
                         SimReport *report,
                         SimTally *tally,
                         SimRetainedOrder order,
                         gpointer order_data) G_GNUC_WARN_UNUSED_RESULT;
void sim_model_free (SimModel *self);

void sim_model_open (SimModel *self, SimConnection *connection);
void sim_model_take (SimModel *self, SimConnection *connection, const SimPacket *packet);
void sim_model_lose (SimModel *self, SimConnection *connection);
void sim_model_forget (SimModel *self, SimConnection *connection);
void sim_model_take_blind (SimModel *self, SimConnection *connection, const SimPacket *packet);
void sim_model_crash (SimModel *self);
void sim_model_make_room (SimModel *self, SimConnection *connection);

gint64 sim_model_get_deadline (const SimModel *self, const SimConnection *connection);
gint64 sim_model_next_deadline (const SimModel *self);
void sim_model_advance (SimModel *self);

void sim_model_judge (SimModel *self);
void sim_model_check_silence (SimModel *self, const SimPacket *packet);
SimCounts sim_model_count (const SimModel *self);
guint64 sim_model_get_incarnation (const SimModel *self, const SimConnection *connection);
guint sim_model_count_waiting (const SimModel *self, const SimConnection *connection);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SimModel, sim_model_free)

G_END_DECLS
