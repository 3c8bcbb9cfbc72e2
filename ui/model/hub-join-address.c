/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ui/model/hub-join-address.h"

#include <gio/gio.h>
#include <glib/gi18n-lib.h>

/* Where most brokers listen for WebSocket that want to know it; the others do not mind. */
#define DEFAULT_PATH "/mqtt"

/* Of names of interfaces. */
#define ZONE_CHARACTERS G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "._-"

static const struct
{
  const char *prefix;
  HubJoinScheme scheme;
  guint16 port;
  gboolean is_page; /* what browsers are given: the host of a page speaks WebSocket, too */
} schemes[] = {
  { "mqtt://", HUB_JOIN_SCHEME_MQTT, HUB_JOIN_ADDRESS_PORT, FALSE },
  { "mqtts://", HUB_JOIN_SCHEME_MQTTS, 8883, FALSE },
  { "ws://", HUB_JOIN_SCHEME_WS, 80, FALSE },
  { "wss://", HUB_JOIN_SCHEME_WSS, 443, FALSE },
  { "http://", HUB_JOIN_SCHEME_WS, 80, TRUE },
  { "https://", HUB_JOIN_SCHEME_WSS, 443, TRUE },
};

G_DEFINE_QUARK (hub_join_address_error, hub_join_address_error)

G_DEFINE_BOXED_TYPE (HubJoinAddress, hub_join_address, hub_join_address_ref, hub_join_address_unref)

static gboolean
fail (GError **error,
      HubJoinAddressError code,
      const char *message)
{
  g_set_error_literal (error, HUB_JOIN_ADDRESS_ERROR, code, message);
  return FALSE;
}

