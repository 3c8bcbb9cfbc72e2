/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ui/model/hub-chat-state.h"

typedef struct
{
  HubChatState *state;
  GString *log;
} Fixture;

static void
notify_cb (GObject *object,
           GParamSpec *pspec,
           gpointer user_data)
{
  g_string_append_printf (user_data, "%s ", pspec->name);
}

static void
text_cb (HubChatState *state,
         const char *text,
         gpointer user_data)
{
  g_string_append_printf (user_data, "<%s> ", text);
}

static gboolean
publish_cb (HubChatState *state,
            const char *text,
            gpointer user_data)
{
  text_cb (state, text, user_data);
  return TRUE;
}

static void
leave_cb (HubChatState *state,
          gpointer user_data)
{
  g_string_append (user_data, "<leave> ");
}

static void
set_up (Fixture *fixture,
        gconstpointer data)
{
  fixture->state = hub_chat_state_new ();
  fixture->log = g_string_new (NULL);
  g_signal_connect (fixture->state, "notify", G_CALLBACK (notify_cb), fixture->log);
  g_signal_connect (hub_chat_state_get_standing (fixture->state), "notify", G_CALLBACK (notify_cb), fixture->log);
  g_signal_connect (fixture->state, "publish", G_CALLBACK (publish_cb), fixture->log);
  g_signal_connect (fixture->state, "join", G_CALLBACK (text_cb), fixture->log);
  g_signal_connect (fixture->state, "leave", G_CALLBACK (leave_cb), fixture->log);
}

static void
tear_down (Fixture *fixture,
           gconstpointer data)
{
  g_assert_finalize_object (fixture->state);
  g_string_free (fixture->log, TRUE);
}

static void
test_start (Fixture *fixture,
            gconstpointer data)
{
  HubStanding *standing = hub_chat_state_get_standing (fixture->state);

  g_assert_cmpint (hub_standing_get_connection (standing), ==, HUB_CHAT_CONNECTION_CONNECTING);
  g_assert_false (hub_standing_get_is_hosting (standing));
  g_assert_cmpstr (hub_chat_state_get_name (fixture->state), ==, "");
  g_assert_null (hub_standing_get_title_detail (standing));
  g_assert_null (hub_standing_get_problem (standing));
  g_assert_null (hub_standing_get_join_url (standing));
  g_assert_null (hub_chat_state_get_last_join (fixture->state));
  g_assert_cmpuint (hub_message_list_get_capacity (hub_chat_state_get_messages (fixture->state)), ==, HUB_MESSAGE_LIST_CAPACITY);
}

static void
test_notify (Fixture *fixture,
             gconstpointer data)
{
  HubStanding *standing = hub_chat_state_get_standing (fixture->state);

  g_test_summary ("Every property is heard of when it changes, and only then");

  for (guint i = 0; i < 2; i++)
    {
      hub_standing_set_connection (standing, HUB_CHAT_CONNECTION_OFFLINE);
      hub_standing_set_is_hosting (standing, TRUE);
      hub_standing_set_title_detail (standing, "Hosting on office-laptop");
      hub_standing_set_problem (standing, "Port 1883 is taken.");
      hub_standing_set_join_url (standing, "http://192.168.1.20:9001/");
      hub_chat_state_set_last_join (fixture->state, "office");
      hub_chat_state_set_name (fixture->state, "Ada");
    }
  hub_standing_set_problem (standing, NULL);
  hub_chat_state_set_name (fixture->state, NULL);

  g_assert_cmpstr (fixture->log->str, ==,
                   "connection is-hosting title-detail problem join-url last-join name problem name ");
  g_assert_cmpstr (hub_chat_state_get_name (fixture->state), ==, "");
  g_assert_cmpstr (hub_standing_get_join_url (standing), ==, "http://192.168.1.20:9001/");
}

static void
test_signals (Fixture *fixture,
              gconstpointer data)
{
  g_assert_true (hub_chat_state_publish (fixture->state, "Hello"));
  hub_chat_state_join (fixture->state, "192.168.1.20");
  hub_chat_state_leave (fixture->state);
  g_signal_connect (fixture->state, "leave-room", G_CALLBACK (text_cb), fixture->log);
  hub_chat_state_leave_room (fixture->state, "messages/tea");

  g_assert_cmpstr (fixture->log->str, ==, "<Hello> <192.168.1.20> <leave> <messages/tea> ");
}

static gboolean
open_room_cb (HubChatState *state,
              const char *topic,
              gpointer user_data)
{
  return g_str_equal (topic, "messages/tea");
}

static void
test_rooms (Fixture *fixture,
            gconstpointer data)
{
  HubRoom *everyone = hub_chat_state_get_room (fixture->state);
  g_autoptr (HubRoom) tea = hub_room_new ("messages/tea", NULL);

  g_test_summary ("Shown is one room, Everyone at first; what is unread in the others is counted");

  g_assert_cmpstr (hub_room_get_topic (everyone), ==, "messages");
  g_assert_true (hub_room_get_is_entered (everyone));
  g_assert_true (hub_chat_state_get_messages (fixture->state) == hub_room_get_messages (everyone));

  hub_room_set_is_entered (tea, TRUE);
  hub_room_list_add (hub_chat_state_get_rooms (fixture->state), tea);
  hub_room_set_unread (everyone, 2);
  g_assert_cmpuint (hub_chat_state_get_unread_elsewhere (fixture->state), ==, 0);
  hub_room_set_unread (tea, 3);
  g_assert_cmpuint (hub_chat_state_get_unread_elsewhere (fixture->state), ==, 3);
  hub_chat_state_set_room (fixture->state, tea);
  g_assert_true (hub_chat_state_get_messages (fixture->state) == hub_room_get_messages (tea));
  g_assert_cmpuint (hub_chat_state_get_unread_elsewhere (fixture->state), ==, 2);
  g_assert_cmpstr (fixture->log->str, ==, "unread-elsewhere room messages unread-elsewhere ");

  g_assert_false (hub_chat_state_open_room (fixture->state, "messages/tea"));
  g_signal_connect (fixture->state, "open-room", G_CALLBACK (open_room_cb), NULL);
  g_assert_true (hub_chat_state_open_room (fixture->state, "messages/tea"));
  g_assert_false (hub_chat_state_open_room (fixture->state, "messages/zoo"));
  hub_chat_state_set_room (fixture->state, everyone);
  hub_room_list_remove (hub_chat_state_get_rooms (fixture->state), tea);
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);

  g_test_add ("/ui/chat-state/start", Fixture, NULL, set_up, test_start, tear_down);
  g_test_add ("/ui/chat-state/notify", Fixture, NULL, set_up, test_notify, tear_down);
  g_test_add ("/ui/chat-state/signals", Fixture, NULL, set_up, test_signals, tear_down);
  g_test_add ("/ui/chat-state/rooms", Fixture, NULL, set_up, test_rooms, tear_down);

  return g_test_run ();
}
