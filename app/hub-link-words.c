/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "app/hub-link-words.h"

#include "broker/client/hub-client.h"

#include <glib/gi18n-lib.h>

static char *
explain_client_error (const GError *error, const char *host_name)
{
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
      return g_strdup_printf (_ ("%s does not speak a version of MQTT that is known here."), host_name);
    case HUB_CLIENT_ERROR_CLIENT_ID:
    case HUB_CLIENT_ERROR_UNAVAILABLE:
      return g_strdup_printf (_ ("%s takes nobody in just now. Trying again…"), host_name);
    case HUB_CLIENT_ERROR_TAKEN_OVER:
      return g_strdup_printf (_ ("Somebody else has taken this place at %s. Trying again…"), host_name);
    case HUB_CLIENT_ERROR_SHUTTING_DOWN:
      return g_strdup_printf (_ ("%s has stopped hosting. Trying again…"), host_name);
    case HUB_CLIENT_ERROR_SENT_AWAY:
      return g_strdup_printf (_ ("%s has sent you away."), host_name);
    case HUB_CLIENT_ERROR_CREDENTIALS:
      return g_strdup_printf (_ ("%s wants a user name and a password."), host_name);
    case HUB_CLIENT_ERROR_TOO_LARGE:
      return g_strdup_printf (_ ("%s does not take messages as long as yours. Trying again…"), host_name);
    default:
      return g_strdup (error->message);
    }
}

/**
 * hub_link_explain:
 * @error: (nullable): why a link is not connected
 * @host_name: (nullable): whom it goes to; %NULL: the broker of this program
 * @port: its port
 *
 * Returns: (transfer full): a sentence for people
 */
char *
hub_link_explain (const GError *error, const char *host_name, guint16 port)
{
  if (host_name == NULL || error == NULL)
    return g_strdup (_ ("The own broker does not answer. Trying again…"));
  if (error->domain == HUB_CLIENT_ERROR)
    return explain_client_error (error, host_name);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED))
    return g_strdup_printf (_ ("Nobody hosts a chat at %s on port %d. Trying again…"), host_name, port);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_HOST_UNREACHABLE) ||
      g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NETWORK_UNREACHABLE))
    return g_strdup_printf (_ ("%s cannot be reached. Is this computer on the same network? Trying again…"), host_name);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT))
    return g_strdup_printf (_ ("%s does not answer. Trying again…"), host_name);
  if (error->domain == G_RESOLVER_ERROR || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_HOST_NOT_FOUND))
    return g_strdup_printf (_ ("There is no computer called %s. Check the address."), host_name);
  return g_strdup_printf (_ ("The connection to %s is lost. Trying again…"), host_name);
}
