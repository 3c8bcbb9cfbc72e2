/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/net/api-fixture.h"
#include "tests/support/hub-test-wait.h"

/* Who gets which answer from the API: the rules of access, what they leave out, and what waits. */

static void
test_at_once (ApiFixture *fixture, gconstpointer data)
{
  g_auto (ApiAnswer) answer = { 0 };

  /* Nobody is asked who it is: that is how another one recognises a broker. */
  api_fixture_use_rules (fixture);
  fixture->rules.reason = HUB_REASON_NOT_AUTHORIZED;
  hub_api_question_free (api_fixture_begin (fixture, &answer, "/api/info", NULL));
  g_assert_cmpuint (answer.status, ==, 200);
  g_assert_cmpuint (fixture->described, ==, 3);
  g_assert_nonnull (strstr (answer.body, "\"name\":\"ship\""));
  g_assert_null (fixture->rules.address);

  api_fixture_expect_error (fixture, "/api/nothing", NULL, 404);
  api_fixture_expect_error (fixture, "/api/messages?limit=1001", NULL, 400);
  g_assert_null (fixture->rules.address);
}

static void
test_doors (ApiFixture *fixture, gconstpointer data)
{
  api_fixture_record (fixture, "messages", "m");
  api_fixture_expect_messages (fixture, "", "1");
  fixture->policy.allow_anonymous = FALSE;
  api_fixture_expect_error (fixture, "/api/messages", NULL, 401);
  api_fixture_expect_error (fixture, "/api/messages", BASIC_ADA, 401);
}

static void
test_credentials (ApiFixture *fixture, gconstpointer data)
{
  g_auto (ApiAnswer) answer = { 0 };

  api_fixture_use_rules (fixture);
  api_fixture_ask (fixture, &answer, "/api/messages", BASIC_ADA);
  g_assert_cmpuint (answer.status, ==, 200);
  g_assert_cmpstr (fixture->rules.user_name, ==, "ada");
  g_assert_cmpstr (fixture->rules.password, ==, "secret");
  g_assert_true (g_str_has_prefix (fixture->rules.address, "192.0.2.7:"));
  api_fixture_ask (fixture, &answer, "/api/topics", NULL);
  g_assert_cmpuint (answer.status, ==, 200);
  g_assert_null (fixture->rules.user_name);

  fixture->rules.reason = HUB_REASON_BAD_CREDENTIALS;
  api_fixture_expect_error (fixture, "/api/messages", BASIC_ADA, 401);
  fixture->rules.reason = HUB_REASON_NOT_AUTHORIZED;
  api_fixture_expect_error (fixture, "/api/topics", NULL, 401);
  fixture->rules.reason = HUB_REASON_SERVER_BUSY;
  api_fixture_expect_error (fixture, "/api/messages", BASIC_ADA, 503);
}

static void
test_malformed_credentials (ApiFixture *fixture, gconstpointer data)
{
  static const char *const headers[] = {
    "", "Basic", "Basic ", "Basic YWRh", "Basic !", "Bearer YWRhOnNlY3JldA==", BASIC_ADA ", " BASIC_ADA
  };

  api_fixture_use_rules (fixture);
  for (gsize i = 0; i < G_N_ELEMENTS (headers); i++)
    api_fixture_expect_error (fixture, "/api/messages", headers[i], 401);
  g_assert_null (fixture->rules.address);
}

static void
test_slow (ApiFixture *fixture, gconstpointer data)
{
  g_auto (ApiAnswer) answer = { 0 };
  HubApiQuestion *question;
  ApiRules *rules = &fixture->rules;

  api_fixture_use_rules (fixture);
  rules->is_slow = TRUE;
  question = api_fixture_begin (fixture, &answer, "/api/messages", BASIC_ADA);
  g_assert_cmpuint (answer.status, ==, 0);
  rules->reply.func (rules->reply.core, rules->peer, &(HubAuthAnswer){ HUB_REASON_SUCCESS, "ada", FALSE });
  hub_test_wait_until (answer.status == 200);
  hub_api_question_free (question);
  api_answer_clear (&answer);

  question = api_fixture_begin (fixture, &answer, "/api/messages", BASIC_ADA);
  rules->reply.func (rules->reply.core, rules->peer, &(HubAuthAnswer){ HUB_REASON_BAD_CREDENTIALS, "ada", FALSE });
  g_assert_cmpuint (answer.status, ==, 401);
  hub_api_question_free (question);
  g_assert_cmpuint (rules->n_forgotten, ==, 0);
}

