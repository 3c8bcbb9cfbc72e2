/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/support/hub-test-http-tables.h"

#define KEY "Sec-WebSocket-Key: " HUB_TEST_WS_KEY "\r\n"
#define UPGRADE "Connection: Upgrade\r\nUpgrade: websocket\r\n"
#define VERSION "Sec-WebSocket-Version: 13\r\n"
#define MQTT "Sec-WebSocket-Protocol: mqtt\r\n"

const char *const hub_test_more_hosts[] = { "chat.example", NULL };
const char *const hub_test_more_origins[] = { "http://pages.example:8080", "https://chat.example", NULL };

const HubTestHost hub_test_hosts[] = {
  { "localhost", HUB_HOST_ACCEPTED },
  { "LOCALHOST:9001", HUB_HOST_ACCEPTED },
  { "localhost.", HUB_HOST_ACCEPTED },
  { "localhost:", HUB_HOST_ACCEPTED },
  { "localhost:65535", HUB_HOST_ACCEPTED },
  { "192.0.2.7", HUB_HOST_ACCEPTED },
  { "192.0.2.7:9001", HUB_HOST_ACCEPTED },
  { "[::1]", HUB_HOST_ACCEPTED },
  { "[fd00::2]:9001", HUB_HOST_ACCEPTED },
  { "ship", HUB_HOST_ACCEPTED },
  { "Ship.:9001", HUB_HOST_ACCEPTED },
  { "ship.local", HUB_HOST_ACCEPTED },
  { "ship.lan", HUB_HOST_ACCEPTED },
  { "ship.home", HUB_HOST_ACCEPTED },
  { "ship.internal", HUB_HOST_ACCEPTED },
  { "ship.home.arpa", HUB_HOST_ACCEPTED },
  { "anything.local", HUB_HOST_ACCEPTED },
  { "chat.example", HUB_HOST_ACCEPTED },
  { "CHAT.example.:80", HUB_HOST_ACCEPTED },

  { "evil.example", HUB_HOST_FOREIGN },
  { "chat.example.evil.example", HUB_HOST_FOREIGN },
  { "notchat.example", HUB_HOST_FOREIGN },
  { "localhost.evil.example", HUB_HOST_FOREIGN },
  { "192.0.2.7.evil.example", HUB_HOST_FOREIGN },
  { "ship.evil.example", HUB_HOST_FOREIGN },
  { "ship.local.evil.example", HUB_HOST_FOREIGN },
  { "warship", HUB_HOST_FOREIGN },
  { "ships", HUB_HOST_FOREIGN },
  { "other.lan", HUB_HOST_FOREIGN },
  { "local", HUB_HOST_FOREIGN },
  { "notlocal", HUB_HOST_FOREIGN },

  { NULL, HUB_HOST_MISSING },
  { "", HUB_HOST_MISSING },
  { ".", HUB_HOST_MISSING },
  { ":9001", HUB_HOST_MISSING },
  { "two words", HUB_HOST_MISSING },
  { "localhost:65536", HUB_HOST_MISSING },
  { "localhost:123456", HUB_HOST_MISSING },
  { "localhost:80a", HUB_HOST_MISSING },
  { "localhost:-1", HUB_HOST_MISSING },
  { "localhost@evil.example", HUB_HOST_MISSING },
  { "localhost/evil.example", HUB_HOST_MISSING },
  { "localhost;script-src", HUB_HOST_MISSING },
  { "[::1", HUB_HOST_MISSING },
  { "[::1]x", HUB_HOST_MISSING },
  { "[localhost]", HUB_HOST_MISSING },
  { "[192.0.2.7]", HUB_HOST_MISSING },
  { "[]", HUB_HOST_MISSING },
  { "fd00::2", HUB_HOST_MISSING },
};
const gsize hub_test_n_hosts = G_N_ELEMENTS (hub_test_hosts);

