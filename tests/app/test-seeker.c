/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "app/rooms/hub-seeker.h"
#include "tests/support/hub-test-wait.h"

#include <glib/gstdio.h>
#include <libsoup/soup.h>

#include <string.h>

/* A host that can be asked, and what the user finds there. */
typedef struct
{
  SoupServer *server;
  char *url;
  GString *asked;     /* path and query of each question */
  const char *answer; /* (nullable): NULL: 404 */
  guint status;
  HubChatState *state;
  HubRoomMemory *memory;
  HubRooms *rooms;
  HubSeeker *seeker;
  GString *notices;
} Fixture;

static void
request_cb (SoupServer *server, SoupServerMessage *message, const char *path, GHashTable *query, gpointer user_data)
{
  Fixture *fixture = user_data;
  const char *asked = g_uri_get_query (soup_server_message_get_uri (message));

  /* Rooms ask for their history, too. */
  if (strstr (asked, "since=") == NULL && strcmp (path, "/api/search") != 0)
    {
      static const char none[] = "{\"log\":\"a\",\"messages\":[],\"more\":false}";

      soup_server_message_set_status (message, 200, NULL);
      soup_server_message_set_response (message, "application/json", SOUP_MEMORY_STATIC, none, strlen (none));
      return;
    }
  g_string_append_printf (fixture->asked, "%s?%s\n", path, asked);
  soup_server_message_set_status (message, fixture->status, NULL);
  soup_server_message_set_response (message, "application/json", SOUP_MEMORY_COPY, fixture->answer, strlen (fixture->answer));
}

static void
notice_cb (HubSeeker *seeker, const char *text, gpointer user_data)
{
  g_string_append (user_data, text);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = g_build_filename (g_get_user_data_dir (), "rooms.json", NULL);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GError) error = NULL;
  GSList *uris;

  g_mkdir_with_parents (g_get_user_data_dir (), 0700);
  g_unlink (path);

  fixture->asked = g_string_new (NULL);
  fixture->notices = g_string_new (NULL);
  fixture->status = 200;
  fixture->answer = "{}";
  fixture->server = soup_server_new (NULL, NULL);
  soup_server_add_handler (fixture->server, NULL, request_cb, fixture, NULL);
  soup_server_listen_local (fixture->server, 0, SOUP_SERVER_LISTEN_IPV4_ONLY, &error);
  g_assert_no_error (error);
  uris = soup_server_get_uris (fixture->server);
  fixture->url = g_strdup_printf ("http://127.0.0.1:%d", g_uri_get_port (uris->data));
  g_slist_free_full (uris, (GDestroyNotify) g_uri_unref);
  fixture->state = hub_chat_state_new ();
  fixture->memory = hub_room_memory_new (file);
  fixture->rooms = hub_rooms_new (fixture->state, fixture->memory, "0123456789abcdef");
  fixture->seeker = hub_seeker_new (fixture->state, fixture->rooms);
  g_signal_connect (fixture->seeker, "notice", G_CALLBACK (notice_cb), fixture->notices);
  hub_seeker_set_url (fixture->seeker, fixture->url);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  hub_seeker_set_url (fixture->seeker, NULL);
  hub_rooms_end (fixture->rooms);
  g_object_add_weak_pointer (G_OBJECT (fixture->seeker), (gpointer *) &fixture->seeker);
  g_object_unref (fixture->seeker);
  /* A question that was given up lets go in its own time. */
  hub_test_wait_until (fixture->seeker == NULL);
  g_object_unref (fixture->rooms);
  g_object_unref (fixture->memory);
  g_object_unref (fixture->state);
  soup_server_disconnect (fixture->server);
  g_object_unref (fixture->server);
  g_free (fixture->url);
  g_string_free (fixture->asked, TRUE);
  g_string_free (fixture->notices, TRUE);
}

static HubSearch *
search_of (Fixture *fixture)
{
  return hub_chat_state_get_search (fixture->state);
}

static gboolean
is_asking (Fixture *fixture)
{
  return hub_search_get_state (search_of (fixture)) == HUB_SEARCH_STATE_ASKING;
}

static void
assert_asked (Fixture *fixture, const char *expected)
{
  g_assert_cmpstr (fixture->asked->str, ==, expected);
  g_string_truncate (fixture->asked, 0);
}

static char *
texts_of (Fixture *fixture)
{
  GListModel *results = hub_search_get_results (search_of (fixture));
  GString *texts = g_string_new (NULL);

  for (guint i = 0; i < g_list_model_get_n_items (results); i++)
    {
      g_autoptr (HubMessageItem) item = g_list_model_get_item (results, i);

      g_string_append_printf (texts, "%s:%s ", hub_message_item_get_topic (item), hub_message_item_get_text (item));
    }
  return g_string_free (texts, FALSE);
}

