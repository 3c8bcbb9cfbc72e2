/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the window shows, and where. */
#include "tests/ui/window-fixture.h"

#include "ui/hub-composer.h"
#include "ui/hub-message-row.h"
#include "ui/hub-message-view.h"
#include "ui/hub-status-badge.h"

static GtkTextBuffer *
message_buffer (WindowFixture *fixture)
{
  return gtk_text_view_get_buffer (GTK_TEXT_VIEW (window_fixture_find (fixture, GTK_TYPE_TEXT_VIEW)));
}

static char *
message_text (WindowFixture *fixture)
{
  char *text = NULL;

  g_object_get (message_buffer (fixture), "text", &text, NULL);
  return text;
}

static graphene_rect_t
bounds_of (WindowFixture *fixture,
           GType type)
{
  graphene_rect_t bounds;

  g_assert_true (gtk_widget_compute_bounds (window_fixture_find (fixture, type), GTK_WIDGET (fixture->window), &bounds));
  return bounds;
}

/* The input has the height that it needs: nothing of it is out of sight. */
static void
assert_unscrolled (WindowFixture *fixture)
{
  GtkWidget *composer = window_fixture_find (fixture, HUB_TYPE_COMPOSER);
  GtkWidget *scroller = gtk_widget_get_ancestor (composer, GTK_TYPE_SCROLLED_WINDOW);
  GtkAdjustment *adjustment = gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (scroller));

  g_assert_cmpfloat (gtk_adjustment_get_upper (adjustment), <=, gtk_adjustment_get_page_size (adjustment));
}

static void
test_wide (WindowFixture *fixture,
           gconstpointer data)
{
  graphene_rect_t input;
  graphene_rect_t output;

  g_test_summary ("Wide: the input beside the table, and the address under it");

  window_fixture_present (fixture, 900, 640);
  window_fixture_say_examples (fixture);
  input = bounds_of (fixture, HUB_TYPE_COMPOSER);
  output = bounds_of (fixture, HUB_TYPE_MESSAGE_VIEW);
  g_assert_cmpfloat (input.origin.x + input.size.width, <=, output.origin.x);
  g_assert_cmpfloat (output.size.width, >, 1.5f * input.size.width);
  g_assert_false (hub_composer_get_is_compact (HUB_COMPOSER (window_fixture_find (fixture, HUB_TYPE_COMPOSER))));
  g_assert_true (gtk_widget_get_mapped (window_fixture_find_label (fixture, "http://192.168.1.20:9001/")));
  g_assert_true (gtk_widget_get_mapped (window_fixture_find_label (fixture, "Hosting on office-laptop")));
  window_fixture_picture (fixture, "window-wide.png");
}

static void
test_narrow (WindowFixture *fixture,
             gconstpointer data)
{
  graphene_rect_t input;
  graphene_rect_t output;
  GtkWidget *focus;

  g_test_summary ("Narrow: the table above, the input under it, the address with the people; and back");

  window_fixture_present (fixture, 900, 640);
  window_fixture_say_examples (fixture);
  gtk_text_buffer_set_text (message_buffer (fixture), "A draft", -1);
  focus = gtk_window_get_focus (GTK_WINDOW (fixture->window));
  window_fixture_resize (fixture, 360, 640);
  input = bounds_of (fixture, HUB_TYPE_COMPOSER);
  output = bounds_of (fixture, HUB_TYPE_MESSAGE_VIEW);
  g_assert_cmpfloat (output.origin.y + output.size.height, <=, input.origin.y);
  g_assert_cmpfloat (output.size.height, >, 2 * input.size.height);
  g_assert_true (hub_composer_get_is_compact (HUB_COMPOSER (window_fixture_find (fixture, HUB_TYPE_COMPOSER))));
  g_assert_false (gtk_widget_get_mapped (window_fixture_find_label (fixture, "http://192.168.1.20:9001/")));
  assert_unscrolled (fixture);
  window_fixture_picture (fixture, "window-narrow.png");

  /* What is being typed does not notice. */
  g_assert_true (gtk_window_get_focus (GTK_WINDOW (fixture->window)) == focus);
  window_fixture_resize (fixture, 900, 640);
  g_assert_true (gtk_window_get_focus (GTK_WINDOW (fixture->window)) == focus);
  g_assert_false (hub_composer_get_is_compact (HUB_COMPOSER (window_fixture_find (fixture, HUB_TYPE_COMPOSER))));
  {
    g_autofree char *text = message_text (fixture);

    g_assert_cmpstr (text, ==, "A draft");
  }
}

