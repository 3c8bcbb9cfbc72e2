/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/net/hub-api.h"

#include "broker/access/hub-basic.h"
#include "broker/net/hub-api-request.h"

#define STATUS_OK 200
#define STATUS_UNAUTHORIZED 401
#define STATUS_FORBIDDEN 403
#define STATUS_NOT_FOUND 404
#define STATUS_INTERNAL_ERROR 500
#define STATUS_UNAVAILABLE 503

struct _HubApi
{
  HubStore *store;              /* (unowned) (nullable) */
  const HubAccessFuncs *access; /* (unowned) (nullable): %NULL: no rules but those of the doors */
  gpointer access_data;         /* (unowned) */
  const HubBars *bars;          /* (unowned) (nullable): those who may not ask */
  HubApiDescribeFunc describe;
  gpointer user_data;
  GQueue questions;       /* (element-type HubApiQuestion): owns none */
  GHashTable *by_address; /* (owned) (element-type guint64 guint): how many questions each has */
  gsize bytes;            /* of answers that are being sent */
};

struct _HubApiQuestion
{
  HubApi *api; /* (unowned) */
  GList link;
  HubApiRequest request;
  HubPeer peer; /* what the rules of access see of who asks */
  HubIpAddress address;
  HubApiFunc func; /* (nullable): until it is answered */
  gpointer user_data;
  char *user_name; /* (owned) (nullable): who it is, once that is known */
  gboolean is_certified;
  gboolean is_authenticating;
  gboolean is_counted;          /* for its address */
  guint limit;                  /* what was asked for: the range may ask for more */
  guint64 query;                /* at the store; 0: none */
  char *log;                    /* (owned) (nullable): which log it was asked of */
  HubStorePageBuilder readable; /* what a search has found so far that may be read; nothing before that */
  gsize bytes;                  /* of its answer */
};

static HubApiQuestion *
question_of (HubPeer *peer)
{
  return (HubApiQuestion *) (gpointer) ((guint8 *) peer - G_STRUCT_OFFSET (HubApiQuestion, peer));
}

static void
describe_peer (HubPeer *peer, char name[HUB_PEER_NAME_SIZE])
{
  hub_ip_address_format (&question_of (peer)->address, name, HUB_PEER_NAME_SIZE);
}

/* It is no client of MQTT: nothing else is ever asked of it. */
static const HubPeerFuncs peer_funcs = { .describe = describe_peer };

static guint
count_of (const HubApi *self, guint64 key)
{
  return GPOINTER_TO_UINT (g_hash_table_lookup (self->by_address, &key));
}

static void
set_count (HubApi *self, guint64 key, guint count)
{
  if (count == 0)
    g_hash_table_remove (self->by_address, &key);
  else
    g_hash_table_insert (self->by_address, g_memdup2 (&key, sizeof key), GUINT_TO_POINTER (count));
}

static void
answer (HubApiQuestion *question, const HubApiAnswer *said)
{
  HubApiFunc func = question->func;

  question->func = NULL;
  func (said, question->user_data);
}

static void
answer_error (HubApiQuestion *question, guint status, const char *sentence)
{
  g_autoptr (GBytes) body = hub_api_json_error (sentence);

  answer (question, &(HubApiAnswer){ .status = status, .body = body });
}

/* What is being sent takes up memory for as long as the other end likes. */
static void
answer_page (HubApiQuestion *question, GBytes *body, const char *etag)
{
  HubApi *self = question->api;
  gsize size = g_bytes_get_size (body);

  if (self->bytes > 0 && self->bytes + size > HUB_API_BYTES_MAX)
    {
      answer_error (question, STATUS_UNAVAILABLE, "too many answers are on their way: ask again in a moment");
      return;
    }
  question->bytes = size;
  self->bytes += size;
  answer (question, &(HubApiAnswer){ .status = STATUS_OK, .body = body, .etag = etag });
}

static void
answer_info (HubApiQuestion *question)
{
  HubApi *self = question->api;
  g_autoptr (GBytes) body = NULL;
  HubApiInfo info;

  self->describe (question->peer.origin.listener, &info, self->user_data);
  body = hub_api_json_info (&info);
  answer_page (question, body, NULL);
}

static HubIdentity
identity_of (const HubApiQuestion *question)
{
  HubIdentity who;

  hub_identity_init (&who, NULL, question->user_name, question->peer.origin.listener);
  who.is_certified = question->is_certified;
  return who;
}

