/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/wire/hub-properties.h"

#include "broker/wire/hub-packet.h"
#include "broker/wire/hub-topic.h"

#define N_IDS 0x2b

typedef enum
{
  TYPE_NONE,
  TYPE_BYTE,
  TYPE_TWO_BYTES,
  TYPE_FOUR_BYTES,
  TYPE_VARINT,
  TYPE_TEXT,
  TYPE_BINARY,
  TYPE_PAIR,
} Type;

typedef struct
{
  Type type;
  guint16 places; /* a bit for each HubPropertyPlace */
  guint32 min;    /* of a number */
  guint32 max;
  gsize offset; /* in HubProperties */
} Definition;

#define WILL 1u
#define IN(type) (1u << HUB_PACKET_##type)
#define ACKS (IN (PUBACK) | IN (PUBREC) | IN (PUBREL) | IN (PUBCOMP) | IN (SUBACK) | IN (UNSUBACK))
#define FIELD(name) G_STRUCT_OFFSET (HubProperties, name)
#define NUMBER(type, places, min, max, name) \
  {                                          \
    type, (places), min, max, FIELD (name)   \
  }
#define FLAG(places, name) NUMBER (TYPE_BYTE, places, 0, 1, name)
#define TEXT(places, name)                  \
  {                                         \
    TYPE_TEXT, (places), 0, 0, FIELD (name) \
  }
#define BINARY(places, name)                  \
  {                                           \
    TYPE_BINARY, (places), 0, 0, FIELD (name) \
  }

