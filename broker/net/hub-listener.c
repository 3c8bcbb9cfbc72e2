/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/net/hub-listener.h"

#include "broker/net/hub-stream.h"
#include "broker/net/hub-unix-socket.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#define BACKLOG 1024
#define ACCEPTS_PER_WAKE_UP 10
#define PAUSE_US (100 * G_TIME_SPAN_MILLISECOND)
#define SOCKETS_MAX 8
#define FREE_PORT_TRIES 16

typedef struct
{
  HubWatch watch; /* owns its descriptor */
  HubListener *listener;
  int family;
} ListenSocket;

struct _HubListener
{
  HubReactor *reactor; /* (unowned) */
  ListenSocket sockets[SOCKETS_MAX];
  guint n_sockets;
  guint16 port; /* 0 for a Unix socket */
  HubUnixSocket unix_socket;
  HubDeadline pause;
  gboolean is_failing;
  const HubListenerFuncs *funcs;
  gpointer user_data; /* (unowned) */
};

static gboolean
fail_errno (GError **error, int number, guint16 port)
{
  g_set_error (error, G_IO_ERROR, g_io_error_from_errno (number), "cannot listen on port %u: %s", port, g_strerror (number));
  return FALSE;
}

static void
set_port (struct sockaddr *address, guint16 port)
{
  if (address->sa_family == AF_INET)
    ((struct sockaddr_in *) (gpointer) address)->sin_port = g_htons (port);
  else
    ((struct sockaddr_in6 *) (gpointer) address)->sin6_port = g_htons (port);
}

static guint16
bound_port (int fd)
{
  struct sockaddr_storage storage;
  socklen_t size = sizeof storage;
  HubIpAddress address;

  if (getsockname (fd, (struct sockaddr *) &storage, &size) < 0)
    return 0;
  hub_ip_address_init (&address, (const struct sockaddr *) &storage);
  return address.port;
}

/* Some systems have no IPv6, or none just now: then IPv4 has to do. */
static gboolean
is_missing_family (int number)
{
  return number == EAFNOSUPPORT || number == EADDRNOTAVAIL || number == EPROTONOSUPPORT;
}

