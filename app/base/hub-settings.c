/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "app/base/hub-settings.h"

#include "hub-build-config.h"

#include <glib/gi18n-lib.h>

#include <string.h>

/**
 * HubSettings:
 *
 * What is remembered between two starts: the one place that knows the keys of the schema.
 */
struct _HubSettings
{
  GObject parent_instance;

  GSettings *gsettings; /* (owned) */
};

G_DEFINE_FINAL_TYPE (HubSettings, hub_settings, G_TYPE_OBJECT)

/* A program that was built and not installed has its schema beside it, and so has one in a place of its own, which
 * XDG_DATA_DIRS does not name. */
static GSettingsSchema *
lookup_beside_program (void)
{
  static const char *const places[] = { "data", "share/glib-2.0/schemas" };
  g_autofree char *program = g_file_read_link ("/proc/self/exe", NULL);
  g_autofree char *folder = NULL;
  GSettingsSchema *schema = NULL;

  if (program == NULL)
    return NULL;
  folder = g_path_get_dirname (program);
  for (gsize i = 0; i < G_N_ELEMENTS (places) && schema == NULL; i++)
    {
      g_autofree char *data = g_build_filename (folder, "..", places[i], NULL);
      g_autoptr (GSettingsSchemaSource) source = NULL;

      source = g_settings_schema_source_new_from_directory (data, g_settings_schema_source_get_default (), TRUE, NULL);
      if (source != NULL)
        schema = g_settings_schema_source_lookup (source, HUB_APPLICATION_ID, FALSE);
    }
  return schema;
}

static GSettingsSchema *
lookup_schema (void)
{
  GSettingsSchemaSource *source = g_settings_schema_source_get_default ();
  GSettingsSchema *schema = NULL;

  if (source != NULL)
    schema = g_settings_schema_source_lookup (source, HUB_APPLICATION_ID, TRUE);
  return schema != NULL ? schema : lookup_beside_program ();
}

static void
hub_settings_finalize (GObject *object)
{
  HubSettings *self = HUB_SETTINGS (object);

  g_clear_object (&self->gsettings);
  G_OBJECT_CLASS (hub_settings_parent_class)->finalize (object);
}

static void
hub_settings_class_init (HubSettingsClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = hub_settings_finalize;
}

static void
hub_settings_init (HubSettings *self)
{
  g_autoptr (GSettingsSchema) schema = lookup_schema ();

  if (schema == NULL)
    {
      /* No fault of the program, whose memory nobody has to look into. */
      /* Translators: %s is the name of a file, without its end. */
      g_printerr (_ ("hubbub: the settings schema %s is not installed\n"), HUB_APPLICATION_ID);
      exit (EXIT_FAILURE);
    }
  self->gsettings = g_settings_new_full (schema, NULL, NULL);
}

/**
 * hub_settings_new:
 *
 * Returns: (transfer full): the settings of the user
 */
HubSettings *
hub_settings_new (void)
{
  return g_object_new (HUB_TYPE_SETTINGS, NULL);
}

/**
 * hub_settings_get_gsettings:
 * @self: settings
 *
 * Returns: (transfer none): what the window binds its size to
 */
GSettings *
hub_settings_get_gsettings (HubSettings *self)
{
  g_return_val_if_fail (HUB_IS_SETTINGS (self), NULL);

  return self->gsettings;
}

/**
 * hub_settings_dup_name:
 * @self: settings
 *
 * Returns: (transfer full): the First Name; until one was given, that of the user's account
 */
char *
hub_settings_dup_name (HubSettings *self)
{
  g_autofree char *name = NULL;
  g_autoptr (GVariant) chosen = NULL;
  const char *real_name = g_get_real_name ();

  g_return_val_if_fail (HUB_IS_SETTINGS (self), NULL);

  name = g_settings_get_string (self->gsettings, "name");
  chosen = g_settings_get_user_value (self->gsettings, "name");
  if (name[0] != '\0' || chosen != NULL)
    return g_steal_pointer (&name);
  if (real_name == NULL || g_str_equal (real_name, "Unknown") || !g_utf8_validate (real_name, -1, NULL))
    return g_strdup ("");
  return g_strndup (real_name, strcspn (real_name, " "));
}

