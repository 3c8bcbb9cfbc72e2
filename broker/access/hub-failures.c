/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/access/hub-failures.h"

/* The last failures of an address, as a ring. */
typedef struct
{
  guint64 key;
  gint64 times_us[HUB_FAILURES_MAX];
  guint length;
  guint oldest; /* where the next one goes once the ring is full */
} Address;

struct _HubFailures
{
  GHashTable *addresses; /* (owned) (element-type guint64 Address): keyed by a field of its value */
};

static gint64
last_of (const Address *address)
{
  return address->times_us[(address->oldest + address->length - 1) % HUB_FAILURES_MAX];
}

static void
make_room (HubFailures *self, gint64 now_us)
{
  Address *quietest = NULL;
  Address *address;
  GHashTableIter iter;

  if (g_hash_table_size (self->addresses) < HUB_FAILURES_ADDRESSES_MAX)
    return;
  g_hash_table_iter_init (&iter, self->addresses);
  while (g_hash_table_iter_next (&iter, NULL, (gpointer *) &address))
    if (last_of (address) <= now_us - HUB_FAILURES_WINDOW_US)
      g_hash_table_iter_remove (&iter);
    else if (quietest == NULL || last_of (address) < last_of (quietest))
      quietest = address;
  if (g_hash_table_size (self->addresses) >= HUB_FAILURES_ADDRESSES_MAX)
    g_hash_table_remove (self->addresses, &quietest->key);
}

/**
 * hub_failures_new:
 *
 * Returns: (transfer full): nobody has failed
 */
HubFailures *
hub_failures_new (void)
{
  HubFailures *self = g_new0 (HubFailures, 1);

  self->addresses = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL, g_free);
  return self;
}

/**
 * hub_failures_free:
 * @self: (transfer full): failures
 */
void
hub_failures_free (HubFailures *self)
{
  g_hash_table_unref (self->addresses);
  g_free (self);
}

/**
 * hub_failures_add:
 * @self: failures
 * @address_key: an address, as a number
 * @now_us: monotonic time, microseconds; not less than before
 *
 * A login from there has failed.
 *
 * Complexity: O(1), but for a new address when there are %HUB_FAILURES_ADDRESSES_MAX already.
 */
void
hub_failures_add (HubFailures *self, guint64 address_key, gint64 now_us)
{
  Address *address = g_hash_table_lookup (self->addresses, &address_key);

  if (address == NULL)
    {
      make_room (self, now_us);
      address = g_new0 (Address, 1);
      address->key = address_key;
      g_hash_table_insert (self->addresses, &address->key, address);
    }
  if (address->length < HUB_FAILURES_MAX)
    {
      address->times_us[address->length++] = now_us;
      return;
    }
  address->times_us[address->oldest] = now_us;
  address->oldest = (address->oldest + 1) % HUB_FAILURES_MAX;
}

/**
 * hub_failures_is_over:
 * @self: failures
 * @address_key: an address, as a number
 * @now_us: monotonic time, microseconds
 *
 * Returns: whether %HUB_FAILURES_MAX logins or more from there have failed within the last %HUB_FAILURES_WINDOW_US
 */
gboolean
hub_failures_is_over (const HubFailures *self, guint64 address_key, gint64 now_us)
{
  const Address *address = g_hash_table_lookup (self->addresses, &address_key);

  return address != NULL && address->length == HUB_FAILURES_MAX &&
         address->times_us[address->oldest] > now_us - HUB_FAILURES_WINDOW_US;
}

/**
 * hub_failures_count_addresses:
 * @self: failures
 *
 * Returns: how many addresses are remembered
 */
guint
hub_failures_count_addresses (const HubFailures *self)
{
  return g_hash_table_size (self->addresses);
}
