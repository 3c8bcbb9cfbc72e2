/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/core/hub-bars.h"

typedef struct
{
  guint64 key;
  gint64 until_us;
} Bar;

struct _HubBars
{
  GHashTable *bars; /* (owned) (element-type guint64 Bar): keyed by a field of its value */
};

static void
make_room (HubBars *self, gint64 now_us)
{
  Bar *first = NULL;
  Bar *bar;
  GHashTableIter iter;

  if (g_hash_table_size (self->bars) < HUB_BARS_MAX)
    return;
  g_hash_table_iter_init (&iter, self->bars);
  while (g_hash_table_iter_next (&iter, NULL, (gpointer *) &bar))
    if (bar->until_us <= now_us)
      g_hash_table_iter_remove (&iter);
    else if (first == NULL || bar->until_us < first->until_us)
      first = bar;
  if (g_hash_table_size (self->bars) >= HUB_BARS_MAX)
    g_hash_table_remove (self->bars, &first->key);
}

/**
 * hub_bars_new:
 *
 * Returns: (transfer full): nobody is barred
 */
HubBars *
hub_bars_new (void)
{
  HubBars *self = g_new0 (HubBars, 1);

  self->bars = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL, g_free);
  return self;
}

/**
 * hub_bars_free:
 * @self: (transfer full): bars
 */
void
hub_bars_free (HubBars *self)
{
  g_hash_table_unref (self->bars);
  g_free (self);
}

/**
 * hub_bars_put:
 * @self: bars
 * @key: an address, as a number
 * @until_us: when its bar ends, monotonic time, microseconds; in place of what was said of it before
 * @now_us: monotonic time, microseconds
 *
 * Complexity: O(1), but for a new address when there are %HUB_BARS_MAX already.
 */
void
hub_bars_put (HubBars *self, guint64 key, gint64 until_us, gint64 now_us)
{
  Bar *bar = g_hash_table_lookup (self->bars, &key);

  if (bar == NULL)
    {
      make_room (self, now_us);
      bar = g_new0 (Bar, 1);
      bar->key = key;
      g_hash_table_insert (self->bars, &bar->key, bar);
    }
  bar->until_us = until_us;
}

/**
 * hub_bars_remove:
 * @self: bars
 * @key: an address, as a number; may have no bar
 */
void
hub_bars_remove (HubBars *self, guint64 key)
{
  g_hash_table_remove (self->bars, &key);
}

/**
 * hub_bars_have:
 * @self: bars
 * @key: an address, as a number
 * @now_us: monotonic time, microseconds
 *
 * Returns: whether nobody is let in from there just now
 */
gboolean
hub_bars_have (const HubBars *self, guint64 key, gint64 now_us)
{
  const Bar *bar = g_hash_table_lookup (self->bars, &key);

  return bar != NULL && now_us < bar->until_us;
}

/**
 * hub_bars_have_origin:
 * @self: bars
 * @origin: where somebody comes from
 * @now_us: monotonic time, microseconds
 *
 * Returns: whether nobody is let in from there just now: from this computer, or from any that counts as one with it
 */
gboolean
hub_bars_have_origin (const HubBars *self, const HubOrigin *origin, gint64 now_us)
{
  return hub_bars_have (self, origin->host_key, now_us) || hub_bars_have (self, origin->address_key, now_us);
}

/**
 * hub_bars_get_length:
 * @self: bars
 *
 * Returns: how many are remembered, also of those that have ended
 */
guint
hub_bars_get_length (const HubBars *self)
{
  return g_hash_table_size (self->bars);
}
