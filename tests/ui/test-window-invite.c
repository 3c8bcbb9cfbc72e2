/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Inviting: what the window shows for it, and that a stranger reads its codes. */
#include "tests/ui/window-fixture.h"

#include "tests/support/hub-test-wait.h"
#include "ui/hub-invite-board.h"
#include "ui/hub-invite-card.h"
#include "ui/hub-invite-window.h"
#include "ui/hub-qr-code.h"
#include "ui/hub-rooms-popover.h"

#define FIRST "http://192.168.1.20:9001/"
#define SECOND "http://[fd00::20]:9001/"

static const char *const pages[] = { FIRST, SECOND, NULL };

/* Hosting, everything as it should be, and nobody has come. */
static const HubReach reach = {
  .mqtt_port = 1884,
  .http_port = 9002,
  .is_mqtt_open = HUB_REACH_YES,
  .is_http_open = HUB_REACH_YES,
  .is_discovery_running = TRUE,
  .is_announced = TRUE,
  .n_addresses = 2,
};

typedef struct
{
  WindowFixture base;
  HubInvitation *invitation; /* (unowned) */
  HubInviteWindow *invite;   /* (unowned) (nullable) */
} Fixture;

static void
set_up (Fixture *fixture,
        gconstpointer data)
{
  window_fixture_set_up (&fixture->base, data);
  fixture->invitation = hub_chat_state_get_invitation (fixture->base.state);
  hub_invitation_set_pages (fixture->invitation, pages);
  hub_invitation_set_reach (fixture->invitation, &reach);
}

static void
close_invite (Fixture *fixture)
{
  if (fixture->invite == NULL)
    return;
  gtk_window_destroy (GTK_WINDOW (fixture->invite));
  fixture->invite = NULL;
  adw_style_manager_set_color_scheme (adw_style_manager_get_default (), ADW_COLOR_SCHEME_DEFAULT);
}

static void
tear_down (Fixture *fixture,
           gconstpointer data)
{
  close_invite (fixture);
  window_fixture_tear_down (&fixture->base, data);
}

static gboolean
count_tick_cb (GtkWidget *widget,
               GdkFrameClock *clock,
               gpointer user_data)
{
  guint *n_left = user_data;

  return --*n_left > 0 ? G_SOURCE_CONTINUE : G_SOURCE_REMOVE;
}

static void
wait_frames (Fixture *fixture)
{
  guint n_left = 3;

  gtk_widget_add_tick_callback (GTK_WIDGET (fixture->invite), count_tick_cb, &n_left, NULL);
  hub_test_wait_until (n_left == 0);
}

static HubInviteWindow *
find_invite (void)
{
  GListModel *toplevels = gtk_window_get_toplevels ();

  for (guint i = 0; i < g_list_model_get_n_items (toplevels); i++)
    {
      g_autoptr (GtkWidget) toplevel = g_list_model_get_item (toplevels, i);

      if (HUB_IS_INVITE_WINDOW (toplevel))
        return HUB_INVITE_WINDOW (toplevel);
    }
  return NULL;
}

static void
open_invite (Fixture *fixture,
             int width,
             int height)
{
  window_fixture_present (&fixture->base, width, height);
  fixture->invite = HUB_INVITE_WINDOW (hub_invite_window_new (GTK_WINDOW (fixture->base.window), fixture->base.state));
  gtk_window_set_default_size (GTK_WINDOW (fixture->invite), width, height);
  gtk_window_present (GTK_WINDOW (fixture->invite));
  hub_test_wait_until (gtk_widget_get_mapped (GTK_WIDGET (fixture->invite)));
  wait_frames (fixture);
}

typedef gboolean (*MatchFunc) (GtkWidget *widget, gconstpointer what);

static void
collect (GtkWidget *widget,
         MatchFunc matches,
         gconstpointer what,
         GPtrArray *found)
{
  if (matches (widget, what))
    g_ptr_array_add (found, widget);
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    collect (child, matches, what, found);
}

