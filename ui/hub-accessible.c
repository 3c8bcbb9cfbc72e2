/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ui/hub-accessible.h"

#include <glib/gi18n-lib.h>

static void
set_label (GtkWidget *widget,
           const char *label)
{
  gtk_accessible_update_property (GTK_ACCESSIBLE (widget), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
}

/* The text of the first label in @widget. */
static const char *
find_text (GtkWidget *widget)
{
  const char *text = GTK_IS_LABEL (widget) ? gtk_label_get_text (GTK_LABEL (widget)) : NULL;

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL && text == NULL; child = gtk_widget_get_next_sibling (child))
    text = find_text (child);
  return text;
}

static void
repair_button (GtkButton *button)
{
  GtkWidget *widget = GTK_WIDGET (button);
  const char *label = gtk_widget_get_tooltip_text (widget);

  if (gtk_button_get_label (button) != NULL)
    {
      /* Set besides the label itself, it would be said twice. */
      gtk_accessible_reset_property (GTK_ACCESSIBLE (widget), GTK_ACCESSIBLE_PROPERTY_LABEL);
      return;
    }

  if (label == NULL)
    label = find_text (widget);
  if (label == NULL && g_strcmp0 (gtk_button_get_icon_name (button), "edit-find-symbolic") == 0)
    label = _ ("Search");
  if (label != NULL)
    set_label (widget, label);
}

static void
repair_one (GtkWidget *widget)
{
  GtkRoot *root = gtk_widget_get_root (widget);
  const char *title = GTK_IS_WINDOW (root) ? gtk_window_get_title (GTK_WINDOW (root)) : NULL;

  if (GTK_IS_SEARCH_ENTRY (widget))
    set_label (widget, _ ("Search"));
  else if (GTK_IS_MENU_BUTTON (widget) && gtk_menu_button_get_label (GTK_MENU_BUTTON (widget)) == NULL)
    set_label (widget, _ ("Menu"));
  else if (GTK_IS_BUTTON (widget))
    repair_button (GTK_BUTTON (widget));
  else if ((GTK_IS_TEXT_VIEW (widget) || GTK_IS_LIST_BOX (widget)) && title != NULL)
    set_label (widget, title);
}

/**
 * hub_accessible_repair:
 * @widget: a window that GTK or libadwaita makes
 *
 * Gives what can be used in @widget the names that a screen reader should say: GTK 4.8 leaves some without one, and says
 * others twice. Not for windows of our own, whose templates say better what is what.
 */
void
hub_accessible_repair (GtkWidget *widget)
{
  g_return_if_fail (GTK_IS_WIDGET (widget));

  repair_one (widget);
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    hub_accessible_repair (child);
}

/**
 * hub_accessible_hide_empty:
 * @label: a label, whose place stays when there is nothing in it
 *
 * Hides the label from a screen reader while it is empty. For its signal `notify::label`.
 */
void
hub_accessible_hide_empty (GtkLabel *label)
{
  g_return_if_fail (GTK_IS_LABEL (label));

  gtk_accessible_update_state (GTK_ACCESSIBLE (label), GTK_ACCESSIBLE_STATE_HIDDEN, *gtk_label_get_label (label) == '\0', -1);
}
