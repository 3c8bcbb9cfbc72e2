/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "tests/support/hub-test-core.h"

G_BEGIN_DECLS

/**
 * HubTestMessage:
 * @topic: where it was published
 * @payload: what
 * @qos: at which QoS
 * @is_retain: whether it is to be retained
 */
typedef struct
{
  char *topic;
  char *payload;
  guint8 qos;
  gboolean is_retain;
} HubTestMessage;

/**
 * HubTestWait:
 *
 * What a delivery under way waits for.
 */
typedef enum
{
  HUB_TEST_WAIT_PUBACK,
  HUB_TEST_WAIT_PUBREC,
  HUB_TEST_WAIT_PUBCOMP,
} HubTestWait;

/**
 * HubTestFlight:
 * @message: (unowned): what is delivered
 * @qos: the QoS of the delivery
 * @is_retain: RETAIN of the delivery
 * @packet_id: the identifier that the broker chose
 * @wait: the next step
 *
 * A delivery under way.
 */
typedef struct
{
  const HubTestMessage *message;
  guint8 qos;
  gboolean is_retain;
  guint16 packet_id;
  HubTestWait wait;
} HubTestFlight;

typedef struct _HubTestModel HubTestModel;

/**
 * HubTestSession:
 * @model: (unowned): whose it is a part of
 * @client_id: whose it is
 * @peer: (unowned) (nullable): the connection
 * @is_clean: whether it ends with the connection
 * @is_stuck: whether nothing is read at the other end
 * @subscriptions: (owned): filter to QoS
 * @flights: (owned) (element-type HubTestFlight): in their order
 * @queue: (owned) (element-type HubTestFlight): what has not begun
 * @replay: (owned): retained messages that wait, in no order
 * @received: (owned): identifiers at QoS 2 that the client has not released
 * @will: (unowned) (nullable): its will
 * @deadline_us: when it is closed for its silence, or ends; %G_MAXINT64: never
 * @grace_us: how long it may be silent; 0: for ever
 */
typedef struct
{
  HubTestModel *model;
  char *client_id;
  HubTestPeer *peer;
  gboolean is_clean;
  gboolean is_stuck;
  GHashTable *subscriptions;
  GArray *flights;
  GQueue queue;
  GArray *replay;
  GHashTable *received;
  const HubTestMessage *will;
  gint64 deadline_us;
  gint64 grace_us;
} HubTestSession;

/**
 * HubTestModel:
 * @sessions: (owned): by Client Identifier
 * @retained: (owned): by topic
 * @messages: (owned): all that were ever published
 * @max_inflight: the window
 * @max_queued: the longest queue
 * @n_dropped: what did not fit into one
 *
 * What a broker has to do, written down as plainly as possible: lists that are searched, strings that are compared.
 * It is told what happened, and asserts that the peers were sent exactly that, in an order that is right.
 */
struct _HubTestModel
{
  GHashTable *sessions;
  GHashTable *retained;
  GPtrArray *messages;
  guint max_inflight;
  guint max_queued;
  guint n_dropped;
};

HubTestModel *hub_test_model_new (guint max_inflight, guint max_queued) G_GNUC_WARN_UNUSED_RESULT;
void hub_test_model_free (HubTestModel *self);
HubTestMessage *hub_test_model_message (HubTestModel *self,
                                        const char *topic,
                                        const char *payload,
                                        guint8 qos,
                                        gboolean is_retain);

HubTestSession *hub_test_model_connect (HubTestModel *self, const char *client_id, HubTestPeer *peer, gboolean is_clean);
void hub_test_model_end (HubTestModel *self, HubTestSession *session, gboolean with_will);
void hub_test_model_destroy (HubTestModel *self, HubTestSession *session);
void hub_test_model_publish (HubTestModel *self, const HubTestMessage *message);
void hub_test_model_subscribe (HubTestModel *self, HubTestSession *session, const char *filter, guint8 qos);
void hub_test_model_unsubscribe (HubTestSession *session, const char *filter);
void hub_test_model_pump (HubTestModel *self, HubTestSession *session);
void hub_test_model_ack (HubTestModel *self, HubTestSession *session, guint index);
gsize hub_test_model_count_subscriptions (const HubTestModel *self);

void hub_test_session_expect (HubTestSession *session, const char *format, ...) G_GNUC_PRINTF (2, 3);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HubTestModel, hub_test_model_free)

G_END_DECLS
