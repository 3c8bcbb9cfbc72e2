/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What is offered to join, at the first start and later, and the question for a password. */
#include "tests/ui/window-fixture.h"

#include "tests/support/hub-test-wait.h"
#include "ui/hub-join-dialog.h"
#include "ui/hub-start-offer.h"
#include "ui/model/hub-neighbour.h"

#include <string.h>

static void
log_cb (gpointer object,
        const char *text,
        gpointer user_data)
{
  g_string_append_printf (user_data, "<%s>", text);
}

static void
log_host_cb (gpointer object,
             gpointer user_data)
{
  g_string_append (user_data, "<host>");
}

static HubJoining *
joining_of (WindowFixture *fixture)
{
  return hub_chat_state_get_joining (fixture->state);
}

static GtkWindow *
find_dialog (void)
{
  GListModel *windows = gtk_window_get_toplevels ();

  for (guint i = 0; i < g_list_model_get_n_items (windows); i++)
    {
      g_autoptr (GtkWindow) window = g_list_model_get_item (windows, i);

      if (HUB_IS_JOIN_DIALOG (window))
        return window;
    }
  return NULL;
}

/* The nth visible widget of @type below @widget, that a user can get at. */
static GtkWidget *
find (GtkWidget *widget,
      GType type,
      const char *text,
      guint *n)
{
  if (!gtk_widget_get_visible (widget))
    return NULL;
  if (g_type_is_a (G_OBJECT_TYPE (widget), type))
    {
      const char *found = GTK_IS_LABEL (widget) ? gtk_label_get_text (GTK_LABEL (widget)) : NULL;

      if ((text == NULL || g_strcmp0 (found, text) == 0) && (*n)-- == 0)
        return widget;
    }
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = find (child, type, text, n);

      if (found != NULL)
        return found;
    }
  return NULL;
}

static GtkWidget *
find_label (gpointer root,
            const char *text)
{
  guint n = 0;

  return find (root, GTK_TYPE_LABEL, text, &n);
}

/* Clicks on the nth button that is called @text. */
static void
click (gpointer root,
       const char *text,
       guint n)
{
  GtkWidget *label = find (root, GTK_TYPE_LABEL, text, &n);

  g_assert_nonnull (label);
  g_signal_emit_by_name (gtk_widget_get_ancestor (label, GTK_TYPE_BUTTON), "clicked");
}

static GListStore *
set_neighbours (WindowFixture *fixture,
                guint n_chats)
{
  GListStore *neighbours = g_list_store_new (HUB_TYPE_NEIGHBOUR);

  for (guint i = 0; i < n_chats; i++)
    {
      g_autofree char *service = g_strdup_printf ("Ada #%u", i);
      g_autofree char *name = g_strdup_printf ("Ada %u", i);
      g_autofree char *address = g_strdup_printf ("10.0.0.%u:1883", i);
      g_autoptr (HubNeighbour) neighbour = hub_neighbour_new (service, name, address, TRUE);

      g_list_store_append (neighbours, neighbour);
    }
  hub_chat_state_set_neighbours (fixture->state, G_LIST_MODEL (neighbours));
  return neighbours;
}

/* One that knows of those that were found. */
static void
renew_window (WindowFixture *fixture)
{
  GtkApplication *application = gtk_window_get_application (GTK_WINDOW (fixture->window));
  HubWindow *window = hub_window_new (application, fixture->state, NULL);

  gtk_window_destroy (GTK_WINDOW (fixture->window));
  g_object_unref (fixture->window);
  fixture->window = g_object_ref (window);
}

