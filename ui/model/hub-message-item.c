/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ui/model/hub-message-item-private.h"

#include "ui/model/hub-day.h"

/**
 * HubMessageItem:
 *
 * One row of the table: a message, or something else that was published.
 *
 * What came over the wire never changes; what the window knows about it (how far it has come, whether its
 * name is repeated, whether it is unfolded) lives here too, because the rows that show it are recycled.
 */

G_DEFINE_ENUM_TYPE (HubMessageState,
                    hub_message_state,
                    G_DEFINE_ENUM_VALUE (HUB_MESSAGE_STATE_RECEIVED, "received"),
                    G_DEFINE_ENUM_VALUE (HUB_MESSAGE_STATE_WAITING, "waiting"),
                    G_DEFINE_ENUM_VALUE (HUB_MESSAGE_STATE_SENT, "sent"),
                    G_DEFINE_ENUM_VALUE (HUB_MESSAGE_STATE_FAILED, "failed"))

G_DEFINE_FLAGS_TYPE (HubMessageMarks,
                     hub_message_marks,
                     G_DEFINE_ENUM_VALUE (HUB_MESSAGE_MARK_DAY, "day"),
                     G_DEFINE_ENUM_VALUE (HUB_MESSAGE_MARK_UNREAD, "unread"),
                     G_DEFINE_ENUM_VALUE (HUB_MESSAGE_MARK_MENTION, "mention"),
                     G_DEFINE_ENUM_VALUE (HUB_MESSAGE_MARK_LIT, "lit"))

G_DEFINE_FINAL_TYPE (HubMessageItem, hub_message_item, G_TYPE_OBJECT)

typedef enum
{
  PROP_NAME = 1,
  PROP_TEXT,
  PROP_TIME,
  PROP_IS_OWN,
  PROP_STATE,
  PROP_ID,
  PROP_FROM,
  PROP_TOPIC,
  PROP_IS_REPEAT,
  PROP_IS_EXPANDED,
  PROP_MARKS,
  PROP_WHO,
} HubMessageItemProperty;

static GParamSpec *props[PROP_WHO + 1];

static char *
copy_utf8 (const char *text)
{
  if (text == NULL)
    return NULL;
  if (g_utf8_validate (text, -1, NULL))
    return g_strdup (text);
  return g_utf8_make_valid (text, -1);
}

