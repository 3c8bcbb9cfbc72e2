/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ui/hub-message-menu.h"

#include "ui/hub-message-slot.h"
#include "ui/model/hub-markup.h"

#include <glib/gi18n-lib.h>

/**
 * HubMessageMenu:
 *
 * Around the list of messages: the menu of each, by a click with the other button, a long touch, the key for it, or a button
 * in its row that activates `messages.menu`. There is one for all rows.
 */
struct _HubMessageMenu
{
  AdwBin parent_instance;

  GtkWidget *popover;   /* (owned by GTK) */
  HubMessageItem *item; /* (owned) (nullable) that it is of */
  char *link;           /* (owned) (nullable) that can be copied */
};

G_DEFINE_FINAL_TYPE (HubMessageMenu, hub_message_menu, ADW_TYPE_BIN)

typedef enum
{
  SIGNAL_COPIED,
  SIGNAL_RETRY,
  SIGNAL_DISMISS,
} HubMessageMenuSignal;

static guint signals[SIGNAL_DISMISS + 1];

/* The slot in the row that @widget is, or is in; %NULL where there is no message in it. */
static HubMessageSlot *
find_slot (HubMessageMenu *self,
           GtkWidget *widget)
{
  GtkWidget *slot;

  if (widget == NULL || !gtk_widget_is_ancestor (widget, GTK_WIDGET (self)))
    return NULL;
  slot = gtk_widget_get_ancestor (widget, HUB_TYPE_MESSAGE_SLOT);
  if (slot == NULL)
    slot = gtk_widget_get_first_child (widget);
  if (!HUB_IS_MESSAGE_SLOT (slot) || hub_message_slot_get_item (HUB_MESSAGE_SLOT (slot)) == NULL)
    return NULL;
  return hub_message_item_get_is_note (hub_message_slot_get_item (HUB_MESSAGE_SLOT (slot))) ? NULL : HUB_MESSAGE_SLOT (slot);
}

static GMenuModel *
build (HubMessageMenu *self)
{
  GMenu *menu = g_menu_new ();

  if (hub_message_item_get_state (self->item) == HUB_MESSAGE_STATE_FAILED)
    g_menu_append (menu, _ ("Retry"), "messages.retry");
  g_menu_append (menu, _ ("Copy Message"), "messages.copy");
  if (self->link != NULL)
    g_menu_append (menu, _ ("Copy Link"), "messages.copy-link");
  /* Translators: removes a message that could not be sent. */
  if (hub_message_item_get_state (self->item) == HUB_MESSAGE_STATE_FAILED)
    g_menu_append (menu, _ ("Delete"), "messages.dismiss");
  return G_MENU_MODEL (menu);
}

static void
set_item (HubMessageMenu *self,
          HubMessageItem *item,
          const char *link)
{
  g_set_object (&self->item, item);
  g_free (self->link);
  self->link = link != NULL ? g_strdup (link) : hub_markup_find_link (hub_message_item_get_text (item));
}

static void
popup (HubMessageMenu *self,
       const GdkRectangle *at)
{
  g_autoptr (GMenuModel) model = build (self);

  gtk_popover_menu_set_menu_model (GTK_POPOVER_MENU (self->popover), model);
  gtk_popover_set_pointing_to (GTK_POPOVER (self->popover), at);
  gtk_popover_popup (GTK_POPOVER (self->popover));
}

/* A text of which something is selected has a menu of its own, with Copy. */
static gboolean
popup_at (HubMessageMenu *self,
          double x,
          double y)
{
  GtkWidget *picked = gtk_widget_pick (GTK_WIDGET (self), x, y, GTK_PICK_DEFAULT);
  HubMessageSlot *slot = find_slot (self, picked);
  const gboolean is_label = GTK_IS_LABEL (picked);

  if (slot == NULL)
    return FALSE;
  if (is_label && gtk_label_get_selection_bounds (GTK_LABEL (picked), NULL, NULL))
    return FALSE;
  set_item (self, hub_message_slot_get_item (slot), is_label ? gtk_label_get_current_uri (GTK_LABEL (picked)) : NULL);
  popup (self, &(GdkRectangle){ (int) x, (int) y, 1, 1 });
  return TRUE;
}

static void
pressed_cb (GtkGesture *gesture,
            int n_press,
            double x,
            double y,
            HubMessageMenu *self)
{
  if (popup_at (self, x, y))
    gtk_gesture_set_state (gesture, GTK_EVENT_SEQUENCE_CLAIMED);
}

static void
long_pressed_cb (GtkGesture *gesture,
                 double x,
                 double y,
                 HubMessageMenu *self)
{
  if (popup_at (self, x, y))
    gtk_gesture_set_state (gesture, GTK_EVENT_SEQUENCE_CLAIMED);
}

/* The row that has the focus, for keys and for buttons, which take it when they are clicked. */
static gboolean
take_focused (HubMessageMenu *self,
              GtkWidget **focus)
{
  HubMessageSlot *slot;

  *focus = gtk_root_get_focus (gtk_widget_get_root (GTK_WIDGET (self)));
  slot = find_slot (self, *focus);
  if (slot == NULL)
    return FALSE;
  set_item (self, hub_message_slot_get_item (slot), NULL);
  return TRUE;
}

