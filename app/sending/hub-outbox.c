/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "app/sending/hub-outbox.h"

#include "ui/model/hub-message-item.h"

#include <glib/gi18n-lib.h>

/* A message at which the broker hangs up so often, so soon, is not sent again by itself: it would keep all others from
 * being sent. */
#define BREAKS_MAX 4
#define AT_ONCE_US (5 * G_TIME_SPAN_SECOND)

typedef struct
{
  char *topic;
  char *id;
  gint64 sent_us;
} UnderWay;

/**
 * HubOutbox:
 *
 * What becomes of the messages that the user publishes: each is kept until the broker has taken it, sent again with the
 * same id on every new connection, and given up when the broker does not want it. What was given up is kept until the user
 * has it sent again or does not want it any more.
 */
struct _HubOutbox
{
  GObject parent_instance;

  HubUnsent *unsent;     /* (owned) */
  char *chat;            /* (owned): whose messages are sent */
  HubLink *link;         /* (owned) (nullable) */
  GHashTable *under_way; /* (owned) (element-type guint UnderWay): by Packet Identifier */
  char *break_id;        /* (owned) (nullable): the message at which the broker hung up last */
  guint n_breaks;        /* how often */
};

G_DEFINE_FINAL_TYPE (HubOutbox, hub_outbox, G_TYPE_OBJECT)

typedef enum
{
  SIGNAL_SETTLED,
  SIGNAL_NOTICE,
} HubOutboxSignal;

static guint signals[SIGNAL_NOTICE + 1];

static void
under_way_free (gpointer data)
{
  UnderWay *under_way = data;

  g_free (under_way->topic);
  g_free (under_way->id);
  g_free (under_way);
}

static UnderWay *
under_way_new (const char *topic, const char *id)
{
  UnderWay *under_way = g_new (UnderWay, 1);

  *under_way = (UnderWay){ g_strdup (topic), g_strdup (id), g_get_monotonic_time () };
  return under_way;
}

/* What has become of a message: it is not sent again by itself, either way. */
static void
settle (HubOutbox *self, const char *topic, const char *id, HubMessageState state)
{
  g_signal_emit (self, signals[SIGNAL_SETTLED], 0, topic, id, state);
  if (state == HUB_MESSAGE_STATE_FAILED)
    hub_unsent_set_failed (self->unsent, id, TRUE);
  else
    hub_unsent_remove (self->unsent, id);
}

static void
settle_packet (HubOutbox *self, guint packet_id, HubMessageState state)
{
  gpointer key = GUINT_TO_POINTER (packet_id);
  gpointer under_way;

  if (!g_hash_table_steal_extended (self->under_way, key, NULL, &under_way))
    return;
  settle (self, ((UnderWay *) under_way)->topic, ((UnderWay *) under_way)->id, state);
  under_way_free (under_way);
}

static void
send_message (HubOutbox *self, const char *topic, const char *id, GBytes *payload)
{
  g_autoptr (HubLink) link = self->link != NULL ? g_object_ref (self->link) : NULL;
  guint16 packet_id;

  if (link == NULL)
    return;
  if (!hub_link_takes (link, topic, payload))
    {
      settle (self, topic, id, HUB_MESSAGE_STATE_FAILED);
      g_signal_emit (self, signals[SIGNAL_NOTICE], 0, _ ("This message is too long for this host: send it in parts"));
      return;
    }
  packet_id = hub_link_publish (link, topic, payload, 1, FALSE);
  if (packet_id > 0)
    g_hash_table_insert (self->under_way, GUINT_TO_POINTER (packet_id), under_way_new (topic, id));
}

static void
send_all (HubOutbox *self)
{
  g_autoptr (GPtrArray) messages = hub_outbox_list (self);

  for (guint i = 0; i < messages->len; i++)
    {
      const HubUnsentMessage *message = g_ptr_array_index (messages, i);
      g_autofree char *topic = g_strdup (message->topic);
      g_autofree char *id = g_strdup (message->id);
      g_autoptr (GBytes) payload = g_bytes_ref (message->payload);

      if (!message->has_failed)
        send_message (self, topic, id, payload);
    }
}

static UnderWay *
find_under_way (HubOutbox *self, const char *id)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->under_way);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    if (g_str_equal (((const UnderWay *) value)->id, id))
      return value;
  return NULL;
}

