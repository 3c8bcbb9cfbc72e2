/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/ui/message-list-fixture.h"

static void
test_empty (MessageListFixture *fixture,
            gconstpointer data)
{
  g_test_summary ("An empty list is a model of messages, and flushing it says nothing");

  g_assert_true (g_list_model_get_item_type (G_LIST_MODEL (fixture->list)) == HUB_TYPE_MESSAGE_ITEM);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (fixture->list)), ==, 0);
  g_assert_null (g_list_model_get_item (G_LIST_MODEL (fixture->list), 0));
  g_assert_cmpuint (hub_message_list_get_capacity (fixture->list), ==, 4);
  hub_message_list_flush (fixture->list);
  assert_log (fixture, "");
  g_assert_cmpuint (fixture->n_pending_said, ==, 0);
}

static void
test_batch (MessageListFixture *fixture,
            gconstpointer data)
{
  g_test_summary ("What is collected appears in order with one change");

  append_letters (fixture->list, "abc");
  assert_list (fixture->list, "");
  assert_log (fixture, "");
  g_assert_true (hub_message_list_get_has_pending (fixture->list));
  g_assert_cmpuint (fixture->n_pending_said, ==, 1);

  hub_message_list_flush (fixture->list);
  assert_list (fixture->list, "ab'c'");
  assert_log (fixture, "0-0+3");
  g_assert_false (hub_message_list_get_has_pending (fixture->list));
  g_assert_cmpuint (fixture->n_pending_said, ==, 2);
}

static void
test_at_capacity (MessageListFixture *fixture,
                  gconstpointer data)
{
  g_test_summary ("A full list drops nothing until one more comes");

  append_letters (fixture->list, "abcd");
  hub_message_list_flush (fixture->list);
  assert_list (fixture->list, "ab'c'd'");
  assert_log (fixture, "0-0+4");

  append_letters (fixture->list, "e");
  hub_message_list_flush (fixture->list);
  assert_list (fixture->list, "bc'd'e'");
  assert_log (fixture, "0-1+0 3-0+1");
}

static void
test_burst_over_capacity (MessageListFixture *fixture,
                          gconstpointer data)
{
  g_test_summary ("Of a burst larger than the list the newest stay, and what waits is bounded too");

  append_letters (fixture->list, "ab");
  hub_message_list_flush (fixture->list);
  assert_log (fixture, "0-0+2");

  append_letters (fixture->list, "cdefghijkl");
  /* Dropped while it waited: no longer known. */
  g_assert_null (hub_message_list_find_by_id (fixture->list, "messages", "h"));
  g_assert_nonnull (hub_message_list_find_by_id (fixture->list, "messages", "i"));
  hub_message_list_flush (fixture->list);
  assert_list (fixture->list, "ij'k'l'");
  assert_log (fixture, "0-2+0 0-0+4");
}

static void
test_capacity_of_one (MessageListFixture *fixture,
                      gconstpointer data)
{
  g_test_summary ("The smallest list works, and has-pending is said once");

  append_letters (fixture->list, "ab");
  g_assert_cmpuint (fixture->n_pending_said, ==, 1);
  hub_message_list_flush (fixture->list);
  assert_list (fixture->list, "b");
  assert_log (fixture, "0-0+1");
}

static void
test_duplicates (MessageListFixture *fixture,
                 gconstpointer data)
{
  const HubMessageParams again = { .name = "Grace", .text = "again", .id = "a", .topic = "messages" };
  const HubMessageParams elsewhere = { .name = "Grace", .text = "x", .id = "a", .topic = "messages/room" };
  const HubMessageParams no_id = { .name = "Grace", .text = "n", .topic = "messages" };

  g_test_summary ("A message is known by its topic and id, also while it waits");

  append_letters (fixture->list, "a");
  g_assert_false (append_params (fixture->list, &again));
  hub_message_list_flush (fixture->list);
  g_assert_false (append_params (fixture->list, &again));
  g_assert_false (hub_message_list_get_has_pending (fixture->list));

  g_assert_true (append_params (fixture->list, &elsewhere));
  g_assert_true (append_params (fixture->list, &no_id));
  g_assert_true (append_params (fixture->list, &no_id));
  hub_message_list_flush (fixture->list);
  assert_list (fixture->list, "ax'n'n'");
  assert_log (fixture, "0-0+1 1-0+3");
}

