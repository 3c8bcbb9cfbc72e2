/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>
#include <stdbool.h>

G_BEGIN_DECLS

/**
 * HubWsClose:
 *
 * Status codes of a WebSocket close; RFC 6455, section 7.4.1.
 */
typedef enum
{
  HUB_WS_CLOSE_NONE = 0,
  HUB_WS_CLOSE_NORMAL = 1000,
  HUB_WS_CLOSE_GOING_AWAY = 1001,
  HUB_WS_CLOSE_PROTOCOL_ERROR = 1002,
  HUB_WS_CLOSE_UNSUPPORTED_DATA = 1003,
  HUB_WS_CLOSE_NO_STATUS = 1005,
  HUB_WS_CLOSE_INVALID_DATA = 1007,
  HUB_WS_CLOSE_POLICY = 1008,
  HUB_WS_CLOSE_TOO_BIG = 1009,
} HubWsClose;

/**
 * HubWsOpcode:
 *
 * RFC 6455, section 5.2.
 */
typedef enum
{
  HUB_WS_CONTINUATION = 0x0,
  HUB_WS_TEXT = 0x1,
  HUB_WS_BINARY = 0x2,
  HUB_WS_CLOSE = 0x8,
  HUB_WS_PING = 0x9,
  HUB_WS_PONG = 0xa,
} HubWsOpcode;

/**
 * HUB_WS_HEADER_SIZE_MAX:
 *
 * The largest header of a frame that a server sends, bytes.
 */
#define HUB_WS_HEADER_SIZE_MAX 10

/**
 * HUB_WS_CONTROL_SIZE_MAX:
 *
 * The largest payload of a control frame, bytes.
 */
#define HUB_WS_CONTROL_SIZE_MAX 125

/**
 * HubWsControlFunc:
 * @opcode: %HUB_WS_PING, %HUB_WS_PONG or %HUB_WS_CLOSE
 * @payload: (array length=size): the unmasked payload
 * @size: at most %HUB_WS_CONTROL_SIZE_MAX
 * @user_data: as given to [method@Hub.WsDecoder.feed]
 *
 * Told of each control frame, in order.
 */
typedef void (*HubWsControlFunc) (HubWsOpcode opcode, const guint8 *payload, gsize size, gpointer user_data);

/**
 * HubWsDecoder:
 *
 * Takes apart the frames that a client sends, or a server. Owns no buffer: data bytes are unmasked where they are, and
 * a header that was cut is kept here.
 */
typedef struct
{
  /*< private >*/
  guint64 payload_left;
  guint64 max_frame_bytes;
  guint8 mask[4];
  guint8 header[14];
  guint8 header_size;
  guint8 opcode;
  guint8 control[HUB_WS_CONTROL_SIZE_MAX];
  guint8 control_size;
  guint8 mask_at;
  HubWsClose fault : 16;
  bool is_in_payload : 1;
  bool is_in_message : 1;
  bool is_closed : 1;
  bool is_of_client : 1;
} HubWsDecoder;

void hub_ws_decoder_init (HubWsDecoder *self, guint64 max_frame_bytes);
void hub_ws_decoder_init_for_client (HubWsDecoder *self, guint64 max_frame_bytes);
HubWsClose hub_ws_decoder_feed (HubWsDecoder *self,
                                guint8 *bytes,
                                gsize size,
                                gsize *data_size,
                                HubWsControlFunc control_func,
                                gpointer user_data);

gsize hub_ws_header_size (gsize payload_size);
gsize hub_ws_header_write (guint8 out[HUB_WS_HEADER_SIZE_MAX], HubWsOpcode opcode, gsize payload_size);
void hub_ws_append_masked (GByteArray *out, HubWsOpcode opcode, const guint8 *payload, gsize size, const guint8 mask[4]);
HubWsClose hub_ws_close_check (const guint8 *payload, gsize size, HubWsClose *code);

G_END_DECLS
