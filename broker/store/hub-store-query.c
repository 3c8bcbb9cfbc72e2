/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/store/hub-store-query.h"

/* A page, and the bytes that its rows point to. */
typedef struct
{
  HubStorePage page;
  guint8 *bytes; /* (owned) */
} Page;

static HubSpan
add_bytes (HubStorePageBuilder *self, HubSpan span)
{
  HubSpan place = { GSIZE_TO_POINTER (self->bytes->len), span.size };

  if (span.size > 0)
    g_byte_array_append (self->bytes, span.data, (guint) span.size);
  return place;
}

static HubSpan
add_shape (HubStorePageBuilder *self, const HubStoreEntry *entry)
{
  guint begin = self->bytes->len;

  self->shape (self->bytes, entry);
  return (HubSpan){ GSIZE_TO_POINTER (begin), self->bytes->len - begin };
}

static void
place (HubSpan *span, const guint8 *bytes)
{
  span->data = bytes + GPOINTER_TO_SIZE (span->data);
}

static void
reverse (GArray *entries)
{
  for (guint i = 0, k = entries->len; i + 1 < k; i++)
    {
      HubStoreEntry *first = &g_array_index (entries, HubStoreEntry, i);
      HubStoreEntry *last = &g_array_index (entries, HubStoreEntry, --k);
      HubStoreEntry swapped = *first;

      *first = *last;
      *last = swapped;
    }
}

/**
 * hub_store_query_new:
 * @kind: what is asked for
 * @filter: a valid Topic Filter, which is copied
 * @range: which of them
 *
 * Returns: (transfer full): a question
 */
HubStoreQuery *
hub_store_query_new (HubStoreQueryKind kind, HubSpan filter, const HubStoreRange *range)
{
  HubStoreQuery *self = g_malloc0 (sizeof *self + filter.size);

  memcpy (self->bytes, filter.data, filter.size);
  self->kind = kind;
  self->filter = (HubSpan){ self->bytes, filter.size };
  self->range = *range;
  return self;
}

/**
 * hub_store_query_new_search:
 * @words: (transfer full): what is searched for
 * @filter: a valid Topic Filter, which is copied
 * @range: which messages
 *
 * Returns: (transfer full): a question
 */
HubStoreQuery *
hub_store_query_new_search (HubStoreWords *words, HubSpan filter, const HubStoreRange *range)
{
  HubStoreQuery *self = hub_store_query_new (HUB_STORE_QUERY_SEARCH, filter, range);

  self->search = g_new0 (HubStoreSearch, 1);
  self->search->words = words;
  self->search->cost = range->spent;
  hub_store_page_builder_init (&self->search->found, range->shape);
  return self;
}

static void
search_free (HubStoreSearch *search)
{
  hub_store_words_free (search->words);
  hub_store_page_builder_clear (&search->found);
  g_free (search);
}

/**
 * hub_store_query_free:
 * @self: (transfer full): a question
 */
void
hub_store_query_free (HubStoreQuery *self)
{
  g_clear_pointer (&self->search, search_free);
  g_clear_pointer (&self->page, hub_store_page_free);
  g_free (self->fault_text);
  g_free (self);
}

/**
 * hub_store_query_answer:
 * @self: a question that was not cancelled, with its answer
 *
 * Hands the answer to who has asked.
 */
void
hub_store_query_answer (HubStoreQuery *self)
{
  g_autoptr (GError) error = NULL;

  if (self->page == NULL)
    error = g_error_new_literal (HUB_STORE_ERROR, (int) self->fault, self->fault_text);
  self->func (self->page, error, self->user_data);
}

/**
 * hub_store_page_builder_init:
 * @self: a page to be
 * @shape: (nullable): makes of each message what the page has as its payload
 */
void
hub_store_page_builder_init (HubStorePageBuilder *self, HubStoreShapeFunc shape)
{
  self->shape = shape;
  self->entries = g_array_new (FALSE, FALSE, sizeof (HubStoreEntry));
  self->topics = g_array_new (FALSE, FALSE, sizeof (HubStoreTopic));
  self->bytes = g_byte_array_new ();
  /* So that there is an address, even when there is nothing but empty strings. */
  g_byte_array_append (self->bytes, (const guint8 *) "", 1);
}

/**
 * hub_store_page_builder_clear:
 * @self: a page to be
 */
void
hub_store_page_builder_clear (HubStorePageBuilder *self)
{
  g_clear_pointer (&self->entries, g_array_unref);
  g_clear_pointer (&self->topics, g_array_unref);
  g_clear_pointer (&self->bytes, g_byte_array_unref);
}

/**
 * hub_store_page_builder_add_entry:
 * @self: a page to be
 * @entry: a message, which is copied
 */
void
hub_store_page_builder_add_entry (HubStorePageBuilder *self, const HubStoreEntry *entry)
{
  HubStoreEntry copy = *entry;

  copy.topic = add_bytes (self, entry->topic);
  copy.client_id = add_bytes (self, entry->client_id);
  copy.payload = self->shape != NULL ? add_shape (self, entry) : add_bytes (self, entry->payload);
  g_array_append_val (self->entries, copy);
}

/**
 * hub_store_page_builder_add_topic:
 * @self: a page to be
 * @topic: a topic, which is copied
 */
void
hub_store_page_builder_add_topic (HubStorePageBuilder *self, const HubStoreTopic *topic)
{
  HubStoreTopic copy = *topic;

  copy.topic = add_bytes (self, topic->topic);
  g_array_append_val (self->topics, copy);
}

/**
 * hub_store_page_builder_has_room:
 * @self: a page to be
 * @limit: how many rows it may have
 *
 * Returns: whether a further one is to be added
 */
gboolean
hub_store_page_builder_has_room (const HubStorePageBuilder *self, guint limit)
{
  guint max_bytes = MAX (limit / HUB_STORE_LIMIT_MAX, 1) * HUB_STORE_PAGE_BYTES;

  return self->entries->len + self->topics->len < limit && self->bytes->len < max_bytes;
}

/**
 * hub_store_page_builder_end:
 * @self: a page to be, which is empty afterwards
 * @is_descending: whether the messages came newest first
 * @has_more: whether there are more
 *
 * Returns: (transfer full): the page
 */
HubStorePage *
hub_store_page_builder_end (HubStorePageBuilder *self, gboolean is_descending, gboolean has_more)
{
  Page *page = g_new0 (Page, 1);
  HubStorePage *public = &page->page;

  if (is_descending)
    reverse (self->entries);
  public->n_entries = self->entries->len;
  public->n_topics = self->topics->len;
  public->has_more = has_more;
  public->entries = (HubStoreEntry *) (gpointer) g_array_free (g_steal_pointer (&self->entries), FALSE);
  public->topics = (HubStoreTopic *) (gpointer) g_array_free (g_steal_pointer (&self->topics), FALSE);
  page->bytes = g_byte_array_free (g_steal_pointer (&self->bytes), FALSE);

  for (guint i = 0; i < public->n_entries; i++)
    {
      place (&public->entries[i].topic, page->bytes);
      place (&public->entries[i].client_id, page->bytes);
      place (&public->entries[i].payload, page->bytes);
    }
  for (guint i = 0; i < public->n_topics; i++)
    place (&public->topics[i].topic, page->bytes);
  return public;
}

/**
 * hub_store_page_free:
 * @self: (transfer full): a page
 */
void
hub_store_page_free (HubStorePage *self)
{
  Page *page = (Page *) self;

  g_free (self->entries);
  g_free (self->topics);
  g_free (page->bytes);
  g_free (page);
}