static gboolean
is_seen_label (GtkWidget *widget,
               gconstpointer text)
{
  return GTK_IS_LABEL (widget) && gtk_widget_get_mapped (widget) && g_strcmp0 (gtk_label_get_text (GTK_LABEL (widget)), text) == 0;
}

static gboolean
is_type (GtkWidget *widget,
         gconstpointer type)
{
  return gtk_widget_get_mapped (widget) && G_TYPE_CHECK_INSTANCE_TYPE (widget, GPOINTER_TO_SIZE (type));
}

static gboolean
is_button (GtkWidget *widget,
           gconstpointer label)
{
  return GTK_IS_BUTTON (widget) && gtk_widget_get_mapped (widget) && g_strcmp0 (gtk_widget_get_tooltip_text (widget), label) == 0;
}

static guint
count_labels (Fixture *fixture,
              const char *text)
{
  g_autoptr (GPtrArray) found = g_ptr_array_new ();

  collect (GTK_WIDGET (fixture->invite), is_seen_label, text, found);
  return found->len;
}

static GtkWidget *
find (Fixture *fixture,
      MatchFunc matches,
      gconstpointer what)
{
  g_autoptr (GPtrArray) found = g_ptr_array_new ();

  collect (GTK_WIDGET (fixture->invite), matches, what, found);
  g_assert_cmpuint (found->len, >=, 1);
  return g_ptr_array_index (found, 0);
}

static void
clipboard_cb (GObject *source,
              GAsyncResult *result,
              gpointer user_data)
{
  char **text = user_data;

  *text = gdk_clipboard_read_text_finish (GDK_CLIPBOARD (source), result, NULL);
}

static void
assert_copied (GtkWidget *widget,
               const char *expected)
{
  g_autofree char *copied = NULL;

  gdk_clipboard_read_text_async (gtk_widget_get_clipboard (widget), NULL, clipboard_cb, &copied);
  hub_test_wait_until (copied != NULL);
  g_assert_cmpstr (copied, ==, expected);
}

/* What a stranger reads who looks at the window. */
static void
assert_scanned (Fixture *fixture,
                const char *file_name,
                const char *expected)
{
  g_autofree char *scanner = g_find_program_in_path ("zbarimg");
  g_autofree char *path = window_fixture_picture_of (GTK_WIDGET (fixture->invite), file_name);
  g_autoptr (GSubprocess) process = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *read = NULL;

  if (scanner == NULL)
    {
      g_test_skip ("zbarimg is not installed");
      return;
    }
  process = g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_SILENCE, &error,
                              scanner, "--quiet", "--raw", "--nodbus", "-Sdisable", "-Sqrcode.enable", path, NULL);
  g_assert_no_error (error);
  g_subprocess_communicate_utf8 (process, NULL, NULL, &read, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (g_strchomp (read), ==, expected);
}

static void
test_scan (Fixture *fixture,
           gconstpointer data)
{
  g_test_summary ("A stranger reads the code of the window, in the dark style as well");

  open_invite (fixture, 460, 680);
  g_assert_cmpstr (hub_invite_window_get_url (fixture->invite), ==, FIRST);
  assert_scanned (fixture, "invite.png", FIRST);

  adw_style_manager_set_color_scheme (adw_style_manager_get_default (), ADW_COLOR_SCHEME_FORCE_DARK);
  wait_frames (fixture);
  assert_scanned (fixture, "invite-dark.png", FIRST);
}

static void
test_narrow (Fixture *fixture,
             gconstpointer data)
{
  g_test_summary ("At 360 pixels nothing is wider than the window, and the code is read");

  open_invite (fixture, 360, 640);
  g_assert_cmpint (gtk_widget_get_width (GTK_WIDGET (fixture->invite)), <=, 360);
  assert_scanned (fixture, "invite-narrow.png", FIRST);
}

