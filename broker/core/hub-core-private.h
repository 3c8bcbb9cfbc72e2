/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "broker/core/hub-core.h"
#include "broker/core/hub-retained.h"
#include "broker/core/hub-session.h"
#include "broker/core/hub-subscriptions.h"

G_BEGIN_DECLS

struct _HubCore
{
  HubCoreOptions options;
  GHashTable *sessions;            /* (owned) (element-type utf8 HubSession): by Client Identifier */
  GPtrArray *peers;                /* (owned) (element-type HubPeer): those that are open, in no order */
  HubSubscriptions *subscriptions; /* (owned) */
  HubRetained *retained;           /* (owned) */
  HubDeadlines *deadlines;         /* (owned) */
  GRand *rand;                     /* (owned) */
  HubStats stats;
};

/* hub-core.c */
void hub_core_close_peer (HubCore *self, HubPeer *peer, HubReason reason);

/* hub-connect.c */
gboolean hub_core_handle_connect (HubCore *self, HubPeer *peer, const HubConnect *connect, gint64 now_us);
void hub_core_refuse (HubCore *self, HubPeer *peer, HubReason reason);
void hub_core_end_connection (HubCore *self, HubPeer *peer, gboolean with_will, gint64 now_us);
void hub_core_publish_will (HubCore *self, HubSession *session);
void hub_core_destroy_session (HubCore *self, HubSession *session);

/* hub-publish.c */
void hub_core_handle_publish (HubCore *self, HubPeer *peer, const HubPublish *publish);
gboolean hub_core_handle_ack (HubCore *self, HubPeer *peer, HubPacketType type, guint16 packet_id, GError **error);
void hub_core_publish (HubCore *self, HubMessage *message);

/* hub-subscribe.c */
void hub_core_handle_subscribe (HubCore *self, HubPeer *peer, HubFilterList *list);
void hub_core_handle_unsubscribe (HubCore *self, HubPeer *peer, HubFilterList *list);

/* hub-delivery.c */
void hub_core_deliver (HubCore *self, HubSession *session, HubMessage *message, guint8 qos);
void hub_core_replay (HubCore *self, HubSession *session, HubMessage *message, guint8 qos);
void hub_core_pump (HubCore *self, HubSession *session);
void hub_core_redeliver (HubCore *self, HubSession *session);
void hub_core_send_ack (HubCore *self, HubPeer *peer, HubPacketType type, guint16 packet_id);

G_END_DECLS
