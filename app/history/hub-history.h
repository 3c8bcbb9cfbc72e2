/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * HUB_HISTORY_PAGE:
 *
 * How many messages are asked for at a time.
 */
#define HUB_HISTORY_PAGE 100

/**
 * HUB_HISTORY_FILL_PAGES:
 *
 * How many pages may be missing after a break of the connection; where more are, a new piece begins at the end.
 */
#define HUB_HISTORY_FILL_PAGES 5

/**
 * HubQuestionKind:
 * @HUB_QUESTION_NONE: nothing is to be asked
 * @HUB_QUESTION_NEWEST: the newest messages
 * @HUB_QUESTION_FILL: those that were missed, behind `after`
 * @HUB_QUESTION_OLDER: those before `before`
 * @HUB_QUESTION_NEWER: those behind `after`, which had made room
 * @HUB_QUESTION_JUMP: another piece, which ends just before `before`
 */
typedef enum
{
  HUB_QUESTION_NONE,
  HUB_QUESTION_NEWEST,
  HUB_QUESTION_FILL,
  HUB_QUESTION_OLDER,
  HUB_QUESTION_NEWER,
  HUB_QUESTION_JUMP,
} HubQuestionKind;

/**
 * HubQuestion:
 * @kind: what is asked for
 * @before: a number of the log, or 0
 * @after: a number of the log, or 0
 * @serial: tells this question from all others of its history
 */
typedef struct
{
  HubQuestionKind kind;
  guint64 before;
  guint64 after;
  guint serial;
} HubQuestion;

/**
 * HubAnswer:
 * @log: the log that it is of
 * @first: the lowest number in it; 0 when it is empty
 * @last: the highest number in it; 0 when it is empty
 * @has_more: whether the log has more in that direction
 *
 * What an answer to a question has.
 */
typedef struct
{
  const char *log;
  guint64 first;
  guint64 last;
  gboolean has_more;
} HubAnswer;

/**
 * HubVerdict:
 * @is_taken: whether the messages are to be shown
 * @is_new_log: whether they are of another log than what was held
 * @drop_before: before which number everything has to go first, since it would stand above a gap; or 0
 * @drop_after: behind which number everything has to go, too; or 0
 * @question: what is to be asked next
 *
 * What an answer means.
 */
typedef struct
{
  gboolean is_taken;
  gboolean is_new_log;
  guint64 drop_before;
  guint64 drop_after;
  HubQuestion question;
} HubVerdict;

typedef struct _HubHistory HubHistory;

HubHistory *hub_history_new (void) G_GNUC_WARN_UNUSED_RESULT;
void hub_history_free (HubHistory *self);

HubQuestion hub_history_begin (HubHistory *self);
void hub_history_end (HubHistory *self);
gboolean hub_history_hear (HubHistory *self, const char *log, guint64 seq, gboolean *is_new_log, HubQuestion *question);
HubVerdict hub_history_take (HubHistory *self, const HubQuestion *question, const HubAnswer *answer);
void hub_history_fail (HubHistory *self, const HubQuestion *question);
gboolean hub_history_is_open (HubHistory *self, const HubQuestion *question);

HubQuestion hub_history_older (HubHistory *self);
HubQuestion hub_history_newer (HubHistory *self);
HubQuestion hub_history_newest (HubHistory *self);
HubQuestion hub_history_jump (HubHistory *self, guint64 seq);
gboolean hub_history_has_older (HubHistory *self);
gboolean hub_history_has_newer (HubHistory *self);
gboolean hub_history_get_is_joined (HubHistory *self);
const char *hub_history_get_log (HubHistory *self);
guint64 hub_history_get_last (HubHistory *self);

void hub_history_cut_top (HubHistory *self, guint64 first);
guint64 hub_history_cut_end (HubHistory *self, guint64 last);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HubHistory, hub_history_free)

G_END_DECLS
