/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/support/hub-test-vfs.h"

#include <fcntl.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A VFS in front of the usual one: it asks before each call, and remembers what is not on the disk yet. */

/* A file, followed in memory by the one of the usual VFS. */
typedef struct
{
  sqlite3_file base;
  sqlite3_file *real;
  char *path;
} TestFile;

typedef struct
{
  gsize offset;
  gsize size; /* of @bytes; or, when that is NULL, the new size of the file */
  guint8 *bytes;
} Change;

/* A file that has changed since it was synced. */
typedef struct
{
  char *path;
  guint8 *bytes;
  gsize size;
  GArray *changes;
} Unsynced;

static struct
{
  sqlite3_vfs vfs;
  sqlite3_vfs *real;
  HubTestVfsFunc func;
  gpointer user_data;
  gboolean keeps_unsynced;
  pthread_mutex_t mutex;
  GPtrArray *unsynced; /* (mutex lock) */
} shim;

static void
change_clear (gpointer data)
{
  g_free (((Change *) data)->bytes);
}

static void
unsynced_free (gpointer data)
{
  Unsynced *unsynced = data;

  g_free (unsynced->path);
  g_free (unsynced->bytes);
  g_array_unref (unsynced->changes);
  g_free (unsynced);
}

static guint
find_unsynced (const char *path)
{
  for (guint i = 0; i < shim.unsynced->len; i++)
    if (strcmp (((Unsynced *) g_ptr_array_index (shim.unsynced, i))->path, path) == 0)
      return i;
  return G_MAXUINT;
}

static void
note_change (const char *path, gsize offset, gconstpointer bytes, gsize size)
{
  Change change = { offset, size, bytes != NULL ? g_memdup2 (bytes, size) : NULL };
  Unsynced *unsynced;
  guint i;

  if (!shim.keeps_unsynced || path == NULL)
    {
      g_free (change.bytes);
      return;
    }
  pthread_mutex_lock (&shim.mutex);
  i = find_unsynced (path);
  if (i == G_MAXUINT)
    {
      unsynced = g_new0 (Unsynced, 1);
      unsynced->path = g_strdup (path);
      unsynced->changes = g_array_new (FALSE, FALSE, sizeof (Change));
      g_array_set_clear_func (unsynced->changes, change_clear);
      g_file_get_contents (path, (char **) &unsynced->bytes, &unsynced->size, NULL);
      g_ptr_array_add (shim.unsynced, unsynced);
    }
  else
    {
      unsynced = g_ptr_array_index (shim.unsynced, i);
    }
  g_array_append_val (unsynced->changes, change);
  pthread_mutex_unlock (&shim.mutex);
}

static void
forget_changes (const char *path)
{
  guint i;

  if (!shim.keeps_unsynced || path == NULL)
    return;
  pthread_mutex_lock (&shim.mutex);
  i = find_unsynced (path);
  if (i != G_MAXUINT)
    g_ptr_array_remove_index (shim.unsynced, i);
  pthread_mutex_unlock (&shim.mutex);
}

static int
ask (HubTestVfsOp op, const char *path)
{
  return shim.func != NULL ? shim.func (op, path, shim.user_data) : SQLITE_OK;
}

static TestFile *
test_file (sqlite3_file *file)
{
  return (TestFile *) file;
}

static sqlite3_file *
real_file (sqlite3_file *file)
{
  return test_file (file)->real;
}

static int
file_close (sqlite3_file *file)
{
  int result = real_file (file)->pMethods->xClose (real_file (file));

  free (test_file (file)->path);
  return result;
}

static int
file_read (sqlite3_file *file, void *bytes, int size, sqlite3_int64 offset)
{
  int result = ask (HUB_TEST_VFS_READ, test_file (file)->path);

  return result != SQLITE_OK ? result : real_file (file)->pMethods->xRead (real_file (file), bytes, size, offset);
}

static int
file_write (sqlite3_file *file, const void *bytes, int size, sqlite3_int64 offset)
{
  int result = ask (HUB_TEST_VFS_WRITE, test_file (file)->path);

  if (result != SQLITE_OK)
    return result;
  note_change (test_file (file)->path, (gsize) offset, bytes, (gsize) size);
  return real_file (file)->pMethods->xWrite (real_file (file), bytes, size, offset);
}

