/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "broker/client/hub-client.h"
#include "tests/support/hub-test-peer.h"

G_BEGIN_DECLS

/* Long for a script on the same thread, and short for a test that waits for it in vain. */
#define ANSWER_TIMEOUT_MS 300

/* A client, the broker that it talks to, and what it has said. */
typedef struct
{
  HubTestPeer *peer;
  HubClient *client;
  GString *log; /* each signal, followed by a line end */
  guint n_fds;
} Fixture;

void closed_cb (HubClient *client, const GError *error, gpointer user_data);
char *closed_line (HubClientError code);
void open_client (Fixture *fixture, HubVersion version, guint16 keep_alive_s);
void expect (Fixture *fixture, const char *log);
void expect_closed (Fixture *fixture, HubClientError code);
void set_up_new (Fixture *fixture, gconstpointer data);
void set_up (Fixture *fixture, gconstpointer data);
void set_up_5_0 (Fixture *fixture, gconstpointer data);
void hang_up (Fixture *fixture);
void tear_down (Fixture *fixture, gconstpointer data);
void warm_up (void);

G_END_DECLS