/**
 * hub_settings_set_name:
 * @self: settings
 * @name: the First Name
 */
void
hub_settings_set_name (HubSettings *self, const char *name)
{
  g_return_if_fail (HUB_IS_SETTINGS (self));

  g_settings_set_string (self->gsettings, "name", name);
}

/**
 * hub_settings_dup_from:
 * @self: settings
 *
 * Returns: (transfer full): 16 hexadecimal digits that tell this installation from others; chosen at the first call
 */
char *
hub_settings_dup_from (HubSettings *self)
{
  g_autofree char *from = NULL;

  g_return_val_if_fail (HUB_IS_SETTINGS (self), NULL);

  from = g_settings_get_string (self->gsettings, "from");
  if (strlen (from) == 16 && strspn (from, "0123456789abcdef") == 16)
    return g_steal_pointer (&from);

  g_free (from);
  from = g_strdup_printf ("%08x%08x", g_random_int (), g_random_int ());
  g_settings_set_string (self->gsettings, "from", from);
  return g_steal_pointer (&from);
}

/**
 * hub_settings_dup_last_join:
 * @self: settings
 *
 * Returns: (transfer full) (nullable): the address that was joined last
 */
char *
hub_settings_dup_last_join (HubSettings *self)
{
  g_autofree char *address = NULL;

  g_return_val_if_fail (HUB_IS_SETTINGS (self), NULL);

  address = g_settings_get_string (self->gsettings, "last-join");
  return address[0] != '\0' ? g_steal_pointer (&address) : NULL;
}

/**
 * hub_settings_set_last_join:
 * @self: settings
 * @address: an address that was joined
 */
void
hub_settings_set_last_join (HubSettings *self, const char *address)
{
  g_return_if_fail (HUB_IS_SETTINGS (self));

  g_settings_set_string (self->gsettings, "last-join", address);
}

/**
 * hub_settings_dup_recent_joins:
 * @self: settings
 *
 * Returns: (transfer full) (array zero-terminated=1): the addresses that were joined, the last first
 */
char **
hub_settings_dup_recent_joins (HubSettings *self)
{
  g_return_val_if_fail (HUB_IS_SETTINGS (self), NULL);

  return g_settings_get_strv (self->gsettings, "recent-joins");
}

/**
 * hub_settings_set_recent_joins:
 * @self: settings
 * @addresses: (array zero-terminated=1): addresses without user names and passwords
 */
void
hub_settings_set_recent_joins (HubSettings *self, const char *const *addresses)
{
  g_return_if_fail (HUB_IS_SETTINGS (self));

  g_settings_set_strv (self->gsettings, "recent-joins", addresses);
}

static const char *const start_choices[] = {
  [HUB_START_CHOICE_ASK] = "ask",
  [HUB_START_CHOICE_HOST] = "host",
  [HUB_START_CHOICE_JOIN] = "join",
};

/**
 * hub_settings_get_start_choice:
 * @self: settings
 *
 * Returns: what was chosen when the program has started for the first time
 */
HubStartChoice
hub_settings_get_start_choice (HubSettings *self)
{
  g_autofree char *choice = NULL;

  g_return_val_if_fail (HUB_IS_SETTINGS (self), HUB_START_CHOICE_ASK);

  choice = g_settings_get_string (self->gsettings, "start-choice");
  for (guint i = 0; i < G_N_ELEMENTS (start_choices); i++)
    if (g_str_equal (choice, start_choices[i]))
      return (HubStartChoice) i;
  return HUB_START_CHOICE_ASK;
}

/**
 * hub_settings_set_start_choice:
 * @self: settings
 * @choice: what was chosen
 */
void
hub_settings_set_start_choice (HubSettings *self, HubStartChoice choice)
{
  g_return_if_fail (HUB_IS_SETTINGS (self));

  g_settings_set_string (self->gsettings, "start-choice", start_choices[choice]);
}

