/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "app/link/hub-link-private.h"

#include "app/messages/hub-stamp.h"
#include "ui/model/hub-room-topic.h"

#include <string.h>

/* What a link subscribes to, and what becomes of what comes. */

static const struct
{
  const char *filter;
  guint8 qos;
} wishes[] = {
  [HUB_LINK_WISH_ROOMS] = { HUB_ROOM_FILTER, 1 },
  [HUB_LINK_WISH_EVERYONE] = { HUB_ROOM_EVERYONE, 1 },
  [HUB_LINK_WISH_PRESENCE] = { HUB_LINK_PRESENCE "+", 1 },
  [HUB_LINK_WISH_HOST] = { HUB_LINK_HOST, 0 },
  [HUB_LINK_WISH_TYPING] = { HUB_LINK_TYPING "/#", 0 },
};

typedef enum
{
  SIGNAL_STATE_CHANGED,
  SIGNAL_MESSAGE,
  SIGNAL_PRESENCE,
  SIGNAL_TYPING,
  SIGNAL_HOST,
  SIGNAL_ACKNOWLEDGED,
  SIGNAL_REFUSED,
} HubLinkSignal;

static guint signals[SIGNAL_REFUSED + 1];

static void
wish_for (HubLink *self, HubLinkWish wish)
{
  self->wish = wish;
  if (wish < HUB_LINK_N_WISHES)
    hub_client_subscribe (self->client, wishes[wish].filter, wishes[wish].qos);
}

static void
connected_cb (HubLink *self)
{
  self->is_accepted = TRUE;
  wish_for (self, HUB_LINK_WISH_ROOMS);
}

static void
enter (HubLink *self, gboolean has_rooms)
{
  self->has_rooms = has_rooms;
  self->wants_password = FALSE;
  self->has_stopped = FALSE;
  self->is_hubbub = hub_link_find_http_port (self) > 0;
  hub_backoff_reset (&self->backoff);
  hub_route_settle (&self->route);
  /* First, so that what others make of what is said of oneself does not escape. */
  wish_for (self, HUB_LINK_WISH_PRESENCE);
  hub_link_set_state (self, HUB_LINK_CONNECTED, NULL);
}

static void
subscribed_cb (HubLink *self, gboolean is_granted)
{
  g_autoptr (GError) error = NULL;

  switch (self->wish)
    {
    case HUB_LINK_WISH_ROOMS:
      if (is_granted)
        enter (self, TRUE);
      else
        wish_for (self, HUB_LINK_WISH_EVERYONE);
      break;
    case HUB_LINK_WISH_EVERYONE:
      if (is_granted)
        {
          enter (self, FALSE);
          break;
        }
      error = g_error_new_literal (HUB_CLIENT_ERROR, HUB_CLIENT_ERROR_CREDENTIALS, "the broker refuses the subscription");
      hub_link_retry_later (self, error);
      break;
    case HUB_LINK_WISH_PRESENCE:
    case HUB_LINK_WISH_HOST:
    case HUB_LINK_WISH_TYPING:
      wish_for (self, self->wish + 1);
      break;
    case HUB_LINK_N_WISHES:
    default:
      break;
    }
}

/*
 * hub_link_find_http_port:
 *
 * Only who says where its log is has one: others hand on what anybody may have written there.
 *
 * Returns: where the broker can be asked for its log; 0: nowhere
 */
guint16
hub_link_find_http_port (HubLink *self)
{
  g_autofree char *note = self->client != NULL ? hub_client_dup_broker_note (self->client, "hub-http") : NULL;
  guint64 port = 0;

  if (note == NULL || !g_ascii_string_to_unsigned (note, 10, 1, G_MAXUINT16, &port, NULL))
    return 0;
  return (guint16) port;
}

static void
hand_on_message (HubLink *self, const char *topic, GBytes *payload, gboolean is_retain)
{
  g_autofree char *log = hub_client_dup_message_note (self->client, "hub-log");
  g_autofree char *seq = hub_client_dup_message_note (self->client, "hub-seq");
  g_autofree char *time = hub_client_dup_message_note (self->client, "hub-time");
  HubStamp stamp;
  gboolean is_recorded = hub_stamp_read (&stamp, log, seq, time) && hub_link_find_http_port (self) > 0;

  g_signal_emit (self, signals[SIGNAL_MESSAGE], 0, topic, payload, is_retain, is_recorded ? &stamp : NULL);
}

/* Other brokers let everybody publish there, and one that was kept is of another host. */
static void
hand_on_host (HubLink *self, GBytes *payload, gboolean is_retain)
{
  if (!is_retain && hub_link_find_http_port (self) > 0)
    g_signal_emit (self, signals[SIGNAL_HOST], 0, payload);
}

