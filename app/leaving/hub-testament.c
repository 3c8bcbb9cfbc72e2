/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "app/leaving/hub-testament.h"

#include "app/people/hub-presence-payload.h"
#include "app/leaving/hub-heir.h"
#include "app/leaving/hub-host-payload.h"
#include "broker/hub-broker.h"
#include "broker/net/hub-own-addresses.h"
#include "ui/model/hub-people-list.h"

/* People come and go in crowds. */
#define SETTLE_MS 250

/**
 * HubTestament:
 *
 * Sees to it that the broker of this computer knows at any moment who hosts when it is stopped, and says so then: at its
 * end the program has nobody to ask any more, and no time.
 */
struct _HubTestament
{
  GObject parent_instance;

  HubHost *host;             /* (owned) (nullable): while one hosts */
  HubLink *link;             /* (owned) (nullable): the own window's */
  GHashTable *presences;     /* (owned) (element-type utf8 HubPresencePayload): by Client Identifier */
  GCancellable *cancellable; /* (owned) (nullable): of the question under way */
  guint settle_id;           /* source */
};

G_DEFINE_FINAL_TYPE (HubTestament, hub_testament, G_TYPE_OBJECT)

static HubBroker *
get_broker (HubHost *host)
{
  HubBroker *broker = host != NULL ? hub_host_get_broker (host) : NULL;

  return broker != NULL && hub_broker_is_running (broker) ? broker : NULL;
}

/* Who of @clients has said who they are. */
static GArray *
list_heirs (HubTestament *self, GPtrArray *clients)
{
  GArray *heirs = g_array_new (FALSE, FALSE, sizeof (HubHeir));

  for (guint i = 0; i < clients->len; i++)
    {
      const HubClientStatus *status = g_ptr_array_index (clients, i);
      const char *client_id = hub_client_status_get_client_id (status);
      const HubHeir heir = {
        .client_id = client_id,
        .peer = hub_client_status_get_address (status),
        .since_us = hub_client_status_get_connected_since (status),
        .presence = g_hash_table_lookup (self->presences, client_id),
      };

      if (hub_client_status_is_connected (status) && heir.presence != NULL && heir.peer != NULL)
        g_array_append_val (heirs, heir);
    }
  return heirs;
}

static void
listed_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  HubTestament *self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) clients = hub_broker_list_clients_finish (HUB_BROKER (object), result, &error);
  g_autoptr (GArray) heirs = NULL;
  g_auto (GStrv) own_addresses = NULL;
  g_auto (GStrv) next = NULL;
  g_autoptr (GBytes) payload = NULL;
  const HubHeir *heir;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  g_clear_object (&self->cancellable);
  if (clients == NULL)
    return;
  heirs = list_heirs (self, clients);
  own_addresses = hub_own_addresses ();
  heir = hub_heir_choose ((const HubHeir *) (gconstpointer) heirs->data, heirs->len, (const char *const *) own_addresses, &next);
  if (heir != NULL)
    payload = hub_host_payload_new (heir->client_id, (const char *const *) next);
  hub_broker_set_farewell (HUB_BROKER (object), payload);
}

static gboolean
settled_cb (gpointer user_data)
{
  HubTestament *self = user_data;
  HubBroker *broker = get_broker (self->host);

  self->settle_id = 0;
  if (broker == NULL)
    return G_SOURCE_REMOVE;
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  self->cancellable = g_cancellable_new ();
  hub_broker_list_clients_async (broker, self->cancellable, listed_cb, self);
  return G_SOURCE_REMOVE;
}

static void
presence_cb (HubTestament *self, const char *client_id, GBytes *bytes)
{
  g_autoptr (HubPresencePayload) presence = hub_presence_payload_parse (bytes);

  /* The own window goes with the host. */
  if (g_str_equal (client_id, hub_link_get_client_id (self->link)))
    return;
  if (presence == NULL)
    g_hash_table_remove (self->presences, client_id);
  else if (g_hash_table_size (self->presences) < HUB_PEOPLE_LIST_CLIENTS_MAX || g_hash_table_contains (self->presences, client_id))
    g_hash_table_insert (self->presences, g_strdup (client_id), g_steal_pointer (&presence));
  if (self->settle_id != 0)
    return;
  self->settle_id = g_timeout_add (SETTLE_MS, settled_cb, self);
  g_source_set_name_by_id (self->settle_id, "hubbub successor");
}

static void
hub_testament_dispose (GObject *object)
{
  hub_testament_set_link (HUB_TESTAMENT (object), NULL, NULL);
  G_OBJECT_CLASS (hub_testament_parent_class)->dispose (object);
}

static void
hub_testament_finalize (GObject *object)
{
  g_hash_table_unref (HUB_TESTAMENT (object)->presences);
  G_OBJECT_CLASS (hub_testament_parent_class)->finalize (object);
}

static void
hub_testament_class_init (HubTestamentClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = hub_testament_dispose;
  object_class->finalize = hub_testament_finalize;
}

static void
hub_testament_init (HubTestament *self)
{
  self->presences = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) hub_presence_payload_free);
}

/**
 * hub_testament_new:
 *
 * Returns: (transfer full): a testament of nobody
 */
HubTestament *
hub_testament_new (void)
{
  return g_object_new (HUB_TYPE_TESTAMENT, NULL);
}

/**
 * hub_testament_set_link:
 * @self: a testament
 * @link: (nullable): the link of the own window, which is not open yet; %NULL: there is none any more
 * @host: (nullable): the host whose successor is to be known; %NULL: one does not host
 *
 * What a host knows already it goes on knowing until it stops.
 */
void
hub_testament_set_link (HubTestament *self, HubLink *link, HubHost *host)
{
  g_return_if_fail (HUB_IS_TESTAMENT (self));

  if (self->link != NULL)
    g_signal_handlers_disconnect_by_data (self->link, self);
  g_clear_handle_id (&self->settle_id, g_source_remove);
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_hash_table_remove_all (self->presences);
  g_set_object (&self->link, link);
  g_set_object (&self->host, host);
  if (link != NULL && host != NULL)
    g_signal_connect_swapped (link, "presence", G_CALLBACK (presence_cb), self);
}

/**
 * hub_testament_revoke:
 * @self: a testament
 * @host: (nullable): a host that comes back
 *
 * It names nobody when it stops this time.
 */
void
hub_testament_revoke (HubTestament *self, HubHost *host)
{
  HubBroker *broker = get_broker (host);

  g_return_if_fail (HUB_IS_TESTAMENT (self));

  if (broker != NULL)
    hub_broker_set_farewell (broker, NULL);
}
