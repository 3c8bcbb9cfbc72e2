/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "app/inviting/hub-inviter.h"

#include "app/inviting/hub-devices.h"
#include "app/inviting/hub-page-list.h"
#include "app/inviting/hub-port-probe.h"
#include "app/joining/hub-info-lookup.h"
#include "broker/net/hub-own-addresses.h"

/* Who does not tell of themselves in the chat is seen by looking, while somebody wants to know. */
#define LOOK_S 3

/**
 * HubInviter:
 *
 * Fills the invitation of the window ([property@Hub.ChatState:invitation]): the addresses of the page, of this computer or
 * of the host that was joined, and, where this computer hosts, whether others can join.
 */
struct _HubInviter
{
  GObject parent_instance;

  HubChatState *state;       /* (owned) */
  HubDiscovery *discovery;   /* (owned) */
  HubHost *host;             /* (owned) (nullable): while it hosts */
  char *page;                /* (owned) (nullable): of the host that was joined */
  GCancellable *cancellable; /* (owned): of what is asked for the present chat */
  guint look_id;             /* source */
  HubReach reach;            /* while it hosts */
  gboolean is_listing;       /* the devices */
  gboolean is_stale;         /* they have changed since it was asked for them */
};

G_DEFINE_FINAL_TYPE (HubInviter, hub_inviter, G_TYPE_OBJECT)

static void list_devices (HubInviter *self);

static HubInvitation *
get_invitation (HubInviter *self)
{
  return hub_chat_state_get_invitation (self->state);
}

static void
show_pages (HubInviter *self, const char *const *pages)
{
  hub_invitation_set_pages (get_invitation (self), pages);
  hub_standing_set_join_url (hub_chat_state_get_standing (self->state), pages[0]);
}

static void
show_reach (HubInviter *self)
{
  self->reach.is_discovery_running = hub_discovery_get_is_running (self->discovery);
  self->reach.is_announced = hub_discovery_get_is_announced (self->discovery);
  hub_invitation_set_reach (get_invitation (self), self->host != NULL ? &self->reach : NULL);
}

/* Whoever is invited to the own chat need not type its password. */
static void
show_key (HubInviter *self)
{
  HubDoor *door = hub_chat_state_get_door (self->state);

  hub_invitation_set_key (get_invitation (self), self->host != NULL ? hub_door_get_password (door) : NULL);
}

/* What every answer begins with. Returns NULL when it is about a chat that is over. */
static HubInviter *
take_probe (GAsyncResult *result, gpointer user_data, HubReachAnswer *answer)
{
  g_autoptr (HubInviter) self = user_data;
  gboolean is_open;

  if (!hub_port_probe_finish (result, &is_open, NULL))
    return NULL;
  *answer = is_open ? HUB_REACH_YES : HUB_REACH_NO;
  return g_steal_pointer (&self);
}

static void
http_probed_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  HubReachAnswer answer;
  g_autoptr (HubInviter) self = take_probe (result, user_data, &answer);

  if (self == NULL)
    return;
  self->reach.is_http_open = answer;
  show_reach (self);
}

static void
mqtt_probed_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  HubReachAnswer answer;
  g_autoptr (HubInviter) self = take_probe (result, user_data, &answer);

  if (self == NULL)
    return;
  self->reach.is_mqtt_open = answer;
  show_reach (self);
}

static void
probe (HubInviter *self)
{
  g_auto (GStrv) addresses = hub_own_addresses ();

  hub_port_probe_async (addresses[0], self->reach.http_port, self->cancellable, http_probed_cb, g_object_ref (self));
  hub_port_probe_async (addresses[0], self->reach.mqtt_port, self->cancellable, mqtt_probed_cb, g_object_ref (self));
}

static void
listed_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (HubInviter) self = user_data;
  g_auto (GStrv) peers = hub_host_list_peers_finish (HUB_HOST (object), result, NULL);
  g_auto (GStrv) addresses = hub_own_addresses ();

  if (HUB_HOST (object) != self->host)
    return;
  self->is_listing = FALSE;
  if (peers == NULL)
    return;
  self->reach.n_devices = hub_devices_count ((const char *const *) peers, (const char *const *) addresses);
  self->reach.had_devices = self->reach.had_devices || self->reach.n_devices > 0;
  show_reach (self);
  if (self->is_stale)
    list_devices (self);
}

static void
list_devices (HubInviter *self)
{
  self->is_stale = self->is_listing;
  if (self->host == NULL || self->is_listing)
    return;
  self->is_listing = TRUE;
  hub_host_list_peers_async (self->host, self->cancellable, listed_cb, g_object_ref (self));
}

static gboolean
look_cb (gpointer user_data)
{
  list_devices (user_data);
  return G_SOURCE_CONTINUE;
}

