/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "broker/wire/hub-span.h"

G_BEGIN_DECLS

/**
 * HubBasic:
 * @user_name: (owned) (nullable): the user name
 * @password: (owned) (nullable): the password; need not be text
 * @password_size: number of bytes in @password
 *
 * What an Authorization header says. All zero is nothing.
 */
typedef struct
{
  char *user_name;
  guint8 *password;
  gsize password_size;
} HubBasic;

gboolean hub_basic_parse (HubBasic *self, const char *header);
void hub_basic_clear (HubBasic *self);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (HubBasic, hub_basic_clear)

G_END_DECLS
