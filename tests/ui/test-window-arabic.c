/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The window in a language that runs from right to left, and counts in six ways. Meson sets LANGUAGE=ar. */
#include "tests/ui/window-fixture.h"

#include "tests/support/hub-test-wait.h"
#include "ui/hub-composer.h"
#include "ui/hub-message-view.h"
#include "ui/model/hub-people-words.h"

#include <libintl.h>

#define DOMAIN "hubbub"

/* What the translation says; it may say it better some day. */
static const char *
translated (const char *text)
{
  const char *other = g_dgettext (DOMAIN, text);

  g_assert_cmpstr (other, !=, text);
  return other;
}

static graphene_rect_t
bounds_of (WindowFixture *fixture,
           GtkWidget *widget)
{
  graphene_rect_t bounds;

  g_assert_true (gtk_widget_compute_bounds (widget, GTK_WIDGET (fixture->window), &bounds));
  return bounds;
}

static void
assert_says (WindowFixture *fixture,
             const char *text)
{
  GtkWidget *widget = window_fixture_find_label (fixture, translated (text));

  g_assert_nonnull (widget);
  g_assert_true (gtk_widget_get_mapped (widget));
}

static void
test_wide (WindowFixture *fixture,
           gconstpointer data)
{
  graphene_rect_t input;
  graphene_rect_t output;
  graphene_rect_t name;
  graphene_rect_t text;

  g_test_summary ("Wide: the input on the right, its names right of what they said, and every word in Arabic");

  window_fixture_present (fixture, 900, 640);
  window_fixture_say (fixture, "سارة", "مرحبا بالجميع! كيف حالكم؟");
  window_fixture_say (fixture, "Grace", "Hello (world)!");
  window_fixture_flush (fixture);
  input = bounds_of (fixture, window_fixture_find (fixture, HUB_TYPE_COMPOSER));
  output = bounds_of (fixture, window_fixture_find (fixture, HUB_TYPE_MESSAGE_VIEW));
  g_assert_cmpfloat (output.origin.x + output.size.width, <=, input.origin.x);
  name = bounds_of (fixture, window_fixture_find_label (fixture, "Grace"));
  text = bounds_of (fixture, window_fixture_find_label (fixture, "Hello (world)!"));
  g_assert_cmpfloat (text.origin.x + text.size.width, <=, name.origin.x);
  assert_says (fixture, "connected");
  assert_says (fixture, "Join from a browser");
  assert_says (fixture, "Messages");
  assert_says (fixture, "Today");
  window_fixture_picture (fixture, "window-arabic.png");
}

static void
test_narrow (WindowFixture *fixture,
             gconstpointer data)
{
  graphene_rect_t button;
  graphene_rect_t message;

  g_test_summary ("Narrow: the button left of the message");

  window_fixture_present (fixture, 360, 640);
  window_fixture_say_examples (fixture);
  button = bounds_of (fixture, window_fixture_find_css_class (fixture, "suggested-action"));
  message = bounds_of (fixture, window_fixture_find (fixture, GTK_TYPE_TEXT_VIEW));
  g_assert_cmpfloat (button.origin.x + button.size.width, <=, message.origin.x);
  window_fixture_picture (fixture, "window-arabic-narrow.png");
}

static void
test_names (WindowFixture *fixture,
            gconstpointer data)
{
  const char *const names[] = { "Grace", NULL };
  g_autofree char *words = NULL;
  GtkWidget *label;

  g_test_summary ("A sentence that begins with a Latin name runs from right to left all the same");

  words = hub_people_words_typing (names);
  window_fixture_present (fixture, 900, 640);
  hub_room_set_typing (hub_chat_state_get_room (fixture->state), words);
  window_fixture_wait_frames (fixture, 2);
  label = window_fixture_find_label (fixture, words);
  g_assert_true (gtk_widget_get_mapped (label));
  g_assert_cmpint (pango_layout_get_direction (gtk_label_get_layout (GTK_LABEL (label)), 0), ==, PANGO_DIRECTION_RTL);
}

static void
test_plurals (void)
{
  /* One of each form: none, one, two, a few, many, a hundred. */
  static const guint counts[] = { 0, 1, 2, 3, 11, 100 };
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  g_test_summary ("Numbers: six forms");

  for (gsize i = 0; i < G_N_ELEMENTS (counts); i++)
    {
      g_autofree char *number = g_strdup_printf ("%u", counts[i]);
      g_autofree char *words = hub_people_words_here (counts[i]);
      char **parts = g_strsplit (words, number, 2);

      g_assert_true (g_hash_table_add (seen, g_strjoinv ("N", parts)));
      g_strfreev (parts);
    }
}

int
main (int argc,
      char **argv)
{
  bindtextdomain (DOMAIN, g_getenv ("HUBBUB_LOCALE_DIR"));
  bind_textdomain_codeset (DOMAIN, "UTF-8");
  window_tests_init (&argc, &argv);
  /* As GTK's own translation has it, which not every computer keeps. */
  gtk_widget_set_default_direction (GTK_TEXT_DIR_RTL);
#define ADD(name, func) \
  g_test_add ("/ui/window/arabic/" name, WindowFixture, NULL, window_fixture_set_up, func, window_fixture_tear_down)
  ADD ("wide", test_wide);
  ADD ("narrow", test_narrow);
  ADD ("names", test_names);
#undef ADD
  g_test_add_func ("/ui/window/arabic/plurals", test_plurals);
  return window_tests_run ();
}
