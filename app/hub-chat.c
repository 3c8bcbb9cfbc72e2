/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "app/hub-chat.h"

#include "app/hub-host.h"
#include "app/hub-link.h"
#include "app/hub-past.h"
#include "app/hub-payload.h"
#include "app/hub-unsent.h"
#include "ui/model/hub-join-address.h"

#include <glib/gi18n-lib.h>

#define TOPIC "messages"

/* A clock that is off by more than this is not believed. */
#define TIME_TRUST_US G_TIME_SPAN_DAY

/* Longer texts pass no desktop host. */
#define PAYLOAD_BYTES_MAX (1024 * 1024)

/* A message at which the broker hangs up so often, so soon, is not sent again by itself: it would keep all others from
 * being sent. */
#define BREAKS_MAX 4
#define AT_ONCE_US (5 * G_TIME_SPAN_SECOND)

/* Whoever knocks from elsewhere is told of, but not again and again. */
#define TURNED_AWAY_PAUSE_US G_TIME_SPAN_MINUTE

typedef struct
{
  char *id;
  gint64 sent_us;
} UnderWay;

/**
 * HubChat:
 *
 * The chat: hosts or joins, turns messages into rows and what the user writes into messages, and tells the window how it
 * stands.
 *
 * Hosting and joining take turns. What is wanted is noted, and pursued step by step, since starting and stopping take
 * their time and the user may change their mind meanwhile.
 */
struct _HubChat
{
  GObject parent_instance;

  HubSettings *settings; /* (owned) */
  HubChatState *state;   /* (owned) */
  HubUnsent *unsent;     /* (owned) */
  char *from;            /* (owned) */
  char *wanted_host;     /* (owned) (nullable): whom to join; NULL: to host */
  guint16 wanted_port;
  HubHost *host;         /* (owned) (nullable) */
  HubPast *past;         /* (owned) */
  HubLink *link;         /* (owned) (nullable) */
  GHashTable *under_way; /* (owned) (element-type guint UnderWay): by Packet Identifier */
  char *break_id;        /* (owned) (nullable): the message at which the broker hung up last */
  guint n_breaks;        /* how often */
  gint64 turned_away_us; /* when it was told last that somebody was turned away; 0: never */
  gboolean is_busy;      /* the host is being started or stopped */
  gboolean has_failed;   /* hosting is not possible */
  gboolean is_stopped;
};

G_DEFINE_FINAL_TYPE (HubChat, hub_chat, G_TYPE_OBJECT)

typedef enum
{
  SIGNAL_NOTICE,
} HubChatSignal;

static guint signals[SIGNAL_NOTICE + 1];

static void pursue (HubChat *self);

/* How this chat is called among unsent messages: the own one has no address. */
static char *
chat_key (HubChat *self)
{
  return self->wanted_host != NULL ? g_strdup_printf ("%s:%u", self->wanted_host, self->wanted_port) : g_strdup ("");
}

/* What a message has besides its payload: shown is when the host has recorded it, or else what the payload says. */
typedef struct
{
  const char *topic;
  HubMessageState state;
  const HubStamp *stamp; /* (nullable) */
  gboolean is_retained;
} Envelope;

static HubMessageItem *
item_new (HubChat *self, const HubPayload *payload, const Envelope *envelope)
{
  gint64 now_us = g_get_real_time ();
  gint64 time_us = payload->has_time ? payload->time_ms * 1000 : now_us;
  gint64 trusted_us = ABS (now_us - time_us) <= TIME_TRUST_US ? time_us : now_us;
  HubMessageParams params = {
    .name = payload->kind == HUB_PAYLOAD_CHAT ? (payload->name != NULL ? payload->name : "") : NULL,
    .text = payload->message,
    .time_us = envelope->stamp != NULL ? envelope->stamp->time_ms * 1000 : trusted_us,
    .is_own = g_strcmp0 (payload->from, self->from) == 0,
    .state = envelope->state,
    .id = payload->id,
    .from = payload->from,
    .topic = envelope->topic,
    .seq = envelope->stamp != NULL ? envelope->stamp->seq : 0,
    .is_retained = envelope->is_retained,
  };

  return hub_message_item_new (&params);
}

