/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* By keyboard alone through every window and popover of the program, each of which fits into 360 pixels. Meson sets
 * LANGUAGE. */
#include "tests/ui/window-fixture.h"

#include "tests/support/hub-test-wait.h"
#include "ui/hub-people-popover.h"
#include "ui/hub-preferences.h"
#include "ui/hub-rooms-popover.h"
#include "ui/hub-search-view.h"
#include "ui/hub-text-window.h"
#include "ui/model/hub-neighbour.h"

#include <libintl.h>

#define WIDTH_MAX 360
#define STOPS_MAX 200

typedef struct
{
  WindowFixture base;
  GSettings *settings;
  GString *problems;
} Fixture;

/* What has had the focus, or something in it. */
typedef struct
{
  GtkWidget *root;
  GHashTable *reached;
} Tour;

static void
set_up (Fixture *fixture,
        gconstpointer data)
{
  static const char *const recent[] = { "192.168.1.7", "office-laptop:1884", NULL };
  static const char *const pages[] = { "http://192.168.1.20:9001/", "http://[fd00::20]:9001/", NULL };
  static const HubReach reach = {
    .mqtt_port = 1884,
    .http_port = 9002,
    .is_mqtt_open = HUB_REACH_YES,
    .is_http_open = HUB_REACH_NO,
    .n_addresses = 2,
  };
  g_autoptr (GListStore) neighbours = g_list_store_new (HUB_TYPE_NEIGHBOUR);
  g_autoptr (HubNeighbour) neighbour = hub_neighbour_new ("Grace", "Grace", "10.0.0.1:1883", TRUE);
  g_autoptr (HubRoom) room = hub_room_new ("messages/tea", NULL);
  g_autoptr (HubRoom) other = hub_room_new ("messages/garden", NULL);
  HubChatState *state;

  window_fixture_set_up (&fixture->base, data);
  fixture->problems = g_string_new (NULL);
  fixture->settings = g_settings_new ("io.github.hubbub_chat.Hubbub");
  state = fixture->base.state;
  g_list_store_append (neighbours, neighbour);
  hub_chat_state_set_neighbours (state, G_LIST_MODEL (neighbours));
  hub_joining_set_recent (hub_chat_state_get_joining (state), recent);
  hub_invitation_set_pages (hub_chat_state_get_invitation (state), pages);
  hub_invitation_set_reach (hub_chat_state_get_invitation (state), &reach);
  hub_hosting_set_status (hub_chat_state_get_hosting (state), TRUE, "Browsers join on port 9001, MQTT clients on port 1883.");
  hub_room_set_is_entered (room, TRUE);
  hub_room_list_add (hub_chat_state_get_rooms (state), room);
  hub_room_list_add (hub_chat_state_get_rooms (state), other);
}

static void
tear_down (Fixture *fixture,
           gconstpointer data)
{
  g_clear_object (&fixture->settings);
  g_string_free (fixture->problems, TRUE);
  window_fixture_tear_down (&fixture->base, data);
}

static GtkWidget *
focus_of (Tour *tour)
{
  GtkWidget *focus = gtk_root_get_focus (gtk_widget_get_root (tour->root));

  return focus != NULL && (focus == tour->root || gtk_widget_is_ancestor (focus, tour->root)) ? focus : NULL;
}

static void
remember (Tour *tour)
{
  for (GtkWidget *widget = focus_of (tour); widget != NULL; widget = gtk_widget_get_parent (widget))
    g_hash_table_add (tour->reached, widget);
}

static GtkWidget *
row_around (GtkWidget *widget)
{
  while (widget != NULL && !GTK_IS_LIST_BOX_ROW (widget) && !GTK_IS_LIST_VIEW (gtk_widget_get_parent (widget)))
    widget = gtk_widget_get_parent (widget);
  return widget;
}

static void
walk_row (Tour *tour,
          GtkWidget *row)
{
  for (guint i = 0; i < STOPS_MAX && gtk_widget_child_focus (row, GTK_DIR_TAB_FORWARD); i++)
    remember (tour);
  gtk_widget_grab_focus (row);
}

