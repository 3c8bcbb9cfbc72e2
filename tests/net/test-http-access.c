/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/support/hub-test-access-tables.h"
#include "tests/support/hub-test-folder.h"
#include "tests/support/hub-test-net-http.h"
#include "tests/support/hub-test-net-transports.h"
#include "tests/support/hub-test-tls.h"
#include "tests/support/hub-test-wait.h"

/* Who gets which history over HTTP: the users, passwords and rules are those of MQTT. */

/* Long enough for a handshake, mostly also where a sanitizer makes it slow. An answer may take three times as long, which is
 * still less than the 3 s by which one is put off. */
#define TIMEOUT_US ((hub_test_slowness () > 1 ? 8 : 5) * G_TIME_SPAN_SECOND / 10)

#define USERS "ada:" HUB_TEST_HASH_A "\ngrace:" HUB_TEST_HASH_B "\n"
#define ACL "user ada\ntopic messages/#\nuser grace\ntopic readwrite messages/grace\npattern read messages/of/%u\n"

typedef struct
{
  HubTestBroker *broker;
  char *folder; /* (owned) */
  char *users;  /* (owned): the path of a file */
  char *acl;    /* (owned): the same */
} Fixture;

static void
protect (Fixture *fixture, HubListenerOptions *listener)
{
  listener->allow_anonymous = FALSE;
  listener->password_file = g_strdup (fixture->users);
  listener->acl_file = g_strdup (fixture->acl);
}

/* MQTT is open, so that a test can say what it likes; HTTP, with TLS and without it, is not. */
static HubConfig *
make_config (Fixture *fixture)
{
  HubConfig *config = hub_test_config_new ();

  config->server.core.limits.connect_timeout_us = TIMEOUT_US;
  protect (fixture, hub_test_config_get_listener (config, HUB_PROTOCOL_WEBSOCKETS));
  protect (fixture, hub_test_config_add_tls (config, HUB_PROTOCOL_WEBSOCKETS));
  return config;
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  static const char *const topics[] = { "messages", "messages/ada", "messages/grace", "messages/of/grace", "messages" };
  HubTestClient *client;

  fixture->folder = hub_test_folder_new ();
  fixture->users = hub_test_folder_write (fixture->folder, "users", USERS);
  fixture->acl = hub_test_folder_write (fixture->folder, "acl", ACL);
  fixture->broker = hub_test_broker_new (make_config (fixture));

  client = hub_test_client_join (fixture->broker, HUB_TEST_TCP, "ada");
  for (gsize i = 0; i < G_N_ELEMENTS (topics); i++)
    hub_test_client_publish (client, topics[i], HUB_SPAN_LITERAL ("m"), 0);
  hub_test_client_ping (client);
  hub_test_client_free (client);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  hub_test_broker_free (fixture->broker);
  hub_test_folder_free (fixture->folder);
  g_free (fixture->users);
  g_free (fixture->acl);
}

static char *
make_header (const char *user_and_password)
{
  g_autofree char *encoded = NULL;

  if (user_and_password == NULL)
    return g_strdup ("");
  encoded = g_base64_encode ((const guint8 *) user_and_password, strlen (user_and_password));
  return g_strdup_printf ("Authorization: Basic %s\r\n", encoded);
}

static HubTestAnswer *
get (Fixture *fixture, const char *target, const char *user_and_password)
{
  g_autofree char *header = make_header (user_and_password);

  return hub_test_http_get (fixture->broker->http_port, target, header);
}

/* The numbers of the messages in an answer: "1 2 5". */
static char *
numbers_of (const HubTestAnswer *answer)
{
  g_autofree char *body = g_strndup ((const char *) answer->body->data, answer->body->len);
  g_autoptr (GRegex) regex = g_regex_new ("\"(?:last_)?seq\":([0-9]+)", 0, 0, NULL);
  g_autoptr (GMatchInfo) match = NULL;
  GString *text = g_string_new (NULL);

  for (g_regex_match (regex, body, 0, &match); g_match_info_matches (match); g_match_info_next (match, NULL))
    {
      g_autofree char *number = g_match_info_fetch (match, 1);

      g_string_append_printf (text, "%s%s", text->len > 0 ? " " : "", number);
    }
  return g_string_free (text, FALSE);
}

