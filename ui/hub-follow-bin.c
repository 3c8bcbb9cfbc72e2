/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ui/hub-follow-bin.h"

#include "ui/hub-message-slot.h"

#include <math.h>

/* Rows that come into view get their true heights, and more of them come into view: it settles at once, or in a few
 * rounds when heights differ much. */
#define MAX_ROUNDS 8

/**
 * HubFollowBin:
 *
 * A scrolled list of [class@MessageSlot]s that stays at its end while it is there, and where it is when somebody has
 * scrolled up.
 *
 * GTK keeps the rows that are seen in their place when others come, and knows no end to keep to. To scroll after the
 * next frame would show every new row cut off first. So it is done here, within the allocation: the list is laid out,
 * and while its end is not in sight, scrolled and laid out again. In the same way the slots that are in sight are filled.
 *
 * Few rows stand at the bottom. The Tab key enters the list at its last visible row, visits the links of that row and
 * goes on behind the list, not through thousands of rows.
 */
struct _HubFollowBin
{
  GtkWidget parent_instance;

  /* template widgets */
  GtkScrolledWindow *scroller;
  GtkListView *list;

  GtkAdjustment *adjustment; /* (owned) */
  GtkWindow *window;         /* (unowned) (nullable) whose focus is watched */
  gboolean can_follow;       /* whether the end of the list is one */
  gboolean is_following;
  gboolean is_allocating;
  HubMessageItem *target;   /* (owned) (nullable) the message that is to stand in the middle */
  guint focus_id;           /* source: the row of the target gets the focus */
  gboolean has_moved_focus; /* the list will go to the row that got the focus: a wish to see it */
};

G_DEFINE_FINAL_TYPE (HubFollowBin, hub_follow_bin, GTK_TYPE_WIDGET)

typedef enum
{
  PROP_LIST = 1,
  PROP_IS_FOLLOWING,
} HubFollowBinProperty;

static GParamSpec *props[PROP_IS_FOLLOWING + 1];

static gboolean
is_at_end (HubFollowBin *self)
{
  const double end = gtk_adjustment_get_upper (self->adjustment) - gtk_adjustment_get_page_size (self->adjustment);

  return self->can_follow && gtk_adjustment_get_value (self->adjustment) >= end - 1.0;
}

static void
set_is_following (HubFollowBin *self,
                  gboolean is_following)
{
  if (self->is_following == is_following)
    return;

  self->is_following = is_following;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_IS_FOLLOWING]);
}

/* Asks for the allocation below. A resize, so that all above take part: those that are passed over would never learn of
 * the resizes that it causes. */
static void
queue_settle (HubFollowBin *self)
{
  gtk_widget_queue_resize (GTK_WIDGET (self));
}

/* Within an allocation it is the list that moves, otherwise somebody who scrolls. Rows come into sight by it, which
 * the allocation below has to know. */
static void
value_changed_cb (GtkAdjustment *adjustment,
                  HubFollowBin *self)
{
  if (self->is_allocating)
    return;

  set_is_following (self, is_at_end (self));
  queue_settle (self);
}

static void
focus_widget_cb (GtkWindow *window,
                 GParamSpec *pspec,
                 HubFollowBin *self)
{
  GtkWidget *focus = gtk_window_get_focus (window);

  if (focus != NULL && gtk_widget_is_ancestor (focus, GTK_WIDGET (self->list)))
    self->has_moved_focus = TRUE;
}

/* The row of the list around @widget. */
static GtkWidget *
find_row (HubFollowBin *self,
          GtkWidget *widget)
{
  while (widget != NULL && gtk_widget_get_parent (widget) != GTK_WIDGET (self->list))
    widget = gtk_widget_get_parent (widget);
  return widget;
}

static GtkWidget *
find_last_visible_row (HubFollowBin *self)
{
  GtkWidget *row = gtk_widget_get_last_child (GTK_WIDGET (self->list));

  while (row != NULL && !gtk_widget_get_child_visible (row))
    row = gtk_widget_get_prev_sibling (row);
  return row;
}

