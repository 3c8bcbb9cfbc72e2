/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The lines across the table: dates, and what is new. */
#include "tests/ui/window-fixture.h"

#include "tests/support/hub-test-wait.h"
#include "ui/hub-follow-bin.h"
#include "ui/hub-message-row.h"
#include "ui/hub-message-slot.h"

#include <math.h>

static GtkListView *
list_view (WindowFixture *fixture)
{
  return hub_follow_bin_get_list (HUB_FOLLOW_BIN (window_fixture_find (fixture, HUB_TYPE_FOLLOW_BIN)));
}

static HubMessageItem *
item_at (WindowFixture *fixture,
         guint position)
{
  g_autoptr (HubMessageItem) item = g_list_model_get_item (G_LIST_MODEL (hub_chat_state_get_messages (fixture->state)), position);

  g_assert_nonnull (item);
  return item;
}

/* What shows @item; NULL as long as nothing does. */
static GtkWidget *
find_row (WindowFixture *fixture,
          HubMessageItem *item)
{
  GtkWidget *row = gtk_widget_get_first_child (GTK_WIDGET (list_view (fixture)));

  for (; row != NULL; row = gtk_widget_get_next_sibling (row))
    {
      GtkWidget *slot = gtk_widget_get_first_child (row);
      GtkWidget *filling = gtk_widget_get_last_child (slot);

      if (hub_message_slot_get_item (HUB_MESSAGE_SLOT (slot)) == item && HUB_IS_MESSAGE_ROW (filling) && gtk_widget_get_mapped (filling))
        return filling;
    }
  return NULL;
}

static void
append (WindowFixture *fixture,
        const HubMessageParams *params)
{
  g_autoptr (HubMessageItem) item = hub_message_item_new (params);

  hub_message_list_append (hub_chat_state_get_messages (fixture->state), item);
  window_fixture_flush (fixture);
}

static gboolean
has_unread_line (WindowFixture *fixture,
                 guint position)
{
  return (hub_message_item_get_marks (item_at (fixture, position)) & HUB_MESSAGE_MARK_UNREAD) != 0;
}

/* The words of the lines that are seen, from the top. */
static void
collect_lines (GtkWidget *widget,
               GString *lines)
{
  if (!gtk_widget_get_child_visible (widget) || !gtk_widget_get_visible (widget))
    return;
  if (gtk_widget_has_css_class (widget, "line-across"))
    {
      GtkWidget *label = gtk_widget_get_next_sibling (gtk_widget_get_first_child (widget));

      g_assert_cmpint (gtk_widget_get_height (widget), >, 0);
      g_string_append_printf (lines, "<%s>", gtk_label_get_label (GTK_LABEL (label)));
    }
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    collect_lines (child, lines);
}

static void
assert_lines (WindowFixture *fixture,
              const char *expected)
{
  g_autoptr (GString) lines = g_string_new (NULL);

  collect_lines (GTK_WIDGET (list_view (fixture)), lines);
  g_assert_cmpstr (lines->str, ==, expected);
}

static void
scroll_to (WindowFixture *fixture,
           double part)
{
  GtkAdjustment *vertical = gtk_scrollable_get_vadjustment (GTK_SCROLLABLE (list_view (fixture)));

  gtk_adjustment_set_value (vertical, part * (gtk_adjustment_get_upper (vertical) - gtk_adjustment_get_page_size (vertical)));
  window_fixture_wait_frames (fixture, 3);
}

static void
test_dates (WindowFixture *fixture,
            gconstpointer data)
{
  const gint64 now_us = g_get_real_time ();
  const gint64 day_us = G_TIME_SPAN_DAY;

  g_test_summary ("Above the first row of a day stands the day");

  window_fixture_present (fixture, 900, 640);
  append (fixture, &(HubMessageParams){ .name = "Grace", .text = "Then", .time_us = G_GINT64_CONSTANT (1573550000) * G_USEC_PER_SEC });
  append (fixture, &(HubMessageParams){ .name = "Grace", .text = "Before", .time_us = now_us - day_us });
  append (fixture, &(HubMessageParams){ .name = "Grace", .text = "Now", .time_us = now_us });
  append (fixture, &(HubMessageParams){ .name = "Linus", .text = "And now", .time_us = now_us });
  hub_message_list_set_first_unread (hub_chat_state_get_messages (fixture->state), item_at (fixture, 2));
  window_fixture_wait_frames (fixture, 3);
  assert_lines (fixture, "<Tuesday, 12 November 2019><Yesterday><Today><New>");
  hub_message_list_set_first_unread (hub_chat_state_get_messages (fixture->state), item_at (fixture, 3));
  window_fixture_wait_frames (fixture, 3);
  assert_lines (fixture, "<Tuesday, 12 November 2019><Yesterday><Today><New>");
  hub_message_list_set_first_unread (hub_chat_state_get_messages (fixture->state), NULL);
  window_fixture_wait_frames (fixture, 3);
  assert_lines (fixture, "<Tuesday, 12 November 2019><Yesterday><Today>");
}

