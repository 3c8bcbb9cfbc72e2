/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "broker/core/hub-deadlines.h"
#include "broker/wire/hub-message.h"

G_BEGIN_DECLS

/**
 * HubRetained:
 *
 * The retained messages of a broker, at most one for each topic; MQTT 5.0, section 3.3.1.3.
 */
typedef struct _HubRetained HubRetained;

/**
 * HubRetainedFunc:
 * @message: (transfer none): a retained message
 * @user_data: as given
 */
typedef void (*HubRetainedFunc) (HubMessage *message, gpointer user_data);

/**
 * HubRetainedWalk:
 *
 * A visit in steps, of the messages that are retained when it begins. One that is replaced or removed before its turn is
 * left out.
 */
typedef struct _HubRetainedWalk HubRetainedWalk;

HubRetained *hub_retained_new (guint max_messages,
                               gsize max_bytes,
                               HubDeadlines *deadlines,
                               HubDeadlineFunc expired) G_GNUC_WARN_UNUSED_RESULT;
void hub_retained_free (HubRetained *self);

gboolean hub_retained_set (HubRetained *self, HubMessage *message);
HubMessage *hub_retained_expire (HubRetained *self, HubDeadline *due) G_GNUC_WARN_UNUSED_RESULT;
HubMessage *hub_retained_get (HubRetained *self, HubSpan topic);
guint hub_retained_get_count (const HubRetained *self);
gsize hub_retained_get_bytes (const HubRetained *self);
void hub_retained_visit (HubRetained *self, HubSpan filter, HubRetainedFunc func, gpointer user_data);

HubRetainedWalk *hub_retained_walk_new (HubRetained *self, HubSpan filter) G_GNUC_WARN_UNUSED_RESULT;
void hub_retained_walk_free (HubRetainedWalk *self);
gboolean hub_retained_walk_step (HubRetainedWalk *self, HubMessage **message);
const char *hub_retained_walk_get_filter (const HubRetainedWalk *self);
gboolean hub_retained_walk_is_current (HubRetainedWalk *self, const HubMessage *message);
gboolean hub_retained_walk_is_ahead (HubRetainedWalk *self, const HubMessage *message);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HubRetained, hub_retained_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HubRetainedWalk, hub_retained_walk_free)

G_END_DECLS
