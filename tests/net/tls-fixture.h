/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "tests/support/hub-test-net-transports.h"
#include "tests/support/hub-test-tls.h"

G_BEGIN_DECLS

/* A broker with TLS, and who comes to it. */

#define TLS_FIXTURE_DAY_S (24 * 60 * 60)

HubTestBroker *tls_fixture_start (void (*change) (HubListenerOptions *listener)) G_GNUC_WARN_UNUSED_RESULT;
HubTestClient *tls_fixture_open (HubTestBroker *broker, const HubTestTls *tls, int *result) G_GNUC_WARN_UNUSED_RESULT;
gboolean tls_fixture_is_let_in (HubTestBroker *broker, const HubTestTls *tls);
HubTestClient *tls_fixture_join (HubTestBroker *broker, const HubTestTls *tls, const char *client_id) G_GNUC_WARN_UNUSED_RESULT;
char *tls_fixture_dup_serial (HubTestClient *client) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