static void
test_room_and_key (Fixture *fixture,
                   gconstpointer data)
{
  g_autoptr (HubRoom) room = hub_room_new ("messages/K\303\274che 7+", NULL);

  g_test_summary ("The code leads into the room, and has the password, which is not to be seen");

  open_invite (fixture, 460, 680);
  hub_room_list_add (hub_chat_state_get_rooms (fixture->base.state), room);
  hub_chat_state_set_room (fixture->base.state, room);
  wait_frames (fixture);
  g_assert_cmpuint (count_labels (fixture, "Scan or type this to join in K\303\274che 7+"), ==, 1);
  assert_scanned (fixture, "invite-room.png", FIRST "#room=K%C3%BCche%207%2B");
  g_assert_cmpuint (count_labels (fixture, "The code and the copied address contain the room password."), ==, 0);

  hub_invitation_set_key (fixture->invitation, "open sesame");
  wait_frames (fixture);
  g_assert_cmpuint (count_labels (fixture, FIRST "#room=K%C3%BCche%207%2B"), ==, 1);
  g_assert_cmpuint (count_labels (fixture, "The code and the copied address contain the room password."), ==, 1);
  assert_scanned (fixture, "invite-key.png", FIRST "#room=K%C3%BCche%207%2B&key=open%20sesame");
  g_assert_true (gtk_widget_activate_action (GTK_WIDGET (fixture->invite), "invite.copy", NULL));
  assert_copied (GTK_WIDGET (fixture->invite), FIRST "#room=K%C3%BCche%207%2B&key=open%20sesame");
}

static void
test_long (Fixture *fixture,
           gconstpointer data)
{
  g_autofree char *key = g_strnfill (200, '*');
  g_autofree char *escaped = g_uri_escape_string (key, NULL, FALSE);
  g_autofree char *expected = g_strconcat (FIRST "#key=", escaped, NULL);

  g_test_summary ("The longest address that comes about fits into a narrow window, and is read");

  hub_invitation_set_key (fixture->invitation, key);
  open_invite (fixture, 360, 640);
  assert_scanned (fixture, "invite-long.png", expected);
}

static void
test_others (Fixture *fixture,
             gconstpointer data)
{
  GtkWidget *second;

  g_test_summary ("The other addresses can be copied, and have a code when they are chosen");

  open_invite (fixture, 460, 680);
  g_assert_true (gtk_widget_activate_action (find (fixture, is_button, "Copy " SECOND), "invite.copy-page", "s", SECOND));
  assert_copied (GTK_WIDGET (fixture->invite), SECOND);

  second = gtk_widget_get_ancestor (find (fixture, is_seen_label, SECOND), GTK_TYPE_LIST_BOX_ROW);
  g_signal_emit_by_name (second, "activate");
  wait_frames (fixture);
  g_assert_cmpstr (hub_invite_window_get_url (fixture->invite), ==, SECOND);
  assert_scanned (fixture, "invite-other.png", SECOND);

  /* What was chosen stays, as long as it is there. */
  hub_invitation_set_pages (fixture->invitation, (const char *const[]){ "http://10.0.0.5:9001/", FIRST, SECOND, NULL });
  g_assert_cmpstr (hub_invite_window_get_url (fixture->invite), ==, SECOND);
  hub_invitation_set_pages (fixture->invitation, (const char *const[]){ "http://10.0.0.5:9001/", FIRST, NULL });
  g_assert_cmpstr (hub_invite_window_get_url (fixture->invite), ==, "http://10.0.0.5:9001/");
  /* One alone needs no list. */
  hub_invitation_set_pages (fixture->invitation, (const char *const[]){ FIRST, NULL });
  wait_frames (fixture);
  g_assert_cmpuint (count_labels (fixture, "All Addresses"), ==, 0);
}

