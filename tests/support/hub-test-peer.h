/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "tests/support/hub-test-net-line.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * HubTestPeer:
 * @line: (owned): its end
 *
 * What a client talks to: a script in place of a broker, on the same thread, at the other end of a pair of sockets.
 */
typedef struct
{
  HubTestLine *line;
} HubTestPeer;

HubTestPeer *hub_test_peer_new (GIOStream **stream) G_GNUC_WARN_UNUSED_RESULT;
void hub_test_peer_free (HubTestPeer *self);

void hub_test_peer_send (HubTestPeer *self, const char *bytes);
void hub_test_peer_expect (HubTestPeer *self, const char *bytes);
void hub_test_peer_expect_end (HubTestPeer *self);
gsize hub_test_peer_look (HubTestPeer *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HubTestPeer, hub_test_peer_free)

G_END_DECLS
