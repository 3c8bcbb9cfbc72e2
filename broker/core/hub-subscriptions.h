/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "broker/core/hub-session.h"

G_BEGIN_DECLS

/**
 * HubMatch:
 * @session: (unowned): who gets the message
 * @qos: the highest QoS granted among the filters that match
 *
 * One receiver of a topic. However many of its filters match, a session is there once [MQTT-3.3.4-2].
 */
typedef struct
{
  HubSession *session;
  guint8 qos;
} HubMatch;

/**
 * HubRoute:
 * @n_matches: how many receivers there are
 * @matches: (array length=n_matches): who they are
 *
 * Who gets what is published to one topic.
 */
typedef struct
{
  guint n_matches;
  HubMatch *matches;
} HubRoute;

/**
 * HubSubscriptions:
 *
 * All subscriptions of a broker: a tree of filters, and in front of it the routes of the topics used
 * lately, which stay valid until any subscription changes.
 */
typedef struct _HubSubscriptions HubSubscriptions;

HubSubscriptions *hub_subscriptions_new (void) G_GNUC_WARN_UNUSED_RESULT;
void hub_subscriptions_free (HubSubscriptions *self);

void hub_subscriptions_add (HubSubscriptions *self, HubSession *session, HubSpan filter, guint8 qos);
gboolean hub_subscriptions_contains (HubSubscriptions *self, HubSession *session, HubSpan filter);
gboolean hub_subscriptions_remove (HubSubscriptions *self, HubSession *session, HubSpan filter);
void hub_subscriptions_remove_all (HubSubscriptions *self, HubSession *session);
gsize hub_subscriptions_get_count (const HubSubscriptions *self);
const HubRoute *hub_subscriptions_route (HubSubscriptions *self, HubSpan topic);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HubSubscriptions, hub_subscriptions_free)

G_END_DECLS