static void
test_large (Fixture *fixture,
            gconstpointer data)
{
  g_test_summary ("Large: the code and the address on the whole window, for a room, and back");

  open_invite (fixture, 460, 680);
  g_assert_true (gtk_widget_activate_action (GTK_WIDGET (fixture->invite), "invite.show-large", NULL));
  hub_test_wait_until (gtk_widget_get_mapped (GTK_WIDGET (find (fixture, is_type, GSIZE_TO_POINTER (HUB_TYPE_INVITE_BOARD)))));
  wait_frames (fixture);
  g_assert_cmpstr (hub_invite_board_get_shown (HUB_INVITE_BOARD (find (fixture, is_type, GSIZE_TO_POINTER (HUB_TYPE_INVITE_BOARD)))), ==, FIRST);
  assert_scanned (fixture, "invite-large.png", FIRST);

  g_assert_true (gtk_widget_activate_action (GTK_WIDGET (fixture->invite), "invite.back", NULL));
  wait_frames (fixture);
  g_assert_cmpuint (count_labels (fixture, "All Addresses"), ==, 1);
  /* What is shown goes while it is large. */
  g_assert_true (gtk_widget_activate_action (GTK_WIDGET (fixture->invite), "invite.show-large", NULL));
  hub_invitation_set_pages (fixture->invitation, NULL);
  wait_frames (fixture);
  g_assert_cmpuint (count_labels (fixture, "No Address Yet"), ==, 1);
}

static void
exited_cb (GObject *source,
           GAsyncResult *result,
           gpointer user_data)
{
  gboolean *has_exited = user_data;

  g_assert_true (g_subprocess_wait_check_finish (G_SUBPROCESS (source), result, NULL));
  *has_exited = TRUE;
}

static void
xdotool (const char *const *arguments)
{
  g_autoptr (GSubprocess) process = NULL;
  g_autoptr (GError) error = NULL;
  gboolean has_exited = FALSE;

  process = g_subprocess_newv (arguments, G_SUBPROCESS_FLAGS_STDOUT_SILENCE, &error);
  g_assert_no_error (error);
  g_subprocess_wait_check_async (process, NULL, exited_cb, &has_exited);
  hub_test_wait_until (has_exited);
}

/* Where no window manager runs, nobody else does that. */
static void
focus (GtkWidget *window,
       const char *title)
{
  xdotool ((const char *const[]){ "xdotool", "search", "--sync", "--onlyvisible", "--name", title, "windowfocus", NULL });
  hub_test_wait_until (gtk_window_is_active (GTK_WINDOW (window)));
}

/* A real key, from the X server, into the window with the focus. */
static void
press (const char *key)
{
  xdotool ((const char *const[]){ "xdotool", "key", key, NULL });
}

static gboolean
is_large (Fixture *fixture)
{
  g_autoptr (GPtrArray) found = g_ptr_array_new ();

  collect (GTK_WIDGET (fixture->invite), is_type, GSIZE_TO_POINTER (HUB_TYPE_INVITE_BOARD), found);
  return found->len > 0;
}

static void
test_keys (Fixture *fixture,
           gconstpointer data)
{
  g_test_summary ("Ctrl+I invites, Alt+L shows it large, Escape goes back, and then away");

  window_fixture_present (&fixture->base, 900, 640);
  focus (GTK_WIDGET (fixture->base.window), "^Messages$");
  press ("ctrl+i");
  hub_test_wait_until (find_invite () != NULL && gtk_widget_get_mapped (GTK_WIDGET (find_invite ())));
  fixture->invite = find_invite ();
  focus (GTK_WIDGET (fixture->invite), "^Invite$");
  press ("alt+l");
  hub_test_wait_until (is_large (fixture));
  press ("Escape");
  hub_test_wait_until (!is_large (fixture));
  g_assert_true (gtk_widget_get_mapped (GTK_WIDGET (fixture->invite)));
  press ("Escape");
  hub_test_wait_until (find_invite () == NULL);
  fixture->invite = NULL;
}