/* Fills the slots that came into sight: the list hides all rows but those. Tells whether there were any. */
static gboolean
fill_visible_slots (HubFollowBin *self)
{
  gboolean has_filled = FALSE;

  for (GtkWidget *row = find_last_visible_row (self);
       row != NULL && gtk_widget_get_child_visible (row);
       row = gtk_widget_get_prev_sibling (row))
    has_filled |= hub_message_slot_fill (HUB_MESSAGE_SLOT (gtk_widget_get_first_child (row)));

  return has_filled;
}

static GtkWidget *
find_target (HubFollowBin *self)
{
  GtkWidget *row = gtk_widget_get_first_child (GTK_WIDGET (self->list));

  while (row != NULL && (!gtk_widget_get_child_visible (row) ||
                         hub_message_slot_get_item (HUB_MESSAGE_SLOT (gtk_widget_get_first_child (row))) != self->target))
    row = gtk_widget_get_next_sibling (row);
  return row;
}

/* Brings the target into the middle, as far as it goes. Tells whether something was moved. */
static gboolean
centre_target (HubFollowBin *self)
{
  GtkWidget *row = self->target != NULL ? find_target (self) : NULL;
  const double page = gtk_adjustment_get_page_size (self->adjustment);
  const double before = gtk_adjustment_get_value (self->adjustment);
  graphene_rect_t bounds;

  if (row == NULL || !gtk_widget_compute_bounds (row, GTK_WIDGET (self->list), &bounds))
    return FALSE;
  /* Of a message that is higher than the view, the start. */
  gtk_adjustment_set_value (self->adjustment,
                            before + floor (bounds.origin.y - MAX ((page - bounds.size.height) / 2, 0)));
  return fabs (gtk_adjustment_get_value (self->adjustment) - before) >= 1;
}

static gboolean
focus_target_cb (gpointer user_data)
{
  HubFollowBin *self = user_data;
  GtkWidget *row = self->target != NULL ? find_target (self) : NULL;

  self->focus_id = 0;
  g_clear_object (&self->target);
  if (row != NULL)
    gtk_widget_grab_focus (row);
  return G_SOURCE_REMOVE;
}

static gboolean
hub_follow_bin_focus (GtkWidget *widget,
                      GtkDirectionType direction)
{
  HubFollowBin *self = HUB_FOLLOW_BIN (widget);
  GtkWidget *row;

  if (direction != GTK_DIR_TAB_FORWARD && direction != GTK_DIR_TAB_BACKWARD)
    return GTK_WIDGET_CLASS (hub_follow_bin_parent_class)->focus (widget, direction);

  row = find_row (self, gtk_root_get_focus (gtk_widget_get_root (widget)));
  if (row != NULL)
    return gtk_widget_child_focus (row, direction);

  row = find_last_visible_row (self);
  return row != NULL && gtk_widget_grab_focus (row);
}

static gboolean
hub_follow_bin_grab_focus (GtkWidget *widget)
{
  GtkWidget *row = find_last_visible_row (HUB_FOLLOW_BIN (widget));

  return row != NULL && gtk_widget_grab_focus (row);
}

static void
hub_follow_bin_measure (GtkWidget *widget,
                        GtkOrientation orientation,
                        int for_size,
                        int *minimum,
                        int *natural,
                        int *minimum_baseline,
                        int *natural_baseline)
{
  HubFollowBin *self = HUB_FOLLOW_BIN (widget);

  gtk_widget_measure (GTK_WIDGET (self->scroller), orientation, for_size, minimum, natural, NULL, NULL);
}

/* What the rows leave free below them: nothing as soon as there is something to scroll. */
static int
free_height (HubFollowBin *self)
{
  GtkWidget *last_row = gtk_widget_get_last_child (GTK_WIDGET (self->list));
  graphene_rect_t bounds;

  if (gtk_adjustment_get_upper (self->adjustment) > gtk_adjustment_get_page_size (self->adjustment))
    return 0;
  if (last_row == NULL || !gtk_widget_compute_bounds (last_row, GTK_WIDGET (self->list), &bounds))
    return 0;
  return MAX (gtk_widget_get_height (GTK_WIDGET (self->list)) - (int) ceilf (bounds.origin.y + bounds.size.height), 0);
}

