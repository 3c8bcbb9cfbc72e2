/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/simulation/properties.h"

#include <string.h>

/* How the value of each property is written: b, 2, 4: a number of 1, 2 or 4 bytes; v: one of variable length; t: text or
 * bytes; p: a pair of texts. */
static const char kinds[SIM_LAST_PROPERTY + 1] = {
  [0x01] = 'b',
  [0x02] = '4',
  [0x03] = 't',
  [0x08] = 't',
  [0x09] = 't',
  [0x0b] = 'v',
  [0x11] = '4',
  [0x12] = 't',
  [0x13] = '2',
  [0x15] = 't',
  [0x16] = 't',
  [0x17] = 'b',
  [0x18] = '4',
  [0x19] = 'b',
  [0x1a] = 't',
  [0x1c] = 't',
  [0x1f] = 't',
  [0x21] = '2',
  [0x22] = '2',
  [0x23] = '2',
  [0x24] = 'b',
  [0x25] = 'b',
  [0x26] = 'p',
  [0x27] = '4',
  [0x28] = 'b',
  [0x29] = 'b',
  [0x2a] = 'b',
};

/* What a server may put into a packet of each type. */
static const char *const of_server[16] = {
  [2] = "\x11\x12\x13\x15\x16\x1a\x1c\x1f\x21\x22\x24\x25\x26\x27\x28\x29\x2a",
  [3] = "\x01\x02\x03\x08\x09\x0b\x23\x26",
  [4] = "\x1f\x26",
  [5] = "\x1f\x26",
  [6] = "\x1f\x26",
  [7] = "\x1f\x26",
  [9] = "\x1f\x26",
  [11] = "\x1f\x26",
  [14] = "\x1c\x1f\x26",
};

/* What a receiver gets as it was published. */
static const SimPropertyId of_message[] = { SIM_PAYLOAD_FORMAT, SIM_CONTENT_TYPE, SIM_RESPONSE_TOPIC, SIM_CORRELATION_DATA };

/**
 * sim_properties_clear:
 * @self: (inout): properties, which are none afterwards
 */
void
sim_properties_clear (SimProperties *self)
{
  for (guint id = 0; id <= SIM_LAST_PROPERTY; id++)
    g_clear_pointer (&self->texts[id], g_free);
  g_clear_pointer (&self->pairs, g_ptr_array_unref);
  g_clear_pointer (&self->identifiers, g_array_unref);
  self->present = 0;
}

/**
 * sim_properties_set_number:
 * @self: properties
 * @id: one that is a number
 * @number: its value
 */
void
sim_properties_set_number (SimProperties *self, SimPropertyId id, guint32 number)
{
  self->numbers[id] = number;
  self->present |= G_GUINT64_CONSTANT (1) << id;
}

/**
 * sim_properties_set_text:
 * @self: properties
 * @id: one that is a text
 * @text: its value; copied
 */
void
sim_properties_set_text (SimProperties *self, SimPropertyId id, const char *text)
{
  g_free (self->texts[id]);
  self->texts[id] = g_strdup (text);
  self->present |= G_GUINT64_CONSTANT (1) << id;
}

/**
 * sim_properties_add_pair:
 * @self: properties
 * @pair: a User Property, `name=value`; copied
 */
void
sim_properties_add_pair (SimProperties *self, const char *pair)
{
  if (self->pairs == NULL)
    self->pairs = g_ptr_array_new_with_free_func (g_free);
  g_ptr_array_add (self->pairs, g_strdup (pair));
  self->present |= G_GUINT64_CONSTANT (1) << SIM_USER_PROPERTY;
}

/**
 * sim_properties_count_pairs:
 * @self: properties
 *
 * Returns: how many User Properties there are
 */
guint
sim_properties_count_pairs (const SimProperties *self)
{
  return self->pairs != NULL ? self->pairs->len : 0;
}

/**
 * sim_properties_get_number:
 * @self: properties
 * @id: one that is a number
 * @otherwise: what counts when it is not there
 *
 * Returns: its value
 */
guint32
sim_properties_get_number (const SimProperties *self, SimPropertyId id, guint32 otherwise)
{
  return sim_properties_have (self, id) ? self->numbers[id] : otherwise;
}

/**
 * sim_properties_copy_message:
 * @self: the properties of a PUBLISH or of a will
 * @copy: (out): those that belong to the message: what each receiver gets unchanged
 */
void
sim_properties_copy_message (const SimProperties *self, SimProperties *copy)
{
  memset (copy, 0, sizeof *copy);
  for (guint i = 0; i < G_N_ELEMENTS (of_message); i++)
    {
      SimPropertyId id = of_message[i];

      if (sim_properties_have (self, id) && kinds[id] == 't')
        sim_properties_set_text (copy, id, self->texts[id]);
      else if (sim_properties_have (self, id))
        sim_properties_set_number (copy, id, self->numbers[id]);
    }
  for (guint i = 0; i < sim_properties_count_pairs (self); i++)
    sim_properties_add_pair (copy, g_ptr_array_index (self->pairs, i));
}

