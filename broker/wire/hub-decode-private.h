/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "broker/wire/hub-decode.h"

G_BEGIN_DECLS

/* hub-decode.c */
gboolean hub_decode_fail (GError **error, HubReason reason, const char *what);
gboolean hub_decode_fail_cut (GError **error);
gboolean hub_decode_text (HubReader *reader, HubSpan *text, GError **error);
gboolean hub_decode_end (const HubReader *reader, GError **error);
gboolean hub_decode_properties (HubVersion version,
                                HubReader *reader,
                                HubPropertyPlace place,
                                HubProperties *properties,
                                GError **error);

/* hub-decode-connect.c */
gboolean hub_decode_connect (HubReader *reader, HubConnect *connect, GError **error);
gboolean hub_decode_connack (HubVersion version, HubReader *reader, HubConnack *connack, GError **error);

G_END_DECLS
