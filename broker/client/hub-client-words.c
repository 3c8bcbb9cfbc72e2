/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/client/hub-client-words.h"

typedef struct
{
  guint8 code; /* of the packet */
  HubClientError error;
  const char *message;
} Row;

/* MQTT 3.1.1, section 3.2.2.3. */
static const Row return_codes[] = {
  { 1, HUB_CLIENT_ERROR_VERSION, "the broker does not speak this version of MQTT" },
  { 2, HUB_CLIENT_ERROR_CLIENT_ID, "the broker does not accept the client identifier" },
  { 3, HUB_CLIENT_ERROR_UNAVAILABLE, "the broker takes nobody in just now" },
  { 4, HUB_CLIENT_ERROR_CREDENTIALS, "wrong user name or password" },
  { 5, HUB_CLIENT_ERROR_CREDENTIALS, "the broker wants a user name and a password" },
};

/* MQTT 5.0, section 3.2.2.2; 1 is what a broker says that knows nothing of 5.0. */
static const Row connack_reasons[] = {
  { 1, HUB_CLIENT_ERROR_VERSION, "the broker does not speak this version of MQTT" },
  { HUB_REASON_UNSUPPORTED_VERSION, HUB_CLIENT_ERROR_VERSION, "the broker does not speak this version of MQTT" },
  { HUB_REASON_CLIENT_ID_INVALID, HUB_CLIENT_ERROR_CLIENT_ID, "the broker does not accept the client identifier" },
  { HUB_REASON_BAD_CREDENTIALS, HUB_CLIENT_ERROR_CREDENTIALS, "wrong user name or password" },
  { HUB_REASON_NOT_AUTHORIZED, HUB_CLIENT_ERROR_CREDENTIALS, "the broker wants a user name and a password" },
  { HUB_REASON_BAD_AUTHENTICATION_METHOD, HUB_CLIENT_ERROR_CREDENTIALS, "the broker wants another way to authenticate" },
  { HUB_REASON_BANNED, HUB_CLIENT_ERROR_SENT_AWAY, "the broker has banned this client" },
  { HUB_REASON_MALFORMED_PACKET, HUB_CLIENT_ERROR_PROTOCOL, "the broker does not understand what was sent" },
  { HUB_REASON_PROTOCOL_ERROR, HUB_CLIENT_ERROR_PROTOCOL, "the broker does not allow what was sent" },
};

/* MQTT 5.0, section 3.14.2.1. */
static const Row disconnect_reasons[] = {
  { HUB_REASON_SESSION_TAKEN_OVER, HUB_CLIENT_ERROR_TAKEN_OVER, "another client has taken this one's place" },
  { HUB_REASON_SERVER_SHUTTING_DOWN, HUB_CLIENT_ERROR_SHUTTING_DOWN, "the broker is being stopped" },
  { HUB_REASON_ADMINISTRATIVE_ACTION, HUB_CLIENT_ERROR_SENT_AWAY, "somebody at the broker has sent this client away" },
  { HUB_REASON_NOT_AUTHORIZED, HUB_CLIENT_ERROR_CREDENTIALS, "the broker does not allow this client any more" },
  { HUB_REASON_PACKET_TOO_LARGE, HUB_CLIENT_ERROR_TOO_LARGE, "what was sent is too large for the broker" },
};

static GError *
find (const Row *rows, gsize n_rows, guint8 code)
{
  for (gsize i = 0; i < n_rows; i++)
    if (rows[i].code == code)
      return g_error_new_literal (HUB_CLIENT_ERROR, (int) rows[i].error, rows[i].message);
  return NULL;
}

/*
 * hub_client_error_for_connack:
 * @version: the version of the connection
 * @code: the code of a CONNACK
 *
 * Returns: (transfer full) (nullable): why the broker refuses; %NULL: it does not
 */
GError *
hub_client_error_for_connack (HubVersion version, guint8 code)
{
  GError *error;

  if (code == 0)
    return NULL;
  if (version != HUB_VERSION_5_0)
    {
      error = find (return_codes, G_N_ELEMENTS (return_codes), code);
      return error != NULL ? error
                           : g_error_new_literal (HUB_CLIENT_ERROR,
                                                  HUB_CLIENT_ERROR_PROTOCOL,
                                                  "the broker refuses for a reason that does not exist");
    }
  error = find (connack_reasons, G_N_ELEMENTS (connack_reasons), code);
  return error != NULL ? error
                       : g_error_new (HUB_CLIENT_ERROR,
                                      HUB_CLIENT_ERROR_UNAVAILABLE,
                                      "the broker takes nobody in just now (reason %02x)",
                                      code);
}

/*
 * hub_client_error_for_disconnect:
 * @goodbye: what the broker has said
 *
 * Returns: (transfer full): why the connection is over
 */
GError *
hub_client_error_for_disconnect (const HubGoodbye *goodbye)
{
  GError *error = find (disconnect_reasons, G_N_ELEMENTS (disconnect_reasons), goodbye->reason);

  if (error != NULL)
    return error;
  return g_error_new (HUB_CLIENT_ERROR,
                      HUB_CLIENT_ERROR_CLOSED,
                      "the broker has closed the connection (reason %02x)",
                      goodbye->reason);
}
