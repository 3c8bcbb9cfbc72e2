/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/hub-hooks.h"

#include "broker/hub-exchange-private.h"

/* Somebody has to vouch for a client: the door, by letting in everybody, or a hook: for a name, or what was exchanged. Where
 * a file says who may come in, it has the last word on those who say no name. */
static gboolean
is_vouched_for (const HubHooks *self, const HubPeer *peer, const HubCredentials *credentials)
{
  if (credentials->is_exchanged || peer->policy->allow_anonymous || peer->policy->has_password_file)
    return TRUE;
  return credentials->origin.certificate_name != NULL ||
         (credentials->user_name != NULL && self->authenticate.func != NULL);
}

static gboolean
ask (const HubHooks *self, HubPeer *peer, const HubCredentials *credentials, const char *user_name)
{
  g_autoptr (GBytes) password = NULL;
  char address[HUB_PEER_NAME_SIZE];

  if (self->authenticate.func == NULL || credentials->is_exchanged)
    return TRUE;
  if (credentials->has_password)
    password = g_bytes_new (credentials->password.data, credentials->password.size);
  peer->funcs->describe (peer, address);
  return self->authenticate.func (credentials->client_id, user_name, password, address, self->authenticate.user_data);
}

static gboolean
authenticate (gpointer access, HubPeer *peer, const HubCredentials *credentials, HubAuthReply reply, HubAuthAnswer *answer)
{
  const HubHooks *self = access;
  const char *certificate_name = credentials->origin.certificate_name;

  *answer = (HubAuthAnswer){
    .reason = HUB_REASON_SUCCESS,
    .user_name = certificate_name != NULL ? certificate_name : credentials->user_name,
    .is_certified = certificate_name != NULL,
  };
  if (!is_vouched_for (self, peer, credentials))
    answer->reason = HUB_REASON_NOT_AUTHORIZED;
  else if (!ask (self, peer, credentials, answer->user_name))
    answer->reason = HUB_REASON_BAD_CREDENTIALS;
  return TRUE;
}

static void
forget (gpointer access, HubPeer *peer)
{
  HubHooks *self = access;

  if (self->exchanges != NULL)
    g_hash_table_remove (self->exchanges, peer);
}

static HubExchange *
obtain_exchange (HubHooks *self, HubPeer *peer, const HubAuthStep *step)
{
  char address[HUB_PEER_NAME_SIZE];
  HubExchange *exchange;

  if (self->exchanges == NULL)
    self->exchanges = g_hash_table_new_full (NULL, NULL, NULL, g_object_unref);
  if (step->stage == HUB_AUTH_STAGE_CONTINUE)
    return g_hash_table_lookup (self->exchanges, peer);
  peer->funcs->describe (peer, address);
  exchange = hub_exchange_new (step, address);
  g_hash_table_insert (self->exchanges, peer, exchange);
  return exchange;
}

static HubReason
reason_of (HubExchangeVerdict verdict)
{
  switch (verdict)
    {
    case HUB_EXCHANGE_GRANTED:
      return HUB_REASON_SUCCESS;
    case HUB_EXCHANGE_CONTINUED:
      return HUB_REASON_CONTINUE_AUTHENTICATION;
    case HUB_EXCHANGE_UNKNOWN_METHOD:
      return HUB_REASON_BAD_AUTHENTICATION_METHOD;
    case HUB_EXCHANGE_REFUSED:
    default:
      return HUB_REASON_NOT_AUTHORIZED;
    }
}

static void
take_step (gpointer access, HubPeer *peer, const HubAuthStep *step, HubAuthStepAnswer *answer)
{
  HubHooks *self = access;
  const char *certificate_name = step->credentials->origin.certificate_name;
  g_autoptr (GBytes) data = NULL;
  HubExchange *exchange;

  if (self->exchange.func == NULL)
    {
      answer->reason = HUB_REASON_BAD_AUTHENTICATION_METHOD;
      return;
    }
  if (step->has_data)
    data = g_bytes_new (step->data.data, step->data.size);
  exchange = obtain_exchange (self, peer, step);
  answer->reason = reason_of (self->exchange.func (exchange, data, self->exchange.user_data));
  answer->data = hub_exchange_take_data (exchange);
  if (answer->reason == HUB_REASON_SUCCESS)
    answer->user_name = g_strdup (certificate_name != NULL ? certificate_name : hub_exchange_get_shown_name (exchange));
  if (answer->reason != HUB_REASON_CONTINUE_AUTHENTICATION)
    g_hash_table_remove (self->exchanges, peer);
}

static gboolean
may_publish (gpointer access, const HubIdentity *who, HubSpan topic, guint8 qos, gboolean is_retain)
{
  const HubHooks *self = access;
  g_autofree char *name = NULL;

  if (self->may_publish.func == NULL)
    return TRUE;
  name = hub_span_dup_string (topic);
  return self->may_publish.func (who->client_id, who->user_name, name, qos, is_retain, self->may_publish.user_data);
}

static gboolean
may_subscribe (gpointer access, const HubIdentity *who, HubSpan filter)
{
  const HubHooks *self = access;
  g_autofree char *text = NULL;

  if (self->may_subscribe.func == NULL)
    return TRUE;
  text = hub_span_dup_string (filter);
  return self->may_subscribe.func (who->client_id, who->user_name, text, self->may_subscribe.user_data);
}

/* Whoever may subscribe may read what comes of it. */
static gboolean
may_read (gpointer access, const HubIdentity *who, HubSpan topic)
{
  return TRUE;
}

static gboolean
may_stay (gpointer access, const HubIdentity *who)
{
  return TRUE;
}

/* Nobody may rely on the answers of before: they are for the program to change whenever it likes. */
static guint64
get_generation (gpointer access)
{
  return 0;
}

const HubAccessFuncs hub_hooks_funcs = {
  .authenticate = authenticate,
  .exchange = take_step,
  .forget = forget,
  .may_publish = may_publish,
  .may_subscribe = may_subscribe,
  .may_read = may_read,
  .may_stay = may_stay,
  .get_generation = get_generation,
};

/**
 * hub_hooks_are_set:
 * @self: hooks
 *
 * Returns: whether there is anybody to be asked
 */
gboolean
hub_hooks_are_set (const HubHooks *self)
{
  return self->authenticate.func != NULL || self->exchange.func != NULL || self->may_publish.func != NULL ||
         self->may_subscribe.func != NULL;
}

/**
 * hub_hooks_clear:
 * @self: hooks that nobody asks any more
 */
void
hub_hooks_clear (HubHooks *self)
{
  if (self->authenticate.destroy != NULL)
    self->authenticate.destroy (self->authenticate.user_data);
  if (self->exchange.destroy != NULL)
    self->exchange.destroy (self->exchange.user_data);
  if (self->may_publish.destroy != NULL)
    self->may_publish.destroy (self->may_publish.user_data);
  if (self->may_subscribe.destroy != NULL)
    self->may_subscribe.destroy (self->may_subscribe.user_data);
  g_clear_pointer (&self->exchanges, g_hash_table_unref);
  *self = (HubHooks){ 0 };
}
