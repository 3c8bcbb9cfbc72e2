/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ui/model/hub-door.h"

/**
 * HubDoor:
 *
 * Who comes into the own chat: its password, who is connected, who was sent away, and who was turned away since they are
 * outside of this network.
 *
 * The program fills it, the window shows it, and what the user wants is a signal.
 */
struct _HubDoor
{
  GObject parent_instance;

  GListStore *guests;    /* (owned) (element-type HubGuest) */
  GListStore *sent_away; /* (owned) (element-type HubGuest) */
  char *password;        /* (owned) (nullable) */
  gboolean is_locked;
  HubDoorPlace place;
};

G_DEFINE_ENUM_TYPE (HubDoorPlace,
                    hub_door_place,
                    G_DEFINE_ENUM_VALUE (HUB_DOOR_PLACE_UNKNOWN, "unknown"),
                    G_DEFINE_ENUM_VALUE (HUB_DOOR_PLACE_KEYRING, "keyring"),
                    G_DEFINE_ENUM_VALUE (HUB_DOOR_PLACE_FILE, "file"))

G_DEFINE_FINAL_TYPE (HubDoor, hub_door, G_TYPE_OBJECT)

typedef enum
{
  PROP_IS_LOCKED = 1,
  PROP_PASSWORD,
  PROP_PLACE,
} HubDoorProperty;

static GParamSpec *props[PROP_PLACE + 1];

enum
{
  SIGNAL_LOCK,
  SIGNAL_LOOK,
  SIGNAL_SEND_AWAY,
  SIGNAL_LET_IN,
  SIGNAL_TURNED_AWAY,
  SIGNAL_LET_OUTSIDERS_IN,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
hub_door_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  HubDoor *self = HUB_DOOR (object);

