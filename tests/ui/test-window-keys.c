/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The window as the keyboard finds it: the keys are real, and come from the X server. */
#include "tests/ui/window-fixture.h"

#include "tests/support/hub-test-wait.h"
#include "ui/hub-composer.h"
#include "ui/hub-join-dialog.h"
#include "ui/hub-message-view.h"

#include <string.h>

typedef struct
{
  WindowFixture base;
  GString *log; /* what was asked for */
} Fixture;

static gboolean
publish_cb (HubChatState *state,
            const char *text,
            gpointer user_data)
{
  g_autofree char *escaped = g_strescape (text, NULL);

  g_string_append_printf (user_data, "<%s>", escaped);
  return TRUE;
}

static void
exited_cb (GObject *source,
           GAsyncResult *result,
           gpointer user_data)
{
  gboolean *has_exited = user_data;
  g_autoptr (GError) error = NULL;

  g_assert_true (g_subprocess_wait_check_finish (G_SUBPROCESS (source), result, &error));
  g_assert_no_error (error);
  *has_exited = TRUE;
}

/* Runs xdotool, while the window lives on. */
static void
send_keys (Fixture *fixture,
           const char *const *arguments)
{
  g_autoptr (GSubprocess) process = NULL;
  g_autoptr (GError) error = NULL;
  gboolean has_exited = FALSE;

  process = g_subprocess_newv (arguments, G_SUBPROCESS_FLAGS_STDOUT_SILENCE, &error);
  g_assert_no_error (error);
  g_subprocess_wait_check_async (process, NULL, exited_cb, &has_exited);
  hub_test_wait_until (has_exited);
}

/* The same, until the keys have come through. */
static void
xdotool (Fixture *fixture,
         const char *const *arguments)
{
  send_keys (fixture, arguments);
  gdk_display_sync (gdk_display_get_default ());
  window_fixture_wait_frames (&fixture->base, 3);
}

static void
press (Fixture *fixture,
       const char *key)
{
  xdotool (fixture, (const char *const[]){ "xdotool", "key", key, NULL });
}

static void
type (Fixture *fixture,
      const char *text)
{
  xdotool (fixture, (const char *const[]){ "xdotool", "type", "--delay", "1", text, NULL });
}

static void
set_up (Fixture *fixture,
        gconstpointer data)
{
  window_fixture_set_up (&fixture->base, data);
  fixture->log = g_string_new (NULL);
  g_signal_connect (fixture->base.state, "publish", G_CALLBACK (publish_cb), fixture->log);

  window_fixture_present (&fixture->base, 900, 640);
  xdotool (fixture, (const char *const[]){ "xdotool", "search", "--onlyvisible", "--name", "^Messages$", "windowfocus", NULL });
  hub_test_wait_until (gtk_window_is_active (GTK_WINDOW (fixture->base.window)));
}

static void
tear_down (Fixture *fixture,
           gconstpointer data)
{
  window_fixture_tear_down (&fixture->base, data);
  g_string_free (fixture->log, TRUE);
}

static GtkWidget *
focus_of (Fixture *fixture)
{
  return gtk_window_get_focus (GTK_WINDOW (fixture->base.window));
}

static GtkWidget *
text_view_of (Fixture *fixture)
{
  return window_fixture_find (&fixture->base, GTK_TYPE_TEXT_VIEW);
}

static void
assert_message (Fixture *fixture,
                const char *expected)
{
  g_autofree char *text = NULL;

  g_object_get (gtk_text_view_get_buffer (GTK_TEXT_VIEW (text_view_of (fixture))), "text", &text, NULL);
  g_assert_cmpstr (text, ==, expected);
}

static void
test_enter (Fixture *fixture,
            gconstpointer data)
{
  g_test_summary ("Enter publishes; the message is empty then and has the focus still");

  type (fixture, "Hello there");
  assert_message (fixture, "Hello there");
  press (fixture, "Return");
  g_assert_cmpstr (fixture->log->str, ==, "<Hello there>");
  assert_message (fixture, "");
  g_assert_true (focus_of (fixture) == text_view_of (fixture));

  type (fixture, "Again");
  press (fixture, "KP_Enter");
  g_assert_cmpstr (fixture->log->str, ==, "<Hello there><Again>");
}

static void
test_shift_enter (Fixture *fixture,
                  gconstpointer data)
{
  g_test_summary ("Shift+Enter breaks the line");

  type (fixture, "one");
  press (fixture, "shift+Return");
  type (fixture, "two");
  assert_message (fixture, "one\ntwo");
  g_assert_cmpstr (fixture->log->str, ==, "");
  press (fixture, "Return");
  g_assert_cmpstr (fixture->log->str, ==, "<one\\ntwo>");
}

