/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/store/hub-store-turn.h"

#define FIRST_CAPACITY 512

/* Where doubling would waste too much. */
#define LARGE_BYTES (64 * 1024)

/* What is worth to be given back. */
#define SLACK_BYTES 1024

/* The length of a byte string that is missing. */
#define MISSING G_MAXUINT32

static const struct
{
  guint8 n_ints;
  guint8 n_spans;
} shapes[HUB_STORE_N_OPS] = {
  [HUB_STORE_OP_PUT_SESSION] = { 3, 2 },         /* key, expiry_s, lost_ms; client_id, user_name */
  [HUB_STORE_OP_REMOVE_SESSION] = { 1, 0 },      /* key */
  [HUB_STORE_OP_PUT_SUBSCRIPTION] = { 3, 1 },    /* session, options, identifier; filter */
  [HUB_STORE_OP_REMOVE_SUBSCRIPTION] = { 1, 1 }, /* session; filter */
  [HUB_STORE_OP_ADD_MESSAGE] = { 4, 4 },         /* key, expires_ms, qos, is_retain; topic, publisher, properties, payload */
  [HUB_STORE_OP_REMOVE_MESSAGE] = { 1, 0 },      /* key */
  [HUB_STORE_OP_ADD_DELIVERY] = { 7, 1 },        /* session, order, message, packet_id, state, qos, is_retain; identifiers */
  [HUB_STORE_OP_UPDATE_DELIVERY] = { 4, 0 },     /* session, order, packet_id, state */
  [HUB_STORE_OP_REMOVE_DELIVERY] = { 2, 0 },     /* session, order */
  [HUB_STORE_OP_ADD_RECEIVED] = { 2, 0 },        /* session, packet_id */
  [HUB_STORE_OP_REMOVE_RECEIVED] = { 2, 0 },     /* session, packet_id */
  [HUB_STORE_OP_SET_RETAINED] = { 1, 1 },        /* message; topic */
  [HUB_STORE_OP_REMOVE_RETAINED] = { 0, 1 },     /* topic */
  [HUB_STORE_OP_SET_WILL] = { 3, 0 },            /* session, message, delay_s */
  [HUB_STORE_OP_REMOVE_WILL] = { 1, 0 },         /* session */
  [HUB_STORE_OP_RECORD] = { 2, 3 },              /* seq, time_ms; topic, client_id, payload */
  [HUB_STORE_OP_RESERVE] = { 1, 0 },             /* the first number that is not reserved */
  [HUB_STORE_OP_SET_RETENTION] = { 3, 0 },       /* messages, bytes, age_ms */
  [HUB_STORE_OP_CLEAR_LOG] = { 0, 1 },           /* log_id */
};

static void
ensure (HubStoreTurn *self, gsize more)
{
  gsize needed;
  gsize capacity = self->capacity;

  if (!g_size_checked_add (&needed, self->size, more))
    g_error ("a turn of more bytes than there are");
  if (needed <= capacity)
    return;
  while (capacity < needed && capacity < LARGE_BYTES)
    capacity *= 2;
  if (capacity < needed)
    capacity = MAX (needed, capacity + capacity / 4);
  self->bytes = g_realloc (self->bytes, capacity);
  self->capacity = capacity;
}

static void
put (HubStoreTurn *self, gconstpointer data, gsize size)
{
  if (size > 0)
    memcpy (self->bytes + self->size, data, size);
  self->size += size;
}

static void
take (HubStoreTurnReader *self, gpointer data, gsize size)
{
  g_assert ((gsize) (self->end - self->at) >= size);

  memcpy (data, self->at, size);
  self->at += size;
}

/**
 * hub_store_turn_new:
 *
 * Returns: (transfer full): a turn in which nothing happens yet
 */
HubStoreTurn *
hub_store_turn_new (void)
{
  HubStoreTurn *self = g_new0 (HubStoreTurn, 1);

  self->capacity = FIRST_CAPACITY;
  self->bytes = g_malloc (self->capacity);
  return self;
}

