/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/net/hub-request-scan.h"

#include <string.h>

typedef enum
{
  STATE_METHOD,
  STATE_LINE_BEGIN,
  STATE_NAME,
  STATE_VALUE, /* of a header that says what the body is like */
  STATE_OTHER, /* of another header, or no header at all */
  STATE_BODY,
} State;

static gboolean
name_is (const HubRequestScan *self, const char *name)
{
  return self->name_size == strlen (name) && memcmp (self->name, name, self->name_size) == 0;
}

/* RFC 9110, section 9.3, RFC 5789, and what file managers try (RFC 4918). */
static gboolean
is_method (const HubRequestScan *self)
{
  static const char *const methods[] = {
    "GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH", "PROPFIND"
  };

  for (gsize i = 0; i < G_N_ELEMENTS (methods); i++)
    if (name_is (self, methods[i]))
      return TRUE;
  return FALSE;
}

static gboolean
is_space (guint8 byte)
{
  return byte == ' ' || byte == '\t';
}

static gboolean
check_value (const HubRequestScan *self)
{
  gsize size = self->value_size;

  while (size > 0 && is_space ((guint8) self->value[size - 1]))
    size--;
  if (name_is (self, "transfer-encoding"))
    return size == strlen ("chunked") && g_ascii_strncasecmp (self->value, "chunked", size) == 0;
  for (gsize i = 0; i < size; i++)
    if (!g_ascii_isdigit (self->value[i]))
      return FALSE;
  return size > 0 && size <= HUB_REQUEST_LENGTH_DIGITS_MAX;
}

static void
begin_line (HubRequestScan *self)
{
  self->state = STATE_LINE_BEGIN;
  self->name_size = 0;
  self->value_size = 0;
}

/* The names that matter are shorter. */
static void
append_name (HubRequestScan *self, char c)
{
  if (self->name_size < sizeof self->name)
    self->name[self->name_size++] = c;
}

static gboolean
take_method (HubRequestScan *self, guint8 byte)
{
  if (byte != ' ')
    {
      append_name (self, (char) byte);
      return TRUE;
    }
  self->state = STATE_OTHER;
  return is_method (self);
}

static gboolean
take_name (HubRequestScan *self, guint8 byte)
{
  self->state = STATE_NAME;
  if (byte != ':')
    {
      append_name (self, g_ascii_tolower ((char) byte));
      return TRUE;
    }
  self->state = STATE_OTHER;
  if (!name_is (self, "content-length") && !name_is (self, "transfer-encoding"))
    return TRUE;
  self->state = STATE_VALUE;
  return !self->has_framing;
}

/* One that is not of the end of a line. */
static gboolean
take_byte (HubRequestScan *self, guint8 byte)
{
  gboolean may_fold = self->may_fold;

  switch ((State) self->state)
    {
    case STATE_METHOD:
      return take_method (self, byte);
    case STATE_LINE_BEGIN:
      self->may_fold = FALSE;
      if (may_fold && (byte == ' ' || byte == '\t'))
        return FALSE;
      return take_name (self, byte);
    case STATE_NAME:
      return take_name (self, byte);
    case STATE_VALUE:
      if (self->value_size == 0 && is_space (byte))
        return TRUE;
      if (self->value_size == sizeof self->value)
        return FALSE;
      self->value[self->value_size++] = (char) byte;
      return TRUE;
    case STATE_OTHER:
    case STATE_BODY:
    default:
      return TRUE;
    }
}

static gboolean
end_line (HubRequestScan *self)
{
  gboolean is_right = self->state != STATE_METHOD;

  if (self->state == STATE_VALUE)
    {
      is_right = check_value (self);
      self->has_framing = TRUE;
      self->may_fold = TRUE;
    }
  if (self->state == STATE_LINE_BEGIN)
    self->state = STATE_BODY;
  else
    begin_line (self);
  return is_right;
}

/**
 * hub_request_scan_feed:
 * @self: what has come before
 * @bytes: (array length=size): what has come now
 * @size: number of bytes
 *
 * Goes on to the end of the head; what is behind it is not looked at.
 *
 * It begins with a method that is known, in capitals, and a space. There may be one header that says what the body is like,
 * in one line: a length in up to %HUB_REQUEST_LENGTH_DIGITS_MAX digits, or `chunked`. There is no NUL and no lone carriage
 * return, so that there are no two ways to read it (RFC 9110, section 5.5).
 *
 * Returns: %FALSE when no answer should be given
 */
gboolean
hub_request_scan_feed (HubRequestScan *self, const guint8 *bytes, gsize size)
{
  for (gsize i = 0; i < size && self->state != STATE_BODY; i++)
    {
      gboolean is_torn = self->has_return && bytes[i] != '\n';

      self->has_return = bytes[i] == '\r';
      if (is_torn || bytes[i] == '\0')
        return FALSE;
      if (bytes[i] == '\n' ? !end_line (self) : bytes[i] != '\r' && !take_byte (self, bytes[i]))
        return FALSE;
    }
  return TRUE;
}

/**
 * hub_request_scan_is_whole:
 * @self: what has come
 *
 * Returns: whether the head has come to its end: a line of it that was cut says nothing that can be relied on
 */
gboolean
hub_request_scan_is_whole (const HubRequestScan *self)
{
  return self->state == STATE_BODY;
}
