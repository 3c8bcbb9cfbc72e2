/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "app/discovery/hub-neighbours.h"

#include "app/discovery/hub-service.h"

#include <net/if.h>

#define SERVICE_TYPE "_mqtt._tcp"

/* As Avahi marks what this very connection to the bus has announced. */
#define RESULT_OUR_OWN 16u

/**
 * HubNeighbours:
 *
 * Who hosts on this network, as a list of [class@Neighbour] in their order: each once, however many ways lead there, by
 * the best of its addresses. This program itself is not among them.
 */
struct _HubNeighbours
{
  GObject parent_instance;

  HubAvahi *avahi;     /* (owned) */
  char *browser;       /* (owned) (nullable): path of the object */
  guint serial;        /* of the browser */
  GPtrArray *services; /* (owned) (element-type HubService) */
  GPtrArray *items;    /* (owned) (element-type HubNeighbour) what the model shows */
  char *own_name;      /* (owned) (nullable): what this program is found by */
  guint watch_ids[2];  /* of signals: of the browser, of resolvers */
};

static GType
get_item_type (GListModel *model)
{
  return HUB_TYPE_NEIGHBOUR;
}

static guint
get_n_items (GListModel *model)
{
  return HUB_NEIGHBOURS (model)->items->len;
}

static gpointer
get_item (GListModel *model, guint position)
{
  HubNeighbours *self = HUB_NEIGHBOURS (model);

  return position < self->items->len ? g_object_ref (g_ptr_array_index (self->items, position)) : NULL;
}

static void
init_list_model (GListModelInterface *interface)
{
  interface->get_item_type = get_item_type;
  interface->get_n_items = get_n_items;
  interface->get_item = get_item;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (HubNeighbours, hub_neighbours, G_TYPE_OBJECT, G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, init_list_model))

/* Of all that is called so, what has the best address; NULL when none has one. */
static const HubService *
find_best (HubNeighbours *self, const char *name)
{
  const HubService *best = NULL;

  for (guint i = 0; i < self->services->len; i++)
    {
      const HubService *service = g_ptr_array_index (self->services, i);

      if (g_str_equal (service->name, name) && service->rank > (best != NULL ? best->rank : 0))
        best = service;
    }
  return best;
}

static void
drop_item (HubNeighbours *self, guint position)
{
  g_ptr_array_remove_index (self->items, position);
  g_list_model_items_changed (G_LIST_MODEL (self), position, 1, 0);
}

static void
insert_item (HubNeighbours *self, HubNeighbour *neighbour)
{
  guint position = 0;

  while (position < self->items->len && hub_neighbour_compare (g_ptr_array_index (self->items, position), neighbour) < 0)
    position++;
  g_ptr_array_insert (self->items, (int) position, neighbour);
  g_list_model_items_changed (G_LIST_MODEL (self), position, 0, 1);
}

/* Shows what is known of the one of that name. No two on a network have one. */
static void
show (HubNeighbours *self, const char *name)
{
  const HubService *best = g_strcmp0 (name, self->own_name) != 0 ? find_best (self, name) : NULL;
  g_autoptr (HubNeighbour) neighbour = best != NULL ? hub_service_to_neighbour (best) : NULL;

  for (guint i = 0; i < self->items->len; i++)
    {
      HubNeighbour *shown = g_ptr_array_index (self->items, i);

      if (!g_str_equal (hub_neighbour_get_service (shown), name))
        continue;
      if (neighbour != NULL && hub_neighbour_is_same (shown, neighbour))
        return;
      drop_item (self, i);
      break;
    }
  if (neighbour != NULL)
    insert_item (self, g_steal_pointer (&neighbour));
}

static HubService *
find_service (HubNeighbours *self, int interface, int protocol, const char *name, const char *domain, guint *position)
{
  for (guint i = 0; i < self->services->len; i++)
    {
      HubService *service = g_ptr_array_index (self->services, i);

      if (!hub_service_is_at (service, interface, protocol, name, domain))
        continue;
      if (position != NULL)
        *position = i;
      return service;
    }
  return NULL;
}

/* Said once at first, and again whenever something of it changes. */
static void
take_found (HubNeighbours *self, GVariant *parameters)
{
  g_autoptr (GVariant) texts = NULL;
  char interface_name[IF_NAMESIZE];
  int interface, protocol;
  const char *name, *domain, *ip;
  guint16 port;
  HubService *service;

  g_variant_get (parameters, "(ii&s&s&s&si&sq@aayu)",
                 &interface, &protocol, &name, NULL, &domain, NULL, NULL, &ip, &port, &texts, NULL);
  service = find_service (self, interface, protocol, name, domain, NULL);
  if (service == NULL)
    return;
  hub_service_take_address (service, ip, if_indextoname ((guint) interface, interface_name), port);
  hub_service_take_texts (service, texts);
  show (self, name);
}

