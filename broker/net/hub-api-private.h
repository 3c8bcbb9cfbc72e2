/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "broker/net/hub-api-request.h"
#include "broker/net/hub-api.h"

G_BEGIN_DECLS

#define HUB_API_STATUS_FORBIDDEN 403
#define HUB_API_STATUS_UNAVAILABLE 503

struct _HubApi
{
  HubStore *store;              /* (unowned) (nullable) */
  const HubAccessFuncs *access; /* (unowned) (nullable): %NULL: no rules but those of the doors */
  gpointer access_data;         /* (unowned) */
  const HubBars *bars;          /* (unowned) (nullable): those who may not ask */
  HubApiDescribeFunc describe;
  gpointer user_data;
  GQueue questions;       /* (element-type HubApiQuestion): owns none */
  GHashTable *by_address; /* (owned) (element-type guint64 guint): how many questions each has */
  gsize bytes;            /* of answers that are being sent */
};

struct _HubApiQuestion
{
  HubApi *api; /* (unowned) */
  GList link;
  HubApiRequest request;
  HubPeer peer; /* what the rules of access see of who asks */
  HubIpAddress address;
  HubApiFunc func; /* (nullable): until it is answered */
  gpointer user_data;
  char *user_name; /* (owned) (nullable): who it is, once that is known */
  gboolean is_certified;
  gboolean is_authenticating;
  gboolean is_counted;          /* for its address */
  guint limit;                  /* what was asked for: the range may ask for more */
  guint64 query;                /* at the store; 0: none */
  char *log;                    /* (owned) (nullable): which log it was asked of */
  HubStorePageBuilder readable; /* what a search has found so far that may be read; nothing before that */
  gsize bytes;                  /* of its answer */
};

/* hub-api.c */
void hub_api_answer_error (HubApiQuestion *question, guint status, const char *sentence);
void hub_api_answer_page (HubApiQuestion *question, GBytes *body, const char *etag);

/* hub-api-found.c */
gboolean hub_api_may_ask (const HubApiQuestion *question);
void hub_api_look_further (HubApiQuestion *question);
void hub_api_ask_store (HubApiQuestion *question);

G_END_DECLS
