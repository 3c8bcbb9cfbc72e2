/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "app/hub-chat.h"
#include "app/hub-join-desk.h"
#include "tests/support/hub-test-folder.h"
#include "tests/support/hub-test-net-broker.h"
#include "tests/support/hub-test-passwords.h"
#include "tests/support/hub-test-ports.h"
#include "tests/support/hub-test-wait.h"
#include "ui/model/hub-neighbour.h"

#include <string.h>

/* What is remembered of joining, and when the user is asked. */

#define ITERATIONS 100

typedef struct
{
  char *folder;
  HubTestBroker *broker; /* one that wants a password */
  HubSettings *settings;
  HubChat *chat;
  HubChatState *state;
} Fixture;

static HubStanding *
standing_of (Fixture *fixture)
{
  return hub_chat_state_get_standing (fixture->state);
}

static void
open_chat (Fixture *fixture)
{
  fixture->chat = hub_chat_new (fixture->settings);
  fixture->state = hub_chat_get_state (fixture->chat);
}

static void
close_chat (Fixture *fixture)
{
  hub_chat_stop (fixture->chat);
  g_clear_object (&fixture->chat);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  static const char *const users[] = { "ada", "hubbub", NULL };
  g_autofree char *text = hub_test_passwords_text (users, ITERATIONS);
  HubConfig *config = hub_test_config_new ();

  fixture->folder = hub_test_folder_new ();
  for (guint i = 0; i < config->server.listeners->len; i++)
    {
      HubListenerOptions *listener = g_ptr_array_index (config->server.listeners, i);

      listener->allow_anonymous = FALSE;
      listener->password_file = hub_test_folder_write (fixture->folder, "users", text);
    }
  fixture->broker = hub_test_broker_new (config);
  fixture->settings = hub_settings_new ();
  g_settings_reset (hub_settings_get_gsettings (fixture->settings), "last-join");
  g_settings_reset (hub_settings_get_gsettings (fixture->settings), "recent-joins");
  g_settings_reset (hub_settings_get_gsettings (fixture->settings), "start-choice");
  open_chat (fixture);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  close_chat (fixture);
  g_clear_object (&fixture->settings);
  hub_test_broker_forget_fds (fixture->broker);
  hub_test_broker_free (fixture->broker);
  hub_test_folder_free (fixture->folder);
}

static HubJoining *
joining_of (Fixture *fixture)
{
  return hub_chat_state_get_joining (fixture->state);
}

static gboolean
is_connected (Fixture *fixture)
{
  return hub_standing_get_connection (standing_of (fixture)) == HUB_CHAT_CONNECTION_CONNECTED;
}

/* Everything that is kept, as one text. */
static char *
dup_kept (Fixture *fixture)
{
  g_autofree char *last = hub_settings_dup_last_join (fixture->settings);
  g_auto (GStrv) recent = hub_settings_dup_recent_joins (fixture->settings);
  g_autofree char *list = g_strjoinv (" ", recent);

  return g_strdup_printf ("%s; %s", last != NULL ? last : "", list);
}

static char *
secret_url (Fixture *fixture, const char *scheme, const char *credentials)
{
  guint16 port = g_str_equal (scheme, "mqtt") ? fixture->broker->mqtt_port : fixture->broker->http_port;

  return g_strdup_printf ("%s://%s127.0.0.1:%u", scheme, credentials, port);
}

/* Asked once; what is typed then is tried, and asked for again when that is wrong, too. */
static void
test_password (Fixture *fixture, gconstpointer data)
{
  g_autofree char *address = g_strdup_printf ("127.0.0.1:%u", fixture->broker->mqtt_port);
  g_autofree char *none = secret_url (fixture, "mqtt", "");
  g_autofree char *wrong = secret_url (fixture, "mqtt", "ada:secret@");
  g_autofree char *right = secret_url (fixture, "mqtt", ":password%20of%20hubbub@");
  g_autofree char *expected = g_strdup_printf ("%s; %s", address, address);
  g_autofree char *kept = NULL;

  hub_chat_state_join (fixture->state, none);
  hub_test_wait_until (hub_joining_get_asked_by (joining_of (fixture)) != NULL);
  g_assert_cmpstr (hub_joining_get_asked_by (joining_of (fixture)), ==, address);
  g_assert_null (hub_joining_get_asked_user (joining_of (fixture)));
  g_assert_cmpstr (hub_standing_get_problem (standing_of (fixture)), ==, "127.0.0.1 asks for a user name and a password.");

  hub_chat_state_join (fixture->state, wrong);
  g_assert_null (hub_joining_get_asked_by (joining_of (fixture)));
  hub_test_wait_until (hub_joining_get_asked_by (joining_of (fixture)) != NULL);
  g_assert_cmpstr (hub_joining_get_asked_user (joining_of (fixture)), ==, "ada");
  g_assert_cmpstr (hub_standing_get_problem (standing_of (fixture)), ==,
                   "127.0.0.1 does not accept this user name and password.");
  g_assert_null (strstr (hub_standing_get_title_detail (standing_of (fixture)), "ada"));

  hub_chat_state_join (fixture->state, right);
  hub_test_wait_until (is_connected (fixture));
  g_assert_null (hub_joining_get_asked_by (joining_of (fixture)));
  g_assert_cmpstr (hub_standing_get_title_detail (standing_of (fixture)), ==, "Joined 127.0.0.1");

  /* Of the same address once, and of no name or password a trace. */
  kept = dup_kept (fixture);
  g_assert_cmpstr (kept, ==, expected);
}

