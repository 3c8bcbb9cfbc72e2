/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

guint hub_devices_count (const char *const *peers, const char *const *own_addresses);

G_END_DECLS
