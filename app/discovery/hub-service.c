/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "app/discovery/hub-service.h"

#include "ui/model/hub-format.h"

#include <string.h>

/* How good an address is. One that needs an interface beside it is the last choice. */
enum
{
  RANK_LINK_LOCAL_IPV6 = 1,
  RANK_LINK_LOCAL,
  RANK_IPV6,
  RANK_IPV4,
};

/**
 * hub_service_new:
 * @interface: the number of the interface
 * @protocol: the version of IP
 * @name: what it is called
 * @domain: where it was seen
 *
 * Returns: (transfer full): a service whose address is not known
 */
HubService *
hub_service_new (int interface, int protocol, const char *name, const char *domain)
{
  HubService *self = g_new0 (HubService, 1);

  self->interface = interface;
  self->protocol = protocol;
  self->name = g_strdup (name);
  self->domain = g_strdup (domain);
  return self;
}

/**
 * hub_service_free:
 * @self: (transfer full): a service
 *
 * Frees it.
 */
void
hub_service_free (HubService *self)
{
  g_free (self->name);
  g_free (self->domain);
  g_free (self->resolver);
  g_free (self->address);
  g_free (self->title);
  g_free (self);
}

/**
 * hub_service_is_at:
 * @self: a service
 * @interface: the number of an interface
 * @protocol: a version of IP
 * @name: what a service is called
 * @domain: where it was seen
 *
 * Returns: whether it is that one
 */
gboolean
hub_service_is_at (const HubService *self, int interface, int protocol, const char *name, const char *domain)
{
  return self->interface == interface && self->protocol == protocol && g_str_equal (self->name, name) &&
         g_str_equal (self->domain, domain);
}

/**
 * hub_service_take_address:
 * @self: a service
 * @ip: its IP address
 * @interface_name: (nullable): what the interface is called
 * @port: its port
 *
 * Notes where it is. What is no address of a computer leaves it unknown.
 */
void
hub_service_take_address (HubService *self, const char *ip, const char *interface_name, guint16 port)
{
  g_autoptr (GInetAddress) address = g_inet_address_new_from_string (ip);

  hub_service_forget_address (self);
  if (address == NULL || port == 0 || g_inet_address_get_is_any (address) || g_inet_address_get_is_multicast (address))
    return;
  if (g_inet_address_get_family (address) == G_SOCKET_FAMILY_IPV4)
    {
      self->rank = g_inet_address_get_is_link_local (address) ? RANK_LINK_LOCAL : RANK_IPV4;
      self->address = g_strdup_printf ("%s:%u", ip, port);
    }
  else if (!g_inet_address_get_is_link_local (address))
    {
      self->rank = RANK_IPV6;
      self->address = g_strdup_printf ("[%s]:%u", ip, port);
    }
  else if (interface_name != NULL)
    {
      self->rank = RANK_LINK_LOCAL_IPV6;
      self->address = g_strdup_printf ("[%s%%%s]:%u", ip, interface_name, port);
    }
}

/**
 * hub_service_forget_address:
 * @self: a service
 *
 * Nothing is known any more of where it is.
 */
void
hub_service_forget_address (HubService *self)
{
  self->rank = 0;
  g_clear_pointer (&self->address, g_free);
}

/* Returns what stands behind "KEY=", or NULL. */
static char *
find_text (GVariant *texts, const char *key)
{
  gsize key_size = strlen (key);
  GVariantIter iter;
  GVariant *text;
  char *found = NULL;

  g_variant_iter_init (&iter, texts);
  while (found == NULL && (text = g_variant_iter_next_value (&iter)) != NULL)
    {
      gsize size;
      const char *bytes = g_variant_get_fixed_array (text, &size, 1);

      if (size > key_size && bytes[key_size] == '=' && g_ascii_strncasecmp (bytes, key, key_size) == 0)
        found = g_utf8_make_valid (bytes + key_size + 1, (gssize) (size - key_size - 1));
      g_variant_unref (text);
    }
  return found;
}

/**
 * hub_service_take_texts:
 * @self: a service
 * @texts: its TXT record, `aay`
 *
 * Notes what it says of itself.
 */
void
hub_service_take_texts (HubService *self, GVariant *texts)
{
  g_autofree char *app = find_text (texts, "app");

  g_free (self->title);
  self->title = find_text (texts, "name");
  self->is_hubbub = g_strcmp0 (app, "hubbub") == 0;
}

/**
 * hub_service_to_neighbour:
 * @self: a service whose address is known
 *
 * Returns: (transfer full): the neighbour that it belongs to
 */
HubNeighbour *
hub_service_to_neighbour (const HubService *self)
{
  gboolean has_title = self->title != NULL && !hub_format_is_blank (self->title);

  return hub_neighbour_new (self->name, has_title ? self->title : self->name, self->address, self->is_hubbub);
}
