/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/config/hub-config-private.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* A hundred years: nothing that is added to a clock passes its end. */
#define DURATION_MAX_US (G_GINT64_CONSTANT (36500) * G_TIME_SPAN_DAY)

/*
 * hub_config_take_word:
 *
 * Takes a value that is one word. A comment may follow it, as with Mosquitto.
 *
 * Returns: (transfer full): the word, or %NULL with @error set when more follows
 */
char *
hub_config_take_word (const HubConfigLine *line, GError **error)
{
  gsize size = strcspn (line->value, " \t");
  const char *rest = line->value + size + strspn (line->value + size, " \t");
  g_autofree char *quoted = NULL;

  if (*rest == '\0' || *rest == '#')
    return g_strndup (line->value, size);
  quoted = hub_config_quote (rest);
  hub_config_fail (&line->place, HUB_CONFIG_ERROR_BAD_VALUE, error, "%s takes one value; %s is too much", line->name, quoted);
  return NULL;
}

/*
 * hub_config_take_number:
 *
 * Takes a value that is a whole number from @min to @max.
 */
gboolean
hub_config_take_number (const HubConfigLine *line, guint64 min, guint64 max, guint64 *number, GError **error)
{
  g_autofree char *word = hub_config_take_word (line, error);
  g_autofree char *quoted = NULL;

  if (word == NULL)
    return FALSE;
  if (g_ascii_string_to_unsigned (word, 10, min, max, number, NULL))
    return TRUE;
  quoted = hub_config_quote (word);
  return hub_config_fail (&line->place,
                          HUB_CONFIG_ERROR_BAD_VALUE,
                          error,
                          "%s must be a whole number from %" G_GUINT64_FORMAT " to %" G_GUINT64_FORMAT ", not %s",
                          line->name,
                          min,
                          max,
                          quoted);
}

/*
 * hub_config_take_choice:
 * @choices: (array zero-terminated=1): words
 * @index: (out): which of them it is
 *
 * Takes a value that is one of some words.
 */
gboolean
hub_config_take_choice (const HubConfigLine *line, const char *const *choices, guint *index, GError **error)
{
  g_autofree char *word = hub_config_take_word (line, error);
  g_autofree char *quoted = NULL;
  g_autofree char *list = NULL;

  if (word == NULL)
    return FALSE;
  for (guint i = 0; choices[i] != NULL; i++)
    if (g_str_equal (word, choices[i]))
      {
        *index = i;
        return TRUE;
      }
  quoted = hub_config_quote (word);
  list = g_strjoinv (", ", (char **) choices);
  return hub_config_fail (&line->place,
                          HUB_CONFIG_ERROR_BAD_VALUE,
                          error,
                          "%s must be one of %s, not %s",
                          line->name,
                          list,
                          quoted);
}

/*
 * hub_config_take_bool:
 *
 * Takes a value that is true or false.
 */
gboolean
hub_config_take_bool (const HubConfigLine *line, gboolean *result, GError **error)
{
  g_autofree char *word = hub_config_take_word (line, error);
  g_autofree char *quoted = NULL;

  if (word == NULL)
    return FALSE;
  *result = g_str_equal (word, "true") || g_str_equal (word, "1");
  if (*result || g_str_equal (word, "false") || g_str_equal (word, "0"))
    return TRUE;
  quoted = hub_config_quote (word);
  return hub_config_fail (&line->place,
                          HUB_CONFIG_ERROR_BAD_VALUE,
                          error,
                          "%s must be true or false, not %s",
                          line->name,
                          quoted);
}

/*
 * hub_config_take_duration:
 * @duration_us: (out): microseconds, more than 0
 *
 * Takes a number and a unit, such as `14d`. A month has 30 days and a year 365, as in Mosquitto.
 */
gboolean
hub_config_take_duration (const HubConfigLine *line, gint64 *duration_us, GError **error)
{
  static const struct
  {
    char unit;
    gint64 span_us;
  } units[] = {
    { 's', G_TIME_SPAN_SECOND },
    { 'h', G_TIME_SPAN_HOUR },
    { 'd', G_TIME_SPAN_DAY },
    { 'w', 7 * G_TIME_SPAN_DAY },
    { 'm', 30 * G_TIME_SPAN_DAY },
    { 'y', 365 * G_TIME_SPAN_DAY },
  };
  g_autofree char *word = hub_config_take_word (line, error);
  g_autofree char *quoted = NULL;
  gsize size;

  if (word == NULL)
    return FALSE;
  quoted = hub_config_quote (word);
  size = strlen (word);
  for (gsize i = 0; i < G_N_ELEMENTS (units); i++)
    if (word[size - 1] == units[i].unit)
      {
        guint64 number;

        word[size - 1] = '\0';
        if (!g_ascii_string_to_unsigned (word, 10, 1, (guint64) (DURATION_MAX_US / units[i].span_us), &number, NULL))
          break;
        *duration_us = (gint64) number * units[i].span_us;
        return TRUE;
      }
  return hub_config_fail (&line->place,
                          HUB_CONFIG_ERROR_BAD_VALUE,
                          error,
                          "%s must be a number from 1 and one of s h d w m y behind it, a hundred years at most, not %s",
                          line->name,
                          quoted);
}

static gboolean
check_path (const HubConfigLine *line, gboolean is_folder, GError **error)
{
  g_autofree char *quoted = hub_config_quote (line->value);
  const char *reason = NULL;
  struct stat status;

  if (stat (line->value, &status) < 0)
    reason = g_strerror (errno);
  else if (is_folder && !S_ISDIR (status.st_mode))
    reason = "it is no folder";
  else if (!is_folder && !S_ISREG (status.st_mode))
    reason = "it is no file";
  else if (access (line->value, is_folder ? R_OK | X_OK : R_OK) < 0)
    reason = g_strerror (errno);
  if (reason == NULL)
    return TRUE;
  return hub_config_fail (&line->place,
                          HUB_CONFIG_ERROR_BAD_VALUE,
                          error,
                          "%s: %s cannot be read: %s",
                          line->name,
                          quoted,
                          reason);
}

/*
 * hub_config_check_file:
 *
 * Returns: whether the value names a file that can be read
 */
gboolean
hub_config_check_file (const HubConfigLine *line, GError **error)
{
  return check_path (line, FALSE, error);
}

/*
 * hub_config_check_folder:
 *
 * Returns: whether the value names a folder that can be read
 */
gboolean
hub_config_check_folder (const HubConfigLine *line, GError **error)
{
  return check_path (line, TRUE, error);
}

/*
 * hub_config_fail_unsupported:
 * @hint: (nullable): what to do instead, or why
 *
 * Refuses what Mosquitto has and we do not.
 *
 * Returns: %FALSE
 */
gboolean
hub_config_fail_unsupported (const HubConfigLine *line, GError **error, const char *hint)
{
  return hub_config_fail (&line->place,
                          HUB_CONFIG_ERROR_UNSUPPORTED_OPTION,
                          error,
                          "known to Mosquitto, not supported here: %s%s%s%s",
                          line->name,
                          hint != NULL ? " (" : "",
                          hint != NULL ? hint : "",
                          hint != NULL ? ")" : "");
}
