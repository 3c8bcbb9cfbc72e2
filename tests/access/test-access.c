/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/access/hub-access.h"
#include "broker/access/hub-failures.h"
#include "tests/support/hub-test-passwords.h"
#include "tests/support/hub-test-wait.h"

/* The rules in force, as the core and HTTP ask them. */

typedef struct
{
  HubPeer peer;
  gboolean is_answered;
  HubReason reason;
  char *user_name; /* (owned) (nullable) */
} Client;

typedef struct
{
  HubAccess *access; /* (owned) (nullable) */
  GString *log;      /* (owned) */
  Client clients[3];
} Fixture;

static HubAccessRules *
make_rules (const char *const *users, const char *acl_text)
{
  g_autoptr (HubPasswordFile) passwords = hub_test_passwords (users, 10);
  g_autoptr (HubAcl) acl = hub_acl_parse (acl_text, strlen (acl_text), "acl", NULL);
  HubAccessListener listener = { FALSE, passwords, acl };

  return hub_access_rules_new (&listener, 1);
}

static void
log_cb (HubLogLevel level, const char *line, gpointer user_data)
{
  g_string_append_printf (user_data, "%s\n", line);
}

static void
describe_cb (HubPeer *peer, char name[HUB_PEER_NAME_SIZE])
{
  g_strlcpy (name, "192.0.2.7:1234", HUB_PEER_NAME_SIZE);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  static const HubPeerFuncs peer_funcs = { .describe = describe_cb };
  const char *const users[] = { "ann", "bob", NULL };
  g_autoptr (HubAccessRules) rules = make_rules (users, "topic read a\nuser ann\ntopic a\nuser bob\ntopic read b/#");
  HubAuthOptions options = { .max_running = 1, .max_waiting = 1, .max_per_address = 10, .max_delayed = 1, .delay_ms = 1 };

  fixture->log = g_string_new (NULL);
  fixture->access = hub_access_new (rules, &options, (HubLog){ log_cb, fixture->log, HUB_LOG_NOTICE });
  for (gsize i = 0; i < G_N_ELEMENTS (fixture->clients); i++)
    fixture->clients[i] = (Client){ .peer.funcs = &peer_funcs };
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_clear_pointer (&fixture->access, hub_access_free);
  g_string_free (fixture->log, TRUE);
  for (gsize i = 0; i < G_N_ELEMENTS (fixture->clients); i++)
    g_free (fixture->clients[i].user_name);
}

static HubCredentials
make_credentials (const char *user_name, const char *password)
{
  return (HubCredentials){
    .client_id = "id",
    .user_name = user_name,
    .password = hub_span_from_string (password),
    .has_password = password != NULL,
    .origin.address_key = 7,
  };
}

static void
take (Client *client, const HubAuthAnswer *answer)
{
  g_assert_false (client->is_answered);
  client->is_answered = TRUE;
  client->reason = answer->reason;
  g_free (client->user_name);
  client->user_name = g_strdup (answer->user_name);
}

/* Stands for the core. */
static void
reply_cb (HubCore *core, HubPeer *peer, const HubAuthAnswer *answer)
{
  g_assert_true (core == (HubCore *) (gpointer) peer->funcs);
  take ((Client *) (gpointer) ((guint8 *) peer - G_STRUCT_OFFSET (Client, peer)), answer);
}

/* Whether the answer came at once. */
static gboolean
connect (Fixture *fixture, guint index, const char *user_name, const char *password)
{
  Client *client = &fixture->clients[index];
  HubCredentials credentials = make_credentials (user_name, password);
  HubAuthReply reply = { reply_cb, (HubCore *) (gpointer) client->peer.funcs };
  HubAuthAnswer answer;

  client->is_answered = FALSE;
  if (!hub_access_funcs.authenticate (fixture->access, &client->peer, &credentials, reply, &answer))
    return FALSE;
  take (client, &answer);
  return TRUE;
}