/* By the arrows, in each row by Tab. */
static void
walk_list (Tour *tour,
           GtkWidget *row,
           GtkDirectionType direction)
{
  GtkWidget *list = gtk_widget_get_parent (row);

  gtk_widget_grab_focus (row);
  for (guint i = 0; i < STOPS_MAX; i++)
    {
      walk_row (tour, row);
      if (!gtk_widget_child_focus (list, direction) || row_around (focus_of (tour)) == row)
        break;
      remember (tour);
      row = row_around (focus_of (tour));
      if (row == NULL || gtk_widget_get_parent (row) != list)
        break;
    }
}

static void
walk (Tour *tour)
{
  g_autoptr (GHashTable) stops = g_hash_table_new (NULL, NULL);
  g_autoptr (GHashTable) lists = g_hash_table_new (NULL, NULL);

  remember (tour);
  if (GTK_IS_WINDOW (tour->root))
    gtk_window_set_focus (GTK_WINDOW (tour->root), NULL);
  for (guint i = 0; i < STOPS_MAX && gtk_widget_child_focus (tour->root, GTK_DIR_TAB_FORWARD); i++)
    {
      GtkWidget *focus = focus_of (tour);
      GtkWidget *row = row_around (focus);

      remember (tour);
      if (!g_hash_table_add (stops, focus))
        break;
      if (row == NULL || !g_hash_table_add (lists, gtk_widget_get_parent (row)))
        continue;
      walk_list (tour, row, GTK_DIR_DOWN);
      walk_list (tour, row, GTK_DIR_UP);
      gtk_widget_grab_focus (focus);
    }
}

/* The keyboard has keys of its own for the buttons of a window; a frame takes the focus only where nothing in it does; and
 * what a drop-down shows is that of the drop-down. */
static gboolean
is_control (GtkWidget *widget)
{
  return gtk_widget_get_focusable (widget) && gtk_widget_get_ancestor (widget, GTK_TYPE_DROP_DOWN) == NULL && !GTK_IS_SCROLLED_WINDOW (widget) && !GTK_IS_LIST_BOX (widget) &&
         !GTK_IS_LIST_VIEW (widget) && !GTK_IS_WINDOW (widget) && !GTK_IS_POPOVER (widget);
}

/* A row that is chosen chooses what is in it. */
static gboolean
is_chosen_by_row (Tour *tour,
                  GtkWidget *widget)
{
  GtkWidget *row = gtk_widget_get_ancestor (widget, ADW_TYPE_ACTION_ROW);

  return row != NULL && adw_action_row_get_activatable_widget (ADW_ACTION_ROW (row)) == widget &&
         g_hash_table_contains (tour->reached, row);
}

/* What it says itself. */
static const char *
text_of (GtkWidget *widget)
{
  const char *text = gtk_widget_get_tooltip_text (widget);

  if (text == NULL && GTK_IS_LABEL (widget))
    text = gtk_label_get_text (GTK_LABEL (widget));
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL && text == NULL; child = gtk_widget_get_next_sibling (child))
    text = text_of (child);
  return text;
}

static void
judge (Fixture *fixture,
       Tour *tour,
       const char *page,
       GtkWidget *widget)
{
  if (!gtk_widget_get_mapped (widget) || !gtk_widget_get_sensitive (widget) || GTK_IS_WINDOW_CONTROLS (widget) ||
      (GTK_IS_POPOVER (widget) && widget != tour->root))
    return;
  if (is_control (widget) && !g_hash_table_contains (tour->reached, widget) && !is_chosen_by_row (tour, widget))
    {
      const char *text = text_of (widget);

      g_string_append_printf (fixture->problems, "%s: the %s \"%s\" cannot be reached\n", page, G_OBJECT_TYPE_NAME (widget),
                              text != NULL ? text : "");
    }
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    judge (fixture, tour, page, child);
}

