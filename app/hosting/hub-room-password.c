/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "app/hosting/hub-room-password.h"

#include "broker/access/hub-password-file.h"

#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>

#include <errno.h>
#include <string.h>
#include <sys/random.h>

/* How this window asks its own broker for the history, with a password that is new in each run. */
#define WINDOW_USER "hubbub-window"
#define TOKEN_BYTES 16

typedef struct _Change Change;

/**
 * HubRoomPassword:
 *
 * The password of the own chat. The broker gets a hash of it, in a file whose being there is the lock: it holds from the
 * first moment of a start on, whatever has become of the clear text. That is kept by [class@Secrets], for people.
 */
struct _HubRoomPassword
{
  GObject parent_instance;

  HubDoor *door;             /* (owned) */
  HubSecrets *secrets;       /* (owned) */
  char *path;                /* (owned): the password file */
  char *lent_path;           /* (owned): that of somebody else's chat */
  char *token;               /* (owned): the password of the window */
  HubHost *host;             /* (owned) (nullable) */
  GCancellable *cancellable; /* (owned) (nullable): of the hash under way, which a later change replaces */
  Change *next;              /* (owned) (nullable): the change that begins when the broker has answered */
  gboolean is_applying;      /* the broker has been told of a change, and has not answered */
  gboolean is_lent;          /* the next host has the password of somebody else's chat */
};

G_DEFINE_FINAL_TYPE (HubRoomPassword, hub_room_password, G_TYPE_OBJECT)

typedef enum
{
  SIGNAL_NOTICE,
} HubRoomPasswordSignal;

static guint signals[SIGNAL_NOTICE + 1];

static char *
new_token (void)
{
  guint8 bytes[TOKEN_BYTES];
  GString *text = g_string_new (NULL);

  while (getrandom (bytes, sizeof bytes, 0) != sizeof bytes)
    ;
  for (guint i = 0; i < sizeof bytes; i++)
    g_string_append_printf (text, "%02x", bytes[i]);
  return g_string_free (text, FALSE);
}

static void
complain (HubRoomPassword *self, const GError *error)
{
  /* Translators: %s is the reason, in English. */
  g_autofree char *text = g_strdup_printf (_ ("The password could not be changed: %s"), error->message);

  g_signal_emit (self, signals[SIGNAL_NOTICE], 0, text);
  hub_door_refuse (self->door);
}

/* Tells where the clear text is, once that is known. */
static void
show_place (HubRoomPassword *self)
{
  HubDoorPlace place = HUB_DOOR_PLACE_UNKNOWN;

  if (hub_door_get_password (self->door) != NULL && hub_secrets_get_is_stored (self->secrets, HUB_SECRETS_OWN))
    place = hub_secrets_get_is_filed (self->secrets, HUB_SECRETS_OWN) ? HUB_DOOR_PLACE_FILE : HUB_DOOR_PLACE_KEYRING;
  hub_door_set_place (self->door, place);
}

static gboolean
write_file_at (const char *path, const char *text, GError **error)
{
  return g_file_set_contents_full (path, text, -1, G_FILE_SET_CONTENTS_CONSISTENT, 0600, error);
}

static gboolean
write_file (HubRoomPassword *self, const char *text, GError **error)
{
  return write_file_at (self->path, text, error);
}

/* @text with the window as a user beside those that it has. A single round does for a password nobody could guess. */
static char *
with_window (HubRoomPassword *self, const char *text)
{
  HubPasswordHash hash;
  guint n_found;

  if (!hub_password_hash_init (&hash, hub_span_from_string (self->token), 1, NULL))
    return g_strdup (text);
  return hub_password_file_edit (text, strlen (text), WINDOW_USER, &hash, &n_found);
}

static gboolean
is_locked (HubRoomPassword *self)
{
  return g_file_test (self->path, G_FILE_TEST_EXISTS);
}

static void
stop_lending (HubRoomPassword *self)
{
  self->is_lent = FALSE;
  g_unlink (self->lent_path);
}

/* In this run the window has another password. What is wrong with the file is told by the broker, which does not start
 * then: nothing is ever open by mistake. */
static void
renew_file (HubRoomPassword *self)
{
  g_autofree char *text = NULL;
  g_autofree char *renewed = NULL;
  g_autoptr (GError) error = NULL;

  if (!g_file_get_contents (self->path, &text, NULL, &error))
    return;
  renewed = with_window (self, text);
  if (!write_file (self, renewed, &error))
    g_warning ("%s", error->message);
}

