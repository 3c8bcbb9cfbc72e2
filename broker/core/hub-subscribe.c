/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/core/hub-core-private.h"

#include "broker/core/hub-trace.h"
#include "broker/wire/hub-decode.h"
#include "broker/wire/hub-encode.h"
#include "broker/wire/hub-span-hash.h"
#include "broker/wire/hub-topic.h"

#define FAILURE_3_X 0x80

/* One filter of a SUBSCRIBE: what was asked for, and what became of it. */
typedef struct
{
  HubSpan filter;
  guint8 options;
  guint8 code;
  bool is_shared : 1;
  bool is_new : 1;
} Wish;

/* A SUBSCRIBE as a whole. */
typedef struct
{
  guint32 identifier;
  bool is_full : 1; /* a filter was refused since there are as many as there may be */
  bool has_sys : 1; /* what the broker tells of itself was brought up to date for it */
} Request;

static gboolean
has_room (const HubCore *self, const HubSession *session)
{
  guint max = self->options.limits.max_filters;
  guint count = session->subscriptions != NULL ? g_hash_table_size (session->subscriptions) : 0;

  return count < (max > 0 ? MIN (max, HUB_LIMITS_FILTERS_MAX) : HUB_LIMITS_FILTERS_MAX);
}

static HubReason
subscribe (HubCore *self, HubPeer *peer, Wish *wish, Request *request)
{
  HubSession *session = peer->session;
  HubSpan rest = wish->filter;
  HubSpan share;

  if (!hub_topic_split_share (&rest, &share) || !hub_topic_filter_is_valid (rest))
    return HUB_REASON_TOPIC_FILTER_INVALID;
  if (!hub_core_may_subscribe (self, session, rest))
    return HUB_REASON_NOT_AUTHORIZED;
  wish->is_shared = share.size > 0;
  request->has_sys = request->has_sys || hub_core_prepare_sys (self, rest);
  wish->is_new = hub_subscriptions_find (self->subscriptions, session, wish->filter) == NULL;
  if (wish->is_new && !has_room (self, session))
    {
      request->is_full = TRUE;
      return HUB_REASON_QUOTA_EXCEEDED;
    }
  hub_subscriptions_add (self->subscriptions, session, wish->filter, wish->options, request->identifier);
  hub_keep_subscription (&self->keep, session, wish->filter, wish->options, request->identifier);
  return (HubReason) (wish->options & HUB_SUBSCRIPTION_QOS);
}

/* Whether the subscription asks for what is retained; MQTT 5.0, section 3.8.3.1 [MQTT-3.3.1-9] to [MQTT-3.3.1-11]. */
static gboolean
wants_retained (const Wish *wish)
{
  guint handling = HUB_SUBSCRIPTION_RETAIN_HANDLING (wish->options);

  return wish->code < HUB_REASON_UNSPECIFIED && !wish->is_shared && (handling == 0 || (handling == 1 && wish->is_new));
}

/*
 * What is retained for the filters of a SUBSCRIBE, each filter once: a packet that holds one ten thousand times
 * asks for no more than one that holds it once.
 */
static void
replay_wishes (HubCore *self, HubSession *session, const GArray *wishes, guint32 identifier)
{
  g_autoptr (GHashTable) done = g_hash_table_new_full (hub_string_hash, g_str_equal, g_free, NULL);
  HubIdentifiers *identifiers = hub_identifiers_append (NULL, identifier);

  for (guint i = 0; i < wishes->len; i++)
    {
      const Wish *wish = &g_array_index (wishes, Wish, i);

      if (!wants_retained (wish) || (wishes->len > 1 && !g_hash_table_add (done, hub_span_dup_string (wish->filter))))
        continue;
      hub_core_begin_late (self,
                           session,
                           wish->filter,
                           identifiers,
                           hub_subscriptions_find (self->subscriptions, session, wish->filter)->options);
    }
  g_clear_pointer (&identifiers, hub_identifiers_unref);
  /* Many may be asked for one after the other, and others have to have their turn. */
  if (session->peer->wants_turn || !hub_core_go_on_late (self, session))
    session->peer->wants_room = TRUE;
}

/* A client that does not know what shared subscriptions are for is told at once [MQTT-3.8.3-4]. */
static gboolean
check_list (HubFilterList list, GError **error)
{
  HubSpan filter;
  guint8 options;

  while (hub_filter_list_next_subscription (&list, &filter, &options))
    {
      HubSpan share;

      if ((options & HUB_SUBSCRIPTION_NO_LOCAL) != 0 && hub_topic_split_share (&filter, &share) && share.size > 0)
        {
          g_set_error_literal (error, HUB_MQTT_ERROR, HUB_REASON_PROTOCOL_ERROR, "No Local on a shared subscription");
          return FALSE;
        }
    }
  return TRUE;
}

static void
trace_wish (HubCore *self, const HubSession *session, const Wish *wish)
{
  int size = (int) wish->filter.size;
  const char *filter = (const char *) wish->filter.data;

  hub_trace (self, HUB_LOG_DEBUG, "\t%.*s (QoS %d)", size, filter, wish->options & HUB_SUBSCRIPTION_QOS);
  if (wish->code < HUB_REASON_UNSPECIFIED)
    hub_trace (self, HUB_LOG_SUBSCRIBE, "%s %d %.*s", session->client_id, wish->code, size, filter);
}

