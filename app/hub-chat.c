/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "app/hub-chat-private.h"

#include "app/inviting/hub-page-list.h"
#include "ui/model/hub-room-topic.h"

#include <glib/gi18n-lib.h>

/* Whoever knocks from elsewhere is told of, but not again and again. */
#define TURNED_AWAY_PAUSE_US G_TIME_SPAN_MINUTE

/**
 * HubChat:
 *
 * The chat: hosts or joins, turns messages into rows and what the user writes into messages, and tells the window how it
 * stands.
 *
 * Hosting and joining take turns. What is wanted is noted, and pursued step by step, since starting and stopping take
 * their time and the user may change their mind meanwhile.
 */

G_DEFINE_FINAL_TYPE (HubChat, hub_chat, G_TYPE_OBJECT)

typedef enum
{
  SIGNAL_NOTICE,
  SIGNAL_NEWS,
} HubChatSignal;

static guint signals[SIGNAL_NEWS + 1];

/* How this chat is called among unsent messages: the own one has no address. */
char *
hub_chat_dup_key (HubChat *self)
{
  return self->wanted != NULL ? hub_join_address_to_key (self->wanted) : g_strdup ("");
}

void
hub_chat_hear_message (HubChat *self, const char *topic, GBytes *bytes, gboolean is_retain, const HubStamp *stamp)
{
  hub_rooms_hear (self->rooms, topic, bytes, is_retain, stamp);
}

static void
news_cb (HubChat *self, HubRoom *room, HubMessageItem *item)
{
  hub_typing_end (self->typing, hub_room_get_topic (room), hub_message_item_get_from (item));
  g_signal_emit (self, signals[SIGNAL_NEWS], 0, room, item);
}

void
hub_chat_notice (HubChat *self, const char *text)
{
  g_signal_emit (self, signals[SIGNAL_NOTICE], 0, text);
}

static gboolean
open_room_cb (HubChat *self, const char *topic)
{
  if (hub_rooms_open (self->rooms, topic))
    return TRUE;
  hub_chat_notice (self, _ ("You are in as many rooms as there can be: leave one first"));
  return FALSE;
}

/* The room that the link of a page names, as the page itself would show it. */
static void
open_named_room (HubChat *self, const char *name)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *topic = hub_room_topic_from_name (name, &error);

  if (topic != NULL)
    open_room_cb (self, topic);
  else
    hub_chat_notice (self, error->message);
}

static void
leave_room_cb (HubChat *self, const char *topic)
{
  hub_rooms_leave (self->rooms, topic);
}

void
hub_chat_show_title (HubChat *self)
{
  HubStanding *standing = hub_chat_state_get_standing (self->state);
  const gboolean is_connected = hub_standing_get_connection (standing) == HUB_CHAT_CONNECTION_CONNECTED;
  g_autofree char *title = NULL;

  if (self->wanted != NULL && self->resident != NULL && hub_lodging_is_at (self->resident, self->wanted))
    title = hub_lodging_describe (self->resident, is_connected);
  else if (self->wanted != NULL && is_connected)
    /* Translators: %s is the address of another computer. */
    title = g_strdup_printf (_ ("Joined %s"), self->wanted->host);
  else if (self->wanted != NULL)
    /* Translators: %s is the address of another computer. */
    title = g_strdup_printf (_ ("Joining %s"), self->wanted->host);
  else if (self->is_waiting)
    title = g_strdup (_ ("Not in a chat"));
  else
    /* Translators: %s is the name of this computer. */
    title = g_strdup_printf (_ ("Hosting on %s"), g_get_host_name ());
  hub_standing_set_title_detail (standing, title);
}

void
hub_chat_show_address (HubChat *self)
{
  gboolean is_hosting = self->host != NULL && !self->is_busy && !self->has_failed;

  hub_host_desk_set_host (self->desk, is_hosting ? self->host : NULL);
  /* The desk may have had it stopped just now. */
  is_hosting = is_hosting && !self->is_busy;
  hub_inviter_set_host (self->inviter, is_hosting ? self->host : NULL);
  hub_discovery_set_ports (self->discovery,
                           is_hosting ? hub_host_get_mqtt_port (self->host) : 0,
                           is_hosting ? hub_host_get_http_port (self->host) : 0);
}

