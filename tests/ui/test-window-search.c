/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Searching in the messages, and going to what was found. */
#include "tests/ui/window-fixture.h"

#include "tests/support/hub-test-wait.h"
#include "ui/hub-composer.h"
#include "ui/hub-message-view.h"
#include "ui/hub-search-result.h"
#include "ui/hub-search-view.h"

static HubSearchView *
view (WindowFixture *fixture)
{
  return HUB_SEARCH_VIEW (window_fixture_find (fixture, HUB_TYPE_SEARCH_VIEW));
}

static HubSearch *
search_of (WindowFixture *fixture)
{
  return hub_chat_state_get_search (fixture->state);
}

static GtkEditable *
entry (WindowFixture *fixture)
{
  return GTK_EDITABLE (window_fixture_find (fixture, GTK_TYPE_SEARCH_ENTRY));
}

static gboolean
is_content_seen (WindowFixture *fixture)
{
  return gtk_widget_get_mapped (window_fixture_find (fixture, HUB_TYPE_MESSAGE_VIEW));
}

static void
find (WindowFixture *fixture,
      guint n_items,
      guint64 before)
{
  g_autoptr (GPtrArray) items = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < n_items; i++)
    g_ptr_array_add (items, hub_message_item_new (&(HubMessageParams){ .name = "Grace", .text = "Some tea", .topic = "messages", .seq = 100 - i, .time_us = 1 }));
  hub_search_take (search_of (fixture), items, before);
}

static void
log_ask_cb (HubSearch *search,
            guint64 before,
            gpointer user_data)
{
  g_string_append_printf (user_data, "<%s/%" G_GUINT64_FORMAT "%s>", hub_search_get_query (search), before,
                          hub_search_get_is_everywhere (search) ? " everywhere" : "");
}

static void
log_jump_cb (HubChatState *state,
             HubMessageItem *item,
             gpointer user_data)
{
  g_string_append_printf (user_data, "<jump %" G_GUINT64_FORMAT ">", hub_message_item_get_seq (item));
}

static void
log_date_cb (HubChatState *state,
             gint64 time_us,
             gpointer user_data)
{
  g_string_append_printf (user_data, "<date %" G_GINT64_FORMAT ">", time_us);
}

static void
open_search (WindowFixture *fixture)
{
  window_fixture_present (fixture, 900, 640);
  gtk_widget_activate_action (GTK_WIDGET (fixture->window), "win.search", NULL);
  g_assert_true (hub_search_view_get_is_open (view (fixture)));
}

static void
test_search (WindowFixture *fixture,
             gconstpointer data)
{
  g_autoptr (GString) log = g_string_new (NULL);
  GtkWidget *before;

  g_test_summary ("What is written is searched for, results stand in place of the messages, Enter goes to the first");

  window_fixture_present (fixture, 900, 640);
  window_fixture_say (fixture, "Grace", "Some tea");
  window_fixture_flush (fixture);
  before = gtk_window_get_focus (GTK_WINDOW (fixture->window));
  g_signal_connect (search_of (fixture), "ask", G_CALLBACK (log_ask_cb), log);
  g_signal_connect (fixture->state, "jump", G_CALLBACK (log_jump_cb), log);
  open_search (fixture);
  g_assert_true (gtk_widget_is_ancestor (gtk_window_get_focus (GTK_WINDOW (fixture->window)), GTK_WIDGET (entry (fixture))));
  g_assert_true (is_content_seen (fixture));
  g_string_truncate (log, 0);

  gtk_editable_set_text (entry (fixture), "tea");
  hub_test_wait_until (log->len > 0);
  g_assert_cmpstr (log->str, ==, "<tea/0>");
  g_string_truncate (log, 0);
  find (fixture, 2, 0);
  window_fixture_wait_frames (fixture, 3);
  g_assert_false (is_content_seen (fixture));
  g_assert_true (gtk_widget_get_mapped (window_fixture_find_label (fixture, "2 results")));
  g_assert_true (gtk_widget_get_mapped (window_fixture_find (fixture, HUB_TYPE_SEARCH_RESULT)));

  g_signal_emit_by_name (entry (fixture), "activate");
  g_assert_cmpstr (log->str, ==, "</0><jump 100>");
  g_assert_false (hub_search_view_get_is_open (view (fixture)));
  window_fixture_wait_frames (fixture, 2);
  g_assert_true (is_content_seen (fixture));

  /* Closed without a result, the focus goes where it was. */
  gtk_widget_grab_focus (before);
  before = gtk_window_get_focus (GTK_WINDOW (fixture->window));
  gtk_widget_activate_action (GTK_WIDGET (fixture->window), "win.search", NULL);
  g_signal_emit_by_name (entry (fixture), "stop-search");
  g_assert_false (hub_search_view_get_is_open (view (fixture)));
  g_assert_true (gtk_window_get_focus (GTK_WINDOW (fixture->window)) == before);
}

