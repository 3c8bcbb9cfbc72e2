/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ui/model/hub-room-list.h"
#include "ui/model/hub-room-topic.h"

#include <string.h>

/* Names and topics of rooms, a room, and the list of them. */

static void
test_names (void)
{
  g_autofree char *longest = g_strnfill (HUB_ROOM_NAME_BYTES_MAX, 'a');
  g_autofree char *too_long = g_strnfill (HUB_ROOM_NAME_BYTES_MAX + 1, 'a');
  const struct
  {
    const char *name;
    const char *topic; /* NULL: wrong */
    HubRoomError error;
  } rows[] = {
    { "tea", "messages/tea", 0 },
    { "  tea room\t", "messages/tea room", 0 },
    { "Küche 7", "messages/Küche 7", 0 },
    { "Everyone", "messages/Everyone", 0 },
    { "$SYS", "messages/$SYS", 0 },
    { longest, NULL, 0 },
    { too_long, NULL, HUB_ROOM_ERROR_LONG },
    { "", NULL, HUB_ROOM_ERROR_BLANK },
    { " \t ", NULL, HUB_ROOM_ERROR_BLANK },
    { "\302\240\342\200\213", NULL, HUB_ROOM_ERROR_BLANK },
    { "a/b", NULL, HUB_ROOM_ERROR_CHARACTER },
    { "a+", NULL, HUB_ROOM_ERROR_CHARACTER },
    { "#a", NULL, HUB_ROOM_ERROR_CHARACTER },
    { "a\nb", NULL, HUB_ROOM_ERROR_CHARACTER },
    { "a\302\200b", NULL, HUB_ROOM_ERROR_CHARACTER },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *topic = hub_room_topic_from_name (rows[i].name, &error);
      g_autofree char *wanted = rows[i].name == longest ? g_strconcat ("messages/", longest, NULL) : g_strdup (rows[i].topic);

      g_test_message ("%s", rows[i].name);
      g_assert_cmpstr (topic, ==, wanted);
      if (topic == NULL)
        g_assert_error (error, HUB_ROOM_ERROR, (int) rows[i].error);
      else
        g_assert_cmpint (hub_room_topic_kind (topic), ==, HUB_ROOM_OPEN);
    }
}

static void
test_topics (void)
{
  g_autofree char *deepest = g_strnfill (256, 'a');
  g_autofree char *longest_shown = g_strconcat ("messages/", deepest, NULL);
  g_autofree char *too_long = g_strconcat (longest_shown, "a", NULL);
  const struct
  {
    const char *topic;
    HubRoomKind kind;
    const char *name;
  } rows[] = {
    { "messages", HUB_ROOM_OPEN, "Everyone" },
    { "messages/tea", HUB_ROOM_OPEN, "tea" },
    { "messages/a/b", HUB_ROOM_READ_ONLY, "a/b" },
    { "messages/a/", HUB_ROOM_READ_ONLY, "a/" },
    { longest_shown, HUB_ROOM_READ_ONLY, deepest },
    { too_long, HUB_ROOM_NONE, NULL },
    { "messages/", HUB_ROOM_NONE, NULL },
    { "messages/ ", HUB_ROOM_NONE, NULL },
    { "messages/a\tb", HUB_ROOM_NONE, NULL },
    { "messagesX", HUB_ROOM_NONE, NULL },
    { "Messages", HUB_ROOM_NONE, NULL },
    { "other", HUB_ROOM_NONE, NULL },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_test_message ("%s", rows[i].topic);
      g_assert_cmpint (hub_room_topic_kind (rows[i].topic), ==, rows[i].kind);
      if (rows[i].name != NULL)
        {
          g_autofree char *name = hub_room_topic_dup_name (rows[i].topic);

          g_assert_cmpstr (name, ==, rows[i].name);
        }
    }
}

static void
notify_cb (GObject *object,
           GParamSpec *pspec,
           gpointer user_data)
{
  g_string_append_printf (user_data, "%s ", pspec->name);
}

static void
test_room (void)
{
  HubRoom *room = hub_room_new ("messages/a/b", NULL);
  g_autoptr (GString) log = g_string_new (NULL);

  g_signal_connect (room, "notify", G_CALLBACK (notify_cb), log);
  g_assert_cmpstr (hub_room_get_name (room), ==, "a/b");
  g_assert_true (hub_room_get_is_read_only (room));
  g_assert_false (hub_room_get_is_everyone (room));
  g_assert_false (hub_room_get_is_entered (room));
  g_assert_cmpstr (hub_room_get_draft (room), ==, "");
  for (guint i = 0; i < 2; i++)
    {
      hub_room_set_unread (room, 3);
      hub_room_set_has_mention (room, TRUE);
      hub_room_set_is_entered (room, TRUE);
      hub_room_set_draft (room, "Not ready");
      hub_room_set_typing (room, "Ada is writing…");
    }
  hub_room_set_draft (room, NULL);
  hub_room_set_typing (room, NULL);
  g_assert_cmpstr (log->str, ==, "unread has-mention is-entered draft typing draft typing ");
  g_assert_cmpstr (hub_room_get_draft (room), ==, "");
  g_assert_finalize_object (room);
}

