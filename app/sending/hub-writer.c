/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "app/sending/hub-writer.h"

#include "app/messages/hub-payload.h"

#include <glib/gi18n-lib.h>

/* Longer texts pass no desktop host. */
#define PAYLOAD_BYTES_MAX (1024 * 1024)

/**
 * HubWriter:
 *
 * What the user writes: makes messages of it, shows which of them are under way, were sent or given up, and says how long
 * one may be.
 */
struct _HubWriter
{
  GObject parent_instance;

  HubChatState *state; /* (owned) */
  HubOutbox *outbox;   /* (owned) */
  HubRooms *rooms;     /* (owned) */
  HubLink *link;       /* (owned) (nullable) */
  char *from;          /* (owned) */
};

G_DEFINE_FINAL_TYPE (HubWriter, hub_writer, G_TYPE_OBJECT)

typedef enum
{
  SIGNAL_NOTICE,
} HubWriterSignal;

static guint signals[SIGNAL_NOTICE + 1];

static void
settled_cb (HubWriter *self, const char *topic, const char *id, HubMessageState state)
{
  hub_rooms_settle (self->rooms, topic, id, state);
}

static void
found_cb (HubWriter *self, const char *id)
{
  hub_outbox_remove (self->outbox, id);
}

static void
retry_cb (HubWriter *self, HubMessageItem *item)
{
  const char *id = hub_message_item_get_id (item);

  if (id == NULL || hub_message_item_get_state (item) != HUB_MESSAGE_STATE_FAILED)
    return;
  hub_message_item_set_state (item, HUB_MESSAGE_STATE_WAITING);
  hub_outbox_retry (self->outbox, id);
}

static void
dismiss_cb (HubWriter *self, HubMessageItem *item)
{
  if (hub_message_item_get_state (item) != HUB_MESSAGE_STATE_FAILED)
    return;
  if (hub_message_item_get_id (item) != NULL)
    hub_outbox_remove (self->outbox, hub_message_item_get_id (item));
  hub_message_list_remove (hub_chat_state_get_messages (self->state), item);
}

static gboolean
publish_cb (HubWriter *self, const char *text)
{
  HubRoom *room = hub_chat_state_get_room (self->state);
  HubMessageList *messages = hub_room_get_messages (room);
  const char *topic = hub_room_get_topic (room);
  g_autoptr (HubPayload) payload = NULL;
  g_autoptr (GBytes) bytes = NULL;

  if (hub_room_get_is_read_only (room))
    return FALSE;
  payload = hub_payload_new_chat (hub_chat_state_get_name (self->state), text, self->from, g_get_real_time () / 1000);
  bytes = hub_payload_to_bytes (payload);
  if (g_bytes_get_size (bytes) > PAYLOAD_BYTES_MAX)
    {
      g_signal_emit (self, signals[SIGNAL_NOTICE], 0, _ ("This is too long for one message: send it in parts"));
      return FALSE;
    }

  /* Whoever writes wants to see it, at the end. */
  if (hub_message_list_get_is_detached (messages))
    hub_message_list_reach (messages, HUB_MESSAGE_EDGE_NEWEST);
  hub_rooms_show_waiting (self->rooms, topic, payload);
  hub_outbox_post (self->outbox, topic, payload->id, bytes);
  return TRUE;
}

/* How long a text may be: what the host takes of a message, less what else is in one. */
static void
show_limit (HubWriter *self)
{
  const char *topic = hub_room_get_topic (hub_chat_state_get_room (self->state));
  g_autoptr (HubPayload) payload = hub_payload_new_chat (hub_chat_state_get_name (self->state), "", self->from, 0);
  g_autoptr (GBytes) frame = hub_payload_to_bytes (payload);
  gsize max_bytes = self->link != NULL ? hub_link_get_payload_max (self->link, topic) : PAYLOAD_BYTES_MAX;
  gsize frame_bytes = g_bytes_get_size (frame);

  max_bytes = MIN (max_bytes, PAYLOAD_BYTES_MAX);
  hub_standing_set_limit_bytes (hub_chat_state_get_standing (self->state),
                                max_bytes > frame_bytes ? max_bytes - frame_bytes : 0);
}