static void
test_recent (WindowFixture *fixture,
             gconstpointer data)
{
  static const char *const recent[] = { "wss://office/mqtt", "10.0.0.7", NULL };
  static const char *const rest[] = { "10.0.0.7", NULL };
  g_autoptr (GString) log = g_string_new (NULL);
  GtkWindow *dialog;

  g_test_summary ("What was joined recently is offered: one click joins it, and one forgets it");

  g_signal_connect (fixture->state, "join", G_CALLBACK (log_cb), log);
  g_signal_connect (joining_of (fixture), "forget", G_CALLBACK (log_cb), log);
  window_fixture_present (fixture, 900, 640);
  hub_joining_set_recent (joining_of (fixture), recent);
  gtk_widget_activate_action (GTK_WIDGET (fixture->window), "win.join", NULL);
  window_fixture_wait_frames (fixture, 3);
  dialog = find_dialog ();
  g_assert_nonnull (dialog);
  g_assert_nonnull (find_label (dialog, "Joined Recently"));
  g_assert_nonnull (find_label (dialog, "wss://office/mqtt"));
  g_assert_null (find_label (dialog, "On This Network"));

  for (guint n = 0;; n++)
    {
      guint left = n;
      GtkWidget *button = find (GTK_WIDGET (dialog), GTK_TYPE_BUTTON, NULL, &left);

      g_assert_nonnull (button);
      if (g_strcmp0 (gtk_widget_get_tooltip_text (button), "Forget") != 0)
        continue;
      g_signal_emit_by_name (button, "clicked");
      break;
    }
  g_assert_cmpstr (log->str, ==, "<wss://office/mqtt>");
  hub_joining_set_recent (joining_of (fixture), rest);
  g_assert_null (find_label (dialog, "wss://office/mqtt"));

  g_string_truncate (log, 0);
  click (dialog, "Join", 0);
  g_assert_cmpstr (log->str, ==, "<10.0.0.7>");
  hub_test_wait_until (find_dialog () == NULL);
}

static void
test_credentials (WindowFixture *fixture,
                  gconstpointer data)
{
  g_autoptr (GString) log = g_string_new (NULL);
  GtkWindow *dialog;
  guint n = 0;
  GtkWidget *password;

  g_test_summary ("A user name and a password go with the address that was typed");

  g_signal_connect (fixture->state, "join", G_CALLBACK (log_cb), log);
  window_fixture_present (fixture, 900, 640);
  hub_chat_state_set_last_join (fixture->state, "office");
  gtk_widget_activate_action (GTK_WIDGET (fixture->window), "win.join", NULL);
  window_fixture_wait_frames (fixture, 3);
  dialog = find_dialog ();
  gtk_expander_set_expanded (GTK_EXPANDER (find (GTK_WIDGET (dialog), GTK_TYPE_EXPANDER, NULL, &n)), TRUE);
  window_fixture_wait_frames (fixture, 3);
  n = 0;
  password = find (GTK_WIDGET (dialog), GTK_TYPE_PASSWORD_ENTRY, NULL, &n);
  gtk_editable_set_text (GTK_EDITABLE (password), "s:cret");
  n = 1;
  gtk_editable_set_text (GTK_EDITABLE (find (GTK_WIDGET (dialog), GTK_TYPE_ENTRY, NULL, &n)), "ad@a");
  click (dialog, "Join", 0);
  g_assert_cmpstr (log->str, ==, "<mqtt://ad%40a:s%3Acret@office>");
}

