/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ui/hub-message-layout.h"

#include "ui/hub-font-scale.h"

/* The column of names: this part of the width, within these bounds, which grow with the font. */
#define NAME_WIDTH_PART 0.24
#define NAME_WIDTH_MIN 84
#define NAME_WIDTH_MAX 132
#define COLUMN_GAP 10

#define MAX_CHILDREN 5

/* The cell that takes no room. */
#define OVER 4

/**
 * HubMessageLayout:
 *
 * Lays out a row of the table: its first child is the name, the second the text, the third what stands at the end, and the
 * fourth, where there is one, what stands behind the name and shares its column. A fifth lies above the end of the text and
 * takes no room.
 *
 * The width of the columns follows from the width of the row alone. So headings and rows agree without a size group,
 * which would measure all rows again whenever one of them changes. First lines share their baseline; the column of a
 * hidden name stays free.
 */
struct _HubMessageLayout
{
  GtkLayoutManager parent_instance;
};

G_DEFINE_FINAL_TYPE (HubMessageLayout, hub_message_layout, GTK_TYPE_LAYOUT_MANAGER)

/* One child, and the box it gets. */
typedef struct
{
  GtkWidget *widget; /* (unowned) (nullable) */
  int x;
  int width;
  int height;
  int baseline;
} Cell;

typedef struct
{
  Cell cells[MAX_CHILDREN];
  int height;
  int baseline;
} Row;

static int
name_column_width (GtkWidget *widget,
                   int width)
{
  const double scale = hub_font_scale (widget);

  return CLAMP (width * NAME_WIDTH_PART, NAME_WIDTH_MIN * scale, NAME_WIDTH_MAX * scale);
}

static void
find_children (GtkWidget *widget,
               Row *row)
{
  GtkWidget *child = gtk_widget_get_first_child (widget);

  for (guint i = 0; i < MAX_CHILDREN && child != NULL; i++)
    {
      row->cells[i].widget = gtk_widget_should_layout (child) ? child : NULL;
      child = gtk_widget_get_next_sibling (child);
    }
}

static void
measure_cell_width (Cell *cell,
                    int *minimum,
                    int *natural)
{
  *minimum = 0;
  *natural = 0;
  if (cell->widget != NULL)
    gtk_widget_measure (cell->widget, GTK_ORIENTATION_HORIZONTAL, -1, minimum, natural, NULL, NULL);
}

/* The columns of a row of @width, left to right. */
static void
place_columns (GtkWidget *widget,
               int width,
               Row *row)
{
  Cell *name = &row->cells[0];
  Cell *text = &row->cells[1];
  Cell *end = &row->cells[2];
  Cell *suffix = &row->cells[3];
  Cell *over = &row->cells[OVER];
  const int name_width = name_column_width (widget, width);
  int minimum;

  measure_cell_width (suffix, &minimum, &suffix->width);
  name->width = MAX (name_width - suffix->width, 1);
  suffix->x = name_width - suffix->width;
  measure_cell_width (end, &minimum, &end->width);
  text->x = name_width + COLUMN_GAP;
  text->width = MAX (width - text->x - (end->width > 0 ? COLUMN_GAP + end->width : 0), 1);
  end->x = width - end->width;
  measure_cell_width (over, &minimum, &over->width);
  over->x = end->x - over->width;
}

/* The heights of the cells, and of the row around them, first lines on one baseline. */
static void
place_lines (Row *row)
{
  int above = 0;
  int below = 0;

  for (guint i = 0; i < MAX_CHILDREN; i++)
    {
      Cell *cell = &row->cells[i];
      int baseline = -1;
      int natural_baseline = -1;
      int natural = 0;

      if (cell->widget == NULL)
        continue;
      gtk_widget_measure (cell->widget, GTK_ORIENTATION_VERTICAL, cell->width, &cell->height, &natural, &baseline,
                          &natural_baseline);
      cell->baseline = baseline >= 0 ? baseline : cell->height;
      if (i == OVER)
        continue;
      above = MAX (above, cell->baseline);
      below = MAX (below, cell->height - cell->baseline);
    }
  row->height = above + below;
  row->baseline = above;
}

static GtkSizeRequestMode
hub_message_layout_get_request_mode (GtkLayoutManager *manager,
                                     GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

static void
hub_message_layout_measure (GtkLayoutManager *manager,
                            GtkWidget *widget,
                            GtkOrientation orientation,
                            int for_size,
                            int *minimum,
                            int *natural,
                            int *minimum_baseline,
                            int *natural_baseline)
{
  Row row = { 0 };
  int text_minimum;
  int text_natural;
  int end_minimum;
  int end_natural;

  find_children (widget, &row);
  measure_cell_width (&row.cells[1], &text_minimum, &text_natural);
  measure_cell_width (&row.cells[2], &end_minimum, &end_natural);

  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    {
      *minimum = name_column_width (widget, 0) + 2 * COLUMN_GAP + text_minimum + end_natural;
      *natural = name_column_width (widget, G_MAXINT) + 2 * COLUMN_GAP + text_natural + end_natural;
      return;
    }

  if (for_size < 0)
    hub_message_layout_measure (manager, widget, GTK_ORIENTATION_HORIZONTAL, -1, &for_size, natural, NULL, NULL);
  place_columns (widget, for_size, &row);
  place_lines (&row);
  *minimum = row.height;
  *natural = row.height;
  *minimum_baseline = row.baseline;
  *natural_baseline = row.baseline;
}

static void
hub_message_layout_allocate (GtkLayoutManager *manager,
                             GtkWidget *widget,
                             int width,
                             int height,
                             int baseline)
{
  const gboolean is_rtl = gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL;
  Row row = { 0 };

  find_children (widget, &row);
  place_columns (widget, width, &row);
  place_lines (&row);

  for (guint i = 0; i < MAX_CHILDREN; i++)
    {
      const Cell *cell = &row.cells[i];
      GtkAllocation box = { cell->x, row.baseline - cell->baseline, cell->width, cell->height };

      if (cell->widget == NULL)
        continue;
      if (i == OVER)
        box.y = 0;
      if (is_rtl)
        box.x = width - box.x - box.width;
      gtk_widget_size_allocate (cell->widget, &box, -1);
    }
}

static void
hub_message_layout_class_init (HubMessageLayoutClass *klass)
{
  GtkLayoutManagerClass *layout_class = GTK_LAYOUT_MANAGER_CLASS (klass);

  layout_class->get_request_mode = hub_message_layout_get_request_mode;
  layout_class->measure = hub_message_layout_measure;
  layout_class->allocate = hub_message_layout_allocate;
}

static void
hub_message_layout_init (HubMessageLayout *self)
{
}