/* Whoever leaves is forgotten, whatever is under way for him. */
static void
test_leave (ApiFixture *fixture, gconstpointer data)
{
  g_auto (ApiAnswer) answer = { 0 };

  hub_api_question_free (api_fixture_begin (fixture, &answer, "/api/messages", NULL));
  hub_api_question_free (api_fixture_begin (fixture, &answer, "/api/topics", NULL));
  api_fixture_use_rules (fixture);
  fixture->rules.is_slow = TRUE;
  hub_api_question_free (api_fixture_begin (fixture, &answer, "/api/messages", BASIC_ADA));
  g_assert_cmpuint (fixture->rules.n_forgotten, ==, 1);

  fixture->rules.is_slow = FALSE;
  api_fixture_expect_messages (fixture, "", "");
  g_assert_cmpuint (answer.status, ==, 0);
}

static void
test_other_rules (ApiFixture *fixture, gconstpointer data)
{
  g_auto (ApiAnswer) answer = { 0 };
  g_auto (ApiAnswer) other = { 0 };
  HubApiQuestion *question;
  HubApiQuestion *other_question;

  api_fixture_use_rules (fixture);
  fixture->rules.is_slow = TRUE;
  question = api_fixture_begin (fixture, &answer, "/api/messages", BASIC_ADA);
  hub_api_set_access (fixture->api, NULL, NULL);
  g_assert_cmpuint (answer.status, ==, 503);
  g_assert_cmpuint (fixture->rules.n_forgotten, ==, 1);
  hub_api_question_free (question);
  api_answer_clear (&answer);

  /* Who was let in by the old ones, and has no answer yet. */
  api_fixture_use_rules (fixture);
  fixture->rules.is_slow = FALSE;
  question = api_fixture_begin (fixture, &answer, "/api/messages", BASIC_ADA);
  other_question = api_fixture_begin (fixture, &other, "/api/topics", BASIC_ADA);
  fixture->rules.may_stay = FALSE;
  hub_test_wait_until (answer.status != 0 && other.status != 0);
  g_assert_cmpuint (answer.status, ==, 403);
  g_assert_cmpuint (other.status, ==, 403);
  hub_api_question_free (question);
  hub_api_question_free (other_question);
}

static void
test_filter (ApiFixture *fixture, gconstpointer data)
{
  static const char *const topics[] = { "messages/a", "messages/closed", "messages/closed/x", "messages/b", "messages/a" };
  g_auto (ApiAnswer) answer = { 0 };

  for (gsize i = 0; i < G_N_ELEMENTS (topics); i++)
    api_fixture_record (fixture, topics[i], "m");
  api_fixture_use_rules (fixture);
  api_fixture_expect_messages (fixture, "topic=messages/%23", "1 2 3 4 5");
  fixture->rules.closed = "messages/closed";
  api_fixture_expect_messages (fixture, "topic=messages/%23", "1 4 5");
  api_fixture_expect_messages (fixture, "topic=messages/closed", "");
  api_fixture_ask (fixture, &answer, "/api/topics", NULL);
  g_assert_cmpstr (answer.body,
                   ==,
                   "[{\"topic\":\"messages/a\",\"last_seq\":5,\"count\":2},{\"topic\":\"messages/b\",\"last_seq\":4,\"count\":1}]");

  fixture->rules.may_subscribe = FALSE;
  api_fixture_expect_error (fixture, "/api/messages?topic=messages/%23", NULL, 403);
  api_fixture_expect_error (fixture, "/api/topics", NULL, 403);
}

