/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "app/cli/hub-cli-format.h"
#include "app/cli/hub-cli-line.h"
#include "app/cli/hub-cli-words.h"
#include "broker/client/hub-client.h"

#include <gio/gio.h>

#include <string.h>

/* What the commands print. */

/* 2026-03-01 12:30:45.5 UTC. */
#define TIME_US G_GINT64_CONSTANT (1772368245500000)

typedef struct
{
  const char *format;
  const char *expected; /* NULL: it is not known */
} Row;

static const Row rows[] = {
  { "", "" },
  { "text", "text" },
  { "%t %p", "a/b h\303\251" },
  { "%q%r%l", "103" },
  { "%x %X", "68c3a9 68C3A9" },
  { "%I", "2026-03-01T12:30:45+0000" },
  { "%U", "1772368245.500000000" },
  { "%%@@", "%@" },
  { "@Y-@m-@d @H:@M:@S.@N", "2026-03-01 12:30:45.500000000" },
  { "\\a\\e\\n\\r\\t\\v\\\\", "\a\033\n\r\t\v\\" },
  { "%j",
    "{\"tst\":\"2026-03-01T12:30:45.500000Z+0000\",\"topic\":\"a/b\",\"qos\":1,\"retain\":0,\"payloadlen\":3,"
    "\"payload\":\"h\303\251\"}" },
  { "%z", NULL },
  { "%J", NULL },
  { "\\q", NULL },
  { "@1", NULL },
  { "x%", NULL },
  { "x\\", NULL },
  { "x@", NULL },
};

static void
test_formats (void)
{
  g_autoptr (GBytes) payload = g_bytes_new_static ("h\303\251", 3);
  const HubCliMessage message = { "a/b", payload, 1, FALSE, TIME_US };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GError) error = NULL;
      gboolean is_known = hub_cli_format_check (rows[i].format, &error);

      g_test_message ("%s", rows[i].format);
      g_assert_cmpint (is_known, ==, rows[i].expected != NULL);
      g_assert_cmpint (error == NULL, ==, is_known);
      if (is_known)
        {
          g_autoptr (GString) text = hub_cli_format (rows[i].format, &message);

          g_assert_cmpstr (text->str, ==, rows[i].expected);
        }
    }
}

static void
test_bytes (void)
{
  g_autoptr (GBytes) payload = g_bytes_new_static ("\0\377", 2);
  const HubCliMessage message = { "t", payload, 0, TRUE, TIME_US };
  g_autoptr (GString) text = hub_cli_format ("%p\\0%x%r", &message);

  g_assert_cmpmem (text->str, text->len, "\0\377\0"
                                         "00ff1",
                   8);
}

static HubMessageItem *
make_item (const char *name, const char *text, const char *topic)
{
  const HubMessageParams params = {
    .name = name,
    .text = text,
    .time_us = TIME_US,
    .id = "8c0f8a8e-8a0b-4b5f-9d6e-2f8f6c1d2e3f",
    .from = "0123456789abcdef",
    .topic = topic,
    .seq = 7,
  };

  return hub_message_item_new (&params);
}

static void
assert_line (const char *name, const char *text, gboolean has_time, gboolean has_room, const char *expected)
{
  g_autoptr (HubMessageItem) item = make_item (name, text, "messages/garden");
  g_autoptr (GString) line = hub_cli_line_for_people (item, has_time, has_room);

  g_assert_cmpstr (line->str, ==, expected);
}

static void
test_lines (void)
{
  assert_line ("Ada", "Hello", FALSE, FALSE, "Ada: Hello\n");
  assert_line ("", "Hello", FALSE, FALSE, "Hello\n");
  assert_line (NULL, "plain", FALSE, FALSE, "plain\n");
  assert_line ("Ada", "Hello", TRUE, TRUE, "2026-03-01 12:30:45 [garden] Ada: Hello\n");
  assert_line ("Ada", "one\nBo: two", FALSE, FALSE, "Ada: one\n  Bo: two\n");
  assert_line ("A\nB", "x\ty", FALSE, FALSE, "A B: x\ty\n");
  /* Escape, delete, and the C1 form of an escape sequence. */
  assert_line ("A\033[31m", "\177\302\233\r", FALSE, FALSE, "A\357\277\275[31m: \357\277\275\357\277\275\357\277\275\n");
}

static void
test_json (void)
{
  g_autoptr (HubMessageItem) item = make_item ("Ada", "one\ntwo", "messages/garden");
  g_autoptr (HubMessageItem) plain = hub_message_item_new (&(const HubMessageParams){ .text = "x", .topic = "messages", .time_us = TIME_US });
  g_autoptr (GString) line = hub_cli_line_for_programs (item);
  g_autoptr (GString) plain_line = hub_cli_line_for_programs (plain);

  g_assert_cmpstr (line->str,
                   ==,
                   "{\"topic\":\"messages/garden\",\"name\":\"Ada\",\"message\":\"one\\ntwo\","
                   "\"time\":\"2026-03-01T12:30:45.500Z\",\"from\":\"0123456789abcdef\","
                   "\"id\":\"8c0f8a8e-8a0b-4b5f-9d6e-2f8f6c1d2e3f\",\"seq\":7}\n");
  g_assert_cmpstr (plain_line->str, ==, "{\"topic\":\"messages\",\"message\":\"x\",\"time\":\"2026-03-01T12:30:45.500Z\"}\n");
}

static void
test_words (void)
{
  g_autoptr (GError) refused = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED, "technical");
  g_autoptr (GError) password = g_error_new_literal (HUB_CLIENT_ERROR, HUB_CLIENT_ERROR_CREDENTIALS, "technical");
  g_autoptr (GError) other = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_FAILED, "of the system");
  g_autofree char *refused_text = hub_cli_explain (refused, "hall:1883");
  g_autofree char *password_text = hub_cli_explain (password, "hall:1883");
  g_autofree char *other_text = hub_cli_explain (other, "hall:1883");
  g_autofree char *nowhere_text = hub_cli_explain (other, NULL);
  g_autofree char *denied_text = hub_cli_explain_reason (HUB_REASON_NOT_AUTHORIZED);
  g_autofree char *odd_text = hub_cli_explain_reason (0x83);

  g_assert_cmpstr (refused_text, ==, "there is no broker at hall:1883: connection refused");
  g_assert_cmpstr (password_text, ==, "the broker at hall:1883 wants another user name or password");
  g_assert_cmpstr (other_text, ==, "no connection to hall:1883: of the system");
  g_assert_cmpstr (nowhere_text, ==, "of the system");
  g_assert_cmpstr (denied_text, ==, "the broker does not allow this topic");
  g_assert_cmpstr (odd_text, ==, "the broker does not take it (reason 83)");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  g_test_add_func ("/app/cli-output/formats", test_formats);
  g_test_add_func ("/app/cli-output/bytes", test_bytes);
  g_test_add_func ("/app/cli-output/lines", test_lines);
  g_test_add_func ("/app/cli-output/json", test_json);
  g_test_add_func ("/app/cli-output/words", test_words);
  return g_test_run ();
}
