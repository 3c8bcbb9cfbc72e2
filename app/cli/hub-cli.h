/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

gboolean hub_cli_run (int argc, char **argv, int *status);
char *hub_cli_dup_summary (void) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
