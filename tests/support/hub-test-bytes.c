/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/support/hub-test-bytes.h"

/* Longer pieces are cut in what a test prints. */
#define ESCAPED_MAX 48

static void
append_u8 (GByteArray *out, guint value)
{
  guint8 byte = (guint8) value;

  g_byte_array_append (out, &byte, 1);
}

static void
append_all (GByteArray *out, const GByteArray *bytes)
{
  if (bytes->len > 0)
    g_byte_array_append (out, bytes->data, bytes->len);
}

static void
append_remaining_length (GByteArray *out, guint value)
{
  do
    {
      guint byte = value & 0x7f;

      value >>= 7;
      append_u8 (out, value > 0 ? byte | 0x80 : byte);
    }
  while (value > 0);
}

static const char *
read_literal (GByteArray *out, const char *at)
{
  const char *end = strchr (at, '\'');

  g_assert_nonnull (end);
  g_byte_array_append (out, (const guint8 *) at, (guint) (end - at));
  return end + 1;
}

static const char *
read_pair (GByteArray *out, const char *at)
{
  g_assert_true (g_ascii_isxdigit (at[0]) && g_ascii_isxdigit (at[1]));
  append_u8 (out, (guint) (g_ascii_xdigit_value (at[0]) << 4 | g_ascii_xdigit_value (at[1])));
  return at + 2;
}

static const char *read_items (GByteArray *out, const char *at, char end);

static const char *
read_item (GByteArray *out, const char *at)
{
  g_autoptr (GByteArray) inner = g_byte_array_new ();

  switch (*at)
    {
    case '\'':
      return read_literal (out, at + 1);
    case '{':
      at = read_items (inner, at + 1, '}');
      g_assert_cmpuint (inner->len, <=, G_MAXUINT16);
      append_u8 (out, inner->len >> 8);
      append_u8 (out, inner->len & 0xff);
      append_all (out, inner);
      return at;
    case '(':
      at = read_items (inner, at + 1, ')');
      append_all (out, inner);
      return at;
    case '[':
      at = read_items (inner, at + 1, ']');
      append_remaining_length (out, inner->len);
      append_all (out, inner);
      return at;
    default:
      return read_pair (out, at);
    }
}

static const char *
read_items (GByteArray *out, const char *at, char end)
{
  while (*at != end)
    {
      g_autoptr (GByteArray) item = g_byte_array_new ();
      guint64 times = 1;

      if (*at == ' ')
        {
          at++;
          continue;
        }
      g_assert_true (*at != '\0');
      at = read_item (item, at);
      if (*at == '*')
        times = g_ascii_strtoull (at + 1, (char **) &at, 10);
      for (guint64 i = 0; i < times; i++)
        append_all (out, item);
    }
  return end == '\0' ? at : at + 1;
}

/**
 * hub_test_bytes:
 * @text: bytes in a form that is easy to read
 *
 * `1f` is a byte, `'text'` stands for itself, `{...}` has its length in two bytes before it, `[...]` its
 * length as an MQTT Remaining Length, `(...)` nothing, and `*N` behind any of them repeats it. Blanks mean nothing:
 * `c0 [] 32 [{'a/b'} 0001 'hello' 00*3]`.
 *
 * Returns: (transfer full): the bytes
 */
GByteArray *
hub_test_bytes (const char *text)
{
  GByteArray *out = g_byte_array_new ();

  read_items (out, text, '\0');
  return out;
}

/**
 * hub_test_escape:
 * @bytes: any bytes
 *
 * Returns: (transfer full): @bytes as they stand in a text that a test compares: printable ASCII as it is,
 *   everything else as `\xx`, and long ones as their size only
 */
char *
hub_test_escape (HubSpan bytes)
{
  GString *text = g_string_new (NULL);

  if (bytes.size > ESCAPED_MAX)
    g_string_append_printf (text, "(%" G_GSIZE_FORMAT " bytes)", bytes.size);
  else
    for (gsize i = 0; i < bytes.size; i++)
      {
        if (g_ascii_isgraph (bytes.data[i]) && bytes.data[i] != '\\')
          g_string_append_c (text, (char) bytes.data[i]);
        else
          g_string_append_printf (text, "\\%02x", bytes.data[i]);
      }
  return g_string_free (text, FALSE);
}

/**
 * hub_test_copy:
 * @bytes: any bytes
 *
 * Returns: (transfer full) (nullable): a block of exactly the size of @bytes, so that a sanitizer sees
 *   the first byte read behind it
 */
guint8 *
hub_test_copy (HubSpan bytes)
{
  return g_memdup2 (bytes.data, bytes.size);
}
