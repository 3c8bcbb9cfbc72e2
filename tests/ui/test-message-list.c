/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ui/model/hub-message-list.h"

#include <string.h>

typedef struct
{
  HubMessageList *list;
  GString *log;         /* what items-changed said: "position-removed+added" */
  guint n_pending_said; /* how often has-pending changed */
} Fixture;

static void
items_changed_cb (GListModel *model,
                  guint position,
                  guint removed,
                  guint added,
                  gpointer user_data)
{
  GString *log = user_data;

  g_string_append_printf (log, "%s%u-%u+%u", log->len > 0 ? " " : "", position, removed, added);
}

static void
has_pending_cb (GObject *object,
                GParamSpec *pspec,
                gpointer user_data)
{
  guint *count = user_data;

  (*count)++;
}

static void
set_up (Fixture *fixture,
        gconstpointer capacity)
{
  fixture->list = hub_message_list_new (GPOINTER_TO_UINT (capacity));
  fixture->log = g_string_new (NULL);
  g_signal_connect (fixture->list, "items-changed", G_CALLBACK (items_changed_cb), fixture->log);
  g_signal_connect (fixture->list, "notify::has-pending", G_CALLBACK (has_pending_cb), &fixture->n_pending_said);
}

static void
tear_down (Fixture *fixture,
           gconstpointer capacity)
{
  /* Every change was looked at. */
  g_assert_cmpstr (fixture->log->str, ==, "");
  g_assert_finalize_object (fixture->list);
  g_string_free (fixture->log, TRUE);
}

static gboolean
append_params (HubMessageList *list,
               const HubMessageParams *params)
{
  g_autoptr (HubMessageItem) item = hub_message_item_new (params);

  return hub_message_list_append (list, item);
}

/* A message of Grace's for each letter of @texts. */
static void
append_letters (HubMessageList *list,
                const char *texts)
{
  for (const char *p = texts; *p != '\0'; p++)
    {
      const char text[] = { *p, '\0' };

      g_assert_true (append_params (list, &(HubMessageParams){ .name = "Grace", .text = text, .id = text, .topic = "messages" }));
    }
}

static char *
list_to_string (HubMessageList *list)
{
  GString *string = g_string_new (NULL);
  const guint n_items = g_list_model_get_n_items (G_LIST_MODEL (list));

  for (guint i = 0; i < n_items; i++)
    {
      g_autoptr (HubMessageItem) item = g_list_model_get_item (G_LIST_MODEL (list), i);

      g_string_append (string, hub_message_item_get_text (item));
      if (hub_message_item_get_is_repeat (item))
        g_string_append_c (string, '\'');
    }
  return g_string_free (string, FALSE);
}

#define assert_list(list, expected)                      \
  G_STMT_START                                           \
  {                                                      \
    g_autofree char *list_shown = list_to_string (list); \
    g_assert_cmpstr (list_shown, ==, expected);          \
  }                                                      \
  G_STMT_END

#define assert_log(fixture, expected)                    \
  G_STMT_START                                           \
  {                                                      \
    g_assert_cmpstr ((fixture)->log->str, ==, expected); \
    g_string_set_size ((fixture)->log, 0);               \
  }                                                      \
  G_STMT_END

