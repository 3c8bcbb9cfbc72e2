/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "app/history/hub-archive.h"
#include "app/history/hub-past.h"
#include "tests/support/hub-test-wait.h"

#include <libsoup/soup.h>

#include <string.h>

typedef enum
{
  MODE_GOOD,
  MODE_UNKNOWN,
  MODE_PAGE,
  MODE_MOVED,
  MODE_BUSY_ONCE,
  MODE_SILENT,
} Mode;

/* A host with a log, and a window at it. */
typedef struct
{
  SoupServer *server;
  char *url;
  GString *asked; /* what was asked: the query of each question, but for its topic */
  Mode mode;
  guint64 n_messages;
  guint64 first_kept; /* what was before is forgotten; 0: nothing is */
  gsize message_bytes;
  SoupServerMessage *paused; /* (owned) (nullable) */
  HubMessageList *list;
  HubArchive *archive;
  HubPast *past;
} Fixture;

static guint64
get_number (GHashTable *query, const char *name, guint64 otherwise)
{
  const char *value = g_hash_table_lookup (query, name);

  return value != NULL ? g_ascii_strtoull (value, NULL, 10) : otherwise;
}

static char *
make_answer (Fixture *fixture, GHashTable *query)
{
  guint64 limit = get_number (query, "limit", 0);
  guint64 after = get_number (query, "after", 0);
  guint64 end = MIN (get_number (query, "before", G_MAXUINT64), fixture->n_messages + 1);
  guint64 first = MAX (fixture->first_kept, 1);
  guint64 from = MAX (after > 0 ? after + 1 : end > limit ? end - limit
                                                          : 0,
                      first);
  g_autofree char *padding = g_strnfill (fixture->message_bytes, 'x');
  GString *json = g_string_new ("{\"log\":\"a\",\"messages\":[");

  if (after > 0)
    end = MIN (end, from + limit);
  for (guint64 seq = from; seq < end; seq++)
    g_string_append_printf (json,
                            "%s{\"seq\":%" G_GUINT64_FORMAT ",\"time\":%" G_GUINT64_FORMAT
                            ",\"topic\":\"messages\",\"payload\":\"%" G_GUINT64_FORMAT "%s\",\"client\":\"c\"}",
                            seq > from ? "," : "",
                            seq,
                            seq * 1000,
                            seq,
                            padding);
  g_string_append_printf (json,
                          "],\"more\":%s}",
                          (after > 0 ? end <= fixture->n_messages : from > first && from < end) ? "true" : "false");
  return g_string_free (json, FALSE);
}

static void
respond (SoupServerMessage *message, guint status, const char *body)
{
  soup_server_message_set_status (message, status, NULL);
  soup_server_message_set_response (message, "application/json", SOUP_MEMORY_COPY, body, strlen (body));
}

static void
request_cb (SoupServer *server, SoupServerMessage *message, const char *path, GHashTable *query, gpointer user_data)
{
  Fixture *fixture = user_data;
  const char *asked = g_uri_get_query (soup_server_message_get_uri (message));
  g_autofree char *answer = NULL;

  g_assert_cmpstr (path, ==, "/api/messages");
  g_assert_cmpstr (g_hash_table_lookup (query, "topic"), ==, "messages");
  g_string_append_printf (fixture->asked, "%s\n", strchr (asked, '&') + 1);
  switch (fixture->mode)
    {
    case MODE_GOOD:
      answer = make_answer (fixture, query);
      respond (message, 200, answer);
      break;
    case MODE_UNKNOWN:
      respond (message, 404, "{\"error\":\"x\"}");
      break;
    case MODE_PAGE:
      respond (message, 200, "<html>");
      break;
    case MODE_MOVED:
      soup_server_message_set_redirect (message, 302, "/api/messages?topic=messages&elsewhere");
      break;
    case MODE_BUSY_ONCE:
      fixture->mode = MODE_GOOD;
      respond (message, 503, "{\"error\":\"x\"}");
      break;
    case MODE_SILENT:
      g_set_object (&fixture->paused, message);
      soup_server_message_pause (message);
      break;
    default:
      g_assert_not_reached ();
    }
}

