/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * HubAutostart:
 * @at_login: whether the desktop is to start the program when the user logs in
 * @in_background: whether it goes on without a window
 *
 * What the desktop is asked to allow.
 */
typedef struct
{
  gboolean at_login;
  gboolean in_background;
} HubAutostart;

gboolean hub_autostart_is_sandboxed (void);
char *hub_autostart_dup_path (void) G_GNUC_WARN_UNUSED_RESULT;
char *hub_autostart_dup_program (const char *link) G_GNUC_WARN_UNUSED_RESULT;
char *hub_autostart_make_entry (const char *program) G_GNUC_WARN_UNUSED_RESULT;

void hub_autostart_write_async (gboolean at_login, GAsyncReadyCallback callback, gpointer user_data);
void hub_autostart_ask_async (GDBusConnection *bus,
                              const HubAutostart *wish,
                              GAsyncReadyCallback callback,
                              gpointer user_data);
gboolean hub_autostart_finish (GAsyncResult *result, GError **error);

G_END_DECLS
