/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "app/people/hub-presence.h"

#include "app/base/hub-endpoint.h"
#include "app/people/hub-presence-payload.h"
#include "broker/hub-broker.h"
#include "broker/net/hub-own-addresses.h"
#include "ui/model/hub-people-notes.h"
#include "ui/model/hub-room-topic.h"

#include <string.h>

/* A name that is being typed, and a network that is being set up, are told of when they are settled. */
#define SETTLE_MS 1000

/**
 * HubPresence:
 *
 * Who is here: tells the others of oneself, and the window of the others and of their comings and goings.
 *
 * Others learn that this program has gone from the will of its link, or because that takes the presence back.
 */
struct _HubPresence
{
  GObject parent_instance;

  HubChatState *state;   /* (owned) */
  HubRooms *rooms;       /* (owned) */
  char *from;            /* (owned) */
  HubLink *link;         /* (owned) (nullable) */
  HubHost *host;         /* (owned) (nullable): where one hosts */
  HubPeopleNotes *notes; /* (owned) */
  GBytes *told;          /* (owned) (nullable): what was told on this connection last */
  guint16 port;          /* of HTTP, where one would host */
  gint64 since_ms;       /* when the link was opened */
  guint settle_id;       /* source */
  guint notes_id;        /* source */
};

G_DEFINE_FINAL_TYPE (HubPresence, hub_presence, G_TYPE_OBJECT)

static gboolean
is_connected (HubPresence *self)
{
  return self->link != NULL && hub_link_get_state (self->link) == HUB_LINK_CONNECTED;
}

/* The rooms besides Everyone that one is in. */
static char **
list_rooms (HubPresence *self)
{
  HubRoomList *rooms = hub_chat_state_get_rooms (self->state);
  const guint n_entered = hub_room_list_get_n_entered (rooms);
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < n_entered && names->len < HUB_PRESENCE_ROOMS_MAX; i++)
    {
      HubRoom *room = hub_room_list_get (rooms, i);

      if (!hub_room_get_is_everyone (room) && !hub_room_get_is_read_only (room))
        g_ptr_array_add (names, g_strdup (hub_room_get_name (room)));
    }
  g_ptr_array_add (names, NULL);
  return (char **) g_ptr_array_free (g_steal_pointer (&names), FALSE);
}

static gboolean
is_loopback (const char *address)
{
  g_autoptr (GInetAddress) inet = g_inet_address_new_from_string (address);

  return inet != NULL && g_inet_address_get_is_loopback (inet);
}

/**
 * hub_presence_get_would_host:
 * @self: a presence with a link
 *
 * Returns: whether this computer hosts, or would take in the guests of its host: not who has another password
 */
gboolean
hub_presence_get_would_host (HubPresence *self)
{
  HubJoinAddress *address;
  HubDoor *door;

  g_return_val_if_fail (HUB_IS_PRESENCE (self), FALSE);

  door = hub_chat_state_get_door (self->state);
  if (self->host != NULL || !hub_door_get_is_locked (door))
    return TRUE;
  address = self->link != NULL ? hub_link_get_address (self->link) : NULL;
  return address != NULL && address->password != NULL && g_strcmp0 (hub_door_get_password (door), address->password) == 0;
}

/* Where this computer hosts, or would; an address that means another computer there is of no use to others. */
static char **
list_addresses (HubPresence *self)
{
  g_auto (GStrv) addresses = hub_own_addresses ();
  const guint16 port = self->host != NULL ? hub_host_get_http_port (self->host) : self->port;
  g_autoptr (GPtrArray) http = g_ptr_array_new_with_free_func (g_free);

  for (char **at = addresses; hub_presence_get_would_host (self) && *at != NULL && http->len < HUB_PRESENCE_ADDRESSES_MAX; at++)
    if (!is_loopback (*at))
      g_ptr_array_add (http, hub_endpoint_new (*at, port));
  g_ptr_array_add (http, NULL);
  return (char **) g_ptr_array_free (g_steal_pointer (&http), FALSE);
}

static void
put (HubPresence *self, const char *client_id, const HubPresencePayload *payload)
{
  hub_people_list_put (hub_chat_state_get_people (self->state),
                       client_id,
                       &(HubPersonParams){ .from = payload->from,
                                           .name = payload->name,
                                           .kind = payload->kind,
                                           .rooms = (const char *const *) payload->rooms });
}

