/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/core/hub-core-private.h"

/* What whoever runs the broker says to everybody, last of all. */

/*
 * hub_core_say_farewell:
 *
 * Publishes what was left for the end, to those who are still there. At QoS 0, since a message of QoS 1 may have to wait for
 * others.
 */
void
hub_core_say_farewell (HubCore *self)
{
  g_autoptr (GBytes) payload = g_steal_pointer (&self->farewell);
  g_autoptr (HubMessage) message = NULL;
  HubPublish publish = { 0 };

  if (payload == NULL)
    return;
  publish.topic = self->host_topic;
  publish.payload.data = g_bytes_get_data (payload, &publish.payload.size);
  message = hub_message_new (&publish, (HubSpan){ NULL, 0 }, HUB_MESSAGE_NEVER);
  hub_core_route (self, message, NULL);
}

/**
 * hub_core_set_farewell:
 * @self: a core with a topic for its host
 * @payload: (nullable): what is published there when the core is stopped; %NULL: nothing
 *
 * Leaves word for the end.
 */
void
hub_core_set_farewell (HubCore *self, GBytes *payload)
{
  g_return_if_fail (payload == NULL || self->options.host_topic != NULL);

  g_clear_pointer (&self->farewell, g_bytes_unref);
  self->farewell = payload != NULL ? g_bytes_ref (payload) : NULL;
}