static void
test_empty (Fixture *fixture,
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
test_batch (Fixture *fixture,
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
test_at_capacity (Fixture *fixture,
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
test_burst_over_capacity (Fixture *fixture,
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
test_capacity_of_one (Fixture *fixture,
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
test_duplicates (Fixture *fixture,
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
test_anonymous (Fixture *fixture,
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
test_forgotten (Fixture *fixture,
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
test_echo (Fixture *fixture,
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
test_repeats (Fixture *fixture,
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
test_clear (Fixture *fixture,
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
test_reentrant (Fixture *fixture,
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
test_not_utf8 (void)
{
  const HubMessageParams params = { .name = "Gr\344ce", .text = "a\377b" };
  g_autoptr (HubMessageItem) item = hub_message_item_new (&params);

  g_test_summary ("Broken UTF-8 never reaches the window");

  g_assert_cmpstr (hub_message_item_get_name (item), ==, "Gr\357\277\275ce");
  g_assert_cmpstr (hub_message_item_get_text (item), ==, "a\357\277\275b");
}

static void
test_properties (void)
{
  const HubMessageParams params = {
    .name = "Ada", .text = "t", .time_us = 5, .is_own = TRUE, .state = HUB_MESSAGE_STATE_WAITING, .id = "i", .from = "f", .topic = "m"
  };
  g_autoptr (HubMessageItem) item = hub_message_item_new (&params);
  g_autofree char *name = NULL;
  g_autofree char *text = NULL;
  g_autofree char *id = NULL;
  g_autofree char *from = NULL;
  g_autofree char *topic = NULL;
  gint64 time_us = 0;
  gboolean is_own = FALSE;
  HubMessageState state = HUB_MESSAGE_STATE_RECEIVED;
  guint n_notified = 0;

  g_test_summary ("A row's expressions read every property, and hear of the ones that change");

  g_object_get (item, "name", &name, "text", &text, "time", &time_us, "is-own", &is_own, "state", &state,
                "id", &id, "from", &from, "topic", &topic, NULL);
  g_assert_cmpstr (name, ==, "Ada");
  g_assert_cmpstr (text, ==, "t");
  g_assert_cmpint (time_us, ==, 5);
  g_assert_true (is_own);
  g_assert_cmpint (state, ==, HUB_MESSAGE_STATE_WAITING);
  g_assert_cmpstr (id, ==, "i");
  g_assert_cmpstr (from, ==, "f");
  g_assert_cmpstr (topic, ==, "m");

  g_signal_connect (item, "notify", G_CALLBACK (has_pending_cb), &n_notified);
  g_object_set (item, "state", HUB_MESSAGE_STATE_WAITING, "is-repeat", FALSE, "is-expanded", FALSE, NULL);
  g_assert_cmpuint (n_notified, ==, 0);
  g_object_set (item, "state", HUB_MESSAGE_STATE_SENT, "is-repeat", TRUE, "is-expanded", TRUE, NULL);
  g_assert_cmpuint (n_notified, ==, 3);
  g_assert_cmpint (hub_message_item_get_state (item), ==, HUB_MESSAGE_STATE_SENT);
  g_assert_true (hub_message_item_get_is_repeat (item));
  g_assert_true (hub_message_item_get_is_expanded (item));
}

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
test_past (Fixture *fixture,
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
test_no_number (Fixture *fixture,
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
test_echo_place (Fixture *fixture,
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
test_unsent (Fixture *fixture,
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
test_settle (Fixture *fixture,
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
test_edges (Fixture *fixture,
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
test_other_log (Fixture *fixture,
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
test_retained (Fixture *fixture,
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
test_set_capacity (Fixture *fixture,
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

static void
log_revealed_cb (HubMessageList *list,
                 HubMessageItem *item,
                 gpointer user_data)
{
  g_string_append (user_data, hub_message_item_get_text (item));
}

static void
test_reveal (Fixture *fixture,
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
test_remove (Fixture *fixture,
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

#define add(path, capacity, func) \
  g_test_add ("/ui/message-list/" path, Fixture, GUINT_TO_POINTER (capacity), set_up, func, tear_down)

  add ("empty", 4, test_empty);
  add ("batch", 4, test_batch);
  add ("at-capacity", 4, test_at_capacity);
  add ("burst-over-capacity", 4, test_burst_over_capacity);
  add ("capacity-of-one", 1, test_capacity_of_one);
  add ("duplicates", 4, test_duplicates);
  add ("anonymous", 4, test_anonymous);
  add ("forgotten", 4, test_forgotten);
  add ("echo", 4, test_echo);
  add ("repeats", 9, test_repeats);
  add ("clear", 4, test_clear);
  add ("reentrant", 4, test_reentrant);
  add ("remove", 4, test_remove);
  add ("reveal", 4, test_reveal);
#undef add

  g_test_add_func ("/ui/message-item/not-utf8", test_not_utf8);
  g_test_add_func ("/ui/message-item/properties", test_properties);
  g_test_add ("/ui/message-list/past", Fixture, GUINT_TO_POINTER (20), set_up, test_past, tear_down);
  g_test_add ("/ui/message-list/no-number", Fixture, GUINT_TO_POINTER (20), set_up, test_no_number, tear_down);
  g_test_add ("/ui/message-list/echo-place", Fixture, GUINT_TO_POINTER (20), set_up, test_echo_place, tear_down);
  g_test_add ("/ui/message-list/unsent", Fixture, GUINT_TO_POINTER (4), set_up, test_unsent, tear_down);
  g_test_add ("/ui/message-list/settle", Fixture, GUINT_TO_POINTER (20), set_up, test_settle, tear_down);
  g_test_add ("/ui/message-list/edges", Fixture, GUINT_TO_POINTER (4), set_up, test_edges, tear_down);
  g_test_add ("/ui/message-list/other-log", Fixture, GUINT_TO_POINTER (20), set_up, test_other_log, tear_down);
  g_test_add ("/ui/message-list/retained", Fixture, GUINT_TO_POINTER (20), set_up, test_retained, tear_down);
  g_test_add ("/ui/message-list/set-capacity", Fixture, GUINT_TO_POINTER (20), set_up, test_set_capacity, tear_down);

  return g_test_run ();
}
