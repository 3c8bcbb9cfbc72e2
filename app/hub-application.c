/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "app/hub-application.h"

#include "app/desktop/hub-autostart.h"
#include "app/discovery/hub-whereabouts.h"
#include "app/desktop/hub-background.h"
#include "app/hub-chat.h"
#include "app/desktop/hub-notifier.h"
#include "hub-build-config.h"
#include "ui/hub-preferences.h"
#include "ui/hub-window.h"
#include "ui/model/hub-join-address.h"

#include <glib-unix.h>
#include <glib/gi18n-lib.h>

#include <signal.h>

/**
 * HubApplication:
 *
 * The program: one instance for each user, which hosts or joins a chat and shows it in a window.
 *
 * It is registered on the session bus first, then hosts, and only then initialises GTK: when the window is drawn, others
 * can join already.
 */
struct _HubApplication
{
  AdwApplication parent_instance;

  HubSettings *settings;     /* (owned) (nullable): from startup on */
  HubChat *chat;             /* (owned) (nullable): from startup on */
  HubNotifier *notifier;     /* (owned) (nullable): from startup on */
  HubBackground *background; /* (owned) (nullable): from startup on */
  char *join_address;        /* (owned) (nullable): from the command line */
  guint signal_ids[3];       /* sources */
  gboolean is_hidden;        /* it is to start without a window */
  guint whereabouts_id;      /* an object on the bus; 0: none */
};

G_DEFINE_FINAL_TYPE (HubApplication, hub_application, ADW_TYPE_APPLICATION)

static HubWindow *
get_window (HubApplication *self)
{
  GList *windows = gtk_application_get_windows (GTK_APPLICATION (self));

  for (GList *at = windows; at != NULL; at = at->next)
    if (HUB_IS_WINDOW (at->data))
      return at->data;
  return NULL;
}

static void
notice_cb (HubApplication *self, const char *text)
{
  HubWindow *window = get_window (self);

  if (window != NULL)
    hub_window_show_toast (window, text);
}

static void
quit_action_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  HubApplication *self = user_data;
  HubWindow *window = get_window (self);

  hub_background_end (self->background);
  /* Closing lets the window remember its size. */
  if (window != NULL)
    gtk_window_close (GTK_WINDOW (window));
  g_application_quit (G_APPLICATION (self));
}

static void
preferences_action_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  HubApplication *self = user_data;
  HubWindow *window = get_window (self);

  if (window == NULL)
    return;
  gtk_window_present (GTK_WINDOW (hub_preferences_new (GTK_WINDOW (window),
                                                       hub_chat_get_state (self->chat),
                                                       hub_settings_get_gsettings (self->settings))));
}

static void
join_action_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  HubApplication *self = user_data;
  g_autoptr (GError) error = NULL;

  if (!hub_chat_join (self->chat, g_variant_get_string (parameter, NULL), &error))
    notice_cb (self, error->message);
}

/* Somebody follows a notification. */
static void
open_room (HubApplication *self, GVariant *topic)
{
  hub_chat_state_open_room (hub_chat_get_state (self->chat), g_variant_get_string (topic, NULL));
  g_application_activate (G_APPLICATION (self));
}

static void
open_room_action_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  open_room (user_data, parameter);
}

static void
reply_action_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  open_room (user_data, parameter);
  hub_window_focus_message (get_window (user_data));
}

static void
is_active_cb (HubApplication *self)
{
  HubWindow *window = get_window (self);

  hub_notifier_set_is_active (self->notifier, window != NULL && gtk_window_is_active (GTK_WINDOW (window)));
}

static void
window_removed_cb (HubApplication *self, GtkWindow *window)
{
  if (!HUB_IS_WINDOW (window) || self->background == NULL)
    return;
  hub_notifier_set_is_active (self->notifier, FALSE);
  hub_background_set_has_window (self->background, FALSE);
}

static void
ring_cb (void)
{
  gdk_display_beep (gdk_display_get_default ());
}

static gboolean
get_color_scheme (GValue *value, GVariant *variant, gpointer user_data)
{
  const char *name = g_variant_get_string (variant, NULL);

  if (g_str_equal (name, "light"))
    g_value_set_enum (value, ADW_COLOR_SCHEME_FORCE_LIGHT);
  else if (g_str_equal (name, "dark"))
    g_value_set_enum (value, ADW_COLOR_SCHEME_FORCE_DARK);
  else
    g_value_set_enum (value, ADW_COLOR_SCHEME_DEFAULT);
  return TRUE;
}

static gboolean
signal_cb (gpointer user_data)
{
  g_action_group_activate_action (G_ACTION_GROUP (user_data), "quit", NULL);
  return G_SOURCE_CONTINUE;
}

