/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/support/hub-test-api.h"

/* What the target of a request to the API says. */

static void
test_row (gconstpointer data)
{
  const HubTestApiRow *row = data;
  g_auto (HubApiRequest) request = { 0 };
  g_autoptr (GError) error = NULL;
  gboolean is_good = hub_api_request_parse (&request, row->path, row->query, &error);

  g_assert_true (hub_api_request_is_for (row->path));
  g_assert_cmpint (is_good, ==, row->code == 0);
  g_assert_cmpstr (request.filter, ==, row->filter);
  if (!is_good)
    {
      g_assert_error (error, HUB_API_ERROR, row->code);
      g_assert_nonnull (strstr (error->message, row->piece));
      return;
    }
  g_assert_no_error (error);
  g_assert_cmpuint (request.range.after, ==, row->range.after);
  g_assert_cmpuint (request.range.before, ==, row->range.before);
  g_assert_cmpint (request.range.since_ms, ==, row->range.since_ms);
  g_assert_cmpuint (request.range.limit, ==, row->range.limit);
  g_assert_cmpint (request.range.is_oldest_first, ==, row->range.is_oldest_first);
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
expect_text (const char *piece, gsize n, gboolean is_good)
{
  g_autoptr (GString) query = g_string_new ("q=");
  g_auto (HubApiRequest) request = { 0 };
  g_autoptr (GError) error = NULL;

  for (gsize i = 0; i < n; i++)
    g_string_append (query, piece);
  g_assert_cmpint (hub_api_request_parse (&request, "/api/search", query->str, &error), ==, is_good);
  g_assert_cmpint (request.text != NULL, ==, is_good);
  if (!is_good)
    g_assert_nonnull (strstr (error->message, "256 bytes"));
}

static void
test_limits_of_text (void)
{
  expect_text ("a", HUB_STORE_WORDS_BYTES, TRUE);
  expect_text ("a", HUB_STORE_WORDS_BYTES + 1, FALSE);
  expect_text ("%C3%A4", HUB_STORE_WORDS_BYTES / 2, TRUE);
  expect_text ("%C3%A4", HUB_STORE_WORDS_BYTES / 2 + 1, FALSE);
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
  for (gsize i = 0; i < hub_test_n_api_rows; i++)
    {
      const HubTestApiRow *row = &hub_test_api_rows[i];
      g_autofree char *query = g_strescape (row->query != NULL ? row->query : "", NULL);
      g_autofree char *path = g_strdup_printf ("/net/api-request/%03" G_GSIZE_FORMAT "%s?%s", i, row->path, query);

      /* A slash would begin a suite of its own. */
      g_strdelimit (path + strlen ("/net/api-request/"), "/", ':');
      g_test_add_data_func (path, row, test_row);
    }
  g_test_add_func ("/net/api-request/limits-of-filters", test_limits_of_filters);
  g_test_add_func ("/net/api-request/limits-of-text", test_limits_of_text);
  g_test_add_func ("/net/api-request/paths", test_paths);
  return g_test_run ();
}
