/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "ui/model/hub-chat-state.h"

#include <adwaita.h>

G_BEGIN_DECLS

void hub_empty_page_fill (AdwStatusPage *page, HubChatConnection connection, HubRoom *room);

G_END_DECLS
