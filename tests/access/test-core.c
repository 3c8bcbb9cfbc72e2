/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/access/hub-access.h"
#include "tests/support/hub-test-core.h"
#include "tests/support/hub-test-passwords.h"
#include "tests/support/hub-test-wait.h"

/* The core with the real rules: what a client sees of them. */

typedef struct
{
  HubAccess *access; /* (owned) */
  HubTestCore *core; /* (owned) */
} Fixture;

static HubAccessRules *
make_rules (const char *const *users, const char *acl_text)
{
  g_autoptr (HubPasswordFile) passwords = hub_test_passwords (users, 10);
  g_autoptr (GError) error = NULL;
  g_autoptr (HubAcl) acl = hub_acl_parse (acl_text, strlen (acl_text), "acl", &error);
  HubAccessListener listener = { TRUE, passwords, acl };

  g_assert_no_error (error);
  return hub_access_rules_new (&listener, 1);
}

static void
set_rules (Fixture *self, const char *const *users, const char *acl_text)
{
  g_autoptr (HubAccessRules) rules = make_rules (users, acl_text);

  hub_access_set_rules (self->access, rules);
  hub_core_rules_changed (self->core->core, self->core->now_us);
}

static void
set_up (Fixture *self, gconstpointer data)
{
  const char *const users[] = { "ann", "bob", NULL };
  g_autoptr (HubAccessRules) rules = make_rules (users, "topic open\nuser ann\ntopic #\npattern own/%c/#\npattern of/%u");
  HubAuthOptions auth_options = { .max_running = 1, .max_waiting = 10, .max_per_address = 10, .max_delayed = 1, .delay_ms = 1 };
  HubCoreOptions options = {
    .policy = HUB_PEER_POLICY_OPEN,
    .access = &hub_access_funcs,
    .log.level = HUB_LOG_DEBUG,
  };

  self->access = hub_access_new (rules, &auth_options, (HubLog){ 0 });
  hub_limits_init_broker (&options.limits);
  options.access_data = self->access;
  self->core = hub_test_core_new_with_options (&options);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  hub_test_core_free (self->core);
  hub_access_free (self->access);
}

static HubTestPeer *
begin (Fixture *self, const char *bytes)
{
  HubTestPeer *peer = hub_test_core_open (self->core);

  hub_test_peer_send (peer, bytes);
  return peer;
}

/* Waits for the answer to a CONNECT. */
static void
expect_connack (HubTestPeer *peer, const char *text)
{
  g_autofree char *first = NULL;

  hub_test_wait_until (peer->output->len > 0);
  first = hub_test_peer_take_next (peer);
  g_assert_cmpstr (first, ==, text);
}

static HubTestPeer *
join (Fixture *self, const char *id, const char *user)
{
  g_autofree char *bytes = g_strdup_printf ("10 [{'MQTT'} 04 c0 0000 {'%s'} {'%s'} {'password of %s'}]", id, user, user);
  HubTestPeer *peer = begin (self, bytes);

  expect_connack (peer, "CONNACK 0 0");
  return peer;
}

static HubTestPeer *
join_anonymous (Fixture *self, const char *id)
{
  g_autofree char *bytes = g_strdup_printf ("10 [{'MQTT'} 04 02 0000 {'%s'}]", id);
  HubTestPeer *peer = begin (self, bytes);

  hub_test_peer_expect (peer, "CONNACK 0 0");
  return peer;
}

