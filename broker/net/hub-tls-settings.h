/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * HubTlsVersion:
 * @HUB_TLS_VERSION_1_2: TLS 1.2 and above
 * @HUB_TLS_VERSION_1_3: TLS 1.3 and above
 *
 * The oldest version of TLS that a listener accepts.
 */
typedef enum
{
  HUB_TLS_VERSION_1_2,
  HUB_TLS_VERSION_1_3,
} HubTlsVersion;

/**
 * HubTlsOptions:
 * @certfile: (nullable): the certificate of the broker and those that lead to it, PEM
 * @keyfile: (nullable): its private key, PEM; %NULL: it is in @certfile
 * @cafile: (nullable): certificates of those who may sign certificates of clients, PEM
 * @capath: (nullable): a folder of such files
 * @crlfile: (nullable): what they have revoked, PEM
 * @tls_version: the oldest version that is spoken
 * @require_certificate: whether a client must have a certificate
 * @use_identity_as_username: whether the common name in it is the user name; it is then required
 * @use_subject_as_username: whether the whole subject of it is the user name; it is then required
 *
 * What a listener is told about TLS, in the words of Mosquitto.
 */
typedef struct
{
  const char *certfile;
  const char *keyfile;
  const char *cafile;
  const char *capath;
  const char *crlfile;
  HubTlsVersion tls_version;
  gboolean require_certificate;
  gboolean use_identity_as_username;
  gboolean use_subject_as_username;
} HubTlsOptions;

/**
 * HubTlsSettings:
 *
 * What handshakes on a listener need, read from its files. It never changes: other files make other settings, for the
 * handshakes that begin from then on.
 */
typedef struct _HubTlsSettings HubTlsSettings;

gboolean hub_tls_options_are_on (const HubTlsOptions *options);

HubTlsSettings *hub_tls_settings_load (const HubTlsOptions *options, GError **error) G_GNUC_WARN_UNUSED_RESULT;
HubTlsSettings *hub_tls_settings_ref (HubTlsSettings *self) G_GNUC_WARN_UNUSED_RESULT;
void hub_tls_settings_unref (HubTlsSettings *self);

const char *hub_tls_settings_get_warning (const HubTlsSettings *self);
GTlsConnection *hub_tls_settings_begin (const HubTlsSettings *self,
                                        GIOStream *stream,
                                        GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean hub_tls_settings_finish (const HubTlsSettings *self, GTlsConnection *connection, char **identity, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HubTlsSettings, hub_tls_settings_unref)

G_END_DECLS
