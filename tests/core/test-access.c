/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/support/hub-test-core.h"

/*
 * Rules of access as simple as they can be: the password is "right" or not, and is looked at later when the user name
 * begins with "late"; nobody may do anything with the one topic that is closed.
 */
typedef struct
{
  HubTestCore *core;
  HubPeer *asking;
  HubAuthReply reply;
  char *user_name;
  gboolean is_right;
  guint n_forgotten;
  const char *closed_to_readers;
  const char *closed_to_writers;
  const char *sent_away;
} Fixture;

static gboolean
authenticate (gpointer access, HubPeer *peer, const HubCredentials *credentials, HubAuthReply reply, HubAuthAnswer *answer)
{
  Fixture *self = access;
  gboolean is_right = hub_span_equal (credentials->password, HUB_SPAN_LITERAL ("right"));

  if (credentials->user_name == NULL || !g_str_has_prefix (credentials->user_name, "late"))
    {
      *answer = (HubAuthAnswer){ is_right ? HUB_REASON_SUCCESS : HUB_REASON_BAD_CREDENTIALS, credentials->user_name };
      return TRUE;
    }
  g_assert_null (self->asking);
  self->asking = peer;
  self->reply = reply;
  self->is_right = is_right;
  self->user_name = g_strdup (credentials->user_name);
  return FALSE;
}

static void
forget (gpointer access, HubPeer *peer)
{
  Fixture *self = access;

  g_assert_true (peer == self->asking);
  self->asking = NULL;
  self->n_forgotten++;
  g_clear_pointer (&self->user_name, g_free);
}

static gboolean
is_closed (const char *closed, HubSpan topic)
{
  return hub_span_equal (hub_span_from_string (closed), topic);
}

static gboolean
may_publish (gpointer access, const HubIdentity *who, HubSpan topic, guint8 qos, gboolean is_retain)
{
  return !is_closed (((Fixture *) access)->closed_to_writers, topic);
}

static gboolean
may_read (gpointer access, const HubIdentity *who, HubSpan topic)
{
  return !is_closed (((Fixture *) access)->closed_to_readers, topic) || g_strcmp0 (who->user_name, "root") == 0;
}

static gboolean
may_stay (gpointer access, const HubIdentity *who)
{
  return g_strcmp0 (((Fixture *) access)->sent_away, who->client_id) != 0;
}

static guint64
get_generation (gpointer access)
{
  return 1;
}

static const HubAccessFuncs access_funcs = {
  authenticate,
  NULL,
  forget,
  may_publish,
  may_read,
  may_read,
  may_stay,
  get_generation,
};

static void
set_up (Fixture *self, gconstpointer data)
{
  HubCoreOptions options = {
    .policy = HUB_PEER_POLICY_OPEN,
    .access = &access_funcs,
    .access_data = self,
    .log.level = HUB_LOG_DEBUG,
  };

  hub_limits_init_broker (&options.limits);
  self->closed_to_readers = "secret";
  self->closed_to_writers = "closed";
  self->core = hub_test_core_new_with_options (&options);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  hub_test_core_free (self->core);
  g_assert_null (self->asking);
  g_assert_null (self->user_name);
}

static void
answer (Fixture *self)
{
  g_autofree char *user_name = g_steal_pointer (&self->user_name);
  HubAuthAnswer answer = { self->is_right ? HUB_REASON_SUCCESS : HUB_REASON_NOT_AUTHORIZED, user_name };
  HubPeer *peer = g_steal_pointer (&self->asking);

  self->reply.func (self->reply.core, peer, &answer);
}

static HubTestPeer *
join (Fixture *self, const char *bytes)
{
  HubTestPeer *peer = hub_test_core_open (self->core);

  hub_test_peer_send (peer, bytes);
  return peer;
}

/* A member called @id, at once. */
static HubTestPeer *
member (Fixture *self, const char *id, const char *user)
{
  g_autofree char *bytes = g_strdup_printf ("10 [{'MQTT'} 04 c0 0000 {'%s'} {'%s'} {'right'}]", id, user);
  HubTestPeer *peer = join (self, bytes);
  g_autofree char *first = hub_test_peer_take_next (peer);

  g_assert_true (g_str_has_prefix (first, "CONNACK"));
  g_assert_true (g_str_has_suffix (first, " 0"));
  return peer;
}

static void
test_at_once (Fixture *self, gconstpointer data)
{
  HubTestPeer *old = join (self, "10 [{'MQTT'} 04 c2 0000 {'id'} {'ada'} {'wrong'}]");
  HubTestPeer *new = join (self, "10 [{'MQTT'} 05 c2 0000 00 {'id'} {'ada'} {'wrong'}]");

  hub_test_peer_expect (old, "CONNACK 0 4");
  hub_test_peer_expect_closed (old, HUB_REASON_BAD_CREDENTIALS);
  hub_test_peer_expect (new, "CONNACK 0 134");
  hub_test_peer_expect_closed (new, HUB_REASON_BAD_CREDENTIALS);
  member (self, "id", "ada");
}

