/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "ui/model/hub-join-address.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * HubRoute:
 * @address: (nullable): where the host is looked for first; %NULL when nobody is looked for
 * @detour: (nullable): where it may be, too
 * @tried: (nullable): one of both: where it was looked for last
 * @peer: (nullable): where it was found last
 *
 * Where a host is looked for.
 */
typedef struct
{
  HubJoinAddress *address;
  HubJoinAddress *detour;
  HubJoinAddress *tried;
  GSocketAddress *peer;
} HubRoute;

void hub_route_init (HubRoute *self, HubJoinAddress *address);
void hub_route_clear (HubRoute *self);
void hub_route_choose (HubRoute *self);
void hub_route_settle (HubRoute *self);
gboolean hub_route_set_detour (HubRoute *self, HubJoinAddress *detour);
char *hub_route_dup_http_url (const HubRoute *self, guint16 port) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
