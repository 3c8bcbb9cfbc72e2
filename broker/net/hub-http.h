/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "broker/net/hub-api.h"
#include "broker/net/hub-arrival.h"

G_BEGIN_DECLS

/**
 * HubHttp:
 *
 * HTTP on the WebSocket listeners: the join page, the API, and the upgrade that turns a request into an MQTT connection. libsoup
 * reads the requests and writes the answers; the deadlines are kept here, since libsoup has none.
 */
typedef struct _HubHttp HubHttp;

/**
 * HubHttpOptions:
 * @api: (unowned) (nullable): what answers below `/api/`; %NULL: there is nothing
 * @own_name: (nullable): the name of this computer
 * @more_hosts: (nullable) (array zero-terminated=1): further names for the Host header
 * @more_origins: (nullable) (array zero-terminated=1): further origins that may open a WebSocket
 * @timeout_us: how long a request may take to come, and an answer to go, microseconds
 *
 * All of it stays the caller's, and must outlive the #HubHttp.
 */
typedef struct
{
  HubApi *api;
  const char *own_name;
  const char *const *more_hosts;
  const char *const *more_origins;
  gint64 timeout_us;
} HubHttpOptions;

/**
 * HubHttpFuncs:
 * @upgraded: a WebSocket is open: the arrival is the callee's, and the bytes are what came behind the request
 * @refused: something was refused that the log should have: a sentence
 */
typedef struct
{
  void (*upgraded) (HubArrival *arrival, GByteArray *first_bytes, gpointer user_data);
  void (*refused) (const HubIpAddress *address, const char *sentence, gpointer user_data);
} HubHttpFuncs;

HubHttp *hub_http_new (HubReactor *reactor,
                       HubAdmission *admission,
                       const HubHttpOptions *options,
                       const HubHttpFuncs *funcs,
                       gpointer user_data) G_GNUC_WARN_UNUSED_RESULT;
void hub_http_free (HubHttp *self);

void hub_http_set_names (HubHttp *self, const char *const *more_hosts, const char *const *more_origins);
void hub_http_take (HubHttp *self, HubArrival *arrival);
void hub_http_close_all (HubHttp *self);
guint hub_http_get_count (const HubHttp *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HubHttp, hub_http_free)

G_END_DECLS
