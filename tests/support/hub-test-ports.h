/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

guint16 hub_test_ports_choose (void);
void hub_test_ports_use (void);

G_END_DECLS
