/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/store/hub-store-recover.h"

#include "broker/store/hub-store-load.h"
#include "broker/store/hub-store-schema.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* How long another program may hold a lock on the database before we give up. */
#define BUSY_TIMEOUT_MS 2000

/* SQLite's header, and where it says what. */
#define HEADER_SIZE 100
#define HEADER_MAGIC "SQLite format 3"
#define HEADER_APPLICATION_ID 68

/* How many damaged files of one second are told apart. */
#define NAMES_MAX 1000

typedef enum
{
  FILE_MISSING,
  FILE_OURS,
  FILE_DAMAGED,
} FileState;

/* What follows the opening. */
typedef struct
{
  HubStoreFirstUseFunc func;
  gpointer user_data;
} FirstUse;

typedef struct
{
  FileState state;
  const char *damage; /* (nullable): what is wrong with it, when that is known already */
} Inspection;

/* What SQLite puts beside a database. */
static const char *const companions[] = { "-wal", "-shm", "-journal" };

static gboolean
fail_errno (GError **error, int number, const char *what, const char *path)
{
  HubStoreError code = HUB_STORE_ERROR_IO;

  if (number == EACCES || number == EPERM || number == EROFS)
    code = HUB_STORE_ERROR_ACCESS;
  else if (number == ENOSPC || number == EDQUOT)
    code = HUB_STORE_ERROR_FULL;
  g_set_error (error, HUB_STORE_ERROR, code, "cannot %s %s: %s", what, path, g_strerror (number));
  return FALSE;
}

static gboolean
has_companion (const char *path)
{
  for (gsize i = 0; i < G_N_ELEMENTS (companions); i++)
    {
      g_autofree char *companion = g_strconcat (path, companions[i], NULL);

      if (access (companion, F_OK) == 0)
        return TRUE;
    }
  return FALSE;
}

static void
remove_with_companions (const char *path)
{
  for (gsize i = 0; i < G_N_ELEMENTS (companions); i++)
    {
      g_autofree char *companion = g_strconcat (path, companions[i], NULL);

      unlink (companion);
    }
  unlink (path);
}

static gboolean
sync_path (const char *path, int flags, GError **error)
{
  int fd = open (path, flags | O_CLOEXEC);
  int number = 0;

  if (fd < 0 || fsync (fd) < 0)
    number = errno;
  if (fd >= 0)
    close (fd);
  /* There are file systems that do not sync folders. */
  if (number == EINVAL && (flags & O_DIRECTORY) != 0)
    number = 0;
  return number == 0 || fail_errno (error, number, "write", path);
}

static gboolean
sync_folder (const char *path, GError **error)
{
  g_autofree char *folder = g_path_get_dirname (path);

  return sync_path (folder, O_RDONLY | O_DIRECTORY, error);
}

/* A rename that never replaces anything, as far as the file system can do it. */
static gboolean
rename_to_new (const char *from, const char *to)
{
  if (renameat2 (AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE) == 0)
    return TRUE;
  if (errno != EINVAL && errno != ENOSYS)
    return FALSE;
  if (access (to, F_OK) == 0)
    {
      errno = EEXIST;
      return FALSE;
    }
  return rename (from, to) == 0;
}

static gboolean
read_header (const char *path, struct stat *file, guint8 header[HEADER_SIZE], GError **error)
{
  int fd = open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  gboolean is_read;

  if (fd < 0)
    return fail_errno (error, errno, "read", path);
  is_read = fstat (fd, file) == 0 && (!S_ISREG (file->st_mode) || pread (fd, header, HEADER_SIZE, 0) >= 0);
  if (!is_read)
    fail_errno (error, errno, "read", path);
  close (fd);
  return is_read;
}