static void
test_low (WindowFixture *fixture,
          gconstpointer data)
{
  g_test_summary ("It fits a small screen at twice its scale");

  window_fixture_present (fixture, 640, 370);
  window_fixture_say_examples (fixture);
  window_fixture_picture (fixture, "window-low.png");
}

static void
test_dark (WindowFixture *fixture,
           gconstpointer data)
{
  AdwStyleManager *manager = adw_style_manager_get_default ();

  g_test_summary ("Dark, in both arrangements");

  adw_style_manager_set_color_scheme (manager, ADW_COLOR_SCHEME_FORCE_DARK);
  window_fixture_present (fixture, 360, 640);
  window_fixture_say_examples (fixture);
  window_fixture_picture (fixture, "window-narrow-dark.png");
  window_fixture_resize (fixture, 900, 640);
  window_fixture_picture (fixture, "window-wide-dark.png");
  adw_style_manager_set_color_scheme (manager, ADW_COLOR_SCHEME_DEFAULT);
}

static void
test_empty (WindowFixture *fixture,
            gconstpointer data)
{
  HubStanding *standing = hub_chat_state_get_standing (fixture->state);
  GtkWidget *welcome;

  window_fixture_present (fixture, 900, 640);
  welcome = window_fixture_find_label (fixture, "No Messages Yet");
  g_assert_true (gtk_widget_get_mapped (welcome));
  window_fixture_picture (fixture, "window-empty.png");
  window_fixture_say (fixture, "Grace", "Hello");
  window_fixture_flush (fixture);
  g_assert_false (gtk_widget_get_mapped (welcome));
  hub_message_list_clear (hub_chat_state_get_messages (fixture->state));
  g_assert_true (gtk_widget_get_mapped (welcome));

  /* Nobody is told that everybody sees what nobody does. */
  hub_standing_set_connection (standing, HUB_CHAT_CONNECTION_OFFLINE);
  g_assert_true (gtk_widget_get_mapped (window_fixture_find_label (fixture, "Not Connected")));
  window_fixture_wait_frames (fixture, 2);
  window_fixture_picture (fixture, "window-empty-offline.png");
  hub_standing_set_connection (standing, HUB_CHAT_CONNECTION_CONNECTED);
  g_assert_true (gtk_widget_get_mapped (window_fixture_find_label (fixture, "No Messages Yet")));
}

/* A letter with @n_marks marks above it. */
static char *
pile_marks (guint n_marks)
{
  GString *text = g_string_new ("Z");

  for (guint i = 0; i < n_marks; i++)
    g_string_append (text, "\314\201");
  return g_string_free (text, FALSE);
}

static void
test_marks (WindowFixture *fixture,
            gconstpointer data)
{
  g_autofree char *pile = pile_marks (60);
  g_autoptr (GtkSnapshot) snapshot = gtk_snapshot_new ();
  g_autoptr (GskRenderNode) node = NULL;
  graphene_rect_t row_bounds;
  graphene_rect_t drawn;
  GtkWidget *row;

  g_test_summary ("A letter that is higher than its line covers no other row");

  window_fixture_present (fixture, 900, 640);
  window_fixture_say (fixture, pile, pile);
  window_fixture_flush (fixture);
  row = window_fixture_find (fixture, HUB_TYPE_MESSAGE_ROW);
  g_assert_true (gtk_widget_compute_bounds (row, gtk_widget_get_parent (row), &row_bounds));
  gtk_widget_snapshot_child (gtk_widget_get_parent (row), row, snapshot);
  node = gtk_snapshot_free_to_node (g_steal_pointer (&snapshot));
  gsk_render_node_get_bounds (node, &drawn);
  g_assert_true (graphene_rect_contains_rect (&row_bounds, &drawn));
}

