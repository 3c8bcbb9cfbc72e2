/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

gboolean hub_cli_print (const char *data, gsize size, GError **error);

G_END_DECLS