/* Looks without SQLite, which might write to what is not ours. */
static gboolean
inspect (const HubStoreFile *self, Inspection *inspection, GError **error)
{
  guint8 header[HEADER_SIZE] = { 0 };
  struct stat file;
  guint32 application_id;

  if (access (self->path, F_OK) < 0 && errno == ENOENT)
    {
      *inspection = has_companion (self->path) ? (Inspection){ FILE_DAMAGED, "only what belongs to it is there" }
                                               : (Inspection){ FILE_MISSING, NULL };
      return TRUE;
    }
  if (!read_header (self->path, &file, header, error))
    return FALSE;

  memcpy (&application_id, header + HEADER_APPLICATION_ID, sizeof application_id);
  if (S_ISREG (file.st_mode) && memcmp (header, HEADER_MAGIC, sizeof HEADER_MAGIC) == 0 &&
      GUINT32_FROM_BE (application_id) == HUB_STORE_APPLICATION_ID)
    {
      *inspection = (Inspection){ FILE_OURS, NULL };
      return TRUE;
    }
  if (hub_store_lock_knows (self->lock, &file) || (S_ISREG (file.st_mode) && file.st_size == 0 && has_companion (self->path)))
    {
      *inspection = (Inspection){ FILE_DAMAGED, "its beginning is not readable" };
      return TRUE;
    }
  if (S_ISREG (file.st_mode) && file.st_size == 0)
    {
      /* Somebody has made the file for us, and there is nothing in it. */
      *inspection = (Inspection){ FILE_MISSING, NULL };
      return unlink (self->path) == 0 || fail_errno (error, errno, "replace", self->path);
    }
  g_set_error_literal (error,
                       HUB_STORE_ERROR,
                       HUB_STORE_ERROR_FOREIGN,
                       "it is not a database of this program, and was left as it is");
  return FALSE;
}

/* The database goes first: should we die in between, then what is left beside it is found without it. */
static gboolean
set_aside (HubStoreFile *self, const char *reason, GError **error)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_utc ();
  g_autofree char *date = g_date_time_format (now, "%Y-%m-%dT%H-%M-%SZ");
  g_autofree char *aside = NULL;

  for (guint n = 1; n <= NAMES_MAX; n++)
    {
      g_free (aside);
      aside = n == 1 ? g_strdup_printf ("%s.damaged-%s", self->path, date)
                     : g_strdup_printf ("%s.damaged-%s-%u", self->path, date, n);
      if (access (aside, F_OK) < 0 && !has_companion (aside))
        break;
    }

  if (!rename_to_new (self->path, aside) && errno != ENOENT)
    return fail_errno (error, errno, "set aside", self->path);
  for (gsize i = 0; i < G_N_ELEMENTS (companions); i++)
    {
      g_autofree char *from = g_strconcat (self->path, companions[i], NULL);
      g_autofree char *to = g_strconcat (aside, companions[i], NULL);

      if (!rename_to_new (from, to) && errno != ENOENT)
        return fail_errno (error, errno, "set aside", from);
    }
  if (!sync_folder (self->path, error))
    return FALSE;

  g_free (self->notice);
  self->notice = g_strdup_printf ("The database %s is damaged (%s). It was set aside as %s, and a new one was begun.",
                                  self->path,
                                  reason,
                                  aside);
  return TRUE;
}

