/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ui/hub-font-scale.h"

/**
 * hub_font_scale:
 * @widget: a widget
 *
 * How much larger than usual the user wants text to be. Widths that leave room for text are multiplied by it.
 *
 * Returns: 1.0, or the factor
 */
double
hub_font_scale (GtkWidget *widget)
{
  int dpi = -1;

  g_return_val_if_fail (GTK_IS_WIDGET (widget), 1.0);

  /* In 1/1024 of a dot; -1 where nobody set it. */
  g_object_get (gtk_widget_get_settings (widget), "gtk-xft-dpi", &dpi, NULL);
  return dpi > 0 ? dpi / 1024.0 / 96.0 : 1.0;
}
