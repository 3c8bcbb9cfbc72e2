/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ui/model/hub-chat-state-private.h"
#include "ui/model/hub-room-topic.h"

/**
 * HubChatState:
 *
 * What the window shows and what it asks for: the contract between the window and the program behind it.
 *
 * The program sets the properties and connects to the signals; the window shows the properties and emits the
 * signals through [method@HubChatState.publish] and its like. Neither knows the other.
 *
 * Thread: main.
 */
struct _HubChatState
{
  GObject parent_instance;

  HubRoomList *rooms;     /* (owned) */
  HubRoom *room;          /* (owned): one of @rooms */
  GListModel *neighbours; /* (owned) (nullable) */
  HubNames *names;        /* (owned): of people and rows */
  HubPeopleList *people;  /* (owned) */
  HubDoor *door;          /* (owned) */
  char *last_join;        /* (owned) (nullable) */
  char *name;             /* (owned) */
  HubStanding *standing;  /* (owned) */
  HubJoining *joining;    /* (owned) */
  HubHosting *hosting;    /* (owned) */
  HubSearch *search;      /* (owned) */
  guint unread_elsewhere;
  gboolean is_reading;

  HubInvitation *invitation; /* (owned) */
};

G_DEFINE_FINAL_TYPE (HubChatState, hub_chat_state, G_TYPE_OBJECT)

typedef enum
{
  PROP_ROOMS = 1,
  PROP_ROOM,
  PROP_PEOPLE,
  PROP_MESSAGES,
  PROP_UNREAD_ELSEWHERE,
  PROP_STANDING,
  PROP_IS_READING,
  PROP_LAST_JOIN,
  PROP_NAME,
  PROP_HOSTING,
  PROP_SEARCH,
  PROP_INVITATION,
} HubChatStateProperty;

static GParamSpec *props[PROP_INVITATION + 1];

static void
set_string (HubChatState *self,
            char **field,
            const char *value,
            HubChatStateProperty property)
{
  if (g_strcmp0 (*field, value) == 0)
    return;

  g_free (*field);
  *field = g_strdup (value);
  g_object_notify_by_pspec (G_OBJECT (self), props[property]);
}

static void
count_unread (HubChatState *self)
{
  const guint here = hub_room_get_is_entered (self->room) ? hub_room_get_unread (self->room) : 0;
  const guint unread = hub_room_list_get_unread (self->rooms) - here;

  if (self->unread_elsewhere == unread)
    return;
  self->unread_elsewhere = unread;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_UNREAD_ELSEWHERE]);
}