/* Without the border that a window has where there is no shadow. */
static int
measure (GtkWidget *root)
{
  int requested;
  int width;

  gtk_widget_get_size_request (root, &requested, NULL);
  gtk_widget_measure (GTK_IS_WINDOW (root) ? gtk_widget_get_first_child (root) : root, GTK_ORIENTATION_HORIZONTAL, -1, &width, NULL,
                      NULL, NULL);
  return MAX (requested, width);
}

static void
visit (Fixture *fixture,
       GtkWidget *root,
       const char *page)
{
  g_autoptr (GHashTable) reached = g_hash_table_new (NULL, NULL);
  Tour tour = { root, reached };
  const int width = measure (root);

  walk (&tour);
  judge (fixture, &tour, page, root);
  g_test_message ("%s: at least %d pixels wide", page, width);
  /* That of GTK has no page for a narrow screen. */
  if (width > WIDTH_MAX && !GTK_IS_SHORTCUTS_WINDOW (root))
    g_string_append_printf (fixture->problems, "%s: at least %d pixels wide\n", page, width);
}

static void
assert_no_problems (Fixture *fixture)
{
  g_assert_cmpstr (fixture->problems->str, ==, "");
}

/* The newest one that is seen, but for the main one. */
static GtkWidget *
find_window (Fixture *fixture)
{
  GListModel *windows = gtk_window_get_toplevels ();
  GtkWidget *found = NULL;

  for (guint i = 0; i < g_list_model_get_n_items (windows); i++)
    {
      g_autoptr (GtkWidget) window = g_list_model_get_item (windows, i);

      if (window != GTK_WIDGET (fixture->base.window) && gtk_widget_get_mapped (window))
        found = window;
    }
  return found;
}

static GtkWidget *
await_window (Fixture *fixture)
{
  GtkWidget *window = NULL;

  hub_test_wait_until ((window = find_window (fixture)) != NULL);
  window_fixture_wait_frames (&fixture->base, 3);
  return window;
}

static GtkWidget *
open_window (Fixture *fixture,
             const char *action)
{
  g_assert_true (gtk_widget_activate_action (GTK_WIDGET (fixture->base.window), action, NULL));
  return await_window (fixture);
}

/* With what it has opened. */
static void
close_windows (Fixture *fixture)
{
  GtkWidget *window;

  while ((window = find_window (fixture)) != NULL)
    {
      gtk_window_close (GTK_WINDOW (window));
      hub_test_wait_until (find_window (fixture) != window);
    }
}

static void
visit_window (Fixture *fixture,
              const char *action)
{
  visit (fixture, open_window (fixture, action), action);
  close_windows (fixture);
}

/* The nth of a type that is seen. */
static GtkWidget *
find_seen (GtkWidget *widget,
           GType type,
           guint *n)
{
  if (!gtk_widget_get_mapped (widget))
    return NULL;
  if (g_type_is_a (G_OBJECT_TYPE (widget), type) && (*n)-- == 0)
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = find_seen (child, type, n);

      if (found != NULL)
        return found;
    }
  return NULL;
}

static GtkWidget *
find_nth (GtkWidget *window,
          GType type,
          guint n)
{
  GtkWidget *found = find_seen (window, type, &n);

  g_assert_nonnull (found);
  return found;
}

static void
visit_popover (Fixture *fixture,
               GtkWidget *button,
               const char *page)
{
  GtkPopover *popover = gtk_menu_button_get_popover (GTK_MENU_BUTTON (button));

  gtk_menu_button_popup (GTK_MENU_BUTTON (button));
  hub_test_wait_until (gtk_widget_get_mapped (GTK_WIDGET (popover)));
  window_fixture_wait_frames (&fixture->base, 3);
  visit (fixture, GTK_WIDGET (popover), page);
  gtk_popover_popdown (popover);
  hub_test_wait_until (!gtk_widget_get_mapped (GTK_WIDGET (popover)));
  window_fixture_wait_frames (&fixture->base, 3);
}

static void
visit_popovers (Fixture *fixture)
{
  GtkWidget *window = GTK_WIDGET (fixture->base.window);
  guint n = 0;
  GtkWidget *button;

  for (guint i = 0; (n = i, button = find_seen (window, GTK_TYPE_MENU_BUTTON, &n)) != NULL; i++)
    {
      g_autofree char *page = g_strdup_printf ("popover %u", i);

      visit_popover (fixture, button, page);
    }
}

