/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/fuzz/fuzz.h"

#include "broker/hub-json-scan.h"
#include "broker/hub-message-text.h"
#include "broker/net/hub-api-json.h"
#include "broker/net/hub-api-request.h"
#include "broker/wire/hub-topic.h"

#include <json-glib/json-glib.h>

/* The target of a request to the API, and behind the end of its line what somebody has published. */

static const char *
string_of (JsonObject *object, const char *member)
{
  JsonNode *node = json_object_get_member (object, member);

  return node != NULL && json_node_get_value_type (node) == G_TYPE_STRING ? json_node_get_string (node) : NULL;
}

/* A parser of somebody else finds the same in a message of the chat. */
static void
check_text (HubSpan payload)
{
  g_autofree char *text = hub_message_text (HUB_SPAN_LITERAL ("messages"), payload, NULL);
  g_autofree char *json = NULL;
  g_autofree char *expected = NULL;
  g_autoptr (JsonNode) node = NULL;
  const char *message;
  const char *name;

  if (payload.size == 0 || payload.size > HUB_MESSAGE_TEXT_JSON_BYTES ||
      !g_utf8_validate_len ((const char *) payload.data, payload.size, NULL))
    return;
  json = hub_json_scan ((const char *) payload.data, payload.size, 16);
  node = json != NULL ? json_from_string (json, NULL) : NULL;
  if (node == NULL || !JSON_NODE_HOLDS_OBJECT (node))
    return;
  message = string_of (json_node_get_object (node), "message");
  name = string_of (json_node_get_object (node), "name");
  if (message == NULL)
    return;
  expected = name != NULL ? g_strconcat (name, "\n", message, NULL) : g_strdup (message);
  g_assert_cmpstr (text, ==, expected);
}

/* What is searched for has words, whatever it is; and what has been published has a text, or none. */
static void
check_search (const char *question, HubSpan payload)
{
  const HubStoreText how = { .func = hub_message_text };
  g_autoptr (HubStoreWords) words = hub_store_words_new (question);
  g_autofree char *text = hub_store_text_get (&how, HUB_SPAN_LITERAL ("messages"), payload);
  g_autofree char *folded = hub_store_fold (question);

  g_assert_true (strlen (question) <= HUB_STORE_WORDS_BYTES);
  g_assert_nonnull (words);
  g_assert_true (hub_store_words_match (words, folded));
  if (text == NULL)
    return;
  g_assert_true (g_utf8_validate (text, -1, NULL) && strlen (text) <= HUB_STORE_TEXT_BYTES);
  hub_store_words_match (words, text);
}

static void
check_request (const char *target, HubSpan payload)
{
  gsize path_size = strcspn (target, "?");
  g_autofree char *path = g_strndup (target, path_size);
  const char *query = target[path_size] == '?' ? target + path_size + 1 : NULL;
  g_auto (HubApiRequest) request = { 0 };
  g_autoptr (GError) error = NULL;

  if (!hub_api_request_parse (&request, path, query, &error))
    {
      g_assert_true (error != NULL && error->domain == HUB_API_ERROR);
      g_assert_true (g_str_is_ascii (error->message) && strlen (error->message) < 200);
      g_assert_null (request.filter);
      return;
    }
  g_assert_no_error (error);
  g_assert_true (hub_api_request_is_for (path));
  if (request.resource == HUB_API_INFO)
    return;
  g_assert_true (g_utf8_validate (request.filter, -1, NULL));
  g_assert_true (hub_topic_filter_is_valid (hub_span_from_string (request.filter)));
  g_assert_true (request.range.limit >= 1 && request.range.limit <= HUB_STORE_LIMIT_MAX);
  g_assert_true (request.range.after <= G_MAXINT64 && request.range.before <= G_MAXINT64);
  g_assert_true (request.range.since_ms == 0 || (request.range.after == 0 && request.range.is_oldest_first));
  g_assert_true (request.range.before == 0 || (request.range.after == 0 && !request.range.is_oldest_first));
  g_assert_cmpint (request.text != NULL, ==, request.resource == HUB_API_SEARCH);
  if (request.text != NULL)
    check_search (request.text, payload);
}

/* A parser of somebody else gets out what was put in. */
static void
check_entry (HubSpan payload)
{
  const HubStoreEntry entry = { G_MAXINT64, 0, HUB_SPAN_LITERAL ("messages"), payload, payload };
  g_autoptr (GByteArray) out = g_byte_array_new ();
  g_autofree char *text = NULL;
  g_autofree guint8 *decoded = NULL;
  g_autoptr (JsonNode) node = NULL;
  JsonObject *object;
  gsize size;

  hub_api_json_add_entry (out, &entry);
  text = g_strndup ((const char *) out->data, out->len);
  g_assert_cmpuint (strlen (text), ==, out->len);
  g_assert_true (g_utf8_validate (text, -1, NULL));
  node = json_from_string (text, NULL);
  g_assert_nonnull (node);
  object = json_node_get_object (node);
  g_assert_cmpint (json_object_get_int_member (object, "seq"), ==, G_MAXINT64);
  g_assert_true (json_object_has_member (object, "client"));
  g_assert_true (json_object_has_member (object, "payload") != json_object_has_member (object, "payload_base64"));
  if (json_object_has_member (object, "payload"))
    {
      const char *string = json_object_get_string_member (object, "payload");

      g_assert_cmpmem (string, strlen (string), payload.data, payload.size);
      return;
    }
  decoded = g_base64_decode (json_object_get_string_member (object, "payload_base64"), &size);
  g_assert_cmpmem (decoded, size, payload.data, payload.size);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  const guint8 *end = size > 0 ? memchr (data, '\n', size) : NULL;
  gsize target_size = end != NULL ? (gsize) (end - data) : size;
  gsize payload_size = end != NULL ? size - target_size - 1 : 0;
  g_autofree char *target = size > 0 ? g_strndup ((const char *) data, target_size) : g_strdup ("");
  /* A copy of its own, so that a byte too many is noticed. */
  g_autofree guint8 *payload = g_memdup2 (end != NULL ? end + 1 : NULL, payload_size);

  check_request (target, (HubSpan){ payload, payload_size });
  check_entry ((HubSpan){ payload, payload_size });
  check_text ((HubSpan){ payload, payload_size });
  return 0;
}
