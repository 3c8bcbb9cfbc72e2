/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "app/link/hub-link.h"

G_BEGIN_DECLS

/**
 * HubAbsence:
 * @HUB_ABSENCE_NONE: the host is there, or was never reached
 * @HUB_ABSENCE_LOST: the connection is lost, and it may be back at once
 * @HUB_ABSENCE_LEFT: the host has said goodbye
 * @HUB_ABSENCE_GONE: it has not, and was not found again
 * @HUB_ABSENCE_FOLLOWING: it has said who goes on, and that one is looked for
 *
 * What has become of a host that was joined.
 */
typedef enum
{
  HUB_ABSENCE_NONE,
  HUB_ABSENCE_LOST,
  HUB_ABSENCE_LEFT,
  HUB_ABSENCE_GONE,
  HUB_ABSENCE_FOLLOWING,
} HubAbsence;

/**
 * HUB_ABSENCE_TRIES:
 *
 * How often a host that was lost is looked for until it counts as gone.
 */
#define HUB_ABSENCE_TRIES 3

/**
 * HubAbsenceCount:
 *
 * What was heard of a host so far. Begins with zeros.
 */
typedef struct
{
  /*< private >*/
  gboolean was_there;
  guint n_failures;
} HubAbsenceCount;

HubAbsence hub_absence_hear (HubAbsenceCount *self, HubLinkState state, gboolean has_stopped, gboolean is_refusing);
gboolean hub_absence_is_for_good (HubAbsence absence);
char *hub_absence_explain (HubAbsence absence, const char *host_name) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
