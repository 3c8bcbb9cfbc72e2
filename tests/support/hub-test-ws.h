/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "broker/wire/hub-span.h"
#include "broker/wire/hub-ws-frame.h"

G_BEGIN_DECLS

/**
 * HubTestWs:
 * @decoder: what is tested
 * @data: (owned): all data so far
 * @controls: (owned): all control frames so far, as text
 * @fault: what the decoder said; after the first fault it is fed no more
 *
 * A decoder of WebSocket frames, and what came out of it.
 */
typedef struct
{
  HubWsDecoder decoder;
  GByteArray *data;
  GString *controls;
  HubWsClose fault;
} HubTestWs;

/**
 * HubTestWsRow:
 * @name: a path that begins with the section of RFC 6455, or with the statement of MQTT
 * @bytes: what a client sends, in the form of hub_test_bytes()
 * @data: the data in it, in the same form
 * @controls: the control frames in it, as text
 * @fault: how it ends
 *
 * Frames, right or wrong.
 */
typedef struct
{
  const char *name;
  const char *bytes;
  const char *data;
  const char *controls;
  HubWsClose fault;
} HubTestWsRow;

extern const HubTestWsRow hub_test_ws_rows[];
extern const gsize hub_test_n_ws_rows;

HubTestWs *hub_test_ws_new (guint64 max_frame_bytes) G_GNUC_WARN_UNUSED_RESULT;
void hub_test_ws_free (HubTestWs *self);
void hub_test_ws_feed (HubTestWs *self, const guint8 *bytes, gsize size);
void hub_test_ws_control_cb (HubWsOpcode opcode, const guint8 *payload, gsize size, gpointer user_data);
void hub_test_ws_append_frame (GByteArray *out, guint8 first, guint32 mask, HubSpan payload);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HubTestWs, hub_test_ws_free)

G_END_DECLS