/* One step of a change, from the hash to the broker. */
struct _Change
{
  HubRoomPassword *self; /* (owned) */
  char *password;        /* (owned) (nullable) */
  char *former;          /* (owned) (nullable): what was in the file */
};

static void
change_free (gpointer data)
{
  Change *change = data;

  g_object_unref (change->self);
  g_free (change->password);
  g_free (change->former);
  g_free (change);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Change, change_free)

/* The file goes last: a start that is under way may be reading it. */
static void
settle (Change *change)
{
  HubRoomPassword *self = change->self;

  /* From now on it is a password of one's own. */
  stop_lending (self);
  if (change->password == NULL && g_unlink (self->path) != 0 && errno != ENOENT)
    {
      g_autoptr (GError) error = g_error_new (G_FILE_ERROR, (int) g_file_error_from_errno (errno), "%s", g_strerror (errno));

      complain (self, error);
    }
  hub_secrets_store (self->secrets, HUB_SECRETS_OWN, change->password);
  hub_door_set_lock (self->door, change->password != NULL, change->password);
  show_place (self);
}

static void begin (Change *change);

static void
changed_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Change) change = user_data;
  HubRoomPassword *self = change->self;
  g_autoptr (GError) error = NULL;

  self->is_applying = FALSE;
  if (hub_host_set_password_file_finish (HUB_HOST (object), result, &error) ||
      g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CLOSED))
    {
      settle (change);
    }
  else
    {
      if (change->former != NULL)
        write_file (self, change->former, NULL);
      else if (change->password != NULL)
        g_unlink (self->path);
      complain (self, error);
    }
  if (self->next != NULL)
    begin (g_steal_pointer (&self->next));
}

/* Tells the broker, if there is one; else it holds from the next start on. */
static void
apply (Change *change)
{
  g_autoptr (Change) owned = change;
  HubRoomPassword *self = change->self;

  if (self->host == NULL)
    {
      settle (change);
      return;
    }
  self->is_applying = TRUE;
  hub_host_set_password_file_async (self->host, change->password != NULL ? self->path : NULL, changed_cb, g_steal_pointer (&owned));
}

static void
hash_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  HubPasswordHash hash;
  GError *error = NULL;

  if (!hub_password_hash_init (&hash, hub_span_from_string (data), HUB_PASSWORD_ITERATIONS, &error))
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, hub_password_hash_to_string (&hash), g_free);
}

static void
hashed_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Change) change = user_data;
  HubRoomPassword *self = change->self;
  g_autoptr (GError) error = NULL;
  g_autofree char *hash = g_task_propagate_pointer (G_TASK (result), &error);
  g_autofree char *entry = NULL;
  g_autofree char *text = NULL;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  g_clear_object (&self->cancellable);
  if (hash != NULL)
    {
      entry = g_strdup_printf (HUB_ROOM_PASSWORD_USER ":%s\n", hash);
      text = with_window (self, entry);
      g_file_get_contents (self->path, &change->former, NULL, NULL);
    }
  if (hash != NULL && write_file (self, text, &error))
    apply (g_steal_pointer (&change));
  else
    complain (self, error);
}

/* Takes @change. */
static void
begin (Change *change)
{
  HubRoomPassword *self = change->self;
  g_autoptr (GTask) task = NULL;

  if (change->password == NULL)
    {
      apply (change);
      return;
    }
  self->cancellable = g_cancellable_new ();
  task = g_task_new (self, self->cancellable, hashed_cb, change);
  g_task_set_source_tag (task, begin);
  g_task_set_task_data (task, g_strdup (change->password), g_free);
  g_task_run_in_thread (task, hash_thread);
}

/* One change after the other, since both the file and the broker are changed by each; of those that wait the last counts. */
static void
lock_cb (HubRoomPassword *self, const char *password)
{
  Change *change = g_new0 (Change, 1);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->next, change_free);
  change->self = g_object_ref (self);
  change->password = g_strdup (password);
  if (self->is_applying)
    self->next = change;
  else
    begin (change);
}

static void
looked_up_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (HubRoomPassword) self = user_data;
  g_autofree char *password = hub_secrets_look_up_finish (HUB_SECRETS (object), result, NULL);

  /* Meanwhile the user may have chosen another one, or none. */
  if (hub_door_get_is_locked (self->door) && hub_door_get_password (self->door) == NULL)
    hub_door_set_lock (self->door, TRUE, password);
  show_place (self);
}

