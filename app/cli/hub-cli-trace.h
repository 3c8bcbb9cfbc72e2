/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "broker/wire/hub-packet.h"

G_BEGIN_DECLS

/**
 * HubCliTrace:
 * @client_id: (nullable): how the client is called; %NULL: the broker has to choose
 * @n_unnumbered: how many messages at QoS 0 were sent
 *
 * What -d prints, line by line, as mosquitto_pub and mosquitto_sub do.
 */
typedef struct
{
  char *client_id;
  guint n_unnumbered;
} HubCliTrace;

void hub_cli_trace_begin (HubCliTrace *self, const char *client_id);
char *hub_cli_trace_packet (HubCliTrace *self, gboolean is_sent, const HubPacket *packet) G_GNUC_WARN_UNUSED_RESULT;
char *hub_cli_trace_subscribed (const HubSuback *suback) G_GNUC_WARN_UNUSED_RESULT;
void hub_cli_trace_clear (HubCliTrace *self);

G_END_DECLS
