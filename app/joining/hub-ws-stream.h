/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * HUB_WS_STREAM_FRAME_BYTES_MAX:
 *
 * The longest frame that is taken in, bytes. None is ever kept: what comes is handed on as it comes.
 */
#define HUB_WS_STREAM_FRAME_BYTES_MAX (16 * 1024 * 1024)

#define HUB_TYPE_WS_STREAM (hub_ws_stream_get_type ())
G_DECLARE_FINAL_TYPE (HubWsStream, hub_ws_stream, HUB, WS_STREAM, GIOStream)

GIOStream *hub_ws_stream_new (GIOStream *base, const guint8 *early, gsize early_size) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
