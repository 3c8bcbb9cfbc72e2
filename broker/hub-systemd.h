/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "broker/hub-broker.h"

G_BEGIN_DECLS

typedef struct _HubSystemd HubSystemd;

HubSystemd *hub_systemd_new (HubBroker *broker) G_GNUC_WARN_UNUSED_RESULT;
void hub_systemd_free (HubSystemd *self);

void hub_systemd_tell_ready (HubSystemd *self);
void hub_systemd_tell_reloading (HubSystemd *self);
void hub_systemd_tell_stopping (HubSystemd *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HubSystemd, hub_systemd_free)

G_END_DECLS
