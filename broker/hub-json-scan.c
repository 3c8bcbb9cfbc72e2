/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/hub-json-scan.h"

#include <string.h>

/* json-glib 1.6 takes more than JSON (comments, single quotes), crashes on some tens of thousands of brackets, and has no
 * answer to half a surrogate pair. What passes here is JSON as browsers read it, and safe to hand on. */

#define REPLACEMENT "\\ufffd"

typedef struct
{
  const char *at;
  const char *end;
  GString *out; /* (owned) */
  guint depth;
  guint depth_levels;
} Scanner;

static gboolean scan_value (Scanner *self);

static char
peek (const Scanner *self)
{
  return self->at < self->end ? *self->at : '\0';
}

static gboolean
take (Scanner *self, char c)
{
  if (self->at >= self->end || *self->at != c)
    return FALSE;
  g_string_append_c (self->out, c);
  self->at++;
  return TRUE;
}

static void
skip_space (Scanner *self)
{
  while (self->at < self->end && strchr (" \t\r\n", *self->at) != NULL && *self->at != '\0')
    self->at++;
}

static gboolean
take_word (Scanner *self, const char *word)
{
  gsize size = strlen (word);

  if ((gsize) (self->end - self->at) < size || strncmp (self->at, word, size) != 0)
    return FALSE;
  g_string_append_len (self->out, word, (gssize) size);
  self->at += size;
  return TRUE;
}

static gboolean
take_digits (Scanner *self)
{
  if (!g_ascii_isdigit (peek (self)))
    return FALSE;
  while (g_ascii_isdigit (peek (self)))
    take (self, *self->at);
  return TRUE;
}

static gboolean
scan_number (Scanner *self)
{
  take (self, '-');
  if (!take (self, '0') && !take_digits (self))
    return FALSE;
  if (take (self, '.') && !take_digits (self))
    return FALSE;
  if (take (self, 'e') || take (self, 'E'))
    {
      if (!take (self, '+'))
        take (self, '-');
      return take_digits (self);
    }
  return TRUE;
}

/* The code unit of "\uXXXX" at @at, or -1. */
static int
code_unit (const Scanner *self, const char *at)
{
  int unit = 0;

  if (self->end - at < 6 || at[0] != '\\' || at[1] != 'u')
    return -1;
  for (guint i = 2; i < 6; i++)
    {
      int digit = g_ascii_xdigit_value (at[i]);

      if (digit < 0)
        return -1;
      unit = unit * 16 + digit;
    }
  return unit;
}

/* Half a surrogate pair, and U+0000, which no string of ours can hold, become U+FFFD. */
static gboolean
scan_unicode_escape (Scanner *self)
{
  int unit = code_unit (self, self->at);
  gsize size = 6;

  if (unit < 0)
    return FALSE;
  if (unit >= 0xd800 && unit <= 0xdbff)
    {
      int low = code_unit (self, self->at + 6);

      if (low >= 0xdc00 && low <= 0xdfff)
        size = 12;
    }

  if (unit == 0 || (unit >= 0xd800 && unit <= 0xdfff && size == 6))
    g_string_append (self->out, REPLACEMENT);
  else
    g_string_append_len (self->out, self->at, (gssize) size);
  self->at += size;
  return TRUE;
}

static gboolean
scan_escape (Scanner *self)
{
  char c = self->end - self->at >= 2 ? self->at[1] : '\0';

  if (c == 'u')
    return scan_unicode_escape (self);
  if (c == '\0' || strchr ("\"\\/bfnrt", c) == NULL)
    return FALSE;
  g_string_append_len (self->out, self->at, 2);
  self->at += 2;
  return TRUE;
}

static gboolean
scan_string (Scanner *self)
{
  if (!take (self, '"'))
    return FALSE;
  while (self->at < self->end && *self->at != '"')
    {
      if ((guchar) *self->at < 0x20)
        return FALSE;
      if (*self->at != '\\')
        take (self, *self->at);
      else if (!scan_escape (self))
        return FALSE;
    }
  return take (self, '"');
}

static gboolean
scan_member (Scanner *self)
{
  skip_space (self);
  if (!scan_string (self))
    return FALSE;
  skip_space (self);
  return take (self, ':') && scan_value (self);
}

static gboolean
scan_container (Scanner *self, char close, gboolean (*scan_element) (Scanner *self))
{
  take (self, *self->at);
  if (++self->depth > self->depth_levels)
    return FALSE;

  skip_space (self);
  if (peek (self) != close)
    {
      do
        {
          if (!scan_element (self))
            return FALSE;
          skip_space (self);
        }
      while (take (self, ','));
    }
  self->depth--;
  return take (self, close);
}

/* The recursion is as deep as the brackets: depth_levels. */
static gboolean
scan_value (Scanner *self)
{
  skip_space (self);
  switch (peek (self))
    {
    case '{':
      return scan_container (self, '}', scan_member);
    case '[':
      return scan_container (self, ']', scan_value);
    case '"':
      return scan_string (self);
    case 't':
      return take_word (self, "true");
    case 'f':
      return take_word (self, "false");
    case 'n':
      return take_word (self, "null");
    default:
      return scan_number (self);
    }
}

/**
 * hub_json_scan:
 * @text: (array length=size): UTF-8
 * @size: number of bytes
 * @depth_levels: how deep brackets may nest
 *
 * Checks that @text is exactly one JSON value (RFC 8259) and nested no deeper than @depth_levels.
 *
 * Complexity: linear.
 *
 * Returns: (transfer full) (nullable): the same without white space, and with every lone surrogate and U+0000 replaced by
 *   U+FFFD; %NULL when it is anything else
 */
char *
hub_json_scan (const char *text, gsize size, guint depth_levels)
{
  Scanner scanner = { .at = text, .end = text + size, .depth_levels = depth_levels };
  gboolean is_json;

  scanner.out = g_string_sized_new (size + 1);
  is_json = scan_value (&scanner);
  skip_space (&scanner);
  is_json = is_json && scanner.at == scanner.end;
  return g_string_free (scanner.out, !is_json);
}
