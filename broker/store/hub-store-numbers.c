/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/store/hub-store-numbers.h"

/* As far as anybody looks ahead: what a second of the busiest room takes. */
#define BLOCKS_MAX 64

/* Who asks again so soon looks further ahead, and who does not for so long looks less far. */
#define SOON_US G_USEC_PER_SEC
#define LATE_US (10 * G_USEC_PER_SEC)

/**
 * hub_store_numbers_init:
 * @self: numbers
 * @next: the first one to give away
 * @end: behind the last one that is reserved on disk
 */
void
hub_store_numbers_init (HubStoreNumbers *self, guint64 next, guint64 end)
{
  *self = (HubStoreNumbers){ .next = next, .end = end, .n_blocks = 1 };
}

/**
 * hub_store_numbers_take:
 * @self: numbers
 *
 * Returns: the next number, which is never returned again; 0 when none is reserved
 */
guint64
hub_store_numbers_take (HubStoreNumbers *self)
{
  return self->next < self->end ? self->next++ : 0;
}

/**
 * hub_store_numbers_are_there:
 * @self: numbers
 *
 * Returns: whether [method@Hub.StoreNumbers.take] has one
 */
gboolean
hub_store_numbers_are_there (const HubStoreNumbers *self)
{
  return self->next < self->end;
}

/**
 * hub_store_numbers_ask:
 * @self: numbers
 * @ticket: of the turn that a reservation would become part of
 * @now_us: monotonic time, microseconds
 *
 * To be called before each [method@Hub.StoreNumbers.take]. When few are left this begins a reservation, unless there is
 * one under way.
 *
 * Returns: what is to be reserved on disk: all numbers below this one; 0 when there is nothing to do
 */
guint64
hub_store_numbers_ask (HubStoreNumbers *self, guint64 ticket, gint64 now_us)
{
  guint64 wanted = self->n_blocks * HUB_STORE_BLOCK;

  if (self->pending_end != 0 || self->end - self->next >= wanted / 2)
    return 0;

  if (self->asked_us != 0 && now_us - self->asked_us < SOON_US)
    self->n_blocks = MIN (self->n_blocks * 2, BLOCKS_MAX);
  else if (now_us - self->asked_us > LATE_US)
    self->n_blocks = MAX (self->n_blocks / 2, 1);
  self->asked_us = now_us;

  self->pending_end = self->end + self->n_blocks * HUB_STORE_BLOCK;
  self->pending_ticket = ticket;
  return self->pending_end;
}

/**
 * hub_store_numbers_settle:
 * @self: numbers
 * @ticket: the highest one that is durable
 *
 * What was reserved in a turn up to @ticket may be given away.
 */
void
hub_store_numbers_settle (HubStoreNumbers *self, guint64 ticket)
{
  if (self->pending_end == 0 || ticket < self->pending_ticket)
    return;
  self->end = self->pending_end;
  self->pending_end = 0;
}

/**
 * hub_store_numbers_get_next:
 * @self: numbers
 *
 * Returns: the first number that was not given away
 */
guint64
hub_store_numbers_get_next (const HubStoreNumbers *self)
{
  return self->next;
}
