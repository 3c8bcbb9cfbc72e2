/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * HubClientSent:
 * @HUB_CLIENT_SENT_PUBLISH: a message at QoS 1 or 2
 * @HUB_CLIENT_SENT_SUBSCRIBE: a subscription
 * @HUB_CLIENT_SENT_UNSUBSCRIBE: the end of one
 *
 * What a Packet Identifier was taken for.
 */
typedef enum
{
  HUB_CLIENT_SENT_PUBLISH = 1,
  HUB_CLIENT_SENT_SUBSCRIBE,
  HUB_CLIENT_SENT_UNSUBSCRIBE,
} HubClientSent;

/**
 * HubClientFlow:
 *
 * What a client has sent, or is going to send, and the broker has not answered: Packet Identifiers, and publishes that
 * wait until the broker takes further ones.
 */
typedef struct
{
  /*< private >*/
  GHashTable *sent; /* (owned) (element-type guint HubClientSent): identifiers that are not acknowledged */
  GQueue held;      /* (owned) (element-type GByteArray): publishes that the broker does not take yet */
  gsize held_bytes;
  guint n_open; /* publishes at QoS 1 and 2 that are on their way */
  guint16 last_packet_id;
} HubClientFlow;

void hub_client_flow_init (HubClientFlow *self);
void hub_client_flow_clear (HubClientFlow *self);

guint16 hub_client_flow_take_id (HubClientFlow *self, HubClientSent sent);
gboolean hub_client_flow_release_id (HubClientFlow *self, HubClientSent sent, guint16 packet_id);

void hub_client_flow_hold (HubClientFlow *self, GByteArray *packet);
GByteArray *hub_client_flow_take_next (HubClientFlow *self, guint receive_maximum) G_GNUC_WARN_UNUSED_RESULT;
gsize hub_client_flow_get_held (const HubClientFlow *self);

G_END_DECLS
