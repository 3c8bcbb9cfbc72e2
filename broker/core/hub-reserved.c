/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/core/hub-core-private.h"

/* Topics that are not everybody's, whatever the rules of access say. */

static gboolean
is_for_host (const HubCore *self, HubSpan topic)
{
  return self->host_topic.size > 0 && hub_span_equal (topic, self->host_topic);
}

/* Only while that client is connected: what one has left behind may be taken back by anybody. */
static gboolean
is_for_another (const HubCore *self, const char *client_id, HubSpan topic)
{
  const HubSpan start = self->personal_topics;
  g_autofree char *owner = NULL;
  const HubSession *session;

  if (start.size == 0 || topic.size <= start.size || memcmp (topic.data, start.data, start.size) != 0)
    return FALSE;
  owner = g_strndup ((const char *) topic.data + start.size, topic.size - start.size);
  if (client_id != NULL && g_str_equal (owner, client_id))
    return FALSE;
  session = g_hash_table_lookup (self->sessions, owner);
  return session != NULL && session->peer != NULL;
}

/*
 * hub_core_is_reserved:
 * @client_id: (nullable): of a client that comes from outside of the program
 * @topic: a valid Topic Name
 *
 * Returns: whether it may not publish there, whatever else it may
 */
gboolean
hub_core_is_reserved (const HubCore *self, const char *client_id, HubSpan topic)
{
  return is_for_host (self, topic) || is_for_another (self, client_id, topic);
}
