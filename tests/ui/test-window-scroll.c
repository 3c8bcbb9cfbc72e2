/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/ui/window-fixture.h"

#include "ui/hub-follow-bin.h"
#include "ui/hub-message-slot.h"

#include <math.h>

/* A row, and where it stands in the view. */
typedef struct
{
  HubMessageItem *item; /* (unowned) */
  int y;
} Place;

static HubFollowBin *
follow_bin (WindowFixture *fixture)
{
  return HUB_FOLLOW_BIN (window_fixture_find (fixture, HUB_TYPE_FOLLOW_BIN));
}

static GtkWidget *
list_view (WindowFixture *fixture)
{
  return GTK_WIDGET (hub_follow_bin_get_list (follow_bin (fixture)));
}

static GtkAdjustment *
adjustment (WindowFixture *fixture)
{
  return gtk_scrollable_get_vadjustment (GTK_SCROLLABLE (list_view (fixture)));
}

static HubMessageItem *
item_of_row (GtkWidget *row)
{
  return hub_message_slot_get_item (HUB_MESSAGE_SLOT (gtk_widget_get_first_child (row)));
}

static graphene_rect_t
bounds_of_row (WindowFixture *fixture,
               GtkWidget *row)
{
  graphene_rect_t bounds;

  g_assert_true (gtk_widget_compute_bounds (row, list_view (fixture), &bounds));
  return bounds;
}

/* The end of the last message is the end of what is seen. */
static void
assert_at_end (WindowFixture *fixture)
{
  HubMessageList *messages = hub_chat_state_get_messages (fixture->state);
  const guint n_items = g_list_model_get_n_items (G_LIST_MODEL (messages));
  g_autoptr (HubMessageItem) newest = g_list_model_get_item (G_LIST_MODEL (messages), n_items - 1);
  GtkWidget *row = gtk_widget_get_last_child (list_view (fixture));
  graphene_rect_t bounds = bounds_of_row (fixture, row);

  g_assert_true (hub_follow_bin_get_is_following (follow_bin (fixture)));
  g_assert_true (item_of_row (row) == newest);
  g_assert_true (gtk_widget_get_child_visible (row));
  g_assert_cmpint ((int) roundf (bounds.origin.y + bounds.size.height), ==, gtk_widget_get_height (list_view (fixture)));
}

/* The first row that is seen whole. */
static Place
find_place (WindowFixture *fixture)
{
  GtkWidget *row = gtk_widget_get_first_child (list_view (fixture));

  while (row != NULL && (!gtk_widget_get_child_visible (row) || bounds_of_row (fixture, row).origin.y < 0))
    row = gtk_widget_get_next_sibling (row);
  g_assert_nonnull (row);

  return (Place){ item_of_row (row), (int) roundf (bounds_of_row (fixture, row).origin.y) };
}

static void
assert_place (WindowFixture *fixture,
              Place place)
{
  const Place now = find_place (fixture);

  g_assert_true (now.item == place.item);
  g_assert_cmpint (now.y, ==, place.y);
  g_assert_false (hub_follow_bin_get_is_following (follow_bin (fixture)));
}

/* Every row that is seen shows its message. */
static void
assert_filled (WindowFixture *fixture)
{
  GtkWidget *list = list_view (fixture);

  for (GtkWidget *row = gtk_widget_get_first_child (list); row != NULL; row = gtk_widget_get_next_sibling (row))
    if (gtk_widget_get_child_visible (row))
      {
        GtkWidget *slot = gtk_widget_get_first_child (row);

        g_assert_false (hub_message_slot_fill (HUB_MESSAGE_SLOT (slot)));
        g_assert_cmpint (gtk_widget_get_height (gtk_widget_get_last_child (slot)), >, 0);
      }
}

static void
scroll_to (WindowFixture *fixture,
           double part)
{
  GtkAdjustment *vertical = adjustment (fixture);
  const double end = gtk_adjustment_get_upper (vertical) - gtk_adjustment_get_page_size (vertical);

  gtk_adjustment_set_value (vertical, floor (end * part));
  window_fixture_wait_frames (fixture, 3);
}

/* Lines of all kinds: the heights of the rows differ as they can. */
static char *
text_of (guint n)
{
  GString *text = g_string_new (NULL);
  const guint n_words = (n * 37) % 90;

  for (guint i = 0; i <= n_words; i++)
    g_string_append_printf (text, "word%u%s", i, i % 23 == 22 ? "\n" : " ");
  return g_string_free (text, FALSE);
}

static void
say_varied (WindowFixture *fixture,
            guint from,
            guint n_messages)
{
  for (guint i = from; i < from + n_messages; i++)
    {
      g_autofree char *text = text_of (i);

      window_fixture_say (fixture, i % 3 == 0 ? "Grace" : "Linus", text);
    }
}

