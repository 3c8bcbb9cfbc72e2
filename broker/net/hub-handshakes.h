/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "broker/net/hub-arrival.h"
#include "broker/net/hub-tls-settings.h"

G_BEGIN_DECLS

/**
 * HubHandshakes:
 *
 * The TLS handshakes of a broker. GIO does each on a thread of GLib's pool, which waits for the other end; there are few
 * of these threads, and others need them, too. So somebody who has connected gets one only when the first message of a
 * handshake has come whole, only so many have one at a time, and who keeps one without going on while others wait is
 * sent away. Whoever has few of them is served before who has many, and the newest before those who may have given up.
 */
typedef struct _HubHandshakes HubHandshakes;

/**
 * HubHandshakesFuncs:
 * @done: a handshake is over: the arrival is the callee's
 * @refused: somebody was refused: a sentence for the log, that begins behind "it"
 */
typedef struct
{
  void (*done) (HubArrival *arrival, gpointer door);
  void (*refused) (const HubIpAddress *address, const char *sentence, gpointer door);
} HubHandshakesFuncs;

HubHandshakes *hub_handshakes_new (HubReactor *reactor,
                                   HubAdmission *admission,
                                   gint64 timeout_us,
                                   const HubHandshakesFuncs *funcs) G_GNUC_WARN_UNUSED_RESULT;
void hub_handshakes_free (HubHandshakes *self);

void hub_handshakes_take (HubHandshakes *self, HubArrival *arrival, HubTlsSettings *settings, gpointer door);
void hub_handshakes_close_all (HubHandshakes *self);
guint hub_handshakes_get_count (const HubHandshakes *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HubHandshakes, hub_handshakes_free)

G_END_DECLS
