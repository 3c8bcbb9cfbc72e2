/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <string.h>

G_BEGIN_DECLS

/**
 * HubSpan:
 * @data: (nullable) (unowned): the first byte; may be %NULL only when @size is 0
 * @size: number of bytes
 *
 * Bytes that belong to somebody else: a piece of a packet that stays where it was read.
 * A span is valid as long as the buffer that it points into; nothing in it is terminated by a zero byte.
 */
typedef struct
{
  const guint8 *data;
  gsize size;
} HubSpan;

/**
 * HUB_SPAN_LITERAL:
 * @text: a string literal
 *
 * The bytes of @text, without the terminating zero.
 */
#define HUB_SPAN_LITERAL(text) ((HubSpan){ (const guint8 *) (text), sizeof (text) - 1 })

/**
 * hub_span_from_string:
 * @text: (nullable): a string
 *
 * Returns: the bytes of @text, without the terminating zero
 */
static inline HubSpan
hub_span_from_string (const char *text)
{
  return (HubSpan){ (const guint8 *) text, text != NULL ? strlen (text) : 0 };
}

/**
 * hub_span_equal:
 * @a: a span
 * @b: another one
 *
 * Returns: whether both hold the same bytes
 */
static inline gboolean
hub_span_equal (HubSpan a, HubSpan b)
{
  return a.size == b.size && (a.size == 0 || memcmp (a.data, b.data, a.size) == 0);
}

/**
 * hub_span_dup_string:
 * @span: bytes without a zero byte in them
 *
 * Returns: (transfer full): @span as a terminated string
 */
static inline char *G_GNUC_WARN_UNUSED_RESULT
hub_span_dup_string (HubSpan span)
{
  return span.size > 0 ? g_strndup ((const char *) span.data, span.size) : g_strdup ("");
}

G_END_DECLS