static void
hub_message_item_get_property (GObject *object,
                               guint prop_id,
                               GValue *value,
                               GParamSpec *pspec)
{
  HubMessageItem *self = HUB_MESSAGE_ITEM (object);

  switch ((HubMessageItemProperty) prop_id)
    {
    case PROP_NAME:
      g_value_set_string (value, self->name);
      break;
    case PROP_TEXT:
      g_value_set_string (value, self->text);
      break;
    case PROP_TIME:
      g_value_set_int64 (value, self->time_us);
      break;
    case PROP_IS_OWN:
      g_value_set_boolean (value, self->is_own);
      break;
    case PROP_STATE:
      g_value_set_enum (value, self->state);
      break;
    case PROP_ID:
      g_value_set_string (value, self->id);
      break;
    case PROP_FROM:
      g_value_set_string (value, self->from);
      break;
    case PROP_TOPIC:
      g_value_set_string (value, self->topic);
      break;
    case PROP_IS_REPEAT:
      g_value_set_boolean (value, self->is_repeat);
      break;
    case PROP_IS_EXPANDED:
      g_value_set_boolean (value, self->is_expanded);
      break;
    case PROP_MARKS:
      g_value_set_flags (value, self->marks);
      break;
    case PROP_WHO:
      g_value_set_object (value, self->who);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
hub_message_item_set_property (GObject *object,
                               guint prop_id,
                               const GValue *value,
                               GParamSpec *pspec)
{
  HubMessageItem *self = HUB_MESSAGE_ITEM (object);

  switch ((HubMessageItemProperty) prop_id)
    {
    case PROP_STATE:
      hub_message_item_set_state (self, g_value_get_enum (value));
      break;
    case PROP_IS_REPEAT:
      hub_message_item_set_is_repeat (self, g_value_get_boolean (value));
      break;
    case PROP_IS_EXPANDED:
      hub_message_item_set_is_expanded (self, g_value_get_boolean (value));
      break;
    case PROP_MARKS:
      hub_message_item_set_marks (self, g_value_get_flags (value));
      break;
    case PROP_WHO:
      hub_message_item_set_who (self, g_value_get_object (value));
      break;
    case PROP_NAME:
    case PROP_TEXT:
    case PROP_TIME:
    case PROP_IS_OWN:
    case PROP_ID:
    case PROP_FROM:
    case PROP_TOPIC:
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
hub_message_item_finalize (GObject *object)
{
  HubMessageItem *self = HUB_MESSAGE_ITEM (object);

  g_clear_object (&self->who);
  g_free (self->name);
  g_free (self->text);
  g_free (self->id);
  g_free (self->from);
  g_free (self->topic);
  g_clear_pointer (&self->note, hub_note_free);

  G_OBJECT_CLASS (hub_message_item_parent_class)->finalize (object);
}

static void
hub_message_item_class_init (HubMessageItemClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags read = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;
  const GParamFlags write = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->get_property = hub_message_item_get_property;
  object_class->set_property = hub_message_item_set_property;
  object_class->finalize = hub_message_item_finalize;

  /**
   * HubMessageItem:name: (nullable)
   *
   * Who says so, as sent: not bounded, not cleaned. %NULL marks what is not a chat message.
   */
  props[PROP_NAME] = g_param_spec_string ("name", NULL, NULL, NULL, read);
  /**
   * HubMessageItem:text:
   *
   * The text, as sent, in valid UTF-8.
   */
  props[PROP_TEXT] = g_param_spec_string ("text", NULL, NULL, "", read);
  /**
   * HubMessageItem:time:
   *
   * When, in microseconds since 1970, UTC.
   */
  props[PROP_TIME] = g_param_spec_int64 ("time", NULL, NULL, G_MININT64, G_MAXINT64, 0, read);
  /**
   * HubMessageItem:is-own:
   *
   * Whether this program published it.
   */
  props[PROP_IS_OWN] = g_param_spec_boolean ("is-own", NULL, NULL, FALSE, read);
  /**
   * HubMessageItem:state:
   *
   * How far it has come.
   */
  props[PROP_STATE] = g_param_spec_enum ("state",
                                         NULL,
                                         NULL,
                                         HUB_TYPE_MESSAGE_STATE,
                                         HUB_MESSAGE_STATE_RECEIVED,
                                         write);
  /**
   * HubMessageItem:id: (nullable)
   *
   * What tells it from others of its topic.
   */
  props[PROP_ID] = g_param_spec_string ("id", NULL, NULL, NULL, read);
  /**
   * HubMessageItem:from: (nullable)
   *
   * Who published it, stable per installation or browser.
   */
  props[PROP_FROM] = g_param_spec_string ("from", NULL, NULL, NULL, read);
  /**
   * HubMessageItem:topic: (nullable)
   *
   * Where it was published.
   */
  props[PROP_TOPIC] = g_param_spec_string ("topic", NULL, NULL, NULL, read);
  /**
   * HubMessageItem:is-repeat:
   *
   * Whether the row above has the same author, so that the name need not be shown again. Kept by the list.
   */
  props[PROP_IS_REPEAT] = g_param_spec_boolean ("is-repeat", NULL, NULL, FALSE, write);
  /**
   * HubMessageItem:is-expanded:
   *
   * Whether a long text is shown whole.
   */
  props[PROP_IS_EXPANDED] = g_param_spec_boolean ("is-expanded", NULL, NULL, FALSE, write);
  /**
   * HubMessageItem:marks:
   *
   * What stands above it and what makes it stand out. Kept by the list.
   */
  props[PROP_MARKS] = g_param_spec_flags ("marks", NULL, NULL, HUB_TYPE_MESSAGE_MARKS, 0, write);
  /**
   * HubMessageItem:who: (nullable)
   *
   * Its name among those of others, while a list holds it. Kept by the list.
   */
  props[PROP_WHO] = g_param_spec_object ("who", NULL, NULL, HUB_TYPE_NAME, write);

  g_object_class_install_properties (object_class, G_N_ELEMENTS (props), props);
}

static void
hub_message_item_init (HubMessageItem *self)
{
}

/**
 * hub_message_item_new:
 * @params: what makes the message; only read during the call
 *
 * Makes a row. Strings that are not UTF-8 get U+FFFD where they are broken.
 *
 * Returns: (transfer full): the new item
 */
HubMessageItem *
hub_message_item_new (const HubMessageParams *params)
{
  HubMessageItem *self;

  g_return_val_if_fail (params != NULL, NULL);
  g_return_val_if_fail (params->text != NULL, NULL);

  self = g_object_new (HUB_TYPE_MESSAGE_ITEM, NULL);
  self->name = copy_utf8 (params->name);
  self->text = copy_utf8 (params->text);
  self->id = copy_utf8 (params->id);
  self->from = copy_utf8 (params->from);
  self->topic = copy_utf8 (params->topic);
  self->time_us = params->time_us;
  self->day = hub_day_of_time (params->time_us, NULL);
  self->state = params->state;
  self->is_own = !!params->is_own;
  self->seq = params->seq;
  self->is_retained = !!params->is_retained;

  return self;
}

/**
 * hub_message_item_get_name:
 * @self: a message
 *
 * Returns: (nullable) (transfer none): [property@HubMessageItem:name]
 */
const char *
hub_message_item_get_name (HubMessageItem *self)
{
  g_return_val_if_fail (HUB_IS_MESSAGE_ITEM (self), NULL);

  return self->name;
}

/**
 * hub_message_item_get_text:
 * @self: a message
 *
 * Returns: (transfer none): [property@HubMessageItem:text]
 */
const char *
hub_message_item_get_text (HubMessageItem *self)
{
  g_return_val_if_fail (HUB_IS_MESSAGE_ITEM (self), NULL);

  return self->text;
}

/**
 * hub_message_item_get_time:
 * @self: a message
 *
 * Returns: [property@HubMessageItem:time], microseconds since 1970, UTC
 */
gint64
hub_message_item_get_time (HubMessageItem *self)
{
  g_return_val_if_fail (HUB_IS_MESSAGE_ITEM (self), 0);

  return self->time_us;
}

/**
 * hub_message_item_get_is_own:
 * @self: a message
 *
 * Returns: [property@HubMessageItem:is-own]
 */
gboolean
hub_message_item_get_is_own (HubMessageItem *self)
{
  g_return_val_if_fail (HUB_IS_MESSAGE_ITEM (self), FALSE);

  return self->is_own;
}

/**
 * hub_message_item_get_state:
 * @self: a message
 *
 * Returns: [property@HubMessageItem:state]
 */
HubMessageState
hub_message_item_get_state (HubMessageItem *self)
{
  g_return_val_if_fail (HUB_IS_MESSAGE_ITEM (self), HUB_MESSAGE_STATE_RECEIVED);

  return self->state;
}

/**
 * hub_message_item_set_state:
 * @self: a message
 * @state: how far it has come
 *
 * Sets [property@HubMessageItem:state].
 */
void
hub_message_item_set_state (HubMessageItem *self,
                            HubMessageState state)
{
  g_return_if_fail (HUB_IS_MESSAGE_ITEM (self));

  if (self->state == state)
    return;

  self->state = state;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_STATE]);
}

/**
 * hub_message_item_get_id:
 * @self: a message
 *
 * Returns: (nullable) (transfer none): [property@HubMessageItem:id]
 */
const char *
hub_message_item_get_id (HubMessageItem *self)
{
  g_return_val_if_fail (HUB_IS_MESSAGE_ITEM (self), NULL);

  return self->id;
}

/**
 * hub_message_item_get_from:
 * @self: a message
 *
 * Returns: (nullable) (transfer none): [property@HubMessageItem:from]
 */
const char *
hub_message_item_get_from (HubMessageItem *self)
{
  g_return_val_if_fail (HUB_IS_MESSAGE_ITEM (self), NULL);

  return self->from;
}

/**
 * hub_message_item_get_topic:
 * @self: a message
 *
 * Returns: (nullable) (transfer none): [property@HubMessageItem:topic]
 */
const char *
hub_message_item_get_topic (HubMessageItem *self)
{
  g_return_val_if_fail (HUB_IS_MESSAGE_ITEM (self), NULL);

  return self->topic;
}

/**
 * hub_message_item_get_seq:
 * @self: a message
 *
 * Returns: its number in the host's log; 0 when it has none
 */
guint64
hub_message_item_get_seq (HubMessageItem *self)
{
  g_return_val_if_fail (HUB_IS_MESSAGE_ITEM (self), 0);

  return self->seq;
}

/**
 * hub_message_item_set_seq:
 * @self: a message
 * @seq: its number in the host's log
 *
 * For one whose number becomes known later. The list that holds it has to give it its place.
 */
void
hub_message_item_set_seq (HubMessageItem *self,
                          guint64 seq)
{
  g_return_if_fail (HUB_IS_MESSAGE_ITEM (self));

  self->seq = seq;
}

/**
 * hub_message_item_get_is_retained:
 * @self: a message
 *
 * Returns: whether it came because of a subscription
 */
gboolean
hub_message_item_get_is_retained (HubMessageItem *self)
{
  g_return_val_if_fail (HUB_IS_MESSAGE_ITEM (self), FALSE);

  return self->is_retained;
}

/**
 * hub_message_item_get_is_repeat:
 * @self: a message
 *
 * Returns: [property@HubMessageItem:is-repeat]
 */
gboolean
hub_message_item_get_is_repeat (HubMessageItem *self)
{
  g_return_val_if_fail (HUB_IS_MESSAGE_ITEM (self), FALSE);

  return self->is_repeat;
}

/**
 * hub_message_item_set_is_repeat:
 * @self: a message
 * @is_repeat: whether the row above has the same author
 *
 * Sets [property@HubMessageItem:is-repeat].
 */
void
hub_message_item_set_is_repeat (HubMessageItem *self,
                                gboolean is_repeat)
{
  g_return_if_fail (HUB_IS_MESSAGE_ITEM (self));

  if (self->is_repeat == !!is_repeat)
    return;

  self->is_repeat = !!is_repeat;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_IS_REPEAT]);
}