/* Takes the scheme away, where there is one. */
static gboolean
take_scheme (char **rest,
             HubJoinAddress *address,
             gboolean *is_page,
             GError **error)
{
  address->port = HUB_JOIN_ADDRESS_PORT;
  if (strstr (*rest, "://") == NULL)
    return TRUE;
  for (gsize i = 0; i < G_N_ELEMENTS (schemes); i++)
    {
      const gsize length = strlen (schemes[i].prefix);

      if (g_ascii_strncasecmp (*rest, schemes[i].prefix, length) != 0)
        continue;
      address->scheme = schemes[i].scheme;
      address->port = schemes[i].port;
      *is_page = schemes[i].is_page;
      *rest += length;
      return TRUE;
    }
  return fail (error, HUB_JOIN_ADDRESS_ERROR_SCHEME,
               _ ("Only addresses with mqtt, mqtts, ws, wss, http or https before :// can be joined."));
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

  if (zone != NULL && (zone[1] == '\0' || strspn (zone + 1, ZONE_CHARACTERS) != strlen (zone + 1)))
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
      if (strchr (*host, ':') == NULL)
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

static char *
decode (const char *text)
{
  g_autofree char *decoded = g_uri_unescape_string (text, NULL);

  return decoded != NULL && g_utf8_validate (decoded, -1, NULL) ? g_steal_pointer (&decoded) : NULL;
}

/* Whoever gives a password alone means that of the room. */
static void
set_credentials (HubJoinAddress *address,
                 const char *user_name,
                 const char *password)
{
  if (password != NULL && *password == '\0')
    password = NULL;
  if (user_name != NULL && *user_name == '\0')
    user_name = NULL;
  address->user_name = g_strdup (user_name == NULL && password != NULL ? HUB_JOIN_ADDRESS_ROOM_USER : user_name);
  address->password = g_strdup (password);
}

/* Takes "user:password@" away, where it stands. */
static gboolean
take_credentials (char **rest,
                  HubJoinAddress *address,
                  GError **error)
{
  char *end = strrchr (*rest, '@');
  char *colon;
  g_autofree char *user_name = NULL;
  g_autofree char *password = NULL;

  if (end == NULL)
    return TRUE;
  *end = '\0';
  colon = strchr (*rest, ':');
  if (colon != NULL)
    *colon = '\0';
  user_name = decode (*rest);
  password = decode (colon != NULL ? colon + 1 : "");
  if (user_name == NULL || password == NULL)
    return fail (error, HUB_JOIN_ADDRESS_ERROR_CREDENTIALS,
                 _ ("The user name or the password in this address cannot be read. Type them below."));
  set_credentials (address, user_name, password);
  *rest = end + 1;
  return TRUE;
}

/* An invitation may bring the password of the chat along, and say in which room it was. */
static void
take_fragment (const char *fragment,
               HubJoinAddress *address)
{
  g_autoptr (GHashTable) params = g_uri_parse_params (fragment, -1, "&", G_URI_PARAMS_WWW_FORM, NULL);
  const char *key = params != NULL ? g_hash_table_lookup (params, "key") : NULL;
  const char *room = params != NULL ? g_hash_table_lookup (params, "room") : NULL;

  if (key != NULL && address->user_name == NULL)
    set_credentials (address, NULL, key);
  if (room != NULL && *room != '\0')
    address->room = g_strdup (room);
}

/* What stands in a request has to be in ASCII, and without spaces. */
static char *
escape_path (const char *path)
{
  GString *escaped = g_string_new (*path == '/' ? NULL : "/");

  for (; *path != '\0'; path++)
    if (*path > ' ' && *path < 0x7f)
      g_string_append_c (escaped, *path);
    else
      g_string_append_printf (escaped, "%%%02X", (guint8) *path);
  return g_string_free (escaped, FALSE);
}

static gboolean
take_path (const char *path,
           HubJoinAddress *address,
           gboolean is_page,
           GError **error)
{
  if (!hub_join_address_is_websocket (address))
    return *path == '\0' || g_str_equal (path, "/") ||
           fail (error, HUB_JOIN_ADDRESS_ERROR_PATH, _ ("Nothing may follow the name and the port in an MQTT address."));
  if (*path == '\0' && !is_page)
    path = DEFAULT_PATH;
  address->path = escape_path (path);
  return TRUE;
}

/* In a URL the percent sign before the name of an interface is escaped; RFC 6874. */
static void
unescape_zone (char *host)
{
  char *zone = strstr (host, "%25");

  if (zone != NULL)
    memmove (zone + 1, zone + 3, strlen (zone + 3) + 1);
}

static void
append_host (GString *text,
             const char *host,
             gboolean is_url)
{
  g_auto (GStrv) parts = g_strsplit (host, "%", 2);
  g_autofree char *whole = g_strjoinv (is_url ? "%25" : "%", parts);

  g_string_append_printf (text, strchr (host, ':') != NULL ? "[%s]" : "%s", whole);
}

/* Reads what stands behind the scheme. */
static gboolean
parse_rest (char *rest,
            HubJoinAddress *address,
            gboolean is_url,
            gboolean is_page,
            GError **error)
{
  g_autofree char *path = g_strdup (rest + strcspn (rest, "/?#"));
  g_autofree char *port = NULL;
  char *fragment = strchr (path, '#');

  rest[strcspn (rest, "/?#")] = '\0';
  if (fragment != NULL)
    *fragment++ = '\0';
  if (!take_credentials (&rest, address, error))
    return FALSE;
  if (fragment != NULL && is_page)
    take_fragment (fragment, address);
  if (!split (rest, &address->host, &port, error))
    return FALSE;
  if (is_url)
    unescape_zone (address->host);
  if (!check_host (address->host, error))
    return FALSE;
  if (port != NULL && !parse_port (port, &address->port, error))
    return FALSE;
  return take_path (path, address, is_page, error);
}

static void
clear (gpointer data)
{
  HubJoinAddress *self = data;

  g_free (self->host);
  g_free (self->path);
  g_free (self->user_name);
  g_free (self->password);
  g_free (self->room);
}

static HubJoinAddress *
copy (const HubJoinAddress *other)
{
  HubJoinAddress *self = g_atomic_rc_box_new0 (HubJoinAddress);

  self->scheme = other->scheme;
  self->host = g_strdup (other->host);
  self->port = other->port;
  self->path = g_strdup (other->path);
  self->user_name = g_strdup (other->user_name);
  self->password = g_strdup (other->password);
  self->room = g_strdup (other->room);
  return self;
}

/* Without what need not be said: the port where it is the one of the scheme, and the scheme of plain MQTT. */
static char *
print (const HubJoinAddress *self,
       gboolean has_credentials)
{
  g_autoptr (GString) text = g_string_new (NULL);

  if (self->scheme != HUB_JOIN_SCHEME_MQTT || has_credentials)
    g_string_append (text, schemes[self->scheme].prefix);
  if (has_credentials && self->user_name != NULL)
    {
      g_string_append_uri_escaped (text, self->user_name, NULL, FALSE);
      if (self->password != NULL)
        g_string_append_c (text, ':');
      if (self->password != NULL)
        g_string_append_uri_escaped (text, self->password, NULL, FALSE);
      g_string_append_c (text, '@');
    }
  append_host (text, self->host, text->len > 0);
  if (self->port != schemes[self->scheme].port)
    g_string_append_printf (text, ":%u", self->port);
  if (self->path != NULL)
    g_string_append (text, self->path);
  return g_string_free (g_steal_pointer (&text), FALSE);
}

/**
 * hub_join_address_parse:
 * @text: what somebody typed or pasted
 * @error: return location
 *
 * Reads an address to join: `host`, `host:port`, `192.168.1.20`, `[fd00::1]:1883`, `fd00::1`, `fe80::1%eth0` or one
 * of these after `mqtt://`, `mqtts://`, `ws://` or `wss://`. `user:password@` may stand before the host, escaped as in
 * every URL, and a path behind it where it is WebSocket: `/mqtt` when there is none. The address that browsers are given
 * is one of WebSocket, and the password and the room in its fragment count. Space around it is left out.
 *
 * Unlike elsewhere the errors are sentences, translated: they are shown as they are under the entry.
 *
 * Returns: (transfer full): the address, or %NULL with @error set: any of #HubJoinAddressError
 */
HubJoinAddress *
hub_join_address_parse (const char *text,
                        GError **error)
{
  g_autoptr (HubJoinAddress) address = NULL;
  g_autofree char *stripped = NULL;
  gboolean is_page = FALSE;
  char *rest;

  g_return_val_if_fail (text != NULL, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  stripped = g_strstrip (g_strndup (text, HUB_JOIN_ADDRESS_BYTES_MAX + 1));
  rest = stripped;
  if (*stripped == '\0')
    {
      fail (error, HUB_JOIN_ADDRESS_ERROR_EMPTY, _ ("Type the address of the computer that hosts the chat."));
      return NULL;
    }
  if (strlen (stripped) > HUB_JOIN_ADDRESS_BYTES_MAX || !g_utf8_validate (stripped, -1, NULL))
    {
      fail (error, HUB_JOIN_ADDRESS_ERROR_HOST, _ ("This is too long for an address."));
      return NULL;
    }

  address = g_atomic_rc_box_new0 (HubJoinAddress);
  if (!take_scheme (&rest, address, &is_page, error) || !parse_rest (rest, address, rest > stripped, is_page, error))
    return NULL;
  return g_steal_pointer (&address);
}

/**
 * hub_join_address_ref:
 * @self: an address
 *
 * Returns: (transfer full): @self
 */
HubJoinAddress *
hub_join_address_ref (HubJoinAddress *self)
{
  return g_atomic_rc_box_acquire (self);
}

/**
 * hub_join_address_unref:
 * @self: (transfer full): an address
 *
 * Gives it back.
 */
void
hub_join_address_unref (HubJoinAddress *self)
{
  g_atomic_rc_box_release_full (self, clear);
}

/**
 * hub_join_address_with_credentials:
 * @self: an address
 * @user_name: (nullable): another user name; %NULL or empty for none
 * @password: (nullable): another password; %NULL or empty for none
 *
 * Returns: (transfer full): the same place for somebody else; a password alone is that of a room
 */
HubJoinAddress *
hub_join_address_with_credentials (const HubJoinAddress *self,
                                   const char *user_name,
                                   const char *password)
{
  HubJoinAddress *other = copy (self);

  g_clear_pointer (&other->user_name, g_free);
  g_clear_pointer (&other->password, g_free);
  set_credentials (other, user_name, password);
  return other;
}

/**
 * hub_join_address_at:
 * @self: an address
 * @host: another host
 * @port: its port
 *
 * Returns: (transfer full): the same, spoken to somewhere else
 */
HubJoinAddress *
hub_join_address_at (const HubJoinAddress *self,
                     const char *host,
                     guint16 port)
{
  HubJoinAddress *other = copy (self);

  g_free (other->host);
  other->host = g_strdup (host);
  other->port = port;
  return other;
}

/**
 * hub_join_address_is_websocket:
 * @self: an address
 *
 * Returns: whether MQTT goes over WebSocket there
 */
gboolean
hub_join_address_is_websocket (const HubJoinAddress *self)
{
  return self->scheme == HUB_JOIN_SCHEME_WS || self->scheme == HUB_JOIN_SCHEME_WSS;
}

/**
 * hub_join_address_is_tls:
 * @self: an address
 *
 * Returns: whether nobody on the way can read along
 */
gboolean
hub_join_address_is_tls (const HubJoinAddress *self)
{
  return self->scheme == HUB_JOIN_SCHEME_MQTTS || self->scheme == HUB_JOIN_SCHEME_WSS;
}

/**
 * hub_join_address_to_string:
 * @self: an address
 *
 * Returns: (transfer full): how it is shown and remembered: as short as can be, and without user name and password
 */
char *
hub_join_address_to_string (const HubJoinAddress *self)
{
  return print (self, FALSE);
}

/**
 * hub_join_address_to_url:
 * @self: an address
 *
 * Returns: (transfer full): all of it, with the password: for hub_join_address_parse(), and nobody's eyes
 */
char *
hub_join_address_to_url (const HubJoinAddress *self)
{
  return print (self, TRUE);
}

/**
 * hub_join_address_to_key:
 * @self: an address
 *
 * Returns: (transfer full): what tells the chat there from others in files: always the same text for the same place
 */
char *
hub_join_address_to_key (const HubJoinAddress *self)
{
  return self->scheme == HUB_JOIN_SCHEME_MQTT ? g_strdup_printf ("%s:%u", self->host, self->port) : print (self, FALSE);
}
