/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ui/model/hub-person.h"

#include "ui/model/hub-people-words.h"

/**
 * HubPerson:
 *
 * Somebody who is here: one installation or browser, with as many clients as it may have.
 */
struct _HubPerson
{
  GObject parent_instance;

  char *from;   /* (owned) */
  char *name;   /* (owned) */
  char *key;    /* (owned) by which the name is sorted */
  char **rooms; /* (owned) */
  HubPersonKind kind;
  HubName *who; /* (owned) (nullable) */
  gboolean is_own;
};

G_DEFINE_ENUM_TYPE (HubPersonKind,
                    hub_person_kind,
                    G_DEFINE_ENUM_VALUE (HUB_PERSON_OTHER, "other"),
                    G_DEFINE_ENUM_VALUE (HUB_PERSON_DESKTOP, "desktop"),
                    G_DEFINE_ENUM_VALUE (HUB_PERSON_BROWSER, "browser"))

G_DEFINE_FINAL_TYPE (HubPerson, hub_person, G_TYPE_OBJECT)

typedef enum
{
  PROP_FROM = 1,
  PROP_NAME,
  PROP_KIND,
  PROP_ROOMS,
  PROP_IS_OWN,
  PROP_WHO,
} HubPersonProperty;

static GParamSpec *props[PROP_WHO + 1];

static const char *const no_rooms[] = { NULL };

static void
hub_person_get_property (GObject *object,
                         guint prop_id,
                         GValue *value,
                         GParamSpec *pspec)
{
  HubPerson *self = HUB_PERSON (object);

  switch ((HubPersonProperty) prop_id)
    {
    case PROP_FROM:
      g_value_set_string (value, self->from);
      break;
    case PROP_NAME:
      g_value_set_string (value, self->name);
      break;
    case PROP_KIND:
      g_value_set_enum (value, self->kind);
      break;
    case PROP_ROOMS:
      g_value_set_boxed (value, self->rooms);
      break;
    case PROP_IS_OWN:
      g_value_set_boolean (value, self->is_own);
      break;
    case PROP_WHO:
      g_value_set_object (value, self->who);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
hub_person_finalize (GObject *object)
{
  HubPerson *self = HUB_PERSON (object);

  g_clear_object (&self->who);
  g_free (self->from);
  g_free (self->name);
  g_free (self->key);
  g_strfreev (self->rooms);

  G_OBJECT_CLASS (hub_person_parent_class)->finalize (object);
}

static void
hub_person_class_init (HubPersonClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  object_class->get_property = hub_person_get_property;
  object_class->finalize = hub_person_finalize;

  /**
   * HubPerson:from:
   *
   * What tells this one from others: 16 hexadecimal digits.
   */
  props[PROP_FROM] = g_param_spec_string ("from", NULL, NULL, NULL, flags);
  /**
   * HubPerson:name:
   *
   * The name as sent; may be empty.
   */
  props[PROP_NAME] = g_param_spec_string ("name", NULL, NULL, "", flags);
  /**
   * HubPerson:kind:
   *
   * How they take part.
   */
  props[PROP_KIND] =
    g_param_spec_enum ("kind", NULL, NULL, HUB_TYPE_PERSON_KIND, HUB_PERSON_OTHER, flags);
  /**
   * HubPerson:rooms:
   *
   * The rooms besides Everyone that they are in.
   */
  props[PROP_ROOMS] = g_param_spec_boxed ("rooms", NULL, NULL, G_TYPE_STRV, flags);
  /**
   * HubPerson:is-own:
   *
   * Whether it is the user of this program.
   */
  props[PROP_IS_OWN] = g_param_spec_boolean ("is-own", NULL, NULL, FALSE, flags);
  /**
   * HubPerson:who: (nullable)
   *
   * The name among those of others. Kept by the list.
   */
  props[PROP_WHO] = g_param_spec_object ("who", NULL, NULL, HUB_TYPE_NAME, flags);

  g_object_class_install_properties (object_class, G_N_ELEMENTS (props), props);
}

static void
hub_person_init (HubPerson *self)
{
  g_autofree char *shown = hub_people_words_name ("");

  self->name = g_strdup ("");
  self->key = g_utf8_collate_key (shown, -1);
  self->rooms = g_strdupv ((char **) no_rooms);
}

/**
 * hub_person_new:
 * @from: 16 hexadecimal digits
 * @is_own: whether it is the user of this program
 *
 * Returns: (transfer full): somebody without a name
 */
HubPerson *
hub_person_new (const char *from,
                gboolean is_own)
{
  HubPerson *self = g_object_new (HUB_TYPE_PERSON, NULL);

  self->from = g_strdup (from);
  self->is_own = !!is_own;
  return self;
}

/**
 * hub_person_get_from:
 * @self: a person
 *
 * Returns: (transfer none): [property@HubPerson:from]
 */
const char *
hub_person_get_from (HubPerson *self)
{
  g_return_val_if_fail (HUB_IS_PERSON (self), NULL);

  return self->from;
}

/**
 * hub_person_get_name:
 * @self: a person
 *
 * Returns: (transfer none): [property@HubPerson:name]
 */
const char *
hub_person_get_name (HubPerson *self)
{
  g_return_val_if_fail (HUB_IS_PERSON (self), NULL);

  return self->name;
}

/**
 * hub_person_set_name:
 * @self: a person
 * @name: the name as sent
 *
 * Sets [property@HubPerson:name].
 */
void
hub_person_set_name (HubPerson *self,
                     const char *name)
{
  g_autofree char *shown = NULL;

  g_return_if_fail (HUB_IS_PERSON (self));

  shown = hub_people_words_name (name);
  if (g_str_equal (self->name, name))
    return;
  g_free (self->name);
  g_free (self->key);
  self->name = g_strdup (name);
  self->key = g_utf8_collate_key (shown, -1);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_NAME]);
}

