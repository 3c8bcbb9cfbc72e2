/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "app/desktop/hub-notifier.h"

#include "ui/model/hub-format.h"
#include "ui/model/hub-mention.h"
#include "ui/model/hub-room-topic.h"

#include <glib/gi18n-lib.h>

#include <string.h>

/* So much of a message is told, in characters: more nobody reads there. */
#define TEXT_CHARS 200

/* However much is said: a notification that stands is replaced no more often. */
#define PAUSE_MS 1000

/* The notification of a room. */
typedef struct
{
  HubRoom *room;        /* (owned) */
  HubMessageItem *last; /* (owned): what was said last */
  guint count;          /* of messages */
  gint64 shown_us;      /* when it was handed to the desktop */
  gboolean is_waiting;  /* more was said since */
} Told;

/**
 * HubNotifier:
 *
 * Tells the desktop of messages that come while nobody looks at the window: one notification for each room, which is
 * replaced by the next, and taken back when the room is read.
 */
struct _HubNotifier
{
  GObject parent_instance;

  GApplication *application; /* (unowned): it has the notifier */
  HubChatState *state;       /* (owned) */
  HubSettings *settings;     /* (owned) */
  GHashTable *told;          /* (owned) (element-type utf8 Told): the notifications that are there, by topic */
  guint pause_id;            /* source */
  gboolean is_active;        /* somebody looks at the window */
};

G_DEFINE_FINAL_TYPE (HubNotifier, hub_notifier, G_TYPE_OBJECT)

