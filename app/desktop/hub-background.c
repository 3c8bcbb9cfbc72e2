/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "app/desktop/hub-background.h"

#include "app/desktop/hub-autostart.h"

#include <glib/gi18n-lib.h>

#define NOTIFICATION "background"

/**
 * HubBackground:
 *
 * The program without a window: lets it live on where the user wants that, tells them so once, and sees to it that the desktop
 * starts it at login, and allows both.
 */
struct _HubBackground
{
  GObject parent_instance;

  GApplication *application; /* (unowned): it has the background */
  HubSettings *settings;     /* (owned) */
  guint serial;              /* of the last question */
  gboolean is_sandboxed;
  gboolean is_hidden; /* it was started without a window, and there was none since */
  gboolean is_held;   /* the application goes on without a window */
  gboolean is_ended;
  gboolean is_writing; /* the file of the desktop */
  gboolean is_written; /* and what is in it then */
};

G_DEFINE_FINAL_TYPE (HubBackground, hub_background, G_TYPE_OBJECT)

enum
{
  SIGNAL_NOTICE,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
update_hold (HubBackground *self)
{
  const gboolean is_wanted = !self->is_ended && (self->is_hidden || hub_settings_get_run_in_background (self->settings));

  if (self->is_held == is_wanted)
    return;
  self->is_held = is_wanted;
  if (is_wanted)
    g_application_hold (self->application);
  else
    g_application_release (self->application);
}

/* What the desktop was asked for. It may take its time to answer, or never do. */
typedef struct
{
  GWeakRef background;
  guint serial;
} Question;

static Question *
question_new (HubBackground *self)
{
  Question *question = g_new0 (Question, 1);

  g_weak_ref_init (&question->background, self);
  question->serial = ++self->serial;
  return question;
}

static HubBackground *
question_free (Question *question)
{
  HubBackground *self = g_weak_ref_get (&question->background);

  g_weak_ref_clear (&question->background);
  g_free (question);
  return self;
}

static void
say_no (HubBackground *self, const GError *error)
{
  g_autofree char *text = NULL;

  if (hub_settings_get_start_at_login (self->settings))
    {
      hub_settings_set_start_at_login (self->settings, FALSE);
      /* Translators: %s is the reason. */
      text = g_strdup_printf (_ ("Hubbub does not start at login: %s"), error->message);
    }
  else if (hub_settings_get_run_in_background (self->settings))
    {
      /* Translators: %s is the reason. */
      text = g_strdup_printf (_ ("Hubbub may be stopped while it is in the background: %s"), error->message);
    }
  if (text != NULL)
    g_signal_emit (self, signals[SIGNAL_NOTICE], 0, text);
}

/* Only what was asked last counts. */
static void
answered_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  const guint serial = ((Question *) user_data)->serial;
  g_autoptr (HubBackground) self = question_free (user_data);
  g_autoptr (GError) error = NULL;

  if (!hub_autostart_finish (result, &error) && self != NULL && serial == self->serial)
    say_no (self, error);
}

static void
ask_desktop (HubBackground *self)
{
  GDBusConnection *bus = g_application_get_dbus_connection (self->application);
  const gboolean at_login = hub_settings_get_start_at_login (self->settings);
  const HubAutostart wish = {
    .at_login = at_login,
    .in_background = at_login || hub_settings_get_run_in_background (self->settings),
  };

  if (self->is_sandboxed && bus != NULL)
    hub_autostart_ask_async (bus, &wish, answered_cb, question_new (self));
}

static void
run_in_background_cb (HubBackground *self)
{
  update_hold (self);
  if (hub_settings_get_run_in_background (self->settings))
    ask_desktop (self);
}

static void write_file (HubBackground *self);
static void start_at_login_cb (HubBackground *self);

/* The file could not be removed; and where that is so, it cannot be written either. */
static void
say_still (HubBackground *self, const GError *error)
{
  GSettings *gsettings = hub_settings_get_gsettings (self->settings);
  /* Translators: %s is the reason. */
  g_autofree char *text = g_strdup_printf (_ ("Hubbub still starts at login: %s"), error->message);

  g_signal_handlers_block_by_func (gsettings, start_at_login_cb, self);
  hub_settings_set_start_at_login (self->settings, TRUE);
  g_signal_handlers_unblock_by_func (gsettings, start_at_login_cb, self);
  g_signal_emit (self, signals[SIGNAL_NOTICE], 0, text);
}

