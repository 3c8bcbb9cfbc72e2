/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/net/hub-api.h"
#include "tests/support/hub-test-store.h"
#include "tests/support/hub-test-wait.h"

/* Who gets which answer from the API: the rules of access, what they leave out, and what waits. */

#define BASIC_ADA "Basic YWRhOnNlY3JldA==" /* ada:secret */

/* Rules of access that do what a test says. */
typedef struct
{
  HubReason reason;
  gboolean is_slow;
  gboolean may_subscribe;
  gboolean may_stay;
  const char *closed; /* (nullable): what topics begin with that nobody may read */
  char *user_name;    /* (owned) (nullable): who has asked to come in */
  char *password;     /* (owned) (nullable) */
  char *address;      /* (owned) (nullable) */
  HubPeer *peer;      /* (unowned) (nullable): who waits */
  HubAuthReply reply;
  guint n_forgotten;
} Rules;

typedef struct
{
  guint status; /* 0: there is no answer yet */
  char *body;   /* (owned) (nullable) */
  gsize size;
  char *etag; /* (owned) (nullable) */
} Answer;

typedef struct
{
  Rules rules;
  HubPeerPolicy policy;
  HubStore *store; /* (owned) (nullable) */
  HubApi *api;     /* (owned) */
  guint described; /* the door that was to be described */
} Fixture;

static gboolean
authenticate (gpointer access, HubPeer *peer, const HubCredentials *credentials, HubAuthReply reply, HubAuthAnswer *answer)
{
  Rules *rules = access;
  char name[HUB_PEER_NAME_SIZE];

  g_assert_null (credentials->client_id);
  g_assert_cmpuint (credentials->origin.listener, ==, 3);
  g_assert_cmpint (credentials->has_password, ==, credentials->user_name != NULL);
  peer->funcs->describe (peer, name);
  g_free (rules->user_name);
  g_free (rules->password);
  g_free (rules->address);
  rules->user_name = g_strdup (credentials->user_name);
  rules->password = credentials->has_password ? hub_span_dup_string (credentials->password) : NULL;
  rules->address = g_strdup (name);
  rules->peer = peer;
  rules->reply = reply;
  *answer = (HubAuthAnswer){ .reason = rules->reason, .user_name = rules->user_name };
  return !rules->is_slow;
}

static void
forget (gpointer access, HubPeer *peer)
{
  Rules *rules = access;

  g_assert_true (rules->peer == peer);
  rules->peer = NULL;
  rules->n_forgotten++;
}

static gboolean
may_subscribe (gpointer access, const HubIdentity *who, HubSpan filter)
{
  const Rules *rules = access;

  g_assert_null (who->client_id);
  g_assert_cmpstr (who->user_name, ==, rules->user_name);
  g_assert_cmpuint (who->listener, ==, 3);
  return rules->may_subscribe;
}

static gboolean
may_read (gpointer access, const HubIdentity *who, HubSpan topic)
{
  const Rules *rules = access;
  HubSpan closed = hub_span_from_string (rules->closed);

  return closed.size == 0 || topic.size < closed.size || memcmp (topic.data, closed.data, closed.size) != 0;
}

static gboolean
may_stay (gpointer access, const HubIdentity *who)
{
  return ((const Rules *) access)->may_stay;
}

static const HubAccessFuncs access_funcs = {
  .authenticate = authenticate,
  .forget = forget,
  .may_subscribe = may_subscribe,
  .may_read = may_read,
  .may_stay = may_stay,
};

static void
describe (guint listener, HubApiInfo *info, gpointer user_data)
{
  static const char *const addresses[] = { "192.0.2.1", NULL };
  Fixture *fixture = user_data;

  fixture->described = listener;
  *info = (HubApiInfo){ .name = "ship", .http_port = 9001, .addresses = addresses };
}

