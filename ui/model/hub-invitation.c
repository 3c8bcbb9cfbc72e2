/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ui/model/hub-invitation.h"

/**
 * HubInvitation:
 *
 * What others are invited with, and whether they will get through. The program says so, the window shows it.
 *
 * Thread: main.
 */
struct _HubInvitation
{
  GObject parent_instance;

  char **pages; /* (owned) */
  char *key;    /* (owned) (nullable) */
  HubReach reach;
  gboolean has_reach;
  gboolean is_watched;
};

G_DEFINE_FINAL_TYPE (HubInvitation, hub_invitation, G_TYPE_OBJECT)

typedef enum
{
  PROP_PAGES = 1,
  PROP_KEY,
  PROP_REACH,
  PROP_IS_WATCHED,
} HubInvitationProperty;

static GParamSpec *props[PROP_IS_WATCHED + 1];

static void
hub_invitation_get_property (GObject *object,
                             guint prop_id,
                             GValue *value,
                             GParamSpec *pspec)
{
  HubInvitation *self = HUB_INVITATION (object);

  switch ((HubInvitationProperty) prop_id)
    {
    case PROP_PAGES:
      g_value_set_boxed (value, self->pages);
      break;
    case PROP_KEY:
      g_value_set_string (value, self->key);
      break;
    case PROP_REACH:
      g_value_set_pointer (value, (gpointer) hub_invitation_get_reach (self));
      break;
    case PROP_IS_WATCHED:
      g_value_set_boolean (value, self->is_watched);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
hub_invitation_set_property (GObject *object,
                             guint prop_id,
                             const GValue *value,
                             GParamSpec *pspec)
{
  HubInvitation *self = HUB_INVITATION (object);

  switch ((HubInvitationProperty) prop_id)
    {
    case PROP_PAGES:
      hub_invitation_set_pages (self, g_value_get_boxed (value));
      break;
    case PROP_KEY:
      hub_invitation_set_key (self, g_value_get_string (value));
      break;
    case PROP_REACH:
      hub_invitation_set_reach (self, g_value_get_pointer (value));
      break;
    case PROP_IS_WATCHED:
      hub_invitation_set_is_watched (self, g_value_get_boolean (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
hub_invitation_finalize (GObject *object)
{
  HubInvitation *self = HUB_INVITATION (object);

  g_strfreev (self->pages);
  g_free (self->key);

  G_OBJECT_CLASS (hub_invitation_parent_class)->finalize (object);
}

static void
hub_invitation_class_init (HubInvitationClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags write = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->get_property = hub_invitation_get_property;
  object_class->set_property = hub_invitation_set_property;
  object_class->finalize = hub_invitation_finalize;

  /**
   * HubInvitation:pages:
   *
   * The addresses of the page, the best first, each without a fragment. None when nobody knows where browsers join.
   */
  props[PROP_PAGES] = g_param_spec_boxed ("pages", NULL, NULL, G_TYPE_STRV, write);
  /**
   * HubInvitation:key: (nullable)
   *
   * The room password. Whoever is invited has it in the address, and need not type it.
   */
  props[PROP_KEY] = g_param_spec_string ("key", NULL, NULL, NULL, write);
  /**
   * HubInvitation:reach: (nullable) (type HubReach)
   *
   * Whether others can join; %NULL when somebody else hosts, who alone can tell.
   */
  props[PROP_REACH] = g_param_spec_pointer ("reach", NULL, NULL, write);
  /**
   * HubInvitation:is-watched:
   *
   * Whether somebody looks at [property@HubInvitation:reach]. The window says so, and it is found out anew.
   */
  props[PROP_IS_WATCHED] = g_param_spec_boolean ("is-watched", NULL, NULL, FALSE, write);
  g_object_class_install_properties (object_class, G_N_ELEMENTS (props), props);
}

static void
hub_invitation_init (HubInvitation *self)
{
  self->pages = g_new0 (char *, 1);
}

/**
 * hub_invitation_new:
 *
 * Returns: (transfer full): an invitation without an address
 */
HubInvitation *
hub_invitation_new (void)
{
  return g_object_new (HUB_TYPE_INVITATION, NULL);
}

/**
 * hub_invitation_get_pages:
 * @self: an invitation
 *
 * Returns: (transfer none) (array zero-terminated=1): [property@HubInvitation:pages]
 */
const char *const *
hub_invitation_get_pages (HubInvitation *self)
{
  g_return_val_if_fail (HUB_IS_INVITATION (self), NULL);

  return (const char *const *) self->pages;
}

/**
 * hub_invitation_set_pages:
 * @self: an invitation
 * @pages: (nullable) (array zero-terminated=1): addresses of the page, the best first; %NULL: none
 *
 * Sets [property@HubInvitation:pages].
 */
void
hub_invitation_set_pages (HubInvitation *self,
                          const char *const *pages)
{
  static const char *const none[] = { NULL };

  g_return_if_fail (HUB_IS_INVITATION (self));

  if (pages == NULL)
    pages = none;
  if (g_strv_equal ((const char *const *) self->pages, pages))
    return;

  g_strfreev (self->pages);
  self->pages = g_strdupv ((char **) pages);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_PAGES]);
}

/**
 * hub_invitation_get_key:
 * @self: an invitation
 *
 * Returns: (nullable) (transfer none): [property@HubInvitation:key]
 */
const char *
hub_invitation_get_key (HubInvitation *self)
{
  g_return_val_if_fail (HUB_IS_INVITATION (self), NULL);

  return self->key;
}

/**
 * hub_invitation_set_key:
 * @self: an invitation
 * @key: (nullable): the room password; %NULL: there is none
 *
 * Sets [property@HubInvitation:key].
 */
void
hub_invitation_set_key (HubInvitation *self,
                        const char *key)
{
  g_return_if_fail (HUB_IS_INVITATION (self));

  if (g_strcmp0 (self->key, key) == 0)
    return;

  g_free (self->key);
  self->key = g_strdup (key);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_KEY]);
}

/**
 * hub_invitation_get_reach:
 * @self: an invitation
 *
 * Returns: (nullable) (transfer none): [property@HubInvitation:reach], until it changes
 */
const HubReach *
hub_invitation_get_reach (HubInvitation *self)
{
  g_return_val_if_fail (HUB_IS_INVITATION (self), NULL);

  return self->has_reach ? &self->reach : NULL;
}

static gboolean
are_equal (const HubReach *a,
           const HubReach *b)
{
  return a->mqtt_port == b->mqtt_port && a->http_port == b->http_port && a->is_mqtt_open == b->is_mqtt_open &&
         a->is_http_open == b->is_http_open && a->is_discovery_running == b->is_discovery_running &&
         a->is_announced == b->is_announced && a->n_addresses == b->n_addresses && a->n_devices == b->n_devices &&
         a->had_devices == b->had_devices;
}

/**
 * hub_invitation_set_reach:
 * @self: an invitation
 * @reach: (nullable): whether others can join; %NULL: somebody else hosts
 *
 * Sets [property@HubInvitation:reach].
 */
void
hub_invitation_set_reach (HubInvitation *self,
                          const HubReach *reach)
{
  g_return_if_fail (HUB_IS_INVITATION (self));

  if (self->has_reach == (reach != NULL) && (reach == NULL || are_equal (&self->reach, reach)))
    return;

  self->has_reach = reach != NULL;
  if (reach != NULL)
    self->reach = *reach;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_REACH]);
}

/**
 * hub_invitation_get_is_watched:
 * @self: an invitation
 *
 * Returns: [property@HubInvitation:is-watched]
 */
gboolean
hub_invitation_get_is_watched (HubInvitation *self)
{
  g_return_val_if_fail (HUB_IS_INVITATION (self), FALSE);

  return self->is_watched;
}

/**
 * hub_invitation_set_is_watched:
 * @self: an invitation
 * @is_watched: whether somebody looks
 *
 * Sets [property@HubInvitation:is-watched].
 */
void
hub_invitation_set_is_watched (HubInvitation *self,
                               gboolean is_watched)
{
  g_return_if_fail (HUB_IS_INVITATION (self));

  if (self->is_watched == !!is_watched)
    return;

  self->is_watched = !!is_watched;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_IS_WATCHED]);
}
