/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "broker/wire/hub-span.h"

G_BEGIN_DECLS

/**
 * HubLogLevel:
 * @HUB_LOG_DEBUG: each packet
 * @HUB_LOG_SUBSCRIBE: each subscription
 * @HUB_LOG_UNSUBSCRIBE: each end of one that a client has asked for
 * @HUB_LOG_INFORMATION: how the broker was set up
 * @HUB_LOG_NOTICE: what happens
 * @HUB_LOG_CONNECTION: who comes and goes; for those who read notices, unless they want none of these
 * @HUB_LOG_WARNING: what an operator should know
 * @HUB_LOG_ERROR: what does not work
 */
typedef enum
{
  HUB_LOG_DEBUG,
  HUB_LOG_SUBSCRIBE,
  HUB_LOG_UNSUBSCRIBE,
  HUB_LOG_INFORMATION,
  HUB_LOG_NOTICE,
  HUB_LOG_CONNECTION,
  HUB_LOG_WARNING,
  HUB_LOG_ERROR,
} HubLogLevel;

/**
 * HubLogFunc:
 * @level: how important it is
 * @line: one line, without its end; what peers have sent is printable in it
 * @user_data: as given
 *
 * Thread: broker.
 */
typedef void (*HubLogFunc) (HubLogLevel level, const char *line, gpointer user_data);

/**
 * HubLog:
 * @func: (nullable): where lines go
 * @user_data: for @func
 * @level: the lowest level that @func wants
 *
 * Where a broker writes what happens.
 */
typedef struct
{
  HubLogFunc func;
  gpointer user_data;
  HubLogLevel level;
} HubLog;

/**
 * hub_log_is_on:
 * @self: a log
 * @level: a level
 *
 * Returns: whether somebody reads that level
 */
static inline gboolean
hub_log_is_on (const HubLog *self, HubLogLevel level)
{
  return self->func != NULL && level >= self->level;
}

void hub_log_line (const HubLog *self, HubLogLevel level, const char *format, ...) G_GNUC_PRINTF (3, 4);

G_END_DECLS
