/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * HubDaemon:
 * @HUB_DAEMON_CHILD: go on: this is the process in the background
 * @HUB_DAEMON_PARENT: the other one, which has waited for it; the status says how it went
 *
 * Who one is after hub_daemon_fork().
 */
typedef enum
{
  HUB_DAEMON_CHILD,
  HUB_DAEMON_PARENT,
} HubDaemonRole;

HubDaemonRole hub_daemon_fork (int *ready_fd, int *status);
void hub_daemon_tell (int *ready_fd, gboolean is_well);

gboolean hub_pid_file_write (const char *path, GError **error);
void hub_pid_file_remove (const char *path);

G_END_DECLS
