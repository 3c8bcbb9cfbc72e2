/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

char **hub_own_addresses (void) G_GNUC_WARN_UNUSED_RESULT;
char **hub_own_addresses_at (const char *host, int family) G_GNUC_WARN_UNUSED_RESULT;
char *hub_own_url (const char *scheme, const char *address, guint16 port) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