static void
test_main (Fixture *fixture,
           gconstpointer data)
{
  static const int widths[] = { 900, WIDTH_MAX };
  GtkWidget *window = GTK_WIDGET (fixture->base.window);

  g_test_summary ("The window itself, wide and narrow, with a banner, messages, search and popovers");

  hub_standing_set_problem (hub_chat_state_get_standing (fixture->base.state),
                            "Nobody hosts a chat at 192.168.1.7 on port 1883. Trying again…");
  window_fixture_present (&fixture->base, 900, 640);
  visit (fixture, window, "without messages");
  window_fixture_say_examples (&fixture->base);
  window_fixture_flush (&fixture->base);
  for (gsize i = 0; i < G_N_ELEMENTS (widths); i++)
    {
      window_fixture_resize (&fixture->base, widths[i], 640);
      visit (fixture, window, i == 0 ? "wide" : "narrow");
      hub_search_view_set_is_open (HUB_SEARCH_VIEW (window_fixture_find (&fixture->base, HUB_TYPE_SEARCH_VIEW)), TRUE);
      window_fixture_wait_frames (&fixture->base, 3);
      visit (fixture, window, i == 0 ? "wide, with the search" : "narrow, with the search");
      visit_popovers (fixture);
      hub_search_view_set_is_open (HUB_SEARCH_VIEW (window_fixture_find (&fixture->base, HUB_TYPE_SEARCH_VIEW)), FALSE);
    }
  assert_no_problems (fixture);
}

static void
test_start (Fixture *fixture,
            gconstpointer data)
{
  GtkWidget *window = GTK_WIDGET (fixture->base.window);

  g_test_summary ("What is offered at the start, and where nothing is hosted");

  hub_joining_set_is_offering (hub_chat_state_get_joining (fixture->base.state), TRUE);
  window_fixture_present (&fixture->base, WIDTH_MAX, 640);
  visit (fixture, window, "offers");
  hub_hosting_set_is_waiting (hub_chat_state_get_hosting (fixture->base.state), TRUE);
  window_fixture_wait_frames (&fixture->base, 3);
  visit (fixture, window, "not in a chat");
  assert_no_problems (fixture);
}

static void
test_join (Fixture *fixture,
           gconstpointer data)
{
  GtkWidget *dialog;

  g_test_summary ("Joining, with what is wrong, with user name and password, and asked for one");

  window_fixture_present (&fixture->base, WIDTH_MAX, 640);
  dialog = open_window (fixture, "win.join");
  gtk_editable_set_text (GTK_EDITABLE (find_nth (dialog, GTK_TYPE_ENTRY, 0)), "no address");
  gtk_expander_set_expanded (GTK_EXPANDER (find_nth (dialog, GTK_TYPE_EXPANDER, 0)), TRUE);
  window_fixture_wait_frames (&fixture->base, 3);
  visit (fixture, dialog, "join");
  close_windows (fixture);
  hub_joining_set_asked_by (hub_chat_state_get_joining (fixture->base.state), "office:1884", NULL);
  visit (fixture, await_window (fixture), "asked for a password");
  close_windows (fixture);
  assert_no_problems (fixture);
}

static void
test_invite (Fixture *fixture,
             gconstpointer data)
{
  GtkWidget *invite;

  g_test_summary ("Inviting, with commands for the firewall, and large");

  window_fixture_present (&fixture->base, WIDTH_MAX, 640);
  invite = open_window (fixture, "win.invite");
  visit (fixture, invite, "invite");
  g_assert_true (gtk_widget_activate_action (invite, "invite.show-large", NULL));
  window_fixture_wait_frames (&fixture->base, 3);
  visit (fixture, invite, "invite large");
  g_assert_true (gtk_widget_activate_action (invite, "invite.back", NULL));
  close_windows (fixture);
  assert_no_problems (fixture);
}

