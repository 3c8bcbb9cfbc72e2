/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "app/desktop/hub-autostart.h"

#include "hub-build-config.h"

#include <glib/gi18n-lib.h>

#include <string.h>

/* Starting at login, and going on without a window. In a sandbox the desktop's portal is asked for both; elsewhere a file in
 * the folder of the desktop does the first, and nobody has to be asked for the second. */

#define PORTAL "org.freedesktop.portal.Desktop"
#define PORTAL_PATH "/org/freedesktop/portal/desktop"

/* A question to the portal. */
typedef struct
{
  GDBusConnection *bus; /* (owned) */
  HubAutostart wish;
  guint subscription; /* to its answer */
} Question;

/* It holds the task that has the question. */
static void
stop_listening (Question *question)
{
  const guint subscription = question->subscription;

  question->subscription = 0;
  if (subscription != 0)
    g_dbus_connection_signal_unsubscribe (question->bus, subscription);
}

static void
question_free (gpointer data)
{
  Question *question = data;

  stop_listening (question);
  g_object_unref (question->bus);
  g_free (question);
}

/**
 * hub_autostart_is_sandboxed:
 *
 * Returns: whether the program runs in Flatpak
 */
gboolean
hub_autostart_is_sandboxed (void)
{
  return g_file_test ("/.flatpak-info", G_FILE_TEST_EXISTS);
}

/**
 * hub_autostart_dup_path:
 *
 * Returns: (transfer full): the file that has the desktop start the program
 */
char *
hub_autostart_dup_path (void)
{
  return g_build_filename (g_get_user_config_dir (), "autostart", HUB_APPLICATION_ID ".desktop", NULL);
}

/**
 * hub_autostart_dup_program:
 * @link: (nullable): where the system says that this program is
 *
 * After an update the system says of the one that still runs that it is deleted, while another one is in its place.
 *
 * Returns: (transfer full): what to start instead of it the next time
 */
char *
hub_autostart_dup_program (const char *link)
{
  static const char gone[] = " (deleted)";

  if (link == NULL)
    return g_strdup ("hubbub");
  if (!g_str_has_suffix (link, gone) || g_file_test (link, G_FILE_TEST_EXISTS))
    return g_strdup (link);
  return g_strndup (link, strlen (link) - strlen (gone));
}

/* As the Desktop Entry Specification wants an argument of Exec, which is a string of the file besides. */
static char *
quote (const char *program)
{
  g_autoptr (GString) quoted = g_string_new ("\"");

  for (const char *at = program; *at != '\0'; at++)
    if (*at == '%')
      g_string_append (quoted, "%%");
    else if (*at == '\\')
      g_string_append (quoted, "\\\\\\\\");
    else if (strchr ("\"`$", *at) != NULL)
      g_string_append_printf (quoted, "\\\\%c", *at);
    else
      g_string_append_c (quoted, *at);
  g_string_append_c (quoted, '"');
  return g_string_free (g_steal_pointer (&quoted), FALSE);
}

/**
 * hub_autostart_make_entry:
 * @program: the path of the program
 *
 * Returns: (transfer full): what is written into that file
 */
char *
hub_autostart_make_entry (const char *program)
{
  g_autofree char *quoted = quote (program);

  return g_strdup_printf ("[Desktop Entry]\n"
                          "Type=Application\n"
                          "Name=Hubbub\n"
                          "Icon=" HUB_APPLICATION_ID "\n"
                          "Exec=%s --background\n"
                          "Terminal=false\n",
                          quoted);
}

