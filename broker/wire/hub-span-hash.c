/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/wire/hub-span-hash.h"

#include <sys/random.h>

typedef struct
{
  guint64 a;
  guint64 b;
  guint64 c;
  guint64 d;
} State;

static guint64
rotate (guint64 value, guint bits)
{
  return value << bits | value >> (64 - bits);
}

static void
mix (State *state)
{
  state->a += state->b;
  state->c += state->d;
  state->b = rotate (state->b, 13) ^ state->a;
  state->d = rotate (state->d, 16) ^ state->c;
  state->a = rotate (state->a, 32) + state->d;
  state->c += state->b;
  state->d = rotate (state->d, 21) ^ state->a;
  state->b = rotate (state->b, 17) ^ state->c;
  state->c = rotate (state->c, 32);
}

/* New in each process. */
static const guint64 *
get_key (void)
{
  static guint64 key[2];
  static gsize is_made;

  if (g_once_init_enter (&is_made))
    {
      if (getrandom (key, sizeof key, GRND_NONBLOCK) != sizeof key)
        for (gsize i = 0; i < G_N_ELEMENTS (key); i++)
          key[i] = (guint64) g_random_int () << 32 | g_random_int ();
      g_once_init_leave (&is_made, 1);
    }
  return key;
}

/* SipHash-1-3. */
static guint
hash_bytes (const guint8 *at, gsize size)
{
  const guint64 *key = get_key ();
  State state = {
    key[0] ^ 0x736f6d6570736575, key[1] ^ 0x646f72616e646f6d, key[0] ^ 0x6c7967656e657261, key[1] ^ 0x7465646279746573
  };
  guint64 word;

  for (gsize left = size; left >= sizeof word; left -= sizeof word, at += sizeof word)
    {
      memcpy (&word, at, sizeof word);
      state.d ^= word;
      mix (&state);
      state.a ^= word;
    }
  word = (guint64) size << 56;
  for (gsize i = 0; i < size % sizeof word; i++)
    word |= (guint64) at[i] << (8 * i);
  state.d ^= word;
  mix (&state);
  state.a ^= word;
  state.c ^= 0xff;
  for (guint i = 0; i < 3; i++)
    mix (&state);
  word = state.a ^ state.b ^ state.c ^ state.d;
  return (guint) (word ^ word >> 32);
}

/**
 * hub_span_hash:
 * @key: (type HubSpan): the address of a span
 *
 * Nobody who chooses the keys of a table can have them fall together: what it is differs from process to process.
 *
 * Thread: any.
 *
 * Returns: a hash of its bytes, for a #GHashTable
 */
guint
hub_span_hash (gconstpointer key)
{
  const HubSpan *span = key;

  return hash_bytes (span->data, span->size);
}

/**
 * hub_string_hash:
 * @key: (type utf8): a string
 *
 * As [func@Hub.span_hash], in place of g_str_hash() where others choose the strings.
 *
 * Thread: any.
 *
 * Returns: a hash of its bytes, for a #GHashTable
 */
guint
hub_string_hash (gconstpointer key)
{
  return hash_bytes (key, strlen (key));
}