/**
 * hub_message_item_get_is_expanded:
 * @self: a message
 *
 * Returns: [property@HubMessageItem:is-expanded]
 */
gboolean
hub_message_item_get_is_expanded (HubMessageItem *self)
{
  g_return_val_if_fail (HUB_IS_MESSAGE_ITEM (self), FALSE);

  return self->is_expanded;
}

/**
 * hub_message_item_set_is_expanded:
 * @self: a message
 * @is_expanded: whether a long text is shown whole
 *
 * Sets [property@HubMessageItem:is-expanded].
 */
void
hub_message_item_set_is_expanded (HubMessageItem *self,
                                  gboolean is_expanded)
{
  g_return_if_fail (HUB_IS_MESSAGE_ITEM (self));

  if (self->is_expanded == !!is_expanded)
    return;

  self->is_expanded = !!is_expanded;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_IS_EXPANDED]);
}

/**
 * hub_message_item_get_day:
 * @self: a message
 *
 * Returns: the day of [property@HubMessageItem:time] in the local calendar, as [func@Hub.day_of_time] counts
 */
gint64
hub_message_item_get_day (HubMessageItem *self)
{
  g_return_val_if_fail (HUB_IS_MESSAGE_ITEM (self), 0);

  return self->day;
}

/**
 * hub_message_item_get_marks:
 * @self: a message
 *
 * Returns: [property@HubMessageItem:marks]
 */
