/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/support/hub-test-store.h"

#include "broker/store/hub-store-sql.h"
#include "tests/support/hub-test-wait.h"

#include <glib/gstdio.h>
#include <sqlite3.h>

/* What is longer than this is described by its length and its end. */
#define TEXT_MAX 40

typedef struct
{
  GString *text;
  HubStorePage *unused;
  gboolean is_done;
  guint64 first_seq;
  guint64 last_seq;
  guint64 before;
  gboolean has_more;
} Answer;

static void
committed_cb (guint64 ticket, gpointer user_data)
{
  HubTestStore *self = user_data;

  g_assert_cmpuint (ticket, >, self->ticket);
  self->ticket = ticket;
  self->n_committed++;
}

static void
drained_cb (gpointer user_data)
{
  ((HubTestStore *) user_data)->n_drained++;
}

static void
failed_cb (const GError *error, gpointer user_data)
{
  HubTestStore *self = user_data;

  self->n_failed++;
  g_clear_error (&self->failure);
  self->failure = g_error_copy (error);
}

static const HubStoreEvents events = { committed_cb, drained_cb, failed_cb };

static void
append_span (GString *text, HubSpan span)
{
  if (span.size > TEXT_MAX)
    {
      g_string_append_printf (text, "<%" G_GSIZE_FORMAT ">", span.size);
      span = (HubSpan){ span.data + span.size - 4, 4 };
    }
  for (gsize i = 0; i < span.size; i++)
    if (g_ascii_isgraph (span.data[i]))
      g_string_append_c (text, (char) span.data[i]);
    else
      g_string_append_printf (text, "\\%02x", span.data[i]);
}

static void
describe_message (const HubStoreMessage *message, gpointer user_data)
{
  GString *text = user_data;

  g_string_append_printf (text, "message %" G_GUINT64_FORMAT " ", message->key);
  append_span (text, message->topic);
  if (message->publisher.size > 0)
    {
      g_string_append (text, " of ");
      append_span (text, message->publisher);
    }
  g_string_append (text, " '");
  append_span (text, message->payload);
  g_string_append (text, "' [");
  append_span (text, message->properties);
  g_string_append_printf (text,
                          "] q%u r%d x%" G_GINT64_FORMAT "\n",
                          message->qos,
                          message->is_retain,
                          message->expires_ms);
}

static void
describe_session (const HubStoreSession *session, gpointer user_data)
{
  GString *text = user_data;

  g_string_append_printf (text, "session %" G_GUINT64_FORMAT " '", session->key);
  append_span (text, session->client_id);
  g_string_append (text, session->user_name.data != NULL ? "' user '" : "' none '");
  append_span (text, session->user_name);
  g_string_append_printf (text, "' e%u l%" G_GINT64_FORMAT "\n", session->expiry_s, session->lost_ms);
}

static void
describe_subscription (const HubStoreSubscription *subscription, gpointer user_data)
{
  GString *text = user_data;

  g_string_append_printf (text, "subscription %" G_GUINT64_FORMAT " ", subscription->session);
  append_span (text, subscription->filter);
  g_string_append_printf (text, " o%u i%u\n", subscription->options, subscription->identifier);
}

static void
describe_delivery (const HubStoreDelivery *delivery, gpointer user_data)
{
  GString *text = user_data;

  g_string_append_printf (text,
                          "delivery %" G_GUINT64_FORMAT ".%" G_GUINT64_FORMAT " of %" G_GUINT64_FORMAT " m%u s%d q%u r%d",
                          delivery->session,
                          delivery->order,
                          delivery->message,
                          delivery->packet_id,
                          delivery->state,
                          delivery->qos,
                          delivery->is_retain);
  for (guint i = 0; i < delivery->n_identifiers; i++)
    g_string_append_printf (text, " i%u", delivery->identifiers[i]);
  g_string_append_c (text, '\n');
}