const HubTestOrigin hub_test_origins[] = {
  /* No browser. */
  { NULL, "http", "localhost:9001", TRUE, TRUE },

  /* Our own page, however it is written. */
  { "http://192.0.2.7:9001", "http", "192.0.2.7:9001", TRUE, TRUE },
  { "HTTP://Ship.local:9001", "http", "ship.LOCAL.:9001", TRUE, TRUE },
  { "http://ship", "http", "ship:80", TRUE, TRUE },
  { "https://ship:443", "https", "ship", TRUE, TRUE },
  { "http://[fd00::2]:9001", "http", "[FD00::2]:9001", TRUE, TRUE },

  /* Those that were configured, as they stand. */
  { "http://pages.example:8080", "http", "localhost:9001", TRUE, TRUE },
  { "http://pages.example", "http", "localhost:9001", FALSE, FALSE },

  /* Another port, scheme or host is another site. */
  { "http://192.0.2.7:8080", "http", "192.0.2.7:9001", FALSE, FALSE },
  { "https://192.0.2.7:9001", "http", "192.0.2.7:9001", FALSE, FALSE },
  { "http://192.0.2.8:9001", "http", "192.0.2.7:9001", FALSE, FALSE },
  { "http://evil.example", "http", "localhost:9001", FALSE, FALSE },
  { "http://localhost.evil.example", "http", "localhost:9001", FALSE, FALSE },
  { "http://evil.example#http://localhost:9001", "http", "localhost:9001", FALSE, FALSE },
  { "http://localhost:9001@evil.example", "http", "localhost:9001", FALSE, FALSE },

  /* Local web servers and files, of this computer only. */
  { "http://localhost:8080", "http", "192.0.2.7:9001", FALSE, TRUE },
  { "https://127.0.0.1", "http", "localhost:9001", FALSE, TRUE },
  { "http://[::1]:3000", "http", "localhost:9001", FALSE, TRUE },
  { "null", "http", "localhost:9001", FALSE, TRUE },

  /* None at all. */
  { "", "http", "localhost:9001", FALSE, FALSE },
  { "localhost:9001", "http", "localhost:9001", FALSE, FALSE },
  { "file://localhost", "http", "localhost:9001", FALSE, FALSE },
  { "ftp://localhost:9001", "http", "localhost:9001", FALSE, FALSE },
  { "http://", "http", "localhost:9001", FALSE, FALSE },
  { "http://localhost:90 01", "http", "localhost:9001", FALSE, FALSE },
};
const gsize hub_test_n_origins = G_N_ELEMENTS (hub_test_origins);

