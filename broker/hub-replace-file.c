/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/hub-replace-file.h"

#include <glib/gstdio.h>

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static gboolean
fail (GError **error, const char *what, const char *path)
{
  int number = errno;

  g_set_error (error, G_IO_ERROR, (int) g_io_error_from_errno (number), "cannot %s %s: %s", what, path, g_strerror (number));
  return FALSE;
}

static gboolean
write_all (int fd, const char *text, gsize size)
{
  while (size > 0)
    {
      gssize n = write (fd, text, size);

      if (n < 0 && errno != EINTR)
        return FALSE;
      text += MAX (n, 0);
      size -= (gsize) MAX (n, 0);
    }
  return TRUE;
}

/* The program that reads the file may run as somebody else. */
static gboolean
keep_owner (int fd, const struct stat *before)
{
  struct stat now;

  if (fstat (fd, &now) < 0)
    return FALSE;
  return (now.st_uid == before->st_uid && now.st_gid == before->st_gid) ||
         fchown (fd, before->st_uid, before->st_gid) == 0;
}

/* Who runs that program is let read by the mode of the file, as a member of its group for example. */
static gboolean
keep_readers (int fd, const struct stat *before)
{
  mode_t mode = (before->st_mode & (S_IRGRP | S_IROTH)) | S_IRUSR | S_IWUSR;

  return fchmod (fd, mode) == 0;
}

/* So that the new name survives a loss of power. */
static void
sync_folder (const char *path)
{
  g_autofree char *folder = g_path_get_dirname (path);
  int fd = open (folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

  if (fd < 0)
    return;
  fsync (fd);
  close (fd);
}

static gboolean
replace (const char *path, const char *new_path, int fd, const char *text, gsize size, GError **error)
{
  struct stat before;

  if (stat (path, &before) < 0)
    return fail (error, "read", path);
  if (!keep_owner (fd, &before))
    return fail (error, "keep the owner of", path);
  if (!keep_readers (fd, &before))
    return fail (error, "keep the mode of", path);
  if (!write_all (fd, text, size) || fsync (fd) < 0)
    return fail (error, "write", new_path);
  if (rename (new_path, path) < 0)
    return fail (error, "replace", path);
  sync_folder (path);
  return TRUE;
}

/**
 * hub_replace_file:
 * @path: a file that exists; where it is a symbolic link, what that leads to
 * @text: (array length=size): its new contents
 * @size: number of bytes
 * @error: return location
 *
 * Replaces the contents of a file, as a whole or not at all: whoever reads it sees the old ones or the new ones. It belongs
 * to whom it has belonged to, and those may read it who might before; nobody but its owner may write it.
 *
 * Returns: %FALSE with @error set: a %G_IO_ERROR; the file is then what it was
 */
gboolean
hub_replace_file (const char *path, const char *text, gsize size, GError **error)
{
  char *real_path = realpath (path, NULL);
  g_autofree char *new_path = real_path != NULL ? g_strconcat (real_path, ".XXXXXX", NULL) : NULL;
  gboolean is_replaced = FALSE;
  int fd;

  if (real_path == NULL)
    return fail (error, "read", path);
  fd = g_mkstemp_full (new_path, O_RDWR | O_CLOEXEC, 0600);
  if (fd < 0)
    {
      fail (error, "write beside", path);
    }
  else
    {
      is_replaced = replace (real_path, new_path, fd, text, size, error);
      close (fd);
      if (!is_replaced)
        g_unlink (new_path);
    }
  free (real_path);
  return is_replaced;
}