static void
describe_received (guint64 session, guint16 packet_id, gpointer user_data)
{
  g_string_append_printf (user_data, "received %" G_GUINT64_FORMAT " m%u\n", session, packet_id);
}

static void
describe_retained (HubSpan topic, guint64 message, gpointer user_data)
{
  g_string_append (user_data, "retained ");
  append_span (user_data, topic);
  g_string_append_printf (user_data, " %" G_GUINT64_FORMAT "\n", message);
}

static void
describe_will (const HubStoreWill *will, gpointer user_data)
{
  g_string_append_printf (user_data,
                          "will %" G_GUINT64_FORMAT " %" G_GUINT64_FORMAT " d%u\n",
                          will->session,
                          will->message,
                          will->delay_s);
}

static const HubStoreLoadFuncs describe_funcs = {
  .message = describe_message,
  .session = describe_session,
  .subscription = describe_subscription,
  .delivery = describe_delivery,
  .received = describe_received,
  .retained = describe_retained,
  .will = describe_will,
};

static void
answer_cb (const HubStorePage *page, const GError *error, gpointer user_data)
{
  Answer *answer = user_data;

  answer->is_done = TRUE;
  if (page == NULL)
    {
      g_string_append_printf (answer->text, "error: %s\n", error->message);
      return;
    }
  g_assert_no_error (error);
  for (guint i = 0; i < page->n_entries; i++)
    {
      const HubStoreEntry *entry = &page->entries[i];

      g_string_append_printf (answer->text, "%" G_GUINT64_FORMAT " ", entry->seq);
      append_span (answer->text, entry->topic);
      g_string_append (answer->text, " '");
      append_span (answer->text, entry->payload);
      g_string_append (answer->text, "' ");
      append_span (answer->text, entry->client_id);
      g_string_append_printf (answer->text, " t%" G_GINT64_FORMAT "\n", entry->time_ms);
      answer->last_seq = entry->seq;
    }
  for (guint i = 0; i < page->n_topics; i++)
    {
      const HubStoreTopic *topic = &page->topics[i];

      append_span (answer->text, topic->topic);
      g_string_append_printf (answer->text, " %" G_GUINT64_FORMAT " x%" G_GUINT64_FORMAT "\n", topic->last_seq, topic->count);
    }
  answer->has_more = page->has_more;
  answer->before = page->before;
}

static Answer
ask (HubTestStore *self, const char *filter, const HubStoreRange *range)
{
  Answer answer = { .text = g_string_new (NULL) };
  g_autoptr (GError) error = NULL;
  guint64 id;

  id = hub_store_find_messages (self->store, hub_span_from_string (filter), range, answer_cb, &answer, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (id, >, 0);
  hub_test_wait_until (answer.is_done);
  return answer;
}

static char *
finish (Answer *answer)
{
  if (answer->has_more)
    g_string_append (answer->text, "more\n");
  return g_string_free (answer->text, FALSE);
}

/**
 * hub_test_remove_tree:
 * @folder: a folder
 *
 * Removes it with the files and folders in it.
 */
void
hub_test_remove_tree (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);

      if (g_file_test (path, G_FILE_TEST_IS_DIR) && !g_file_test (path, G_FILE_TEST_IS_SYMLINK))
        hub_test_remove_tree (path);
      else
        g_unlink (path);
    }
  g_rmdir (folder);
}

/**
 * hub_test_store_new_at:
 * @path: where the database goes, in a folder that somebody else cleans up
 *
 * Returns: (transfer full): a store that is not open
 */
HubTestStore *
hub_test_store_new_at (const char *path)
{
  HubTestStore *self = g_new0 (HubTestStore, 1);

  self->path = g_strdup (path);
  self->options.path = self->path;
  return self;
}

/**
 * hub_test_store_new:
 *
 * Returns: (transfer full): a store that is not open, in a folder that goes with it
 */