static void
hub_follow_bin_size_allocate (GtkWidget *widget,
                              int width,
                              int height,
                              int baseline)
{
  HubFollowBin *self = HUB_FOLLOW_BIN (widget);
  GtkWidget *scroller = GTK_WIDGET (self->scroller);
  GtkAllocation box = { 0, 0, width, height };

  self->is_allocating = TRUE;
  gtk_widget_allocate (scroller, width, height, baseline, NULL);

  if (self->has_moved_focus)
    set_is_following (self, is_at_end (self));
  self->has_moved_focus = FALSE;

  for (guint i = 0; i < MAX_ROUNDS; i++)
    {
      const gboolean is_behind = self->is_following && !is_at_end (self);

      if (is_behind)
        gtk_adjustment_set_value (self->adjustment, gtk_adjustment_get_upper (self->adjustment));
      else if (!fill_visible_slots (self) && !centre_target (self))
        break;
      gtk_widget_queue_allocate (scroller);
      gtk_widget_allocate (scroller, width, height, baseline, NULL);
    }

  if (self->target != NULL && self->focus_id == 0 && find_target (self) != NULL)
    {
      self->focus_id = g_idle_add (focus_target_cb, self);
      g_source_set_name_by_id (self->focus_id, "hubbub focus");
    }

  /* By the alignment of the list it could not be done: it would be asked for its height at no particular width. */
  box.y = free_height (self);
  box.height -= box.y;
  if (box.y > 0)
    gtk_widget_size_allocate (scroller, &box, -1);
  self->is_allocating = FALSE;

  /* Where everything fits there is nothing to scroll: the end is in sight. */
  if (is_at_end (self))
    set_is_following (self, TRUE);
}

static void
hub_follow_bin_root (GtkWidget *widget)
{
  HubFollowBin *self = HUB_FOLLOW_BIN (widget);
  GtkRoot *root;

  GTK_WIDGET_CLASS (hub_follow_bin_parent_class)->root (widget);

  root = gtk_widget_get_root (widget);
  if (GTK_IS_WINDOW (root))
    {
      self->window = GTK_WINDOW (root);
      g_signal_connect (self->window, "notify::focus-widget", G_CALLBACK (focus_widget_cb), self);
    }
}

static void
hub_follow_bin_unroot (GtkWidget *widget)
{
  HubFollowBin *self = HUB_FOLLOW_BIN (widget);

  if (self->window != NULL)
    g_signal_handlers_disconnect_by_func (self->window, focus_widget_cb, self);
  self->window = NULL;

  GTK_WIDGET_CLASS (hub_follow_bin_parent_class)->unroot (widget);
}

