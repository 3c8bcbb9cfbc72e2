/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "app/base/hub-keeper.h"

/**
 * HubKeeper:
 *
 * Keeps something in a small private file: written a moment after it has changed, whole, and once for many changes.
 */
struct _HubKeeper
{
  GObject parent_instance;

  GFile *file; /* (owned) (nullable) */
  guint delay_ms;
  HubKeeperFunc write; /* (nullable): NULL once its owner has gone */
  gpointer user_data;
  guint save_id; /* source */
  gboolean is_saving;
  gboolean is_saved; /* the file holds just this */
};

G_DEFINE_FINAL_TYPE (HubKeeper, hub_keeper, G_TYPE_OBJECT)

static void schedule (HubKeeper *self);

static void
complain (HubKeeper *self, const char *what, const GError *error)
{
  g_autofree char *name = g_file_get_basename (self->file);

  g_warning ("%s cannot be %s: %s", name, what, error->message);
}

static void
saved_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (HubKeeper) self = user_data;
  g_autoptr (GError) error = NULL;
  gboolean has_changed = !self->is_saved;

  self->is_saving = FALSE;
  if (!g_file_replace_contents_finish (G_FILE (object), result, NULL, &error))
    {
      self->is_saved = FALSE;
      complain (self, "written", error);
    }
  /* What could not be written is tried again with the next change, and at the end. */
  if (has_changed)
    schedule (self);
}

static gboolean
save_cb (gpointer user_data)
{
  HubKeeper *self = user_data;
  g_autoptr (GBytes) bytes = self->write (self->user_data);

  self->save_id = 0;
  self->is_saving = TRUE;
  self->is_saved = TRUE;
  g_file_replace_contents_bytes_async (self->file,
                                       bytes,
                                       NULL,
                                       FALSE,
                                       G_FILE_CREATE_PRIVATE,
                                       NULL,
                                       saved_cb,
                                       g_object_ref (self));
  return G_SOURCE_REMOVE;
}

static void
schedule (HubKeeper *self)
{
  if (self->is_saving || self->save_id != 0 || self->write == NULL)
    return;
  self->save_id = g_timeout_add (self->delay_ms, save_cb, self);
  g_source_set_name_by_id (self->save_id, "hubbub file");
}

static void
hub_keeper_finalize (GObject *object)
{
  HubKeeper *self = HUB_KEEPER (object);

  g_clear_handle_id (&self->save_id, g_source_remove);
  g_clear_object (&self->file);
  G_OBJECT_CLASS (hub_keeper_parent_class)->finalize (object);
}

static void
hub_keeper_class_init (HubKeeperClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = hub_keeper_finalize;
}

static void
hub_keeper_init (HubKeeper *self)
{
  self->is_saved = TRUE;
}

/**
 * hub_keeper_new:
 * @file: (nullable): where it is kept; %NULL: nowhere
 * @delay_ms: how long it waits for further changes, milliseconds
 * @write: says what the file is to hold
 * @user_data: for @write; its owner calls hub_keeper_stop() before it goes
 *
 * Returns: (transfer full): a keeper that has nothing to write
 */
HubKeeper *
hub_keeper_new (GFile *file, guint delay_ms, HubKeeperFunc write, gpointer user_data)
{
  HubKeeper *self = g_object_new (HUB_TYPE_KEEPER, NULL);

  g_set_object (&self->file, file);
  self->delay_ms = delay_ms;
  self->write = file != NULL ? write : NULL;
  self->user_data = user_data;
  return self;
}

/**
 * hub_keeper_load:
 * @self: a keeper
 * @size: (out): its size, bytes
 *
 * Reads the file. Once, at the start, before anybody waits for the window: the file is small.
 *
 * Returns: (transfer full) (nullable): what the file holds; %NULL when there is none that can be read
 */
char *
hub_keeper_load (HubKeeper *self, gsize *size)
{
  g_autoptr (GError) error = NULL;
  char *text = NULL;

  g_return_val_if_fail (HUB_IS_KEEPER (self), NULL);

  if (self->file == NULL)
    return NULL;
  if (g_file_load_contents (self->file, NULL, &text, size, NULL, &error))
    return text;
  if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND))
    complain (self, "read", error);
  return NULL;
}

/**
 * hub_keeper_change:
 * @self: a keeper
 *
 * It has changed, and is written soon.
 */
void
hub_keeper_change (HubKeeper *self)
{
  g_return_if_fail (HUB_IS_KEEPER (self));

  self->is_saved = FALSE;
  schedule (self);
}

/**
 * hub_keeper_flush:
 * @self: a keeper
 *
 * Writes the file now, if it does not hold all of this. For the end of the program: it blocks.
 */
void
hub_keeper_flush (HubKeeper *self)
{
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GError) error = NULL;

  g_return_if_fail (HUB_IS_KEEPER (self));

  g_clear_handle_id (&self->save_id, g_source_remove);
  /* A save that is under way ends with the main loop, wherever it is. */
  if ((self->is_saved && !self->is_saving) || self->write == NULL)
    return;
  bytes = self->write (self->user_data);
  self->is_saved = g_file_replace_contents (self->file,
                                            g_bytes_get_data (bytes, NULL),
                                            g_bytes_get_size (bytes),
                                            NULL,
                                            FALSE,
                                            G_FILE_CREATE_PRIVATE,
                                            NULL,
                                            NULL,
                                            &error);
  if (!self->is_saved)
    complain (self, "written", error);
}

/**
 * hub_keeper_stop:
 * @self: a keeper
 *
 * Whoever says what the file is to hold goes: nothing is written any more.
 */
void
hub_keeper_stop (HubKeeper *self)
{
  g_return_if_fail (HUB_IS_KEEPER (self));

  g_clear_handle_id (&self->save_id, g_source_remove);
  self->write = NULL;
}
