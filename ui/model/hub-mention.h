/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * HUB_MENTION_CHARS:
 *
 * So many characters of a text are looked through for a name.
 */
#define HUB_MENTION_CHARS 10000

gboolean hub_mention_is_in (const char *text, const char *name);

G_END_DECLS