HubTestStore *
hub_test_store_new (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *folder = g_dir_make_tmp ("hub-store-XXXXXX", &error);
  g_autofree char *path = NULL;
  HubTestStore *self;

  g_assert_no_error (error);
  path = g_build_filename (folder, "hubbub.db", NULL);
  self = hub_test_store_new_at (path);
  self->folder = g_steal_pointer (&folder);
  return self;
}

/**
 * hub_test_store_free:
 * @self: (transfer full): a store, which is closed if need be
 */
void
hub_test_store_free (HubTestStore *self)
{
  if (self->store != NULL)
    hub_store_close (self->store, NULL);
  if (self->folder != NULL)
    hub_test_remove_tree (self->folder);
  g_clear_error (&self->failure);
  g_free (self->folder);
  g_free (self->path);
  g_free (self);
}

/**
 * hub_test_store_try_open:
 * @self: a store that is not open
 * @error: return location
 *
 * Returns: whether it is open
 */
gboolean
hub_test_store_try_open (HubTestStore *self, GError **error)
{
  g_assert_null (self->store);

  self->ticket = 0;
  self->n_failed = 0;
  self->store = hub_store_open (&self->options, g_main_context_default (), &events, self, error);
  if (self->store != NULL)
    self->funcs = hub_store_get_funcs (self->store);
  return self->store != NULL;
}

/**
 * hub_test_store_open:
 * @self: a store that is not open
 */
void
hub_test_store_open (HubTestStore *self)
{
  g_autoptr (GError) error = NULL;

  hub_test_store_try_open (self, &error);
  g_assert_no_error (error);
}

/**
 * hub_test_store_open_in_memory:
 * @self: a store that is not open
 */
void
hub_test_store_open_in_memory (HubTestStore *self)
{
  self->options.durability = HUB_STORE_OFF;
  hub_test_store_open (self);
  g_assert_false (g_file_test (self->path, G_FILE_TEST_EXISTS));
}

/**
 * hub_test_store_close:
 * @self: a store that is open
 */
void
hub_test_store_close (HubTestStore *self)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (hub_store_close (g_steal_pointer (&self->store), &error));
  g_assert_no_error (error);
}

/**
 * hub_test_store_reopen:
 * @self: a store that is open
 */
void
hub_test_store_reopen (HubTestStore *self)
{
  hub_test_store_close (self);
  hub_test_store_open (self);
}

/**
 * hub_test_store_try_flush:
 * @self: a store that is open
 *
 * Commits, and waits until everything is durable, or nothing becomes durable any more.
 *
 * Returns: %FALSE when the store has failed
 */
gboolean
hub_test_store_try_flush (HubTestStore *self)
{
  self->funcs->commit (self->store, TRUE);
  hub_test_wait_until (hub_store_is_failed (self->store) || hub_store_get_queue_bytes (self->store) == 0);
  return !hub_store_is_failed (self->store);
}

/**
 * hub_test_store_flush:
 * @self: a store that is open
 *
 * Commits, and waits until everything is durable.
 */
void
hub_test_store_flush (HubTestStore *self)
{
  gboolean is_durable = hub_test_store_try_flush (self);

  g_assert_no_error (self->failure);
  g_assert_true (is_durable);
}

/**
 * hub_test_store_record_at:
 * @self: a store that is open
 * @time_ms: when it is published
 * @topic: a Topic Name
 * @payload: a payload
 *
 * Returns: the sequence number
 */
guint64
hub_test_store_record_at (HubTestStore *self, gint64 time_ms, const char *topic, const char *payload)
{
  HubStoreRecord record = {
    .topic = hub_span_from_string (topic),
    .payload = hub_span_from_string (payload),
    .client_id = HUB_SPAN_LITERAL ("ada"),
    .time_ms = time_ms,
  };

  return self->funcs->record (self->store, &record);
}

/**
 * hub_test_store_record:
 * @self: a store that is open
 * @topic: a Topic Name
 * @payload: a payload
 *
 * Returns: the sequence number
 */