static void
hub_chat_state_get_property (GObject *object,
                             guint prop_id,
                             GValue *value,
                             GParamSpec *pspec)
{
  HubChatState *self = HUB_CHAT_STATE (object);

  switch ((HubChatStateProperty) prop_id)
    {
    case PROP_ROOMS:
      g_value_set_object (value, self->rooms);
      break;
    case PROP_ROOM:
      g_value_set_object (value, self->room);
      break;
    case PROP_PEOPLE:
      g_value_set_object (value, self->people);
      break;
    case PROP_MESSAGES:
      g_value_set_object (value, hub_chat_state_get_messages (self));
      break;
    case PROP_UNREAD_ELSEWHERE:
      g_value_set_uint (value, self->unread_elsewhere);
      break;
    case PROP_STANDING:
      g_value_set_object (value, self->standing);
      break;
    case PROP_IS_READING:
      g_value_set_boolean (value, self->is_reading);
      break;
    case PROP_LAST_JOIN:
      g_value_set_string (value, self->last_join);
      break;
    case PROP_NAME:
      g_value_set_string (value, self->name);
      break;
    case PROP_HOSTING:
      g_value_set_object (value, self->hosting);
      break;
    case PROP_SEARCH:
      g_value_set_object (value, self->search);
      break;
    case PROP_INVITATION:
      g_value_set_object (value, self->invitation);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
hub_chat_state_set_property (GObject *object,
                             guint prop_id,
                             const GValue *value,
                             GParamSpec *pspec)
{
  HubChatState *self = HUB_CHAT_STATE (object);

  switch ((HubChatStateProperty) prop_id)
    {
    case PROP_ROOM:
      hub_chat_state_set_room (self, g_value_get_object (value));
      break;
    case PROP_IS_READING:
      hub_chat_state_set_is_reading (self, g_value_get_boolean (value));
      break;
    case PROP_LAST_JOIN:
      hub_chat_state_set_last_join (self, g_value_get_string (value));
      break;
    case PROP_NAME:
      hub_chat_state_set_name (self, g_value_get_string (value));
      break;
    case PROP_ROOMS:
    case PROP_PEOPLE:
    case PROP_MESSAGES:
    case PROP_UNREAD_ELSEWHERE:
    case PROP_STANDING:
    case PROP_HOSTING:
    case PROP_SEARCH:
    case PROP_INVITATION:
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
hub_chat_state_dispose (GObject *object)
{
  HubChatState *self = HUB_CHAT_STATE (object);

  if (self->rooms != NULL)
    g_signal_handlers_disconnect_by_data (self->rooms, self);
  g_clear_object (&self->standing);
  g_clear_object (&self->joining);
  g_clear_object (&self->hosting);
  g_clear_object (&self->search);
  g_clear_object (&self->invitation);
  g_clear_object (&self->room);
  g_clear_object (&self->neighbours);
  g_clear_object (&self->rooms);
  g_clear_object (&self->people);
  g_clear_object (&self->door);
  g_clear_object (&self->names);

  G_OBJECT_CLASS (hub_chat_state_parent_class)->dispose (object);
}

static void
hub_chat_state_finalize (GObject *object)
{
  HubChatState *self = HUB_CHAT_STATE (object);

  g_free (self->last_join);
  g_free (self->name);

  G_OBJECT_CLASS (hub_chat_state_parent_class)->finalize (object);
}

static void
install_properties (GObjectClass *object_class)
{
  const GParamFlags read = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;
  const GParamFlags write = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  /**
   * HubChatState:rooms:
   *
   * The rooms that are known. That of everybody is always there, and entered.
   */
  props[PROP_ROOMS] = g_param_spec_object ("rooms", NULL, NULL, HUB_TYPE_ROOM_LIST, read);
  /**
   * HubChatState:room:
   *
   * The room that is shown and written in, one of [property@HubChatState:rooms].
   */
  props[PROP_ROOM] = g_param_spec_object ("room", NULL, NULL, HUB_TYPE_ROOM, write);
  /**
   * HubChatState:people:
   *
   * Who is here.
   */
  props[PROP_PEOPLE] = g_param_spec_object ("people", NULL, NULL, HUB_TYPE_PEOPLE_LIST, read);
  /**
   * HubChatState:messages:
   *
   * What was said in [property@HubChatState:room].
   */
  props[PROP_MESSAGES] = g_param_spec_object ("messages", NULL, NULL, HUB_TYPE_MESSAGE_LIST, read);
  /**
   * HubChatState:unread-elsewhere:
   *
   * How many unread messages there are in the other entered rooms together.
   */
  props[PROP_UNREAD_ELSEWHERE] = g_param_spec_uint ("unread-elsewhere", NULL, NULL, 0, G_MAXUINT, 0, read);
  /**
   * HubChatState:standing:
   *
   * How the window stands to the chat.
   */
  props[PROP_STANDING] = g_param_spec_object ("standing", NULL, NULL, HUB_TYPE_STANDING, read);
  /**
   * HubChatState:is-reading:
   *
   * Whether somebody sees what comes in the room that is shown. The window says so.
   */
  props[PROP_IS_READING] = g_param_spec_boolean ("is-reading", NULL, NULL, FALSE, write);
  /**
   * HubChatState:last-join: (nullable)
   *
   * The address joined last, offered again.
   */
  props[PROP_LAST_JOIN] = g_param_spec_string ("last-join", NULL, NULL, NULL, write);
  /**
   * HubChatState:name:
   *
   * The First Name. The window writes it as the user types.
   */
  props[PROP_NAME] = g_param_spec_string ("name", NULL, NULL, "", write);
  /**
   * HubChatState:hosting:
   *
   * How it stands with hosting.
   */
  props[PROP_HOSTING] = g_param_spec_object ("hosting", NULL, NULL, HUB_TYPE_HOSTING, read);
  /**
   * HubChatState:search:
   *
   * What is searched for, and what was found.
   */
  props[PROP_SEARCH] =
    g_param_spec_object ("search", NULL, NULL, HUB_TYPE_SEARCH, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  /**
   * HubChatState:invitation:
   *
   * What others are invited with.
   */
  props[PROP_INVITATION] = g_param_spec_object ("invitation", NULL, NULL, HUB_TYPE_INVITATION, read);

  g_object_class_install_properties (object_class, G_N_ELEMENTS (props), props);
}

static void
hub_chat_state_class_init (HubChatStateClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = hub_chat_state_get_property;
  object_class->set_property = hub_chat_state_set_property;
  object_class->dispose = hub_chat_state_dispose;
  object_class->finalize = hub_chat_state_finalize;

  install_properties (object_class);
  hub_chat_state_install_signals (klass);
}

static void
hub_chat_state_init (HubChatState *self)
{
  self->name = g_strdup ("");
  self->standing = hub_standing_new ();
  self->joining = hub_joining_new ();
  self->hosting = hub_hosting_new ();
  self->search = hub_search_new ();
  self->invitation = hub_invitation_new ();
  self->names = hub_names_new ();
  self->people = hub_people_list_new (self->names);
  self->door = hub_door_new ();
  self->rooms = hub_room_list_new ();
  self->room = hub_room_new (HUB_ROOM_EVERYONE, NULL);
  hub_message_list_set_names (hub_room_get_messages (self->room), self->names);
  hub_room_set_is_entered (self->room, TRUE);
  hub_room_list_add (self->rooms, self->room);
  g_signal_connect_swapped (self->rooms, "notify::unread", G_CALLBACK (count_unread), self);
}

/**
 * hub_chat_state_new:
 *
 * Makes a state: connecting, not hosting, in the room of everybody.
 *
 * Returns: (transfer full): the state
 */
HubChatState *
hub_chat_state_new (void)
{
  return g_object_new (HUB_TYPE_CHAT_STATE, NULL);
}

/**
 * hub_chat_state_get_rooms:
 * @self: the state
 *
 * Returns: (transfer none): [property@HubChatState:rooms]
 */
HubRoomList *
hub_chat_state_get_rooms (HubChatState *self)
{
  g_return_val_if_fail (HUB_IS_CHAT_STATE (self), NULL);

  return self->rooms;
}

/**
 * hub_chat_state_get_room:
 * @self: the state
 *
 * Returns: (transfer none): [property@HubChatState:room]
 */
HubRoom *
hub_chat_state_get_room (HubChatState *self)
{
  g_return_val_if_fail (HUB_IS_CHAT_STATE (self), NULL);

  return self->room;
}

/**
 * hub_chat_state_set_room:
 * @self: the state
 * @room: (transfer none): one of [property@HubChatState:rooms]
 *
 * Sets [property@HubChatState:room]. For the program: the window asks with [method@HubChatState.open_room].
 */
void
hub_chat_state_set_room (HubChatState *self,
                         HubRoom *room)
{
  g_return_if_fail (HUB_IS_CHAT_STATE (self));
  g_return_if_fail (HUB_IS_ROOM (room));

  if (!g_set_object (&self->room, room))
    return;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_ROOM]);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_MESSAGES]);
  count_unread (self);
}

/**
 * hub_chat_state_get_names:
 * @self: the state
 *
 * Returns: (transfer none): the names of the people and of the rows of all rooms
 */
HubNames *
hub_chat_state_get_names (HubChatState *self)
{
  g_return_val_if_fail (HUB_IS_CHAT_STATE (self), NULL);

  return self->names;
}

/**
 * hub_chat_state_get_door:
 * @self: the state
 *
 * Returns: (transfer none): who comes into the own chat
 */
HubDoor *
hub_chat_state_get_door (HubChatState *self)
{
  g_return_val_if_fail (HUB_IS_CHAT_STATE (self), NULL);

  return self->door;
}

/**
 * hub_chat_state_get_people:
 * @self: the state
 *
 * Returns: (transfer none): [property@HubChatState:people]
 */
HubPeopleList *
hub_chat_state_get_people (HubChatState *self)
{
  g_return_val_if_fail (HUB_IS_CHAT_STATE (self), NULL);

  return self->people;
}

/**
 * hub_chat_state_get_messages:
 * @self: the state
 *
 * Returns: (transfer none): [property@HubChatState:messages]
 */
HubMessageList *
hub_chat_state_get_messages (HubChatState *self)
{
  g_return_val_if_fail (HUB_IS_CHAT_STATE (self), NULL);

  return hub_room_get_messages (self->room);
}

/**
 * hub_chat_state_get_unread_elsewhere:
 * @self: the state
 *
 * Returns: [property@HubChatState:unread-elsewhere]
 */
guint
hub_chat_state_get_unread_elsewhere (HubChatState *self)
{
  g_return_val_if_fail (HUB_IS_CHAT_STATE (self), 0);

  return self->unread_elsewhere;
}

/**
 * hub_chat_state_get_standing:
 * @self: the state
 *
 * Returns: (transfer none): [property@HubChatState:standing]
 */
HubStanding *
hub_chat_state_get_standing (HubChatState *self)
{
  g_return_val_if_fail (HUB_IS_CHAT_STATE (self), NULL);

  return self->standing;
}

/**
 * hub_chat_state_get_is_reading:
 * @self: the state
 *
 * Returns: [property@HubChatState:is-reading]
 */
gboolean
hub_chat_state_get_is_reading (HubChatState *self)
{
  g_return_val_if_fail (HUB_IS_CHAT_STATE (self), FALSE);

  return self->is_reading;
}

/**
 * hub_chat_state_set_is_reading:
 * @self: the state
 * @is_reading: whether somebody sees what comes
 *
 * Sets [property@HubChatState:is-reading].
 */
void
hub_chat_state_set_is_reading (HubChatState *self,
                               gboolean is_reading)
{
  g_return_if_fail (HUB_IS_CHAT_STATE (self));

  if (self->is_reading == !!is_reading)
    return;

  self->is_reading = !!is_reading;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_IS_READING]);
}

