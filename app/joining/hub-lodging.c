/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "app/joining/hub-lodging.h"

#include "ui/model/hub-format.h"

#include <glib/gi18n-lib.h>

/* Joining a chat that this computer has already, since somebody else at it hosts: another user, or another session. Pure. */

#define LOOPBACK "127.0.0.1"

/**
 * hub_lodging_get_in:
 * @resident: who hosts on this computer
 *
 * Returns: (transfer full): where to join: over MQTT, or over WebSocket where MQTT is not open on the loopback
 */
HubJoinAddress *
hub_lodging_get_in (const HubResident *resident)
{
  g_autofree char *text = resident->mqtt_port != 0 ? g_strdup_printf (LOOPBACK ":%u", resident->mqtt_port)
                                                   : g_strdup_printf ("ws://" LOOPBACK ":%u/", resident->http_port);
  HubJoinAddress *address = hub_join_address_parse (text, NULL);

  g_assert (address != NULL);
  return address;
}

/**
 * hub_lodging_is_at:
 * @resident: who hosts on this computer
 * @address: what is joined
 *
 * Returns: whether that is the chat of @resident, with or without a password
 */
gboolean
hub_lodging_is_at (const HubResident *resident, const HubJoinAddress *address)
{
  g_autoptr (HubJoinAddress) own = hub_lodging_get_in (resident);

  return own->scheme == address->scheme && own->port == address->port && g_str_equal (own->host, address->host);
}

/**
 * hub_lodging_describe:
 * @resident: who hosts on this computer
 * @is_inside: whether it is joined; else it is on the way
 *
 * Returns: (transfer full): whose chat it is, for the title
 */
char *
hub_lodging_describe (const HubResident *resident, gboolean is_inside)
{
  g_autofree char *person = NULL;

  if (!is_inside)
    return g_strdup (_ ("Joining the chat on this computer"));
  if (resident->person == NULL || hub_format_is_blank (resident->person))
    return g_strdup (_ ("The chat on this computer"));
  person = hub_format_isolated (resident->person);
  /* Translators: %s is the name of another user of this computer. */
  return g_strdup_printf (_ ("%s’s chat on this computer"), person);
}
