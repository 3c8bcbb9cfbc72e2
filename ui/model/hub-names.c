/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ui/model/hub-names.h"

#include "ui/model/hub-format.h"

/**
 * HubNames:
 *
 * Which names several people have, among those who are here and in the rows that are held. It keeps the property
 * `has-namesake` of the objects that were added.
 *
 * Names that look the same are the same. Objects are borrowed: who adds one removes it, too.
 */
struct _HubNames
{
  GObject parent_instance;

  GHashTable *names; /* (owned) (element-type utf8 GHashTable): by name and then `from`, a set of objects */
};

G_DEFINE_FINAL_TYPE (HubNames, hub_names, G_TYPE_OBJECT)

static void
set_has_namesake (GHashTable *holders,
                  gboolean has_namesake)
{
  GHashTableIter iter;
  gpointer holder;

  g_hash_table_iter_init (&iter, holders);
  while (g_hash_table_iter_next (&iter, &holder, NULL))
    g_object_set (holder, "has-namesake", has_namesake, NULL);
}

static void
set_all (GHashTable *people,
         gboolean has_namesake)
{
  GHashTableIter iter;
  gpointer holders;

  g_hash_table_iter_init (&iter, people);
  while (g_hash_table_iter_next (&iter, NULL, &holders))
    set_has_namesake (holders, has_namesake);
}

static void
hub_names_finalize (GObject *object)
{
  g_hash_table_unref (HUB_NAMES (object)->names);

  G_OBJECT_CLASS (hub_names_parent_class)->finalize (object);
}

static void
hub_names_class_init (HubNamesClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = hub_names_finalize;
}

static void
hub_names_init (HubNames *self)
{
  self->names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_hash_table_unref);
}

/**
 * hub_names_new:
 *
 * Returns: (transfer full): no names
 */
HubNames *
hub_names_new (void)
{
  return g_object_new (HUB_TYPE_NAMES, NULL);
}

/**
 * hub_names_add:
 * @self: names
 * @name: a name, as sent
 * @from: whose it is: 16 hexadecimal digits
 * @holder: (transfer none): what shows it, with a property `has-namesake`
 *
 * Takes @holder in, and tells it and the others of that name whether they need to be told apart.
 *
 * Complexity: O(1), but for the second one of a name: O(those who have it).
 */
void
hub_names_add (HubNames *self,
               const char *name,
               const char *from,
               GObject *holder)
{
  g_autofree char *shown = NULL;
  GHashTable *people;
  GHashTable *holders;

  g_return_if_fail (HUB_IS_NAMES (self));

  shown = hub_format_name (name);
  people = g_hash_table_lookup (self->names, shown);
  if (people == NULL)
    {
      people = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_hash_table_unref);
      g_hash_table_insert (self->names, g_steal_pointer (&shown), people);
    }
  holders = g_hash_table_lookup (people, from);
  if (holders == NULL)
    {
      holders = g_hash_table_new (NULL, NULL);
      g_hash_table_insert (people, g_strdup (from), holders);
      if (g_hash_table_size (people) == 2)
        set_all (people, TRUE);
    }
  g_hash_table_add (holders, holder);
  g_object_set (holder, "has-namesake", g_hash_table_size (people) > 1, NULL);
}

/**
 * hub_names_remove:
 * @self: names
 * @name: a name that was added
 * @from: whose it was
 * @holder: what showed it
 *
 * Lets @holder go. Who is left over alone with a name is told so.
 */
void
hub_names_remove (HubNames *self,
                  const char *name,
                  const char *from,
                  GObject *holder)
{
  g_autofree char *shown = NULL;
  GHashTable *people;
  GHashTable *holders;

  g_return_if_fail (HUB_IS_NAMES (self));

  shown = hub_format_name (name);
  people = g_hash_table_lookup (self->names, shown);
  holders = people != NULL ? g_hash_table_lookup (people, from) : NULL;
  if (holders == NULL || !g_hash_table_remove (holders, holder) || g_hash_table_size (holders) > 0)
    return;
  g_hash_table_remove (people, from);
  if (g_hash_table_size (people) == 1)
    set_all (people, FALSE);
  else if (g_hash_table_size (people) == 0)
    g_hash_table_remove (self->names, shown);
}
