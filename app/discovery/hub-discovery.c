/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "app/discovery/hub-discovery.h"

#include "app/discovery/hub-announcement.h"
#include "app/discovery/hub-neighbours.h"
#include "ui/model/hub-format.h"

/* A name is typed letter by letter, and the network hears of it when it is done. */
#define NAME_SETTLE_MS 1000

/**
 * HubDiscovery:
 *
 * Being found on the network while one hosts, and finding others: shown by [method@ChatState.get_neighbours].
 */
struct _HubDiscovery
{
  GObject parent_instance;

  HubChatState *state;           /* (owned) */
  HubAvahi *avahi;               /* (owned) */
  HubAnnouncement *announcement; /* (owned) */
  HubHost *host;                 /* (owned) (nullable): while it is to be found */
  guint settle_id;               /* source */
};

G_DEFINE_FINAL_TYPE (HubDiscovery, hub_discovery, G_TYPE_OBJECT)

/* Whoever has no name is called like the computer. */
static void
announce (HubDiscovery *self)
{
  const char *name = hub_chat_state_get_name (self->state);

  hub_announcement_set (self->announcement,
                        hub_format_is_blank (name) ? g_get_host_name () : name,
                        hub_host_get_mqtt_port (self->host),
                        hub_host_get_http_port (self->host));
}

static gboolean
settled_cb (gpointer user_data)
{
  HubDiscovery *self = user_data;

  self->settle_id = 0;
  announce (self);
  return G_SOURCE_REMOVE;
}

static void
name_cb (HubDiscovery *self)
{
  g_clear_handle_id (&self->settle_id, g_source_remove);
  if (self->host == NULL)
    return;
  self->settle_id = g_timeout_add (NAME_SETTLE_MS, settled_cb, self);
  g_source_set_name_by_id (self->settle_id, "hubbub announcement");
}

static void
hub_discovery_dispose (GObject *object)
{
  HubDiscovery *self = HUB_DISCOVERY (object);

  g_clear_handle_id (&self->settle_id, g_source_remove);
  g_clear_object (&self->host);
  g_clear_object (&self->announcement);
  g_clear_object (&self->avahi);
  g_clear_object (&self->state);
  G_OBJECT_CLASS (hub_discovery_parent_class)->dispose (object);
}

static void
hub_discovery_class_init (HubDiscoveryClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = hub_discovery_dispose;
}

static void
hub_discovery_init (HubDiscovery *self)
{
}

/**
 * hub_discovery_new:
 * @state: where others are shown, and one's name is found
 *
 * Returns: (transfer full): a discovery that looks for others, and announces nothing
 */
HubDiscovery *
hub_discovery_new (HubChatState *state)
{
  HubDiscovery *self = g_object_new (HUB_TYPE_DISCOVERY, NULL);
  g_autoptr (HubNeighbours) neighbours = NULL;

  self->state = g_object_ref (state);
  self->avahi = hub_avahi_new (NULL);
  self->announcement = hub_announcement_new (self->avahi);
  neighbours = hub_neighbours_new (self->avahi);
  hub_chat_state_set_neighbours (state, G_LIST_MODEL (neighbours));
  g_signal_connect_object (state, "notify::name", G_CALLBACK (name_cb), self, G_CONNECT_SWAPPED);
  return self;
}

/**
 * hub_discovery_set_host:
 * @self: a discovery
 * @host: (nullable): a started host; %NULL when there is none any more
 *
 * Says what is to be found.
 */
void
hub_discovery_set_host (HubDiscovery *self, HubHost *host)
{
  g_return_if_fail (HUB_IS_DISCOVERY (self));

  if (!g_set_object (&self->host, host))
    return;
  g_clear_handle_id (&self->settle_id, g_source_remove);
  if (host != NULL)
    announce (self);
  else
    hub_announcement_clear (self->announcement);
}