static HubMessageItem *
read_cb (const HubArchiveMessage *message, gpointer user_data)
{
  g_autofree char *text = g_strndup (g_bytes_get_data (message->payload, NULL), g_bytes_get_size (message->payload));

  return hub_message_item_new (&(HubMessageParams){
    .text = text, .topic = message->topic, .time_us = message->time_ms * 1000, .seq = message->seq });
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  GSList *uris;

  fixture->asked = g_string_new (NULL);
  fixture->server = soup_server_new (NULL, NULL);
  soup_server_add_handler (fixture->server, NULL, request_cb, fixture, NULL);
  soup_server_listen_local (fixture->server, 0, SOUP_SERVER_LISTEN_IPV4_ONLY, &error);
  g_assert_no_error (error);
  uris = soup_server_get_uris (fixture->server);
  fixture->url = g_strdup_printf ("http://127.0.0.1:%d", g_uri_get_port (uris->data));
  g_slist_free_full (uris, (GDestroyNotify) g_uri_unref);
  fixture->list = hub_message_list_new (500);
  fixture->archive = hub_archive_new ();
  fixture->past = hub_past_new (fixture->archive, fixture->list, "messages", read_cb, NULL);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  hub_past_end (fixture->past);
  g_object_add_weak_pointer (G_OBJECT (fixture->past), (gpointer *) &fixture->past);
  g_object_unref (fixture->past);
  /* A question that was given up lets go in its own time. */
  hub_test_wait_until (fixture->past == NULL);
  g_assert_finalize_object (fixture->list);
  g_object_unref (fixture->archive);
  g_clear_object (&fixture->paused);
  soup_server_disconnect (fixture->server);
  g_object_unref (fixture->server);
  g_free (fixture->url);
  g_string_free (fixture->asked, TRUE);
}

static guint
count (Fixture *fixture)
{
  hub_message_list_flush (fixture->list);
  return g_list_model_get_n_items (G_LIST_MODEL (fixture->list));
}

static void
assert_asked (Fixture *fixture, const char *expected)
{
  g_assert_cmpstr (fixture->asked->str, ==, expected);
  g_string_truncate (fixture->asked, 0);
}

static void
assert_ends (Fixture *fixture, guint64 first, guint64 last)
{
  g_autoptr (HubMessageItem) top = g_list_model_get_item (G_LIST_MODEL (fixture->list), 0);
  g_autoptr (HubMessageItem) end = g_list_model_get_item (G_LIST_MODEL (fixture->list), count (fixture) - 1);

  g_assert_cmpuint (hub_message_item_get_seq (top), ==, first);
  g_assert_cmpuint (hub_message_item_get_seq (end), ==, last);
  g_assert_cmpint (hub_message_item_get_time (top), ==, (gint64) first * G_USEC_PER_SEC);
}

static void
test_pages (Fixture *fixture, gconstpointer data)
{
  fixture->n_messages = 250;
  hub_past_begin (fixture->past, fixture->url);
  hub_test_wait_until (count (fixture) == 100);
  assert_ends (fixture, 151, 250);
  hub_message_list_reach (fixture->list, HUB_MESSAGE_EDGE_TOP);
  hub_message_list_reach (fixture->list, HUB_MESSAGE_EDGE_TOP);
  hub_test_wait_until (count (fixture) == 200);
  hub_message_list_reach (fixture->list, HUB_MESSAGE_EDGE_TOP);
  hub_test_wait_until (count (fixture) == 250);
  hub_message_list_reach (fixture->list, HUB_MESSAGE_EDGE_TOP);
  hub_message_list_reach (fixture->list, HUB_MESSAGE_EDGE_END);

  /* And after a break, what was missed. */
  hub_past_end (fixture->past);
  hub_message_list_reach (fixture->list, HUB_MESSAGE_EDGE_TOP);
  fixture->n_messages = 370;
  hub_past_begin (fixture->past, fixture->url);
  hub_test_wait_until (count (fixture) == 370);
  assert_ends (fixture, 1, 370);
  assert_asked (fixture,
                "limit=100\nlimit=100&before=151\nlimit=100&before=51\nlimit=100&after=250\nlimit=100&after=350\n");
}

