/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

void hub_secret_bytes (guint8 *bytes, gsize size);

G_END_DECLS
