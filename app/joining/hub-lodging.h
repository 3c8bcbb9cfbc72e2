/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "broker/hub-resident.h"
#include "ui/model/hub-join-address.h"

G_BEGIN_DECLS

HubJoinAddress *hub_lodging_get_in (const HubResident *resident) G_GNUC_WARN_UNUSED_RESULT;
gboolean hub_lodging_is_at (const HubResident *resident, const HubJoinAddress *address);
char *hub_lodging_describe (const HubResident *resident, gboolean is_inside) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
