/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "app/history/hub-history.h"
#include "app/messages/hub-stamp.h"
#include "tests/support/hub-test-wait.h"
#include "ui/model/hub-message-list.h"

/* As the list of a window, in small. */
#define CAPACITY 150

static HubVerdict
answer (HubHistory *history, HubQuestion question, const char *log, guint64 first, guint64 last, gboolean has_more)
{
  return hub_history_take (history, &question, &(HubAnswer){ log, first, last, has_more });
}

#define assert_question(question, expected_kind, expected_before, expected_after) \
  G_STMT_START                                                                    \
  {                                                                               \
    HubQuestion asked = (question);                                               \
    g_assert_cmpint (asked.kind, ==, expected_kind);                              \
    g_assert_cmpuint (asked.before, ==, expected_before);                         \
    g_assert_cmpuint (asked.after, ==, expected_after);                           \
  }                                                                               \
  G_STMT_END

static gboolean
hear (HubHistory *history, const char *log, guint64 seq)
{
  HubQuestion question;
  gboolean is_new_log;
  gboolean is_shown = hub_history_hear (history, log, seq, &is_new_log, &question);

  g_assert_cmpint (question.kind, ==, is_new_log ? HUB_QUESTION_NEWEST : HUB_QUESTION_NONE);
  return is_shown;
}

static void
test_stamp (void)
{
  static const struct
  {
    const char *log;
    const char *seq;
    const char *time;
  } wrong[] = {
    { NULL, "7", "5" },
    { "", "7", "5" },
    { "a", NULL, "5" },
    { "a", "7", NULL },
    { "a", "0", "5" },
    { "a", "-1", "5" },
    { "a", "9007199254740992", "5" },
    { "a", "1.5", "5" },
    { "a", "7", "now" },
    { "a", "7", "253402300800000" },
    { "a", "", "5" },
  };
  HubStamp stamp;

  g_assert_true (hub_stamp_read (&stamp, "a", "1", "253402300799999"));
  g_assert_true (hub_stamp_read (&stamp, "a", "9007199254740991", "1700000000123"));
  g_assert_cmpstr (stamp.log, ==, "a");
  g_assert_cmpuint (stamp.seq, ==, HUB_SEQ_MAX);
  g_assert_cmpint (stamp.time_ms, ==, 1700000000123);
  for (gsize i = 0; i < G_N_ELEMENTS (wrong); i++)
    g_assert_false (hub_stamp_read (&stamp, wrong[i].log, wrong[i].seq, wrong[i].time));
}

static void
test_older (void)
{
  g_autoptr (HubHistory) history = hub_history_new ();
  HubQuestion question = hub_history_begin (history);
  HubVerdict verdict;

  assert_question (question, HUB_QUESTION_NEWEST, 0, 0);
  assert_question (hub_history_older (history), HUB_QUESTION_NONE, 0, 0);
  verdict = answer (history, question, "a", 101, 200, TRUE);
  g_assert_true (verdict.is_taken);
  g_assert_false (verdict.is_new_log);
  g_assert_cmpuint (verdict.drop_before, ==, 101);

  question = hub_history_older (history);
  assert_question (question, HUB_QUESTION_OLDER, 101, 0);
  g_assert_true (answer (history, question, "a", 1, 100, FALSE).is_taken);
  assert_question (hub_history_older (history), HUB_QUESTION_NONE, 0, 0);
  g_assert_false (answer (history, question, "a", 1, 100, FALSE).is_taken);
}

