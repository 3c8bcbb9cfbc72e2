/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "app/history/hub-archive.h"
#include "app/messages/hub-stamp.h"
#include "ui/model/hub-message-list.h"

G_BEGIN_DECLS

/**
 * HubPastReadFunc:
 * @message: a message of the log
 * @user_data: as given
 *
 * Returns: (transfer full) (nullable): its row; %NULL for what makes none
 */
typedef HubMessageItem *(*HubPastReadFunc) (const HubArchiveMessage *message, gpointer user_data);

#define HUB_TYPE_PAST (hub_past_get_type ())
G_DECLARE_FINAL_TYPE (HubPast, hub_past, HUB, PAST, GObject)

HubPast *hub_past_new (HubArchive *archive, HubMessageList *list, const char *topic, HubPastReadFunc read, gpointer user_data) G_GNUC_WARN_UNUSED_RESULT;
void hub_past_begin (HubPast *self, const char *base_url);
void hub_past_end (HubPast *self);
void hub_past_forget (HubPast *self);
void hub_past_jump (HubPast *self, HubMessageItem *item);
gboolean hub_past_hear (HubPast *self, const HubStamp *stamp);
gboolean hub_past_get_is_joined (HubPast *self);
const char *hub_past_get_log (HubPast *self);
guint64 hub_past_get_last (HubPast *self);

G_END_DECLS
