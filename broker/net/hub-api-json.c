/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/net/hub-api-json.h"

#include "hub-build-config.h"

/* The longest thing that stands for one byte: \u001f. */
#define ESCAPE_SIZE 6

/* How much is appended at once. */
#define PIECE_SIZE 4096

/* What the API says is written piece by piece: a tree of nodes for each message would be most of the work. */

static void
add (GByteArray *out, const char *text)
{
  g_byte_array_append (out, (const guint8 *) text, (guint) strlen (text));
}

G_GNUC_PRINTF (2, 3)
static void
add_format (GByteArray *out, const char *format, ...)
{
  char text[64];
  va_list arguments;
  int size;

  va_start (arguments, format);
  size = g_vsnprintf (text, sizeof text, format, arguments);
  va_end (arguments);
  g_assert (size >= 0 && size < (int) sizeof text);
  add (out, text);
}

/* What is behind the backslash, where it is one character; else 0. */
static char
short_escape (guint8 byte)
{
  switch (byte)
    {
    case '"':
    case '\\':
      return (char) byte;
    case '\n':
      return 'n';
    case '\r':
      return 'r';
    case '\t':
      return 't';
    default:
      return 0;
    }
}

/* Writes what stands for a byte of well-formed UTF-8, and returns how much that is: at most ESCAPE_SIZE. */
static gsize
escape (guint8 byte, guint8 *out)
{
  static const char digits[] = "0123456789abcdef";
  char shortly = short_escape (byte);

  if (byte >= ' ' && shortly == 0)
    {
      out[0] = byte;
      return 1;
    }
  out[0] = '\\';
  if (shortly != 0)
    {
      out[1] = (guint8) shortly;
      return 2;
    }
  memcpy (out + 1, "u00", 3);
  out[4] = (guint8) digits[byte >> 4];
  out[5] = (guint8) digits[byte & 0xf];
  return ESCAPE_SIZE;
}

/* Well-formed UTF-8. */
static void
add_text (GByteArray *out, const guint8 *text, gsize size)
{
  guint8 buffer[PIECE_SIZE];
  gsize n = 0;

  for (gsize i = 0; i < size; i++)
    {
      if (n > sizeof buffer - ESCAPE_SIZE)
        {
          g_byte_array_append (out, buffer, (guint) n);
          n = 0;
        }
      n += escape (text[i], buffer + n);
    }
  g_byte_array_append (out, buffer, (guint) n);
}

/* How much of it is UTF-8 without U+0000, from a place on. */
static gsize
valid_size (HubSpan bytes, gsize from)
{
  const char *begin = (const char *) bytes.data + from;
  const char *end;

  g_utf8_validate_len (begin, bytes.size - from, &end);
  return (gsize) (end - begin);
}

/* Something that people write, which does not get much longer as a string. */
static gboolean
is_text (HubSpan bytes)
{
  for (gsize i = 0; i < bytes.size; i++)
    if (bytes.data[i] < ' ' && short_escape (bytes.data[i]) == 0)
      return FALSE;
  return bytes.size == 0 || valid_size (bytes, 0) == bytes.size;
}

static void
add_base64 (GByteArray *out, HubSpan bytes)
{
  guint length = out->len;
  int state = 0;
  int save = 0;
  gsize written;

  g_byte_array_set_size (out, length + (guint) ((bytes.size / 3 + 2) * 4));
  written = g_base64_encode_step (bytes.data, bytes.size, FALSE, (char *) out->data + length, &state, &save);
  written += g_base64_encode_close (FALSE, (char *) out->data + length + written, &state, &save);
  g_byte_array_set_size (out, length + (guint) written);
}

/* The names are ours: nothing in them has to be escaped. */
static void
add_member (GByteArray *out, const char *name, HubSpan text)
{
  add_format (out, "\"%s\":", name);
  hub_api_json_add_string (out, text);
}

static void
add_nullable (GByteArray *out, const char *name, const char *text)
{
  if (text != NULL)
    add_member (out, name, hub_span_from_string (text));
  else
    add_format (out, "\"%s\":null", name);
}

static void
add_port (GByteArray *out, const char *name, guint16 port)
{
  if (port != 0)
    add_format (out, "\"%s\":%u", name, port);
  else
    add_format (out, "\"%s\":null", name);
}

static const char *
boolean (gboolean value)
{
  return value ? "true" : "false";
}

/**
 * hub_api_json_add_string:
 * @out: gets a JSON string
 * @text: any bytes; what is no UTF-8 in them becomes U+FFFD
 */
void
hub_api_json_add_string (GByteArray *out, HubSpan text)
{
  gsize at = 0;

  add (out, "\"");
  while (at < text.size)
    {
      gsize size = valid_size (text, at);

      add_text (out, text.data + at, size);
      at += size;
      if (at < text.size)
        add (out, text.data[at++] == '\0' ? "\\u0000" : "\xef\xbf\xbd");
    }
  add (out, "\"");
}

/**
 * hub_api_json_add_entry:
 * @out: gets an object
 * @entry: a message of the log
 *
 * What the API says of a message. A payload is a string when it is UTF-8 without control characters but tabs and the ends
 * of lines, and else in base64: so an answer is at most twice as long as what it tells of.
 *
 * Thread: any; the store's reader, as a #HubStoreShapeFunc.
 */
