/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ui/model/hub-message-list.h"

#define MINUTE G_TIME_SPAN_MINUTE

typedef struct
{
  HubMessageList *list;
} Fixture;

static void
set_up (Fixture *fixture,
        gconstpointer capacity)
{
  fixture->list = hub_message_list_new (GPOINTER_TO_UINT (capacity));
}

static void
tear_down (Fixture *fixture,
           gconstpointer capacity)
{
  g_assert_finalize_object (fixture->list);
}

static HubMessageItem *
say (Fixture *fixture,
     const char *text,
     guint64 seq,
     gint64 time_us)
{
  g_autoptr (HubMessageItem) item = hub_message_item_new (&(HubMessageParams){
    .name = "Grace", .from = "1", .text = text, .seq = seq, .time_us = time_us });

  g_assert_true (hub_message_list_append (fixture->list, item));
  hub_message_list_flush (fixture->list);
  return item;
}

/* "-" where a date stands above, "*" where "New" does, "'" behind those whose name is not repeated. */
static void
assert_marks (Fixture *fixture,
              const char *expected)
{
  g_autoptr (GString) marks = g_string_new (NULL);

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (fixture->list)); i++)
    {
      g_autoptr (HubMessageItem) item = g_list_model_get_item (G_LIST_MODEL (fixture->list), i);

      g_string_append_printf (marks, "%s%s%s%s",
                              hub_message_item_get_marks (item) & HUB_MESSAGE_MARK_DAY ? "-" : "",
                              hub_message_item_get_marks (item) & HUB_MESSAGE_MARK_UNREAD ? "*" : "",
                              hub_message_item_get_text (item),
                              hub_message_item_get_is_repeat (item) ? "'" : "");
    }
  g_assert_cmpstr (marks->str, ==, expected);
}

static void
test_group (Fixture *fixture,
            gconstpointer data)
{
  const gint64 noon_us = 12 * 60 * MINUTE;

  g_test_summary ("A name stands again after more than five minutes, and never from one day to the next");

  say (fixture, "a", 1, noon_us);
  say (fixture, "b", 2, noon_us + 5 * MINUTE);
  say (fixture, "c", 3, noon_us + 10 * MINUTE + 1);
  /* A clock that was set back. */
  say (fixture, "d", 4, noon_us + 5 * MINUTE + 1);
  say (fixture, "e", 5, noon_us);
  say (fixture, "f", 6, 24 * 60 * MINUTE - 1);
  say (fixture, "g", 7, 24 * 60 * MINUTE);
  assert_marks (fixture, "-ab'cd'ef-g");
}

static void
test_days (Fixture *fixture,
           gconstpointer data)
{
  g_autoptr (GPtrArray) past = g_ptr_array_new_with_free_func (g_object_unref);

  g_test_summary ("The date stands above the first row of a day, and moves up when older ones come");

  say (fixture, "c", 3, 0);
  say (fixture, "d", 4, 24 * 60 * MINUTE);
  assert_marks (fixture, "-c-d");
  g_ptr_array_add (past, hub_message_item_new (&(HubMessageParams){ .name = "Ada", .text = "b", .seq = 2, .time_us = -1 }));
  hub_message_list_append_past (fixture->list, past, TRUE);
  hub_message_list_flush (fixture->list);
  assert_marks (fixture, "-b-c-d");
  g_ptr_array_set_size (past, 0);
  g_ptr_array_add (past, hub_message_item_new (&(HubMessageParams){ .name = "Ada", .text = "a", .seq = 1, .time_us = -2 }));
  hub_message_list_append_past (fixture->list, past, TRUE);
  hub_message_list_flush (fixture->list);
  assert_marks (fixture, "-ab'-c-d");
  hub_message_list_drop_before (fixture->list, 2);
  assert_marks (fixture, "-b-c-d");
}

static void
test_line (Fixture *fixture,
           gconstpointer data)
{
  HubMessageItem *plain;

  g_test_summary ("There is one line \"New\", above what it was put, whether that has a number or not");

  say (fixture, "a", 1, 0);
  say (fixture, "b", 2, 0);
  plain = say (fixture, "c", 0, 0);
  say (fixture, "d", 4, 0);
  hub_message_list_set_first_unread_seq (fixture->list, 2);
  assert_marks (fixture, "-a*bc'd'");
  hub_message_list_set_first_unread (fixture->list, plain);
  assert_marks (fixture, "-ab'*cd'");
  hub_message_list_set_first_unread_seq (fixture->list, 3);
  assert_marks (fixture, "-ab'c'*d");
  hub_message_list_set_first_unread_seq (fixture->list, 0);
  assert_marks (fixture, "-ab'c'd'");
  hub_message_list_set_first_unread (fixture->list, plain);
  hub_message_list_set_first_unread (fixture->list, NULL);
  assert_marks (fixture, "-ab'c'd'");
}

