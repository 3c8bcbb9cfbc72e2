/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/hub-broker-private.h"

/* What a broker that stops says last. */

static gpointer
set_farewell (HubServer *server, gpointer data)
{
  hub_server_set_farewell (server, data);
  return NULL;
}

/*
 * hub_broker_set_farewell:
 * @self: a broker
 * @payload: (nullable): what is published to %HUB_CONFIG_HOST_TOPIC when @self is stopped, in front of the goodbye; %NULL:
 *   nothing
 *
 * Leaves word for those who are connected when the broker is stopped, however that comes about. A broker that does not run
 * forgets it.
 */
void
hub_broker_set_farewell (HubBroker *self, GBytes *payload)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (HUB_IS_BROKER (self));

  if (!self->is_running)
    return;
  task = g_task_new (self, NULL, NULL, NULL);
  g_task_set_source_tag (task, hub_broker_set_farewell);
  hub_broker_ask (self,
                  g_steal_pointer (&task),
                  set_farewell,
                  payload != NULL ? g_bytes_ref (payload) : NULL,
                  payload != NULL ? (GDestroyNotify) g_bytes_unref : NULL,
                  NULL);
}
