/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/net/hub-api-json.h"

#include "hub-build-config.h"

#include <json-glib/json-glib.h>

/* What the log holds was checked when it came; what else there is, as the name of this computer, may be anything. */
static void
set_string (JsonObject *object, const char *name, HubSpan text)
{
  g_autofree char *valid = g_utf8_make_valid (text.size > 0 ? (const char *) text.data : "", (gssize) text.size);

  json_object_set_string_member (object, name, valid);
}

static void
set_nullable (JsonObject *object, const char *name, const char *text)
{
  if (text != NULL)
    set_string (object, name, hub_span_from_string (text));
  else
    json_object_set_null_member (object, name);
}

static void
set_port (JsonObject *object, const char *name, guint16 port)
{
  if (port != 0)
    json_object_set_int_member (object, name, port);
  else
    json_object_set_null_member (object, name);
}

/* Takes the node. */
static char *
to_text (JsonNode *node)
{
  char *text = json_to_string (node, FALSE);

  json_node_unref (node);
  return text;
}

static char *
object_to_text (JsonObject *object)
{
  JsonNode *node = json_node_new (JSON_NODE_OBJECT);

  json_node_take_object (node, object);
  return to_text (node);
}

static GBytes *
to_bytes (char *text)
{
  return g_bytes_new_take (text, strlen (text));
}

static void
append (GByteArray *out, const char *text)
{
  g_byte_array_append (out, (const guint8 *) text, (guint) strlen (text));
}

static gboolean
is_usual_control (guint8 byte)
{
  return byte == '\t' || byte == '\n' || byte == '\r';
}

/* Something that people write, which does not get much longer as a string. */
static gboolean
is_text (HubSpan bytes)
{
  for (gsize i = 0; i < bytes.size; i++)
    if ((bytes.data[i] < ' ' && !is_usual_control (bytes.data[i])) || bytes.data[i] == 0x7f)
      return FALSE;
  return bytes.size == 0 || g_utf8_validate_len ((const char *) bytes.data, bytes.size, NULL);
}

static void
set_payload (JsonObject *object, HubSpan payload)
{
  g_autofree char *text = NULL;

  if (is_text (payload))
    {
      text = hub_span_dup_string (payload);
      json_object_set_string_member (object, "payload", text);
    }
  else
    {
      text = g_base64_encode (payload.data, payload.size);
      json_object_set_string_member (object, "payload_base64", text);
    }
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
  JsonObject *object = json_object_new ();
  g_autofree char *text = NULL;

  json_object_set_int_member (object, "seq", (gint64) entry->seq);
  json_object_set_int_member (object, "time", entry->time_ms);
  set_string (object, "topic", entry->topic);
  set_payload (object, entry->payload);
  set_string (object, "client", entry->client_id);
  text = object_to_text (object);
  append (out, text);
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
  JsonObject *object = json_object_new ();
  JsonObject *ports = json_object_new ();
  JsonArray *addresses = json_array_new ();
  JsonObject *limits = json_object_new ();

  set_port (ports, "mqtt", info->mqtt_port);
  set_port (ports, "http", info->http_port);
  for (const char *const *address = info->addresses; *address != NULL; address++)
    json_array_add_string_element (addresses, *address);
  json_object_set_int_member (limits, "packet", (gint64) MIN (info->max_packet_bytes, G_MAXINT64));

  json_object_set_string_member (object, "app", "hubbub");
  set_string (object, "name", hub_span_from_string (info->name));
  set_nullable (object, "hosted_by", info->hosted_by);
  json_object_set_string_member (object, "version", HUB_VERSION);
  set_nullable (object, "log", info->log);
  json_object_set_object_member (object, "ports", ports);
  json_object_set_array_member (object, "addresses", addresses);
  json_object_set_boolean_member (object, "auth", info->needs_password);
  json_object_set_object_member (object, "limits", limits);
  json_object_set_boolean_member (object, "recording", info->is_recording);
  return to_bytes (object_to_text (object));
}

/**
 * hub_api_json_messages:
 * @log: the UUID of the log
 * @page: messages, each of whose payloads is what hub_api_json_add_entry() says of it
 *
 * What was said of each message is put together as it stands: that is most of the work, and was done by the reader.
 *
 * Returns: (transfer full): an object
 */
GBytes *
hub_api_json_messages (const char *log, const HubStorePage *page)
{
  GByteArray *out = g_byte_array_new ();

  append (out, "{\"log\":\"");
  append (out, log);
  append (out, "\",\"messages\":[");
  for (guint i = 0; i < page->n_entries; i++)
    {
      const HubSpan *shape = &page->entries[i].payload;

      if (i > 0)
        append (out, ",");
      g_byte_array_append (out, shape->data, (guint) shape->size);
    }
  append (out, page->has_more ? "],\"more\":true" : "],\"more\":false");
  if (page->before != 0)
    {
      g_autofree char *before = g_strdup_printf (",\"before\":%" G_GUINT64_FORMAT, page->before);

      append (out, before);
    }
  append (out, "}");
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
  JsonArray *array = json_array_new ();
  JsonNode *node = json_node_new (JSON_NODE_ARRAY);

  for (guint i = 0; i < page->n_topics; i++)
    {
      const HubStoreTopic *topic = &page->topics[i];
      JsonObject *object = json_object_new ();

      set_string (object, "topic", topic->topic);
      json_object_set_int_member (object, "last_seq", (gint64) topic->last_seq);
      json_object_set_int_member (object, "count", (gint64) topic->count);
      json_array_add_object_element (array, object);
    }
  json_node_take_array (node, array);
  return to_bytes (to_text (node));
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
  JsonObject *object = json_object_new ();

  set_string (object, "error", hub_span_from_string (sentence));
  return to_bytes (object_to_text (object));
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
  update_number (checksum, page->before);
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