static char *
text_of (HubSpan topic, HubSpan payload, gpointer user_data)
{
  return hub_span_dup_string (payload);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  static const HubStoreEvents events = { 0 };
  const HubStoreOptions options = { .text = { .func = text_of } };

  fixture->rules = (Rules){ .reason = HUB_REASON_SUCCESS, .may_subscribe = TRUE, .may_stay = TRUE };
  fixture->policy = HUB_PEER_POLICY_OPEN;
  fixture->store = hub_store_open (&options, NULL, &events, NULL, NULL);
  fixture->api = hub_api_new (fixture->store, describe, fixture);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  hub_api_free (fixture->api);
  g_assert_true (hub_store_close (fixture->store, NULL));
  g_free (fixture->rules.user_name);
  g_free (fixture->rules.password);
  g_free (fixture->rules.address);
}

static void
use_rules (Fixture *fixture)
{
  hub_api_set_access (fixture->api, &access_funcs, &fixture->rules);
}

static void
record (Fixture *fixture, const char *topic, const char *payload)
{
  const HubStoreRecord entry = { hub_span_from_string (topic), hub_span_from_string (payload), HUB_SPAN_LITERAL ("c"), 5 };

  hub_store_get_funcs (fixture->store)->record (fixture->store, &entry);
}

static void
answered_cb (const HubApiAnswer *said, gpointer user_data)
{
  Answer *answer = user_data;

  g_assert_cmpuint (answer->status, ==, 0);
  answer->status = said->status;
  answer->size = g_bytes_get_size (said->body);
  answer->body = g_strndup (g_bytes_get_data (said->body, NULL), answer->size);
  answer->etag = g_strdup (said->etag);
}

static void
answer_clear (Answer *answer)
{
  g_clear_pointer (&answer->body, g_free);
  g_clear_pointer (&answer->etag, g_free);
  answer->status = 0;
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Answer, answer_clear)

static HubApiQuestion *
begin_from (Fixture *fixture, Answer *answer, const char *address, const char *target, const char *authorization)
{
  HubApiAsker asker = { .policy = &fixture->policy, .authorization = authorization };
  g_auto (GStrv) parts = g_strsplit (target, "?", 2);

  g_assert_true (hub_ip_address_parse (&asker.address, address));
  asker.origin = (HubOrigin){ .address_key = hub_ip_address_get_key (&asker.address), .listener = 3 };
  return hub_api_ask (fixture->api, &asker, parts[0], parts[1], answered_cb, answer);
}

static HubApiQuestion *
begin (Fixture *fixture, Answer *answer, const char *target, const char *authorization)
{
  return begin_from (fixture, answer, "192.0.2.7", target, authorization);
}

/* Asks, and waits for the answer. */
static void
ask (Fixture *fixture, Answer *answer, const char *target, const char *authorization)
{
  HubApiQuestion *question;

  answer_clear (answer);
  question = begin (fixture, answer, target, authorization);
  hub_test_wait_until (answer->status != 0);
  hub_api_question_free (question);
}

/* The numbers of the messages, and whether there are more. */
static char *
numbers_of (const Answer *answer)
{
  g_autoptr (GRegex) regex = g_regex_new ("\"seq\":([0-9]+)|\"more\":(true)", 0, 0, NULL);
  g_autoptr (GMatchInfo) match = NULL;
  GString *text = g_string_new (NULL);

  for (g_regex_match (regex, answer->body, 0, &match); g_match_info_matches (match); g_match_info_next (match, NULL))
    {
      g_autofree char *number = g_match_info_fetch (match, 1);

      g_string_append_printf (text, "%s%s", text->len > 0 ? " " : "", number[0] != '\0' ? number : "more");
    }
  return g_string_free (text, FALSE);
}

static void
expect_messages (Fixture *fixture, const char *query, const char *expected)
{
  g_autofree char *target = g_strconcat ("/api/messages?", query, NULL);
  g_autofree char *numbers = NULL;
  g_auto (Answer) answer = { 0 };

  ask (fixture, &answer, target, NULL);
  g_assert_cmpuint (answer.status, ==, 200);
  g_assert_nonnull (answer.etag);
  numbers = numbers_of (&answer);
  g_assert_cmpstr (numbers, ==, expected);
}