static void
test_scrolled_up (WindowFixture *fixture,
                  gconstpointer data)
{
  g_test_summary ("The line stands where the reader was when they scrolled up, and moves with the next time");

  window_fixture_present (fixture, 900, 640);
  hub_test_wait_until (gtk_window_is_active (GTK_WINDOW (fixture->window)));
  window_fixture_say_many (fixture, 100);
  window_fixture_flush (fixture);
  g_assert_false (has_unread_line (fixture, 99));

  scroll_to (fixture, 0.5);
  append (fixture, &(HubMessageParams){ .name = "Ada", .text = "own", .is_own = TRUE, .time_us = 1 });
  append (fixture, &(HubMessageParams){ .name = "Grace", .text = "first", .time_us = 1 });
  append (fixture, &(HubMessageParams){ .name = "Grace", .text = "second", .time_us = 1 });
  g_assert_false (has_unread_line (fixture, 100));
  g_assert_true (has_unread_line (fixture, 101));
  g_assert_false (has_unread_line (fixture, 102));

  /* At the end again it stays; what comes now is seen. */
  scroll_to (fixture, 1);
  append (fixture, &(HubMessageParams){ .name = "Grace", .text = "third", .time_us = 1 });
  g_assert_true (has_unread_line (fixture, 101));
  g_assert_false (has_unread_line (fixture, 103));

  scroll_to (fixture, 0.5);
  append (fixture, &(HubMessageParams){ .name = "Grace", .text = "fourth", .time_us = 1 });
  g_assert_false (has_unread_line (fixture, 101));
  g_assert_true (has_unread_line (fixture, 104));
}

static void
miss (WindowFixture *fixture,
      const HubMessageParams *params)
{
  g_autoptr (HubMessageItem) item = hub_message_item_new (params);

  hub_message_list_count_missed (hub_chat_state_get_messages (fixture->state), item);
}

static void
test_missed (WindowFixture *fixture,
             gconstpointer data)
{
  HubMessageList *messages = hub_chat_state_get_messages (fixture->state);
  HubMessageParams params = { .name = "Grace", .text = "one", .topic = "messages", .time_us = 1 };
  g_autoptr (GPtrArray) past = g_ptr_array_new_with_free_func (g_object_unref);

  g_test_summary ("Who comes back from elsewhere in the history finds the line above what came meanwhile, and not above what waits");

  window_fixture_present (fixture, 900, 640);
  hub_test_wait_until (gtk_window_is_active (GTK_WINDOW (fixture->window)));
  params.seq = 1;
  append (fixture, &params);
  hub_message_list_set_is_detached (messages, TRUE);
  append (fixture, &(HubMessageParams){ .name = "Ada", .text = "waits", .is_own = TRUE, .state = HUB_MESSAGE_STATE_WAITING, .time_us = 1 });
  miss (fixture, &(HubMessageParams){ .text = "own", .is_own = TRUE, .state = HUB_MESSAGE_STATE_SENT, .seq = 2 });
  g_assert_false (hub_message_list_has_first_unread (messages));
  for (params.seq = 3; params.seq <= 4; params.seq++)
    miss (fixture, &params);
  g_assert_false (has_unread_line (fixture, 0));
  g_assert_false (has_unread_line (fixture, 1));

  for (params.seq = 2; params.seq <= 4; params.seq++)
    g_ptr_array_add (past, hub_message_item_new (&params));
  hub_message_list_append_past (messages, past, FALSE);
  hub_message_list_set_is_detached (messages, FALSE);
  hub_message_list_flush (messages);
  g_assert_cmpstr (hub_message_item_get_text (item_at (fixture, 4)), ==, "waits");
  g_assert_false (has_unread_line (fixture, 1));
  g_assert_true (has_unread_line (fixture, 2));
  g_assert_false (has_unread_line (fixture, 3));
  g_assert_false (has_unread_line (fixture, 4));
}

