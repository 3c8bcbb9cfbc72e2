/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * HubBackoff:
 *
 * How long to wait between attempts to reach a host: soon at first, then longer and longer. All zeros is a good beginning.
 */
typedef struct
{
  /*< private >*/
  guint n_attempts;
} HubBackoff;

guint hub_backoff_next (HubBackoff *self, gboolean is_patient, double chance);
void hub_backoff_reset (HubBackoff *self);

G_END_DECLS
