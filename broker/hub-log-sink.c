/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/hub-log-sink.h"

#include <glib/gstdio.h>

#include <errno.h>
#include <fcntl.h>
#include <syslog.h>
#include <unistd.h>

/* The standard outputs and a file. */
#define FDS_MAX 3

/* Log files tell who talks to whom. */
#define FILE_MODE 0600

struct _HubLogSink
{
  HubLogOptions options; /* with strings of its own */
  int fds[FDS_MAX];      /* where lines are written to */
  guint n_fds;
  int file_fd; /* (owned): one of @fds, or -1 */
};

/* A log that cannot be written to is no reason to stop. */
static void
write_all (int fd, const char *text, gsize size)
{
  while (size > 0)
    {
      gssize n = write (fd, text, size);

      if (n < 0 && errno != EINTR)
        return;
      text += MAX (n, 0);
      size -= (gsize) MAX (n, 0);
    }
}

static char *
make_line (const HubLogSink *self, const char *line)
{
  char time_text[HUB_LOG_TIME_SIZE];
  const gint64 now_us = g_get_real_time ();

  if (!self->options.has_timestamp)
    return g_strconcat (line, "\n", NULL);
  if (!hub_log_format_time (self->options.timestamp_format, now_us, time_text))
    hub_log_format_time (NULL, now_us, time_text);
  return g_strconcat (time_text, ": ", line, "\n", NULL);
}

static void
line_cb (HubLogLevel level, const char *line, gpointer user_data)
{
  const HubLogSink *self = user_data;

  if (!hub_log_options_want (&self->options, level))
    return;
  if (self->n_fds > 0)
    {
      g_autofree char *whole = make_line (self, line);

      for (guint i = 0; i < self->n_fds; i++)
        write_all (self->fds[i], whole, strlen (whole));
    }
  /* The system's log has a time of its own. */
  if ((self->options.dests & HUB_LOG_DEST_SYSLOG) != 0)
    syslog (self->options.facility | hub_log_options_get_priority (level), "%s", line);
}

static gboolean
open_file (HubLogSink *self, const char *path, GError **error)
{
  self->file_fd = g_open (path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY, FILE_MODE);
  if (self->file_fd < 0)
    {
      int saved = errno;

      g_set_error (error,
                   G_FILE_ERROR,
                   (int) g_file_error_from_errno (saved),
                   "the log file '%s' cannot be opened: %s",
                   path,
                   g_strerror (saved));
      return FALSE;
    }
  self->fds[self->n_fds++] = self->file_fd;
  return TRUE;
}

/**
 * hub_log_sink_new:
 * @options: what is logged, and where
 * @error: return location
 *
 * Opens what lines are written to. A file is appended to, and made for its owner alone. Topics are not its business.
 *
 * Returns: (transfer full): a sink, or %NULL with @error set when the file cannot be opened: a %G_FILE_ERROR
 */
HubLogSink *
hub_log_sink_new (const HubLogOptions *options, GError **error)
{
  g_autoptr (HubLogSink) self = g_new0 (HubLogSink, 1);

  self->options = *options;
  self->options.timestamp_format = g_strdup (options->timestamp_format);
  self->options.file = g_strdup (options->file);
  self->file_fd = -1;
  if ((options->dests & HUB_LOG_DEST_STDOUT) != 0)
    self->fds[self->n_fds++] = STDOUT_FILENO;
  if ((options->dests & HUB_LOG_DEST_STDERR) != 0)
    self->fds[self->n_fds++] = STDERR_FILENO;
  if ((options->dests & HUB_LOG_DEST_FILE) != 0 && !open_file (self, options->file, error))
    return NULL;
  return g_steal_pointer (&self);
}

/**
 * hub_log_sink_free:
 * @self: (transfer full): a sink that nobody writes to any more
 */
void
hub_log_sink_free (HubLogSink *self)
{
  if (self->file_fd >= 0)
    g_close (self->file_fd, NULL);
  g_free (self->options.timestamp_format);
  g_free (self->options.file);
  g_free (self);
}

/**
 * hub_log_sink_get_log:
 * @self: a sink; must outlive those who write to the log
 *
 * Thread: the log may be written to from any.
 *
 * Returns: a log that leads to @self
 */
HubLog
hub_log_sink_get_log (HubLogSink *self)
{
  HubLog log = { .func = line_cb, .user_data = self };

  while (log.level < HUB_LOG_ERROR && !hub_log_options_want (&self->options, log.level))
    log.level++;
  /* Nobody goes to the trouble of writing lines that nobody reads. */
  if (!hub_log_options_want (&self->options, log.level) || (self->n_fds == 0 && (self->options.dests & HUB_LOG_DEST_SYSLOG) == 0))
    log.func = NULL;
  return log;
}