static int
open_socket (const struct addrinfo *info)
{
  int on = 1;
  int fd = socket (info->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

  if (fd < 0)
    return -1;
  setsockopt (fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  /* Those that are accepted have it from this one. */
  setsockopt (fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  hub_stream_prepare_descriptor (fd);
  if (info->ai_family == AF_INET6)
    setsockopt (fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
  if (bind (fd, info->ai_addr, info->ai_addrlen) < 0 || listen (fd, BACKLOG) < 0)
    {
      int saved = errno;

      close (fd);
      errno = saved;
      return -1;
    }
  return fd;
}

static void
set_listening (HubListener *self, gboolean is_listening)
{
  for (guint i = 0; i < self->n_sockets; i++)
    hub_reactor_set_events (self->reactor, &self->sockets[i].watch, is_listening ? EPOLLIN : 0);
}

static void
resume_cb (HubDeadline *deadline, gint64 now_us, gpointer user_data)
{
  HubListener *self = (HubListener *) (gpointer) ((guint8 *) deadline - G_STRUCT_OFFSET (HubListener, pause));

  set_listening (self, TRUE);
}

/* Out of descriptors or memory: whoever waits in the backlog is served once there are some again. */
static void
pause_after (HubListener *self, int number)
{
  if (!self->is_failing)
    self->funcs->failed (self, number, self->user_data);
  self->is_failing = TRUE;
  set_listening (self, FALSE);
  hub_deadlines_arm (hub_reactor_get_deadlines (self->reactor),
                     &self->pause,
                     hub_reactor_get_now (self->reactor) + PAUSE_US);
}

/* Who is on the other end of a Unix socket the system tells, and no address. */
static void
init_address (HubIpAddress *address, int fd, const struct sockaddr_storage *storage)
{
  struct ucred credentials = { 0 };
  socklen_t size = sizeof credentials;

  if (storage->ss_family != AF_UNIX)
    hub_ip_address_init (address, (const struct sockaddr *) storage);
  else if (getsockopt (fd, SOL_SOCKET, SO_PEERCRED, &credentials, &size) == 0)
    hub_ip_address_init_unix (address, (guint32) credentials.pid);
  else
    hub_ip_address_init_unix (address, 0);
}

static void
accept_cb (HubWatch *watch, guint32 events)
{
  ListenSocket *socket_ = (ListenSocket *) (gpointer) ((guint8 *) watch - G_STRUCT_OFFSET (ListenSocket, watch));
  HubListener *self = socket_->listener;

  for (guint i = 0; i < ACCEPTS_PER_WAKE_UP; i++)
    {
      struct sockaddr_storage storage = { 0 };
      socklen_t size = sizeof storage;
      HubIpAddress address;
      int fd = accept4 (watch->fd, (struct sockaddr *) &storage, &size, SOCK_CLOEXEC | SOCK_NONBLOCK);

      if (fd < 0)
        {
          int number = errno;

          if (number == EAGAIN)
            return;
          if (number == EMFILE || number == ENFILE || number == ENOBUFS || number == ENOMEM)
            {
              pause_after (self, number);
              return;
            }
          /* Anything else concerns that one connection, which is gone already. */
          continue;
        }

      self->is_failing = FALSE;
      init_address (&address, fd, &storage);
      self->funcs->accepted (self, fd, &address, self->user_data);
    }
}

static void
close_sockets (HubListener *self)
{
  for (guint i = 0; i < self->n_sockets; i++)
    {
      hub_reactor_remove (self->reactor, &self->sockets[i].watch);
      close (self->sockets[i].watch.fd);
    }
  self->n_sockets = 0;
}

static gboolean
add_socket (HubListener *self, int fd, int family, GError **error)
{
  ListenSocket *place = &self->sockets[self->n_sockets];

  *place = (ListenSocket){ .watch = { .func = accept_cb, .fd = fd, .effort = 1 }, .listener = self, .family = family };
  if (!hub_reactor_add (self->reactor, &place->watch, error))
    {
      close (fd);
      return FALSE;
    }
  self->n_sockets++;
  if (self->port == 0 && family != AF_UNIX)
    self->port = bound_port (fd);
  return TRUE;
}

/* All addresses of one family on one port; with port 0 the first one chooses. */
static gboolean
open_family (HubListener *self, const struct addrinfo *infos, int family, GError **error)
{
  for (const struct addrinfo *info = infos; info != NULL && self->n_sockets < SOCKETS_MAX; info = info->ai_next)
    {
      int fd;

      if (info->ai_family != family)
        continue;
      set_port (info->ai_addr, self->port);
      fd = open_socket (info);
      if (fd < 0)
        {
          int saved = errno;

          if (infos->ai_next != NULL && is_missing_family (saved))
            continue;
          return fail_errno (error, saved, self->port);
        }
      if (!add_socket (self, fd, family, error))
        return FALSE;
    }
  return TRUE;
}

/* IPv4 first, so that the log and the choice of a port do not depend on the resolver. */
static gboolean
open_port (HubListener *self, const struct addrinfo *infos, guint16 port, GError **error)
{
  self->port = port;
  if (!open_family (self, infos, AF_INET, error) || !open_family (self, infos, AF_INET6, error))
    {
      close_sockets (self);
      return FALSE;
    }
  return self->n_sockets > 0 || fail_errno (error, EADDRNOTAVAIL, port);
}

static HubListener *
listener_new (HubReactor *reactor)
{
  HubListener *self = g_new0 (HubListener, 1);

  self->reactor = reactor;
  self->pause.func = resume_cb;
  return self;
}

/**
 * hub_listener_new:
 * @reactor: the reactor of the broker
 * @host: (nullable): an address or host name to bind to; %NULL: all addresses of this computer
 * @family: `AF_INET`, `AF_INET6`, or `AF_UNSPEC` for both
 * @port: the port; 0: any that is free
 * @n_ports: how many ports may be tried, beginning with @port: a port counts as taken when any of the addresses is taken
 *   on it
 * @error: return location
 *
 * Binds and listens: from here on the system lets clients connect. Resolving a host name may block.
 *
 * Returns: (transfer full): a listener, or %NULL with @error set: %G_IO_ERROR_ADDRESS_IN_USE when every port was taken
 */
HubListener *
hub_listener_new (HubReactor *reactor, const char *host, int family, guint16 port, guint n_ports, GError **error)
{
  g_autoptr (HubListener) self = listener_new (reactor);
  struct addrinfo hints = { .ai_flags = AI_PASSIVE | AI_NUMERICSERV, .ai_family = family, .ai_socktype = SOCK_STREAM };
  struct addrinfo *infos = NULL;
  gboolean is_open = FALSE;
  int result;

  result = getaddrinfo (host, "0", &hints, &infos);
  if (result != 0)
    {
      g_set_error (error,
                   G_IO_ERROR,
                   G_IO_ERROR_HOST_NOT_FOUND,
                   "cannot listen on '%s': %s",
                   host != NULL ? host : "*",
                   gai_strerror (result));
      return NULL;
    }

  /* Port 0 is chosen for one family, and may be taken for the other: then another one is. */
  n_ports = port == 0 ? FREE_PORT_TRIES : MIN (MAX (n_ports, 1), G_MAXUINT16 - port + 1u);
  for (guint i = 0; i < n_ports && !is_open; i++)
    {
      g_autoptr (GError) local_error = NULL;

      is_open = open_port (self, infos, (guint16) (port == 0 ? 0 : port + i), &local_error);
      if (!is_open && (i + 1 == n_ports || !g_error_matches (local_error, G_IO_ERROR, G_IO_ERROR_ADDRESS_IN_USE)))
        {
          g_propagate_error (error, g_steal_pointer (&local_error));
          break;
        }
    }
  freeaddrinfo (infos);
  return is_open ? g_steal_pointer (&self) : NULL;
}

/**
 * hub_listener_new_unix:
 * @reactor: the reactor of the broker
 * @path: where the socket is to be
 * @error: return location
 *
 * As [ctor@Hub.Listener.new], on a Unix socket.
 *
 * Returns: (transfer full): a listener, or %NULL with @error set: see [func@Hub.UnixSocket.listen]
 */
HubListener *
hub_listener_new_unix (HubReactor *reactor, const char *path, GError **error)
{
  g_autoptr (HubListener) self = listener_new (reactor);
  int fd = hub_unix_socket_listen (&self->unix_socket, path, BACKLOG, error);

  if (fd < 0 || !add_socket (self, fd, AF_UNIX, error))
    return NULL;
  return g_steal_pointer (&self);
}

/**
 * hub_listener_free:
 * @self: (transfer full): a listener
 *
 * Stops to listen, and removes a Unix socket. What was accepted stays connected.
 */
void
hub_listener_free (HubListener *self)
{
  hub_deadlines_disarm (hub_reactor_get_deadlines (self->reactor), &self->pause);
  close_sockets (self);
  hub_unix_socket_remove (&self->unix_socket);
  g_free (self);
}

/**
 * hub_listener_start:
 * @self: a listener
 * @funcs: what to call; must outlive @self
 * @user_data: for @funcs
 *
 * Begins to accept: at most ten connections a wake-up, so that those who are connected already do not wait for a crowd.
 */
void
hub_listener_start (HubListener *self, const HubListenerFuncs *funcs, gpointer user_data)
{
  self->funcs = funcs;
  self->user_data = user_data;
  set_listening (self, TRUE);
}

/**
 * hub_listener_get_port:
 * @self: a listener
 *
 * Returns: the port that it listens on; 0 for a Unix socket
 */
guint16
hub_listener_get_port (const HubListener *self)
{
  return self->port;
}

/**
 * hub_listener_has_family:
 * @self: a listener
 * @family: `AF_INET` or `AF_INET6`
 *
 * Returns: whether it listens on an address of that family
 */
gboolean
hub_listener_has_family (const HubListener *self, int family)
{
  for (guint i = 0; i < self->n_sockets; i++)
    if (self->sockets[i].family == family)
      return TRUE;
  return FALSE;
}
