/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "broker/core/hub-identity.h"

#include <glib.h>

G_BEGIN_DECLS

/**
 * HUB_BARS_MAX:
 *
 * How many addresses can be barred at a time. Beyond it the bar that would end first is forgotten.
 */
#define HUB_BARS_MAX 4096

/**
 * HubBars:
 *
 * The addresses from which nobody is let in for a while. It has no clock: the time comes in as an argument.
 */
typedef struct _HubBars HubBars;

HubBars *hub_bars_new (void) G_GNUC_WARN_UNUSED_RESULT;
void hub_bars_free (HubBars *self);

void hub_bars_put (HubBars *self, guint64 key, gint64 until_us, gint64 now_us);
void hub_bars_remove (HubBars *self, guint64 key);
gboolean hub_bars_have (const HubBars *self, guint64 key, gint64 now_us);
gboolean hub_bars_have_origin (const HubBars *self, const HubOrigin *origin, gint64 now_us);
guint hub_bars_get_length (const HubBars *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HubBars, hub_bars_free)

G_END_DECLS