/* What is sent behind a CONNECT waits for its answer, and is handled in its order [MQTT-3.1.4-6]. */
static void
test_later (Fixture *self, gconstpointer data)
{
  HubTestPeer *peer = join (self, "10 [{'MQTT'} 05 c2 0000 00 {} {'late'} {'right'}] 82 [0001 00 {'a'} 00] 30 [{'a'} 00 'x']");
  g_autofree char *first = NULL;

  hub_test_peer_expect (peer, "");
  hub_test_peer_send (peer, "c0 00");
  hub_test_peer_expect (peer, "");
  g_assert_cmpuint (hub_core_get_stats (self->core->core).clients, ==, 0);

  answer (self);
  first = hub_test_peer_take_next (peer);
  g_assert_true (g_str_has_prefix (first, "CONNACK 0 0 {"));
  g_assert_nonnull (strstr (first, "assigned=auto-"));
  g_assert_true (peer->is_resumed);
  hub_test_peer_feed (peer, (HubSpan){ NULL, 0 });
  hub_test_peer_expect (peer, "SUBACK m1 00; PUBLISH d0 q0 r0 m0 a x; PINGRESP");
}

/* A password that takes its time does not make its CONNECT the later one [MQTT-3.1.4-3]. */
static void
test_overtaken (Fixture *self, gconstpointer data)
{
  HubTestPeer *late = join (self, "10 [{'MQTT'} 04 c2 0000 {'id'} {'late'} {'right'}]");
  HubTestPeer *other = join (self, "10 [{'MQTT'} 04 c2 0000 {'id'} {'u'} {'right'}]");

  hub_test_peer_expect (other, "CONNACK 0 0");
  hub_test_peer_expect_closed (late, HUB_REASON_SESSION_TAKEN_OVER);
  g_assert_cmpuint (self->n_forgotten, ==, 1);

  /* A later one is left alone by an earlier one, and then takes over. */
  late = join (self, "10 [{'MQTT'} 04 c2 0000 {'id'} {'late'} {'right'}]");
  g_assert_false (other->is_closed);
  answer (self);
  hub_test_peer_expect (late, "CONNACK 0 0");
  hub_test_peer_expect_closed (other, HUB_REASON_SESSION_TAKEN_OVER);
}

static void
test_refused_later (Fixture *self, gconstpointer data)
{
  HubTestPeer *watcher = member (self, "watcher", "root");
  HubTestPeer *peer;

  hub_test_peer_subscribe (watcher, "#", 0);
  peer = join (self, "10 [{'MQTT'} 04 c6 0000 {'watcher'} {'w'} {'gone'} {'late'} {'wrong'}] 30 [{'a'} 'x']");
  answer (self);
  hub_test_peer_expect (peer, "CONNACK 0 5");
  hub_test_peer_expect_closed (peer, HUB_REASON_NOT_AUTHORIZED);
  g_assert_false (peer->is_resumed);

  /* Neither has it taken the place of the other one, nor was its will published. */
  g_assert_false (watcher->is_closed);
  hub_test_peer_expect (watcher, "");
}

static void
test_gone_before (Fixture *self, gconstpointer data)
{
  hub_test_peer_lose (join (self, "10 [{'MQTT'} 04 c2 0000 {'id'} {'late'} {'right'}]"));
  g_assert_cmpuint (self->n_forgotten, ==, 1);
  join (self, "10 [{'MQTT'} 04 c2 0000 {'id'} {'late'} {'right'}]");
  hub_test_core_pass (self->core, 10 * G_TIME_SPAN_SECOND);
  g_assert_cmpuint (self->n_forgotten, ==, 2);
  join (self, "10 [{'MQTT'} 04 c2 0000 {'id'} {'late'} {'right'}]");
}

/* MQTT 3.1.1 acknowledges and drops [MQTT-3.3.5-2], 5.0 says so and keeps the connection. */
static void
test_publish (Fixture *self, gconstpointer data)
{
  HubTestPeer *watcher = member (self, "watcher", "root");
  HubTestPeer *old = member (self, "old", "ada");
  HubTestPeer *new = join (self, "10 [{'MQTT'} 05 c2 0000 00 {'new'} {'ada'} {'right'}]");

  hub_test_peer_subscribe (watcher, "#", 0);
  g_free (hub_test_peer_take (new));
  hub_test_peer_send (old, "32 [{'closed'} 0001 'x'] 34 [{'closed'} 0002 'x'] 62 [0002] 30 [{'closed'} 'x'] 33 [{'closed'} 0003 'x']");
  hub_test_peer_expect (old, "PUBACK m1; PUBREC m2; PUBCOMP m2; PUBACK m3");
  hub_test_peer_send (new, "32 [{'closed'} 0001 00 'x'] 34 [{'closed'} 0002 00 'x'] 62 [0002] 30 [{'closed'} 00 'x']");
  hub_test_peer_expect (new, "PUBACK m1 rc87; PUBREC m2 rc87; PUBCOMP m2 rc92");
  hub_test_peer_expect (watcher, "");
  g_assert_cmpuint (hub_core_get_stats (self->core->core).publishes_denied, ==, 7);
  g_assert_cmpuint (hub_core_get_stats (self->core->core).retained, ==, 0);
}

