/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "app/hosting/hub-host.h"
#include "ui/model/hub-join-address.h"

G_BEGIN_DECLS

/**
 * HUB_LINK_PRESENCE:
 *
 * What stands in front of the Client Identifier in the topic of a presence.
 */
#define HUB_LINK_PRESENCE "hubbub/presence/"

/**
 * HUB_LINK_TYPING:
 *
 * The topic that says who is writing to everybody; that of another room is `/ROOM` below it.
 */
#define HUB_LINK_TYPING "hubbub/typing"

/**
 * HUB_LINK_HOST:
 *
 * The topic where a host that leaves says who hosts next.
 */
#define HUB_LINK_HOST "hubbub/host"

/**
 * HubLinkState:
 * @HUB_LINK_CONNECTING: on the way
 * @HUB_LINK_CONNECTED: the broker has accepted the subscriptions
 * @HUB_LINK_WAITING: it did not work, and will be tried again by itself
 *
 * How a link stands.
 */
typedef enum
{
  HUB_LINK_CONNECTING,
  HUB_LINK_CONNECTED,
  HUB_LINK_WAITING,
} HubLinkState;

#define HUB_TYPE_LINK (hub_link_get_type ())
G_DECLARE_FINAL_TYPE (HubLink, hub_link, HUB, LINK, GObject)

HubLink *hub_link_new_local (HubHost *host) G_GNUC_WARN_UNUSED_RESULT;
HubLink *hub_link_new_remote (HubJoinAddress *address) G_GNUC_WARN_UNUSED_RESULT;
void hub_link_start (HubLink *self);
void hub_link_probe (HubLink *self);
void hub_link_set_detour (HubLink *self, HubJoinAddress *detour);
HubJoinAddress *hub_link_get_address (HubLink *self);
GSocketAddress *hub_link_get_peer (HubLink *self);
HubLinkState hub_link_get_state (HubLink *self);
const char *hub_link_get_problem (HubLink *self);
gboolean hub_link_get_wants_password (HubLink *self);
gboolean hub_link_get_has_stopped (HubLink *self);
gboolean hub_link_get_is_hubbub (HubLink *self);
char *hub_link_dup_http_url (HubLink *self) G_GNUC_WARN_UNUSED_RESULT;
gboolean hub_link_takes (HubLink *self, const char *topic, GBytes *payload);
gsize hub_link_get_payload_max (HubLink *self, const char *topic);
guint16 hub_link_publish (HubLink *self, const char *topic, GBytes *payload, guint8 qos, gboolean is_retained);
const char *hub_link_get_client_id (HubLink *self);
gboolean hub_link_get_has_rooms (HubLink *self);
gboolean hub_link_get_has_will (HubLink *self);
void hub_link_close (HubLink *self);

G_END_DECLS