void
hub_api_json_add_entry (GByteArray *out, const HubStoreEntry *entry)
{
  add_format (out, "{\"seq\":%" G_GUINT64_FORMAT ",\"time\":%" G_GINT64_FORMAT ",", entry->seq, entry->time_ms);
  add_member (out, "topic", entry->topic);
  if (is_text (entry->payload))
    {
      add (out, ",");
      add_member (out, "payload", entry->payload);
    }
  else
    {
      add (out, ",\"payload_base64\":\"");
      add_base64 (out, entry->payload);
      add (out, "\"");
    }
  add (out, ",");
  add_member (out, "client", entry->client_id);
  add (out, "}");
}

/**
 * hub_api_json_info:
 * @info: what a broker says of itself
 *
 * Returns: (transfer full): an object
 */
GBytes *
hub_api_json_info (const HubApiInfo *info)
{
  GByteArray *out = g_byte_array_new ();

  add (out, "{\"app\":\"hubbub\",");
  add_member (out, "name", hub_span_from_string (info->name));
  add (out, ",\"version\":\"" HUB_VERSION "\",");
  add_nullable (out, "log", info->log);
  add (out, ",\"ports\":{");
  add_port (out, "mqtt", info->mqtt_port);
  add (out, ",");
  add_port (out, "http", info->http_port);
  add (out, "},\"addresses\":[");
  for (const char *const *address = info->addresses; *address != NULL; address++)
    {
      if (address != info->addresses)
        add (out, ",");
      hub_api_json_add_string (out, hub_span_from_string (*address));
    }
  add_format (out, "],\"auth\":%s,", boolean (info->needs_password));
  add_format (out, "\"limits\":{\"packet\":%" G_GSIZE_FORMAT "},", info->max_packet_bytes);
  add_format (out, "\"recording\":%s}", boolean (info->is_recording));
  return g_byte_array_free_to_bytes (out);
}

/**
 * hub_api_json_messages:
 * @log: the UUID of the log
 * @page: messages, each of whose payloads is what hub_api_json_add_entry() says of it
 *
 * Returns: (transfer full): an object
 */
GBytes *
hub_api_json_messages (const char *log, const HubStorePage *page)
{
  GByteArray *out = g_byte_array_new ();

  add (out, "{");
  add_member (out, "log", hub_span_from_string (log));
  add (out, ",\"messages\":[");
  for (guint i = 0; i < page->n_entries; i++)
    {
      const HubSpan *shape = &page->entries[i].payload;

      if (i > 0)
        add (out, ",");
      g_byte_array_append (out, shape->data, (guint) shape->size);
    }
  add_format (out, "],\"more\":%s}", boolean (page->has_more));
  return g_byte_array_free_to_bytes (out);
}

/**
 * hub_api_json_topics:
 * @page: topics
 *
 * Returns: (transfer full): an array
 */
GBytes *
hub_api_json_topics (const HubStorePage *page)
{
  GByteArray *out = g_byte_array_new ();

  add (out, "[");
  for (guint i = 0; i < page->n_topics; i++)
    {
      const HubStoreTopic *topic = &page->topics[i];

      add (out, i > 0 ? ",{" : "{");
      add_member (out, "topic", topic->topic);
      add_format (out, ",\"last_seq\":%" G_GUINT64_FORMAT, topic->last_seq);
      add_format (out, ",\"count\":%" G_GUINT64_FORMAT "}", topic->count);
    }
  add (out, "]");
  return g_byte_array_free_to_bytes (out);
}

/**
 * hub_api_json_error:
 * @sentence: what is wrong, for people
 *
 * Returns: (transfer full): an object
 */
GBytes *
hub_api_json_error (const char *sentence)
{
  GByteArray *out = g_byte_array_new ();

  add (out, "{");
  add_member (out, "error", hub_span_from_string (sentence));
  add (out, "}");
  return g_byte_array_free_to_bytes (out);
}

static void
update_number (GChecksum *checksum, guint64 number)
{
  number = GUINT64_TO_LE (number);
  g_checksum_update (checksum, (const guint8 *) &number, sizeof number);
}

/**
 * hub_api_etag:
 * @log: the UUID of the log
 * @page: messages or topics
 *
 * A message never changes, and its number belongs to no other one of the same log: the numbers tell everything.
 *
 * Returns: (transfer full): an entity tag, in quotation marks
 */
char *
hub_api_etag (const char *log, const HubStorePage *page)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);

  g_checksum_update (checksum, (const guint8 *) log, (gssize) strlen (log));
  update_number (checksum, page->has_more);
  update_number (checksum, page->n_entries);
  for (guint i = 0; i < page->n_entries; i++)
    update_number (checksum, page->entries[i].seq);
  for (guint i = 0; i < page->n_topics; i++)
    {
      update_number (checksum, page->topics[i].last_seq);
      update_number (checksum, page->topics[i].count);
    }
  return g_strdup_printf ("\"%.32s\"", g_checksum_get_string (checksum));
}
