/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/hub-message-text.h"

#include "broker/store/hub-store-words.h"

#include <string.h>

/* What a message is found by. */

static char *
text_of (const char *payload, gsize size)
{
  /* A copy of its own, so that a byte too many is noticed. */
  g_autofree char *copy = g_memdup2 (payload, size);

  return hub_message_text (HUB_SPAN_LITERAL ("messages"), (HubSpan){ (const guint8 *) copy, size }, NULL);
}

static void
expect (const char *payload, const char *expected)
{
  g_autofree char *text = text_of (payload, strlen (payload));

  g_assert_cmpstr (text, ==, expected);
}

static void
test_chat (void)
{
  expect ("{\"name\":\"Ada\",\"message\":\"Hello\\nthere\",\"from\":\"0123456789abcdef\",\"id\":\"x\"}", "Ada\nHello\nthere");
  expect ("{\"message\":\"Hello\"}", "Hello");
  expect (" { \"message\" : \"\\u4f1a\\u8bae\" , \"name\" : \"\" } ", "\n会议");
  expect ("{\"message\":\"a\\\"b\\\\c\"}", "a\"b\\c");
  expect ("{\"message\":\"\\ud83c\\udf89\"}", "🎉");
  expect ("{\"message\":\"\\ud83c \\u0000\"}", "\357\277\275 \357\277\275");
  expect ("{\"name\":7,\"message\":\"Hello\"}", "Hello");
  expect ("{\"message\":\"first\",\"message\":\"last\"}", "last");
  expect ("{\"message\":\"\"}", "");
  expect ("{\"a\":[{\"message\":\"in\"},\"]\"],\"message\":\"out\",\"b\":{\"c\":\"}\"},\"d\":-1.5e3}", "out");
  expect ("{\"x\":{\"message\":\"in\"},\"name\":\"Ada\",\"message\":\"out, {too}\",\"y\":[]}", "Ada\nout, {too}");
  expect ("{\"mess\\u0061ge\":\"x\"}", "x");
}

/* What is no message of the chat is shown as it stands, and so it is found. */
static void
test_others (void)
{
  expect ("The door is open", "The door is open");
  expect ("7", "7");
  expect ("[\"message\"]", "[\"message\"]");
  expect ("{\"message\":7}", "{\"message\":7}");
  expect ("{}", "{}");
  expect ("{\"message\":\"x\",\"message\":null}", "{\"message\":\"x\",\"message\":null}");
  expect ("{\"x\":{\"message\":\"in\"}}", "{\"x\":{\"message\":\"in\"}}");
  expect ("{\"name\":\"Ada\"}", "{\"name\":\"Ada\"}");
  expect ("{\"message\":\"cut", "{\"message\":\"cut");
  expect ("{'message':'x'}", "{'message':'x'}");
  expect ("\303\244", "\303\244");
  expect ("\377", NULL);
  expect ("", NULL);
}

static void
test_zero (void)
{
  g_autofree char *text = text_of ("a\0b", 3);
  g_autofree char *bad = text_of ("a\0\377", 3);

  g_assert_cmpstr (text, ==, "a b");
  g_assert_null (bad);
}

static void
expect_depth (guint depth_levels, gboolean is_chat)
{
  g_autofree char *open = g_strnfill (depth_levels - 1, '[');
  g_autofree char *close = g_strnfill (depth_levels - 1, ']');
  g_autofree char *payload = g_strconcat ("{\"message\":\"m\",\"x\":", open, close, "}", NULL);

  expect (payload, is_chat ? "m" : payload);
}

static void
test_depth (void)
{
  g_autofree char *deep = g_strnfill (1000000, '[');
  g_autofree char *text = text_of (deep, strlen (deep));

  expect_depth (16, TRUE);
  expect_depth (17, FALSE);
  g_assert_cmpuint (strlen (text), >=, HUB_STORE_TEXT_BYTES);
}

static void
expect_size (gsize size, gboolean is_chat)
{
  static const char head[] = "{\"message\":\"";
  g_autofree char *fill = g_strnfill (size - strlen (head) - 2, 'x');
  g_autofree char *payload = g_strconcat (head, fill, "\"}", NULL);
  g_autofree char *text = text_of (payload, strlen (payload));

  g_assert_cmpuint (strlen (payload), ==, size);
  g_assert_cmpint (text[0], ==, is_chat ? 'x' : '{');
}

static void
test_size (void)
{
  g_autofree char *wide = g_malloc (90000);
  g_autofree char *text = NULL;

  expect_size (HUB_MESSAGE_TEXT_JSON_BYTES, TRUE);
  expect_size (HUB_MESSAGE_TEXT_JSON_BYTES + 1, FALSE);

  /* A character is never cut in two. */
  for (gsize i = 0; i < 90000; i += 3)
    memcpy (wide + i, "会", 3);
  text = text_of (wide, 90000);
  g_assert_true (g_utf8_validate (text, -1, NULL));
  g_assert_cmpuint (strlen (text), >=, HUB_STORE_TEXT_BYTES);
  g_assert_cmpuint (strlen (text), <, 90000);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/broker/message-text/chat", test_chat);
  g_test_add_func ("/broker/message-text/others", test_others);
  g_test_add_func ("/broker/message-text/zero", test_zero);
  g_test_add_func ("/broker/message-text/depth", test_depth);
  g_test_add_func ("/broker/message-text/size", test_size);
  return g_test_run ();
}