static void
test_asked (WindowFixture *fixture,
            gconstpointer data)
{
  g_autoptr (GString) log = g_string_new (NULL);
  GtkWindow *dialog;
  GtkWidget *password;

  g_test_summary ("A host that wants a password makes the dialog open, where it is typed; whoever cancels is not asked again");

  g_signal_connect (fixture->state, "join", G_CALLBACK (log_cb), log);
  /* Before there is anything to see. */
  hub_joining_set_asked_by (joining_of (fixture), "office:1884", NULL);
  window_fixture_present (fixture, 360, 640);
  window_fixture_wait_frames (fixture, 3);
  dialog = find_dialog ();
  g_assert_nonnull (dialog);
  g_assert_cmpstr (adw_message_dialog_get_heading (ADW_MESSAGE_DIALOG (dialog)), ==, "Password Needed");
  password = gtk_widget_get_ancestor (gtk_window_get_focus (dialog), GTK_TYPE_PASSWORD_ENTRY);
  g_assert_nonnull (password);
  window_fixture_picture (fixture, "window-join-password.png");
  gtk_editable_set_text (GTK_EDITABLE (password), "tea");
  click (dialog, "Join", 0);
  /* A password alone is that of a room. */
  g_assert_cmpstr (log->str, ==, "<mqtt://hubbub:tea@office:1884>");
  g_assert_null (hub_joining_get_asked_by (joining_of (fixture)));
  hub_test_wait_until (find_dialog () == NULL);

  hub_joining_set_asked_by (joining_of (fixture), "office:1884", "ada");
  dialog = find_dialog ();
  g_assert_nonnull (dialog);
  window_fixture_wait_frames (fixture, 3);
  gtk_window_close (dialog);
  hub_test_wait_until (find_dialog () == NULL);
  g_assert_null (hub_joining_get_asked_by (joining_of (fixture)));
}

static void
test_offer (WindowFixture *fixture,
            gconstpointer data)
{
  HubStanding *standing = hub_chat_state_get_standing (fixture->state);
  g_autoptr (GListStore) neighbours = set_neighbours (fixture, 0);
  g_autoptr (HubNeighbour) broker = hub_neighbour_new ("pi", "Pi", "10.0.1.1:1883", FALSE);
  g_autoptr (HubNeighbour) ada = hub_neighbour_new ("Ada", "Ada", "10.0.1.2:1884", TRUE);
  g_autoptr (GString) log = g_string_new (NULL);
  GtkWindow *window;

  g_test_summary ("Who has not decided yet is offered the chats that are found, and hosting second; and not again");

  renew_window (fixture);
  window = GTK_WINDOW (fixture->window);
  g_signal_connect (fixture->state, "join", G_CALLBACK (log_cb), log);
  g_signal_connect (joining_of (fixture), "host", G_CALLBACK (log_host_cb), log);
  hub_standing_set_is_hosting (standing, TRUE);
  hub_joining_set_is_offering (joining_of (fixture), TRUE);
  window_fixture_present (fixture, 360, 640);
  g_assert_nonnull (find_label (window, "No Messages Yet"));
  /* That is no chat. */
  g_list_store_append (neighbours, broker);
  g_assert_nonnull (find_label (window, "No Messages Yet"));
  g_list_store_append (neighbours, ada);
  g_assert_null (find_label (window, "No Messages Yet"));
  g_assert_nonnull (find_label (window, "Others Are Chatting Here"));
  window_fixture_wait_frames (fixture, 3);
  window_fixture_picture (fixture, "window-offer.png");
  click (window, "Join Ada’s chat", 0);
  click (window, "Host My Own", 0);
  g_assert_cmpstr (log->str, ==, "<10.0.1.2:1884><host>");

  g_list_store_remove (neighbours, 1);
  g_assert_nonnull (find_label (window, "No Messages Yet"));
  g_list_store_append (neighbours, ada);
  g_assert_null (find_label (window, "No Messages Yet"));
  hub_joining_set_is_offering (joining_of (fixture), FALSE);
  g_assert_nonnull (find_label (window, "No Messages Yet"));
  g_assert_null (find_label (window, "Join Ada’s chat"));
  hub_joining_set_is_offering (joining_of (fixture), TRUE);
  hub_standing_set_is_hosting (standing, FALSE);
  g_assert_null (find_label (window, "Join Ada’s chat"));
}

/* The button with a text in it. */
static GtkWidget *
find_button (WindowFixture *fixture,
             const char *text)
{
  GtkWidget *label = find_label (GTK_WINDOW (fixture->window), text);

  return label != NULL ? gtk_widget_get_ancestor (label, GTK_TYPE_BUTTON) : NULL;
}

