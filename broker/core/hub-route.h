/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "broker/core/hub-session.h"

G_BEGIN_DECLS

typedef struct _HubShare HubShare;

/**
 * HubMatch:
 * @session: (unowned): who gets the message
 * @identifiers: (owned) (nullable): the Subscription Identifiers of all filters that match
 * @qos: the highest QoS granted among the filters that match
 * @keeps_retain: whether one of them asked for Retain As Published
 * @has_no_local: whether one of them does not want what its own client publishes
 * @echo: where then in the echoes of the route it stands what @session gets of its own, from 1 on; 0: nothing
 *
 * One receiver of a topic. However many of its filters match, a session is there once [MQTT-3.3.4-2].
 */
typedef struct
{
  HubSession *session;
  HubIdentifiers *identifiers;
  guint8 qos;
  bool keeps_retain : 1;
  bool has_no_local : 1;
  guint echo;
} HubMatch;

/**
 * HubRoute:
 * @n_matches: how many receivers there are
 * @matches: (array length=n_matches): who they are
 * @n_shares: how many shared subscriptions there are
 * @shares: (array length=n_shares): which
 * @echoes: what some of the receivers get of what they have published themselves: see [struct@Hub.Match]
 *
 * Who gets what is published to one topic.
 */
typedef struct
{
  guint n_matches;
  HubMatch *matches;
  guint n_shares;
  HubShare **shares;
  const HubMatch *echoes;
} HubRoute;

/**
 * HubRouteCache:
 *
 * The routes of the topics used lately, by topic. What they hold in all is bounded.
 */
typedef struct _HubRouteCache HubRouteCache;

/**
 * HubRouteFillFunc:
 * @topic: a valid Topic Name
 * @matches: (inout) (element-type HubMatch): an empty array for its receivers
 * @shares: (inout) (element-type HubShare): an empty array for the shared subscriptions
 * @echoes: (inout) (element-type HubMatch): an empty array for what receivers get of their own
 * @user_data: as given
 *
 * Finds out who gets what is published to @topic.
 */
typedef void (*HubRouteFillFunc) (HubSpan topic, GArray *matches, GPtrArray *shares, GArray *echoes, gpointer user_data);

void hub_match_clear (HubMatch *self);

HubRouteCache *hub_route_cache_new (HubRouteFillFunc fill, gpointer user_data) G_GNUC_WARN_UNUSED_RESULT;
void hub_route_cache_free (HubRouteCache *self);
const HubRoute *hub_route_cache_get (HubRouteCache *self, HubSpan topic, guint64 generation);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HubRouteCache, hub_route_cache_free)

G_END_DECLS
