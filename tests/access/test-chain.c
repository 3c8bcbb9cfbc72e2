/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/access/hub-access-chain.h"

#include <glib.h>

/* Two sets of rules, one behind the other. */

typedef struct
{
  gboolean allows;
  gboolean is_slow; /* answers later */
  const char *name;
  guint n_asked;
  guint n_forgotten;
  guint64 generation;
} Rules;

static gboolean
authenticate (gpointer access, HubPeer *peer, const HubCredentials *credentials, HubAuthReply reply, HubAuthAnswer *answer)
{
  Rules *self = access;

  self->n_asked++;
  if (self->is_slow)
    return FALSE;
  *answer = (HubAuthAnswer){ self->allows ? HUB_REASON_SUCCESS : HUB_REASON_BAD_CREDENTIALS, self->name };
  return TRUE;
}

static void
forget (gpointer access, HubPeer *peer)
{
  ((Rules *) access)->n_forgotten++;
}

static gboolean
may_publish (gpointer access, const HubIdentity *who, HubSpan topic, guint8 qos, gboolean is_retain)
{
  return ((Rules *) access)->allows;
}

static gboolean
may (gpointer access, const HubIdentity *who, HubSpan topic)
{
  return ((Rules *) access)->allows;
}

static gboolean
may_stay (gpointer access, const HubIdentity *who)
{
  return ((Rules *) access)->allows;
}

static guint64
get_generation (gpointer access)
{
  return ((Rules *) access)->generation;
}

static const HubAccessFuncs funcs = { authenticate, NULL, forget, may_publish, may, may, may_stay, get_generation };

static void
test_both_allow (void)
{
  for (guint i = 0; i < 4; i++)
    {
      Rules first = { .allows = (i & 1) != 0, .name = "first" };
      Rules second = { .allows = (i & 2) != 0, .name = "second" };
      HubAccessChain chain = { &funcs, &first, &funcs, &second };
      const HubAccessFuncs *both = &hub_access_chain_funcs;
      HubCredentials credentials = { 0 };
      HubAuthAnswer answer;
      HubIdentity who;
      HubSpan topic = HUB_SPAN_LITERAL ("a");
      gboolean expected = i == 3;

      hub_identity_init (&who, "id", NULL, 0);
      g_assert_true (both->authenticate (&chain, NULL, &credentials, (HubAuthReply){ 0 }, &answer));
      g_assert_cmpint (answer.reason == HUB_REASON_SUCCESS, ==, expected);
      g_assert_cmpstr (answer.user_name, ==, first.allows ? "second" : "first");
      /* A refusal of the first is not worth a password. */
      g_assert_cmpuint (second.n_asked, ==, first.allows ? 1 : 0);
      g_assert_cmpint (both->may_publish (&chain, &who, topic, 0, FALSE), ==, expected);
      g_assert_cmpint (both->may_subscribe (&chain, &who, topic), ==, expected);
      g_assert_cmpint (both->may_read (&chain, &who, topic), ==, expected);
      g_assert_cmpint (both->may_stay (&chain, &who), ==, expected);
    }
}

static void
test_later (void)
{
  Rules first = { .allows = TRUE };
  Rules second = { .is_slow = TRUE };
  HubAccessChain chain = { &funcs, &first, &funcs, &second };
  HubCredentials credentials = { 0 };
  HubAuthAnswer answer;

  g_assert_false (hub_access_chain_funcs.authenticate (&chain, NULL, &credentials, (HubAuthReply){ 0 }, &answer));
  hub_access_chain_funcs.forget (&chain, NULL);
  g_assert_cmpuint (first.n_forgotten, ==, 1);
  g_assert_cmpuint (second.n_forgotten, ==, 1);
}

static void
test_generation (void)
{
  Rules first = { .generation = 1 };
  Rules second = { .generation = 1 };
  HubAccessChain chain = { &funcs, &first, &funcs, &second };
  guint64 before = hub_access_chain_funcs.get_generation (&chain);

  second.generation++;
  g_assert_cmpuint (hub_access_chain_funcs.get_generation (&chain), >, before);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/access/chain/both-allow", test_both_allow);
  g_test_add_func ("/access/chain/later", test_later);
  g_test_add_func ("/access/chain/generation", test_generation);

  return g_test_run ();
}
