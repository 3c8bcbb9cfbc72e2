/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "broker/core/hub-core-private.h"

G_BEGIN_DECLS

/**
 * hub_trace:
 * @core: a core
 * @level: how important the line is
 * @...: a format and its arguments
 *
 * Writes a line to the log of @core. The arguments are evaluated only when somebody reads that level.
 */
#define hub_trace(core, level, ...)                            \
  G_STMT_START                                                 \
  {                                                            \
    if (hub_log_is_on (&(core)->options.log, level))           \
      hub_log_line (&(core)->options.log, level, __VA_ARGS__); \
  }                                                            \
  G_STMT_END

const char *hub_trace_peer_id (const HubPeer *peer);
char *hub_trace_dup_peer_label (const HubPeer *peer) G_GNUC_WARN_UNUSED_RESULT;
void hub_trace_publish (const HubCore *core,
                        const char *verb,
                        const HubPeer *peer,
                        HubSpan topic,
                        gsize size,
                        const HubDelivery *delivery);

G_END_DECLS
