/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "ui/model/hub-chat-state.h"

G_BEGIN_DECLS

void hub_chat_state_install_signals (HubChatStateClass *klass);

G_END_DECLS
