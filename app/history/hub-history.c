/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "app/history/hub-history.h"

/**
 * HubHistory:
 *
 * What of a host's log is held, what has to be asked for, and what an answer means. It asks nothing itself, and one
 * question at a time is open. The page has the same in data/web/history.js.
 *
 * What is held is one piece of the log without a gap. It reaches to the end while the subscription stands and the piece
 * was joined with it; what comes live meanwhile makes it longer. After a break of the connection the piece is joined with
 * the end again from where it ended; when too much is missing, a new piece begins at the end, and what is older is asked
 * for again when somebody wants to see it.
 */
struct _HubHistory
{
  char *log;     /* (owned) (nullable) */
  guint64 first; /* of the piece; 0: nothing is held */
  guint64 last;
  gboolean has_older;
  gboolean has_newer;
  guint64 heard_first; /* live, on this connection; 0: nothing yet */
  guint64 heard_last;
  gboolean is_joined;
  gboolean answers; /* somebody has ever answered */
  guint n_pages;    /* that have filled the gap */
  guint serial;
  HubQuestion open;
};

static const HubQuestion nothing = { HUB_QUESTION_NONE, 0, 0, 0 };

static HubQuestion
ask (HubHistory *self, HubQuestionKind kind, guint64 before, guint64 after)
{
  self->open = (HubQuestion){ kind, before, after, ++self->serial };
  return self->open;
}

static void
forget_connection (HubHistory *self)
{
  self->heard_first = 0;
  self->heard_last = 0;
  self->is_joined = FALSE;
}

static void
set_log (HubHistory *self, const char *log)
{
  char *copy = g_strdup (log);

  g_free (self->log);
  self->log = copy;
}

static gboolean
is_other_log (HubHistory *self, const char *log)
{
  return self->log != NULL && !g_str_equal (self->log, log);
}

static void
begin_log (HubHistory *self)
{
  self->first = 0;
  self->last = 0;
  self->has_older = FALSE;
  self->has_newer = FALSE;
  forget_connection (self);
}

/* What is held goes up to the end now, and on with what has come live meanwhile. */
static void
join (HubHistory *self, guint64 last)
{
  self->last = MAX (MAX (self->last, last), self->heard_last);
  if (self->first == 0)
    self->first = self->heard_first;
  self->has_newer = FALSE;
  self->is_joined = TRUE;
}

static guint64
take_newest (HubHistory *self, const HubAnswer *answer)
{
  gboolean is_overlapping = self->last > 0 && answer->first > 0 && answer->first <= self->last;
  guint64 drop_before = 0;

  if (answer->has_more && !is_overlapping)
    {
      drop_before = answer->first;
      self->first = answer->first;
      self->has_older = TRUE;
    }
  else if (answer->first > 0 && (self->first == 0 || answer->first < self->first))
    {
      self->first = answer->first;
      self->has_older = answer->has_more;
    }
  join (self, answer->last);
  return drop_before;
}

static void
take_older (HubHistory *self, const HubAnswer *answer)
{
  if (answer->first > 0)
    self->first = answer->first;
  self->has_older = answer->has_more && answer->first > 0;
}

static void
take_newer (HubHistory *self, const HubAnswer *answer)
{
  self->last = MAX (self->last, answer->last);
  self->has_newer = answer->has_more || self->heard_last > self->last;
  self->is_joined = !self->has_newer;
}

/* Another piece, apart from the end until that is reached from here. */
static void
take_jump (HubHistory *self, const HubAnswer *answer, HubVerdict *verdict)
{
  if (answer->first == 0)
    {
      verdict->is_taken = FALSE;
      return;
    }
  self->first = answer->first;
  self->last = answer->last;
  self->has_older = answer->has_more;
  self->has_newer = TRUE;
  self->is_joined = FALSE;
  verdict->drop_before = answer->first;
  verdict->drop_after = answer->last;
}

static HubQuestion
take_fill (HubHistory *self, const HubAnswer *answer)
{
  self->last = MAX (self->last, answer->last);
  self->n_pages++;
  if (!answer->has_more)
    {
      join (self, answer->last);
      return nothing;
    }
  if (self->n_pages < HUB_HISTORY_FILL_PAGES && answer->last > 0)
    return ask (self, HUB_QUESTION_FILL, 0, self->last);
  return ask (self, HUB_QUESTION_NEWEST, 0, 0);
}

/**
 * hub_history_new:
 *
 * Returns: (transfer full): a history of which nothing is known
 */
