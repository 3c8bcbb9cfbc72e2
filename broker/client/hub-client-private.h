/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "broker/client/hub-client-flow.h"
#include "broker/client/hub-client-terms.h"
#include "broker/client/hub-client.h"
#include "broker/client/hub-packet-channel.h"

G_BEGIN_DECLS

/* What the files of HubClient share. */
struct _HubClient
{
  GObject parent_instance;

  HubPacketChannel *channel; /* (owned) (nullable): while it is open */
  HubVersion version;
  gboolean is_connected;
  guint8 refusal; /* the code of the CONNACK */
  HubClientTerms terms;
  HubClientFlow flow;
  HubSpan message_notes; /* (unowned): the properties of the message that is being handed out */
  GHashTable *received;  /* (owned) (element-type guint guint): QoS 2 identifiers that are not released */
  guint answer_timeout_ms;
  GSource *timer; /* (owned) (nullable): for CONNACK, then for pings */
  gboolean waits_for_ping;
  HubClientTraceFunc trace; /* (nullable) */
  gpointer trace_data;
  gboolean is_leaving; /* once the message that is being handed out is acknowledged */
};

typedef enum
{
  HUB_CLIENT_SIGNAL_CONNECTED,
  HUB_CLIENT_SIGNAL_SUBSCRIBED,
  HUB_CLIENT_SIGNAL_MESSAGE,
  HUB_CLIENT_SIGNAL_ACKNOWLEDGED,
  HUB_CLIENT_SIGNAL_REFUSED,
  HUB_CLIENT_SIGNAL_DRAINED,
  HUB_CLIENT_SIGNAL_CLOSED,
} HubClientSignal;

extern guint hub_client_signals[HUB_CLIENT_SIGNAL_CLOSED + 1];

/* hub-client.c */
void hub_client_fail (HubClient *self, const GError *error);
void hub_client_fail_code (HubClient *self, HubClientError code, const char *message);
void hub_client_arm_ping (HubClient *self);

/* hub-client-hear.c */
void hub_client_hear_cb (HubPacket *packet, gpointer user_data);

/* hub-client-send.c */
void hub_client_send (HubClient *self, HubSpan packet);
void hub_client_send_ack (HubClient *self, HubPacketType type, guint16 packet_id);
void hub_client_send_empty (HubClient *self, HubPacketType type);
void hub_client_send_goodbye (HubClient *self);
void hub_client_send_held (HubClient *self);

G_END_DECLS
