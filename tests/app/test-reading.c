/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "app/hosting/hub-host.h"
#include "app/link/hub-link.h"
#include "app/rooms/hub-rooms.h"
#include "tests/support/hub-test-wait.h"
#include "ui/model/hub-room-topic.h"

#include <glib/gstdio.h>

/* How far somebody has read, over the end of the program and breaks of the connection: rooms at a broker with a log. */

#define OWN "0123456789abcdef"
#define TEA "messages/tea"

typedef struct
{
  HubHost *host;
  HubLink *stranger; /* who publishes */
  GFile *file;
  HubRoomMemory *memory; /* the window, from here on */
  HubChatState *state;
  HubRooms *rooms;
  HubLink *link;
} Fixture;

static void
started_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  gboolean *is_started = user_data;

  *is_started = hub_host_start_finish (HUB_HOST (object), result, &error);
  g_assert_no_error (error);
}

static void
message_cb (Fixture *fixture, const char *topic, GBytes *bytes, gboolean is_retain, const HubStamp *stamp)
{
  hub_rooms_hear (fixture->rooms, topic, bytes, is_retain, stamp);
}

static void
connect_window (Fixture *fixture)
{
  g_autofree char *url = NULL;

  fixture->link = hub_link_new_local (fixture->host);
  g_signal_connect_swapped (fixture->link, "message", G_CALLBACK (message_cb), fixture);
  hub_link_start (fixture->link);
  hub_test_wait_until (hub_link_get_state (fixture->link) == HUB_LINK_CONNECTED);
  url = hub_link_dup_http_url (fixture->link);
  g_assert_nonnull (url);
  hub_rooms_begin (fixture->rooms, url);
}

static void
disconnect_window (Fixture *fixture)
{
  hub_rooms_end (fixture->rooms);
  hub_link_close (fixture->link);
  g_clear_object (&fixture->link);
}

static void
open_window (Fixture *fixture)
{
  fixture->memory = hub_room_memory_new (fixture->file);
  fixture->state = hub_chat_state_new ();
  hub_chat_state_set_name (fixture->state, "Ada");
  fixture->rooms = hub_rooms_new (fixture->state, fixture->memory, OWN);
  hub_rooms_set_chat (fixture->rooms, "");
  hub_chat_state_set_is_reading (fixture->state, TRUE);
  connect_window (fixture);
}

static void
close_window (Fixture *fixture)
{
  disconnect_window (fixture);
  hub_room_memory_flush (fixture->memory);
  /* Questions that are given up let go in their own time. */
  g_object_add_weak_pointer (G_OBJECT (fixture->rooms), (gpointer *) &fixture->rooms);
  g_object_unref (fixture->rooms);
  hub_test_wait_until (fixture->rooms == NULL);
  g_assert_finalize_object (fixture->memory);
  g_assert_finalize_object (fixture->state);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = g_build_filename (g_get_user_data_dir (), "rooms.json", NULL);
  gboolean is_started = FALSE;

  g_mkdir_with_parents (g_get_user_data_dir (), 0700);
  fixture->file = g_file_new_for_path (path);
  fixture->host = hub_host_new (&(HubHostOptions){ .mqtt_port = 1883, .http_port = 9001 });
  hub_host_start_async (fixture->host, started_cb, &is_started);
  hub_test_wait_until (is_started);
  fixture->stranger = hub_link_new_local (fixture->host);
  hub_link_start (fixture->stranger);
  hub_test_wait_until (hub_link_get_state (fixture->stranger) == HUB_LINK_CONNECTED);
  open_window (fixture);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  close_window (fixture);
  hub_link_close (fixture->stranger);
  g_clear_object (&fixture->stranger);
  hub_host_stop (fixture->host);
  g_clear_object (&fixture->host);
  g_object_unref (fixture->file);
}

static void
say (Fixture *fixture, const char *topic, const char *text, const char *from)
{
  g_autofree char *json = g_strdup_printf ("{\"name\":\"Grace\",\"message\":\"%s\",\"from\":\"%s\"}", text, from);
  g_autoptr (GBytes) bytes = g_bytes_new (json, strlen (json));

  g_assert_cmpuint (hub_link_publish (fixture->stranger, topic, bytes, 1, FALSE), >, 0);
}

#define say_other(fixture, topic, text) say (fixture, topic, text, "fedcba9876543210")

static HubRoom *
find (Fixture *fixture, const char *topic)
{
  return hub_room_list_find (hub_chat_state_get_rooms (fixture->state), topic);
}

