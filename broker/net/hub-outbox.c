/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/net/hub-outbox.h"

/* How many blocks are kept for the next turn. */
#define FREE_BLOCKS_MAX 256

typedef struct _HubOutboxSegment HubOutboxSegment;

struct _HubOutboxSegment
{
  HubOutboxSegment *next; /* (owned) (nullable) */
  HubMessage *message;    /* (owned) (nullable): whose payload this is; %NULL: a block */
  const guint8 *data;     /* the first byte that was not sent */
  gsize size;             /* bytes that were not sent */
  guint8 bytes[];         /* of a block: HUB_OUTBOX_BLOCK_SIZE */
};

static gsize
block_room (const HubOutboxSegment *segment)
{
  if (segment == NULL || segment->message != NULL)
    return 0;
  return (gsize) (segment->bytes + HUB_OUTBOX_BLOCK_SIZE - (segment->data + segment->size));
}

static void
link_segment (HubOutbox *self, HubOutboxSegment *segment)
{
  segment->next = NULL;
  if (self->last != NULL)
    self->last->next = segment;
  else
    self->first = segment;
  self->last = segment;
}

static void
add_block (HubOutbox *self, HubOutboxPool *pool)
{
  HubOutboxSegment *segment = pool->free_blocks;

  if (segment != NULL)
    {
      pool->free_blocks = segment->next;
      pool->n_free--;
    }
  else
    {
      segment = g_malloc (sizeof (HubOutboxSegment) + HUB_OUTBOX_BLOCK_SIZE);
    }
  segment->message = NULL;
  segment->data = segment->bytes;
  segment->size = 0;
  link_segment (self, segment);
}

static void
drop_first (HubOutbox *self, HubOutboxPool *pool)
{
  HubOutboxSegment *segment = self->first;

  self->first = segment->next;
  if (self->first == NULL)
    self->last = NULL;

  if (segment->message != NULL)
    {
      hub_message_unref (segment->message);
      g_free (segment);
    }
  else if (pool->n_free < FREE_BLOCKS_MAX)
    {
      segment->next = pool->free_blocks;
      pool->free_blocks = segment;
      pool->n_free++;
    }
  else
    {
      g_free (segment);
    }
}

/**
 * hub_outbox_pool_clear:
 * @pool: a pool
 *
 * Frees the blocks in it.
 */
void
hub_outbox_pool_clear (HubOutboxPool *pool)
{
  while (pool->free_blocks != NULL)
    {
      HubOutboxSegment *segment = pool->free_blocks;

      pool->free_blocks = segment->next;
      g_free (segment);
    }
  pool->n_free = 0;
}

/**
 * hub_outbox_get_bytes:
 * @self: an outbox
 *
 * Returns: how much is to be sent, bytes
 */
gsize
hub_outbox_get_bytes (const HubOutbox *self)
{
  return self->bytes;
}

/**
 * hub_outbox_reserve:
 * @self: an outbox
 * @pool: where blocks come from
 * @size: 1 to %HUB_OUTBOX_BLOCK_SIZE
 *
 * Appends @size bytes, which the caller must fill in before it does anything else with @self.
 *
 * Returns: where to write them, contiguous
 */
guint8 *
hub_outbox_reserve (HubOutbox *self, HubOutboxPool *pool, gsize size)
{
  HubOutboxSegment *segment;

  g_assert (size <= HUB_OUTBOX_BLOCK_SIZE);
  if (block_room (self->last) < size)
    add_block (self, pool);

  segment = self->last;
  segment->size += size;
  self->bytes += size;
  return segment->bytes + (segment->data - segment->bytes) + segment->size - size;
}

/**
 * hub_outbox_append:
 * @self: an outbox
 * @pool: where blocks come from
 * @bytes: any number of bytes, copied
 */
void
hub_outbox_append (HubOutbox *self, HubOutboxPool *pool, HubSpan bytes)
{
  while (bytes.size > 0)
    {
      gsize room = block_room (self->last);
      gsize size = MIN (bytes.size, room > 0 ? room : HUB_OUTBOX_BLOCK_SIZE);

      memcpy (hub_outbox_reserve (self, pool, size), bytes.data, size);
      bytes.data += size;
      bytes.size -= size;
    }
}

/**
 * hub_outbox_append_payload:
 * @self: an outbox
 * @message: a message with a payload; referenced until it was sent
 *
 * Appends the payload of @message without copying it.
 */
void
hub_outbox_append_payload (HubOutbox *self, HubMessage *message)
{
  HubOutboxSegment *segment = g_malloc (sizeof (HubOutboxSegment));

  segment->message = hub_message_ref (message);
  segment->data = message->payload.data;
  segment->size = message->payload.size;
  link_segment (self, segment);
  self->bytes += segment->size;
}

/**
 * hub_outbox_peek:
 * @self: an outbox
 * @pieces: (out caller-allocates) (array length=n_pieces): room for pieces
 * @n_pieces: how many there is room for
 *
 * Returns: how many of @pieces were filled in, in the order in which they are to be sent
 */
guint
hub_outbox_peek (const HubOutbox *self, struct iovec *pieces, guint n_pieces)
{
  guint n = 0;

  for (HubOutboxSegment *segment = self->first; segment != NULL && n < n_pieces; segment = segment->next)
    pieces[n++] = (struct iovec){ (void *) segment->data, segment->size };
  return n;
}

/**
 * hub_outbox_consume:
 * @self: an outbox
 * @pool: where blocks go to
 * @size: how many bytes were sent
 */
void
hub_outbox_consume (HubOutbox *self, HubOutboxPool *pool, gsize size)
{
  g_assert (size <= self->bytes);
  self->bytes -= size;
  while (self->first != NULL && size >= self->first->size)
    {
      size -= self->first->size;
      drop_first (self, pool);
    }
  if (size > 0)
    {
      self->first->data += size;
      self->first->size -= size;
    }
}

/**
 * hub_outbox_clear:
 * @self: an outbox
 * @pool: where blocks go to
 *
 * Gives up everything that was not sent.
 */
void
hub_outbox_clear (HubOutbox *self, HubOutboxPool *pool)
{
  while (self->first != NULL)
    drop_first (self, pool);
  self->bytes = 0;
}
