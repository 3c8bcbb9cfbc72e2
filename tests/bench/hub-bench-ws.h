/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "broker/wire/hub-span.h"

G_BEGIN_DECLS

/**
 * HubBenchWs:
 *
 * The client's side of a WebSocket. All zero is how it begins.
 */
typedef struct
{
  /*< private >*/
  guint64 payload_left;
  guint8 header[10];
  guint8 header_size;
  bool is_control : 1;
  bool is_closed : 1;
} HubBenchWs;

char *hub_bench_ws_request (guint16 port) G_GNUC_WARN_UNUSED_RESULT;
void hub_bench_ws_wrap (GByteArray *out, HubSpan packet);
gsize hub_bench_ws_unwrap (HubBenchWs *self, guint8 *bytes, gsize size);
gboolean hub_bench_ws_is_closed (const HubBenchWs *self);

G_END_DECLS
