/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * HUB_JOINING_RECENT_MAX:
 *
 * How many addresses are remembered.
 */
#define HUB_JOINING_RECENT_MAX 5

#define HUB_TYPE_JOINING (hub_joining_get_type ())
G_DECLARE_FINAL_TYPE (HubJoining, hub_joining, HUB, JOINING, GObject)

HubJoining *hub_joining_new (void) G_GNUC_WARN_UNUSED_RESULT;
const char *const *hub_joining_get_recent (HubJoining *self);
void hub_joining_set_recent (HubJoining *self, const char *const *recent);
const char *hub_joining_get_asked_by (HubJoining *self);
const char *hub_joining_get_asked_user (HubJoining *self);
void hub_joining_set_asked_by (HubJoining *self, const char *asked_by, const char *user_name);
gboolean hub_joining_get_is_offering (HubJoining *self);
void hub_joining_set_is_offering (HubJoining *self, gboolean is_offering);
gboolean hub_joining_get_is_orphaned (HubJoining *self);
void hub_joining_set_is_orphaned (HubJoining *self, gboolean is_orphaned);
void hub_joining_forget (HubJoining *self, const char *address);
void hub_joining_host (HubJoining *self);
void hub_joining_succeed (HubJoining *self);

char **hub_joining_remember (const char *const *recent, const char *address) G_GNUC_WARN_UNUSED_RESULT;
char **hub_joining_without (const char *const *recent, const char *address) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
