/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ui/hub-invite-card.h"

#include "ui/model/hub-format.h"
#include "ui/model/hub-invite-url.h"

/**
 * HubInviteCard:
 *
 * The address that others type into their browser, ready to copy, and the way to its code. Hidden while there is none.
 */
struct _HubInviteCard
{
  AdwBin parent_instance;

  char *url; /* (owned) (nullable) */
};

G_DEFINE_FINAL_TYPE (HubInviteCard, hub_invite_card, ADW_TYPE_BIN)

typedef enum
{
  PROP_URL = 1,
} HubInviteCardProperty;

static GParamSpec *props[PROP_URL + 1];

enum
{
  SIGNAL_COPIED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static char *
invitation (HubInviteCard *self,
            const char *url)
{
  return g_strdup (hub_format_invitation (url));
}

static char *
shown (HubInviteCard *self,
       const char *url)
{
  return url != NULL ? hub_invite_url_dup_shown (url) : g_strdup ("");
}

static void
copy_cb (GtkWidget *widget,
         const char *action_name,
         GVariant *parameter)
{
  HubInviteCard *self = HUB_INVITE_CARD (widget);

  if (self->url == NULL)
    return;

  gdk_clipboard_set_text (gtk_widget_get_clipboard (widget), self->url);
  g_signal_emit (self, signals[SIGNAL_COPIED], 0);
}

static void
hub_invite_card_get_property (GObject *object,
                              guint prop_id,
                              GValue *value,
                              GParamSpec *pspec)
{
  switch ((HubInviteCardProperty) prop_id)
    {
    case PROP_URL:
      g_value_set_string (value, HUB_INVITE_CARD (object)->url);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
hub_invite_card_set_property (GObject *object,
                              guint prop_id,
                              const GValue *value,
                              GParamSpec *pspec)
{
  switch ((HubInviteCardProperty) prop_id)
    {
    case PROP_URL:
      hub_invite_card_set_url (HUB_INVITE_CARD (object), g_value_get_string (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
hub_invite_card_finalize (GObject *object)
{
  g_free (HUB_INVITE_CARD (object)->url);

  G_OBJECT_CLASS (hub_invite_card_parent_class)->finalize (object);
}

static void
hub_invite_card_class_init (HubInviteCardClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = hub_invite_card_get_property;
  object_class->set_property = hub_invite_card_set_property;
  object_class->finalize = hub_invite_card_finalize;

  /**
   * HubInviteCard:url: (nullable)
   *
   * The address. A room password in it is copied, and not shown.
   */
  props[PROP_URL] = g_param_spec_string ("url", NULL, NULL, NULL,
                                         G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, G_N_ELEMENTS (props), props);

  /**
   * HubInviteCard::copied:
   * @self: the card
   *
   * The address is in the clipboard.
   */
  signals[SIGNAL_COPIED] = g_signal_new ("copied", HUB_TYPE_INVITE_CARD, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                         G_TYPE_NONE, 0);

  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/hubbub_chat/Hubbub/ui/hub-invite-card.ui");
  gtk_widget_class_bind_template_callback (widget_class, invitation);
  gtk_widget_class_bind_template_callback (widget_class, shown);
  gtk_widget_class_install_action (widget_class, "invite.copy", NULL, copy_cb);
}

static void
hub_invite_card_init (HubInviteCard *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * hub_invite_card_get_url:
 * @self: a card
 *
 * Returns: (nullable) (transfer none): [property@HubInviteCard:url]
 */
const char *
hub_invite_card_get_url (HubInviteCard *self)
{
  g_return_val_if_fail (HUB_IS_INVITE_CARD (self), NULL);

  return self->url;
}

/**
 * hub_invite_card_set_url:
 * @self: a card
 * @url: (nullable): the address
 *
 * Sets [property@HubInviteCard:url].
 */
void
hub_invite_card_set_url (HubInviteCard *self,
                         const char *url)
{
  g_return_if_fail (HUB_IS_INVITE_CARD (self));

  if (g_strcmp0 (self->url, url) == 0)
    return;

  g_free (self->url);
  self->url = g_strdup (url);
  gtk_widget_set_visible (GTK_WIDGET (self), url != NULL);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_URL]);
}
