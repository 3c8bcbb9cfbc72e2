/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "broker/access/hub-password-file.h"

G_BEGIN_DECLS

HubPasswordFile *hub_test_passwords (const char *const *users, guint iterations) G_GNUC_WARN_UNUSED_RESULT;
char *hub_test_passwords_text (const char *const *users, guint iterations) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
