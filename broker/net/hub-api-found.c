/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/net/hub-api-private.h"

/* What is asked of the store, and what of that it has found may be told to whom. */

#define STATUS_INTERNAL_ERROR 500

static HubIdentity
identity_of (const HubApiQuestion *question)
{
  HubIdentity who;

  hub_identity_init (&who, NULL, question->user_name, question->peer.origin.listener);
  who.is_certified = question->is_certified;
  return who;
}

/*
 * hub_api_may_ask:
 *
 * Returns: whether the rules let who asks do that, as they would a subscription; it says nothing of each message
 */
gboolean
hub_api_may_ask (const HubApiQuestion *question)
{
  const HubApi *self = question->api;
  HubIdentity who = identity_of (question);

  return self->access == NULL ||
         (self->access->may_stay (self->access_data, &who) &&
          self->access->may_subscribe (self->access_data, &who, hub_span_from_string (question->request.filter)));
}

/*
 * hub_api_look_further:
 *
 * Where rules hold, there may be much to be left out of what is found: it is looked at with as few questions as can be.
 */
void
hub_api_look_further (HubApiQuestion *question)
{
  HubApiRequest *request = &question->request;

  if (question->api->access == NULL)
    return;
  if (request->resource == HUB_API_TOPICS)
    request->range.limit = HUB_STORE_TOPICS_MAX;
  if (request->resource != HUB_API_SEARCH)
    return;
  question->limit = MIN (question->limit, HUB_API_SEARCH_LIMIT);
  request->range.limit = HUB_STORE_LIMIT_MAX;
}

/* Leaves out what may not be read. Messages of one topic often follow each other: it is asked once for them. */
static void
filter_entries (const HubApiQuestion *question, HubStorePage *page)
{
  const HubApi *self = question->api;
  HubIdentity who = identity_of (question);
  HubSpan topic = { NULL, 0 };
  gboolean may_read = FALSE;
  guint n = 0;

  if (self->access == NULL)
    return;
  for (guint i = 0; i < page->n_entries; i++)
    {
      if (i == 0 || !hub_span_equal (page->entries[i].topic, topic))
        {
          topic = page->entries[i].topic;
          may_read = self->access->may_read (self->access_data, &who, topic);
        }
      if (may_read)
        page->entries[n++] = page->entries[i];
    }
  page->n_entries = n;
}

/* Likewise, and what is more than was asked for. */
static void
filter_topics (const HubApiQuestion *question, HubStorePage *page)
{
  const HubApi *self = question->api;
  HubIdentity who = identity_of (question);
  gsize bytes = 0;
  guint n = 0;

  for (guint i = 0; i < page->n_topics && n < question->limit && bytes < HUB_STORE_PAGE_BYTES; i++)
    if (self->access == NULL || self->access->may_read (self->access_data, &who, page->topics[i].topic))
      {
        bytes += page->topics[i].topic.size;
        page->topics[n++] = page->topics[i];
      }
  page->n_topics = n;
}

/* Where more was looked at than was asked for. */
static void
cut_page (const HubApiQuestion *question, HubStorePage *page)
{
  guint surplus = page->n_entries > question->limit ? page->n_entries - question->limit : 0;

  if (surplus == 0)
    return;
  if (!question->request.range.is_oldest_first)
    page->entries += surplus;
  page->n_entries -= surplus;
  page->has_more = TRUE;
  if (question->request.resource == HUB_API_SEARCH)
    page->before = page->entries[0].seq;
}

/* All of it was closed to who asks, and there is more. An empty answer would not say from where on to ask. */
static void
ask_further (HubApiQuestion *question, const HubStorePage *looked_at)
{
  HubStoreRange *range = &question->request.range;

  if (range->is_oldest_first)
    range->after = looked_at->entries[looked_at->n_entries - 1].seq;
  else
    range->before = looked_at->entries[0].seq;
  range->limit = HUB_STORE_LIMIT_MAX;
  hub_api_ask_store (question);
}

static void
answer_messages (HubApiQuestion *question, const HubStorePage *page)
{
  g_autofree char *etag = hub_api_etag (question->log, page);
  g_autoptr (GBytes) body = hub_api_json_messages (question->log, page);

  hub_api_answer_page (question, body, etag);
}

static void
found_messages (HubApiQuestion *question, const HubStorePage *found)
{
  g_autofree HubStoreEntry *entries = g_memdup2 (found->entries, found->n_entries * sizeof *found->entries);
  HubStorePage page = *found;

  page.entries = entries;
  filter_entries (question, &page);
  if (page.n_entries == 0 && found->n_entries > 0 && found->has_more)
    {
      ask_further (question, found);
      return;
    }
  cut_page (question, &page);
  answer_messages (question, &page);
}

