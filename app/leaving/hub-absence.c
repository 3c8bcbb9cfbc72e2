/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "app/leaving/hub-absence.h"

#include <glib/gi18n-lib.h>

/* Whether a host is gone, or only out of reach for a moment, and how people are told. Pure. */

/**
 * hub_absence_hear:
 * @self: what was heard so far
 * @state: how the link to the host stands now, after each change and each attempt
 * @has_stopped: whether the host has said goodbye
 * @is_refusing: whether the host is there, and does not let us in
 *
 * Returns: what has become of the host
 */
HubAbsence
hub_absence_hear (HubAbsenceCount *self, HubLinkState state, gboolean has_stopped, gboolean is_refusing)
{
  if (state == HUB_LINK_CONNECTED)
    *self = (HubAbsenceCount){ .was_there = TRUE };
  else if (state == HUB_LINK_WAITING && is_refusing)
    self->n_failures = 0;
  else if (state == HUB_LINK_WAITING)
    self->n_failures++;
  if (!self->was_there || self->n_failures == 0)
    return HUB_ABSENCE_NONE;
  if (has_stopped)
    return HUB_ABSENCE_LEFT;
  /* The first one is the loss itself. */
  return self->n_failures > HUB_ABSENCE_TRIES ? HUB_ABSENCE_GONE : HUB_ABSENCE_LOST;
}

/**
 * hub_absence_is_for_good:
 * @absence: what has become of a host
 *
 * Returns: whether somebody else may host in its stead
 */
gboolean
hub_absence_is_for_good (HubAbsence absence)
{
  return absence == HUB_ABSENCE_LEFT || absence == HUB_ABSENCE_GONE;
}

/**
 * hub_absence_explain:
 * @absence: what has become of a host
 * @host_name: how people know it
 *
 * Returns: (transfer full) (nullable): a sentence for people; %NULL where the link itself says what there is to say
 */
char *
hub_absence_explain (HubAbsence absence, const char *host_name)
{
  switch (absence)
    {
    case HUB_ABSENCE_LEFT:
      /* Translators: %s is the address of another computer. */
      return g_strdup_printf (_ ("%s has stopped hosting this chat. It goes on when somebody else hosts it."), host_name);
    case HUB_ABSENCE_GONE:
      /* Translators: %s is the address of another computer. */
      return g_strdup_printf (_ ("%s has gone without a word. The chat goes on when it is back, or when somebody else hosts it."),
                              host_name);
    case HUB_ABSENCE_FOLLOWING:
      /* Translators: %s is the address of another computer. */
      return g_strdup_printf (_ ("%s has stopped hosting, and another computer goes on with this chat. Joining it…"), host_name);
    case HUB_ABSENCE_NONE:
    case HUB_ABSENCE_LOST:
    default:
      return NULL;
    }
}
