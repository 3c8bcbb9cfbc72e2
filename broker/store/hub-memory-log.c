/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/store/hub-memory-log.h"

#include "broker/wire/hub-span-hash.h"
#include "broker/wire/hub-topic.h"

/* A message in one block with its bytes. */
typedef struct
{
  HubStoreEntry public;
  char *text; /* (owned) (nullable): what it is found by, once a search has asked for that */
  gboolean has_text;
  guint8 bytes[];
} Entry;

struct _HubMemoryLog
{
  char *id;       /* (owned) */
  GQueue entries; /* (owned) (element-type Entry): the oldest first */
  HubStoreRetention retention;
  HubStoreText text;
  guint64 bytes;
  guint64 next_seq;
};

static HubSpan
copy_span (guint8 **at, HubSpan span)
{
  HubSpan copy = { *at, span.size };

  if (span.size > 0)
    memcpy (*at, span.data, span.size);
  *at += span.size;
  return copy;
}

static Entry *
entry_new (const HubStoreRecord *record, guint64 seq)
{
  Entry *entry = g_malloc (sizeof *entry + record->topic.size + record->client_id.size + record->payload.size);
  guint8 *at = entry->bytes;

  entry->text = NULL;
  entry->has_text = FALSE;
  entry->public.seq = seq;
  entry->public.time_ms = CLAMP (record->time_ms, 0, HUB_STORE_TIME_MAX_MS);
  entry->public.topic = copy_span (&at, record->topic);
  entry->public.client_id = copy_span (&at, record->client_id);
  entry->public.payload = copy_span (&at, record->payload);
  return entry;
}

static void
entry_free (gpointer data)
{
  Entry *entry = data;

  g_free (entry->text);
  g_free (entry);
}

static guint64
cost (const Entry *entry)
{
  const HubStoreEntry *public = &entry->public;

  return HUB_STORE_ROW_BYTES + public->topic.size + public->client_id.size + public->payload.size;
}

static gboolean
is_over (const HubMemoryLog *self, gint64 now_ms)
{
  const Entry *oldest = g_queue_peek_head (&((HubMemoryLog *) self)->entries);

  if (oldest == NULL)
    return FALSE;
  return self->entries.length > self->retention.max_messages || self->bytes > self->retention.max_bytes ||
         (self->retention.max_age_ms > 0 && now_ms - oldest->public.time_ms > self->retention.max_age_ms);
}

static void
prune (HubMemoryLog *self, gint64 now_ms)
{
  while (is_over (self, now_ms))
    {
      Entry *oldest = g_queue_pop_head (&self->entries);

      self->bytes -= cost (oldest);
      entry_free (oldest);
    }
}

static gboolean
is_wanted (const HubStoreQuery *query, const Entry *entry)
{
  guint64 seq = entry->public.seq;

  return seq > query->range.after && (query->range.before == 0 || seq < query->range.before) &&
         entry->public.time_ms >= query->range.since_ms &&
         hub_topic_matches (query->filter, entry->public.topic);
}

static gboolean
has_words (const HubMemoryLog *self, const HubStoreWords *words, Entry *entry)
{
  if (!entry->has_text)
    entry->text = hub_store_text_get (&self->text, entry->public.topic, entry->public.payload);
  entry->has_text = TRUE;
  return entry->text != NULL && hub_store_words_match (words, entry->text);
}

/* Returns the number of the first message for which there is no room; 0 when there is room for all. */
static guint64
find_messages (HubMemoryLog *self, const HubStoreQuery *query, HubStorePageBuilder *page)
{
  gboolean is_ascending = query->range.is_oldest_first;

  for (GList *link = is_ascending ? self->entries.head : self->entries.tail; link != NULL;
       link = is_ascending ? link->next : link->prev)
    {
      Entry *entry = link->data;

      if (!is_wanted (query, entry) || (query->search != NULL && !has_words (self, query->search->words, entry)))
        continue;
      if (!hub_store_page_builder_has_room (page, query->range.limit))
        return entry->public.seq;
      hub_store_page_builder_add_entry (page, &entry->public);
    }
  return 0;
}

static gboolean
find_topics (HubMemoryLog *self, const HubStoreQuery *query, HubStorePageBuilder *page)
{
  g_autoptr (GHashTable) by_name = g_hash_table_new (hub_span_hash, hub_span_key_equal);
  g_autoptr (GPtrArray) topics = g_ptr_array_new_with_free_func (g_free);

  /* From the newest message on, so that they come in the order in which they are wanted. */
  for (GList *link = self->entries.tail; link != NULL; link = link->prev)
    {
      const HubStoreEntry *entry = &((const Entry *) link->data)->public;
      HubStoreTopic *topic = g_hash_table_lookup (by_name, &entry->topic);

      if (topic == NULL && hub_topic_matches (query->filter, entry->topic))
        {
          topic = g_new (HubStoreTopic, 1);
          *topic = (HubStoreTopic){ entry->topic, entry->seq, 0 };
          g_ptr_array_add (topics, topic);
          g_hash_table_insert (by_name, &topic->topic, topic);
        }
      if (topic != NULL)
        topic->count++;
    }
  for (guint i = 0; i < topics->len; i++)
    {
      if (!hub_store_page_builder_has_room (page, query->range.limit))
        return TRUE;
      hub_store_page_builder_add_topic (page, g_ptr_array_index (topics, i));
    }
  return FALSE;
}

