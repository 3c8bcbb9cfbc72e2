/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "app/people/hub-typing.h"

#include "app/people/hub-presence-payload.h"
#include "ui/model/hub-room-topic.h"
#include "ui/model/hub-typists.h"

#include <string.h>

/**
 * HubTyping:
 *
 * Who is writing just now: says so of oneself, now and then, and shows it of the others in the room where they do.
 */
struct _HubTyping
{
  GObject parent_instance;

  HubChatState *state; /* (owned) */
  char *from;          /* (owned) */
  HubLink *link;       /* (owned) (nullable) */
  HubTypists *typists; /* (owned) */
  gint64 told_us;      /* when it was said last; 0: never */
  guint expire_id;     /* source */
};

G_DEFINE_FINAL_TYPE (HubTyping, hub_typing, G_TYPE_OBJECT)

static void show (HubTyping *self);

static gboolean
expire_cb (gpointer user_data)
{
  HubTyping *self = user_data;

  self->expire_id = 0;
  hub_typists_advance (self->typists, g_get_monotonic_time ());
  show (self);
  return G_SOURCE_REMOVE;
}

static void
show_in (HubTyping *self, HubRoom *room)
{
  g_autofree char *text = hub_typists_to_text (self->typists, hub_room_get_topic (room));

  hub_room_set_typing (room, text);
}

/* The clock runs as long as somebody is writing. */
static void
arm (HubTyping *self)
{
  const gint64 deadline_us = hub_typists_get_deadline (self->typists);

  g_clear_handle_id (&self->expire_id, g_source_remove);
  if (deadline_us == G_MAXINT64)
    return;
  self->expire_id =
    g_timeout_add ((guint) (MAX (deadline_us - g_get_monotonic_time (), 0) / 1000 + 1), expire_cb, self);
  g_source_set_name_by_id (self->expire_id, "hubbub typing");
}

/* In every room that is entered. */
static void
show (HubTyping *self)
{
  HubRoomList *rooms = hub_chat_state_get_rooms (self->state);
  const guint n_rooms = hub_room_list_get_n_entered (rooms);

  for (guint i = 0; i < n_rooms; i++)
    show_in (self, hub_room_list_get (rooms, i));
  arm (self);
}

static void
heard_cb (HubTyping *self, const char *topic, GBytes *bytes)
{
  g_autoptr (HubPresencePayload) payload = hub_presence_payload_parse (bytes);
  HubRoom *room = hub_room_list_find (hub_chat_state_get_rooms (self->state), topic);

  if (payload == NULL || room == NULL || !hub_room_get_is_entered (room) || g_str_equal (payload->from, self->from))
    return;
  hub_typists_hear (self->typists, topic, payload->from, payload->name, g_get_monotonic_time ());
  /* Anybody can say so as often as they like: it costs one room. */
  show_in (self, room);
  arm (self);
}

static void
typing_cb (HubTyping *self)
{
  HubRoom *room = hub_chat_state_get_room (self->state);
  const gint64 now_us = g_get_monotonic_time ();
  g_autoptr (GBytes) payload = NULL;
  g_autofree char *topic = NULL;

  if (self->link == NULL || hub_link_get_state (self->link) != HUB_LINK_CONNECTED || hub_room_get_is_read_only (room))
    return;
  if (self->told_us != 0 && now_us - self->told_us < HUB_TYPISTS_PAUSE_US)
    return;
  self->told_us = now_us;
  payload = hub_presence_payload_new_typing (self->from, hub_chat_state_get_name (self->state));
  topic = g_strconcat (HUB_LINK_TYPING, hub_room_get_topic (room) + strlen (HUB_ROOM_EVERYONE), NULL);
  hub_link_publish (self->link, topic, payload, 0, FALSE);
}

static void
link_changed_cb (HubTyping *self)
{
  if (hub_link_get_state (self->link) == HUB_LINK_CONNECTED)
    return;
  hub_typists_clear (self->typists);
  show (self);
}

static void
hub_typing_dispose (GObject *object)
{
  HubTyping *self = HUB_TYPING (object);

  if (self->state != NULL)
    hub_typing_set_link (self, NULL);
  g_clear_handle_id (&self->expire_id, g_source_remove);
  g_clear_object (&self->state);
  G_OBJECT_CLASS (hub_typing_parent_class)->dispose (object);
}

static void
hub_typing_finalize (GObject *object)
{
  HubTyping *self = HUB_TYPING (object);

  hub_typists_free (self->typists);
  g_free (self->from);
  G_OBJECT_CLASS (hub_typing_parent_class)->finalize (object);
}

static void
hub_typing_class_init (HubTypingClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = hub_typing_dispose;
  object_class->finalize = hub_typing_finalize;
}

static void
hub_typing_init (HubTyping *self)
{
  self->typists = hub_typists_new ();
}

/**
 * hub_typing_new:
 * @state: where it is shown, and which tells that the user is writing
 * @from: what tells this installation from others
 *
 * Returns: (transfer full): nobody is writing
 */
HubTyping *
hub_typing_new (HubChatState *state, const char *from)
{
  HubTyping *self = g_object_new (HUB_TYPE_TYPING, NULL);

  self->state = g_object_ref (state);
  self->from = g_strdup (from);
  g_signal_connect_object (state, "typing", G_CALLBACK (typing_cb), self, G_CONNECT_SWAPPED);
  return self;
}

/**
 * hub_typing_set_link:
 * @self: who is writing
 * @link: (nullable): the way to the broker; %NULL when there is none any more
 */
void
hub_typing_set_link (HubTyping *self, HubLink *link)
{
  g_return_if_fail (HUB_IS_TYPING (self));

  if (self->link != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->link, self);
      hub_typists_clear (self->typists);
      show (self);
    }
  g_set_object (&self->link, link);
  if (link == NULL)
    return;
  g_signal_connect_swapped (link, "state-changed", G_CALLBACK (link_changed_cb), self);
  g_signal_connect_swapped (link, "typing", G_CALLBACK (heard_cb), self);
}

/**
 * hub_typing_end:
 * @self: who is writing
 * @topic: the topic of a room
 * @from: (nullable): whose message has come there: they have written it
 */
void
hub_typing_end (HubTyping *self, const char *topic, const char *from)
{
  g_return_if_fail (HUB_IS_TYPING (self));

  if (from == NULL)
    return;
  hub_typists_forget (self->typists, topic, from);
  show (self);
}
