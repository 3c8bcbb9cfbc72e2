/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "broker/core/hub-core.h"
#include "broker/net/hub-reactor.h"

G_BEGIN_DECLS

/**
 * HubLogTopics:
 *
 * A log that can be subscribed to: the lines of a broker below `$SYS/broker/log`, besides going where they go anyway. They
 * are published when the turn ends, since a line is written in the middle of everything.
 */
typedef struct _HubLogTopics HubLogTopics;

HubLogTopics *hub_log_topics_new (HubReactor *reactor) G_GNUC_WARN_UNUSED_RESULT;
void hub_log_topics_free (HubLogTopics *self);

HubLog hub_log_topics_wrap (HubLogTopics *self, const HubLog *log, guint levels);
gboolean hub_log_topics_flush (HubLogTopics *self, HubCore *core);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HubLogTopics, hub_log_topics_free)

G_END_DECLS
