/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ui/hub-composer-private.h"

#include <glib/gi18n-lib.h>

/* Where the parts of a composer stand: under each other beside the table, or in three lines under it. */

#define GRID_COLUMNS 3

/* The heights of the message, in pixels: beside the table it has room, under it the table needs that. */
#define WIDE_HEIGHT_MIN 118
#define WIDE_HEIGHT_MAX 260
#define COMPACT_HEIGHT_MIN 36
#define COMPACT_HEIGHT_MAX 120

static void
place (HubComposer *self,
       GtkWidget *child,
       const GdkRectangle *cells)
{
  GtkLayoutManager *layout = gtk_widget_get_layout_manager (GTK_WIDGET (self->grid));

  g_object_set (gtk_layout_manager_get_layout_child (layout, child),
                "column", cells->x,
                "row", cells->y,
                "column-span", cells->width,
                "row-span", cells->height,
                NULL);
}

/* Where everything stands. The children never change parents: focus and text stay as they are. */
void
hub_composer_arrange (HubComposer *self)
{
  const gboolean is_compact = self->is_compact;
  const struct
  {
    GtkWidget *child;
    GdkRectangle wide;
    GdkRectangle compact;
  } places[] = {
    { self->name_label, { 0, 1, GRID_COLUMNS, 1 }, { 0, 1, 1, 1 } },
    { GTK_WIDGET (self->name_entry), { 0, 2, GRID_COLUMNS, 1 }, { 1, 1, 2, 1 } },
    { self->message_label, { 0, 3, GRID_COLUMNS, 1 }, { 0, 3, GRID_COLUMNS, 1 } },
    { self->message_area, { 0, 4, GRID_COLUMNS, 1 }, { 0, 4, 2, 1 } },
    { GTK_WIDGET (self->publish_button), { 0, 6, GRID_COLUMNS, 1 }, { 2, 4, 1, 1 } },
    { GTK_WIDGET (self->counter), { 0, 5, GRID_COLUMNS, 1 }, { 0, 5, GRID_COLUMNS, 1 } },
    { GTK_WIDGET (self->hint), { 0, 7, GRID_COLUMNS, 1 }, { 0, 7, GRID_COLUMNS, 1 } },
    { self->read_only_label, { 0, 8, GRID_COLUMNS, 1 }, { 0, 8, GRID_COLUMNS, 1 } },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (places); i++)
    place (self, places[i].child, is_compact ? &places[i].compact : &places[i].wide);

  gtk_widget_set_visible (self->heading, !is_compact);
  gtk_widget_set_visible (self->message_label, !is_compact && !self->is_read_only);
  gtk_widget_set_visible (self->message_area, !self->is_read_only);
  gtk_widget_set_visible (GTK_WIDGET (self->counter), !self->is_read_only);
  gtk_widget_set_visible (GTK_WIDGET (self->publish_button), !self->is_read_only);
  gtk_widget_set_visible (GTK_WIDGET (self->hint), !is_compact && !self->is_read_only);
  gtk_widget_set_visible (self->read_only_label, self->is_read_only);

  /* A scroll bar would make it taller than a line. */
  gtk_scrolled_window_set_policy (self->scroller, GTK_POLICY_NEVER, is_compact ? GTK_POLICY_EXTERNAL : GTK_POLICY_AUTOMATIC);
  /* In this order, as the smallest may never be above the largest. */
  gtk_scrolled_window_set_min_content_height (self->scroller, -1);
  gtk_scrolled_window_set_max_content_height (self->scroller, is_compact ? COMPACT_HEIGHT_MAX : WIDE_HEIGHT_MAX);
  gtk_scrolled_window_set_min_content_height (self->scroller, is_compact ? COMPACT_HEIGHT_MIN : WIDE_HEIGHT_MIN);

  /* Translators: the short label of "Publish Message", where room is scarce. */
  gtk_button_set_label (self->publish_button, is_compact ? _ ("_Publish") : _ ("_Publish Message"));
  gtk_widget_set_valign (GTK_WIDGET (self->publish_button), is_compact ? GTK_ALIGN_END : GTK_ALIGN_FILL);
  /* Its label would say it a second time. */
  gtk_accessible_reset_relation (GTK_ACCESSIBLE (self->publish_button), GTK_ACCESSIBLE_RELATION_LABELLED_BY);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->publish_button),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("Publish Message"), -1);

  if (is_compact)
    gtk_widget_add_css_class (GTK_WIDGET (self), "compact");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self), "compact");
}
