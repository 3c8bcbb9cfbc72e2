/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "broker/wire/hub-span.h"

#include <stdbool.h>

G_BEGIN_DECLS

/**
 * HubAliases:
 *
 * The topic aliases of one direction of one connection: topics by number, from 1. They die with the connection, not
 * with the session [MQTT-3.3.2-7].
 */
typedef struct _HubAliases HubAliases;

HubAliases *hub_aliases_new (guint16 max) G_GNUC_WARN_UNUSED_RESULT;
void hub_aliases_free (HubAliases *self);

guint16 hub_aliases_get_max (const HubAliases *self);
void hub_aliases_set (HubAliases *self, guint16 alias, HubSpan topic);
HubSpan hub_aliases_get (const HubAliases *self, guint16 alias);
guint16 hub_aliases_find (const HubAliases *self, HubSpan topic);
guint16 hub_aliases_get_free (const HubAliases *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HubAliases, hub_aliases_free)

G_END_DECLS