static void
test_passwords (Fixture *self, gconstpointer data)
{
  static const struct
  {
    const char *bytes;
    gboolean is_at_once;
    const char *connack;
  } rows[] = {
    { "10 [{'MQTT'} 04 c2 0000 {'id'} {'ann'} {'password of ann'}]", FALSE, "CONNACK 0 0" },
    { "10 [{'MQTT'} 04 c2 0000 {'id'} {'ann'} {'password of bob'}]", FALSE, "CONNACK 0 4" },
    { "10 [{'MQTT'} 05 c2 0000 00 {'id'} {'ann'} {'password of bob'}]", FALSE, "CONNACK 0 134" },
    { "10 [{'MQTT'} 04 c2 0000 {'id'} {'eve'} {'password of eve'}]", FALSE, "CONNACK 0 4" },
    { "10 [{'MQTT'} 04 c2 0000 {'id'} {} {}]", FALSE, "CONNACK 0 4" },
    { "10 [{'MQTT'} 04 c2 0000 {'id'} {'ann'} {}]", FALSE, "CONNACK 0 4" },
    { "10 [{'MQTT'} 04 82 0000 {'id'} {'ann'}]", TRUE, "CONNACK 0 4" },
    { "10 [{'MQTT'} 05 82 0000 00 {'id'} {'ann'}]", TRUE, "CONNACK 0 134" },
    { "10 [{'MQTT'} 04 02 0000 {'id'}]", TRUE, "CONNACK 0 0" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      HubTestPeer *peer = begin (self, rows[i].bytes);

      g_test_message ("%s", rows[i].bytes);
      g_assert_cmpint (peer->output->len > 0, ==, rows[i].is_at_once);
      expect_connack (peer, rows[i].connack);
      g_assert_cmpint (peer->is_closed, ==, !g_str_has_suffix (rows[i].connack, " 0"));
      if (!peer->is_closed)
        hub_test_peer_lose (peer);
    }
}

/* The connection goes, or the broker, while a password is being checked. */
static void
test_gone (Fixture *self, gconstpointer data)
{
  HubTestPeer *gone = begin (self, "10 [{'MQTT'} 04 c2 0000 {'id'} {'ann'} {'password of ann'}]");
  HubTestPeer *peer = begin (self, "10 [{'MQTT'} 04 c2 0000 {'id2'} {'bob'} {'password of bob'}]");

  hub_test_peer_lose (gone);
  expect_connack (peer, "CONNACK 0 0");
  g_assert_cmpuint (hub_core_get_stats (self->core->core).clients, ==, 1);
  begin (self, "10 [{'MQTT'} 04 c2 0000 {'id'} {'ann'} {'password of ann'}]");
}

static void
test_storm (Fixture *self, gconstpointer data)
{
  HubTestPeer *peers[200];

  for (guint i = 0; i < G_N_ELEMENTS (peers); i++)
    {
      g_autofree char *bytes = g_strdup_printf ("10 [{'MQTT'} 04 c2 0000 {'id %u'} {'ann'} {'password of ann'}]", i);

      peers[i] = begin (self, bytes);
    }
  for (guint i = 0; i < G_N_ELEMENTS (peers); i++)
    expect_connack (peers[i], "CONNACK 0 0");
  g_assert_cmpuint (hub_access_get_stats (self->access).hashed, ==, 1);
}

/* Mosquitto CVE-2017-7650, from the Client Identifier to the message. */
static void
test_hostile_names (Fixture *self, gconstpointer data)
{
  static const char *const names[] = { "#", "+", "a/b", "id/#", "+/x" };
  HubTestPeer *ann = join (self, "ann", "ann");

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      HubTestPeer *peer = join_anonymous (self, names[i]);

      g_test_message ("%s", names[i]);
      hub_test_peer_send (peer, "82 [0001 {'own/#'} 00 {'own/+/x'} 00 {'own/id/x'} 00 {'#'} 00]");
      hub_test_peer_expect (peer, "SUBACK m1 80 80 80 00");
      hub_test_peer_publish (ann, "own/id/x", "secret", 0);
      hub_test_peer_publish (ann, "own/a/b", "secret", 0);
      hub_test_peer_publish (ann, "of/x", "secret", 0);
      hub_test_peer_publish (ann, "open", "hello", 0);
      hub_test_peer_expect (peer, "PUBLISH d0 q0 r0 m0 open hello");
      hub_test_peer_disconnect (peer);
    }
}

/* Live, retained, queued and the will: what rules allowed before counts no more. */
static void
test_revoked (Fixture *self, gconstpointer data)
{
  const char *const users[] = { "ann", "bob", NULL };
  HubTestPeer *ann = join (self, "ann", "ann");
  HubTestPeer *leaving = begin (self, "10 [{'MQTT'} 04 06 0000 {'leaving'} {'open'} {'gone'}]");
  HubTestPeer *bob;

  expect_connack (leaving, "CONNACK 0 0");
  set_rules (self, users, "topic open\nuser ann\ntopic #\nuser bob\ntopic read #");
  bob = join (self, "bob", "bob");
  hub_test_peer_subscribe (bob, "#", 1);
  hub_test_peer_publish (ann, "secret", "1", 0);
  hub_test_peer_expect (bob, "PUBLISH d0 q0 r0 m0 secret 1");
  hub_test_peer_lose (bob);
  hub_test_peer_retain (ann, "secret", "2", 1);
  hub_test_peer_retain (ann, "open", "2", 1);

  set_rules (self, users, "user ann\ntopic #\nuser bob\ntopic read #\ntopic deny secret");
  bob = begin (self, "10 [{'MQTT'} 04 c0 0000 {'bob'} {'bob'} {'password of bob'}]");
  expect_connack (bob, "CONNACK 1 0");
  hub_test_peer_expect (bob, "PUBLISH d0 q1 r0 m1 open 2");
  hub_test_peer_ack (bob, HUB_PACKET_PUBACK, 1);
  hub_test_peer_publish (ann, "secret", "3", 0);
  hub_test_peer_lose (leaving);
  hub_test_peer_subscribe (bob, "+", 0);
  hub_test_peer_expect (bob, "PUBLISH d0 q0 r1 m0 open 2");
  hub_test_peer_send (bob, "82 [0002 {'secret'} 01]");
  hub_test_peer_expect (bob, "SUBACK m2 80");
}

/* A user who is taken out of the file leaves, and nobody else. */
static void
test_taken_out (Fixture *self, gconstpointer data)
{
  const char *const users[] = { "ann", NULL };
  HubTestPeer *ann = join (self, "ann", "ann");
  HubTestPeer *guest = join_anonymous (self, "guest");
  HubTestPeer *bob = join (self, "bob", "bob");

  set_rules (self, users, "topic open\nuser ann\ntopic #");
  g_assert_true (bob->is_closed);
  g_assert_false (ann->is_closed);
  g_assert_false (guest->is_closed);
  bob = begin (self, "10 [{'MQTT'} 04 c0 0000 {'bob'} {'bob'} {'password of bob'}]");
  expect_connack (bob, "CONNACK 0 4");
}

int
main (int argc, char *argv[])
{
  static const struct
  {
    const char *path;
    void (*test) (Fixture *self, gconstpointer data);
  } tests[] = {
    { "/access/core/passwords", test_passwords },
    { "/access/core/gone", test_gone },
    { "/access/core/storm", test_storm },
    { "/access/core/hostile-names", test_hostile_names },
    { "/access/core/revoked", test_revoked },
    { "/access/core/taken-out", test_taken_out },
  };

  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, Fixture, NULL, set_up, tests[i].test, tear_down);
  return g_test_run ();
}
