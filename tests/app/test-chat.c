/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "app/hub-chat.h"
#include "tests/support/hub-test-ports.h"
#include "tests/support/hub-test-wait.h"

#include <glib/gstdio.h>

/* What the window is told of hosting. */

#define RESTLESS_ROUNDS 4

static HubStanding *
standing_of (HubChat *chat)
{
  return hub_chat_state_get_standing (hub_chat_get_state (chat));
}

/* A log that cannot be written keeps nobody from chatting, but it is told. */
static void
test_nothing_kept (void)
{
  g_autofree char *folder = g_build_filename (g_get_user_data_dir (), "hubbub", NULL);
  g_autofree char *database = g_build_filename (folder, "hubbub.db", NULL);
  g_autoptr (HubSettings) settings = hub_settings_new ();
  g_autoptr (HubChat) chat = NULL;
  const char *problem;

  g_assert_cmpint (g_mkdir_with_parents (database, 0700), ==, 0);
  chat = hub_chat_new (settings);
  hub_chat_host (chat);
  hub_test_wait_until (hub_standing_get_connection (standing_of (chat)) == HUB_CHAT_CONNECTION_CONNECTED);
  problem = hub_standing_get_problem (standing_of (chat));
  g_test_message ("%s", problem);
  g_assert_nonnull (problem);
  g_assert_nonnull (strstr (problem, "Messages are not kept: "));
  g_assert_nonnull (strstr (problem, database));
  hub_chat_stop (chat);
  g_assert_cmpint (g_rmdir (database), ==, 0);
}

/* The same host without that trouble has nothing to say about it. */
static void
test_kept (void)
{
  g_autoptr (HubSettings) settings = hub_settings_new ();
  g_autoptr (HubChat) chat = hub_chat_new (settings);
  const char *problem;

  hub_chat_host (chat);
  hub_test_wait_until (hub_standing_get_connection (standing_of (chat)) == HUB_CHAT_CONNECTION_CONNECTED);
  problem = hub_standing_get_problem (standing_of (chat));
  g_assert_true (problem == NULL || strstr (problem, "kept") == NULL);
  hub_chat_stop (chat);
}

/* What could not be sent at another time waits for the user, who may send it again or give it up. */
static void
test_retry (void)
{
  static const char unsent[] =
    "[{\"chat\":\"\",\"topic\":\"messages\",\"id\":\"11111111-1111-4111-8111-111111111111\",\"failed\":true,"
    "\"payload\":\"{\\\"name\\\":\\\"Ada\\\",\\\"message\\\":\\\"again\\\","
    "\\\"id\\\":\\\"11111111-1111-4111-8111-111111111111\\\",\\\"from\\\":\\\"0123456789abcdef\\\"}\"},"
    "{\"chat\":\"\",\"topic\":\"messages\",\"id\":\"22222222-2222-4222-8222-222222222222\",\"failed\":true,"
    "\"payload\":\"{\\\"message\\\":\\\"never\\\",\\\"id\\\":\\\"22222222-2222-4222-8222-222222222222\\\"}\"}]";
  g_autofree char *folder = g_build_filename (g_get_user_data_dir (), "hubbub", NULL);
  g_autofree char *path = g_build_filename (folder, "unsent.json", NULL);
  g_autofree char *left = NULL;
  g_autoptr (HubSettings) settings = hub_settings_new ();
  g_autoptr (HubChat) chat = NULL;
  HubMessageList *messages;
  HubMessageItem *again;
  HubMessageItem *never;

  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  g_assert_true (g_file_set_contents (path, unsent, -1, NULL));
  chat = hub_chat_new (settings);
  hub_chat_host (chat);
  messages = hub_chat_state_get_messages (hub_chat_get_state (chat));
  hub_test_wait_until (hub_standing_get_connection (standing_of (chat)) == HUB_CHAT_CONNECTION_CONNECTED);
  again = hub_message_list_find_by_id (messages, "messages", "11111111-1111-4111-8111-111111111111");
  never = hub_message_list_find_by_id (messages, "messages", "22222222-2222-4222-8222-222222222222");
  g_assert_nonnull (again);
  g_assert_nonnull (never);
  g_assert_cmpint (hub_message_item_get_state (again), ==, HUB_MESSAGE_STATE_FAILED);
  g_assert_cmpint (hub_message_item_get_state (never), ==, HUB_MESSAGE_STATE_FAILED);

  hub_chat_state_retry (hub_chat_get_state (chat), again);
  g_assert_cmpint (hub_message_item_get_state (again), ==, HUB_MESSAGE_STATE_WAITING);
  hub_test_wait_until (hub_message_item_get_state (again) == HUB_MESSAGE_STATE_SENT);
  /* Nothing that is on its way, or was, can be given up. */
  hub_chat_state_dismiss (hub_chat_get_state (chat), again);
  g_assert_nonnull (hub_message_list_find_by_id (messages, "messages", "11111111-1111-4111-8111-111111111111"));
  hub_chat_state_dismiss (hub_chat_get_state (chat), never);
  g_assert_null (hub_message_list_find_by_id (messages, "messages", "22222222-2222-4222-8222-222222222222"));
  hub_chat_stop (chat);
  g_assert_true (g_file_get_contents (path, &left, NULL, NULL));
  g_assert_cmpstr (left, ==, "[]");
}

