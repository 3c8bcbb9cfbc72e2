/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "app/link/hub-link-words.h"

#include "app/joining/hub-dial-error.h"
#include "broker/client/hub-client.h"

#include <glib/gi18n-lib.h>

static char *
explain_client_error (const GError *error, const HubJoinAddress *address)
{
  const char *host_name = address->host;

  switch ((HubClientError) error->code)
    {
    case HUB_CLIENT_ERROR_CLOSED:
      return g_strdup_printf (_ ("%s has closed the connection. Trying again…"), host_name);
    case HUB_CLIENT_ERROR_HUNG_UP:
      return g_strdup_printf (_ ("%s has closed the connection without an answer. Is the port right? Trying again…"), host_name);
    case HUB_CLIENT_ERROR_TIMED_OUT:
      return g_strdup_printf (_ ("%s does not answer. Trying again…"), host_name);
    case HUB_CLIENT_ERROR_PROTOCOL:
      return g_strdup_printf (_ ("What answers at %s is no MQTT broker. Is the port right?"), host_name);
    case HUB_CLIENT_ERROR_VERSION:
      return g_strdup_printf (_ ("%s does not speak any version of MQTT that Hubbub knows."), host_name);
    case HUB_CLIENT_ERROR_CLIENT_ID:
    case HUB_CLIENT_ERROR_UNAVAILABLE:
      return g_strdup_printf (_ ("%s is not letting anybody in just now. Trying again…"), host_name);
    case HUB_CLIENT_ERROR_TAKEN_OVER:
      return g_strdup_printf (_ ("Somebody else has taken this window’s place at %s. Trying again…"), host_name);
    case HUB_CLIENT_ERROR_SHUTTING_DOWN:
      return g_strdup_printf (_ ("%s has stopped hosting. Trying again…"), host_name);
    case HUB_CLIENT_ERROR_SENT_AWAY:
      return g_strdup_printf (_ ("%s has sent you away."), host_name);
    case HUB_CLIENT_ERROR_CREDENTIALS:
      if (address->user_name != NULL)
        return g_strdup_printf (_ ("%s does not accept this user name and password."), host_name);
      return g_strdup_printf (_ ("%s asks for a user name and a password."), host_name);
    case HUB_CLIENT_ERROR_TOO_LARGE:
      return g_strdup_printf (_ ("%s does not take messages as long as yours. Trying again…"), host_name);
    default:
      return g_strdup (error->message);
    }
}

static char *
explain_dial_error (const GError *error, const HubJoinAddress *address)
{
  const char *host_name = address->host;

  switch ((HubDialError) error->code)
    {
    case HUB_DIAL_ERROR_UNTRUSTED:
      return g_strdup_printf (_ ("It is not certain that this is %s: nobody whom this computer trusts has signed its certificate."),
                              host_name);
    case HUB_DIAL_ERROR_EXPIRED:
      return g_strdup_printf (_ ("The certificate of %s has expired: whoever runs it has to renew it."), host_name);
    case HUB_DIAL_ERROR_NOT_YET_VALID:
      return g_strdup_printf (_ ("The certificate of %s is not valid yet. Is the clock of this computer right?"), host_name);
    case HUB_DIAL_ERROR_OTHER_NAME:
      return g_strdup_printf (_ ("What answers at %s shows the certificate of somebody else. Is the name right?"), host_name);
    case HUB_DIAL_ERROR_REVOKED:
      return g_strdup_printf (_ ("The certificate of %s was revoked: it can no longer be trusted."), host_name);
    case HUB_DIAL_ERROR_BAD_CERTIFICATE:
      return g_strdup_printf (_ ("The certificate of %s cannot be trusted."), host_name);
    case HUB_DIAL_ERROR_NO_TLS:
      return g_strdup_printf (_ ("What answers at %s on port %d does not use any encryption that Hubbub knows. Is the port right?"),
                              host_name, address->port);
    case HUB_DIAL_ERROR_NOT_HTTP:
      return g_strdup_printf (_ ("What answers at %s on port %d does not speak WebSocket. Is the port right?"),
                              host_name, address->port);
    case HUB_DIAL_ERROR_NO_WEBSOCKET:
      /* Translators: the second %s is the end of a web address, as in "/mqtt". */
      return g_strdup_printf (_ ("The web server at %s has no chat at %s. Is the address right?"), host_name, address->path);
    case HUB_DIAL_ERROR_FORBIDDEN:
      return g_strdup_printf (_ ("The web server at %s lets nobody in by this address."), host_name);
    case HUB_DIAL_ERROR_NOT_NOW:
      return g_strdup_printf (_ ("The web server at %s is not letting anybody in just now. Trying again…"), host_name);
    default:
      return g_strdup (error->message);
    }
}

/**
 * hub_link_explain:
 * @error: (nullable): why a link is not connected
 * @address: (nullable): whom it goes to; %NULL: the broker of this program
 *
 * Returns: (transfer full): a sentence for people, without user name or password
 */
char *
hub_link_explain (const GError *error, const HubJoinAddress *address)
{
  const char *host_name;

  if (address == NULL || error == NULL)
    return g_strdup (_ ("The broker of this computer does not answer. Trying again…"));
  host_name = address->host;
  if (error->domain == HUB_CLIENT_ERROR)
    return explain_client_error (error, address);
  if (error->domain == HUB_DIAL_ERROR)
    return explain_dial_error (error, address);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA))
    return g_strdup_printf (_ ("What answers at %s is no MQTT broker. Is the port right?"), host_name);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED))
    return g_strdup_printf (_ ("Nobody hosts a chat at %s on port %d. Trying again…"), host_name, address->port);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_HOST_UNREACHABLE) ||
      g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NETWORK_UNREACHABLE))
    return g_strdup_printf (_ ("%s cannot be reached. Is this computer on the same network? Trying again…"), host_name);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT))
    return g_strdup_printf (_ ("%s does not answer. Trying again…"), host_name);
  /* In TLS 1.3 it says so when the encryption stands already. */
  if (error->domain == G_TLS_ERROR)
    return g_strdup_printf (_ ("%s has ended the encrypted connection. Perhaps it lets in only who has a certificate of its own. "
                               "Trying again…"),
                            host_name);
  if (error->domain == G_RESOLVER_ERROR || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_HOST_NOT_FOUND))
    return g_strdup_printf (_ ("There is no computer called %s. Check the address."), host_name);
  return g_strdup_printf (_ ("The connection to %s is lost. Trying again…"), host_name);
}
