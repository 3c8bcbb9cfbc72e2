/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

char *hub_test_folder_new (void) G_GNUC_WARN_UNUSED_RESULT;
void hub_test_folder_free (char *path);
char *hub_test_folder_write (const char *path, const char *name, const char *text) G_GNUC_WARN_UNUSED_RESULT;
char *hub_test_folder_read (const char *path, const char *name) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