static void
written_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;

  if (g_file_replace_contents_finish (G_FILE (object), result, NULL, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

static void
deleted_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;

  if (g_file_delete_finish (G_FILE (object), result, &error) || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

/**
 * hub_autostart_write_async:
 * @at_login: whether the program is to be started at login
 * @callback: (scope async): called when the file is there, or gone
 * @user_data: for @callback
 *
 * Writes the file of the desktop, or deletes it.
 */
void
hub_autostart_write_async (gboolean at_login, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autofree char *path = hub_autostart_dup_path ();
  g_autofree char *folder = g_path_get_dirname (path);
  g_autofree char *link = g_file_read_link ("/proc/self/exe", NULL);
  g_autofree char *program = hub_autostart_dup_program (link);
  g_autofree char *entry = hub_autostart_make_entry (program);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GBytes) bytes = NULL;
  GTask *task = g_task_new (NULL, NULL, callback, user_data);

  g_task_set_source_tag (task, hub_autostart_write_async);
  if (!at_login)
    {
      g_file_delete_async (file, G_PRIORITY_DEFAULT, NULL, deleted_cb, task);
      return;
    }
  /* Where it cannot be made, writing fails, and says so. */
  g_mkdir_with_parents (folder, 0700);
  bytes = g_bytes_new_take (entry, strlen (entry));
  entry = NULL;
  g_file_replace_contents_bytes_async (file, bytes, NULL, FALSE, G_FILE_CREATE_NONE, NULL, written_cb, task);
}

static void
return_answer (GTask *task, guint32 response, GVariant *results)
{
  const Question *question = g_task_get_task_data (task);
  gboolean at_login = FALSE;
  gboolean in_background = FALSE;

  g_variant_lookup (results, "autostart", "b", &at_login);
  g_variant_lookup (results, "background", "b", &in_background);
  if (response == 0 && (at_login || !question->wish.at_login) && (in_background || !question->wish.in_background))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED, "%s", _ ("the desktop does not allow it"));
}

static void
response_cb (GDBusConnection *bus,
             const char *sender,
             const char *path,
             const char *interface,
             const char *signal,
             GVariant *parameters,
             gpointer user_data)
{
  GTask *task = user_data;
  Question *question = g_task_get_task_data (task);
  g_autoptr (GVariant) results = NULL;
  guint32 response;

  if (g_task_get_completed (task) || !g_variant_is_of_type (parameters, G_VARIANT_TYPE ("(ua{sv})")))
    return;
  g_variant_get (parameters, "(u@a{sv})", &response, &results);
  return_answer (task, response, results);
  stop_listening (question);
}

static void
called_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Question *question = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) handle = g_dbus_connection_call_finish (G_DBUS_CONNECTION (object), result, &error);

  if (handle != NULL || g_task_get_completed (task))
    return;
  g_dbus_error_strip_remote_error (error);
  g_task_return_error (task, g_steal_pointer (&error));
  stop_listening (question);
}

static GVariant *
make_question (const HubAutostart *wish, const char *token)
{
  static const char *const command[] = { "hubbub", "--background", NULL };
  GVariantBuilder options;

  g_variant_builder_init (&options, G_VARIANT_TYPE_VARDICT);
  g_variant_builder_add (&options, "{sv}", "handle_token", g_variant_new_string (token));
  /* Translators: why the program wants to run in the background; the desktop may show it. */
  g_variant_builder_add (&options, "{sv}", "reason", g_variant_new_string (_ ("Others stay in the chat while its window is closed.")));
  g_variant_builder_add (&options, "{sv}", "autostart", g_variant_new_boolean (wish->at_login));
  g_variant_builder_add (&options, "{sv}", "commandline", g_variant_new_strv (command, -1));
  g_variant_builder_add (&options, "{sv}", "dbus-activatable", g_variant_new_boolean (FALSE));
  return g_variant_new ("(sa{sv})", "", &options);
}

/* Known in advance, so that no answer is missed. */
static char *
make_request_path (GDBusConnection *bus, const char *token)
{
  g_autofree char *name = g_strdelimit (g_strdup (g_dbus_connection_get_unique_name (bus) + 1), ".", '_');

  return g_strdup_printf (PORTAL_PATH "/request/%s/%s", name, token);
}

/**
 * hub_autostart_ask_async:
 * @bus: the session bus
 * @wish: what the program wants
 * @callback: (scope async): called when the desktop has answered, which may ask the user
 * @user_data: for @callback
 *
 * Asks the desktop through org.freedesktop.portal.Background.
 */
void
hub_autostart_ask_async (GDBusConnection *bus,
                         const HubAutostart *wish,
                         GAsyncReadyCallback callback,
                         gpointer user_data)
{
  GTask *task = g_task_new (NULL, NULL, callback, user_data);
  g_autofree char *token = g_strdup_printf ("hubbub%08x", g_random_int ());
  g_autofree char *path = make_request_path (bus, token);
  Question *question = g_new0 (Question, 1);

  g_task_set_source_tag (task, hub_autostart_ask_async);
  question->bus = g_object_ref (bus);
  question->wish = *wish;
  g_task_set_task_data (task, question, question_free);
  question->subscription = g_dbus_connection_signal_subscribe (bus,
                                                               PORTAL,
                                                               "org.freedesktop.portal.Request",
                                                               "Response",
                                                               path,
                                                               NULL,
                                                               G_DBUS_SIGNAL_FLAGS_NONE,
                                                               response_cb,
                                                               g_object_ref (task),
                                                               g_object_unref);
  g_dbus_connection_call (bus,
                          PORTAL,
                          PORTAL_PATH,
                          "org.freedesktop.portal.Background",
                          "RequestBackground",
                          make_question (wish, token),
                          G_VARIANT_TYPE ("(o)"),
                          G_DBUS_CALL_FLAGS_NONE,
                          -1,
                          NULL,
                          called_cb,
                          task);
}

/**
 * hub_autostart_finish:
 * @result: as handed to the callback
 * @error: return location
 *
 * Returns: %FALSE with @error set when it is not as wanted: %G_IO_ERROR_PERMISSION_DENIED when the desktop, or the user, says
 *   no
 */
gboolean
hub_autostart_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (G_IS_TASK (result), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
