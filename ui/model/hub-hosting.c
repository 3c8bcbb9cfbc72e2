/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ui/model/hub-hosting.h"

/**
 * HubHosting:
 *
 * How it stands with hosting, for the preferences: they show the properties and ask through the methods; the program sets
 * the ones and listens to the others.
 *
 * Thread: main.
 */
struct _HubHosting
{
  GObject parent_instance;

  char *status; /* (owned) */
  gboolean is_open;
  gboolean is_waiting;
};

G_DEFINE_FINAL_TYPE (HubHosting, hub_hosting, G_TYPE_OBJECT)

typedef enum
{
  PROP_IS_OPEN = 1,
  PROP_IS_WAITING,
  PROP_STATUS,
} HubHostingProperty;

static GParamSpec *props[PROP_STATUS + 1];

enum
{
  SIGNAL_CLEAR_HISTORY,
  SIGNAL_HOST,
  SIGNAL_TOLD,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
hub_hosting_get_property (GObject *object,
                          guint prop_id,
                          GValue *value,
                          GParamSpec *pspec)
{
  HubHosting *self = HUB_HOSTING (object);

  switch ((HubHostingProperty) prop_id)
    {
    case PROP_IS_OPEN:
      g_value_set_boolean (value, self->is_open);
      break;
    case PROP_IS_WAITING:
      g_value_set_boolean (value, self->is_waiting);
      break;
    case PROP_STATUS:
      g_value_set_string (value, self->status);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
hub_hosting_finalize (GObject *object)
{
  g_free (HUB_HOSTING (object)->status);
  G_OBJECT_CLASS (hub_hosting_parent_class)->finalize (object);
}

static void
hub_hosting_class_init (HubHostingClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags read = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  object_class->get_property = hub_hosting_get_property;
  object_class->finalize = hub_hosting_finalize;

  /**
   * HubHosting:is-open:
   *
   * Whether others can join this computer.
   */
  props[PROP_IS_OPEN] = g_param_spec_boolean ("is-open", NULL, NULL, FALSE, read);
  /**
   * HubHosting:is-waiting:
   *
   * Whether this program neither hosts nor has joined, or is joining, anybody, until the user says what it shall do.
   */
  props[PROP_IS_WAITING] = g_param_spec_boolean ("is-waiting", NULL, NULL, FALSE, read);
  /**
   * HubHosting:status:
   *
   * Where they do, and what is not as usual: a sentence, translated.
   */
  props[PROP_STATUS] = g_param_spec_string ("status", NULL, NULL, "", read);
  g_object_class_install_properties (object_class, G_N_ELEMENTS (props), props);

  /**
   * HubHosting::clear-history:
   * @self: the hosting
   *
   * The user wants everything that was said here to be deleted.
   */
  signals[SIGNAL_CLEAR_HISTORY] =
    g_signal_new ("clear-history", HUB_TYPE_HOSTING, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  /**
   * HubHosting::host:
   * @self: the hosting
   *
   * The user wants to host.
   */
  signals[SIGNAL_HOST] = g_signal_new ("host", HUB_TYPE_HOSTING, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  /**
   * HubHosting::told:
   * @self: the hosting
   * @text: a short sentence, translated
   *
   * Emitted for what is worth a toast in the preferences.
   */
  signals[SIGNAL_TOLD] = g_signal_new ("told", HUB_TYPE_HOSTING, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                       G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
hub_hosting_init (HubHosting *self)
{
  self->status = g_strdup ("");
}

/**
 * hub_hosting_new:
 *
 * Returns: (transfer full): a hosting that nobody can join
 */
HubHosting *
hub_hosting_new (void)
{
  return g_object_new (HUB_TYPE_HOSTING, NULL);
}

/**
 * hub_hosting_get_is_open:
 * @self: the hosting
 *
 * Returns: [property@HubHosting:is-open]
 */
gboolean
hub_hosting_get_is_open (HubHosting *self)
{
  g_return_val_if_fail (HUB_IS_HOSTING (self), FALSE);

  return self->is_open;
}

/**
 * hub_hosting_get_status:
 * @self: the hosting
 *
 * Returns: [property@HubHosting:status]
 */
const char *
hub_hosting_get_status (HubHosting *self)
{
  g_return_val_if_fail (HUB_IS_HOSTING (self), NULL);

  return self->status;
}

/**
 * hub_hosting_set_status:
 * @self: the hosting
 * @is_open: whether others can join
 * @status: where they do, and what is not as usual
 */
void
hub_hosting_set_status (HubHosting *self,
                        gboolean is_open,
                        const char *status)
{
  g_return_if_fail (HUB_IS_HOSTING (self));
  g_return_if_fail (status != NULL);

  if (self->is_open != is_open)
    {
      self->is_open = is_open;
      g_object_notify_by_pspec (G_OBJECT (self), props[PROP_IS_OPEN]);
    }
  if (g_strcmp0 (self->status, status) != 0)
    {
      g_free (self->status);
      self->status = g_strdup (status);
      g_object_notify_by_pspec (G_OBJECT (self), props[PROP_STATUS]);
    }
}

/**
 * hub_hosting_get_is_waiting:
 * @self: the hosting
 *
 * Returns: [property@HubHosting:is-waiting]
 */
gboolean
hub_hosting_get_is_waiting (HubHosting *self)
{
  g_return_val_if_fail (HUB_IS_HOSTING (self), FALSE);

  return self->is_waiting;
}

/**
 * hub_hosting_set_is_waiting:
 * @self: the hosting
 * @is_waiting: whether this program waits for the user
 *
 * Sets [property@HubHosting:is-waiting].
 */
void
hub_hosting_set_is_waiting (HubHosting *self,
                            gboolean is_waiting)
{
  g_return_if_fail (HUB_IS_HOSTING (self));

  if (self->is_waiting == is_waiting)
    return;
  self->is_waiting = is_waiting;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_IS_WAITING]);
}

/**
 * hub_hosting_host:
 * @self: the hosting
 *
 * Asks for hosting to begin.
 */
void
hub_hosting_host (HubHosting *self)
{
  g_return_if_fail (HUB_IS_HOSTING (self));

  g_signal_emit (self, signals[SIGNAL_HOST], 0);
}

/**
 * hub_hosting_tell:
 * @self: the hosting
 * @text: a short sentence, translated
 *
 * Tells the user something.
 */
void
hub_hosting_tell (HubHosting *self,
                  const char *text)
{
  g_return_if_fail (HUB_IS_HOSTING (self));

  g_signal_emit (self, signals[SIGNAL_TOLD], 0, text);
}

/**
 * hub_hosting_clear_history:
 * @self: the hosting
 *
 * Asks for everything that was said here to be deleted.
 */
void
hub_hosting_clear_history (HubHosting *self)
{
  g_return_if_fail (HUB_IS_HOSTING (self));

  g_signal_emit (self, signals[SIGNAL_CLEAR_HISTORY], 0);
}