static void
add_guest (GListStore *guests,
           const char *client_id,
           const char *name,
           const char *address)
{
  const HubGuestParams params = { .client_id = client_id, .name = name, .address = address, .time_us = 1, .is_browser = TRUE };
  g_autoptr (HubGuest) guest = hub_guest_new (&params);

  g_list_store_append (guests, guest);
}

static void
test_door (Fixture *fixture,
           gconstpointer data)
{
  HubDoor *door = hub_chat_state_get_door (fixture->base.state);
  GtkWidget *dialog;

  g_test_summary ("The room password, who is connected, sending away, and letting in from outside");

  window_fixture_present (&fixture->base, WIDTH_MAX, 640);
  visit_window (fixture, "win.room-password");
  hub_door_set_lock (door, TRUE, "luni-zeda-daki");
  visit_window (fixture, "win.room-password");
  add_guest (hub_door_get_guests (door), "own", "Ada", NULL);
  add_guest (hub_door_get_guests (door), "grace", "Grace", "192.0.2.2:5");
  add_guest (hub_door_get_guests (door), "linus", "Somebody with a rather long name", "192.0.2.3:5");
  add_guest (hub_door_get_sent_away (door), "maryam", "Maryam", "192.0.2.4:5");
  dialog = open_window (fixture, "win.connected");
  visit (fixture, dialog, "who is connected");
  g_signal_emit_by_name (find_nth (find_nth (dialog, GTK_TYPE_LIST_BOX, 0), GTK_TYPE_BUTTON, 0), "clicked");
  hub_test_wait_until (find_window (fixture) != dialog);
  visit (fixture, await_window (fixture), "send away");
  close_windows (fixture);
  visit_window (fixture, "win.let-outsiders-in");
  assert_no_problems (fixture);
}

static void
test_preferences (Fixture *fixture,
                  gconstpointer data)
{
  static const char *const names[] = { "general", "hosting" };
  GtkWidget *preferences;
  AdwViewStack *stack;

  g_test_summary ("The preferences, each page");

  window_fixture_present (&fixture->base, WIDTH_MAX, 640);
  preferences = hub_preferences_new (GTK_WINDOW (fixture->base.window), fixture->base.state, fixture->settings);
  gtk_window_present (GTK_WINDOW (preferences));
  await_window (fixture);
  stack = ADW_VIEW_STACK (find_nth (preferences, ADW_TYPE_VIEW_STACK, 0));
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      adw_view_stack_set_visible_child_name (stack, names[i]);
      window_fixture_wait_frames (&fixture->base, 3);
      visit (fixture, preferences, names[i]);
    }
  close_windows (fixture);
  assert_no_problems (fixture);
}

static void
test_words (Fixture *fixture,
            gconstpointer data)
{
  g_test_summary ("The shortcuts, the program itself, and a message that is too long for its row");

  window_fixture_present (&fixture->base, WIDTH_MAX, 640);
  visit_window (fixture, "win.about");
  visit_window (fixture, "win.show-help-overlay");
  hub_text_window_show (GTK_WIDGET (fixture->base.window), "Some words");
  visit (fixture, await_window (fixture), "whole message");
  close_windows (fixture);
  assert_no_problems (fixture);
}

int
main (int argc,
      char *argv[])
{
  const char *translations = g_getenv ("HUBBUB_LOCALE_DIR");

  if (translations != NULL)
    {
      bindtextdomain ("hubbub", translations);
      bind_textdomain_codeset ("hubbub", "UTF-8");
    }
  window_tests_init (&argc, &argv);
  /* As GTK's own translation has it, which not every computer keeps. */
  if (g_strcmp0 (g_getenv ("LANGUAGE"), "ar") == 0)
    gtk_widget_set_default_direction (GTK_TEXT_DIR_RTL);

#define add(path, func) g_test_add ("/ui/window/tour/" path, Fixture, NULL, set_up, func, tear_down)
  add ("main", test_main);
  add ("start", test_start);
  add ("join", test_join);
  add ("invite", test_invite);
  add ("door", test_door);
  add ("preferences", test_preferences);
  add ("words", test_words);
#undef add

  return window_tests_run ();
}
