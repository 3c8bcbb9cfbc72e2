/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "app/link/hub-link.h"
#include "app/sending/hub-unsent.h"

G_BEGIN_DECLS

#define HUB_TYPE_OUTBOX (hub_outbox_get_type ())
G_DECLARE_FINAL_TYPE (HubOutbox, hub_outbox, HUB, OUTBOX, GObject)

HubOutbox *hub_outbox_new (GFile *file) G_GNUC_WARN_UNUSED_RESULT;
void hub_outbox_set_chat (HubOutbox *self, const char *chat);
void hub_outbox_move_chat (HubOutbox *self, const char *chat);
void hub_outbox_set_link (HubOutbox *self, HubLink *link);
void hub_outbox_post (HubOutbox *self, const char *topic, const char *id, GBytes *payload);
void hub_outbox_retry (HubOutbox *self, const char *id);
void hub_outbox_remove (HubOutbox *self, const char *id);
GPtrArray *hub_outbox_list (HubOutbox *self) G_GNUC_WARN_UNUSED_RESULT;
void hub_outbox_flush (HubOutbox *self);

G_END_DECLS