/* MQTT 5.0, table 2-4. */
static const Definition definitions[N_IDS] = {
  [HUB_PROPERTY_PAYLOAD_FORMAT_INDICATOR] = FLAG (IN (PUBLISH) | WILL, payload_format_indicator),
  [HUB_PROPERTY_MESSAGE_EXPIRY_INTERVAL] =
    NUMBER (TYPE_FOUR_BYTES, IN (PUBLISH) | WILL, 0, G_MAXUINT32, message_expiry_interval),
  [HUB_PROPERTY_CONTENT_TYPE] = TEXT (IN (PUBLISH) | WILL, content_type),
  [HUB_PROPERTY_RESPONSE_TOPIC] = TEXT (IN (PUBLISH) | WILL, response_topic),
  [HUB_PROPERTY_CORRELATION_DATA] = BINARY (IN (PUBLISH) | WILL, correlation_data),
  [HUB_PROPERTY_SUBSCRIPTION_IDENTIFIER] =
    NUMBER (TYPE_VARINT, IN (PUBLISH) | IN (SUBSCRIBE), 1, 268435455, subscription_identifier),
  [HUB_PROPERTY_SESSION_EXPIRY_INTERVAL] =
    NUMBER (TYPE_FOUR_BYTES, IN (CONNECT) | IN (CONNACK) | IN (DISCONNECT), 0, G_MAXUINT32, session_expiry_interval),
  [HUB_PROPERTY_ASSIGNED_CLIENT_IDENTIFIER] = TEXT (IN (CONNACK), assigned_client_identifier),
  [HUB_PROPERTY_SERVER_KEEP_ALIVE] = NUMBER (TYPE_TWO_BYTES, IN (CONNACK), 0, G_MAXUINT16, server_keep_alive),
  [HUB_PROPERTY_AUTHENTICATION_METHOD] = TEXT (IN (CONNECT) | IN (CONNACK) | IN (AUTH), authentication_method),
  [HUB_PROPERTY_AUTHENTICATION_DATA] = BINARY (IN (CONNECT) | IN (CONNACK) | IN (AUTH), authentication_data),
  [HUB_PROPERTY_REQUEST_PROBLEM_INFORMATION] = FLAG (IN (CONNECT), request_problem_information),
  [HUB_PROPERTY_WILL_DELAY_INTERVAL] = NUMBER (TYPE_FOUR_BYTES, WILL, 0, G_MAXUINT32, will_delay_interval),
  [HUB_PROPERTY_REQUEST_RESPONSE_INFORMATION] = FLAG (IN (CONNECT), request_response_information),
  [HUB_PROPERTY_RESPONSE_INFORMATION] = TEXT (IN (CONNACK), response_information),
  [HUB_PROPERTY_SERVER_REFERENCE] = TEXT (IN (CONNACK) | IN (DISCONNECT), server_reference),
  [HUB_PROPERTY_REASON_STRING] = TEXT (IN (CONNACK) | ACKS | IN (DISCONNECT) | IN (AUTH), reason_string),
  [HUB_PROPERTY_RECEIVE_MAXIMUM] = NUMBER (TYPE_TWO_BYTES, IN (CONNECT) | IN (CONNACK), 1, G_MAXUINT16, receive_maximum),
  [HUB_PROPERTY_TOPIC_ALIAS_MAXIMUM] =
    NUMBER (TYPE_TWO_BYTES, IN (CONNECT) | IN (CONNACK), 0, G_MAXUINT16, topic_alias_maximum),
  [HUB_PROPERTY_TOPIC_ALIAS] = NUMBER (TYPE_TWO_BYTES, IN (PUBLISH), 1, G_MAXUINT16, topic_alias),
  [HUB_PROPERTY_MAXIMUM_QOS] = FLAG (IN (CONNACK), maximum_qos),
  [HUB_PROPERTY_RETAIN_AVAILABLE] = FLAG (IN (CONNACK), retain_available),
  [HUB_PROPERTY_USER_PROPERTY] = { TYPE_PAIR,
                                   IN (CONNECT) | IN (CONNACK) | IN (PUBLISH) | WILL | ACKS | IN (SUBSCRIBE) |
                                     IN (UNSUBSCRIBE) | IN (DISCONNECT) | IN (AUTH),
                                   0,
                                   0,
                                   0 },
  [HUB_PROPERTY_MAXIMUM_PACKET_SIZE] =
    NUMBER (TYPE_FOUR_BYTES, IN (CONNECT) | IN (CONNACK), 1, G_MAXUINT32, maximum_packet_size),
  [HUB_PROPERTY_WILDCARD_SUBSCRIPTION_AVAILABLE] = FLAG (IN (CONNACK), wildcard_subscription_available),
  [HUB_PROPERTY_SUBSCRIPTION_IDENTIFIERS_AVAILABLE] = FLAG (IN (CONNACK), subscription_identifiers_available),
  [HUB_PROPERTY_SHARED_SUBSCRIPTION_AVAILABLE] = FLAG (IN (CONNACK), shared_subscription_available),
};

static gboolean
fail (GError **error, HubReason reason, const char *what)
{
  g_set_error_literal (error, HUB_MQTT_ERROR, (int) reason, what);
  return FALSE;
}

static gboolean
fail_property (GError **error, HubReason reason, const char *what, guint id)
{
  g_set_error (error, HUB_MQTT_ERROR, (int) reason, "%s (property %02x)", what, id);
  return FALSE;
}

static gboolean
read_u32 (HubReader *reader, guint32 *value)
{
  guint16 high;
  guint16 low;

  if (hub_reader_left (reader) < 4 || !hub_reader_u16 (reader, &high) || !hub_reader_u16 (reader, &low))
    return FALSE;
  *value = (guint32) high << 16 | low;
  return TRUE;
}

static gboolean
read_number (HubReader *reader, Type type, guint32 *number)
{
  guint8 byte = 0;
  guint16 pair = 0;

  switch ((int) type)
    {
    case TYPE_BYTE:
      return hub_reader_u8 (reader, &byte) && (*number = byte, TRUE);
    case TYPE_TWO_BYTES:
      return hub_reader_u16 (reader, &pair) && (*number = pair, TRUE);
    case TYPE_FOUR_BYTES:
      return read_u32 (reader, number);
    default:
      return hub_reader_varint (reader, number);
    }
}

