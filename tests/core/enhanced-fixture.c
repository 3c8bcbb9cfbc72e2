/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/core/enhanced-fixture.h"

static gboolean
says (const HubAuthStep *step, const char *text)
{
  return step->has_data && hub_span_equal (step->data, hub_span_from_string (text));
}

static GBytes *
bytes_of (const char *text)
{
  return g_bytes_new (text, strlen (text));
}

static void
exchange (gpointer access, HubPeer *peer, const HubAuthStep *step, HubAuthStepAnswer *answer)
{
  EnhancedFixture *self = access;

  g_assert_true (self->exchanging == (step->stage == HUB_AUTH_STAGE_CONTINUE ? peer : NULL));
  g_assert_cmpstr (step->credentials->client_id, !=, NULL);
  g_assert_false (step->credentials->has_password);
  self->n_steps++;
  self->stage = step->stage;
  if (!hub_span_equal (step->method, HUB_SPAN_LITERAL ("m")))
    {
      answer->reason = HUB_REASON_BAD_AUTHENTICATION_METHOD;
    }
  else if (says (step, "go on"))
    {
      answer->reason = HUB_REASON_CONTINUE_AUTHENTICATION;
      answer->data = bytes_of ("more");
    }
  else if (!step->has_data)
    {
      answer->reason = HUB_REASON_CONTINUE_AUTHENTICATION;
    }
  else if (says (step, "ada") || says (step, "eve") || says (step, "late ada"))
    {
      answer->reason = HUB_REASON_SUCCESS;
      answer->user_name = hub_span_dup_string (step->data);
      answer->data = bytes_of ("bye");
    }
  else
    {
      answer->reason = says (step, "nobody") ? HUB_REASON_SUCCESS : HUB_REASON_NOT_AUTHORIZED;
    }
  self->exchanging = answer->reason == HUB_REASON_CONTINUE_AUTHENTICATION ? peer : NULL;
}

static gboolean
authenticate (gpointer access, HubPeer *peer, const HubCredentials *credentials, HubAuthReply reply, HubAuthAnswer *answer)
{
  EnhancedFixture *self = access;

  self->n_admitted += credentials->is_exchanged ? 1 : 0;
  if (credentials->user_name != NULL && g_str_has_prefix (credentials->user_name, "late"))
    {
      self->asking = peer;
      self->reply = reply;
      return FALSE;
    }
  *answer = (HubAuthAnswer){
    g_strcmp0 (credentials->user_name, "eve") == 0 ? HUB_REASON_BAD_CREDENTIALS : HUB_REASON_SUCCESS,
    credentials->user_name,
  };
  return TRUE;
}

static void
forget (gpointer access, HubPeer *peer)
{
  EnhancedFixture *self = access;

  g_assert_true (peer == self->exchanging || peer == self->asking);
  self->exchanging = NULL;
  self->asking = NULL;
  self->n_forgotten++;
}

static gboolean
may_publish (gpointer access, const HubIdentity *who, HubSpan topic, guint8 qos, gboolean is_retain)
{
  return !hub_span_equal (topic, HUB_SPAN_LITERAL ("hers")) || g_strcmp0 (who->user_name, "ada") == 0;
}

static gboolean
may (gpointer access, const HubIdentity *who, HubSpan topic)
{
  return TRUE;
}

static gboolean
may_stay (gpointer access, const HubIdentity *who)
{
  return TRUE;
}

static guint64
get_generation (gpointer access)
{
  return 1;
}

const HubAccessFuncs enhanced_fixture_funcs = {
  .authenticate = authenticate,
  .exchange = exchange,
  .forget = forget,
  .may_publish = may_publish,
  .may_subscribe = may,
  .may_read = may,
  .may_stay = may_stay,
  .get_generation = get_generation,
};

void
enhanced_fixture_init_options (HubCoreOptions *options, EnhancedFixture *self)
{
  *options = (HubCoreOptions){
    .policy = HUB_PEER_POLICY_OPEN,
    .access = &enhanced_fixture_funcs,
    .access_data = self,
    .log.level = HUB_LOG_DEBUG,
  };
  hub_limits_init_broker (&options->limits);
}

void
enhanced_fixture_set_up (EnhancedFixture *self, gconstpointer data)
{
  HubCoreOptions options;

  enhanced_fixture_init_options (&options, self);
  self->core = hub_test_core_new_with_options (&options);
}

/* Goes on with a broker of other options. */
void
enhanced_fixture_restart (EnhancedFixture *self, const HubCoreOptions *options)
{
  hub_test_core_free (self->core);
  self->core = hub_test_core_new_with_options (options);
}

void
enhanced_fixture_tear_down (EnhancedFixture *self, gconstpointer data)
{
  hub_test_core_free (self->core);
  g_assert_null (self->exchanging);
  g_assert_null (self->asking);
}

HubTestPeer *
enhanced_fixture_begin (EnhancedFixture *self, const char *bytes)
{
  HubTestPeer *peer = hub_test_core_open (self->core);

  peer->version = HUB_VERSION_5_0;
  hub_test_peer_send (peer, bytes);
  return peer;
}

/* A client whose exchange is under way. */
HubTestPeer *
enhanced_fixture_begin_exchange (EnhancedFixture *self)
{
  HubTestPeer *peer = enhanced_fixture_begin (self, CONNECT ("go on"));

  hub_test_peer_expect (peer, "AUTH 18 {method=m data=more}");
  g_assert_true (self->exchanging == &peer->peer);
  return peer;
}

/* One that has shown to be ada. */
HubTestPeer *
enhanced_fixture_join (EnhancedFixture *self)
{
  HubTestPeer *peer = enhanced_fixture_begin (self, CONNECT ("ada"));

  hub_test_peer_expect (peer, ACCEPTED (" data=bye"));
  return peer;
}