static void
test_fill (void)
{
  g_autoptr (HubHistory) history = hub_history_new ();
  HubQuestion question;

  answer (history, hub_history_begin (history), "a", 1, 2, FALSE);
  g_assert_true (hear (history, "a", 3));
  hub_history_end (history);
  assert_question (hub_history_begin (history), HUB_QUESTION_FILL, 0, 3);
  /* What comes live meanwhile does not hide the gap, should this break, too. */
  g_assert_true (hear (history, "a", 250));
  hub_history_end (history);
  question = hub_history_begin (history);
  assert_question (question, HUB_QUESTION_FILL, 0, 3);
  g_assert_true (hear (history, "a", 251));
  question = answer (history, question, "a", 4, 103, TRUE).question;
  assert_question (question, HUB_QUESTION_FILL, 0, 103);
  assert_question (answer (history, question, "a", 104, 203, FALSE).question, HUB_QUESTION_NONE, 0, 0);
  hub_history_end (history);
  assert_question (hub_history_begin (history), HUB_QUESTION_FILL, 0, 251);
}

/* Exactly as many pages as may be missing, and one more. */
static void
test_gap (void)
{
  for (guint surplus = 0; surplus <= 1; surplus++)
    {
      g_autoptr (HubHistory) history = hub_history_new ();
      HubQuestion question;

      answer (history, hub_history_begin (history), "a", 1, 1, FALSE);
      hub_history_end (history);
      question = hub_history_begin (history);
      for (guint i = 0; i < HUB_HISTORY_FILL_PAGES; i++)
        {
          g_assert_cmpint (question.kind, ==, HUB_QUESTION_FILL);
          question = answer (history, question, "a", 2 + i, 2 + i, i + 1 < HUB_HISTORY_FILL_PAGES + surplus).question;
        }
      g_assert_cmpint (question.kind, ==, surplus > 0 ? HUB_QUESTION_NEWEST : HUB_QUESTION_NONE);
      if (surplus > 0)
        g_assert_cmpuint (answer (history, question, "a", 2001, 2100, TRUE).drop_before, ==, 2001);
      g_assert_cmpint (hub_history_has_older (history), ==, surplus > 0);
    }
}

static void
test_other_log (void)
{
  g_autoptr (HubHistory) history = hub_history_new ();
  HubQuestion question;
  HubVerdict verdict;
  gboolean is_new_log;

  answer (history, hub_history_begin (history), "a", 901, 1000, TRUE);
  hub_history_end (history);
  verdict = answer (history, hub_history_begin (history), "b", 0, 0, FALSE);
  g_assert_true (verdict.is_new_log);
  g_assert_false (verdict.is_taken);
  /* All that the new log has is there: what is above may stay. */
  g_assert_cmpuint (answer (history, verdict.question, "b", 1, 2, FALSE).drop_before, ==, 0);
  g_assert_false (hub_history_has_older (history));

  g_assert_true (hub_history_hear (history, "c", 500, &is_new_log, &question));
  g_assert_true (is_new_log);
  g_assert_cmpuint (answer (history, question, "c", 401, 500, TRUE).drop_before, ==, 401);
}

static void
test_jump (void)
{
  g_autoptr (HubHistory) history = hub_history_new ();
  HubQuestion question = hub_history_begin (history);
  HubVerdict verdict;

  g_test_summary ("A jump leads to another piece, which is joined with the end from there");

  /* Nothing may come between what is held and the end. */
  assert_question (hub_history_jump (history, 50), HUB_QUESTION_NONE, 0, 0);
  answer (history, question, "a", 901, 1000, TRUE);
  question = hub_history_jump (history, 50);
  assert_question (question, HUB_QUESTION_JUMP, 51, 0);
  g_assert_true (hear (history, "a", 1001));
  verdict = answer (history, question, "a", 1, 50, FALSE);
  g_assert_true (verdict.is_taken);
  g_assert_cmpuint (verdict.drop_before, ==, 1);
  g_assert_cmpuint (verdict.drop_after, ==, 50);
  g_assert_false (hub_history_has_older (history));
  g_assert_true (hub_history_has_newer (history));
  g_assert_false (hear (history, "a", 1002));

  question = hub_history_newer (history);
  assert_question (question, HUB_QUESTION_NEWER, 0, 50);
  answer (history, question, "a", 51, 1002, FALSE);
  g_assert_false (hub_history_has_newer (history));
  g_assert_true (hear (history, "a", 1003));

  /* What is not kept any more, and no answer, leave everything as it is. */
  question = hub_history_jump (history, 7);
  verdict = answer (history, question, "a", 0, 0, FALSE);
  g_assert_false (verdict.is_taken);
  g_assert_cmpuint (verdict.drop_after, ==, 0);
  g_assert_false (hub_history_has_newer (history));
  question = hub_history_jump (history, 7);
  hub_history_fail (history, &question);
  g_assert_false (hub_history_has_newer (history));
  g_assert_true (hear (history, "a", 1004));
}

