/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What one does in the window: write, read, join, invite. */
#include "tests/ui/window-fixture.h"

#include "tests/support/hub-test-wait.h"
#include "ui/hub-composer.h"
#include "ui/hub-invite-card.h"
#include "ui/hub-join-dialog.h"
#include "ui/hub-text-window.h"

#include <string.h>

static void
log_cb (HubChatState *state,
        const char *text,
        gpointer user_data)
{
  g_string_append_printf (user_data, "<%s>", text);
}

static gboolean
take_cb (HubChatState *state,
         const char *text,
         gpointer user_data)
{
  log_cb (state, text, user_data);
  return TRUE;
}

static gboolean
refuse_cb (HubChatState *state,
           const char *text,
           gpointer user_data)
{
  return FALSE;
}

static void
log_leave_cb (HubChatState *state,
              gpointer user_data)
{
  g_string_append (user_data, "<leave>");
}

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

/* A window of @type that is open besides the one of the fixture. */
static GtkWindow *
find_window (GType type)
{
  GListModel *windows = gtk_window_get_toplevels ();

  for (guint i = 0; i < g_list_model_get_n_items (windows); i++)
    {
      g_autoptr (GtkWindow) window = g_list_model_get_item (windows, i);

      if (G_TYPE_CHECK_INSTANCE_TYPE (window, type))
        return window;
    }
  return NULL;
}

static void
test_name (WindowFixture *fixture,
           gconstpointer data)
{
  HubComposer *composer = HUB_COMPOSER (window_fixture_find (fixture, HUB_TYPE_COMPOSER));
  GtkEditable *entry = GTK_EDITABLE (window_fixture_find_css_class (fixture, "field"));

  g_test_summary ("The name goes both ways");

  g_assert_cmpstr (gtk_editable_get_text (entry), ==, "Ada");
  gtk_editable_set_text (entry, "Grace");
  g_assert_cmpstr (hub_chat_state_get_name (fixture->state), ==, "Grace");
  hub_chat_state_set_name (fixture->state, "Linus");
  g_assert_cmpstr (gtk_editable_get_text (entry), ==, "Linus");
  g_assert_cmpstr (hub_composer_get_name (composer), ==, "Linus");
}

static void
test_publish (WindowFixture *fixture,
              gconstpointer data)
{
  static const char *const blanks[] = { "", " ", "\n\t \n" };
  g_autoptr (GString) log = g_string_new (NULL);
  GtkWidget *button;
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;

  g_test_summary ("Nothing blank is published; the rest as typed, in every state of the connection; Undo brings it back");

  g_signal_connect (fixture->state, "publish", G_CALLBACK (take_cb), log);
  window_fixture_present (fixture, 900, 640);
  button = gtk_widget_get_ancestor (window_fixture_find_label (fixture, "Publish Message"), GTK_TYPE_BUTTON);

  for (gsize i = 0; i < G_N_ELEMENTS (blanks); i++)
    {
      gtk_text_buffer_set_text (message_buffer (fixture), blanks[i], -1);
      g_assert_false (gtk_widget_get_sensitive (button));
      gtk_widget_activate_action (GTK_WIDGET (fixture->window), "win.publish", NULL);
      g_assert_cmpstr (log->str, ==, "");
    }

  hub_standing_set_connection (hub_chat_state_get_standing (fixture->state), HUB_CHAT_CONNECTION_OFFLINE);
  gtk_text_buffer_set_text (message_buffer (fixture), " Hello\nthere ", -1);
  g_assert_true (gtk_widget_get_sensitive (button));
  g_signal_emit_by_name (button, "clicked");
  g_assert_cmpstr (log->str, ==, "< Hello\nthere >");
  before = message_text (fixture);
  g_assert_cmpstr (before, ==, "");
  g_assert_false (gtk_widget_get_sensitive (button));

  gtk_text_buffer_undo (message_buffer (fixture));
  after = message_text (fixture);
  g_assert_cmpstr (after, ==, " Hello\nthere ");
}