static void
test_more (WindowFixture *fixture,
           gconstpointer data)
{
  g_autoptr (GString) log = g_string_new (NULL);
  GtkListView *list;
  GtkAdjustment *vertical;

  g_test_summary ("More is asked for near the end of the results, and in another place when that is chosen");

  open_search (fixture);
  gtk_editable_set_text (entry (fixture), "tea");
  hub_test_wait_until (hub_search_get_state (search_of (fixture)) == HUB_SEARCH_STATE_ASKING);
  g_signal_connect (search_of (fixture), "ask", G_CALLBACK (log_ask_cb), log);
  find (fixture, 60, 41);
  window_fixture_wait_frames (fixture, 3);
  g_assert_cmpstr (log->str, ==, "");
  list = GTK_LIST_VIEW (gtk_widget_get_ancestor (window_fixture_find (fixture, HUB_TYPE_SEARCH_RESULT), GTK_TYPE_LIST_VIEW));
  vertical = gtk_scrollable_get_vadjustment (GTK_SCROLLABLE (list));
  gtk_adjustment_set_value (vertical, gtk_adjustment_get_upper (vertical));
  window_fixture_wait_frames (fixture, 2);
  g_assert_cmpstr (log->str, ==, "<tea/41>");
  g_string_truncate (log, 0);
  find (fixture, 0, 0);

  gtk_drop_down_set_selected (GTK_DROP_DOWN (window_fixture_find (fixture, GTK_TYPE_DROP_DOWN)), 1);
  g_assert_cmpstr (log->str, ==, "<tea/0 everywhere>");
  find (fixture, 1, 0);
  window_fixture_wait_frames (fixture, 2);
  g_assert_true (gtk_widget_get_mapped (window_fixture_find_label (fixture, "Everyone")));
}

static void
test_date (WindowFixture *fixture,
           gconstpointer data)
{
  g_autoptr (GString) log = g_string_new (NULL);
  g_autoptr (GDateTime) day = g_date_time_new_local (2026, 3, 29, 15, 0, 0);
  GtkCalendar *calendar;
  GtkWidget *button;

  g_test_summary ("The calendar leads to the beginning of a day");

  g_signal_connect (fixture->state, "go-to-date", G_CALLBACK (log_date_cb), log);
  open_search (fixture);
  calendar = GTK_CALENDAR (window_fixture_find (fixture, GTK_TYPE_CALENDAR));
  gtk_calendar_select_day (calendar, day);
  button = gtk_widget_get_next_sibling (GTK_WIDGET (calendar));
  g_signal_emit_by_name (button, "clicked");
  g_assert_cmpstr (log->str, ==, "<date 1774742400000000>");
  g_assert_false (hub_search_view_get_is_open (view (fixture)));
}

