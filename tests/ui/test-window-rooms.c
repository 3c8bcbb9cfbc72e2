/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Rooms in the window: the list of them, going there, leaving, entering, and what is kept of each. */
#include "tests/ui/window-fixture.h"

#include "tests/support/hub-test-wait.h"
#include "ui/hub-composer.h"
#include "ui/hub-invite-card.h"
#include "ui/hub-room-row.h"
#include "ui/hub-rooms-popover.h"

#include <string.h>

typedef struct
{
  WindowFixture base;
  GString *log;
  GtkListBox *entered;
  GtkListBox *others;
  GtkEditable *entry;
  HubRoom *tea;
  HubRoom *sensor;
} Fixture;

/* As the program does it. */
static gboolean
open_room_cb (HubChatState *state,
              const char *topic,
              gpointer user_data)
{
  Fixture *fixture = user_data;
  HubRoom *room = hub_room_list_find (hub_chat_state_get_rooms (state), topic);

  g_string_append_printf (fixture->log, "<%s>", topic);
  if (room == NULL)
    return FALSE;
  hub_room_set_is_entered (room, TRUE);
  hub_chat_state_set_room (state, room);
  return TRUE;
}

static void
leave_room_cb (HubChatState *state,
               const char *topic,
               gpointer user_data)
{
  Fixture *fixture = user_data;

  g_string_append_printf (fixture->log, "<leave %s>", topic);
  hub_room_set_is_entered (hub_room_list_find (hub_chat_state_get_rooms (state), topic), FALSE);
}

static HubRoom *
add_room (Fixture *fixture,
          const char *topic,
          gboolean is_entered)
{
  g_autoptr (HubRoom) room = hub_room_new (topic, NULL);

  hub_room_set_is_entered (room, is_entered);
  hub_room_list_add (hub_chat_state_get_rooms (fixture->base.state), room);
  return room;
}

static GtkPopover *
find_popover (Fixture *fixture)
{
  return GTK_POPOVER (window_fixture_find (&fixture->base, HUB_TYPE_ROOMS_POPOVER));
}

static GtkMenuButton *
find_button (Fixture *fixture)
{
  return GTK_MENU_BUTTON (gtk_widget_get_ancestor (GTK_WIDGET (find_popover (fixture)), GTK_TYPE_MENU_BUTTON));
}

static GtkWidget *
find_in (GtkWidget *widget,
         GType type,
         guint *n_before)
{
  if (G_TYPE_CHECK_INSTANCE_TYPE (widget, type) && (*n_before)-- == 0)
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = find_in (child, type, n_before);

      if (found != NULL)
        return found;
    }
  return NULL;
}

static GtkWidget *
find_nth (GtkWidget *widget,
          GType type,
          guint nth)
{
  GtkWidget *found = find_in (widget, type, &nth);

  g_assert_nonnull (found);
  return found;
}

static void
set_up (Fixture *fixture,
        gconstpointer data)
{
  window_fixture_set_up (&fixture->base, data);
  fixture->log = g_string_new (NULL);
  fixture->tea = add_room (fixture, "messages/tea", TRUE);
  fixture->sensor = add_room (fixture, "messages/kitchen/sensor", FALSE);
  g_signal_connect (fixture->base.state, "open-room", G_CALLBACK (open_room_cb), fixture);
  g_signal_connect (fixture->base.state, "leave-room", G_CALLBACK (leave_room_cb), fixture);
  fixture->entered = GTK_LIST_BOX (find_nth (GTK_WIDGET (find_popover (fixture)), GTK_TYPE_LIST_BOX, 0));
  fixture->others = GTK_LIST_BOX (find_nth (GTK_WIDGET (find_popover (fixture)), GTK_TYPE_LIST_BOX, 1));
  fixture->entry = GTK_EDITABLE (find_nth (GTK_WIDGET (find_popover (fixture)), GTK_TYPE_ENTRY, 0));
}

static void
tear_down (Fixture *fixture,
           gconstpointer data)
{
  gtk_popover_popdown (find_popover (fixture));
  /* What the display still says of it comes meanwhile. */
  if (gtk_widget_get_mapped (GTK_WIDGET (fixture->base.window)))
    window_fixture_wait_frames (&fixture->base, 3);
  window_fixture_tear_down (&fixture->base, data);
  g_string_free (fixture->log, TRUE);
}