/* Where rules hold, there may be much to be left out of what is found: it is looked at with as few questions as can be. */
static void
look_further (HubApiQuestion *question)
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

/* As a subscription would be taken: it says nothing of each message. */
static gboolean
may_ask (const HubApiQuestion *question)
{
  const HubApi *self = question->api;
  HubIdentity who = identity_of (question);

  return self->access == NULL ||
         (self->access->may_stay (self->access_data, &who) &&
          self->access->may_subscribe (self->access_data, &who, hub_span_from_string (question->request.filter)));
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

static void ask_store (HubApiQuestion *question);

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
  ask_store (question);
}

static void
answer_messages (HubApiQuestion *question, const HubStorePage *page)
{
  g_autofree char *etag = hub_api_etag (question->log, page);
  g_autoptr (GBytes) body = hub_api_json_messages (question->log, page);

  answer_page (question, body, etag);
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
      answer_error (question, STATUS_UNAVAILABLE, "the log has just been deleted: ask again");
      return;
    }
  range->before = found->before;
  range->spent = found->spent;
  ask_store (question);
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
  answer_page (question, body, etag);
}

static void
found_cb (const HubStorePage *page, const GError *error, gpointer user_data)
{
  HubApiQuestion *question = user_data;

  question->query = 0;
  if (page == NULL)
    answer_error (question, STATUS_INTERNAL_ERROR, "the log cannot be read");
  else if (!may_ask (question))
    answer_error (question, STATUS_FORBIDDEN, "the rules of access do not allow it any more");
  else if (question->request.resource == HUB_API_TOPICS)
    found_topics (question, page);
  else if (is_search_with_rules (question))
    found_matches (question, page);
  else
    found_messages (question, page);
}

static void
ask_store (HubApiQuestion *question)
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
    answer_error (question, STATUS_UNAVAILABLE, "too many questions are waiting for their answers: ask again in a moment");
}

static void
let_in (HubApiQuestion *question, const HubAuthAnswer *said)
{
  switch ((guint) said->reason)
    {
    case HUB_REASON_SUCCESS:
      break;
    case HUB_REASON_SERVER_BUSY:
      answer_error (question, STATUS_UNAVAILABLE, "too many passwords are being checked: ask again in a moment");
      return;
    default:
      answer_error (question, STATUS_UNAUTHORIZED, "a user name and a password are needed, as for MQTT: Authorization: Basic");
      return;
    }
  question->user_name = g_strdup (said->user_name);
  question->is_certified = said->is_certified;
  if (!may_ask (question))
    answer_error (question, STATUS_FORBIDDEN, "the rules of access do not allow it");
  else if (question->api->store == NULL)
    answer_error (question, STATUS_NOT_FOUND, "there is no log: nothing is recorded here");
  else
    ask_store (question);
}

static void
authenticated_cb (HubCore *core, HubPeer *peer, const HubAuthAnswer *said)
{
  HubApiQuestion *question = question_of (peer);

  question->is_authenticating = FALSE;
  let_in (question, said);
}

static void
authenticate (HubApiQuestion *question, const char *authorization)
{
  HubApi *self = question->api;
  HubAuthReply reply = { authenticated_cb, NULL };
  g_auto (HubBasic) basic = { 0 };
  HubCredentials credentials;
  HubAuthAnswer said;

  if (authorization != NULL && !hub_basic_parse (&basic, authorization))
    {
      answer_error (question, STATUS_UNAUTHORIZED, "the Authorization header is none of Basic, or malformed");
      return;
    }
  credentials = (HubCredentials){
    .user_name = basic.user_name,
    .password = { basic.password, basic.password_size },
    .has_password = basic.user_name != NULL,
    .origin = question->peer.origin,
  };
  if (self->access == NULL)
    {
      gboolean is_welcome = question->peer.policy->allow_anonymous;

      said = (HubAuthAnswer){ .reason = is_welcome ? HUB_REASON_SUCCESS : HUB_REASON_NOT_AUTHORIZED };
      said.user_name = credentials.user_name;
    }
  else if (!self->access->authenticate (self->access_data, &question->peer, &credentials, reply, &said))
    {
      question->is_authenticating = TRUE;
      return;
    }
  let_in (question, &said);
}

/**
 * hub_api_new:
 * @store: (nullable): where the log is; must outlive the result. %NULL: there is none
 * @describe: says what the broker is
 * @user_data: for @describe
 *
 * Returns: (transfer full): an API
 */
