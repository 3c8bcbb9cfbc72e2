/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "ui/model/hub-join-address.h"

#include <gio/gio.h>

G_BEGIN_DECLS

char *hub_link_explain (const GError *error, const HubJoinAddress *address) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
