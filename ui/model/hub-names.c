/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ui/model/hub-names.h"

#include "ui/model/hub-format.h"

#include <string.h>

/**
 * HubName:
 *
 * A name, and whether several people have it.
 */
struct _HubName
{
  GObject parent_instance;

  GHashTable *counts; /* (owned) (element-type utf8 guint): how often each `from` was added */
  gboolean is_shared;
};

G_DEFINE_FINAL_TYPE (HubName, hub_name, G_TYPE_OBJECT)

typedef enum
{
  PROP_IS_SHARED = 1,
} HubNameProperty;

static GParamSpec *props[PROP_IS_SHARED + 1];

/**
 * HubNames:
 *
 * Who is told by which name: everybody whose rows are held, and whoever else is added. What is added twice has to be
 * removed twice.
 *
 * Thread: main.
 */
struct _HubNames
{
  GObject parent_instance;

  GHashTable *names; /* (owned) (element-type utf8 HubName) */
};

G_DEFINE_FINAL_TYPE (HubNames, hub_names, G_TYPE_OBJECT)

static void
hub_name_get_property (GObject *object,
                       guint prop_id,
                       GValue *value,
                       GParamSpec *pspec)
{
  switch ((HubNameProperty) prop_id)
    {
    case PROP_IS_SHARED:
      g_value_set_boolean (value, HUB_NAME (object)->is_shared);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
hub_name_finalize (GObject *object)
{
  g_hash_table_unref (HUB_NAME (object)->counts);

  G_OBJECT_CLASS (hub_name_parent_class)->finalize (object);
}

static void
hub_name_class_init (HubNameClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = hub_name_get_property;
  object_class->finalize = hub_name_finalize;

  /**
   * HubName:is-shared:
   *
   * Whether several people have this name, so that something else has to tell them apart.
   */
  props[PROP_IS_SHARED] =
    g_param_spec_boolean ("is-shared", NULL, NULL, FALSE, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, G_N_ELEMENTS (props), props);
}

static void
hub_name_init (HubName *self)
{
  self->counts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
}

static void
update_is_shared (HubName *self)
{
  const gboolean is_shared = g_hash_table_size (self->counts) > 1;

  if (self->is_shared == is_shared)
    return;
  self->is_shared = is_shared;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_IS_SHARED]);
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
  self->names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_object_unref);
}

/* The name as it is compared; %NULL for one that tells nobody. */
static char *
key_of (const char *name)
{
  if (name == NULL || strnlen (name, HUB_NAMES_BYTES_MAX + 1) > HUB_NAMES_BYTES_MAX || hub_format_is_blank (name))
    return NULL;
  return g_strstrip (g_strdup (name));
}

/**
 * hub_name_get_is_shared:
 * @self: a name
 *
 * Returns: [property@HubName:is-shared]
 */
gboolean
hub_name_get_is_shared (HubName *self)
{
  g_return_val_if_fail (HUB_IS_NAME (self), FALSE);

  return self->is_shared;
}

/**
 * hub_names_new:
 *
 * Returns: (transfer full): names of nobody
 */
HubNames *
hub_names_new (void)
{
  return g_object_new (HUB_TYPE_NAMES, NULL);
}

/**
 * hub_names_add:
 * @self: names
 * @name: (nullable): what somebody is called
 * @from: (nullable): who that is
 *
 * Somebody is here, or a row of theirs.
 *
 * Complexity: O(1).
 *
 * Returns: (transfer none) (nullable): the name; %NULL when it is blank, too long to be compared, or of nobody in particular
 */
HubName *
hub_names_add (HubNames *self,
               const char *name,
               const char *from)
{
  g_autofree char *key = key_of (name);
  HubName *one;
  guint count;

  g_return_val_if_fail (HUB_IS_NAMES (self), NULL);

  if (key == NULL || from == NULL)
    return NULL;
  one = g_hash_table_lookup (self->names, key);
  if (one == NULL)
    {
      one = g_object_new (HUB_TYPE_NAME, NULL);
      g_hash_table_insert (self->names, g_steal_pointer (&key), one);
    }
  count = GPOINTER_TO_UINT (g_hash_table_lookup (one->counts, from));
  g_hash_table_insert (one->counts, g_strdup (from), GUINT_TO_POINTER (count + 1));
  update_is_shared (one);
  return one;
}

/**
 * hub_names_remove:
 * @self: names
 * @name: (nullable): what somebody was called
 * @from: (nullable): who that was
 *
 * What was added with hub_names_add() is gone.
 *
 * Complexity: O(1).
 */
void
hub_names_remove (HubNames *self,
                  const char *name,
                  const char *from)
{
  g_autofree char *key = key_of (name);
  HubName *one;
  guint count;

  g_return_if_fail (HUB_IS_NAMES (self));

  one = key != NULL && from != NULL ? g_hash_table_lookup (self->names, key) : NULL;
  count = one != NULL ? GPOINTER_TO_UINT (g_hash_table_lookup (one->counts, from)) : 0;
  if (count == 0)
    return;
  if (count > 1)
    {
      g_hash_table_insert (one->counts, g_strdup (from), GUINT_TO_POINTER (count - 1));
      return;
    }
  g_hash_table_remove (one->counts, from);
  update_is_shared (one);
  if (g_hash_table_size (one->counts) == 0)
    g_hash_table_remove (self->names, key);
}