static void
expect_error (Fixture *fixture, const char *target, const char *authorization, guint status)
{
  g_auto (Answer) answer = { 0 };

  ask (fixture, &answer, target, authorization);
  g_assert_cmpuint (answer.status, ==, status);
  g_assert_true (g_str_has_prefix (answer.body, "{\"error\":\""));
  g_assert_null (answer.etag);
}

static void
test_at_once (Fixture *fixture, gconstpointer data)
{
  g_auto (Answer) answer = { 0 };

  /* Nobody is asked who it is: that is how another one recognises a broker. */
  use_rules (fixture);
  fixture->rules.reason = HUB_REASON_NOT_AUTHORIZED;
  hub_api_question_free (begin (fixture, &answer, "/api/info", NULL));
  g_assert_cmpuint (answer.status, ==, 200);
  g_assert_cmpuint (fixture->described, ==, 3);
  g_assert_nonnull (strstr (answer.body, "\"name\":\"ship\""));
  g_assert_null (fixture->rules.address);

  expect_error (fixture, "/api/nothing", NULL, 404);
  expect_error (fixture, "/api/messages?limit=1001", NULL, 400);
  g_assert_null (fixture->rules.address);
}

static void
test_doors (Fixture *fixture, gconstpointer data)
{
  record (fixture, "messages", "m");
  expect_messages (fixture, "", "1");
  fixture->policy.allow_anonymous = FALSE;
  expect_error (fixture, "/api/messages", NULL, 401);
  expect_error (fixture, "/api/messages", BASIC_ADA, 401);
}

static void
test_credentials (Fixture *fixture, gconstpointer data)
{
  g_auto (Answer) answer = { 0 };

  use_rules (fixture);
  ask (fixture, &answer, "/api/messages", BASIC_ADA);
  g_assert_cmpuint (answer.status, ==, 200);
  g_assert_cmpstr (fixture->rules.user_name, ==, "ada");
  g_assert_cmpstr (fixture->rules.password, ==, "secret");
  g_assert_true (g_str_has_prefix (fixture->rules.address, "192.0.2.7:"));
  ask (fixture, &answer, "/api/topics", NULL);
  g_assert_cmpuint (answer.status, ==, 200);
  g_assert_null (fixture->rules.user_name);

  fixture->rules.reason = HUB_REASON_BAD_CREDENTIALS;
  expect_error (fixture, "/api/messages", BASIC_ADA, 401);
  fixture->rules.reason = HUB_REASON_NOT_AUTHORIZED;
  expect_error (fixture, "/api/topics", NULL, 401);
  fixture->rules.reason = HUB_REASON_SERVER_BUSY;
  expect_error (fixture, "/api/messages", BASIC_ADA, 503);
}

static void
test_malformed_credentials (Fixture *fixture, gconstpointer data)
{
  static const char *const headers[] = {
    "", "Basic", "Basic ", "Basic YWRh", "Basic !", "Bearer YWRhOnNlY3JldA==", BASIC_ADA ", " BASIC_ADA
  };

  use_rules (fixture);
  for (gsize i = 0; i < G_N_ELEMENTS (headers); i++)
    expect_error (fixture, "/api/messages", headers[i], 401);
  g_assert_null (fixture->rules.address);
}

static void
test_slow (Fixture *fixture, gconstpointer data)
{
  g_auto (Answer) answer = { 0 };
  HubApiQuestion *question;
  Rules *rules = &fixture->rules;

  use_rules (fixture);
  rules->is_slow = TRUE;
  question = begin (fixture, &answer, "/api/messages", BASIC_ADA);
  g_assert_cmpuint (answer.status, ==, 0);
  rules->reply.func (rules->reply.core, rules->peer, &(HubAuthAnswer){ HUB_REASON_SUCCESS, "ada", FALSE });
  hub_test_wait_until (answer.status == 200);
  hub_api_question_free (question);
  answer_clear (&answer);

  question = begin (fixture, &answer, "/api/messages", BASIC_ADA);
  rules->reply.func (rules->reply.core, rules->peer, &(HubAuthAnswer){ HUB_REASON_BAD_CREDENTIALS, "ada", FALSE });
  g_assert_cmpuint (answer.status, ==, 401);
  hub_api_question_free (question);
  g_assert_cmpuint (rules->n_forgotten, ==, 0);
}

