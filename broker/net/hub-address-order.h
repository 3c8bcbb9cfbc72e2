/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "broker/net/hub-ip-address.h"

G_BEGIN_DECLS

/**
 * HubInterfaceAddress:
 * @interface: (transfer none): the name of the interface that has the address
 * @address: the address
 * @is_point_to_point: whether only one other computer is at the other end, as with a tunnel
 *
 * An address of this computer, as the system tells of it.
 */
typedef struct
{
  const char *interface;
  HubIpAddress address;
  gboolean is_point_to_point;
} HubInterfaceAddress;

char **hub_address_order (const HubInterfaceAddress *addresses,
                          gsize n_addresses,
                          const char *const *default_interfaces) G_GNUC_WARN_UNUSED_RESULT;
char **hub_address_default_interfaces (const char *routes) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
