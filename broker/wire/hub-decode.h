/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "broker/wire/hub-packet.h"

G_BEGIN_DECLS

/**
 * HubFrameResult:
 * @HUB_FRAME_COMPLETE: the whole packet is there
 * @HUB_FRAME_CUT: more bytes are needed
 * @HUB_FRAME_BAD: no packet can begin like this, whatever follows
 *
 * What [func@Hub.fixed_header_read] found.
 */
typedef enum
{
  HUB_FRAME_COMPLETE,
  HUB_FRAME_CUT,
  HUB_FRAME_BAD,
} HubFrameResult;

HubFrameResult hub_fixed_header_read (HubSpan bytes, gsize max_packet_bytes, HubFixedHeader *header, GError **error);
gboolean hub_packet_decode (HubVersion version,
                            const HubFixedHeader *header,
                            HubSpan body,
                            HubPacket *packet,
                            GError **error);
gboolean hub_filter_list_next_subscription (HubFilterList *list, HubSpan *filter, guint8 *options);
gboolean hub_filter_list_next_filter (HubFilterList *list, HubSpan *filter);

G_END_DECLS
