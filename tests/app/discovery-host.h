/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "app/discovery/hub-announcement.h"
#include "app/discovery/hub-neighbours.h"

G_BEGIN_DECLS

/**
 * DiscoveryHost:
 * @bus: (owned): a connection of its own to a system bus
 * @avahi: (owned): the Avahi on it
 * @announcement: (owned): what it announces
 * @neighbours: (owned): whom it finds
 *
 * Somebody who can be found, and finds others.
 */
typedef struct
{
  GDBusConnection *bus;
  HubAvahi *avahi;
  HubAnnouncement *announcement;
  HubNeighbours *neighbours;
} DiscoveryHost;

void discovery_host_begin (DiscoveryHost *self, const char *bus_address);
void discovery_host_end (DiscoveryHost *self);
char *discovery_host_describe (DiscoveryHost *self) G_GNUC_WARN_UNUSED_RESULT;
gboolean discovery_host_sees (DiscoveryHost *self, const char *wanted);

G_END_DECLS
