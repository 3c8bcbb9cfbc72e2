/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

#include <sys/stat.h>

G_BEGIN_DECLS

/**
 * HubUnixSocket:
 *
 * The file of a Unix socket that somebody listens on. All zero is none.
 */
typedef struct
{
  /*< private >*/
  char *path; /* (owned) (nullable): absolute, so that a change of the working folder does not matter */
  dev_t device;
  ino_t inode;
} HubUnixSocket;

int hub_unix_socket_listen (HubUnixSocket *self, const char *path, int backlog, GError **error);
void hub_unix_socket_remove (HubUnixSocket *self);

G_END_DECLS