static void
append (HubChat *self, const HubPayload *payload, const Envelope *envelope)
{
  g_autoptr (HubMessageItem) item = item_new (self, payload, envelope);

  hub_message_list_append (hub_chat_state_get_messages (self->state), item);
}

/* A retained message comes with each subscription. Ids tell that it is held already; without one its text does. */
static gboolean
is_held (HubChat *self, const char *topic, const HubPayload *payload, gboolean is_retain)
{
  return is_retain && payload->id == NULL &&
         hub_message_list_has_anonymous (hub_chat_state_get_messages (self->state), topic, payload->message);
}

static HubMessageState
state_of (HubChat *self, const HubPayload *payload)
{
  return g_strcmp0 (payload->from, self->from) == 0 ? HUB_MESSAGE_STATE_SENT : HUB_MESSAGE_STATE_RECEIVED;
}

static void
message_cb (HubChat *self, const char *topic, GBytes *bytes, gboolean is_retain, const HubStamp *stamp)
{
  HubMessageList *messages = hub_chat_state_get_messages (self->state);
  g_autoptr (HubPayload) payload = hub_payload_parse (bytes);
  gboolean is_shown = stamp == NULL || hub_past_hear (self->past, stamp);
  Envelope envelope = { topic, state_of (self, payload), stamp, is_retain };

  if (payload->kind == HUB_PAYLOAD_NOTHING || (stamp == NULL && is_held (self, topic, payload, is_retain)))
    return;
  if (is_shown || hub_message_list_find_by_id (messages, topic, payload->id) != NULL)
    append (self, payload, &envelope);
  else if (hub_message_list_get_is_detached (messages))
    hub_message_list_count_missed (messages);
}

/* A row for a message of the history. An own one that is there was sent, whether that was acknowledged or not. */
static HubMessageItem *
read_past (const HubArchiveMessage *message, gpointer user_data)
{
  HubChat *self = user_data;
  g_autoptr (HubPayload) payload = hub_payload_parse (message->payload);
  HubStamp stamp = { NULL, message->seq, message->time_ms };
  Envelope envelope = { message->topic, state_of (self, payload), &stamp, FALSE };

  if (payload->kind == HUB_PAYLOAD_NOTHING)
    return NULL;
  if (envelope.state == HUB_MESSAGE_STATE_SENT && payload->id != NULL)
    hub_unsent_remove (self->unsent, payload->id);
  return item_new (self, payload, &envelope);
}

static void
under_way_free (gpointer data)
{
  UnderWay *under_way = data;

  g_free (under_way->id);
  g_free (under_way);
}

/* What has become of a message: it is not sent again, either way. */
static void
settle_message (HubChat *self, const char *id, HubMessageState state)
{
  HubMessageItem *item = hub_message_list_find_by_id (hub_chat_state_get_messages (self->state), TOPIC, id);

  if (item != NULL)
    hub_message_item_set_state (item, state);
  hub_unsent_remove (self->unsent, id);
}

static void
send_message (HubChat *self, const char *topic, const char *id, GBytes *payload)
{
  g_autofree char *own_id = g_strdup (id);
  guint16 packet_id;

  if (self->link == NULL)
    return;
  if (!hub_link_takes (self->link, topic, payload))
    {
      settle_message (self, own_id, HUB_MESSAGE_STATE_FAILED);
      g_signal_emit (self, signals[SIGNAL_NOTICE], 0, _ ("This message is too long for this host: send it in parts"));
      return;
    }
  packet_id = hub_link_publish (self->link, topic, payload);
  if (packet_id > 0)
    {
      UnderWay *under_way = g_new (UnderWay, 1);

      *under_way = (UnderWay){ g_steal_pointer (&own_id), g_get_monotonic_time () };
      g_hash_table_insert (self->under_way, GUINT_TO_POINTER (packet_id), under_way);
    }
}

