/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "ui/model/hub-person.h"

G_BEGIN_DECLS

/**
 * HubGuestParams:
 * @client_id: the Client Identifier
 * @from: (nullable): 16 hexadecimal digits, if it has said who it is
 * @name: (nullable): the name that it has told of, if any
 * @kind: how it takes part
 * @address: (nullable): where it comes from, an IP address with or without a port; %NULL: from inside the program
 * @time_us: since when it is connected, or until when it is kept out, microseconds since 1970, UTC
 * @is_browser: whether it has come by WebSocket
 *
 * What is known of somebody who is connected, or was sent away. All strings are copied.
 */
typedef struct
{
  const char *client_id;
  const char *from;
  const char *name;
  HubPersonKind kind;
  const char *address;
  gint64 time_us;
  gboolean is_browser;
} HubGuestParams;

#define HUB_TYPE_GUEST (hub_guest_get_type ())
G_DECLARE_FINAL_TYPE (HubGuest, hub_guest, HUB, GUEST, GObject)

HubGuest *hub_guest_new (const HubGuestParams *params) G_GNUC_WARN_UNUSED_RESULT;
const char *hub_guest_get_client_id (HubGuest *self);
const char *hub_guest_get_from (HubGuest *self);
const char *hub_guest_get_address (HubGuest *self);
gint64 hub_guest_get_time_us (HubGuest *self);
gboolean hub_guest_get_is_own (HubGuest *self);
gboolean hub_guest_equal (HubGuest *self, HubGuest *other);
HubGuest *hub_guest_dup_sent_away (HubGuest *self, gint64 until_us) G_GNUC_WARN_UNUSED_RESULT;
char *hub_guest_dup_title (HubGuest *self) G_GNUC_WARN_UNUSED_RESULT;
char *hub_guest_dup_detail (HubGuest *self, GTimeZone *zone) G_GNUC_WARN_UNUSED_RESULT;
char *hub_guest_dup_sent_away_detail (HubGuest *self, GTimeZone *zone) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