static void
test_far_end (Fixture *fixture, gconstpointer data)
{
  HubStamp stamp = { "a", 701, 5 };

  fixture->n_messages = 700;
  hub_past_begin (fixture->past, fixture->url);
  hub_test_wait_until (count (fixture) == 100);
  for (guint64 first = 601; first > 101; first -= 100)
    {
      g_autofree char *text = g_strdup_printf ("%" G_GUINT64_FORMAT, first - 100);

      hub_message_list_reach (fixture->list, HUB_MESSAGE_EDGE_TOP);
      hub_test_wait_until (count (fixture) > 0 && hub_message_list_has_anonymous (fixture->list, "messages", text));
    }
  assert_ends (fixture, 101, 600);
  g_assert_true (hub_message_list_get_is_detached (fixture->list));
  g_assert_false (hub_past_hear (fixture->past, &stamp));
  fixture->n_messages = 701;

  hub_message_list_reach (fixture->list, HUB_MESSAGE_EDGE_NEWEST);
  g_assert_false (hub_message_list_get_is_detached (fixture->list));
  hub_test_wait_until (count (fixture) == 100);
  assert_ends (fixture, 602, 701);
}

static void
revealed_cb (HubMessageList *list, HubMessageItem *item, gpointer user_data)
{
  guint64 *seq = user_data;

  *seq = hub_message_item_get_seq (item);
}

/* To a message that is not held, also when that is wanted before anything is known; then on to the end. */
static void
test_jump (Fixture *fixture, gconstpointer data)
{
  g_autoptr (HubMessageItem) far = hub_message_item_new (&(HubMessageParams){ .text = "x", .topic = "messages", .seq = 350 });
  g_autoptr (HubMessageItem) near = hub_message_item_new (&(HubMessageParams){ .text = "x", .topic = "messages", .seq = 300 });
  g_autoptr (HubMessageItem) gone = hub_message_item_new (&(HubMessageParams){ .text = "x", .topic = "messages", .seq = 0 });
  guint64 revealed = 0;

  fixture->n_messages = 700;
  g_signal_connect (fixture->list, "revealed", G_CALLBACK (revealed_cb), &revealed);
  hub_past_begin (fixture->past, fixture->url);
  hub_past_jump (fixture->past, far);
  hub_test_wait_until (count (fixture) == 100 && revealed == 350);
  assert_ends (fixture, 251, 350);
  g_assert_true (hub_message_list_get_is_detached (fixture->list));
  assert_asked (fixture, "limit=100\nlimit=100&before=351\n");

  /* What is held is asked for nowhere. */
  hub_past_jump (fixture->past, near);
  g_assert_cmpuint (revealed, ==, 300);
  hub_past_jump (fixture->past, gone);
  assert_asked (fixture, "");

  for (guint n_rows = 200; n_rows <= 400; n_rows += 100)
    {
      hub_message_list_reach (fixture->list, HUB_MESSAGE_EDGE_END);
      hub_test_wait_until (count (fixture) == n_rows);
    }
  hub_message_list_reach (fixture->list, HUB_MESSAGE_EDGE_END);
  hub_test_wait_until (count (fixture) == 450);
  assert_ends (fixture, 251, 700);
  g_assert_false (hub_message_list_get_is_detached (fixture->list));
}

static void
lost_cb (HubPast *past, gboolean is_gone, gpointer user_data)
{
  g_string_append (user_data, is_gone ? "gone " : "unanswered ");
}

