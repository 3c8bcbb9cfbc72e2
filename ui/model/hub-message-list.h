/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "ui/model/hub-message-item.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * HUB_MESSAGE_LIST_CAPACITY:
 *
 * How many rows a list holds unless told otherwise.
 */
#define HUB_MESSAGE_LIST_CAPACITY 5000

/**
 * HubMessageEdge:
 * @HUB_MESSAGE_EDGE_TOP: the first row
 * @HUB_MESSAGE_EDGE_END: the last row
 * @HUB_MESSAGE_EDGE_NEWEST: the newest message of all, also when it is not held
 *
 * What a reader has come near to.
 */
typedef enum
{
  HUB_MESSAGE_EDGE_TOP,
  HUB_MESSAGE_EDGE_END,
  HUB_MESSAGE_EDGE_NEWEST,
} HubMessageEdge;

#define HUB_TYPE_MESSAGE_LIST (hub_message_list_get_type ())
G_DECLARE_FINAL_TYPE (HubMessageList, hub_message_list, HUB, MESSAGE_LIST, GObject)

HubMessageList *hub_message_list_new (guint capacity) G_GNUC_WARN_UNUSED_RESULT;
guint hub_message_list_get_capacity (HubMessageList *self);
void hub_message_list_set_capacity (HubMessageList *self, guint capacity);
gboolean hub_message_list_get_has_pending (HubMessageList *self);
gboolean hub_message_list_append (HubMessageList *self, HubMessageItem *item);
void hub_message_list_append_past (HubMessageList *self, GPtrArray *items, gboolean is_cut_at_end);
void hub_message_list_add_note (HubMessageList *self, HubNoteKind kind, const char *name, const char *new_name, gint64 time_us);
void hub_message_list_flush (HubMessageList *self);
void hub_message_list_clear (HubMessageList *self);
void hub_message_list_begin_log (HubMessageList *self);
void hub_message_list_remove (HubMessageList *self, HubMessageItem *item);
void hub_message_list_settle (HubMessageList *self, HubMessageItem *item, HubMessageState state);
void hub_message_list_drop_before (HubMessageList *self, guint64 seq);
void hub_message_list_drop_after (HubMessageList *self, guint64 seq);
gboolean hub_message_list_get_is_adding_past (HubMessageList *self);
gboolean hub_message_list_get_is_detached (HubMessageList *self);
void hub_message_list_set_is_detached (HubMessageList *self, gboolean is_detached);
void hub_message_list_count_missed (HubMessageList *self, HubMessageItem *item);
HubNames *hub_message_list_get_names (HubMessageList *self);
void hub_message_list_set_names (HubMessageList *self, HubNames *names);
void hub_message_list_set_own_name (HubMessageList *self, const char *own_name);
guint hub_message_list_count_behind (HubMessageList *self, guint64 seq, const char *name, gboolean *has_mention);
void hub_message_list_set_first_unread_seq (HubMessageList *self, guint64 seq);
gboolean hub_message_list_has_first_unread (HubMessageList *self);
void hub_message_list_set_first_unread (HubMessageList *self, HubMessageItem *item);
gboolean hub_message_list_reveal (HubMessageList *self, HubMessageItem *item);
void hub_message_list_reach (HubMessageList *self, HubMessageEdge edge);
HubMessageItem *hub_message_list_find_by_id (HubMessageList *self, const char *topic, const char *id);
const char *hub_message_list_get_last_own (HubMessageList *self);
gboolean hub_message_list_has_anonymous (HubMessageList *self, const char *topic, const char *text);

G_END_DECLS
