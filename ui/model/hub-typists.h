/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * HUB_TYPISTS_SHOWN_US:
 *
 * How long somebody counts as typing after each sign of it.
 */
#define HUB_TYPISTS_SHOWN_US (5 * G_TIME_SPAN_SECOND)

/**
 * HUB_TYPISTS_PAUSE_US:
 *
 * How long oneself is silent between two signs.
 */
#define HUB_TYPISTS_PAUSE_US (3 * G_TIME_SPAN_SECOND)

/**
 * HUB_TYPISTS_MAX:
 *
 * How many are counted at a time, in all rooms; others are passed over.
 */
#define HUB_TYPISTS_MAX 200

typedef struct _HubTypists HubTypists;

HubTypists *hub_typists_new (void) G_GNUC_WARN_UNUSED_RESULT;
void hub_typists_free (HubTypists *self);
void hub_typists_hear (HubTypists *self, const char *room, const char *from, const char *name, gint64 now_us);
void hub_typists_forget (HubTypists *self, const char *room, const char *from);
void hub_typists_clear (HubTypists *self);
void hub_typists_advance (HubTypists *self, gint64 now_us);
gint64 hub_typists_get_deadline (HubTypists *self);
char *hub_typists_to_text (HubTypists *self, const char *room) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HubTypists, hub_typists_free)

G_END_DECLS