void
hub_chat_show_problem (HubChat *self)
{
  g_autofree char *host_problem = self->host != NULL ? hub_host_dup_problem (self->host) : NULL;
  const char *link_problem = self->link != NULL ? hub_link_get_problem (self->link) : NULL;
  gboolean is_shut_out =
    self->link != NULL && hub_link_get_state (self->link) == HUB_LINK_CONNECTED && !hub_link_get_has_rooms (self->link);
  g_autofree char *words = NULL;
  HubAbsence absence;

  absence = hub_follower_get_absence (self->follower);
  words = self->wanted != NULL ? hub_absence_explain (absence, self->wanted->host) : NULL;
  hub_joining_set_is_orphaned (hub_chat_state_get_joining (self->state), hub_absence_is_for_good (absence));
  if (words != NULL)
    link_problem = words;
  if (link_problem == NULL && is_shut_out)
    link_problem = _ ("The host does not let this window read rooms: only Everyone works.");
  /* A link that is opened later tells of itself. */
  if (self->link != NULL)
    hub_standing_set_problem (hub_chat_state_get_standing (self->state), link_problem != NULL ? link_problem : host_problem);
}

/* The host was found at another address: it is the same chat all the same. */
static void
follow (HubChat *self)
{
  HubJoinAddress *now = hub_link_get_address (self->link);
  g_autofree char *key = NULL;

  if (now == self->wanted)
    return;
  hub_join_desk_move (self->join_desk, self->wanted, now);
  g_clear_pointer (&self->wanted, hub_join_address_unref);
  self->wanted = hub_join_address_ref (now);
  key = hub_chat_dup_key (self);
  hub_outbox_move_chat (self->outbox, key);
  hub_room_memory_move_chat (self->memory, key);
}

/* Others join where this window did. */
void
hub_chat_show_page (HubChat *self, const char *url)
{
  g_autofree char *page = self->wanted != NULL ? hub_page_list_dup_page (url) : NULL;

  hub_inviter_set_page (self->inviter, page);
}

void
hub_chat_hear_link (HubChat *self)
{
  static const HubChatConnection shown[] = {
    [HUB_LINK_CONNECTING] = HUB_CHAT_CONNECTION_CONNECTING,
    [HUB_LINK_CONNECTED] = HUB_CHAT_CONNECTION_CONNECTED,
    [HUB_LINK_WAITING] = HUB_CHAT_CONNECTION_OFFLINE,
  };
  HubLinkState link_state = hub_link_get_state (self->link);

  if (self->wanted != NULL && !hub_join_secrets_hear (self->known, self->link))
    hub_join_desk_hear (self->join_desk, self->link);
  if (self->wanted != NULL && link_state == HUB_LINK_CONNECTED)
    follow (self);
  hub_chat_show_problem (self);
  hub_standing_set_connection (hub_chat_state_get_standing (self->state), shown[link_state]);
  hub_chat_show_title (self);
  if (link_state == HUB_LINK_CONNECTED)
    {
      g_autofree char *url = hub_link_dup_http_url (self->link);

      hub_rooms_begin (self->rooms, url);
      hub_seeker_set_url (self->seeker, url);
      hub_chat_show_page (self, url);
    }
  else
    {
      hub_rooms_end (self->rooms);
      hub_seeker_set_url (self->seeker, NULL);
    }
}

void
hub_chat_tell_turned_away (HubChat *self, const char *address)
{
  gint64 now_us = g_get_monotonic_time ();

  if (self->turned_away_us != 0 && now_us - self->turned_away_us < TURNED_AWAY_PAUSE_US)
    return;
  self->turned_away_us = now_us;
  hub_door_turn_away (hub_chat_state_get_door (self->state), address);
}

