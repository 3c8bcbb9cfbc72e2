/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "broker/net/hub-admission.h"
#include "broker/net/hub-stream.h"

G_BEGIN_DECLS

/**
 * HubArrival:
 * @fd: (owned): its descriptor; -1 when it belongs to @tls
 * @tls: (owned) (nullable): the connection, when TLS is spoken and the handshake is over
 * @identity: (owned) (nullable): the user name that its certificate proves
 * @address: the other end
 * @is_own: whether it is the own program
 * @ticket: (owned): the place that it takes up
 *
 * Somebody who has come in, and is handed on from who accepts to who serves. All zero but for @fd is nobody.
 */
typedef struct
{
  int fd;
  GTlsConnection *tls;
  char *identity;
  HubIpAddress address;
  HubTicket ticket;
  bool is_own : 1;
} HubArrival;

HubStream *hub_arrival_take_stream (HubArrival *self, HubReactor *reactor, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void hub_arrival_dismiss (HubArrival *self, HubAdmission *admission);

G_END_DECLS