static void
test_line_before (Fixture *fixture,
                  gconstpointer data)
{
  g_autoptr (GPtrArray) past = g_ptr_array_new_with_free_func (g_object_unref);

  g_test_summary ("The line finds its place whenever what it stands above comes, and comes again");

  hub_message_list_set_first_unread_seq (fixture->list, 5);
  say (fixture, "d", 4, 0);
  assert_marks (fixture, "-d");
  say (fixture, "e", 6, 0);
  assert_marks (fixture, "-d*e");
  say (fixture, "f", 7, 0);
  assert_marks (fixture, "-d*ef'");
  g_ptr_array_add (past, hub_message_item_new (&(HubMessageParams){ .name = "Ada", .text = "x", .seq = 5, .time_us = 0 }));
  hub_message_list_append_past (fixture->list, past, TRUE);
  hub_message_list_flush (fixture->list);
  assert_marks (fixture, "-d*xef'");
  /* What has made room is above: all that is held is new. */
  hub_message_list_drop_before (fixture->list, 6);
  assert_marks (fixture, "-*ef'");
  hub_message_list_clear (fixture->list);
  say (fixture, "g", 8, 0);
  assert_marks (fixture, "-g");
}

static void
test_line_other_log (Fixture *fixture,
                     gconstpointer data)
{
  g_test_summary ("Of another log everything is new, whatever the number");

  say (fixture, "a", 10, 0);
  hub_message_list_set_first_unread_seq (fixture->list, 11);
  hub_message_list_begin_log (fixture->list);
  say (fixture, "b", 1, 0);
  say (fixture, "c", 2, 0);
  assert_marks (fixture, "-a*bc'");
}

static void
test_mention (Fixture *fixture,
              gconstpointer data)
{
  g_autoptr (HubMessageItem) own = hub_message_item_new (&(HubMessageParams){ .name = "Ada", .text = "I am Ada", .is_own = TRUE });
  HubMessageItem *to_ada;
  HubMessageItem *to_grace;

  g_test_summary ("Rows that speak of the user are marked, also after a change of the name, and own ones never");

  hub_message_list_set_own_name (fixture->list, "Ada");
  to_ada = say (fixture, "Is Ada here?", 1, 0);
  to_grace = say (fixture, "Is Grace here?", 2, 0);
  hub_message_list_append (fixture->list, own);
  hub_message_list_flush (fixture->list);
  g_assert_cmpuint (hub_message_item_get_marks (to_ada), ==, HUB_MESSAGE_MARK_DAY | HUB_MESSAGE_MARK_MENTION);
  g_assert_cmpuint (hub_message_item_get_marks (to_grace), ==, 0);
  g_assert_cmpuint (hub_message_item_get_marks (own), ==, 0);
  hub_message_list_set_own_name (fixture->list, "grace");
  g_assert_cmpuint (hub_message_item_get_marks (to_ada), ==, HUB_MESSAGE_MARK_DAY);
  g_assert_cmpuint (hub_message_item_get_marks (to_grace), ==, HUB_MESSAGE_MARK_MENTION);
  /* The line leaves it alone. */
  hub_message_list_set_first_unread_seq (fixture->list, 2);
  g_assert_cmpuint (hub_message_item_get_marks (to_grace), ==, HUB_MESSAGE_MARK_MENTION | HUB_MESSAGE_MARK_UNREAD);
  hub_message_list_set_own_name (fixture->list, NULL);
  g_assert_cmpuint (hub_message_item_get_marks (to_grace), ==, HUB_MESSAGE_MARK_UNREAD);
}

static void
test_shared_names (Fixture *fixture,
                   gconstpointer data)
{
  g_autoptr (HubMessageItem) other = hub_message_item_new (&(HubMessageParams){ .name = " Grace", .from = "2", .text = "b", .seq = 2 });
  g_autoptr (HubMessageItem) own = hub_message_item_new (&(HubMessageParams){
    .name = "Grace", .from = "3", .text = "c", .seq = 3, .is_own = TRUE });
  HubMessageItem *first;

  g_test_summary ("Two of one name are told apart while rows of both are held");

  first = say (fixture, "a", 1, 0);
  g_assert_false (hub_message_item_has_shared_name (first));
  hub_message_list_append (fixture->list, other);
  hub_message_list_flush (fixture->list);
  g_assert_true (hub_message_item_has_shared_name (first));
  g_assert_true (hub_message_item_has_shared_name (other));
  hub_message_list_append (fixture->list, own);
  hub_message_list_flush (fixture->list);
  g_assert_false (hub_message_item_has_shared_name (own));
  hub_message_list_drop_before (fixture->list, 3);
  g_assert_false (hub_message_item_has_shared_name (other));
  /* Who is only here counts as well. */
  first = say (fixture, "d", 4, 0);
  g_assert_true (hub_message_item_has_shared_name (first));
  hub_message_list_clear (fixture->list);
  first = say (fixture, "e", 5, 0);
  g_assert_false (hub_message_item_has_shared_name (first));
  hub_names_add (hub_message_list_get_names (fixture->list), "Grace", "9");
  g_assert_true (hub_message_item_has_shared_name (first));
  hub_names_remove (hub_message_list_get_names (fixture->list), "Grace", "9");
  g_assert_false (hub_message_item_has_shared_name (first));
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);

#define add(path, func) g_test_add ("/ui/message-marks/" path, Fixture, GUINT_TO_POINTER (100), set_up, func, tear_down)

  add ("group", test_group);
  add ("days", test_days);
  add ("line", test_line);
  add ("line-before", test_line_before);
  add ("line-other-log", test_line_other_log);
  add ("mention", test_mention);
  add ("shared-names", test_shared_names);
#undef add

  return g_test_run ();
}
