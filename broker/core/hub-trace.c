/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/core/hub-trace.h"

/**
 * hub_trace_peer_id:
 * @peer: a peer
 *
 * Returns: (transfer none): its Client Identifier; empty before CONNECT
 */
const char *
hub_trace_peer_id (const HubPeer *peer)
{
  return peer->session != NULL ? peer->session->client_id : "";
}

/**
 * hub_trace_dup_peer_label:
 * @peer: a peer
 *
 * Returns: (transfer full): what it is called in the log: its Client Identifier, or its address before it has one
 */
char *
hub_trace_dup_peer_label (const HubPeer *peer)
{
  char name[HUB_PEER_NAME_SIZE];

  if (peer->session != NULL)
    return g_strdup (peer->session->client_id);
  peer->funcs->describe ((HubPeer *) peer, name);
  return g_strdup (name);
}

/**
 * hub_trace_publish:
 * @core: a core
 * @verb: `Received` or `Sending`
 * @peer: the connection
 * @topic: the Topic Name
 * @size: bytes of the payload
 * @delivery: flags and identifier
 *
 * Writes the line about a PUBLISH that Mosquitto's users know.
 */
void
hub_trace_publish (const HubCore *core,
                   const char *verb,
                   const HubPeer *peer,
                   HubSpan topic,
                   gsize size,
                   const HubDelivery *delivery)
{
  hub_trace (core,
             HUB_LOG_DEBUG,
             "%s PUBLISH %s %s (d%d, q%d, r%d, m%d, '%.*s', ... (%" G_GSIZE_FORMAT " bytes))",
             verb,
             g_str_equal (verb, "Sending") ? "to" : "from",
             hub_trace_peer_id (peer),
             delivery->is_dup ? 1 : 0,
             delivery->qos,
             delivery->is_retain ? 1 : 0,
             delivery->packet_id,
             (int) topic.size,
             (const char *) topic.data,
             size);
}
