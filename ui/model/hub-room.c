/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ui/model/hub-room.h"

#include "ui/model/hub-room-topic.h"

#include <string.h>

/**
 * HubRoom:
 *
 * A room of the chat: where it is said, what was said, and how far the reader has come.
 *
 * Thread: main.
 */
struct _HubRoom
{
  GObject parent_instance;

  char *topic;              /* (owned) */
  char *name;               /* (owned) */
  char *sort_key;           /* (owned) */
  HubMessageList *messages; /* (owned) */
  char *draft;              /* (owned) */
  char *typing;             /* (owned) (nullable) */
  guint unread;
  gboolean has_mention;
  gboolean is_entered;
};

G_DEFINE_FINAL_TYPE (HubRoom, hub_room, G_TYPE_OBJECT)

typedef enum
{
  PROP_TOPIC = 1,
  PROP_NAME,
  PROP_IS_READ_ONLY,
  PROP_MESSAGES,
  PROP_UNREAD,
  PROP_HAS_MENTION,
  PROP_IS_ENTERED,
  PROP_DRAFT,
  PROP_TYPING,
} HubRoomProperty;

static GParamSpec *props[PROP_TYPING + 1];

static void
hub_room_get_property (GObject *object,
                       guint prop_id,
                       GValue *value,
                       GParamSpec *pspec)
{
  HubRoom *self = HUB_ROOM (object);

  switch ((HubRoomProperty) prop_id)
    {
    case PROP_TOPIC:
      g_value_set_string (value, self->topic);
      break;
    case PROP_NAME:
      g_value_set_string (value, self->name);
      break;
    case PROP_IS_READ_ONLY:
      g_value_set_boolean (value, hub_room_get_is_read_only (self));
      break;
    case PROP_MESSAGES:
      g_value_set_object (value, self->messages);
      break;
    case PROP_UNREAD:
      g_value_set_uint (value, self->unread);
      break;
    case PROP_HAS_MENTION:
      g_value_set_boolean (value, self->has_mention);
      break;
    case PROP_IS_ENTERED:
      g_value_set_boolean (value, self->is_entered);
      break;
    case PROP_DRAFT:
      g_value_set_string (value, self->draft);
      break;
    case PROP_TYPING:
      g_value_set_string (value, self->typing);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
hub_room_set_property (GObject *object,
                       guint prop_id,
                       const GValue *value,
                       GParamSpec *pspec)
{
  HubRoom *self = HUB_ROOM (object);

  switch ((HubRoomProperty) prop_id)
    {
    case PROP_TOPIC:
      self->topic = g_value_dup_string (value);
      break;
    case PROP_MESSAGES:
      self->messages = g_value_dup_object (value);
      break;
    case PROP_UNREAD:
      hub_room_set_unread (self, g_value_get_uint (value));
      break;
    case PROP_HAS_MENTION:
      hub_room_set_has_mention (self, g_value_get_boolean (value));
      break;
    case PROP_IS_ENTERED:
      hub_room_set_is_entered (self, g_value_get_boolean (value));
      break;
    case PROP_DRAFT:
      hub_room_set_draft (self, g_value_get_string (value));
      break;
    case PROP_TYPING:
      hub_room_set_typing (self, g_value_get_string (value));
      break;
    case PROP_NAME:
    case PROP_IS_READ_ONLY:
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
hub_room_constructed (GObject *object)
{
  HubRoom *self = HUB_ROOM (object);
  g_autofree char *folded = NULL;

  g_assert (self->topic != NULL);
  self->name = hub_room_topic_dup_name (self->topic);
  folded = g_utf8_casefold (self->name, -1);
  self->sort_key = g_utf8_collate_key (folded, -1);
  if (self->messages == NULL)
    self->messages = hub_message_list_new (HUB_MESSAGE_LIST_CAPACITY);

  G_OBJECT_CLASS (hub_room_parent_class)->constructed (object);
}

static void
hub_room_dispose (GObject *object)
{
  g_clear_object (&HUB_ROOM (object)->messages);

  G_OBJECT_CLASS (hub_room_parent_class)->dispose (object);
}

static void
hub_room_finalize (GObject *object)
{
  HubRoom *self = HUB_ROOM (object);

  g_free (self->topic);
  g_free (self->name);
  g_free (self->sort_key);
  g_free (self->draft);
  g_free (self->typing);

  G_OBJECT_CLASS (hub_room_parent_class)->finalize (object);
}

static void
install_properties (GObjectClass *object_class)
{
  const GParamFlags made = G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS;
  const GParamFlags read = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;
  const GParamFlags write = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  /**
   * HubRoom:topic:
   *
   * The MQTT topic; it tells the room from others.
   */
  props[PROP_TOPIC] = g_param_spec_string ("topic", NULL, NULL, NULL, made);
  /**
   * HubRoom:name:
   *
   * How it is called.
   */
  props[PROP_NAME] = g_param_spec_string ("name", NULL, NULL, NULL, read);
  /**
   * HubRoom:is-read-only:
   *
   * Whether it is only shown, and nobody writes in it from here.
   */
  props[PROP_IS_READ_ONLY] = g_param_spec_boolean ("is-read-only", NULL, NULL, FALSE, read);
  /**
   * HubRoom:messages:
   *
   * What was said. A list of the default capacity when none is given.
   */
  props[PROP_MESSAGES] = g_param_spec_object ("messages", NULL, NULL, HUB_TYPE_MESSAGE_LIST, made);
  /**
   * HubRoom:unread:
   *
   * How many messages of others have come since this room was read last.
   */
  props[PROP_UNREAD] = g_param_spec_uint ("unread", NULL, NULL, 0, G_MAXUINT, 0, write);
  /**
   * HubRoom:has-mention:
   *
   * Whether one of the unread messages mentions the own name.
   */
  props[PROP_HAS_MENTION] = g_param_spec_boolean ("has-mention", NULL, NULL, FALSE, write);
  /**
   * HubRoom:is-entered:
   *
   * Whether it is listened to: its messages are held, counted and told of.
   */
  props[PROP_IS_ENTERED] = g_param_spec_boolean ("is-entered", NULL, NULL, FALSE, write);
  /**
   * HubRoom:draft:
   *
   * What stands in the Message of this room and is not published yet; "" when nothing does.
   */
  props[PROP_DRAFT] = g_param_spec_string ("draft", NULL, NULL, "", write);
  /**
   * HubRoom:typing: (nullable)
   *
   * Who is writing here just now, a sentence for people; %NULL when nobody is.
   */
  props[PROP_TYPING] = g_param_spec_string ("typing", NULL, NULL, NULL, write);

  g_object_class_install_properties (object_class, G_N_ELEMENTS (props), props);
}

static void
hub_room_class_init (HubRoomClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = hub_room_get_property;
  object_class->set_property = hub_room_set_property;
  object_class->constructed = hub_room_constructed;
  object_class->dispose = hub_room_dispose;
  object_class->finalize = hub_room_finalize;

  install_properties (object_class);
}

static void
hub_room_init (HubRoom *self)
{
  self->draft = g_strdup ("");
}

/**
 * hub_room_new:
 * @topic: the topic of a room
 * @messages: (nullable) (transfer none): what was said, or %NULL for a new list
 *
 * Makes a room that is not entered.
 *
 * Returns: (transfer full): the room
 */
HubRoom *
hub_room_new (const char *topic,
              HubMessageList *messages)
{
  g_return_val_if_fail (topic != NULL, NULL);

  return g_object_new (HUB_TYPE_ROOM, "topic", topic, "messages", messages, NULL);
}

/**
 * hub_room_get_topic:
 * @self: a room
 *
 * Returns: (transfer none): [property@HubRoom:topic]
 */
const char *
hub_room_get_topic (HubRoom *self)
{
  g_return_val_if_fail (HUB_IS_ROOM (self), NULL);

  return self->topic;
}

/**
 * hub_room_get_name:
 * @self: a room
 *
 * Returns: (transfer none): [property@HubRoom:name]
 */
const char *
hub_room_get_name (HubRoom *self)
{
  g_return_val_if_fail (HUB_IS_ROOM (self), NULL);

  return self->name;
}

/**
 * hub_room_get_is_everyone:
 * @self: a room
 *
 * Returns: whether it is the one that everybody is in
 */
gboolean
hub_room_get_is_everyone (HubRoom *self)
{
  g_return_val_if_fail (HUB_IS_ROOM (self), FALSE);

  return g_str_equal (self->topic, HUB_ROOM_EVERYONE);
}

/**
 * hub_room_get_is_read_only:
 * @self: a room
 *
 * Returns: [property@HubRoom:is-read-only]
 */
gboolean
hub_room_get_is_read_only (HubRoom *self)
{
  g_return_val_if_fail (HUB_IS_ROOM (self), FALSE);

  return hub_room_topic_kind (self->topic) != HUB_ROOM_OPEN;
}

/**
 * hub_room_get_messages:
 * @self: a room
 *
 * Returns: (transfer none): [property@HubRoom:messages]
 */
HubMessageList *
hub_room_get_messages (HubRoom *self)
{
  g_return_val_if_fail (HUB_IS_ROOM (self), NULL);

  return self->messages;
}

/**
 * hub_room_get_unread:
 * @self: a room
 *
 * Returns: [property@HubRoom:unread]
 */
guint
hub_room_get_unread (HubRoom *self)
{
  g_return_val_if_fail (HUB_IS_ROOM (self), 0);

  return self->unread;
}

/**
 * hub_room_set_unread:
 * @self: a room
 * @unread: what it is from now on
 *
 * Sets [property@HubRoom:unread].
 */
void
hub_room_set_unread (HubRoom *self,
                     guint unread)
{
  g_return_if_fail (HUB_IS_ROOM (self));

  if (self->unread == unread)
    return;
  self->unread = unread;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_UNREAD]);
}

/**
 * hub_room_get_has_mention:
 * @self: a room
 *
 * Returns: [property@HubRoom:has-mention]
 */
gboolean
hub_room_get_has_mention (HubRoom *self)
{
  g_return_val_if_fail (HUB_IS_ROOM (self), FALSE);

  return self->has_mention;
}

/**
 * hub_room_set_has_mention:
 * @self: a room
 * @has_mention: what it is from now on
 *
 * Sets [property@HubRoom:has-mention].
 */
void
hub_room_set_has_mention (HubRoom *self,
                          gboolean has_mention)
{
  g_return_if_fail (HUB_IS_ROOM (self));

  if (self->has_mention == !!has_mention)
    return;
  self->has_mention = !!has_mention;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_HAS_MENTION]);
}