/* The log of a host with a password can be asked for by who has it. */
static void
test_history (Fixture *fixture, gconstpointer data)
{
  g_autofree char *url = secret_url (fixture, "ws", "ada:password%20of%20ada@");

  hub_chat_state_set_name (fixture->state, "Ada");
  for (guint i = 0; i < 2; i++)
    {
      HubMessageList *messages;
      HubMessageItem *item = NULL;

      hub_chat_state_join (fixture->state, url);
      hub_test_wait_until (is_connected (fixture));
      messages = hub_chat_state_get_messages (fixture->state);
      if (i == 0)
        g_assert_true (hub_chat_state_publish (fixture->state, "kept"));
      hub_test_wait_until ((hub_message_list_flush (messages), g_list_model_get_n_items (G_LIST_MODEL (messages)) > 0));
      item = g_list_model_get_item (G_LIST_MODEL (messages), 0);
      hub_test_wait_until (hub_message_item_get_state (item) != HUB_MESSAGE_STATE_WAITING);
      g_assert_cmpstr (hub_message_item_get_text (item), ==, "kept");
      g_object_unref (item);
      close_chat (fixture);
      open_chat (fixture);
    }
}

static void
test_recent (Fixture *fixture, gconstpointer data)
{
  g_autofree char *kept = NULL;
  g_autofree char *rest = NULL;

  hub_chat_state_join (fixture->state, "mqtt://ada:secret@127.0.0.1:1");
  hub_chat_state_join (fixture->state, "wss://:secret@127.0.0.1:1");
  hub_chat_state_join (fixture->state, "nonsense nonsense");
  kept = dup_kept (fixture);
  g_assert_cmpstr (kept, ==, "wss://127.0.0.1:1/mqtt; wss://127.0.0.1:1/mqtt 127.0.0.1:1");
  close_chat (fixture);
  open_chat (fixture);
  g_assert_cmpuint (g_strv_length ((char **) hub_joining_get_recent (joining_of (fixture))), ==, 2);
  g_assert_cmpstr (hub_chat_state_get_last_join (fixture->state), ==, "wss://127.0.0.1:1/mqtt");

  hub_joining_forget (joining_of (fixture), "wss://127.0.0.1:1/mqtt");
  rest = dup_kept (fixture);
  g_assert_cmpstr (rest, ==, "; 127.0.0.1:1");
  g_assert_null (hub_chat_state_get_last_join (fixture->state));
}

static gboolean
begins_offering (Fixture *fixture)
{
  hub_chat_begin (fixture->chat);
  return hub_joining_get_is_offering (joining_of (fixture));
}

static void
test_choose_to_host (Fixture *fixture, gconstpointer data)
{
  g_assert_true (begins_offering (fixture));
  g_assert_true (hub_standing_get_is_hosting (standing_of (fixture)));
  hub_joining_host (joining_of (fixture));
  g_assert_false (hub_joining_get_is_offering (joining_of (fixture)));
  g_assert_true (hub_standing_get_is_hosting (standing_of (fixture)));
  close_chat (fixture);
  open_chat (fixture);
  g_assert_false (begins_offering (fixture));
  g_assert_true (hub_standing_get_is_hosting (standing_of (fixture)));
  /* Joining now and then is no other choice. */
  hub_chat_state_join (fixture->state, "127.0.0.1:1");
  close_chat (fixture);
  open_chat (fixture);
  g_assert_false (begins_offering (fixture));
  g_assert_true (hub_standing_get_is_hosting (standing_of (fixture)));
}