/* Whoever leaves is forgotten, whatever is under way for him. */
static void
test_leave (Fixture *fixture, gconstpointer data)
{
  g_auto (Answer) answer = { 0 };

  hub_api_question_free (begin (fixture, &answer, "/api/messages", NULL));
  hub_api_question_free (begin (fixture, &answer, "/api/topics", NULL));
  use_rules (fixture);
  fixture->rules.is_slow = TRUE;
  hub_api_question_free (begin (fixture, &answer, "/api/messages", BASIC_ADA));
  g_assert_cmpuint (fixture->rules.n_forgotten, ==, 1);

  fixture->rules.is_slow = FALSE;
  expect_messages (fixture, "", "");
  g_assert_cmpuint (answer.status, ==, 0);
}

static void
test_other_rules (Fixture *fixture, gconstpointer data)
{
  g_auto (Answer) answer = { 0 };
  g_auto (Answer) other = { 0 };
  HubApiQuestion *question;
  HubApiQuestion *other_question;

  use_rules (fixture);
  fixture->rules.is_slow = TRUE;
  question = begin (fixture, &answer, "/api/messages", BASIC_ADA);
  hub_api_set_access (fixture->api, NULL, NULL);
  g_assert_cmpuint (answer.status, ==, 503);
  g_assert_cmpuint (fixture->rules.n_forgotten, ==, 1);
  hub_api_question_free (question);
  answer_clear (&answer);

  /* Who was let in by the old ones, and has no answer yet. */
  use_rules (fixture);
  fixture->rules.is_slow = FALSE;
  question = begin (fixture, &answer, "/api/messages", BASIC_ADA);
  other_question = begin (fixture, &other, "/api/topics", BASIC_ADA);
  fixture->rules.may_stay = FALSE;
  hub_test_wait_until (answer.status != 0 && other.status != 0);
  g_assert_cmpuint (answer.status, ==, 403);
  g_assert_cmpuint (other.status, ==, 403);
  hub_api_question_free (question);
  hub_api_question_free (other_question);
}

static void
test_filter (Fixture *fixture, gconstpointer data)
{
  static const char *const topics[] = { "messages/a", "messages/closed", "messages/closed/x", "messages/b", "messages/a" };
  g_auto (Answer) answer = { 0 };

  for (gsize i = 0; i < G_N_ELEMENTS (topics); i++)
    record (fixture, topics[i], "m");
  use_rules (fixture);
  expect_messages (fixture, "topic=messages/%23", "1 2 3 4 5");
  fixture->rules.closed = "messages/closed";
  expect_messages (fixture, "topic=messages/%23", "1 4 5");
  expect_messages (fixture, "topic=messages/closed", "");
  ask (fixture, &answer, "/api/topics", NULL);
  g_assert_cmpstr (answer.body,
                   ==,
                   "[{\"topic\":\"messages/a\",\"last_seq\":5,\"count\":2},{\"topic\":\"messages/b\",\"last_seq\":4,\"count\":1}]");

  fixture->rules.may_subscribe = FALSE;
  expect_error (fixture, "/api/messages?topic=messages/%23", NULL, 403);
  expect_error (fixture, "/api/topics", NULL, 403);
}

static guint
count_pieces (const Answer *answer, const char *piece)
{
  guint n = 0;

  for (const char *at = answer->body; (at = strstr (at, piece)) != NULL; at += strlen (piece))
    n++;
  return n;
}

/* What is left out takes no place in a list of topics. */
static void
test_topics_behind_the_closed (Fixture *fixture, gconstpointer data)
{
  g_autoptr (HubTestStore) test = hub_test_store_new ();
  g_auto (Answer) answer = { 0 };

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
  fixture->api = hub_api_new (test->store, describe, fixture);
  ask (fixture, &answer, "/api/topics", NULL);
  g_assert_cmpuint (count_pieces (&answer, "{\"topic\":"), ==, HUB_STORE_LIMIT_MAX);
  use_rules (fixture);
  ask (fixture, &answer, "/api/topics", NULL);
  g_assert_cmpuint (count_pieces (&answer, "{\"topic\":"), ==, HUB_STORE_LIMIT_MAX);
  fixture->rules.closed = "t/closed";
  ask (fixture, &answer, "/api/topics", NULL);
  g_assert_cmpstr (answer.body, ==, "[{\"topic\":\"t/open\",\"last_seq\":1,\"count\":1}]");
}

