/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * HubArchiveMessage:
 * @seq: its number in the log
 * @time_ms: when it was recorded, milliseconds since 1970, UTC
 * @topic: where it was published
 * @payload: the Application Message
 *
 * A message of a log.
 */
typedef struct
{
  guint64 seq;
  gint64 time_ms;
  char *topic;
  GBytes *payload;
} HubArchiveMessage;

/**
 * HubArchiveAnswer:
 * @log: which log
 * @messages: (element-type HubArchiveMessage): in the order of the log
 * @has_more: whether the log has more in the direction that was asked for
 * @next_before: where a search goes on; 0 where it has not said so
 *
 * What a host answers to a question.
 */
typedef struct
{
  char *log;
  GPtrArray *messages;
  gboolean has_more;
  guint64 next_before;
} HubArchiveAnswer;

HubArchiveAnswer *hub_archive_answer_parse (const char *text, gsize size) G_GNUC_WARN_UNUSED_RESULT;
char **hub_archive_topics_parse (const char *text, gsize size) G_GNUC_WARN_UNUSED_RESULT;
void hub_archive_answer_free (HubArchiveAnswer *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HubArchiveAnswer, hub_archive_answer_free)

G_END_DECLS
