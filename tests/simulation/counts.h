/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * SimCounts:
 * @clients: connected clients
 * @sessions: sessions
 * @subscriptions: subscriptions
 * @retained: retained messages
 * @received: messages accepted
 * @sent: messages sent
 * @dropped: messages that a limit has cost
 * @expired: messages that were not sent in time
 * @denied: messages that were not accepted
 *
 * What the broker says of itself, and what it has to say.
 */
typedef struct
{
  guint clients;
  guint sessions;
  guint subscriptions;
  guint retained;
  guint64 received;
  guint64 sent;
  guint64 dropped;
  guint64 expired;
  guint64 denied;
} SimCounts;

G_END_DECLS
