/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ui/hub-adaptive-bin.h"

#include "ui/hub-font-scale.h"

/* Below this width, in logical pixels, two columns leave too little for the messages. It grows with the font. */
#define WIDE_MIN 620

/* No arrangement is asked to fit into less than this. */
#define NARROW_MIN 320

/**
 * HubAdaptiveBin:
 *
 * Holds, as its only child, all that a window shows, and tells whether it is narrow.
 *
 * The style class `narrow` goes with it. It decides before it lays out its child, so that whatever is bound to
 * [property@HubAdaptiveBin:is-narrow] has changed by the time it gets its place: the two arrangements never show in one
 * frame. (Breakpoints came with libadwaita 1.4.)
 */
struct _HubAdaptiveBin
{
  GtkWidget parent_instance;

  gboolean is_narrow;
};

G_DEFINE_FINAL_TYPE (HubAdaptiveBin, hub_adaptive_bin, GTK_TYPE_WIDGET)

typedef enum
{
  PROP_IS_NARROW = 1,
} HubAdaptiveBinProperty;

static GParamSpec *props[PROP_IS_NARROW + 1];

static GtkSizeRequestMode
hub_adaptive_bin_get_request_mode (GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_CONSTANT_SIZE;
}

/* The height is that of the arrangement at hand, and the smallest in either is far below that of any window. */
static void
hub_adaptive_bin_measure (GtkWidget *widget,
                          GtkOrientation orientation,
                          int for_size,
                          int *minimum,
                          int *natural,
                          int *minimum_baseline,
                          int *natural_baseline)
{
  HubAdaptiveBin *self = HUB_ADAPTIVE_BIN (widget);
  GtkWidget *child = gtk_widget_get_first_child (widget);

  if (child == NULL)
    return;

  gtk_widget_measure (child, orientation, -1, minimum, natural, NULL, NULL);
  /* Before it is narrow nobody knows how narrow it can be; and it has to be let. */
  if (orientation == GTK_ORIENTATION_HORIZONTAL && !self->is_narrow)
    *minimum = MIN (*minimum, NARROW_MIN);
}

static void
hub_adaptive_bin_size_allocate (GtkWidget *widget,
                                int width,
                                int height,
                                int baseline)
{
  HubAdaptiveBin *self = HUB_ADAPTIVE_BIN (widget);
  GtkWidget *child = gtk_widget_get_first_child (widget);
  const gboolean is_narrow = width < WIDE_MIN * hub_font_scale (widget);
  int minimum;

  if (self->is_narrow != is_narrow)
    {
      self->is_narrow = is_narrow;
      if (is_narrow)
        gtk_widget_add_css_class (widget, "narrow");
      else
        gtk_widget_remove_css_class (widget, "narrow");
      g_object_notify_by_pspec (G_OBJECT (self), props[PROP_IS_NARROW]);
    }

  if (child == NULL)
    return;

  /* Asked anew: what was measured may have been the other arrangement. */
  gtk_widget_measure (child, GTK_ORIENTATION_HORIZONTAL, -1, &minimum, NULL, NULL, NULL);
  width = MAX (width, minimum);
  gtk_widget_measure (child, GTK_ORIENTATION_VERTICAL, width, &minimum, NULL, NULL, NULL);
  gtk_widget_allocate (child, width, MAX (height, minimum), baseline, NULL);
}

static void
hub_adaptive_bin_get_property (GObject *object,
                               guint prop_id,
                               GValue *value,
                               GParamSpec *pspec)
{
  HubAdaptiveBin *self = HUB_ADAPTIVE_BIN (object);

  switch ((HubAdaptiveBinProperty) prop_id)
    {
    case PROP_IS_NARROW:
      g_value_set_boolean (value, self->is_narrow);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
hub_adaptive_bin_dispose (GObject *object)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (object))) != NULL)
    gtk_widget_unparent (child);

  G_OBJECT_CLASS (hub_adaptive_bin_parent_class)->dispose (object);
}

static void
hub_adaptive_bin_class_init (HubAdaptiveBinClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = hub_adaptive_bin_get_property;
  object_class->dispose = hub_adaptive_bin_dispose;
  widget_class->get_request_mode = hub_adaptive_bin_get_request_mode;
  widget_class->measure = hub_adaptive_bin_measure;
  widget_class->size_allocate = hub_adaptive_bin_size_allocate;

  /**
   * HubAdaptiveBin:is-narrow:
   *
   * Whether there is room for one column only.
   */
  props[PROP_IS_NARROW] = g_param_spec_boolean ("is-narrow", NULL, NULL, FALSE, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, G_N_ELEMENTS (props), props);
}

static void
hub_adaptive_bin_init (HubAdaptiveBin *self)
{
}

/**
 * hub_adaptive_bin_get_is_narrow:
 * @self: a bin
 *
 * Returns: [property@HubAdaptiveBin:is-narrow]
 */
gboolean
hub_adaptive_bin_get_is_narrow (HubAdaptiveBin *self)
{
  g_return_val_if_fail (HUB_IS_ADAPTIVE_BIN (self), FALSE);

  return self->is_narrow;
}