/**
 * hub_chat_state_get_last_join:
 * @self: the state
 *
 * Returns: (nullable) (transfer none): [property@HubChatState:last-join]
 */
const char *
hub_chat_state_get_last_join (HubChatState *self)
{
  g_return_val_if_fail (HUB_IS_CHAT_STATE (self), NULL);

  return self->last_join;
}

/**
 * hub_chat_state_set_last_join:
 * @self: the state
 * @last_join: (nullable): an address to offer again
 *
 * Sets [property@HubChatState:last-join].
 */
void
hub_chat_state_set_last_join (HubChatState *self,
                              const char *last_join)
{
  g_return_if_fail (HUB_IS_CHAT_STATE (self));

  set_string (self, &self->last_join, last_join, PROP_LAST_JOIN);
}

/**
 * hub_chat_state_get_name:
 * @self: the state
 *
 * Returns: (transfer none): [property@HubChatState:name]
 */
const char *
hub_chat_state_get_name (HubChatState *self)
{
  g_return_val_if_fail (HUB_IS_CHAT_STATE (self), NULL);

  return self->name;
}

/**
 * hub_chat_state_set_name:
 * @self: the state
 * @name: (nullable): the First Name; %NULL is the same as ""
 *
 * Sets [property@HubChatState:name].
 */
