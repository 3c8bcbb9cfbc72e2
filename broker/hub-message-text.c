/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/hub-message-text.h"

#include "broker/hub-json-scan.h"

#include <json-glib/json-glib.h>
#include <string.h>

/* What a message of the chat looks like. Nothing else in the broker knows that. */

#define DEPTH_LEVELS_MAX 16

/* More than a search looks at. */
#define TEXT_BYTES_MAX (20 * 1024)

/* A string in JSON, without its quotation marks; the data is %NULL when there is none. */
typedef struct
{
  HubSpan name;
  HubSpan message;
} Chat;

static const char *
get_string (JsonObject *object, const char *member)
{
  JsonNode *node = json_object_get_member (object, member);

  return node != NULL && json_node_get_value_type (node) == G_TYPE_STRING ? json_node_get_string (node) : NULL;
}

static const char *
skip_string (const char *json)
{
  return strchr (json + 1, '"') + 1;
}

/* To what follows the value. */
static const char *
skip_value (const char *json)
{
  guint depth = 0;

  while (depth > 0 || (*json != ',' && *json != '}'))
    {
      if (*json == '"')
        {
          json = skip_string (json);
          continue;
        }
      if (*json == '{' || *json == '[')
        depth++;
      else if (*json == '}' || *json == ']')
        depth--;
      json++;
    }
  return json;
}

static gboolean
is_named (HubSpan name, const char *what)
{
  return hub_span_equal (name, hub_span_from_string (what));
}

/* An object as hub_json_scan() writes it, without a backslash: so its strings are what they say. */
static void
read_plain (Chat *chat, const char *json)
{
  for (const char *at = json + 1; *at == '"';)
    {
      const char *name_end = skip_string (at);
      HubSpan name = { (const guint8 *) at + 1, (gsize) (name_end - at) - 2 };
      const char *value = name_end + 1;
      const char *end = skip_value (value);
      HubSpan text = { NULL, 0 };

      if (*value == '"')
        text = (HubSpan){ (const guint8 *) value + 1, (gsize) (end - value) - 2 };
      if (is_named (name, "message"))
        chat->message = text;
      else if (is_named (name, "name"))
        chat->name = text;
      at = *end == ',' ? end + 1 : end;
    }
}

static char *
put_together (const Chat *chat)
{
  GString *text = g_string_new (NULL);

  if (chat->name.data != NULL)
    {
      g_string_append_len (text, (const char *) chat->name.data, (gssize) chat->name.size);
      g_string_append_c (text, '\n');
    }
  g_string_append_len (text, (const char *) chat->message.data, (gssize) chat->message.size);
  return g_string_free (text, FALSE);
}

/* The name and the text of a message of the chat; %NULL of anything else. Most messages need no parser, which takes long. */
static char *
text_of_chat (const char *text, gsize size)
{
  g_autofree char *json = NULL;
  g_autoptr (JsonNode) root = NULL;
  JsonObject *object;
  Chat chat = { 0 };

  if (size > HUB_MESSAGE_TEXT_JSON_BYTES || memchr (text, '{', size) == NULL)
    return NULL;
  json = hub_json_scan (text, size, DEPTH_LEVELS_MAX);
  if (json == NULL || json[0] != '{')
    return NULL;
  if (strchr (json, '\\') == NULL)
    {
      read_plain (&chat, json);
    }
  else
    {
      root = json_from_string (json, NULL);
      object = root != NULL ? json_node_get_object (root) : NULL;
      if (object == NULL)
        return NULL;
      chat.name = hub_span_from_string (get_string (object, "name"));
      chat.message = hub_span_from_string (get_string (object, "message"));
    }
  return chat.message.data != NULL ? put_together (&chat) : NULL;
}

/* Its beginning. U+0000 would end a string. */
static char *
plain_text (const char *text, gsize size)
{
  gsize length = MIN (size, TEXT_BYTES_MAX);
  char *copy = g_malloc (length + 1);

  memcpy (copy, text, length);
  copy[length] = '\0';
  for (gsize i = 0; i < length; i++)
    if (copy[i] == '\0')
      copy[i] = ' ';
  /* The last character may have been cut in two. */
  if (length < size)
    *g_utf8_find_prev_char (copy, copy + length) = '\0';
  return copy;
}

/* U+0000 is UTF-8, though GLib's check does not take it. */
static gboolean
is_utf8 (const char *text, gsize size)
{
  const char *end = text + size;

  while (!g_utf8_validate_len (text, (gsize) (end - text), &text))
    if (text == end || *text++ != '\0')
      return FALSE;
  return TRUE;
}

/*
 * hub_message_text:
 * @topic: its Topic Name
 * @payload: a message
 * @user_data: not used
 *
 * What people see of a message: of one of the chat the name and the text, else the payload, if that is UTF-8. A
 * #HubStoreTextFunc.
 *
 * Thread: any.
 *
 * Returns: (transfer full) (nullable): that, UTF-8, its beginning at least; %NULL when it is no text
 */
char *
hub_message_text (HubSpan topic, HubSpan payload, gpointer user_data)
{
  const char *text = (const char *) payload.data;
  char *result;

  if (payload.size == 0 || !is_utf8 (text, payload.size))
    return NULL;
  result = text_of_chat (text, payload.size);
  return result != NULL ? result : plain_text (text, payload.size);
}