static sqlite3 *
connect (const char *path, const char *vfs, int flags, GError **error)
{
  sqlite3 *db = NULL;

  if (sqlite3_open_v2 (path, &db, flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, vfs) != SQLITE_OK)
    {
      hub_store_sql_fail (db, error);
      sqlite3_close (db);
      return NULL;
    }
  sqlite3_busy_timeout (db, BUSY_TIMEOUT_MS);
  /* The file may come from anywhere: nothing in it is to be executed. */
  sqlite3_db_config (db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
  sqlite3_db_config (db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
  sqlite3_db_config (db, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, NULL);
  sqlite3_db_config (db, SQLITE_DBCONFIG_ENABLE_VIEW, 0, NULL);
  return db;
}

/* It gets its name when it is complete, so that there is never half a database of ours. */
static gboolean
create (HubStoreFile *self, GError **error)
{
  g_autofree char *fresh = g_strconcat (self->path, ".fresh", NULL);
  gboolean is_made = FALSE;
  sqlite3 *db;
  int fd;

  remove_with_companions (fresh);
  fd = open (fresh, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (fd < 0)
    return fail_errno (error, errno, "make", fresh);
  close (fd);

  db = connect (fresh, self->vfs, SQLITE_OPEN_READWRITE, error);
  if (db != NULL)
    {
      is_made = hub_store_schema_create (db, error);
      sqlite3_close (db);
    }
  is_made = is_made && sync_path (fresh, O_RDONLY, error);
  if (is_made && !rename_to_new (fresh, self->path))
    is_made = fail_errno (error, errno, "make", self->path);
  if (!is_made)
    remove_with_companions (fresh);
  return is_made && sync_folder (self->path, error);
}

static gboolean
use_wal (sqlite3 *db, GError **error)
{
  g_autoptr (HubStoreStatement) statement = hub_store_sql_prepare (db, "PRAGMA journal_mode = WAL", error);
  gboolean has_row;

  if (statement == NULL || !hub_store_sql_next (statement, &has_row, error))
    return FALSE;
  if (!has_row || g_strcmp0 ((const char *) sqlite3_column_text (statement, 0), "wal") != 0)
    {
      g_set_error_literal (error, HUB_STORE_ERROR, HUB_STORE_ERROR_IO, "the file system cannot do what a database needs");
      return FALSE;
    }
  return TRUE;
}

static gboolean
fail_damaged (GError **error, const char *text)
{
  g_set_error_literal (error, HUB_STORE_ERROR, HUB_STORE_ERROR_DAMAGED, text);
  return FALSE;
}

/* Of what was cut off SQLite knows only when it comes there. */
static gboolean
check_size (const HubStoreFile *self, sqlite3 *db, GError **error)
{
  struct stat file;
  gint64 busy;
  gint64 pages;
  gint64 page_size;

  if (!hub_store_sql_get_int (db, "PRAGMA wal_checkpoint(TRUNCATE)", &busy, error) ||
      !hub_store_sql_get_int (db, "PRAGMA page_count", &pages, error) ||
      !hub_store_sql_get_int (db, "PRAGMA page_size", &page_size, error))
    return FALSE;
  if (stat (self->path, &file) < 0)
    return fail_errno (error, errno, "read", self->path);
  /* Somebody else may be looking at it: then the end of it may still be in the log beside it. */
  if (busy == 0 && file.st_size < pages * page_size)
    return fail_damaged (error, "its end is missing");
  return TRUE;
}

static gboolean
check_all (sqlite3 *db, GError **error)
{
  g_autoptr (HubStoreStatement) statement = hub_store_sql_prepare (db, "PRAGMA integrity_check(1)", error);
  gboolean has_row;

  if (statement == NULL || !hub_store_sql_next (statement, &has_row, error))
    return FALSE;
  if (!has_row || g_strcmp0 ((const char *) sqlite3_column_text (statement, 0), "ok") != 0)
    return fail_damaged (error, has_row ? (const char *) sqlite3_column_text (statement, 0) : "it cannot be checked");
  return TRUE;
}

static gboolean
prepare (const HubStoreFile *self, sqlite3 *db, GError **error)
{
  int version;

  if (!hub_store_schema_check (db, &version, error))
    return FALSE;
  /* The file may be written, but its header says that SQLite must not. */
  if (sqlite3_db_readonly (db, "main") != 0)
    return fail_damaged (error, "its header is not ours");
  return use_wal (db, error) &&
         hub_store_sql_exec (db,
                             "PRAGMA wal_autocheckpoint = 0; PRAGMA cell_size_check = ON; PRAGMA secure_delete = FAST;"
                             "PRAGMA temp_store = MEMORY; PRAGMA journal_size_limit = 16777216",
                             error) &&
         (!hub_store_lock_is_suspicious (self->lock) || check_all (db, error)) &&
         hub_store_schema_migrate (db, version, error) &&
         check_size (self, db, error) &&
         hub_store_load_check (db, error);
}

/* Nobody else is to read what people say to each other. */
static void
make_private (const HubStoreFile *self)
{
  if (chmod (self->path, 0600) < 0)
    g_debug ("%s is open to others: %s", self->path, g_strerror (errno));
  for (gsize i = 0; i < G_N_ELEMENTS (companions); i++)
    {
      g_autofree char *companion = g_strconcat (self->path, companions[i], NULL);

      if (chmod (companion, 0600) < 0 && errno != ENOENT)
        g_debug ("%s is open to others: %s", companion, g_strerror (errno));
    }
}

static sqlite3 *
open_existing (HubStoreFile *self, const FirstUse *use, GError **error)
{
  gboolean has_log = has_companion (self->path);
  sqlite3 *db;
  struct stat file;

  if (stat (self->path, &file) < 0)
    {
      fail_errno (error, errno, "read", self->path);
      return NULL;
    }
  if (access (self->path, R_OK | W_OK) < 0)
    {
      fail_errno (error, errno, "write", self->path);
      return NULL;
    }
  db = connect (self->path, self->vfs, SQLITE_OPEN_READWRITE, error);
  if (db == NULL)
    return NULL;
  /* What turns out to be damaged, or not ours to change, keeps all of its files as they are. */
  sqlite3_db_config (db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, has_log, NULL);
  if (!prepare (self, db, error) || !use->func (db, use->user_data, error))
    {
      sqlite3_close (db);
      return NULL;
    }
  sqlite3_db_config (db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 0, NULL);
  if ((file.st_mode & 0077) != 0)
    make_private (self);
  hub_store_lock_remember (self->lock, &file);
  return db;
}

static sqlite3 *
begin_anew (HubStoreFile *self, const FirstUse *use, GError **error)
{
  return create (self, error) ? open_existing (self, use, error) : NULL;
}

static sqlite3 *
open_locked (HubStoreFile *self, const FirstUse *use, GError **error)
{
  g_autoptr (GError) damage = NULL;
  Inspection inspection;

  if (!inspect (self, &inspection, error))
    return NULL;
  if (inspection.state == FILE_MISSING)
    return begin_anew (self, use, error);
  if (inspection.state == FILE_OURS)
    {
      sqlite3 *db = open_existing (self, use, &damage);

      if (db != NULL)
        return db;
      if (!g_error_matches (damage, HUB_STORE_ERROR, HUB_STORE_ERROR_DAMAGED))
        {
          g_propagate_error (error, g_steal_pointer (&damage));
          return NULL;
        }
      inspection.damage = damage->message;
    }
  if (!set_aside (self, inspection.damage, error))
    return NULL;
  return begin_anew (self, use, error);
}

/**
 * hub_store_file_init:
 * @self: a file, all zero
 * @path: the path of the database, which need not be there
 * @vfs: (nullable): the name of the VFS of SQLite; %NULL: the usual one
 */
void
hub_store_file_init (HubStoreFile *self, const char *path, const char *vfs)
{
  g_autofree char *absolute = g_canonicalize_filename (path, NULL);
  /* Whatever name it goes by, it is locked under its own. */
  char *real = realpath (absolute, NULL);

  self->path = g_strdup (real != NULL ? real : absolute);
  self->vfs = g_strdup (vfs);
  free (real);
}

/**
 * hub_store_file_clear:
 * @self: a file without connections
 *
 * Gives the lock free and forgets everything.
 */
void
hub_store_file_clear (HubStoreFile *self)
{
  g_clear_pointer (&self->lock, hub_store_lock_free);
  g_clear_pointer (&self->path, g_free);
  g_clear_pointer (&self->vfs, g_free);
  g_clear_pointer (&self->notice, g_free);
}

/**
 * hub_store_file_open:
 * @self: a file
 * @func: (scope call): what to do first with the database
 * @user_data: for @func
 * @error: return location
 *
 * Takes the lock and opens the database for reading and writing. One that is missing is made. One of ours that is
 * damaged is set aside under a name with the date, with all that belongs to it, and a new one is made; then
 * [struct@Hub.StoreFile].notice says so. What is not ours, or of a newer version, is not touched.
 *
 * Returns: (transfer full): a connection to a database that was checked, or %NULL with @error set
 */
sqlite3 *
hub_store_file_open (HubStoreFile *self, HubStoreFirstUseFunc func, gpointer user_data, GError **error)
{
  const FirstUse use = { func, user_data };
  sqlite3 *db = NULL;

  self->lock = hub_store_lock_take (self->path, error);
  if (self->lock != NULL)
    db = open_locked (self, &use, error);
  if (db == NULL)
    g_prefix_error (error, "the database %s cannot be used: ", self->path);
  return db;
}

/**
 * hub_store_file_open_reader:
 * @self: a file that is open
 * @error: return location
 *
 * Thread: any.
 *
 * Returns: (transfer full): a connection for another thread, which only reads, or %NULL with @error set
 */
sqlite3 *
hub_store_file_open_reader (const HubStoreFile *self, GError **error)
{
  sqlite3 *db = connect (self->path, self->vfs, SQLITE_OPEN_READONLY, error);

  if (db != NULL && !hub_store_sql_exec (db, "PRAGMA query_only = ON; PRAGMA cell_size_check = ON", error))
    {
      sqlite3_close (db);
      return NULL;
    }
  return db;
}