static void
expect (Fixture *fixture, guint index, HubReason reason, const char *user_name)
{
  Client *client = &fixture->clients[index];

  hub_test_wait_until (client->is_answered);
  g_assert_cmpint (client->reason, ==, reason);
  if (reason == HUB_REASON_SUCCESS)
    g_assert_cmpstr (client->user_name, ==, user_name);
}

static void
test_core (Fixture *fixture, gconstpointer data)
{
  g_assert_true (connect (fixture, 0, NULL, NULL));
  expect (fixture, 0, HUB_REASON_NOT_AUTHORIZED, NULL);
  g_assert_true (connect (fixture, 0, "ann", NULL));
  expect (fixture, 0, HUB_REASON_BAD_CREDENTIALS, NULL);

  g_assert_false (connect (fixture, 0, "ann", "password of ann"));
  g_assert_false (connect (fixture, 1, "ann", "password of bob"));
  g_assert_true (connect (fixture, 2, "bob", "x"));
  expect (fixture, 2, HUB_REASON_SERVER_BUSY, NULL);
  expect (fixture, 0, HUB_REASON_SUCCESS, "ann");
  expect (fixture, 1, HUB_REASON_BAD_CREDENTIALS, NULL);

  /* Recognised. */
  g_assert_true (connect (fixture, 0, "ann", "password of ann"));
  expect (fixture, 0, HUB_REASON_SUCCESS, "ann");
  g_assert_cmpuint (hub_access_get_stats (fixture->access).hashed, ==, 2);
}

static void
test_forget (Fixture *fixture, gconstpointer data)
{
  g_assert_false (connect (fixture, 0, "ann", "password of ann"));
  g_assert_false (connect (fixture, 1, "bob", "password of bob"));
  hub_access_funcs.forget (fixture->access, &fixture->clients[0].peer);
  hub_access_funcs.forget (fixture->access, &fixture->clients[0].peer);
  hub_access_funcs.forget (fixture->access, &fixture->clients[2].peer);
  expect (fixture, 1, HUB_REASON_SUCCESS, "bob");
  g_assert_false (fixture->clients[0].is_answered);
}

static void
test_free (Fixture *fixture, gconstpointer data)
{
  g_assert_false (connect (fixture, 0, "ann", "password of ann"));
  g_assert_false (connect (fixture, 1, "bob", "password of bob"));
  g_clear_pointer (&fixture->access, hub_access_free);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_false (fixture->clients[0].is_answered);
  g_assert_false (fixture->clients[1].is_answered);
}

/* Who asks over HTTP has no Client Identifier; all else is the same. */
static void
test_http (Fixture *fixture, gconstpointer data)
{
  Client *client = &fixture->clients[0];
  HubCredentials credentials = make_credentials ("ann", "password of ann");
  HubAuthReply reply = { reply_cb, (HubCore *) (gpointer) client->peer.funcs };
  HubAuthAnswer answer;
  HubIdentity who;

  credentials.client_id = NULL;
  g_assert_false (hub_access_funcs.authenticate (fixture->access, &client->peer, &credentials, reply, &answer));
  expect (fixture, 0, HUB_REASON_SUCCESS, "ann");

  hub_identity_init (&who, NULL, "ann", 0);
  g_assert_true (hub_access_may_read (fixture->access, &who, HUB_SPAN_LITERAL ("a")));
  g_assert_false (hub_access_may_read (fixture->access, &who, HUB_SPAN_LITERAL ("b")));
}

