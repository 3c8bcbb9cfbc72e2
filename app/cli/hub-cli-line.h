/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "ui/model/hub-message-item.h"

G_BEGIN_DECLS

GString *hub_cli_line_for_people (HubMessageItem *item, gboolean has_time, gboolean has_room) G_GNUC_WARN_UNUSED_RESULT;
GString *hub_cli_line_for_programs (HubMessageItem *item) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
