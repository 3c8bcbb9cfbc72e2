/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * HUB_MARKUP_FOLD_CHARS:
 *
 * How many characters of a long text are shown before it is unfolded.
 */
#define HUB_MARKUP_FOLD_CHARS 1000

/**
 * HUB_MARKUP_FOLD_LINES:
 *
 * How many lines of a long text are shown before it is unfolded.
 */
#define HUB_MARKUP_FOLD_LINES 16

/**
 * HUB_MARKUP_EXPAND_CHARS:
 *
 * The longest text that a row can unfold; what is longer needs a place of its own.
 */
#define HUB_MARKUP_EXPAND_CHARS 10000

/**
 * HUB_MARKUP_MAX_LINKS:
 *
 * How many links one text can have. Further addresses stay plain.
 */
#define HUB_MARKUP_MAX_LINKS 32

/**
 * HUB_MARKUP_URI_MORE:
 *
 * The address behind "Show all".
 */
#define HUB_MARKUP_URI_MORE "hubbub:more"

/**
 * HUB_MARKUP_URI_LESS:
 *
 * The address behind "Show less".
 */
#define HUB_MARKUP_URI_LESS "hubbub:less"

char *hub_markup_from_text (const char *text, gboolean is_expanded) G_GNUC_WARN_UNUSED_RESULT;
char *hub_markup_find_link (const char *text) G_GNUC_WARN_UNUSED_RESULT;
gboolean hub_markup_is_long (const char *text);
gboolean hub_markup_can_expand (const char *text);

G_END_DECLS
