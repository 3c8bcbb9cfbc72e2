/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/net/hub-api-request.h"

/* What the target of a request to the API says. */

typedef struct
{
  const char *path;
  const char *query; /* (nullable) */
  const char *filter;
  HubStoreRange range;
} GoodRow;

static const GoodRow good_rows[] = {
  { "/api/info", NULL, NULL, { .limit = 1 } },
  { "/api/info", "", NULL, { .limit = 1 } },
  { "/api/messages", NULL, "messages", { .limit = 100 } },
  { "/api/messages", "&&", "messages", { .limit = 100 } },
  { "/api/messages", "limit=1", "messages", { .limit = 1 } },
  { "/api/messages", "limit=1000", "messages", { .limit = 1000 } },
  { "/api/messages", "limit=0100", "messages", { .limit = 100 } },
  { "/api/messages", "l%69mit=7", "messages", { .limit = 7 } },
  { "/api/messages", "before=1", "messages", { .before = 1, .limit = 100 } },
  { "/api/messages", "before=0", "messages", { .before = 1, .limit = 100 } },
  { "/api/messages", "before=9223372036854775807", "messages", { .before = G_MAXINT64, .limit = 100 } },
  { "/api/messages", "after=0", "messages", { .limit = 100, .is_oldest_first = TRUE } },
  { "/api/messages", "after=5&limit=3", "messages", { .after = 5, .limit = 3, .is_oldest_first = TRUE } },
  { "/api/messages", "after=9223372036854775807", "messages", { .after = G_MAXINT64, .limit = 100, .is_oldest_first = TRUE } },
  { "/api/messages", "topic=messages/%23", "messages/#", { .limit = 100 } },
  { "/api/messages", "topic=messages/%2B", "messages/+", { .limit = 100 } },
  { "/api/messages", "topic=messages/a+b", "messages/a b", { .limit = 100 } },
  { "/api/messages", "topic=messages/%C3%A4", "messages/\xc3\xa4", { .limit = 100 } },
  { "/api/messages", "topic=a=b", "a=b", { .limit = 100 } },
  { "/api/messages", "topic=a%26b", "a&b", { .limit = 100 } },
  { "/api/messages", "topic=/", "/", { .limit = 100 } },
  { "/api/topics", NULL, "#", { .limit = 1000 } },
  { "/api/topics", "filter=%2B/x", "+/x", { .limit = 1000 } },
};

typedef struct
{
  const char *path;
  const char *query;
  HubApiError code;
  const char *piece; /* what the error says */
} BadRow;

static const BadRow bad_rows[] = {
  { "/api/", NULL, HUB_API_ERROR_NOT_FOUND, "nothing of that name" },
  { "/api/infos", NULL, HUB_API_ERROR_NOT_FOUND, "nothing of that name" },
  { "/api/info/", NULL, HUB_API_ERROR_NOT_FOUND, "nothing of that name" },
  { "/api/Messages", NULL, HUB_API_ERROR_NOT_FOUND, "nothing of that name" },
  { "/api/messages%00", NULL, HUB_API_ERROR_NOT_FOUND, "nothing of that name" },
  { "/api/info", "limit=1", HUB_API_ERROR_BAD_REQUEST, "there are none" },
  { "/api/topics", "topic=a", HUB_API_ERROR_BAD_REQUEST, "there is filter" },
  { "/api/topics", "limit=1", HUB_API_ERROR_BAD_REQUEST, "there is filter" },
  { "/api/messages", "filter=a", HUB_API_ERROR_BAD_REQUEST, "there are topic, limit, before and after" },
  { "/api/messages", "=a", HUB_API_ERROR_BAD_REQUEST, "no such parameter" },
  { "/api/messages", "Limit=1", HUB_API_ERROR_BAD_REQUEST, "no such parameter" },
  { "/api/messages", "%=1", HUB_API_ERROR_BAD_REQUEST, "no such parameter" },
  { "/api/messages", "limit", HUB_API_ERROR_BAD_REQUEST, "limit must have a value" },
  { "/api/messages", "limit=", HUB_API_ERROR_BAD_REQUEST, "from 1 to 1000" },
  { "/api/messages", "limit=0", HUB_API_ERROR_BAD_REQUEST, "from 1 to 1000" },
  { "/api/messages", "limit=1001", HUB_API_ERROR_BAD_REQUEST, "from 1 to 1000" },
  { "/api/messages", "limit=-1", HUB_API_ERROR_BAD_REQUEST, "from 1 to 1000" },
  { "/api/messages", "limit=%2B1", HUB_API_ERROR_BAD_REQUEST, "from 1 to 1000" },
  { "/api/messages", "limit=+1", HUB_API_ERROR_BAD_REQUEST, "from 1 to 1000" },
  { "/api/messages", "limit=1.0", HUB_API_ERROR_BAD_REQUEST, "from 1 to 1000" },
  { "/api/messages", "limit=0x10", HUB_API_ERROR_BAD_REQUEST, "from 1 to 1000" },
  { "/api/messages", "limit=18446744073709551617", HUB_API_ERROR_BAD_REQUEST, "from 1 to 1000" },
  { "/api/messages", "limit=1&limit=1", HUB_API_ERROR_BAD_REQUEST, "limit is given twice" },
  { "/api/messages", "before=9223372036854775808", HUB_API_ERROR_BAD_REQUEST, "from 0 to 9223372036854775807" },
  { "/api/messages", "before=x", HUB_API_ERROR_BAD_REQUEST, "from 0 to 9223372036854775807" },
  { "/api/messages", "after=9223372036854775808", HUB_API_ERROR_BAD_REQUEST, "from 0 to 9223372036854775807" },
  { "/api/messages", "after=-1", HUB_API_ERROR_BAD_REQUEST, "from 0 to 9223372036854775807" },
  { "/api/messages", "after=1&before=2", HUB_API_ERROR_BAD_REQUEST, "not both" },
  { "/api/messages", "before=0&after=0", HUB_API_ERROR_BAD_REQUEST, "not both" },
  { "/api/messages", "topic=", HUB_API_ERROR_BAD_REQUEST, "1 to 65535 bytes" },
  { "/api/messages", "topic=%23/a", HUB_API_ERROR_BAD_REQUEST, "topic must be a topic filter" },
  { "/api/messages", "topic=a%23", HUB_API_ERROR_BAD_REQUEST, "topic must be a topic filter" },
  { "/api/messages", "topic=a%2B", HUB_API_ERROR_BAD_REQUEST, "topic must be a topic filter" },
  { "/api/messages", "topic=%00", HUB_API_ERROR_BAD_REQUEST, "topic must have a value" },
  { "/api/messages", "topic=a%00b", HUB_API_ERROR_BAD_REQUEST, "topic must have a value" },
  { "/api/messages", "topic=%ff", HUB_API_ERROR_BAD_REQUEST, "topic must have a value" },
  { "/api/messages", "topic=\xff", HUB_API_ERROR_BAD_REQUEST, "topic must have a value" },
  { "/api/messages", "topic=%ed%a0%80", HUB_API_ERROR_BAD_REQUEST, "topic must have a value" },
  { "/api/messages", "topic=%2", HUB_API_ERROR_BAD_REQUEST, "topic must have a value" },
  { "/api/messages", "topic=%zz", HUB_API_ERROR_BAD_REQUEST, "topic must have a value" },
  { "/api/messages", "topic=a&topic=a", HUB_API_ERROR_BAD_REQUEST, "topic is given twice" },
};

