/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "broker/store/hub-store-error.h"
#include "broker/store/hub-store-words.h"
#include "broker/wire/hub-span.h"

G_BEGIN_DECLS

/**
 * HUB_STORE_LIMIT_MAX:
 *
 * How many messages one answer has at most.
 */
#define HUB_STORE_LIMIT_MAX 1000

/**
 * HUB_STORE_TOPICS_MAX:
 *
 * How many topics one answer has at most.
 */
#define HUB_STORE_TOPICS_MAX 10000

/**
 * HUB_STORE_PAGE_BYTES:
 *
 * How many bytes one answer has, about: it ends with the message that passes this. A list of topics has so many for each
 * %HUB_STORE_LIMIT_MAX that it may have.
 */
#define HUB_STORE_PAGE_BYTES (1024 * 1024)

/**
 * HubStoreEntry:
 * @seq: the sequence number
 * @time_ms: when it was published, milliseconds since 1970
 * @topic: the Topic Name
 * @client_id: the Client Identifier of the publisher
 * @payload: the Application Message
 *
 * A message of the log.
 */
typedef struct
{
  guint64 seq;
  gint64 time_ms;
  HubSpan topic;
  HubSpan client_id;
  HubSpan payload;
} HubStoreEntry;

/**
 * HubStoreTopic:
 * @topic: the Topic Name
 * @last_seq: the sequence number of its last message in the log
 * @count: how many messages of it the log has
 *
 * A topic with messages in the log.
 */
typedef struct
{
  HubSpan topic;
  guint64 last_seq;
  guint64 count;
} HubStoreTopic;

/**
 * HubStorePage:
 * @entries: (array length=n_entries): messages, ascending; of a question for messages
 * @n_entries: how many
 * @topics: (array length=n_topics): topics, that with the newest message first; of a question for topics
 * @n_topics: how many
 * @has_more: whether the log has more of them in the direction that was asked for; of a search, whether it may have
 * @before: of a search: it has looked at all messages with this number and greater ones, as far as they were asked for
 * @is_full: of a search with @has_more: whether it has ended since a further message has no room, and not since it has
 *   done enough
 * @spent: of a search: what it has cost up to @before, for whoever goes on with it
 *
 * An answer, which owns all that it points to.
 */
typedef struct
{
  HubStoreEntry *entries;
  guint n_entries;
  HubStoreTopic *topics;
  guint n_topics;
  gboolean has_more;
  guint64 before;
  gboolean is_full;
  guint64 spent;
} HubStorePage;

/**
 * HubStorePageFunc:
 * @page: (transfer none) (nullable): the answer; %NULL when there is none
 * @error: (transfer none) (nullable): why there is none
 * @user_data: as given
 *
 * Called once for a question that was not cancelled, on the broker thread.
 */
typedef void (*HubStorePageFunc) (const HubStorePage *page, const GError *error, gpointer user_data);

/**
 * HubStoreShapeFunc:
 * @out: gets what is wanted in place of the payload
 * @entry: a message
 *
 * Works on a message where that holds up nobody.
 *
 * Thread: the store's reader; for a log in memory the broker's.
 */
typedef void (*HubStoreShapeFunc) (GByteArray *out, const HubStoreEntry *entry);

/**
 * HubStoreRange:
 * @after: only messages with greater numbers; 0: all
 * @before: only messages with smaller numbers; 0: all
 * @since_ms: only messages from the first one on that was published then or later, milliseconds since 1970; 0: all. It is
 *   found as times rise with numbers: where the clock was set back in between, it is somewhere about there
 * @limit: how many at most, 1 to %HUB_STORE_LIMIT_MAX; of topics, to %HUB_STORE_TOPICS_MAX
 * @is_oldest_first: whether those next to @after are wanted, and not those next to @before
 * @shape: (nullable): makes of each message what the answer has as its payload; %NULL: its payload
 * @spent: of a search that goes on with one whose page was full: what that has cost. Together they do no more than one
 *
 * Which messages of a Topic Filter are wanted. They come in ascending order anyway.
 */
typedef struct
{
  guint64 after;
  guint64 before;
  gint64 since_ms;
  guint limit;
  gboolean is_oldest_first;
  HubStoreShapeFunc shape;
  guint64 spent;
} HubStoreRange;

