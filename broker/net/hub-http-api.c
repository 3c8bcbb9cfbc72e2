/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/net/hub-http-private.h"

/* The API over HTTP: requests that are answered later, and their answers. */

/* When to ask again after a 503, seconds. */
#define RETRY_AFTER "1"

static void
set_json (SoupServerMessage *message, guint status, GBytes *body)
{
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (message);

  soup_message_headers_set_content_type (headers, "application/json", NULL);
  if (status == SOUP_STATUS_SERVICE_UNAVAILABLE)
    soup_message_headers_replace (headers, "Retry-After", RETRY_AFTER);
  soup_server_message_set_status (message, status, hub_http_get_phrase (status));
  soup_message_body_append_bytes (soup_server_message_get_response_body (message), body);
}

static void
set_answer (SoupServerMessage *message, const HubApiAnswer *answer)
{
  if (answer->etag != NULL)
    soup_message_headers_replace (soup_server_message_get_response_headers (message), "ETag", answer->etag);
  if (answer->etag != NULL && hub_http_is_known (message, answer->etag))
    soup_server_message_set_status (message, SOUP_STATUS_NOT_MODIFIED, NULL);
  else
    set_json (message, answer->status, answer->body);
}

static void
answered_cb (const HubApiAnswer *answer, gpointer user_data)
{
  HubHttpClient *client = user_data;
  g_autoptr (SoupServerMessage) message = g_steal_pointer (&client->asking);

  set_answer (message, answer);
  if (client->is_paused)
    soup_server_message_unpause (message);
  client->is_paused = FALSE;
}

/*
 * hub_http_set_error:
 * @message: a request to the API
 * @status: an error
 * @sentence: the same for people
 *
 * Fills in the answer.
 */
void
hub_http_set_error (SoupServerMessage *message, guint status, const char *sentence)
{
  g_autoptr (GBytes) body = hub_api_json_error (sentence);

  set_json (message, status, body);
}

/*
 * hub_http_ask_api:
 * @client: who asks, for the first time
 * @message: a request to the API
 *
 * Fills in the answer, at once or later. Until then libsoup leaves the connection alone.
 */
void
hub_http_ask_api (HubHttpClient *client, SoupServerMessage *message)
{
  SoupMessageHeaders *headers = soup_server_message_get_request_headers (message);
  GUri *uri = soup_server_message_get_uri (message);
  const HubArrival *arrival = &client->arrival;
  const HubApiAsker asker = {
    .origin = {
      .address_key = hub_ip_address_get_key (&arrival->address),
      .host_key = hub_ip_address_get_host_key (&arrival->address),
      .listener = arrival->ticket.policy->listener,
      .certificate_name = arrival->identity,
    },
    .policy = arrival->ticket.policy,
    .address = arrival->address,
    .authorization = soup_message_headers_get_list (headers, "Authorization"),
  };

  client->asking = g_object_ref (message);
  client->question = hub_api_ask (client->http->options.api,
                                  &asker,
                                  g_uri_get_path (uri),
                                  g_uri_get_query (uri),
                                  answered_cb,
                                  client);
  if (client->asking == NULL)
    return;
  client->is_paused = TRUE;
  soup_server_message_pause (message);
}

/*
 * hub_http_give_up:
 * @client: somebody whose connection was ended
 *
 * Nobody waits for an answer any more. libsoup sees that the connection has ended when it goes on.
 */
void
hub_http_give_up (HubHttpClient *client)
{
  g_autoptr (SoupServerMessage) message = g_steal_pointer (&client->asking);

  g_clear_pointer (&client->question, hub_api_question_free);
  if (message == NULL)
    return;
  hub_http_set_error (message, SOUP_STATUS_SERVICE_UNAVAILABLE, "this took too long");
  soup_server_message_unpause (message);
  client->is_paused = FALSE;
}
