/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "broker/core/hub-access-funcs.h"
#include "broker/hubbub/hub-exchange.h"

G_BEGIN_DECLS

HubExchange *hub_exchange_new (const HubAuthStep *step, const char *address) G_GNUC_WARN_UNUSED_RESULT;
GBytes *hub_exchange_take_data (HubExchange *self) G_GNUC_WARN_UNUSED_RESULT;
const char *hub_exchange_get_shown_name (HubExchange *self);

G_END_DECLS
