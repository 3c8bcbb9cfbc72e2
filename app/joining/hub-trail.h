/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "ui/model/hub-join-address.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * HubTrail:
 *
 * Who it is on this network that was joined, so that they can be found again at another address. All zeros is a good
 * beginning: nobody.
 */
typedef struct
{
  /*< private >*/
  char *service;
} HubTrail;

void hub_trail_clear (HubTrail *self);
void hub_trail_note (HubTrail *self, GListModel *neighbours, GSocketAddress *peer);
HubJoinAddress *hub_trail_find (const HubTrail *self,
                                GListModel *neighbours,
                                const HubJoinAddress *address) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
