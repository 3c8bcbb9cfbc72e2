/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "app/joining/hub-dial.h"

G_BEGIN_DECLS

/**
 * HubCliTls:
 * @ca_file: (nullable): a file with the certificates of those who are trusted
 * @uses_os_certificates: whether those are trusted whom this system trusts
 * @certificate_file: (nullable): the certificate to show
 * @key_file: (nullable): its key
 * @protocol: (nullable): what is offered by ALPN
 * @is_insecure: whether a certificate may be for another name
 * @terms: what comes of it
 *
 * How a command encrypts. The last one comes from hub_cli_tls_load().
 */
typedef struct
{
  char *ca_file;
  gboolean uses_os_certificates;
  char *certificate_file;
  char *key_file;
  char *protocol;
  gboolean is_insecure;

  HubDialTerms terms;
  const char *protocols[2];
} HubCliTls;

void hub_cli_tls_add_options (HubCliTls *self, GOptionContext *context);
gboolean hub_cli_tls_is_asked_for (const HubCliTls *self);
gboolean hub_cli_tls_has_details (const HubCliTls *self);
gboolean hub_cli_tls_load (HubCliTls *self, GError **error);
void hub_cli_tls_clear (HubCliTls *self);

G_END_DECLS
