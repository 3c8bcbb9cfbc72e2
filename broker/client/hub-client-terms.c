/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/client/hub-client-terms.h"

#include "broker/client/hub-client.h"
#include "broker/wire/hub-encode.h"

/**
 * hub_client_terms_init:
 * @self: (out caller-allocates): the terms of a broker that has said nothing
 */
void
hub_client_terms_init (HubClientTerms *self)
{
  *self = (HubClientTerms){ .receive_maximum = G_MAXUINT16 };
}

/**
 * hub_client_terms_clear:
 * @self: terms
 *
 * Frees what was noted.
 */
void
hub_client_terms_clear (HubClientTerms *self)
{
  g_clear_pointer (&self->notes, g_bytes_unref);
}

/**
 * hub_client_terms_take:
 * @self: terms
 * @properties: those of CONNACK; copied
 *
 * Takes over what the broker wants to be different.
 *
 * Spec: MQTT 5.0 section 3.2.2.3.
 */
void
hub_client_terms_take (HubClientTerms *self, const HubProperties *properties)
{
  if (hub_properties_have (properties, HUB_PROPERTY_SERVER_KEEP_ALIVE))
    self->keep_alive_s = properties->server_keep_alive;
  if (hub_properties_have (properties, HUB_PROPERTY_RECEIVE_MAXIMUM))
    self->receive_maximum = properties->receive_maximum;
  if (hub_properties_have (properties, HUB_PROPERTY_MAXIMUM_PACKET_SIZE))
    self->max_packet_bytes = properties->maximum_packet_size;
  self->notes = g_bytes_new (properties->block.data, properties->block.size);
}

/**
 * hub_client_terms_allow:
 * @self: terms
 * @topic_size: bytes of a Topic Name
 * @payload_size: bytes of an Application Message
 * @qos: 0 to 2
 *
 * Returns: whether the packet that this would become is not too large [MQTT-3.2.2-15]
 */
gboolean
hub_client_terms_allow (const HubClientTerms *self, gsize topic_size, gsize payload_size, guint8 qos)
{
  return self->max_packet_bytes == 0 || hub_client_packet_size (topic_size, payload_size, qos) <= self->max_packet_bytes;
}

/**
 * hub_client_terms_payload_max:
 * @self: terms
 * @topic_size: bytes of a Topic Name
 * @qos: 0 to 2
 *
 * Returns: the largest Application Message that hub_client_terms_allow() lets pass, bytes; %G_MAXSIZE for any
 */
gsize
hub_client_terms_payload_max (const HubClientTerms *self, gsize topic_size, guint8 qos)
{
  gsize head_size = hub_client_packet_size (topic_size, 0, qos);
  gsize payload_size;

  if (self->max_packet_bytes == 0)
    return G_MAXSIZE;
  payload_size = self->max_packet_bytes > head_size ? self->max_packet_bytes - head_size : 0;
  /* Three bytes at most: the length of a larger packet takes more of them. */
  while (payload_size > 0 && !hub_client_terms_allow (self, topic_size, payload_size, qos))
    payload_size--;
  return payload_size;
}

/**
 * hub_client_terms_dup_note:
 * @self: terms
 * @name: the name of a User Property
 *
 * Returns: (transfer full) (nullable): its value in the CONNACK; %NULL when there is none
 */
char *
hub_client_terms_dup_note (const HubClientTerms *self, const char *name)
{
  HubSpan block = { 0 };

  if (self->notes != NULL)
    block.data = g_bytes_get_data (self->notes, &block.size);
  return hub_client_dup_note (block, name);
}

/**
 * hub_client_dup_note:
 * @block: properties that were checked
 * @name: the name of a User Property
 *
 * The last one of a name counts: those before may be of whoever has sent the message.
 *
 * Returns: (transfer full) (nullable): its value; %NULL when there is none
 */
char *
hub_client_dup_note (HubSpan block, const char *name)
{
  HubReader reader = hub_reader_init (block);
  HubSpan wanted = hub_span_from_string (name);
  HubProperty property;
  HubSpan found = { 0 };
  gboolean is_found = FALSE;

  while (hub_property_next (&reader, &property))
    if (property.id == HUB_PROPERTY_USER_PROPERTY && hub_span_equal (property.text, wanted))
      {
        found = property.value;
        is_found = TRUE;
      }
  return is_found ? hub_span_dup_string (found) : NULL;
}

/**
 * hub_client_packet_size:
 * @topic_size: bytes of a Topic Name
 * @payload_size: bytes of an Application Message
 * @qos: 0 to 2
 *
 * Returns: how long the PUBLISH is in MQTT 5.0, without properties, bytes; in the older versions it is one byte less
 */
gsize
hub_client_packet_size (gsize topic_size, gsize payload_size, guint8 qos)
{
  gsize rest = 2 + topic_size + (qos > 0 ? 2 : 0) + 1 + payload_size;

  return 1 + hub_varint_size ((guint32) rest) + rest;
}
