/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/net/hub-api-private.h"

#include "broker/access/hub-basic.h"

/* Who asks, whether they may, and how much of it there may be at once. */

#define STATUS_OK 200
#define STATUS_UNAUTHORIZED 401
#define STATUS_NOT_FOUND 404

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

/*
 * hub_api_answer_error:
 * @sentence: why there is nothing else
 */
void
hub_api_answer_error (HubApiQuestion *question, guint status, const char *sentence)
{
  g_autoptr (GBytes) body = hub_api_json_error (sentence);

  answer (question, &(HubApiAnswer){ .status = status, .body = body });
}

/*
 * hub_api_answer_page:
 * @body: the answer
 * @etag: (nullable): of it
 *
 * Answers, unless too much is on its way: what is being sent takes up memory for as long as the other end likes.
 */
void
hub_api_answer_page (HubApiQuestion *question, GBytes *body, const char *etag)
{
  HubApi *self = question->api;
  gsize size = g_bytes_get_size (body);

  if (self->bytes > 0 && self->bytes + size > HUB_API_BYTES_MAX)
    {
      hub_api_answer_error (question, HUB_API_STATUS_UNAVAILABLE, "too many answers are on their way: ask again in a moment");
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
  hub_api_answer_page (question, body, NULL);
}

static void
let_in (HubApiQuestion *question, const HubAuthAnswer *said)
{
  switch ((guint) said->reason)
    {
    case HUB_REASON_SUCCESS:
      break;
    case HUB_REASON_SERVER_BUSY:
      hub_api_answer_error (question, HUB_API_STATUS_UNAVAILABLE, "too many passwords are being checked: ask again in a moment");
      return;
    default:
      hub_api_answer_error (question, STATUS_UNAUTHORIZED, "a user name and a password are needed, as for MQTT: Authorization: Basic");
      return;
    }
  question->user_name = g_strdup (said->user_name);
  question->is_certified = said->is_certified;
  if (!hub_api_may_ask (question))
    hub_api_answer_error (question, HUB_API_STATUS_FORBIDDEN, "the rules of access do not allow it");
  else if (question->api->store == NULL)
    hub_api_answer_error (question, STATUS_NOT_FOUND, "there is no log: nothing is recorded here");
  else
    hub_api_ask_store (question);
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
      hub_api_answer_error (question, STATUS_UNAUTHORIZED, "the Authorization header is none of Basic, or malformed");
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
      hub_api_answer_error (question, HUB_API_STATUS_UNAVAILABLE, "the rules of access have just changed: ask again");
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
    hub_api_answer_error (question, HUB_API_STATUS_UNAVAILABLE, "too many questions of this address are under way: ask again in a moment");
  else if (!hub_api_request_parse (&question->request, path, query, &error))
    hub_api_answer_error (question, (guint) error->code, error->message);
  else if (question->request.resource == HUB_API_INFO)
    answer_info (question);
  else if (self->bars != NULL && hub_bars_have_origin (self->bars, &asker->origin, g_get_monotonic_time ()))
    hub_api_answer_error (question, HUB_API_STATUS_FORBIDDEN, "nobody from this address may ask just now");
  else
    {
      question->limit = question->request.range.limit;
      question->request.range.shape = hub_api_json_add_entry;
      hub_api_look_further (question);
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
