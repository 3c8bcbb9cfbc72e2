/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/client/hub-client-flow.h"

#define PACKET_IDS_MAX 65535

/**
 * hub_client_flow_init:
 * @self: (out caller-allocates): a flow of nothing
 */
void
hub_client_flow_init (HubClientFlow *self)
{
  *self = (HubClientFlow){ .sent = g_hash_table_new (NULL, NULL), .held = G_QUEUE_INIT };
}

/**
 * hub_client_flow_clear:
 * @self: a flow
 *
 * Forgets what was not sent.
 */
void
hub_client_flow_clear (HubClientFlow *self)
{
  g_queue_clear_full (&self->held, (GDestroyNotify) g_byte_array_unref);
  g_clear_pointer (&self->sent, g_hash_table_unref);
}

/**
 * hub_client_flow_take_id:
 * @self: a flow
 * @sent: what it is for
 *
 * Returns: a Packet Identifier; 0 when the broker owes an answer for every one that there is
 */
guint16
hub_client_flow_take_id (HubClientFlow *self, HubClientSent sent)
{
  if (g_hash_table_size (self->sent) == PACKET_IDS_MAX)
    return 0;
  do
    self->last_packet_id = self->last_packet_id == G_MAXUINT16 ? 1 : self->last_packet_id + 1;
  while (g_hash_table_contains (self->sent, GUINT_TO_POINTER (self->last_packet_id)));
  g_hash_table_insert (self->sent, GUINT_TO_POINTER (self->last_packet_id), GUINT_TO_POINTER (sent));
  return self->last_packet_id;
}

/**
 * hub_client_flow_release_id:
 * @self: a flow
 * @sent: what was answered
 * @packet_id: the Packet Identifier of the answer
 *
 * With the answer to a publish the broker takes a further one.
 *
 * Returns: whether @packet_id was taken for @sent; an answer to something else does not count
 */
gboolean
hub_client_flow_release_id (HubClientFlow *self, HubClientSent sent, guint16 packet_id)
{
  gpointer key = GUINT_TO_POINTER (packet_id);

  if (GPOINTER_TO_UINT (g_hash_table_lookup (self->sent, key)) != sent || !g_hash_table_remove (self->sent, key))
    return FALSE;
  if (sent == HUB_CLIENT_SENT_PUBLISH)
    self->n_open--;
  return TRUE;
}

/**
 * hub_client_flow_hold:
 * @self: a flow
 * @packet: (transfer full): a PUBLISH at QoS 1 or 2
 *
 * Puts @packet behind those that wait.
 */
void
hub_client_flow_hold (HubClientFlow *self, GByteArray *packet)
{
  self->held_bytes += packet->len;
  g_queue_push_tail (&self->held, packet);
}

/**
 * hub_client_flow_take_next:
 * @self: a flow
 * @receive_maximum: how many publishes the broker takes at a time
 *
 * As many as that are on their way; an answer lets the next one go [MQTT-3.3.4-7].
 *
 * Returns: (transfer full) (nullable): the next one that is to be sent now
 */
GByteArray *
hub_client_flow_take_next (HubClientFlow *self, guint receive_maximum)
{
  GByteArray *packet;

  if (self->n_open >= receive_maximum || g_queue_is_empty (&self->held))
    return NULL;
  packet = g_queue_pop_head (&self->held);
  self->n_open++;
  self->held_bytes -= packet->len;
  return packet;
}

/**
 * hub_client_flow_get_held:
 * @self: a flow
 *
 * Returns: how many bytes wait
 */
gsize
hub_client_flow_get_held (const HubClientFlow *self)
{
  return self->held_bytes;
}
