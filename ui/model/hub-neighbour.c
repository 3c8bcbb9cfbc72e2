/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ui/model/hub-neighbour.h"

#include "ui/model/hub-format.h"

#include <string.h>

/**
 * HubNeighbour:
 *
 * Somebody on this network who hosts: another Hubbub, or any other MQTT broker that announces itself. It does not change.
 */
struct _HubNeighbour
{
  GObject parent_instance;

  char *service; /* (owned) */
  char *name;    /* (owned) */
  char *address; /* (owned) */
  gboolean is_hubbub;
};

G_DEFINE_FINAL_TYPE (HubNeighbour, hub_neighbour, G_TYPE_OBJECT)

typedef enum
{
  PROP_NAME = 1,
  PROP_ADDRESS,
  PROP_IS_HUBBUB,
} HubNeighbourProperty;

static GParamSpec *props[PROP_IS_HUBBUB + 1];

static void
hub_neighbour_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  HubNeighbour *self = HUB_NEIGHBOUR (object);

  switch ((HubNeighbourProperty) prop_id)
    {
    case PROP_NAME:
      g_value_set_string (value, self->name);
      break;
    case PROP_ADDRESS:
      g_value_set_string (value, self->address);
      break;
    case PROP_IS_HUBBUB:
      g_value_set_boolean (value, self->is_hubbub);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
hub_neighbour_finalize (GObject *object)
{
  HubNeighbour *self = HUB_NEIGHBOUR (object);

  g_free (self->service);
  g_free (self->name);
  g_free (self->address);
  G_OBJECT_CLASS (hub_neighbour_parent_class)->finalize (object);
}

static void
hub_neighbour_class_init (HubNeighbourClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  object_class->get_property = hub_neighbour_get_property;
  object_class->finalize = hub_neighbour_finalize;

  /**
   * HubNeighbour:name:
   *
   * What the computer, or who sits at it, is called.
   */
  props[PROP_NAME] = g_param_spec_string ("name", NULL, NULL, NULL, flags);
  /**
   * HubNeighbour:address:
   *
   * Where it speaks MQTT, in a form that can be joined.
   */
  props[PROP_ADDRESS] = g_param_spec_string ("address", NULL, NULL, NULL, flags);
  /**
   * HubNeighbour:is-hubbub:
   *
   * Whether there is a chat of Hubbub; else it is some MQTT broker.
   */
  props[PROP_IS_HUBBUB] = g_param_spec_boolean ("is-hubbub", NULL, NULL, FALSE, flags);
  g_object_class_install_properties (object_class, G_N_ELEMENTS (props), props);
}

static void
hub_neighbour_init (HubNeighbour *self)
{
}

/**
 * hub_neighbour_new:
 * @service: the name of its service on this network, which nobody else has
 * @name: what it is called, as it says: anybody on the network can say anything
 * @address: `IP:PORT`, or `[IP]:PORT`
 * @is_hubbub: whether there is a chat of Hubbub
 *
 * Returns: (transfer full): a neighbour
 */
HubNeighbour *
hub_neighbour_new (const char *service, const char *name, const char *address, gboolean is_hubbub)
{
  HubNeighbour *self = g_object_new (HUB_TYPE_NEIGHBOUR, NULL);
  g_autofree char *valid = g_utf8_make_valid (name, -1);

  self->service = g_strdup (service);
  self->name = hub_format_name (valid);
  self->address = g_strdup (address);
  self->is_hubbub = is_hubbub;
  return self;
}

/**
 * hub_neighbour_get_service:
 * @self: a neighbour
 *
 * Returns: the name of its service on this network
 */
const char *
hub_neighbour_get_service (HubNeighbour *self)
{
  g_return_val_if_fail (HUB_IS_NEIGHBOUR (self), NULL);

  return self->service;
}

/**
 * hub_neighbour_get_name:
 * @self: a neighbour
 *
 * Returns: [property@HubNeighbour:name]
 */
const char *
hub_neighbour_get_name (HubNeighbour *self)
{
  g_return_val_if_fail (HUB_IS_NEIGHBOUR (self), NULL);

  return self->name;
}

/**
 * hub_neighbour_get_address:
 * @self: a neighbour
 *
 * Returns: [property@HubNeighbour:address]
 */
const char *
hub_neighbour_get_address (HubNeighbour *self)
{
  g_return_val_if_fail (HUB_IS_NEIGHBOUR (self), NULL);

  return self->address;
}

/**
 * hub_neighbour_get_is_hubbub:
 * @self: a neighbour
 *
 * Returns: [property@HubNeighbour:is-hubbub]
 */
gboolean
hub_neighbour_get_is_hubbub (HubNeighbour *self)
{
  g_return_val_if_fail (HUB_IS_NEIGHBOUR (self), FALSE);

  return self->is_hubbub;
}

/**
 * hub_neighbour_is_same:
 * @self: a neighbour
 * @other: another one
 *
 * Returns: whether nothing tells one from the other
 */
gboolean
hub_neighbour_is_same (HubNeighbour *self, HubNeighbour *other)
{
  g_return_val_if_fail (HUB_IS_NEIGHBOUR (self), FALSE);
  g_return_val_if_fail (HUB_IS_NEIGHBOUR (other), FALSE);

  return g_str_equal (self->service, other->service) && g_str_equal (self->name, other->name) &&
         g_str_equal (self->address, other->address) && self->is_hubbub == other->is_hubbub;
}

/**
 * hub_neighbour_compare:
 * @self: a neighbour
 * @other: another one
 *
 * Chats come first, then it goes by the name as people of this place sort names.
 *
 * Returns: below, at or above 0, as @self comes before, with or after @other
 */
int
hub_neighbour_compare (HubNeighbour *self, HubNeighbour *other)
{
  int by_name;

  g_return_val_if_fail (HUB_IS_NEIGHBOUR (self), 0);
  g_return_val_if_fail (HUB_IS_NEIGHBOUR (other), 0);

  if (self->is_hubbub != other->is_hubbub)
    return self->is_hubbub ? -1 : 1;
  by_name = g_utf8_collate (self->name, other->name);
  return by_name != 0 ? by_name : strcmp (self->service, other->service);
}