/* While somebody looks, the answers are fresh. */
static void
look (HubInviter *self)
{
  const gboolean is_wanted = self->host != NULL && hub_invitation_get_is_watched (get_invitation (self));

  g_clear_handle_id (&self->look_id, g_source_remove);
  if (!is_wanted)
    return;
  probe (self);
  list_devices (self);
  self->look_id = g_timeout_add_seconds (LOOK_S, look_cb, self);
  g_source_set_name_by_id (self->look_id, "hubbub invitation");
}

static void
discovery_cb (HubInviter *self)
{
  show_reach (self);
}

/* What was asked about the chat so far is of no interest any more. */
static void
begin (HubInviter *self)
{
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  self->cancellable = g_cancellable_new ();
  self->is_listing = FALSE;
}

static void
looked_up_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (HubInviter) self = user_data;
  g_autoptr (GBytes) info = hub_info_lookup_finish (result, NULL);
  g_auto (GStrv) pages = NULL;

  if (info == NULL || g_bytes_get_size (info) == 0)
    return;
  pages = hub_page_list_from_info (self->page, g_bytes_get_data (info, NULL), g_bytes_get_size (info));
  show_pages (self, (const char *const *) pages);
}

static void
hub_inviter_dispose (GObject *object)
{
  HubInviter *self = HUB_INVITER (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_handle_id (&self->look_id, g_source_remove);
  g_clear_object (&self->host);
  g_clear_object (&self->discovery);
  g_clear_object (&self->state);
  G_OBJECT_CLASS (hub_inviter_parent_class)->dispose (object);
}

static void
hub_inviter_finalize (GObject *object)
{
  HubInviter *self = HUB_INVITER (object);

  g_object_unref (self->cancellable);
  g_free (self->page);
  G_OBJECT_CLASS (hub_inviter_parent_class)->finalize (object);
}

static void
hub_inviter_class_init (HubInviterClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = hub_inviter_dispose;
  G_OBJECT_CLASS (klass)->finalize = hub_inviter_finalize;
}

static void
hub_inviter_init (HubInviter *self)
{
  self->cancellable = g_cancellable_new ();
}

/**
 * hub_inviter_new:
 * @state: whose invitation is filled
 * @discovery: who knows whether others find this computer
 *
 * Returns: (transfer full): an inviter for no chat yet
 */
HubInviter *
hub_inviter_new (HubChatState *state, HubDiscovery *discovery)
{
  HubInviter *self = g_object_new (HUB_TYPE_INVITER, NULL);

  self->state = g_object_ref (state);
  self->discovery = g_object_ref (discovery);
  g_signal_connect_object (discovery, "changed", G_CALLBACK (discovery_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (hub_chat_state_get_door (state), "notify::password", G_CALLBACK (show_key), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (get_invitation (self), "notify::is-watched", G_CALLBACK (look), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (hub_chat_state_get_people (state), "notify::n-people", G_CALLBACK (list_devices), self, G_CONNECT_SWAPPED);
  return self;
}

/**
 * hub_inviter_set_host:
 * @self: an inviter
 * @host: (nullable) (transfer none): a host that was started; %NULL: this computer does not host
 *
 * Says who hosts here. The same once more: this computer may have got other addresses.
 */
void
hub_inviter_set_host (HubInviter *self, HubHost *host)
{
  static const char *const none[] = { NULL };
  g_auto (GStrv) urls = NULL;
  g_auto (GStrv) pages = NULL;

  g_return_if_fail (HUB_IS_INVITER (self));

  if (host == NULL && self->host == NULL)
    return;
  if (g_set_object (&self->host, host))
    {
      begin (self);
      self->reach = (HubReach){ 0 };
    }
  if (host == NULL)
    {
      show_pages (self, none);
    }
  else
    {
      urls = hub_host_list_urls (host);
      pages = hub_page_list_for_others ((const char *const *) urls);
      self->reach.n_addresses = hub_page_list_count_reachable ((const char *const *) pages);
      self->reach.mqtt_port = hub_host_get_mqtt_port (host);
      self->reach.http_port = hub_host_get_http_port (host);
      show_pages (self, (const char *const *) pages);
    }
  show_key (self);
  show_reach (self);
  look (self);
}

/**
 * hub_inviter_set_page:
 * @self: an inviter for no host of this program
 * @page: (nullable): by which address of its page this computer reaches the host that was joined, with a slash at its end;
 *   %NULL: nobody was joined, or it is not known
 *
 * Says whom others are invited to. The host is asked for its other addresses.
 */
void
hub_inviter_set_page (HubInviter *self, const char *page)
{
  g_return_if_fail (HUB_IS_INVITER (self));

  if (self->host != NULL || g_strcmp0 (self->page, page) == 0)
    return;
  g_free (self->page);
  self->page = g_strdup (page);
  begin (self);
  show_pages (self, (const char *const[]){ page, NULL });
  if (page != NULL)
    hub_info_lookup_async (page, HUB_INFO_LOOKUP_TIMEOUT_S, self->cancellable, looked_up_cb, g_object_ref (self));
}
