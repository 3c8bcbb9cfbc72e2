/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * HubKeeperFunc:
 * @user_data: as given
 *
 * Returns: (transfer full): what the file is to hold
 */
typedef GBytes *(*HubKeeperFunc) (gpointer user_data);

#define HUB_TYPE_KEEPER (hub_keeper_get_type ())
G_DECLARE_FINAL_TYPE (HubKeeper, hub_keeper, HUB, KEEPER, GObject)

HubKeeper *hub_keeper_new (GFile *file, guint delay_ms, HubKeeperFunc write, gpointer user_data) G_GNUC_WARN_UNUSED_RESULT;
char *hub_keeper_load (HubKeeper *self, gsize *size) G_GNUC_WARN_UNUSED_RESULT;
void hub_keeper_change (HubKeeper *self);
void hub_keeper_flush (HubKeeper *self);
void hub_keeper_stop (HubKeeper *self);

G_END_DECLS