static void
test_badge (WindowFixture *fixture,
            gconstpointer data)
{
  static const struct
  {
    HubChatConnection connection;
    const char *word;
  } rows[] = {
    { HUB_CHAT_CONNECTION_OFFLINE, "offline" },
    { HUB_CHAT_CONNECTION_CONNECTING, "connecting" },
    { HUB_CHAT_CONNECTION_CONNECTED, "connected" },
  };
  GtkWidget *badge = window_fixture_find (fixture, HUB_TYPE_STATUS_BADGE);
  GtkWidget *label = adw_bin_get_child (ADW_BIN (badge));

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      hub_standing_set_connection (hub_chat_state_get_standing (fixture->state), rows[i].connection);
      g_assert_cmpstr (gtk_label_get_text (GTK_LABEL (label)), ==, rows[i].word);
      g_assert_true (gtk_widget_has_css_class (label, rows[i].word));
      for (gsize j = 0; j < G_N_ELEMENTS (rows); j++)
        g_assert_cmpint (gtk_widget_has_css_class (label, rows[j].word), ==, i == j);
    }
}

static void
test_problem (WindowFixture *fixture,
              gconstpointer data)
{
  HubStanding *standing = hub_chat_state_get_standing (fixture->state);
  const char *problem = "Port 1883 is taken by another program; MQTT is on 1884.";
  GtkWidget *label;

  g_test_summary ("A problem is told until it is over or dismissed; markup in it is text");

  window_fixture_present (fixture, 900, 640);
  hub_standing_set_problem (standing, problem);
  label = window_fixture_find_label (fixture, problem);
  g_assert_true (gtk_widget_get_mapped (label));
  hub_standing_set_problem (standing, NULL);
  g_assert_false (gtk_widget_get_mapped (label));

  hub_standing_set_problem (standing, "<b>Lost</b>");
  g_assert_cmpstr (gtk_label_get_text (GTK_LABEL (label)), ==, "<b>Lost</b>");
  window_fixture_wait_frames (fixture, 2);
  g_signal_emit_by_name (window_fixture_find_label (fixture, "Dismiss"), "clicked");
  g_assert_false (gtk_widget_get_mapped (label));
  hub_standing_set_problem (standing, problem);
  g_assert_true (gtk_widget_get_mapped (label));
}

static void
test_toast_is_text (WindowFixture *fixture,
                    gconstpointer data)
{
  window_fixture_present (fixture, 900, 640);
  hub_window_show_toast (fixture->window, "<b>Mallory & co</b> joined");
  window_fixture_wait_frames (fixture, 2);
  g_assert_true (gtk_widget_get_mapped (window_fixture_find_label (fixture, "<b>Mallory & co</b> joined")));
}

static void
test_areas (WindowFixture *fixture,
            gconstpointer data)
{
  GtkWindow *window = GTK_WINDOW (fixture->window);
  GtkWidget *composer = window_fixture_find (fixture, HUB_TYPE_COMPOSER);
  GtkWidget *view = window_fixture_find (fixture, HUB_TYPE_MESSAGE_VIEW);
  GtkWidget *header = window_fixture_find (fixture, ADW_TYPE_HEADER_BAR);

  g_test_summary ("F6 goes round the areas, and passes over a table without rows");

  window_fixture_present (fixture, 900, 640);
  g_assert_true (gtk_widget_is_ancestor (gtk_window_get_focus (window), composer));
  gtk_widget_activate_action (GTK_WIDGET (window), "win.next-area", NULL);
  g_assert_true (gtk_widget_is_ancestor (gtk_window_get_focus (window), header));

  window_fixture_say (fixture, "Grace", "Hello");
  window_fixture_flush (fixture);
  gtk_widget_activate_action (GTK_WIDGET (window), "win.next-area", NULL);
  g_assert_true (gtk_widget_is_ancestor (gtk_window_get_focus (window), composer));
  gtk_widget_activate_action (GTK_WIDGET (window), "win.next-area", NULL);
  g_assert_true (gtk_widget_is_ancestor (gtk_window_get_focus (window), view));
  gtk_widget_activate_action (GTK_WIDGET (window), "win.previous-area", NULL);
  g_assert_true (gtk_widget_is_ancestor (gtk_window_get_focus (window), composer));
  gtk_widget_activate_action (GTK_WIDGET (window), "win.previous-area", NULL);
  g_assert_true (gtk_widget_is_ancestor (gtk_window_get_focus (window), header));
}