/* Oneself is here, whether the broker tells of it or not. */
static void
tell (HubPresence *self)
{
  g_autoptr (HubPresencePayload) payload = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autofree char *topic = NULL;

  g_clear_handle_id (&self->settle_id, g_source_remove);
  if (!is_connected (self))
    return;
  payload = hub_presence_payload_new_desktop (self->from, hub_chat_state_get_name (self->state), self->since_ms);
  g_strfreev (payload->rooms);
  g_strfreev (payload->http);
  payload->rooms = list_rooms (self);
  payload->http = list_addresses (self);
  bytes = hub_presence_payload_to_bytes (payload);
  if (self->told != NULL && g_bytes_equal (self->told, bytes))
    return;
  topic = g_strconcat (HUB_LINK_PRESENCE, hub_link_get_client_id (self->link), NULL);
  if (hub_link_get_has_will (self->link))
    hub_link_publish (self->link, topic, bytes, 1, TRUE);
  g_clear_pointer (&self->told, g_bytes_unref);
  self->told = g_steal_pointer (&bytes);
  put (self, hub_link_get_client_id (self->link), payload);
}

static gboolean
settled_cb (gpointer user_data)
{
  HubPresence *self = user_data;

  self->settle_id = 0;
  tell (self);
  return G_SOURCE_REMOVE;
}

static void
tell_soon (HubPresence *self)
{
  g_clear_handle_id (&self->settle_id, g_source_remove);
  if (!is_connected (self))
    return;
  self->settle_id = g_timeout_add (SETTLE_MS, settled_cb, self);
  g_source_set_name_by_id (self->settle_id, "hubbub presence");
}

static void arm_notes (HubPresence *self);

static gboolean
notes_cb (gpointer user_data)
{
  HubPresence *self = user_data;

  self->notes_id = 0;
  hub_people_notes_advance (self->notes, g_get_monotonic_time ());
  arm_notes (self);
  return G_SOURCE_REMOVE;
}

/* Fires when somebody counts as gone, and not before. */
static void
arm_notes (HubPresence *self)
{
  const gint64 deadline_us = hub_people_notes_get_deadline (self->notes);
  const gint64 wait_us = deadline_us - g_get_monotonic_time ();

  g_clear_handle_id (&self->notes_id, g_source_remove);
  if (deadline_us == G_MAXINT64)
    return;
  self->notes_id = g_timeout_add ((guint) (MAX (wait_us, 0) / 1000 + 1), notes_cb, self);
  g_source_set_name_by_id (self->notes_id, "hubbub notes");
}

static void
note_cb (HubNoteKind kind, const char *name, const char *new_name, gpointer user_data)
{
  HubPresence *self = user_data;
  HubRoom *everyone = hub_room_list_find (hub_chat_state_get_rooms (self->state), HUB_ROOM_EVERYONE);

  hub_message_list_add_note (hub_room_get_messages (everyone), kind, name, new_name, g_get_real_time ());
}

static void
joined_cb (HubPresence *self, HubPerson *person)
{
  if (hub_person_get_is_own (person))
    return;
  hub_people_notes_join (self->notes, hub_person_get_from (person), hub_person_get_name (person), g_get_monotonic_time ());
  arm_notes (self);
}

static void
left_cb (HubPresence *self, HubPerson *person)
{
  if (hub_person_get_is_own (person))
    return;
  hub_people_notes_leave (self->notes, hub_person_get_from (person), hub_person_get_name (person), g_get_monotonic_time ());
  arm_notes (self);
}

static void
renamed_cb (HubPresence *self, HubPerson *person, const char *old_name)
{
  if (!hub_person_get_is_own (person))
    hub_people_notes_rename (self->notes, old_name, hub_person_get_name (person), g_get_monotonic_time ());
}

static void
learn_rooms (HubPresence *self, char **names)
{
  for (char **at = names; *at != NULL; at++)
    {
      g_autofree char *topic = g_strconcat (HUB_ROOM_EVERYONE "/", *at, NULL);

      hub_rooms_learn (self->rooms, topic);
    }
}

static void
presence_cb (HubPresence *self, const char *client_id, GBytes *bytes)
{
  g_autoptr (HubPresencePayload) payload = hub_presence_payload_parse (bytes);

  /* Somebody has said that we are gone, perhaps our own will of a connection before. */
  if (g_str_equal (client_id, hub_link_get_client_id (self->link)))
    {
      if (payload == NULL)
        {
          g_clear_pointer (&self->told, g_bytes_unref);
          tell_soon (self);
        }
      return;
    }
  if (payload == NULL)
    {
      hub_people_list_remove (hub_chat_state_get_people (self->state), client_id);
      return;
    }
  put (self, client_id, payload);
  learn_rooms (self, payload->rooms);
}

