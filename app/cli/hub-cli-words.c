/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "app/cli/hub-cli-words.h"

#include "app/joining/hub-dial-error.h"
#include "broker/client/hub-client.h"

#include <gio/gio.h>
#include <glib/gi18n-lib.h>

typedef struct
{
  HubReason reason;
  const char *message;
} Row;

static const Row reasons[] = {
  { HUB_REASON_NOT_AUTHORIZED, N_ ("the broker does not allow this topic") },
  { HUB_REASON_TOPIC_NAME_INVALID, N_ ("the broker does not accept this topic") },
  { HUB_REASON_QUOTA_EXCEEDED, N_ ("the broker has no room for it") },
  { HUB_REASON_PACKET_TOO_LARGE, N_ ("it is too large for the broker") },
  { HUB_REASON_PAYLOAD_FORMAT_INVALID, N_ ("it is not what its properties say") },
};

static char *
explain_client_error (const GError *error, const char *where)
{
  switch ((HubClientError) error->code)
    {
    case HUB_CLIENT_ERROR_CLOSED:
      return g_strdup_printf (_ ("the broker at %s has closed the connection"), where);
    case HUB_CLIENT_ERROR_HUNG_UP:
      return g_strdup_printf (_ ("%s has closed the connection without an answer; is the port right?"), where);
    case HUB_CLIENT_ERROR_TIMED_OUT:
      return g_strdup_printf (_ ("%s does not answer"), where);
    case HUB_CLIENT_ERROR_PROTOCOL:
      return g_strdup_printf (_ ("what answers at %s is no MQTT broker, or does not allow this; is the port right?"), where);
    case HUB_CLIENT_ERROR_VERSION:
      return g_strdup_printf (_ ("the broker at %s does not speak this version of MQTT"), where);
    case HUB_CLIENT_ERROR_CLIENT_ID:
      return g_strdup_printf (_ ("the broker at %s does not accept the client identifier"), where);
    case HUB_CLIENT_ERROR_UNAVAILABLE:
      return g_strdup_printf (_ ("the broker at %s takes nobody in just now"), where);
    case HUB_CLIENT_ERROR_CREDENTIALS:
      return g_strdup_printf (_ ("the broker at %s wants another user name or password"), where);
    case HUB_CLIENT_ERROR_TAKEN_OVER:
      return g_strdup_printf (_ ("another client has connected to %s with the same identifier"), where);
    case HUB_CLIENT_ERROR_SHUTTING_DOWN:
      return g_strdup_printf (_ ("the broker at %s is being stopped"), where);
    case HUB_CLIENT_ERROR_SENT_AWAY:
      return g_strdup_printf (_ ("somebody at %s has sent this client away"), where);
    case HUB_CLIENT_ERROR_TOO_LARGE:
      return g_strdup_printf (_ ("the broker at %s does not take messages as long as this"), where);
    default:
      return g_strdup (error->message);
    }
}

static char *
explain_dial_error (const GError *error, const char *where)
{
  switch ((HubDialError) error->code)
    {
    case HUB_DIAL_ERROR_UNTRUSTED:
      return g_strdup_printf (_ ("nobody whom this computer trusts has signed the certificate of %s"), where);
    case HUB_DIAL_ERROR_EXPIRED:
      return g_strdup_printf (_ ("the certificate of %s has expired"), where);
    case HUB_DIAL_ERROR_NOT_YET_VALID:
      return g_strdup_printf (_ ("the certificate of %s is not valid yet; is the clock of this computer right?"), where);
    case HUB_DIAL_ERROR_OTHER_NAME:
      return g_strdup_printf (_ ("what answers at %s shows the certificate of somebody else"), where);
    case HUB_DIAL_ERROR_REVOKED:
      return g_strdup_printf (_ ("the certificate of %s was revoked"), where);
    case HUB_DIAL_ERROR_BAD_CERTIFICATE:
      return g_strdup_printf (_ ("the certificate of %s cannot be trusted"), where);
    case HUB_DIAL_ERROR_NO_TLS:
      return g_strdup_printf (_ ("what answers at %s does not encrypt in a way that is known here"), where);
    case HUB_DIAL_ERROR_NOT_HTTP:
    case HUB_DIAL_ERROR_NO_WEBSOCKET:
      return g_strdup_printf (_ ("what answers at %s has no MQTT over WebSocket there"), where);
    case HUB_DIAL_ERROR_FORBIDDEN:
      return g_strdup_printf (_ ("the web server at %s lets nobody in by this address"), where);
    case HUB_DIAL_ERROR_NOT_NOW:
      return g_strdup_printf (_ ("the web server at %s is not letting anybody in just now"), where);
    default:
      return g_strdup (error->message);
    }
}

/**
 * hub_cli_explain:
 * @error: why a command is not connected
 * @where: (nullable): to whom
 *
 * Returns: (transfer full): what to say about it, for people
 */
char *
hub_cli_explain (const GError *error, const char *where)
{
  if (where == NULL)
    return g_strdup (error->message);
  if (error->domain == HUB_CLIENT_ERROR)
    return explain_client_error (error, where);
  if (error->domain == HUB_DIAL_ERROR)
    return explain_dial_error (error, where);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED))
    return g_strdup_printf (_ ("there is no broker at %s: connection refused"), where);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT))
    return g_strdup_printf (_ ("%s does not answer"), where);
  /* Translators: the first is an address, the second a sentence of the system. */
  return g_strdup_printf (_ ("no connection to %s: %s"), where, error->message);
}

/**
 * hub_cli_explain_reason:
 * @reason: a [enum@Hub.Reason] of 0x80 and above
 *
 * Returns: (transfer full): why a broker does not take a message, for people
 */
char *
hub_cli_explain_reason (guint8 reason)
{
  for (gsize i = 0; i < G_N_ELEMENTS (reasons); i++)
    if (reasons[i].reason == reason)
      return g_strdup (_ (reasons[i].message));
  /* Translators: %02x is a reason code of MQTT. */
  return g_strdup_printf (_ ("the broker does not take it (reason %02x)"), reason);
}

/**
 * hub_cli_complain:
 * @message: what is wrong
 *
 * Prints it where errors go.
 */
void
hub_cli_complain (const char *message)
{
  g_printerr ("%s: %s\n", g_get_prgname (), message);
}

/**
 * hub_cli_refuse:
 * @error: what is wrong with a command line
 *
 * Says so, and where to read more.
 *
 * Returns: the exit status
 */
int
hub_cli_refuse (const GError *error)
{
  hub_cli_complain (error->message);
  /* Translators: %s is a command: “hubbub sub”. */
  g_printerr (_ ("See “%s --help”.\n"), g_get_prgname ());
  return EXIT_FAILURE;
}