static void
test_no_answer (void)
{
  g_autoptr (HubHistory) history = hub_history_new ();
  HubQuestion question = hub_history_begin (history);

  hub_history_fail (history, &question);
  g_assert_false (hub_history_is_open (history, &question));
  g_assert_true (hear (history, "a", 7));
  hub_history_cut_top (history, 7);
  g_assert_false (hub_history_has_older (history));
  hub_history_end (history);
  assert_question (hub_history_begin (history), HUB_QUESTION_NEWEST, 0, 0);
}

static void
test_cut_end (void)
{
  g_autoptr (HubHistory) history = hub_history_new ();
  HubQuestion question;

  answer (history, hub_history_begin (history), "a", 401, 500, TRUE);
  g_assert_cmpuint (hub_history_cut_end (history, 450), ==, 450);
  g_assert_false (hear (history, "a", 501));
  question = hub_history_newer (history);
  assert_question (question, HUB_QUESTION_NEWER, 0, 450);
  /* This one came while the host answered. */
  g_assert_false (hear (history, "a", 502));
  answer (history, question, "a", 451, 501, FALSE);
  g_assert_true (hub_history_has_newer (history));
  answer (history, hub_history_newer (history), "a", 502, 502, FALSE);
  g_assert_false (hub_history_has_newer (history));
  g_assert_true (hear (history, "a", 503));

  hub_history_cut_end (history, 450);
  assert_question (hub_history_begin (history), HUB_QUESTION_NONE, 0, 0);
  question = hub_history_newest (history);
  assert_question (question, HUB_QUESTION_NEWEST, 0, 0);
  g_assert_true (hear (history, "a", 600));
  g_assert_cmpuint (answer (history, question, "a", 500, 599, TRUE).drop_before, ==, 500);
}

/* A window's life with its host, by chance. */
typedef struct
{
  GRand *rand;
  HubHistory *history;
  HubMessageList *list;
  GPtrArray *mirror; /* of the list, by its signals alone */
  char *log;
  GArray *seqs; /* of the host's log */
  guint64 next;
  guint delivered; /* how many of them came live, or were missed */
  gboolean is_connected;
  HubQuestion open;
} Life;

static guint
below (Life *life, gint32 n)
{
  return (guint) g_rand_int_range (life->rand, 0, n);
}

static guint64
seq_at (Life *life, guint i)
{
  return g_array_index (life->seqs, guint64, i);
}

static HubMessageItem *
item_of (Life *life, guint64 seq)
{
  g_autofree char *text = g_strdup_printf ("%s %" G_GUINT64_FORMAT, life->log, seq);

  return hub_message_item_new (&(HubMessageParams){ .text = text, .topic = "messages", .seq = seq });
}

static void
mirror_cb (GListModel *model, guint position, guint n_removed, guint n_added, gpointer user_data)
{
  Life *life = user_data;

  if (n_removed > 0)
    g_ptr_array_remove_range (life->mirror, position, n_removed);
  for (guint i = 0; i < n_added; i++)
    g_ptr_array_insert (life->mirror, (int) (position + i), g_list_model_get_item (model, position + i));
}

static void
cut_cb (HubMessageList *list, gboolean is_end, guint64 seq, gpointer user_data)
{
  Life *life = user_data;
  guint64 last;

  if (!is_end)
    {
      hub_history_cut_top (life->history, seq);
      return;
    }
  last = hub_history_cut_end (life->history, seq);
  if (last > 0)
    hub_message_list_drop_after (list, last);
}

