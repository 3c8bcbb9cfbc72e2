/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "broker/wire/hub-message.h"

#include <sys/uio.h>

G_BEGIN_DECLS

/**
 * HUB_OUTBOX_BLOCK_SIZE:
 *
 * Bytes of a block of copied output.
 */
#define HUB_OUTBOX_BLOCK_SIZE (16 * 1024 - 64)

/**
 * HubOutboxPool:
 *
 * Blocks that no connection needs just now. All zero is an empty pool.
 */
typedef struct
{
  /*< private >*/
  struct _HubOutboxSegment *free_blocks; /* (owned) (nullable) */
  guint n_free;
} HubOutboxPool;

/**
 * HubOutbox:
 *
 * What one connection has to send: small pieces are copied into blocks, large payloads are referenced. All zero is an
 * empty one, and an empty one owns no memory.
 */
typedef struct
{
  /*< private >*/
  struct _HubOutboxSegment *first; /* (owned) (nullable) */
  struct _HubOutboxSegment *last;  /* (unowned) (nullable) */
  gsize bytes;
} HubOutbox;

void hub_outbox_pool_clear (HubOutboxPool *pool);

gsize hub_outbox_get_bytes (const HubOutbox *self);
guint8 *hub_outbox_reserve (HubOutbox *self, HubOutboxPool *pool, gsize size);
void hub_outbox_append (HubOutbox *self, HubOutboxPool *pool, HubSpan bytes);
void hub_outbox_append_payload (HubOutbox *self, HubMessage *message);
guint hub_outbox_peek (const HubOutbox *self, struct iovec *pieces, guint n_pieces);
void hub_outbox_consume (HubOutbox *self, HubOutboxPool *pool, gsize size);
void hub_outbox_clear (HubOutbox *self, HubOutboxPool *pool);

G_END_DECLS