static void
open_popover (Fixture *fixture)
{
  gtk_menu_button_popup (find_button (fixture));
  hub_test_wait_until (gtk_widget_get_mapped (GTK_WIDGET (find_popover (fixture))));
  window_fixture_wait_frames (&fixture->base, 3);
}

static void
assert_rooms (GtkListBox *box,
              const char *expected)
{
  g_autoptr (GString) names = g_string_new (NULL);

  for (int i = 0; gtk_list_box_get_row_at_index (box, i) != NULL; i++)
    g_string_append_printf (names, "%s ",
                            hub_room_get_name (hub_room_row_get_room (HUB_ROOM_ROW (gtk_list_box_get_row_at_index (box, i)))));
  g_assert_cmpstr (names->str, ==, expected);
}

static void
activate (GtkListBox *box,
          int index)
{
  g_signal_emit_by_name (box, "row-activated", gtk_list_box_get_row_at_index (box, index));
}

static const char *
title (Fixture *fixture)
{
  return gtk_window_get_title (GTK_WINDOW (fixture->base.window));
}

static void
test_list (Fixture *fixture,
           gconstpointer data)
{
  GtkWidget *row;

  g_test_summary ("The rooms are listed while somebody looks, with what is unread; one goes there with a click");

  window_fixture_present (&fixture->base, 900, 640);
  g_assert_cmpstr (title (fixture), ==, "Messages");
  assert_rooms (fixture->entered, "");
  open_popover (fixture);
  assert_rooms (fixture->entered, "Everyone tea ");
  assert_rooms (fixture->others, "kitchen/sensor ");
  g_assert_true (hub_room_row_get_room (HUB_ROOM_ROW (gtk_list_box_get_selected_row (fixture->entered))) ==
                 hub_chat_state_get_room (fixture->base.state));

  hub_room_set_unread (fixture->tea, 100);
  hub_room_set_has_mention (fixture->tea, TRUE);
  row = GTK_WIDGET (gtk_list_box_get_row_at_index (fixture->entered, 1));
  gtk_test_accessible_assert_property (row, GTK_ACCESSIBLE_PROPERTY_LABEL, "tea, 100 unread, mentions you");
  gtk_test_accessible_assert_property (find_button (fixture), GTK_ACCESSIBLE_PROPERTY_LABEL, "Rooms, 100 unread");
  g_assert_true (gtk_widget_get_mapped (window_fixture_find_label (&fixture->base, "99+")));
  window_fixture_wait_frames (&fixture->base, 3);
  window_fixture_picture (&fixture->base, "window-rooms.png");

  hub_room_set_unread (fixture->tea, 0);
  gtk_test_accessible_assert_property (find_button (fixture), GTK_ACCESSIBLE_PROPERTY_LABEL, "Rooms");
  activate (fixture->entered, 1);
  g_assert_cmpstr (fixture->log->str, ==, "<messages/tea>");
  g_assert_cmpstr (title (fixture), ==, "tea");
  hub_test_wait_until (!gtk_widget_get_visible (GTK_WIDGET (find_popover (fixture))));
  assert_rooms (fixture->entered, "");
}

static void
test_focus (Fixture *fixture,
            gconstpointer data)
{
  GtkWindow *window = GTK_WINDOW (fixture->base.window);

  g_test_summary ("Closed without a choice, the focus is where the list was opened: keys that go nowhere would be lost");

  window_fixture_present (&fixture->base, 900, 640);
  for (guint i = 0; i < 2; i++)
    {
      open_popover (fixture);
      if (i == 1)
        gtk_widget_grab_focus (GTK_WIDGET (fixture->entry));
      g_assert_true (gtk_widget_is_ancestor (gtk_window_get_focus (window), GTK_WIDGET (find_popover (fixture))));
      gtk_popover_popdown (find_popover (fixture));
      hub_test_wait_until (!gtk_widget_get_mapped (GTK_WIDGET (find_popover (fixture))));
      window_fixture_wait_frames (&fixture->base, 3);
      g_assert_true (gtk_window_get_focus (window) == gtk_widget_get_first_child (GTK_WIDGET (find_button (fixture))));
    }
}

