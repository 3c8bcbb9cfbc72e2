/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/ui/message-list-fixture.h"

/* Messages of the log: each letter of @texts has its place in the alphabet as number. */
static GPtrArray *
make_past (const char *texts)
{
  GPtrArray *items = g_ptr_array_new_with_free_func (g_object_unref);

  for (const char *p = texts; *p != '\0'; p++)
    {
      const char text[] = { *p, '\0' };

      g_ptr_array_add (items, hub_message_item_new (&(HubMessageParams){ .text = text, .topic = "messages", .seq = (guint64) (*p - 'a' + 1) }));
    }
  return items;
}

static void
append_past (HubMessageList *list,
             const char *texts,
             gboolean is_cut_at_end)
{
  g_autoptr (GPtrArray) items = make_past (texts);

  hub_message_list_append_past (list, items, is_cut_at_end);
}

static void
append_live (HubMessageList *list,
             const char *texts)
{
  g_autoptr (GPtrArray) items = make_past (texts);

  for (guint i = 0; i < items->len; i++)
    hub_message_list_append (list, g_ptr_array_index (items, i));
}

static void
cut_cb (HubMessageList *list,
        gboolean is_end,
        guint64 seq,
        gpointer user_data)
{
  g_string_append_printf (user_data, " %s%c", is_end ? "end:" : "top:", seq > 0 ? (char) ('a' + seq - 1) : '0');
}

static void
test_past (MessageListFixture *fixture,
           gconstpointer data)
{
  g_test_summary ("History and live messages stand in the order of the log, each once");

  append_live (fixture->list, "eg");
  append_past (fixture->list, "bcdefg", FALSE);
  hub_message_list_flush (fixture->list);
  assert_list (fixture->list, "bcdefg");
  assert_log (fixture, "0-0+4 4-0+1 3-0+1");

  append_past (fixture->list, "a", TRUE);
  append_live (fixture->list, "ghg");
  hub_message_list_flush (fixture->list);
  assert_list (fixture->list, "abcdefgh");
  assert_log (fixture, "0-0+1 7-0+1");

  append_past (fixture->list, "abc", FALSE);
  hub_message_list_flush (fixture->list);
  assert_log (fixture, "");
}

static void
test_no_number (MessageListFixture *fixture,
                gconstpointer data)
{
  g_test_summary ("What has no number stands where it arrived, also when history comes later");

  append_params (fixture->list, &(HubMessageParams){ .text = "0", .topic = "messages" });
  append_past (fixture->list, "ab", FALSE);
  append_params (fixture->list, &(HubMessageParams){ .text = "1", .topic = "messages" });
  append_live (fixture->list, "e");
  append_params (fixture->list, &(HubMessageParams){ .text = "2", .topic = "messages" });
  hub_message_list_flush (fixture->list);
  append_past (fixture->list, "cd", FALSE);
  hub_message_list_flush (fixture->list);
  assert_list (fixture->list, "ab01cde2");
  assert_log (fixture, "0-0+2 2-0+4 4-0+2");
}

static void
test_echo_place (MessageListFixture *fixture,
                 gconstpointer data)
{
  const HubMessageParams own = { .text = "x", .id = "x", .topic = "messages", .is_own = TRUE, .state = HUB_MESSAGE_STATE_WAITING };
  HubMessageParams echo = own;
  HubMessageItem *held;

  g_test_summary ("An own message takes the place that the host gave it, and stays where it stands if that is right");

  append_live (fixture->list, "a");
  append_params (fixture->list, &own);
  append_live (fixture->list, "bce");
  hub_message_list_flush (fixture->list);
  assert_list (fixture->list, "abcex");
  assert_log (fixture, "0-0+5");

  echo.seq = 4;
  g_assert_false (append_params (fixture->list, &echo));
  hub_message_list_flush (fixture->list);
  assert_list (fixture->list, "abcxe");
  assert_log (fixture, "4-1+0 3-0+1");
  held = hub_message_list_find_by_id (fixture->list, "messages", "x");
  g_assert_cmpint (hub_message_item_get_state (held), ==, HUB_MESSAGE_STATE_SENT);

  /* Sent twice, it is in the log twice. */
  echo.seq = 6;
  g_assert_false (append_params (fixture->list, &echo));
  hub_message_list_flush (fixture->list);
  assert_log (fixture, "");
}

