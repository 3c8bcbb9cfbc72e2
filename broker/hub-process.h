/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

guint64 hub_process_raise_limit (void);
void hub_process_prepare (void);

G_END_DECLS
