/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What one does with a single message. */
#include "tests/ui/window-fixture.h"

#include "tests/support/hub-test-wait.h"
#include "ui/hub-follow-bin.h"
#include "ui/hub-message-menu.h"
#include "ui/hub-message-slot.h"

static HubMessageItem *
append (WindowFixture *fixture,
        const HubMessageParams *params)
{
  g_autoptr (HubMessageItem) item = hub_message_item_new (params);

  hub_message_list_append (hub_chat_state_get_messages (fixture->state), item);
  window_fixture_flush (fixture);
  return item;
}

static GtkWidget *
row_at (WindowFixture *fixture,
        guint position)
{
  HubFollowBin *bin = HUB_FOLLOW_BIN (window_fixture_find (fixture, HUB_TYPE_FOLLOW_BIN));
  GtkWidget *row = gtk_widget_get_first_child (GTK_WIDGET (hub_follow_bin_get_list (bin)));

  while (position-- > 0)
    row = gtk_widget_get_next_sibling (row);
  g_assert_nonnull (row);
  return row;
}

static GtkPopoverMenu *
popover (WindowFixture *fixture)
{
  GtkWidget *menu = window_fixture_find (fixture, HUB_TYPE_MESSAGE_MENU);

  for (GtkWidget *child = gtk_widget_get_first_child (menu); child != NULL; child = gtk_widget_get_next_sibling (child))
    if (GTK_IS_POPOVER_MENU (child))
      return GTK_POPOVER_MENU (child);
  g_assert_not_reached ();
}

/* As somebody does who goes to the row and presses the key for menus. */
static void
open_menu (WindowFixture *fixture,
           guint position)
{
  gtk_widget_grab_focus (row_at (fixture, position));
  g_assert_true (gtk_widget_activate_action (row_at (fixture, position), "messages.menu", NULL));
  hub_test_wait_until (gtk_widget_get_mapped (GTK_WIDGET (popover (fixture))));
}

static void
assert_menu (WindowFixture *fixture,
             const char *expected)
{
  GMenuModel *model = gtk_popover_menu_get_menu_model (popover (fixture));
  g_autoptr (GString) labels = g_string_new (NULL);

  for (int i = 0; i < g_menu_model_get_n_items (model); i++)
    {
      g_autofree char *label = NULL;

      g_assert_true (g_menu_model_get_item_attribute (model, i, G_MENU_ATTRIBUTE_LABEL, "s", &label));
      g_string_append_printf (labels, "<%s>", label);
    }
  g_assert_cmpstr (labels->str, ==, expected);
}

static void
choose (WindowFixture *fixture,
        const char *action)
{
  g_assert_true (gtk_widget_activate_action (GTK_WIDGET (popover (fixture)), action, NULL));
  gtk_popover_popdown (GTK_POPOVER (popover (fixture)));
  hub_test_wait_until (!gtk_widget_get_mapped (GTK_WIDGET (popover (fixture))));
}

static void
clipboard_cb (GObject *source,
              GAsyncResult *result,
              gpointer user_data)
{
  char **text = user_data;
  g_autoptr (GError) error = NULL;

  *text = gdk_clipboard_read_text_finish (GDK_CLIPBOARD (source), result, &error);
  g_assert_no_error (error);
}

static void
assert_clipboard (WindowFixture *fixture,
                  const char *expected)
{
  g_autofree char *text = NULL;

  gdk_clipboard_read_text_async (gtk_widget_get_clipboard (GTK_WIDGET (fixture->window)), NULL, clipboard_cb, &text);
  hub_test_wait_until (text != NULL);
  g_assert_cmpstr (text, ==, expected);
}

static void
log_cb (HubChatState *state,
        HubMessageItem *item,
        gpointer user_data)
{
  g_string_append_printf (user_data, "<%s>", hub_message_item_get_text (item));
}

static void
test_copy (WindowFixture *fixture,
           gconstpointer data)
{
  g_test_summary ("A message is copied as it was sent, and its link for itself");

  window_fixture_present (fixture, 900, 640);
  append (fixture, &(HubMessageParams){ .name = "Grace", .text = "<b> two\nlines </b>", .time_us = 1 });
  append (fixture, &(HubMessageParams){ .name = "Grace", .text = "See http://192.168.1.31/a?b&c, and http://x.example/", .time_us = 1 });

  open_menu (fixture, 0);
  assert_menu (fixture, "<Copy Message>");
  choose (fixture, "messages.copy");
  assert_clipboard (fixture, "<b> two\nlines </b>");
  window_fixture_wait_frames (fixture, 2);
  g_assert_true (gtk_widget_get_mapped (window_fixture_find_label (fixture, "Message copied")));

  open_menu (fixture, 1);
  assert_menu (fixture, "<Copy Message><Copy Link>");
  choose (fixture, "messages.copy-link");
  assert_clipboard (fixture, "http://192.168.1.31/a?b&c");
}

