/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ui/model/hub-join-address.h"

#include <gio/gio.h>
#include <glib/gi18n-lib.h>

/* Longer than any host name with its port; what is longer was pasted by mistake. */
#define MAX_BYTES 512

G_DEFINE_QUARK (hub_join_address_error, hub_join_address_error)

static gboolean
fail (GError **error,
      HubJoinAddressError code,
      const char *message)
{
  g_set_error_literal (error, HUB_JOIN_ADDRESS_ERROR, code, message);
  return FALSE;
}

/* Takes the scheme away, where there is one that fits. */
static const char *
skip_scheme (const char *text,
             GError **error)
{
  const char *rest = strstr (text, "://");

  if (rest == NULL)
    return text;
  if (rest - text == 4 && g_ascii_strncasecmp (text, "mqtt", 4) == 0)
    return rest + 3;

  if (g_ascii_strncasecmp (text, "http://", 7) == 0 || g_ascii_strncasecmp (text, "https://", 8) == 0)
    fail (error, HUB_JOIN_ADDRESS_ERROR_SCHEME,
          _ ("This is the address for browsers. Here type only the name or the number between // and the colon."));
  else
    fail (error, HUB_JOIN_ADDRESS_ERROR_SCHEME, _ ("Addresses of this kind cannot be joined. Leave out what stands before ://."));
  return NULL;
}

static gboolean
parse_port (const char *text,
            guint16 *port,
            GError **error)
{
  guint64 number;

  if (!g_ascii_string_to_unsigned (text, 10, 1, G_MAXUINT16, &number, NULL))
    return fail (error, HUB_JOIN_ADDRESS_ERROR_PORT, _ ("The port is a number from 1 to 65535."));

  *port = (guint16) number;
  return TRUE;
}

static gboolean
is_ipv6 (const char *host)
{
  g_autoptr (GInetAddress) address = NULL;
  const char *zone = strchr (host, '%');
  g_autofree char *bare = zone != NULL ? g_strndup (host, zone - host) : g_strdup (host);

  if (zone != NULL && zone[1] == '\0')
    return FALSE;
  address = g_inet_address_new_from_string (bare);
  return address != NULL && g_inet_address_get_family (address) == G_SOCKET_FAMILY_IPV6;
}

/* Digits and dots only: meant as an IPv4 address, so it has to be a whole one. */
static gboolean
looks_like_ipv4 (const char *host)
{
  return strspn (host, "0123456789.") == strlen (host);
}

static gboolean
is_host_name (const char *host)
{
  g_autofree char *ascii = g_hostname_to_ascii (host);
  g_auto (GStrv) labels = NULL;
  gsize n_labels;

  if (ascii == NULL || strlen (ascii) > 253)
    return FALSE;

  labels = g_strsplit (ascii, ".", -1);
  n_labels = g_strv_length (labels);
  for (gsize i = 0; i < n_labels; i++)
    {
      const gsize length = strlen (labels[i]);

      /* One full stop may stand at the end. */
      if (length == 0 && i > 0 && i == n_labels - 1)
        continue;
      if (length == 0 || length > 63 || labels[i][0] == '-' || labels[i][length - 1] == '-')
        return FALSE;
      for (const char *p = labels[i]; *p != '\0'; p++)
        if (!g_ascii_isalnum (*p) && *p != '-' && *p != '_')
          return FALSE;
    }
  return n_labels > 0;
}

static gboolean
check_host (const char *host,
            GError **error)
{
  if (*host == '\0')
    return fail (error, HUB_JOIN_ADDRESS_ERROR_HOST, _ ("The name or the IP address is missing."));
  if (strchr (host, ':') != NULL || strchr (host, '%') != NULL)
    return is_ipv6 (host) || fail (error, HUB_JOIN_ADDRESS_ERROR_HOST, _ ("This is not a complete IPv6 address."));
  if (looks_like_ipv4 (host))
    return (g_hostname_is_ip_address (host)) ||
           fail (error, HUB_JOIN_ADDRESS_ERROR_HOST, _ ("This is not a complete IP address."));
  if (!is_host_name (host))
    return fail (error, HUB_JOIN_ADDRESS_ERROR_HOST, _ ("A computer’s name has only letters, digits, hyphens and dots."));
  return TRUE;
}

/* Splits "[v6]:port", "host:port", "host" and a bare v6 address. */
static gboolean
split (const char *text,
       char **host,
       char **port,
       GError **error)
{
  const char *colon = strrchr (text, ':');

  if (*text == '[')
    {
      const char *bracket = strchr (text, ']');

      if (bracket == NULL || (bracket[1] != '\0' && bracket[1] != ':'))
        return fail (error, HUB_JOIN_ADDRESS_ERROR_HOST, _ ("An IPv6 address in brackets looks like [fd00::1]:1883."));
      *host = g_strndup (text + 1, bracket - text - 1);
      *port = bracket[1] == ':' ? g_strdup (bracket + 2) : NULL;
      if (!is_ipv6 (*host))
        return fail (error, HUB_JOIN_ADDRESS_ERROR_HOST, _ ("This is not a complete IPv6 address."));
      return TRUE;
    }

  if (colon != NULL && strchr (text, ':') == colon)
    {
      *host = g_strndup (text, colon - text);
      *port = g_strdup (colon + 1);
    }
  else
    {
      *host = g_strdup (text);
      *port = NULL;
    }
  return TRUE;
}

/**
 * hub_join_address_parse:
 * @text: what somebody typed or pasted
 * @host: (out) (optional) (transfer full): the name or IP address, without brackets
 * @port: (out) (optional): the port; %HUB_JOIN_ADDRESS_PORT when none was given
 * @error: return location
 *
 * Reads an address to join: `host`, `host:port`, `192.168.1.20`, `[fd00::1]:1883`, `fd00::1`, `fe80::1%eth0` or one
 * of these after `mqtt://`. Space around it and a slash at its end are left out.
 *
 * Unlike elsewhere the errors are sentences, translated: they are shown as they are under the entry.
 *
 * Returns: %TRUE, or %FALSE with @error set: any of #HubJoinAddressError
 */
gboolean
hub_join_address_parse (const char *text,
                        char **host,
                        guint16 *port,
                        GError **error)
{
  g_autofree char *stripped = NULL;
  g_autofree char *found_host = NULL;
  g_autofree char *found_port = NULL;
  guint16 number = HUB_JOIN_ADDRESS_PORT;
  const char *rest;

  g_return_val_if_fail (text != NULL, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  stripped = g_strstrip (g_strndup (text, MAX_BYTES + 1));
  if (*stripped == '\0')
    return fail (error, HUB_JOIN_ADDRESS_ERROR_EMPTY, _ ("Type the address of the computer that hosts the chat."));
  if (strlen (stripped) > MAX_BYTES || !g_utf8_validate (stripped, -1, NULL))
    return fail (error, HUB_JOIN_ADDRESS_ERROR_HOST, _ ("This is too long for an address."));

  rest = skip_scheme (stripped, error);
  if (rest == NULL)
    return FALSE;
  if (g_str_has_suffix (rest, "/"))
    stripped[strlen (stripped) - 1] = '\0';

  if (!split (rest, &found_host, &found_port, error) || !check_host (found_host, error))
    return FALSE;
  if (found_port != NULL && !parse_port (found_port, &number, error))
    return FALSE;

  if (host != NULL)
    *host = g_steal_pointer (&found_host);
  if (port != NULL)
    *port = number;
  return TRUE;
}