static void
test_anonymous (MessageListFixture *fixture,
                gconstpointer data)
{
  const HubMessageParams shown = { .text = "n", .topic = "messages" };
  const HubMessageParams collected = { .text = "m", .topic = "messages" };

  g_test_summary ("A message without an id is found by what it says, shown or only collected");

  append_letters (fixture->list, "a");
  g_assert_true (append_params (fixture->list, &shown));
  hub_message_list_flush (fixture->list);
  assert_log (fixture, "0-0+2");
  g_assert_true (append_params (fixture->list, &collected));

  g_assert_true (hub_message_list_has_anonymous (fixture->list, "messages", "n"));
  g_assert_true (hub_message_list_has_anonymous (fixture->list, "messages", "m"));
  g_assert_false (hub_message_list_has_anonymous (fixture->list, "messages", "a"));
  g_assert_false (hub_message_list_has_anonymous (fixture->list, "messages/x", "n"));
  g_assert_false (hub_message_list_has_anonymous (fixture->list, NULL, "n"));
}

static void
test_forgotten (MessageListFixture *fixture,
                gconstpointer data)
{
  g_test_summary ("What has been dropped may come again");

  append_letters (fixture->list, "abcde");
  hub_message_list_flush (fixture->list);
  assert_log (fixture, "0-0+4");
  g_assert_null (hub_message_list_find_by_id (fixture->list, "messages", "a"));

  append_letters (fixture->list, "a");
  hub_message_list_flush (fixture->list);
  assert_list (fixture->list, "cd'e'a'");
  assert_log (fixture, "0-1+0 3-0+1");
}

static void
test_echo (MessageListFixture *fixture,
           gconstpointer data)
{
  static const struct
  {
    const char *name;
    gboolean is_own;
    HubMessageState before;
    HubMessageState after;
  } rows[] = {
    { "own waiting", TRUE, HUB_MESSAGE_STATE_WAITING, HUB_MESSAGE_STATE_SENT },
    { "own failed", TRUE, HUB_MESSAGE_STATE_FAILED, HUB_MESSAGE_STATE_SENT },
    { "own sent", TRUE, HUB_MESSAGE_STATE_SENT, HUB_MESSAGE_STATE_SENT },
    { "received", FALSE, HUB_MESSAGE_STATE_RECEIVED, HUB_MESSAGE_STATE_RECEIVED },
  };

  g_test_summary ("The echo of an own message marks it as sent and adds nothing");

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      const HubMessageParams mine = {
        .name = "Ada", .text = "o", .id = rows[i].name, .topic = "messages", .is_own = rows[i].is_own, .state = rows[i].before
      };
      const HubMessageParams echo = { .name = "Ada", .text = "o", .id = rows[i].name, .topic = "messages" };
      HubMessageItem *item;

      g_test_message ("%s", rows[i].name);
      g_assert_true (append_params (fixture->list, &mine));
      item = hub_message_list_find_by_id (fixture->list, "messages", rows[i].name);
      g_assert_nonnull (item);
      g_assert_cmpint (hub_message_item_get_state (item), ==, rows[i].before);
      g_assert_false (append_params (fixture->list, &echo));
      g_assert_cmpint (hub_message_item_get_state (item), ==, rows[i].after);
    }
  hub_message_list_flush (fixture->list);
  assert_list (fixture->list, "oo'o'o");
  assert_log (fixture, "0-0+4");
}

static void
test_repeats (MessageListFixture *fixture,
              gconstpointer data)
{
  static const HubMessageParams rows[] = {
    { .name = "Ada", .text = "a", .from = "1" },
    { .name = "Ada", .text = "b", .from = "1" },
    { .name = "Ada", .text = "c", .from = "2" },
    { .name = "Ada", .text = "d", .from = "2", .is_own = TRUE },
    { .name = NULL, .text = "e" },
    { .name = NULL, .text = "f" },
    { .name = "", .text = "g" },
    { .name = "", .text = "h" },
  };

  g_test_summary ("A name is repeated only under a message of the same person");

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      append_params (fixture->list, &rows[i]);
      /* One after the other or all at once: it makes no difference. */
      if (i % 3 == 0)
        hub_message_list_flush (fixture->list);
    }
  hub_message_list_flush (fixture->list);
  assert_list (fixture->list, "ab'cdefgh'");
  assert_log (fixture, "0-0+1 1-0+3 4-0+3 7-0+1");
}

static void
test_clear (MessageListFixture *fixture,
            gconstpointer data)
{
  g_test_summary ("Clearing forgets rows, what waits, and their ids");

  append_letters (fixture->list, "ab");
  hub_message_list_flush (fixture->list);
  append_letters (fixture->list, "c");
  assert_log (fixture, "0-0+2");

  hub_message_list_clear (fixture->list);
  assert_list (fixture->list, "");
  assert_log (fixture, "0-2+0");
  g_assert_false (hub_message_list_get_has_pending (fixture->list));
  g_assert_null (hub_message_list_find_by_id (fixture->list, "messages", "a"));
  g_assert_null (hub_message_list_find_by_id (fixture->list, "messages", "c"));

  hub_message_list_clear (fixture->list);
  assert_log (fixture, "");
}

