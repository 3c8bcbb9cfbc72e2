/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "broker/core/hub-route.h"

G_BEGIN_DECLS

/**
 * HubSubscription:
 * @session: (unowned): who has subscribed
 * @identifier: the Subscription Identifier; 0: none
 * @options: the QoS granted, %HUB_SUBSCRIPTION_NO_LOCAL and the like
 *
 * One subscription of one session.
 */
typedef struct _HubSubscription HubSubscription;
struct _HubSubscription
{
  HubSession *session;
  guint32 identifier;
  guint8 options;
  /*< private >*/
  guint index;              /* among the subscriptions of its filter, or the members of its share */
  struct _HubFilter *place; /* (unowned) */
  struct _HubShare *share;  /* (unowned) (nullable) */
  char filter[];
};

/**
 * HubShare:
 * @members: (owned) (element-type HubSubscription): who shares it
 * @next: whose turn it is
 *
 * A shared subscription: of what matches, each message goes to one member; MQTT 5.0, section 4.8.2.
 */
struct _HubShare
{
  GPtrArray *members;
  guint next;
  /*< private >*/
  guint index;   /* among the shares of what is shared */
  char filter[]; /* with all that is in front: no two are the same */
};

/**
 * HubSubscriptions:
 *
 * All subscriptions of a broker: a tree of filters, and in front of it the routes of the topics used
 * lately, which stay valid until any subscription changes.
 */
typedef struct _HubSubscriptions HubSubscriptions;

/**
 * HubReadFunc:
 * @session: who would get a message
 * @topic: its Topic Name
 * @user_data: as given
 *
 * Returns: whether @session may read @topic
 */
typedef gboolean (*HubReadFunc) (const HubSession *session, HubSpan topic, gpointer user_data);

HubSubscriptions *hub_subscriptions_new (void) G_GNUC_WARN_UNUSED_RESULT;
void hub_subscriptions_free (HubSubscriptions *self);
void hub_subscriptions_set_reader (HubSubscriptions *self, HubReadFunc may_read, gpointer user_data);
void hub_subscriptions_forget_routes (HubSubscriptions *self);

void hub_subscriptions_add (HubSubscriptions *self,
                            HubSession *session,
                            HubSpan filter,
                            guint8 options,
                            guint32 identifier);
const HubSubscription *hub_subscriptions_find (HubSubscriptions *self, HubSession *session, HubSpan filter);
gboolean hub_subscriptions_remove (HubSubscriptions *self, HubSession *session, HubSpan filter);
void hub_subscriptions_remove_all (HubSubscriptions *self, HubSession *session);
gsize hub_subscriptions_get_count (const HubSubscriptions *self);
gsize hub_subscriptions_get_shared_count (const HubSubscriptions *self);
gsize hub_subscriptions_get_reserved_count (const HubSubscriptions *self);
const HubRoute *hub_subscriptions_route (HubSubscriptions *self, HubSpan topic);
guint64 hub_subscriptions_get_steps (const HubSubscriptions *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HubSubscriptions, hub_subscriptions_free)

G_END_DECLS
