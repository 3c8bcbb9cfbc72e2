/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "broker/net/hub-host-policy.h"

G_BEGIN_DECLS

/**
 * HUB_TEST_OWN_NAME:
 *
 * What the computer of the tables is called.
 */
#define HUB_TEST_OWN_NAME "Ship"

/* Further names and origins that the tables take for configured. */
extern const char *const hub_test_more_hosts[];
extern const char *const hub_test_more_origins[];

/**
 * HubTestHost:
 * @host: (nullable): a Host header
 * @verdict: what it is worth
 */
typedef struct
{
  const char *host;
  HubHostVerdict verdict;
} HubTestHost;

extern const HubTestHost hub_test_hosts[];
extern const gsize hub_test_n_hosts;

/**
 * HubTestOrigin:
 * @origin: (nullable): an Origin header
 * @scheme: how the request came
 * @host: its Host header
 * @elsewhere: whether it is allowed for a client on another computer
 * @here: the same for one on this
 */
typedef struct
{
  const char *origin;
  const char *scheme;
  const char *host;
  gboolean elsewhere;
  gboolean here;
} HubTestOrigin;

extern const HubTestOrigin hub_test_origins[];
extern const gsize hub_test_n_origins;

/**
 * HUB_TEST_WS_KEY:
 *
 * The key that the upgrades of the table send, and what it is answered with: the example of RFC 6455, section 1.3.
 */
#define HUB_TEST_WS_KEY "dGhlIHNhbXBsZSBub25jZQ=="
#define HUB_TEST_WS_ACCEPT "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="

/**
 * HUB_TEST_UPGRADE:
 *
 * All headers of an upgrade that is right, but for the Host.
 */
#define HUB_TEST_UPGRADE                       \
  "Connection: Upgrade\r\n"                    \
  "Upgrade: websocket\r\n"                     \
  "Sec-WebSocket-Version: 13\r\n"              \
  "Sec-WebSocket-Key: " HUB_TEST_WS_KEY "\r\n" \
  "Sec-WebSocket-Protocol: mqtt\r\n"

/**
 * HubTestUpgrade:
 * @name: a path
 * @headers: what stands behind the Host
 * @start: (nullable): method and target; %NULL: `GET /mqtt`
 * @status: of the answer
 * @protocol: (nullable): that of the answer
 *
 * A request that asks for a WebSocket, and what comes of it with the Host `127.0.0.1:9001`, from this computer.
 */
typedef struct
{
  const char *name;
  const char *headers;
  const char *start;
  guint status;
  const char *protocol;
} HubTestUpgrade;

extern const HubTestUpgrade hub_test_upgrades[];
extern const gsize hub_test_n_upgrades;

/* Requests that are wrong from the start, or for nobody here. */
extern const char *const hub_test_no_http[];
extern const gsize hub_test_n_no_http;

G_END_DECLS