/* What waits in a room that was left waits there still when it is entered again. */
static void
test_left (void)
{
  static const char unsent[] =
    "[{\"chat\":\"\",\"topic\":\"messages/tea\",\"id\":\"33333333-3333-4333-8333-333333333333\",\"failed\":true,"
    "\"payload\":\"{\\\"message\\\":\\\"tea\\\",\\\"id\\\":\\\"33333333-3333-4333-8333-333333333333\\\"}\"}]";
  g_autofree char *folder = g_build_filename (g_get_user_data_dir (), "hubbub", NULL);
  g_autofree char *path = g_build_filename (folder, "unsent.json", NULL);
  g_autoptr (HubSettings) settings = hub_settings_new ();
  g_autoptr (HubChat) chat = NULL;
  HubChatState *state;

  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  g_assert_true (g_file_set_contents (path, unsent, -1, NULL));
  chat = hub_chat_new (settings);
  state = hub_chat_get_state (chat);
  hub_chat_host (chat);
  for (guint i = 0; i < 2; i++)
    {
      HubMessageItem *item;

      g_assert_true (hub_chat_state_open_room (state, "messages/tea"));
      /* A second time nothing is entered. */
      g_assert_true (hub_chat_state_open_room (state, "messages/tea"));
      item = hub_message_list_find_by_id (hub_chat_state_get_messages (state), "messages/tea",
                                          "33333333-3333-4333-8333-333333333333");
      g_assert_nonnull (item);
      g_assert_cmpint (hub_message_item_get_state (item), ==, HUB_MESSAGE_STATE_FAILED);
      hub_chat_state_leave_room (state, "messages/tea");
    }
  hub_chat_stop (chat);
  g_assert_cmpint (g_remove (path), ==, 0);
}

/* A text as long as the host takes is sent; the window is told how long that is, also when the name grows. */
static void
test_limit (void)
{
  g_autoptr (HubSettings) settings = hub_settings_new ();
  g_autoptr (HubChat) chat = hub_chat_new (settings);
  HubChatState *state = hub_chat_get_state (chat);
  HubStanding *standing = hub_chat_state_get_standing (state);
  g_autofree char *longest = NULL;
  g_autofree char *longer = NULL;
  guint64 limit;

  hub_chat_host (chat);
  hub_test_wait_until (hub_standing_get_connection (standing) == HUB_CHAT_CONNECTION_CONNECTED);
  hub_chat_state_set_name (state, "Ada");
  limit = hub_standing_get_limit_bytes (standing);
  hub_chat_state_set_name (state, "Ada \"L");
  g_assert_cmpuint (hub_standing_get_limit_bytes (standing), ==, limit - 4);
  longer = g_strnfill (limit - 3, 'x');
  longest = g_strnfill (limit - 4, 'x');
  g_assert_false (hub_chat_state_publish (state, longer));
  g_assert_true (hub_chat_state_publish (state, longest));
  hub_chat_stop (chat);
}

static void
notice_cb (char **heard, const char *text)
{
  g_free (*heard);
  *heard = g_strdup (text);
}

