/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "app/people/hub-presence-payload.h"

G_BEGIN_DECLS

/**
 * HubHeir:
 * @client_id: its Client Identifier
 * @peer: where it is connected from, as the broker sees it: an address and a port, or something else
 * @since_us: since when, as the broker knows it
 * @presence: what it says of itself
 *
 * Somebody who may be asked to host next.
 */
typedef struct
{
  const char *client_id;
  const char *peer;
  gint64 since_us;
  const HubPresencePayload *presence;
} HubHeir;

const HubHeir *hub_heir_choose (const HubHeir *heirs,
                                guint n_heirs,
                                const char *const *own_addresses,
                                char ***next) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