static void
menu_cb (GtkWidget *widget,
         const char *action_name,
         GVariant *parameter)
{
  HubMessageMenu *self = HUB_MESSAGE_MENU (widget);
  GtkWidget *focus;
  graphene_rect_t bounds;

  if (!take_focused (self, &focus) || !gtk_widget_compute_bounds (focus, widget, &bounds))
    return;
  popup (self, &(GdkRectangle){ (int) bounds.origin.x, (int) bounds.origin.y, (int) bounds.size.width, (int) bounds.size.height });
}

static void
copy_cb (GtkWidget *widget,
         const char *action_name,
         GVariant *parameter)
{
  HubMessageMenu *self = HUB_MESSAGE_MENU (widget);
  const gboolean is_link = g_str_equal (action_name, "messages.copy-link");
  const char *text = is_link ? self->link : hub_message_item_get_text (self->item);

  gdk_clipboard_set_text (gtk_widget_get_clipboard (widget), text);
  g_signal_emit (self, signals[SIGNAL_COPIED], 0, is_link ? _ ("Link copied") : _ ("Message copied"));
}

/* Also from a button in the row, with no menu before. */
static void
retry_cb (GtkWidget *widget,
          const char *action_name,
          GVariant *parameter)
{
  HubMessageMenu *self = HUB_MESSAGE_MENU (widget);
  GtkWidget *focus;

  if (!gtk_widget_get_mapped (self->popover) && !take_focused (self, &focus))
    return;
  g_signal_emit (self, signals[SIGNAL_RETRY], 0, self->item);
}

static void
dismiss_cb (GtkWidget *widget,
            const char *action_name,
            GVariant *parameter)
{
  HubMessageMenu *self = HUB_MESSAGE_MENU (widget);

  g_signal_emit (self, signals[SIGNAL_DISMISS], 0, self->item);
}

static void
hub_message_menu_dispose (GObject *object)
{
  HubMessageMenu *self = HUB_MESSAGE_MENU (object);

  g_clear_pointer (&self->popover, gtk_widget_unparent);
  g_clear_object (&self->item);

  G_OBJECT_CLASS (hub_message_menu_parent_class)->dispose (object);
}

static void
hub_message_menu_finalize (GObject *object)
{
  g_free (HUB_MESSAGE_MENU (object)->link);

  G_OBJECT_CLASS (hub_message_menu_parent_class)->finalize (object);
}

static void
hub_message_menu_class_init (HubMessageMenuClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = hub_message_menu_dispose;
  object_class->finalize = hub_message_menu_finalize;

  /**
   * HubMessageMenu::copied:
   * @self: the menu
   * @text: what to say about it, translated
   *
   * Something is in the clipboard now.
   */
  signals[SIGNAL_COPIED] = g_signal_new ("copied", HUB_TYPE_MESSAGE_MENU, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                         G_TYPE_NONE, 1, G_TYPE_STRING);
  /**
   * HubMessageMenu::retry:
   * @self: the menu
   * @item: a message that could not be sent
   *
   * The user wants it to be sent again.
   */
  signals[SIGNAL_RETRY] = g_signal_new ("retry", HUB_TYPE_MESSAGE_MENU, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                        G_TYPE_NONE, 1, HUB_TYPE_MESSAGE_ITEM);
  /**
   * HubMessageMenu::dismiss:
   * @self: the menu
   * @item: a message that could not be sent
   *
   * The user does not want to see it any more.
   */
  signals[SIGNAL_DISMISS] = g_signal_new ("dismiss", HUB_TYPE_MESSAGE_MENU, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                          G_TYPE_NONE, 1, HUB_TYPE_MESSAGE_ITEM);

  gtk_widget_class_install_action (widget_class, "messages.menu", NULL, menu_cb);
  gtk_widget_class_install_action (widget_class, "messages.copy", NULL, copy_cb);
  gtk_widget_class_install_action (widget_class, "messages.copy-link", NULL, copy_cb);
  gtk_widget_class_install_action (widget_class, "messages.retry", NULL, retry_cb);
  gtk_widget_class_install_action (widget_class, "messages.dismiss", NULL, dismiss_cb);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Menu, 0, "messages.menu", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_F10, GDK_SHIFT_MASK, "messages.menu", NULL);
}

static void
hub_message_menu_init (HubMessageMenu *self)
{
  GtkGesture *click = gtk_gesture_click_new ();
  GtkGesture *press = gtk_gesture_long_press_new ();

  self->popover = gtk_popover_menu_new_from_model (NULL);
  gtk_popover_set_has_arrow (GTK_POPOVER (self->popover), FALSE);
  gtk_widget_set_halign (self->popover, GTK_ALIGN_START);
  gtk_widget_set_parent (self->popover, GTK_WIDGET (self));

  /* Before the texts, which would show a menu of theirs. */
  gtk_gesture_single_set_button (GTK_GESTURE_SINGLE (click), GDK_BUTTON_SECONDARY);
  gtk_event_controller_set_propagation_phase (GTK_EVENT_CONTROLLER (click), GTK_PHASE_CAPTURE);
  g_signal_connect (click, "pressed", G_CALLBACK (pressed_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (click));
  gtk_gesture_single_set_touch_only (GTK_GESTURE_SINGLE (press), TRUE);
  gtk_event_controller_set_propagation_phase (GTK_EVENT_CONTROLLER (press), GTK_PHASE_CAPTURE);
  g_signal_connect (press, "pressed", G_CALLBACK (long_pressed_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (press));
}