/* Only the oldest message under way can be what the broker hung up at. */
static void
count_break (HubOutbox *self)
{
  g_autoptr (GPtrArray) messages = hub_outbox_list (self);
  const UnderWay *oldest = NULL;

  for (guint i = 0; i < messages->len && oldest == NULL; i++)
    oldest = find_under_way (self, ((const HubUnsentMessage *) g_ptr_array_index (messages, i))->id);
  if (oldest == NULL || g_get_monotonic_time () - oldest->sent_us > AT_ONCE_US)
    return;
  if (g_strcmp0 (self->break_id, oldest->id) != 0)
    {
      g_free (self->break_id);
      self->break_id = g_strdup (oldest->id);
      self->n_breaks = 0;
    }
  self->n_breaks++;
  if (self->n_breaks < BREAKS_MAX)
    return;
  settle (self, oldest->topic, oldest->id, HUB_MESSAGE_STATE_FAILED);
  g_signal_emit (self, signals[SIGNAL_NOTICE], 0, _ ("The broker does not accept this message"));
}

static void
state_changed_cb (HubOutbox *self, HubLink *link)
{
  HubLinkState state = hub_link_get_state (link);

  if (state == HUB_LINK_WAITING)
    count_break (self);
  if (state == HUB_LINK_CONNECTED)
    send_all (self);
  else
    g_hash_table_remove_all (self->under_way);
}

static void
acknowledged_cb (HubOutbox *self, guint packet_id)
{
  settle_packet (self, packet_id, HUB_MESSAGE_STATE_SENT);
}

static void
refused_cb (HubOutbox *self, guint packet_id)
{
  gboolean is_message = g_hash_table_contains (self->under_way, GUINT_TO_POINTER (packet_id));

  settle_packet (self, packet_id, HUB_MESSAGE_STATE_FAILED);
  if (is_message)
    g_signal_emit (self, signals[SIGNAL_NOTICE], 0, _ ("The broker does not accept this message"));
}

static void
hub_outbox_dispose (GObject *object)
{
  HubOutbox *self = HUB_OUTBOX (object);

  hub_outbox_set_link (self, NULL);
  g_clear_object (&self->unsent);
  G_OBJECT_CLASS (hub_outbox_parent_class)->dispose (object);
}

static void
hub_outbox_finalize (GObject *object)
{
  HubOutbox *self = HUB_OUTBOX (object);

  g_hash_table_unref (self->under_way);
  g_free (self->break_id);
  g_free (self->chat);
  G_OBJECT_CLASS (hub_outbox_parent_class)->finalize (object);
}