static void
test_news_above_unsent (WindowFixture *fixture,
                        gconstpointer data)
{
  g_test_summary ("What comes above a message that is not sent yet is new all the same");

  window_fixture_present (fixture, 900, 640);
  hub_test_wait_until (gtk_window_is_active (GTK_WINDOW (fixture->window)));
  window_fixture_say_many (fixture, 100);
  append (fixture, &(HubMessageParams){ .name = "Ada", .text = "waits", .is_own = TRUE, .state = HUB_MESSAGE_STATE_FAILED, .time_us = 1 });
  scroll_to (fixture, 0.5);
  append (fixture, &(HubMessageParams){ .name = "Grace", .text = "first", .time_us = 1 });
  g_assert_cmpstr (hub_message_item_get_text (item_at (fixture, 101)), ==, "waits");
  g_assert_true (has_unread_line (fixture, 100));
  g_assert_true (gtk_widget_get_mapped (window_fixture_find_label (fixture, "1 new")));
}

static void
test_line_of_others (WindowFixture *fixture,
                     gconstpointer data)
{
  HubMessageList *messages = hub_chat_state_get_messages (fixture->state);
  GtkWidget *other = gtk_window_new ();

  g_test_summary ("A line that was put by somebody else stays until the reader was there");

  hub_message_list_set_first_unread_seq (messages, 2);
  gtk_window_present (GTK_WINDOW (other));
  window_fixture_present (fixture, 900, 640);
  gtk_window_present (GTK_WINDOW (other));
  hub_test_wait_until (!gtk_window_is_active (GTK_WINDOW (fixture->window)));
  /* The window has had the focus for a moment. */
  hub_message_list_set_first_unread_seq (messages, 0);
  append (fixture, &(HubMessageParams){ .name = "Grace", .text = "one", .seq = 1, .time_us = 1 });
  hub_message_list_set_first_unread_seq (messages, 2);
  append (fixture, &(HubMessageParams){ .name = "Grace", .text = "two", .seq = 2, .time_us = 1 });
  append (fixture, &(HubMessageParams){ .name = "Grace", .text = "three", .seq = 3, .time_us = 1 });
  g_assert_true (has_unread_line (fixture, 1));
  g_assert_false (has_unread_line (fixture, 2));
  gtk_window_destroy (GTK_WINDOW (other));
}

static void
test_looked_away (WindowFixture *fixture,
                  gconstpointer data)
{
  GtkWidget *other = gtk_window_new ();

  g_test_summary ("The line stands above what came while the window had not the focus, at its end too");

  window_fixture_present (fixture, 900, 640);
  hub_test_wait_until (gtk_window_is_active (GTK_WINDOW (fixture->window)));
  append (fixture, &(HubMessageParams){ .name = "Grace", .text = "seen", .time_us = 1 });

  gtk_window_present (GTK_WINDOW (other));
  hub_test_wait_until (!gtk_window_is_active (GTK_WINDOW (fixture->window)));
  append (fixture, &(HubMessageParams){ .name = "Grace", .text = "kept", .is_retained = TRUE, .time_us = 1 });
  append (fixture, &(HubMessageParams){ .name = "Grace", .text = "not seen", .time_us = 1 });
  append (fixture, &(HubMessageParams){ .name = "Grace", .text = "neither", .time_us = 1 });
  g_assert_false (has_unread_line (fixture, 0));
  g_assert_false (has_unread_line (fixture, 1));
  g_assert_true (has_unread_line (fixture, 2));
  g_assert_false (has_unread_line (fixture, 3));

  gtk_window_destroy (GTK_WINDOW (other));
  gtk_window_present (GTK_WINDOW (fixture->window));
  hub_test_wait_until (gtk_window_is_active (GTK_WINDOW (fixture->window)));
  append (fixture, &(HubMessageParams){ .name = "Grace", .text = "seen again", .time_us = 1 });
  g_assert_true (has_unread_line (fixture, 2));
  g_assert_false (has_unread_line (fixture, 4));
}

/* Whether a widget with @css_class is seen. */
static gboolean
is_seen (WindowFixture *fixture,
         const char *css_class)
{
  return gtk_widget_get_mapped (window_fixture_find_css_class (fixture, css_class));
}