static void
settle (HubChat *self, guint packet_id, HubMessageState state)
{
  const UnderWay *under_way = g_hash_table_lookup (self->under_way, GUINT_TO_POINTER (packet_id));

  if (under_way == NULL)
    return;
  settle_message (self, under_way->id, state);
  g_hash_table_remove (self->under_way, GUINT_TO_POINTER (packet_id));
}

static const UnderWay *
find_under_way (HubChat *self, const char *id)
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
count_break (HubChat *self)
{
  g_autofree char *key = chat_key (self);
  g_autoptr (GPtrArray) messages = hub_unsent_list (self->unsent, key);
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
  settle_message (self, oldest->id, HUB_MESSAGE_STATE_FAILED);
  g_signal_emit (self, signals[SIGNAL_NOTICE], 0, _ ("The broker does not take this message"));
}

static void
acknowledged_cb (HubChat *self, guint packet_id)
{
  settle (self, packet_id, HUB_MESSAGE_STATE_SENT);
}

static void
refused_cb (HubChat *self, guint packet_id)
{
  settle (self, packet_id, HUB_MESSAGE_STATE_FAILED);
  g_signal_emit (self, signals[SIGNAL_NOTICE], 0, _ ("The broker does not take this message"));
}

static void
send_unsent (HubChat *self)
{
  g_autofree char *key = chat_key (self);
  g_autoptr (GPtrArray) messages = hub_unsent_list (self->unsent, key);

  for (guint i = 0; i < messages->len; i++)
    {
      HubUnsentMessage *message = g_ptr_array_index (messages, i);

      send_message (self, message->topic, message->id, message->payload);
    }
}

static void
show_unsent (HubChat *self)
{
  g_autofree char *key = chat_key (self);
  g_autoptr (GPtrArray) messages = hub_unsent_list (self->unsent, key);

  for (guint i = 0; i < messages->len; i++)
    {
      HubUnsentMessage *message = g_ptr_array_index (messages, i);
      g_autoptr (HubPayload) payload = hub_payload_parse (message->payload);

      append (self, payload, &(Envelope){ message->topic, HUB_MESSAGE_STATE_WAITING, NULL, FALSE });
    }
}

static gboolean
publish_cb (HubChat *self, const char *text)
{
  g_autofree char *key = chat_key (self);
  g_autoptr (HubPayload) payload = NULL;
  g_autoptr (GBytes) bytes = NULL;

  payload = hub_payload_new_chat (hub_chat_state_get_name (self->state), text, self->from, g_get_real_time () / 1000);
  bytes = hub_payload_to_bytes (payload);
  if (g_bytes_get_size (bytes) > PAYLOAD_BYTES_MAX)
    {
      g_signal_emit (self, signals[SIGNAL_NOTICE], 0, _ ("This is too long for one message: send it in parts"));
      return FALSE;
    }

  /* Whoever writes wants to see it, at the end. */
  if (hub_message_list_get_is_detached (hub_chat_state_get_messages (self->state)))
    hub_message_list_reach (hub_chat_state_get_messages (self->state), HUB_MESSAGE_EDGE_NEWEST);
  append (self, payload, &(Envelope){ TOPIC, HUB_MESSAGE_STATE_WAITING, NULL, FALSE });
  hub_unsent_add (self->unsent, key, TOPIC, payload->id, bytes);
  send_message (self, TOPIC, payload->id, bytes);
  return TRUE;
}

