/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/app/discovery-host.h"

static void
name_cb (DiscoveryHost *self)
{
  hub_neighbours_set_own_name (self->neighbours, hub_announcement_get_name (self->announcement));
}

static void
items_changed_cb (DiscoveryHost *self)
{
  g_autofree char *text = discovery_host_describe (self);

  g_test_message ("%s finds: %s", hub_announcement_get_name (self->announcement), text);
}

/**
 * discovery_host_begin:
 * @self: (out): a host
 * @bus_address: of the bus that an Avahi is on
 *
 * Connects to the bus; announces nothing yet.
 */
void
discovery_host_begin (DiscoveryHost *self, const char *bus_address)
{
  g_autoptr (GError) error = NULL;

  self->bus = g_dbus_connection_new_for_address_sync (bus_address,
                                                      G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT |
                                                        G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION,
                                                      NULL, NULL, &error);
  g_assert_no_error (error);
  self->avahi = hub_avahi_new (self->bus);
  self->announcement = hub_announcement_new (self->avahi);
  self->neighbours = hub_neighbours_new (self->avahi);
  g_signal_connect_swapped (self->announcement, "notify::name", G_CALLBACK (name_cb), self);
  g_signal_connect_swapped (self->neighbours, "items-changed", G_CALLBACK (items_changed_cb), self);
}

/**
 * discovery_host_end:
 * @self: a host
 *
 * Closes its connection to the bus, and with it what it has announced.
 */
void
discovery_host_end (DiscoveryHost *self)
{
  g_signal_handlers_disconnect_by_data (self->announcement, self);
  g_signal_handlers_disconnect_by_data (self->neighbours, self);
  g_clear_object (&self->neighbours);
  g_clear_object (&self->announcement);
  g_clear_object (&self->avahi);
  g_dbus_connection_close_sync (self->bus, NULL, NULL);
  g_clear_object (&self->bus);
}

/**
 * discovery_host_describe:
 * @self: a host
 *
 * Returns: (transfer full): its neighbours in one line
 */
char *
discovery_host_describe (DiscoveryHost *self)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->neighbours)); i++)
    {
      g_autoptr (HubNeighbour) one = g_list_model_get_item (G_LIST_MODEL (self->neighbours), i);

      g_string_append_printf (text, "%s%s at %s%s", i > 0 ? ", " : "", hub_neighbour_get_name (one),
                              hub_neighbour_get_address (one), hub_neighbour_get_is_hubbub (one) ? "" : " (broker)");
    }
  return g_string_free (text, FALSE);
}

/**
 * discovery_host_sees:
 * @self: a host
 * @wanted: a line
 *
 * Returns: whether that is what it finds
 */
gboolean
discovery_host_sees (DiscoveryHost *self, const char *wanted)
{
  g_autofree char *text = discovery_host_describe (self);

  return g_str_equal (text, wanted);
}
