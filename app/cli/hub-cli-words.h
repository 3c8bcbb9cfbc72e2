/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "broker/wire/hub-packet.h"

G_BEGIN_DECLS

char *hub_cli_explain (const GError *error, const char *where) G_GNUC_WARN_UNUSED_RESULT;
char *hub_cli_explain_reason (guint8 reason) G_GNUC_WARN_UNUSED_RESULT;
void hub_cli_complain (const char *message);
int hub_cli_refuse (const GError *error);

G_END_DECLS