/**
 * hub_room_get_is_entered:
 * @self: a room
 *
 * Returns: [property@HubRoom:is-entered]
 */
gboolean
hub_room_get_is_entered (HubRoom *self)
{
  g_return_val_if_fail (HUB_IS_ROOM (self), FALSE);

  return self->is_entered;
}

/**
 * hub_room_set_is_entered:
 * @self: a room
 * @is_entered: what it is from now on
 *
 * Sets [property@HubRoom:is-entered].
 */
void
hub_room_set_is_entered (HubRoom *self,
                         gboolean is_entered)
{
  g_return_if_fail (HUB_IS_ROOM (self));

  if (self->is_entered == !!is_entered)
    return;
  self->is_entered = !!is_entered;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_IS_ENTERED]);
}

/**
 * hub_room_get_draft:
 * @self: a room
 *
 * Returns: (transfer none): [property@HubRoom:draft]
 */
const char *
hub_room_get_draft (HubRoom *self)
{
  g_return_val_if_fail (HUB_IS_ROOM (self), NULL);

  return self->draft;
}

/**
 * hub_room_set_draft:
 * @self: a room
 * @draft: (nullable): what it is from now on
 *
 * Sets [property@HubRoom:draft].
 */
void
hub_room_set_draft (HubRoom *self,
                    const char *draft)
{
  g_return_if_fail (HUB_IS_ROOM (self));

  if (draft == NULL)
    draft = "";
  if (g_strcmp0 (self->draft, draft) == 0)
    return;
  g_free (self->draft);
  self->draft = g_strdup (draft);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_DRAFT]);
}