/* Reads one property, without a look at what its value means. */
static gboolean
read_property (HubReader *reader, HubProperty *property, Type *type)
{
  guint32 id;

  if (!hub_reader_varint (reader, &id))
    return FALSE;
  property->id = (HubPropertyId) id;
  *type = id < N_IDS ? definitions[id].type : TYPE_NONE;
  switch (*type)
    {
    case TYPE_BYTE:
    case TYPE_TWO_BYTES:
    case TYPE_FOUR_BYTES:
    case TYPE_VARINT:
      return read_number (reader, *type, &property->number);
    case TYPE_TEXT:
    case TYPE_BINARY:
      return hub_reader_binary (reader, &property->text);
    case TYPE_PAIR:
      return hub_reader_binary (reader, &property->text) && hub_reader_binary (reader, &property->value);
    case TYPE_NONE:
    default:
      return TRUE;
    }
}

static gboolean
check_text (const HubProperty *property, Type type, GError **error)
{
  if (type != TYPE_BINARY && !hub_utf8_is_valid (property->text))
    return fail_property (error, HUB_REASON_MALFORMED_PACKET, "a string is not valid UTF-8, or holds U+0000", property->id);
  if (type == TYPE_PAIR && !hub_utf8_is_valid (property->value))
    return fail_property (error, HUB_REASON_MALFORMED_PACKET, "a string is not valid UTF-8, or holds U+0000", property->id);
  if (property->id == HUB_PROPERTY_RESPONSE_TOPIC && !hub_topic_name_is_valid (property->text))
    return fail (error, HUB_REASON_PROTOCOL_ERROR, "the response topic is no topic name");
  return TRUE;
}

static gboolean
check_number (const HubProperty *property, const Definition *definition, GError **error)
{
  if (property->number >= definition->min && property->number <= definition->max)
    return TRUE;
  if (property->id == HUB_PROPERTY_TOPIC_ALIAS)
    return fail (error, HUB_REASON_TOPIC_ALIAS_INVALID, "topic alias 0");
  return fail_property (error, HUB_REASON_PROTOCOL_ERROR, "a value that is not allowed", property->id);
}

/* Whether a property may be there more than once. */
static gboolean
may_repeat (HubPropertyId id, HubPropertyPlace place)
{
  return id == HUB_PROPERTY_USER_PROPERTY ||
         (id == HUB_PROPERTY_SUBSCRIPTION_IDENTIFIER && place == HUB_PACKET_PUBLISH);
}

static gboolean
take_property (HubProperties *self, const HubProperty *property, Type type, HubPropertyPlace place, GError **error)
{
  const Definition *definition;
  gboolean is_there;

  if (type == TYPE_NONE)
    return fail_property (error, HUB_REASON_MALFORMED_PACKET, "there is no such property", property->id);

  definition = &definitions[property->id];
  is_there = hub_properties_have (self, property->id);
  /* MQTT 5.0, section 2.2.2.2: this is malformed, and twice the same is a protocol error. */
  if ((definition->places >> place & 1) == 0)
    return fail_property (error, HUB_REASON_MALFORMED_PACKET, "a property that does not belong there", property->id);
  if (is_there && !may_repeat (property->id, place))
    return fail_property (error, HUB_REASON_PROTOCOL_ERROR, "a property is there twice", property->id);

  if (type == TYPE_TEXT || type == TYPE_BINARY || type == TYPE_PAIR)
    {
      if (!check_text (property, type, error))
        return FALSE;
      if (type != TYPE_PAIR)
        *(HubSpan *) (gpointer) ((guint8 *) self + definition->offset) = property->text;
    }
  else
    {
      if (!check_number (property, definition, error))
        return FALSE;
      if (!is_there)
        *(guint32 *) (gpointer) ((guint8 *) self + definition->offset) = property->number;
    }
  self->present |= G_GUINT64_CONSTANT (1) << property->id;
  return TRUE;
}

/**
 * hub_properties_init:
 * @self: (out caller-allocates): properties
 *
 * Makes @self mean: none. Cheaper than to clear all of it.
 */