HubApi *
hub_api_new (HubStore *store, HubApiDescribeFunc describe, gpointer user_data)
{
  HubApi *self = g_new0 (HubApi, 1);

  self->store = store;
  self->describe = describe;
  self->user_data = user_data;
  g_queue_init (&self->questions);
  self->by_address = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  return self;
}

/**
 * hub_api_free:
 * @self: (transfer full): an API without questions
 */
void
hub_api_free (HubApi *self)
{
  g_assert (self->questions.length == 0);
  g_hash_table_unref (self->by_address);
  g_free (self);
}

/**
 * hub_api_set_access:
 * @self: an API
 * @access: (nullable): the rules of access that hold from now on; %NULL: none but those of the doors
 * @data: their first argument
 *
 * Puts other rules in force, while the old ones are still there. Who waits for an answer of theirs is sent away.
 */
void
hub_api_set_access (HubApi *self, const HubAccessFuncs *access, gpointer data)
{
  for (GList *link = self->questions.head; link != NULL; link = link->next)
    {
      HubApiQuestion *question = link->data;

      if (!question->is_authenticating)
        continue;
      question->is_authenticating = FALSE;
      self->access->forget (self->access_data, &question->peer);
      answer_error (question, STATUS_UNAVAILABLE, "the rules of access have just changed: ask again");
    }
  self->access = access;
  self->access_data = data;
}

/**
 * hub_api_set_bars:
 * @self: an API
 * @bars: (nullable): the addresses that are told nothing but what the broker is; must outlive @self
 */
void
hub_api_set_bars (HubApi *self, const HubBars *bars)
{
  self->bars = bars;
}

/**
 * hub_api_ask:
 * @self: an API
 * @asker: who asks
 * @path: the path of a URL for which hub_api_request_is_for() is true
 * @query: (nullable): its query, as it was sent
 * @func: (scope async): told the answer, perhaps before this returns. It must not free a question
 * @user_data: for @func
 *
 * Asks. The result stays until the answer was sent, since until then it counts.
 *
 * Returns: (transfer full): the question
 */
HubApiQuestion *
hub_api_ask (HubApi *self,
             const HubApiAsker *asker,
             const char *path,
             const char *query,
             HubApiFunc func,
             gpointer user_data)
{
  HubApiQuestion *question = g_new0 (HubApiQuestion, 1);
  guint64 key = asker->origin.address_key;
  guint count = count_of (self, key);
  g_autoptr (GError) error = NULL;

  question->api = self;
  question->peer = (HubPeer){ .funcs = &peer_funcs, .policy = asker->policy, .origin = asker->origin };
  question->address = asker->address;
  question->func = func;
  question->user_data = user_data;
  question->link.data = question;
  g_queue_push_tail_link (&self->questions, &question->link);
  question->is_counted = !hub_ip_address_is_loopback (&asker->address);
  if (question->is_counted)
    set_count (self, key, count + 1);

  if (question->is_counted && count >= HUB_API_QUESTIONS_PER_ADDRESS)
    answer_error (question, STATUS_UNAVAILABLE, "too many questions of this address are under way: ask again in a moment");
  else if (!hub_api_request_parse (&question->request, path, query, &error))
    answer_error (question, (guint) error->code, error->message);
  else if (question->request.resource == HUB_API_INFO)
    answer_info (question);
  else if (self->bars != NULL && hub_bars_have_origin (self->bars, &asker->origin, g_get_monotonic_time ()))
    answer_error (question, STATUS_FORBIDDEN, "nobody from this address may ask just now");
  else
    {
      question->limit = question->request.range.limit;
      question->request.range.shape = hub_api_json_add_entry;
      look_further (question);
      authenticate (question, asker->authorization);
    }
  return question;
}

/**
 * hub_api_question_free:
 * @question: (transfer full): a question
 *
 * Whoever asked does not want to know any more, or has it all.
 */
void
hub_api_question_free (HubApiQuestion *question)
{
  HubApi *self = question->api;
  guint64 key = question->peer.origin.address_key;

  if (question->is_authenticating)
    self->access->forget (self->access_data, &question->peer);
  if (question->query != 0)
    hub_store_cancel (self->store, question->query);
  if (question->is_counted)
    set_count (self, key, count_of (self, key) - 1);
  self->bytes -= question->bytes;
  g_queue_unlink (&self->questions, &question->link);
  hub_store_page_builder_clear (&question->readable);
  hub_api_request_clear (&question->request);
  g_free (question->user_name);
  g_free (question->log);
  g_free (question);
}
