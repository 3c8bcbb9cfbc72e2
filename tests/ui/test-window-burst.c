/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/ui/window-fixture.h"

#include "tests/support/hub-test-wait.h"
#include "ui/hub-follow-bin.h"

#define BURST 10000
#define FRAME_LIMIT_US (100 * 1000)

/* The time that counts is the processor's: it is what the program takes from a frame, however busy the machine is. */
static void
assert_frames (WindowFixture *fixture)
{
  window_fixture_stop (fixture);
  g_test_message ("%u frames, the longest took %.1f ms, and %.1f ms of processor time", fixture->n_ticks,
                  fixture->longest_us / 1000.0, fixture->longest_cpu_us / 1000.0);
  g_assert_cmpuint (fixture->n_ticks, >, 1);
  g_assert_cmpint (fixture->longest_cpu_us, <, FRAME_LIMIT_US * hub_test_slowness ());
}

static void
assert_newest (WindowFixture *fixture,
               const char *text)
{
  GListModel *model = G_LIST_MODEL (hub_chat_state_get_messages (fixture->state));
  g_autoptr (HubMessageItem) newest = g_list_model_get_item (model, g_list_model_get_n_items (model) - 1);

  g_assert_cmpuint (g_list_model_get_n_items (model), ==, HUB_MESSAGE_LIST_CAPACITY);
  g_assert_true (g_str_has_prefix (hub_message_item_get_text (newest), text));
}

/* Messages as the network brings them: so many at each turn of the loop, frames in between as they come. */
typedef struct
{
  WindowFixture *fixture;
  guint n_left;
} Source;

static gboolean
say_some_cb (gpointer user_data)
{
  Source *source = user_data;

  window_fixture_say_many (source->fixture, 50);
  source->n_left -= 50;
  return source->n_left > 0 ? G_SOURCE_CONTINUE : G_SOURCE_REMOVE;
}

static void
test_at_once (WindowFixture *fixture,
              gconstpointer data)
{
  g_test_summary ("Ten thousand messages in one frame, into an empty list and into a full one");

  window_fixture_present (fixture, 900, 700);
  for (guint i = 0; i < 2; i++)
    {
      window_fixture_record (fixture);
      window_fixture_wait_frames (fixture, 3);
      window_fixture_say_many (fixture, BURST);
      window_fixture_flush (fixture);
      window_fixture_wait_frames (fixture, 3);
      assert_frames (fixture);
      assert_newest (fixture, "Message 9999");
    }
}

static void
test_streamed (WindowFixture *fixture,
               gconstpointer data)
{
  Source source = { fixture, BURST };

  g_test_summary ("Ten thousand messages as fast as the loop takes them");

  window_fixture_present (fixture, 900, 700);
  window_fixture_record (fixture);
  g_idle_add (say_some_cb, &source);
  hub_test_wait_until (source.n_left == 0);
  window_fixture_flush (fixture);
  assert_frames (fixture);
  assert_newest (fixture, "Message 49");
}

static void
test_scrolled_up (WindowFixture *fixture,
                  gconstpointer data)
{
  HubFollowBin *bin = HUB_FOLLOW_BIN (window_fixture_find (fixture, HUB_TYPE_FOLLOW_BIN));
  GtkAdjustment *vertical = gtk_scrollable_get_vadjustment (GTK_SCROLLABLE (hub_follow_bin_get_list (bin)));
  Source source = { fixture, BURST };

  g_test_summary ("Ten thousand messages while somebody reads the older ones, until those are gone");

  window_fixture_present (fixture, 900, 700);
  window_fixture_say_many (fixture, 500);
  window_fixture_flush (fixture);
  gtk_adjustment_set_value (vertical, gtk_adjustment_get_upper (vertical) / 2);
  window_fixture_wait_frames (fixture, 3);
  window_fixture_record (fixture);
  g_idle_add (say_some_cb, &source);
  hub_test_wait_until (source.n_left == 0);
  window_fixture_flush (fixture);
  assert_frames (fixture);
  assert_newest (fixture, "Message 49");
}

static void
test_scrolling (WindowFixture *fixture,
                gconstpointer data)
{
  HubFollowBin *bin = HUB_FOLLOW_BIN (window_fixture_find (fixture, HUB_TYPE_FOLLOW_BIN));
  GtkAdjustment *vertical = gtk_scrollable_get_vadjustment (GTK_SCROLLABLE (hub_follow_bin_get_list (bin)));
  double value;

  g_test_summary ("Scrolling through a full list, a page a frame");

  window_fixture_present (fixture, 900, 700);
  window_fixture_say_many (fixture, HUB_MESSAGE_LIST_CAPACITY);
  window_fixture_flush (fixture);
  window_fixture_record (fixture);
  while ((value = gtk_adjustment_get_value (vertical)) > 0 && fixture->n_ticks < 120)
    {
      gtk_adjustment_set_value (vertical, value - gtk_adjustment_get_page_size (vertical));
      window_fixture_wait_frames (fixture, 1);
    }
  assert_frames (fixture);
}

static void
test_silence (WindowFixture *fixture,
              gconstpointer data)
{
  g_test_summary ("When nothing is pending, no frame is asked for");

  window_fixture_present (fixture, 900, 700);
  window_fixture_say_many (fixture, 100);
  window_fixture_flush (fixture);
  window_fixture_wait_quiet (fixture);
}

int
main (int argc,
      char *argv[])
{
  window_tests_init (&argc, &argv);

#define add(path, func) \
  g_test_add ("/ui/window/burst/" path, WindowFixture, NULL, window_fixture_set_up, func, window_fixture_tear_down)

  add ("at-once", test_at_once);
  add ("streamed", test_streamed);
  add ("scrolled-up", test_scrolled_up);
  add ("scrolling", test_scrolling);
  add ("silence", test_silence);
#undef add

  return window_tests_run ();
}