static void
test_steady_offers (WindowFixture *fixture,
                    gconstpointer data)
{
  g_autoptr (GListStore) neighbours = set_neighbours (fixture, 2);
  g_autoptr (HubNeighbour) first = hub_neighbour_new ("Aba", "Aba\nB\342\200\256a", "10.0.1.2:1884", TRUE);
  GtkWidget *one;
  GtkWidget *other;

  g_test_summary ("A button stays the same while others come and go, and names stay in their line");

  renew_window (fixture);
  hub_standing_set_is_hosting (hub_chat_state_get_standing (fixture->state), TRUE);
  hub_joining_set_is_offering (joining_of (fixture), TRUE);
  window_fixture_present (fixture, 360, 640);
  one = find_button (fixture, "Join Ada 0’s chat");
  other = find_button (fixture, "Join Ada 1’s chat");
  g_assert_true (gtk_widget_has_css_class (one, "suggested-action"));
  g_assert_true (gtk_widget_grab_focus (other));

  g_list_store_insert (neighbours, 0, first);
  g_assert_true (find_button (fixture, "Join Ada 0’s chat") == one);
  g_assert_true (find_button (fixture, "Join Ada 1’s chat") == other);
  g_assert_true (gtk_widget_has_css_class (find_button (fixture, "Join Aba Ba’s chat"), "suggested-action"));
  g_assert_false (gtk_widget_has_css_class (one, "suggested-action"));
  g_assert_true (gtk_window_get_focus (GTK_WINDOW (fixture->window)) == other);

  g_list_store_remove (neighbours, 1);
  g_assert_null (find_button (fixture, "Join Ada 0’s chat"));
  g_assert_true (find_button (fixture, "Join Ada 1’s chat") == other);
  g_list_store_remove (neighbours, 0);
  g_assert_true (find_button (fixture, "Join Ada 1’s chat") == other);
  g_assert_true (gtk_widget_has_css_class (other, "suggested-action"));
  g_assert_true (gtk_window_get_focus (GTK_WINDOW (fixture->window)) == other);
}

static void
test_many_offers (WindowFixture *fixture,
                  gconstpointer data)
{
  g_autoptr (GListStore) neighbours = set_neighbours (fixture, 3);
  g_autoptr (HubNeighbour) last = hub_neighbour_new ("Zoe", "Zoe", "10.0.1.2:1884", TRUE);
  GtkWindow *window;

  g_test_summary ("Three chats have a button each; of more, the others are in the dialog");

  renew_window (fixture);
  window = GTK_WINDOW (fixture->window);
  hub_standing_set_is_hosting (hub_chat_state_get_standing (fixture->state), TRUE);
  hub_joining_set_is_offering (joining_of (fixture), TRUE);
  window_fixture_present (fixture, 900, 640);
  g_assert_nonnull (find_label (window, "Join Ada 2’s chat"));
  g_assert_null (find_label (window, "Others…"));
  g_list_store_append (neighbours, last);
  g_assert_null (find_label (window, "Join Zoe’s chat"));
  click (window, "Others…", 0);
  window_fixture_wait_frames (fixture, 3);
  g_assert_nonnull (find_dialog ());
  g_assert_nonnull (find_label (find_dialog (), "Zoe"));
  gtk_window_destroy (find_dialog ());
}

int
main (int argc,
      char *argv[])
{
  window_tests_init (&argc, &argv);

#define add(path, func) \
  g_test_add ("/ui/window/join/" path, WindowFixture, NULL, window_fixture_set_up, func, window_fixture_tear_down)

  add ("recent", test_recent);
  add ("credentials", test_credentials);
  add ("asked", test_asked);
  add ("offer", test_offer);
  add ("steady-offers", test_steady_offers);
  add ("many-offers", test_many_offers);
#undef add

  return window_tests_run ();
}
