/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Who is here, who has come and gone, and who is writing. */
#include "tests/ui/window-fixture.h"

#include "tests/support/hub-test-wait.h"
#include "ui/hub-composer.h"
#include "ui/hub-follow-bin.h"
#include "ui/hub-note-row.h"
#include "ui/hub-people-popover.h"
#include "ui/hub-person-row.h"

#include <string.h>

static void
put (WindowFixture *fixture,
     const char *client_id,
     const char *from,
     const char *name,
     HubPersonKind kind,
     const char *room)
{
  const char *const rooms[] = { room, NULL };

  hub_people_list_put (hub_chat_state_get_people (fixture->state), client_id, &(HubPersonParams){ from, name, kind, rooms });
}

static void
put_examples (WindowFixture *fixture)
{
  hub_people_list_set_own_from (hub_chat_state_get_people (fixture->state), "0123456789abcdef");
  put (fixture, "1", "0123456789abcdef", "Ada", HUB_PERSON_DESKTOP, NULL);
  put (fixture, "2", "3f2a000000000000", "Linus", HUB_PERSON_BROWSER, NULL);
  put (fixture, "3", "c0de000000000000", "Linus", HUB_PERSON_BROWSER, "kitchen");
  put (fixture, "4", "bbbb000000000000", "", HUB_PERSON_OTHER, NULL);
}

static void
note (WindowFixture *fixture,
      HubNoteKind kind,
      const char *name)
{
  hub_message_list_add_note (hub_chat_state_get_messages (fixture->state), kind, name, NULL, g_get_real_time ());
}

/* The accessible names of the rows, as the list has them. */
static void
check_rows (GtkWidget *popover)
{
  static const char *const expected[] = { "Ada (you), desktop", "Linus \302\2673f2a, browser",
                                          "Linus \302\267c0de, browser \302\267 \342\201\250kitchen\342\201\251", "Somebody" };
  guint n_rows = 0;
  GList *stack = g_list_prepend (NULL, popover);

  while (stack != NULL)
    {
      GtkWidget *widget = stack->data;

      stack = g_list_delete_link (stack, stack);
      if (HUB_IS_PERSON_ROW (widget))
        {
          g_assert_cmpuint (n_rows, <, G_N_ELEMENTS (expected));
          gtk_test_accessible_assert_property (GTK_ACCESSIBLE (gtk_widget_get_parent (widget)),
                                               GTK_ACCESSIBLE_PROPERTY_LABEL, expected[n_rows]);
          n_rows++;
        }
      for (GtkWidget *child = gtk_widget_get_last_child (widget); child != NULL; child = gtk_widget_get_prev_sibling (child))
        stack = g_list_prepend (stack, child);
    }
  g_assert_cmpuint (n_rows, ==, G_N_ELEMENTS (expected));
}

static void
test_popover (WindowFixture *fixture,
              gconstpointer data)
{
  GtkWidget *popover;
  GtkWidget *button;

  g_test_summary ("The button counts people, and opens the list of them");

  window_fixture_present (fixture, 900, 640);
  popover = window_fixture_find (fixture, HUB_TYPE_PEOPLE_POPOVER);
  button = gtk_widget_get_parent (popover);
  gtk_test_accessible_assert_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, "0 people here");
  put_examples (fixture);
  gtk_test_accessible_assert_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, "4 people here");
  g_assert_nonnull (window_fixture_find_label (fixture, "4"));

  gtk_popover_popup (GTK_POPOVER (popover));
  hub_test_wait_until (gtk_widget_get_mapped (popover));
  window_fixture_wait_frames (fixture, 2);
  check_rows (popover);
  g_assert_false (gtk_widget_get_mapped (window_fixture_find_label (fixture, "Who is here is shown once you are connected.")));

  /* Another name stands there at once, and whose it was is alone with it. */
  put (fixture, "3", "c0de000000000000", "Torvalds", HUB_PERSON_BROWSER, NULL);
  window_fixture_wait_frames (fixture, 2);
  g_assert_true (gtk_widget_get_mapped (window_fixture_find_label (fixture, "Torvalds")));
  g_assert_null (strstr (gtk_label_get_label (GTK_LABEL (window_fixture_find_label (fixture, "Linus"))), "3f2a"));
  hub_people_list_clear (hub_chat_state_get_people (fixture->state));
  window_fixture_wait_frames (fixture, 2);
  g_assert_true (gtk_widget_get_mapped (window_fixture_find_label (fixture, "Who is here is shown once you are connected.")));
  gtk_popover_popdown (GTK_POPOVER (popover));
  hub_test_wait_until (!gtk_widget_get_mapped (popover));
}