static void
show_title (HubChat *self)
{
  g_autofree char *title = NULL;

  if (self->wanted_host != NULL && hub_chat_state_get_connection (self->state) == HUB_CHAT_CONNECTION_CONNECTED)
    /* Translators: %s is the address of another computer. */
    title = g_strdup_printf (_ ("Joined %s"), self->wanted_host);
  else if (self->wanted_host != NULL)
    /* Translators: %s is the address of another computer. */
    title = g_strdup_printf (_ ("Joining %s"), self->wanted_host);
  else
    /* Translators: %s is the name of this computer. */
    title = g_strdup_printf (_ ("Hosting on %s"), g_get_host_name ());
  hub_chat_state_set_title_detail (self->state, title);
}

static void
show_address (HubChat *self)
{
  g_autofree char *url = self->host != NULL && !self->is_busy && !self->has_failed ? hub_host_dup_url (self->host) : NULL;

  hub_chat_state_set_join_url (self->state, url);
}

static void
show_problem (HubChat *self)
{
  g_autofree char *host_problem = self->host != NULL ? hub_host_dup_problem (self->host) : NULL;
  const char *link_problem = self->link != NULL ? hub_link_get_problem (self->link) : NULL;

  /* A link that is opened later tells of itself. */
  if (self->link != NULL)
    hub_chat_state_set_problem (self->state, link_problem != NULL ? link_problem : host_problem);
}

static void
link_changed_cb (HubChat *self)
{
  static const HubChatConnection shown[] = {
    [HUB_LINK_CONNECTING] = HUB_CHAT_CONNECTION_CONNECTING,
    [HUB_LINK_CONNECTED] = HUB_CHAT_CONNECTION_CONNECTED,
    [HUB_LINK_WAITING] = HUB_CHAT_CONNECTION_OFFLINE,
  };
  HubLinkState link_state = hub_link_get_state (self->link);

  if (link_state == HUB_LINK_WAITING)
    count_break (self);
  if (link_state != HUB_LINK_CONNECTED)
    g_hash_table_remove_all (self->under_way);
  show_problem (self);
  hub_chat_state_set_connection (self->state, shown[link_state]);
  show_title (self);
  if (link_state == HUB_LINK_CONNECTED)
    {
      g_autofree char *url = hub_link_dup_http_url (self->link);

      send_unsent (self);
      hub_past_begin (self->past, url);
    }
  else
    {
      hub_past_end (self->past);
    }
}

static void
turned_away_cb (HubChat *self, const char *address)
{
  gint64 now_us = g_get_monotonic_time ();
  g_autofree char *text = NULL;

  if (self->turned_away_us != 0 && now_us - self->turned_away_us < TURNED_AWAY_PAUSE_US)
    return;
  self->turned_away_us = now_us;
  /* Translators: %s is an IP address and a port. */
  text = g_strdup_printf (_ ("%s was turned away: it is not on this network"), address);
  g_signal_emit (self, signals[SIGNAL_NOTICE], 0, text);
}

static void
drop_link (HubChat *self)
{
  if (self->link == NULL)
    return;
  g_signal_handlers_disconnect_by_data (self->link, self);
  hub_link_close (self->link);
  g_clear_object (&self->link);
  g_hash_table_remove_all (self->under_way);
  hub_past_end (self->past);
}

static void
open_link (HubChat *self)
{
  self->link = self->host != NULL ? hub_link_new_local (self->host)
                                  : hub_link_new_remote (self->wanted_host, self->wanted_port);
  g_signal_connect_swapped (self->link, "state-changed", G_CALLBACK (link_changed_cb), self);
  g_signal_connect_swapped (self->link, "message", G_CALLBACK (message_cb), self);
  g_signal_connect_swapped (self->link, "acknowledged", G_CALLBACK (acknowledged_cb), self);
  g_signal_connect_swapped (self->link, "refused", G_CALLBACK (refused_cb), self);
  hub_link_start (self->link);
}

