/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "broker/wire/hub-packet.h"
#include "broker/wire/hub-reason.h"

G_BEGIN_DECLS

/**
 * HubTestPacket:
 * @name: a path that begins with the version and names the statement of the specification
 * @version: that of the connection; %HUB_VERSION_NONE in rows about CONNECT
 * @bytes: one whole packet, in the form of hub_test_bytes()
 * @text: (nullable): what it says, in the form of hub_test_packet_to_text(); %NULL: it is refused
 * @reason: why it is refused
 *
 * A packet, right or wrong, and what has to be made of it. The tests of the codec, those of the core and the
 * first inputs of the fuzzers come from one table.
 */
typedef struct
{
  const char *name;
  HubVersion version;
  const char *bytes;
  const char *text;
  HubReason reason;
} HubTestPacket;

/* The tables: 3.1 and 3.1.1, 5.0, and the properties of 5.0. hub_test_packet_row() goes through all of them. */
extern const HubTestPacket hub_test_packets[];
extern const gsize hub_test_n_packets;
extern const HubTestPacket hub_test_packets_5[];
extern const gsize hub_test_n_packets_5;
extern const HubTestPacket hub_test_property_packets[];
extern const gsize hub_test_n_property_packets;

const HubTestPacket *hub_test_packet_row (gsize n);
char *hub_test_packet_to_text (const HubPacket *packet) G_GNUC_WARN_UNUSED_RESULT;
char *hub_test_decode_to_text (HubVersion version, HubSpan bytes, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
