/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <string.h>

G_BEGIN_DECLS

/**
 * HUB_LISTENER_NONE:
 *
 * The listener of a session of which it is not known any more where it came in. What it may do is what every listener
 * would allow.
 */
#define HUB_LISTENER_NONE G_MAXUINT

/**
 * HubOrigin:
 * @address_key: the address, as a number; those that count as one peer have the same: an IPv6 /64 is one
 * @host_key: the address, as a number of its own; that of one computer
 * @listener: which listener, as its owner numbers them
 * @certificate_name: (nullable): who it is by its certificate, where that is asked for; no password is needed then
 * @is_own: whether it is the own program that has connected to its broker: no rule holds for it
 *
 * Where a connection comes from, as far as the rules of access want to know.
 */
typedef struct
{
  guint64 address_key;
  guint64 host_key;
  guint listener;
  const char *certificate_name;
  bool is_own : 1;
} HubOrigin;

/**
 * HubIdentity:
 * @client_id: (unowned) (nullable): the Client Identifier; %NULL: a reader that is no MQTT client
 * @user_name: (unowned) (nullable): the user name; %NULL: anonymous
 * @listener: which listener it came in by, as its owner numbers them, or %HUB_LISTENER_NONE
 * @is_certified: whether a certificate says who it is, and no password was asked for
 *
 * Who a client is to the rules of access. It is made once for a session, by [method@Hub.Identity.init]: what the rules
 * ask of the names again and again is found out there.
 */
typedef struct
{
  const char *client_id;
  const char *user_name;
  guint listener;
  bool is_certified : 1;
  /*< private >*/
  bool client_id_fits : 1; /* into one level of a topic, as itself */
  bool user_name_fits : 1;
  gsize client_id_size;
  gsize user_name_size;
} HubIdentity;

/**
 * hub_name_fits_level:
 * @name: (nullable): a Client Identifier or user name
 *
 * A name with a wildcard in it would be a filter of its owner's making, and one with a slash would leave its level.
 *
 * Returns: whether @name can stand in a level of a topic: not empty, without `+`, `#` and `/`
 */
static inline gboolean
hub_name_fits_level (const char *name)
{
  return name != NULL && name[0] != '\0' && strpbrk (name, "+#/") == NULL;
}

/**
 * hub_identity_init:
 * @self: (out caller-allocates): an identity
 * @client_id: (nullable): the Client Identifier; must outlive @self
 * @user_name: (nullable): the user name; must outlive @self
 * @listener: where it came in
 */
static inline void
hub_identity_init (HubIdentity *self, const char *client_id, const char *user_name, guint listener)
{
  *self = (HubIdentity){
    .client_id = client_id,
    .user_name = user_name,
    .listener = listener,
    .client_id_fits = hub_name_fits_level (client_id),
    .user_name_fits = hub_name_fits_level (user_name),
    .client_id_size = client_id != NULL ? strlen (client_id) : 0,
    .user_name_size = user_name != NULL ? strlen (user_name) : 0,
  };
}

G_END_DECLS