static void
jump_to (Fixture *fixture, guint64 seq)
{
  g_autoptr (HubMessageItem) item = hub_message_item_new (&(HubMessageParams){ .text = "x", .topic = "messages", .seq = seq });

  hub_past_jump (fixture->past, item);
}

/* What cannot be shown is said once, and what is held stays. */
static void
test_lost (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GString) lost = g_string_new (NULL);
  HubStamp stamp = { "b", 1, 5 };

  g_signal_connect (fixture->past, "lost", G_CALLBACK (lost_cb), lost);
  jump_to (fixture, 350);
  g_assert_cmpstr (lost->str, ==, "unanswered ");
  fixture->n_messages = 700;
  hub_past_begin (fixture->past, fixture->url);
  hub_test_wait_until (count (fixture) == 100);
  jump_to (fixture, 0);
  g_assert_cmpstr (lost->str, ==, "unanswered gone ");

  g_string_truncate (lost, 0);
  fixture->first_kept = 351;
  jump_to (fixture, 350);
  hub_test_wait_until (lost->len > 0);
  g_assert_cmpstr (lost->str, ==, "gone ");
  assert_ends (fixture, 601, 700);
  g_assert_false (hub_message_list_get_is_detached (fixture->list));

  g_string_truncate (lost, 0);
  fixture->mode = MODE_UNKNOWN;
  jump_to (fixture, 350);
  hub_test_wait_until (lost->len > 0);
  g_assert_cmpstr (lost->str, ==, "unanswered ");

  /* Another log has another one of that number. */
  g_string_truncate (lost, 0);
  fixture->mode = MODE_SILENT;
  jump_to (fixture, 350);
  g_assert_true (hub_past_hear (fixture->past, &stamp));
  g_assert_cmpstr (lost->str, ==, "gone ");

  /* Who wants to see the end wants to see that no more; and what can be shown is not lost. */
  g_string_truncate (lost, 0);
  fixture->mode = MODE_GOOD;
  hub_past_forget (fixture->past);
  hub_message_list_clear (fixture->list);
  hub_past_begin (fixture->past, fixture->url);
  hub_test_wait_until (count (fixture) == 100);
  jump_to (fixture, 351);
  hub_test_wait_until (hub_message_list_get_is_detached (fixture->list));
  hub_message_list_reach (fixture->list, HUB_MESSAGE_EDGE_NEWEST);
  hub_test_wait_until (count (fixture) == 100);
  g_assert_cmpstr (lost->str, ==, "");
}

static void
test_large (Fixture *fixture, gconstpointer data)
{
  /* A page is more than is read, and so is a tenth; one message is not. */
  fixture->n_messages = 100;
  fixture->message_bytes = 500000;
  hub_past_begin (fixture->past, fixture->url);
  hub_test_wait_until (count (fixture) == 1);
  assert_ends (fixture, 100, 100);
  assert_asked (fixture, "limit=100\nlimit=10\nlimit=1\n");
}

static void
test_none (Fixture *fixture, gconstpointer data)
{
  static const Mode modes[] = { MODE_UNKNOWN, MODE_PAGE, MODE_MOVED };
  HubStamp stamp = { "a", 1, 5 };

  for (gsize i = 0; i < G_N_ELEMENTS (modes); i++)
    {
      fixture->mode = modes[i];
      hub_past_begin (fixture->past, fixture->url);
      hub_test_wait_until (fixture->asked->len > 0);
      hub_message_list_reach (fixture->list, HUB_MESSAGE_EDGE_TOP);
      g_assert_true (hub_past_hear (fixture->past, &stamp));
      hub_past_end (fixture->past);
      assert_asked (fixture, "limit=100\n");
      g_assert_cmpuint (count (fixture), ==, 0);
    }
  hub_past_begin (fixture->past, NULL);
  assert_asked (fixture, "");
}