/* Whoever pastes what a browser shows in a room comes into that room, as soon as the address is joined. */
static void
test_link_to_room (void)
{
  g_autoptr (HubSettings) settings = hub_settings_new ();
  g_autoptr (HubChat) chat = hub_chat_new (settings);
  HubChatState *state = hub_chat_get_state (chat);
  g_autofree char *heard = NULL;
  GError *error = NULL;

  g_signal_connect_swapped (chat, "notice", G_CALLBACK (notice_cb), &heard);
  g_assert_true (hub_chat_join (chat, "http://127.0.0.1:1/#room=green%20tea", &error));
  g_assert_no_error (error);
  g_assert_cmpstr (hub_room_get_topic (hub_chat_state_get_room (state)), ==, "messages/green tea");
  g_assert_null (heard);

  /* A name that no room can have is said; it is joined all the same. */
  g_assert_true (hub_chat_join (chat, "http://127.0.0.1:2/#room=a%2Fb", &error));
  g_assert_no_error (error);
  g_assert_cmpstr (hub_room_get_topic (hub_chat_state_get_room (state)), ==, "messages");
  g_assert_nonnull (heard);
  hub_chat_stop (chat);
}

static void
turn (guint n_turns)
{
  while (n_turns-- > 0)
    g_main_context_iteration (NULL, FALSE);
}

/* One thing that somebody may do at any time. */
static void
do_anything (HubChat *chat, HubSettings *settings, const char *silent)
{
  static const char *const elsewhere[] = { "127.0.0.1:1", "192.0.2.77", "ws://127.0.0.1:1", "mqtts://user:word@127.0.0.1:1", "nowhere.invalid" };
  HubChatState *state = hub_chat_get_state (chat);
  HubDoor *door = hub_chat_state_get_door (state);
  GSettings *gsettings = hub_settings_get_gsettings (settings);
  g_autofree char *over_websocket = g_strconcat ("ws://", silent, NULL);

  switch (g_test_rand_int_range (0, 14))
    {
    case 0:
    case 1:
      hub_chat_host (chat);
      break;
    case 2:
      hub_chat_state_leave (state);
      break;
    case 3:
      hub_chat_state_join (state, elsewhere[g_test_rand_int_range (0, G_N_ELEMENTS (elsewhere))]);
      break;
    case 4:
      hub_chat_state_join (state, silent);
      break;
    case 5:
      hub_chat_state_join (state, over_websocket);
      break;
    case 6:
      hub_door_lock (door, "a password");
      break;
    case 7:
      hub_door_lock (door, NULL);
      break;
    case 8:
      hub_door_look (door, g_test_rand_bit ());
      break;
    case 9:
      hub_invitation_set_is_watched (hub_chat_state_get_invitation (state), g_test_rand_bit ());
      break;
    case 10:
      hub_hosting_clear_history (hub_chat_state_get_hosting (state));
      break;
    case 11:
      g_settings_set_int (gsettings, "mqtt-port", hub_test_ports_choose ());
      break;
    case 12:
      g_settings_set_int (gsettings, "history-days", g_test_rand_int_range (0, 100));
      break;
    case 13:
    default:
      hub_chat_state_publish (state, "hello");
      break;
    }
}

/* Whatever is done in whatever order, and wherever it ends: the next wish is fulfilled all the same. */
static void
test_restless (void)
{
  g_autoptr (HubSettings) settings = hub_settings_new ();
  g_autoptr (GSocketListener) listener = g_socket_listener_new ();
  const guint16 port = g_socket_listener_add_any_inet_port (listener, NULL, NULL);
  g_autofree char *silent = g_strdup_printf ("127.0.0.1:%u", port);

  for (guint round = 0; round < RESTLESS_ROUNDS; round++)
    {
      g_autoptr (HubChat) chat = hub_chat_new (settings);

      for (guint i = g_test_rand_int_range (0, 20); i > 0; i--)
        {
          do_anything (chat, settings, silent);
          turn (g_test_rand_int_range (0, 40));
          if (g_test_rand_int_range (0, 4) == 0)
            g_usleep (g_test_rand_int_range (0, 20000));
        }
      if (g_test_rand_bit ())
        {
          hub_chat_host (chat);
          hub_test_wait_until (hub_standing_get_connection (standing_of (chat)) == HUB_CHAT_CONNECTION_CONNECTED);
        }
      hub_chat_stop (chat);
    }
  turn (100);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  hub_test_ports_use ();
  g_test_add_func ("/app/chat/nothing-kept", test_nothing_kept);
  g_test_add_func ("/app/chat/kept", test_kept);
  g_test_add_func ("/app/chat/retry", test_retry);
  g_test_add_func ("/app/chat/left", test_left);
  g_test_add_func ("/app/chat/limit", test_limit);
  g_test_add_func ("/app/chat/link-to-room", test_link_to_room);
  /* The last one, since it does not wait for what it has begun: that may come when its folders are gone. */
  g_test_add_func ("/app/chat/restless", test_restless);
  return g_test_run ();
}
