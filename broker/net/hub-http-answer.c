/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/net/hub-http-private.h"

#include "broker/net/hub-api-request.h"
#include "broker/net/hub-host-policy.h"

#include <string.h>

/* libsoup 3.2 has no name for it; RFC 9110, section 15.5.22. */
#define STATUS_UPGRADE_REQUIRED 426

static void
set_common_headers (HubHttpClient *client, SoupServerMessage *message, const char *host)
{
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (message);
  g_autofree char *policy = NULL;

  /* Older Safari does not take 'self' for WebSockets: the host that was checked is named. */
  policy = g_strdup_printf ("default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
                            "connect-src 'self'%s%s; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
                            host == NULL ? "" : client->tls_socket != NULL ? " wss://"
                                                                           : " ws://",
                            host != NULL ? host : "");
  soup_message_headers_replace (headers, "Content-Security-Policy", policy);
  soup_message_headers_replace (headers, "X-Content-Type-Options", "nosniff");
  soup_message_headers_replace (headers, "Referrer-Policy", "no-referrer");
  soup_message_headers_replace (headers, "Cross-Origin-Resource-Policy", "same-origin");
  soup_message_headers_replace (headers, "Cache-Control", "no-cache");
  soup_message_headers_replace (headers, "Connection", "close");
}

/*
 * hub_http_get_phrase:
 * @status: a status
 *
 * Returns: (nullable): its reason phrase, where libsoup does not know it
 */
const char *
hub_http_get_phrase (guint status)
{
  switch (status)
    {
    case SOUP_STATUS_MISDIRECTED_REQUEST:
      return "Misdirected Request";
    case STATUS_UPGRADE_REQUIRED:
      return "Upgrade Required";
    default:
      return NULL;
    }
}

/* What is wrong, in the language of who asks. */
static void
answer_text (SoupServerMessage *message, guint status, const char *text)
{
  if (hub_api_request_is_for (g_uri_get_path (soup_server_message_get_uri (message))))
    {
      g_autofree char *sentence = g_strchomp (g_strdup (text));

      hub_http_set_error (message, status, sentence);
      return;
    }
  soup_server_message_set_status (message, status, hub_http_get_phrase (status));
  soup_server_message_set_response (message, "text/plain; charset=utf-8", SOUP_MEMORY_COPY, text, strlen (text));
}

/* 421: the sentence names the setting that would allow it. */
static void
answer_foreign_host (HubHttpClient *client, SoupServerMessage *message, const char *host)
{
  g_autofree char *text = g_strdup_printf ("This is not %s. If it should be, allow that name with http_host.\n", host);
  g_autofree char *sentence = g_strdup_printf ("asked for the host '%s', which http_host would allow", host);

  answer_text (message, SOUP_STATUS_MISDIRECTED_REQUEST, text);
  client->http->funcs->refused (&client->arrival.address, sentence, client->http->user_data);
}

static gboolean
accepts_gzip (SoupServerMessage *message)
{
  SoupMessageHeaders *headers = soup_server_message_get_request_headers (message);
  const char *accepted = soup_message_headers_get_list (headers, "Accept-Encoding");
  GSList *list = accepted != NULL ? soup_header_parse_quality_list (accepted, NULL) : NULL;
  gboolean result = g_slist_find_custom (list, "gzip", (GCompareFunc) g_ascii_strcasecmp) != NULL;

  soup_header_free_list (list);
  return result;
}

/*
 * hub_http_is_known:
 * @message: a request
 * @etag: an entity tag, in quotation marks
 *
 * Returns: whether who asks has what it stands for
 */
gboolean
hub_http_is_known (SoupServerMessage *message, const char *etag)
{
  SoupMessageHeaders *headers = soup_server_message_get_request_headers (message);
  const char *known = soup_message_headers_get_list (headers, "If-None-Match");
  g_auto (GStrv) tags = known != NULL ? g_strsplit (known, ",", -1) : NULL;

  for (char **tag = tags; tag != NULL && *tag != NULL; tag++)
    {
      const char *text = g_strstrip (*tag);

      if (g_str_has_prefix (text, "W/"))
        text += 2;
      if (g_str_equal (text, etag) || g_str_equal (text, "*"))
        return TRUE;
    }
  return FALSE;
}

static void
answer_file (SoupServerMessage *message, const HubPageFile *file)
{
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (message);
  gboolean use_gzip = file->gzip != NULL && accepts_gzip (message);
  g_autofree char *etag = use_gzip ? g_strdup_printf ("%.*s-gzip\"", (int) strlen (file->etag) - 1, file->etag)
                                   : g_strdup (file->etag);
  GBytes *bytes = use_gzip ? file->gzip : file->plain;

  soup_message_headers_replace (headers, "ETag", etag);
  soup_message_headers_replace (headers, "Vary", "Accept-Encoding");
  if (hub_http_is_known (message, etag))
    {
      soup_server_message_set_status (message, SOUP_STATUS_NOT_MODIFIED, NULL);
      return;
    }

  if (use_gzip)
    soup_message_headers_replace (headers, "Content-Encoding", "gzip");
  soup_message_headers_set_content_type (headers, file->content_type, NULL);
  soup_server_message_set_status (message, SOUP_STATUS_OK, NULL);
  soup_message_body_append_bytes (soup_server_message_get_response_body (message), bytes);
}

