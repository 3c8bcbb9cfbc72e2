/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * HubNoteKind:
 * @HUB_NOTE_JOINED: somebody has come
 * @HUB_NOTE_LEFT: somebody has gone
 * @HUB_NOTE_RENAMED: somebody has another name now
 *
 * What has happened among the people here.
 */
typedef enum
{
  HUB_NOTE_JOINED,
  HUB_NOTE_LEFT,
  HUB_NOTE_RENAMED,
} HubNoteKind;

/**
 * HUB_NOTE_LINES_MAX:
 *
 * How many of its lines a note keeps, the newest ones; it counts all of them.
 */
#define HUB_NOTE_LINES_MAX 100

typedef struct _HubNote HubNote;

HubNote *hub_note_new (void) G_GNUC_WARN_UNUSED_RESULT;
void hub_note_free (HubNote *self);
void hub_note_add (HubNote *self, HubNoteKind kind, const char *name, const char *new_name);
guint hub_note_get_n_lines (HubNote *self);
char *hub_note_to_text (HubNote *self, gboolean is_unfolded) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HubNote, hub_note_free)

G_END_DECLS