static guint
count_pieces (const ApiAnswer *answer, const char *piece)
{
  guint n = 0;

  for (const char *at = answer->body; (at = strstr (at, piece)) != NULL; at += strlen (piece))
    n++;
  return n;
}

/* What is left out takes no place in a list of topics. */
static void
test_topics_behind_the_closed (ApiFixture *fixture, gconstpointer data)
{
  g_autoptr (HubTestStore) test = hub_test_store_new ();
  g_auto (ApiAnswer) answer = { 0 };

  hub_test_store_open (test);
  hub_test_store_record (test, "t/open", "m");
  for (guint i = 0; i < HUB_STORE_LIMIT_MAX; i++)
    {
      g_autofree char *topic = g_strdup_printf ("t/closed/%u", i);

      if (i % 100 == 0)
        hub_test_store_flush (test);
      hub_test_store_record (test, topic, "m");
    }
  hub_test_store_flush (test);
  hub_api_free (fixture->api);
  fixture->api = hub_api_new (test->store, api_fixture_describe, fixture);
  api_fixture_ask (fixture, &answer, "/api/topics", NULL);
  g_assert_cmpuint (count_pieces (&answer, "{\"topic\":"), ==, HUB_STORE_LIMIT_MAX);
  api_fixture_use_rules (fixture);
  api_fixture_ask (fixture, &answer, "/api/topics", NULL);
  g_assert_cmpuint (count_pieces (&answer, "{\"topic\":"), ==, HUB_STORE_LIMIT_MAX);
  fixture->rules.closed = "t/closed";
  api_fixture_ask (fixture, &answer, "/api/topics", NULL);
  g_assert_cmpstr (answer.body, ==, "[{\"topic\":\"t/open\",\"last_seq\":1,\"count\":1}]");
}

/* However long their names are. */
static void
test_topics_behind_long_ones (ApiFixture *fixture, gconstpointer data)
{
  g_autofree char *name = g_strnfill (60000, 'x');
  g_auto (ApiAnswer) answer = { 0 };

  api_fixture_record (fixture, "t/open", "m");
  for (guint i = 0; i < HUB_STORE_PAGE_BYTES / 60000 + 1; i++)
    {
      g_autofree char *topic = g_strdup_printf ("t/closed/%u/%s", i, name);

      api_fixture_record (fixture, topic, "m");
    }
  api_fixture_ask (fixture, &answer, "/api/topics", NULL);
  g_assert_cmpuint (count_pieces (&answer, "{\"topic\":"), ==, HUB_STORE_PAGE_BYTES / 60000 + 1);
  api_fixture_use_rules (fixture);
  api_fixture_ask (fixture, &answer, "/api/topics", NULL);
  g_assert_cmpuint (count_pieces (&answer, "{\"topic\":"), ==, HUB_STORE_PAGE_BYTES / 60000 + 1);
  fixture->rules.closed = "t/closed";
  api_fixture_ask (fixture, &answer, "/api/topics", NULL);
  g_assert_cmpuint (count_pieces (&answer, "{\"topic\":"), ==, 1);
}

/* A page says where to go on: as long as there is more, it is not empty. */
static void
test_pages_of_the_rest (ApiFixture *fixture, gconstpointer data)
{
  for (guint i = 1; i <= 60; i++)
    api_fixture_record (fixture, i % 20 == 0 ? "t/open" : "t/closed", "m");
  api_fixture_use_rules (fixture);
  fixture->rules.closed = "t/closed";
  api_fixture_expect_messages (fixture, "topic=t/%23&limit=1", "60 more");
  api_fixture_expect_messages (fixture, "topic=t/%23&limit=1&before=60", "40 more");
  api_fixture_expect_messages (fixture, "topic=t/%23&limit=2&before=60", "20 40");
  api_fixture_expect_messages (fixture, "topic=t/%23&limit=2&before=41", "40 more");
  api_fixture_expect_messages (fixture, "topic=t/%23&limit=1&before=40", "20");
  api_fixture_expect_messages (fixture, "topic=t/%23&limit=5&before=20", "");
  api_fixture_expect_messages (fixture, "topic=t/%23&limit=1&after=0", "20 more");
  api_fixture_expect_messages (fixture, "topic=t/%23&limit=2&after=0", "20 40 more");
  api_fixture_expect_messages (fixture, "topic=t/%23&limit=1&after=40", "60");
  api_fixture_expect_messages (fixture, "topic=t/%23&limit=5&after=60", "");
}