static void
test_control_enter (Fixture *fixture,
                    gconstpointer data)
{
  g_test_summary ("Ctrl+Enter publishes too, from wherever the focus is");

  type (fixture, "Hello");
  press (fixture, "ctrl+Return");
  g_assert_cmpstr (fixture->log->str, ==, "<Hello>");
  assert_message (fixture, "");

  type (fixture, "From the name");
  gtk_widget_grab_focus (window_fixture_find_css_class (&fixture->base, "field"));
  press (fixture, "ctrl+Return");
  g_assert_cmpstr (fixture->log->str, ==, "<Hello><From the name>");
}

static void
test_input_method (Fixture *fixture,
                   gconstpointer data)
{
  g_test_summary ("While an input method composes, Enter is its own: here it ends the code of a character");

  press (fixture, "ctrl+shift+u");
  type (fixture, "e9");
  press (fixture, "Return");
  g_assert_cmpstr (fixture->log->str, ==, "");
  assert_message (fixture, "\303\251");
  press (fixture, "Return");
  g_assert_cmpstr (fixture->log->str, ==, "<\\303\\251>");
}

static void
test_blank (Fixture *fixture,
            gconstpointer data)
{
  g_test_summary ("Enter alone publishes nothing and writes nothing");

  press (fixture, "Return");
  type (fixture, "  ");
  press (fixture, "Return");
  press (fixture, "ctrl+Return");
  g_assert_cmpstr (fixture->log->str, ==, "");
  assert_message (fixture, "  ");
}

static void
test_tab (Fixture *fixture,
          gconstpointer data)
{
  GtkWidget *composer = window_fixture_find (&fixture->base, HUB_TYPE_COMPOSER);
  GtkWidget *view = window_fixture_find (&fixture->base, HUB_TYPE_MESSAGE_VIEW);
  GtkWidget *name = window_fixture_find_css_class (&fixture->base, "field");
  gboolean has_seen_rows = FALSE;
  gboolean has_seen_name = FALSE;
  guint n_tabs;

  g_test_summary ("Tab leaves the message, visits the table once, and comes back round");

  window_fixture_say_many (&fixture->base, 50);
  window_fixture_flush (&fixture->base);
  for (n_tabs = 1; n_tabs < 30; n_tabs++)
    {
      press (fixture, "Tab");
      has_seen_rows |= gtk_widget_is_ancestor (focus_of (fixture), view);
      has_seen_name |= gtk_widget_is_ancestor (focus_of (fixture), name);
      if (focus_of (fixture) == text_view_of (fixture))
        break;
    }
  g_assert_true (has_seen_rows);
  g_assert_true (has_seen_name);
  g_assert_true (gtk_widget_is_ancestor (focus_of (fixture), composer));
  g_assert_cmpuint (n_tabs, <, 20);
}

static void
test_f6 (Fixture *fixture,
         gconstpointer data)
{
  g_test_summary ("F6 goes on, Shift+F6 back, also out of the message");

  window_fixture_say (&fixture->base, "Grace", "Hello");
  window_fixture_flush (&fixture->base);
  press (fixture, "F6");
  g_assert_true (gtk_widget_is_ancestor (focus_of (fixture), window_fixture_find (&fixture->base, HUB_TYPE_MESSAGE_VIEW)));
  press (fixture, "F6");
  g_assert_true (gtk_widget_is_ancestor (focus_of (fixture), window_fixture_find (&fixture->base, ADW_TYPE_HEADER_BAR)));
  press (fixture, "shift+F6");
  press (fixture, "shift+F6");
  g_assert_true (focus_of (fixture) == text_view_of (fixture));
}

static void
test_name_enter (Fixture *fixture,
                 gconstpointer data)
{
  g_test_summary ("Enter in the name leads to the message");

  gtk_widget_grab_focus (window_fixture_find_css_class (&fixture->base, "field"));
  type (fixture, "Grace");
  press (fixture, "Return");
  g_assert_cmpstr (hub_chat_state_get_name (fixture->base.state), ==, "Grace");
  g_assert_true (focus_of (fixture) == text_view_of (fixture));
  g_assert_cmpstr (fixture->log->str, ==, "");
}

static void
test_undo (Fixture *fixture,
           gconstpointer data)
{
  g_test_summary ("Ctrl+Z brings back what was published by mistake");

  type (fixture, "Wait");
  press (fixture, "Return");
  assert_message (fixture, "");
  press (fixture, "ctrl+z");
  assert_message (fixture, "Wait");
}

