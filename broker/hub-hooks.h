/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "broker/core/hub-access-funcs.h"
#include "broker/hubbub/hub-broker.h"
#include "broker/net/hub-server.h"

G_BEGIN_DECLS

/**
 * HubHooks:
 * @authenticate: (nullable): whether a client may come in
 * @exchange: (nullable): the same, for one that shows who it is by AUTH
 * @may_publish: (nullable): whether it may publish
 * @may_subscribe: (nullable): whether it may subscribe
 *
 * What the program around the broker has to say about access. Filled before the broker's thread begins, and not changed
 * while it runs.
 */
typedef struct
{
  struct
  {
    HubAuthenticateFunc func;
    gpointer user_data;
    GDestroyNotify destroy;
  } authenticate;
  struct
  {
    HubExchangeFunc func;
    gpointer user_data;
    GDestroyNotify destroy;
  } exchange;
  struct
  {
    HubMayPublishFunc func;
    gpointer user_data;
    GDestroyNotify destroy;
  } may_publish;
  struct
  {
    HubMaySubscribeFunc func;
    gpointer user_data;
    GDestroyNotify destroy;
  } may_subscribe;
  /*< private >*/
  GHashTable *exchanges; /* (owned) (nullable) (element-type HubPeer HubExchange) (broker thread): those under way */
} HubHooks;

/**
 * hub_hooks_funcs:
 *
 * How the core reaches [struct@Hub.Hooks].
 */
extern const HubAccessFuncs hub_hooks_funcs;

gboolean hub_hooks_are_set (const HubHooks *self);
void hub_hooks_clear (HubHooks *self);

G_END_DECLS