/* However long their names are. */
static void
test_topics_behind_long_ones (Fixture *fixture, gconstpointer data)
{
  g_autofree char *name = g_strnfill (60000, 'x');
  g_auto (Answer) answer = { 0 };

  record (fixture, "t/open", "m");
  for (guint i = 0; i < HUB_STORE_PAGE_BYTES / 60000 + 1; i++)
    {
      g_autofree char *topic = g_strdup_printf ("t/closed/%u/%s", i, name);

      record (fixture, topic, "m");
    }
  ask (fixture, &answer, "/api/topics", NULL);
  g_assert_cmpuint (count_pieces (&answer, "{\"topic\":"), ==, HUB_STORE_PAGE_BYTES / 60000 + 1);
  use_rules (fixture);
  ask (fixture, &answer, "/api/topics", NULL);
  g_assert_cmpuint (count_pieces (&answer, "{\"topic\":"), ==, HUB_STORE_PAGE_BYTES / 60000 + 1);
  fixture->rules.closed = "t/closed";
  ask (fixture, &answer, "/api/topics", NULL);
  g_assert_cmpuint (count_pieces (&answer, "{\"topic\":"), ==, 1);
}

static void
expect_search (Fixture *fixture, const char *query, const char *expected, const char *end)
{
  g_autofree char *target = g_strconcat ("/api/search?", query, NULL);
  g_autofree char *numbers = NULL;
  g_auto (Answer) answer = { 0 };

  ask (fixture, &answer, target, NULL);
  g_assert_cmpuint (answer.status, ==, 200);
  g_assert_nonnull (answer.etag);
  g_assert_true (g_str_has_prefix (answer.body, "{\"log\":\""));
  numbers = numbers_of (&answer);
  g_assert_cmpstr (numbers, ==, expected);
  g_assert_true (g_str_has_suffix (answer.body, end));
}

static void
test_search (Fixture *fixture, gconstpointer data)
{
  record (fixture, "messages", "Hello Ada");
  record (fixture, "messages/den", "hello there");
  record (fixture, "messages", "\345\233\233\345\217\267\344\274\232\350\256\256\345\256\244");
  record (fixture, "messages", "HELLO again, 100 % \"sure\"");
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
  expect_error (fixture, "/api/search", NULL, 400);
}

/* Whether there is something that one may not read is not to be found out by searching for it. */
static void
test_search_of_the_closed (Fixture *fixture, gconstpointer data)
{
  use_rules (fixture);
  fixture->rules.closed = "t/closed";
  for (guint i = 1; i <= 600; i++)
    record (fixture, i % 3 == 0 ? "t/open" : "t/closed", i % 3 == 1 ? "the secret" : "no news");
  expect_search (fixture, "q=secret&topic=t/%23", "", "],\"more\":false}");
  expect_search (fixture, "q=news&topic=t/%23&limit=2", "597 600 more", "],\"more\":true,\"before\":597}");
  expect_search (fixture, "q=news&topic=t/%23&limit=2&before=7", "3 6", "],\"more\":false}");
  /* The same is said where there is one more that is closed. */
  record (fixture, "t/closed", "no news");
  expect_search (fixture, "q=news&topic=t/%23&limit=2", "597 600 more", "],\"more\":true,\"before\":597}");
  fixture->rules.may_subscribe = FALSE;
  expect_error (fixture, "/api/search?q=news&topic=t/%23", NULL, 403);
  fixture->rules.reason = HUB_REASON_BAD_CREDENTIALS;
  expect_error (fixture, "/api/search?q=news", BASIC_ADA, 401);
}