static void
message_cb (HubLink *self, const char *topic, GBytes *payload, guint qos, gboolean is_retain)
{
  if (g_str_has_prefix (topic, HUB_LINK_PRESENCE))
    g_signal_emit (self, signals[SIGNAL_PRESENCE], 0, topic + strlen (HUB_LINK_PRESENCE), payload);
  else if (g_str_equal (topic, HUB_LINK_TYPING))
    g_signal_emit (self, signals[SIGNAL_TYPING], 0, HUB_ROOM_EVERYONE, payload);
  else if (g_str_has_prefix (topic, HUB_LINK_TYPING "/"))
    {
      g_autofree char *room = g_strconcat (HUB_ROOM_EVERYONE, topic + strlen (HUB_LINK_TYPING), NULL);

      g_signal_emit (self, signals[SIGNAL_TYPING], 0, room, payload);
    }
  else if (g_str_equal (topic, HUB_LINK_HOST))
    hand_on_host (self, payload, is_retain);
  else
    hand_on_message (self, topic, payload, is_retain);
}

static void
acknowledged_cb (HubLink *self, guint packet_id)
{
  g_signal_emit (self, signals[SIGNAL_ACKNOWLEDGED], 0, packet_id);
}

static void
refused_cb (HubLink *self, guint packet_id, guint reason)
{
  g_signal_emit (self, signals[SIGNAL_REFUSED], 0, packet_id);
}

/*
 * hub_link_emit_state_changed:
 *
 * Tells that the state or the problem has changed.
 */
void
hub_link_emit_state_changed (HubLink *self)
{
  g_signal_emit (self, signals[SIGNAL_STATE_CHANGED], 0);
}

/*
 * hub_link_hear:
 * @self: a link whose client was just made
 *
 * Subscribes when the client is connected, and hands on what it hears.
 */
void
hub_link_hear (HubLink *self)
{
  g_signal_connect_swapped (self->client, "connected", G_CALLBACK (connected_cb), self);
  g_signal_connect_swapped (self->client, "subscribed", G_CALLBACK (subscribed_cb), self);
  g_signal_connect_swapped (self->client, "message", G_CALLBACK (message_cb), self);
  g_signal_connect_swapped (self->client, "acknowledged", G_CALLBACK (acknowledged_cb), self);
  g_signal_connect_swapped (self->client, "refused", G_CALLBACK (refused_cb), self);
}

/*
 * hub_link_install_signals:
 * @object_class: the class of a link
 */
void
hub_link_install_signals (GObjectClass *object_class)
{
  /**
   * HubLink::state-changed:
   * @self: the link
   *
   * Emitted when the state or the problem has changed.
   */
  signals[SIGNAL_STATE_CHANGED] =
    g_signal_new ("state-changed", HUB_TYPE_LINK, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);

  /**
   * HubLink::message:
   * @self: the link
   * @topic: the topic of a room
   * @payload: the Application Message
   * @is_retain: whether it came because of the subscription, and not because somebody has just sent it
   * @stamp: (nullable) (type HubStamp): what the broker says of it, if it has recorded it and can be asked for its log
   */
  signals[SIGNAL_MESSAGE] = g_signal_new ("message",
                                          HUB_TYPE_LINK,
                                          G_SIGNAL_RUN_LAST,
                                          0,
                                          NULL,
                                          NULL,
                                          NULL,
                                          G_TYPE_NONE,
                                          4,
                                          G_TYPE_STRING,
                                          G_TYPE_BYTES,
                                          G_TYPE_BOOLEAN,
                                          G_TYPE_POINTER);

  /**
   * HubLink::presence:
   * @self: the link
   * @client_id: whose it is
   * @payload: what it says; empty when they have gone
   */
  signals[SIGNAL_PRESENCE] = g_signal_new ("presence",
                                           HUB_TYPE_LINK,
                                           G_SIGNAL_RUN_LAST,
                                           0,
                                           NULL,
                                           NULL,
                                           NULL,
                                           G_TYPE_NONE,
                                           2,
                                           G_TYPE_STRING,
                                           G_TYPE_BYTES);

  /**
   * HubLink::typing:
   * @self: the link
   * @topic: the topic of the room where somebody is writing
   * @payload: who
   */
  signals[SIGNAL_TYPING] = g_signal_new ("typing",
                                         HUB_TYPE_LINK,
                                         G_SIGNAL_RUN_LAST,
                                         0,
                                         NULL,
                                         NULL,
                                         NULL,
                                         G_TYPE_NONE,
                                         2,
                                         G_TYPE_STRING,
                                         G_TYPE_BYTES);

  /**
   * HubLink::host:
   * @self: the link
   * @payload: what the host says
   *
   * Emitted when the host says before it leaves who hosts next.
   */
  signals[SIGNAL_HOST] =
    g_signal_new ("host", HUB_TYPE_LINK, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_BYTES);

  /**
   * HubLink::acknowledged:
   * @self: the link
   * @packet_id: what hub_link_publish() has returned
   */
  signals[SIGNAL_ACKNOWLEDGED] =
    g_signal_new ("acknowledged", HUB_TYPE_LINK, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_UINT);

  /**
   * HubLink::refused:
   * @self: the link
   * @packet_id: what hub_link_publish() has returned
   *
   * Emitted when the broker does not take a message, and will not.
   */
  signals[SIGNAL_REFUSED] =
    g_signal_new ("refused", HUB_TYPE_LINK, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_UINT);
}
