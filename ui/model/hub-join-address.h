/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * HUB_JOIN_ADDRESS_PORT:
 *
 * The port of MQTT.
 */
#define HUB_JOIN_ADDRESS_PORT 1883

/**
 * HubJoinAddressError:
 * @HUB_JOIN_ADDRESS_ERROR_EMPTY: nothing was typed
 * @HUB_JOIN_ADDRESS_ERROR_SCHEME: an address of another kind
 * @HUB_JOIN_ADDRESS_ERROR_HOST: no name or IP address, or a broken one
 * @HUB_JOIN_ADDRESS_ERROR_PORT: not a number from 1 to 65535
 *
 * Why an address cannot be joined.
 */
typedef enum
{
  HUB_JOIN_ADDRESS_ERROR_EMPTY,
  HUB_JOIN_ADDRESS_ERROR_SCHEME,
  HUB_JOIN_ADDRESS_ERROR_HOST,
  HUB_JOIN_ADDRESS_ERROR_PORT,
} HubJoinAddressError;

#define HUB_JOIN_ADDRESS_ERROR (hub_join_address_error_quark ())
GQuark hub_join_address_error_quark (void);

gboolean hub_join_address_parse (const char *text, char **host, guint16 *port, GError **error);

G_END_DECLS
