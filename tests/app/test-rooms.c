/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "app/rooms/hub-rooms.h"
#include "tests/support/hub-test-wait.h"
#include "ui/model/hub-room-topic.h"

#include <glib/gstdio.h>

/* Rooms without a broker: what comes is put into the right one. */

#define OWN "0123456789abcdef"

typedef struct
{
  HubChatState *state;
  HubRoomMemory *memory;
  HubRooms *rooms;
  GString *news;
} Fixture;

static void
news_cb (HubRooms *rooms, HubRoom *room, HubMessageItem *item, gpointer user_data)
{
  g_string_append_printf (user_data, "%s:%s ", hub_room_get_name (room), hub_message_item_get_text (item));
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = g_build_filename (g_get_user_data_dir (), "rooms.json", NULL);
  g_autoptr (GFile) file = g_file_new_for_path (path);

  g_mkdir_with_parents (g_get_user_data_dir (), 0700);
  g_unlink (path);
  fixture->state = hub_chat_state_new ();
  fixture->memory = hub_room_memory_new (file);
  fixture->rooms = hub_rooms_new (fixture->state, fixture->memory, OWN);
  hub_chat_state_set_is_reading (fixture->state, TRUE);
  fixture->news = g_string_new (NULL);
  g_signal_connect (fixture->rooms, "news", G_CALLBACK (news_cb), fixture->news);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_assert_finalize_object (fixture->rooms);
  g_assert_finalize_object (fixture->memory);
  g_assert_finalize_object (fixture->state);
  g_string_free (fixture->news, TRUE);
}

static void
hear (Fixture *fixture, const char *topic, const char *text)
{
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));

  hub_rooms_hear (fixture->rooms, topic, bytes, FALSE, NULL);
}

static HubRoom *
find (Fixture *fixture, const char *topic)
{
  return hub_room_list_find (hub_chat_state_get_rooms (fixture->state), topic);
}

static guint
n_rows (HubRoom *room)
{
  return g_list_model_get_n_items (G_LIST_MODEL (hub_room_get_messages (room)));
}

static guint
n_known (Fixture *fixture)
{
  return g_list_model_get_n_items (G_LIST_MODEL (hub_chat_state_get_rooms (fixture->state)));
}

static gboolean
has_pending (HubRoom *room)
{
  return hub_message_list_get_has_pending (hub_room_get_messages (room));
}

static void
test_routes (Fixture *fixture, gconstpointer data)
{
  HubRoom *everyone = hub_chat_state_get_room (fixture->state);
  HubRoom *tea;

  g_test_summary ("A message goes into its room, if that is entered; of others it is only known that they are there");

  hear (fixture, "messages", "to all");
  hear (fixture, "messages/tea", "unheard");
  hear (fixture, "messages/ ", "in no room");
  hear (fixture, "other", "elsewhere");
  hub_message_list_flush (hub_room_get_messages (everyone));
  g_assert_cmpuint (n_rows (everyone), ==, 1);
  g_assert_cmpuint (n_known (fixture), ==, 2);
  tea = find (fixture, "messages/tea");
  g_assert_false (hub_room_get_is_entered (tea));
  g_assert_cmpuint (hub_room_get_unread (tea), ==, 0);
  g_assert_false (has_pending (tea));

  g_assert_true (hub_rooms_open (fixture->rooms, "messages/tea"));
  g_assert_true (hub_chat_state_get_room (fixture->state) == tea);
  hear (fixture, "messages/tea", "heard");
  hear (fixture, "messages", "behind");
  hear (fixture, "messages", "{\"message\":\"own\",\"from\":\"" OWN "\"}");
  g_assert_cmpuint (hub_room_get_unread (tea), ==, 0);
  g_assert_cmpuint (hub_room_get_unread (everyone), ==, 1);
  /* Nobody shows it, and it gets there all the same. */
  hub_test_wait_until (!has_pending (everyone));
  g_assert_cmpuint (n_rows (everyone), ==, 3);
  g_assert_true (has_pending (tea));
  g_assert_cmpstr (fixture->news->str, ==, "Everyone:to all tea:heard Everyone:behind ");

  g_assert_true (hub_rooms_open (fixture->rooms, HUB_ROOM_EVERYONE));
  g_assert_cmpuint (hub_room_get_unread (everyone), ==, 0);
}