static void
test_refused (WindowFixture *fixture,
              gconstpointer data)
{
  g_autofree char *after = NULL;

  g_test_summary ("What nobody takes stays where it was written");

  g_signal_connect (fixture->state, "publish", G_CALLBACK (refuse_cb), NULL);
  window_fixture_present (fixture, 900, 640);
  gtk_text_buffer_set_text (message_buffer (fixture), "too long", -1);
  gtk_widget_activate_action (GTK_WIDGET (fixture->window), "win.publish", NULL);
  after = message_text (fixture);
  g_assert_cmpstr (after, ==, "too long");
}

static void
test_counter (WindowFixture *fixture,
              gconstpointer data)
{
  g_autofree char *at_limit = g_strnfill (120, 'x');
  g_autofree char *over_limit = g_strnfill (121, 'x');
  GtkWidget *counter = window_fixture_find_label (fixture, "\342\201\2460 / 120\342\201\251");

  g_test_summary ("The counter warns and blocks nothing");

  gtk_text_buffer_set_text (message_buffer (fixture), at_limit, -1);
  g_assert_nonnull (strstr (gtk_label_get_text (GTK_LABEL (counter)), "120 / 120"));
  g_assert_false (gtk_widget_has_css_class (counter, "warning"));
  gtk_text_buffer_set_text (message_buffer (fixture), over_limit, -1);
  g_assert_nonnull (strstr (gtk_label_get_text (GTK_LABEL (counter)), "121 / 120"));
  g_assert_true (gtk_widget_has_css_class (counter, "warning"));
}

static void
test_limit (WindowFixture *fixture,
            gconstpointer data)
{
  HubStanding *standing = hub_chat_state_get_standing (fixture->state);
  g_autoptr (GString) log = g_string_new (NULL);
  GtkWidget *button;

  g_test_summary ("What is too long for the host is said before, and cannot be published; nothing of it is lost");

  g_signal_connect (fixture->state, "publish", G_CALLBACK (take_cb), log);
  window_fixture_present (fixture, 900, 640);
  button = gtk_widget_get_ancestor (window_fixture_find_label (fixture, "Publish Message"), GTK_TYPE_BUTTON);
  hub_standing_set_limit_bytes (standing, 10);
  gtk_text_buffer_set_text (message_buffer (fixture), "123456\n\303\251", -1);
  g_assert_true (gtk_widget_get_sensitive (button));
  gtk_text_buffer_set_text (message_buffer (fixture), "1234567\n\303\251", -1);
  g_assert_false (gtk_widget_get_sensitive (button));
  g_assert_true (gtk_widget_get_mapped (window_fixture_find_label (fixture, "1 byte too long for this host")));
  gtk_widget_activate_action (GTK_WIDGET (fixture->window), "win.publish", NULL);
  g_assert_cmpstr (log->str, ==, "");

  hub_standing_set_limit_bytes (standing, 5);
  g_assert_true (gtk_widget_get_mapped (window_fixture_find_label (fixture, "6 bytes too long for this host")));
  hub_standing_set_limit_bytes (standing, G_MAXUINT64);
  g_assert_true (gtk_widget_get_sensitive (button));
  gtk_widget_activate_action (GTK_WIDGET (fixture->window), "win.publish", NULL);
  g_assert_cmpstr (log->str, ==, "<1234567\n\303\251>");
}

static GtkWidget *
find_emoji_chooser (GtkWidget *text_view)
{
  for (GtkWidget *child = gtk_widget_get_first_child (text_view); child != NULL; child = gtk_widget_get_next_sibling (child))
    if (GTK_IS_EMOJI_CHOOSER (child))
      return child;
  return NULL;
}

static void
test_emoji (WindowFixture *fixture,
            gconstpointer data)
{
  GtkWidget *text_view = window_fixture_find (fixture, GTK_TYPE_TEXT_VIEW);
  GtkWidget *chooser;
  g_autofree char *text = NULL;

  g_test_summary ("A button opens the emoji, and what is chosen stands at the cursor");

  window_fixture_present (fixture, 900, 640);
  gtk_text_buffer_set_text (message_buffer (fixture), "Hi ", -1);
  g_assert_null (find_emoji_chooser (text_view));
  g_signal_emit_by_name (window_fixture_find_label (fixture, "Insert Emoji"), "clicked");
  hub_test_wait_until ((chooser = find_emoji_chooser (text_view)) != NULL && gtk_widget_get_mapped (chooser));
  g_signal_emit_by_name (chooser, "emoji-picked", "\360\237\221\215");
  text = message_text (fixture);
  g_assert_cmpstr (text, ==, "Hi \360\237\221\215");
  gtk_popover_popdown (GTK_POPOVER (chooser));
  hub_test_wait_until (!gtk_widget_get_mapped (chooser));
}

