/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "tests/simulation/model.h"

#include <string.h>

G_BEGIN_DECLS

/*
 * SimDue:
 * @at_us: when; %SIM_NEVER: it is not
 * @number: of those at the same time the one with the lowest comes first
 *
 * Something that is waited for.
 */
typedef struct
{
  gint64 at_us;
  guint64 number;
} SimDue;

/*
 * SimMessage:
 * @publisher: the Client Identifier of who published it; empty: that is not known any more
 * @topic: where
 * @payload: what
 * @properties: what each receiver gets unchanged
 * @expires_us: when it may not be begun any more
 * @retained: as long as it is retained: until when
 * @qos: at which QoS it was published
 * @is_retain: RETAIN
 *
 * A message that was published. All of them live as long as the model.
 */
typedef struct
{
  char *publisher;
  char *topic;
  char *payload;
  SimProperties properties;
  gint64 expires_us;
  SimDue retained;
  guint8 qos;
  gboolean is_retain;
} SimMessage;

typedef struct _SimSession SimSession;

/*
 * SimDelivery:
 * @number: names it
 * @message: (unowned): what
 * @identifiers: (owned) (element-type guint32): Subscription Identifiers, in ascending order
 * @qos: its QoS
 * @is_retain: RETAIN
 * @id: once it has begun: its Packet Identifier
 * @waits_for: then: %SIM_PUBACK, %SIM_PUBREC or %SIM_PUBCOMP
 * @is_due: then: whether it was not sent on this connection so far
 * @filter: (owned) (nullable): the new subscription that it is retained for
 *
 * A message that one client has to get.
 */
typedef struct
{
  guint64 number;
  const SimMessage *message;
  GArray *identifiers;
  guint8 qos;
  gboolean is_retain;
  guint16 id;
  SimPacketType waits_for;
  gboolean is_due;
  char *filter;
} SimDelivery;

/*
 * SimSubscription:
 * @session: (unowned): whose it is
 * @filter: as it was written
 * @share: (nullable): the name of the share
 * @rest: the filter without that
 * @options: QoS, No Local and so on
 * @identifier: the Subscription Identifier; 0: none
 */
typedef struct
{
  SimSession *session;
  char *filter;
  char *share;
  char *rest;
  guint8 options;
  guint32 identifier;
} SimSubscription;

/*
 * SimShare:
 * @filter: as its members have written it
 * @rest: the filter without its name
 * @members: (element-type SimSubscription): at least one
 * @next: whose turn it is
 */
typedef struct
{
  char *filter;
  char *rest;
  GPtrArray *members;
  guint next;
} SimShare;

/*
 * SimLine:
 * @connection: (unowned): what it is the model's side of
 * @session: (unowned) (nullable): while it is connected
 * @is_over: whether it has ended
 * @version: 0 before CONNECT
 * @deadline_us: when it is closed for its silence
 * @grace_us: how long it may be silent; 0: for ever
 * @receive_max: how many deliveries the client takes at once
 * @max_packet_bytes: the largest packet that it takes; 0: any
 * @quota: how many QoS 2 messages the client may still begin
 * @topics: what its aliases stand for
 * @known_topics: (element-type utf8): what aliases of the broker stand for
 */
typedef struct
{
  SimConnection *connection;
  SimSession *session;
  gboolean is_over;
  guint8 version;
  gint64 deadline_us;
  gint64 grace_us;
  guint receive_max;
  guint32 max_packet_bytes;
  guint quota;
  GPtrArray *topics;
  GPtrArray *known_topics;
} SimLine;

#define SIM_RECEIVED 1
#define SIM_RECEIVED_DENIED 2

/*
 * SimSession:
 * @incarnation: names it; never used again
 * @line: (nullable): the connection
 * @expiry_us: how long it outlives that
 * @end: when it ends, while it has none
 * @subscriptions: (element-type SimSubscription)
 * @flights: (element-type SimDelivery): under way, in the order in which they began
 * @queue: (element-type SimDelivery): what waits, in its order
 * @replay: (element-type SimDelivery): retained messages for new subscriptions that wait, in their order
 * @received: identifiers at QoS 2 that the client has not released; %SIM_RECEIVED_DENIED: of what was not accepted
 * @will: (unowned) (nullable): its will
 * @will_delay_us: how long after the connection
 * @will_expiry_us: how long after that it may be delivered
 * @will_due: when it is published, if not with the end of the session
 * @lost_us: when it has lost its last connection
 */
struct _SimSession
{
  char *client_id;
  guint64 incarnation;
  SimLine *line;
  gint64 expiry_us;
  SimDue end;
  GPtrArray *subscriptions;
  GPtrArray *flights;
  GPtrArray *queue;
  GPtrArray *replay;
  GHashTable *received;
  SimMessage *will;
  gint64 will_delay_us;
  gint64 will_expiry_us;
  SimDue will_due;
  gint64 lost_us;
};