static void
hub_outbox_class_init (HubOutboxClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = hub_outbox_dispose;
  object_class->finalize = hub_outbox_finalize;

  /**
   * HubOutbox::settled:
   * @self: the outbox
   * @topic: where it was published
   * @id: the id of a message
   * @state: %HUB_MESSAGE_STATE_SENT or %HUB_MESSAGE_STATE_FAILED
   *
   * Emitted when it is known what has become of a message.
   */
  signals[SIGNAL_SETTLED] = g_signal_new ("settled",
                                          HUB_TYPE_OUTBOX,
                                          G_SIGNAL_RUN_LAST,
                                          0,
                                          NULL,
                                          NULL,
                                          NULL,
                                          G_TYPE_NONE,
                                          3,
                                          G_TYPE_STRING,
                                          G_TYPE_STRING,
                                          HUB_TYPE_MESSAGE_STATE);

  /**
   * HubOutbox::notice:
   * @self: the outbox
   * @text: a short sentence for the user
   *
   * Emitted for what is worth a toast.
   */
  signals[SIGNAL_NOTICE] =
    g_signal_new ("notice", HUB_TYPE_OUTBOX, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
hub_outbox_init (HubOutbox *self)
{
  self->chat = g_strdup ("");
  self->under_way = g_hash_table_new_full (NULL, NULL, NULL, under_way_free);
}

/**
 * hub_outbox_new:
 * @file: where messages are kept until they are sent; read now
 *
 * Returns: (transfer full): the outbox, without a link
 */
HubOutbox *
hub_outbox_new (GFile *file)
{
  HubOutbox *self = g_object_new (HUB_TYPE_OUTBOX, NULL);

  self->unsent = hub_unsent_new (file);
  return self;
}

/**
 * hub_outbox_set_chat:
 * @self: an outbox without a link
 * @chat: which chat: the address of a host, or "" for the own one
 *
 * Says whose messages are sent from now on.
 */
void
hub_outbox_set_chat (HubOutbox *self, const char *chat)
{
  char *copy;

  g_return_if_fail (HUB_IS_OUTBOX (self) && self->link == NULL);

  copy = g_strdup (chat);
  g_free (self->chat);
  self->chat = copy;
}

/**
 * hub_outbox_move_chat:
 * @self: an outbox
 * @chat: the address where the present chat is now
 *
 * The messages of the present chat go with it.
 */
void
hub_outbox_move_chat (HubOutbox *self, const char *chat)
{
  char *copy;

  g_return_if_fail (HUB_IS_OUTBOX (self));

  copy = g_strdup (chat);
  hub_unsent_move (self->unsent, self->chat, copy);
  g_free (self->chat);
  self->chat = copy;
}

/**
 * hub_outbox_set_link:
 * @self: an outbox
 * @link: (nullable) (transfer none): the way to the broker
 *
 * Sends over @link whenever that is connected.
 */
void
hub_outbox_set_link (HubOutbox *self, HubLink *link)
{
  g_return_if_fail (HUB_IS_OUTBOX (self));

  if (self->link != NULL)
    g_signal_handlers_disconnect_by_data (self->link, self);
  g_hash_table_remove_all (self->under_way);
  g_set_object (&self->link, link);
  if (link == NULL)
    return;
  g_signal_connect_swapped (link, "state-changed", G_CALLBACK (state_changed_cb), self);
  g_signal_connect_swapped (link, "acknowledged", G_CALLBACK (acknowledged_cb), self);
  g_signal_connect_swapped (link, "refused", G_CALLBACK (refused_cb), self);
}

/**
 * hub_outbox_post:
 * @self: an outbox
 * @topic: the Topic Name
 * @id: the id in @payload
 * @payload: what to publish, JSON
 *
 * Keeps a message, and sends it now or as soon as it can be sent.
 */
void
hub_outbox_post (HubOutbox *self, const char *topic, const char *id, GBytes *payload)
{
  g_return_if_fail (HUB_IS_OUTBOX (self));

  hub_unsent_add (self->unsent, self->chat, topic, id, payload);
  send_message (self, topic, id, payload);
}

/**
 * hub_outbox_retry:
 * @self: an outbox
 * @id: the id of a message that was given up
 *
 * Sends it again, now or as soon as it can be sent. It keeps its id: should it have arrived after all, nobody sees it twice.
 */
void
hub_outbox_retry (HubOutbox *self, const char *id)
{
  const HubUnsentMessage *message;
  g_autofree char *topic = NULL;
  g_autofree char *own_id = NULL;
  g_autoptr (GBytes) payload = NULL;

  g_return_if_fail (HUB_IS_OUTBOX (self));

  message = hub_unsent_set_failed (self->unsent, id, FALSE);
  if (message == NULL)
    return;
  topic = g_strdup (message->topic);
  own_id = g_strdup (message->id);
  payload = g_bytes_ref (message->payload);
  if (g_strcmp0 (self->break_id, own_id) == 0)
    self->n_breaks = 0;
  send_message (self, topic, own_id, payload);
}

/**
 * hub_outbox_remove:
 * @self: an outbox
 * @id: the id of a message that is known to be sent, or was given up
 *
 * Lets go of a message: it is in the log of the host, whether that was acknowledged or not, or nobody wants it any more.
 */
void
hub_outbox_remove (HubOutbox *self, const char *id)
{
  g_return_if_fail (HUB_IS_OUTBOX (self));

  hub_unsent_remove (self->unsent, id);
}

/**
 * hub_outbox_list:
 * @self: an outbox
 *
 * Returns: (transfer container) (element-type HubUnsentMessage): what is not sent yet, oldest first; valid until the next
 *   change
 */
GPtrArray *
hub_outbox_list (HubOutbox *self)
{
  g_return_val_if_fail (HUB_IS_OUTBOX (self), g_ptr_array_new ());

  return hub_unsent_list (self->unsent, self->chat);
}

/**
 * hub_outbox_flush:
 * @self: an outbox
 *
 * Writes what is not sent into its file. For the end of the program: it blocks.
 */
void
hub_outbox_flush (HubOutbox *self)
{
  g_return_if_fail (HUB_IS_OUTBOX (self));

  hub_unsent_flush (self->unsent);
}