static void
test_busy (Fixture *fixture, gconstpointer data)
{
  fixture->mode = MODE_BUSY_ONCE;
  fixture->n_messages = 3;
  hub_past_begin (fixture->past, fixture->url);
  hub_test_wait_until (count (fixture) == 3);
  assert_asked (fixture, "limit=100\nlimit=100\n");
}

static void
test_given_up (Fixture *fixture, gconstpointer data)
{
  fixture->mode = MODE_SILENT;
  fixture->n_messages = 3;
  hub_past_begin (fixture->past, fixture->url);
  hub_test_wait_until (fixture->paused != NULL);
  hub_past_forget (fixture->past);
  respond (fixture->paused, 200, "{\"log\":\"z\",\"messages\":[{\"seq\":9,\"time\":1,\"topic\":\"t\",\"payload\":\"late\"}],\"more\":false}");
  soup_server_message_unpause (fixture->paused);
  fixture->mode = MODE_GOOD;
  hub_past_begin (fixture->past, fixture->url);
  hub_test_wait_until (count (fixture) == 3);
  assert_ends (fixture, 1, 3);
}

static void
answered_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (HubArchiveAnswer) answer = NULL;
  GError **error = user_data;

  answer = hub_archive_ask_finish (HUB_ARCHIVE (object), result, error);
  if (answer != NULL)
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_EXISTS, "an answer");
}

/* The longest answer that is read, and one byte more. */
static void
test_limit (Fixture *fixture, gconstpointer data)
{
  g_autoptr (HubArchive) archive = hub_archive_new ();
  g_autofree char *url = g_strdup_printf ("%s/api/messages?topic=messages", fixture->url);
  HubQuestion question = { .kind = HUB_QUESTION_NEWEST };

  fixture->n_messages = 1;
  for (gsize surplus = 0; surplus <= 1; surplus++)
    {
      g_autoptr (GHashTable) query = g_hash_table_new (g_str_hash, g_str_equal);
      g_autofree char *frame = NULL;
      g_autoptr (GError) error = NULL;

      g_hash_table_insert (query, (char *) "limit", (char *) "100");
      fixture->message_bytes = 0;
      frame = make_answer (fixture, query);
      fixture->message_bytes = HUB_ARCHIVE_BYTES_MAX - strlen (frame) + surplus;
      hub_archive_ask_async (archive, url, &question, 100, NULL, answered_cb, &error);
      hub_test_wait_until (error != NULL);
      if (surplus > 0)
        g_assert_error (error, HUB_ARCHIVE_ERROR, HUB_ARCHIVE_ERROR_TOO_LARGE);
      else
        g_assert_error (error, G_IO_ERROR, G_IO_ERROR_EXISTS);
    }
}

