/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ui/model/hub-typists.h"

#include "ui/model/hub-people-words.h"

/**
 * HubTypists: (skip)
 *
 * Who is typing, and in which room. It has no clock: the time comes in, microseconds of any monotonic clock.
 */
struct _HubTypists
{
  GQueue order; /* (owned) (element-type Typist): whose sign is the oldest first */
};

typedef struct
{
  char *room; /* (owned) */
  char *from; /* (owned) */
  char *name; /* (owned) */
  gint64 deadline_us;
} Typist;

static void
typist_free (gpointer data)
{
  Typist *typist = data;

  g_free (typist->room);
  g_free (typist->from);
  g_free (typist->name);
  g_free (typist);
}

/**
 * hub_typists_new: (skip)
 *
 * Returns: (transfer full): nobody
 */
HubTypists *
hub_typists_new (void)
{
  HubTypists *self = g_new0 (HubTypists, 1);

  g_queue_init (&self->order);
  return self;
}

/**
 * hub_typists_free: (skip)
 * @self: (transfer full): typists
 */
void
hub_typists_free (HubTypists *self)
{
  hub_typists_clear (self);
  g_free (self);
}

/**
 * hub_typists_hear: (skip)
 * @self: typists
 * @room: where; "" for Everyone
 * @from: who: 16 hexadecimal digits
 * @name: the name of @from, as sent
 * @now_us: the time
 *
 * Somebody has given a sign of typing.
 */
void
hub_typists_hear (HubTypists *self,
                  const char *room,
                  const char *from,
                  const char *name,
                  gint64 now_us)
{
  Typist *typist;

  hub_typists_advance (self, now_us);
  hub_typists_forget (self, room, from);
  if (g_queue_get_length (&self->order) >= HUB_TYPISTS_MAX)
    return;
  typist = g_new0 (Typist, 1);
  typist->room = g_strdup (room);
  typist->from = g_strdup (from);
  typist->name = g_strdup (name);
  typist->deadline_us = now_us + HUB_TYPISTS_SHOWN_US;
  g_queue_push_tail (&self->order, typist);
}

/**
 * hub_typists_forget: (skip)
 * @self: typists
 * @room: where
 * @from: whose message has come, or who has gone
 */
void
hub_typists_forget (HubTypists *self,
                    const char *room,
                    const char *from)
{
  for (GList *at = self->order.head, *next; at != NULL; at = next)
    {
      Typist *typist = at->data;

      next = at->next;
      if (g_str_equal (typist->room, room) && g_str_equal (typist->from, from))
        {
          typist_free (typist);
          g_queue_delete_link (&self->order, at);
        }
    }
}

/**
 * hub_typists_clear: (skip)
 * @self: typists
 *
 * Nobody is typing any more.
 */
void
hub_typists_clear (HubTypists *self)
{
  g_queue_clear_full (&self->order, typist_free);
}

/**
 * hub_typists_advance: (skip)
 * @self: typists
 * @now_us: the time
 *
 * Forgets those who have not given a sign for a while.
 */
void
hub_typists_advance (HubTypists *self,
                     gint64 now_us)
{
  while (hub_typists_get_deadline (self) <= now_us)
    typist_free (g_queue_pop_head (&self->order));
}

/**
 * hub_typists_get_deadline: (skip)
 * @self: typists
 *
 * Returns: when hub_typists_advance() has something to do; %G_MAXINT64 for never
 */
gint64
hub_typists_get_deadline (HubTypists *self)
{
  return self->order.head != NULL ? ((const Typist *) self->order.head->data)->deadline_us : G_MAXINT64;
}

static int
compare_from (gconstpointer a,
              gconstpointer b,
              gpointer user_data)
{
  return g_strcmp0 ((*(const Typist *const *) a)->from, (*(const Typist *const *) b)->from);
}

/**
 * hub_typists_to_text: (skip)
 * @self: typists
 * @room: where
 *
 * Returns: (transfer full) (nullable): the line under the messages; %NULL when nobody is typing there
 */
char *
hub_typists_to_text (HubTypists *self,
                     const char *room)
{
  g_autoptr (GPtrArray) typists = g_ptr_array_new ();
  g_autoptr (GPtrArray) names = g_ptr_array_new ();

  for (GList *at = self->order.head; at != NULL; at = at->next)
    if (g_str_equal (((const Typist *) at->data)->room, room))
      g_ptr_array_add (typists, at->data);
  /* In an order that does not change with every sign. */
  g_ptr_array_sort_with_data (typists, compare_from, NULL);
  for (guint i = 0; i < typists->len; i++)
    g_ptr_array_add (names, ((const Typist *) g_ptr_array_index (typists, i))->name);
  g_ptr_array_add (names, NULL);
  return hub_people_words_typing ((const char *const *) names->pdata);
}
