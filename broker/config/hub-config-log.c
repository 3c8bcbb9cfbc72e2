/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/config/hub-config-private.h"

#include <string.h>
#include <syslog.h>

static gboolean
set_log_file (HubConfigParser *self, const HubConfigLine *line, const char *path, GError **error)
{
  HubLogOptions *log = &self->config->log;

  if (*path == '\0')
    return hub_config_fail (&line->place, HUB_CONFIG_ERROR_BAD_VALUE, error, "log_dest file needs the name of the file");
  if (log->file != NULL)
    return hub_config_fail (&line->place, HUB_CONFIG_ERROR_CONFLICT, error, "there can be one log_dest file only");
  log->file = g_strdup (path);
  log->dests |= HUB_LOG_DEST_FILE;
  return TRUE;
}

/* The first one takes the place of the default; "none" takes back what was said before. */
static gboolean
set_log_dest (HubConfigParser *self, const HubConfigLine *line, GError **error)
{
  static const char *const choices[] = { "none", "stderr", "stdout", "syslog", "topic", "file", NULL };
  static const guint dests[] = { 0, HUB_LOG_DEST_STDERR, HUB_LOG_DEST_STDOUT, HUB_LOG_DEST_SYSLOG, HUB_LOG_DEST_TOPIC };
  HubLogOptions *log = &self->config->log;
  gsize size = strcspn (line->value, " \t");
  const char *rest = line->value + size + strspn (line->value + size, " \t");
  g_autofree char *word = g_strndup (line->value, size);
  guint index;

  if (g_str_equal (word, "dlt") || g_str_equal (word, "android"))
    return hub_config_fail_unsupported (line, error, word);
  if (!self->has_log_dest)
    log->dests = 0;
  self->has_log_dest = TRUE;
  if (g_str_equal (word, "file"))
    return set_log_file (self, line, rest, error);
  /* Every line is written at once. */
  if (g_str_equal (word, "stdout") && g_str_equal (rest, "unbuffered"))
    {
      log->dests |= HUB_LOG_DEST_STDOUT;
      return TRUE;
    }

  if (!hub_config_take_choice (line, choices, &index, error))
    return FALSE;
  log->dests = index == 0 ? 0 : log->dests | dests[index];
  if (index == 0)
    g_clear_pointer (&log->file, g_free);
  return TRUE;
}

static gboolean
set_log_type (HubConfigParser *self, const HubConfigLine *line, GError **error)
{
  static const char *const choices[] = { "none", "debug", "subscribe", "unsubscribe", "information", "notice", "warning",
                                         "error", "all", NULL };
  static const guint types[] = {
    0,
    HUB_LOG_TYPE_DEBUG,
    HUB_LOG_TYPE_SUBSCRIBE,
    HUB_LOG_TYPE_UNSUBSCRIBE,
    HUB_LOG_TYPE_INFORMATION,
    HUB_LOG_TYPE_NOTICE,
    HUB_LOG_TYPE_WARNING,
    HUB_LOG_TYPE_ERROR,
    HUB_LOG_TYPES_ALL,
  };
  HubLogOptions *log = &self->config->log;
  guint index;

  if (g_str_equal (line->value, "websockets") || g_str_equal (line->value, "internal"))
    return hub_config_fail_unsupported (line, error, line->value);
  if (!hub_config_take_choice (line, choices, &index, error))
    return FALSE;
  if (!self->has_log_type)
    log->types = 0;
  self->has_log_type = TRUE;
  log->types = index == 0 ? 0 : log->types | types[index];
  return TRUE;
}

static gboolean
set_log_facility (HubConfigParser *self, const HubConfigLine *line, GError **error)
{
  static const int facilities[] = {
    LOG_LOCAL0,
    LOG_LOCAL1,
    LOG_LOCAL2,
    LOG_LOCAL3,
    LOG_LOCAL4,
    LOG_LOCAL5,
    LOG_LOCAL6,
    LOG_LOCAL7,
  };
  guint64 number;

  if (!hub_config_take_number (line, 0, G_N_ELEMENTS (facilities) - 1, &number, error))
    return FALSE;
  self->config->log.facility = facilities[number];
  return TRUE;
}

static gboolean
set_log_timestamp_format (HubConfigParser *self, const HubConfigLine *line, GError **error)
{
  char text[HUB_LOG_TIME_SIZE];
  g_autofree char *quoted = NULL;

  if (!hub_log_format_time (line->value, g_get_real_time (), text))
    {
      quoted = hub_config_quote (line->value);
      return hub_config_fail (&line->place,
                              HUB_CONFIG_ERROR_BAD_VALUE,
                              error,
                              "log_timestamp_format must be a format for the time of less than 128 bytes, not %s",
                              quoted);
    }
  g_free (self->config->log.timestamp_format);
  self->config->log.timestamp_format = g_strdup (line->value);
  return TRUE;
}

/*
 * hub_config_log_options:
 *
 * What is logged, and where.
 */
const HubConfigSpecialOption hub_config_log_options[] = {
  { "log_dest", set_log_dest },
  { "log_facility", set_log_facility },
  { "log_timestamp_format", set_log_timestamp_format },
  { "log_type", set_log_type },
  { NULL, NULL },
};