/**
 * hub_room_get_typing:
 * @self: a room
 *
 * Returns: (nullable) (transfer none): [property@HubRoom:typing]
 */
const char *
hub_room_get_typing (HubRoom *self)
{
  g_return_val_if_fail (HUB_IS_ROOM (self), NULL);

  return self->typing;
}

/**
 * hub_room_set_typing:
 * @self: a room
 * @typing: (nullable): what it is from now on
 *
 * Sets [property@HubRoom:typing].
 */
void
hub_room_set_typing (HubRoom *self,
                     const char *typing)
{
  g_return_if_fail (HUB_IS_ROOM (self));

  if (g_strcmp0 (self->typing, typing) == 0)
    return;
  g_free (self->typing);
  self->typing = g_strdup (typing);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_TYPING]);
}

/**
 * hub_room_compare:
 * @self: a room
 * @other: another one
 *
 * The order of rooms: those that are entered first, among them the one of everybody; then by name.
 *
 * Returns: less than 0, 0 or more than 0, as `strcmp()`
 */
int
hub_room_compare (HubRoom *self,
                  HubRoom *other)
{
  int order;

  if (self->is_entered != other->is_entered)
    return self->is_entered ? -1 : 1;
  if (hub_room_get_is_everyone (self) != hub_room_get_is_everyone (other))
    return hub_room_get_is_everyone (self) ? -1 : 1;
  order = strcmp (self->sort_key, other->sort_key);
  return order != 0 ? order : strcmp (self->topic, other->topic);
}
