/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "broker/access/hub-password-hash.h"

G_BEGIN_DECLS

/**
 * HUB_USER_NAME_SIZE_MAX:
 *
 * The longest user name that MQTT can carry, bytes.
 */
#define HUB_USER_NAME_SIZE_MAX 65535

/**
 * HubPasswordFile:
 *
 * The users of a broker and what is known of their passwords: Mosquitto's `password_file`. Immutable, so that any thread
 * may read it and a reload replaces it as a whole.
 */
typedef struct _HubPasswordFile HubPasswordFile;

HubPasswordFile *hub_password_file_load (const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;
HubPasswordFile *hub_password_file_parse (const char *text,
                                          gsize size,
                                          const char *file_name,
                                          GError **error) G_GNUC_WARN_UNUSED_RESULT;
HubPasswordFile *hub_password_file_ref (HubPasswordFile *self);
void hub_password_file_unref (HubPasswordFile *self);

guint hub_password_file_get_length (const HubPasswordFile *self);
const HubPasswordHash *hub_password_file_lookup (const HubPasswordFile *self, const char *user);
gboolean hub_password_file_agrees (const HubPasswordFile *self, const HubPasswordFile *other, const char *user);
guint hub_password_file_get_cost (const HubPasswordFile *self, const char *user);
gboolean hub_password_file_verify (const HubPasswordFile *self, const char *user, HubSpan password);

gboolean hub_user_name_is_valid (const char *user, GError **error);
char *hub_password_file_edit (const char *text,
                              gsize size,
                              const char *user,
                              const HubPasswordHash *hash,
                              guint *n_found) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HubPasswordFile, hub_password_file_unref)

G_END_DECLS
