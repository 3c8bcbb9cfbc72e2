/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ui/model/hub-note.h"

#include "ui/model/hub-people-words.h"

#define N_KINDS (HUB_NOTE_RENAMED + 1)

/**
 * HubNote: (skip)
 *
 * A line between the messages that tells who has come and gone, or several such lines folded into one.
 */
struct _HubNote
{
  GQueue lines;          /* (owned) (element-type utf8) the newest of them */
  guint counts[N_KINDS]; /* of all */
};

/**
 * hub_note_new: (skip)
 *
 * Returns: (transfer full): a note that tells nothing yet
 */
HubNote *
hub_note_new (void)
{
  HubNote *self = g_new0 (HubNote, 1);

  g_queue_init (&self->lines);
  return self;
}

/**
 * hub_note_free: (skip)
 * @self: (transfer full): a note
 */
void
hub_note_free (HubNote *self)
{
  g_queue_clear_full (&self->lines, g_free);
  g_free (self);
}

/**
 * hub_note_add: (skip)
 * @self: a note
 * @kind: what has happened
 * @name: to whom, as sent
 * @new_name: (nullable): the new name, as sent, of %HUB_NOTE_RENAMED
 *
 * Adds a line.
 */
void
hub_note_add (HubNote *self,
              HubNoteKind kind,
              const char *name,
              const char *new_name)
{
  g_queue_push_tail (&self->lines, hub_people_words_note (kind, name, new_name));
  if (g_queue_get_length (&self->lines) > HUB_NOTE_LINES_MAX)
    g_free (g_queue_pop_head (&self->lines));
  self->counts[kind]++;
}

/**
 * hub_note_get_n_lines: (skip)
 * @self: a note
 *
 * Returns: how many lines were added
 */
guint
hub_note_get_n_lines (HubNote *self)
{
  guint n_lines = 0;

  for (guint i = 0; i < N_KINDS; i++)
    n_lines += self->counts[i];
  return n_lines;
}

/**
 * hub_note_to_text: (skip)
 * @self: a note
 * @is_unfolded: whether each line is shown, or one for all of them
 *
 * Returns: (transfer full): what the note says
 */
char *
hub_note_to_text (HubNote *self,
                  gboolean is_unfolded)
{
  g_autoptr (GString) text = NULL;

  if (!is_unfolded && hub_note_get_n_lines (self) > 1)
    return hub_people_words_counts (self->counts[HUB_NOTE_JOINED],
                                    self->counts[HUB_NOTE_LEFT],
                                    self->counts[HUB_NOTE_RENAMED]);
  text = g_string_new (NULL);
  for (GList *at = self->lines.head; at != NULL; at = at->next)
    g_string_append_printf (text, "%s%s", at == self->lines.head ? "" : "\n", (const char *) at->data);
  return g_string_free (g_steal_pointer (&text), FALSE);
}