static void
test_leave (Fixture *fixture,
            gconstpointer data)
{
  GtkWidget *everyone;
  GtkWidget *tea;

  g_test_summary ("A room is left with its button, and stands among the others then; Everyone has none");

  window_fixture_present (&fixture->base, 900, 640);
  open_popover (fixture);
  everyone = find_nth (GTK_WIDGET (gtk_list_box_get_row_at_index (fixture->entered, 0)), GTK_TYPE_BUTTON, 0);
  tea = find_nth (GTK_WIDGET (gtk_list_box_get_row_at_index (fixture->entered, 1)), GTK_TYPE_BUTTON, 0);
  g_assert_false (gtk_widget_get_visible (everyone));
  gtk_test_accessible_assert_property (tea, GTK_ACCESSIBLE_PROPERTY_LABEL, "Leave tea");
  g_signal_emit_by_name (tea, "clicked");
  g_assert_cmpstr (fixture->log->str, ==, "<leave messages/tea>");
  assert_rooms (fixture->entered, "Everyone ");
  assert_rooms (fixture->others, "kitchen/sensor tea ");
  g_assert_true (gtk_widget_get_visible (GTK_WIDGET (find_popover (fixture))));
}

static void
test_enter (Fixture *fixture,
            gconstpointer data)
{
  GtkWidget *button = find_nth (GTK_WIDGET (find_popover (fixture)), GTK_TYPE_BUTTON, 0);
  GtkWidget *problem;

  g_test_summary ("A new room is entered by its name; what is wrong with that is said, and nothing typed is lost");

  window_fixture_present (&fixture->base, 900, 640);
  open_popover (fixture);
  button = gtk_widget_get_ancestor (window_fixture_find_label (&fixture->base, "Enter"), GTK_TYPE_BUTTON);
  gtk_editable_set_text (fixture->entry, "a/b");
  g_signal_emit_by_name (button, "clicked");
  problem = window_fixture_find_label (&fixture->base, "The name of a room cannot have / + or # in it.");
  g_assert_true (gtk_widget_get_visible (problem));
  g_assert_cmpstr (gtk_editable_get_text (fixture->entry), ==, "a/b");
  g_assert_cmpstr (fixture->log->str, ==, "");

  gtk_editable_set_text (fixture->entry, "unknown to the program");
  g_assert_false (gtk_widget_get_visible (problem));
  g_signal_emit_by_name (fixture->entry, "activate");
  g_assert_cmpstr (fixture->log->str, ==, "<messages/unknown to the program>");
  g_assert_cmpstr (gtk_editable_get_text (fixture->entry), ==, "unknown to the program");

  gtk_editable_set_text (fixture->entry, " tea ");
  g_signal_emit_by_name (fixture->entry, "activate");
  g_assert_cmpstr (title (fixture), ==, "tea");
  g_assert_cmpstr (gtk_editable_get_text (fixture->entry), ==, "");
}

static char *
message_text (Fixture *fixture)
{
  char *text = NULL;

  g_object_get (window_fixture_find (&fixture->base, HUB_TYPE_COMPOSER), "text", &text, NULL);
  return text;
}

static void
set_message (Fixture *fixture,
             const char *text)
{
  GtkTextView *view = GTK_TEXT_VIEW (window_fixture_find (&fixture->base, GTK_TYPE_TEXT_VIEW));

  gtk_text_buffer_set_text (gtk_text_view_get_buffer (view), text, -1);
}

static void
assert_message (Fixture *fixture,
                const char *expected)
{
  g_autofree char *text = message_text (fixture);

  g_assert_cmpstr (text, ==, expected);
}

static void
test_draft (Fixture *fixture,
            gconstpointer data)
{
  HubRoom *everyone = hub_chat_state_get_room (fixture->base.state);

  g_test_summary ("What stands in Message belongs to its room, and is there again in it");

  hub_room_set_draft (fixture->tea, "from the last time");
  window_fixture_present (&fixture->base, 900, 640);
  set_message (fixture, "for all");
  hub_chat_state_set_room (fixture->base.state, fixture->tea);
  assert_message (fixture, "from the last time");
  set_message (fixture, "for tea");
  hub_chat_state_set_room (fixture->base.state, everyone);
  assert_message (fixture, "for all");
  g_assert_cmpstr (hub_room_get_draft (fixture->tea), ==, "for tea");
  g_assert_cmpstr (hub_room_get_draft (everyone), ==, "for all");
}