static void
hub_follow_bin_get_property (GObject *object,
                             guint prop_id,
                             GValue *value,
                             GParamSpec *pspec)
{
  HubFollowBin *self = HUB_FOLLOW_BIN (object);

  switch ((HubFollowBinProperty) prop_id)
    {
    case PROP_LIST:
      g_value_set_object (value, self->list);
      break;
    case PROP_IS_FOLLOWING:
      g_value_set_boolean (value, self->is_following);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
hub_follow_bin_dispose (GObject *object)
{
  HubFollowBin *self = HUB_FOLLOW_BIN (object);

  g_clear_handle_id (&self->focus_id, g_source_remove);
  g_clear_object (&self->target);
  if (self->adjustment != NULL)
    g_signal_handlers_disconnect_by_func (self->adjustment, value_changed_cb, self);
  g_clear_object (&self->adjustment);
  gtk_widget_dispose_template (GTK_WIDGET (self), HUB_TYPE_FOLLOW_BIN);

  G_OBJECT_CLASS (hub_follow_bin_parent_class)->dispose (object);
}

static void
hub_follow_bin_class_init (HubFollowBinClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = hub_follow_bin_get_property;
  object_class->dispose = hub_follow_bin_dispose;
  widget_class->focus = hub_follow_bin_focus;
  widget_class->grab_focus = hub_follow_bin_grab_focus;
  widget_class->measure = hub_follow_bin_measure;
  widget_class->size_allocate = hub_follow_bin_size_allocate;
  widget_class->root = hub_follow_bin_root;
  widget_class->unroot = hub_follow_bin_unroot;

  /**
   * HubFollowBin:list:
   *
   * The list, to be given a model and a factory.
   */
  props[PROP_LIST] = g_param_spec_object ("list", NULL, NULL, GTK_TYPE_LIST_VIEW, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  /**
   * HubFollowBin:is-following:
   *
   * Whether the end is in sight and stays there.
   */
  props[PROP_IS_FOLLOWING] = g_param_spec_boolean ("is-following", NULL, NULL, TRUE,
                                                   G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, G_N_ELEMENTS (props), props);

  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/hubbub_chat/Hubbub/ui/hub-follow-bin.ui");
  gtk_widget_class_bind_template_child (widget_class, HubFollowBin, scroller);
  gtk_widget_class_bind_template_child (widget_class, HubFollowBin, list);
}

static void
hub_follow_bin_init (HubFollowBin *self)
{
  self->can_follow = TRUE;
  self->is_following = TRUE;
  gtk_widget_init_template (GTK_WIDGET (self));
  self->adjustment = g_object_ref (gtk_scrolled_window_get_vadjustment (self->scroller));
  g_signal_connect (self->adjustment, "value-changed", G_CALLBACK (value_changed_cb), self);
}

/**
 * hub_follow_bin_get_list:
 * @self: a bin
 *
 * Returns: (transfer none): [property@HubFollowBin:list]
 */
GtkListView *
hub_follow_bin_get_list (HubFollowBin *self)
{
  g_return_val_if_fail (HUB_IS_FOLLOW_BIN (self), NULL);

  return self->list;
}

/**
 * hub_follow_bin_set_can_follow:
 * @self: a bin
 * @can_follow: whether the end of the list is the end of what there is
 *
 * A list that goes on somewhere else has no end that could be kept to.
 */
void
hub_follow_bin_set_can_follow (HubFollowBin *self,
                               gboolean can_follow)
{
  g_return_if_fail (HUB_IS_FOLLOW_BIN (self));

  if (self->can_follow == !!can_follow)
    return;
  self->can_follow = !!can_follow;
  if (!can_follow)
    set_is_following (self, FALSE);
  queue_settle (self);
}

/**
 * hub_follow_bin_get_is_following:
 * @self: a bin
 *
 * Returns: [property@HubFollowBin:is-following]
 */
gboolean
hub_follow_bin_get_is_following (HubFollowBin *self)
{
  g_return_val_if_fail (HUB_IS_FOLLOW_BIN (self), FALSE);

  return self->is_following;
}

/**
 * hub_follow_bin_reveal:
 * @self: a bin
 * @position: of a message in the list
 *
 * Goes to a message, which stands in the middle then and has the focus, and stays there.
 */
void
hub_follow_bin_reveal (HubFollowBin *self,
                       guint position)
{
  GListModel *model;

  g_return_if_fail (HUB_IS_FOLLOW_BIN (self));

  model = G_LIST_MODEL (gtk_list_view_get_model (self->list));
  g_clear_object (&self->target);
  self->target = g_list_model_get_item (model, position);
  set_is_following (self, FALSE);
  gtk_widget_activate_action (GTK_WIDGET (self->list), "list.scroll-to-item", "u", position);
  queue_settle (self);
}

/**
 * hub_follow_bin_follow:
 * @self: a bin
 *
 * Goes to the end and stays there.
 */
void
hub_follow_bin_follow (HubFollowBin *self)
{
  g_return_if_fail (HUB_IS_FOLLOW_BIN (self));

  set_is_following (self, TRUE);
  queue_settle (self);
}
