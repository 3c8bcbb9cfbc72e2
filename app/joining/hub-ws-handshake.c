/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "app/joining/hub-ws-handshake.h"

#include "app/joining/hub-dial-error.h"
#include "app/joining/hub-secret-bytes.h"

#include <libsoup/soup.h>

#include <string.h>

/* RFC 6455, section 1.3. */
#define ACCEPT_SALT "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"

#define PROTOCOL "mqtt"

/* RFC 6585, section 4: newer than the ones that libsoup names. */
#define TOO_MANY_REQUESTS 429

static char *
accept_for (const char *key)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA1);
  guint8 digest[20];
  gsize size = sizeof digest;

  g_checksum_update (checksum, (const guchar *) key, -1);
  g_checksum_update (checksum, (const guchar *) ACCEPT_SALT, -1);
  g_checksum_get_digest (checksum, digest, &size);
  return g_base64_encode (digest, size);
}

/* As servers compare it: in ASCII, without the name of an interface, and the port where it is not the usual one. */
static char *
host_of (const HubJoinAddress *address)
{
  const guint16 usual = address->scheme == HUB_JOIN_SCHEME_WSS ? 443 : 80;
  g_autofree char *bare = g_strndup (address->host, strcspn (address->host, "%"));
  g_autofree char *ascii = g_hostname_to_ascii (bare);
  g_autofree char *port = g_strdup_printf (":%u", address->port);
  const char *host = ascii != NULL ? ascii : bare;

  return g_strdup_printf (strchr (host, ':') != NULL ? "[%s]%s" : "%s%s", host, address->port != usual ? port : "");
}

static gboolean
fail (GError **error, HubDialError code, const char *message)
{
  g_set_error_literal (error, HUB_DIAL_ERROR, (int) code, message);
  return FALSE;
}

static gboolean
check_status (guint status, GError **error)
{
  /* A proxy whose broker is being restarted, for example. */
  if (status == TOO_MANY_REQUESTS || SOUP_STATUS_IS_SERVER_ERROR (status))
    {
      g_set_error (error, HUB_DIAL_ERROR, HUB_DIAL_ERROR_NOT_NOW, "the web server answers with status %u", status);
      return FALSE;
    }
  switch (status)
    {
    case SOUP_STATUS_SWITCHING_PROTOCOLS:
      return TRUE;
    case SOUP_STATUS_UNAUTHORIZED:
    case SOUP_STATUS_FORBIDDEN:
    case SOUP_STATUS_MISDIRECTED_REQUEST:
      return fail (error, HUB_DIAL_ERROR_FORBIDDEN, "the web server does not let a WebSocket in");
    default:
      g_set_error (error, HUB_DIAL_ERROR, HUB_DIAL_ERROR_NO_WEBSOCKET, "the web server answers with status %u", status);
      return FALSE;
    }
}

/* RFC 6455, section 4.1. A server that names no subprotocol may speak MQTT all the same. */
static gboolean
check_headers (SoupMessageHeaders *headers, const char *key, GError **error)
{
  g_autofree char *expected = accept_for (key);
  const char *accept = soup_message_headers_get_one (headers, "Sec-WebSocket-Accept");
  const char *protocol = soup_message_headers_get_one (headers, "Sec-WebSocket-Protocol");

  if (!soup_message_headers_header_contains (headers, "Upgrade", "websocket") ||
      !soup_message_headers_header_contains (headers, "Connection", "upgrade") || g_strcmp0 (accept, expected) != 0)
    return fail (error, HUB_DIAL_ERROR_NO_WEBSOCKET, "the web server knows no WebSocket");
  if (protocol != NULL && !g_str_equal (protocol, PROTOCOL))
    return fail (error, HUB_DIAL_ERROR_NO_WEBSOCKET, "the web server speaks something else over WebSocket");
  if (soup_message_headers_get_one (headers, "Sec-WebSocket-Extensions") != NULL)
    return fail (error, HUB_DIAL_ERROR_NO_WEBSOCKET, "the web server wants an extension that it was not asked for");
  return TRUE;
}

static gboolean
check_head (const char *head, gsize size, const char *key, GError **error)
{
  SoupMessageHeaders *headers = soup_message_headers_new (SOUP_MESSAGE_HEADERS_RESPONSE);
  /* The parser reads numbers as if there was an end to what follows. */
  g_autofree char *text = g_strndup (head, size);
  SoupHTTPVersion version;
  guint status;
  gboolean is_good = FALSE;

  if (memchr (head, '\0', size) != NULL || size > G_MAXINT ||
      !soup_headers_parse_response (text, (int) size, headers, &version, &status, NULL))
    fail (error, HUB_DIAL_ERROR_NOT_HTTP, "the answer is none of a web server");
  else
    is_good = check_status (status, error) && check_headers (headers, key, error);
  soup_message_headers_unref (headers);
  return is_good;
}

/**
 * hub_ws_handshake_make_key:
 *
 * Returns: (transfer full): a key for one handshake
 */
char *
hub_ws_handshake_make_key (void)
{
  guint8 bytes[16];

  hub_secret_bytes (bytes, sizeof bytes);
  return g_base64_encode (bytes, sizeof bytes);
}

/**
 * hub_ws_handshake_write:
 * @address: where it goes; one of WebSocket
 * @key: a key
 *
 * Returns: (transfer full): the request that asks for MQTT over WebSocket
 */
char *
hub_ws_handshake_write (const HubJoinAddress *address, const char *key)
{
  g_autofree char *host = host_of (address);

  return g_strdup_printf ("GET %s HTTP/1.1\r\n"
                          "Host: %s\r\n"
                          "Connection: Upgrade\r\n"
                          "Upgrade: websocket\r\n"
                          "Sec-WebSocket-Version: 13\r\n"
                          "Sec-WebSocket-Protocol: " PROTOCOL "\r\n"
                          "Sec-WebSocket-Key: %s\r\n"
                          "\r\n",
                          address->path,
                          host,
                          key);
}

/**
 * hub_ws_handshake_read:
 * @bytes: (array length=size): what has come so far
 * @size: bytes
 * @key: the key of the request
 * @head_size: (out): how many bytes the answer takes, when it is whole and good; behind them frames begin. 0 while it is
 *   not whole
 * @error: return location
 *
 * Reads the answer.
 *
 * Returns: %FALSE with @error set when it is no WebSocket that answers, as soon as that can be known
 */
gboolean
hub_ws_handshake_read (const char *bytes, gsize size, const char *key, gsize *head_size, GError **error)
{
  static const char beginning[] = "HTTP/1.1 ";
  const gsize known = strlen (beginning);
  const char *end;

  *head_size = 0;
  /* Of the version, only the first digit. */
  if (size > 0 && memcmp (bytes, beginning, MIN (size, strlen ("HTTP/1"))) != 0)
    return fail (error, HUB_DIAL_ERROR_NOT_HTTP, "the answer is none of a web server");
  end = size > known ? g_strstr_len (bytes, (gssize) size, "\r\n\r\n") : NULL;
  if (end == NULL)
    return size < HUB_WS_HANDSHAKE_BYTES_MAX || fail (error, HUB_DIAL_ERROR_NOT_HTTP, "the answer has no end");
  if (!check_head (bytes, (gsize) (end - bytes) + 2, key, error))
    return FALSE;
  *head_size = (gsize) (end - bytes) + 4;
  return TRUE;
}
