/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "broker/hubbub/hub-protocol.h"
#include "broker/net/hub-ip-address.h"
#include "broker/net/hub-reactor.h"

G_BEGIN_DECLS

/**
 * HubListener:
 *
 * Sockets that listen on one port, for IPv4 and IPv6, or on one Unix socket, in the epoll set. What goes wrong with one
 * connection never stops it: when the system has no descriptor left it pauses and tries again.
 */
typedef struct _HubListener HubListener;

/**
 * HubAcceptFunc:
 * @listener: where it came in
 * @fd: (transfer full): a connected, non-blocking socket
 * @address: the other end
 * @user_data: as given to [func@Hub.Listener.new]
 */
typedef void (*HubAcceptFunc) (HubListener *listener, int fd, const HubIpAddress *address, gpointer user_data);

/**
 * HubListenFailedFunc:
 * @listener: where a connection could not be accepted
 * @error_number: what the system said
 * @user_data: as given
 *
 * Called once for each series of failures.
 */
typedef void (*HubListenFailedFunc) (HubListener *listener, int error_number, gpointer user_data);

/**
 * HubListenerFuncs:
 * @accepted: called with each connection
 * @failed: called when the system refuses
 */
typedef struct
{
  HubAcceptFunc accepted;
  HubListenFailedFunc failed;
} HubListenerFuncs;

HubListener *hub_listener_new (HubReactor *reactor,
                               const char *host,
                               int family,
                               guint16 port,
                               guint n_ports,
                               GError **error) G_GNUC_WARN_UNUSED_RESULT;
HubListener *hub_listener_new_unix (HubReactor *reactor, const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void hub_listener_free (HubListener *self);

void hub_listener_start (HubListener *self, const HubListenerFuncs *funcs, gpointer user_data);
guint16 hub_listener_get_port (const HubListener *self);
gboolean hub_listener_has_family (const HubListener *self, int family);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HubListener, hub_listener_free)

G_END_DECLS