static void
expect (Fixture *fixture, const char *target, const char *user_and_password, guint status, const char *numbers)
{
  g_autoptr (HubTestAnswer) answer = get (fixture, target, user_and_password);
  g_autofree char *found = numbers_of (answer);

  g_test_message ("%s as %s", target, user_and_password);
  g_assert_cmpuint (answer->status, ==, status);
  g_assert_cmpstr (found, ==, numbers);
  /* A browser would ask with a window of its own. */
  g_assert_null (hub_test_answer_get (answer, "www-authenticate"));
}

static void
test_passwords (Fixture *fixture, gconstpointer data)
{
  expect (fixture, "/api/messages", "ada:a", 200, "1 5");
  expect (fixture, "/api/messages?topic=messages/grace", "grace:b", 200, "3");
  expect (fixture, "/api/messages", NULL, 401, "");
  expect (fixture, "/api/messages", "ada:b", 401, "");
  expect (fixture, "/api/messages", "ada:", 401, "");
  expect (fixture, "/api/messages", "ada", 401, "");
  expect (fixture, "/api/messages", ":a", 401, "");
  expect (fixture, "/api/messages", "eve:a", 401, "");
  expect (fixture, "/api/messages", "Ada:a", 401, "");
  expect (fixture, "/api/topics", NULL, 401, "");
}

/* How a page and another Hubbub find out that there is a password. */
static void
test_without_password (Fixture *fixture, gconstpointer data)
{
  g_autoptr (HubTestAnswer) page = get (fixture, "/", NULL);
  g_autoptr (HubTestAnswer) info = get (fixture, "/api/info", NULL);

  g_assert_cmpuint (page->status, ==, 200);
  g_assert_cmpuint (info->status, ==, 200);
  g_byte_array_append (info->body, (const guint8 *) "", 1);
  g_assert_nonnull (strstr ((const char *) info->body->data, "\"auth\":true,"));
}

static void
test_rules (Fixture *fixture, gconstpointer data)
{
  expect (fixture, "/api/messages?topic=messages/%23", "ada:a", 200, "1 2 3 4 5");
  expect (fixture, "/api/messages?topic=messages/%23", "grace:b", 200, "3 4");
  expect (fixture, "/api/messages?topic=messages/grace", "grace:b", 200, "3");
  expect (fixture, "/api/messages?topic=messages/of/grace", "grace:b", 200, "4");
  expect (fixture, "/api/messages?topic=messages/ada", "grace:b", 403, "");
  expect (fixture, "/api/messages?topic=other", "ada:a", 403, "");
  expect (fixture, "/api/messages?topic=messages/%23&limit=1&before=3", "grace:b", 200, "");
  expect (fixture, "/api/topics?filter=messages/%23", "grace:b", 200, "4 3");
  expect (fixture, "/api/topics?filter=messages/%23", "ada:a", 200, "5 4 3 2");
}

/* Many who ask at once share the hashing, and none of them holds up the broker. */
static void
test_many (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) lines = g_ptr_array_new_with_free_func ((GDestroyNotify) hub_test_line_free);
  g_autofree char *right = make_header ("ada:a");
  g_autofree char *wrong = make_header ("ada:wrong");

  for (guint i = 0; i < 20; i++)
    {
      g_autofree char *headers = g_strconcat ("Host: localhost\r\n", i % 4 == 3 ? wrong : right, NULL);

      g_ptr_array_add (lines, hub_test_line_dial ("127.0.0.1", fixture->broker->http_port));
      hub_test_http_ask (g_ptr_array_index (lines, i), "GET /api/messages", headers);
    }
  for (guint i = 0; i < lines->len; i++)
    {
      g_autoptr (HubTestAnswer) answer = hub_test_http_read (g_ptr_array_index (lines, i), TRUE);

      g_assert_cmpuint (answer->status, ==, i % 4 == 3 ? 401 : 200);
    }
}

