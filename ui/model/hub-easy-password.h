/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

char *hub_easy_password_new (void) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
