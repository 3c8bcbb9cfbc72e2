/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/hub-message-text.h"

#include "broker/hub-json-scan.h"

#include <json-glib/json-glib.h>
#include <string.h>

/* What a message of the chat looks like. Nothing else in the broker knows that. */

#define DEPTH_LEVELS_MAX 16

/* More than a search looks at. */
#define TEXT_BYTES_MAX (20 * 1024)

static const char *
get_string (JsonObject *object, const char *member)
{
  JsonNode *node = json_object_get_member (object, member);

  return node != NULL && json_node_get_value_type (node) == G_TYPE_STRING ? json_node_get_string (node) : NULL;
}

/* The name and the text of a message of the chat; %NULL of anything else. */
static char *
text_of_chat (const char *text, gsize size)
{
  g_autofree char *json = NULL;
  g_autoptr (JsonNode) root = NULL;
  const char *message;
  const char *name;

  if (size > HUB_MESSAGE_TEXT_JSON_BYTES || memchr (text, '{', size) == NULL)
    return NULL;
  json = hub_json_scan (text, size, DEPTH_LEVELS_MAX);
  root = json != NULL ? json_from_string (json, NULL) : NULL;
  if (root == NULL || !JSON_NODE_HOLDS_OBJECT (root))
    return NULL;
  message = get_string (json_node_get_object (root), "message");
  name = get_string (json_node_get_object (root), "name");
  if (message == NULL)
    return NULL;
  return name != NULL ? g_strconcat (name, "\n", message, NULL) : g_strdup (message);
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
