/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "broker/config/hub-log-options.h"
#include "broker/core/hub-log.h"

G_BEGIN_DECLS

/**
 * HubLogSink:
 *
 * Where the lines of a program go, as its configuration says. It never changes, and each line is written with one system
 * call, so that any number of threads may write at the same time; for another configuration there is another sink.
 */
typedef struct _HubLogSink HubLogSink;

HubLogSink *hub_log_sink_new (const HubLogOptions *options, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void hub_log_sink_free (HubLogSink *self);

HubLog hub_log_sink_get_log (HubLogSink *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HubLogSink, hub_log_sink_free)

G_END_DECLS