static void
test_few (WindowFixture *fixture,
          gconstpointer data)
{
  g_test_summary ("A few rows stand at the bottom");

  window_fixture_present (fixture, 900, 700);
  window_fixture_say (fixture, "Grace", "One");
  window_fixture_flush (fixture);
  assert_at_end (fixture);
  assert_filled (fixture);
  window_fixture_say (fixture, "Grace", "Two\nlines");
  window_fixture_flush (fixture);
  assert_at_end (fixture);
  g_assert_cmpint (gtk_widget_get_height (list_view (fixture)), <, 200);
}

static void
test_one_by_one (WindowFixture *fixture,
                 gconstpointer data)
{
  g_test_summary ("At the end it stays at the end, whatever comes");

  window_fixture_present (fixture, 900, 700);
  for (guint i = 0; i < 120; i++)
    {
      say_varied (fixture, i, 1);
      window_fixture_flush (fixture);
      assert_at_end (fixture);
      assert_filled (fixture);
    }
}

static void
test_batches (WindowFixture *fixture,
              gconstpointer data)
{
  guint said = 0;

  g_test_summary ("At the end it stays at the end, however much comes at once, also when the oldest make room");

  window_fixture_present (fixture, 900, 700);
  for (guint n = 1; said < 2 * HUB_MESSAGE_LIST_CAPACITY; n = n * 2 + 1)
    {
      say_varied (fixture, said, n);
      said += n;
      window_fixture_flush (fixture);
      assert_at_end (fixture);
      assert_filled (fixture);
    }
}

static void
test_tall (WindowFixture *fixture,
           gconstpointer data)
{
  GString *text = g_string_new ("tall");

  g_test_summary ("Of a message that is higher than the view the end is seen");

  for (guint i = 0; i < 15; i++)
    g_string_append_printf (text, "\n%u", i);
  window_fixture_present (fixture, 900, 300);
  say_varied (fixture, 0, 30);
  window_fixture_flush (fixture);
  for (guint i = 0; i < 3; i++)
    {
      window_fixture_say (fixture, "Grace", text->str);
      window_fixture_flush (fixture);
      assert_at_end (fixture);
    }
  g_assert_cmpfloat (bounds_of_row (fixture, gtk_widget_get_last_child (list_view (fixture))).size.height, >,
                     gtk_adjustment_get_page_size (adjustment (fixture)));
  g_string_free (text, TRUE);
}

static void
test_stays_put (WindowFixture *fixture,
                gconstpointer data)
{
  guint said = 400;

  g_test_summary ("Scrolled up, it stays where it is");

  window_fixture_present (fixture, 900, 700);
  say_varied (fixture, 0, said);
  window_fixture_flush (fixture);

  for (guint i = 0; i < 9; i++)
    {
      Place place;

      scroll_to (fixture, 0.97 - i * 0.12);
      assert_filled (fixture);
      place = find_place (fixture);
      for (guint n = 1; n < 100; n = n * 4 + 1)
        {
          say_varied (fixture, said, n);
          said += n;
          window_fixture_flush (fixture);
          assert_place (fixture, place);
        }
    }
}

static void
test_stays_put_at_capacity (WindowFixture *fixture,
                            gconstpointer data)
{
  guint said = HUB_MESSAGE_LIST_CAPACITY;
  Place place;

  g_test_summary ("Scrolled up, it stays where it is while the oldest make room");

  window_fixture_present (fixture, 900, 700);
  say_varied (fixture, 0, said);
  window_fixture_flush (fixture);
  scroll_to (fixture, 0.5);
  place = find_place (fixture);
  for (guint i = 0; i < 10; i++)
    {
      say_varied (fixture, said, 100);
      said += 100;
      window_fixture_flush (fixture);
      assert_place (fixture, place);
      assert_filled (fixture);
    }
}

/* Messages of the log, from number @from on. */
static void
tell_past (WindowFixture *fixture,
           guint from,
           guint n_messages,
           gboolean is_cut_at_end)
{
  g_autoptr (GPtrArray) items = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = from; i < from + n_messages; i++)
    {
      g_autofree char *text = text_of (i);
      const HubMessageParams params = { .name = i % 3 == 0 ? "Grace" : "Linus", .text = text, .topic = "messages", .seq = i };

      g_ptr_array_add (items, hub_message_item_new (&params));
    }
  hub_message_list_append_past (hub_chat_state_get_messages (fixture->state), items, is_cut_at_end);
  window_fixture_flush (fixture);
}

static void
reached_cb (HubMessageList *list,
            guint edge,
            gpointer user_data)
{
  guint *counts = user_data;

  counts[edge]++;
}

