/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "tests/simulation/properties.h"

G_BEGIN_DECLS

/**
 * SimPacketType:
 *
 * The packets of MQTT; and bytes that are none.
 */
typedef enum
{
  SIM_GARBAGE = 0,
  SIM_CONNECT = 1,
  SIM_CONNACK = 2,
  SIM_PUBLISH = 3,
  SIM_PUBACK = 4,
  SIM_PUBREC = 5,
  SIM_PUBREL = 6,
  SIM_PUBCOMP = 7,
  SIM_SUBSCRIBE = 8,
  SIM_SUBACK = 9,
  SIM_UNSUBSCRIBE = 10,
  SIM_UNSUBACK = 11,
  SIM_PINGREQ = 12,
  SIM_PINGRESP = 13,
  SIM_DISCONNECT = 14,
  SIM_AUTH = 15,
} SimPacketType;

/**
 * SimFilter:
 * @text: (owned): the Topic Filter
 * @options: the Subscription Options
 */
typedef struct
{
  char *text;
  guint8 options;
} SimFilter;

/**
 * SimPacket:
 * @type: says which other fields mean something
 * @version: 3, 4 or 5, of CONNECT and of what is sent in its place
 * @qos: of PUBLISH; of the will
 * @is_retain: of PUBLISH; of the will
 * @is_dup: DUP
 * @is_clean: Clean Session or Clean Start
 * @has_will: whether CONNECT has a will, at @topic, @payload and @will_properties
 * @is_present: Session Present
 * @keep_alive_s: of CONNECT
 * @id: the Packet Identifier
 * @code: the Reason Code or Return Code
 * @client_id: (owned) (nullable): of CONNECT
 * @topic: (owned) (nullable): of PUBLISH; of the will
 * @payload: (owned) (nullable): of PUBLISH; of the will
 * @filters: (owned) (nullable) (element-type SimFilter): of SUBSCRIBE and UNSUBSCRIBE
 * @codes: (owned) (nullable): of SUBACK and UNSUBACK
 * @properties: those of the packet
 * @will_properties: those of the will
 * @bytes: (owned) (nullable): of garbage; of a packet that was received
 * @faults: (nullable): of garbage: the Reason Codes that may answer it
 * @delivery: of a PUBLISH that was received: the number of the delivery that it is a part of
 *
 * A packet of either direction, as plainly as possible. It shares nothing with broker/wire.
 */
typedef struct
{
  SimPacketType type;
  guint8 version;
  guint8 qos;
  gboolean is_retain;
  gboolean is_dup;
  gboolean is_clean;
  gboolean has_will;
  gboolean is_present;
  guint16 keep_alive_s;
  guint16 id;
  guint8 code;
  char *client_id;
  char *topic;
  char *payload;
  GArray *filters;
  GByteArray *codes;
  SimProperties properties;
  SimProperties will_properties;
  GByteArray *bytes;
  const char *faults;
  guint64 delivery;
} SimPacket;

SimPacket *sim_packet_new (SimPacketType type) G_GNUC_WARN_UNUSED_RESULT;
void sim_packet_free (SimPacket *self);
void sim_packet_add_filter (SimPacket *self, const char *filter, guint8 options);

void sim_packet_write (const SimPacket *self, guint8 version, SimRandom *random, GByteArray *out);
SimPacket *sim_packet_read (guint8 version, const guint8 *bytes, gsize size, const char **why) G_GNUC_WARN_UNUSED_RESULT;
char *sim_packet_to_text (const SimPacket *self) G_GNUC_WARN_UNUSED_RESULT;
const char *sim_packet_type_to_text (SimPacketType type);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SimPacket, sim_packet_free)

G_END_DECLS
