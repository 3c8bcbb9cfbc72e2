/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "broker/core/hub-core.h"

G_BEGIN_DECLS

/**
 * HubTestCore:
 * @core: what is tested
 * @now_us: the fake clock
 * @clients: (owned) (element-type HubTestPeer): all that were ever opened
 * @log: (owned) (element-type utf8): the lines of the log
 *
 * A broker without input, output and time.
 */
typedef struct
{
  HubCore *core;
  gint64 now_us;
  GPtrArray *clients;
  GPtrArray *log;
} HubTestCore;

/**
 * HubTestPeer:
 * @peer: the connection, as the core sees it
 * @test: (unowned): whose client it is
 * @version: what it speaks
 * @input: (owned): bytes that it has sent and that were not consumed
 * @output: (owned) (element-type utf8): packets that it was sent and that the test has not taken, as text
 * @n_acked: how many of @output hub_test_peer_settle() has answered
 * @last_packet_id: the Packet Identifier that it used last
 * @counts_output: whether what it is sent stays in `peer.output_bytes`, as if nobody was reading
 * @is_closed: whether the core has closed it, or it was lost
 * @was_told: whether it was sent a DISCONNECT, which must be the last packet
 * @reason: why the core has closed it
 *
 * A client and its connection.
 */
typedef struct
{
  HubPeer peer;
  HubTestCore *test;
  HubVersion version;
  GByteArray *input;
  GPtrArray *output;
  guint n_acked;
  guint16 last_packet_id;
  gboolean counts_output;
  gboolean is_resumed;
  gboolean is_closed;
  gboolean was_told;
  HubReason reason;
} HubTestPeer;

HubTestCore *hub_test_core_new (void) G_GNUC_WARN_UNUSED_RESULT;
HubTestCore *hub_test_core_new_with_limits (const HubLimits *limits) G_GNUC_WARN_UNUSED_RESULT;
HubTestCore *hub_test_core_new_with_options (const HubCoreOptions *options) G_GNUC_WARN_UNUSED_RESULT;
void hub_test_core_free (HubTestCore *self);
void hub_test_core_pass (HubTestCore *self, gint64 time_us);
guint hub_test_core_count_log (const HubTestCore *self, const char *piece);

HubTestPeer *hub_test_core_open (HubTestCore *self);
HubTestPeer *hub_test_core_join (HubTestCore *self, const char *client_id);
HubTestPeer *hub_test_core_resume (HubTestCore *self, const char *client_id, gboolean is_present);
HubTestPeer *hub_test_core_join_5 (HubTestCore *self, const char *client_id, const char *properties);
HubTestPeer *hub_test_core_resume_5 (HubTestCore *self,
                                     const char *client_id,
                                     const char *properties,
                                     gboolean is_present);

void hub_test_peer_feed (HubTestPeer *self, HubSpan bytes);
void hub_test_peer_send (HubTestPeer *self, const char *bytes);
void hub_test_peer_connect (HubTestPeer *self, const HubConnect *connect);
void hub_test_peer_disconnect (HubTestPeer *self);
void hub_test_peer_lose (HubTestPeer *self);
void hub_test_peer_subscribe (HubTestPeer *self, const char *filter, guint8 qos);
void hub_test_peer_unsubscribe (HubTestPeer *self, const char *filter);
void hub_test_peer_publish (HubTestPeer *self, const char *topic, const char *payload, guint8 qos);
void hub_test_peer_retain (HubTestPeer *self, const char *topic, const char *payload, guint8 qos);
void hub_test_peer_ack (HubTestPeer *self, HubPacketType type, guint16 packet_id);
void hub_test_peer_settle (HubTestPeer *self);
void hub_test_peer_set_output (HubTestPeer *self, gsize output_bytes);
void hub_test_peer_room (HubTestPeer *self);

char *hub_test_peer_take (HubTestPeer *self) G_GNUC_WARN_UNUSED_RESULT;
char *hub_test_peer_take_next (HubTestPeer *self) G_GNUC_WARN_UNUSED_RESULT;
guint hub_test_peer_count (const HubTestPeer *self, const char *prefix);

/**
 * hub_test_peer_expect:
 * @client: a client
 * @text: packets as text, with `; ` between
 *
 * Asserts that these packets, all of them and no others, were sent to @client since the last time.
 */
#define hub_test_peer_expect(client, text)                 \
  G_STMT_START                                             \
  {                                                        \
    g_autofree char *taken_ = hub_test_peer_take (client); \
    g_assert_cmpstr (taken_, ==, text);                    \
  }                                                        \
  G_STMT_END

/**
 * hub_test_peer_expect_closed:
 * @client: a client
 * @why: a #HubReason
 *
 * Asserts that the core has closed @client because of @why, and had nothing more to say.
 */
#define hub_test_peer_expect_closed(client, why)  \
  G_STMT_START                                    \
  {                                               \
    HubTestPeer *closed_ = (client);              \
    hub_test_peer_expect (closed_, "");           \
    g_assert_true (closed_->is_closed);           \
    g_assert_cmphex (closed_->reason, ==, (why)); \
  }                                               \
  G_STMT_END

/**
 * hub_test_peer_expect_goodbye:
 * @client: a client of MQTT 5.0
 * @why: a #HubReason
 *
 * Asserts that the core has told @client @why in a DISCONNECT, and nothing else since the last time, and has closed it.
 */
#define hub_test_peer_expect_goodbye(client, why)                                  \
  G_STMT_START                                                                     \
  {                                                                                \
    HubTestPeer *told_ = (client);                                                 \
    g_autofree char *taken_ = hub_test_peer_take (told_);                          \
    g_autofree char *wanted_ = g_strdup_printf ("DISCONNECT %02x", (guint) (why)); \
    taken_[strcspn (taken_, "{;")] = '\0';                                         \
    g_assert_cmpstr (g_strchomp (taken_), ==, wanted_);                            \
    g_assert_true (told_->was_told && told_->is_closed);                           \
    g_assert_cmphex (told_->reason, ==, (why));                                    \
  }                                                                                \
  G_STMT_END

/**
 * hub_test_peer_expect_refusal:
 * @client: a client of MQTT 5.0
 * @why: a #HubReason
 *
 * Asserts that all @client ever got is a CONNACK that tells @why, without properties, and that it is closed.
 */
#define hub_test_peer_expect_refusal(client, why)                                \
  G_STMT_START                                                                   \
  {                                                                              \
    HubTestPeer *refused_ = (client);                                            \
    g_autofree char *connack_ = g_strdup_printf ("CONNACK 0 %u", (guint) (why)); \
    hub_test_peer_expect (refused_, connack_);                                   \
    hub_test_peer_expect_closed (refused_, why);                                 \
  }                                                                              \
  G_STMT_END

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HubTestCore, hub_test_core_free)

G_END_DECLS