void
hub_properties_init (HubProperties *self)
{
  self->present = 0;
  self->block = (HubSpan){ NULL, 0 };
  self->more = (HubSpan){ NULL, 0 };
}

/**
 * hub_properties_set_number:
 * @self: (inout): properties to be encoded
 * @id: one that is a number
 * @number: its value
 */
void
hub_properties_set_number (HubProperties *self, HubPropertyId id, guint32 number)
{
  *(guint32 *) (gpointer) ((guint8 *) self + definitions[id].offset) = number;
  self->present |= G_GUINT64_CONSTANT (1) << id;
}

/**
 * hub_properties_set_text:
 * @self: (inout): properties to be encoded
 * @id: one that is text or bytes, and no User Property
 * @text: its value, which outlives @self
 */
void
hub_properties_set_text (HubProperties *self, HubPropertyId id, HubSpan text)
{
  *(HubSpan *) (gpointer) ((guint8 *) self + definitions[id].offset) = text;
  self->present |= G_GUINT64_CONSTANT (1) << id;
}

/**
 * hub_properties_read:
 * @reader: (inout): at the Property Length
 * @place: where they stand
 * @self: (out): the properties; its spans point into the packet
 * @error: return location
 *
 * Reads and checks the properties of a packet: that each is known, belongs there, is there once, and has a value
 * that is allowed. Where there is none, little more is written than that.
 *
 * Complexity: linear in their size; nothing is allocated.
 * Spec: MQTT 5.0 section 2.2.2 [MQTT-2.2.2-1], 1.5.
 *
 * Returns: %FALSE with @error set: %HUB_REASON_MALFORMED_PACKET, %HUB_REASON_PROTOCOL_ERROR or
 *   %HUB_REASON_TOPIC_ALIAS_INVALID
 */
gboolean
hub_properties_read (HubReader *reader, HubPropertyPlace place, HubProperties *self, GError **error)
{
  HubReader inner;
  guint32 size;

  hub_properties_init (self);
  if (!hub_reader_varint (reader, &size) || !hub_reader_bytes (reader, size, &self->block))
    return fail (error, HUB_REASON_MALFORMED_PACKET, "properties reach beyond the end of their packet");

  inner = hub_reader_init (self->block);
  while (hub_reader_left (&inner) > 0)
    {
      HubProperty property;
      Type type;

      if (!read_property (&inner, &property, &type))
        return fail (error, HUB_REASON_MALFORMED_PACKET, "a property reaches beyond the end of the properties");
      if (!take_property (self, &property, type, place, error))
        return FALSE;
    }

  if (hub_properties_have (self, HUB_PROPERTY_AUTHENTICATION_DATA) &&
      !hub_properties_have (self, HUB_PROPERTY_AUTHENTICATION_METHOD))
    return fail (error, HUB_REASON_PROTOCOL_ERROR, "authentication data without a method");
  return TRUE;
}

/**
 * hub_property_next:
 * @reader: (inout): a cursor over the block of properties that were checked
 * @property: (out): the next one
 *
 * Returns: %FALSE behind the last one
 */
gboolean
hub_property_next (HubReader *reader, HubProperty *property)
{
  Type type;

  return hub_reader_left (reader) > 0 && read_property (reader, property, &type) && type != TYPE_NONE;
}

static gsize
value_size (const HubProperties *self, const Definition *definition)
{
  const guint8 *field = (const guint8 *) self + definition->offset;

  switch (definition->type)
    {
    case TYPE_BYTE:
      return 1;
    case TYPE_TWO_BYTES:
      return 2;
    case TYPE_FOUR_BYTES:
      return 4;
    case TYPE_VARINT:
      return hub_varint_size (*(const guint32 *) (gconstpointer) field);
    case TYPE_TEXT:
    case TYPE_BINARY:
      return 2 + ((const HubSpan *) (gconstpointer) field)->size;
    case TYPE_PAIR:
    case TYPE_NONE:
    default:
      return 0;
    }
}