static void
test_failed (WindowFixture *fixture,
             gconstpointer data)
{
  g_autoptr (GString) log = g_string_new (NULL);
  HubMessageItem *item;
  GtkWidget *button;

  g_test_summary ("What could not be sent can be sent again or given up, and nothing else can");

  g_signal_connect (fixture->state, "retry", G_CALLBACK (log_cb), log);
  window_fixture_present (fixture, 900, 640);
  item = append (fixture, &(HubMessageParams){ .name = "Ada", .text = "mine", .is_own = TRUE, .state = HUB_MESSAGE_STATE_FAILED, .time_us = 1 });

  open_menu (fixture, 0);
  assert_menu (fixture, "<Retry><Copy Message><Delete>");
  choose (fixture, "messages.retry");
  g_assert_cmpstr (log->str, ==, "<mine>");
  g_string_truncate (log, 0);

  button = gtk_widget_get_ancestor (window_fixture_find_label (fixture, "Retry"), GTK_TYPE_BUTTON);
  g_assert_true (gtk_widget_get_mapped (button));
  gtk_widget_grab_focus (button);
  g_signal_emit_by_name (button, "clicked");
  g_assert_cmpstr (log->str, ==, "<mine>");
  g_string_truncate (log, 0);
  g_signal_handlers_disconnect_by_func (fixture->state, log_cb, log);

  g_signal_connect (fixture->state, "dismiss", G_CALLBACK (log_cb), log);
  open_menu (fixture, 0);
  choose (fixture, "messages.dismiss");
  g_assert_cmpstr (log->str, ==, "<mine>");

  hub_message_item_set_state (item, HUB_MESSAGE_STATE_WAITING);
  window_fixture_wait_frames (fixture, 2);
  g_assert_false (gtk_widget_get_mapped (button));
  open_menu (fixture, 0);
  assert_menu (fixture, "<Copy Message>");
}

static void
test_button (WindowFixture *fixture,
             gconstpointer data)
{
  GtkWidget *button;
  int height;

  g_test_summary ("The button of a row opens its menu, and takes no room");

  window_fixture_present (fixture, 900, 640);
  append (fixture, &(HubMessageParams){ .name = "Grace", .text = "one", .time_us = 1 });
  append (fixture, &(HubMessageParams){ .name = "Grace", .text = "two http://x.example/", .time_us = 1 });
  button = window_fixture_find_label (fixture, "Message menu");
  height = gtk_widget_get_height (row_at (fixture, 1));
  gtk_widget_set_visible (button, FALSE);
  window_fixture_wait_frames (fixture, 2);
  g_assert_cmpint (gtk_widget_get_height (row_at (fixture, 1)), ==, height);
  gtk_widget_set_visible (button, TRUE);
  window_fixture_wait_frames (fixture, 2);

  gtk_widget_grab_focus (button);
  g_signal_emit_by_name (button, "clicked");
  hub_test_wait_until (gtk_widget_get_mapped (GTK_WIDGET (popover (fixture))));
  assert_menu (fixture, "<Copy Message>");
}

static void
test_nowhere (WindowFixture *fixture,
              gconstpointer data)
{
  g_test_summary ("Where no row has the focus there is no menu");

  window_fixture_present (fixture, 900, 640);
  append (fixture, &(HubMessageParams){ .name = "Grace", .text = "one", .time_us = 1 });
  gtk_widget_activate_action (window_fixture_find (fixture, HUB_TYPE_FOLLOW_BIN), "messages.menu", NULL);
  window_fixture_wait_frames (fixture, 3);
  g_assert_false (gtk_widget_get_mapped (GTK_WIDGET (popover (fixture))));
}

int
main (int argc,
      char *argv[])
{
  window_tests_init (&argc, &argv);

#define add(path, func) \
  g_test_add ("/ui/window/menu/" path, WindowFixture, NULL, window_fixture_set_up, func, window_fixture_tear_down)

  add ("copy", test_copy);
  add ("failed", test_failed);
  add ("button", test_button);
  add ("nowhere", test_nowhere);
#undef add

  return window_tests_run ();
}
