/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/core/hub-limits.h"

#define MIB (1024 * 1024)

/**
 * hub_limits_init_broker:
 * @self: (out caller-allocates): limits
 *
 * The defaults of hubbub-broker: no narrower than Mosquitto's.
 */
void
hub_limits_init_broker (HubLimits *self)
{
  *self = (HubLimits){
    .connect_timeout_us = 10 * G_TIME_SPAN_SECOND,
    .session_expiry_max_us = 7 * G_TIME_SPAN_DAY,
    .max_packet_bytes = 2000000,
    .max_first_packet_bytes = 512 * 1024,
    .max_inflight = 20,
    .max_queued_messages = 1000,
    .max_queued_bytes = 8 * MIB,
    .max_output_bytes = MIB,
    .sys_interval_s = 10,
    .receive_maximum = 20,
    .retain_available = TRUE,
  };
}

/**
 * hub_limits_init_app:
 * @self: (out caller-allocates): limits
 *
 * The defaults of the desktop application, which shares its computer with a person.
 */
void
hub_limits_init_app (HubLimits *self)
{
  hub_limits_init_broker (self);
  self->max_packet_bytes = MIB + 64 * 1024;
  self->max_filters = 200;
  self->max_retained_messages = 10000;
  self->max_retained_bytes = 16 * MIB;
  /* Who draws what comes, a window or a page, reads once a frame, and a chat that comes in a rush is to be whole there. */
  self->max_inflight = 1000;
  self->max_queued_messages = 10000;
}

/**
 * hub_limits_get_expiry_us:
 * @self: limits
 * @expiry_s: a Session Expiry Interval, seconds; %G_MAXUINT32: for ever
 *
 * Returns: how long a session outlives its connection that is to do so for @expiry_s, microseconds
 */
gint64
hub_limits_get_expiry_us (const HubLimits *self, guint32 expiry_s)
{
  gint64 max_us = self->session_expiry_max_us;

  return expiry_s == G_MAXUINT32 ? max_us : MIN (expiry_s * G_TIME_SPAN_SECOND, max_us);
}
