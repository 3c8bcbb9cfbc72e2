/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "app/hub-chat-private.h"

#include "ui/model/hub-room-topic.h"

#include <glib/gi18n-lib.h>

/* What is wanted of a chat: to host, to join somebody, or to go on when a host is gone; and the steps there. */

void
hub_chat_drop_link (HubChat *self)
{
  if (self->link == NULL)
    return;
  g_signal_handlers_disconnect_by_data (self->link, self);
  hub_outbox_set_link (self->outbox, NULL);
  hub_writer_set_link (self->writer, NULL);
  hub_presence_set_link (self->presence, NULL, NULL);
  hub_guests_set_link (self->guests, NULL, self->host);
  hub_testament_set_link (self->testament, NULL, NULL);
  hub_follower_set_link (self->follower, NULL);
  hub_typing_set_link (self->typing, NULL);
  hub_seeker_set_url (self->seeker, NULL);
  hub_link_close (self->link);
  g_clear_object (&self->link);
  hub_rooms_end (self->rooms);
}

static void
open_link (HubChat *self)
{
  HubHostOptions options;

  self->link = self->host != NULL ? hub_link_new_local (self->host) : hub_link_new_remote (self->wanted);
  /* First: what is not sent goes out as soon as it can. */
  hub_outbox_set_link (self->outbox, self->link);
  hub_writer_set_link (self->writer, self->link);
  g_signal_connect_swapped (self->link, "state-changed", G_CALLBACK (hub_chat_hear_link), self);
  g_signal_connect_swapped (self->link, "message", G_CALLBACK (hub_chat_hear_message), self);
  hub_settings_get_host_options (self->settings, &options);
  hub_presence_set_port (self->presence, options.http_port);
  hub_presence_set_link (self->presence, self->link, self->host);
  hub_guests_set_link (self->guests, self->link, self->host);
  hub_testament_set_link (self->testament, self->link, self->host);
  hub_follower_set_link (self->follower, self->host == NULL ? self->link : NULL);
  hub_typing_set_link (self->typing, self->link);
  hub_link_start (self->link);
}

/* Instead of hosting beside it. The next start hosts again, when it can. */
static void
move_in (HubChat *self, HubResident *resident)
{
  g_clear_pointer (&self->resident, hub_resident_free);
  self->resident = resident;
  hub_join_desk_visit (self->join_desk);
  hub_join_secrets_begin (self->known);
  hub_chat_want (self, hub_lodging_get_in (resident));
}

static void
found_resident_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (HubChat) self = user_data;
  g_autoptr (HubResident) resident = hub_resident_find_finish (result);

  g_clear_object (&self->search);
  self->is_busy = FALSE;
  if (resident != NULL && self->wanted == NULL && !self->must_restart && !self->is_stopped)
    move_in (self, g_steal_pointer (&resident));
  else
    hub_chat_pursue (self);
}

/* The port of the page says it all: whoever has it may be another user of this computer. Returns whether it is asked. */
static gboolean
look_for_resident (HubChat *self)
{
  guint16 first_port;
  guint n_ports;

  if (self->insists || self->wanted != NULL || self->must_restart)
    return FALSE;
  n_ports = hub_host_get_passed_ports (self->host, &first_port);
  if (n_ports == 0)
    return FALSE;
  self->is_busy = TRUE;
  self->search = g_cancellable_new ();
  hub_resident_find_async (first_port,
                           n_ports,
                           HUB_RESIDENT_TIMEOUT_MS,
                           self->search,
                           found_resident_cb,
                           g_object_ref (self));
  return TRUE;
}

static void
host_started_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (HubChat) self = user_data;
  HubStanding *standing = hub_chat_state_get_standing (self->state);
  g_autoptr (GError) error = NULL;

  self->is_busy = FALSE;
  if (hub_host_start_finish (HUB_HOST (object), result, &error))
    {
      if (!self->is_stopped && look_for_resident (self))
        return;
    }
  else if (!self->is_stopped)
    {
      g_autofree char *problem = g_strdup_printf (_ ("This computer cannot host: %s"), error->message);

      self->has_failed = TRUE;
      hub_standing_set_problem (standing, problem);
      hub_standing_set_connection (standing, HUB_CHAT_CONNECTION_OFFLINE);
    }
  hub_chat_pursue (self);
}

static void
host_stopped_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (HubChat) self = user_data;

  hub_host_stop_finish (HUB_HOST (object), result, NULL);
  hub_room_password_set_host (self->password, NULL);
  hub_guests_set_link (self->guests, NULL, NULL);
  g_clear_object (&self->host);
  self->is_busy = FALSE;
  hub_chat_pursue (self);
}

static void
start_host (HubChat *self)
{
  HubHostOptions options;

  /* What was changed up to now takes effect by this. */
  self->must_restart = FALSE;
  hub_settings_get_host_options (self->settings, &options);
  self->host = hub_host_new (&options);
  g_signal_connect_object (self->host, "address-changed", G_CALLBACK (hub_chat_show_address), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->host, "turned-away", G_CALLBACK (hub_chat_tell_turned_away), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->host, "problem-changed", G_CALLBACK (hub_chat_show_problem), self, G_CONNECT_SWAPPED);
  hub_room_password_set_host (self->password, self->host);
  self->is_busy = TRUE;
  hub_host_start_async (self->host, host_started_cb, g_object_ref (self));
}