static void
test_none (Fixture *fixture,
           gconstpointer data)
{
  g_test_summary ("Without an address it says so, until there is one");

  hub_invitation_set_pages (fixture->invitation, NULL);
  hub_invitation_set_reach (fixture->invitation, NULL);
  open_invite (fixture, 460, 680);
  g_assert_cmpuint (count_labels (fixture, "No Address Yet"), ==, 1);
  g_assert_null (hub_invite_window_get_url (fixture->invite));
  hub_invitation_set_pages (fixture->invitation, pages);
  wait_frames (fixture);
  g_assert_cmpuint (count_labels (fixture, "No Address Yet"), ==, 0);
  g_assert_cmpstr (hub_invite_window_get_url (fixture->invite), ==, FIRST);
  hub_invitation_set_pages (fixture->invitation, (const char *const[]){ "http://127.0.0.1:9001/", NULL });
  wait_frames (fixture);
  g_assert_cmpuint (count_labels (fixture, "No network: only browsers on this computer can join"), ==, 1);
  /* Only who hosts can tell whether others get through. */
  g_assert_cmpuint (count_labels (fixture, "Can Others Join?"), ==, 0);
}

static void
test_reach (Fixture *fixture,
            gconstpointer data)
{
  HubReach now = reach;

  g_test_summary ("It says whether others can join, while somebody looks, and what to do about a firewall");

  g_assert_false (hub_invitation_get_is_watched (fixture->invitation));
  open_invite (fixture, 460, 680);
  g_assert_true (hub_invitation_get_is_watched (fixture->invitation));
  g_assert_cmpuint (count_labels (fixture, "Port 9002 is open, for browsers."), ==, 1);
  g_assert_cmpuint (count_labels (fixture, "Nobody has joined from another device yet."), ==, 1);
  g_assert_cmpuint (count_labels (fixture, "sudo ufw allow 1884,9002/tcp && sudo ufw allow 5353/udp"), ==, 1);
  g_assert_true (gtk_widget_activate_action (find (fixture, is_button, "Copy the command for ufw (Ubuntu, Debian)"),
                                             "invite.copy-command", "s", "sudo ufw allow 1884,9002/tcp && sudo ufw allow 5353/udp"));
  assert_copied (GTK_WIDGET (fixture->invite), "sudo ufw allow 1884,9002/tcp && sudo ufw allow 5353/udp");

  /* The ports are others after a new start. */
  now.mqtt_port = 1885;
  hub_invitation_set_reach (fixture->invitation, &now);
  wait_frames (fixture);
  g_assert_cmpuint (count_labels (fixture, "sudo ufw allow 1884,9002/tcp && sudo ufw allow 5353/udp"), ==, 0);
  g_assert_cmpuint (count_labels (fixture, "sudo ufw allow 1885,9002/tcp && sudo ufw allow 5353/udp"), ==, 1);
  g_free (window_fixture_picture_of (GTK_WIDGET (fixture->invite), "invite-reach.png"));

  now.n_devices = 2;
  now.had_devices = TRUE;
  hub_invitation_set_reach (fixture->invitation, &now);
  wait_frames (fixture);
  g_assert_cmpuint (count_labels (fixture, "2 other devices are in the chat."), ==, 1);
  g_assert_cmpuint (count_labels (fixture, "Nobody has joined from another device yet."), ==, 0);
  g_assert_cmpuint (count_labels (fixture, "Your Firewall May Be Closed"), ==, 0);

  close_invite (fixture);
  g_assert_false (hub_invitation_get_is_watched (fixture->invitation));
}