/* As the keyboard does it that is in @widget. */
static void
press_escape (GtkWidget *widget)
{
  for (; widget != NULL; widget = gtk_widget_get_parent (widget))
    {
      g_autoptr (GListModel) controllers = gtk_widget_observe_controllers (widget);

      for (guint i = 0; i < g_list_model_get_n_items (controllers); i++)
        {
          g_autoptr (GtkEventController) controller = g_list_model_get_item (controllers, i);

          if (!GTK_IS_SHORTCUT_CONTROLLER (controller))
            continue;
          for (guint k = 0; k < g_list_model_get_n_items (G_LIST_MODEL (controller)); k++)
            {
              g_autoptr (GtkShortcut) shortcut = g_list_model_get_item (G_LIST_MODEL (controller), k);
              g_autofree char *trigger = gtk_shortcut_trigger_to_string (gtk_shortcut_get_trigger (shortcut));

              if (g_str_equal (trigger, "Escape") &&
                  gtk_shortcut_action_activate (gtk_shortcut_get_action (shortcut), 0, widget, NULL))
                return;
            }
        }
    }
}

static void
test_escape (WindowFixture *fixture,
             gconstpointer data)
{
  GtkWidget *drop_down;

  g_test_summary ("Escape closes the search from each of its parts, and not from elsewhere");

  open_search (fixture);
  drop_down = window_fixture_find (fixture, GTK_TYPE_DROP_DOWN);
  press_escape (drop_down);
  g_assert_false (hub_search_view_get_is_open (view (fixture)));
  open_search (fixture);
  press_escape (window_fixture_find_label (fixture, "Close the search"));
  g_assert_false (hub_search_view_get_is_open (view (fixture)));
  open_search (fixture);
  press_escape (window_fixture_find (fixture, HUB_TYPE_MESSAGE_VIEW));
  g_assert_true (hub_search_view_get_is_open (view (fixture)));
}

static gboolean
is_focused (WindowFixture *fixture,
            GtkWidget *area)
{
  GtkWidget *focus = gtk_window_get_focus (GTK_WINDOW (fixture->window));

  return focus != NULL && gtk_widget_is_ancestor (focus, area);
}

static void
next_area (WindowFixture *fixture)
{
  gtk_widget_activate_action (GTK_WIDGET (fixture->window), "win.next-area", NULL);
}

static void
test_areas (WindowFixture *fixture,
            gconstpointer data)
{
  GtkWidget *composer = window_fixture_find (fixture, HUB_TYPE_COMPOSER);
  GtkWidget *header = window_fixture_find (fixture, ADW_TYPE_HEADER_BAR);

  g_test_summary ("F6 comes to the search, when it is open, and then to what was found");

  window_fixture_present (fixture, 900, 640);
  window_fixture_say (fixture, "Grace", "Some tea");
  window_fixture_flush (fixture);
  open_search (fixture);
  next_area (fixture);
  g_assert_true (is_focused (fixture, window_fixture_find (fixture, HUB_TYPE_MESSAGE_VIEW)));
  next_area (fixture);
  g_assert_true (is_focused (fixture, header));
  next_area (fixture);
  g_assert_true (is_focused (fixture, composer));
  next_area (fixture);
  g_assert_true (is_focused (fixture, GTK_WIDGET (entry (fixture))));

  gtk_editable_set_text (entry (fixture), "tea");
  hub_test_wait_until (hub_search_get_state (search_of (fixture)) == HUB_SEARCH_STATE_ASKING);
  find (fixture, 2, 0);
  window_fixture_wait_frames (fixture, 3);
  next_area (fixture);
  g_assert_true (is_focused (fixture, gtk_widget_get_ancestor (window_fixture_find (fixture, HUB_TYPE_SEARCH_RESULT), GTK_TYPE_LIST_VIEW)));
  next_area (fixture);
  g_assert_true (is_focused (fixture, header));
  gtk_widget_activate_action (GTK_WIDGET (fixture->window), "win.previous-area", NULL);
  gtk_widget_activate_action (GTK_WIDGET (fixture->window), "win.previous-area", NULL);
  g_assert_true (is_focused (fixture, GTK_WIDGET (entry (fixture))));
}

int
main (int argc,
      char *argv[])
{
  window_tests_init (&argc, &argv);

#define add(path, func) \
  g_test_add ("/ui/window/search/" path, WindowFixture, NULL, window_fixture_set_up, func, window_fixture_tear_down)

  add ("search", test_search);
  add ("more", test_more);
  add ("date", test_date);
  add ("escape", test_escape);
  add ("areas", test_areas);
#undef add

  return window_tests_run ();
}