static void
test_rows (WindowFixture *fixture,
           gconstpointer data)
{
  g_test_summary ("Rows show name, text and time; hostile ones are text");

  window_fixture_present (fixture, 900, 640);
  window_fixture_say (fixture, "<b>Mallory</b>", "<img src=x> &amp; <a href=\"javascript:x\">y</a>");
  window_fixture_flush (fixture);
  g_assert_true (gtk_widget_get_mapped (window_fixture_find_label (fixture, "<b>Mallory</b>")));
  g_assert_true (gtk_widget_get_mapped (window_fixture_find_label (fixture, "<img src=x> &amp; <a href=\"javascript:x\">y</a>")));

  window_fixture_say_examples (fixture);
  g_assert_true (gtk_widget_get_mapped (window_fixture_find_label (fixture, "Thanks!\nWho has the adapter for USB-C?")));
  g_assert_true (gtk_widget_get_mapped (window_fixture_find_label (fixture, "09:15")));
  g_assert_true (gtk_widget_get_mapped (window_fixture_find_label (fixture, "You")));
  g_assert_true (gtk_widget_get_mapped (window_fixture_find_label (fixture, "Waiting to be sent")));
}

static void
test_state_of_row (WindowFixture *fixture,
                   gconstpointer data)
{
  const HubMessageParams params = { .name = "Ada", .text = "Hi", .is_own = TRUE, .state = HUB_MESSAGE_STATE_WAITING };
  g_autoptr (HubMessageItem) item = hub_message_item_new (&params);
  GtkWidget *mark;

  g_test_summary ("The mark of an own message follows its state");

  window_fixture_present (fixture, 900, 640);
  hub_message_list_append (hub_chat_state_get_messages (fixture->state), item);
  window_fixture_flush (fixture);
  mark = window_fixture_find_label (fixture, "Waiting to be sent");
  hub_message_item_set_state (item, HUB_MESSAGE_STATE_SENT);
  g_assert_cmpstr (gtk_widget_get_tooltip_text (mark), ==, "Sent");
  g_assert_cmpstr (gtk_image_get_icon_name (GTK_IMAGE (mark)), ==, "object-select-symbolic");
  hub_message_item_set_state (item, HUB_MESSAGE_STATE_FAILED);
  g_assert_cmpstr (gtk_widget_get_tooltip_text (mark), ==, "Not sent");
}

static void
test_huge (WindowFixture *fixture,
           gconstpointer data)
{
  g_autofree char *text = g_strnfill (300000, 'x');
  GtkWidget *label;
  gboolean is_handled = FALSE;
  GtkWindow *whole;

  g_test_summary ("Of a huge message the start is shown, and the whole in a window of its own");

  window_fixture_present (fixture, 900, 640);
  window_fixture_record (fixture);
  window_fixture_wait_frames (fixture, 2);
  window_fixture_say (fixture, text, text);
  window_fixture_flush (fixture);
  window_fixture_stop (fixture);
  g_assert_cmpint (fixture->longest_cpu_us, <, 100 * 1000 * hub_test_slowness ());

  label = window_fixture_find_css_class (fixture, "message-text");
  g_assert_cmpuint (strlen (gtk_label_get_text (GTK_LABEL (label))), <, 1100);
  g_signal_emit_by_name (label, "activate-link", "hubbub:more", &is_handled);
  g_assert_true (is_handled);
  whole = find_window (HUB_TYPE_TEXT_WINDOW);
  g_assert_nonnull (whole);
  window_fixture_wait_frames (fixture, 5);
  gtk_window_destroy (whole);
}