/**
 * sim_properties_equal_message:
 * @self: properties of a message
 * @other: what came of them
 *
 * Returns: whether what belongs to the message is the same; User Properties also in their order
 */
gboolean
sim_properties_equal_message (const SimProperties *self, const SimProperties *other)
{
  for (guint i = 0; i < G_N_ELEMENTS (of_message); i++)
    {
      SimPropertyId id = of_message[i];

      if (sim_properties_have (self, id) != sim_properties_have (other, id))
        return FALSE;
      if (sim_properties_have (self, id) && kinds[id] == 't' && !g_str_equal (self->texts[id], other->texts[id]))
        return FALSE;
      if (sim_properties_have (self, id) && kinds[id] != 't' && self->numbers[id] != other->numbers[id])
        return FALSE;
    }
  if (sim_properties_count_pairs (self) != sim_properties_count_pairs (other))
    return FALSE;
  for (guint i = 0; i < sim_properties_count_pairs (self); i++)
    if (!g_str_equal (g_ptr_array_index (self->pairs, i), g_ptr_array_index (other->pairs, i)))
      return FALSE;
  return TRUE;
}

/**
 * sim_properties_message_size:
 * @self: properties of a message
 *
 * Returns: how many bytes they take, without the length in front of them
 */
gsize
sim_properties_message_size (const SimProperties *self)
{
  gsize size = 0;

  for (guint i = 0; i < G_N_ELEMENTS (of_message); i++)
    if (sim_properties_have (self, of_message[i]))
      size += kinds[of_message[i]] == 't' ? 3 + strlen (self->texts[of_message[i]]) : 2;
  for (guint i = 0; i < sim_properties_count_pairs (self); i++)
    size += 5 + strlen (g_ptr_array_index (self->pairs, i)) - 1;
  return size;
}

/**
 * sim_varint_size:
 * @value: at most 268,435,455
 *
 * Returns: how many bytes a Variable Byte Integer of it has
 */
gsize
sim_varint_size (guint32 value)
{
  return value < 128 ? 1 : value < 16384   ? 2
                         : value < 2097152 ? 3
                                           : 4;
}

/**
 * sim_varint_write:
 * @out: (inout): where it is appended
 * @value: at most 268,435,455
 */
void
sim_varint_write (GByteArray *out, guint32 value)
{
  do
    {
      guint8 byte = value % 128;

      value /= 128;
      if (value > 0)
        byte |= 128;
      g_byte_array_append (out, &byte, 1);
    }
  while (value > 0);
}

static void
write_number (GByteArray *out, guint n_bytes, guint32 value)
{
  for (guint i = n_bytes; i > 0; i--)
    {
      guint8 byte = (guint8) (value >> 8 * (i - 1));

      g_byte_array_append (out, &byte, 1);
    }
}

static void
write_text (GByteArray *out, const char *text, gsize size)
{
  write_number (out, 2, (guint32) size);
  g_byte_array_append (out, (const guint8 *) text, (guint) size);
}

static void
write_one (const SimProperties *self, guint8 id, guint pair, GByteArray *out)
{
  const char *text;

  g_byte_array_append (out, &id, 1);
  switch (kinds[id])
    {
    case 'b':
      write_number (out, 1, self->numbers[id]);
      break;
    case '2':
      write_number (out, 2, self->numbers[id]);
      break;
    case '4':
      write_number (out, 4, self->numbers[id]);
      break;
    case 'v':
      sim_varint_write (out, self->numbers[id]);
      break;
    case 't':
      write_text (out, self->texts[id], strlen (self->texts[id]));
      break;
    default:
      text = g_ptr_array_index (self->pairs, pair);
      write_text (out, text, (gsize) (strchr (text, '=') - text));
      text = strchr (text, '=') + 1;
      write_text (out, text, strlen (text));
      break;
    }
}

/**
 * sim_properties_write:
 * @self: properties
 * @random: chooses their order; that of User Properties among themselves stays
 * @out: (inout): where their length and they are appended
 */
void
sim_properties_write (const SimProperties *self, SimRandom *random, GByteArray *out)
{
  g_autoptr (GByteArray) ids = g_byte_array_new ();
  g_autoptr (GByteArray) content = g_byte_array_new ();
  guint pair = 0;

  for (guint8 id = 0; id <= SIM_LAST_PROPERTY; id++)
    if (id != SIM_USER_PROPERTY && sim_properties_have (self, id))
      g_byte_array_append (ids, &id, 1);
  for (guint i = 0; i < sim_properties_count_pairs (self); i++)
    g_byte_array_append (ids, (const guint8[]){ SIM_USER_PROPERTY }, 1);
  for (guint i = ids->len; i > 1; i--)
    {
      guint other = sim_random_below (random, i);
      guint8 id = ids->data[other];

      ids->data[other] = ids->data[i - 1];
      ids->data[i - 1] = id;
    }
  for (guint i = 0; i < ids->len; i++)
    {
      write_one (self, ids->data[i], pair, content);
      if (ids->data[i] == SIM_USER_PROPERTY)
        pair++;
    }
  sim_varint_write (out, content->len);
  g_byte_array_append (out, content->data, content->len);
}

