/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * HubHostOptions:
 * @mqtt_port: where MQTT clients join, if it is free
 * @http_port: where browsers join, if it is free
 * @allow_outside: whether peers from outside the local network are let in
 * @history_days: for how long messages are kept; 0: for ever
 * @history_messages: how many are kept; 0: as many as there is room for
 *
 * How this computer hosts.
 */
typedef struct
{
  guint16 mqtt_port;
  guint16 http_port;
  gboolean allow_outside;
  guint history_days;
  guint history_messages;
} HubHostOptions;

G_END_DECLS