static void
test_leave (Fixture *fixture, gconstpointer data)
{
  HubRoom *everyone = hub_chat_state_get_room (fixture->state);
  HubRoom *tea;

  g_test_summary ("Who leaves a room is told no more of it, and finds it among the others; Everyone is not left");

  hub_rooms_open (fixture->rooms, "messages/tea");
  tea = hub_chat_state_get_room (fixture->state);
  hub_room_set_draft (tea, "Half a sen");
  hear (fixture, "messages/tea", "heard");
  hub_rooms_leave (fixture->rooms, "messages/tea");
  g_assert_true (hub_chat_state_get_room (fixture->state) == everyone);
  g_assert_true (find (fixture, "messages/tea") == tea);
  g_assert_false (hub_room_get_is_entered (tea));
  g_assert_cmpstr (hub_room_get_draft (tea), ==, "");
  hear (fixture, "messages/tea", "unheard");
  g_assert_false (has_pending (tea));
  g_assert_cmpuint (n_rows (tea), ==, 0);
  g_assert_cmpuint (hub_room_get_unread (tea), ==, 0);

  hub_rooms_leave (fixture->rooms, HUB_ROOM_EVERYONE);
  hub_rooms_leave (fixture->rooms, "messages/tea");
  hub_rooms_leave (fixture->rooms, "messages/unknown");
  g_assert_true (hub_room_get_is_entered (everyone));
  g_assert_cmpuint (n_known (fixture), ==, 2);
}

static void
test_memory (Fixture *fixture, gconstpointer data)
{
  HubRoom *everyone = hub_chat_state_get_room (fixture->state);

  g_test_summary ("A room holds few messages while it is not shown, and many while it is");

  for (guint i = 0; i < HUB_ROOMS_ROWS_AWAY + 1; i++)
    hear (fixture, "messages", "shown");
  hub_message_list_flush (hub_room_get_messages (everyone));
  g_assert_cmpuint (n_rows (everyone), ==, HUB_ROOMS_ROWS_AWAY + 1);
  hub_rooms_open (fixture->rooms, "messages/tea");
  g_assert_cmpuint (n_rows (everyone), ==, HUB_ROOMS_ROWS_AWAY);
  for (guint i = 0; i < HUB_ROOMS_ROWS_AWAY + 1; i++)
    hear (fixture, "messages", "away");
  hub_test_wait_until (!has_pending (everyone));
  g_assert_cmpuint (n_rows (everyone), ==, HUB_ROOMS_ROWS_AWAY);
  g_assert_cmpuint (hub_room_get_unread (everyone), ==, HUB_ROOMS_ROWS_AWAY + 1);
  hub_rooms_open (fixture->rooms, HUB_ROOM_EVERYONE);
  g_assert_cmpuint (hub_message_list_get_capacity (hub_room_get_messages (everyone)), ==, HUB_MESSAGE_LIST_CAPACITY);
}

static void
test_limits (Fixture *fixture, gconstpointer data)
{
  g_test_summary ("So many rooms can be entered, and so many are known, and not one more");

  for (guint i = 1; i < HUB_ROOMS_ENTERED_MAX; i++)
    {
      g_autofree char *topic = g_strdup_printf ("messages/%u", i);

      g_assert_true (hub_rooms_open (fixture->rooms, topic));
    }
  g_assert_cmpuint (hub_room_list_get_n_entered (hub_chat_state_get_rooms (fixture->state)), ==, HUB_ROOMS_ENTERED_MAX);
  g_assert_false (hub_rooms_open (fixture->rooms, "messages/more"));
  g_assert_null (find (fixture, "messages/more"));
  g_assert_true (hub_rooms_open (fixture->rooms, "messages/1"));
  hub_rooms_leave (fixture->rooms, "messages/1");
  g_assert_true (hub_rooms_open (fixture->rooms, "messages/more"));

  for (guint i = HUB_ROOMS_ENTERED_MAX + 1; i < HUB_ROOMS_KNOWN_MAX; i++)
    {
      g_autofree char *topic = g_strdup_printf ("messages/other %u", i);

      hub_rooms_learn (fixture->rooms, topic);
      hub_rooms_learn (fixture->rooms, topic);
    }
  g_assert_cmpuint (n_known (fixture), ==, HUB_ROOMS_KNOWN_MAX);
  hear (fixture, "messages/last", "too much");
  g_assert_cmpuint (n_known (fixture), ==, HUB_ROOMS_KNOWN_MAX);

  /* Whoever wants to go into another one can do so all the same. */
  hub_rooms_leave (fixture->rooms, "messages/more");
  g_assert_false (hub_rooms_open (fixture->rooms, "nothing"));
  g_assert_nonnull (find (fixture, "messages/other 999"));
  g_assert_true (hub_rooms_open (fixture->rooms, "messages/last"));
  g_assert_cmpuint (n_known (fixture), ==, HUB_ROOMS_KNOWN_MAX);
  g_assert_null (find (fixture, "messages/other 999"));
}

