/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

char *hub_invite_url (const char *page_url, const char *room, const char *key) G_GNUC_WARN_UNUSED_RESULT;

char *hub_invite_url_dup_shown (const char *url) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