static void
test_answer (void)
{
  static const char *const none[] = {
    "",
    "<html>",
    "null",
    "[]",
    "{}",
    "{\"log\":\"\",\"messages\":[]}",
    "{\"log\":\"a\",\"messages\":{}}",
    "{\"log\":7,\"messages\":[]}",
    "{\"error\":\"x\"}",
    "{\"log\":\"a\",\"messages\":[],\"x\":[[[[[[[[[1]]]]]]]]]}",
    "{\"log\":\"\xff\",\"messages\":[]}",
  };
  static const char text[] =
    "{\"log\":\"a\",\"more\":true,\"messages\":["
    "{\"seq\":3,\"time\":5,\"topic\":\"messages\",\"payload\":\"\xc3\xa9\",\"client\":\"c\"},"
    "{\"seq\":0,\"time\":5,\"topic\":\"messages\",\"payload\":\"x\"},"
    "{\"seq\":9007199254740992,\"time\":5,\"topic\":\"messages\",\"payload\":\"x\"},"
    "{\"seq\":-1,\"time\":5,\"topic\":\"messages\",\"payload\":\"x\"},"
    "{\"seq\":\"4\",\"time\":5,\"topic\":\"messages\",\"payload\":\"x\"},"
    "{\"seq\":4,\"time\":\"now\",\"topic\":\"messages\",\"payload\":\"x\"},"
    "{\"seq\":4,\"time\":5,\"topic\":7,\"payload\":\"x\"},"
    "{\"seq\":4,\"time\":5,\"topic\":\"messages\",\"payload\":7},"
    "{\"seq\":4,\"time\":5,\"topic\":\"messages\"},null,7,"
    "{\"seq\":1,\"time\":5,\"topic\":\"messages\",\"payload_base64\":\"/wA=\"}]}";
  g_autoptr (HubArchiveAnswer) answer = hub_archive_answer_parse (text, strlen (text));
  HubArchiveMessage *message;

  g_assert_nonnull (answer);
  g_assert_cmpstr (answer->log, ==, "a");
  g_assert_true (answer->has_more);
  g_assert_cmpuint (answer->messages->len, ==, 2);
  message = g_ptr_array_index (answer->messages, 0);
  g_assert_cmpuint (message->seq, ==, 1);
  g_assert_cmpmem (g_bytes_get_data (message->payload, NULL), g_bytes_get_size (message->payload), "\xff\0", 2);
  message = g_ptr_array_index (answer->messages, 1);
  g_assert_cmpuint (message->seq, ==, 3);
  g_assert_cmpmem (g_bytes_get_data (message->payload, NULL), g_bytes_get_size (message->payload), "\xc3\xa9", 2);

  for (gsize i = 0; i < G_N_ELEMENTS (none); i++)
    g_assert_null (hub_archive_answer_parse (none[i], strlen (none[i])));
  /* Every truncation is none. */
  for (gsize size = 0; size < strlen (text); size++)
    g_assert_null (hub_archive_answer_parse (text, size));
}

/* A search may have found nothing so far, and say where it goes on. */
static void
test_answer_before (void)
{
  static const struct
  {
    const char *text;
    gboolean has_more;
    guint64 before;
  } rows[] = {
    { "{\"log\":\"a\",\"messages\":[],\"more\":true,\"before\":7}", TRUE, 7 },
    { "{\"log\":\"a\",\"messages\":[],\"more\":true}", FALSE, 0 },
    { "{\"log\":\"a\",\"messages\":[],\"more\":false,\"before\":7}", FALSE, 7 },
    { "{\"log\":\"a\",\"messages\":[],\"more\":true,\"before\":-1}", FALSE, 0 },
    { "{\"log\":\"a\",\"messages\":[],\"more\":true,\"before\":\"7\"}", FALSE, 0 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (HubArchiveAnswer) answer = hub_archive_answer_parse (rows[i].text, strlen (rows[i].text));

      g_assert_nonnull (answer);
      g_assert_cmpint (answer->has_more, ==, rows[i].has_more);
      g_assert_cmpuint (answer->next_before, ==, rows[i].before);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);

  g_test_add_func ("/app/past/answer", test_answer);
  g_test_add_func ("/app/past/answer-before", test_answer_before);
  g_test_add ("/app/past/limit", Fixture, NULL, set_up, test_limit, tear_down);
  g_test_add ("/app/past/pages", Fixture, NULL, set_up, test_pages, tear_down);
  g_test_add ("/app/past/far-end", Fixture, NULL, set_up, test_far_end, tear_down);
  g_test_add ("/app/past/jump", Fixture, NULL, set_up, test_jump, tear_down);
  g_test_add ("/app/past/lost", Fixture, NULL, set_up, test_lost, tear_down);
  g_test_add ("/app/past/large", Fixture, NULL, set_up, test_large, tear_down);
  g_test_add ("/app/past/none", Fixture, NULL, set_up, test_none, tear_down);
  g_test_add ("/app/past/busy", Fixture, NULL, set_up, test_busy, tear_down);
  g_test_add ("/app/past/given-up", Fixture, NULL, set_up, test_given_up, tear_down);
  return g_test_run ();
}