/**
 * hub_store_turn_free:
 * @self: (transfer full): a turn
 */
void
hub_store_turn_free (HubStoreTurn *self)
{
  g_free (self->bytes);
  g_free (self);
}

/**
 * hub_store_turn_free_all:
 * @first: (transfer full) (nullable): a turn, and those that follow it
 */
void
hub_store_turn_free_all (HubStoreTurn *first)
{
  while (first != NULL)
    {
      HubStoreTurn *next = first->next;

      hub_store_turn_free (first);
      first = next;
    }
}

/**
 * hub_store_turn_add:
 * @self: a turn
 * @op: what to do
 * @ints: (array) (nullable): as many numbers as @op has
 * @spans: (array) (nullable): as many byte strings as @op has, which are copied; the data is %NULL for one that is
 *   missing, which must be allowed by the column that it goes to
 *
 * Appends an operation.
 */
void
hub_store_turn_add (HubStoreTurn *self, HubStoreOp op, const gint64 *ints, const HubSpan *spans)
{
  gsize n_ints = shapes[op].n_ints;
  gsize n_spans = shapes[op].n_spans;
  gsize size = 1 + n_ints * sizeof (gint64);
  guint8 code = (guint8) op;

  for (gsize i = 0; i < n_spans; i++)
    {
      g_assert (spans[i].size < MISSING);
      size += sizeof (guint32) + spans[i].size;
    }
  ensure (self, size);

  put (self, &code, 1);
  put (self, ints, n_ints * sizeof (gint64));
  for (gsize i = 0; i < n_spans; i++)
    {
      guint32 length = spans[i].data != NULL ? (guint32) spans[i].size : MISSING;

      put (self, &length, sizeof length);
      if (spans[i].data != NULL)
        put (self, spans[i].data, spans[i].size);
    }
}

/**
 * hub_store_turn_finish:
 * @self: a turn that is complete
 * @ticket: its number
 *
 * Gives back memory that was taken in advance.
 */
void
hub_store_turn_finish (HubStoreTurn *self, guint64 ticket)
{
  self->ticket = ticket;
  if (self->capacity - self->size >= SLACK_BYTES)
    {
      self->bytes = g_realloc (self->bytes, self->size);
      self->capacity = self->size;
    }
}

/**
 * hub_store_turn_get_cost:
 * @self: a turn
 *
 * Returns: how much memory it takes, bytes
 */
gsize
hub_store_turn_get_cost (const HubStoreTurn *self)
{
  return sizeof *self + self->capacity;
}

/**
 * hub_store_turn_reader_init:
 * @self: a place to be
 * @turn: a turn, to which nothing is added while it is read
 *
 * Begins with the first operation.
 */
void
hub_store_turn_reader_init (HubStoreTurnReader *self, const HubStoreTurn *turn)
{
  self->at = turn->bytes;
  self->end = turn->bytes + turn->size;
}

/**
 * hub_store_turn_reader_next:
 * @self: a place in a turn
 * @command: (out): the operation, whose bytes stay in the turn
 *
 * Returns: %FALSE behind the last operation
 */
gboolean
hub_store_turn_reader_next (HubStoreTurnReader *self, HubStoreCommand *command)
{
  guint8 code;

  if (self->at == self->end)
    return FALSE;
  take (self, &code, 1);
  g_assert (code < HUB_STORE_N_OPS);
  command->op = (HubStoreOp) code;
  command->n_ints = shapes[code].n_ints;
  command->n_spans = shapes[code].n_spans;

  take (self, command->ints, command->n_ints * sizeof (gint64));
  for (guint i = 0; i < command->n_spans; i++)
    {
      HubSpan *span = &command->spans[i];
      guint32 length;

      take (self, &length, sizeof length);
      *span = length != MISSING ? (HubSpan){ self->at, length } : (HubSpan){ NULL, 0 };
      g_assert ((gsize) (self->end - self->at) >= span->size);
      self->at += span->size;
    }
  return TRUE;
}