struct _SimModel
{
  const SimRules *rules; /* (unowned) */
  SimReport *report;     /* (unowned) */
  SimTally *tally;       /* (unowned) */
  GPtrArray *lines;      /* (owned) (element-type SimLine) */
  GPtrArray *sessions;   /* (owned) (element-type SimSession): in the order in which they came about */
  GPtrArray *shares;     /* (owned) (element-type SimShare): in the order in which they came about */
  GPtrArray *messages;   /* (owned) (element-type SimMessage): all there ever were */
  GHashTable *retained;  /* (owned) (element-type utf8 SimMessage): by topic */
  SimRetainedOrder order;
  gpointer order_data; /* (unowned) */
  guint64 n_deliveries;
  guint64 n_incarnations;
  guint64 n_due;
  SimCounts counts;  /* what only grows */
  gboolean is_blind; /* what is sent is never seen */
};

#define sim_model_met(self, event) ((self)->tally->counts[event]++)

/* model.c */
SimLine *sim_model_get_line (const SimModel *self, const SimConnection *connection);
SimMessage *sim_model_make_message (SimModel *self, const char *publisher, const SimPacket *packet, const SimProperties *properties);

/* model-topic.c */
gboolean sim_topic_matches (const char *filter, const char *topic);
gboolean sim_topic_filter_is_valid (const char *filter);
gboolean sim_topic_split_share (const char *filter, char **share, const char **rest);

/* model-session.c */
SimSession *sim_model_find_session (const SimModel *self, const char *client_id);
SimSession *sim_model_make_session (SimModel *self, const char *client_id);
void sim_model_end_session (SimModel *self, SimSession *session);
void sim_model_publish_will (SimModel *self, SimSession *session);
void sim_model_end_connection (SimModel *self, SimLine *line, gboolean with_will);
void sim_model_fault (SimModel *self, SimLine *line, const char *codes);
void sim_session_free (gpointer data);
void sim_model_begin_will (SimModel *self, SimSession *session);
void sim_model_wait_until (SimModel *self, SimDue *due, gint64 at_us);

/* model-restore.c */
void sim_model_restore (SimModel *self);

/* model-connect.c */
void sim_model_take_connect (SimModel *self, SimLine *line, const SimPacket *packet);

/* model-publish.c */
void sim_model_take_publish (SimModel *self, SimLine *line, const SimPacket *packet);
gboolean sim_model_is_denied (const SimModel *self, const SimMessage *message);
gboolean sim_model_publish (SimModel *self, const SimMessage *message, const char *client_id);
gboolean sim_model_is_id_taken (SimModel *self, const SimLine *line, guint16 id);

/* model-share.c */
void sim_model_join_share (SimModel *self, SimSubscription *subscription);
void sim_model_leave_share (SimModel *self, SimSubscription *subscription);
gboolean sim_model_publish_to_shares (SimModel *self, const SimMessage *message);
void sim_share_free (gpointer data);

/* model-subscribe.c */
SimSubscription *sim_session_find_subscription (const SimSession *self, const char *filter);
void sim_subscription_free (gpointer data);
void sim_model_unsubscribe (SimModel *self, SimSubscription *subscription);
void sim_model_take_subscribe (SimModel *self, SimLine *line, const SimPacket *packet);
void sim_model_take_unsubscribe (SimModel *self, SimLine *line, const SimPacket *packet);

/* model-ack.c */
void sim_model_take_ack (SimModel *self, SimLine *line, const SimPacket *packet);

/* model-delivery.c */
gsize sim_message_cost (const SimMessage *self);
guint8 sim_model_delivered_qos (const SimModel *self, const SimMessage *message, guint granted);
SimDelivery *sim_delivery_new (SimModel *model, const SimMessage *message, guint8 qos, gboolean is_retain) G_GNUC_WARN_UNUSED_RESULT;
void sim_delivery_add_identifier (SimDelivery *self, guint32 identifier);
void sim_delivery_free (gpointer data);
gboolean sim_model_can_take (const SimModel *self, const SimSession *session, const SimMessage *message, guint8 qos);
void sim_model_deliver (SimModel *self, SimSession *session, SimDelivery *delivery);
void sim_model_replay (SimModel *self, SimSession *session, SimDelivery *delivery);
gboolean sim_model_go_on_replay (SimModel *self, SimSession *session);
void sim_model_end_replay (SimModel *self, SimSession *session, const char *filter);
void sim_model_resume (SimModel *self, SimSession *session);
void sim_model_pump (SimModel *self, SimSession *session);

/* model-judge.c */
SimPacket *sim_model_next (SimModel *self, SimLine *line, SimPacketType type, guint8 qos);
void sim_model_answer (SimModel *self, SimLine *line, SimPacketType type, guint16 id, const char *codes);
void sim_model_answer_list (SimModel *self, SimLine *line, SimPacketType type, guint16 id, const GByteArray *codes);
gboolean sim_delivery_fits (const SimModel *model, const SimDelivery *self, const SimLine *line);
void sim_model_send (SimModel *self, SimLine *line, SimDelivery *delivery, gboolean is_dup);

G_END_DECLS
