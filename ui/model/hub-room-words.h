/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "ui/model/hub-room.h"

G_BEGIN_DECLS

char *hub_room_words_count (guint n_messages) G_GNUC_WARN_UNUSED_RESULT;
char *hub_room_words_button (guint n_unread) G_GNUC_WARN_UNUSED_RESULT;
char *hub_room_words_row (HubRoom *room) G_GNUC_WARN_UNUSED_RESULT;
char *hub_room_words_leave (HubRoom *room) G_GNUC_WARN_UNUSED_RESULT;
char *hub_room_words_title (HubRoom *room) G_GNUC_WARN_UNUSED_RESULT;
char *hub_room_words_url (const char *page_url, HubRoom *room, const char *key) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
