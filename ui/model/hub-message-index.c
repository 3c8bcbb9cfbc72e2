/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ui/model/hub-message-index.h"

/**
 * HubMessageIndex: (skip)
 *
 * Which messages a list holds, and where each stands.
 *
 * Messages of the log stand by their number in it. One without a number stands where it arrived: behind the newest
 * number that was known then. A log that begins anew stands behind all of the former. Own messages that are not sent yet
 * stand below all others.
 */
struct _HubMessageIndex
{
  GHashTable *by_id;  /* (owned) (element-type MessageKey HubMessageItem) by topic and id */
  GHashTable *by_seq; /* (owned) (element-type guint64 HubMessageItem) by the number in the present log */
  GPtrArray *loose;   /* (owned) (element-type HubMessageItem) came before any number of this log was known */
  guint log;
  guint64 newest;
};

/* What tells two messages apart. The strings belong to the item that the key leads to. */
typedef struct
{
  const char *topic;
  const char *id;
} MessageKey;

static guint
message_key_hash (gconstpointer data)
{
  const MessageKey *key = data;

  return g_str_hash (key->id) * 31 + g_str_hash (key->topic);
}

static gboolean
message_key_equal (gconstpointer a,
                   gconstpointer b)
{
  const MessageKey *key_a = a;
  const MessageKey *key_b = b;

  return g_str_equal (key_a->id, key_b->id) && g_str_equal (key_a->topic, key_b->topic);
}

static MessageKey
key_of_item (HubMessageItem *item)
{
  const char *topic = hub_message_item_get_topic (item);

  return (MessageKey){ topic != NULL ? topic : "", hub_message_item_get_id (item) };
}

static gboolean
is_unsent (HubMessageItem *item)
{
  const HubMessageState state = hub_message_item_get_state (item);

  return hub_message_item_get_seq (item) == 0 && (state == HUB_MESSAGE_STATE_WAITING || state == HUB_MESSAGE_STATE_FAILED);
}

/* What came before any number was known gets its place as soon as one is. */
static void
place (HubMessageIndex *self,
       HubMessageItem *item,
       guint64 loose_at)
{
  const guint64 seq = hub_message_item_get_seq (item);

  if (seq > 0 && self->newest == 0)
    {
      for (guint i = 0; i < self->loose->len; i++)
        hub_message_item_set_place (g_ptr_array_index (self->loose, i), self->log, loose_at);
      g_ptr_array_set_size (self->loose, 0);
    }
  self->newest = MAX (self->newest, seq);
  if (seq > 0)
    {
      hub_message_item_set_place (item, self->log, seq * 2);
      g_hash_table_insert (self->by_seq, g_memdup2 (&seq, sizeof seq), item);
    }
  else if (is_unsent (item))
    {
      hub_message_item_set_place_last (item);
    }
  else
    {
      hub_message_item_set_place (item, self->log, self->newest > 0 ? self->newest * 2 + 1 : G_MAXUINT64);
      if (self->newest == 0)
        g_ptr_array_add (self->loose, item);
    }
}

HubMessageIndex *
hub_message_index_new (void)
{
  HubMessageIndex *self = g_new0 (HubMessageIndex, 1);

  self->by_id = g_hash_table_new_full (message_key_hash, message_key_equal, g_free, NULL);
  self->by_seq = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  self->loose = g_ptr_array_new ();
  return self;
}

void
hub_message_index_free (HubMessageIndex *self)
{
  g_hash_table_unref (self->by_id);
  g_hash_table_unref (self->by_seq);
  g_ptr_array_unref (self->loose);
  g_free (self);
}

HubMessageItem *
hub_message_index_find_id (HubMessageIndex *self,
                           const char *topic,
                           const char *id)
{
  const MessageKey key = { topic != NULL ? topic : "", id };

  return id != NULL ? g_hash_table_lookup (self->by_id, &key) : NULL;
}

HubMessageItem *
hub_message_index_find_seq (HubMessageIndex *self,
                            guint64 seq)
{
  return seq > 0 ? g_hash_table_lookup (self->by_seq, &seq) : NULL;
}

/*
 * hub_message_index_add:
 * @item: one that is not held yet
 * @loose_at: where what came before any number is to stand, if this one has the first
 *
 * Takes @item in and gives it its place. The list owns it.
 */
void
hub_message_index_add (HubMessageIndex *self,
                       HubMessageItem *item,
                       guint64 loose_at)
{
  const MessageKey key = key_of_item (item);

  if (key.id != NULL)
    g_hash_table_insert (self->by_id, g_memdup2 (&key, sizeof key), item);
  place (self, item, loose_at);
}

/* The number of one that is held, and had none, has become known. */
void
hub_message_index_learn (HubMessageIndex *self,
                         HubMessageItem *item,
                         guint64 seq,
                         guint64 loose_at)
{
  g_ptr_array_remove (self->loose, item);
  hub_message_item_set_seq (item, seq);
  place (self, item, loose_at);
}

/* One that is held, and stood below all others, was sent, and its number is not known: it stands as if it came now. */
void
hub_message_index_settle (HubMessageIndex *self,
                          HubMessageItem *item)
{
  place (self, item, 0);
}

void
hub_message_index_remove (HubMessageIndex *self,
                          HubMessageItem *item)
{
  const MessageKey key = key_of_item (item);
  const guint64 seq = hub_message_item_get_seq (item);

  if (key.id != NULL)
    g_hash_table_remove (self->by_id, &key);
  if (hub_message_index_find_seq (self, seq) == item)
    g_hash_table_remove (self->by_seq, &seq);
  g_ptr_array_remove (self->loose, item);
}

void
hub_message_index_clear (HubMessageIndex *self)
{
  g_hash_table_remove_all (self->by_id);
  hub_message_index_begin_log (self);
}

/* What comes from now on is of another log. */
void
hub_message_index_begin_log (HubMessageIndex *self)
{
  g_hash_table_remove_all (self->by_seq);
  g_ptr_array_set_size (self->loose, 0);
  self->log++;
  self->newest = 0;
}

guint
hub_message_index_get_log (HubMessageIndex *self)
{
  return self->log;
}
