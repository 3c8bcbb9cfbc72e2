/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define HUB_TYPE_INVITE_CARD (hub_invite_card_get_type ())
G_DECLARE_FINAL_TYPE (HubInviteCard, hub_invite_card, HUB, INVITE_CARD, AdwBin)

const char *hub_invite_card_get_url (HubInviteCard *self);
void hub_invite_card_set_url (HubInviteCard *self, const char *url);

G_END_DECLS