enum
{
  SIGNAL_RING,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
told_free (gpointer data)
{
  Told *told = data;

  g_object_unref (told->room);
  g_object_unref (told->last);
  g_free (told);
}

static char *
notification_id (const char *topic)
{
  const char *name = topic + strlen (HUB_ROOM_EVERYONE);

  return g_strconcat ("room-", *name == '/' ? name + 1 : name, NULL);
}

static void
withdraw (HubNotifier *self, const char *topic)
{
  g_autofree char *id = NULL;

  if (!g_hash_table_remove (self->told, topic))
    return;
  id = notification_id (topic);
  g_application_withdraw_notification (self->application, id);
}

static void
withdraw_all (HubNotifier *self)
{
  g_autofree const char **topics = (const char **) g_hash_table_get_keys_as_array (self->told, NULL);

  for (gsize i = 0; topics[i] != NULL; i++)
    {
      g_autofree char *topic = g_strdup (topics[i]);

      withdraw (self, topic);
    }
}

/* The room that is shown in a window that somebody looks at has been read. */
static void
read_cb (HubNotifier *self)
{
  if (self->is_active)
    withdraw (self, hub_room_get_topic (hub_chat_state_get_room (self->state)));
}

/* It was read, or left, or another chat has begun: then it would lead elsewhere. */
static void
unread_cb (HubNotifier *self, GParamSpec *pspec, HubRoom *room)
{
  if (hub_room_get_unread (room) == 0)
    withdraw (self, hub_room_get_topic (room));
}

static void
do_not_disturb_cb (HubNotifier *self)
{
  if (hub_settings_get_do_not_disturb (self->settings))
    withdraw_all (self);
}

/* A text in one piece. Some desktops look for markup in it, and take what is none as it stands: a joiner that nobody sees
 * makes none of all that could be. */
static char *
plain (const char *text)
{
  const glong n_chars = g_utf8_strlen (text, TEXT_CHARS * 4);
  g_autofree char *start = g_utf8_substring (text, 0, MIN (n_chars, TEXT_CHARS));
  g_autoptr (GString) shown = g_string_new (start);

  if (n_chars > TEXT_CHARS)
    g_string_append (shown, "…");
  g_string_replace (shown, "<", "<\342\201\240", 0);
  g_string_replace (shown, "&", "&\342\201\240", 0);
  return g_string_free (g_steal_pointer (&shown), FALSE);
}

static gboolean
is_mention (HubNotifier *self, HubMessageItem *item)
{
  return hub_message_item_get_name (item) != NULL &&
         hub_mention_is_in (hub_message_item_get_text (item), hub_chat_state_get_name (self->state));
}

/* What was said last, and by whom. */
static char *
format_last (HubNotifier *self, HubMessageItem *item)
{
  g_autofree char *text = plain (hub_message_item_get_text (item));
  g_autofree char *isolated = hub_format_isolated (hub_message_item_get_name (item));
  g_autofree char *name = plain (isolated);

  if (*name == '\0')
    return g_steal_pointer (&text);
  if (is_mention (self, item))
    /* Translators: a notification: who has named the user, and the message. */
    return g_strdup_printf (_ ("%s mentioned you: %s"), name, text);
  /* Translators: a notification: name, message. */
  return g_strdup_printf (_ ("%s: %s"), name, text);
}

static char *
format_body (HubNotifier *self, HubMessageItem *item, guint count)
{
  g_autofree char *last = format_last (self, item);
  g_autofree char *counted = NULL;

  if (count == 1)
    return g_steal_pointer (&last);
  counted = g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%u new message", "%u new messages", count), count);
  return g_strconcat (counted, "\n", last, NULL);
}

static void
show (HubNotifier *self, Told *told)
{
  const char *topic = hub_room_get_topic (told->room);
  g_autofree char *id = notification_id (topic);
  g_autofree char *title = plain (hub_room_get_name (told->room));
  g_autofree char *body = format_body (self, told->last, told->count);
  g_autoptr (GNotification) notification = g_notification_new (title);

  g_notification_set_body (notification, body);
  g_notification_set_priority (notification,
                               is_mention (self, told->last) ? G_NOTIFICATION_PRIORITY_HIGH : G_NOTIFICATION_PRIORITY_NORMAL);
  g_notification_set_default_action_and_target (notification, "app.open-room", "s", topic);
  g_notification_add_button_with_target (notification, _ ("Reply"), "app.reply", "s", topic);
  g_application_send_notification (self->application, id, notification);
  told->shown_us = g_get_monotonic_time ();
  told->is_waiting = FALSE;
  if (hub_settings_get_sound (self->settings))
    g_signal_emit (self, signals[SIGNAL_RING], 0);
}

static gboolean
pause_cb (gpointer user_data)
{
  HubNotifier *self = user_data;
  GHashTableIter iter;
  gpointer value;

  self->pause_id = 0;
  g_hash_table_iter_init (&iter, self->told);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    if (((Told *) value)->is_waiting)
      show (self, value);
  return G_SOURCE_REMOVE;
}

/* At once when there was a pause, else together with what comes until it is over. */
static void
show_soon (HubNotifier *self, Told *told)
{
  if (told->shown_us == 0 || g_get_monotonic_time () - told->shown_us >= PAUSE_MS * G_TIME_SPAN_MILLISECOND)
    {
      show (self, told);
      return;
    }
  told->is_waiting = TRUE;
  if (self->pause_id != 0)
    return;
  self->pause_id = g_timeout_add (PAUSE_MS, pause_cb, self);
  g_source_set_name_by_id (self->pause_id, "hubbub notifications");
}

static void
hub_notifier_dispose (GObject *object)
{
  HubNotifier *self = HUB_NOTIFIER (object);

  g_clear_handle_id (&self->pause_id, g_source_remove);
  if (self->state != NULL)
    withdraw_all (self);
  g_clear_object (&self->settings);
  g_clear_object (&self->state);
  G_OBJECT_CLASS (hub_notifier_parent_class)->dispose (object);
}

static void
hub_notifier_finalize (GObject *object)
{
  g_hash_table_unref (HUB_NOTIFIER (object)->told);
  G_OBJECT_CLASS (hub_notifier_parent_class)->finalize (object);
}

static void
hub_notifier_class_init (HubNotifierClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = hub_notifier_dispose;
  object_class->finalize = hub_notifier_finalize;

  /**
   * HubNotifier::ring:
   * @self: the notifier
   *
   * Emitted with each notification, where the user wants to hear it.
   */
  signals[SIGNAL_RING] = g_signal_new ("ring", HUB_TYPE_NOTIFIER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
hub_notifier_init (HubNotifier *self)
{
  self->told = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, told_free);
}

/**
 * hub_notifier_new:
 * @application: a registered application with the actions `open-room` and `reply`, whose parameter is a topic; it outlives
 *   the notifier
 * @state: which room is shown, and who the user is
 * @settings: whether the user wants to be disturbed
 *
 * Returns: (transfer full): a notifier of a window that nobody looks at
 */
HubNotifier *
hub_notifier_new (GApplication *application, HubChatState *state, HubSettings *settings)
{
  HubNotifier *self = g_object_new (HUB_TYPE_NOTIFIER, NULL);

  self->application = application;
  self->state = g_object_ref (state);
  self->settings = g_object_ref (settings);
  g_signal_connect_object (state, "notify::room", G_CALLBACK (read_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (hub_settings_get_gsettings (settings),
                           "changed::do-not-disturb",
                           G_CALLBACK (do_not_disturb_cb),
                           self,
                           G_CONNECT_SWAPPED);
  return self;
}

/**
 * hub_notifier_hear:
 * @self: a notifier
 * @room: where
 * @item: what has just come there, and is no history
 *
 * Tells of a message of somebody else, unless somebody looks at the window, or does not want to be disturbed. Of what comes
 * within a second in one room it is told together.
 */
void
hub_notifier_hear (HubNotifier *self, HubRoom *room, HubMessageItem *item)
{
  const char *topic = hub_room_get_topic (room);
  Told *told;

  g_return_if_fail (HUB_IS_NOTIFIER (self));

  if (self->is_active || hub_message_item_get_is_own (item) || hub_message_item_get_is_retained (item) ||
      hub_settings_get_do_not_disturb (self->settings))
    return;

  told = g_hash_table_lookup (self->told, topic);
  if (told == NULL)
    {
      told = g_new0 (Told, 1);
      told->room = g_object_ref (room);
      g_hash_table_insert (self->told, g_strdup (topic), told);
      g_signal_handlers_disconnect_by_func (room, unread_cb, self);
      g_signal_connect_object (room, "notify::unread", G_CALLBACK (unread_cb), self, G_CONNECT_SWAPPED);
    }
  g_set_object (&told->last, item);
  told->count++;
  show_soon (self, told);
}

/**
 * hub_notifier_set_is_active:
 * @self: a notifier
 * @is_active: whether somebody looks at the window
 *
 * Whoever looks at the window reads the room that is shown.
 */
void
hub_notifier_set_is_active (HubNotifier *self, gboolean is_active)
{
  g_return_if_fail (HUB_IS_NOTIFIER (self));

  self->is_active = is_active;
  read_cb (self);
}