static void
let_outsiders_in_cb (HubChat *self)
{
  hub_settings_set_allow_outside (self->settings, TRUE);
}

/* As after a restart of the program, on other ports. */
static void
restart_cb (HubChat *self)
{
  HubStanding *standing = hub_chat_state_get_standing (self->state);
  HubHostOptions options;

  /* Whoever may have to find this computer as the next host is told, too. */
  hub_settings_get_host_options (self->settings, &options);
  hub_presence_set_port (self->presence, options.http_port);
  if (self->host == NULL || self->wanted != NULL)
    return;
  self->must_restart = TRUE;
  hub_testament_revoke (self->testament, self->host);
  hub_chat_drop_link (self);
  hub_standing_set_connection (standing, HUB_CHAT_CONNECTION_CONNECTING);
  hub_standing_set_problem (standing, NULL);
  hub_chat_pursue (self);
}

/* What the window holds of it goes, but for what waits to be sent. */
static void
cleared_cb (HubChat *self)
{
  g_autofree char *key = hub_chat_dup_key (self);

  hub_rooms_set_chat (self->rooms, key);
  hub_search_start (hub_chat_state_get_search (self->state), "", FALSE);
  hub_writer_show_unsent (self->writer, hub_room_list_find (hub_chat_state_get_rooms (self->state), HUB_ROOM_EVERYONE));
  if (self->link != NULL)
    hub_chat_hear_link (self);
}

static void
join_cb (HubChat *self, const char *address)
{
  g_autoptr (GError) error = NULL;

  if (!hub_chat_join (self, address, &error))
    hub_chat_notice (self, error->message);
}

/* As if the user had typed it. */
static void
password_found_cb (HubChat *self, HubJoinAddress *address)
{
  if (self->wanted != NULL)
    hub_chat_want (self, hub_join_address_ref (address));
}

static void
password_missing_cb (HubChat *self)
{
  if (self->wanted != NULL && self->link != NULL)
    hub_join_desk_hear (self->join_desk, self->link);
}

static void
leave_cb (HubChat *self)
{
  hub_join_desk_leave (self->join_desk);
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
  g_clear_object (&self->writer);
  g_clear_object (&self->seeker);
  g_clear_object (&self->presence);
  g_clear_object (&self->typing);
  g_clear_object (&self->inviter);
  g_clear_object (&self->discovery);
  g_clear_object (&self->join_desk);
  g_clear_object (&self->desk);
  g_clear_object (&self->guests);
  g_clear_object (&self->testament);
  g_clear_object (&self->follower);
  g_clear_object (&self->password);
  g_clear_object (&self->known);
  g_clear_object (&self->secrets);
  g_clear_object (&self->rooms);
  g_clear_object (&self->memory);
  g_clear_object (&self->state);
  g_clear_object (&self->settings);
  g_clear_object (&self->outbox);
  G_OBJECT_CLASS (hub_chat_parent_class)->dispose (object);
}

static void
hub_chat_finalize (GObject *object)
{
  HubChat *self = HUB_CHAT (object);

  g_free (self->from);
  g_clear_pointer (&self->wanted, hub_join_address_unref);
  g_clear_pointer (&self->resident, hub_resident_free);
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

  /**
   * HubChat::news:
   * @self: the chat
   * @room: an entered room
   * @item: what somebody else has just said there
   */
  signals[SIGNAL_NEWS] = g_signal_new ("news",
                                       HUB_TYPE_CHAT,
                                       G_SIGNAL_RUN_LAST,
                                       0,
                                       NULL,
                                       NULL,
                                       NULL,
                                       G_TYPE_NONE,
                                       2,
                                       HUB_TYPE_ROOM,
                                       HUB_TYPE_MESSAGE_ITEM);
}