  switch ((HubDoorProperty) prop_id)
    {
    case PROP_IS_LOCKED:
      g_value_set_boolean (value, self->is_locked);
      break;
    case PROP_PASSWORD:
      g_value_set_string (value, self->password);
      break;
    case PROP_PLACE:
      g_value_set_enum (value, self->place);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
hub_door_finalize (GObject *object)
{
  HubDoor *self = HUB_DOOR (object);

  g_object_unref (self->guests);
  g_object_unref (self->sent_away);
  g_free (self->password);
  G_OBJECT_CLASS (hub_door_parent_class)->finalize (object);
}

static void
install_signals (void)
{
  /**
   * HubDoor::lock:
   * @self: the door
   * @password: (nullable): what newcomers are to be asked for; %NULL: nothing
   *
   * The user wants another password for the own chat, or none.
   */
  signals[SIGNAL_LOCK] =
    g_signal_new ("lock", HUB_TYPE_DOOR, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
  /**
   * HubDoor::look:
   * @self: the door
   * @is_looking: whether the guests are to be kept up to date
   */
  signals[SIGNAL_LOOK] =
    g_signal_new ("look", HUB_TYPE_DOOR, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_BOOLEAN);
  /**
   * HubDoor::send-away:
   * @self: the door
   * @guest: one of the guests
   *
   * The user does not want them here.
   */
  signals[SIGNAL_SEND_AWAY] =
    g_signal_new ("send-away", HUB_TYPE_DOOR, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, HUB_TYPE_GUEST);
  /**
   * HubDoor::let-in:
   * @self: the door
   * @guest: one of those who were sent away
   *
   * The user lets them come back.
   */
  signals[SIGNAL_LET_IN] =
    g_signal_new ("let-in", HUB_TYPE_DOOR, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, HUB_TYPE_GUEST);
  /**
   * HubDoor::turned-away:
   * @self: the door
   * @address: an IP address
   *
   * Emitted when somebody was turned away who is outside of this network.
   */
  signals[SIGNAL_TURNED_AWAY] =
    g_signal_new ("turned-away", HUB_TYPE_DOOR, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
  /**
   * HubDoor::let-outsiders-in:
   * @self: the door
   *
   * The user wants people from outside of this network to be let in.
   */
  signals[SIGNAL_LET_OUTSIDERS_IN] =
    g_signal_new ("let-outsiders-in", HUB_TYPE_DOOR, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
hub_door_class_init (HubDoorClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->get_property = hub_door_get_property;
  object_class->finalize = hub_door_finalize;

  /**
   * HubDoor:is-locked:
   *
   * Whether newcomers to the own chat are asked for a password.
   */
  props[PROP_IS_LOCKED] = g_param_spec_boolean ("is-locked", NULL, NULL, FALSE, flags);
  /**
   * HubDoor:password: (nullable)
   *
   * The password of the own chat; %NULL while there is none, and where the computer has lost it.
   */
  props[PROP_PASSWORD] = g_param_spec_string ("password", NULL, NULL, NULL, flags);
  /**
   * HubDoor:place:
   *
   * Where the computer keeps the password of the own chat.
   */
  props[PROP_PLACE] = g_param_spec_enum ("place", NULL, NULL, HUB_TYPE_DOOR_PLACE, HUB_DOOR_PLACE_UNKNOWN, flags);
  g_object_class_install_properties (object_class, G_N_ELEMENTS (props), props);

  install_signals ();
}

static void
hub_door_init (HubDoor *self)
{
  self->guests = g_list_store_new (HUB_TYPE_GUEST);
  self->sent_away = g_list_store_new (HUB_TYPE_GUEST);
}

/**
 * hub_door_new:
 *
 * Returns: (transfer full): a door that nobody is behind
 */
HubDoor *
hub_door_new (void)
{
  return g_object_new (HUB_TYPE_DOOR, NULL);
}

/**
 * hub_door_get_is_locked:
 * @self: a door
 *
 * Returns: [property@HubDoor:is-locked]
 */
gboolean
hub_door_get_is_locked (HubDoor *self)
{
  g_return_val_if_fail (HUB_IS_DOOR (self), FALSE);

  return self->is_locked;
}

/**
 * hub_door_get_password:
 * @self: a door
 *
 * Returns: (transfer none) (nullable): [property@HubDoor:password]
 */
const char *
hub_door_get_password (HubDoor *self)
{
  g_return_val_if_fail (HUB_IS_DOOR (self), NULL);

  return self->password;
}

/**
 * hub_door_set_lock:
 * @self: a door
 * @is_locked: whether newcomers are asked
 * @password: (nullable): for what, if that is known
 *
 * Tells the window how it is.
 */
void
hub_door_set_lock (HubDoor *self, gboolean is_locked, const char *password)
{
  g_return_if_fail (HUB_IS_DOOR (self));

  g_object_freeze_notify (G_OBJECT (self));
  if (g_strcmp0 (self->password, password) != 0)
    {
      g_free (self->password);
      self->password = g_strdup (password);
      g_object_notify_by_pspec (G_OBJECT (self), props[PROP_PASSWORD]);
    }
  if (self->is_locked != is_locked)
    {
      self->is_locked = is_locked;
      g_object_notify_by_pspec (G_OBJECT (self), props[PROP_IS_LOCKED]);
    }
  g_object_thaw_notify (G_OBJECT (self));
}

/**
 * hub_door_lock:
 * @self: a door
 * @password: (nullable): a password, not empty; %NULL: none
 *
 * Asks for another password, or none.
 */
void
hub_door_lock (HubDoor *self, const char *password)
{
  g_return_if_fail (HUB_IS_DOOR (self) && (password == NULL || password[0] != '\0'));

  g_signal_emit (self, signals[SIGNAL_LOCK], 0, password);
}

/**
 * hub_door_refuse:
 * @self: a door
 *
 * Tells the window that what was asked for last could not be done: everything that shows the lock shows it as it is.
 */
void
hub_door_refuse (HubDoor *self)
{
  g_return_if_fail (HUB_IS_DOOR (self));

  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_IS_LOCKED]);
}

/**
 * hub_door_get_place:
 * @self: a door
 *
 * Returns: [property@HubDoor:place]
 */
HubDoorPlace
hub_door_get_place (HubDoor *self)
{
  g_return_val_if_fail (HUB_IS_DOOR (self), HUB_DOOR_PLACE_UNKNOWN);

  return self->place;
}

/**
 * hub_door_set_place:
 * @self: a door
 * @place: where the password is kept
 *
 * Sets [property@HubDoor:place].
 */
void
hub_door_set_place (HubDoor *self, HubDoorPlace place)
{
  g_return_if_fail (HUB_IS_DOOR (self));

  if (self->place == place)
    return;
  self->place = place;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_PLACE]);
}

/**
 * hub_door_get_guests:
 * @self: a door
 *
 * Returns: (transfer none): who is connected, a list of [class@Guest]; up to date while somebody looks
 */
GListStore *
hub_door_get_guests (HubDoor *self)
{
  g_return_val_if_fail (HUB_IS_DOOR (self), NULL);

  return self->guests;
}

/**
 * hub_door_get_sent_away:
 * @self: a door
 *
 * Returns: (transfer none): who was sent away and may not come back yet, a list of [class@Guest]
 */
GListStore *
hub_door_get_sent_away (HubDoor *self)
{
  g_return_val_if_fail (HUB_IS_DOOR (self), NULL);

  return self->sent_away;
}

/**
 * hub_door_look:
 * @self: a door
 * @is_looking: whether the guests are looked at
 */
void
hub_door_look (HubDoor *self, gboolean is_looking)
{
  g_return_if_fail (HUB_IS_DOOR (self));

  g_signal_emit (self, signals[SIGNAL_LOOK], 0, is_looking);
}

/**
 * hub_door_send_away:
 * @self: a door
 * @guest: one of the guests
 *
 * Asks for a guest to be sent away.
 */
void
hub_door_send_away (HubDoor *self, HubGuest *guest)
{
  g_return_if_fail (HUB_IS_DOOR (self) && HUB_IS_GUEST (guest));

  g_signal_emit (self, signals[SIGNAL_SEND_AWAY], 0, guest);
}

/**
 * hub_door_let_in:
 * @self: a door
 * @guest: one of those who were sent away
 *
 * Asks for them to be let in again.
 */
void
hub_door_let_in (HubDoor *self, HubGuest *guest)
{
  g_return_if_fail (HUB_IS_DOOR (self) && HUB_IS_GUEST (guest));

  g_signal_emit (self, signals[SIGNAL_LET_IN], 0, guest);
}

/**
 * hub_door_turn_away:
 * @self: a door
 * @address: an IP address
 *
 * Tells the window that somebody from outside was turned away.
 */
void
hub_door_turn_away (HubDoor *self, const char *address)
{
  g_return_if_fail (HUB_IS_DOOR (self) && address != NULL);

  g_signal_emit (self, signals[SIGNAL_TURNED_AWAY], 0, address);
}

/**
 * hub_door_let_outsiders_in:
 * @self: a door
 *
 * Asks for people from outside to be let in.
 */
void
hub_door_let_outsiders_in (HubDoor *self)
{
  g_return_if_fail (HUB_IS_DOOR (self));

  g_signal_emit (self, signals[SIGNAL_LET_OUTSIDERS_IN], 0);
}
