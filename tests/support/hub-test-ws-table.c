/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/support/hub-test-ws.h"

#define RIGHT HUB_WS_CLOSE_NONE
#define WRONG HUB_WS_CLOSE_PROTOCOL_ERROR

const HubTestWsRow hub_test_ws_rows[] = {
  /* Data */
  { "5.2/binary", "82 85 00000000 'hello'", "'hello'", "", RIGHT },
  { "5.2/empty", "82 80 00000000", "", "", RIGHT },
  { "5.2/two-frames", "82 81 00000000 'a' 82 82 00000000 'bc'", "'abc'", "", RIGHT },
  { "5.3/masked", "82 85 37fa213d 7f9f4d5158", "'Hello'", "", RIGHT },
  { "5.2/125-bytes", "82 fd 00000000 'x'*125", "'x'*125", "", RIGHT },
  { "5.2/126-bytes", "82 fe 007e 00000000 'x'*126", "'x'*126", "", RIGHT },
  { "5.2/65535-bytes-cut-by-two", "82 fe 0100 00000000 'x'*256", "'x'*256", "", RIGHT },

  /* Fragments */
  { "5.4/two-fragments", "02 82 00000000 'ab' 80 81 00000000 'c'", "'abc'", "", RIGHT },
  { "5.4/three-fragments", "02 81 00000000 'a' 00 81 00000000 'b' 80 81 00000000 'c'", "'abc'", "", RIGHT },
  { "5.4/empty-fragments", "02 80 00000000 00 80 00000000 80 80 00000000 82 81 00000000 'x'", "'x'", "", RIGHT },
  { "5.4/ping-between-fragments", "02 81 00000000 'a' 89 81 00000000 'p' 80 81 00000000 'b'", "'ab'", "ping(p) ", RIGHT },
  { "5.4/pings-between-fragments", "02 81 00000000 'a' 89 80 00000000 8a 81 00000000 'q' 00 81 00000000 'b' 89 81 00000000 'r' 80 80 00000000", "'ab'", "ping() pong(q) ping(r) ", RIGHT },
  { "5.4/close-between-fragments", "02 81 00000000 'a' 88 82 00000000 03e8", "'a'", "close(\\03\\e8) ", RIGHT },
  { "5.4/pong-between-fragments", "02 80 00000000 8a 80 00000000 80 81 00000000 'a'", "'a'", "pong() ", RIGHT },
  { "5.4/first-fragment-empty", "02 80 00000000 80 81 00000000 'a'", "'a'", "", RIGHT },
  { "5.4/continuation-first", "80 81 00000000 'a'", "", "", WRONG },
  { "5.4/continuation-after-the-end", "82 81 00000000 'a' 80 81 00000000 'b'", "'a'", "", WRONG },
  { "5.4/binary-inside-a-message", "02 81 00000000 'a' 82 81 00000000 'b'", "'a'", "", WRONG },
  { "5.4/text-inside-a-message", "02 81 00000000 'a' 81 81 00000000 'b'", "'a'", "", WRONG },

  /* Control frames */
  { "5.5.2/ping", "89 85 00000000 'hello'", "", "ping(hello) ", RIGHT },
  { "5.5.2/ping-masked", "89 85 37fa213d 7f9f4d5158", "", "ping(Hello) ", RIGHT },
  { "5.5.2/ping-empty", "89 80 00000000", "", "ping() ", RIGHT },
  { "5.5.3/pong-unasked", "8a 81 00000000 'x'", "", "pong(x) ", RIGHT },
  { "5.5/ping-of-125-bytes", "89 fd 00000000 'x'*125", "", "ping((125 bytes)) ", RIGHT },
  { "5.5/ping-of-126-bytes", "89 fe 007e 00000000 'x'*126", "", "", WRONG },
  { "5.5/ping-of-eight-bytes-length", "89 ff", "", "", WRONG },
  { "5.5/pong-of-126-bytes", "8a fe 007e 00000000 'x'*126", "", "", WRONG },
  { "5.5/length-0-of-ping-in-two-bytes", "89 fe 0000 00000000", "", "", WRONG },
  { "5.5/ping-fragmented", "09 81 00000000 'x'", "", "", WRONG },
  { "5.5/pong-fragmented", "0a 81 00000000 'x'", "", "", WRONG },
  { "5.5/close-fragmented", "08 80 00000000", "", "", WRONG },
  { "5.5/close-of-126-bytes", "88 fe 007e 00000000 03e8 'x'*124", "", "", WRONG },
  { "5.5.1/close", "88 80 00000000", "", "close() ", RIGHT },
  { "5.5.1/close-with-reason", "88 85 00000000 03e8 'bye'", "", "close(\\03\\e8bye) ", RIGHT },
  { "5.5.1/nothing-after-close", "88 80 00000000 82 81 00000000 'a' 89 80 00000000 ff ff", "", "close() ", RIGHT },

  /* Faults */
  { "5.1/unmasked", "82 05 'hello'", "", "", WRONG },
  { "5.1/unmasked-ping", "89 00", "", "", WRONG },
  { "5.1/unmasked-second", "82 81 00000000 'a' 82 01 'b'", "'a'", "", WRONG },
  { "5.2/reserved-bit-1", "c2 80 00000000", "", "", WRONG },
  { "5.2/reserved-bit-2", "a2 80 00000000", "", "", WRONG },
  { "5.2/reserved-bit-3", "92 80 00000000", "", "", WRONG },
  { "5.2/reserved-bit-on-ping", "c9 80 00000000", "", "", WRONG },
  { "5.2/reserved-bit-on-close", "c8 80 00000000", "", "", WRONG },
  { "5.2/reserved-bit-on-continuation", "02 81 00000000 'a' c0 81 00000000 'b'", "'a'", "", WRONG },
  { "5.2/all-reserved-bits", "f2 80 00000000", "", "", WRONG },
  { "5.2/opcode-3", "83 80 00000000", "", "", WRONG },
  { "5.2/opcode-4", "84 80 00000000", "", "", WRONG },
  { "5.2/opcode-5", "85 80 00000000", "", "", WRONG },
  { "5.2/opcode-6", "86 80 00000000", "", "", WRONG },
  { "5.2/opcode-7", "87 80 00000000", "", "", WRONG },
  { "5.2/opcode-b", "8b 80 00000000", "", "", WRONG },
  { "5.2/opcode-c", "8c 80 00000000", "", "", WRONG },
  { "5.2/opcode-d", "8d 80 00000000", "", "", WRONG },
  { "5.2/opcode-e", "8e 80 00000000", "", "", WRONG },
  { "5.2/opcode-f", "8f 80 00000000", "", "", WRONG },
  { "MQTT-6.0.0-1/text", "81 85 00000000 'hello'", "", "", HUB_WS_CLOSE_UNSUPPORTED_DATA },
  { "MQTT-6.0.0-1/text-fragment", "01 85 00000000 'hello'", "", "", HUB_WS_CLOSE_UNSUPPORTED_DATA },
  { "MQTT-6.0.0-1/text-after-data", "82 81 00000000 'a' 81 80 00000000", "'a'", "", HUB_WS_CLOSE_UNSUPPORTED_DATA },
  { "5.2/length-125-in-two-bytes", "82 fe 007d 00000000", "", "", WRONG },
  { "5.2/length-0-in-two-bytes", "82 fe 0000 00000000", "", "", WRONG },
  { "5.2/length-65535-in-eight-bytes", "82 ff 000000000000ffff 00000000", "", "", WRONG },
  { "5.2/length-0-in-eight-bytes", "82 ff 0000000000000000 00000000", "", "", WRONG },
  { "5.2/length-with-highest-bit", "82 ff 8000000000000000 00000000", "", "", WRONG },
  { "5.2/length-of-all-bits", "82 ff ffffffffffffffff 00000000", "", "", WRONG },
  { "7.4.1/too-big", "82 ff 0000000000100001 00000000", "", "", HUB_WS_CLOSE_TOO_BIG },
  { "7.4.1/far-too-big", "82 ff 7fffffffffffffff 00000000", "", "", HUB_WS_CLOSE_TOO_BIG },
  { "7.4.1/too-big-continuation", "02 81 00000000 'a' 80 ff 0000000000100001 00000000", "'a'", "", HUB_WS_CLOSE_TOO_BIG },
};

const gsize hub_test_n_ws_rows = G_N_ELEMENTS (hub_test_ws_rows);