/* Nothing is known of anybody any more. */
static void
end (HubPresence *self)
{
  HubPeopleList *people = hub_chat_state_get_people (self->state);
  const guint n_people = hub_people_list_get_n_people (people);

  g_clear_handle_id (&self->settle_id, g_source_remove);
  g_clear_pointer (&self->told, g_bytes_unref);
  hub_people_notes_end (self->notes);
  for (guint i = 0; i < n_people; i++)
    {
      g_autoptr (HubPerson) person = g_list_model_get_item (G_LIST_MODEL (people), i);

      left_cb (self, person);
    }
  hub_people_list_clear (people);
}

static void
link_changed_cb (HubPresence *self)
{
  if (!is_connected (self))
    {
      end (self);
      return;
    }
  hub_people_notes_begin (self->notes, g_get_monotonic_time ());
  arm_notes (self);
  tell (self);
}

static void
hub_presence_dispose (GObject *object)
{
  HubPresence *self = HUB_PRESENCE (object);

  if (self->state != NULL)
    hub_presence_set_link (self, NULL, NULL);
  g_clear_object (&self->rooms);
  g_clear_object (&self->state);
  G_OBJECT_CLASS (hub_presence_parent_class)->dispose (object);
}

static void
hub_presence_finalize (GObject *object)
{
  HubPresence *self = HUB_PRESENCE (object);

  hub_people_notes_free (self->notes);
  g_free (self->from);
  G_OBJECT_CLASS (hub_presence_parent_class)->finalize (object);
}

static void
hub_presence_class_init (HubPresenceClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = hub_presence_dispose;
  object_class->finalize = hub_presence_finalize;
}

static void
hub_presence_init (HubPresence *self)
{
  self->port = HUB_PORT_HTTP;
  self->notes = hub_people_notes_new (note_cb, self);
  g_signal_connect_object (g_network_monitor_get_default (),
                           "network-changed",
                           G_CALLBACK (tell_soon),
                           self,
                           G_CONNECT_SWAPPED);
}

/**
 * hub_presence_new:
 * @state: where people are shown
 * @rooms: what learns of rooms in which others are
 * @from: what tells this installation from others
 *
 * Returns: (transfer full): a presence without a link
 */
HubPresence *
hub_presence_new (HubChatState *state, HubRooms *rooms, const char *from)
{
  HubPresence *self = g_object_new (HUB_TYPE_PRESENCE, NULL);
  HubPeopleList *people = hub_chat_state_get_people (state);

  self->state = g_object_ref (state);
  self->rooms = g_object_ref (rooms);
  self->from = g_strdup (from);
  hub_people_list_set_own_from (people, from);
  g_signal_connect_object (people, "joined", G_CALLBACK (joined_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (people, "left", G_CALLBACK (left_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (people, "renamed", G_CALLBACK (renamed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (state, "notify::name", G_CALLBACK (tell_soon), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (hub_chat_state_get_door (state), "notify", G_CALLBACK (tell_soon), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (hub_chat_state_get_rooms (state), "items-changed", G_CALLBACK (tell_soon), self, G_CONNECT_SWAPPED);
  return self;
}

/**
 * hub_presence_set_link:
 * @self: a presence
 * @link: (nullable): the way to the broker, not started; %NULL when there is none any more: another chat may follow
 * @host: (nullable): where one hosts, if one does
 *
 * From now on people are those behind @link.
 */
void
hub_presence_set_link (HubPresence *self, HubLink *link, HubHost *host)
{
  g_return_if_fail (HUB_IS_PRESENCE (self));

  if (self->link != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->link, self);
      end (self);
      hub_people_notes_forget (self->notes);
      g_clear_handle_id (&self->notes_id, g_source_remove);
    }
  g_set_object (&self->link, link);
  g_set_object (&self->host, host);
  if (link == NULL)
    return;
  self->since_ms = g_get_real_time () / 1000;
  g_signal_connect_swapped (link, "state-changed", G_CALLBACK (link_changed_cb), self);
  g_signal_connect_swapped (link, "presence", G_CALLBACK (presence_cb), self);
}

/**
 * hub_presence_set_port:
 * @self: a presence
 * @port: of HTTP, where this computer would host: others are told
 */
void
hub_presence_set_port (HubPresence *self, guint16 port)
{
  g_return_if_fail (HUB_IS_PRESENCE (self));

  if (self->port == port)
    return;
  self->port = port;
  tell_soon (self);
}