static void
hub_chat_init (HubChat *self)
{
  self->state = hub_chat_state_new ();
  g_signal_connect_object (self->state, "join", G_CALLBACK (join_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->state, "leave", G_CALLBACK (leave_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->state, "open-room", G_CALLBACK (open_room_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->state, "leave-room", G_CALLBACK (leave_room_cb), self, G_CONNECT_SWAPPED);
}

static GFile *
own_file (const char *name)
{
  g_autofree char *folder = g_build_filename (g_get_user_data_dir (), "hubbub", NULL);
  g_autofree char *path = g_build_filename (folder, name, NULL);

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
  g_autoptr (GFile) unsent = own_file ("unsent.json");
  g_autoptr (GFile) rooms = own_file ("rooms.json");
  g_autoptr (GFile) secrets = own_file ("passwords.json");
  g_autoptr (GFile) users = own_file ("password_file");
  HubDoor *door = hub_chat_state_get_door (self->state);
  g_autofree char *name = hub_settings_dup_name (settings);

  self->settings = g_object_ref (settings);
  self->from = hub_settings_dup_from (settings);
  self->outbox = hub_outbox_new (unsent);
  self->memory = hub_room_memory_new (rooms);
  self->rooms = hub_rooms_new (self->state, self->memory, self->from);
  self->seeker = hub_seeker_new (self->state, self->rooms);
  self->presence = hub_presence_new (self->state, self->rooms, self->from);
  self->typing = hub_typing_new (self->state, self->from);
  self->discovery = hub_discovery_new (self->state);
  self->join_desk = hub_join_desk_new (settings, self->state);
  self->desk = hub_host_desk_new (settings, hub_chat_state_get_hosting (self->state));
  g_signal_connect_object (hub_chat_state_get_hosting (self->state), "host", G_CALLBACK (hub_chat_host), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->desk, "restart", G_CALLBACK (restart_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->desk, "cleared", G_CALLBACK (cleared_cb), self, G_CONNECT_SWAPPED);
  self->inviter = hub_inviter_new (self->state, self->discovery);
  self->secrets = hub_secrets_new (secrets);
  self->password = hub_room_password_new (door, self->secrets, g_file_peek_path (users));
  self->guests = hub_guests_new (door);
  self->testament = hub_testament_new ();
  self->follower = hub_follower_new ();
  g_signal_connect_object (self->follower, "changed", G_CALLBACK (hub_chat_show_problem), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->follower, "named", G_CALLBACK (hub_chat_be_named), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->follower, "found", G_CALLBACK (hub_chat_follow_successor), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (hub_chat_state_get_joining (self->state), "succeed", G_CALLBACK (hub_chat_succeed), self, G_CONNECT_SWAPPED);
  self->known = hub_join_secrets_new (self->secrets);
  g_signal_connect_object (self->known, "found", G_CALLBACK (password_found_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->known, "missing", G_CALLBACK (password_missing_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->password, "notice", G_CALLBACK (hub_chat_notice), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (door, "let-outsiders-in", G_CALLBACK (let_outsiders_in_cb), self, G_CONNECT_SWAPPED);
  self->writer = hub_writer_new (self->state, self->outbox, self->rooms, self->from);
  g_signal_connect_object (self->writer, "notice", G_CALLBACK (hub_chat_notice), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->seeker, "notice", G_CALLBACK (hub_chat_notice), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->outbox, "notice", G_CALLBACK (hub_chat_notice), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->rooms, "news", G_CALLBACK (news_cb), self, G_CONNECT_SWAPPED);
  hub_chat_state_set_name (self->state, name);
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
 * hub_chat_begin:
 * @self: a chat
 *
 * Joins what was joined last where that was chosen; else hosts, or waits until the user wants to host or to join somebody, as
 * the settings say.
 */
void
hub_chat_begin (HubChat *self)
{
  g_autofree char *address = NULL;

  g_return_if_fail (HUB_IS_CHAT (self));

  address = hub_join_desk_begin (self->join_desk);
  if (address == NULL || !hub_chat_join (self, address, NULL))
    {
      self->is_waiting = !hub_settings_get_host_on_start (self->settings);
      hub_chat_want (self, NULL);
    }
}

/**
 * hub_chat_dup_address:
 * @self: a chat
 *
 * Returns: (transfer full) (nullable): at which address another program of this computer gets to the same broker, as
 *   hub_chat_join() takes it, with the password; %NULL while there is none
 */
char *
hub_chat_dup_address (HubChat *self)
{
  const char *password;
  g_autofree char *text = NULL;
  g_autoptr (HubJoinAddress) open = NULL;
  g_autoptr (HubJoinAddress) locked = NULL;
  guint16 port;

  g_return_val_if_fail (HUB_IS_CHAT (self), NULL);

  if (self->wanted != NULL)
    return hub_join_address_to_url (self->wanted);
  port = self->host != NULL ? hub_host_get_mqtt_port (self->host) : 0;
  if (port == 0)
    return NULL;
  text = g_strdup_printf ("127.0.0.1:%u", port);
  password = hub_door_get_password (hub_chat_state_get_door (self->state));
  if (password == NULL)
    return g_steal_pointer (&text);
  open = hub_join_address_parse (text, NULL);
  locked = hub_join_address_with_credentials (open, HUB_JOIN_ADDRESS_ROOM_USER, password);
  return hub_join_address_to_url (locked);
}

/**
 * hub_chat_host:
 * @self: a chat
 *
 * Hosts, and leaves what was joined. Where somebody else on this computer hosts already, that chat is joined instead, unless
 * it is just the one that is left.
 */
void
hub_chat_host (HubChat *self)
{
  g_return_if_fail (HUB_IS_CHAT (self));

  self->has_failed = FALSE;
  self->is_waiting = FALSE;
  /* Whoever leaves a chat that is there does not want to come back to it. */
  self->insists = self->resident != NULL && self->link != NULL && hub_link_get_state (self->link) == HUB_LINK_CONNECTED;
  g_clear_pointer (&self->resident, hub_resident_free);
  hub_chat_be_oneself (self);
  hub_chat_want (self, NULL);
}

/**
 * hub_chat_join:
 * @self: a chat
 * @address: `HOST`, `HOST:PORT`, a URL or what else [func@Hub.join_address_parse] takes
 * @error: return location
 *
 * Joins the chat of another host, and stops hosting. A room that @address names is shown.
 *
 * Returns: %FALSE with @error set, and nothing changed, when @address is none
 */
gboolean
hub_chat_join (HubChat *self, const char *address, GError **error)
{
  g_autoptr (HubJoinAddress) wanted = NULL;

  g_return_val_if_fail (HUB_IS_CHAT (self), FALSE);

  wanted = hub_join_address_parse (address, error);
  if (wanted == NULL)
    return FALSE;
  if (self->resident != NULL && hub_lodging_is_at (self->resident, wanted))
    {
      hub_join_desk_visit (self->join_desk);
    }
  else
    {
      g_clear_pointer (&self->resident, hub_resident_free);
      hub_join_desk_join (self->join_desk, wanted);
    }
  self->insists = FALSE;
  self->is_waiting = FALSE;
  hub_chat_be_oneself (self);
  hub_chat_want (self, hub_join_address_ref (wanted));
  if (wanted->room != NULL)
    open_named_room (self, wanted->room);
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
  if (self->search != NULL)
    g_cancellable_cancel (self->search);
  hub_chat_drop_link (self);
  hub_discovery_set_ports (self->discovery, 0, 0);
  hub_host_desk_set_host (self->desk, NULL);
  hub_inviter_set_host (self->inviter, NULL);
  hub_outbox_flush (self->outbox);
  hub_room_memory_flush (self->memory);
  hub_join_secrets_begin (self->known);
  hub_secrets_flush (self->secrets);
  hub_room_password_lend (self->password, NULL);
  hub_room_password_set_host (self->password, NULL);
  hub_guests_set_link (self->guests, NULL, NULL);
  if (self->host != NULL)
    hub_host_stop (self->host);
  g_clear_object (&self->host);
}