/**
 * HubStoreQueryKind:
 * @HUB_STORE_QUERY_MESSAGES: messages of a Topic Filter
 * @HUB_STORE_QUERY_TOPICS: topics of a Topic Filter
 * @HUB_STORE_QUERY_SEARCH: messages of a Topic Filter in which words occur
 *
 * What is asked for.
 */
typedef enum
{
  HUB_STORE_QUERY_MESSAGES,
  HUB_STORE_QUERY_TOPICS,
  HUB_STORE_QUERY_SEARCH,
} HubStoreQueryKind;

/**
 * HubStorePageBuilder:
 *
 * A page under construction.
 */
typedef struct
{
  /*< private >*/
  GArray *entries; /* (owned) (element-type HubStoreEntry): with offsets in place of addresses */
  GArray *topics;  /* (owned) (element-type HubStoreTopic): likewise */
  GByteArray *bytes;
  HubStoreShapeFunc shape; /* (nullable) */
} HubStorePageBuilder;

/**
 * HubStoreSearch:
 * @words: (owned): what is searched for
 * @found: what was found up to now
 * @before: only messages with smaller numbers were not looked at yet
 * @cost: how much was done for it, in the units of hub-store-search.c
 * @is_begun: whether it was looked for at all
 * @is_scanning: whether it has to do without the index
 *
 * A search, which takes several steps.
 */
typedef struct
{
  HubStoreWords *words;
  HubStorePageBuilder found;
  gint64 before;
  guint64 cost;
  gboolean is_begun;
  gboolean is_scanning;
} HubStoreSearch;

typedef struct _HubStoreQuery HubStoreQuery;

/**
 * HubStoreQuery:
 * @next: (nullable) (unowned): for whoever keeps queries in a list
 * @id: its number
 * @kind: what is asked for
 * @filter: a valid Topic Filter
 * @range: which of them; of topics, only the limit counts
 * @search: (owned) (nullable): of a search: how far it has come
 * @ticket: what must be durable before it is answered, so that it misses nothing that was recorded before
 * @func: (nullable): where the answer goes; %NULL when it was cancelled
 * @user_data: for @func
 * @page: (owned) (nullable): the answer
 * @fault: why there is none, when @fault_text is set
 * @fault_text: (owned) (nullable): the same in words
 *
 * A question. One thread at a time has it: the broker's, the reader, the broker's again; but for @func, which is the
 * broker's all the time.
 */
struct _HubStoreQuery
{
  HubStoreQuery *next;
  guint64 id;
  HubStoreQueryKind kind;
  HubSpan filter;
  HubStoreRange range;
  HubStoreSearch *search;
  guint64 ticket;
  HubStorePageFunc func;
  gpointer user_data;
  HubStorePage *page;
  HubStoreError fault;
  char *fault_text;
  /*< private >*/
  guint8 bytes[];
};

HubStoreQuery *hub_store_query_new (HubStoreQueryKind kind, HubSpan filter, const HubStoreRange *range) G_GNUC_WARN_UNUSED_RESULT;
HubStoreQuery *hub_store_query_new_search (HubStoreWords *words,
                                           HubSpan filter,
                                           const HubStoreRange *range) G_GNUC_WARN_UNUSED_RESULT;
void hub_store_query_free (HubStoreQuery *self);
void hub_store_query_answer (HubStoreQuery *self);

void hub_store_page_builder_init (HubStorePageBuilder *self, HubStoreShapeFunc shape);
void hub_store_page_builder_clear (HubStorePageBuilder *self);
void hub_store_page_builder_add_entry (HubStorePageBuilder *self, const HubStoreEntry *entry);
void hub_store_page_builder_add_topic (HubStorePageBuilder *self, const HubStoreTopic *topic);
gboolean hub_store_page_builder_has_room (const HubStorePageBuilder *self, guint limit);
HubStorePage *hub_store_page_builder_end (HubStorePageBuilder *self,
                                          gboolean is_descending,
                                          gboolean has_more) G_GNUC_WARN_UNUSED_RESULT;
void hub_store_page_free (HubStorePage *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HubStoreQuery, hub_store_query_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HubStorePage, hub_store_page_free)
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (HubStorePageBuilder, hub_store_page_builder_clear)

G_END_DECLS