static void
free_resolver (HubNeighbours *self, const char *path)
{
  if (path != NULL && hub_avahi_get_is_there (self->avahi))
    hub_avahi_call (self->avahi, path, "ServiceResolver.Free", NULL, NULL, NULL, NULL);
}

/* A service, and whose it is while its resolver is made. */
typedef struct
{
  HubNeighbours *self; /* (owned) */
  HubService *sought;  /* (owned) */
} Asked;

static void
asked_free (Asked *asked)
{
  g_object_unref (asked->self);
  hub_service_free (asked->sought);
  g_free (asked);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Asked, asked_free)

static void
resolving_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Asked) asked = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply = hub_avahi_call_finish (HUB_AVAHI (object), result, &error);
  const HubService *sought = asked->sought;
  HubService *service;
  g_autofree char *path = NULL;

  if (reply == NULL)
    {
      g_debug ("a service cannot be resolved: %s", error->message);
      return;
    }
  g_variant_get (reply, "(o)", &path);
  service = find_service (asked->self, sought->interface, sought->protocol, sought->name, sought->domain, NULL);
  /* It may be gone meanwhile, or gone and back. */
  if (service != NULL && service->resolver == NULL)
    service->resolver = g_steal_pointer (&path);
  else
    free_resolver (asked->self, path);
}

/* By the version of IP by which it was seen: else one whose address changes is found by the other version from then on. */
static void
resolve (HubNeighbours *self, const HubService *service)
{
  Asked *asked = g_new (Asked, 1);

  asked->self = g_object_ref (self);
  asked->sought = hub_service_new (service->interface, service->protocol, service->name, service->domain);
  hub_avahi_call (self->avahi,
                  "/",
                  "Server.ServiceResolverNew",
                  g_variant_new ("(iisssiu)",
                                 service->interface, service->protocol, service->name, SERVICE_TYPE, service->domain,
                                 service->protocol, 0u),
                  NULL,
                  resolving_cb,
                  asked);
}

/* Nobody has said within some seconds where it is, or nobody says it any more: it is asked once more, for as long as it is
 * there, and reached by another way if there is one. */
static void
resolve_again (HubNeighbours *self, const char *path)
{
  for (guint i = 0; i < self->services->len; i++)
    {
      HubService *service = g_ptr_array_index (self->services, i);

      if (g_strcmp0 (service->resolver, path) != 0)
        continue;
      free_resolver (self, path);
      g_clear_pointer (&service->resolver, g_free);
      hub_service_forget_address (service);
      resolve (self, service);
      show (self, service->name);
      return;
    }
}

static void
resolver_cb (GDBusConnection *bus,
             const char *sender,
             const char *path,
             const char *object_interface,
             const char *signal,
             GVariant *parameters,
             gpointer user_data)
{
  HubNeighbours *self = user_data;

  if (g_str_equal (signal, "Found") && g_variant_is_of_type (parameters, G_VARIANT_TYPE ("(iissssisqaayu)")))
    take_found (self, parameters);
  else if (g_str_equal (signal, "Failure"))
    resolve_again (self, path);
}

static void
add_service (HubNeighbours *self, int interface, int protocol, const char *name, const char *domain)
{
  HubService *service;

  if (self->services->len >= HUB_NEIGHBOURS_MAX || find_service (self, interface, protocol, name, domain, NULL) != NULL)
    return;
  service = hub_service_new (interface, protocol, name, domain);
  g_ptr_array_add (self->services, service);
  resolve (self, service);
}

static void
remove_service (HubNeighbours *self, int interface, int protocol, const char *name, const char *domain)
{
  HubService *service;
  guint position;

  service = find_service (self, interface, protocol, name, domain, &position);
  if (service == NULL)
    return;
  free_resolver (self, service->resolver);
  g_ptr_array_remove_index (self->services, position);
  show (self, name);
}

static void
browser_cb (GDBusConnection *bus,
            const char *sender,
            const char *path,
            const char *object_interface,
            const char *signal,
            GVariant *parameters,
            gpointer user_data)
{
  HubNeighbours *self = user_data;
  const char *name, *type, *domain;
  int interface, protocol;
  guint32 flags;

  if (!g_variant_is_of_type (parameters, G_VARIANT_TYPE ("(iisssu)")))
    return;
  g_variant_get (parameters, "(ii&s&s&su)", &interface, &protocol, &name, &type, &domain, &flags);
  if (!g_str_equal (type, SERVICE_TYPE))
    return;
  if (g_str_equal (signal, "ItemNew") && (flags & RESULT_OUR_OWN) == 0)
    add_service (self, interface, protocol, name, domain);
  else if (g_str_equal (signal, "ItemRemove"))
    remove_service (self, interface, protocol, name, domain);
}

static void
free_browser (HubNeighbours *self, const char *path)
{
  if (path != NULL && hub_avahi_get_is_there (self->avahi))
    hub_avahi_call (self->avahi, path, "ServiceBrowser.Free", NULL, NULL, NULL, NULL);
}

