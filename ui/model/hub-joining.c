/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ui/model/hub-joining.h"

/**
 * HubJoining:
 *
 * What the window shows of joining others, and what it asks for, beside the address itself: a part of [class@ChatState].
 *
 * Thread: main.
 */
struct _HubJoining
{
  GObject parent_instance;

  char **recent;    /* (owned) */
  char *asked_by;   /* (owned) (nullable) */
  char *asked_user; /* (owned) (nullable) */
  gboolean is_offering;
  gboolean is_orphaned;
};

G_DEFINE_FINAL_TYPE (HubJoining, hub_joining, G_TYPE_OBJECT)

typedef enum
{
  PROP_RECENT = 1,
  PROP_ASKED_BY,
  PROP_IS_OFFERING,
  PROP_IS_ORPHANED,
} HubJoiningProperty;

static GParamSpec *props[PROP_IS_ORPHANED + 1];

enum
{
  SIGNAL_FORGET,
  SIGNAL_HOST,
  SIGNAL_SUCCEED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
hub_joining_get_property (GObject *object,
                          guint prop_id,
                          GValue *value,
                          GParamSpec *pspec)
{
  HubJoining *self = HUB_JOINING (object);

  switch ((HubJoiningProperty) prop_id)
    {
    case PROP_RECENT:
      g_value_set_boxed (value, self->recent);
      break;
    case PROP_ASKED_BY:
      g_value_set_string (value, self->asked_by);
      break;
    case PROP_IS_OFFERING:
      g_value_set_boolean (value, self->is_offering);
      break;
    case PROP_IS_ORPHANED:
      g_value_set_boolean (value, self->is_orphaned);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
hub_joining_finalize (GObject *object)
{
  HubJoining *self = HUB_JOINING (object);

  g_strfreev (self->recent);
  g_free (self->asked_by);
  g_free (self->asked_user);
  G_OBJECT_CLASS (hub_joining_parent_class)->finalize (object);
}

static void
hub_joining_class_init (HubJoiningClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->get_property = hub_joining_get_property;
  object_class->finalize = hub_joining_finalize;

  /**
   * HubJoining:recent:
   *
   * The addresses that were joined, the last first, without user names and passwords.
   */
  props[PROP_RECENT] = g_param_spec_boxed ("recent", NULL, NULL, G_TYPE_STRV, flags);
  /**
   * HubJoining:asked-by: (nullable)
   *
   * The address where a user name and a password are asked for, or others than were given.
   */
  props[PROP_ASKED_BY] = g_param_spec_string ("asked-by", NULL, NULL, NULL, flags);
  /**
   * HubJoining:is-offering:
   *
   * Whether the user has not decided yet to host or to join: who hosts on this network is offered first, then.
   */
  props[PROP_IS_OFFERING] = g_param_spec_boolean ("is-offering", NULL, NULL, FALSE, flags);
  /**
   * HubJoining:is-orphaned:
   *
   * Whether the host of the joined chat is gone, so that somebody else may host it.
   */
  props[PROP_IS_ORPHANED] = g_param_spec_boolean ("is-orphaned", NULL, NULL, FALSE, flags);
  g_object_class_install_properties (object_class, G_N_ELEMENTS (props), props);

  /**
   * HubJoining::forget:
   * @self: the object
   * @address: one of [property@Joining:recent]
   *
   * The user does not want to see @address again.
   */
  signals[SIGNAL_FORGET] =
    g_signal_new ("forget", HUB_TYPE_JOINING, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
  /**
   * HubJoining::host:
   * @self: the object
   *
   * The user has decided to host.
   */
  signals[SIGNAL_HOST] =
    g_signal_new ("host", HUB_TYPE_JOINING, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  /**
   * HubJoining::succeed:
   * @self: the object
   *
   * The user wants to host the joined chat in the place of its host.
   */
  signals[SIGNAL_SUCCEED] =
    g_signal_new ("succeed", HUB_TYPE_JOINING, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
hub_joining_init (HubJoining *self)
{
  self->recent = g_new0 (char *, 1);
}

/**
 * hub_joining_new:
 *
 * Returns: (transfer full): nothing remembered, asked or offered
 */
HubJoining *
hub_joining_new (void)
{
  return g_object_new (HUB_TYPE_JOINING, NULL);
}

/**
 * hub_joining_get_recent:
 * @self: the object
 *
 * Returns: (transfer none) (array zero-terminated=1): [property@HubJoining:recent]
 */
const char *const *
hub_joining_get_recent (HubJoining *self)
{
  g_return_val_if_fail (HUB_IS_JOINING (self), NULL);

  return (const char *const *) self->recent;
}

/**
 * hub_joining_set_recent:
 * @self: the object
 * @recent: (array zero-terminated=1): addresses
 *
 * Sets [property@HubJoining:recent].
 */
void
hub_joining_set_recent (HubJoining *self,
                        const char *const *recent)
{
  char **copy;

  g_return_if_fail (HUB_IS_JOINING (self));
  g_return_if_fail (recent != NULL);

  if (g_strv_equal (hub_joining_get_recent (self), recent))
    return;
  copy = g_strdupv ((char **) recent);
  g_strfreev (self->recent);
  self->recent = copy;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_RECENT]);
}

/**
 * hub_joining_get_asked_by:
 * @self: the object
 *
 * Returns: (nullable) (transfer none): [property@HubJoining:asked-by]
 */
const char *
hub_joining_get_asked_by (HubJoining *self)
{
  g_return_val_if_fail (HUB_IS_JOINING (self), NULL);

  return self->asked_by;
}

/**
 * hub_joining_get_asked_user:
 * @self: the object
 *
 * Returns: (nullable) (transfer none): the user name that was not right, or went with a wrong password
 */
const char *
hub_joining_get_asked_user (HubJoining *self)
{
  g_return_val_if_fail (HUB_IS_JOINING (self), NULL);

  return self->asked_user;
}

/**
 * hub_joining_set_asked_by:
 * @self: the object
 * @asked_by: (nullable): an address
 * @user_name: (nullable): the user name that was not right
 *
 * Sets [property@HubJoining:asked-by].
 */
void
hub_joining_set_asked_by (HubJoining *self,
                          const char *asked_by,
                          const char *user_name)
{
  char *copy = g_strdup (user_name);

  g_return_if_fail (HUB_IS_JOINING (self));

  g_free (self->asked_user);
  self->asked_user = copy;
  if (g_strcmp0 (self->asked_by, asked_by) == 0)
    return;
  copy = g_strdup (asked_by);
  g_free (self->asked_by);
  self->asked_by = copy;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_ASKED_BY]);
}

/**
 * hub_joining_get_is_offering:
 * @self: the object
 *
 * Returns: [property@HubJoining:is-offering]
 */
gboolean
hub_joining_get_is_offering (HubJoining *self)
{
  g_return_val_if_fail (HUB_IS_JOINING (self), FALSE);

  return self->is_offering;
}

/**
 * hub_joining_set_is_offering:
 * @self: the object
 * @is_offering: whether the user has not decided yet
 *
 * Sets [property@HubJoining:is-offering].
 */
void
hub_joining_set_is_offering (HubJoining *self,
                             gboolean is_offering)
{
  g_return_if_fail (HUB_IS_JOINING (self));

  if (self->is_offering == !!is_offering)
    return;
  self->is_offering = !!is_offering;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_IS_OFFERING]);
}

/**
 * hub_joining_get_is_orphaned:
 * @self: the object
 *
 * Returns: [property@HubJoining:is-orphaned]
 */
gboolean
hub_joining_get_is_orphaned (HubJoining *self)
{
  g_return_val_if_fail (HUB_IS_JOINING (self), FALSE);

  return self->is_orphaned;
}

/**
 * hub_joining_set_is_orphaned:
 * @self: the object
 * @is_orphaned: whether the host of the joined chat is gone
 *
 * Sets [property@HubJoining:is-orphaned].
 */
void
hub_joining_set_is_orphaned (HubJoining *self,
                             gboolean is_orphaned)
{
  g_return_if_fail (HUB_IS_JOINING (self));

  if (self->is_orphaned == !!is_orphaned)
    return;
  self->is_orphaned = !!is_orphaned;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_IS_ORPHANED]);
}