/* Once more when the user has changed their mind meanwhile. */
static void
written_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (HubBackground) self = question_free (user_data);
  g_autoptr (GError) error = NULL;
  const gboolean is_done = hub_autostart_finish (result, &error);

  if (self == NULL)
    return;
  self->is_writing = FALSE;
  if (hub_settings_get_start_at_login (self->settings) != self->is_written)
    write_file (self);
  else if (!is_done && self->is_written)
    say_no (self, error);
  else if (!is_done)
    say_still (self, error);
}

static void
write_file (HubBackground *self)
{
  if (self->is_writing)
    return;
  self->is_writing = TRUE;
  self->is_written = hub_settings_get_start_at_login (self->settings);
  hub_autostart_write_async (self->is_written, written_cb, question_new (self));
}

static void
start_at_login_cb (HubBackground *self)
{
  if (self->is_sandboxed)
    ask_desktop (self);
  else
    write_file (self);
}

/* Somebody may have removed it by the means of their desktop. */
static void
look_at_file (HubBackground *self)
{
  g_autofree char *path = hub_autostart_dup_path ();

  if (!self->is_sandboxed && hub_settings_get_start_at_login (self->settings) && !g_file_test (path, G_FILE_TEST_EXISTS))
    hub_settings_set_start_at_login (self->settings, FALSE);
}

static void
tell_once (HubBackground *self)
{
  g_autoptr (GNotification) notification = NULL;

  if (hub_settings_get_is_background_told (self->settings))
    return;
  hub_settings_set_is_background_told (self->settings);
  notification = g_notification_new (_ ("Hubbub keeps running in the background"));
  g_notification_set_body (notification, _ ("Others stay in the chat. Start Hubbub again to see it, or quit it here."));
  g_notification_add_button (notification, _ ("Quit"), "app.quit");
  g_application_send_notification (self->application, NOTIFICATION, notification);
}

static void
hub_background_dispose (GObject *object)
{
  HubBackground *self = HUB_BACKGROUND (object);

  if (self->settings != NULL)
    hub_background_end (self);
  g_clear_object (&self->settings);
  G_OBJECT_CLASS (hub_background_parent_class)->dispose (object);
}

static void
hub_background_class_init (HubBackgroundClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = hub_background_dispose;

  /**
   * HubBackground::notice:
   * @self: the background
   * @text: a short sentence for the user
   *
   * Emitted when the desktop does not do what the user wants.
   */
  signals[SIGNAL_NOTICE] =
    g_signal_new ("notice", HUB_TYPE_BACKGROUND, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
hub_background_init (HubBackground *self)
{
}

/**
 * hub_background_new:
 * @application: a registered application with the action `quit`; it outlives the background
 * @settings: what the user wants
 * @is_sandboxed: whether the desktop has to be asked
 *
 * Returns: (transfer full): the background of a program that has no window yet
 */
HubBackground *
hub_background_new (GApplication *application, HubSettings *settings, gboolean is_sandboxed)
{
  HubBackground *self = g_object_new (HUB_TYPE_BACKGROUND, NULL);
  GSettings *gsettings = hub_settings_get_gsettings (settings);

  self->application = application;
  self->settings = g_object_ref (settings);
  self->is_sandboxed = is_sandboxed;
  look_at_file (self);
  g_signal_connect_object (gsettings, "changed::run-in-background", G_CALLBACK (run_in_background_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (gsettings, "changed::start-at-login", G_CALLBACK (start_at_login_cb), self, G_CONNECT_SWAPPED);
  update_hold (self);
  return self;
}

/**
 * hub_background_start_hidden:
 * @self: the background
 *
 * The program was started without a window: until there is one it goes on in any case.
 */
void
hub_background_start_hidden (HubBackground *self)
{
  g_return_if_fail (HUB_IS_BACKGROUND (self));

  self->is_hidden = TRUE;
  update_hold (self);
}

/**
 * hub_background_set_has_window:
 * @self: the background
 * @has_window: whether there is a window now
 *
 * To be called when one was opened, and when it was closed.
 */
void
hub_background_set_has_window (HubBackground *self, gboolean has_window)
{
  g_return_if_fail (HUB_IS_BACKGROUND (self));

  if (has_window)
    {
      self->is_hidden = FALSE;
      update_hold (self);
      g_application_withdraw_notification (self->application, NOTIFICATION);
    }
  else if (self->is_held)
    {
      tell_once (self);
    }
}

/**
 * hub_background_end:
 * @self: the background
 *
 * The user quits: the program ends with its last window.
 */
void
hub_background_end (HubBackground *self)
{
  g_return_if_fail (HUB_IS_BACKGROUND (self));

  self->is_ended = TRUE;
  update_hold (self);
}
