/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "broker/core/hub-identity.h"
#include "broker/core/hub-peer.h"
#include "broker/wire/hub-reason.h"
#include "broker/wire/hub-span.h"

G_BEGIN_DECLS

typedef struct _HubCore HubCore;

/**
 * HubCredentials:
 * @client_id: (nullable): the Client Identifier, assigned already if the broker assigns it; %NULL over HTTP
 * @user_name: (nullable): the user name
 * @password: the password, which need not be text
 * @has_password: whether there is one
 * @is_exchanged: whether an exchange of AUTH has shown who it is, so that @user_name is not only said
 * @origin: where it comes from
 *
 * What somebody says of himself. It is valid as long as the call that it is an argument of.
 */
typedef struct
{
  const char *client_id;
  const char *user_name;
  HubSpan password;
  gboolean has_password;
  gboolean is_exchanged;
  HubOrigin origin;
} HubCredentials;

/**
 * HubAuthAnswer:
 * @reason: %HUB_REASON_SUCCESS, or why not
 * @user_name: (nullable): the user name of the identity: as it was said, or by the certificate; %NULL: anonymous
 * @is_certified: whether a certificate says so
 *
 * Whether somebody may come in, and as whom. It is valid as long as the call that it is an argument of; at once it may
 * point to the credentials.
 */
typedef struct
{
  HubReason reason;
  const char *user_name;
  gboolean is_certified;
} HubAuthAnswer;

/**
 * HubAuthReply:
 * @func: called with the answer, on the thread that asked; never before the question has returned
 * @core: its first argument
 *
 * Where an answer goes that takes a while.
 */
typedef struct
{
  void (*func) (HubCore *core, HubPeer *peer, const HubAuthAnswer *answer);
  HubCore *core;
} HubAuthReply;

/**
 * HubAuthStage:
 * @HUB_AUTH_STAGE_BEGIN: an exchange begins, with CONNECT
 * @HUB_AUTH_STAGE_BEGIN_AGAIN: one begins while the client is connected
 * @HUB_AUTH_STAGE_CONTINUE: it goes on
 *
 * Where in an exchange of AUTH a step stands.
 */
typedef enum
{
  HUB_AUTH_STAGE_BEGIN,
  HUB_AUTH_STAGE_BEGIN_AGAIN,
  HUB_AUTH_STAGE_CONTINUE,
} HubAuthStage;

/**
 * HubAuthStep:
 * @credentials: who takes it; without a password
 * @method: the Authentication Method, the same in all steps
 * @data: the Authentication Data
 * @has_data: whether there is any
 * @stage: where in its exchange it stands
 *
 * A step of enhanced authentication; MQTT 5.0, section 4.12. It is valid as long as the call that it is an argument of.
 */
typedef struct
{
  const HubCredentials *credentials;
  HubSpan method;
  HubSpan data;
  gboolean has_data;
  HubAuthStage stage;
} HubAuthStep;

/**
 * HubAuthStepAnswer:
 * @reason: %HUB_REASON_CONTINUE_AUTHENTICATION, %HUB_REASON_SUCCESS, or why the client may not come in or stay
 * @user_name: (owned) (nullable): with success: as whom; %NULL: anonymous
 * @data: (owned) (nullable): the Authentication Data of the answer, at most 65,535 bytes
 */
typedef struct
{
  HubReason reason;
  char *user_name;
  GBytes *data;
} HubAuthStepAnswer;

static inline void
hub_auth_step_answer_clear (HubAuthStepAnswer *self)
{
  g_clear_pointer (&self->user_name, g_free);
  g_clear_pointer (&self->data, g_bytes_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (HubAuthStepAnswer, hub_auth_step_answer_clear)

/**
 * HubAccessFuncs:
 * @authenticate: whether a client may come in. Returns %TRUE with @answer set, or %FALSE: @reply is called later, once,
 *   unless @forget is called before
 * @exchange: (nullable): takes a step of enhanced authentication; @answer is empty before. As long as it tells to continue,
 *   and the peer does, further steps follow, unless @forget is called before. Who is let in by it is asked about by
 *   @authenticate as well, under the name that was shown. %NULL: no method is known
 * @forget: nobody waits for the answer to @peer any more, or for a further step; does nothing when there is none under way
 * @may_publish: whether a message may be published to a topic: from PUBLISH, and a will, at CONNECT as well as when it is
 *   published
 * @may_subscribe: whether a subscription is taken; without `$share` and the name of the group. That it is says nothing of
 *   each message
 * @may_read: whether a message to a topic may be delivered: new, retained, or queued before the rules have changed
 * @may_stay: whether a client that is connected would still be let in, as far as that can be said without its password
 * @get_generation: a number that is another one after each change of the rules. As long as it is the same, so are the
 *   answers of the four above for the same arguments
 *
 * What the core asks of the rules of access. All of it runs on the core's thread, and none but @authenticate may take
 * long. Where no rules are set, everything is allowed.
 */
typedef struct
{
  gboolean (*authenticate) (gpointer access,
                            HubPeer *peer,
                            const HubCredentials *credentials,
                            HubAuthReply reply,
                            HubAuthAnswer *answer);
  void (*exchange) (gpointer access, HubPeer *peer, const HubAuthStep *step, HubAuthStepAnswer *answer);
  void (*forget) (gpointer access, HubPeer *peer);
  gboolean (*may_publish) (gpointer access, const HubIdentity *who, HubSpan topic, guint8 qos, gboolean is_retain);
  gboolean (*may_subscribe) (gpointer access, const HubIdentity *who, HubSpan filter);
  gboolean (*may_read) (gpointer access, const HubIdentity *who, HubSpan topic);
  gboolean (*may_stay) (gpointer access, const HubIdentity *who);
  guint64 (*get_generation) (gpointer access);
} HubAccessFuncs;

G_END_DECLS