static void
hub_writer_dispose (GObject *object)
{
  HubWriter *self = HUB_WRITER (object);

  if (self->state != NULL)
    hub_writer_set_link (self, NULL);
  g_clear_object (&self->rooms);
  g_clear_object (&self->outbox);
  g_clear_object (&self->state);
  G_OBJECT_CLASS (hub_writer_parent_class)->dispose (object);
}

static void
hub_writer_finalize (GObject *object)
{
  g_free (HUB_WRITER (object)->from);
  G_OBJECT_CLASS (hub_writer_parent_class)->finalize (object);
}

static void
hub_writer_class_init (HubWriterClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = hub_writer_dispose;
  object_class->finalize = hub_writer_finalize;

  /**
   * HubWriter::notice:
   * @self: the writer
   * @text: a short sentence for the user
   */
  signals[SIGNAL_NOTICE] =
    g_signal_new ("notice", HUB_TYPE_WRITER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
hub_writer_init (HubWriter *self)
{
}

/**
 * hub_writer_new:
 * @state: what the user writes in, with a name
 * @outbox: what sends it
 * @rooms: what shows it
 * @from: what tells this installation from others
 *
 * Returns: (transfer full): a writer without a link
 */
HubWriter *
hub_writer_new (HubChatState *state, HubOutbox *outbox, HubRooms *rooms, const char *from)
{
  HubWriter *self = g_object_new (HUB_TYPE_WRITER, NULL);

  self->state = g_object_ref (state);
  self->outbox = g_object_ref (outbox);
  self->rooms = g_object_ref (rooms);
  self->from = g_strdup (from);
  g_signal_connect_object (state, "publish", G_CALLBACK (publish_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (state, "retry", G_CALLBACK (retry_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (state, "dismiss", G_CALLBACK (dismiss_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (state, "notify::name", G_CALLBACK (show_limit), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (state, "notify::room", G_CALLBACK (show_limit), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (outbox, "settled", G_CALLBACK (settled_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (rooms, "entered", G_CALLBACK (hub_writer_show_unsent), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (rooms, "found", G_CALLBACK (found_cb), self, G_CONNECT_SWAPPED);
  show_limit (self);
  return self;
}

/**
 * hub_writer_set_link:
 * @self: a writer
 * @link: (nullable): the way to the broker, which says how long a message may be; %NULL when there is none any more
 */
void
hub_writer_set_link (HubWriter *self, HubLink *link)
{
  g_return_if_fail (HUB_IS_WRITER (self));

  if (self->link != NULL)
    g_signal_handlers_disconnect_by_data (self->link, self);
  g_set_object (&self->link, link);
  if (link != NULL)
    g_signal_connect_swapped (link, "state-changed", G_CALLBACK (show_limit), self);
}

/**
 * hub_writer_show_unsent:
 * @self: a writer
 * @room: a room that holds nothing yet: what is shown a second time counts as sent
 *
 * Shows what waits to be sent there.
 */
void
hub_writer_show_unsent (HubWriter *self, HubRoom *room)
{
  const char *topic = hub_room_get_topic (room);
  g_autoptr (GPtrArray) messages = NULL;

  g_return_if_fail (HUB_IS_WRITER (self));

  messages = hub_outbox_list (self->outbox);
  for (guint i = 0; i < messages->len; i++)
    {
      const HubUnsentMessage *message = g_ptr_array_index (messages, i);
      g_autoptr (HubPayload) payload = NULL;

      if (!g_str_equal (message->topic, topic))
        continue;
      payload = hub_payload_parse (message->payload);
      hub_rooms_show_waiting (self->rooms, topic, payload);
      if (message->has_failed)
        hub_rooms_settle (self->rooms, topic, message->id, HUB_MESSAGE_STATE_FAILED);
    }
}