static void
ask (Life *life, HubQuestion question)
{
  if (question.kind != HUB_QUESTION_NONE)
    life->open = question;
}

static void
publish (Life *life, guint n)
{
  for (; n > 0; n--)
    {
      life->next += below (life, 20) == 0 ? 1000 : 1;
      g_array_append_val (life->seqs, life->next);
    }
  if (!life->is_connected)
    life->delivered = life->seqs->len;
}

static void
deliver (Life *life)
{
  for (; life->delivered < life->seqs->len; life->delivered++)
    for (guint copies = below (life, 10) == 0 ? 2 : 1; copies > 0; copies--)
      {
        g_autoptr (HubMessageItem) item = item_of (life, seq_at (life, life->delivered));
        gboolean is_new_log;
        HubQuestion question;

        if (hub_history_hear (life->history, life->log, hub_message_item_get_seq (item), &is_new_log, &question))
          {
            if (is_new_log)
              hub_message_list_begin_log (life->list);
            hub_message_list_append (life->list, item);
          }
        ask (life, question);
      }
}

static void
take_answer (Life *life)
{
  g_autoptr (GPtrArray) items = g_ptr_array_new_with_free_func (g_object_unref);
  HubQuestion question = life->open;
  HubAnswer reply = { .log = life->log };
  HubVerdict verdict;
  guint from = 0;
  guint end = life->seqs->len;

  life->open.kind = HUB_QUESTION_NONE;
  if (question.kind == HUB_QUESTION_NONE)
    return;
  while (from < end && seq_at (life, from) <= question.after)
    from++;
  while (question.before > 0 && end > from && seq_at (life, end - 1) >= question.before)
    end--;
  reply.has_more = end - from > HUB_HISTORY_PAGE;
  if (reply.has_more && question.after > 0)
    end = from + HUB_HISTORY_PAGE;
  else if (reply.has_more)
    from = end - HUB_HISTORY_PAGE;
  for (guint i = from; i < end; i++)
    g_ptr_array_add (items, item_of (life, seq_at (life, i)));
  reply.first = from < end ? seq_at (life, from) : 0;
  reply.last = from < end ? seq_at (life, end - 1) : 0;
  publish (life, below (life, 3));

  verdict = hub_history_take (life->history, &question, &reply);
  if (verdict.is_new_log)
    hub_message_list_begin_log (life->list);
  if (verdict.drop_before > 0)
    hub_message_list_drop_before (life->list, verdict.drop_before);
  if (verdict.drop_after > 0)
    hub_message_list_drop_after (life->list, verdict.drop_after);
  if (verdict.is_taken)
    hub_message_list_append_past (life->list, items, question.kind == HUB_QUESTION_OLDER);
  ask (life, verdict.question);
}

static void
leave (Life *life)
{
  life->is_connected = FALSE;
  life->delivered = life->seqs->len;
  life->open.kind = HUB_QUESTION_NONE;
  hub_history_end (life->history);
}

static void
join (Life *life)
{
  if (life->is_connected)
    return;
  life->is_connected = TRUE;
  ask (life, hub_history_begin (life->history));
}

static void
check (Life *life)
{
  g_autofree char *prefix = g_strdup_printf ("%s ", life->log);
  GListModel *model = G_LIST_MODEL (life->list);
  guint n_items = g_list_model_get_n_items (model);
  guint at = 0;
  guint n_shown = 0;

  g_assert_cmpuint (n_items, ==, life->mirror->len);
  g_assert_cmpuint (n_items, <=, CAPACITY);
  for (guint i = 0; i < n_items; i++)
    {
      g_autoptr (HubMessageItem) item = g_list_model_get_item (model, i);

      g_assert_true (item == g_ptr_array_index (life->mirror, i));
      if (!g_str_has_prefix (hub_message_item_get_text (item), prefix))
        {
          g_assert_cmpuint (n_shown, ==, 0);
          continue;
        }
      while (n_shown == 0 && seq_at (life, at) != hub_message_item_get_seq (item))
        at++;
      if (n_shown == 0 && !hub_history_has_older (life->history))
        g_assert_cmpuint (at, ==, 0);
      g_assert_cmpuint (hub_message_item_get_seq (item), ==, seq_at (life, at + n_shown));
      n_shown++;
    }
  if (!hub_history_has_newer (life->history))
    g_assert_cmpuint (at + n_shown, ==, life->seqs->len);
}