#define assert_results(fixture, expected)        \
  G_STMT_START                                   \
  {                                              \
    g_autofree char *texts = texts_of (fixture); \
    g_assert_cmpstr (texts, ==, expected);       \
  }                                              \
  G_STMT_END

static void
test_search (Fixture *fixture, gconstpointer data)
{
  g_test_summary ("What the host finds is shown, newest first, and it is asked on where it says");

  fixture->answer = "{\"log\":\"a\",\"messages\":[{\"seq\":3,\"time\":5,\"topic\":\"messages\",\"payload\":\"tea\",\"client\":\"c\"},"
                    "{\"seq\":8,\"time\":6,\"topic\":\"messages\",\"payload\":\"more tea\",\"client\":\"c\"}],\"more\":true,\"before\":2}";
  hub_search_start (search_of (fixture), "te a&", FALSE);
  hub_test_wait_until (!is_asking (fixture));
  assert_asked (fixture, "/api/search?q=te%20a%26&topic=messages&limit=50\n");
  assert_results (fixture, "messages:more tea messages:tea ");

  fixture->answer = "{\"log\":\"a\",\"messages\":[{\"seq\":1,\"time\":5,\"topic\":\"messages/a\",\"payload\":\"old tea\",\"client\":\"c\"}],\"more\":false}";
  hub_search_more (search_of (fixture));
  hub_test_wait_until (!is_asking (fixture));
  assert_asked (fixture, "/api/search?q=te%20a%26&topic=messages&limit=50&before=2\n");
  assert_results (fixture, "messages:more tea messages:tea messages/a:old tea ");

  /* A host that says nothing of it is asked on before what it has found. */
  fixture->answer = "{\"log\":\"a\",\"messages\":[{\"seq\":7,\"time\":5,\"topic\":\"messages/a\",\"payload\":\"x\",\"client\":\"c\"}],\"more\":true}";
  hub_search_start (search_of (fixture), "x", TRUE);
  hub_test_wait_until (!is_asking (fixture));
  hub_search_more (search_of (fixture));
  hub_test_wait_until (!is_asking (fixture));
  assert_asked (fixture, "/api/search?q=x&topic=messages%2F%23&limit=50\n/api/search?q=x&topic=messages%2F%23&limit=50&before=7\n");
}

static void
hear (Fixture *fixture, const char *topic, const char *text)
{
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));

  hub_rooms_hear (fixture->rooms, topic, bytes, FALSE, NULL);
  hub_message_list_flush (hub_chat_state_get_messages (fixture->state));
}

static void
test_no_search (Fixture *fixture, gconstpointer data)
{
  g_test_summary ("A host without a search, and none at all: what is held is searched; one that is busy has failed");

  hear (fixture, "messages", "tea");
  hear (fixture, "messages", "coffee");
  fixture->status = 404;
  hub_search_start (search_of (fixture), "tea", TRUE);
  hub_test_wait_until (!is_asking (fixture));
  assert_results (fixture, "messages:tea ");

  fixture->status = 503;
  hub_search_start (search_of (fixture), "tea", FALSE);
  hub_test_wait_until (!is_asking (fixture));
  g_assert_cmpint (hub_search_get_state (search_of (fixture)), ==, HUB_SEARCH_STATE_FAILED);

  hub_seeker_set_url (fixture->seeker, NULL);
  hub_search_start (search_of (fixture), "coffee", FALSE);
  g_assert_cmpint (hub_search_get_state (search_of (fixture)), ==, HUB_SEARCH_STATE_DONE);
  assert_results (fixture, "messages:coffee ");
}

static void
test_gone_meanwhile (Fixture *fixture, gconstpointer data)
{
  g_test_summary ("Where the host is gone, what it has found is not continued with what is held");

  hear (fixture, "messages", "tea");
  fixture->answer = "{\"log\":\"a\",\"messages\":[{\"seq\":3,\"time\":5,\"topic\":\"messages\",\"payload\":\"more tea\",\"client\":\"c\"}],"
                    "\"more\":true,\"before\":2}";
  hub_search_start (search_of (fixture), "tea", FALSE);
  hub_test_wait_until (!is_asking (fixture));
  hub_seeker_set_url (fixture->seeker, NULL);
  hub_search_more (search_of (fixture));
  g_assert_cmpint (hub_search_get_state (search_of (fixture)), ==, HUB_SEARCH_STATE_FAILED);
  assert_results (fixture, "messages:more tea ");
}

static void
test_given_up (Fixture *fixture, gconstpointer data)
{
  g_test_summary ("Only the last question is answered, and none when the host is gone");

  fixture->answer = "{\"log\":\"a\",\"messages\":[],\"more\":false}";
  hub_search_start (search_of (fixture), "one", FALSE);
  hub_search_start (search_of (fixture), "", FALSE);
  g_assert_cmpint (hub_search_get_state (search_of (fixture)), ==, HUB_SEARCH_STATE_IDLE);
  hub_search_start (search_of (fixture), "two", FALSE);
  hub_test_wait_until (!is_asking (fixture));
  g_assert_cmpstr (hub_search_get_query (search_of (fixture)), ==, "two");
  hub_search_start (search_of (fixture), "three", FALSE);
  hub_seeker_set_url (fixture->seeker, NULL);
  g_assert_cmpint (hub_search_get_state (search_of (fixture)), ==, HUB_SEARCH_STATE_FAILED);
}

