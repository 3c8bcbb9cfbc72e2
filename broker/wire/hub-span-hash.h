/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "broker/wire/hub-span.h"

G_BEGIN_DECLS

guint hub_span_hash (gconstpointer key);
guint hub_string_hash (gconstpointer key);

/**
 * hub_span_key_equal:
 * @a: (type HubSpan): the address of a span
 * @b: (type HubSpan): that of another one
 *
 * Returns: whether both hold the same bytes, for a #GHashTable
 */
static inline gboolean
hub_span_key_equal (gconstpointer a, gconstpointer b)
{
  return hub_span_equal (*(const HubSpan *) a, *(const HubSpan *) b);
}

G_END_DECLS