static void
test_past (WindowFixture *fixture,
           gconstpointer data)
{
  HubMessageList *messages = hub_chat_state_get_messages (fixture->state);
  GtkWidget *button;
  guint counts[3] = { 0 };
  guint first = 20001;

  g_test_summary ("Near the top more is asked for, and what comes in above moves nothing, also when the end makes room");

  window_fixture_present (fixture, 900, 700);
  button = window_fixture_find_label (fixture, "Go to the newest message");
  tell_past (fixture, first, 100, FALSE);
  assert_at_end (fixture);
  g_signal_connect (messages, "reached", G_CALLBACK (reached_cb), counts);
  scroll_to (fixture, 0.5);
  g_assert_cmpuint (counts[HUB_MESSAGE_EDGE_TOP], ==, 0);
  while (first > 12001)
    {
      Place place;
      guint n = first > 19000 ? 100 : 1000;

      counts[HUB_MESSAGE_EDGE_TOP] = 0;
      scroll_to (fixture, 0.0);
      gtk_adjustment_set_value (adjustment (fixture), gtk_adjustment_get_page_size (adjustment (fixture)));
      window_fixture_wait_frames (fixture, 3);
      g_assert_cmpuint (counts[HUB_MESSAGE_EDGE_TOP], >, 0);
      place = find_place (fixture);
      first -= n;
      tell_past (fixture, first, n, TRUE);
      assert_place (fixture, place);
      assert_filled (fixture);
    }
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (messages)), ==, HUB_MESSAGE_LIST_CAPACITY);
  g_assert_false (gtk_widget_get_visible (button));
  g_signal_handlers_disconnect_by_data (messages, counts);
}

static void
test_detached (WindowFixture *fixture,
               gconstpointer data)
{
  HubMessageList *messages = hub_chat_state_get_messages (fixture->state);
  GtkWidget *button;
  g_autoptr (HubMessageItem) missed = hub_message_item_new (&(HubMessageParams){ .text = "missed", .seq = 301 });
  guint counts[3] = { 0 };
  Place place;

  g_test_summary ("The last row is not the end while there is more behind it");

  window_fixture_present (fixture, 900, 700);
  button = window_fixture_find_label (fixture, "Go to the newest message");
  tell_past (fixture, 1, 200, FALSE);
  hub_message_list_set_is_detached (messages, TRUE);
  g_signal_connect (messages, "reached", G_CALLBACK (reached_cb), counts);
  scroll_to (fixture, 0.5);
  g_assert_cmpuint (counts[HUB_MESSAGE_EDGE_END], ==, 0);
  hub_message_list_count_missed (messages, missed);
  hub_message_list_count_missed (messages, missed);
  g_assert_cmpstr (adw_button_content_get_label (ADW_BUTTON_CONTENT (gtk_button_get_child (GTK_BUTTON (button)))), ==, "2 new");

  scroll_to (fixture, 1.0);
  g_assert_cmpuint (counts[HUB_MESSAGE_EDGE_END], >, 0);
  g_assert_true (gtk_widget_get_visible (button));
  place = find_place (fixture);
  tell_past (fixture, 201, 100, FALSE);
  assert_place (fixture, place);

  g_signal_emit_by_name (button, "clicked");
  g_assert_cmpuint (counts[HUB_MESSAGE_EDGE_NEWEST], ==, 1);
  hub_message_list_set_is_detached (messages, FALSE);
  g_signal_emit_by_name (button, "clicked");
  window_fixture_wait_frames (fixture, 3);
  assert_at_end (fixture);
  g_assert_false (gtk_widget_get_visible (button));
  g_signal_handlers_disconnect_by_data (messages, counts);
}

static void
test_back_to_end (WindowFixture *fixture,
                  gconstpointer data)
{
  g_test_summary ("Who scrolls back to the end follows again");

  window_fixture_present (fixture, 900, 700);
  say_varied (fixture, 0, 200);
  window_fixture_flush (fixture);
  scroll_to (fixture, 0.5);
  g_assert_false (hub_follow_bin_get_is_following (follow_bin (fixture)));
  scroll_to (fixture, 1.0);
  assert_at_end (fixture);
  say_varied (fixture, 200, 10);
  window_fixture_flush (fixture);
  assert_at_end (fixture);
}

static void
test_new_button (WindowFixture *fixture,
                 gconstpointer data)
{
  GtkWidget *button;

  g_test_summary ("Who has scrolled up is told how many came, and led to them");

  window_fixture_present (fixture, 900, 700);
  button = window_fixture_find_label (fixture, "Go to the newest message");
  say_varied (fixture, 0, 200);
  window_fixture_flush (fixture);
  g_assert_false (gtk_widget_get_visible (button));

  scroll_to (fixture, 0.5);
  g_assert_false (gtk_widget_get_visible (button));
  say_varied (fixture, 200, 2);
  window_fixture_flush (fixture);
  say_varied (fixture, 202, 1);
  window_fixture_flush (fixture);
  g_assert_true (gtk_widget_get_visible (button));
  g_assert_cmpstr (adw_button_content_get_label (ADW_BUTTON_CONTENT (gtk_button_get_child (GTK_BUTTON (button)))), ==, "3 new");
  window_fixture_picture (fixture, "window-new.png");

  g_signal_emit_by_name (button, "clicked");
  window_fixture_wait_frames (fixture, 3);
  assert_at_end (fixture);
  g_assert_false (gtk_widget_get_visible (button));
}

