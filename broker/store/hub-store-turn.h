/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "broker/wire/hub-span.h"

G_BEGIN_DECLS

/**
 * HubStoreOp:
 *
 * What can be done to a store. The arguments of each are in the table of hub-store-turn.c.
 */
typedef enum
{
  HUB_STORE_OP_PUT_SESSION,
  HUB_STORE_OP_REMOVE_SESSION,
  HUB_STORE_OP_PUT_SUBSCRIPTION,
  HUB_STORE_OP_REMOVE_SUBSCRIPTION,
  HUB_STORE_OP_ADD_MESSAGE,
  HUB_STORE_OP_REMOVE_MESSAGE,
  HUB_STORE_OP_ADD_DELIVERY,
  HUB_STORE_OP_UPDATE_DELIVERY,
  HUB_STORE_OP_REMOVE_DELIVERY,
  HUB_STORE_OP_ADD_RECEIVED,
  HUB_STORE_OP_REMOVE_RECEIVED,
  HUB_STORE_OP_SET_RETAINED,
  HUB_STORE_OP_REMOVE_RETAINED,
  HUB_STORE_OP_SET_WILL,
  HUB_STORE_OP_REMOVE_WILL,
  HUB_STORE_OP_RECORD,
  HUB_STORE_OP_RESERVE,
  HUB_STORE_OP_SET_RETENTION,
  HUB_STORE_OP_CLEAR_LOG,
  HUB_STORE_N_OPS,
} HubStoreOp;

#define HUB_STORE_INTS_MAX 7
#define HUB_STORE_SPANS_MAX 4

/**
 * HubStoreCommand:
 * @op: what to do
 * @n_ints: how many numbers @op has
 * @n_spans: how many byte strings @op has
 * @ints: the numbers
 * @spans: the byte strings; the data is %NULL for one that is missing
 *
 * One operation with its arguments.
 */
typedef struct
{
  HubStoreOp op;
  guint n_ints;
  guint n_spans;
  gint64 ints[HUB_STORE_INTS_MAX];
  HubSpan spans[HUB_STORE_SPANS_MAX];
} HubStoreCommand;

typedef struct _HubStoreTurn HubStoreTurn;

/**
 * HubStoreTurn:
 * @next: (nullable) (unowned): for whoever keeps turns in a list
 * @ticket: its number
 *
 * Operations that become durable together or not at all, in one block of memory. Only its owner touches it: first the
 * broker thread, then the writer.
 */
struct _HubStoreTurn
{
  HubStoreTurn *next;
  guint64 ticket;
  /*< private >*/
  guint8 *bytes; /* (owned) */
  gsize size;
  gsize capacity;
};

/**
 * HubStoreTurnReader:
 *
 * A place in a turn.
 */
typedef struct
{
  /*< private >*/
  const guint8 *at;
  const guint8 *end;
} HubStoreTurnReader;

HubStoreTurn *hub_store_turn_new (void) G_GNUC_WARN_UNUSED_RESULT;
void hub_store_turn_free (HubStoreTurn *self);
void hub_store_turn_free_all (HubStoreTurn *first);

void hub_store_turn_add (HubStoreTurn *self, HubStoreOp op, const gint64 *ints, const HubSpan *spans);
void hub_store_turn_finish (HubStoreTurn *self, guint64 ticket);
gsize hub_store_turn_get_cost (const HubStoreTurn *self);

void hub_store_turn_reader_init (HubStoreTurnReader *self, const HubStoreTurn *turn);
gboolean hub_store_turn_reader_next (HubStoreTurnReader *self, HubStoreCommand *command);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HubStoreTurn, hub_store_turn_free)

G_END_DECLS
