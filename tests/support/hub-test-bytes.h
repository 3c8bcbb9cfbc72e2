/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "broker/wire/hub-span.h"

G_BEGIN_DECLS

GByteArray *hub_test_bytes (const char *text) G_GNUC_WARN_UNUSED_RESULT;
char *hub_test_escape (HubSpan bytes) G_GNUC_WARN_UNUSED_RESULT;
guint8 *hub_test_copy (HubSpan bytes) G_GNUC_WARN_UNUSED_RESULT;

/**
 * hub_test_span:
 * @bytes: bytes
 *
 * Returns: (transfer none): @bytes as a span
 */
static inline HubSpan
hub_test_span (const GByteArray *bytes)
{
  return (HubSpan){ bytes->data, bytes->len };
}

G_END_DECLS
