/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "broker/net/hub-http.h"
#include "broker/net/hub-loan.h"
#include "broker/net/hub-page.h"
#include "broker/net/hub-tls-socket.h"

#include <libsoup/soup.h>

G_BEGIN_DECLS

typedef struct _HubHttpClient HubHttpClient;

/* A connection: first at the door, where its first byte is awaited, unless TLS has told already what it is; then with
 * libsoup, for one request. */
struct _HubHttpClient
{
  HubHttp *http;             /* (unowned) */
  HubWatch door;             /* its descriptor is that of the arrival; -1 behind the door */
  HubLoan *loan;             /* (unowned) (nullable): behind the door: the stream, as libsoup has it */
  GSocket *socket;           /* (owned) (nullable): that of the stream, or */
  HubTlsSocket *tls_socket;  /* (owned) (nullable): the one under it */
  SoupServerMessage *asking; /* (owned) (nullable): a request to the API, until there is an answer */
  HubApiQuestion *question;  /* (owned) (nullable): the same, until the answer was sent */
  gboolean is_paused;        /* whether libsoup waits for the answer */
  HubDeadline deadline;
  HubHttpClient *previous; /* (unowned) (nullable) */
  HubHttpClient *next;     /* (unowned) (nullable) */
  HubArrival arrival;      /* behind the door without what the stream has */
};

struct _HubHttp
{
  HubReactor *reactor;     /* (unowned) */
  HubAdmission *admission; /* (unowned) */
  HubHttpOptions options;
  const HubHttpFuncs *funcs;
  gpointer user_data;   /* (unowned) */
  SoupServer *server;   /* (owned) */
  HubPage *page;        /* (owned) */
  HubHttpClient *first; /* (owned) (nullable) */
  guint count;
};

/* hub-http.c */
GQuark hub_http_client_quark (void);

/* hub-http-answer.c */
gboolean hub_http_answer (HubHttpClient *client, SoupServerMessage *message, const char *path);
gboolean hub_http_is_known (SoupServerMessage *message, const char *etag);
const char *hub_http_get_phrase (guint status);

/* hub-http-api.c */
void hub_http_set_error (SoupServerMessage *message, guint status, const char *sentence);
void hub_http_ask_api (HubHttpClient *client, SoupServerMessage *message);
void hub_http_give_up (HubHttpClient *client);

G_END_DECLS