/* Nor where there is no room in an answer but for what one may read. */
static void
test_search_behind_a_full_page (Fixture *fixture, gconstpointer data)
{
  g_autofree char *large = g_strnfill (HUB_STORE_PAGE_BYTES, 'p');
  const char words[] = "news, a secret ";

  memcpy (large, words, strlen (words));
  use_rules (fixture);
  fixture->rules.closed = "t/closed";
  record (fixture, "t/open", "old news");
  record (fixture, "t/closed", "the secret");
  record (fixture, "t/closed", "nothing");
  record (fixture, "t/open", large);
  expect_search (fixture, "q=secret&topic=t/%23", "4", "],\"more\":false}");
  expect_search (fixture, "q=pppp&topic=t/%23", "4", "],\"more\":false}");
  expect_search (fixture, "q=news&topic=t/%23", "4 more", "],\"more\":true,\"before\":4}");
  expect_search (fixture, "q=news&topic=t/%23&before=4", "1", "],\"more\":false}");
}

/* What is closed takes no room: an answer is put together of several that have. */
static void
test_search_between_the_closed (Fixture *fixture, gconstpointer data)
{
  g_autofree char *large = g_strnfill (HUB_STORE_PAGE_BYTES / 2, 'p');

  use_rules (fixture);
  fixture->rules.closed = "t/closed";
  for (guint i = 1; i <= 7; i++)
    record (fixture, i % 2 == 0 ? "t/closed" : "t/open", i == 1 ? "pp" : large);
  expect_search (fixture, "q=pp&topic=t/%23", "5 7 more", "],\"more\":true,\"before\":5}");
  expect_search (fixture, "q=pp&topic=t/%23&limit=1", "7 more", "],\"more\":true,\"before\":7}");
  expect_search (fixture, "q=pp&topic=t/%23&before=5", "1 3", "],\"more\":false}");
  expect_search (fixture, "q=pp&topic=t/%23&before=3&limit=1", "1", "],\"more\":false}");
}

static HubApiQuestion *
begin_long_search (Fixture *fixture, Answer *answer)
{
  g_autofree char *large = g_strnfill (HUB_STORE_PAGE_BYTES, 'p');

  use_rules (fixture);
  record (fixture, "t/a", "pp");
  record (fixture, "t/b", large);
  return begin (fixture, answer, "/api/search?q=pp&topic=t/%23", NULL);
}

/* Two questions to the store, and another log in between: they have no answer together. */
static void
test_search_of_a_deleted_log (Fixture *fixture, gconstpointer data)
{
  g_auto (Answer) answer = { 0 };
  HubApiQuestion *question = begin_long_search (fixture, &answer);

  hub_store_clear_log (fixture->store);
  hub_test_wait_until (answer.status != 0);
  g_assert_cmpuint (answer.status, ==, 503);
  hub_api_question_free (question);
}

/* Other rules in between hold for all of it. What they leave out has taken its place already. */
static void
test_search_with_other_rules (Fixture *fixture, gconstpointer data)
{
  g_autofree char *numbers = NULL;
  g_auto (Answer) answer = { 0 };
  HubApiQuestion *question = begin_long_search (fixture, &answer);

  g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (answer.status, ==, 0);
  fixture->rules.closed = "t/b";
  hub_test_wait_until (answer.status != 0);
  numbers = numbers_of (&answer);
  g_assert_cmpstr (numbers, ==, "more");
  hub_api_question_free (question);
  expect_search (fixture, "q=pp&topic=t/%23&before=2", "1", "],\"more\":false}");
}

/* With rules there is an end to what one answer holds, lower than what may be asked for. */
static void
test_limit_of_search (Fixture *fixture, gconstpointer data)
{
  g_auto (Answer) answer = { 0 };
  g_auto (Answer) last = { 0 };

  for (guint i = 1; i <= HUB_API_SEARCH_LIMIT + 1; i++)
    record (fixture, "t", "news");
  ask (fixture, &answer, "/api/search?q=news&topic=t&limit=1000", NULL);
  g_assert_true (g_str_has_suffix (answer.body, "],\"more\":false}"));
  use_rules (fixture);
  ask (fixture, &answer, "/api/search?q=news&topic=t&limit=1000", NULL);
  g_assert_true (g_str_has_suffix (answer.body, "],\"more\":true,\"before\":2}"));
  ask (fixture, &last, "/api/search?q=news&topic=t&limit=1000&before=2", NULL);
  g_assert_true (g_str_has_suffix (last.body, "],\"more\":false}"));
}

