/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "broker/core/hub-bars.h"
#include "broker/core/hub-core.h"
#include "broker/core/hub-keep.h"
#include "broker/core/hub-observe.h"
#include "broker/core/hub-retained.h"
#include "broker/core/hub-session.h"
#include "broker/core/hub-subscriptions.h"

G_BEGIN_DECLS

typedef struct _HubHold HubHold;

struct _HubCore
{
  HubCoreOptions options;
  GHashTable *sessions;            /* (owned) (element-type utf8 HubSession): by Client Identifier */
  GPtrArray *peers;                /* (owned) (element-type HubPeer): those that are open, in no order */
  HubSubscriptions *subscriptions; /* (owned) */
  HubRetained *retained;           /* (owned) */
  HubRetained *sys;                /* (owned): what the broker tells of itself */
  HubDeadline sys_due;             /* armed while somebody listens */
  HubDeadlines *deadlines;         /* (owned) */
  GRand *rand;                     /* (owned) */
  GByteArray *packet;              /* (owned): what is being encoded */
  GByteArray *notes;               /* (owned) (nullable): what CONNACK says of the broker, User Properties */
  GByteArray *record_notes;        /* (owned): what is said of a message that was recorded, likewise */
  HubKeep keep;
  GPtrArray *holders;             /* (owned) (element-type HubPeer): those for whom something waits */
  HubBars *bars;                  /* (owned): addresses from which nobody may come in */
  HubSpan host_topic;             /* (unowned): that of the options; empty when there is none */
  HubSpan personal_topics;        /* (unowned): likewise */
  GBytes *farewell;               /* (owned) (nullable): what is published to the host's topic at the end */
  GQueue pending;                 /* (owned) (element-type HubPeer): those whose CONNECT waits for its answer */
  guint64 n_connects;             /* packets, and ends of exchanges */
  guint64 durable;                /* the highest commit that is */
  gboolean is_awaited;            /* something waits for the commit of the turn that is not over yet */
  guint64 n_changes_before;       /* of what is kept, before the packet that is being handled */
  guint64 work;                   /* what has been done so far, in deliveries: see HUB_CORE_WORK_MAX */
  const HubObserveFuncs *observe; /* (unowned) (nullable): while somebody looks on */
  gpointer observer;              /* (unowned) (nullable) */
  HubStats stats;
  gint64 now_us;     /* as last told */
  gint64 started_us; /* when the first peer was opened */
};

/* hub-core.c */
void hub_core_close_peer (HubCore *self, HubPeer *peer, HubReason reason);
void hub_core_close_peer_with_words (HubCore *self, HubPeer *peer, HubReason reason, const char *words);
GByteArray *hub_core_begin_packet (HubCore *self);
gboolean hub_core_send_packet (HubCore *self, HubPeer *peer, gboolean waits);
void hub_core_enter (HubCore *self, gint64 now_us);

/* hub-hold.c */
void hub_core_hold_packet (HubCore *self, HubPeer *peer, HubSpan packet, gboolean waits);
void hub_core_hold_delivery (HubCore *self, HubPeer *peer, guint16 packet_id, gboolean is_dup, gboolean waits);
void hub_core_hold_connect (HubCore *self, HubPeer *peer);
void hub_core_drop_hold (HubCore *self, HubPeer *peer);
gboolean hub_core_has_changed (const HubCore *self);
gboolean hub_core_is_durable (const HubCore *self, const HubSession *session);
gboolean hub_core_has_to_hold (const HubCore *self, const HubSession *session);

/* hub-farewell.c */
void hub_core_say_farewell (HubCore *self);

/* hub-reserved.c */
gboolean hub_core_is_reserved (const HubCore *self, const char *client_id, HubSpan topic);

/* hub-rules.c */
void hub_core_watch_rules (HubCore *self);
gboolean hub_core_may_publish (const HubCore *self, const HubSession *session, const HubPublish *publish);
gboolean hub_core_may_subscribe (const HubCore *self, const HubSession *session, HubSpan filter);
gboolean hub_core_may_read (const HubCore *self, const HubSession *session, HubSpan topic);

/* hub-pending.c */
void hub_core_drop_pending (HubCore *self, HubPeer *peer);

