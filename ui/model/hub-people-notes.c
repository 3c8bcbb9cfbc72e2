/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ui/model/hub-people-notes.h"

/**
 * HubPeopleNotes: (skip)
 *
 * Which comings and goings are worth a note. The beginning of a connection tells of everybody, which is no news; and who
 * comes back soon, because a phone was in a pocket or a page was loaded anew, was not away.
 *
 * It has no clock: the time comes in, microseconds of any monotonic clock.
 */
struct _HubPeopleNotes
{
  HubPeopleNotesFunc func;
  gpointer user_data;
  GHashTable *gone;  /* (owned) (element-type utf8 GList): by `from`, the link in the queue */
  GQueue order;      /* (owned) (element-type Gone): the first to be told of first */
  gint64 loud_at_us; /* nothing is noted before; while there is no connection, at all */
};

typedef struct
{
  char *from; /* (owned) */
  char *name; /* (owned) */
  gint64 deadline_us;
  gboolean is_quiet; /* nobody is told of it */
} Gone;

static void
gone_free (gpointer data)
{
  Gone *gone = data;

  g_free (gone->from);
  g_free (gone->name);
  g_free (gone);
}

static gboolean
is_quiet (HubPeopleNotes *self,
          gint64 now_us)
{
  return now_us < self->loud_at_us;
}

static Gone *
take_gone (HubPeopleNotes *self,
           GList *link)
{
  Gone *gone = link->data;

  g_hash_table_remove (self->gone, gone->from);
  g_queue_delete_link (&self->order, link);
  return gone;
}

/* Nobody waits for the first one any longer. */
static void
tell_first (HubPeopleNotes *self)
{
  Gone *gone = take_gone (self, self->order.head);

  if (!gone->is_quiet)
    self->func (HUB_NOTE_LEFT, gone->name, NULL, self->user_data);
  gone_free (gone);
}

/**
 * hub_people_notes_new: (skip)
 * @func: called for each note
 * @user_data: for @func
 *
 * Returns: (transfer full): rules that wait for a connection
 */
HubPeopleNotes *
hub_people_notes_new (HubPeopleNotesFunc func,
                      gpointer user_data)
{
  HubPeopleNotes *self = g_new0 (HubPeopleNotes, 1);

  self->func = func;
  self->user_data = user_data;
  self->gone = g_hash_table_new (g_str_hash, g_str_equal);
  g_queue_init (&self->order);
  self->loud_at_us = G_MAXINT64;
  return self;
}

/**
 * hub_people_notes_free: (skip)
 * @self: (transfer full): rules
 */
void
hub_people_notes_free (HubPeopleNotes *self)
{
  g_hash_table_unref (self->gone);
  g_queue_clear_full (&self->order, gone_free);
  g_free (self);
}

/**
 * hub_people_notes_begin: (skip)
 * @self: rules
 * @now_us: the time
 *
 * A connection stands. Who was here during the last one has the usual time to come back.
 */
void
hub_people_notes_begin (HubPeopleNotes *self,
                        gint64 now_us)
{
  self->loud_at_us = now_us + HUB_PEOPLE_NOTES_QUIET_US;
  for (GList *at = self->order.head; at != NULL; at = at->next)
    ((Gone *) at->data)->deadline_us = now_us + HUB_PEOPLE_NOTES_GRACE_US;
}

/**
 * hub_people_notes_end: (skip)
 * @self: rules
 *
 * The connection is gone, and whoever leaves after this, too: none of that is noted.
 */
void
hub_people_notes_end (HubPeopleNotes *self)
{
  self->loud_at_us = G_MAXINT64;
  for (GList *at = self->order.head; at != NULL; at = at->next)
    {
      Gone *gone = at->data;

      gone->is_quiet = TRUE;
      gone->deadline_us = G_MAXINT64;
    }
}

/**
 * hub_people_notes_forget: (skip)
 * @self: rules
 *
 * Another chat begins: nobody is waited for.
 */
void
hub_people_notes_forget (HubPeopleNotes *self)
{
  self->loud_at_us = G_MAXINT64;
  g_hash_table_remove_all (self->gone);
  g_queue_clear_full (&self->order, gone_free);
}

/**
 * hub_people_notes_join: (skip)
 * @self: rules
 * @from: who has come
 * @name: the name of @from
 * @now_us: the time
 */
void
hub_people_notes_join (HubPeopleNotes *self,
                       const char *from,
                       const char *name,
                       gint64 now_us)
{
  GList *link;

  hub_people_notes_advance (self, now_us);
  link = g_hash_table_lookup (self->gone, from);
  if (link != NULL)
    {
      Gone *gone = take_gone (self, link);

      if (!g_str_equal (gone->name, name))
        hub_people_notes_rename (self, gone->name, name, now_us);
      gone_free (gone);
    }
  else if (!is_quiet (self, now_us))
    {
      self->func (HUB_NOTE_JOINED, name, NULL, self->user_data);
    }
}

/**
 * hub_people_notes_leave: (skip)
 * @self: rules
 * @from: who has gone, and had come
 * @name: the name of @from
 * @now_us: the time
 */
void
hub_people_notes_leave (HubPeopleNotes *self,
                        const char *from,
                        const char *name,
                        gint64 now_us)
{
  const gboolean is_connected = self->loud_at_us < G_MAXINT64;
  GList *link;
  Gone *gone;

  hub_people_notes_advance (self, now_us);
  link = g_hash_table_lookup (self->gone, from);
  if (link != NULL)
    gone_free (take_gone (self, link));
  gone = g_new0 (Gone, 1);
  gone->from = g_strdup (from);
  gone->name = g_strdup (name);
  gone->deadline_us = is_connected ? now_us + HUB_PEOPLE_NOTES_GRACE_US : G_MAXINT64;
  gone->is_quiet = is_quiet (self, now_us);
  g_queue_push_tail (&self->order, gone);
  g_hash_table_insert (self->gone, gone->from, self->order.tail);
  if (g_queue_get_length (&self->order) > HUB_PEOPLE_NOTES_MAX)
    tell_first (self);
}

/**
 * hub_people_notes_rename: (skip)
 * @self: rules
 * @name: the old name of somebody
 * @new_name: the new one
 * @now_us: the time
 */
void
hub_people_notes_rename (HubPeopleNotes *self,
                         const char *name,
                         const char *new_name,
                         gint64 now_us)
{
  if (!is_quiet (self, now_us))
    self->func (HUB_NOTE_RENAMED, name, new_name, self->user_data);
}

/**
 * hub_people_notes_advance: (skip)
 * @self: rules
 * @now_us: the time
 *
 * Notes who has not come back.
 */
void
hub_people_notes_advance (HubPeopleNotes *self,
                          gint64 now_us)
{
  while (hub_people_notes_get_deadline (self) <= now_us)
    tell_first (self);
}

/**
 * hub_people_notes_get_deadline: (skip)
 * @self: rules
 *
 * Returns: when hub_people_notes_advance() has something to do; %G_MAXINT64 for never
 */
gint64
hub_people_notes_get_deadline (HubPeopleNotes *self)
{
  return self->order.head != NULL ? ((const Gone *) self->order.head->data)->deadline_us : G_MAXINT64;
}