/* On a busy machine a handshake may take longer than the broker waits: then there is another one. */
static HubTestLine *
dial_tls (Fixture *fixture, const HubTestTls *tls)
{
  gint64 deadline_us = hub_test_deadline (HUB_TEST_TIMEOUT_MS);
  HubTestLine *line = hub_test_line_dial ("127.0.0.1", fixture->broker->https_port);

  while (hub_test_line_start_tls (line, tls) != GNUTLS_E_SUCCESS)
    {
      g_assert_cmpint (hub_test_left_ms (deadline_us), >, 0);
      hub_test_line_free (line);
      line = hub_test_line_dial ("127.0.0.1", fixture->broker->https_port);
    }
  return line;
}

static HubTestLine *
dial (Fixture *fixture, gboolean with_tls)
{
  return with_tls ? dial_tls (fixture, NULL) : hub_test_line_dial ("127.0.0.1", fixture->broker->http_port);
}

static HubTestLine *
ask_wrong (Fixture *fixture, gboolean with_tls)
{
  HubTestLine *line = dial (fixture, with_tls);
  g_autofree char *header = make_header ("ada:wrong");
  g_autofree char *headers = g_strconcat ("Host: localhost\r\n", header, NULL);

  hub_test_http_ask (line, "GET /api/messages", headers);
  return line;
}

/* Until answers are put off. */
static void
guess (Fixture *fixture)
{
  for (guint i = 0; i < 10; i++)
    {
      g_autoptr (HubTestLine) line = ask_wrong (fixture, i % 2 == 0);
      g_autoptr (HubTestAnswer) answer = hub_test_http_read (line, TRUE);

      g_assert_cmpuint (answer->status, ==, 401);
    }
}

static void
wait_for_end (HubTestLine *line)
{
  gint64 deadline_us = hub_test_deadline (HUB_TEST_TIMEOUT_MS);

  while (hub_test_line_fill (line, deadline_us))
    ;
}

/* The answer to who guesses is put off for longer than he may wait here. */
static void
test_guessing (Fixture *fixture, gconstpointer with_tls)
{
  g_autoptr (HubTestLine) waiting = NULL;
  g_autoptr (HubTestLine) leaving = NULL;
  gint64 since_us;

  guess (fixture);
  since_us = g_get_monotonic_time ();
  waiting = ask_wrong (fixture, GPOINTER_TO_INT (with_tls));
  leaving = ask_wrong (fixture, GPOINTER_TO_INT (with_tls));
  hub_test_broker_wait_log (fixture->broker, "is delayed: 10 logins");
  hub_test_line_reset (leaving);
  wait_for_end (waiting);
  g_assert_cmpuint (waiting->input->len, ==, 0);
  g_assert_cmpint (g_get_monotonic_time () - since_us, >=, 3 * TIMEOUT_US - 10 * G_TIME_SPAN_MILLISECOND);
  g_assert_cmpint (g_get_monotonic_time () - since_us, <, 3 * G_TIME_SPAN_SECOND * hub_test_slowness ());
}

/* It does not wait for passwords, nor for those who have asked. */
static void
test_stop (Fixture *fixture, gconstpointer with_tls)
{
  g_autoptr (HubTestLine) waiting = NULL;
  gint64 since_us;

  guess (fixture);
  waiting = ask_wrong (fixture, GPOINTER_TO_INT (with_tls));
  hub_test_broker_wait_log (fixture->broker, "is delayed: 10 logins");
  since_us = g_get_monotonic_time ();
  hub_test_broker_stop (fixture->broker);
  g_assert_cmpint (g_get_monotonic_time () - since_us, <, G_TIME_SPAN_SECOND * hub_test_slowness ());
  wait_for_end (waiting);
  hub_test_broker_start (fixture->broker);
}

