/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/net/hub-admission.h"

struct _HubAdmission
{
  GHashTable *counts; /* (owned) (element-type guint64 guint): connections by address */
  guint count;        /* of all listeners */
  guint max_connections;
  guint max_per_address;
  gboolean lan_only;
};

static guint
count_of (HubAdmission *self, guint64 key)
{
  return GPOINTER_TO_UINT (g_hash_table_lookup (self->counts, &key));
}

static void
set_count (HubAdmission *self, guint64 key, guint count)
{
  if (count == 0)
    g_hash_table_remove (self->counts, &key);
  else
    g_hash_table_insert (self->counts, g_memdup2 (&key, sizeof key), GUINT_TO_POINTER (count));
}

/**
 * hub_admission_new:
 * @max_per_address: connections of one address, an IPv6 /64 being one; 0: no limit. Loopback has none
 * @lan_only: whether only peers of this LAN are let in
 *
 * Returns: (transfer full): nobody is connected
 */
HubAdmission *
hub_admission_new (guint max_per_address, gboolean lan_only)
{
  HubAdmission *self = g_new0 (HubAdmission, 1);

  self->counts = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  self->max_per_address = max_per_address;
  self->lan_only = lan_only;
  return self;
}

/**
 * hub_admission_free:
 * @self: (transfer full): an admission
 */
void
hub_admission_free (HubAdmission *self)
{
  g_hash_table_unref (self->counts);
  g_free (self);
}

/**
 * hub_admission_set_max_connections:
 * @self: an admission
 * @max_connections: connections in all; 0: no limit
 *
 * Whoever is there already stays.
 */
void
hub_admission_set_max_connections (HubAdmission *self, guint max_connections)
{
  self->max_connections = max_connections;
}

/**
 * hub_admission_set_lan_only:
 * @self: an admission
 * @lan_only: whether only peers of this LAN are let in from now on
 *
 * Whoever is there already stays.
 */
void
hub_admission_set_lan_only (HubAdmission *self, gboolean lan_only)
{
  self->lan_only = lan_only;
}

/**
 * hub_admission_enter:
 * @self: an admission
 * @address: who wants to come in
 * @listener_count: connections of the listener; it must outlive the ticket
 * @listener_max: how many of them there may be; 0: no limit
 * @ticket: (out): the place, when it is granted
 *
 * Returns: whether @address may come in, or why not
 */
HubAdmissionResult
hub_admission_enter (HubAdmission *self,
                     const HubIpAddress *address,
                     guint *listener_count,
                     guint listener_max,
                     HubTicket *ticket)
{
  guint64 key = hub_ip_address_get_key (address);
  gboolean is_counted = self->max_per_address > 0 && !hub_ip_address_is_loopback (address);

  *ticket = (HubTicket){ 0 };
  if (self->lan_only && !hub_ip_address_is_neighbour (address))
    return HUB_ADMISSION_OUTSIDE;
  if (self->max_connections > 0 && self->count >= self->max_connections)
    return HUB_ADMISSION_FULL;
  if (listener_max > 0 && *listener_count >= listener_max)
    return HUB_ADMISSION_LISTENER_FULL;
  if (is_counted && count_of (self, key) >= self->max_per_address)
    return HUB_ADMISSION_ADDRESS_FULL;

  *ticket = (HubTicket){ .listener_count = listener_count, .key = key, .is_counted = is_counted };
  self->count++;
  ++*listener_count;
  if (is_counted)
    set_count (self, key, count_of (self, key) + 1);
  return HUB_ADMISSION_GRANTED;
}

/**
 * hub_admission_leave:
 * @self: an admission
 * @ticket: (inout): a place, or none; none afterwards
 */
void
hub_admission_leave (HubAdmission *self, HubTicket *ticket)
{
  if (ticket->listener_count != NULL)
    {
      self->count--;
      --*ticket->listener_count;
    }
  if (ticket->is_counted)
    set_count (self, ticket->key, count_of (self, ticket->key) - 1);
  *ticket = (HubTicket){ 0 };
}

/**
 * hub_admission_result_to_string:
 * @result: why somebody was not let in
 *
 * Returns: the end of a sentence
 */
const char *
hub_admission_result_to_string (HubAdmissionResult result)
{
  switch (result)
    {
    case HUB_ADMISSION_FULL:
      return "the broker has global_max_connections connections";
    case HUB_ADMISSION_LISTENER_FULL:
      return "the listener has max_connections connections";
    case HUB_ADMISSION_ADDRESS_FULL:
      return "the address has max_connections_per_address connections";
    case HUB_ADMISSION_OUTSIDE:
      return "the address is outside the local network";
    case HUB_ADMISSION_GRANTED:
    default:
      return "granted";
    }
}