static gboolean
is_search_with_rules (const HubApiQuestion *question)
{
  return question->request.resource == HUB_API_SEARCH &&
         (question->api->access != NULL || question->readable.entries != NULL);
}

/* Takes over what was found, from the newest on. Returns whether there is one message for which there is no room. */
static gboolean
take_readable (HubApiQuestion *question, const HubStorePage *page)
{
  HubStorePageBuilder *readable = &question->readable;

  if (readable->entries == NULL)
    hub_store_page_builder_init (readable, NULL);
  for (guint i = page->n_entries; i > 0; i--)
    {
      if (!hub_store_page_builder_has_room (readable, question->limit))
        return TRUE;
      hub_store_page_builder_add_entry (readable, &page->entries[i - 1]);
    }
  return FALSE;
}

/* Goes on with a search behind a full page. */
static void
search_further (HubApiQuestion *question, const HubStorePage *found)
{
  HubStoreRange *range = &question->request.range;

  if (!g_str_equal (question->log, hub_store_get_log_id (question->api->store)))
    {
      hub_api_answer_error (question, HUB_API_STATUS_UNAVAILABLE, "the log has just been deleted: ask again");
      return;
    }
  range->before = found->before;
  range->spent = found->spent;
  hub_api_ask_store (question);
}

/*
 * Who may not read everything must not learn from where an answer ends what there is that they may not read: by searching
 * for it. So it ends with what may be read: when there is one more message of that than it has room for. Else it ends where
 * a search does that finds nothing, however much of what it has found was left out.
 */
static void
found_matches (HubApiQuestion *question, const HubStorePage *found)
{
  g_autofree HubStoreEntry *entries = g_memdup2 (found->entries, found->n_entries * sizeof *found->entries);
  g_autoptr (HubStorePage) page = NULL;
  HubStorePage looked_at = *found;
  gboolean is_full;

  looked_at.entries = entries;
  filter_entries (question, &looked_at);
  is_full = take_readable (question, &looked_at);
  if (!is_full && found->is_full)
    {
      search_further (question, found);
      return;
    }
  page = hub_store_page_builder_end (&question->readable, TRUE, is_full || found->has_more);
  page->before = is_full ? page->entries[0].seq : found->before;
  /* The rules may be others than those of the first question. */
  filter_entries (question, page);
  answer_messages (question, page);
}

static void
found_topics (HubApiQuestion *question, const HubStorePage *found)
{
  g_autofree HubStoreTopic *topics = g_memdup2 (found->topics, found->n_topics * sizeof *found->topics);
  g_autofree char *etag = NULL;
  g_autoptr (GBytes) body = NULL;
  HubStorePage page = *found;

  page.topics = topics;
  filter_topics (question, &page);
  etag = hub_api_etag (question->log, &page);
  body = hub_api_json_topics (&page);
  hub_api_answer_page (question, body, etag);
}

static void
found_cb (const HubStorePage *page, const GError *error, gpointer user_data)
{
  HubApiQuestion *question = user_data;

  question->query = 0;
  if (page == NULL)
    hub_api_answer_error (question, STATUS_INTERNAL_ERROR, "the log cannot be read");
  else if (!hub_api_may_ask (question))
    hub_api_answer_error (question, HUB_API_STATUS_FORBIDDEN, "the rules of access do not allow it any more");
  else if (question->request.resource == HUB_API_TOPICS)
    found_topics (question, page);
  else if (is_search_with_rules (question))
    found_matches (question, page);
  else
    found_messages (question, page);
}

/*
 * hub_api_ask_store:
 *
 * Asks the store what @question asks, as far as that is not known yet, and answers with it.
 */
void
hub_api_ask_store (HubApiQuestion *question)
{
  HubStore *store = question->api->store;
  const HubApiRequest *request = &question->request;
  HubSpan filter = hub_span_from_string (request->filter);

  /* Somebody may clear it before the answer comes. */
  g_free (question->log);
  question->log = g_strdup (hub_store_get_log_id (store));
  if (request->resource == HUB_API_TOPICS)
    question->query = hub_store_find_topics (store, filter, request->range.limit, found_cb, question, NULL);
  else if (request->resource == HUB_API_SEARCH)
    question->query = hub_store_search (store, filter, request->text, &request->range, found_cb, question, NULL);
  else
    question->query = hub_store_find_messages (store, filter, &request->range, found_cb, question, NULL);
  if (question->query == 0)
    hub_api_answer_error (question, HUB_API_STATUS_UNAVAILABLE, "too many questions are waiting for their answers: ask again in a moment");
}
