/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "broker/wire/hub-span.h"

G_BEGIN_DECLS

/**
 * HUB_MESSAGE_TEXT_JSON_BYTES:
 *
 * Up to so many bytes a payload may be a message of the chat; a longer one is searched as text.
 */
#define HUB_MESSAGE_TEXT_JSON_BYTES (64 * 1024)

char *hub_message_text (HubSpan topic, HubSpan payload, gpointer user_data) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