static void
append_value (GByteArray *out, const HubProperties *self, const Definition *definition)
{
  const guint8 *field = (const guint8 *) self + definition->offset;
  guint32 number = definition->type < TYPE_TEXT ? *(const guint32 *) (gconstpointer) field : 0;
  guint8 bytes[4];

  switch (definition->type)
    {
    case TYPE_BYTE:
    case TYPE_TWO_BYTES:
    case TYPE_FOUR_BYTES:
      {
        guint size = definition->type == TYPE_BYTE ? 1 : definition->type == TYPE_TWO_BYTES ? 2
                                                                                            : 4;

        for (guint i = 0; i < size; i++)
          bytes[i] = (guint8) (number >> 8 * (size - 1 - i));
        g_byte_array_append (out, bytes, size);
        break;
      }
    case TYPE_VARINT:
      g_byte_array_append (out, bytes, (guint) hub_varint_write (bytes, number));
      break;
    case TYPE_TEXT:
    case TYPE_BINARY:
      {
        HubSpan text = *(const HubSpan *) (gconstpointer) field;

        g_assert (text.size <= G_MAXUINT16);
        bytes[0] = (guint8) (text.size >> 8);
        bytes[1] = (guint8) text.size;
        g_byte_array_append (out, bytes, 2);
        if (text.size > 0)
          g_byte_array_append (out, text.data, (guint) text.size);
        break;
      }
    case TYPE_PAIR:
    case TYPE_NONE:
    default:
      break;
    }
}

static gsize
content_size (const HubProperties *self)
{
  gsize size = self->more.size;

  for (guint id = 0; id < N_IDS; id++)
    if (hub_properties_have (self, id) && definitions[id].type != TYPE_PAIR)
      size += 1 + value_size (self, &definitions[id]);
  return size;
}

/**
 * hub_properties_size:
 * @self: properties to be encoded
 *
 * Returns: how many bytes [method@Hub.Properties.append] appends
 */
gsize
hub_properties_size (const HubProperties *self)
{
  gsize size = content_size (self);

  return hub_varint_size ((guint32) size) + size;
}

/**
 * hub_properties_append:
 * @out: (inout): where they are appended
 * @self: properties to be encoded
 *
 * Appends the Property Length and the properties: those that are set, and then `more` as it is.
 */
void
hub_properties_append (GByteArray *out, const HubProperties *self)
{
  guint8 length[4];

  g_byte_array_append (out, length, (guint) hub_varint_write (length, (guint32) content_size (self)));
  for (guint id = 0; id < N_IDS; id++)
    if (hub_properties_have (self, id) && definitions[id].type != TYPE_PAIR)
      {
        guint8 byte = (guint8) id;

        g_byte_array_append (out, &byte, 1);
        append_value (out, self, &definitions[id]);
      }
  if (self->more.size > 0)
    g_byte_array_append (out, self->more.data, (guint) self->more.size);
}

/**
 * hub_varint_size:
 * @value: at most 268,435,455
 *
 * Returns: how many bytes [func@Hub.varint_write] writes
 */
gsize
hub_varint_size (guint32 value)
{
  return value < 0x80 ? 1 : value < 0x4000   ? 2
                          : value < 0x200000 ? 3
                                             : 4;
}

/**
 * hub_varint_write:
 * @out: room for four bytes
 * @value: at most 268,435,455
 *
 * Writes a Variable Byte Integer.
 *
 * Spec: MQTT 5.0 section 1.5.5 [MQTT-1.5.5-1].
 *
 * Returns: the number of bytes written
 */
gsize
hub_varint_write (guint8 *out, guint32 value)
{
  gsize size = 0;

  g_assert (value <= 268435455);
  do
    {
      guint8 byte = value & 0x7f;

      value >>= 7;
      out[size++] = value > 0 ? byte | 0x80 : byte;
    }
  while (value > 0);
  return size;
}
