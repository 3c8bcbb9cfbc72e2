/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "broker/access/hub-access-chain.h"
#include "broker/access/hub-access.h"
#include "broker/net/hub-api.h"
#include "broker/net/hub-connections.h"
#include "broker/net/hub-handshakes.h"
#include "broker/net/hub-log-topics.h"
#include "broker/net/hub-server.h"
#include "broker/store/hub-store.h"

G_BEGIN_DECLS

struct _HubServer
{
  const HubServerOptions *options; /* (unowned) */
  const HubServerFuncs *funcs;     /* (unowned) */
  gpointer user_data;              /* (unowned) */
  GMainContext *context;           /* (owned) */
  char *own_name;                  /* (owned) */
  HubReactor *reactor;             /* (owned) */
  HubCore *core;                   /* (owned) */
  HubAccess *access;               /* (owned) (nullable): while there are rules of access */
  HubAccessChain chain;            /* of the hooks and @access, where there are both */
  HubStore *store;                 /* (owned) (nullable) */
  char **record;                   /* (owned) (nullable): what goes into its log */
  HubApi *api;                     /* (owned) */
  char **addresses;                /* (owned) (nullable): those that it has told of last */
  HubAdmission *admission;         /* (owned) */
  HubConnections *connections;     /* (owned) */
  HubHandshakes *handshakes;       /* (owned) */
  HubLogTopics *log_topics;        /* (owned) */
  HubLog log;                      /* where this server and its core write to */
  GPtrArray *doors;                /* (owned) (element-type Door) */
  gint64 patience_us;              /* until when a server that stops waits for its store */
  gboolean is_stopping;
  gboolean has_said_goodbye; /* to its clients */
  gboolean has_stopped;
};

static inline const HubLog *
hub_server_get_log (const HubServer *self)
{
  return &self->log;
}

/* hub-server-access.c */
void hub_server_use_rules (HubServer *self, HubAccessRules *rules);

/* hub-server-api.c */
void hub_server_announce (HubServer *self);
void hub_server_describe (guint listener, HubApiInfo *info, gpointer user_data);

/* hub-server-store.c */
gboolean hub_server_open_store (HubServer *self, HubCoreOptions *core, GError **error);
gboolean hub_server_restore (HubServer *self, GError **error);
void hub_server_reload_store (HubServer *self, const HubServerStoreOptions *options);
void hub_server_close_store (HubServer *self);

G_END_DECLS