static void
send_codes (HubCore *self, HubPeer *peer, HubPacketType type, guint16 packet_id, const GByteArray *codes)
{
  hub_trace (self,
             HUB_LOG_DEBUG,
             "Sending %s to %s",
             type == HUB_PACKET_SUBACK ? "SUBACK" : "UNSUBACK",
             peer->session->client_id);
  hub_encode_suback (hub_core_begin_packet (self), peer->version, type, packet_id, (HubSpan){ codes->data, codes->len });
  hub_core_send_packet (self, peer, hub_core_has_to_hold (self, peer->session));
}

/* Whether the client takes a packet as large as the answer will be: without one it would wait for ever. */
static gboolean
check_answer (const HubPeer *peer, const HubFilterList *list, GError **error)
{
  gsize remaining = 2 + 1 + (gsize) list->n_filters;

  if (peer->max_packet_bytes == 0 || hub_fixed_header_size (remaining) + remaining <= peer->max_packet_bytes)
    return TRUE;
  g_set_error_literal (error, HUB_MQTT_ERROR, HUB_REASON_PACKET_TOO_LARGE, "more filters than the answer has room for");
  return FALSE;
}

/* Nothing of it is done where its identifier belongs to something else. */
static void
refuse_id (HubCore *self, HubPeer *peer, HubPacketType type, const HubFilterList *list)
{
  g_autoptr (GByteArray) codes = g_byte_array_sized_new (list->n_filters);

  g_byte_array_set_size (codes, list->n_filters);
  memset (codes->data, HUB_REASON_PACKET_ID_IN_USE, list->n_filters);
  send_codes (self, peer, type, list->packet_id, codes);
}

/*
 * hub_core_handle_subscribe:
 * @peer: a connected peer
 * @list: its filters
 *
 * Subscribes filter by filter: one that cannot be accepted does not refuse the others [MQTT-3.8.4-6].
 * Retained messages follow the SUBACK.
 *
 * Returns: %FALSE with @error set when the connection is to be closed
 */
gboolean
hub_core_handle_subscribe (HubCore *self, HubPeer *peer, HubFilterList *list, GError **error)
{
  HubSession *session = peer->session;
  g_autoptr (GByteArray) codes = g_byte_array_sized_new (list->n_filters);
  g_autoptr (GArray) wishes = g_array_sized_new (FALSE, FALSE, sizeof (Wish), list->n_filters);
  Request request = { 0 };
  Wish wish = { 0 };

  hub_trace (self, HUB_LOG_DEBUG, "Received SUBSCRIBE from %s", session->client_id);
  if (!check_list (*list, error) || !check_answer (peer, list, error))
    return FALSE;
  if (hub_properties_have (&list->properties, HUB_PROPERTY_SUBSCRIPTION_IDENTIFIER))
    request.identifier = list->properties.subscription_identifier;
  if (hub_core_is_id_taken (peer, list->packet_id))
    {
      refuse_id (self, peer, HUB_PACKET_SUBACK, list);
      return TRUE;
    }

  while (hub_filter_list_next_subscription (list, &wish.filter, &wish.options))
    {
      guint8 code;

      wish.code = (guint8) subscribe (self, peer, &wish, &request);
      trace_wish (self, session, &wish);
      g_array_append_val (wishes, wish);
      code = wish.code >= HUB_REASON_UNSPECIFIED && peer->version != HUB_VERSION_5_0 ? FAILURE_3_X : wish.code;
      g_byte_array_append (codes, &code, 1);
    }

  if (request.is_full)
    hub_trace (self, HUB_LOG_NOTICE, "Client %s has as many subscriptions as it may have.", session->client_id);
  send_codes (self, peer, HUB_PACKET_SUBACK, list->packet_id, codes);
  replay_wishes (self, session, wishes, request.identifier);
  return TRUE;
}

/*
 * hub_core_handle_unsubscribe:
 * @peer: a connected peer
 * @list: its filters
 *
 * Removes the subscriptions of exactly these filters. Deliveries that have begun, or are queued, are finished
 * [MQTT-3.10.4-3]; what is retained and was not sent yet is not.
 *
 * Returns: %FALSE with @error set when the connection is to be closed
 */
gboolean
hub_core_handle_unsubscribe (HubCore *self, HubPeer *peer, HubFilterList *list, GError **error)
{
  HubSession *session = peer->session;
  g_autoptr (GByteArray) codes = g_byte_array_sized_new (list->n_filters);
  HubSpan filter;

  hub_trace (self, HUB_LOG_DEBUG, "Received UNSUBSCRIBE from %s", session->client_id);
  if (!check_answer (peer, list, error))
    return FALSE;
  if (hub_core_is_id_taken (peer, list->packet_id))
    {
      refuse_id (self, peer, HUB_PACKET_UNSUBACK, list);
      return TRUE;
    }
  while (hub_filter_list_next_filter (list, &filter))
    {
      gboolean existed = hub_subscriptions_remove (self->subscriptions, session, filter);
      guint8 code = existed ? HUB_REASON_SUCCESS : HUB_REASON_NO_SUBSCRIPTION_EXISTED;

      hub_trace (self, HUB_LOG_DEBUG, "\t%.*s", (int) filter.size, (const char *) filter.data);
      hub_trace (self, HUB_LOG_UNSUBSCRIBE, "%s %.*s", session->client_id, (int) filter.size, (const char *) filter.data);
      if (existed)
        {
          hub_catch_ups_remove (&session->catch_ups, filter);
          hub_keep_unsubscribe (&self->keep, session, filter);
        }
      g_byte_array_append (codes, &code, 1);
    }
  send_codes (self, peer, HUB_PACKET_UNSUBACK, list->packet_id, codes);
  return TRUE;
}
