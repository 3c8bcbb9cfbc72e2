/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "ui/model/hub-message-item.h"
#include "ui/model/hub-note.h"

G_BEGIN_DECLS

struct _HubMessageItem
{
  GObject parent_instance;

  char *name;    /* (owned) (nullable) */
  char *text;    /* (owned) */
  char *id;      /* (owned) (nullable) */
  char *from;    /* (owned) (nullable) */
  char *topic;   /* (owned) (nullable) */
  HubNote *note; /* (owned) (nullable): it is no message but tells who has come and gone */
  gint64 time_us;
  guint64 seq; /* in the host's log; 0: it has none */
  guint64 at;  /* twice the number; one more than that of the message that it stands behind, without one */
  guint log;   /* counts the logs that the host has had */
  HubMessageState state;
  gint64 day; /* of the local calendar, see hub_day_of_time() */
  HubMessageMarks marks;
  HubName *who; /* (owned) (nullable) its name among those of others */
  guint is_own : 1;
  guint is_retained : 1;
  guint is_repeat : 1;
  guint is_expanded : 1;
};

G_END_DECLS
