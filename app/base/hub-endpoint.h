/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

gboolean hub_endpoint_is_valid (const char *text);
gboolean hub_endpoint_is_for_others (const char *text);
char *hub_endpoint_new (const char *address, guint16 port) G_GNUC_WARN_UNUSED_RESULT;
char *hub_endpoint_dup_address (const char *text) G_GNUC_WARN_UNUSED_RESULT;
guint16 hub_endpoint_get_port (const char *text);

G_END_DECLS