HubHistory *
hub_history_new (void)
{
  return g_new0 (HubHistory, 1);
}

/**
 * hub_history_free:
 * @self: (transfer full): a history
 */
void
hub_history_free (HubHistory *self)
{
  g_free (self->log);
  g_free (self);
}

/**
 * hub_history_begin:
 * @self: a history
 *
 * The subscription stands.
 *
 * Returns: what is to be asked
 */
HubQuestion
hub_history_begin (HubHistory *self)
{
  self->open = nothing;
  self->n_pages = 0;
  forget_connection (self);
  if (self->last == 0)
    return ask (self, HUB_QUESTION_NEWEST, 0, 0);
  return self->has_newer ? nothing : ask (self, HUB_QUESTION_FILL, 0, self->last);
}

/**
 * hub_history_end:
 * @self: a history
 *
 * The connection is gone.
 */
void
hub_history_end (HubHistory *self)
{
  self->open = nothing;
  self->is_joined = FALSE;
}

/**
 * hub_history_hear:
 * @self: a history
 * @log: the log of a message that came live
 * @seq: its number, 1 or more
 * @is_new_log: (out): whether this is another log than what is held is of
 * @question: (out): what is to be asked
 *
 * Returns: whether the message belongs to what is held; else it stands behind or above it, with more in between
 */
gboolean
hub_history_hear (HubHistory *self, const char *log, guint64 seq, gboolean *is_new_log, HubQuestion *question)
{
  *is_new_log = is_other_log (self, log);
  if (*is_new_log)
    begin_log (self);
  if (*is_new_log || self->log == NULL)
    set_log (self, log);
  self->heard_first = self->heard_first == 0 ? seq : MIN (self->heard_first, seq);
  self->heard_last = MAX (self->heard_last, seq);
  if (self->is_joined && !self->has_newer)
    {
      self->first = self->first == 0 ? seq : self->first;
      self->last = MAX (self->last, seq);
    }
  *question = *is_new_log ? ask (self, HUB_QUESTION_NEWEST, 0, 0) : nothing;
  /* An answer may overtake what comes live: that stands above the piece, and is asked for when somebody gets there. */
  return !self->has_newer && !(self->is_joined && self->has_older && seq < self->first);
}

/**
 * hub_history_take:
 * @self: a history
 * @question: what was asked
 * @answer: what was answered
 *
 * Returns: what it means; nothing when the question is not open any more
 */
HubVerdict
hub_history_take (HubHistory *self, const HubQuestion *question, const HubAnswer *answer)
{
  HubVerdict verdict = { 0 };

  if (!hub_history_is_open (self, question))
    return verdict;
  self->open = nothing;
  self->answers = TRUE;
  verdict.is_new_log = is_other_log (self, answer->log);
  if (verdict.is_new_log)
    begin_log (self);
  if (verdict.is_new_log || self->log == NULL)
    set_log (self, answer->log);
  if (verdict.is_new_log && question->kind != HUB_QUESTION_NEWEST)
    {
      verdict.question = ask (self, HUB_QUESTION_NEWEST, 0, 0);
      return verdict;
    }

  verdict.is_taken = TRUE;
  switch (question->kind)
    {
    case HUB_QUESTION_NEWEST:
      verdict.drop_before = take_newest (self, answer);
      break;
    case HUB_QUESTION_FILL:
      verdict.question = take_fill (self, answer);
      break;
    case HUB_QUESTION_OLDER:
      take_older (self, answer);
      break;
    case HUB_QUESTION_NEWER:
      take_newer (self, answer);
      break;
    case HUB_QUESTION_JUMP:
      take_jump (self, answer, &verdict);
      break;
    case HUB_QUESTION_NONE:
    default:
      g_assert_not_reached ();
    }
  return verdict;
}

/**
 * hub_history_fail:
 * @self: a history
 * @question: what was asked, and is not answered
 */
void
hub_history_fail (HubHistory *self, const HubQuestion *question)
{
  if (hub_history_is_open (self, question))
    self->open = nothing;
}

/**
 * hub_history_is_open:
 * @self: a history
 * @question: what was asked
 *
 * Returns: whether an answer is still wanted
 */
gboolean
hub_history_is_open (HubHistory *self, const HubQuestion *question)
{
  return question->kind != HUB_QUESTION_NONE && question->serial == self->open.serial;
}

/**
 * hub_history_older:
 * @self: a history
 *
 * Somebody is near the first message that is held.
 *
 * Returns: what is to be asked
 */
