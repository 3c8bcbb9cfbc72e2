/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * HubHostVerdict:
 * @HUB_HOST_ACCEPTED: the name is one of ours
 * @HUB_HOST_MISSING: there is none, or it is none: 400
 * @HUB_HOST_FOREIGN: the name is not one of ours: 421
 *
 * What a Host header is worth. A page of another site whose name was made to point here (DNS rebinding) sends its own
 * name, and gets nothing.
 */
typedef enum
{
  HUB_HOST_ACCEPTED,
  HUB_HOST_MISSING,
  HUB_HOST_FOREIGN,
} HubHostVerdict;

HubHostVerdict hub_host_check (const char *host, const char *own_name, const char *const *more_names);
gboolean hub_origin_is_allowed (const char *origin,
                                const char *scheme,
                                const char *host,
                                gboolean peer_is_loopback,
                                const char *const *more_origins);

G_END_DECLS