guint64
hub_test_store_record (HubTestStore *self, const char *topic, const char *payload)
{
  return hub_test_store_record_at (self, 1000, topic, payload);
}

/**
 * hub_test_store_describe:
 * @self: a store that is open, and has nothing under way
 *
 * Returns: (transfer full): what it keeps besides the log, a line for each
 */
char *
hub_test_store_describe (HubTestStore *self)
{
  g_autoptr (GError) error = NULL;
  GString *text = g_string_new (NULL);

  self->funcs->load (self->store, &describe_funcs, text, &error);
  g_assert_no_error (error);
  return g_string_free (text, FALSE);
}

/**
 * hub_test_store_describe_log:
 * @self: a store that is open
 *
 * Returns: (transfer full): all messages of the log, a line for each
 */
char *
hub_test_store_describe_log (HubTestStore *self)
{
  HubStoreRange range = { .limit = HUB_STORE_LIMIT_MAX, .is_oldest_first = TRUE };
  GString *text = g_string_new (NULL);
  gboolean has_more;

  do
    {
      Answer answer = ask (self, "#", &range);

      g_string_append (text, answer.text->str);
      has_more = answer.has_more;
      range.after = answer.last_seq;
      g_string_free (answer.text, TRUE);
    }
  while (has_more);
  return g_string_free (text, FALSE);
}

/**
 * hub_test_store_find:
 * @self: a store that is open
 * @filter: a Topic Filter
 * @range: which messages
 *
 * Returns: (transfer full): the answer, a line for each message, and "more" when there are more
 */
char *
hub_test_store_find (HubTestStore *self, const char *filter, const HubStoreRange *range)
{
  Answer answer = ask (self, filter, range);

  return finish (&answer);
}

/**
 * hub_test_store_assert_found:
 * @self: a store that is open
 * @filter: a Topic Filter
 * @range: which messages
 * @expected: their numbers, with "more" when there are more
 */
void
hub_test_store_assert_found (HubTestStore *self, const char *filter, HubStoreRange range, const char *expected)
{
  g_autofree char *answer = hub_test_store_find (self, filter, &range);
  g_auto (GStrv) lines = g_strsplit (answer, "\n", -1);
  g_autoptr (GString) numbers = g_string_new (NULL);

  for (gsize i = 0; lines[i] != NULL && lines[i][0] != '\0'; i++)
    g_string_append_printf (numbers, i == 0 ? "%.*s" : " %.*s", (int) strcspn (lines[i], " "), lines[i]);
  g_assert_cmpstr (numbers->str, ==, expected);
}

/**
 * hub_test_store_find_topics:
 * @self: a store that is open
 * @filter: a Topic Filter
 * @limit: how many
 *
 * Returns: (transfer full): the answer, a line for each topic, and "more" when there are more
 */
char *
hub_test_store_find_topics (HubTestStore *self, const char *filter, guint limit)
{
  Answer answer = { .text = g_string_new (NULL) };
  g_autoptr (GError) error = NULL;

  hub_store_find_topics (self->store, hub_span_from_string (filter), limit, answer_cb, &answer, &error);
  g_assert_no_error (error);
  hub_test_wait_until (answer.is_done);
  return finish (&answer);
}

static void
numbers_cb (const HubStorePage *page, const GError *error, gpointer user_data)
{
  Answer *answer = user_data;

  answer->is_done = TRUE;
  if (page == NULL)
    {
      g_string_append_printf (answer->text, "error: %s", error->message);
      return;
    }
  for (guint i = 0; i < page->n_entries; i++)
    g_string_append_printf (answer->text, "%s%" G_GUINT64_FORMAT, i > 0 ? " " : "", page->entries[i].seq);
  if (page->has_more)
    g_string_append_printf (answer->text, " more<%" G_GUINT64_FORMAT, page->before);
  else
    g_assert_cmpuint (page->before, ==, 0);
}