static void
settle (Life *life)
{
  join (life);
  deliver (life);
  while (life->open.kind != HUB_QUESTION_NONE)
    {
      take_answer (life);
      deliver (life);
    }
  hub_message_list_flush (life->list);
  check (life);
}

static void
begin_host (Life *life, guint number)
{
  leave (life);
  g_free (life->log);
  life->log = g_strdup_printf ("log %u", number);
  g_array_set_size (life->seqs, 0);
  life->next = 1;
  life->delivered = 0;
}

static void
take_step (Life *life, guint step)
{
  guint chance = below (life, 100);

  if (chance < 30)
    publish (life, 1 + below (life, chance < 2 ? 900 : 30));
  else if (chance < 45)
    deliver (life);
  else if (chance < 60)
    take_answer (life);
  else if (chance < 66)
    leave (life);
  else if (chance < 72)
    join (life);
  else if (chance < 80)
    hub_message_list_flush (life->list);
  else if (chance == 80)
    begin_host (life, step + 1);
  else if (chance > 95)
    settle (life);
  else if (!life->is_connected)
    return;
  else if (chance < 87)
    ask (life, hub_history_older (life->history));
  else if (chance < 93)
    ask (life, hub_history_newer (life->history));
  else if (chance == 93 || life->seqs->len == 0)
    ask (life, hub_history_newest (life->history));
  else
    ask (life, hub_history_jump (life->history, seq_at (life, below (life, (gint32) life->seqs->len))));
}

static void
test_lives (void)
{
  /* A sanitizer makes the many allocations of a life dear. */
  const guint32 n_lives = hub_test_slowness () > 1 ? 10 : 100;

  g_test_summary ("Whatever happens: what is shown is one piece of the log, in order, without a double");

  for (guint32 seed = 1; seed <= n_lives; seed++)
    {
      Life life = {
        .rand = g_rand_new_with_seed (seed),
        .history = hub_history_new (),
        .list = hub_message_list_new (CAPACITY),
        .mirror = g_ptr_array_new_with_free_func (g_object_unref),
        .seqs = g_array_new (FALSE, FALSE, sizeof (guint64)),
      };

      g_test_message ("life %u", seed);
      g_signal_connect (life.list, "items-changed", G_CALLBACK (mirror_cb), &life);
      g_signal_connect (life.list, "cut", G_CALLBACK (cut_cb), &life);
      begin_host (&life, 0);
      for (guint step = 0; step < 300; step++)
        take_step (&life, step);
      settle (&life);
      g_rand_free (life.rand);
      hub_history_free (life.history);
      g_assert_finalize_object (life.list);
      g_ptr_array_unref (life.mirror);
      g_array_unref (life.seqs);
      g_free (life.log);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);

  g_test_add_func ("/app/history/stamp", test_stamp);
  g_test_add_func ("/app/history/older", test_older);
  g_test_add_func ("/app/history/fill", test_fill);
  g_test_add_func ("/app/history/gap", test_gap);
  g_test_add_func ("/app/history/other-log", test_other_log);
  g_test_add_func ("/app/history/jump", test_jump);
  g_test_add_func ("/app/history/no-answer", test_no_answer);
  g_test_add_func ("/app/history/cut-end", test_cut_end);
  g_test_add_func ("/app/history/lives", test_lives);
  return g_test_run ();
}
