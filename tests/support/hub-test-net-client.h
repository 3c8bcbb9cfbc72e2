/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "broker/wire/hub-packet.h"
#include "tests/support/hub-test-net-broker.h"
#include "tests/support/hub-test-net-line.h"

G_BEGIN_DECLS

/**
 * HubTestTransport:
 * @HUB_TEST_TCP: the MQTT port
 * @HUB_TEST_WEBSOCKET: frames on the HTTP port
 * @HUB_TEST_TLS: the MQTT port with TLS of hub_test_config_add_tls()
 * @HUB_TEST_WEBSOCKET_TLS: frames on the HTTP port with TLS of hub_test_config_add_tls()
 * @HUB_TEST_UNIX: the Unix socket of hub_test_config_add_unix()
 * @HUB_TEST_LOCAL: hub_broker_connect_local()
 * @HUB_TEST_SOCKET_STREAM: hub_broker_attach() with a #GSocketConnection
 * @HUB_TEST_PIPE_STREAM: hub_broker_attach() with a stream that is no socket for it
 *
 * The ways to a broker.
 */
typedef enum
{
  HUB_TEST_TCP,
  HUB_TEST_WEBSOCKET,
  HUB_TEST_TLS,
  HUB_TEST_WEBSOCKET_TLS,
  HUB_TEST_UNIX,
  HUB_TEST_LOCAL,
  HUB_TEST_SOCKET_STREAM,
  HUB_TEST_PIPE_STREAM,
} HubTestTransport;

#define HUB_TEST_N_TRANSPORTS 8

/**
 * HubTestClient:
 * @line: (owned): its end of the connection
 * @transport: how it is connected
 * @data: (owned): MQTT that has come and was not taken
 * @controls: (owned): control frames of a WebSocket that have come: `ping(...)`, `pong(...)`, `close(CODE)`, with a blank
 *   behind each
 *
 * An MQTT client that says exactly what a test wants. Everything waits at most for %HUB_TEST_TIMEOUT_MS, and then fails.
 */
typedef struct
{
  HubTestLine *line;
  HubTestTransport transport;
  GByteArray *data;
  GString *controls;
} HubTestClient;

const char *hub_test_transport_get_name (HubTestTransport transport);
gboolean hub_test_transport_is_websocket (HubTestTransport transport);

HubTestClient *hub_test_client_wrap (HubTestLine *line) G_GNUC_WARN_UNUSED_RESULT;
HubTestClient *hub_test_client_wrap_raw (HubTestLine *line) G_GNUC_WARN_UNUSED_RESULT;
HubTestClient *hub_test_client_open (HubTestBroker *broker, HubTestTransport transport) G_GNUC_WARN_UNUSED_RESULT;
HubTestClient *hub_test_client_join (HubTestBroker *broker,
                                     HubTestTransport transport,
                                     const char *client_id) G_GNUC_WARN_UNUSED_RESULT;
void hub_test_client_free (HubTestClient *self);

void hub_test_client_send_bytes (HubTestClient *self, HubSpan bytes);
void hub_test_client_send (HubTestClient *self, const char *bytes);
void hub_test_client_send_frame (HubTestClient *self, guint8 first, const char *bytes);
void hub_test_client_connect (HubTestClient *self, const HubConnect *connect);
void hub_test_client_subscribe (HubTestClient *self, const char *filter, guint8 qos);
void hub_test_client_publish (HubTestClient *self, const char *topic, HubSpan payload, guint8 qos);
void hub_test_client_ping (HubTestClient *self);

GBytes *hub_test_client_read (HubTestClient *self) G_GNUC_WARN_UNUSED_RESULT;
char *hub_test_client_take (HubTestClient *self) G_GNUC_WARN_UNUSED_RESULT;
void hub_test_client_expect_end (HubTestClient *self, guint close_code);

/**
 * hub_test_client_expect:
 * @client: a client
 * @text: a packet, in the form of hub_test_packet_to_text(), or `END`
 *
 * Waits for the next packet, and asserts that it is this one.
 */
#define hub_test_client_expect(client, text)                 \
  G_STMT_START                                               \
  {                                                          \
    g_autofree char *taken_ = hub_test_client_take (client); \
                                                             \
    g_assert_cmpstr (taken_, ==, text);                      \
  }                                                          \
  G_STMT_END

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HubTestClient, hub_test_client_free)

G_END_DECLS
