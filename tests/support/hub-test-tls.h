/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "tests/support/hub-test-net-line.h"

G_BEGIN_DECLS

/**
 * HubTestCertificate:
 * @name: what its files are called: `NAME.pem` and `NAME.key`
 * @issuer: (nullable): the name of the authority that signs it; %NULL: it is one itself
 * @common_name: (nullable): a common name; %NULL: none
 * @organisation: (nullable): an organisation, in front of the common name
 * @begins_in_s: when it begins to be valid, seconds from now
 * @ends_in_s: when it ends to be valid, seconds from now
 * @is_server: whether it is for servers, else for clients
 *
 * A certificate that a test has made.
 */
typedef struct
{
  const char *name;
  const char *issuer;
  const char *common_name;
  const char *organisation;
  int begins_in_s;
  int ends_in_s;
  gboolean is_server;
} HubTestCertificate;

/**
 * HubTestTls:
 * @certificate: (nullable): the name of a certificate to show
 * @priority: (nullable): what to speak, as GnuTLS writes it; %NULL: what it does by itself
 * @session: (nullable): a session to take up again
 *
 * How a client speaks TLS.
 */
typedef struct
{
  const char *certificate;
  const char *priority;
  const gnutls_datum_t *session;
} HubTestTls;

const char *hub_test_tls_folder (void);
char *hub_test_tls_path (const char *name) G_GNUC_WARN_UNUSED_RESULT;
void hub_test_tls_make (const HubTestCertificate *certificate);
void hub_test_tls_revoke (const char *list, const char *issuer, const char *revoked, int ends_in_s);
void hub_test_tls_revoke_at (const char *list, const char *issuer, const char *revoked, int begins_in_s, int ends_in_s);
void hub_test_tls_copy (const char *from, const char *to);

GBytes *hub_test_tls_hello (void) G_GNUC_WARN_UNUSED_RESULT;
int hub_test_line_start_tls (HubTestLine *line, const HubTestTls *options);

G_END_DECLS
