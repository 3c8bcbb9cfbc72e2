/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "broker/wire/hub-packet.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * HubPacketChannel:
 *
 * Whole packets in both directions over any #GIOStream, for a client. Belongs to the thread whose default context it was
 * made in.
 */
#define HUB_TYPE_PACKET_CHANNEL (hub_packet_channel_get_type ())
G_DECLARE_FINAL_TYPE (HubPacketChannel, hub_packet_channel, HUB, PACKET_CHANNEL, GObject)

/**
 * HubPacketChannelFuncs:
 * @packet: a well-formed packet has come; its spans are valid during the call
 * @drained: (nullable): the stream has taken all that was to be sent
 * @closed: nothing comes any more: @error says why, or is %NULL when the other end has closed. Called once, and not after
 *   hub_packet_channel_close()
 */
typedef struct
{
  void (*packet) (HubPacket *packet, gpointer user_data);
  void (*drained) (gpointer user_data);
  void (*closed) (const GError *error, gpointer user_data);
} HubPacketChannelFuncs;

HubPacketChannel *hub_packet_channel_new (GIOStream *stream,
                                          HubVersion version,
                                          gsize max_packet_bytes,
                                          const HubPacketChannelFuncs *funcs,
                                          gpointer user_data) G_GNUC_WARN_UNUSED_RESULT;

void hub_packet_channel_send (HubPacketChannel *self, HubSpan packet);
gsize hub_packet_channel_get_unsent (HubPacketChannel *self);
void hub_packet_channel_close (HubPacketChannel *self);

G_END_DECLS
