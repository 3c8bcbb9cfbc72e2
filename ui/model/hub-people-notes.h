/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "ui/model/hub-note.h"

G_BEGIN_DECLS

/**
 * HUB_PEOPLE_NOTES_QUIET_US:
 *
 * How long after the beginning of a connection nothing is noted: everybody is told of then.
 */
#define HUB_PEOPLE_NOTES_QUIET_US (2 * G_TIME_SPAN_SECOND)

/**
 * HUB_PEOPLE_NOTES_GRACE_US:
 *
 * How long somebody may be away without a note.
 */
#define HUB_PEOPLE_NOTES_GRACE_US (10 * G_TIME_SPAN_SECOND)

/**
 * HUB_PEOPLE_NOTES_MAX:
 *
 * For how many people who have gone it is waited; with one more the first of them counts as gone.
 */
#define HUB_PEOPLE_NOTES_MAX 2000

typedef struct _HubPeopleNotes HubPeopleNotes;

/**
 * HubPeopleNotesFunc: (skip)
 * @kind: what has happened
 * @name: to whom
 * @new_name: (nullable): the new name
 * @user_data: as given
 *
 * Something is to be noted.
 */
typedef void (*HubPeopleNotesFunc) (HubNoteKind kind, const char *name, const char *new_name, gpointer user_data);

HubPeopleNotes *hub_people_notes_new (HubPeopleNotesFunc func, gpointer user_data) G_GNUC_WARN_UNUSED_RESULT;
void hub_people_notes_free (HubPeopleNotes *self);
void hub_people_notes_begin (HubPeopleNotes *self, gint64 now_us);
void hub_people_notes_end (HubPeopleNotes *self);
void hub_people_notes_forget (HubPeopleNotes *self);
void hub_people_notes_join (HubPeopleNotes *self, const char *from, const char *name, gint64 now_us);
void hub_people_notes_leave (HubPeopleNotes *self, const char *from, const char *name, gint64 now_us);
void hub_people_notes_rename (HubPeopleNotes *self, const char *name, const char *new_name, gint64 now_us);
void hub_people_notes_advance (HubPeopleNotes *self, gint64 now_us);
gint64 hub_people_notes_get_deadline (HubPeopleNotes *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HubPeopleNotes, hub_people_notes_free)

G_END_DECLS
