/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * HUB_AVAHI_NAME:
 *
 * The name of Avahi on the system bus.
 */
#define HUB_AVAHI_NAME "org.freedesktop.Avahi"

/* Any interface, any version of IP. */
#define HUB_AVAHI_ANY (-1)

#define HUB_TYPE_AVAHI (hub_avahi_get_type ())
G_DECLARE_FINAL_TYPE (HubAvahi, hub_avahi, HUB, AVAHI, GObject)

HubAvahi *hub_avahi_new (GDBusConnection *bus) G_GNUC_WARN_UNUSED_RESULT;
gboolean hub_avahi_get_is_there (HubAvahi *self);
gboolean hub_avahi_get_is_running (HubAvahi *self);
void hub_avahi_call (HubAvahi *self,
                     const char *path,
                     const char *method,
                     GVariant *arguments,
                     GCancellable *cancellable,
                     GAsyncReadyCallback callback,
                     gpointer user_data);
GVariant *hub_avahi_call_finish (HubAvahi *self, GAsyncResult *result, GError **error) G_GNUC_WARN_UNUSED_RESULT;
guint hub_avahi_watch (HubAvahi *self, const char *interface, GDBusSignalCallback callback, gpointer user_data);
void hub_avahi_unwatch (HubAvahi *self, guint id);

G_END_DECLS
