/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * HUB_FOLD_BYTES:
 *
 * So much of a message is searched: the host looks no further.
 */
#define HUB_FOLD_BYTES (16 * 1024)

/**
 * HubFoldSource:
 * @start: where a letter begins in the text, bytes
 * @end: where it ends
 *
 * Where something of the folded form comes from.
 */
typedef struct
{
  guint start;
  guint end;
} HubFoldSource;

char *hub_fold (const char *text, GArray *sources) G_GNUC_WARN_UNUSED_RESULT;
char **hub_fold_words (const char *query) G_GNUC_WARN_UNUSED_RESULT;
char *hub_fold_strip (const char *text) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
