/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define HUB_TYPE_FOLLOW_BIN (hub_follow_bin_get_type ())
G_DECLARE_FINAL_TYPE (HubFollowBin, hub_follow_bin, HUB, FOLLOW_BIN, GtkWidget)

GtkListView *hub_follow_bin_get_list (HubFollowBin *self);
void hub_follow_bin_set_can_follow (HubFollowBin *self, gboolean can_follow);
gboolean hub_follow_bin_get_is_following (HubFollowBin *self);
void hub_follow_bin_reveal (HubFollowBin *self, guint position);
void hub_follow_bin_follow (HubFollowBin *self);

G_END_DECLS
