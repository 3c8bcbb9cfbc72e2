/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "ui/model/hub-neighbour.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * HubService:
 * @interface: the number of the interface on which it was seen
 * @protocol: the version of IP, as Avahi numbers them
 * @name: what it is called
 * @domain: where it was seen
 * @resolver: (nullable): path of what tells its address
 * @rank: how good its address is, from 1 on; 0: it is not known yet
 * @address: (nullable): `IP:PORT`, or `[IP]:PORT`
 * @title: (nullable): what it says of itself
 * @is_hubbub: whether it says that it is a chat of Hubbub
 *
 * A service as it was seen on one interface, with one version of IP.
 */
typedef struct
{
  int interface;
  int protocol;
  char *name;
  char *domain;
  char *resolver;
  guint rank;
  char *address;
  char *title;
  gboolean is_hubbub;
} HubService;

HubService *hub_service_new (int interface, int protocol, const char *name, const char *domain) G_GNUC_WARN_UNUSED_RESULT;
void hub_service_free (HubService *self);
gboolean hub_service_is_at (const HubService *self, int interface, int protocol, const char *name, const char *domain);
void hub_service_take_address (HubService *self, const char *ip, const char *interface_name, guint16 port);
void hub_service_forget_address (HubService *self);
void hub_service_take_texts (HubService *self, GVariant *texts);
HubNeighbour *hub_service_to_neighbour (const HubService *self) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HubService, hub_service_free)

G_END_DECLS
