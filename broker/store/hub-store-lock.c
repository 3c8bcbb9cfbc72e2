/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/store/hub-store-lock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

/* Enough for a line with three numbers. */
#define LINE_SIZE 128

struct _HubStoreLock
{
  int fd; /* (owned) */
  guint64 device;
  guint64 inode; /* 0: no file is known */
  gboolean is_suspicious;
};

static gboolean
fail_errno (GError **error, int number, const char *what, const char *path)
{
  HubStoreError code = HUB_STORE_ERROR_IO;

  if (number == EACCES || number == EPERM || number == EROFS || number == ENOTDIR || number == ELOOP || number == EISDIR)
    code = HUB_STORE_ERROR_ACCESS;
  else if (number == ENOSPC || number == EDQUOT)
    code = HUB_STORE_ERROR_FULL;
  g_set_error (error, HUB_STORE_ERROR, code, "%s %s: %s", what, path, g_strerror (number));
  return FALSE;
}

/* "PID DEVICE INODE", and " damaged" when there is a suspicion. Anything else is as good as nothing. */
static guint
read_line (HubStoreLock *self)
{
  char line[LINE_SIZE] = "";
  char word[8] = "";
  guint pid = 0;

  if (pread (self->fd, line, sizeof line - 1, 0) <= 0)
    return 0;
  if (sscanf (line, "%u %" G_GUINT64_FORMAT " %" G_GUINT64_FORMAT " %7s", &pid, &self->device, &self->inode, word) < 3)
    self->inode = 0;
  self->is_suspicious = strcmp (word, "damaged") == 0;
  return pid;
}

/* A line that is not there, or not whole, costs nothing but the memory of a file whose header was damaged. */
static void
write_line (HubStoreLock *self)
{
  char line[LINE_SIZE];
  int length = snprintf (line,
                         sizeof line,
                         "%u %" G_GUINT64_FORMAT " %" G_GUINT64_FORMAT "%s\n",
                         (guint) getpid (),
                         self->device,
                         self->inode,
                         self->is_suspicious ? " damaged" : "");

  if (pwrite (self->fd, line, (gsize) length, 0) < 0 || ftruncate (self->fd, length) < 0)
    g_debug ("the lock file cannot be written: %s", g_strerror (errno));
}

static gboolean
make_folder (const char *path, GError **error)
{
  g_autofree char *folder = g_path_get_dirname (path);

  if (g_mkdir_with_parents (folder, 0700) < 0)
    return fail_errno (error, errno, "cannot make the folder", folder);
  return TRUE;
}

/**
 * hub_store_lock_take:
 * @path: the path of the database
 * @error: return location
 *
 * Makes the folder, when it is missing, and takes the lock.
 *
 * Returns: (transfer full): the lock, or %NULL with @error set: %HUB_STORE_ERROR_IN_USE when somebody else has it
 */
HubStoreLock *
hub_store_lock_take (const char *path, GError **error)
{
  g_autofree char *lock_path = g_strconcat (path, ".lock", NULL);
  HubStoreLock *self;
  guint pid;
  int fd;

  if (!make_folder (path, error))
    return NULL;
  fd = open (lock_path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (fd < 0)
    {
      fail_errno (error, errno, "cannot write", lock_path);
      return NULL;
    }

  self = g_new0 (HubStoreLock, 1);
  self->fd = fd;
  pid = read_line (self);
  if (flock (fd, LOCK_EX | LOCK_NB) < 0)
    {
      int number = errno;

      hub_store_lock_free (self);
      if (number != EWOULDBLOCK)
        fail_errno (error, number, "cannot lock", lock_path);
      else if (pid != 0)
        g_set_error (error, HUB_STORE_ERROR, HUB_STORE_ERROR_IN_USE, "process %u uses it", pid);
      else
        g_set_error_literal (error, HUB_STORE_ERROR, HUB_STORE_ERROR_IN_USE, "another process uses it");
      return NULL;
    }

  /* The owner before may have written while we were looking. */
  read_line (self);
  write_line (self);
  return self;
}

/**
 * hub_store_lock_free:
 * @self: (transfer full): a lock
 *
 * Gives the database free. The file stays: to remove it would let two own the database.
 */
void
hub_store_lock_free (HubStoreLock *self)
{
  close (self->fd);
  g_free (self);
}

/**
 * hub_store_lock_knows:
 * @self: a lock
 * @file: a file
 *
 * Returns: whether it is the database that was remembered
 */
gboolean
hub_store_lock_knows (const HubStoreLock *self, const struct stat *file)
{
  return self->inode != 0 && self->inode == file->st_ino && self->device == file->st_dev;
}

/**
 * hub_store_lock_is_suspicious:
 * @self: a lock
 *
 * Returns: whether something was found wrong with the database since it was checked
 */
gboolean
hub_store_lock_is_suspicious (const HubStoreLock *self)
{
  return self->is_suspicious;
}

/**
 * hub_store_lock_remember:
 * @self: a lock
 * @file: the database, which is whole
 */
void
hub_store_lock_remember (HubStoreLock *self, const struct stat *file)
{
  self->device = file->st_dev;
  self->inode = file->st_ino;
  self->is_suspicious = FALSE;
  write_line (self);
}

/**
 * hub_store_lock_set_suspicious:
 * @self: a lock
 *
 * Has the whole database checked when it is opened the next time.
 */
void
hub_store_lock_set_suspicious (HubStoreLock *self)
{
  if (self->is_suspicious)
    return;
  self->is_suspicious = TRUE;
  write_line (self);
}
