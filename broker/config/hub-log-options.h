/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "broker/core/hub-log.h"

G_BEGIN_DECLS

/**
 * HubLogDest:
 * @HUB_LOG_DEST_STDERR: the standard error output
 * @HUB_LOG_DEST_STDOUT: the standard output
 * @HUB_LOG_DEST_SYSLOG: the log of the system
 * @HUB_LOG_DEST_FILE: a file
 * @HUB_LOG_DEST_TOPIC: topics below `$SYS/broker/log`
 *
 * Where lines go.
 */
typedef enum
{
  HUB_LOG_DEST_STDERR = 1 << 0,
  HUB_LOG_DEST_STDOUT = 1 << 1,
  HUB_LOG_DEST_SYSLOG = 1 << 2,
  HUB_LOG_DEST_FILE = 1 << 3,
  HUB_LOG_DEST_TOPIC = 1 << 4,
} HubLogDest;

/**
 * HubLogTypes:
 * @HUB_LOG_TYPE_DEBUG: each packet
 * @HUB_LOG_TYPE_SUBSCRIBE: each subscription
 * @HUB_LOG_TYPE_UNSUBSCRIBE: each end of one
 * @HUB_LOG_TYPE_INFORMATION: how the broker was set up
 * @HUB_LOG_TYPE_NOTICE: comings and goings
 * @HUB_LOG_TYPE_WARNING: what an operator should know
 * @HUB_LOG_TYPE_ERROR: what does not work
 * @HUB_LOG_TYPES_DEFAULT: what is logged unless something else is said
 * @HUB_LOG_TYPES_ALL: everything
 *
 * The kinds of lines, as Mosquitto calls them.
 */
typedef enum
{
  HUB_LOG_TYPE_DEBUG = 1 << 0,
  HUB_LOG_TYPE_SUBSCRIBE = 1 << 1,
  HUB_LOG_TYPE_UNSUBSCRIBE = 1 << 2,
  HUB_LOG_TYPE_INFORMATION = 1 << 3,
  HUB_LOG_TYPE_NOTICE = 1 << 4,
  HUB_LOG_TYPE_WARNING = 1 << 5,
  HUB_LOG_TYPE_ERROR = 1 << 6,
  HUB_LOG_TYPES_DEFAULT = HUB_LOG_TYPE_INFORMATION | HUB_LOG_TYPE_NOTICE | HUB_LOG_TYPE_WARNING | HUB_LOG_TYPE_ERROR,
  HUB_LOG_TYPES_ALL = (1 << 7) - 1,
} HubLogTypes;

/**
 * HubLogOptions:
 * @dests: a set of #HubLogDest
 * @types: a set of #HubLogTypes
 * @file: (nullable) (owned): the file for %HUB_LOG_DEST_FILE
 * @facility: the facility of syslog(3), such as `LOG_DAEMON`
 * @has_timestamp: whether a line begins with the time
 * @timestamp_format: (nullable) (owned): as for strftime(3), in local time; %NULL: seconds since 1970
 * @connection_messages: whether clients that come and go are worth a line
 *
 * What is logged, and where.
 */
typedef struct
{
  guint dests;
  guint types;
  char *file;
  int facility;
  gboolean has_timestamp;
  char *timestamp_format;
  gboolean connection_messages;
} HubLogOptions;

/**
 * HUB_LOG_TIME_SIZE:
 *
 * Room for the time before a line, bytes.
 */
#define HUB_LOG_TIME_SIZE 128

int hub_log_options_get_priority (HubLogLevel level);
gboolean hub_log_options_want (const HubLogOptions *self, HubLogLevel level);
gboolean hub_log_format_time (const char *format, gint64 time_us, char text[HUB_LOG_TIME_SIZE]);

G_END_DECLS
