/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "broker/core/hub-session.h"
#include "broker/core/hub-store-funcs.h"

G_BEGIN_DECLS

/**
 * HubKeep:
 * @funcs: (nullable): the store; %NULL: nothing is kept
 * @data: its first argument
 * @n_changes: how often something was changed in it: whoever compares it before and after knows whether it has to wait
 * @last_ticket: the last commit
 *
 * What the core has told its store, and by which numbers.
 */
typedef struct
{
  const HubStoreFuncs *funcs;
  gpointer data;
  guint64 n_changes;
  guint64 last_ticket;
  /*< private >*/
  GHashTable *messages; /* (owned) (nullable) (element-type HubMessage): what is kept, with its number and its uses */
  guint64 last_message;
  guint64 last_session;
  gint64 wall_offset_us; /* from the core's clock to the time since 1970, as last told */
} HubKeep;

void hub_keep_init (HubKeep *self, const HubStoreFuncs *funcs, gpointer data);
void hub_keep_clear (HubKeep *self);
void hub_keep_forget_all (HubKeep *self);
gboolean hub_keep_is_on (const HubKeep *self);
gboolean hub_keep_is_failed (const HubKeep *self);
gboolean hub_keep_is_full (const HubKeep *self);
void hub_keep_set_wall (HubKeep *self, gint64 wall_us, gint64 now_us);
gint64 hub_keep_get_wall_ms (const HubKeep *self, gint64 now_us);
gint64 hub_keep_get_core_us (const HubKeep *self, gint64 wall_ms);

void hub_keep_session (HubKeep *self, HubSession *session, gint64 now_us);
void hub_keep_forget_session (HubKeep *self, HubSession *session);
void hub_keep_subscription (HubKeep *self, HubSession *session, HubSpan filter, guint8 options, guint32 identifier);
void hub_keep_unsubscribe (HubKeep *self, HubSession *session, HubSpan filter);

void hub_keep_queued (HubKeep *self, HubSession *session, HubQueued *item);
void hub_keep_begun (HubKeep *self, HubSession *session, HubInflightSlot *slot);
void hub_keep_released (HubKeep *self, HubSession *session, const HubInflightSlot *slot);
void hub_keep_delivered (HubKeep *self, const HubSession *session, guint64 order, HubMessage *message);

void hub_keep_received (HubKeep *self, HubSession *session, guint16 packet_id);
void hub_keep_let_go (HubKeep *self, HubSession *session, guint16 packet_id);

void hub_keep_retained (HubKeep *self, HubMessage *old, HubMessage *new, HubSpan topic);
void hub_keep_will (HubKeep *self, const HubSession *session);
void hub_keep_drop_will (HubKeep *self, const HubSession *session, HubMessage *will);

guint64 hub_keep_record (HubKeep *self, const HubPublish *publish, HubSpan client_id, gint64 time_ms);

void hub_keep_adopt_message (HubKeep *self, HubMessage *message, guint64 key);
void hub_keep_use_adopted (HubKeep *self, HubMessage *message);
void hub_keep_adopt_session (HubKeep *self, guint64 key);
void hub_keep_forget_unused (HubKeep *self);

G_END_DECLS