/**
 * hub_settings_get_host_options:
 * @self: settings
 * @options: (out): how this computer is to host
 */
void
hub_settings_get_host_options (HubSettings *self, HubHostOptions *options)
{
  g_return_if_fail (HUB_IS_SETTINGS (self));

  *options = (HubHostOptions){
    .mqtt_port = (guint16) g_settings_get_int (self->gsettings, "mqtt-port"),
    .http_port = (guint16) g_settings_get_int (self->gsettings, "http-port"),
    .allow_outside = g_settings_get_boolean (self->gsettings, "allow-outside"),
    .history_days = (guint) g_settings_get_int (self->gsettings, "history-days"),
    .history_messages = (guint) g_settings_get_int (self->gsettings, "history-messages"),
  };
}

/**
 * hub_settings_get_host_on_start:
 * @self: settings
 *
 * Returns: whether the program hosts when it starts
 */
gboolean
hub_settings_get_host_on_start (HubSettings *self)
{
  g_return_val_if_fail (HUB_IS_SETTINGS (self), FALSE);

  return g_settings_get_boolean (self->gsettings, "host-on-start");
}

/**
 * hub_settings_set_allow_outside:
 * @self: settings
 * @allow_outside: whether peers from outside the local network are let in
 */
void
hub_settings_set_allow_outside (HubSettings *self, gboolean allow_outside)
{
  g_return_if_fail (HUB_IS_SETTINGS (self));

  g_settings_set_boolean (self->gsettings, "allow-outside", allow_outside);
}

/**
 * hub_settings_get_do_not_disturb:
 * @self: settings
 *
 * Returns: whether messages make no notifications
 */
gboolean
hub_settings_get_do_not_disturb (HubSettings *self)
{
  g_return_val_if_fail (HUB_IS_SETTINGS (self), FALSE);

  return g_settings_get_boolean (self->gsettings, "do-not-disturb");
}

/**
 * hub_settings_get_sound:
 * @self: settings
 *
 * Returns: whether notifications ring
 */
gboolean
hub_settings_get_sound (HubSettings *self)
{
  g_return_val_if_fail (HUB_IS_SETTINGS (self), FALSE);

  return g_settings_get_boolean (self->gsettings, "sound");
}

/**
 * hub_settings_get_run_in_background:
 * @self: settings
 *
 * Returns: whether the program goes on when its window is closed
 */
gboolean
hub_settings_get_run_in_background (HubSettings *self)
{
  g_return_val_if_fail (HUB_IS_SETTINGS (self), FALSE);

  return g_settings_get_boolean (self->gsettings, "run-in-background");
}

/**
 * hub_settings_get_start_at_login:
 * @self: settings
 *
 * Returns: whether the desktop starts the program at login
 */
gboolean
hub_settings_get_start_at_login (HubSettings *self)
{
  g_return_val_if_fail (HUB_IS_SETTINGS (self), FALSE);

  return g_settings_get_boolean (self->gsettings, "start-at-login");
}

/**
 * hub_settings_set_start_at_login:
 * @self: settings
 * @start_at_login: whether the desktop starts the program at login
 */
void
hub_settings_set_start_at_login (HubSettings *self, gboolean start_at_login)
{
  g_return_if_fail (HUB_IS_SETTINGS (self));

  g_settings_set_boolean (self->gsettings, "start-at-login", start_at_login);
}

/**
 * hub_settings_get_is_background_told:
 * @self: settings
 *
 * Returns: whether the user was told that the program can go on without a window
 */
gboolean
hub_settings_get_is_background_told (HubSettings *self)
{
  g_return_val_if_fail (HUB_IS_SETTINGS (self), FALSE);

  return g_settings_get_boolean (self->gsettings, "is-background-told");
}

/**
 * hub_settings_set_is_background_told:
 * @self: settings
 *
 * Says that they were.
 */
void
hub_settings_set_is_background_told (HubSettings *self)
{
  g_return_if_fail (HUB_IS_SETTINGS (self));

  g_settings_set_boolean (self->gsettings, "is-background-told", TRUE);
}
