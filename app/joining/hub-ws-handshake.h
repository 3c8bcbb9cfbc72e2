/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "ui/model/hub-join-address.h"

G_BEGIN_DECLS

/**
 * HUB_WS_HANDSHAKE_BYTES_MAX:
 *
 * The longest head of an answer that is waited for, bytes.
 */
#define HUB_WS_HANDSHAKE_BYTES_MAX (16 * 1024)

char *hub_ws_handshake_make_key (void) G_GNUC_WARN_UNUSED_RESULT;
char *hub_ws_handshake_write (const HubJoinAddress *address, const char *key) G_GNUC_WARN_UNUSED_RESULT;
gboolean hub_ws_handshake_read (const char *bytes, gsize size, const char *key, gsize *head_size, GError **error);

G_END_DECLS