static void
append_unsent (HubMessageList *list,
               const char *text,
               HubMessageState state)
{
  g_assert_true (append_params (list, &(HubMessageParams){ .text = text, .id = text, .topic = "messages", .is_own = TRUE, .state = state }));
}

static void
test_unsent (MessageListFixture *fixture,
             gconstpointer data)
{
  g_autoptr (GString) cuts = g_string_new (NULL);

  g_test_summary ("What is not sent yet stands below all others, whatever is loaded above and makes room there");

  g_signal_connect (fixture->list, "cut", G_CALLBACK (cut_cb), cuts);
  append_unsent (fixture->list, "X", HUB_MESSAGE_STATE_WAITING);
  append_unsent (fixture->list, "Y", HUB_MESSAGE_STATE_FAILED);
  append_past (fixture->list, "efg", FALSE);
  hub_message_list_flush (fixture->list);
  assert_list (fixture->list, "fgXY");
  assert_log (fixture, "0-0+3 3-0+2 0-1+0");
  g_assert_cmpstr (cuts->str, ==, " top:f");

  append_past (fixture->list, "de", TRUE);
  hub_message_list_flush (fixture->list);
  assert_list (fixture->list, "deXY");
  assert_log (fixture, "0-0+2 2-2+0");
  g_assert_cmpstr (cuts->str, ==, " top:f end:e");

  /* A jump lets go of all that is held, and loads another piece of the log. */
  append_unsent (fixture->list, "Z", HUB_MESSAGE_STATE_WAITING);
  hub_message_list_drop_after (fixture->list, 4);
  hub_message_list_drop_before (fixture->list, 9);
  append_past (fixture->list, "i", FALSE);
  hub_message_list_flush (fixture->list);
  assert_list (fixture->list, "iXYZ");
  assert_log (fixture, "1-1+0 0-1+0 0-0+1 3-0+1");
  g_assert_nonnull (hub_message_list_find_by_id (fixture->list, "messages", "Y"));

  append_live (fixture->list, "jklmn");
  hub_message_list_flush (fixture->list);
  assert_list (fixture->list, "nXYZ");
  assert_log (fixture, "0-1+0 0-0+4 0-3+0");
  hub_message_list_begin_log (fixture->list);
  append_live (fixture->list, "b");
  hub_message_list_flush (fixture->list);
  assert_list (fixture->list, "bXYZ");
  assert_log (fixture, "0-1+0 0-0+1");
}

static void
test_settle (MessageListFixture *fixture,
             gconstpointer data)
{
  g_test_summary ("What was sent stands with the others from then on, also where nothing has a number");

  append_unsent (fixture->list, "X", HUB_MESSAGE_STATE_WAITING);
  append_unsent (fixture->list, "Y", HUB_MESSAGE_STATE_WAITING);
  append_params (fixture->list, &(HubMessageParams){ .text = "0", .topic = "messages" });
  hub_message_list_flush (fixture->list);
  assert_list (fixture->list, "0XY");
  hub_message_list_settle (fixture->list, hub_message_list_find_by_id (fixture->list, "messages", "X"), HUB_MESSAGE_STATE_FAILED);
  append_params (fixture->list, &(HubMessageParams){ .text = "1", .topic = "messages" });
  hub_message_list_flush (fixture->list);
  assert_list (fixture->list, "01XY");
  assert_log (fixture, "0-0+3 1-0+1");

  hub_message_list_settle (fixture->list, hub_message_list_find_by_id (fixture->list, "messages", "Y"), HUB_MESSAGE_STATE_SENT);
  append_params (fixture->list, &(HubMessageParams){ .text = "2", .topic = "messages" });
  hub_message_list_flush (fixture->list);
  assert_list (fixture->list, "01Y2X");
  assert_log (fixture, "3-1+0 2-0+2");

  /* Its echo, without a number. */
  append_params (fixture->list, &(HubMessageParams){ .text = "X", .id = "X", .topic = "messages", .is_own = TRUE, .state = HUB_MESSAGE_STATE_SENT });
  append_params (fixture->list, &(HubMessageParams){ .text = "3", .topic = "messages" });
  hub_message_list_flush (fixture->list);
  assert_list (fixture->list, "01Y2X3");
  assert_log (fixture, "5-0+1");
}