static void
test_join (WindowFixture *fixture,
           gconstpointer data)
{
  g_autoptr (GString) log = g_string_new (NULL);
  GtkWindow *dialog;
  GtkWidget *entry;

  g_test_summary ("Joining asks for an address, says what is wrong with it, and passes on a good one");

  g_signal_connect (fixture->state, "join", G_CALLBACK (log_cb), log);
  window_fixture_present (fixture, 900, 640);
  hub_chat_state_set_last_join (fixture->state, "192.168.1.7");
  g_assert_true (gtk_widget_activate_action (GTK_WIDGET (fixture->window), "win.join", NULL));
  window_fixture_wait_frames (fixture, 3);
  dialog = find_window (HUB_TYPE_JOIN_DIALOG);
  g_assert_nonnull (dialog);
  entry = gtk_window_get_focus (dialog);
  g_assert_true (GTK_IS_TEXT (entry));
  g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (entry)), ==, "192.168.1.7");
  g_assert_true (adw_message_dialog_get_response_enabled (ADW_MESSAGE_DIALOG (dialog), "join"));

  gtk_editable_set_text (GTK_EDITABLE (entry), "office:99999");
  g_assert_false (adw_message_dialog_get_response_enabled (ADW_MESSAGE_DIALOG (dialog), "join"));
  gtk_editable_set_text (GTK_EDITABLE (entry), "");
  g_assert_false (adw_message_dialog_get_response_enabled (ADW_MESSAGE_DIALOG (dialog), "join"));

  gtk_editable_set_text (GTK_EDITABLE (entry), " office:1884 ");
  g_assert_true (adw_message_dialog_get_response_enabled (ADW_MESSAGE_DIALOG (dialog), "join"));
  adw_message_dialog_response (ADW_MESSAGE_DIALOG (dialog), "join");
  g_assert_cmpstr (log->str, ==, "<office:1884>");
}

static void
test_leave (WindowFixture *fixture,
            gconstpointer data)
{
  g_autoptr (GString) log = g_string_new (NULL);

  g_test_summary ("Leave is there while joined");

  g_signal_connect (fixture->state, "leave", G_CALLBACK (log_leave_cb), log);
  gtk_widget_activate_action (GTK_WIDGET (fixture->window), "win.leave", NULL);
  g_assert_cmpstr (log->str, ==, "");
  hub_standing_set_is_hosting (hub_chat_state_get_standing (fixture->state), FALSE);
  gtk_widget_activate_action (GTK_WIDGET (fixture->window), "win.leave", NULL);
  g_assert_cmpstr (log->str, ==, "<leave>");
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
test_invite (WindowFixture *fixture,
             gconstpointer data)
{
  g_autofree char *copied = NULL;
  GtkWidget *card;

  g_test_summary ("The address can be copied, and a toast says so; without one there is no card");

  window_fixture_present (fixture, 900, 640);
  card = gtk_widget_get_ancestor (window_fixture_find_label (fixture, "http://192.168.1.20:9001/"), HUB_TYPE_INVITE_CARD);
  g_assert_true (gtk_widget_activate_action (card, "invite.copy", NULL));
  gdk_clipboard_read_text_async (gtk_widget_get_clipboard (card), NULL, clipboard_cb, &copied);
  hub_test_wait_until (copied != NULL);
  g_assert_cmpstr (copied, ==, "http://192.168.1.20:9001/");
  window_fixture_wait_frames (fixture, 2);
  g_assert_true (gtk_widget_get_mapped (window_fixture_find_label (fixture, "Address copied")));

  hub_standing_set_join_url (hub_chat_state_get_standing (fixture->state), NULL);
  g_assert_false (gtk_widget_get_visible (card));
}

int
main (int argc,
      char *argv[])
{
  window_tests_init (&argc, &argv);

#define add(path, func) \
  g_test_add ("/ui/window/chat/" path, WindowFixture, NULL, window_fixture_set_up, func, window_fixture_tear_down)

  add ("name", test_name);
  add ("publish", test_publish);
  add ("refused", test_refused);
  add ("counter", test_counter);
  add ("limit", test_limit);
  add ("emoji", test_emoji);
  add ("rows", test_rows);
  add ("state-of-row", test_state_of_row);
  add ("huge", test_huge);
  add ("join", test_join);
  add ("leave", test_leave);
  add ("invite", test_invite);
#undef add

  return window_tests_run ();
}
