/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/core/hub-core-private.h"

/* What the broker says by User Properties of its own; MQTT 5.0, sections 3.2.2.3.10 and 3.3.2.3.7. */

#define DIGITS_MAX 20

static guint8 *
write_text (guint8 *at, HubSpan text)
{
  *at++ = (guint8) (text.size >> 8);
  *at++ = (guint8) text.size;
  if (text.size > 0)
    memcpy (at, text.data, text.size);
  return at + text.size;
}

/*
 * hub_core_append_note:
 * @out: (inout): where it is appended
 * @name: its name
 * @value: its value
 *
 * Appends a User Property as it stands in a packet.
 */
void
hub_core_append_note (GByteArray *out, const char *name, HubSpan value)
{
  HubSpan key = hub_span_from_string (name);
  guint8 *at;

  g_byte_array_set_size (out, out->len + (guint) (1 + 2 + key.size + 2 + value.size));
  at = out->data + out->len - (1 + 2 + key.size + 2 + value.size);
  *at++ = HUB_PROPERTY_USER_PROPERTY;
  write_text (write_text (at, key), value);
}

/*
 * hub_core_append_number_note:
 * @out: (inout): where it is appended
 * @name: its name
 * @value: its value
 *
 * Appends a User Property with a number, in decimal digits.
 */
void
hub_core_append_number_note (GByteArray *out, const char *name, guint64 value)
{
  guint8 digits[DIGITS_MAX];
  guint8 *end = digits + DIGITS_MAX;
  guint8 *at = end;

  do
    *--at = (guint8) ('0' + value % 10);
  while ((value /= 10) > 0);
  hub_core_append_note (out, name, (HubSpan){ at, (gsize) (end - at) });
}

/* CONNACK: its type and length, the flags and the Reason Code come before the properties. */
static gsize
connack_size (const HubProperties *properties)
{
  gsize size = 2 + hub_properties_size (properties);

  return 1 + hub_varint_size ((guint32) size) + size;
}

/*
 * hub_core_add_notes:
 * @max_bytes: the largest CONNACK that the client takes; 0: of any size
 * @properties: (inout): those of the CONNACK
 *
 * Adds what the broker says of itself, if there is room for it [MQTT-3.2.2-20].
 */
void
hub_core_add_notes (const HubCore *self, gsize max_bytes, HubProperties *properties)
{
  if (self->notes == NULL)
    return;
  properties->more = (HubSpan){ self->notes->data, self->notes->len };
  if (max_bytes > 0 && connack_size (properties) > max_bytes)
    properties->more = (HubSpan){ 0 };
}

/**
 * hub_core_set_http_port:
 * @self: a core
 * @port: where the log can be asked for over HTTP, at the address that clients have come to
 *
 * From now on MQTT 5.0 clients are told: CONNACK carries the User Property `hub-http`.
 */
void
hub_core_set_http_port (HubCore *self, guint16 port)
{
  g_clear_pointer (&self->notes, g_byte_array_unref);
  self->notes = g_byte_array_new ();
  hub_core_append_number_note (self->notes, "hub-http", port);
}
