/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * HUB_FAILURES_MAX:
 *
 * How many failed logins an address has in %HUB_FAILURES_WINDOW_US before its answers are delayed.
 */
#define HUB_FAILURES_MAX 10

/**
 * HUB_FAILURES_WINDOW_US:
 *
 * How long a failed login counts, microseconds.
 */
#define HUB_FAILURES_WINDOW_US (60 * G_TIME_SPAN_SECOND)

/**
 * HUB_FAILURES_ADDRESSES_MAX:
 *
 * How many addresses are remembered. Beyond it the one that has been quiet for longest is forgotten.
 */
#define HUB_FAILURES_ADDRESSES_MAX 4096

/**
 * HubFailures:
 *
 * Counts failed logins by address. It has no clock: the time comes in as an argument.
 */
typedef struct _HubFailures HubFailures;

HubFailures *hub_failures_new (void) G_GNUC_WARN_UNUSED_RESULT;
void hub_failures_free (HubFailures *self);

void hub_failures_add (HubFailures *self, guint64 address_key, gint64 now_us);
gboolean hub_failures_is_over (const HubFailures *self, guint64 address_key, gint64 now_us);
guint hub_failures_count_addresses (const HubFailures *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HubFailures, hub_failures_free)

G_END_DECLS