/**
 * hub_joining_succeed:
 * @self: the object
 *
 * Says that the user wants to host the joined chat, whose host is gone.
 */
void
hub_joining_succeed (HubJoining *self)
{
  g_return_if_fail (HUB_IS_JOINING (self));

  if (self->is_orphaned)
    g_signal_emit (self, signals[SIGNAL_SUCCEED], 0);
}

/**
 * hub_joining_forget:
 * @self: the object
 * @address: one of [property@HubJoining:recent]
 *
 * Asks for @address to be forgotten.
 */
void
hub_joining_forget (HubJoining *self,
                    const char *address)
{
  g_return_if_fail (HUB_IS_JOINING (self));
  g_return_if_fail (address != NULL);

  g_signal_emit (self, signals[SIGNAL_FORGET], 0, address);
}

/**
 * hub_joining_host:
 * @self: the object
 *
 * Says that the user has decided to host.
 */
void
hub_joining_host (HubJoining *self)
{
  g_return_if_fail (HUB_IS_JOINING (self));

  g_signal_emit (self, signals[SIGNAL_HOST], 0);
}

/**
 * hub_joining_without:
 * @recent: (array zero-terminated=1): addresses
 * @address: one to forget
 *
 * Returns: (transfer full) (array zero-terminated=1): the others, in their order
 */
char **
hub_joining_without (const char *const *recent,
                     const char *address)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  for (; *recent != NULL; recent++)
    if (!g_str_equal (*recent, address))
      g_strv_builder_add (builder, *recent);
  return g_strv_builder_end (builder);
}

/**
 * hub_joining_remember:
 * @recent: (array zero-terminated=1): addresses
 * @address: one that was joined just now
 *
 * Returns: (transfer full) (array zero-terminated=1): the same with @address at the beginning; what is beyond
 *   %HUB_JOINING_RECENT_MAX is forgotten
 */
char **
hub_joining_remember (const char *const *recent,
                      const char *address)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) others = hub_joining_without (recent, address);

  g_strv_builder_add (builder, address);
  for (guint i = 0; others[i] != NULL && i < HUB_JOINING_RECENT_MAX - 1; i++)
    g_strv_builder_add (builder, others[i]);
  return g_strv_builder_end (builder);
}