static void
test_choose_to_join (Fixture *fixture, gconstpointer data)
{
  g_assert_true (begins_offering (fixture));
  hub_chat_state_join (fixture->state, "127.0.0.1:1");
  g_assert_false (hub_joining_get_is_offering (joining_of (fixture)));
  g_assert_false (hub_standing_get_is_hosting (standing_of (fixture)));
  close_chat (fixture);
  open_chat (fixture);
  g_assert_false (begins_offering (fixture));
  g_assert_false (hub_standing_get_is_hosting (standing_of (fixture)));
  g_assert_cmpstr (hub_standing_get_title_detail (standing_of (fixture)), ==, "Joining 127.0.0.1");
  /* Until one leaves to host. */
  hub_chat_state_leave (fixture->state);
  close_chat (fixture);
  open_chat (fixture);
  g_assert_false (begins_offering (fixture));
  g_assert_true (hub_standing_get_is_hosting (standing_of (fixture)));
}

/* Whoever was told what to join is not asked, and may be asked another time. */
static void
test_told (Fixture *fixture, gconstpointer data)
{
  g_assert_true (hub_chat_join (fixture->chat, "127.0.0.1:1", NULL));
  g_assert_false (hub_joining_get_is_offering (joining_of (fixture)));
  close_chat (fixture);
  open_chat (fixture);
  g_assert_true (begins_offering (fixture));
}

static void
change_cb (HubLink *link, gpointer user_data)
{
  hub_join_desk_hear (user_data, link);
}

/* The same host at another address: it is found there, with nobody doing anything. */
static void
test_follow (void)
{
  HubTestBroker *here = hub_test_broker_new (hub_test_config_new ());
  HubTestBroker *there = hub_test_broker_new (hub_test_config_new ());
  g_autofree char *first = g_strdup_printf ("127.0.0.1:%u", here->mqtt_port);
  g_autofree char *second = g_strdup_printf ("127.0.0.1:%u", there->mqtt_port);
  g_autoptr (HubNeighbour) before = hub_neighbour_new ("Ada", "Ada", first, TRUE);
  g_autoptr (HubNeighbour) after = hub_neighbour_new ("Ada", "Ada", second, TRUE);
  g_autoptr (GListStore) neighbours = g_list_store_new (HUB_TYPE_NEIGHBOUR);
  g_autoptr (HubSettings) settings = hub_settings_new ();
  g_autoptr (HubChatState) state = hub_chat_state_new ();
  g_autoptr (HubJoinAddress) address = hub_join_address_parse (first, NULL);
  g_autoptr (HubLink) link = hub_link_new_remote (address);
  g_autoptr (HubJoinDesk) desk = NULL;

  hub_chat_state_set_neighbours (state, G_LIST_MODEL (neighbours));
  desk = hub_join_desk_new (settings, state);
  hub_join_desk_join (desk, address);
  g_signal_connect (link, "state-changed", G_CALLBACK (change_cb), desk);
  hub_link_start (link);
  hub_test_wait_until (hub_link_get_state (link) == HUB_LINK_CONNECTED);
  /* It is seen when it is connected already. */
  g_list_store_append (neighbours, before);
  hub_test_broker_stop (here);
  hub_test_wait_until (hub_link_get_state (link) == HUB_LINK_WAITING);
  g_list_store_remove_all (neighbours);
  g_list_store_append (neighbours, after);
  hub_test_wait_until (hub_link_get_state (link) == HUB_LINK_CONNECTED);
  g_assert_cmpuint (hub_link_get_address (link)->port, ==, there->mqtt_port);

  hub_join_desk_move (desk, address, hub_link_get_address (link));
  g_assert_cmpstr (hub_chat_state_get_last_join (state), ==, second);
  g_assert_cmpstr (hub_joining_get_recent (hub_chat_state_get_joining (state))[0], ==, second);
  g_assert_false (g_strv_contains (hub_joining_get_recent (hub_chat_state_get_joining (state)), first));
  hub_link_close (link);
  hub_test_broker_start (here);
  hub_test_broker_forget_fds (here);
  hub_test_broker_forget_fds (there);
  hub_test_broker_free (there);
  hub_test_broker_free (here);
}

/* A host that says what it must to have somebody join, and then no more. */
typedef struct
{
  GSocketConnection *connection; /* (owned) (nullable) */
  GByteArray *heard;             /* (owned) */
} Mute;

