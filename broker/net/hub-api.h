/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "broker/core/hub-access-funcs.h"
#include "broker/core/hub-bars.h"
#include "broker/net/hub-api-json.h"
#include "broker/net/hub-ip-address.h"
#include "broker/store/hub-store.h"

G_BEGIN_DECLS

/**
 * HUB_API_QUESTIONS_PER_ADDRESS:
 *
 * How many questions of one address may be under way, their answers on the way back included. Loopback has no limit.
 */
#define HUB_API_QUESTIONS_PER_ADDRESS 16

/**
 * HUB_API_BYTES_MAX:
 *
 * How many bytes of answers may wait to be sent. One answer always may.
 */
#define HUB_API_BYTES_MAX (64 * 1024 * 1024)

/**
 * HUB_API_SEARCH_LIMIT:
 *
 * How many messages the answer to a search has at most where rules of access hold.
 */
#define HUB_API_SEARCH_LIMIT (HUB_STORE_LIMIT_MAX / 2)

/**
 * HubApi:
 *
 * What a broker tells over HTTP: of itself, and of its log. The rules of access are those of MQTT, and the log is read by
 * the store's own thread: nothing here waits.
 *
 * It knows nothing of HTTP but its status codes. All functions belong to the broker thread.
 */
typedef struct _HubApi HubApi;

/**
 * HubApiQuestion:
 *
 * A question, from when it is asked until its answer was sent.
 */
typedef struct _HubApiQuestion HubApiQuestion;

/**
 * HubApiAsker:
 * @origin: where the question comes from; must outlive it
 * @policy: what the door allows; must outlive it
 * @address: the other end
 * @authorization: (nullable): the value of the Authorization header
 *
 * Who asks.
 */
typedef struct
{
  HubOrigin origin;
  const HubPeerPolicy *policy;
  HubIpAddress address;
  const char *authorization;
} HubApiAsker;

/**
 * HubApiAnswer:
 * @status: the status of HTTP
 * @body: JSON
 * @etag: (nullable): the entity tag, in quotation marks
 *
 * An answer. It is valid as long as the call that it is an argument of.
 */
typedef struct
{
  guint status;
  GBytes *body;
  const char *etag;
} HubApiAnswer;

/**
 * HubApiFunc:
 * @answer: the answer
 * @user_data: as given
 *
 * Called once for a question, unless it is freed before.
 */
typedef void (*HubApiFunc) (const HubApiAnswer *answer, gpointer user_data);

/**
 * HubApiDescribeFunc:
 * @listener: the door at which it is asked
 * @info: (out): what the broker is; valid until the next call
 * @user_data: as given
 */
typedef void (*HubApiDescribeFunc) (guint listener, HubApiInfo *info, gpointer user_data);

HubApi *hub_api_new (HubStore *store, HubApiDescribeFunc describe, gpointer user_data) G_GNUC_WARN_UNUSED_RESULT;
void hub_api_free (HubApi *self);

void hub_api_set_access (HubApi *self, const HubAccessFuncs *access, gpointer data);
void hub_api_set_bars (HubApi *self, const HubBars *bars);

HubApiQuestion *hub_api_ask (HubApi *self,
                             const HubApiAsker *asker,
                             const char *path,
                             const char *query,
                             HubApiFunc func,
                             gpointer user_data);
void hub_api_question_free (HubApiQuestion *question);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HubApi, hub_api_free)

G_END_DECLS
