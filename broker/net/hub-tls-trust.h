/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * HubTlsTrust:
 *
 * Whose signature makes a certificate of a client a good one, and what they have revoked.
 */
typedef struct _HubTlsTrust HubTlsTrust;

HubTlsTrust *hub_tls_trust_load (const char *cafile,
                                 const char *capath,
                                 const char *crlfile,
                                 GError **error) G_GNUC_WARN_UNUSED_RESULT;
void hub_tls_trust_free (HubTlsTrust *self);
gboolean hub_tls_trust_check (const HubTlsTrust *self, GTlsCertificate *certificate, GError **error);

char *hub_tls_common_name (GTlsCertificate *certificate, GError **error) G_GNUC_WARN_UNUSED_RESULT;
char *hub_tls_subject (GTlsCertificate *certificate, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HubTlsTrust, hub_tls_trust_free)

G_END_DECLS