static void
test_menu (WindowFixture *fixture,
           gconstpointer data)
{
  static const char *const actions[] = { "win.join", "win.about", "win.show-help-overlay" };

  g_test_summary ("What the menu offers opens");

  window_fixture_present (fixture, 900, 640);
  for (gsize i = 0; i < G_N_ELEMENTS (actions); i++)
    {
      GListModel *windows = gtk_window_get_toplevels ();
      const guint n_before = g_list_model_get_n_items (windows);
      g_autoptr (GtkWindow) opened = NULL;

      g_assert_true (gtk_widget_activate_action (GTK_WIDGET (fixture->window), actions[i], NULL));
      window_fixture_wait_frames (fixture, 3);
      opened = g_list_model_get_item (windows, g_list_model_get_n_items (windows) - 1);
      g_assert_true (gtk_widget_get_mapped (GTK_WIDGET (opened)));
      g_assert_true (gtk_window_get_transient_for (opened) == GTK_WINDOW (fixture->window));
      gtk_window_close (opened);
      window_fixture_wait_frames (fixture, 3);
      g_assert_cmpuint (g_list_model_get_n_items (windows), <=, n_before + 1);
    }
}

static void
host_cb (guint *n_asked)
{
  ++*n_asked;
}

static void
test_waiting (WindowFixture *fixture,
              gconstpointer data)
{
  HubStanding *standing = hub_chat_state_get_standing (fixture->state);
  HubHosting *hosting = hub_chat_state_get_hosting (fixture->state);
  GtkWidget *button;
  GtkWidget *view;
  guint n_asked = 0;

  g_test_summary ("Who is in no chat is offered to host or to join, in place of the messages");

  hub_hosting_set_is_waiting (hosting, TRUE);
  hub_standing_set_is_hosting (standing, FALSE);
  g_signal_connect_swapped (hosting, "host", G_CALLBACK (host_cb), &n_asked);
  window_fixture_present (fixture, 360, 640);
  view = window_fixture_find (fixture, HUB_TYPE_MESSAGE_VIEW);
  g_assert_true (gtk_widget_get_mapped (window_fixture_find_label (fixture, "Not in a Chat")));
  g_assert_true (gtk_widget_get_mapped (window_fixture_find_label (fixture, "Join a Chat…")));
  g_assert_false (gtk_widget_get_mapped (view));
  button = gtk_widget_get_ancestor (window_fixture_find_label (fixture, "Host a Chat"), GTK_TYPE_BUTTON);
  hub_composer_focus (HUB_COMPOSER (window_fixture_find (fixture, HUB_TYPE_COMPOSER)));
  gtk_widget_activate_action (GTK_WIDGET (fixture->window), "win.next-area", NULL);
  g_assert_true (gtk_window_get_focus (GTK_WINDOW (fixture->window)) == button);
  g_signal_emit_by_name (button, "clicked");
  g_assert_cmpuint (n_asked, ==, 1);

  hub_hosting_set_is_waiting (hosting, FALSE);
  hub_standing_set_is_hosting (standing, TRUE);
  window_fixture_wait_frames (fixture, 2);
  g_assert_true (gtk_widget_get_mapped (view));
  gtk_widget_activate_action (GTK_WIDGET (fixture->window), "win.host", NULL);
  g_assert_cmpuint (n_asked, ==, 1);
}

/* The keys that are listed in the window of shortcuts. */
static gboolean
lists (GtkWidget *widget,
       const char *keys)
{
  g_autofree char *accelerator = NULL;

  if (GTK_IS_SHORTCUTS_SHORTCUT (widget))
    {
      g_auto (GStrv) listed = NULL;

      g_object_get (widget, "accelerator", &accelerator, NULL);
      listed = g_strsplit (accelerator, " ", -1);
      if (g_strv_contains ((const char *const *) listed, keys))
        return TRUE;
    }
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    if (lists (child, keys))
      return TRUE;
  return FALSE;
}

static void
test_shortcuts (WindowFixture *fixture,
                gconstpointer data)
{
  GtkApplication *application = gtk_window_get_application (GTK_WINDOW (fixture->window));
  GtkWidget *overlay = GTK_WIDGET (gtk_application_window_get_help_overlay (GTK_APPLICATION_WINDOW (fixture->window)));
  g_auto (GStrv) actions = gtk_application_list_action_descriptions (application);
  guint n_keys = 0;

  g_test_summary ("All keys that lead to an action are listed; one that is the same on the keypad once");

  for (gsize i = 0; actions[i] != NULL; i++)
    {
      g_auto (GStrv) keys = gtk_application_get_accels_for_action (application, actions[i]);

      for (gsize k = 0; keys[k] != NULL; k++)
        {
          if (strstr (keys[k], "KP_") != NULL)
            continue;
          g_test_message ("%s: %s", actions[i], keys[k]);
          g_assert_true (lists (overlay, keys[k]));
          n_keys++;
        }
    }
  g_assert_cmpuint (n_keys, >=, 7);
  g_assert_false (lists (overlay, "<Control>F12"));
}