static guint
n_rows (Fixture *fixture, const char *topic)
{
  HubMessageList *messages = hub_room_get_messages (find (fixture, topic));

  hub_message_list_flush (messages);
  return g_list_model_get_n_items (G_LIST_MODEL (messages));
}

/* The row with the line "New"; -1: there is none. */
static int
find_line (Fixture *fixture, const char *topic)
{
  GListModel *messages = G_LIST_MODEL (hub_room_get_messages (find (fixture, topic)));

  for (guint i = 0; i < n_rows (fixture, topic); i++)
    {
      g_autoptr (HubMessageItem) item = g_list_model_get_item (messages, i);

      if ((hub_message_item_get_marks (item) & HUB_MESSAGE_MARK_UNREAD) != 0)
        return (int) i;
    }
  return -1;
}

static void
test_restart (Fixture *fixture, gconstpointer data)
{
  g_test_summary ("Entered rooms, drafts and what is unread are there after a restart, with what came meanwhile");

  hub_rooms_open (fixture->rooms, TEA);
  say_other (fixture, TEA, "seen");
  hub_test_wait_until (n_rows (fixture, TEA) == 1);
  hub_room_set_draft (find (fixture, TEA), "Half a sen");
  hub_room_set_draft (find (fixture, HUB_ROOM_EVERYONE), "All of");
  hub_rooms_open (fixture->rooms, HUB_ROOM_EVERYONE);
  say_other (fixture, TEA, "unseen");
  hub_test_wait_until (hub_room_get_unread (find (fixture, TEA)) == 1);
  close_window (fixture);

  say (fixture, TEA, "own, from elsewhere", OWN);
  say_other (fixture, TEA, "for Ada, while she was away");
  say_other (fixture, HUB_ROOM_EVERYONE, "to all");
  open_window (fixture);
  g_assert_true (hub_room_get_is_entered (find (fixture, TEA)));
  g_assert_true (hub_chat_state_get_room (fixture->state) == find (fixture, HUB_ROOM_EVERYONE));
  g_assert_cmpstr (hub_room_get_draft (find (fixture, TEA)), ==, "Half a sen");
  g_assert_cmpstr (hub_room_get_draft (find (fixture, HUB_ROOM_EVERYONE)), ==, "All of");
  hub_test_wait_until (n_rows (fixture, TEA) == 4 && n_rows (fixture, HUB_ROOM_EVERYONE) == 1);
  g_assert_cmpuint (hub_room_get_unread (find (fixture, TEA)), ==, 2);
  g_assert_true (hub_room_get_has_mention (find (fixture, TEA)));
  g_assert_cmpint (find_line (fixture, TEA), ==, 1);
  g_assert_cmpuint (hub_room_get_unread (find (fixture, HUB_ROOM_EVERYONE)), ==, 0);

  hub_rooms_open (fixture->rooms, TEA);
  g_assert_cmpuint (hub_room_get_unread (find (fixture, TEA)), ==, 0);
  g_assert_false (hub_room_get_has_mention (find (fixture, TEA)));
  g_assert_cmpint (find_line (fixture, TEA), ==, 1);
  close_window (fixture);
  open_window (fixture);
  g_assert_true (hub_chat_state_get_room (fixture->state) == find (fixture, TEA));
  hub_test_wait_until (n_rows (fixture, TEA) == 4);
  g_assert_cmpint (find_line (fixture, TEA), ==, -1);
}

static void
test_break (Fixture *fixture, gconstpointer data)
{
  g_test_summary ("What came during a break of the connection counts, and what was counted before not twice");

  hub_rooms_open (fixture->rooms, TEA);
  say_other (fixture, TEA, "seen");
  hub_test_wait_until (n_rows (fixture, TEA) == 1);
  hub_rooms_open (fixture->rooms, HUB_ROOM_EVERYONE);
  say_other (fixture, TEA, "live");
  hub_test_wait_until (hub_room_get_unread (find (fixture, TEA)) == 1);
  disconnect_window (fixture);
  say_other (fixture, TEA, "missed");
  say_other (fixture, TEA, "missed, too");
  connect_window (fixture);
  hub_test_wait_until (n_rows (fixture, TEA) == 4);
  g_assert_cmpuint (hub_room_get_unread (find (fixture, TEA)), ==, 3);
  g_assert_false (hub_room_get_has_mention (find (fixture, TEA)));
  g_assert_cmpint (find_line (fixture, TEA), ==, 1);
}