typedef struct
{
  HubRoomList *list;
  GString *log;
} Fixture;

static void
items_changed_cb (GListModel *model,
                  guint position,
                  guint removed,
                  guint added,
                  gpointer user_data)
{
  g_string_append_printf (user_data, "%u-%u+%u ", position, removed, added);
}

static void
set_up (Fixture *fixture,
        gconstpointer data)
{
  fixture->list = hub_room_list_new ();
  fixture->log = g_string_new (NULL);
  g_signal_connect (fixture->list, "items-changed", G_CALLBACK (items_changed_cb), fixture->log);
  g_signal_connect (fixture->list, "notify", G_CALLBACK (notify_cb), fixture->log);
}

static void
tear_down (Fixture *fixture,
           gconstpointer data)
{
  g_assert_cmpstr (fixture->log->str, ==, "");
  g_assert_finalize_object (fixture->list);
  g_string_free (fixture->log, TRUE);
}

static void
assert_log (Fixture *fixture,
            const char *expected)
{
  g_assert_cmpstr (fixture->log->str, ==, expected);
  g_string_truncate (fixture->log, 0);
}

static void
assert_names (Fixture *fixture,
              const char *expected)
{
  g_autoptr (GString) names = g_string_new (NULL);

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (fixture->list)); i++)
    {
      g_autoptr (HubRoom) room = g_list_model_get_item (G_LIST_MODEL (fixture->list), i);

      g_string_append_printf (names, "%s%s", hub_room_get_name (room), hub_room_get_is_entered (room) ? ". " : " ");
    }
  g_assert_cmpstr (names->str, ==, expected);
}

static HubRoom *
add (Fixture *fixture,
     const char *topic,
     gboolean is_entered)
{
  g_autoptr (HubRoom) room = hub_room_new (topic, NULL);

  hub_room_set_is_entered (room, is_entered);
  hub_room_list_add (fixture->list, room);
  return room;
}

static void
test_order (Fixture *fixture,
            gconstpointer data)
{
  HubRoom *tea;

  g_test_summary ("Entered rooms come first, among them Everyone; then it goes by name, whatever the case");

  add (fixture, "messages/zoo", FALSE);
  add (fixture, "messages/beta", TRUE);
  add (fixture, "messages", TRUE);
  tea = add (fixture, "messages/Tea", FALSE);
  add (fixture, "messages/Alpha", TRUE);
  assert_names (fixture, "Everyone. Alpha. beta. Tea zoo ");
  assert_log (fixture, "0-0+1 0-0+1 0-0+1 2-0+1 1-0+1 ");
  g_assert_cmpuint (hub_room_list_get_n_entered (fixture->list), ==, 3);
  g_assert_true (hub_room_list_find (fixture->list, "messages/Tea") == tea);
  g_assert_null (hub_room_list_find (fixture->list, "messages/tea"));

  hub_room_set_is_entered (tea, TRUE);
  assert_names (fixture, "Everyone. Alpha. beta. Tea. zoo ");
  assert_log (fixture, "3-1+0 3-0+1 ");
  hub_room_set_is_entered (hub_room_list_get (fixture->list, 1), FALSE);
  assert_names (fixture, "Everyone. beta. Tea. Alpha zoo ");
  assert_log (fixture, "1-1+0 3-0+1 ");

  hub_room_list_remove (fixture->list, tea);
  assert_names (fixture, "Everyone. beta. Alpha zoo ");
  assert_log (fixture, "2-1+0 ");
  g_assert_null (hub_room_list_find (fixture->list, "messages/Tea"));
  g_assert_null (hub_room_list_get (fixture->list, 4));
}

static void
test_unread (Fixture *fixture,
             gconstpointer data)
{
  HubRoom *tea = add (fixture, "messages/tea", TRUE);
  HubRoom *zoo = add (fixture, "messages/zoo", TRUE);

  g_test_summary ("What is unread is counted over the entered rooms");

  g_string_truncate (fixture->log, 0);
  hub_room_set_unread (tea, 2);
  hub_room_set_unread (zoo, 5);
  g_assert_cmpuint (hub_room_list_get_unread (fixture->list), ==, 7);
  assert_log (fixture, "unread unread ");
  hub_room_set_is_entered (zoo, FALSE);
  g_assert_cmpuint (hub_room_list_get_unread (fixture->list), ==, 2);
  assert_log (fixture, "1-1+0 1-0+1 unread ");
  hub_room_list_remove (fixture->list, tea);
  g_assert_cmpuint (hub_room_list_get_unread (fixture->list), ==, 0);
  assert_log (fixture, "0-1+0 unread ");
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);

  g_test_add_func ("/ui/room/names", test_names);
  g_test_add_func ("/ui/room/topics", test_topics);
  g_test_add_func ("/ui/room/room", test_room);
  g_test_add ("/ui/room-list/order", Fixture, NULL, set_up, test_order, tear_down);
  g_test_add ("/ui/room-list/unread", Fixture, NULL, set_up, test_unread, tear_down);

  return g_test_run ();
}
