/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>
#include <stdbool.h>

G_BEGIN_DECLS

/**
 * HubIpAddress:
 *
 * The other end of a connection: an IP address and a port, or a process of this computer for a Unix socket, or nothing
 * for a stream inside the program. An IPv4 address that is written as an IPv6 one counts as IPv4.
 */
typedef struct
{
  /*< private >*/
  guint8 bytes[16]; /* for AF_UNIX the process, in four of them */
  guint16 port;
  guint16 family; /* AF_INET, AF_INET6, AF_UNIX, or 0 */
} HubIpAddress;

struct sockaddr;

void hub_ip_address_init (HubIpAddress *self, const struct sockaddr *address);
void hub_ip_address_init_unix (HubIpAddress *self, guint32 process);
gboolean hub_ip_address_parse (HubIpAddress *self, const char *text);
gboolean hub_ip_address_parse_peer (HubIpAddress *self, const char *text);
void hub_ip_address_format (const HubIpAddress *self, char *text, gsize size);
gboolean hub_ip_address_is_loopback (const HubIpAddress *self);
gboolean hub_ip_address_is_local (const HubIpAddress *self);
gboolean hub_ip_address_shares_prefix (const HubIpAddress *self, const HubIpAddress *other, guint prefix_bits);
gboolean hub_ip_address_is_on_link (const HubIpAddress *self);
guint64 hub_ip_address_get_key (const HubIpAddress *self);
guint64 hub_ip_address_get_host_key (const HubIpAddress *self);
gboolean hub_ip_address_is_neighbour (const HubIpAddress *self);

G_END_DECLS
