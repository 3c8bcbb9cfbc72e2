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
  HubNeighbours *neighbours;     /* (owned) */
  char *name;                    /* (owned) (nullable): of the chat, where it is not that of the user */
  guint16 mqtt_port;             /* 0: nobody hosts here */
  guint16 http_port;
  guint settle_id; /* source */
};

G_DEFINE_FINAL_TYPE (HubDiscovery, hub_discovery, G_TYPE_OBJECT)

typedef enum
{
  SIGNAL_CHANGED,
} HubDiscoverySignal;

static guint signals[SIGNAL_CHANGED + 1];

static void
changed_cb (HubDiscovery *self)
{
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
}

static void
announced_cb (HubDiscovery *self)
{
  hub_neighbours_set_own_name (self->neighbours, hub_announcement_get_name (self->announcement));
  changed_cb (self);
}

/* Whoever has no name is called like the computer. */
static void
announce (HubDiscovery *self)
{
  const char *name = self->name != NULL ? self->name : hub_chat_state_get_name (self->state);

  hub_announcement_set (self->announcement,
                        hub_format_is_blank (name) ? g_get_host_name () : name,
                        self->mqtt_port,
                        self->http_port);
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
  if (self->mqtt_port == 0)
    return;
  self->settle_id = g_timeout_add (NAME_SETTLE_MS, settled_cb, self);
  g_source_set_name_by_id (self->settle_id, "hubbub announcement");
}

static void
hub_discovery_dispose (GObject *object)
{
  HubDiscovery *self = HUB_DISCOVERY (object);

  g_clear_handle_id (&self->settle_id, g_source_remove);
  g_clear_object (&self->announcement);
  g_clear_object (&self->neighbours);
  g_clear_object (&self->avahi);
  g_clear_object (&self->state);
  G_OBJECT_CLASS (hub_discovery_parent_class)->dispose (object);
}

static void
hub_discovery_finalize (GObject *object)
{
  g_free (HUB_DISCOVERY (object)->name);
  G_OBJECT_CLASS (hub_discovery_parent_class)->finalize (object);
}

static void
hub_discovery_class_init (HubDiscoveryClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = hub_discovery_dispose;
  G_OBJECT_CLASS (klass)->finalize = hub_discovery_finalize;

  /**
   * HubDiscovery::changed:
   * @self: the discovery
   *
   * Emitted when [method@Hub.Discovery.get_is_running] or [method@Hub.Discovery.get_is_announced] has another answer.
   */
  signals[SIGNAL_CHANGED] =
    g_signal_new ("changed", HUB_TYPE_DISCOVERY, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
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

  self->state = g_object_ref (state);
  self->avahi = hub_avahi_new (NULL);
  self->announcement = hub_announcement_new (self->avahi);
  self->neighbours = hub_neighbours_new (self->avahi);
  hub_chat_state_set_neighbours (state, G_LIST_MODEL (self->neighbours));
  g_signal_connect_object (state, "notify::name", G_CALLBACK (name_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->avahi, "notify::is-running", G_CALLBACK (changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->announcement, "notify::name", G_CALLBACK (announced_cb), self, G_CONNECT_SWAPPED);
  return self;
}

/**
 * hub_discovery_set_name:
 * @self: a discovery
 * @name: (nullable): under which name this computer is found that hosts the chat of somebody else; %NULL: that of the user
 *
 * Whoever has found the chat before finds it again. Has to be said in front of hub_discovery_set_ports().
 */
void
hub_discovery_set_name (HubDiscovery *self, const char *name)
{
  char *copy = g_strdup (name);

  g_return_if_fail (HUB_IS_DISCOVERY (self));

  g_free (self->name);
  self->name = copy;
}

/**
 * hub_discovery_set_ports:
 * @self: a discovery
 * @mqtt_port: where this computer speaks MQTT; 0 when it does not host any more
 * @http_port: where it serves the page
 *
 * Says what is to be found.
 */
void
hub_discovery_set_ports (HubDiscovery *self, guint16 mqtt_port, guint16 http_port)
{
  g_return_if_fail (HUB_IS_DISCOVERY (self));

  if (self->mqtt_port == mqtt_port && self->http_port == http_port)
    return;
  self->mqtt_port = mqtt_port;
  self->http_port = http_port;
  g_clear_handle_id (&self->settle_id, g_source_remove);
  if (mqtt_port != 0)
    announce (self);
  else
    hub_announcement_clear (self->announcement);
}

/**
 * hub_discovery_get_is_running:
 * @self: a discovery
 *
 * Returns: whether others can be found at all: whether Avahi is there
 */
gboolean
hub_discovery_get_is_running (HubDiscovery *self)
{
  g_return_val_if_fail (HUB_IS_DISCOVERY (self), FALSE);

  return hub_avahi_get_is_running (self->avahi);
}

/**
 * hub_discovery_get_is_announced:
 * @self: a discovery
 *
 * Returns: whether others find this computer
 */
gboolean
hub_discovery_get_is_announced (HubDiscovery *self)
{
  g_return_val_if_fail (HUB_IS_DISCOVERY (self), FALSE);

  return hub_announcement_get_name (self->announcement) != NULL;
}
