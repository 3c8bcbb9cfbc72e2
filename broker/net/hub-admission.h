/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "broker/core/hub-peer.h"
#include "broker/net/hub-ip-address.h"

G_BEGIN_DECLS

/**
 * HubAdmission:
 *
 * Counts who is connected, and says who may be: connections in all, of a listener and of an address, and whether peers
 * from outside the LAN come in.
 */
typedef struct _HubAdmission HubAdmission;

/**
 * HubAdmissionResult:
 * @HUB_ADMISSION_GRANTED: come in
 * @HUB_ADMISSION_FULL: the broker has as many connections as it may have
 * @HUB_ADMISSION_LISTENER_FULL: the listener has as many connections as it may have
 * @HUB_ADMISSION_ADDRESS_FULL: the address has as many connections as it may have
 * @HUB_ADMISSION_OUTSIDE: the peer is not of this LAN
 */
typedef enum
{
  HUB_ADMISSION_GRANTED,
  HUB_ADMISSION_FULL,
  HUB_ADMISSION_LISTENER_FULL,
  HUB_ADMISSION_ADDRESS_FULL,
  HUB_ADMISSION_OUTSIDE,
} HubAdmissionResult;

/**
 * HubTicket:
 * @policy: (nullable) (unowned): what the listener allows; outlives the connection
 *
 * The place that a connection takes up. All zero is none.
 */
typedef struct
{
  const HubPeerPolicy *policy;
  /*< private >*/
  guint *listener_count; /* (unowned) (nullable) */
  guint64 key;
  bool is_counted : 1; /* for its address */
} HubTicket;

HubAdmission *hub_admission_new (guint max_per_address, gboolean lan_only) G_GNUC_WARN_UNUSED_RESULT;
void hub_admission_free (HubAdmission *self);
void hub_admission_set_max_connections (HubAdmission *self, guint max_connections);
void hub_admission_set_lan_only (HubAdmission *self, gboolean lan_only);

HubAdmissionResult hub_admission_enter (HubAdmission *self,
                                        const HubIpAddress *address,
                                        guint *listener_count,
                                        guint listener_max,
                                        HubTicket *ticket);
void hub_admission_leave (HubAdmission *self, HubTicket *ticket);
const char *hub_admission_result_to_string (HubAdmissionResult result);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HubAdmission, hub_admission_free)

G_END_DECLS