static void
test_reveal (WindowFixture *fixture,
             gconstpointer data)
{
  HubMessageList *messages = hub_chat_state_get_messages (fixture->state);
  g_autoptr (HubMessageItem) wanted = NULL;
  GtkWidget *row;
  graphene_rect_t bounds;
  gint64 since_us;
  int height;

  g_test_summary ("What was searched for stands in the middle, has the focus and shines for two seconds; there is a way back");

  window_fixture_present (fixture, 900, 640);
  window_fixture_say_many (fixture, 400);
  window_fixture_flush (fixture);
  wanted = g_object_ref (item_at (fixture, 123));
  hub_message_list_set_is_detached (messages, TRUE);
  since_us = g_get_monotonic_time ();
  g_signal_emit_by_name (messages, "revealed", wanted);
  g_assert_true ((hub_message_item_get_marks (wanted) & HUB_MESSAGE_MARK_LIT) != 0);
  hub_test_wait_until ((row = find_row (fixture, wanted)) != NULL);
  /* The two seconds may be over by now. */
  g_assert_cmpint (gtk_widget_has_css_class (row, "lit"),
                   ==,
                   (hub_message_item_get_marks (wanted) & HUB_MESSAGE_MARK_LIT) != 0);
  hub_test_wait_until (gtk_window_get_focus (GTK_WINDOW (fixture->window)) != NULL &&
                       gtk_widget_is_ancestor (row, gtk_window_get_focus (GTK_WINDOW (fixture->window))));
  window_fixture_wait_frames (fixture, 3);
  g_assert_true (gtk_widget_compute_bounds (row, GTK_WIDGET (list_view (fixture)), &bounds));
  height = gtk_widget_get_height (GTK_WIDGET (list_view (fixture)));
  g_assert_cmpfloat (fabs (bounds.origin.y + bounds.size.height / 2 - height / 2), <, 20);
  g_assert_true (gtk_widget_get_mapped (window_fixture_find_label (fixture, "Go to Newest")));
  hub_test_wait_until ((hub_message_item_get_marks (wanted) & HUB_MESSAGE_MARK_LIT) == 0);
  g_assert_cmpint (g_get_monotonic_time () - since_us, >=, 2 * G_TIME_SPAN_SECOND);
  g_assert_false (gtk_widget_has_css_class (row, "lit"));
  hub_message_list_set_is_detached (messages, FALSE);
  g_assert_false (gtk_widget_get_mapped (window_fixture_find_label (fixture, "Go to Newest")));
}

static void
test_mention (WindowFixture *fixture,
              gconstpointer data)
{
  HubMessageParams params = { .name = "Grace", .from = "1111222233334444", .text = "Ada, come", .time_us = 1 };
  GtkWidget *row;

  g_test_summary ("A row that names the user stands out, as long as that is their name");

  window_fixture_present (fixture, 900, 640);
  append (fixture, &params);
  row = window_fixture_find_css_class (fixture, "mention");
  g_assert_false (gtk_widget_has_css_class (row, "own"));
  hub_chat_state_set_name (fixture->state, "Linus");
  g_assert_false (gtk_widget_has_css_class (row, "mention"));
  hub_chat_state_set_name (fixture->state, "ada");
  g_assert_true (gtk_widget_has_css_class (row, "mention"));

  g_assert_false (is_seen (fixture, "message-suffix"));
  params.from = "5555666677778888";
  append (fixture, &params);
  g_assert_true (is_seen (fixture, "message-suffix"));
  g_assert_true (gtk_widget_get_mapped (window_fixture_find_label (fixture, " \302\2671111")));
  g_assert_true (gtk_widget_get_mapped (window_fixture_find_label (fixture, " \302\2675555")));
}

int
main (int argc,
      char *argv[])
{
  window_tests_init (&argc, &argv);

#define add(path, func) \
  g_test_add ("/ui/window/lines/" path, WindowFixture, NULL, window_fixture_set_up, func, window_fixture_tear_down)

  add ("dates", test_dates);
  add ("scrolled-up", test_scrolled_up);
  add ("missed", test_missed);
  add ("news-above-unsent", test_news_above_unsent);
  add ("line-of-others", test_line_of_others);
  add ("looked-away", test_looked_away);
  add ("mention", test_mention);
  add ("reveal", test_reveal);
#undef add

  return window_tests_run ();
}
