/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "ui/model/hub-note.h"
#include "ui/model/hub-person.h"

G_BEGIN_DECLS

char *hub_people_words_name (const char *name) G_GNUC_WARN_UNUSED_RESULT;
char *hub_people_words_suffix (const char *from) G_GNUC_WARN_UNUSED_RESULT;
const char *hub_people_words_kind (HubPersonKind kind);
char *hub_people_words_here (guint n_people) G_GNUC_WARN_UNUSED_RESULT;
char *hub_people_words_details (HubPerson *person) G_GNUC_WARN_UNUSED_RESULT;
char *hub_people_words_label (HubPerson *person) G_GNUC_WARN_UNUSED_RESULT;
char *hub_people_words_note (HubNoteKind kind, const char *name, const char *new_name) G_GNUC_WARN_UNUSED_RESULT;
char *hub_people_words_counts (guint n_joined, guint n_left, guint n_renamed) G_GNUC_WARN_UNUSED_RESULT;
char *hub_people_words_typing (const char *const *names) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
