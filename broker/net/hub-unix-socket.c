/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/net/hub-unix-socket.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static gboolean
fail_errno (GError **error, int number, const char *path)
{
  g_set_error (error, G_IO_ERROR, g_io_error_from_errno (number), "cannot listen on '%s': %s", path, g_strerror (number));
  return FALSE;
}

static gboolean
make_address (struct sockaddr_un *address, const char *path, GError **error)
{
  gsize size = strlen (path);

  *address = (struct sockaddr_un){ .sun_family = AF_UNIX };
  if (size == 0)
    return fail_errno (error, ENOENT, path);
  if (size >= sizeof address->sun_path)
    {
      g_set_error (error,
                   G_IO_ERROR,
                   G_IO_ERROR_FILENAME_TOO_LONG,
                   "cannot listen on '%s': a path of %" G_GSIZE_FORMAT " bytes, at most %" G_GSIZE_FORMAT " are possible",
                   path,
                   size,
                   sizeof address->sun_path - 1);
      return FALSE;
    }
  memcpy (address->sun_path, path, size);
  return TRUE;
}

static int
open_socket (const char *path, GError **error)
{
  int fd = socket (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

  if (fd < 0)
    fail_errno (error, errno, path);
  return fd;
}

/* Nobody listens on a socket any more whose connections are refused. One that is too busy just now is alive. */
static gboolean
is_stale (const struct sockaddr_un *address, GError **error)
{
  int fd = open_socket (address->sun_path, error);
  int number = 0;

  if (fd < 0)
    return FALSE;
  if (connect (fd, (const struct sockaddr *) address, sizeof *address) < 0)
    number = errno;
  close (fd);
  if (number == ECONNREFUSED || number == ENOENT)
    return TRUE;
  return fail_errno (error, number == EACCES ? EACCES : EADDRINUSE, address->sun_path);
}

/* What a process left behind that is dead is taken away. Nothing else is: no file, and no socket that somebody uses. */
static gboolean
make_room (const struct sockaddr_un *address, GError **error)
{
  struct stat file;

  if (lstat (address->sun_path, &file) < 0)
    return errno == ENOENT || fail_errno (error, errno, address->sun_path);
  if (!S_ISSOCK (file.st_mode))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_EXISTS, "cannot listen on '%s': it is there, and is no socket", address->sun_path);
      return FALSE;
    }
  if (!is_stale (address, error))
    return FALSE;
  return unlink (address->sun_path) == 0 || errno == ENOENT || fail_errno (error, errno, address->sun_path);
}

/**
 * hub_unix_socket_listen:
 * @self: (out caller-allocates): none
 * @path: where the socket is to be; its permissions are those that the umask leaves
 * @backlog: how many connections may wait to be accepted
 * @error: return location
 *
 * Binds and listens. The socket of a process that is dead is replaced.
 *
 * Returns: (transfer full): a non-blocking descriptor, or -1 with @error set: %G_IO_ERROR_ADDRESS_IN_USE when somebody
 *   listens there, %G_IO_ERROR_EXISTS when it is no socket, %G_IO_ERROR_FILENAME_TOO_LONG
 */
int
hub_unix_socket_listen (HubUnixSocket *self, const char *path, int backlog, GError **error)
{
  struct sockaddr_un address;
  struct stat file;
  gboolean is_bound;
  int fd;

  *self = (HubUnixSocket){ 0 };
  if (!make_address (&address, path, error) || !make_room (&address, error) || (fd = open_socket (path, error)) < 0)
    return -1;
  is_bound = bind (fd, (const struct sockaddr *) &address, sizeof address) == 0;
  if (!is_bound || listen (fd, backlog) < 0 || lstat (path, &file) < 0)
    {
      fail_errno (error, errno, path);
      if (is_bound)
        unlink (path);
      close (fd);
      return -1;
    }
  self->path = g_canonicalize_filename (path, NULL);
  self->device = file.st_dev;
  self->inode = file.st_ino;
  return fd;
}

/**
 * hub_unix_socket_remove:
 * @self: (inout): a socket, or none; none afterwards
 *
 * Removes the file, unless another one has taken its place meanwhile. The descriptor is somebody else's.
 */
void
hub_unix_socket_remove (HubUnixSocket *self)
{
  struct stat file;

  if (self->path != NULL && lstat (self->path, &file) == 0 && file.st_dev == self->device && file.st_ino == self->inode)
    unlink (self->path);
  g_free (self->path);
  *self = (HubUnixSocket){ 0 };
}