static void
say (Mute *mute, const char *bytes, gsize size)
{
  g_output_stream_write_all (g_io_stream_get_output_stream (G_IO_STREAM (mute->connection)), bytes, size, NULL, NULL, NULL);
}

static gboolean
has_heard (Mute *mute, const char *bytes, gsize size)
{
  GInputStream *input = g_io_stream_get_input_stream (G_IO_STREAM (mute->connection));
  guint8 piece[512];
  gssize n = g_pollable_input_stream_read_nonblocking (G_POLLABLE_INPUT_STREAM (input), piece, sizeof piece, NULL, NULL);

  if (n > 0)
    g_byte_array_append (mute->heard, piece, (guint) n);
  for (gsize at = 0; at + size <= mute->heard->len; at++)
    if (memcmp (mute->heard->data + at, bytes, size) == 0)
      {
        g_byte_array_set_size (mute->heard, 0);
        return TRUE;
      }
  return FALSE;
}

static void
accepted_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  ((Mute *) user_data)->connection = g_socket_listener_accept_finish (G_SOCKET_LISTENER (object), result, NULL, NULL);
}

/* The network changes, or the host is announced elsewhere: where it was it is asked whether it is there, at once. */
static void
test_doubt (void)
{
  g_autoptr (GSocketListener) listener = g_socket_listener_new ();
  const guint16 port = g_socket_listener_add_any_inet_port (listener, NULL, NULL);
  g_autofree char *first = g_strdup_printf ("127.0.0.1:%u", port);
  g_autoptr (HubNeighbour) before = hub_neighbour_new ("Ada", "Ada", first, TRUE);
  g_autoptr (HubNeighbour) after = hub_neighbour_new ("Ada", "Ada", "127.0.0.2:1883", TRUE);
  g_autoptr (GListStore) neighbours = g_list_store_new (HUB_TYPE_NEIGHBOUR);
  g_autoptr (HubSettings) settings = hub_settings_new ();
  g_autoptr (HubChatState) state = hub_chat_state_new ();
  g_autoptr (HubJoinAddress) address = hub_join_address_parse (first, NULL);
  g_autoptr (HubLink) link = hub_link_new_remote (address);
  g_autoptr (HubJoinDesk) desk = NULL;
  Mute mute = { .heard = g_byte_array_new () };

  g_list_store_append (neighbours, before);
  hub_chat_state_set_neighbours (state, G_LIST_MODEL (neighbours));
  desk = hub_join_desk_new (settings, state);
  hub_join_desk_join (desk, address);
  g_signal_connect (link, "state-changed", G_CALLBACK (change_cb), desk);
  g_socket_listener_accept_async (listener, NULL, accepted_cb, &mute);
  hub_link_start (link);
  hub_test_wait_until (mute.connection != NULL);
  hub_test_wait_until (has_heard (&mute, "MQTT", 4));
  say (&mute, "\x20\x03\0\0\0", 5);
  hub_test_wait_until (has_heard (&mute, "messages", 8));
  say (&mute, "\x90\x04\0\1\0\1", 6);
  hub_test_wait_until (hub_link_get_state (link) == HUB_LINK_CONNECTED);

  g_signal_emit_by_name (g_network_monitor_get_default (), "network-changed", TRUE);
  hub_test_wait_until (has_heard (&mute, "\xc0\0", 2));
  /* Once it goes on it has read the answer. */
  say (&mute, "\xd0\0\x90\x04\0\2\0\1", 8);
  hub_test_wait_until (has_heard (&mute, HUB_LINK_HOST, strlen (HUB_LINK_HOST)));
  g_list_store_remove_all (neighbours);
  g_list_store_append (neighbours, after);
  hub_test_wait_until (has_heard (&mute, "\xc0\0", 2));

  hub_link_close (link);
  g_clear_object (&mute.connection);
  g_byte_array_unref (mute.heard);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  hub_test_ports_use ();

#define add(path, func) g_test_add ("/app/join-desk/" path, Fixture, NULL, set_up, func, tear_down)
  add ("password", test_password);
  add ("history", test_history);
  add ("recent", test_recent);
  add ("choose-to-host", test_choose_to_host);
  add ("choose-to-join", test_choose_to_join);
  add ("told", test_told);
#undef add
  g_test_add_func ("/app/join-desk/follow", test_follow);
  g_test_add_func ("/app/join-desk/doubt", test_doubt);

  return g_test_run ();
}