static gboolean
read_number (const guint8 *bytes, gsize end, gsize *at, guint n_bytes, guint32 *value)
{
  if (end - *at < n_bytes)
    return FALSE;
  *value = 0;
  for (guint i = 0; i < n_bytes; i++)
    *value = *value << 8 | bytes[(*at)++];
  return TRUE;
}

static gboolean
read_varint (const guint8 *bytes, gsize end, gsize *at, guint32 *value)
{
  *value = 0;
  for (guint i = 0; i < 4 && *at < end; i++)
    {
      guint8 byte = bytes[(*at)++];

      *value |= (guint32) (byte & 127) << 7 * i;
      if (byte < 128)
        return i == 0 || byte != 0;
    }
  return FALSE;
}

static char *
read_text (const guint8 *bytes, gsize end, gsize *at)
{
  guint32 size;
  char *text;

  if (!read_number (bytes, end, at, 2, &size) || end - *at < size)
    return NULL;
  text = g_strndup ((const char *) bytes + *at, size);
  *at += size;
  return text;
}

static gboolean
read_pair (SimProperties *self, const guint8 *bytes, gsize end, gsize *at)
{
  g_autofree char *name = read_text (bytes, end, at);
  g_autofree char *value = name != NULL ? read_text (bytes, end, at) : NULL;
  g_autofree char *pair = value != NULL ? g_strconcat (name, "=", value, NULL) : NULL;

  if (pair != NULL)
    sim_properties_add_pair (self, pair);
  return pair != NULL;
}

static gboolean
read_one (SimProperties *self, guint8 id, const guint8 *bytes, gsize end, gsize *at)
{
  guint32 value = 0;
  gboolean is_read;

  if (kinds[id] == 'p')
    return read_pair (self, bytes, end, at);
  self->present |= G_GUINT64_CONSTANT (1) << id;
  if (kinds[id] == 't')
    return (self->texts[id] = read_text (bytes, end, at)) != NULL;

  is_read = kinds[id] == 'v'   ? read_varint (bytes, end, at, &value)
            : kinds[id] == 'b' ? read_number (bytes, end, at, 1, &value)
                               : read_number (bytes, end, at, (guint) (kinds[id] - '0'), &value);
  self->numbers[id] = value;
  if (is_read && id == SIM_SUBSCRIPTION_IDENTIFIER)
    {
      if (self->identifiers == NULL)
        self->identifiers = g_array_new (FALSE, FALSE, sizeof (guint32));
      g_array_append_val (self->identifiers, value);
    }
  return is_read;
}

/**
 * sim_properties_read:
 * @self: (inout): no properties
 * @packet_type: the type of a packet of the server, 1 to 15
 * @bytes: a packet
 * @size: of it
 * @at: (inout): where the length of the properties stands, then what is behind them
 * @why: (out): what is wrong
 *
 * Returns: whether they are right
 */
gboolean
sim_properties_read (SimProperties *self,
                     guint8 packet_type,
                     const guint8 *bytes,
                     gsize size,
                     gsize *at,
                     const char **why)
{
  guint32 length;
  gsize end;

  *why = "properties are cut";
  if (!read_varint (bytes, size, at, &length) || length > size - *at)
    return FALSE;
  end = *at + length;
  while (*at < end)
    {
      guint8 id = bytes[(*at)++];

      *why = "a property that does not belong there";
      if (id == 0 || of_server[packet_type] == NULL || strchr (of_server[packet_type], id) == NULL)
        return FALSE;
      *why = "a property is there twice";
      if (sim_properties_have (self, id) && id != SIM_USER_PROPERTY && id != SIM_SUBSCRIPTION_IDENTIFIER)
        return FALSE;
      *why = "a property is cut";
      if (!read_one (self, id, bytes, end, at))
        return FALSE;
    }
  return TRUE;
}

/**
 * sim_properties_to_text:
 * @self: properties
 * @text: (inout): where they are appended for people to read
 */
void
sim_properties_to_text (const SimProperties *self, GString *text)
{
  for (guint id = 0; id <= SIM_LAST_PROPERTY; id++)
    {
      if (!sim_properties_have (self, id) || kinds[id] == 'p')
        continue;
      if (id == SIM_SUBSCRIPTION_IDENTIFIER && self->identifiers != NULL)
        for (guint i = 0; i < self->identifiers->len; i++)
          g_string_append_printf (text, " id=%u", g_array_index (self->identifiers, guint32, i));
      else if (kinds[id] == 't')
        {
          g_autofree char *escaped = g_strescape (self->texts[id], NULL);

          g_string_append_printf (text, " %02x='%s'", id, escaped);
        }
      else
        g_string_append_printf (text, " %02x=%u", id, self->numbers[id]);
    }
  for (guint i = 0; i < sim_properties_count_pairs (self); i++)
    g_string_append_printf (text, " {%s}", (const char *) g_ptr_array_index (self->pairs, i));
}