/* A page says where to go on: as long as there is more, it is not empty. */
static void
test_pages_of_the_rest (Fixture *fixture, gconstpointer data)
{
  for (guint i = 1; i <= 60; i++)
    record (fixture, i % 20 == 0 ? "t/open" : "t/closed", "m");
  use_rules (fixture);
  fixture->rules.closed = "t/closed";
  expect_messages (fixture, "topic=t/%23&limit=1", "60 more");
  expect_messages (fixture, "topic=t/%23&limit=1&before=60", "40 more");
  expect_messages (fixture, "topic=t/%23&limit=2&before=60", "20 40");
  expect_messages (fixture, "topic=t/%23&limit=2&before=41", "40 more");
  expect_messages (fixture, "topic=t/%23&limit=1&before=40", "20");
  expect_messages (fixture, "topic=t/%23&limit=5&before=20", "");
  expect_messages (fixture, "topic=t/%23&limit=1&after=0", "20 more");
  expect_messages (fixture, "topic=t/%23&limit=2&after=0", "20 40 more");
  expect_messages (fixture, "topic=t/%23&limit=1&after=40", "60");
  expect_messages (fixture, "topic=t/%23&limit=5&after=60", "");
}

static void
test_one_address (Fixture *fixture, gconstpointer data)
{
  HubApiQuestion *questions[HUB_API_QUESTIONS_PER_ADDRESS];
  HubApiQuestion *many[2 * HUB_API_QUESTIONS_PER_ADDRESS];
  Answer answers[G_N_ELEMENTS (questions)] = { { 0 } };
  Answer others[G_N_ELEMENTS (many)] = { { 0 } };

  for (gsize i = 0; i < G_N_ELEMENTS (questions); i++)
    questions[i] = begin (fixture, &answers[i], "/api/messages", NULL);
  expect_error (fixture, "/api/messages", NULL, 503);
  expect_error (fixture, "/api/info", NULL, 503);
  for (gsize i = 0; i < G_N_ELEMENTS (questions); i++)
    hub_test_wait_until (answers[i].status == 200);

  /* They count until they were sent. */
  expect_error (fixture, "/api/messages", NULL, 503);
  hub_api_question_free (questions[0]);
  expect_messages (fixture, "", "");

  /* Nobody else notices, and this computer has no such limit. */
  for (gsize i = 0; i < G_N_ELEMENTS (many); i++)
    many[i] = begin_from (fixture, &others[i], i == 0 ? "192.0.2.8" : "127.0.0.1", "/api/messages", NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (many); i++)
    {
      hub_test_wait_until (others[i].status == 200);
      hub_api_question_free (many[i]);
      answer_clear (&others[i]);
    }
  for (gsize i = 0; i < G_N_ELEMENTS (questions); i++)
    {
      if (i > 0)
        hub_api_question_free (questions[i]);
      answer_clear (&answers[i]);
    }
}

/* Answers that nobody fetches do not fill the memory. */
static void
test_bytes (Fixture *fixture, gconstpointer data)
{
  g_autofree char *payload = g_strnfill (1000000, 'p');
  g_autoptr (GPtrArray) questions = g_ptr_array_new ();
  g_auto (Answer) answer = { 0 };
  guint n;

  record (fixture, "messages", payload);
  do
    {
      answer_clear (&answer);
      g_ptr_array_add (questions, begin_from (fixture, &answer, "127.0.0.1", "/api/messages", NULL));
      hub_test_wait_until (answer.status != 0);
    }
  while (answer.status == 200);
  g_assert_cmpuint (answer.status, ==, 503);
  n = questions->len - 1;
  g_assert_cmpuint (n, ==, HUB_API_BYTES_MAX / (1000000 + strlen ("{\"log\":\"6f1c2b3a-4d5e-4f60-8a7b-9c0d1e2f3a4b\","
                                                                  "\"messages\":[{\"seq\":1,\"time\":5,\"topic\":\"messages\","
                                                                  "\"payload\":\"\",\"client\":\"c\"}],\"more\":false}")));
  hub_api_question_free (g_ptr_array_steal_index (questions, 0));
  expect_messages (fixture, "", "1");
  while (questions->len > 0)
    hub_api_question_free (g_ptr_array_steal_index (questions, 0));
}