/**
 * hub_memory_log_new:
 * @retention: what it forgets; %HUB_MEMORY_LOG_MESSAGES and %HUB_MEMORY_LOG_BYTES are the most that it keeps
 * @text: tells what a message is found by
 *
 * Returns: (transfer full): an empty log with a UUID of its own
 */
HubMemoryLog *
hub_memory_log_new (const HubStoreRetention *retention, const HubStoreText *text)
{
  HubMemoryLog *self = g_new0 (HubMemoryLog, 1);

  self->id = g_uuid_string_random ();
  self->next_seq = 1;
  self->text = *text;
  hub_memory_log_set_retention (self, retention);
  return self;
}

/**
 * hub_memory_log_free:
 * @self: (transfer full): a log
 */
void
hub_memory_log_free (HubMemoryLog *self)
{
  g_queue_clear_full (&self->entries, entry_free);
  g_free (self->id);
  g_free (self);
}

/**
 * hub_memory_log_get_id:
 * @self: a log
 *
 * Returns: its UUID
 */
const char *
hub_memory_log_get_id (const HubMemoryLog *self)
{
  return self->id;
}

/**
 * hub_memory_log_set_retention:
 * @self: a log
 * @retention: what it forgets from the next message on; the limits of a log in memory hold all the same
 */
void
hub_memory_log_set_retention (HubMemoryLog *self, const HubStoreRetention *retention)
{
  self->retention = *retention;
  if (retention->max_messages == 0 || retention->max_messages > HUB_MEMORY_LOG_MESSAGES)
    self->retention.max_messages = HUB_MEMORY_LOG_MESSAGES;
  if (retention->max_bytes == 0 || retention->max_bytes > HUB_MEMORY_LOG_BYTES)
    self->retention.max_bytes = HUB_MEMORY_LOG_BYTES;
}

/**
 * hub_memory_log_clear:
 * @self: a log
 *
 * Forgets all messages. It has another UUID then, and numbers go on where they were.
 */
void
hub_memory_log_clear (HubMemoryLog *self)
{
  g_queue_clear_full (&self->entries, entry_free);
  self->bytes = 0;
  g_free (self->id);
  self->id = g_uuid_string_random ();
}

/**
 * hub_memory_log_append:
 * @self: a log
 * @record: a message, which is copied
 * @now_ms: the time, milliseconds since 1970
 *
 * Returns: its sequence number
 */
guint64
hub_memory_log_append (HubMemoryLog *self, const HubStoreRecord *record, gint64 now_ms)
{
  Entry *entry = entry_new (record, self->next_seq++);

  g_queue_push_tail (&self->entries, entry);
  self->bytes += cost (entry);
  prune (self, now_ms);
  return self->next_seq - 1;
}

/**
 * hub_memory_log_answer:
 * @self: a log
 * @query: a question
 * @now_ms: the time, milliseconds since 1970
 *
 * Returns: (transfer full): the answer
 */
HubStorePage *
hub_memory_log_answer (HubMemoryLog *self, const HubStoreQuery *query, gint64 now_ms)
{
  HubStorePageBuilder builder;
  HubStorePage *page;
  guint64 further = 0;
  gboolean has_more;

  prune (self, now_ms);
  hub_store_page_builder_init (&builder, query->range.shape);
  if (query->kind == HUB_STORE_QUERY_TOPICS)
    has_more = find_topics (self, query, &builder);
  else
    has_more = (further = find_messages (self, query, &builder)) != 0;
  page = hub_store_page_builder_end (&builder, !query->range.is_oldest_first, has_more);
  if (query->search != NULL && has_more)
    {
      page->before = further + 1;
      page->is_full = TRUE;
    }
  return page;
}

/**
 * hub_memory_log_get_count:
 * @self: a log
 *
 * Returns: how many messages it has
 */
guint64
hub_memory_log_get_count (const HubMemoryLog *self)
{
  return self->entries.length;
}

/**
 * hub_memory_log_get_bytes:
 * @self: a log
 *
 * Returns: how many bytes they take, as [struct@Hub.StoreRetention] counts them
 */
guint64
hub_memory_log_get_bytes (const HubMemoryLog *self)
{
  return self->bytes;
}
