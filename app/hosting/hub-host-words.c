/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "app/hosting/hub-host-words.h"

#include <glib/gi18n-lib.h>

static char *
explain_ports (guint16 mqtt_wanted, guint16 http_wanted, guint16 mqtt, guint16 http)
{
  if (mqtt != mqtt_wanted && http != http_wanted)
    /* Translators: all four are port numbers. */
    return g_strdup_printf (_ ("The ports %d and %d are taken by another program: MQTT is on %d, and browsers join on %d."),
                            mqtt_wanted,
                            http_wanted,
                            mqtt,
                            http);
  if (mqtt != mqtt_wanted)
    /* Translators: both are port numbers. */
    return g_strdup_printf (_ ("Port %d is taken by another program: MQTT is on %d."), mqtt_wanted, mqtt);
  if (http != http_wanted)
    /* Translators: both are port numbers. */
    return g_strdup_printf (_ ("Port %d is taken by another program: browsers join on %d."), http_wanted, http);
  return NULL;
}

/**
 * hub_host_explain:
 * @wanted: how this computer was to host
 * @mqtt_port: the port on which MQTT clients join
 * @http_port: the port on which browsers join
 * @store_failure: (nullable): why nothing is kept
 *
 * Returns: (transfer full) (nullable): what is not as usual, in words for people: ports that others have, and that nothing
 *   is kept
 */
char *
hub_host_explain (const HubHostOptions *wanted, guint16 mqtt_port, guint16 http_port, const char *store_failure)
{
  g_autofree char *ports = explain_ports (wanted->mqtt_port, wanted->http_port, mqtt_port, http_port);
  g_autofree char *store = NULL;

  if (store_failure == NULL)
    return g_steal_pointer (&ports);
  /* Translators: %s is the reason, in English. */
  store = g_strdup_printf (_ ("Messages are not kept: %s."), store_failure);
  return ports != NULL ? g_strjoin (" ", ports, store, NULL) : g_steal_pointer (&store);
}