static void
test_will (Fixture *self, gconstpointer data)
{
  HubTestPeer *watcher = member (self, "watcher", "root");
  HubTestPeer *denied = join (self, "10 [{'MQTT'} 05 c6 0000 00 {'id'} 00 {'closed'} {'x'} {'ada'} {'right'}]");
  HubTestPeer *peer = join (self, "10 [{'MQTT'} 04 c6 0000 {'id'} {'open'} {'x'} {'ada'} {'right'}]");

  hub_test_peer_subscribe (watcher, "#", 0);
  hub_test_peer_expect (denied, "CONNACK 0 135");
  hub_test_peer_expect (peer, "CONNACK 0 0");
  self->closed_to_writers = "open";
  hub_core_rules_changed (self->core->core, self->core->now_us);
  hub_test_peer_lose (peer);
  hub_test_peer_expect (watcher, "");
}

static void
test_subscribe (Fixture *self, gconstpointer data)
{
  HubTestPeer *old = member (self, "old", "ada");
  HubTestPeer *new = join (self, "10 [{'MQTT'} 05 c2 0000 00 {'new'} {'ada'} {'right'}]");

  hub_test_peer_send (old, "82 [0001 {'secret'} 00 {'a'} 00]");
  hub_test_peer_expect (old, "SUBACK m1 80 00");
  g_free (hub_test_peer_take (new));
  hub_test_peer_send (new, "82 [0001 00 {'secret'} 00 {'a'} 00 {'$share/g/secret'} 00]");
  hub_test_peer_expect (new, "SUBACK m1 87 00 87");
}

/* By a wildcard that was granted: live, retained and shared. */
static void
test_read (Fixture *self, gconstpointer data)
{
  HubTestPeer *root = member (self, "root", "root");
  HubTestPeer *peer = member (self, "id", "ada");

  hub_test_peer_subscribe (root, "#", 0);
  hub_test_peer_subscribe (peer, "#", 0);
  hub_test_peer_subscribe (peer, "$share/g/#", 0);
  hub_test_peer_retain (root, "secret", "x", 0);
  hub_test_peer_expect (root, "PUBLISH d0 q0 r0 m0 secret x");
  hub_test_peer_subscribe (peer, "+", 0);
  hub_test_peer_expect (peer, "");

  /* The same session, and another user. */
  hub_test_peer_lose (peer);
  peer = member (self, "id", "root");
  hub_test_peer_publish (root, "secret", "y", 0);
  g_assert_cmpuint (hub_test_peer_count (peer, "PUBLISH d0 q0 r0 m0 secret y"), ==, 2);
}

/* Mosquitto CVE-2018-12546, CVE-2021-34434: what was queued, or under way, when the rules have changed. */
static void
test_queued_before_a_change (Fixture *self, gconstpointer data)
{
  HubTestPeer *root = member (self, "root", "root");
  HubTestPeer *peer = member (self, "id", "ada");

  hub_test_peer_subscribe (peer, "#", 1);
  hub_test_peer_publish (root, "a", "begun", 1);
  hub_test_peer_expect (peer, "PUBLISH d0 q1 r0 m1 a begun");
  hub_test_peer_lose (peer);
  hub_test_peer_publish (root, "a", "queued", 1);
  hub_test_peer_publish (root, "b", "queued", 1);
  self->closed_to_readers = "a";
  hub_core_rules_changed (self->core->core, self->core->now_us);
  peer = member (self, "id", "ada");
  hub_test_peer_expect (peer, "PUBLISH d0 q1 r0 m2 b queued");
  hub_test_peer_publish (root, "a", "live", 1);
  hub_test_peer_publish (root, "secret", "live", 1);
  hub_test_peer_expect (peer, "PUBLISH d0 q1 r0 m3 secret live");
}

static void
test_sent_away (Fixture *self, gconstpointer data)
{
  HubTestPeer *other = member (self, "other", "ada");
  HubTestPeer *peer = join (self, "10 [{'MQTT'} 05 c2 0000 00 {'id'} {'ada'} {'right'}]");

  g_free (hub_test_peer_take (peer));
  self->sent_away = "id";
  hub_core_rules_changed (self->core->core, self->core->now_us);
  hub_test_peer_expect (peer, "DISCONNECT 87");
  hub_test_peer_expect_closed (peer, HUB_REASON_NOT_AUTHORIZED);
  g_assert_false (other->is_closed);
}

#define add_test(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  add_test ("/core/access/at-once", test_at_once);
  add_test ("/core/access/MQTT-3.1.4-6/later", test_later);
  add_test ("/core/access/MQTT-3.1.4-3/overtaken", test_overtaken);
  add_test ("/core/access/refused-later", test_refused_later);
  add_test ("/core/access/gone-before", test_gone_before);
  add_test ("/core/access/MQTT-3.3.5-2/publish", test_publish);
  add_test ("/core/access/will", test_will);
  add_test ("/core/access/subscribe", test_subscribe);
  add_test ("/core/access/read", test_read);
  add_test ("/core/access/queued-before-a-change", test_queued_before_a_change);
  add_test ("/core/access/sent-away", test_sent_away);
  return g_test_run ();
}
