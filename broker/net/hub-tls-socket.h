/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define HUB_TYPE_TLS_SOCKET (hub_tls_socket_get_type ())
G_DECLARE_FINAL_TYPE (HubTlsSocket, hub_tls_socket, HUB, TLS_SOCKET, GIOStream)

HubTlsSocket *hub_tls_socket_new (int fd) G_GNUC_WARN_UNUSED_RESULT;

int hub_tls_socket_get_fd (HubTlsSocket *self);
void hub_tls_socket_end_handshake (HubTlsSocket *self);
void hub_tls_socket_cut (HubTlsSocket *self);

G_END_DECLS
