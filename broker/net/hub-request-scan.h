/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>
#include <stdbool.h>

G_BEGIN_DECLS

/**
 * HUB_REQUEST_LENGTH_DIGITS_MAX:
 *
 * As many digits as the length of a body may have.
 */
#define HUB_REQUEST_LENGTH_DIGITS_MAX 18

/**
 * HubRequestScan:
 *
 * Looks through the head of an HTTP request, as it comes, for a method that nobody knows, and for a body whose size is said in
 * a way that makes no sense. All zero is how it begins.
 */
typedef struct
{
  /*< private >*/
  char name[20];                                 /* of the header, in lower case, as far as there is room */
  char value[HUB_REQUEST_LENGTH_DIGITS_MAX + 2]; /* the same of its value, from where that begins */
  guint8 name_size;
  guint8 value_size;
  guint8 state;
  bool has_framing : 1; /* a header has said what the body is like */
  bool may_fold : 1;    /* the line before was that header */
  bool has_return : 1;  /* the byte before was a carriage return */
} HubRequestScan;

gboolean hub_request_scan_feed (HubRequestScan *self, const guint8 *bytes, gsize size);
gboolean hub_request_scan_is_whole (const HubRequestScan *self);

G_END_DECLS
