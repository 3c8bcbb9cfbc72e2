/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/**
 * HubReachAnswer:
 * @HUB_REACH_UNKNOWN: not known yet
 * @HUB_REACH_YES: yes
 * @HUB_REACH_NO: no
 *
 * What an attempt has shown.
 */
typedef enum
{
  HUB_REACH_UNKNOWN,
  HUB_REACH_YES,
  HUB_REACH_NO,
} HubReachAnswer;

/**
 * HubReach:
 * @mqtt_port: where MQTT clients join
 * @http_port: where browsers join
 * @is_mqtt_open: whether @mqtt_port could be connected to
 * @is_http_open: whether @http_port could be connected to
 * @is_discovery_running: whether Avahi is there
 * @is_announced: whether other desktops find this one
 * @n_addresses: by how many addresses others may reach this computer
 * @n_devices: how many other devices are in the chat
 * @had_devices: whether another device was ever in it, since it is hosted
 *
 * Whether others can join, as far as this computer can tell.
 */
typedef struct
{
  guint16 mqtt_port;
  guint16 http_port;
  HubReachAnswer is_mqtt_open;
  HubReachAnswer is_http_open;
  gboolean is_discovery_running;
  gboolean is_announced;
  guint n_addresses;
  guint n_devices;
  gboolean had_devices;
} HubReach;

/**
 * HubFindingKind:
 * @HUB_FINDING_WAITING: it is being looked at
 * @HUB_FINDING_GOOD: as it should be
 * @HUB_FINDING_NOTE: worth to know
 * @HUB_FINDING_BAD: in the way of others
 *
 * What a finding means for others who want to join.
 */
typedef enum
{
  HUB_FINDING_WAITING,
  HUB_FINDING_GOOD,
  HUB_FINDING_NOTE,
  HUB_FINDING_BAD,
} HubFindingKind;

/**
 * HubFinding:
 * @kind: what it means
 * @words: (owned): a sentence for people, translated
 *
 * One thing that was found out.
 */
typedef struct
{
  HubFindingKind kind;
  char *words;
} HubFinding;

GPtrArray *hub_reach_list_findings (const HubReach *reach) G_GNUC_WARN_UNUSED_RESULT;
const char *hub_reach_kind_word (HubFindingKind kind);
gboolean hub_reach_may_be_walled (const HubReach *reach);
char *hub_reach_dup_ufw (const HubReach *reach) G_GNUC_WARN_UNUSED_RESULT;
char *hub_reach_dup_firewalld (const HubReach *reach) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
