/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/**
 * HubChatConnection:
 * @HUB_CHAT_CONNECTION_CONNECTING: on the way
 * @HUB_CHAT_CONNECTION_CONNECTED: in the chat, subscribed
 * @HUB_CHAT_CONNECTION_OFFLINE: not in the chat
 *
 * What the badge says.
 */
typedef enum
{
  HUB_CHAT_CONNECTION_CONNECTING,
  HUB_CHAT_CONNECTION_CONNECTED,
  HUB_CHAT_CONNECTION_OFFLINE,
} HubChatConnection;

#define HUB_TYPE_CHAT_CONNECTION (hub_chat_connection_get_type ())
GType hub_chat_connection_get_type (void);

#define HUB_TYPE_STANDING (hub_standing_get_type ())
G_DECLARE_FINAL_TYPE (HubStanding, hub_standing, HUB, STANDING, GObject)

HubStanding *hub_standing_new (void) G_GNUC_WARN_UNUSED_RESULT;
HubChatConnection hub_standing_get_connection (HubStanding *self);
void hub_standing_set_connection (HubStanding *self, HubChatConnection connection);
gboolean hub_standing_get_is_hosting (HubStanding *self);
void hub_standing_set_is_hosting (HubStanding *self, gboolean is_hosting);
const char *hub_standing_get_title_detail (HubStanding *self);
void hub_standing_set_title_detail (HubStanding *self, const char *title_detail);
const char *hub_standing_get_problem (HubStanding *self);
void hub_standing_set_problem (HubStanding *self, const char *problem);
const char *hub_standing_get_join_url (HubStanding *self);
void hub_standing_set_join_url (HubStanding *self, const char *join_url);
guint64 hub_standing_get_limit_bytes (HubStanding *self);
void hub_standing_set_limit_bytes (HubStanding *self, guint64 limit_bytes);

G_END_DECLS