HubMessageMarks
hub_message_item_get_marks (HubMessageItem *self)
{
  g_return_val_if_fail (HUB_IS_MESSAGE_ITEM (self), 0);

  return self->marks;
}

/**
 * hub_message_item_set_marks:
 * @self: a message
 * @marks: what stands above it and what makes it stand out
 *
 * Sets [property@HubMessageItem:marks].
 */
void
hub_message_item_set_marks (HubMessageItem *self,
                            HubMessageMarks marks)
{
  g_return_if_fail (HUB_IS_MESSAGE_ITEM (self));

  if (self->marks == marks)
    return;

  self->marks = marks;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_MARKS]);
}

/**
 * hub_message_item_get_who:
 * @self: a message
 *
 * Returns: (nullable) (transfer none): [property@HubMessageItem:who]
 */
HubName *
hub_message_item_get_who (HubMessageItem *self)
{
  g_return_val_if_fail (HUB_IS_MESSAGE_ITEM (self), NULL);

  return self->who;
}

/**
 * hub_message_item_set_who:
 * @self: a message
 * @who: (nullable): its name among those of others
 *
 * Sets [property@HubMessageItem:who].
 */
void
hub_message_item_set_who (HubMessageItem *self,
                          HubName *who)
{
  g_return_if_fail (HUB_IS_MESSAGE_ITEM (self));

  if (g_set_object (&self->who, who))
    g_object_notify_by_pspec (G_OBJECT (self), props[PROP_WHO]);
}

/**
 * hub_message_item_has_shared_name:
 * @self: a message
 *
 * Returns: whether its name alone does not tell who has sent it
 */
gboolean
hub_message_item_has_shared_name (HubMessageItem *self)
{
  g_return_val_if_fail (HUB_IS_MESSAGE_ITEM (self), FALSE);

  return !self->is_own && self->who != NULL && hub_name_get_is_shared (self->who);
}
