/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "tests/simulation/random.h"

G_BEGIN_DECLS

/**
 * SimPropertyId:
 *
 * The properties of MQTT 5.0 that the simulation has a use for, by their numbers in section 2.2.2.2.
 */
typedef enum
{
  SIM_PAYLOAD_FORMAT = 0x01,
  SIM_MESSAGE_EXPIRY = 0x02,
  SIM_CONTENT_TYPE = 0x03,
  SIM_RESPONSE_TOPIC = 0x08,
  SIM_CORRELATION_DATA = 0x09,
  SIM_SUBSCRIPTION_IDENTIFIER = 0x0b,
  SIM_SESSION_EXPIRY = 0x11,
  SIM_ASSIGNED_CLIENT_ID = 0x12,
  SIM_SERVER_KEEP_ALIVE = 0x13,
  SIM_AUTHENTICATION_METHOD = 0x15,
  SIM_AUTHENTICATION_DATA = 0x16,
  SIM_REQUEST_PROBLEM_INFORMATION = 0x17,
  SIM_WILL_DELAY = 0x18,
  SIM_REQUEST_RESPONSE_INFORMATION = 0x19,
  SIM_REASON_STRING = 0x1f,
  SIM_RECEIVE_MAXIMUM = 0x21,
  SIM_TOPIC_ALIAS_MAXIMUM = 0x22,
  SIM_TOPIC_ALIAS = 0x23,
  SIM_MAXIMUM_QOS = 0x24,
  SIM_RETAIN_AVAILABLE = 0x25,
  SIM_USER_PROPERTY = 0x26,
  SIM_MAXIMUM_PACKET_SIZE = 0x27,
  SIM_LAST_PROPERTY = 0x2a,
} SimPropertyId;

/**
 * SimProperties:
 * @present: a bit for each property that is there
 * @numbers: the values of those that are numbers
 * @texts: (owned): the values of those that are texts or bytes
 * @pairs: (owned) (nullable) (element-type utf8): User Properties in their order, each as `name=value`
 * @identifiers: (owned) (nullable) (element-type guint32): Subscription Identifiers of a PUBLISH that was received
 *
 * The properties of a packet. All zero is none.
 */
typedef struct
{
  guint64 present;
  guint32 numbers[SIM_LAST_PROPERTY + 1];
  char *texts[SIM_LAST_PROPERTY + 1];
  GPtrArray *pairs;
  GArray *identifiers;
} SimProperties;

/**
 * sim_properties_have:
 * @self: properties
 * @id: one of them
 *
 * Returns: whether @id is there
 */
static inline gboolean
sim_properties_have (const SimProperties *self, SimPropertyId id)
{
  return (self->present >> id & 1) != 0;
}

void sim_properties_clear (SimProperties *self);
void sim_properties_set_number (SimProperties *self, SimPropertyId id, guint32 number);
void sim_properties_set_text (SimProperties *self, SimPropertyId id, const char *text);
void sim_properties_add_pair (SimProperties *self, const char *pair);
guint sim_properties_count_pairs (const SimProperties *self);
guint32 sim_properties_get_number (const SimProperties *self, SimPropertyId id, guint32 otherwise);

void sim_properties_copy_message (const SimProperties *self, SimProperties *copy);
gboolean sim_properties_equal_message (const SimProperties *self, const SimProperties *other);
gsize sim_properties_message_size (const SimProperties *self);

void sim_properties_write (const SimProperties *self, SimRandom *random, GByteArray *out);
gboolean sim_properties_read (SimProperties *self,
                              guint8 packet_type,
                              const guint8 *bytes,
                              gsize size,
                              gsize *at,
                              const char **why);
void sim_properties_to_text (const SimProperties *self, GString *text);

gsize sim_varint_size (guint32 value);
void sim_varint_write (GByteArray *out, guint32 value);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (SimProperties, sim_properties_clear)

G_END_DECLS