/* A browser that was asked for. */
typedef struct
{
  HubNeighbours *self; /* (owned) */
  guint serial;
} Browsing;

static void
browsing_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autofree Browsing *browsing = user_data;
  g_autoptr (HubNeighbours) self = browsing->self;
  g_autofree char *path = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply = hub_avahi_call_finish (HUB_AVAHI (object), result, &error);

  if (reply == NULL)
    {
      g_debug ("nobody is looked for: %s", error->message);
      return;
    }
  g_variant_get (reply, "(o)", &path);
  if (browsing->serial == self->serial)
    self->browser = g_steal_pointer (&path);
  else
    free_browser (self, path);
}

static void
browse (HubNeighbours *self)
{
  Browsing *browsing = g_new (Browsing, 1);

  *browsing = (Browsing){ g_object_ref (self), self->serial };
  hub_avahi_call (self->avahi,
                  "/",
                  "Server.ServiceBrowserNew",
                  g_variant_new ("(iissu)", HUB_AVAHI_ANY, HUB_AVAHI_ANY, SERVICE_TYPE, "local", 0u),
                  NULL,
                  browsing_cb,
                  browsing);
}

/* Whoever was seen was seen by an Avahi that is gone, or starts over. */
static void
forget (HubNeighbours *self)
{
  guint n_items = self->items->len;

  self->serial++;
  free_browser (self, self->browser);
  g_clear_pointer (&self->browser, g_free);
  for (guint i = 0; i < self->services->len; i++)
    free_resolver (self, ((const HubService *) g_ptr_array_index (self->services, i))->resolver);
  for (gsize i = 0; i < G_N_ELEMENTS (self->watch_ids); i++)
    {
      if (self->watch_ids[i] != 0)
        hub_avahi_unwatch (self->avahi, self->watch_ids[i]);
      self->watch_ids[i] = 0;
    }
  g_ptr_array_set_size (self->services, 0);
  g_ptr_array_set_size (self->items, 0);
  if (n_items > 0)
    g_list_model_items_changed (G_LIST_MODEL (self), 0, n_items, 0);
}

static void
is_running_cb (HubNeighbours *self)
{
  forget (self);
  if (!hub_avahi_get_is_running (self->avahi))
    return;
  self->watch_ids[0] = hub_avahi_watch (self->avahi, "ServiceBrowser", browser_cb, self);
  self->watch_ids[1] = hub_avahi_watch (self->avahi, "ServiceResolver", resolver_cb, self);
  browse (self);
}

static void
hub_neighbours_dispose (GObject *object)
{
  HubNeighbours *self = HUB_NEIGHBOURS (object);

  if (self->avahi != NULL)
    forget (self);
  g_clear_object (&self->avahi);
  G_OBJECT_CLASS (hub_neighbours_parent_class)->dispose (object);
}

static void
hub_neighbours_finalize (GObject *object)
{
  HubNeighbours *self = HUB_NEIGHBOURS (object);

  g_ptr_array_unref (self->services);
  g_ptr_array_unref (self->items);
  g_free (self->own_name);
  G_OBJECT_CLASS (hub_neighbours_parent_class)->finalize (object);
}

static void
hub_neighbours_class_init (HubNeighboursClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = hub_neighbours_dispose;
  object_class->finalize = hub_neighbours_finalize;
}

static void
hub_neighbours_init (HubNeighbours *self)
{
  self->services = g_ptr_array_new_with_free_func ((GDestroyNotify) hub_service_free);
  self->items = g_ptr_array_new_with_free_func (g_object_unref);
}

/**
 * hub_neighbours_new:
 * @avahi: Avahi
 *
 * Returns: (transfer full): a list that fills by itself, and stays empty without Avahi
 */
HubNeighbours *
hub_neighbours_new (HubAvahi *avahi)
{
  HubNeighbours *self = g_object_new (HUB_TYPE_NEIGHBOURS, NULL);

  self->avahi = g_object_ref (avahi);
  g_signal_connect_object (avahi, "notify::is-running", G_CALLBACK (is_running_cb), self, G_CONNECT_SWAPPED);
  if (hub_avahi_get_is_running (avahi))
    is_running_cb (self);
  return self;
}

/**
 * hub_neighbours_set_own_name:
 * @self: a list
 * @name: (nullable): what this program is found by; %NULL while it is not
 *
 * Leaves out what is called so. Avahi marks what this program has announced, but not what it said in a run before, and
 * goes on with when it has been away for less than a second.
 */
void
hub_neighbours_set_own_name (HubNeighbours *self, const char *name)
{
  g_autofree char *old = NULL;

  g_return_if_fail (HUB_IS_NEIGHBOURS (self));

  if (g_strcmp0 (self->own_name, name) == 0)
    return;
  old = g_steal_pointer (&self->own_name);
  self->own_name = g_strdup (name);
  if (old != NULL)
    show (self, old);
  if (name != NULL)
    show (self, name);
}