static int
file_truncate (sqlite3_file *file, sqlite3_int64 size)
{
  int result = ask (HUB_TEST_VFS_TRUNCATE, test_file (file)->path);

  if (result != SQLITE_OK)
    return result;
  note_change (test_file (file)->path, 0, NULL, (gsize) size);
  return real_file (file)->pMethods->xTruncate (real_file (file), size);
}

static int
file_sync (sqlite3_file *file, int flags)
{
  int result = ask (HUB_TEST_VFS_SYNC, test_file (file)->path);

  if (result == SQLITE_OK)
    result = real_file (file)->pMethods->xSync (real_file (file), flags);
  if (result == SQLITE_OK)
    forget_changes (test_file (file)->path);
  return result;
}

static int
file_size (sqlite3_file *file, sqlite3_int64 *size)
{
  return real_file (file)->pMethods->xFileSize (real_file (file), size);
}

static int
file_lock (sqlite3_file *file, int level)
{
  return real_file (file)->pMethods->xLock (real_file (file), level);
}

static int
file_unlock (sqlite3_file *file, int level)
{
  return real_file (file)->pMethods->xUnlock (real_file (file), level);
}

static int
file_check_reserved_lock (sqlite3_file *file, int *is_locked)
{
  return real_file (file)->pMethods->xCheckReservedLock (real_file (file), is_locked);
}

static int
file_control (sqlite3_file *file, int op, void *argument)
{
  return real_file (file)->pMethods->xFileControl (real_file (file), op, argument);
}

static int
file_sector_size (sqlite3_file *file)
{
  return real_file (file)->pMethods->xSectorSize (real_file (file));
}

static int
file_characteristics (sqlite3_file *file)
{
  return real_file (file)->pMethods->xDeviceCharacteristics (real_file (file));
}

static int
file_shm_map (sqlite3_file *file, int page, int size, int extend, void volatile **memory)
{
  int result = ask (HUB_TEST_VFS_SHARE, test_file (file)->path);

  if (result != SQLITE_OK)
    return result;
  return real_file (file)->pMethods->xShmMap (real_file (file), page, size, extend, memory);
}

static int
file_shm_lock (sqlite3_file *file, int offset, int n, int flags)
{
  return real_file (file)->pMethods->xShmLock (real_file (file), offset, n, flags);
}

static void
file_shm_barrier (sqlite3_file *file)
{
  real_file (file)->pMethods->xShmBarrier (real_file (file));
}

static int
file_shm_unmap (sqlite3_file *file, int is_deleted)
{
  return real_file (file)->pMethods->xShmUnmap (real_file (file), is_deleted);
}

static const sqlite3_io_methods methods = {
  .iVersion = 2,
  .xClose = file_close,
  .xRead = file_read,
  .xWrite = file_write,
  .xTruncate = file_truncate,
  .xSync = file_sync,
  .xFileSize = file_size,
  .xLock = file_lock,
  .xUnlock = file_unlock,
  .xCheckReservedLock = file_check_reserved_lock,
  .xFileControl = file_control,
  .xSectorSize = file_sector_size,
  .xDeviceCharacteristics = file_characteristics,
  .xShmMap = file_shm_map,
  .xShmLock = file_shm_lock,
  .xShmBarrier = file_shm_barrier,
  .xShmUnmap = file_shm_unmap,
};

static int
vfs_open (sqlite3_vfs *vfs, const char *path, sqlite3_file *file, int flags, int *out_flags)
{
  TestFile *self = test_file (file);
  int result = ask (HUB_TEST_VFS_OPEN, path);

  self->base.pMethods = NULL;
  self->real = (sqlite3_file *) (gpointer) (self + 1);
  if (result == SQLITE_OK)
    result = shim.real->xOpen (shim.real, path, self->real, flags, out_flags);
  if (result == SQLITE_OK)
    {
      self->base.pMethods = &methods;
      self->path = path != NULL ? strdup (path) : NULL;
    }
  return result;
}

static int
vfs_delete (sqlite3_vfs *vfs, const char *path, int syncs_folder)
{
  int result = ask (HUB_TEST_VFS_DELETE, path);

  if (result != SQLITE_OK)
    return result;
  forget_changes (path);
  return shim.real->xDelete (shim.real, path, syncs_folder);
}