static void
test_read_only (Fixture *fixture,
                gconstpointer data)
{
  GtkWidget *words = window_fixture_find_label (&fixture->base, "This room is only shown here.");
  GtkWidget *view = window_fixture_find (&fixture->base, GTK_TYPE_TEXT_VIEW);

  g_test_summary ("In a room that is only shown nothing can be written; an empty one says what it is");

  window_fixture_present (&fixture->base, 900, 640);
  g_assert_false (gtk_widget_get_mapped (words));
  window_fixture_find_label (&fixture->base, "Write the first one. Everybody in this chat will see it here.");
  hub_chat_state_set_room (fixture->base.state, fixture->tea);
  window_fixture_find_label (&fixture->base, "Write the first one. Everybody in this room will see it here.");
  hub_chat_state_set_room (fixture->base.state, fixture->sensor);
  window_fixture_wait_frames (&fixture->base, 3);
  window_fixture_find_label (&fixture->base, "What is published here will be shown.");
  g_assert_true (gtk_widget_get_mapped (words));
  g_assert_false (gtk_widget_get_mapped (view));
  window_fixture_picture (&fixture->base, "window-room-read-only.png");
  window_fixture_resize (&fixture->base, 360, 640);
  g_assert_true (gtk_widget_get_mapped (words));
  g_assert_false (gtk_widget_get_mapped (view));
  window_fixture_picture (&fixture->base, "window-room-read-only-narrow.png");
  hub_chat_state_set_room (fixture->base.state, fixture->tea);
  g_assert_true (gtk_widget_get_mapped (view));
}

static void
test_invite (Fixture *fixture,
             gconstpointer data)
{
  HubRoom *room = add_room (fixture, "messages/K\303\274che 7+", TRUE);
  HubInviteCard *card = HUB_INVITE_CARD (window_fixture_find (&fixture->base, HUB_TYPE_INVITE_CARD));

  g_test_summary ("The address to invite with leads into the room that is shown");

  g_assert_cmpstr (hub_invite_card_get_url (card), ==, "http://192.168.1.20:9001/");
  hub_chat_state_set_room (fixture->base.state, room);
  g_assert_cmpstr (hub_invite_card_get_url (card), ==, "http://192.168.1.20:9001/#room=K%C3%BCche%207%2B");
}

static void
test_reading (Fixture *fixture,
              gconstpointer data)
{
  g_test_summary ("A room is read while the window has the focus and its end is in sight");

  g_assert_false (hub_chat_state_get_is_reading (fixture->base.state));
  window_fixture_present (&fixture->base, 900, 640);
  hub_test_wait_until (gtk_window_is_active (GTK_WINDOW (fixture->base.window)));
  g_assert_true (hub_chat_state_get_is_reading (fixture->base.state));
  gtk_widget_hide (GTK_WIDGET (fixture->base.window));
  g_assert_false (hub_chat_state_get_is_reading (fixture->base.state));
}

static void
test_narrow (Fixture *fixture,
             gconstpointer data)
{
  AdwStyleManager *manager = adw_style_manager_get_default ();

  g_test_summary ("All of it goes into 360 pixels, also in the dark");

  hub_room_set_unread (fixture->tea, 12);
  adw_style_manager_set_color_scheme (manager, ADW_COLOR_SCHEME_FORCE_DARK);
  window_fixture_present (&fixture->base, 360, 640);
  window_fixture_say_examples (&fixture->base);
  g_assert_cmpint (gtk_widget_get_width (GTK_WIDGET (fixture->base.window)), <=, 360);
  open_popover (fixture);
  g_assert_cmpint (gtk_widget_get_width (GTK_WIDGET (find_popover (fixture))), <=, 360);
  window_fixture_picture (&fixture->base, "window-rooms-narrow-dark.png");
  adw_style_manager_set_color_scheme (manager, ADW_COLOR_SCHEME_DEFAULT);
}

int
main (int argc,
      char *argv[])
{
  window_tests_init (&argc, &argv);

#define add(path, func) g_test_add ("/ui/window/rooms/" path, Fixture, NULL, set_up, func, tear_down)
  add ("list", test_list);
  add ("focus", test_focus);
  add ("leave", test_leave);
  add ("enter", test_enter);
  add ("draft", test_draft);
  add ("read-only", test_read_only);
  add ("invite", test_invite);
  add ("reading", test_reading);
  add ("narrow", test_narrow);
#undef add

  return window_tests_run ();
}
