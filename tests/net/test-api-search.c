/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/net/api-fixture.h"
#include "tests/support/hub-test-wait.h"

/* What a search finds, and that nobody learns by it what they may not read. */

static void
expect_search (ApiFixture *fixture, const char *query, const char *expected, const char *end)
{
  g_autofree char *target = g_strconcat ("/api/search?", query, NULL);
  g_auto (ApiAnswer) answer = { 0 };

  api_fixture_expect_numbers (fixture, &answer, target, expected);
  g_assert_true (g_str_has_prefix (answer.body, "{\"log\":\""));
  g_assert_true (g_str_has_suffix (answer.body, end));
}

static void
test_search (ApiFixture *fixture, gconstpointer data)
{
  api_fixture_record (fixture, "messages", "Hello Ada");
  api_fixture_record (fixture, "messages/den", "hello there");
  api_fixture_record (fixture, "messages", "\345\233\233\345\217\267\344\274\232\350\256\256\345\256\244");
  api_fixture_record (fixture, "messages", "HELLO again, 100 % \"sure\"");
  expect_search (fixture, "q=hello", "1 4", "],\"more\":false}");
  expect_search (fixture, "q=hello&topic=%23", "1 2 4", "],\"more\":false}");
  expect_search (fixture, "q=ada+hello&topic=%23", "1", "],\"more\":false}");
  expect_search (fixture, "q=%E4%BC%9A%E8%AE%AE", "3", "],\"more\":false}");
  expect_search (fixture, "q=%25", "4", "],\"more\":false}");
  expect_search (fixture, "q=%22sure%22", "4", "],\"more\":false}");
  expect_search (fixture, "q=hello*", "", "],\"more\":false}");
  expect_search (fixture, "q=%27+OR+1%3D1", "", "],\"more\":false}");
  expect_search (fixture, "q=hello&topic=%23&limit=1", "4 more", "],\"more\":true,\"before\":3}");
  expect_search (fixture, "q=hello&topic=%23&limit=1&before=3", "2 more", "],\"more\":true,\"before\":2}");
  expect_search (fixture, "q=hello&topic=%23&limit=1&before=2", "1", "],\"more\":false}");
  api_fixture_expect_error (fixture, "/api/search", NULL, 400);
}

/* Whether there is something that one may not read is not to be found out by searching for it. */
static void
test_search_of_the_closed (ApiFixture *fixture, gconstpointer data)
{
  api_fixture_use_rules (fixture);
  fixture->rules.closed = "t/closed";
  for (guint i = 1; i <= 600; i++)
    api_fixture_record (fixture, i % 3 == 0 ? "t/open" : "t/closed", i % 3 == 1 ? "the secret" : "no news");
  expect_search (fixture, "q=secret&topic=t/%23", "", "],\"more\":false}");
  expect_search (fixture, "q=news&topic=t/%23&limit=2", "597 600 more", "],\"more\":true,\"before\":597}");
  expect_search (fixture, "q=news&topic=t/%23&limit=2&before=7", "3 6", "],\"more\":false}");
  /* The same is said where there is one more that is closed. */
  api_fixture_record (fixture, "t/closed", "no news");
  expect_search (fixture, "q=news&topic=t/%23&limit=2", "597 600 more", "],\"more\":true,\"before\":597}");
  fixture->rules.may_subscribe = FALSE;
  api_fixture_expect_error (fixture, "/api/search?q=news&topic=t/%23", NULL, 403);
  fixture->rules.reason = HUB_REASON_BAD_CREDENTIALS;
  api_fixture_expect_error (fixture, "/api/search?q=news", BASIC_ADA, 401);
}

/* Nor where there is no room in an answer but for what one may read. */
static void
test_search_behind_a_full_page (ApiFixture *fixture, gconstpointer data)
{
  g_autofree char *large = g_strnfill (HUB_STORE_PAGE_BYTES, 'p');
  const char words[] = "news, a secret ";

  memcpy (large, words, strlen (words));
  api_fixture_use_rules (fixture);
  fixture->rules.closed = "t/closed";
  api_fixture_record (fixture, "t/open", "old news");
  api_fixture_record (fixture, "t/closed", "the secret");
  api_fixture_record (fixture, "t/closed", "nothing");
  api_fixture_record (fixture, "t/open", large);
  expect_search (fixture, "q=secret&topic=t/%23", "4", "],\"more\":false}");
  expect_search (fixture, "q=pppp&topic=t/%23", "4", "],\"more\":false}");
  expect_search (fixture, "q=news&topic=t/%23", "4 more", "],\"more\":true,\"before\":4}");
  expect_search (fixture, "q=news&topic=t/%23&before=4", "1", "],\"more\":false}");
}