static void
test_away (Fixture *fixture, gconstpointer data)
{
  HubRoom *everyone = find (fixture, HUB_ROOM_EVERYONE);

  g_test_summary ("In the room that is shown, too, nothing is read while nobody looks");

  say_other (fixture, HUB_ROOM_EVERYONE, "seen");
  hub_test_wait_until (n_rows (fixture, HUB_ROOM_EVERYONE) == 1);
  hub_chat_state_set_is_reading (fixture->state, FALSE);
  say_other (fixture, HUB_ROOM_EVERYONE, "for Ada");
  hub_test_wait_until (n_rows (fixture, HUB_ROOM_EVERYONE) == 2);
  g_assert_cmpuint (hub_room_get_unread (everyone), ==, 1);
  g_assert_true (hub_room_get_has_mention (everyone));
  g_assert_cmpint (find_line (fixture, HUB_ROOM_EVERYONE), ==, 1);
  hub_chat_state_set_is_reading (fixture->state, TRUE);
  g_assert_cmpuint (hub_room_get_unread (everyone), ==, 0);
  g_assert_false (hub_room_get_has_mention (everyone));
}

static void
test_known (Fixture *fixture, gconstpointer data)
{
  g_test_summary ("Who comes later knows of the rooms that the log has; who enters one finds nothing unread there");

  say_other (fixture, TEA, "before");
  say_other (fixture, "messages/kitchen/sensor", "21.5");
  hub_test_wait_until (find (fixture, "messages/kitchen/sensor") != NULL);
  close_window (fixture);
  open_window (fixture);
  hub_test_wait_until (find (fixture, TEA) != NULL && find (fixture, "messages/kitchen/sensor") != NULL);
  g_assert_false (hub_room_get_is_entered (find (fixture, TEA)));
  hub_rooms_open (fixture->rooms, TEA);
  hub_test_wait_until (n_rows (fixture, TEA) == 1);
  g_assert_cmpuint (hub_room_get_unread (find (fixture, TEA)), ==, 0);
  g_assert_cmpint (find_line (fixture, TEA), ==, -1);

  hub_rooms_leave (fixture->rooms, TEA);
  close_window (fixture);
  open_window (fixture);
  hub_test_wait_until (find (fixture, TEA) != NULL);
  g_assert_false (hub_room_get_is_entered (find (fixture, TEA)));
}

static void
test_chats (Fixture *fixture, gconstpointer data)
{
  g_test_summary ("Each chat has its own rooms; of so many it is remembered, and of one more the oldest goes");

  hub_rooms_open (fixture->rooms, TEA);
  hub_room_set_draft (find (fixture, TEA), "own");
  disconnect_window (fixture);
  for (guint i = 1; i < HUB_ROOM_MEMORY_CHATS_MAX; i++)
    {
      g_autofree char *chat = g_strdup_printf ("192.0.2.%u:1883", i);

      hub_rooms_set_chat (fixture->rooms, chat);
      g_assert_null (find (fixture, TEA));
    }
  hub_rooms_open (fixture->rooms, "messages/elsewhere");
  hub_rooms_set_chat (fixture->rooms, "");
  g_assert_true (hub_chat_state_get_room (fixture->state) == find (fixture, TEA));
  g_assert_cmpstr (hub_room_get_draft (find (fixture, TEA)), ==, "own");
  g_assert_null (find (fixture, "messages/elsewhere"));

  /* Now the first of the others is the oldest. */
  hub_rooms_set_chat (fixture->rooms, "192.0.2.1:1883");
  hub_rooms_open (fixture->rooms, "messages/first");
  for (guint i = 2; i <= HUB_ROOM_MEMORY_CHATS_MAX; i++)
    {
      g_autofree char *chat = g_strdup_printf ("192.0.2.%u:1883", i);

      hub_rooms_set_chat (fixture->rooms, chat);
    }
  hub_rooms_set_chat (fixture->rooms, "192.0.2.1:1883");
  g_assert_nonnull (find (fixture, "messages/first"));
  hub_rooms_set_chat (fixture->rooms, "");
  g_assert_null (find (fixture, TEA));
  connect_window (fixture);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  g_test_add ("/app/reading/restart", Fixture, NULL, set_up, test_restart, tear_down);
  g_test_add ("/app/reading/break", Fixture, NULL, set_up, test_break, tear_down);
  g_test_add ("/app/reading/away", Fixture, NULL, set_up, test_away, tear_down);
  g_test_add ("/app/reading/known", Fixture, NULL, set_up, test_known, tear_down);
  g_test_add ("/app/reading/chats", Fixture, NULL, set_up, test_chats, tear_down);
  return g_test_run ();
}