static void
test_forget (Fixture *fixture, gconstpointer data)
{
  HubRoom *everyone = hub_chat_state_get_room (fixture->state);

  g_test_summary ("Another chat has other rooms");

  hear (fixture, "messages", "to all");
  hub_rooms_open (fixture->rooms, "messages/tea");
  hear (fixture, "messages/tea", "heard");
  hub_rooms_learn (fixture->rooms, "messages/zoo");
  hub_rooms_set_chat (fixture->rooms, "192.0.2.7:1883");
  g_assert_true (hub_chat_state_get_room (fixture->state) == everyone);
  g_assert_cmpuint (n_known (fixture), ==, 1);
  g_assert_cmpuint (n_rows (everyone), ==, 0);
  g_assert_false (has_pending (everyone));
}

static void
test_other_log (Fixture *fixture, gconstpointer data)
{
  const HubStamp stamp = { "one log", 5, 1000 };
  g_autoptr (GBytes) bytes = g_bytes_new_static ("text", 4);
  const HubRememberedRoom *everyone;

  g_test_summary ("What was read in one chat is not said of another, whichever room is left for it");

  hub_rooms_set_chat (fixture->rooms, "192.0.2.7:1883");
  hub_rooms_set_chat (fixture->rooms, "");
  hub_rooms_hear (fixture->rooms, HUB_ROOM_EVERYONE, bytes, FALSE, &stamp);
  everyone = hub_room_memory_find (fixture->memory, HUB_ROOM_EVERYONE);
  g_assert_cmpstr (everyone->log, ==, "one log");
  hub_rooms_open (fixture->rooms, "messages/tea");
  hub_rooms_set_chat (fixture->rooms, "192.0.2.7:1883");
  everyone = hub_room_memory_find (fixture->memory, HUB_ROOM_EVERYONE);
  g_assert_null (everyone->log);
}

static void
test_own (Fixture *fixture, gconstpointer data)
{
  HubMessageList *messages = hub_chat_state_get_messages (fixture->state);
  g_autoptr (HubPayload) payload = hub_payload_new_chat ("Ada", "Hello", OWN, 0);
  HubMessageItem *item;

  g_test_summary ("An own message waits until it is known what has become of it");

  hub_rooms_show_waiting (fixture->rooms, "messages", payload);
  hub_rooms_show_waiting (fixture->rooms, "messages/left", payload);
  item = hub_message_list_find_by_id (messages, "messages", payload->id);
  g_assert_cmpint (hub_message_item_get_state (item), ==, HUB_MESSAGE_STATE_WAITING);
  hub_rooms_settle (fixture->rooms, "messages/left", payload->id, HUB_MESSAGE_STATE_FAILED);
  g_assert_cmpint (hub_message_item_get_state (item), ==, HUB_MESSAGE_STATE_WAITING);
  hub_rooms_settle (fixture->rooms, "messages", payload->id, HUB_MESSAGE_STATE_SENT);
  g_assert_cmpint (hub_message_item_get_state (item), ==, HUB_MESSAGE_STATE_SENT);
}

/* A chat that is found at another address is the same chat: what was remembered there before is not. */
static void
test_moved (Fixture *fixture, gconstpointer data)
{
  hub_room_memory_set_chat (fixture->memory, "there:1883");
  hub_room_memory_enter (fixture->memory, "messages/coffee");
  hub_room_memory_set_chat (fixture->memory, "here:1883");
  hub_room_memory_enter (fixture->memory, "messages/tea");
  hub_room_memory_move_chat (fixture->memory, "there:1883");
  g_assert_cmpuint (hub_room_memory_get_rooms (fixture->memory)->len, ==, 1);
  hub_room_memory_set_chat (fixture->memory, "here:1883");
  g_assert_cmpuint (hub_room_memory_get_rooms (fixture->memory)->len, ==, 0);
  hub_room_memory_set_chat (fixture->memory, "there:1883");
  g_assert_cmpuint (hub_room_memory_get_rooms (fixture->memory)->len, ==, 1);
  g_assert_nonnull (hub_room_memory_find (fixture->memory, "messages/tea"));
  g_assert_null (hub_room_memory_find (fixture->memory, "messages/coffee"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  g_test_add ("/app/rooms/routes", Fixture, NULL, set_up, test_routes, tear_down);
  g_test_add ("/app/rooms/leave", Fixture, NULL, set_up, test_leave, tear_down);
  g_test_add ("/app/rooms/memory", Fixture, NULL, set_up, test_memory, tear_down);
  g_test_add ("/app/rooms/limits", Fixture, NULL, set_up, test_limits, tear_down);
  g_test_add ("/app/rooms/forget", Fixture, NULL, set_up, test_forget, tear_down);
  g_test_add ("/app/rooms/other-log", Fixture, NULL, set_up, test_other_log, tear_down);
  g_test_add ("/app/rooms/moved", Fixture, NULL, set_up, test_moved, tear_down);
  g_test_add ("/app/rooms/own", Fixture, NULL, set_up, test_own, tear_down);
  return g_test_run ();
}