/* Whoever started it with nohup wants it to outlive the terminal. */
static gboolean
is_ignored (int number)
{
  struct sigaction action;

  return sigaction (number, NULL, &action) == 0 && action.sa_handler == SIG_IGN;
}

static void
start_chat (HubApplication *self)
{
  g_autoptr (GError) error = NULL;

  self->settings = hub_settings_new ();
  self->chat = hub_chat_new (self->settings);
  g_signal_connect_object (self->chat, "notice", G_CALLBACK (notice_cb), self, G_CONNECT_SWAPPED);
  if (self->join_address == NULL || !hub_chat_join (self->chat, self->join_address, &error))
    hub_chat_begin (self->chat);
}

static void
hub_application_startup (GApplication *application)
{
  static const GActionEntry entries[] = {
    { .name = "quit", .activate = quit_action_cb },
    { .name = "preferences", .activate = preferences_action_cb },
    { .name = "join", .activate = join_action_cb, .parameter_type = "s" },
    { .name = "open-room", .activate = open_room_action_cb, .parameter_type = "s" },
    { .name = "reply", .activate = reply_action_cb, .parameter_type = "s" },
  };
  HubApplication *self = HUB_APPLICATION (application);
  g_autoptr (GAction) do_not_disturb = NULL;

  start_chat (self);
  G_APPLICATION_CLASS (hub_application_parent_class)->startup (application);

  g_action_map_add_action_entries (G_ACTION_MAP (self), entries, G_N_ELEMENTS (entries), self);
  do_not_disturb = g_settings_create_action (hub_settings_get_gsettings (self->settings), "do-not-disturb");
  g_action_map_add_action (G_ACTION_MAP (self), do_not_disturb);
  self->notifier = hub_notifier_new (application, hub_chat_get_state (self->chat), self->settings);
  g_signal_connect_object (self->chat, "news", G_CALLBACK (hub_notifier_hear), self->notifier, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->notifier, "ring", G_CALLBACK (ring_cb), self, 0);
  self->background = hub_background_new (application, self->settings, hub_autostart_is_sandboxed ());
  g_signal_connect_object (self->background, "notice", G_CALLBACK (notice_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect (self, "window-removed", G_CALLBACK (window_removed_cb), NULL);
  g_settings_bind_with_mapping (hub_settings_get_gsettings (self->settings),
                                "color-scheme",
                                adw_style_manager_get_default (),
                                "color-scheme",
                                G_SETTINGS_BIND_GET,
                                get_color_scheme,
                                NULL,
                                NULL,
                                NULL);
  self->signal_ids[0] = g_unix_signal_add (SIGINT, signal_cb, self);
  self->signal_ids[1] = g_unix_signal_add (SIGTERM, signal_cb, self);
  if (!is_ignored (SIGHUP))
    self->signal_ids[2] = g_unix_signal_add (SIGHUP, signal_cb, self);
}

static void
hub_application_activate (GApplication *application)
{
  HubApplication *self = HUB_APPLICATION (application);
  HubWindow *window = get_window (self);

  if (self->is_hidden)
    {
      self->is_hidden = FALSE;
      hub_background_start_hidden (self->background);
      return;
    }
  if (window == NULL)
    {
      window = hub_window_new (GTK_APPLICATION (self),
                               hub_chat_get_state (self->chat),
                               hub_settings_get_gsettings (self->settings));
      g_signal_connect_object (window, "notify::is-active", G_CALLBACK (is_active_cb), self, G_CONNECT_SWAPPED);
      hub_background_set_has_window (self->background, TRUE);
    }
  gtk_window_present (GTK_WINDOW (window));
}

static char *
whereabouts_cb (gpointer user_data)
{
  HubApplication *self = user_data;

  return self->chat != NULL ? hub_chat_dup_address (self->chat) : NULL;
}

static gboolean
hub_application_dbus_register (GApplication *application, GDBusConnection *bus, const char *path, GError **error)
{
  HubApplication *self = HUB_APPLICATION (application);

  if (!G_APPLICATION_CLASS (hub_application_parent_class)->dbus_register (application, bus, path, error))
    return FALSE;
  self->whereabouts_id = hub_whereabouts_export (bus, path, whereabouts_cb, self, error);
  return self->whereabouts_id != 0;
}

static void
hub_application_dbus_unregister (GApplication *application, GDBusConnection *bus, const char *path)
{
  HubApplication *self = HUB_APPLICATION (application);

  if (self->whereabouts_id != 0)
    g_dbus_connection_unregister_object (bus, self->whereabouts_id);
  self->whereabouts_id = 0;
  G_APPLICATION_CLASS (hub_application_parent_class)->dbus_unregister (application, bus, path);
}

static void
hub_application_shutdown (GApplication *application)
{
  HubApplication *self = HUB_APPLICATION (application);

  g_clear_object (&self->notifier);
  g_clear_object (&self->background);
  if (self->chat != NULL)
    hub_chat_stop (self->chat);
  /* Last: who is told twice to end must not be cut short at it. A terminal that goes tells it twice. */
  for (gsize i = 0; i < G_N_ELEMENTS (self->signal_ids); i++)
    g_clear_handle_id (&self->signal_ids[i], g_source_remove);
  G_APPLICATION_CLASS (hub_application_parent_class)->shutdown (application);
}

static int
complain (const char *message)
{
  g_printerr ("hubbub: %s\n", message);
  return EXIT_FAILURE;
}

/* In a second start, the first one does what was asked for. */
static int
hand_over (HubApplication *self)
{
  GApplication *application = G_APPLICATION (self);
  g_autoptr (GError) error = NULL;

  if (!g_application_register (application, NULL, &error))
    return complain (error->message);
  if (!g_application_get_is_remote (application))
    return -1;
  g_action_group_activate_action (G_ACTION_GROUP (self), "join", g_variant_new_string (self->join_address));
  if (!self->is_hidden)
    g_application_activate (application);
  return EXIT_SUCCESS;
}

/* One that runs already is in the background, or has a window, and stays so. */
static int
join_background (HubApplication *self)
{
  g_autoptr (GError) error = NULL;

  if (!g_application_register (G_APPLICATION (self), NULL, &error))
    return complain (error->message);
  return g_application_get_is_remote (G_APPLICATION (self)) ? EXIT_SUCCESS : -1;
}

static int
hub_application_handle_local_options (GApplication *application, GVariantDict *options)
{
  HubApplication *self = HUB_APPLICATION (application);
  g_autofree const char **rest = NULL;
  g_autoptr (GError) error = NULL;

  if (g_variant_dict_lookup (options, G_OPTION_REMAINING, "^a&s", &rest))
    {
      g_autofree char *message = g_strdup_printf (_ ("“%s” is not understood; see hubbub --help"), rest[0]);

      return complain (message);
    }
  if (g_variant_dict_contains (options, "version"))
    {
      g_print ("hubbub %s\n", HUB_VERSION);
      return EXIT_SUCCESS;
    }
  self->is_hidden = g_variant_dict_contains (options, "background");
  if (g_variant_dict_lookup (options, "join", "s", &self->join_address))
    {
      g_autoptr (HubJoinAddress) address = hub_join_address_parse (self->join_address, &error);

      if (address == NULL)
        return complain (error->message);
      return hand_over (self);
    }
  return self->is_hidden ? join_background (self) : -1;
}

static void
hub_application_finalize (GObject *object)
{
  HubApplication *self = HUB_APPLICATION (object);

  g_clear_object (&self->chat);
  g_clear_object (&self->settings);
  g_free (self->join_address);
  G_OBJECT_CLASS (hub_application_parent_class)->finalize (object);
}

static void
hub_application_class_init (HubApplicationClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GApplicationClass *application_class = G_APPLICATION_CLASS (klass);

  object_class->finalize = hub_application_finalize;
  application_class->dbus_register = hub_application_dbus_register;
  application_class->dbus_unregister = hub_application_dbus_unregister;
  application_class->startup = hub_application_startup;
  application_class->activate = hub_application_activate;
  application_class->shutdown = hub_application_shutdown;
  application_class->handle_local_options = hub_application_handle_local_options;
}

static void
hub_application_init (HubApplication *self)
{
  const GOptionEntry entries[] = {
    { "join", 'j', 0, G_OPTION_ARG_STRING, NULL, N_ ("Join the chat of another computer instead of hosting"), N_ ("ADDRESS") },
    { "background", 'b', 0, G_OPTION_ARG_NONE, NULL, N_ ("Start without a window"), NULL },
    { "version", 0, 0, G_OPTION_ARG_NONE, NULL, N_ ("Print the version"), NULL },
    { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_STRING_ARRAY, NULL, NULL, NULL },
    { NULL },
  };

  g_application_add_main_option_entries (G_APPLICATION (self), entries);
  g_application_set_option_context_summary (
    G_APPLICATION (self),
    _ ("Hosts a chat on the local network: others join with a browser, with Hubbub, or with any MQTT client."));
}

/**
 * hub_application_new:
 *
 * Returns: (transfer full): the program
 */
HubApplication *
hub_application_new (void)
{
  return g_object_new (HUB_TYPE_APPLICATION,
                       "application-id",
                       HUB_APPLICATION_ID,
                       "resource-base-path",
                       "/io/github/hubbub_chat/Hubbub",
                       NULL);
}
