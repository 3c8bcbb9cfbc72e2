/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ui/hub-status-badge.h"

#include "ui/model/hub-format.h"

/**
 * HubStatusBadge:
 *
 * The badge that tells whether one is in the chat: a word on a colour.
 */
struct _HubStatusBadge
{
  AdwBin parent_instance;

  GtkWidget *label; /* (unowned) the child */
  HubChatConnection connection;
};

G_DEFINE_FINAL_TYPE (HubStatusBadge, hub_status_badge, ADW_TYPE_BIN)

typedef enum
{
  PROP_CONNECTION = 1,
} HubStatusBadgeProperty;

static GParamSpec *props[PROP_CONNECTION + 1];

static void
show_connection (HubStatusBadge *self)
{
  const char *const classes[] = { "badge", hub_format_connection_class (self->connection), NULL };

  gtk_widget_set_css_classes (self->label, (const char **) classes);
  gtk_label_set_label (GTK_LABEL (self->label), hub_format_connection (self->connection));
}

static void
hub_status_badge_get_property (GObject *object,
                               guint prop_id,
                               GValue *value,
                               GParamSpec *pspec)
{
  switch ((HubStatusBadgeProperty) prop_id)
    {
    case PROP_CONNECTION:
      g_value_set_enum (value, HUB_STATUS_BADGE (object)->connection);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
hub_status_badge_set_property (GObject *object,
                               guint prop_id,
                               const GValue *value,
                               GParamSpec *pspec)
{
  switch ((HubStatusBadgeProperty) prop_id)
    {
    case PROP_CONNECTION:
      hub_status_badge_set_connection (HUB_STATUS_BADGE (object), g_value_get_enum (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
hub_status_badge_class_init (HubStatusBadgeClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = hub_status_badge_get_property;
  object_class->set_property = hub_status_badge_set_property;

  /**
   * HubStatusBadge:connection:
   *
   * What the badge says.
   */
  props[PROP_CONNECTION] = g_param_spec_enum ("connection", NULL, NULL, HUB_TYPE_CHAT_CONNECTION, HUB_CHAT_CONNECTION_CONNECTING,
                                              G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, G_N_ELEMENTS (props), props);
}

static void
hub_status_badge_init (HubStatusBadge *self)
{
  self->label = gtk_label_new (NULL);
  gtk_widget_set_valign (self->label, GTK_ALIGN_CENTER);
  adw_bin_set_child (ADW_BIN (self), self->label);
  show_connection (self);
}

/**
 * hub_status_badge_get_connection:
 * @self: a badge
 *
 * Returns: [property@HubStatusBadge:connection]
 */
HubChatConnection
hub_status_badge_get_connection (HubStatusBadge *self)
{
  g_return_val_if_fail (HUB_IS_STATUS_BADGE (self), HUB_CHAT_CONNECTION_OFFLINE);

  return self->connection;
}

/**
 * hub_status_badge_set_connection:
 * @self: a badge
 * @connection: what it says
 *
 * Sets [property@HubStatusBadge:connection].
 */
void
hub_status_badge_set_connection (HubStatusBadge *self,
                                 HubChatConnection connection)
{
  g_return_if_fail (HUB_IS_STATUS_BADGE (self));

  if (self->connection == connection)
    return;

  self->connection = connection;
  show_connection (self);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_CONNECTION]);
}