static void
revealed_cb (HubMessageList *list, HubMessageItem *item, gpointer user_data)
{
  g_string_append (user_data, hub_message_item_get_text (item));
}

static void
test_jump (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GString) revealed = g_string_new (NULL);
  HubMessageList *messages = hub_chat_state_get_messages (fixture->state);
  g_autoptr (HubMessageItem) tea = NULL;
  g_autoptr (HubMessageItem) elsewhere = hub_message_item_new (&(HubMessageParams){ .text = "x", .topic = "messages/a", .seq = 5 });

  g_test_summary ("A jump shows what is held, and enters the room of what is elsewhere");

  hear (fixture, "messages", "tea");
  tea = g_list_model_get_item (G_LIST_MODEL (messages), 0);
  g_signal_connect (messages, "revealed", G_CALLBACK (revealed_cb), revealed);
  hub_chat_state_jump (fixture->state, tea);
  g_assert_cmpstr (revealed->str, ==, "tea");
  hub_chat_state_jump (fixture->state, elsewhere);
  g_assert_cmpstr (hub_room_get_topic (hub_chat_state_get_room (fixture->state)), ==, "messages/a");
  g_assert_true (hub_room_get_is_entered (hub_chat_state_get_room (fixture->state)));
  g_assert_cmpstr (fixture->notices->str, ==, "The host does not answer.");
}

static void
test_gone (Fixture *fixture, gconstpointer data)
{
  g_autoptr (HubMessageItem) gone = hub_message_item_new (&(HubMessageParams){ .text = "x", .topic = "messages", .seq = 5 });

  g_test_summary ("It is said when a message is not kept any more");

  hub_rooms_begin (fixture->rooms, fixture->url);
  hub_chat_state_jump (fixture->state, gone);
  hub_test_wait_until (fixture->notices->len > 0);
  g_assert_cmpstr (fixture->notices->str, ==, "This message is not kept any more.");
}

static void
test_date (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GString) revealed = g_string_new (NULL);

  g_test_summary ("The first message since a time is asked for, and shown");

  hear (fixture, "messages", "{\"message\":\"tea\",\"id\":\"11111111-1111-4111-8111-111111111111\"}");
  g_signal_connect (hub_chat_state_get_messages (fixture->state), "revealed", G_CALLBACK (revealed_cb), revealed);
  fixture->answer = "{\"log\":\"a\",\"messages\":[{\"seq\":3,\"time\":5,\"topic\":\"messages\","
                    "\"payload\":\"{\\\"message\\\":\\\"tea\\\",\\\"id\\\":\\\"11111111-1111-4111-8111-111111111111\\\"}\"}],\"more\":true}";
  hub_chat_state_go_to_date (fixture->state, G_GINT64_CONSTANT (1700000000123456));
  hub_test_wait_until (revealed->len > 0);
  g_assert_cmpstr (revealed->str, ==, "tea");
  assert_asked (fixture, "/api/messages?topic=messages&since=1700000000123&limit=1\n");

  fixture->answer = "{\"log\":\"a\",\"messages\":[],\"more\":false}";
  hub_chat_state_go_to_date (fixture->state, -5);
  hub_test_wait_until (fixture->notices->len > 0);
  g_assert_cmpstr (fixture->notices->str, ==, "Nothing was said on that day or later.");
  assert_asked (fixture, "/api/messages?topic=messages&since=0&limit=1\n");

  g_string_truncate (fixture->notices, 0);
  fixture->status = 400;
  hub_chat_state_go_to_date (fixture->state, 0);
  hub_test_wait_until (fixture->notices->len > 0);
  g_assert_cmpstr (fixture->notices->str, ==, "This host cannot go to a date.");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);

  g_test_add ("/app/seeker/search", Fixture, NULL, set_up, test_search, tear_down);
  g_test_add ("/app/seeker/no-search", Fixture, NULL, set_up, test_no_search, tear_down);
  g_test_add ("/app/seeker/gone-meanwhile", Fixture, NULL, set_up, test_gone_meanwhile, tear_down);
  g_test_add ("/app/seeker/given-up", Fixture, NULL, set_up, test_given_up, tear_down);
  g_test_add ("/app/seeker/jump", Fixture, NULL, set_up, test_jump, tear_down);
  g_test_add ("/app/seeker/gone", Fixture, NULL, set_up, test_gone, tear_down);
  g_test_add ("/app/seeker/date", Fixture, NULL, set_up, test_date, tear_down);
  return g_test_run ();
}
