/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/net/hub-host-policy.h"

#include "broker/net/hub-ip-address.h"

#include <string.h>

/* Suffixes that routers and resolvers of local networks give; RFC 6762 and 8375 for the first and the last. */
static const char *const lan_suffixes[] = { ".local", ".lan", ".home", ".internal", ".home.arpa" };

static gboolean
is_port (const char *text)
{
  gsize size = strlen (text);

  return size >= 1 && size <= 5 && strspn (text, "0123456789") == size && g_ascii_strtoull (text, NULL, 10) <= G_MAXUINT16;
}

static gboolean
is_ip (const char *text)
{
  HubIpAddress address;

  return hub_ip_address_parse (&address, text);
}

/* Takes "Host:port" apart: lower case, without brackets and without the dot at the end; NULL when it is no host. */
static char *
split_host (const char *host, const char **port)
{
  const char *colon;
  char *name;
  gsize size;

  *port = NULL;
  if (host[0] == '[')
    {
      const char *end = strchr (host, ']');

      if (end == NULL || (end[1] != '\0' && end[1] != ':'))
        return NULL;
      name = g_ascii_strdown (host + 1, end - host - 1);
      colon = end[1] == ':' ? end + 1 : NULL;
      if (strchr (name, ':') == NULL || !is_ip (name))
        {
          g_free (name);
          return NULL;
        }
    }
  else
    {
      colon = strchr (host, ':');
      name = g_ascii_strdown (host, colon != NULL ? colon - host : -1);
      size = strlen (name);
      if (size > 0 && name[size - 1] == '.')
        name[size - 1] = '\0';
      if (name[0] == '\0' || name[strspn (name, "abcdefghijklmnopqrstuvwxyz0123456789-._")] != '\0')
        {
          g_free (name);
          return NULL;
        }
    }

  if (colon != NULL && colon[1] != '\0')
    {
      if (!is_port (colon + 1))
        {
          g_free (name);
          return NULL;
        }
      *port = colon + 1;
    }
  return name;
}

static gboolean
is_own_name (const char *name, const char *own_name)
{
  gsize size = own_name != NULL ? strlen (own_name) : 0;

  if (size == 0 || g_ascii_strncasecmp (name, own_name, size) != 0)
    return FALSE;
  if (name[size] == '\0')
    return TRUE;
  for (gsize i = 0; i < G_N_ELEMENTS (lan_suffixes); i++)
    if (g_str_equal (name + size, lan_suffixes[i]))
      return TRUE;
  return FALSE;
}

static gboolean
is_listed (const char *text, const char *const *list)
{
  for (; list != NULL && *list != NULL; list++)
    if (g_ascii_strcasecmp (text, *list) == 0)
      return TRUE;
  return FALSE;
}

static const char *
default_port (const char *scheme)
{
  return g_str_equal (scheme, "https") ? "443" : "80";
}

/* "http://Host:80/" and "http://host" are one origin. */
static char *
normal_origin (const char *scheme, const char *host)
{
  const char *port;
  g_autofree char *name = split_host (host, &port);

  if (name == NULL)
    return NULL;
  if (port == NULL)
    port = default_port (scheme);
  return g_strdup_printf ("%s://%s:%u", scheme, name, (guint) g_ascii_strtoull (port, NULL, 10));
}

static gboolean
is_loopback_name (const char *host)
{
  const char *port;
  g_autofree char *name = split_host (host, &port);
  HubIpAddress address;

  if (name == NULL)
    return FALSE;
  if (g_str_equal (name, "localhost"))
    return TRUE;
  return hub_ip_address_parse (&address, name) && hub_ip_address_is_loopback (&address);
}

/**
 * hub_host_check:
 * @host: (nullable): the Host header
 * @own_name: (nullable): the name of this computer, without a domain
 * @more_names: (nullable) (array zero-terminated=1): names that are ours as well
 *
 * Accepts IP literals, `localhost`, the name of this computer alone or with a suffix of local networks, any name below
 * `.local`, and @more_names; in any case, with a dot at the end or not, with any port.
 *
 * Returns: what @host is worth
 */
HubHostVerdict
hub_host_check (const char *host, const char *own_name, const char *const *more_names)
{
  const char *port;
  g_autofree char *name = host != NULL ? split_host (host, &port) : NULL;

  if (name == NULL)
    return HUB_HOST_MISSING;
  if (is_ip (name) || g_str_equal (name, "localhost") || g_str_has_suffix (name, ".local") ||
      is_own_name (name, own_name) || is_listed (name, more_names))
    return HUB_HOST_ACCEPTED;
  return HUB_HOST_FOREIGN;
}

/**
 * hub_origin_is_allowed:
 * @origin: (nullable): the Origin header of an upgrade; %NULL: the client is no browser
 * @scheme: `http` or `https`: how the request came
 * @host: its Host header, which was accepted
 * @peer_is_loopback: whether the client is on this computer
 * @more_origins: (nullable) (array zero-terminated=1): further origins to be accepted
 *
 * Accepts the origin of our own page and those that were configured. From this computer it also accepts a page of any
 * local web server, and one that was opened as a file.
 *
 * Returns: whether the page may open a WebSocket
 */
gboolean
hub_origin_is_allowed (const char *origin,
                       const char *scheme,
                       const char *host,
                       gboolean peer_is_loopback,
                       const char *const *more_origins)
{
  g_autofree char *expected = NULL;
  g_autofree char *actual = NULL;
  g_autofree char *origin_scheme = NULL;
  const char *rest;

  if (origin == NULL || is_listed (origin, more_origins))
    return TRUE;
  if (g_str_equal (origin, "null"))
    return peer_is_loopback;

  rest = strstr (origin, "://");
  if (rest == NULL)
    return FALSE;
  origin_scheme = g_ascii_strdown (origin, rest - origin);
  if (!g_str_equal (origin_scheme, "http") && !g_str_equal (origin_scheme, "https"))
    return FALSE;

  expected = normal_origin (scheme, host);
  actual = normal_origin (origin_scheme, rest + strlen ("://"));
  if (g_strcmp0 (expected, actual) == 0 && actual != NULL)
    return TRUE;
  return peer_is_loopback && is_loopback_name (rest + strlen ("://"));
}