static void
test_edges (MessageListFixture *fixture,
            gconstpointer data)
{
  g_autoptr (GString) cuts = g_string_new (NULL);

  g_test_summary ("What is too much goes at the edge that is asked for, and that is said");

  g_signal_connect (fixture->list, "cut", G_CALLBACK (cut_cb), cuts);
  append_past (fixture->list, "efgh", FALSE);
  hub_message_list_flush (fixture->list);
  assert_log (fixture, "0-0+4");
  g_assert_cmpstr (cuts->str, ==, "");

  append_past (fixture->list, "d", TRUE);
  hub_message_list_flush (fixture->list);
  assert_list (fixture->list, "defg");
  assert_log (fixture, "0-0+1 4-1+0");
  g_assert_cmpstr (cuts->str, ==, " end:g");

  append_past (fixture->list, "hi", FALSE);
  hub_message_list_flush (fixture->list);
  assert_list (fixture->list, "fghi");
  assert_log (fixture, "4-0+2 0-2+0");
  g_assert_cmpstr (cuts->str, ==, " end:g top:f");

  append_live (fixture->list, "jklmn");
  hub_message_list_flush (fixture->list);
  assert_list (fixture->list, "klmn");
  assert_log (fixture, "0-4+0 0-0+4");
  g_assert_cmpstr (cuts->str, ==, " end:g top:f top:k");

  hub_message_list_drop_before (fixture->list, 12);
  assert_list (fixture->list, "lmn");
  hub_message_list_drop_after (fixture->list, 13);
  assert_list (fixture->list, "lm");
  assert_log (fixture, "0-1+0 2-1+0");
}

static void
test_other_log (MessageListFixture *fixture,
                gconstpointer data)
{
  g_test_summary ("Another log stands behind the former, and its numbers are others");

  append_past (fixture->list, "cd", FALSE);
  hub_message_list_begin_log (fixture->list);
  append_live (fixture->list, "b");
  append_past (fixture->list, "abc", FALSE);
  hub_message_list_flush (fixture->list);
  assert_list (fixture->list, "cdabc");
  hub_message_list_drop_before (fixture->list, 2);
  assert_list (fixture->list, "bc");
  assert_log (fixture, "0-0+4 3-0+1 0-3+0");
}

static void
test_retained (MessageListFixture *fixture,
               gconstpointer data)
{
  g_test_summary ("A retained message without its number is the one of the history that says the same");

  append_params (fixture->list, &(HubMessageParams){ .text = "b", .topic = "messages", .is_retained = TRUE });
  append_params (fixture->list, &(HubMessageParams){ .text = "c", .topic = "messages" });
  append_past (fixture->list, "abc", FALSE);
  hub_message_list_flush (fixture->list);
  assert_list (fixture->list, "abcc");
  assert_log (fixture, "0-0+2 2-0+1 1-0+1");
}

static void
test_set_capacity (MessageListFixture *fixture,
                   gconstpointer data)
{
  g_autoptr (GString) cuts = g_string_new (NULL);

  g_test_summary ("A list that holds less from now on lets go of the top, and says so; what is collected is kept first");

  g_signal_connect (fixture->list, "cut", G_CALLBACK (cut_cb), cuts);
  append_past (fixture->list, "abc", FALSE);
  hub_message_list_flush (fixture->list);
  append_live (fixture->list, "de");
  hub_message_list_set_capacity (fixture->list, 5);
  assert_list (fixture->list, "abcde");
  assert_log (fixture, "0-0+3 3-0+2");
  g_assert_cmpstr (cuts->str, ==, "");

  hub_message_list_set_capacity (fixture->list, 4);
  assert_list (fixture->list, "bcde");
  assert_log (fixture, "0-1+0");
  g_assert_cmpstr (cuts->str, ==, " top:b");

  hub_message_list_set_capacity (fixture->list, 6);
  g_assert_cmpuint (hub_message_list_get_capacity (fixture->list), ==, 6);
  append_live (fixture->list, "fg");
  hub_message_list_flush (fixture->list);
  assert_list (fixture->list, "bcdefg");
  assert_log (fixture, "4-0+2");
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);

  add_list_test ("past", 20, test_past);
  add_list_test ("no-number", 20, test_no_number);
  add_list_test ("echo-place", 20, test_echo_place);
  add_list_test ("unsent", 4, test_unsent);
  add_list_test ("settle", 20, test_settle);
  add_list_test ("edges", 4, test_edges);
  add_list_test ("other-log", 20, test_other_log);
  add_list_test ("retained", 20, test_retained);
  add_list_test ("set-capacity", 20, test_set_capacity);

  return g_test_run ();
}
