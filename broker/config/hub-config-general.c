/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/config/hub-config-private.h"

#include "broker/wire/hub-topic.h"

#include <pwd.h>
#include <string.h>
#include <unistd.h>

static void
note (HubConfigParser *self, const HubConfigLine *line, const char *sentence)
{
  g_ptr_array_add (self->config->notices,
                   g_strdup_printf ("%s:%u: %s: %s", line->place.file_name, line->place.line, line->name, sentence));
}

/* No limit is what the identifiers leave. */
static gboolean
set_max_inflight_messages (HubConfigParser *self, const HubConfigLine *line, GError **error)
{
  guint64 number = 0;

  if (!g_str_equal (line->value, "-1") && !hub_config_take_number (line, 0, G_MAXUINT16, &number, error))
    return FALSE;
  self->config->server.core.limits.max_inflight = number > 0 ? (guint) number : G_MAXUINT16;
  return TRUE;
}

static gboolean
set_per_listener_settings (HubConfigParser *self, const HubConfigLine *line, GError **error)
{
  gboolean is_on;

  if (!hub_config_take_bool (line, &is_on, error))
    return FALSE;
  if (is_on != self->is_per_listener && self->has_access_options)
    return hub_config_fail (&line->place,
                            HUB_CONFIG_ERROR_CONFLICT,
                            error,
                            "per_listener_settings must stand before every option about who may come in");
  self->is_per_listener = is_on;
  return TRUE;
}

/* The broker has no need to begin as somebody else, since it needs no right that others do not have. */
static gboolean
set_user (HubConfigParser *self, const HubConfigLine *line, GError **error)
{
  const struct passwd *own = getpwuid (geteuid ());
  g_autofree char *word = hub_config_take_word (line, error);
  g_autofree char *quoted = NULL;

  if (word == NULL)
    return FALSE;
  if (own != NULL && g_str_equal (word, own->pw_name))
    return TRUE;
  quoted = hub_config_quote (word);
  return hub_config_fail (&line->place,
                          HUB_CONFIG_ERROR_UNSUPPORTED_OPTION,
                          error,
                          "the broker stays who it is: start it as %s, or take this line out (it runs as '%s')",
                          quoted,
                          own != NULL ? own->pw_name : "somebody without a name");
}

static gboolean
set_persistence_file (HubConfigParser *self, const HubConfigLine *line, GError **error)
{
  g_autofree char *quoted = hub_config_quote (line->value);

  if (strchr (line->value, '/') != NULL || g_str_equal (line->value, ".") || g_str_equal (line->value, "..") ||
      strlen (line->value) > NAME_MAX)
    return hub_config_fail (&line->place,
                            HUB_CONFIG_ERROR_BAD_VALUE,
                            error,
                            "persistence_file must be the name of a file without its folder, not %s",
                            quoted);
  g_free (self->config->store.persistence_file);
  self->config->store.persistence_file = g_strdup (line->value);
  return TRUE;
}

static gboolean
set_autosave_interval (HubConfigParser *self, const HubConfigLine *line, GError **error)
{
  guint64 seconds;

  if (!g_str_equal (line->value, "-1") && !hub_config_take_number (line, 0, G_MAXINT, &seconds, error))
    return FALSE;
  note (self, line, "without effect: what has to be kept is stored at once");
  return TRUE;
}

static gboolean
set_autosave_on_changes (HubConfigParser *self, const HubConfigLine *line, GError **error)
{
  gboolean is_on;

  if (!hub_config_take_bool (line, &is_on, error))
    return FALSE;
  note (self, line, "without effect: what has to be kept is stored at once");
  return TRUE;
}

static gboolean
set_durability (HubConfigParser *self, const HubConfigLine *line, GError **error)
{
  static const char *const choices[] = { "full", "process", "off", NULL };
  guint index;

  if (!hub_config_take_choice (line, choices, &index, error))
    return FALSE;
  self->config->store.durability = (HubStoreDurability) index;
  return TRUE;
}

/* The first one takes the place of the default. */
static gboolean
set_record (HubConfigParser *self, const HubConfigLine *line, GError **error)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  HubConfigStore *store = &self->config->store;
  gboolean is_none = g_str_equal (line->value, "none");
  g_autofree char *quoted = NULL;

  if (!is_none && !hub_topic_filter_is_valid (hub_span_from_string (line->value)))
    {
      quoted = hub_config_quote (line->value);
      return hub_config_fail (&line->place,
                              HUB_CONFIG_ERROR_BAD_VALUE,
                              error,
                              "record must be a topic filter, or none, not %s",
                              quoted);
    }
  if (self->has_record)
    g_strv_builder_addv (builder, (const char **) store->record);
  if (!is_none)
    g_strv_builder_add (builder, line->value);
  g_strfreev (store->record);
  store->record = g_strv_builder_end (builder);
  self->has_record = TRUE;
  return TRUE;
}

static gboolean
set_record_limit (HubConfigParser *self, const HubConfigLine *line, guint64 *place, GError **error)
{
  guint64 number = 0;

  if (!g_str_equal (line->value, "-1") && !hub_config_take_number (line, 0, G_MAXINT64, &number, error))
    return FALSE;
  *place = number;
  return TRUE;
}

static gboolean
set_record_max_messages (HubConfigParser *self, const HubConfigLine *line, GError **error)
{
  self->has_record_max_messages = TRUE;
  return set_record_limit (self, line, &self->config->store.record_max_messages, error);
}

static gboolean
set_record_max_bytes (HubConfigParser *self, const HubConfigLine *line, GError **error)
{
  self->has_record_max_bytes = TRUE;
  return set_record_limit (self, line, &self->config->store.record_max_bytes, error);
}

static gboolean
set_record_max_age (HubConfigParser *self, const HubConfigLine *line, GError **error)
{
  if (g_str_equal (line->value, "0") || g_str_equal (line->value, "-1"))
    {
      self->config->store.record_max_age_us = 0;
      return TRUE;
    }
  return hub_config_take_duration (line, &self->config->store.record_max_age_us, error);
}

/*
 * hub_config_general_options:
 *
 * What concerns the whole broker.
 */
const HubConfigSpecialOption hub_config_general_options[] = {
  { "autosave_interval", set_autosave_interval },
  { "autosave_on_changes", set_autosave_on_changes },
  { "durability", set_durability },
  { "max_inflight_messages", set_max_inflight_messages },
  { "per_listener_settings", set_per_listener_settings },
  { "persistence_file", set_persistence_file },
  { "record", set_record },
  { "record_max_age", set_record_max_age },
  { "record_max_bytes", set_record_max_bytes },
  { "record_max_messages", set_record_max_messages },
  { "user", set_user },
  { NULL, NULL },
};