static void
test_narrow (WindowFixture *fixture,
             gconstpointer data)
{
  GtkWidget *popover;

  g_test_summary ("Where there is no room for it elsewhere, how others join stands below the people");

  window_fixture_present (fixture, 360, 640);
  put_examples (fixture);
  popover = window_fixture_find (fixture, HUB_TYPE_PEOPLE_POPOVER);
  gtk_popover_popup (GTK_POPOVER (popover));
  hub_test_wait_until (gtk_widget_get_mapped (popover));
  window_fixture_wait_frames (fixture, 2);
  g_assert_true (gtk_widget_get_mapped (window_fixture_find_label (fixture, "http://192.168.1.20:9001/")));
  g_assert_false (gtk_widget_get_mapped (window_fixture_find_label (fixture, "4")));
  g_assert_cmpint (gtk_widget_get_width (GTK_WIDGET (fixture->window)), <=, 360);
  gtk_popover_popdown (GTK_POPOVER (popover));
  hub_test_wait_until (!gtk_widget_get_mapped (popover));
}

static void
test_notes (WindowFixture *fixture,
            gconstpointer data)
{
  HubFollowBin *bin = HUB_FOLLOW_BIN (window_fixture_find (fixture, HUB_TYPE_FOLLOW_BIN));
  HubNoteRow *row;
  GtkWidget *button;

  g_test_summary ("Notes are one row that unfolds, are not new to anybody, and leave the messages as they are");

  window_fixture_present (fixture, 900, 640);
  window_fixture_say_examples (fixture);
  note (fixture, HUB_NOTE_JOINED, "Grace");
  window_fixture_flush (fixture);
  row = HUB_NOTE_ROW (window_fixture_find (fixture, HUB_TYPE_NOTE_ROW));
  g_assert_true (gtk_widget_get_mapped (window_fixture_find_label (fixture, "\342\201\250Grace\342\201\251 joined")));

  note (fixture, HUB_NOTE_LEFT, "Linus");
  window_fixture_wait_frames (fixture, 2);
  button = window_fixture_find_label (fixture, "1 joined, 1 left");
  g_assert_true (gtk_widget_get_mapped (button));
  button = gtk_widget_get_ancestor (button, GTK_TYPE_BUTTON);
  g_signal_emit_by_name (button, "clicked");
  window_fixture_wait_frames (fixture, 2);
  g_assert_true (gtk_widget_get_mapped (
    window_fixture_find_label (fixture, "\342\201\250Grace\342\201\251 joined\n\342\201\250Linus\342\201\251 left")));
  g_assert_true (hub_message_item_get_is_expanded (hub_note_row_get_item (row)));
  window_fixture_picture (fixture, "window-notes.png");

  /* Of what comes then, only the message is new. */
  window_fixture_say_many (fixture, 50);
  window_fixture_flush (fixture);
  gtk_adjustment_set_value (gtk_scrollable_get_vadjustment (GTK_SCROLLABLE (hub_follow_bin_get_list (bin))), 0);
  window_fixture_wait_frames (fixture, 3);
  note (fixture, HUB_NOTE_JOINED, "Grace");
  window_fixture_say (fixture, "Linus", "News");
  note (fixture, HUB_NOTE_LEFT, "Grace");
  window_fixture_flush (fixture);
  g_assert_true (gtk_widget_get_mapped (window_fixture_find_label (fixture, "1 new")));
}

static void
count_cb (gpointer user_data)
{
  (*(guint *) user_data)++;
}

static void
test_typing (WindowFixture *fixture,
             gconstpointer data)
{
  GtkTextView *text_view;
  GtkTextBuffer *buffer;
  guint n_signs = 0;

  g_test_summary ("Who is writing stands under the messages; and the user's own letters are told, if they are any");

  window_fixture_present (fixture, 900, 640);
  hub_room_set_typing (hub_chat_state_get_room (fixture->state), "Grace is writing…");
  window_fixture_wait_frames (fixture, 2);
  g_assert_true (gtk_widget_get_mapped (window_fixture_find_label (fixture, "Grace is writing…")));

  g_signal_connect_swapped (fixture->state, "typing", G_CALLBACK (count_cb), &n_signs);
  text_view = GTK_TEXT_VIEW (window_fixture_find (fixture, GTK_TYPE_TEXT_VIEW));
  buffer = gtk_text_view_get_buffer (text_view);
  gtk_text_buffer_set_text (buffer, "A draft comes back", -1);
  gtk_text_buffer_set_text (buffer, "", -1);
  g_assert_cmpuint (n_signs, ==, 0);
  g_signal_emit_by_name (text_view, "insert-at-cursor", " ");
  g_assert_cmpuint (n_signs, ==, 0);
  g_signal_emit_by_name (text_view, "insert-at-cursor", "a");
  g_assert_cmpuint (n_signs, ==, 1);
  g_signal_emit_by_name (text_view, "backspace");
  g_assert_cmpuint (n_signs, ==, 1);
}

int
main (int argc,
      char **argv)
{
  window_tests_init (&argc, &argv);
#define ADD(name, func) \
  g_test_add ("/ui/window/people/" name, WindowFixture, NULL, window_fixture_set_up, func, window_fixture_tear_down)
  ADD ("popover", test_popover);
  ADD ("narrow", test_narrow);
  ADD ("notes", test_notes);
  ADD ("typing", test_typing);
#undef ADD
  return window_tests_run ();
}
