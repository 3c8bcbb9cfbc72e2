/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * HUB_EXCERPT_CHARS:
 *
 * So much of a message that was found is shown.
 */
#define HUB_EXCERPT_CHARS 240

gboolean hub_excerpt_has_hit (const char *name, const char *text, const char *query);
char *hub_excerpt_markup (const char *text, const char *query) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