static void
stored_cb (HubRoomPassword *self, const char *chat)
{
  if (g_str_equal (chat, HUB_SECRETS_OWN))
    show_place (self);
}

static void
hub_room_password_dispose (GObject *object)
{
  HubRoomPassword *self = HUB_ROOM_PASSWORD (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->host);
  g_clear_object (&self->door);
  g_clear_object (&self->secrets);
  G_OBJECT_CLASS (hub_room_password_parent_class)->dispose (object);
}

static void
hub_room_password_finalize (GObject *object)
{
  HubRoomPassword *self = HUB_ROOM_PASSWORD (object);

  g_free (self->path);
  g_free (self->lent_path);
  g_free (self->token);
  G_OBJECT_CLASS (hub_room_password_parent_class)->finalize (object);
}

static void
hub_room_password_class_init (HubRoomPasswordClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = hub_room_password_dispose;
  object_class->finalize = hub_room_password_finalize;

  /**
   * HubRoomPassword::notice:
   * @self: the password
   * @text: a short sentence for the user
   */
  signals[SIGNAL_NOTICE] =
    g_signal_new ("notice", HUB_TYPE_ROOM_PASSWORD, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
hub_room_password_init (HubRoomPassword *self)
{
  self->token = new_token ();
}

/**
 * hub_room_password_new:
 * @door: where the user changes it
 * @secrets: where the clear text is kept
 * @path: (type filename): the password file of the own broker
 *
 * Returns: (transfer full): the password of the own chat, as it was left
 */
HubRoomPassword *
hub_room_password_new (HubDoor *door, HubSecrets *secrets, const char *path)
{
  HubRoomPassword *self = g_object_new (HUB_TYPE_ROOM_PASSWORD, NULL);

  self->door = g_object_ref (door);
  self->secrets = g_object_ref (secrets);
  self->path = g_strdup (path);
  self->lent_path = g_strconcat (path, ".lent", NULL);
  stop_lending (self);
  g_signal_connect_object (door, "lock", G_CALLBACK (lock_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (secrets, "stored", G_CALLBACK (stored_cb), self, G_CONNECT_SWAPPED);
  if (is_locked (self))
    {
      renew_file (self);
      hub_door_set_lock (door, TRUE, NULL);
      hub_secrets_look_up_async (secrets, HUB_SECRETS_OWN, NULL, looked_up_cb, g_object_ref (self));
    }
  return self;
}

/**
 * hub_room_password_lend:
 * @self: a password
 * @password: (nullable): that of a chat that this computer hosts from now on in the place of somebody else; %NULL: it hosts
 *   its own one
 *
 * The next host has this password, if the own chat has none. It is not remembered. Takes a tenth of a second: nobody shall
 * come in without it meanwhile.
 */
void
hub_room_password_lend (HubRoomPassword *self, const char *password)
{
  HubPasswordHash hash;
  g_autofree char *hash_text = NULL;
  g_autofree char *entry = NULL;
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;

  g_return_if_fail (HUB_IS_ROOM_PASSWORD (self));

  if (self->is_lent && !is_locked (self))
    hub_door_set_lock (self->door, FALSE, NULL);
  stop_lending (self);
  if (password == NULL || is_locked (self) ||
      !hub_password_hash_init (&hash, hub_span_from_string (password), HUB_PASSWORD_ITERATIONS, NULL))
    return;
  hash_text = hub_password_hash_to_string (&hash);
  entry = g_strdup_printf (HUB_ROOM_PASSWORD_USER ":%s\n", hash_text);
  text = with_window (self, entry);
  /* What cannot be read is no open door: the host does not start, then. */
  self->is_lent = TRUE;
  if (!write_file_at (self->lent_path, text, &error))
    complain (self, error);
  hub_door_set_lock (self->door, TRUE, password);
}

/**
 * hub_room_password_set_host:
 * @self: a password
 * @host: (nullable): the host that asks for it from now on: one that was not started yet; %NULL: there is none
 */
void
hub_room_password_set_host (HubRoomPassword *self, HubHost *host)
{
  g_return_if_fail (HUB_IS_ROOM_PASSWORD (self));

  if (!g_set_object (&self->host, host) || host == NULL)
    return;
  hub_host_set_own_login (host, WINDOW_USER, self->token);
  if (is_locked (self))
    hub_host_set_password_file_async (host, self->path, NULL, NULL);
  else if (self->is_lent)
    hub_host_set_password_file_async (host, self->lent_path, NULL, NULL);
}