static void
test_resize (WindowFixture *fixture,
             gconstpointer data)
{
  static const struct
  {
    int width;
    int height;
  } sizes[] = { { 360, 640 }, { 900, 700 }, { 640, 400 }, { 360, 500 }, { 1200, 760 } };

  g_test_summary ("The end stays in sight when the window changes its size");

  window_fixture_present (fixture, 900, 700);
  say_varied (fixture, 0, 300);
  window_fixture_flush (fixture);
  for (gsize i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      window_fixture_resize (fixture, sizes[i].width, sizes[i].height);
      assert_at_end (fixture);
      assert_filled (fixture);
    }
}

static void
test_unfold (WindowFixture *fixture,
             gconstpointer data)
{
  g_autofree char *text = g_strnfill (3000, 'x');
  HubMessageItem *item;
  GtkWidget *row;
  int folded;

  g_test_summary ("A long message is folded, and unfolds in its place");

  window_fixture_present (fixture, 900, 700);
  say_varied (fixture, 0, 30);
  window_fixture_say (fixture, "Grace", text);
  window_fixture_flush (fixture);
  row = gtk_widget_get_last_child (list_view (fixture));
  item = item_of_row (row);
  folded = gtk_widget_get_height (row);
  hub_message_item_set_is_expanded (item, TRUE);
  window_fixture_wait_frames (fixture, 3);
  assert_at_end (fixture);
  g_assert_cmpint (gtk_widget_get_height (row), >, 2 * folded);
  hub_message_item_set_is_expanded (item, FALSE);
  window_fixture_wait_frames (fixture, 3);
  g_assert_cmpint (gtk_widget_get_height (row), ==, folded);
}

static void
test_keyboard (WindowFixture *fixture,
               gconstpointer data)
{
  GtkWidget *list;
  GtkWidget *focus;

  g_test_summary ("Tab enters the list at its last row and leaves it again; Up looks at older ones, and that is kept");

  window_fixture_present (fixture, 900, 700);
  say_varied (fixture, 0, 200);
  window_fixture_flush (fixture);
  list = list_view (fixture);

  g_assert_true (gtk_widget_child_focus (GTK_WIDGET (follow_bin (fixture)), GTK_DIR_TAB_FORWARD));
  focus = gtk_window_get_focus (GTK_WINDOW (fixture->window));
  g_assert_true (focus == gtk_widget_get_last_child (list));
  window_fixture_wait_frames (fixture, 3);
  assert_at_end (fixture);

  for (guint i = 0; i < 20; i++)
    {
      g_assert_true (gtk_widget_child_focus (GTK_WIDGET (follow_bin (fixture)), GTK_DIR_UP));
      window_fixture_wait_frames (fixture, 2);
    }
  g_assert_false (hub_follow_bin_get_is_following (follow_bin (fixture)));
  focus = gtk_window_get_focus (GTK_WINDOW (fixture->window));
  g_assert_true (gtk_widget_get_parent (focus) == list);
  g_assert_true (gtk_widget_get_child_visible (focus));

  /* Through the text of the row, which can be selected, and its button, and out. */
  for (guint i = 0; i < 2; i++)
    {
      g_assert_true (gtk_widget_child_focus (GTK_WIDGET (follow_bin (fixture)), GTK_DIR_TAB_FORWARD));
      g_assert_true (gtk_widget_is_ancestor (gtk_window_get_focus (GTK_WINDOW (fixture->window)), focus));
    }
  g_assert_false (gtk_widget_child_focus (GTK_WIDGET (follow_bin (fixture)), GTK_DIR_TAB_FORWARD));
}

int
main (int argc,
      char *argv[])
{
  window_tests_init (&argc, &argv);

#define add(path, func) \
  g_test_add ("/ui/window/scroll/" path, WindowFixture, NULL, window_fixture_set_up, func, window_fixture_tear_down)

  add ("few", test_few);
  add ("one-by-one", test_one_by_one);
  add ("batches", test_batches);
  add ("tall", test_tall);
  add ("stays-put", test_stays_put);
  add ("stays-put-at-capacity", test_stays_put_at_capacity);
  add ("past", test_past);
  add ("detached", test_detached);
  add ("back-to-end", test_back_to_end);
  add ("new-button", test_new_button);
  add ("resize", test_resize);
  add ("unfold", test_unfold);
  add ("keyboard", test_keyboard);
#undef add

  return window_tests_run ();
}