HubQuestion
hub_history_older (HubHistory *self)
{
  if (!self->has_older || self->open.kind != HUB_QUESTION_NONE)
    return nothing;
  return ask (self, HUB_QUESTION_OLDER, self->first, 0);
}

/**
 * hub_history_newer:
 * @self: a history
 *
 * Somebody is near the last message that is held.
 *
 * Returns: what is to be asked
 */
HubQuestion
hub_history_newer (HubHistory *self)
{
  if (!self->has_newer || self->open.kind != HUB_QUESTION_NONE)
    return nothing;
  return ask (self, HUB_QUESTION_NEWER, 0, self->last);
}

/**
 * hub_history_newest:
 * @self: a history
 *
 * Somebody wants to see the end at once.
 *
 * Returns: what is to be asked
 */
HubQuestion
hub_history_newest (HubHistory *self)
{
  if (!self->has_newer)
    return nothing;
  self->has_newer = FALSE;
  self->has_older = FALSE;
  self->first = 0;
  self->last = 0;
  self->is_joined = FALSE;
  return ask (self, HUB_QUESTION_NEWEST, 0, 0);
}

/**
 * hub_history_jump:
 * @self: a history
 * @seq: a number of the log
 *
 * Somebody wants to see a message that is not held, and what was said before it. What is held stays until there is an
 * answer. While it is not joined with the end, and somebody is asked about that, it has to wait.
 *
 * Returns: what is to be asked
 */
HubQuestion
hub_history_jump (HubHistory *self, guint64 seq)
{
  if (self->open.kind == HUB_QUESTION_NEWEST || self->open.kind == HUB_QUESTION_FILL)
    return nothing;
  return ask (self, HUB_QUESTION_JUMP, seq + 1, 0);
}

/**
 * hub_history_has_older:
 * @self: a history
 *
 * Returns: whether the log has more above what is held
 */
gboolean
hub_history_has_older (HubHistory *self)
{
  return self->has_older;
}

/**
 * hub_history_has_newer:
 * @self: a history
 *
 * Returns: whether the log has more behind what is held
 */
gboolean
hub_history_has_newer (HubHistory *self)
{
  return self->has_newer;
}

/**
 * hub_history_get_is_joined:
 * @self: a history
 *
 * Returns: whether what is held reaches to the end of the log, without a gap
 */
gboolean
hub_history_get_is_joined (HubHistory *self)
{
  return self->is_joined && !self->has_newer;
}

/**
 * hub_history_get_log:
 * @self: a history
 *
 * Returns: (nullable): the log that it is of; %NULL as long as nothing is known of one
 */
const char *
hub_history_get_log (HubHistory *self)
{
  return self->log;
}

/**
 * hub_history_get_last:
 * @self: a history
 *
 * Returns: the highest number that is known, held or only heard; 0 for none
 */
guint64
hub_history_get_last (HubHistory *self)
{
  return MAX (self->last, self->heard_last);
}

/**
 * hub_history_cut_top:
 * @self: a history
 * @first: the lowest number that is left; 0: none
 *
 * Rows of the log were dropped at the top.
 */
void
hub_history_cut_top (HubHistory *self, guint64 first)
{
  if (!self->answers || self->first == 0 || first == 0)
    return;
  self->has_older = TRUE;
  self->first = MAX (self->first, first);
  /* What is asked for would stand above a gap now. */
  if (self->open.kind == HUB_QUESTION_OLDER)
    self->open = nothing;
  /* Nothing is left of what a gap parted from the end: the gap is gone, too. */
  if (!self->is_joined && !self->has_newer && self->first > self->last && self->heard_first > 0 &&
      self->first >= self->heard_first)
    {
      self->open = nothing;
      join (self, 0);
    }
}

/**
 * hub_history_cut_end:
 * @self: a history
 * @last: the highest number that is left; 0: none
 *
 * Rows of the log were dropped at the end.
 *
 * Returns: behind which number the rest has to go, too: what came live behind a gap; 0: nothing has to
 */
guint64
hub_history_cut_end (HubHistory *self, guint64 last)
{
  if (!self->answers || self->last == 0 || last == 0)
    return 0;
  self->last = MIN (self->last, last);
  /* What is asked for would stand behind a gap now. */
  if (self->open.kind == HUB_QUESTION_FILL || self->open.kind == HUB_QUESTION_NEWER)
    self->open = nothing;
  self->has_newer = TRUE;
  self->is_joined = FALSE;
  return self->last;
}