static void
test_busy_store (Fixture *fixture, gconstpointer data)
{
  Answer *answers = g_new0 (Answer, HUB_STORE_QUERIES_MAX + 1);
  g_autoptr (GPtrArray) questions = g_ptr_array_new ();

  for (guint i = 0; i <= HUB_STORE_QUERIES_MAX; i++)
    g_ptr_array_add (questions, begin_from (fixture, &answers[i], "127.0.0.1", "/api/messages", NULL));
  for (guint i = 0; i < HUB_STORE_QUERIES_MAX; i++)
    g_assert_cmpuint (answers[i].status, ==, 0);
  g_assert_cmpuint (answers[HUB_STORE_QUERIES_MAX].status, ==, 503);
  for (guint i = 0; i <= HUB_STORE_QUERIES_MAX; i++)
    {
      hub_test_wait_until (answers[i].status == (i < HUB_STORE_QUERIES_MAX ? 200 : 503));
      hub_api_question_free (g_ptr_array_index (questions, i));
      answer_clear (&answers[i]);
    }
  g_free (answers);
}

/* Where nothing is recorded it is said, to those who may know. */
static void
test_no_store (Fixture *fixture, gconstpointer data)
{
  hub_api_free (fixture->api);
  fixture->api = hub_api_new (NULL, describe, fixture);
  expect_error (fixture, "/api/messages", NULL, 404);
  expect_error (fixture, "/api/topics", NULL, 404);
  expect_error (fixture, "/api/search?q=a", NULL, 404);
  fixture->policy.allow_anonymous = FALSE;
  expect_error (fixture, "/api/messages", NULL, 401);
}

/* Who was sent away is told what this is, and nothing else. */
static void
test_barred (Fixture *fixture, gconstpointer data)
{
  g_autoptr (HubBars) bars = hub_bars_new ();
  const gint64 now_us = g_get_monotonic_time ();
  g_auto (Answer) answer = { 0 };
  HubIpAddress address;
  guint64 key;

  g_assert_true (hub_ip_address_parse (&address, "192.0.2.7"));
  key = hub_ip_address_get_key (&address);
  hub_api_set_bars (fixture->api, bars);
  expect_messages (fixture, "limit=1", "");
  hub_bars_put (bars, key, now_us + G_TIME_SPAN_HOUR, now_us);
  expect_error (fixture, "/api/messages", NULL, 403);
  expect_error (fixture, "/api/search?q=a", BASIC_ADA, 403);
  ask (fixture, &answer, "/api/info", NULL);
  g_assert_cmpuint (answer.status, ==, 200);
  hub_bars_remove (bars, key);
  expect_messages (fixture, "limit=1", "");
}

int
main (int argc, char **argv)
{
  static const struct
  {
    const char *path;
    void (*func) (Fixture *fixture, gconstpointer data);
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
    { "/net/api/search", test_search },
    { "/net/api/search-of-the-closed", test_search_of_the_closed },
    { "/net/api/search-behind-a-full-page", test_search_behind_a_full_page },
    { "/net/api/search-between-the-closed", test_search_between_the_closed },
    { "/net/api/search-of-a-deleted-log", test_search_of_a_deleted_log },
    { "/net/api/search-with-other-rules", test_search_with_other_rules },
    { "/net/api/limit-of-search", test_limit_of_search },
    { "/net/api/pages-of-the-rest", test_pages_of_the_rest },
    { "/net/api/one-address", test_one_address },
    { "/net/api/bytes", test_bytes },
    { "/net/api/busy-store", test_busy_store },
    { "/net/api/no-store", test_no_store },
  };

  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, Fixture, NULL, set_up, tests[i].func, tear_down);
  return g_test_run ();
}