/* What the rules say changes at once, and the number tells that it has. */
static void
test_set_rules (Fixture *fixture, gconstpointer data)
{
  const HubAccessFuncs *funcs = &hub_access_funcs;
  const char *const users[] = { "ann", NULL };
  g_autoptr (HubAccessRules) rules = make_rules (users, "user ann\ntopic read b");
  HubSpan a = HUB_SPAN_LITERAL ("a");
  HubSpan b = HUB_SPAN_LITERAL ("b");
  guint64 generation = funcs->get_generation (fixture->access);
  HubIdentity ann;
  HubIdentity bob;

  hub_identity_init (&ann, "id", "ann", 0);
  hub_identity_init (&bob, "id", "bob", 0);
  g_assert_true (funcs->may_publish (fixture->access, &ann, a, 1, FALSE));
  g_assert_true (funcs->may_read (fixture->access, &ann, a));
  g_assert_true (funcs->may_subscribe (fixture->access, &ann, a));
  g_assert_false (funcs->may_subscribe (fixture->access, &ann, b));
  g_assert_true (funcs->may_stay (fixture->access, &bob));
  g_assert_cmpuint (funcs->get_generation (fixture->access), ==, generation);

  hub_access_set_rules (fixture->access, rules);
  g_assert_cmpuint (funcs->get_generation (fixture->access), !=, generation);
  g_assert_false (funcs->may_publish (fixture->access, &ann, a, 1, FALSE));
  g_assert_false (funcs->may_read (fixture->access, &ann, a));
  g_assert_false (funcs->may_subscribe (fixture->access, &ann, a));
  g_assert_true (funcs->may_subscribe (fixture->access, &ann, b));
  g_assert_false (funcs->may_publish (fixture->access, &ann, b, 1, FALSE));
  g_assert_true (funcs->may_stay (fixture->access, &ann));
  g_assert_false (funcs->may_stay (fixture->access, &bob));
}

/* A user who is taken out while his password is being checked stays outside; one whose entry is the same comes in. */
static void
test_set_rules_meanwhile (Fixture *fixture, gconstpointer data)
{
  const char *const users[] = { "bob", NULL };
  g_autofree char *text = hub_test_passwords_text (users, 10);
  g_autoptr (HubPasswordFile) before = hub_password_file_parse (text, strlen (text), "passwords", NULL);
  g_autoptr (HubPasswordFile) after = hub_password_file_parse (text, strlen (text), "passwords", NULL);
  HubAccessListener listeners[] = { { FALSE, before, NULL }, { FALSE, after, NULL } };
  g_autoptr (HubAccessRules) rules = hub_access_rules_new (&listeners[0], 1);
  g_autoptr (HubAccessRules) same = hub_access_rules_new (&listeners[1], 1);

  g_assert_false (connect (fixture, 0, "ann", "password of ann"));
  hub_access_set_rules (fixture->access, rules);
  expect (fixture, 0, HUB_REASON_BAD_CREDENTIALS, NULL);
  g_assert_false (connect (fixture, 0, "bob", "password of bob"));
  hub_access_set_rules (fixture->access, same);
  expect (fixture, 0, HUB_REASON_SUCCESS, "bob");
}

static void
test_log (Fixture *fixture, gconstpointer data)
{
  for (guint i = 0; i < HUB_FAILURES_MAX; i++)
    {
      g_autofree char *password = g_strdup_printf ("wrong %u", i);

      g_assert_false (connect (fixture, 0, "ann", password));
      expect (fixture, 0, HUB_REASON_BAD_CREDENTIALS, NULL);
    }
  g_assert_cmpstr (fixture->log->str, ==, "");
  g_assert_false (connect (fixture, 0, "ann", "password of ann"));
  g_assert_cmpstr (fixture->log->str, ==, "The answer to 192.0.2.7:1234 is delayed: 10 logins from that address have failed within a minute.\n");
  expect (fixture, 0, HUB_REASON_SUCCESS, "ann");
}

int
main (int argc, char *argv[])
{
  static const struct
  {
    const char *path;
    void (*test) (Fixture *fixture, gconstpointer data);
  } tests[] = {
    { "/access/access/core", test_core },
    { "/access/access/forget", test_forget },
    { "/access/access/free", test_free },
    { "/access/access/http", test_http },
    { "/access/access/set-rules", test_set_rules },
    { "/access/access/set-rules-meanwhile", test_set_rules_meanwhile },
    { "/access/access/log", test_log },
  };

  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, Fixture, NULL, set_up, tests[i].test, tear_down);
  return g_test_run ();
}
