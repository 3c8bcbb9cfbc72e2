/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "app/joining/hub-dial-error.h"
#include "ui/model/hub-join-address.h"

G_BEGIN_DECLS

/**
 * HUB_DIAL_TIMEOUT_MS:
 *
 * How long all of it may take, milliseconds: people wait for it.
 */
#define HUB_DIAL_TIMEOUT_MS 20000

/**
 * HubDialTerms:
 * @own_address: (nullable): the address of this computer to come from
 * @trusted: (nullable): who may have signed the certificate of the host; %NULL: whom this system trusts
 * @certificate: (nullable): what to show to a host that asks for a certificate
 * @protocols: (nullable) (array zero-terminated=1): what to offer by ALPN
 * @ignores_name: whether a certificate may be for another name
 *
 * How somebody wants a host to be dialled who has wishes of their own.
 */
typedef struct
{
  GSocketAddress *own_address;
  GTlsDatabase *trusted;
  GTlsCertificate *certificate;
  const char *const *protocols;
  gboolean ignores_name;
} HubDialTerms;

void hub_dial_async (HubJoinAddress *address,
                     guint timeout_ms,
                     GCancellable *cancellable,
                     GAsyncReadyCallback callback,
                     gpointer user_data);
void hub_dial_with_async (HubJoinAddress *address,
                          const HubDialTerms *terms,
                          guint timeout_ms,
                          GCancellable *cancellable,
                          GAsyncReadyCallback callback,
                          gpointer user_data);
GIOStream *hub_dial_finish (GAsyncResult *result, GSocketAddress **peer, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
