/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "hub-export.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * HUB_EXCHANGE_DATA_BYTES_MAX:
 *
 * The most that a step of an exchange can carry, bytes.
 */
#define HUB_EXCHANGE_DATA_BYTES_MAX 65535

/**
 * HubExchangeVerdict:
 * @HUB_EXCHANGE_REFUSED: the client may not come in, or not stay
 * @HUB_EXCHANGE_UNKNOWN_METHOD: the same, since its method is not one that is known
 * @HUB_EXCHANGE_CONTINUED: it is to take a further step
 * @HUB_EXCHANGE_GRANTED: it has shown who it is
 *
 * What comes of a step of an exchange.
 */
typedef enum
{
  HUB_EXCHANGE_REFUSED,
  HUB_EXCHANGE_UNKNOWN_METHOD,
  HUB_EXCHANGE_CONTINUED,
  HUB_EXCHANGE_GRANTED,
} HubExchangeVerdict;

#define HUB_TYPE_EXCHANGE (hub_exchange_get_type ())
HUB_EXPORT
G_DECLARE_FINAL_TYPE (HubExchange, hub_exchange, HUB, EXCHANGE, GObject)

HUB_EXPORT const char *hub_exchange_get_method (HubExchange *self);
HUB_EXPORT const char *hub_exchange_get_client_id (HubExchange *self);
HUB_EXPORT const char *hub_exchange_get_user_name (HubExchange *self);
HUB_EXPORT const char *hub_exchange_get_address (HubExchange *self);
HUB_EXPORT gboolean hub_exchange_is_again (HubExchange *self);
HUB_EXPORT void hub_exchange_set_data (HubExchange *self, GBytes *data);
HUB_EXPORT void hub_exchange_set_shown_name (HubExchange *self, const char *user_name);

G_END_DECLS
