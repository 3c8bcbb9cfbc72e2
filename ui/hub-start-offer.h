/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "ui/model/hub-chat-state.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define HUB_TYPE_START_OFFER (hub_start_offer_get_type ())
G_DECLARE_FINAL_TYPE (HubStartOffer, hub_start_offer, HUB, START_OFFER, AdwBin)

GtkWidget *hub_start_offer_new (HubChatState *state);

G_END_DECLS
