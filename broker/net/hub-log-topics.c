/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/net/hub-log-topics.h"

/* Whoever logs more than this in one turn is not heard to the end. */
#define LINES_MAX 1000

typedef struct
{
  HubLogLevel level;
  char *text; /* (owned) */
} Line;

struct _HubLogTopics
{
  HubReactor *reactor; /* (unowned) */
  HubLog next;         /* where lines go besides */
  guint levels;        /* a bit for each level that is published */
  GQueue lines;        /* (owned) (element-type Line): not published yet */
};

/* As Mosquitto calls them. */
static const char *const topics[] = {
  [HUB_LOG_DEBUG] = "$SYS/broker/log/D",
  [HUB_LOG_SUBSCRIBE] = "$SYS/broker/log/M/subscribe",
  [HUB_LOG_UNSUBSCRIBE] = "$SYS/broker/log/M/unsubscribe",
  [HUB_LOG_INFORMATION] = "$SYS/broker/log/I",
  [HUB_LOG_NOTICE] = "$SYS/broker/log/N",
  [HUB_LOG_CONNECTION] = "$SYS/broker/log/N",
  [HUB_LOG_WARNING] = "$SYS/broker/log/W",
  [HUB_LOG_ERROR] = "$SYS/broker/log/E",
};

static void
line_free (gpointer data)
{
  Line *line = data;

  g_free (line->text);
  g_free (line);
}

static void
line_cb (HubLogLevel level, const char *text, gpointer user_data)
{
  HubLogTopics *self = user_data;
  Line *line;

  if (hub_log_is_on (&self->next, level))
    self->next.func (level, text, self->next.user_data);
  if ((self->levels & 1u << level) == 0 || g_queue_get_length (&self->lines) >= LINES_MAX)
    return;
  line = g_new (Line, 1);
  *line = (Line){ level, g_strdup (text) };
  g_queue_push_tail (&self->lines, line);
  hub_reactor_need_turn (self->reactor);
}

/**
 * hub_log_topics_new:
 * @reactor: the reactor of the broker
 *
 * Returns: (transfer full): one that publishes nothing
 */
HubLogTopics *
hub_log_topics_new (HubReactor *reactor)
{
  HubLogTopics *self = g_new0 (HubLogTopics, 1);

  self->reactor = reactor;
  return self;
}

/**
 * hub_log_topics_free:
 * @self: (transfer full): one whose log nobody writes to any more
 */
void
hub_log_topics_free (HubLogTopics *self)
{
  g_queue_clear_full (&self->lines, line_free);
  g_free (self);
}

/**
 * hub_log_topics_wrap:
 * @self: log topics
 * @log: where lines go anyway
 * @levels: which are published: a bit for each #HubLogLevel. What each packet does is never published, since that would be
 *   one more packet
 *
 * Returns: the log for the broker to write to; @log itself when nothing is published
 */
HubLog
hub_log_topics_wrap (HubLogTopics *self, const HubLog *log, guint levels)
{
  HubLog wrapped = { .func = line_cb, .user_data = self };

  self->next = *log;
  self->levels = levels & ~(1u << HUB_LOG_DEBUG);
  if (self->levels == 0)
    return *log;
  while (!hub_log_is_on (&self->next, wrapped.level) && (self->levels & 1u << wrapped.level) == 0)
    wrapped.level++;
  return wrapped;
}

/**
 * hub_log_topics_flush:
 * @self: log topics
 * @core: the core of the broker
 *
 * Publishes what was written since the last time. To be called at the end of each turn.
 *
 * Returns: whether there was anything
 */
gboolean
hub_log_topics_flush (HubLogTopics *self, HubCore *core)
{
  guint n = g_queue_get_length (&self->lines);

  for (guint i = 0; i < n; i++)
    {
      Line *line = g_queue_pop_head (&self->lines);

      hub_core_tell (core, topics[line->level], line->text);
      line_free (line);
    }
  return n > 0;
}