static void
test_close (Fixture *fixture,
            gconstpointer data)
{
  g_test_summary ("Ctrl+W closes the window, also while one writes");

  type (fixture, "unfinished");
  send_keys (fixture, (const char *const[]){ "xdotool", "key", "ctrl+w", NULL });
  hub_test_wait_until (!gtk_widget_get_mapped (GTK_WIDGET (fixture->base.window)));
}

static void
test_f10 (Fixture *fixture,
          gconstpointer data)
{
  g_test_summary ("F10 opens the menu, Escape closes it");

  press (fixture, "F10");
  g_assert_true (gtk_widget_get_mapped (window_fixture_find_label (&fixture->base, "About Hubbub")));
  press (fixture, "Escape");
  window_fixture_wait_quiet (&fixture->base);
  g_assert_false (gtk_widget_get_mapped (window_fixture_find_label (&fixture->base, "About Hubbub")));
}

static void
test_enter_breaks (Fixture *fixture,
                   gconstpointer data)
{
  g_test_summary ("Switched over, Enter breaks the line, and Ctrl+Enter publishes; the hint says so");

  g_assert_true (gtk_widget_get_mapped (window_fixture_find_label (&fixture->base, "Enter publishes · Shift+Enter breaks the line")));
  g_action_group_activate_action (G_ACTION_GROUP (fixture->base.window), "enter-publishes", NULL);
  g_assert_true (gtk_widget_get_mapped (window_fixture_find_label (&fixture->base, "Ctrl+Enter publishes · Enter breaks the line")));
  type (fixture, "one");
  press (fixture, "Return");
  type (fixture, "two");
  press (fixture, "shift+Return");
  assert_message (fixture, "one\ntwo\n");
  g_assert_cmpstr (fixture->log->str, ==, "");
  press (fixture, "ctrl+Return");
  g_assert_cmpstr (fixture->log->str, ==, "<one\\ntwo\\n>");

  g_action_group_activate_action (G_ACTION_GROUP (fixture->base.window), "enter-publishes", NULL);
  type (fixture, "three");
  press (fixture, "Return");
  g_assert_cmpstr (fixture->log->str, ==, "<one\\ntwo\\n><three>");
}

static void
test_recall (Fixture *fixture,
             gconstpointer data)
{
  g_autoptr (HubMessageItem) own = hub_message_item_new (&(HubMessageParams){ .name = "Ada", .text = "said\nbefore", .is_own = TRUE });
  int cursor;

  g_test_summary ("Up brings back what was said last, where nothing is written yet");

  press (fixture, "Up");
  assert_message (fixture, "");
  hub_message_list_append (hub_chat_state_get_messages (fixture->base.state), own);
  window_fixture_say (&fixture->base, "Grace", "of another");
  window_fixture_flush (&fixture->base);
  press (fixture, "shift+Up");
  assert_message (fixture, "");
  press (fixture, "Up");
  assert_message (fixture, "said\nbefore");
  /* Within a text it is the cursor that goes up. */
  press (fixture, "Up");
  assert_message (fixture, "said\nbefore");
  g_object_get (gtk_text_view_get_buffer (GTK_TEXT_VIEW (text_view_of (fixture))), "cursor-position", &cursor, NULL);
  g_assert_cmpint (cursor, <=, (int) strlen ("said"));
  press (fixture, "ctrl+a");
  press (fixture, "BackSpace");
  type (fixture, "y");
  press (fixture, "Up");
  assert_message (fixture, "y");
}

int
main (int argc,
      char *argv[])
{
  g_autofree char *program = g_find_program_in_path ("xdotool");

  window_tests_init (&argc, &argv);
  if (program == NULL)
    {
      g_print ("1..0 # SKIP xdotool is not installed\n");
      return 0;
    }

#define add(path, func) g_test_add ("/ui/window/keys/" path, Fixture, NULL, set_up, func, tear_down)

  add ("enter", test_enter);
  add ("enter-breaks", test_enter_breaks);
  add ("recall", test_recall);
  add ("shift-enter", test_shift_enter);
  add ("control-enter", test_control_enter);
  add ("input-method", test_input_method);
  add ("blank", test_blank);
  add ("tab", test_tab);
  add ("f6", test_f6);
  add ("name-enter", test_name_enter);
  add ("undo", test_undo);
  add ("f10", test_f10);
  add ("close", test_close);
#undef add

  return window_tests_run ();
}
