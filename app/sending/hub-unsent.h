/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "app/messages/hub-payload.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * HubUnsentMessage:
 * @chat: which chat it is for: the address of a host, or "" for the own one
 * @topic: the Topic Name
 * @id: the id in @payload
 * @payload: what to publish
 * @has_failed: whether it was given up, until the user wants it to be sent again
 *
 * A message that no broker has acknowledged.
 */
typedef struct
{
  char *chat;
  char *topic;
  char *id;
  GBytes *payload;
  gboolean has_failed;
} HubUnsentMessage;

#define HUB_TYPE_UNSENT (hub_unsent_get_type ())
G_DECLARE_FINAL_TYPE (HubUnsent, hub_unsent, HUB, UNSENT, GObject)

HubUnsent *hub_unsent_new (GFile *file) G_GNUC_WARN_UNUSED_RESULT;
void hub_unsent_add (HubUnsent *self, const char *chat, const char *topic, const char *id, GBytes *payload);
void hub_unsent_remove (HubUnsent *self, const char *id);
const HubUnsentMessage *hub_unsent_set_failed (HubUnsent *self, const char *id, gboolean has_failed);
void hub_unsent_move (HubUnsent *self, const char *from, const char *to);
GPtrArray *hub_unsent_list (HubUnsent *self, const char *chat) G_GNUC_WARN_UNUSED_RESULT;
void hub_unsent_flush (HubUnsent *self);

G_END_DECLS