static void
host_started_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (HubChat) self = user_data;
  g_autoptr (GError) error = NULL;

  self->is_busy = FALSE;
  if (!hub_host_start_finish (HUB_HOST (object), result, &error) && !self->is_stopped)
    {
      g_autofree char *problem = g_strdup_printf (_ ("This computer cannot host: %s"), error->message);

      self->has_failed = TRUE;
      hub_chat_state_set_problem (self->state, problem);
      hub_chat_state_set_connection (self->state, HUB_CHAT_CONNECTION_OFFLINE);
    }
  pursue (self);
}

static void
host_stopped_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (HubChat) self = user_data;

  hub_host_stop_finish (HUB_HOST (object), result, NULL);
  g_clear_object (&self->host);
  self->is_busy = FALSE;
  pursue (self);
}

static void
start_host (HubChat *self)
{
  self->host = hub_host_new (hub_settings_get_allow_outside (self->settings));
  g_signal_connect_object (self->host, "address-changed", G_CALLBACK (show_address), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->host, "turned-away", G_CALLBACK (turned_away_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->host, "problem-changed", G_CALLBACK (show_problem), self, G_CONNECT_SWAPPED);
  self->is_busy = TRUE;
  hub_host_start_async (self->host, host_started_cb, g_object_ref (self));
}

static void
stop_host (HubChat *self)
{
  /* It stays until it has stopped: the program may end meanwhile, and waits for it. */
  self->is_busy = TRUE;
  hub_host_stop_async (self->host, host_stopped_cb, g_object_ref (self));
}

/* The next step towards what is wanted. */
static void
pursue (HubChat *self)
{
  if (self->is_busy || self->is_stopped)
    return;

  if (self->wanted_host != NULL && self->host != NULL)
    {
      self->has_failed = FALSE;
      stop_host (self);
    }
  else if (self->wanted_host == NULL && self->host == NULL)
    {
      start_host (self);
    }
  else if (self->link == NULL && !self->has_failed)
    {
      open_link (self);
    }
  show_address (self);
}

static void
want (HubChat *self, char *host_name, guint16 port)
{
  drop_link (self);
  g_free (self->wanted_host);
  self->wanted_host = host_name;
  self->wanted_port = port;

  hub_past_forget (self->past);
  hub_message_list_clear (hub_chat_state_get_messages (self->state));
  hub_chat_state_set_is_hosting (self->state, host_name == NULL);
  hub_chat_state_set_connection (self->state, HUB_CHAT_CONNECTION_CONNECTING);
  hub_chat_state_set_problem (self->state, NULL);
  show_title (self);
  show_unsent (self);
  pursue (self);
}

static void
join_cb (HubChat *self, const char *address)
{
  g_autoptr (GError) error = NULL;

  if (!hub_chat_join (self, address, &error))
    g_signal_emit (self, signals[SIGNAL_NOTICE], 0, error->message);
}

static void
leave_cb (HubChat *self)
{
  hub_chat_host (self);
}

static void
name_cb (HubChat *self)
{
  hub_settings_set_name (self->settings, hub_chat_state_get_name (self->state));
}

static void
hub_chat_dispose (GObject *object)
{
  HubChat *self = HUB_CHAT (object);

  hub_chat_stop (self);
  g_clear_object (&self->past);
  g_clear_object (&self->state);
  g_clear_object (&self->settings);
  g_clear_object (&self->unsent);
  G_OBJECT_CLASS (hub_chat_parent_class)->dispose (object);
}

static void
hub_chat_finalize (GObject *object)
{
  HubChat *self = HUB_CHAT (object);

  g_clear_pointer (&self->under_way, g_hash_table_unref);
  g_free (self->break_id);
  g_free (self->from);
  g_free (self->wanted_host);
  G_OBJECT_CLASS (hub_chat_parent_class)->finalize (object);
}

static void
hub_chat_class_init (HubChatClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = hub_chat_dispose;
  object_class->finalize = hub_chat_finalize;

  /**
   * HubChat::notice:
   * @self: the chat
   * @text: a short sentence for the user
   *
   * Emitted for what is worth a toast.
   */
  signals[SIGNAL_NOTICE] =
    g_signal_new ("notice", HUB_TYPE_CHAT, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
hub_chat_init (HubChat *self)
{
  self->under_way = g_hash_table_new_full (NULL, NULL, NULL, under_way_free);
  self->state = hub_chat_state_new (NULL);
  self->past = hub_past_new (hub_chat_state_get_messages (self->state), TOPIC, read_past, self);
  g_signal_connect_object (self->state, "publish", G_CALLBACK (publish_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->state, "join", G_CALLBACK (join_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->state, "leave", G_CALLBACK (leave_cb), self, G_CONNECT_SWAPPED);
}

static GFile *
unsent_file (void)
{
  g_autofree char *folder = g_build_filename (g_get_user_data_dir (), "hubbub", NULL);
  g_autofree char *path = g_build_filename (folder, "unsent.json", NULL);

  g_mkdir_with_parents (folder, 0700);
  return g_file_new_for_path (path);
}

/**
 * hub_chat_new:
 * @settings: what is remembered
 *
 * Returns: (transfer full): a chat that neither hosts nor has joined
 */
HubChat *
hub_chat_new (HubSettings *settings)
{
  HubChat *self = g_object_new (HUB_TYPE_CHAT, NULL);
  g_autoptr (GFile) file = unsent_file ();
  g_autofree char *name = hub_settings_dup_name (settings);
  g_autofree char *last_join = hub_settings_dup_last_join (settings);

  self->settings = g_object_ref (settings);
  self->unsent = hub_unsent_new (file);
  self->from = hub_settings_dup_from (settings);
  hub_chat_state_set_name (self->state, name);
  hub_chat_state_set_last_join (self->state, last_join);
  g_signal_connect_object (self->state, "notify::name", G_CALLBACK (name_cb), self, G_CONNECT_SWAPPED);
  return self;
}

/**
 * hub_chat_get_state:
 * @self: a chat
 *
 * Returns: (transfer none): what the window shows, and whom it asks
 */
HubChatState *
hub_chat_get_state (HubChat *self)
{
  g_return_val_if_fail (HUB_IS_CHAT (self), NULL);

  return self->state;
}

/**
 * hub_chat_host:
 * @self: a chat
 *
 * Hosts, and leaves what was joined.
 */
void
hub_chat_host (HubChat *self)
{
  g_return_if_fail (HUB_IS_CHAT (self));

  self->has_failed = FALSE;
  want (self, NULL, 0);
}

/**
 * hub_chat_join:
 * @self: a chat
 * @address: `HOST`, `HOST:PORT` or what else [func@Hub.join_address_parse] takes
 * @error: return location
 *
 * Joins the chat of another host, and stops hosting.
 *
 * Returns: %FALSE with @error set, and nothing changed, when @address is none
 */
gboolean
hub_chat_join (HubChat *self, const char *address, GError **error)
{
  g_autofree char *host_name = NULL;
  guint16 port;

  g_return_val_if_fail (HUB_IS_CHAT (self), FALSE);

  if (!hub_join_address_parse (address, &host_name, &port, error))
    return FALSE;
  hub_settings_set_last_join (self->settings, address);
  hub_chat_state_set_last_join (self->state, address);
  want (self, g_steal_pointer (&host_name), port);
  return TRUE;
}

/**
 * hub_chat_stop:
 * @self: a chat
 *
 * Ends it: what was not sent is kept in its file, and the broker says goodbye to everybody. Blocks until the ports are
 * free.
 */
void
hub_chat_stop (HubChat *self)
{
  g_return_if_fail (HUB_IS_CHAT (self));

  if (self->is_stopped)
    return;
  self->is_stopped = TRUE;
  drop_link (self);
  hub_unsent_flush (self->unsent);
  if (self->host != NULL)
    hub_host_stop (self->host);
  g_clear_object (&self->host);
}
