/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

void hub_store_thread_stand_back (void);

G_END_DECLS