/* hub-connect.c */
void hub_core_handle_connect (HubCore *self, HubPeer *peer, const HubConnect *connect, HubSpan packet);
void hub_core_exchanged (HubCore *self, HubPeer *peer, HubReason reason, const char *user_name);
void hub_core_finish_connect (HubCore *self, HubPeer *peer);
gint64 hub_core_get_expiry_us (const HubCore *self, const HubConnect *connect);

/* hub-connack.c */
gboolean hub_core_takes_connack (HubCore *self, const HubPeer *peer, const HubConnect *connect, const char *client_id);
void hub_core_welcome (HubCore *self, HubPeer *peer, const HubConnect *connect, const char *client_id, gboolean is_present);
void hub_core_refuse (HubCore *self, HubPeer *peer, HubVersion version, HubReason reason);
void hub_core_turn_away (HubCore *self, HubPeer *peer, const HubConnect *connect, HubReason reason);

/* hub-notes.c */
void hub_core_append_note (GByteArray *out, const char *name, HubSpan value);
void hub_core_append_number_note (GByteArray *out, const char *name, guint64 value);
void hub_core_add_notes (const HubCore *self, gsize max_bytes, HubProperties *properties);

/* hub-leave.c */
void hub_core_end_connection (HubCore *self, HubPeer *peer, gboolean with_will);
void hub_core_set_will (HubCore *self, HubSession *session, const HubConnect *connect);
void hub_core_drop_will (HubCore *self, HubSession *session);
void hub_core_begin_will (HubCore *self, HubSession *session, gint64 lost_us);
void hub_core_publish_will (HubCore *self, HubSession *session);
HubSession *hub_core_make_session (HubCore *self, const char *client_id) G_GNUC_WARN_UNUSED_RESULT;
void hub_core_destroy_session (HubCore *self, HubSession *session);
void hub_core_expire_session (HubCore *self, HubSession *session);

/* hub-publish.c */
gboolean hub_core_handle_publish (HubCore *self, HubPeer *peer, HubPublish *publish, GError **error);
gboolean hub_core_is_id_taken (const HubPeer *peer, guint16 packet_id);
gboolean hub_core_handle_ack (HubCore *self, HubPeer *peer, HubPacketType type, const HubAck *ack, GError **error);
gboolean hub_core_is_too_large (const HubCore *self, const HubPublish *publish);
HubMessage *hub_core_make_message (HubCore *self,
                                   const HubSession *session,
                                   const HubPublish *publish,
                                   gint64 expires_us) G_GNUC_WARN_UNUSED_RESULT;
gboolean hub_core_publish (HubCore *self, HubMessage *message, HubSession *publisher);
gboolean hub_core_route (HubCore *self, HubMessage *message, HubSession *publisher);

/* hub-subscribe.c */
gboolean hub_core_handle_subscribe (HubCore *self, HubPeer *peer, HubFilterList *list, GError **error);
gboolean hub_core_handle_unsubscribe (HubCore *self, HubPeer *peer, HubFilterList *list, GError **error);

/* hub-sys.c */
void hub_core_init_sys (HubCore *self);
void hub_core_clear_sys (HubCore *self);
gboolean hub_core_prepare_sys (HubCore *self, HubSpan filter);

/* hub-late.c */
void hub_core_begin_late (HubCore *self, HubSession *session, HubSpan filter, HubIdentifiers *identifiers, guint8 options);
gboolean hub_core_go_on_late (HubCore *self, HubSession *session);
void hub_core_take_late (HubCore *self, HubSession *session, HubSpan topic);

/* hub-delivery.c */
void hub_core_deliver (HubCore *self, HubSession *session, const HubQueued *item);
gboolean hub_core_replay (HubCore *self, HubSession *session, const HubQueued *item);
void hub_core_begin_delivery (HubCore *self, HubSession *session, const HubQueued *item);
void hub_core_pump (HubCore *self, HubSession *session);
void hub_core_redeliver (HubCore *self, HubSession *session);
gboolean hub_core_send_begun (HubCore *self, HubSession *session, guint16 packet_id, gboolean is_dup);
gboolean hub_core_can_take (const HubCore *self, const HubSession *session, const HubMessage *message, guint8 qos);
void hub_core_send_ack (HubCore *self, HubPeer *peer, HubPacketType type, guint16 packet_id, HubReason reason);

G_END_DECLS
