/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "app/discovery/hub-avahi.h"

G_BEGIN_DECLS

/**
 * HUB_ANNOUNCEMENT_NAME_BYTES:
 *
 * The longest name of a service: a label of DNS.
 */
#define HUB_ANNOUNCEMENT_NAME_BYTES 63

#define HUB_TYPE_ANNOUNCEMENT (hub_announcement_get_type ())
G_DECLARE_FINAL_TYPE (HubAnnouncement, hub_announcement, HUB, ANNOUNCEMENT, GObject)

HubAnnouncement *hub_announcement_new (HubAvahi *avahi) G_GNUC_WARN_UNUSED_RESULT;
void hub_announcement_set (HubAnnouncement *self, const char *name, guint16 mqtt_port, guint16 http_port);
void hub_announcement_clear (HubAnnouncement *self);
const char *hub_announcement_get_name (HubAnnouncement *self);

G_END_DECLS