static int
vfs_access (sqlite3_vfs *vfs, const char *path, int flags, int *result)
{
  return shim.real->xAccess (shim.real, path, flags, result);
}

static int
vfs_full_pathname (sqlite3_vfs *vfs, const char *path, int size, char *full_path)
{
  return shim.real->xFullPathname (shim.real, path, size, full_path);
}

static int
vfs_randomness (sqlite3_vfs *vfs, int size, char *bytes)
{
  return shim.real->xRandomness (shim.real, size, bytes);
}

static int
vfs_sleep (sqlite3_vfs *vfs, int time_us)
{
  return shim.real->xSleep (shim.real, time_us);
}

static int
vfs_current_time (sqlite3_vfs *vfs, double *time)
{
  return shim.real->xCurrentTime (shim.real, time);
}

static int
vfs_get_last_error (sqlite3_vfs *vfs, int size, char *text)
{
  return shim.real->xGetLastError (shim.real, size, text);
}

/**
 * hub_test_vfs_install:
 * @func: (nullable): asked before each call
 * @user_data: for @func
 *
 * Makes the VFS known to SQLite. No connection may be using it.
 */
void
hub_test_vfs_install (HubTestVfsFunc func, gpointer user_data)
{
  g_assert_null (shim.real);

  shim.real = sqlite3_vfs_find (NULL);
  shim.func = func;
  shim.user_data = user_data;
  shim.keeps_unsynced = FALSE;
  shim.unsynced = g_ptr_array_new_with_free_func (unsynced_free);
  pthread_mutex_init (&shim.mutex, NULL);
  shim.vfs = (sqlite3_vfs){
    .iVersion = 1,
    .szOsFile = (int) sizeof (TestFile) + shim.real->szOsFile,
    .mxPathname = shim.real->mxPathname,
    .zName = HUB_TEST_VFS,
    .xOpen = vfs_open,
    .xDelete = vfs_delete,
    .xAccess = vfs_access,
    .xFullPathname = vfs_full_pathname,
    .xRandomness = vfs_randomness,
    .xSleep = vfs_sleep,
    .xCurrentTime = vfs_current_time,
    .xGetLastError = vfs_get_last_error,
  };
  sqlite3_vfs_register (&shim.vfs, 0);
}

/**
 * hub_test_vfs_uninstall:
 *
 * Forgets the VFS.
 */
void
hub_test_vfs_uninstall (void)
{
  sqlite3_vfs_unregister (&shim.vfs);
  g_clear_pointer (&shim.unsynced, g_ptr_array_unref);
  pthread_mutex_destroy (&shim.mutex);
  shim.real = NULL;
}

/**
 * hub_test_vfs_keep_unsynced:
 *
 * Remembers from now on what a loss of power would take.
 */
void
hub_test_vfs_keep_unsynced (void)
{
  shim.keeps_unsynced = TRUE;
}

/* Of what was not synced, some is on the disk and some is not: each piece of its own accord. */
static void
lose (const Unsynced *unsynced, GRand *rand)
{
  int fd = open (unsynced->path, O_WRONLY | O_TRUNC | O_CLOEXEC);

  if (fd < 0)
    return;
  if (write (fd, unsynced->bytes, unsynced->size) < 0)
    abort ();
  for (guint i = 0; i < unsynced->changes->len; i++)
    {
      const Change *change = &g_array_index (unsynced->changes, Change, i);

      if (g_rand_boolean (rand))
        continue;
      if (change->bytes == NULL ? ftruncate (fd, (off_t) change->size) < 0
                                : pwrite (fd, change->bytes, change->size, (off_t) change->offset) < 0)
        abort ();
    }
  close (fd);
}

/**
 * hub_test_vfs_lose_power:
 * @seed: which part of what was not synced is lost
 *
 * Does to the files what a loss of power would do. Nothing may be written afterwards.
 */
void
hub_test_vfs_lose_power (guint32 seed)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (seed);

  pthread_mutex_lock (&shim.mutex);
  for (guint i = 0; i < shim.unsynced->len; i++)
    lose (g_ptr_array_index (shim.unsynced, i), rand);
  pthread_mutex_unlock (&shim.mutex);
}
