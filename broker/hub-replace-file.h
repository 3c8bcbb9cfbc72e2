/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

gboolean hub_replace_file (const char *path, const char *text, gsize size, GError **error);

G_END_DECLS