static void
test_card (Fixture *fixture,
           gconstpointer data)
{
  HubInviteCard *card;

  g_test_summary ("The card copies the password, and does not show it; a link to the room can be copied, too");

  window_fixture_present (&fixture->base, 900, 640);
  card = HUB_INVITE_CARD (gtk_widget_get_ancestor (window_fixture_find_label (&fixture->base, FIRST), HUB_TYPE_INVITE_CARD));
  g_assert_true (gtk_widget_activate_action (GTK_WIDGET (fixture->base.window), "win.copy-link", NULL));
  assert_copied (GTK_WIDGET (card), FIRST);
  window_fixture_wait_frames (&fixture->base, 2);
  g_assert_true (gtk_widget_get_mapped (window_fixture_find_label (&fixture->base, "Link copied")));

  hub_invitation_set_key (fixture->invitation, "sesame");
  g_assert_cmpstr (hub_invite_card_get_url (card), ==, FIRST "#key=sesame");
  g_assert_true (gtk_widget_get_mapped (window_fixture_find_label (&fixture->base, FIRST)));
  g_assert_true (gtk_widget_activate_action (GTK_WIDGET (card), "invite.copy", NULL));
  assert_copied (GTK_WIDGET (card), FIRST "#key=sesame");
}

static void
test_popover (Fixture *fixture,
              gconstpointer data)
{
  GtkWidget *popover = window_fixture_find (&fixture->base, HUB_TYPE_ROOMS_POPOVER);
  GtkWidget *button;

  g_test_summary ("The list of rooms goes when the link to one was copied");

  window_fixture_present (&fixture->base, 900, 640);
  gtk_popover_popup (GTK_POPOVER (popover));
  hub_test_wait_until (gtk_widget_get_mapped (popover));
  button = gtk_widget_get_ancestor (window_fixture_find_label (&fixture->base, "Copy Link to This Room"), GTK_TYPE_BUTTON);
  g_assert_true (gtk_widget_grab_focus (button));
  g_signal_emit_by_name (button, "clicked");
  assert_copied (button, FIRST);
  hub_test_wait_until (!gtk_widget_get_mapped (popover));

  /* Where nobody could be led to, there is no link. */
  hub_standing_set_join_url (hub_chat_state_get_standing (fixture->base.state), NULL);
  g_assert_false (gtk_widget_get_sensitive (button));
}

static void
assert_label (GtkWidget *widget,
              const char *label)
{
  g_autofree char *problem =
    gtk_test_accessible_check_property (GTK_ACCESSIBLE (widget), GTK_ACCESSIBLE_PROPERTY_LABEL, label);

  g_assert_cmpstr (problem, ==, NULL);
}

static void
test_accessible (Fixture *fixture,
                 gconstpointer data)
{
  GtkWidget *row;

  g_test_summary ("A screen reader says what the code, the rows and the buttons are, and no password");

  hub_invitation_set_key (fixture->invitation, "sesame");
  open_invite (fixture, 460, 680);
  assert_label (find (fixture, is_type, GSIZE_TO_POINTER (HUB_TYPE_QR_CODE)), "QR code of " FIRST);
  assert_label (find (fixture, is_type, GSIZE_TO_POINTER (GTK_TYPE_CHECK_BUTTON)), FIRST);
  assert_label (find (fixture, is_button, "Copy " SECOND), "Copy " SECOND);
  row = gtk_widget_get_ancestor (find (fixture, is_seen_label, "Port 9002 is open, for browsers."), GTK_TYPE_LIST_BOX_ROW);
  assert_label (row, "Good: Port 9002 is open, for browsers.");
  gtk_test_accessible_assert_role (find (fixture, is_type, GSIZE_TO_POINTER (HUB_TYPE_QR_CODE)), GTK_ACCESSIBLE_ROLE_IMG);
}

int
main (int argc,
      char *argv[])
{
  window_tests_init (&argc, &argv);

#define add(path, func) g_test_add ("/ui/window-invite/" path, Fixture, NULL, set_up, func, tear_down)

  add ("scan", test_scan);
  add ("narrow", test_narrow);
  add ("room-and-key", test_room_and_key);
  add ("long", test_long);
  add ("others", test_others);
  add ("large", test_large);
  add ("none", test_none);
  add ("reach", test_reach);
  add ("card", test_card);
  add ("popover", test_popover);
  add ("accessible", test_accessible);
  add ("keys", test_keys);
#undef add

  return window_tests_run ();
}