static void
test_one_address (ApiFixture *fixture, gconstpointer data)
{
  HubApiQuestion *questions[HUB_API_QUESTIONS_PER_ADDRESS];
  HubApiQuestion *many[2 * HUB_API_QUESTIONS_PER_ADDRESS];
  ApiAnswer answers[G_N_ELEMENTS (questions)] = { { 0 } };
  ApiAnswer others[G_N_ELEMENTS (many)] = { { 0 } };

  for (gsize i = 0; i < G_N_ELEMENTS (questions); i++)
    questions[i] = api_fixture_begin (fixture, &answers[i], "/api/messages", NULL);
  api_fixture_expect_error (fixture, "/api/messages", NULL, 503);
  api_fixture_expect_error (fixture, "/api/info", NULL, 503);
  for (gsize i = 0; i < G_N_ELEMENTS (questions); i++)
    hub_test_wait_until (answers[i].status == 200);

  /* They count until they were sent. */
  api_fixture_expect_error (fixture, "/api/messages", NULL, 503);
  hub_api_question_free (questions[0]);
  api_fixture_expect_messages (fixture, "", "");

  /* Nobody else notices, and this computer has no such limit. */
  for (gsize i = 0; i < G_N_ELEMENTS (many); i++)
    many[i] = api_fixture_begin_from (fixture, &others[i], i == 0 ? "192.0.2.8" : "127.0.0.1", "/api/messages", NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (many); i++)
    {
      hub_test_wait_until (others[i].status == 200);
      hub_api_question_free (many[i]);
      api_answer_clear (&others[i]);
    }
  for (gsize i = 0; i < G_N_ELEMENTS (questions); i++)
    {
      if (i > 0)
        hub_api_question_free (questions[i]);
      api_answer_clear (&answers[i]);
    }
}

/* Answers that nobody fetches do not fill the memory. */
static void
test_bytes (ApiFixture *fixture, gconstpointer data)
{
  g_autofree char *payload = g_strnfill (1000000, 'p');
  g_autoptr (GPtrArray) questions = g_ptr_array_new ();
  g_auto (ApiAnswer) answer = { 0 };
  guint n;

  api_fixture_record (fixture, "messages", payload);
  do
    {
      api_answer_clear (&answer);
      g_ptr_array_add (questions, api_fixture_begin_from (fixture, &answer, "127.0.0.1", "/api/messages", NULL));
      hub_test_wait_until (answer.status != 0);
    }
  while (answer.status == 200);
  g_assert_cmpuint (answer.status, ==, 503);
  n = questions->len - 1;
  g_assert_cmpuint (n, ==, HUB_API_BYTES_MAX / (1000000 + strlen ("{\"log\":\"6f1c2b3a-4d5e-4f60-8a7b-9c0d1e2f3a4b\","
                                                                  "\"messages\":[{\"seq\":1,\"time\":5,\"topic\":\"messages\","
                                                                  "\"payload\":\"\",\"client\":\"c\"}],\"more\":false}")));
  hub_api_question_free (g_ptr_array_steal_index (questions, 0));
  api_fixture_expect_messages (fixture, "", "1");
  while (questions->len > 0)
    hub_api_question_free (g_ptr_array_steal_index (questions, 0));
}

