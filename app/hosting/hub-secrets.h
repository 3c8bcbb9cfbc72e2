/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * HUB_SECRETS_OWN:
 *
 * How the own chat is called; others by their address.
 */
#define HUB_SECRETS_OWN "own"

#define HUB_TYPE_SECRETS (hub_secrets_get_type ())
G_DECLARE_FINAL_TYPE (HubSecrets, hub_secrets, HUB, SECRETS, GObject)

HubSecrets *hub_secrets_new (GFile *file) G_GNUC_WARN_UNUSED_RESULT;
void hub_secrets_look_up_async (HubSecrets *self,
                                const char *chat,
                                GCancellable *cancellable,
                                GAsyncReadyCallback callback,
                                gpointer user_data);
char *hub_secrets_look_up_finish (HubSecrets *self, GAsyncResult *result, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void hub_secrets_store (HubSecrets *self, const char *chat, const char *password);
gboolean hub_secrets_get_is_stored (HubSecrets *self, const char *chat);
gboolean hub_secrets_get_is_filed (HubSecrets *self, const char *chat);
void hub_secrets_flush (HubSecrets *self);

G_END_DECLS