static GtkWidget *
find_role (GtkWidget *widget,
           GtkAccessibleRole role)
{
  GtkWidget *found = gtk_test_accessible_has_role (GTK_ACCESSIBLE (widget), role) ? widget : NULL;

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL && found == NULL; child = gtk_widget_get_next_sibling (child))
    found = find_role (child, role);
  return found;
}

#define assert_label(widget, expected) gtk_test_accessible_assert_property (GTK_ACCESSIBLE (widget), GTK_ACCESSIBLE_PROPERTY_LABEL, expected)

static void
test_accessible (WindowFixture *fixture,
                 gconstpointer data)
{
  GtkWidget *view = window_fixture_find (fixture, HUB_TYPE_MESSAGE_VIEW);
  GtkWidget *announcer = find_role (view, GTK_ACCESSIBLE_ROLE_STATUS);
  GtkWidget *row;

  g_test_summary ("Rows are read out with their names, also where those are not shown again; what is new is announced");

  window_fixture_present (fixture, 900, 640);
  window_fixture_say_examples (fixture);
  assert_label (announcer, "7 new");

  row = find_role (view, GTK_ACCESSIBLE_ROLE_LIST_ITEM);
  assert_label (row, "Grace: Projector is in room 4, HDMI cable on the desk., 09:13");
  row = gtk_widget_get_next_sibling (row);
  assert_label (row, "Grace: Slides: http://192.168.1.31/talk.pdf, 09:14");
  row = gtk_widget_get_last_child (gtk_widget_get_parent (row));
  assert_label (row, "Ada: Two minutes, 09:19, waiting");

  {
    const HubMessageParams params = { .name = "Grace", .text = "Wait", .time_us = 0 };
    g_autoptr (HubMessageItem) item = hub_message_item_new (&params);

    hub_message_list_append (hub_chat_state_get_messages (fixture->state), item);
    window_fixture_flush (fixture);
    assert_label (announcer, "Grace: Wait, 00:00");
  }
  assert_label (gtk_widget_get_ancestor (window_fixture_find_label (fixture, "Publish Message"), GTK_TYPE_BUTTON), "Publish Message");
}

static void
test_settings (WindowFixture *fixture,
               gconstpointer data)
{
  g_autoptr (GSettings) settings = g_settings_new ("io.github.hubbub_chat.Hubbub");
  GtkApplication *application = gtk_window_get_application (GTK_WINDOW (fixture->window));
  GtkWindow *window;

  g_test_summary ("The size of the window is kept");

  g_settings_set_int (settings, "window-width", 777);
  g_settings_set_int (settings, "window-height", 555);
  window = GTK_WINDOW (hub_window_new (application, fixture->state, settings));
  {
    int width;
    int height;

    gtk_window_get_default_size (window, &width, &height);
    g_assert_cmpint (width, ==, 777);
    g_assert_cmpint (height, ==, 555);
  }
  gtk_window_set_default_size (window, 801, 602);
  gtk_window_maximize (window);
  g_assert_cmpint (g_settings_get_int (settings, "window-width"), ==, 801);
  g_assert_cmpint (g_settings_get_int (settings, "window-height"), ==, 602);
  g_assert_true (g_settings_get_boolean (settings, "is-maximized"));
  gtk_window_destroy (window);
}

int
main (int argc,
      char *argv[])
{
  window_tests_init (&argc, &argv);

#define add(path, func) \
  g_test_add ("/ui/window/" path, WindowFixture, NULL, window_fixture_set_up, func, window_fixture_tear_down)

  add ("wide", test_wide);
  add ("narrow", test_narrow);
  add ("low", test_low);
  add ("dark", test_dark);
  add ("empty", test_empty);
  add ("marks", test_marks);
  add ("badge", test_badge);
  add ("problem", test_problem);
  add ("toast-is-text", test_toast_is_text);
  add ("areas", test_areas);
  add ("menu", test_menu);
  add ("waiting", test_waiting);
  add ("shortcuts", test_shortcuts);
  add ("accessible", test_accessible);
  add ("settings", test_settings);
#undef add

  return window_tests_run ();
}
