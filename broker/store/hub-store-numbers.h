/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * HUB_STORE_BLOCK:
 *
 * How many sequence numbers are reserved at a time, at least.
 */
#define HUB_STORE_BLOCK 1000

/**
 * HubStoreNumbers:
 *
 * The sequence numbers of the log. One is only given away when it is on disk that it will never be given away again; what
 * was reserved and not used when the program dies is skipped.
 *
 * Thread: broker.
 */
typedef struct
{
  /*< private >*/
  guint64 next;
  guint64 end;         /* the first one that may not be given away */
  guint64 pending_end; /* what @end becomes; 0: nothing is under way */
  guint64 pending_ticket;
  guint64 n_blocks; /* how far to look ahead */
  gint64 asked_us;
} HubStoreNumbers;

void hub_store_numbers_init (HubStoreNumbers *self, guint64 next, guint64 end);
guint64 hub_store_numbers_take (HubStoreNumbers *self);
gboolean hub_store_numbers_are_there (const HubStoreNumbers *self);
guint64 hub_store_numbers_ask (HubStoreNumbers *self, guint64 ticket, gint64 now_us);
void hub_store_numbers_settle (HubStoreNumbers *self, guint64 ticket);
guint64 hub_store_numbers_get_next (const HubStoreNumbers *self);

G_END_DECLS
