/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/access/hub-access-chain.h"

/* What the program around the broker says comes before what its files say: it is asked first, since it answers at once. */

static gboolean
authenticate (gpointer access, HubPeer *peer, const HubCredentials *credentials, HubAuthReply reply, HubAuthAnswer *answer)
{
  const HubAccessChain *self = access;

  if (!self->first->authenticate (self->first_data, peer, credentials, reply, answer))
    g_assert_not_reached ();
  if (answer->reason != HUB_REASON_SUCCESS)
    return TRUE;
  return self->second->authenticate (self->second_data, peer, credentials, reply, answer);
}

/* The second one, which may have its own mind about the name that was shown, is asked by authenticate(). */
static void
exchange (gpointer access, HubPeer *peer, const HubAuthStep *step, HubAuthStepAnswer *answer)
{
  const HubAccessChain *self = access;

  if (self->first->exchange != NULL)
    self->first->exchange (self->first_data, peer, step, answer);
  else
    answer->reason = HUB_REASON_BAD_AUTHENTICATION_METHOD;
}

static void
forget (gpointer access, HubPeer *peer)
{
  const HubAccessChain *self = access;

  self->first->forget (self->first_data, peer);
  self->second->forget (self->second_data, peer);
}

static gboolean
may_publish (gpointer access, const HubIdentity *who, HubSpan topic, guint8 qos, gboolean is_retain)
{
  const HubAccessChain *self = access;

  return self->first->may_publish (self->first_data, who, topic, qos, is_retain) &&
         self->second->may_publish (self->second_data, who, topic, qos, is_retain);
}

static gboolean
may_subscribe (gpointer access, const HubIdentity *who, HubSpan filter)
{
  const HubAccessChain *self = access;

  return self->first->may_subscribe (self->first_data, who, filter) &&
         self->second->may_subscribe (self->second_data, who, filter);
}

static gboolean
may_read (gpointer access, const HubIdentity *who, HubSpan topic)
{
  const HubAccessChain *self = access;

  return self->first->may_read (self->first_data, who, topic) && self->second->may_read (self->second_data, who, topic);
}

static gboolean
may_stay (gpointer access, const HubIdentity *who)
{
  const HubAccessChain *self = access;

  return self->first->may_stay (self->first_data, who) && self->second->may_stay (self->second_data, who);
}

/* Each of them only grows. */
static guint64
get_generation (gpointer access)
{
  const HubAccessChain *self = access;

  return self->first->get_generation (self->first_data) + self->second->get_generation (self->second_data);
}

const HubAccessFuncs hub_access_chain_funcs = {
  .authenticate = authenticate,
  .exchange = exchange,
  .forget = forget,
  .may_publish = may_publish,
  .may_subscribe = may_subscribe,
  .may_read = may_read,
  .may_stay = may_stay,
  .get_generation = get_generation,
};