/**
 * hub_test_store_search:
 * @self: a store that is open
 * @filter: a Topic Filter
 * @text: what is searched for
 * @range: which messages
 *
 * Returns: (transfer full): the numbers of those that are found, and from where on there may be more
 */
char *
hub_test_store_search (HubTestStore *self, const char *filter, const char *text, const HubStoreRange *range)
{
  Answer answer = { .text = g_string_new (NULL) };
  g_autoptr (GError) error = NULL;
  guint64 id;

  id = hub_store_search (self->store, hub_span_from_string (filter), text, range, numbers_cb, &answer, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (id, >, 0);
  hub_test_wait_until (answer.is_done);
  return g_string_free (answer.text, FALSE);
}

/**
 * hub_test_store_text:
 * @topic: a Topic Name
 * @payload: a payload
 * @user_data: not used
 *
 * Returns: (transfer full) (nullable): the payload, if it is UTF-8 without U+0000: a #HubStoreTextFunc
 */
char *
hub_test_store_text (HubSpan topic, HubSpan payload, gpointer user_data)
{
  return g_utf8_validate_len ((const char *) payload.data, payload.size, NULL) ? hub_span_dup_string (payload) : NULL;
}

/**
 * hub_test_store_get_int:
 * @self: a store, open or not
 * @sql: a question to its database
 *
 * Returns: the integer that it is answered with
 */
gint64
hub_test_store_get_int (const HubTestStore *self, const char *sql)
{
  g_autoptr (GError) error = NULL;
  sqlite3 *db = NULL;
  gint64 value;

  g_assert_cmpint (sqlite3_open_v2 (self->path, &db, SQLITE_OPEN_READONLY, self->options.vfs), ==, SQLITE_OK);
  sqlite3_busy_timeout (db, 10000);
  hub_store_sql_get_int (db, sql, &value, &error);
  g_assert_no_error (error);
  g_assert_cmpint (sqlite3_close (db), ==, SQLITE_OK);
  return value;
}

/**
 * hub_test_store_wait_for_index:
 * @self: a store that is open, and has nothing under way
 *
 * Waits until the index knows all messages.
 */
void
hub_test_store_wait_for_index (HubTestStore *self)
{
  hub_test_wait_until (hub_test_store_get_int (self, "SELECT ifnull (max (seq), 0) <= (SELECT searched FROM meta) FROM log") != 0);
}

/**
 * hub_test_store_sql:
 * @self: a store that is not open
 * @sql: what to do to its database behind its back
 */
void
hub_test_store_sql (HubTestStore *self, const char *sql)
{
  sqlite3 *db = NULL;

  g_assert_cmpint (sqlite3_open (self->path, &db), ==, SQLITE_OK);
  sqlite3_exec (db, sql, NULL, NULL, NULL);
  g_assert_cmpstr (sqlite3_errmsg (db), ==, "not an error");
  g_assert_cmpint (sqlite3_close (db), ==, SQLITE_OK);
}

/**
 * hub_test_store_sibling:
 * @self: a store
 * @suffix: what its name has more
 *
 * Returns: (transfer full): the path of a file beside the database
 */
char *
hub_test_store_sibling (const HubTestStore *self, const char *suffix)
{
  return g_strconcat (self->path, suffix, NULL);
}

/**
 * hub_test_store_find_aside:
 * @self: a store in a folder of its own
 *
 * Returns: (transfer full) (nullable): the path of a database that was set aside, the first one by its name
 */
char *
hub_test_store_find_aside (const HubTestStore *self)
{
  g_autoptr (GDir) dir = g_dir_open (self->folder, 0, NULL);
  g_autofree char *first = NULL;
  const char *name;

  while ((name = g_dir_read_name (dir)) != NULL)
    if (strstr (name, ".damaged-") != NULL && (first == NULL || strcmp (name, first) < 0))
      {
        g_free (first);
        first = g_strdup (name);
      }
  return first != NULL ? g_build_filename (self->folder, first, NULL) : NULL;
}
