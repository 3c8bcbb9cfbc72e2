/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/core/hub-core-private.h"

#include "broker/core/hub-trace.h"
#include "broker/wire/hub-decode.h"
#include "broker/wire/hub-encode.h"
#include "broker/wire/hub-topic.h"

#define SUBACK_FAILURE 0x80

typedef struct
{
  HubCore *core;
  HubSession *session;
  guint8 qos;
} Replay;

static void
replay_cb (HubMessage *message, gpointer user_data)
{
  Replay *replay = user_data;

  hub_core_replay (replay->core, replay->session, message, replay->qos);
}

static gboolean
has_room (HubCore *self, HubSession *session, HubSpan filter)
{
  guint max = self->options.limits.max_filters;
  guint count = session->subscriptions != NULL ? g_hash_table_size (session->subscriptions) : 0;

  return max == 0 || count < max || hub_subscriptions_contains (self->subscriptions, session, filter);
}

static guint8
subscribe (HubCore *self, HubSession *session, HubSpan filter, guint8 qos, gboolean *is_full)
{
  if (!hub_topic_filter_is_valid (filter))
    return SUBACK_FAILURE;
  if (!has_room (self, session, filter))
    {
      *is_full = TRUE;
      return SUBACK_FAILURE;
    }
  hub_subscriptions_add (self->subscriptions, session, filter, qos);
  return qos;
}

/*
 * What is retained for the filters of a SUBSCRIBE, each filter once: a packet that holds one ten thousand times
 * asks for no more than one that holds it once.
 */
static void
replay_filters (HubCore *self, HubSession *session, HubFilterList *list, const guint8 *codes)
{
  g_autoptr (GHashTable) done = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  HubSpan filter;
  guint8 qos;

  for (guint i = 0; hub_filter_list_next_subscription (list, &filter, &qos); i++)
    {
      Replay replay = { self, session, qos };

      if (codes[i] != SUBACK_FAILURE &&
          (list->n_filters == 1 || g_hash_table_add (done, hub_span_dup_string (filter))))
        hub_retained_visit (self->retained, filter, replay_cb, &replay);
    }
}

/*
 * hub_core_handle_subscribe:
 * @peer: a connected peer
 * @list: its filters
 *
 * Subscribes filter by filter: one that cannot be accepted does not refuse the others [MQTT-3.8.4-6].
 * Retained messages follow the SUBACK.
 */
void
hub_core_handle_subscribe (HubCore *self, HubPeer *peer, HubFilterList *list)
{
  HubSession *session = peer->session;
  g_autoptr (GByteArray) codes = g_byte_array_sized_new (list->n_filters);
  g_autoptr (GByteArray) packet = g_byte_array_sized_new (list->n_filters + 8);
  HubFilterList again = *list;
  gboolean is_full = FALSE;
  HubSpan filter;
  guint8 qos;

  hub_trace (self, HUB_LOG_DEBUG, "Received SUBSCRIBE from %s", session->client_id);
  while (hub_filter_list_next_subscription (list, &filter, &qos))
    {
      guint8 code = subscribe (self, session, filter, qos, &is_full);

      hub_trace (self, HUB_LOG_DEBUG, "\t%.*s (QoS %d)", (int) filter.size, (const char *) filter.data, qos);
      if (code != SUBACK_FAILURE)
        hub_trace (self, HUB_LOG_DEBUG, "%s %d %.*s", session->client_id, code, (int) filter.size, (const char *) filter.data);
      g_byte_array_append (codes, &code, 1);
    }

  if (is_full)
    hub_trace (self, HUB_LOG_NOTICE, "Client %s has as many subscriptions as it may have.", session->client_id);
  hub_trace (self, HUB_LOG_DEBUG, "Sending SUBACK to %s", session->client_id);
  hub_encode_suback (packet, peer->version, list->packet_id, (HubSpan){ codes->data, codes->len });
  peer->funcs->send (peer, (HubSpan){ packet->data, packet->len });

  replay_filters (self, session, &again, codes->data);
}

/*
 * hub_core_handle_unsubscribe:
 * @peer: a connected peer
 * @list: its filters
 *
 * Removes the subscriptions of exactly these filters. Deliveries that have begun, or wait, are
 * finished [MQTT-3.10.4-3].
 */
void
hub_core_handle_unsubscribe (HubCore *self, HubPeer *peer, HubFilterList *list)
{
  HubSession *session = peer->session;
  HubSpan filter;

  hub_trace (self, HUB_LOG_DEBUG, "Received UNSUBSCRIBE from %s", session->client_id);
  while (hub_filter_list_next_filter (list, &filter))
    {
      hub_trace (self, HUB_LOG_DEBUG, "\t%.*s", (int) filter.size, (const char *) filter.data);
      hub_subscriptions_remove (self->subscriptions, session, filter);
    }
  hub_core_send_ack (self, peer, HUB_PACKET_UNSUBACK, list->packet_id);
}
