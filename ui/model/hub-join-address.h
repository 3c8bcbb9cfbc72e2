/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/**
 * HUB_JOIN_ADDRESS_PORT:
 *
 * The port of MQTT.
 */
#define HUB_JOIN_ADDRESS_PORT 1883

/**
 * HUB_JOIN_ADDRESS_BYTES_MAX:
 *
 * The longest text that is read as an address, bytes.
 */
#define HUB_JOIN_ADDRESS_BYTES_MAX 2048

/**
 * HUB_JOIN_ADDRESS_ROOM_USER:
 *
 * The user name that goes with the password of a room, where no other is given.
 */
#define HUB_JOIN_ADDRESS_ROOM_USER "hubbub"

/**
 * HubJoinAddressError:
 * @HUB_JOIN_ADDRESS_ERROR_EMPTY: nothing was typed
 * @HUB_JOIN_ADDRESS_ERROR_SCHEME: an address of another kind
 * @HUB_JOIN_ADDRESS_ERROR_HOST: no name or IP address, or a broken one
 * @HUB_JOIN_ADDRESS_ERROR_PORT: not a number from 1 to 65535
 * @HUB_JOIN_ADDRESS_ERROR_CREDENTIALS: a user name or a password that cannot be read
 * @HUB_JOIN_ADDRESS_ERROR_PATH: something behind the port that cannot stand there
 *
 * Why an address cannot be joined.
 */
typedef enum
{
  HUB_JOIN_ADDRESS_ERROR_EMPTY,
  HUB_JOIN_ADDRESS_ERROR_SCHEME,
  HUB_JOIN_ADDRESS_ERROR_HOST,
  HUB_JOIN_ADDRESS_ERROR_PORT,
  HUB_JOIN_ADDRESS_ERROR_CREDENTIALS,
  HUB_JOIN_ADDRESS_ERROR_PATH,
} HubJoinAddressError;

#define HUB_JOIN_ADDRESS_ERROR (hub_join_address_error_quark ())
GQuark hub_join_address_error_quark (void);

/**
 * HubJoinScheme:
 * @HUB_JOIN_SCHEME_MQTT: MQTT over TCP
 * @HUB_JOIN_SCHEME_MQTTS: MQTT over TLS
 * @HUB_JOIN_SCHEME_WS: MQTT over WebSocket
 * @HUB_JOIN_SCHEME_WSS: MQTT over WebSocket over TLS
 *
 * How a host is spoken to.
 */
typedef enum
{
  HUB_JOIN_SCHEME_MQTT,
  HUB_JOIN_SCHEME_MQTTS,
  HUB_JOIN_SCHEME_WS,
  HUB_JOIN_SCHEME_WSS,
} HubJoinScheme;

/**
 * HubJoinAddress:
 * @scheme: how the host is spoken to
 * @host: its name or IP address, without brackets
 * @port: its port
 * @path: (nullable): for WebSocket what is asked for, with a slash in front, and in ASCII; else %NULL
 * @user_name: (nullable): whom the host is to know
 * @password: (nullable): what it wants to hear; not without @user_name
 * @room: (nullable): the name of the room that the link of a page names, as it stands there; not a part of the place
 *
 * Where a chat is joined. It does not change.
 */
typedef struct
{
  HubJoinScheme scheme;
  char *host;
  guint16 port;
  char *path;
  char *user_name;
  char *password;
  char *room;
} HubJoinAddress;

#define HUB_TYPE_JOIN_ADDRESS (hub_join_address_get_type ())
GType hub_join_address_get_type (void);

HubJoinAddress *hub_join_address_parse (const char *text, GError **error) G_GNUC_WARN_UNUSED_RESULT;
HubJoinAddress *hub_join_address_ref (HubJoinAddress *self);
void hub_join_address_unref (HubJoinAddress *self);
HubJoinAddress *hub_join_address_with_credentials (const HubJoinAddress *self,
                                                   const char *user_name,
                                                   const char *password) G_GNUC_WARN_UNUSED_RESULT;
HubJoinAddress *hub_join_address_at (const HubJoinAddress *self, const char *host, guint16 port) G_GNUC_WARN_UNUSED_RESULT;
gboolean hub_join_address_is_websocket (const HubJoinAddress *self);
gboolean hub_join_address_is_tls (const HubJoinAddress *self);
char *hub_join_address_to_string (const HubJoinAddress *self) G_GNUC_WARN_UNUSED_RESULT;
char *hub_join_address_to_url (const HubJoinAddress *self) G_GNUC_WARN_UNUSED_RESULT;
char *hub_join_address_to_key (const HubJoinAddress *self) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HubJoinAddress, hub_join_address_unref)

G_END_DECLS
