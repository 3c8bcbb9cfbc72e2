/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "ui/model/hub-message-item.h"

G_BEGIN_DECLS

typedef struct _HubMessageIndex HubMessageIndex;

HubMessageIndex *hub_message_index_new (void) G_GNUC_WARN_UNUSED_RESULT;
void hub_message_index_free (HubMessageIndex *self);

HubMessageItem *hub_message_index_find_id (HubMessageIndex *self, const char *topic, const char *id);
HubMessageItem *hub_message_index_find_seq (HubMessageIndex *self, guint64 seq);
void hub_message_index_add (HubMessageIndex *self, HubMessageItem *item, guint64 loose_at);
void hub_message_index_learn (HubMessageIndex *self, HubMessageItem *item, guint64 seq, guint64 loose_at);
void hub_message_index_settle (HubMessageIndex *self, HubMessageItem *item);
void hub_message_index_remove (HubMessageIndex *self, HubMessageItem *item);
void hub_message_index_clear (HubMessageIndex *self);
void hub_message_index_begin_log (HubMessageIndex *self);
guint hub_message_index_get_log (HubMessageIndex *self);

G_END_DECLS