static void
test_busy_store (ApiFixture *fixture, gconstpointer data)
{
  ApiAnswer *answers = g_new0 (ApiAnswer, HUB_STORE_QUERIES_MAX + 1);
  g_autoptr (GPtrArray) questions = g_ptr_array_new ();

  for (guint i = 0; i <= HUB_STORE_QUERIES_MAX; i++)
    g_ptr_array_add (questions, api_fixture_begin_from (fixture, &answers[i], "127.0.0.1", "/api/messages", NULL));
  for (guint i = 0; i < HUB_STORE_QUERIES_MAX; i++)
    g_assert_cmpuint (answers[i].status, ==, 0);
  g_assert_cmpuint (answers[HUB_STORE_QUERIES_MAX].status, ==, 503);
  for (guint i = 0; i <= HUB_STORE_QUERIES_MAX; i++)
    {
      hub_test_wait_until (answers[i].status == (i < HUB_STORE_QUERIES_MAX ? 200 : 503));
      hub_api_question_free (g_ptr_array_index (questions, i));
      api_answer_clear (&answers[i]);
    }
  g_free (answers);
}

/* Where nothing is recorded it is said, to those who may know. */
static void
test_no_store (ApiFixture *fixture, gconstpointer data)
{
  hub_api_free (fixture->api);
  fixture->api = hub_api_new (NULL, api_fixture_describe, fixture);
  api_fixture_expect_error (fixture, "/api/messages", NULL, 404);
  api_fixture_expect_error (fixture, "/api/topics", NULL, 404);
  api_fixture_expect_error (fixture, "/api/search?q=a", NULL, 404);
  fixture->policy.allow_anonymous = FALSE;
  api_fixture_expect_error (fixture, "/api/messages", NULL, 401);
}

/* Who was sent away is told what this is, and nothing else. */
static void
test_barred (ApiFixture *fixture, gconstpointer data)
{
  g_autoptr (HubBars) bars = hub_bars_new ();
  const gint64 now_us = g_get_monotonic_time ();
  g_auto (ApiAnswer) answer = { 0 };
  HubIpAddress address;
  guint64 key;

  g_assert_true (hub_ip_address_parse (&address, "192.0.2.7"));
  key = hub_ip_address_get_key (&address);
  hub_api_set_bars (fixture->api, bars);
  api_fixture_expect_messages (fixture, "limit=1", "");
  hub_bars_put (bars, key, now_us + G_TIME_SPAN_HOUR, now_us);
  api_fixture_expect_error (fixture, "/api/messages", NULL, 403);
  api_fixture_expect_error (fixture, "/api/search?q=a", BASIC_ADA, 403);
  api_fixture_ask (fixture, &answer, "/api/info", NULL);
  g_assert_cmpuint (answer.status, ==, 200);
  hub_bars_remove (bars, key);
  api_fixture_expect_messages (fixture, "limit=1", "");
}

int
main (int argc, char **argv)
{
  static const struct
  {
    const char *path;
    void (*func) (ApiFixture *fixture, gconstpointer data);
  } tests[] = {
    { "/net/api/at-once", test_at_once },
    { "/net/api/doors", test_doors },
    { "/net/api/credentials", test_credentials },
    { "/net/api/malformed-credentials", test_malformed_credentials },
    { "/net/api/slow", test_slow },
    { "/net/api/leave", test_leave },
    { "/net/api/other-rules", test_other_rules },
    { "/net/api/barred", test_barred },
    { "/net/api/filter", test_filter },
    { "/net/api/topics-behind-the-closed", test_topics_behind_the_closed },
    { "/net/api/topics-behind-long-ones", test_topics_behind_long_ones },
    { "/net/api/pages-of-the-rest", test_pages_of_the_rest },
    { "/net/api/one-address", test_one_address },
    { "/net/api/bytes", test_bytes },
    { "/net/api/busy-store", test_busy_store },
    { "/net/api/no-store", test_no_store },
  };

  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, ApiFixture, NULL, api_fixture_set_up, tests[i].func, api_fixture_tear_down);
  return g_test_run ();
}
