/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "app/base/hub-settings.h"
#include "ui/model/hub-chat-state.h"

G_BEGIN_DECLS

#define HUB_TYPE_NOTIFIER (hub_notifier_get_type ())
G_DECLARE_FINAL_TYPE (HubNotifier, hub_notifier, HUB, NOTIFIER, GObject)

HubNotifier *hub_notifier_new (GApplication *application, HubChatState *state, HubSettings *settings) G_GNUC_WARN_UNUSED_RESULT;
void hub_notifier_hear (HubNotifier *self, HubRoom *room, HubMessageItem *item);
void hub_notifier_set_is_active (HubNotifier *self, gboolean is_active);

G_END_DECLS
