/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/net/api-fixture.h"

#include "tests/support/hub-test-wait.h"

static gboolean
authenticate (gpointer access, HubPeer *peer, const HubCredentials *credentials, HubAuthReply reply, HubAuthAnswer *answer)
{
  ApiRules *rules = access;
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
  ApiRules *rules = access;

  g_assert_true (rules->peer == peer);
  rules->peer = NULL;
  rules->n_forgotten++;
}

static gboolean
may_subscribe (gpointer access, const HubIdentity *who, HubSpan filter)
{
  const ApiRules *rules = access;

  g_assert_null (who->client_id);
  g_assert_cmpstr (who->user_name, ==, rules->user_name);
  g_assert_cmpuint (who->listener, ==, 3);
  return rules->may_subscribe;
}

static gboolean
may_read (gpointer access, const HubIdentity *who, HubSpan topic)
{
  const ApiRules *rules = access;
  HubSpan closed = hub_span_from_string (rules->closed);

  return closed.size == 0 || topic.size < closed.size || memcmp (topic.data, closed.data, closed.size) != 0;
}

static gboolean
may_stay (gpointer access, const HubIdentity *who)
{
  return ((const ApiRules *) access)->may_stay;
}

static const HubAccessFuncs access_funcs = {
  .authenticate = authenticate,
  .forget = forget,
  .may_subscribe = may_subscribe,
  .may_read = may_read,
  .may_stay = may_stay,
};

/* What is told of the broker. */
void
api_fixture_describe (guint listener, HubApiInfo *info, gpointer user_data)
{
  static const char *const addresses[] = { "192.0.2.1", NULL };
  ApiFixture *fixture = user_data;

  fixture->described = listener;
  *info = (HubApiInfo){ .name = "ship", .http_port = 9001, .addresses = addresses };
}

static char *
text_of (HubSpan topic, HubSpan payload, gpointer user_data)
{
  return hub_span_dup_string (payload);
}

/* A log in memory, and nobody is kept out. */
void
api_fixture_set_up (ApiFixture *fixture, gconstpointer data)
{
  static const HubStoreEvents events = { 0 };
  const HubStoreOptions options = { .text = { .func = text_of } };

  fixture->rules = (ApiRules){ .reason = HUB_REASON_SUCCESS, .may_subscribe = TRUE, .may_stay = TRUE };
  fixture->policy = HUB_PEER_POLICY_OPEN;
  fixture->store = hub_store_open (&options, NULL, &events, NULL, NULL);
  fixture->api = hub_api_new (fixture->store, api_fixture_describe, fixture);
}

void
api_fixture_tear_down (ApiFixture *fixture, gconstpointer data)
{
  hub_api_free (fixture->api);
  g_assert_true (hub_store_close (fixture->store, NULL));
  g_free (fixture->rules.user_name);
  g_free (fixture->rules.password);
  g_free (fixture->rules.address);
}

/* From here on the rules of the fixture hold. */
void
api_fixture_use_rules (ApiFixture *fixture)
{
  hub_api_set_access (fixture->api, &access_funcs, &fixture->rules);
}

/* One more message in the log. */
void
api_fixture_record (ApiFixture *fixture, const char *topic, const char *payload)
{
  const HubStoreRecord entry = { hub_span_from_string (topic), hub_span_from_string (payload), HUB_SPAN_LITERAL ("c"), 5 };

  hub_store_get_funcs (fixture->store)->record (fixture->store, &entry);
}

static void
answered_cb (const HubApiAnswer *said, gpointer user_data)
{
  ApiAnswer *answer = user_data;

  g_assert_cmpuint (answer->status, ==, 0);
  answer->status = said->status;
  answer->size = g_bytes_get_size (said->body);
  answer->body = g_strndup (g_bytes_get_data (said->body, NULL), answer->size);
  answer->etag = g_strdup (said->etag);
}

/* As if nothing had been answered. */
void
api_answer_clear (ApiAnswer *answer)
{
  g_clear_pointer (&answer->body, g_free);
  g_clear_pointer (&answer->etag, g_free);
  answer->status = 0;
}

/* Asks; the answer may come later. */
HubApiQuestion *
api_fixture_begin_from (ApiFixture *fixture, ApiAnswer *answer, const char *address, const char *target, const char *authorization)
{
  HubApiAsker asker = { .policy = &fixture->policy, .authorization = authorization };
  g_auto (GStrv) parts = g_strsplit (target, "?", 2);

  g_assert_true (hub_ip_address_parse (&asker.address, address));
  asker.origin = (HubOrigin){ .address_key = hub_ip_address_get_key (&asker.address), .listener = 3 };
  return hub_api_ask (fixture->api, &asker, parts[0], parts[1], answered_cb, answer);
}

/* The same, from another computer of this network. */
HubApiQuestion *
api_fixture_begin (ApiFixture *fixture, ApiAnswer *answer, const char *target, const char *authorization)
{
  return api_fixture_begin_from (fixture, answer, "192.0.2.7", target, authorization);
}

/* Asks, and waits for the answer. */
void
api_fixture_ask (ApiFixture *fixture, ApiAnswer *answer, const char *target, const char *authorization)
{
  HubApiQuestion *question;

  api_answer_clear (answer);
  question = api_fixture_begin (fixture, answer, target, authorization);
  hub_test_wait_until (answer->status != 0);
  hub_api_question_free (question);
}

/* The numbers of the messages, and whether there are more. */
char *
api_fixture_numbers_of (const ApiAnswer *answer)
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

/* Asks, and expects the numbers of messages. */
void
api_fixture_expect_numbers (ApiFixture *fixture, ApiAnswer *answer, const char *target, const char *expected)
{
  g_autofree char *numbers = NULL;

  api_fixture_ask (fixture, answer, target, NULL);
  g_assert_cmpuint (answer->status, ==, 200);
  g_assert_nonnull (answer->etag);
  numbers = api_fixture_numbers_of (answer);
  g_assert_cmpstr (numbers, ==, expected);
}

/* The same of /api/messages. */
void
api_fixture_expect_messages (ApiFixture *fixture, const char *query, const char *expected)
{
  g_autofree char *target = g_strconcat ("/api/messages?", query, NULL);
  g_auto (ApiAnswer) answer = { 0 };

  api_fixture_expect_numbers (fixture, &answer, target, expected);
}

/* Asks, and expects to be refused. */
void
api_fixture_expect_error (ApiFixture *fixture, const char *target, const char *authorization, guint status)
{
  g_auto (ApiAnswer) answer = { 0 };

  api_fixture_ask (fixture, &answer, target, authorization);
  g_assert_cmpuint (answer.status, ==, status);
  g_assert_true (g_str_has_prefix (answer.body, "{\"error\":\""));
  g_assert_null (answer.etag);
}