/* Other rules hold at once, and no rules at all, too. */
static void
test_reload (Fixture *fixture, gconstpointer data)
{
  HubConfig *open = hub_test_config_new ();

  expect (fixture, "/api/messages?topic=messages/ada", "ada:a", 200, "2");
  g_free (hub_test_folder_write (fixture->folder, "acl", "user ada\ntopic read messages\n"));
  g_assert_true (hub_test_broker_reload (fixture->broker, make_config (fixture), NULL));
  expect (fixture, "/api/messages?topic=messages/ada", "ada:a", 403, "");
  expect (fixture, "/api/messages?topic=messages/%23", "ada:a", 200, "1 5");
  expect (fixture, "/api/messages", "grace:b", 403, "");
  expect (fixture, "/api/messages", "ada:a", 200, "1 5");

  g_free (hub_test_folder_write (fixture->folder, "users", "grace:" HUB_TEST_HASH_B "\n"));
  g_assert_true (hub_test_broker_reload (fixture->broker, make_config (fixture), NULL));
  expect (fixture, "/api/messages", "ada:a", 401, "");

  hub_test_config_add_tls (open, HUB_PROTOCOL_WEBSOCKETS);
  g_assert_true (hub_test_broker_reload (fixture->broker, open, NULL));
  expect (fixture, "/api/messages?topic=messages/%23", NULL, 200, "1 2 3 4 5");
  expect (fixture, "/api/messages?topic=messages/%23", "anybody:anything", 200, "1 2 3 4 5");
}

static HubTestAnswer *
get_over_tls (Fixture *fixture, const char *certificate, const char *user_and_password)
{
  const HubTestTls tls = { .certificate = certificate };
  g_autoptr (HubTestLine) line = dial_tls (fixture, &tls);
  g_autofree char *header = make_header (user_and_password);
  g_autofree char *headers = g_strconcat ("Host: localhost\r\n", header, NULL);
  HubTestAnswer *answer;

  hub_test_http_ask (line, "GET /api/messages?topic=messages/%23", headers);
  answer = hub_test_http_read (line, TRUE);
  hub_test_line_expect_end (line);
  return answer;
}

static void
test_tls (Fixture *fixture, gconstpointer data)
{
  g_autoptr (HubTestAnswer) right = get_over_tls (fixture, NULL, "grace:b");
  g_autoptr (HubTestAnswer) wrong = get_over_tls (fixture, NULL, "grace:a");
  g_autofree char *numbers = numbers_of (right);

  g_assert_cmpuint (right->status, ==, 200);
  g_assert_cmpstr (numbers, ==, "3 4");
  g_assert_cmpuint (wrong->status, ==, 401);
}

/* A certificate says who it is, and no password is asked for. */
static void
test_certificate (Fixture *fixture, gconstpointer data)
{
  static const HubTestCertificate certificate = { "reader", "ca", "grace", NULL, -60, 3600, FALSE };
  HubConfig *config = make_config (fixture);
  HubListenerOptions *listener = g_ptr_array_index (config->server.listeners, config->server.listeners->len - 1);
  g_autoptr (HubTestAnswer) answer = NULL;
  g_autofree char *numbers = NULL;

  hub_test_tls_make (&certificate);
  listener->cafile = hub_test_tls_path ("ca.pem");
  listener->require_certificate = TRUE;
  listener->use_identity_as_username = TRUE;
  g_assert_true (hub_test_broker_reload (fixture->broker, config, NULL));
  answer = get_over_tls (fixture, "reader", NULL);
  numbers = numbers_of (answer);
  g_assert_cmpuint (answer->status, ==, 200);
  g_assert_cmpstr (numbers, ==, "3 4");
}

int
main (int argc, char **argv)
{
  static const struct
  {
    const char *path;
    void (*func) (Fixture *fixture, gconstpointer data);
    gboolean with_tls;
  } tests[] = {
    { "/net/http-access/passwords", test_passwords },
    { "/net/http-access/without-password", test_without_password },
    { "/net/http-access/rules", test_rules },
    { "/net/http-access/many", test_many },
    { "/net/http-access/guessing", test_guessing },
    { "/net/http-access/guessing-with-tls", test_guessing, TRUE },
    { "/net/http-access/stop", test_stop },
    { "/net/http-access/stop-with-tls", test_stop, TRUE },
    { "/net/http-access/reload", test_reload },
    { "/net/http-access/tls", test_tls },
    { "/net/http-access/certificate", test_certificate },
  };

  g_test_init (&argc, &argv, NULL);
  hub_test_net_warm_up ();

  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, Fixture, GINT_TO_POINTER (tests[i].with_tls), set_up, tests[i].func, tear_down);
  return g_test_run ();
}