static void
test_good (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (good_rows); i++)
    {
      const GoodRow *row = &good_rows[i];
      g_auto (HubApiRequest) request = { 0 };
      g_autoptr (GError) error = NULL;

      g_test_message ("%s?%s", row->path, row->query);
      g_assert_true (hub_api_request_is_for (row->path));
      hub_api_request_parse (&request, row->path, row->query, &error);
      g_assert_no_error (error);
      g_assert_cmpstr (request.filter, ==, row->filter);
      g_assert_cmpuint (request.range.after, ==, row->range.after);
      g_assert_cmpuint (request.range.before, ==, row->range.before);
      g_assert_cmpuint (request.range.limit, ==, row->range.limit);
      g_assert_cmpint (request.range.is_oldest_first, ==, row->range.is_oldest_first);
    }
}

static void
test_bad (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (bad_rows); i++)
    {
      const BadRow *row = &bad_rows[i];
      g_autofree char *text = g_strescape (row->query != NULL ? row->query : "", NULL);
      HubApiRequest request;
      g_autoptr (GError) error = NULL;

      g_test_message ("%s?%s", row->path, text);
      g_assert_false (hub_api_request_parse (&request, row->path, row->query, &error));
      g_assert_error (error, HUB_API_ERROR, (int) row->code);
      g_assert_nonnull (strstr (error->message, row->piece));
      g_assert_null (request.filter);
    }
}

/* A filter of so many bytes, and of so many levels. */
static void
expect_filter (gsize size, guint levels, gboolean is_good)
{
  g_autofree char *filter = g_strnfill (size, 'a');
  g_autofree char *query = NULL;
  g_auto (HubApiRequest) request = { 0 };

  for (guint i = 1; i < levels; i++)
    filter[2 * i - 1] = '/';
  query = g_strconcat ("topic=", filter, NULL);
  g_assert_cmpint (hub_api_request_parse (&request, "/api/messages", query, NULL), ==, is_good);
}

static void
test_limits_of_filters (void)
{
  expect_filter (G_MAXUINT16, 1, TRUE);
  expect_filter (G_MAXUINT16 + 1, 1, FALSE);
  expect_filter (1000, 200, TRUE);
  expect_filter (1000, 201, FALSE);
}

static void
test_paths (void)
{
  g_assert_true (hub_api_request_is_for ("/api/anything"));
  g_assert_false (hub_api_request_is_for ("/api"));
  g_assert_false (hub_api_request_is_for ("/"));
  g_assert_false (hub_api_request_is_for ("//api/info"));
  g_assert_false (hub_api_request_is_for ("/API/info"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/net/api-request/good", test_good);
  g_test_add_func ("/net/api-request/bad", test_bad);
  g_test_add_func ("/net/api-request/limits-of-filters", test_limits_of_filters);
  g_test_add_func ("/net/api-request/paths", test_paths);
  return g_test_run ();
}
