/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

void hub_test_keep_result (GObject *object, GAsyncResult *result, gpointer place);

G_END_DECLS