void
hub_chat_state_set_name (HubChatState *self,
                         const char *name)
{
  g_return_if_fail (HUB_IS_CHAT_STATE (self));

  set_string (self, &self->name, name != NULL ? name : "", PROP_NAME);
}

/**
 * hub_chat_state_get_joining:
 * @self: the state
 *
 * Returns: (transfer none): what is shown of joining others, and asked for
 */
HubJoining *
hub_chat_state_get_joining (HubChatState *self)
{
  g_return_val_if_fail (HUB_IS_CHAT_STATE (self), NULL);

  return self->joining;
}

/**
 * hub_chat_state_get_hosting:
 * @self: the state
 *
 * Returns: (transfer none): [property@HubChatState:hosting]
 */
HubHosting *
hub_chat_state_get_hosting (HubChatState *self)
{
  g_return_val_if_fail (HUB_IS_CHAT_STATE (self), NULL);

  return self->hosting;
}

/**
 * hub_chat_state_get_search:
 * @self: the state
 *
 * Returns: (transfer none): [property@HubChatState:search]
 */
HubSearch *
hub_chat_state_get_search (HubChatState *self)
{
  g_return_val_if_fail (HUB_IS_CHAT_STATE (self), NULL);

  return self->search;
}

/**
 * hub_chat_state_get_invitation:
 * @self: the state
 *
 * Returns: (transfer none): [property@HubChatState:invitation]
 */
HubInvitation *
hub_chat_state_get_invitation (HubChatState *self)
{
  g_return_val_if_fail (HUB_IS_CHAT_STATE (self), NULL);

  return self->invitation;
}

/**
 * hub_chat_state_get_neighbours:
 * @self: the state
 *
 * Returns: (nullable) (transfer none): who else hosts on this network, as [class@Neighbour]; %NULL where nobody is looked
 *   for
 */
GListModel *
hub_chat_state_get_neighbours (HubChatState *self)
{
  g_return_val_if_fail (HUB_IS_CHAT_STATE (self), NULL);

  return self->neighbours;
}

/**
 * hub_chat_state_set_neighbours:
 * @self: the state
 * @neighbours: (nullable) (transfer none): a list of [class@Neighbour]
 *
 * Says who hosts. For the program, before there is a window.
 */
void
hub_chat_state_set_neighbours (HubChatState *self,
                               GListModel *neighbours)
{
  g_return_if_fail (HUB_IS_CHAT_STATE (self));

  g_set_object (&self->neighbours, neighbours);
}