static void
flush_from_handler_cb (GListModel *model,
                       guint position,
                       guint removed,
                       guint added,
                       gpointer user_data)
{
  HubMessageList *list = HUB_MESSAGE_LIST (model);

  if (g_list_model_get_n_items (model) < 3 && added > 0)
    {
      append_params (list, &(HubMessageParams){ .text = "+" });
      hub_message_list_flush (list);
    }
}

static void
test_reentrant (MessageListFixture *fixture,
                gconstpointer data)
{
  g_test_summary ("A handler may append and flush again");

  g_signal_connect (fixture->list, "items-changed", G_CALLBACK (flush_from_handler_cb), NULL);
  append_letters (fixture->list, "a");
  hub_message_list_flush (fixture->list);
  assert_list (fixture->list, "a++");
  assert_log (fixture, "0-0+1 1-0+1 2-0+1");
}

static void
log_revealed_cb (HubMessageList *list,
                 HubMessageItem *item,
                 gpointer user_data)
{
  g_string_append (user_data, hub_message_item_get_text (item));
}

static void
test_reveal (MessageListFixture *fixture,
             gconstpointer data)
{
  g_autoptr (GString) revealed = g_string_new (NULL);
  g_autoptr (HubMessageItem) b = hub_message_item_new (&(HubMessageParams){ .text = "other text", .id = "b", .topic = "messages" });
  g_autoptr (HubMessageItem) d = hub_message_item_new (&(HubMessageParams){ .text = "other text", .id = "d", .topic = "messages" });
  g_autoptr (HubMessageItem) plain = hub_message_item_new (&(HubMessageParams){ .text = "plain" });

  g_test_summary ("A row is revealed at once, or as soon as it comes, but once only");

  g_signal_connect (fixture->list, "revealed", G_CALLBACK (log_revealed_cb), revealed);
  append_letters (fixture->list, "ab");
  g_assert_true (hub_message_list_reveal (fixture->list, b));
  g_assert_cmpstr (revealed->str, ==, "");
  hub_message_list_flush (fixture->list);
  g_assert_cmpstr (revealed->str, ==, "b");
  g_assert_true (hub_message_list_reveal (fixture->list, b));
  g_assert_cmpstr (revealed->str, ==, "bb");

  g_assert_false (hub_message_list_reveal (fixture->list, plain));
  g_assert_false (hub_message_list_reveal (fixture->list, d));
  append_letters (fixture->list, "d");
  hub_message_list_append (fixture->list, plain);
  hub_message_list_flush (fixture->list);
  g_assert_cmpstr (revealed->str, ==, "bbd");
  g_assert_true (hub_message_list_reveal (fixture->list, plain));
  g_assert_cmpstr (revealed->str, ==, "bbdplain");
  assert_log (fixture, "0-0+2 2-0+2");
}

static void
test_remove (MessageListFixture *fixture,
             gconstpointer data)
{
  HubMessageItem *b;

  g_test_summary ("One message can be forgotten, whether it is shown or only collected");

  append_letters (fixture->list, "abc");
  hub_message_list_flush (fixture->list);
  assert_log (fixture, "0-0+3");
  b = hub_message_list_find_by_id (fixture->list, "messages", "b");
  hub_message_list_remove (fixture->list, b);
  assert_log (fixture, "1-1+0");
  assert_list (fixture->list, "ac'");
  g_assert_null (hub_message_list_find_by_id (fixture->list, "messages", "b"));

  append_letters (fixture->list, "d");
  hub_message_list_remove (fixture->list, hub_message_list_find_by_id (fixture->list, "messages", "d"));
  g_assert_false (hub_message_list_get_has_pending (fixture->list));
  append_letters (fixture->list, "d");
  hub_message_list_flush (fixture->list);
  assert_log (fixture, "2-0+1");
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);

  add_list_test ("empty", 4, test_empty);
  add_list_test ("batch", 4, test_batch);
  add_list_test ("at-capacity", 4, test_at_capacity);
  add_list_test ("burst-over-capacity", 4, test_burst_over_capacity);
  add_list_test ("capacity-of-one", 1, test_capacity_of_one);
  add_list_test ("duplicates", 4, test_duplicates);
  add_list_test ("anonymous", 4, test_anonymous);
  add_list_test ("forgotten", 4, test_forgotten);
  add_list_test ("echo", 4, test_echo);
  add_list_test ("repeats", 9, test_repeats);
  add_list_test ("clear", 4, test_clear);
  add_list_test ("reentrant", 4, test_reentrant);
  add_list_test ("remove", 4, test_remove);
  add_list_test ("reveal", 4, test_reveal);

  return g_test_run ();
}
