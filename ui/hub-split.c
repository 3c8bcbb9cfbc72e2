/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ui/hub-split.h"

#include "ui/hub-font-scale.h"

/* The input beside the output: this part of the width, within these bounds, which grow with the font. */
#define INPUT_PART 0.32
#define INPUT_MIN 284
#define INPUT_MAX 330

/**
 * HubSplit:
 *
 * Input and Output, its first and its second child: side by side, or, when narrow, the output above and the input under
 * it, at the thumb. The children keep their places in the tree, so that focus and Tab order are the same in both.
 */
struct _HubSplit
{
  GtkWidget parent_instance;

  gboolean is_narrow;
};

G_DEFINE_FINAL_TYPE (HubSplit, hub_split, GTK_TYPE_WIDGET)

typedef enum
{
  PROP_IS_NARROW = 1,
} HubSplitProperty;

static GParamSpec *props[PROP_IS_NARROW + 1];

/* A scrolled window measures its child at no particular width; so the child is asked itself. */
static int
input_height (GtkWidget *input,
              int width)
{
  GtkWidget *child = GTK_IS_SCROLLED_WINDOW (input) ? gtk_scrolled_window_get_child (GTK_SCROLLED_WINDOW (input)) : NULL;
  GtkBorder edge;
  int input_minimum;
  int natural;

  gtk_widget_measure (input, GTK_ORIENTATION_VERTICAL, width, &input_minimum, &natural, NULL, NULL);
  if (child != NULL)
    {
      gtk_style_context_get_border (gtk_widget_get_style_context (input), &edge);
      gtk_widget_measure (child, GTK_ORIENTATION_VERTICAL, width, NULL, &natural, NULL, NULL);
      natural += edge.top + edge.bottom;
    }
  return MAX (input_minimum, natural);
}

static int
input_width (GtkWidget *widget,
             int width)
{
  GtkWidget *input = gtk_widget_get_first_child (widget);
  const double scale = hub_font_scale (widget);
  int minimum;

  gtk_widget_measure (input, GTK_ORIENTATION_HORIZONTAL, -1, &minimum, NULL, NULL, NULL);

  return MAX (minimum, (int) CLAMP (width * INPUT_PART, INPUT_MIN * scale, INPUT_MAX * scale));
}

static void
hub_split_measure (GtkWidget *widget,
                   GtkOrientation orientation,
                   int for_size,
                   int *minimum,
                   int *natural,
                   int *minimum_baseline,
                   int *natural_baseline)
{
  HubSplit *self = HUB_SPLIT (widget);
  GtkWidget *input = gtk_widget_get_first_child (widget);
  GtkWidget *output = gtk_widget_get_last_child (widget);
  int input_minimum;
  int input_natural;
  int output_minimum;
  int output_natural;

  gtk_widget_measure (input, orientation, -1, &input_minimum, &input_natural, NULL, NULL);
  gtk_widget_measure (output, orientation, -1, &output_minimum, &output_natural, NULL, NULL);

  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    {
      /* Always that of one column: else a wide window could not be made narrow. */
      *minimum = MAX (input_minimum, output_minimum);
      *natural = input_natural + output_natural;
    }
  else if (self->is_narrow)
    {
      *minimum = input_minimum + output_minimum;
      *natural = input_natural + output_natural;
    }
  else
    {
      *minimum = MAX (input_minimum, output_minimum);
      *natural = MAX (input_natural, output_natural);
    }
}

static void
hub_split_size_allocate (GtkWidget *widget,
                         int width,
                         int height,
                         int baseline)
{
  HubSplit *self = HUB_SPLIT (widget);
  GtkWidget *input = gtk_widget_get_first_child (widget);
  GtkWidget *output = gtk_widget_get_last_child (widget);
  GtkAllocation input_box = { 0, 0, width, height };
  GtkAllocation output_box = { 0, 0, width, height };

  if (self->is_narrow)
    {
      int output_minimum;

      gtk_widget_measure (output, GTK_ORIENTATION_VERTICAL, width, &output_minimum, NULL, NULL, NULL);
      input_box.height = MIN (input_height (input, width), height - output_minimum);
      output_box.height = height - input_box.height;
      input_box.y = output_box.height;
    }
  else
    {
      input_box.width = input_width (widget, width);
      output_box.width = width - input_box.width;
      if (gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL)
        input_box.x = output_box.width;
      else
        output_box.x = input_box.width;
    }

  gtk_widget_size_allocate (input, &input_box, -1);
  gtk_widget_size_allocate (output, &output_box, -1);
}

static void
hub_split_get_property (GObject *object,
                        guint prop_id,
                        GValue *value,
                        GParamSpec *pspec)
{
  switch ((HubSplitProperty) prop_id)
    {
    case PROP_IS_NARROW:
      g_value_set_boolean (value, HUB_SPLIT (object)->is_narrow);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
hub_split_set_property (GObject *object,
                        guint prop_id,
                        const GValue *value,
                        GParamSpec *pspec)
{
  switch ((HubSplitProperty) prop_id)
    {
    case PROP_IS_NARROW:
      hub_split_set_is_narrow (HUB_SPLIT (object), g_value_get_boolean (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
hub_split_dispose (GObject *object)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (object))) != NULL)
    gtk_widget_unparent (child);

  G_OBJECT_CLASS (hub_split_parent_class)->dispose (object);
}

static void
hub_split_class_init (HubSplitClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = hub_split_get_property;
  object_class->set_property = hub_split_set_property;
  object_class->dispose = hub_split_dispose;
  widget_class->measure = hub_split_measure;
  widget_class->size_allocate = hub_split_size_allocate;

  /**
   * HubSplit:is-narrow:
   *
   * Whether the children stand one above the other.
   */
  props[PROP_IS_NARROW] = g_param_spec_boolean ("is-narrow", NULL, NULL, FALSE,
                                                G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, G_N_ELEMENTS (props), props);
}

static void
hub_split_init (HubSplit *self)
{
}

/**
 * hub_split_get_is_narrow:
 * @self: a split
 *
 * Returns: [property@HubSplit:is-narrow]
 */
gboolean
hub_split_get_is_narrow (HubSplit *self)
{
  g_return_val_if_fail (HUB_IS_SPLIT (self), FALSE);

  return self->is_narrow;
}

/**
 * hub_split_set_is_narrow:
 * @self: a split
 * @is_narrow: whether the children stand one above the other
 *
 * Sets [property@HubSplit:is-narrow].
 */
void
hub_split_set_is_narrow (HubSplit *self,
                         gboolean is_narrow)
{
  g_return_if_fail (HUB_IS_SPLIT (self));

  if (self->is_narrow == !!is_narrow)
    return;

  self->is_narrow = !!is_narrow;
  gtk_widget_queue_resize (GTK_WIDGET (self));
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_IS_NARROW]);
}