/**
 * hub_person_get_kind:
 * @self: a person
 *
 * Returns: [property@HubPerson:kind]
 */
HubPersonKind
hub_person_get_kind (HubPerson *self)
{
  g_return_val_if_fail (HUB_IS_PERSON (self), HUB_PERSON_OTHER);

  return self->kind;
}

/**
 * hub_person_set_kind:
 * @self: a person
 * @kind: how they take part
 *
 * Sets [property@HubPerson:kind].
 */
void
hub_person_set_kind (HubPerson *self,
                     HubPersonKind kind)
{
  g_return_if_fail (HUB_IS_PERSON (self));

  if (self->kind == kind)
    return;
  self->kind = kind;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_KIND]);
}

/**
 * hub_person_get_rooms:
 * @self: a person
 *
 * Returns: (transfer none) (array zero-terminated=1): [property@HubPerson:rooms]
 */
const char *const *
hub_person_get_rooms (HubPerson *self)
{
  g_return_val_if_fail (HUB_IS_PERSON (self), no_rooms);

  return (const char *const *) self->rooms;
}

/**
 * hub_person_set_rooms:
 * @self: a person
 * @rooms: (array zero-terminated=1): the rooms besides Everyone that they are in
 *
 * Sets [property@HubPerson:rooms].
 */
void
hub_person_set_rooms (HubPerson *self,
                      const char *const *rooms)
{
  g_return_if_fail (HUB_IS_PERSON (self));

  if (g_strv_equal ((const char *const *) self->rooms, rooms))
    return;
  g_strfreev (self->rooms);
  self->rooms = g_strdupv ((char **) rooms);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_ROOMS]);
}

/**
 * hub_person_get_is_own:
 * @self: a person
 *
 * Returns: [property@HubPerson:is-own]
 */
gboolean
hub_person_get_is_own (HubPerson *self)
{
  g_return_val_if_fail (HUB_IS_PERSON (self), FALSE);

  return self->is_own;
}

/**
 * hub_person_get_who:
 * @self: a person
 *
 * Returns: (transfer none) (nullable): [property@HubPerson:who]
 */
HubName *
hub_person_get_who (HubPerson *self)
{
  g_return_val_if_fail (HUB_IS_PERSON (self), NULL);

  return self->who;
}

/**
 * hub_person_set_who:
 * @self: a person
 * @who: (nullable): the name among those of others
 *
 * Sets [property@HubPerson:who].
 */
void
hub_person_set_who (HubPerson *self,
                    HubName *who)
{
  g_return_if_fail (HUB_IS_PERSON (self));

  if (g_set_object (&self->who, who))
    g_object_notify_by_pspec (G_OBJECT (self), props[PROP_WHO]);
}

/**
 * hub_person_has_shared_name:
 * @self: a person
 *
 * Returns: whether the name alone does not tell who it is
 */
gboolean
hub_person_has_shared_name (HubPerson *self)
{
  g_return_val_if_fail (HUB_IS_PERSON (self), FALSE);

  return self->who != NULL && hub_name_get_is_shared (self->who);
}

/**
 * hub_person_compare:
 * @self: a person
 * @other: another one
 *
 * The order in which people are listed: oneself first, the others by name as the language of the user has it.
 *
 * Returns: less than, equal to or greater than zero when @self stands before, beside or behind @other
 */
int
hub_person_compare (HubPerson *self,
                    HubPerson *other)
{
  int order;

  if (self->is_own != other->is_own)
    return self->is_own ? -1 : 1;
  order = g_strcmp0 (self->key, other->key);
  return order != 0 ? order : g_strcmp0 (self->from, other->from);
}