static gboolean
is_upgrade (SoupServerMessage *message)
{
  SoupMessageHeaders *headers = soup_server_message_get_request_headers (message);

  return soup_message_headers_header_contains (headers, "Upgrade", "websocket");
}

static gboolean
offers_protocol (SoupMessageHeaders *headers)
{
  return soup_message_headers_header_contains (headers, "Sec-WebSocket-Protocol", "mqtt") ||
         soup_message_headers_header_contains (headers, "Sec-WebSocket-Protocol", "mqttv3.1");
}

/* The list in one line, where libsoup looks for it. RFC 6455, section 11.3.4. */
static void
join_protocols (SoupMessageHeaders *headers)
{
  g_autofree char *all = g_strdup (soup_message_headers_get_list (headers, "Sec-WebSocket-Protocol"));

  soup_message_headers_replace (headers, "Sec-WebSocket-Protocol", all);
}

/* RFC 6455, section 4.2; MQTT 5.0, section 6 [MQTT-6.0.0-3], [MQTT-6.0.0-4]. */
static gboolean
answer_upgrade (HubHttpClient *client, SoupServerMessage *message, const char *host)
{
  static const char *protocols[] = { "mqtt", "mqttv3.1", NULL };
  HubHttp *self = client->http;
  SoupMessageHeaders *headers = soup_server_message_get_request_headers (message);
  SoupMessageHeaders *answer = soup_server_message_get_response_headers (message);
  const char *origin = soup_message_headers_get_list (headers, "Origin");
  const char *version = soup_message_headers_get_list (headers, "Sec-WebSocket-Version");
  const char *key = soup_message_headers_get_list (headers, "Sec-WebSocket-Key");

  if (g_strcmp0 (version, "13") != 0)
    {
      soup_message_headers_replace (answer, "Sec-WebSocket-Version", "13");
      answer_text (message, STATUS_UPGRADE_REQUIRED, "WebSocket version 13 is spoken here.\n");
      return FALSE;
    }
  if (!hub_origin_is_allowed (origin,
                              client->tls_socket != NULL ? "https" : "http",
                              host,
                              hub_ip_address_is_loopback (&client->arrival.address),
                              self->options.more_origins))
    {
      g_autofree char *sentence = g_strdup_printf ("has a page of '%s', which websockets_origin would allow", origin);

      answer_text (message, SOUP_STATUS_FORBIDDEN, "Pages of that origin may not connect: see websockets_origin.\n");
      self->funcs->refused (&client->arrival.address, sentence, self->user_data);
      return FALSE;
    }
  if (!offers_protocol (headers))
    {
      answer_text (message, SOUP_STATUS_BAD_REQUEST, "The WebSocket subprotocol must be mqtt.\n");
      return FALSE;
    }

  /* RFC 6455, section 11.3.1. libsoup looks at one of them. */
  if (key != NULL && strchr (key, ',') != NULL)
    {
      answer_text (message, SOUP_STATUS_BAD_REQUEST, "There is more than one Sec-WebSocket-Key.\n");
      return FALSE;
    }

  join_protocols (headers);
  soup_message_headers_remove (answer, "Connection");
  if (soup_websocket_server_process_handshake (message, NULL, (char **) protocols, NULL, NULL))
    return TRUE;
  soup_message_headers_replace (answer, "Connection", "close");
  return FALSE;
}

/*
 * hub_http_answer:
 * @client: who asks
 * @message: a request without a body
 * @path: its path
 *
 * Fills in the answer, or has it filled in later.
 *
 * Returns: whether the answer is an upgrade to a WebSocket
 */
gboolean
hub_http_answer (HubHttpClient *client, SoupServerMessage *message, const char *path)
{
  HubHttp *self = client->http;
  SoupMessageHeaders *headers = soup_server_message_get_request_headers (message);
  const char *host = soup_message_headers_get_list (headers, "Host");
  HubHostVerdict verdict = hub_host_check (host, self->options.own_name, self->options.more_hosts);
  const char *method = soup_server_message_get_method (message);
  const HubPageFile *file;

  set_common_headers (client, message, verdict == HUB_HOST_ACCEPTED ? host : NULL);
  if (verdict == HUB_HOST_MISSING)
    {
      answer_text (message, SOUP_STATUS_BAD_REQUEST, "The request names no host.\n");
      return FALSE;
    }
  if (verdict == HUB_HOST_FOREIGN)
    {
      answer_foreign_host (client, message, host);
      return FALSE;
    }
  if (method != SOUP_METHOD_GET && method != SOUP_METHOD_HEAD)
    {
      soup_message_headers_replace (soup_server_message_get_response_headers (message), "Allow", "GET, HEAD");
      answer_text (message, SOUP_STATUS_METHOD_NOT_ALLOWED, "Only GET and HEAD are known here.\n");
      return FALSE;
    }
  if (method == SOUP_METHOD_GET && is_upgrade (message))
    return answer_upgrade (client, message, host);
  if (self->options.api != NULL && hub_api_request_is_for (path))
    {
      hub_http_ask_api (client, message);
      return FALSE;
    }

  file = hub_page_lookup (self->page, path);
  if (file != NULL)
    answer_file (message, file);
  else
    answer_text (message, SOUP_STATUS_NOT_FOUND, "There is nothing of that name.\n");
  return FALSE;
}