static void
stop_host (HubChat *self)
{
  /* It stays until it has stopped: the program may end meanwhile, and waits for it. */
  self->is_busy = TRUE;
  self->must_restart = FALSE;
  hub_host_stop_async (self->host, host_stopped_cb, g_object_ref (self));
}

/* The next step towards what is wanted. */
void
hub_chat_pursue (HubChat *self)
{
  if (self->is_busy || self->is_stopped || self->is_waiting)
    return;

  if (self->host != NULL && (self->wanted != NULL || self->must_restart))
    {
      self->has_failed = FALSE;
      stop_host (self);
    }
  else if (self->wanted == NULL && self->host == NULL)
    {
      start_host (self);
    }
  else if (self->link == NULL && !self->has_failed)
    {
      open_link (self);
    }
  hub_chat_show_address (self);
}

/* How the window says what is wanted, until it is there. */
static void
show_wanted (HubChat *self)
{
  HubStanding *standing = hub_chat_state_get_standing (self->state);

  hub_hosting_set_is_waiting (hub_chat_state_get_hosting (self->state), self->is_waiting);
  hub_standing_set_is_hosting (standing, self->wanted == NULL && !self->is_waiting);
  hub_standing_set_connection (standing,
                               self->is_waiting ? HUB_CHAT_CONNECTION_OFFLINE : HUB_CHAT_CONNECTION_CONNECTING);
  hub_joining_set_is_orphaned (hub_chat_state_get_joining (self->state), FALSE);
  hub_standing_set_problem (standing, NULL);
  hub_chat_show_title (self);
  hub_chat_show_page (self, NULL);
}

/* Takes @address: NULL to host. */
void
hub_chat_want (HubChat *self, HubJoinAddress *address)
{
  g_autofree char *key = NULL;

  if (self->search != NULL && address != NULL)
    g_cancellable_cancel (self->search);
  hub_chat_drop_link (self);
  g_clear_pointer (&self->wanted, hub_join_address_unref);
  self->wanted = address;

  key = hub_chat_dup_key (self);
  hub_outbox_set_chat (self->outbox, key);
  hub_rooms_set_chat (self->rooms, key);
  /* What was found elsewhere is not here. */
  hub_search_start (hub_chat_state_get_search (self->state), "", FALSE);
  show_wanted (self);
  /* Of this one everybody is a part already. */
  hub_writer_show_unsent (self->writer, hub_room_list_find (hub_chat_state_get_rooms (self->state), HUB_ROOM_EVERYONE));
  hub_chat_pursue (self);
}

/* The same chat goes on somewhere else, with all that is shown and all that waits to be sent. Takes @address: NULL: here. */
static void
go_on (HubChat *self, HubJoinAddress *address)
{
  g_autofree char *key = NULL;

  hub_chat_drop_link (self);
  g_clear_pointer (&self->wanted, hub_join_address_unref);
  self->wanted = address;

  key = hub_chat_dup_key (self);
  hub_outbox_move_chat (self->outbox, key);
  hub_room_memory_move_chat (self->memory, key);
  show_wanted (self);
  hub_chat_pursue (self);
}

/* The chat of nobody else is hosted any more, or will be. */
void
hub_chat_be_oneself (HubChat *self)
{
  hub_room_password_lend (self->password, NULL);
  hub_discovery_set_name (self->discovery, NULL);
  hub_join_secrets_begin (self->known);
}

/* This computer hosts in the place of the host that is gone: under its name, and with its password. */
void
hub_chat_succeed (HubChat *self)
{
  const HubJoinAddress *former = self->wanted;

  if (former == NULL)
    return;
  hub_chat_be_oneself (self);
  g_clear_pointer (&self->resident, hub_resident_free);
  hub_discovery_set_name (self->discovery, hub_join_desk_get_service (self->join_desk));
  if (g_strcmp0 (former->user_name, HUB_ROOM_PASSWORD_USER) == 0)
    hub_room_password_lend (self->password, former->password);
  hub_joining_set_asked_by (hub_chat_state_get_joining (self->state), NULL, NULL);
  self->has_failed = FALSE;
  go_on (self, NULL);
}

gboolean
hub_chat_be_named (HubChat *self)
{
  g_autofree char *text = NULL;

  if (!hub_presence_get_would_host (self->presence))
    return FALSE;
  /* Translators: %s is the address of another computer. */
  text = g_strdup_printf (_ ("%s has stopped hosting: this computer hosts the chat now"), self->wanted->host);
  hub_chat_succeed (self);
  hub_chat_notice (self, text);
  return TRUE;
}

void
hub_chat_follow_successor (HubChat *self, HubJoinAddress *address)
{
  /* Translators: %s is the address of another computer. */
  g_autofree char *text = g_strdup_printf (_ ("%s hosts the chat now"), address->host);

  hub_join_desk_follow (self->join_desk, address);
  hub_join_secrets_begin (self->known);
  go_on (self, hub_join_address_ref (address));
  hub_chat_notice (self, text);
}
