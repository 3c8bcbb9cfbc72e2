/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "app/sending/hub-outbox.h"
#include "app/rooms/hub-rooms.h"
#include "ui/model/hub-chat-state.h"

G_BEGIN_DECLS

#define HUB_TYPE_WRITER (hub_writer_get_type ())
G_DECLARE_FINAL_TYPE (HubWriter, hub_writer, HUB, WRITER, GObject)

HubWriter *hub_writer_new (HubChatState *state, HubOutbox *outbox, HubRooms *rooms, const char *from) G_GNUC_WARN_UNUSED_RESULT;
void hub_writer_set_link (HubWriter *self, HubLink *link);
void hub_writer_show_unsent (HubWriter *self, HubRoom *room);

G_END_DECLS