const HubTestUpgrade hub_test_upgrades[] = {
  { "MQTT-6.0.0-4/all-right", UPGRADE VERSION KEY MQTT, NULL, 101, "mqtt" },
  { "in-any-case", "CONNECTION: uPGRADE\r\nupgrade: WEBSOCKET\r\n" VERSION KEY MQTT, NULL, 101, "mqtt" },
  { "connection-list", "Connection: keep-alive, Upgrade\r\nUpgrade: websocket\r\n" VERSION KEY MQTT, NULL, 101, "mqtt" },
  { "at-the-root", UPGRADE VERSION KEY MQTT, "GET /", 101, "mqtt" },
  { "at-any-path", UPGRADE VERSION KEY MQTT, "GET /some/where?what=ever", 101, "mqtt" },
  { "at-a-file", UPGRADE VERSION KEY MQTT, "GET /index.html", 101, "mqtt" },

  { "protocol/old", UPGRADE VERSION KEY "Sec-WebSocket-Protocol: mqttv3.1\r\n", NULL, 101, "mqttv3.1" },
  { "protocol/both", UPGRADE VERSION KEY "Sec-WebSocket-Protocol: mqttv3.1, mqtt\r\n", NULL, 101, "mqtt" },
  { "protocol/among-others", UPGRADE VERSION KEY "Sec-WebSocket-Protocol: chat,mqtt ,superchat\r\n", NULL, 101, "mqtt" },
  { "protocol/in-lines", UPGRADE VERSION KEY "Sec-WebSocket-Protocol: chat\r\n" MQTT, NULL, 101, "mqtt" },
  { "protocol/in-lines-the-other-way-round", UPGRADE VERSION KEY MQTT "Sec-WebSocket-Protocol: chat\r\n", NULL, 101, "mqtt" },
  { "protocol/in-capitals", UPGRADE VERSION KEY "Sec-WebSocket-Protocol: MQTT\r\n", NULL, 400, NULL },
  { "MQTT-6.0.0-3/protocol/none", UPGRADE VERSION KEY, NULL, 400, NULL },
  { "protocol/empty", UPGRADE VERSION KEY "Sec-WebSocket-Protocol: \r\n", NULL, 400, NULL },
  { "protocol/other", UPGRADE VERSION KEY "Sec-WebSocket-Protocol: chat, mqtt5, amqtt\r\n", NULL, 400, NULL },

  { "version/8", UPGRADE KEY MQTT "Sec-WebSocket-Version: 8\r\n", NULL, 426, NULL },
  { "version/14", UPGRADE KEY MQTT "Sec-WebSocket-Version: 14\r\n", NULL, 426, NULL },
  { "version/none", UPGRADE KEY MQTT, NULL, 426, NULL },
  { "version/no-number", UPGRADE KEY MQTT "Sec-WebSocket-Version: thirteen\r\n", NULL, 426, NULL },

  { "version/two", UPGRADE KEY MQTT VERSION "Sec-WebSocket-Version: 8\r\n", NULL, 426, NULL },

  { "key/empty", UPGRADE VERSION MQTT "Sec-WebSocket-Key: \r\n", NULL, 400, NULL },
  { "key/of-15-bytes", UPGRADE VERSION MQTT "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAA\r\n", NULL, 400, NULL },
  { "key/of-17-bytes", UPGRADE VERSION MQTT "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAAA=\r\n", NULL, 400, NULL },
  { "key/no-base64", UPGRADE VERSION MQTT "Sec-WebSocket-Key: !!!!!!!!!!!!!!!!!!!!!!==\r\n", NULL, 400, NULL },
  { "key/two", UPGRADE VERSION MQTT KEY "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n", NULL, 400, NULL },
  { "key/none", UPGRADE VERSION MQTT, NULL, 400, NULL },
  { "connection/none", "Upgrade: websocket\r\n" VERSION KEY MQTT, NULL, 400, NULL },
  { "connection/close", "Connection: close\r\nUpgrade: websocket\r\n" VERSION KEY MQTT, NULL, 400, NULL },
  { "method/post", UPGRADE VERSION KEY MQTT, "POST /mqtt", 405, NULL },
  { "method/head", UPGRADE VERSION KEY MQTT, "HEAD /mqtt", 404, NULL },
  { "with-a-body", UPGRADE VERSION KEY MQTT "Content-Length: 5\r\n", NULL, 405, NULL },
  { "extensions/offered", UPGRADE VERSION KEY MQTT "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n", NULL, 101, "mqtt" },
  { "to-something-else", "Connection: Upgrade\r\nUpgrade: h2c\r\n", "GET /", 200, NULL },

  { "origin/own", UPGRADE VERSION KEY MQTT "Origin: http://127.0.0.1:9001\r\n", NULL, 101, "mqtt" },
  { "origin/loopback-of-another-port", UPGRADE VERSION KEY MQTT "Origin: http://localhost:5500\r\n", NULL, 101, "mqtt" },
  { "origin/a-file", UPGRADE VERSION KEY MQTT "Origin: null\r\n", NULL, 101, "mqtt" },
  { "origin/configured", UPGRADE VERSION KEY MQTT "Origin: https://chat.example\r\n", NULL, 101, "mqtt" },
  { "origin/foreign", UPGRADE VERSION KEY MQTT "Origin: http://evil.example\r\n", NULL, 403, NULL },
  { "origin/lookalike", UPGRADE VERSION KEY MQTT "Origin: http://127.0.0.1.evil.example:9001\r\n", NULL, 403, NULL },
  { "origin/two", UPGRADE VERSION KEY MQTT "Origin: http://127.0.0.1:9001\r\nOrigin: http://evil.example\r\n", NULL, 403, NULL },
  { "origin/empty", UPGRADE VERSION KEY MQTT "Origin: \r\n", NULL, 403, NULL },
};
const gsize hub_test_n_upgrades = G_N_ELEMENTS (hub_test_upgrades);

const char *const hub_test_no_http[] = {
  "GET\r\n\r\n",
  "GET /\r\n\r\n",
  "GET / HTTP/3.7\r\nHost: localhost\r\n\r\n",
  "GET / HTTP/1.1\r\nHost localhost\r\n\r\n",
  "GET / HTTP/1.1\r\n: no name\r\nHost: evil.example\r\n\r\n",
  "GET / HTTP/1.1\r\nContent-Length: -1\r\nContent-Length: 5\r\nHost: evil.example\r\n\r\n",
  "GET / HTTP/1.1\r\nContent-Length: 99999999999999999999999\r\nHost: evil.example\r\n\r\n",
  "GET / HTTP/1.1\nHost: evil.example\n\n",
  "BREW / HTTP/1.1\r\nHost: localhost\r\n\r\n",
  "GET / HTTP/1.1\r\nHost: localhost\r\nX: a\rb\r\n\r\n",
  "GET / HTTP/1.1\r\nHost: localhost\r\nX: y",
  "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
  "CONNECT evil.example:443 HTTP/1.1\r\nHost: evil.example:443\r\n\r\n",
  "GET * HTTP/1.1\r\nHost: evil.example\r\n\r\n",
  "A\r\n\r\n\r\n\r\n",
};
const gsize hub_test_n_no_http = G_N_ELEMENTS (hub_test_no_http);