/* What is closed takes no room: an answer is put together of several that have. */
static void
test_search_between_the_closed (ApiFixture *fixture, gconstpointer data)
{
  g_autofree char *large = g_strnfill (HUB_STORE_PAGE_BYTES / 2, 'p');

  api_fixture_use_rules (fixture);
  fixture->rules.closed = "t/closed";
  for (guint i = 1; i <= 7; i++)
    api_fixture_record (fixture, i % 2 == 0 ? "t/closed" : "t/open", i == 1 ? "pp" : large);
  expect_search (fixture, "q=pp&topic=t/%23", "5 7 more", "],\"more\":true,\"before\":5}");
  expect_search (fixture, "q=pp&topic=t/%23&limit=1", "7 more", "],\"more\":true,\"before\":7}");
  expect_search (fixture, "q=pp&topic=t/%23&before=5", "1 3", "],\"more\":false}");
  expect_search (fixture, "q=pp&topic=t/%23&before=3&limit=1", "1", "],\"more\":false}");
}

static HubApiQuestion *
begin_long_search (ApiFixture *fixture, ApiAnswer *answer)
{
  g_autofree char *large = g_strnfill (HUB_STORE_PAGE_BYTES, 'p');

  api_fixture_use_rules (fixture);
  api_fixture_record (fixture, "t/a", "pp");
  api_fixture_record (fixture, "t/b", large);
  return api_fixture_begin (fixture, answer, "/api/search?q=pp&topic=t/%23", NULL);
}

/* Two questions to the store, and another log in between: they have no answer together. */
static void
test_search_of_a_deleted_log (ApiFixture *fixture, gconstpointer data)
{
  g_auto (ApiAnswer) answer = { 0 };
  HubApiQuestion *question = begin_long_search (fixture, &answer);

  hub_store_clear_log (fixture->store);
  hub_test_wait_until (answer.status != 0);
  g_assert_cmpuint (answer.status, ==, 503);
  hub_api_question_free (question);
}

/* Other rules in between hold for all of it. What they leave out has taken its place already. */
static void
test_search_with_other_rules (ApiFixture *fixture, gconstpointer data)
{
  g_autofree char *numbers = NULL;
  g_auto (ApiAnswer) answer = { 0 };
  HubApiQuestion *question = begin_long_search (fixture, &answer);

  g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (answer.status, ==, 0);
  fixture->rules.closed = "t/b";
  hub_test_wait_until (answer.status != 0);
  numbers = api_fixture_numbers_of (&answer);
  g_assert_cmpstr (numbers, ==, "more");
  hub_api_question_free (question);
  expect_search (fixture, "q=pp&topic=t/%23&before=2", "1", "],\"more\":false}");
}

/* With rules there is an end to what one answer holds, lower than what may be asked for. */
static void
test_limit_of_search (ApiFixture *fixture, gconstpointer data)
{
  g_auto (ApiAnswer) answer = { 0 };
  g_auto (ApiAnswer) last = { 0 };

  for (guint i = 1; i <= HUB_API_SEARCH_LIMIT + 1; i++)
    api_fixture_record (fixture, "t", "news");
  api_fixture_ask (fixture, &answer, "/api/search?q=news&topic=t&limit=1000", NULL);
  g_assert_true (g_str_has_suffix (answer.body, "],\"more\":false}"));
  api_fixture_use_rules (fixture);
  api_fixture_ask (fixture, &answer, "/api/search?q=news&topic=t&limit=1000", NULL);
  g_assert_true (g_str_has_suffix (answer.body, "],\"more\":true,\"before\":2}"));
  api_fixture_ask (fixture, &last, "/api/search?q=news&topic=t&limit=1000&before=2", NULL);
  g_assert_true (g_str_has_suffix (last.body, "],\"more\":false}"));
}

int
main (int argc, char **argv)
{
  static const struct
  {
    const char *path;
    void (*func) (ApiFixture *fixture, gconstpointer data);
  } tests[] = {
    { "/net/api-search/words", test_search },
    { "/net/api-search/of-the-closed", test_search_of_the_closed },
    { "/net/api-search/behind-a-full-page", test_search_behind_a_full_page },
    { "/net/api-search/between-the-closed", test_search_between_the_closed },
    { "/net/api-search/of-a-deleted-log", test_search_of_a_deleted_log },
    { "/net/api-search/with-other-rules", test_search_with_other_rules },
    { "/net/api-search/limit", test_limit_of_search },
  };

  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, ApiFixture, NULL, api_fixture_set_up, tests[i].func, api_fixture_tear_down);
  return g_test_run ();
}
