/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ui/hub-search-view.h"

#include "ui/hub-search-result.h"
#include "ui/model/hub-fold.h"
#include "ui/model/hub-format.h"

#include <glib/gi18n-lib.h>

/* How near to the end of the results more are asked for, in heights of the view. */
#define NEAR_PAGES 1.0

/**
 * HubSearchView:
 *
 * A bar above the messages that searches in them and goes to a date, and the results, which are shown in place of the
 * messages while something is searched for.
 */
struct _HubSearchView
{
  AdwBin parent_instance;

  /* template widgets */
  GtkWidget *bar;
  GtkOrientable *fields;
  GtkEditable *entry;
  GtkDropDown *place;
  GtkMenuButton *date_button;
  GtkPopover *date_popover;
  GtkCalendar *calendar;
  GtkLabel *words;
  GtkStack *stack;
  AdwBin *content;
  GtkScrolledWindow *scroller;
  GtkListView *list;

  HubChatState *state; /* (owned) (nullable) */
  GtkWidget *last;     /* (owned) (nullable) what had the focus before */
};

G_DEFINE_FINAL_TYPE (HubSearchView, hub_search_view, ADW_TYPE_BIN)

typedef enum
{
  PROP_STATE = 1,
  PROP_CONTENT,
  PROP_IS_OPEN,
  PROP_IS_NARROW,
} HubSearchViewProperty;

static GParamSpec *props[PROP_IS_NARROW + 1];

static HubSearch *
search_of (HubSearchView *self)
{
  return hub_chat_state_get_search (self->state);
}

static void
start_search (HubSearchView *self)
{
  if (self->state == NULL)
    return;
  gtk_adjustment_set_value (gtk_scrolled_window_get_vadjustment (self->scroller), 0);
  hub_search_start (search_of (self),
                    hub_search_view_get_is_open (self) ? gtk_editable_get_text (self->entry) : "",
                    gtk_drop_down_get_selected (self->place) > 0);
}

static void
close_search (HubSearchView *self)
{
  hub_search_view_set_is_open (self, FALSE);
}

static void
ask_for_more (HubSearchView *self)
{
  GtkAdjustment *adjustment = gtk_scrolled_window_get_vadjustment (self->scroller);
  const double page = gtk_adjustment_get_page_size (adjustment);

  if (self->state == NULL || page <= 0)
    return;
  if (gtk_adjustment_get_upper (adjustment) - gtk_adjustment_get_value (adjustment) - page < page * NEAR_PAGES)
    hub_search_more (search_of (self));
}

static void
changed_cb (HubSearchView *self)
{
  const gboolean is_idle = hub_search_get_state (search_of (self)) == HUB_SEARCH_STATE_IDLE;
  g_autofree char *words = hub_search_dup_words (search_of (self));

  gtk_stack_set_visible_child_name (self->stack, is_idle ? "content" : "results");
  gtk_label_set_label (self->words, words);
  gtk_widget_set_visible (GTK_WIDGET (self->words), *words != '\0');
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->words), GTK_ACCESSIBLE_PROPERTY_LABEL, words, -1);
  ask_for_more (self);
}

/* In another room there is something else to find. */
static void
room_cb (HubSearchView *self)
{
  if (hub_search_view_get_is_open (self) && gtk_drop_down_get_selected (self->place) == 0)
    start_search (self);
}

static void
jump (HubSearchView *self,
      guint position)
{
  g_autoptr (HubMessageItem) item = g_list_model_get_item (hub_search_get_results (search_of (self)), position);

  if (item == NULL)
    return;
  /* The focus goes to the message. */
  g_clear_object (&self->last);
  close_search (self);
  hub_chat_state_jump (self->state, item);
}

static void
result_cb (HubSearchView *self,
           guint position)
{
  jump (self, position);
}

/* Searches for what is there at once, or else takes the first that was found. */
static void
activate_cb (HubSearchView *self)
{
  g_autofree char *query = hub_fold_strip (gtk_editable_get_text (self->entry));

  if (g_str_equal (query, hub_search_get_query (search_of (self))))
    jump (self, 0);
  else
    start_search (self);
}

static void
to_results (HubSearchView *self)
{
  if (g_list_model_get_n_items (hub_search_get_results (search_of (self))) > 0)
    gtk_widget_grab_focus (GTK_WIDGET (self->list));
}

static gboolean
entry_key_cb (GtkEventControllerKey *controller,
              guint keyval,
              guint keycode,
              GdkModifierType state,
              HubSearchView *self)
{
  if ((keyval != GDK_KEY_Down && keyval != GDK_KEY_KP_Down) || (state & gtk_accelerator_get_default_mod_mask ()) != 0)
    return GDK_EVENT_PROPAGATE;
  to_results (self);
  return GDK_EVENT_STOP;
}

static void
go_to_date (HubSearchView *self)
{
  g_autoptr (GDateTime) picked = gtk_calendar_get_date (self->calendar);
  g_autoptr (GDateTime) day = g_date_time_new_local (g_date_time_get_year (picked), g_date_time_get_month (picked),
                                                     g_date_time_get_day_of_month (picked), 0, 0, 0);

  gtk_popover_popdown (self->date_popover);
  g_clear_object (&self->last);
  close_search (self);
  if (day != NULL)
    hub_chat_state_go_to_date (self->state, g_date_time_to_unix (day) * G_USEC_PER_SEC);
}

static void
close_cb (GtkWidget *widget,
          const char *action_name,
          GVariant *parameter)
{
  close_search (HUB_SEARCH_VIEW (widget));
}

static void
setup_cb (HubSearchView *self,
          GtkListItem *list_item)
{
  gtk_list_item_set_child (list_item, g_object_new (HUB_TYPE_SEARCH_RESULT, NULL));
}

static void
bind_cb (HubSearchView *self,
         GtkListItem *list_item)
{
  HubMessageItem *item = gtk_list_item_get_item (list_item);
  HubSearchResult *result = HUB_SEARCH_RESULT (gtk_list_item_get_child (list_item));
  HubRoom *room = NULL;
  g_autofree char *label = hub_format_row_label (item, NULL);

  if (hub_search_get_is_everywhere (search_of (self)))
    room = hub_room_list_find (hub_chat_state_get_rooms (self->state), hub_message_item_get_topic (item));
  hub_search_result_show (result, item, hub_search_get_query (search_of (self)), room != NULL ? hub_room_get_name (room) : NULL);
  gtk_accessible_update_property (GTK_ACCESSIBLE (gtk_widget_get_parent (GTK_WIDGET (result))),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
}

static void
set_state (HubSearchView *self,
           HubChatState *state)
{
  g_autoptr (GtkNoSelection) model = NULL;

  if (!g_set_object (&self->state, state) || state == NULL)
    return;
  model = gtk_no_selection_new (g_object_ref (hub_search_get_results (search_of (self))));
  gtk_list_view_set_model (self->list, GTK_SELECTION_MODEL (model));
  g_signal_connect_object (search_of (self), "changed", G_CALLBACK (changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (state, "notify::room", G_CALLBACK (room_cb), self, G_CONNECT_SWAPPED);
  changed_cb (self);
}

static void
hub_search_view_get_property (GObject *object,
                              guint prop_id,
                              GValue *value,
                              GParamSpec *pspec)
{
  HubSearchView *self = HUB_SEARCH_VIEW (object);

  switch ((HubSearchViewProperty) prop_id)
    {
    case PROP_STATE:
      g_value_set_object (value, self->state);
      break;
    case PROP_CONTENT:
      g_value_set_object (value, adw_bin_get_child (self->content));
      break;
    case PROP_IS_OPEN:
      g_value_set_boolean (value, hub_search_view_get_is_open (self));
      break;
    case PROP_IS_NARROW:
      g_value_set_boolean (value, gtk_orientable_get_orientation (self->fields) == GTK_ORIENTATION_VERTICAL);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
hub_search_view_set_property (GObject *object,
                              guint prop_id,
                              const GValue *value,
                              GParamSpec *pspec)
{
  HubSearchView *self = HUB_SEARCH_VIEW (object);

  switch ((HubSearchViewProperty) prop_id)
    {
    case PROP_STATE:
      set_state (self, g_value_get_object (value));
      break;
    case PROP_CONTENT:
      adw_bin_set_child (self->content, g_value_get_object (value));
      break;
    case PROP_IS_OPEN:
      hub_search_view_set_is_open (self, g_value_get_boolean (value));
      break;
    case PROP_IS_NARROW:
      gtk_orientable_set_orientation (self->fields, g_value_get_boolean (value) ? GTK_ORIENTATION_VERTICAL : GTK_ORIENTATION_HORIZONTAL);
      gtk_widget_set_hexpand (GTK_WIDGET (self->place), g_value_get_boolean (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
hub_search_view_dispose (GObject *object)
{
  HubSearchView *self = HUB_SEARCH_VIEW (object);

  g_clear_object (&self->last);
  /* First: the bin would take its child away a second time. */
  adw_bin_set_child (ADW_BIN (self), NULL);
  gtk_widget_dispose_template (GTK_WIDGET (self), HUB_TYPE_SEARCH_VIEW);
  g_clear_object (&self->state);

  G_OBJECT_CLASS (hub_search_view_parent_class)->dispose (object);
}

static void
bind_template (GtkWidgetClass *widget_class)
{
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/hubbub_chat/Hubbub/ui/hub-search-view.ui");
  gtk_widget_class_bind_template_child (widget_class, HubSearchView, bar);
  gtk_widget_class_bind_template_child (widget_class, HubSearchView, fields);
  gtk_widget_class_bind_template_child (widget_class, HubSearchView, entry);
  gtk_widget_class_bind_template_child (widget_class, HubSearchView, place);
  gtk_widget_class_bind_template_child (widget_class, HubSearchView, date_button);
  gtk_widget_class_bind_template_child (widget_class, HubSearchView, date_popover);
  gtk_widget_class_bind_template_child (widget_class, HubSearchView, calendar);
  gtk_widget_class_bind_template_child (widget_class, HubSearchView, words);
  gtk_widget_class_bind_template_child (widget_class, HubSearchView, stack);
  gtk_widget_class_bind_template_child (widget_class, HubSearchView, content);
  gtk_widget_class_bind_template_child (widget_class, HubSearchView, scroller);
  gtk_widget_class_bind_template_child (widget_class, HubSearchView, list);
  gtk_widget_class_bind_template_callback (widget_class, activate_cb);
  gtk_widget_class_bind_template_callback (widget_class, close_search);
  gtk_widget_class_bind_template_callback (widget_class, entry_key_cb);
  gtk_widget_class_bind_template_callback (widget_class, go_to_date);
  gtk_widget_class_bind_template_callback (widget_class, result_cb);
  gtk_widget_class_bind_template_callback (widget_class, start_search);
  gtk_widget_class_bind_template_callback (widget_class, to_results);
}

static void
hub_search_view_class_init (HubSearchViewClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS;

  object_class->get_property = hub_search_view_get_property;
  object_class->set_property = hub_search_view_set_property;
  object_class->dispose = hub_search_view_dispose;

  /**
   * HubSearchView:state: (nullable)
   *
   * In what is searched, and who is asked.
   */
  props[PROP_STATE] = g_param_spec_object ("state", NULL, NULL, HUB_TYPE_CHAT_STATE, flags);
  /**
   * HubSearchView:content: (nullable)
   *
   * What is shown while nothing is searched for.
   */
  props[PROP_CONTENT] = g_param_spec_object ("content", NULL, NULL, GTK_TYPE_WIDGET, flags);
  /**
   * HubSearchView:is-open:
   *
   * Whether the bar is shown.
   */
  props[PROP_IS_OPEN] = g_param_spec_boolean ("is-open", NULL, NULL, FALSE, flags | G_PARAM_EXPLICIT_NOTIFY);
  /**
   * HubSearchView:is-narrow:
   *
   * Whether what is searched for and where have a line each.
   */
  props[PROP_IS_NARROW] = g_param_spec_boolean ("is-narrow", NULL, NULL, FALSE, flags);
  g_object_class_install_properties (object_class, G_N_ELEMENTS (props), props);

  bind_template (widget_class);
  gtk_widget_class_install_action (widget_class, "search.close", NULL, close_cb);
}

/* The arrows of the calendar, which GTK gives no names: back and on, by months and by years. */
static void
name_arrows (GtkWidget *widget,
             guint *n)
{
  static const char *const names[] = { N_ ("Previous Month"), N_ ("Next Month"), N_ ("Previous Year"), N_ ("Next Year") };

  if (GTK_IS_BUTTON (widget) && *n < G_N_ELEMENTS (names))
    gtk_accessible_update_property (GTK_ACCESSIBLE (widget), GTK_ACCESSIBLE_PROPERTY_LABEL, _ (names[(*n)++]), -1);
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    name_arrows (child, n);
}

static void
close_by_escape (GtkWidget *widget)
{
  GtkEventController *keys = gtk_shortcut_controller_new ();

  gtk_shortcut_controller_add_shortcut (GTK_SHORTCUT_CONTROLLER (keys),
                                        gtk_shortcut_new (gtk_keyval_trigger_new (GDK_KEY_Escape, 0),
                                                          gtk_named_action_new ("search.close")));
  gtk_widget_add_controller (widget, keys);
}

static void
hub_search_view_init (HubSearchView *self)
{
  g_autoptr (GtkListItemFactory) factory = gtk_signal_list_item_factory_new ();
  GtkAdjustment *adjustment;
  guint n_arrows = 0;

  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect_object (factory, "setup", G_CALLBACK (setup_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (factory, "bind", G_CALLBACK (bind_cb), self, G_CONNECT_SWAPPED);
  gtk_list_view_set_factory (self->list, factory);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->list), GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("Results"), -1);
  adjustment = gtk_scrolled_window_get_vadjustment (self->scroller);
  g_signal_connect_object (adjustment, "value-changed", G_CALLBACK (ask_for_more), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (adjustment, "changed", G_CALLBACK (ask_for_more), self, G_CONNECT_SWAPPED);

  name_arrows (GTK_WIDGET (self->calendar), &n_arrows);
  /* What is focused in a drop-down is the button inside. */
  gtk_accessible_update_property (GTK_ACCESSIBLE (gtk_widget_get_first_child (GTK_WIDGET (self->place))),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("Where to search"), -1);

  /* Only in the bar and among the results: elsewhere Escape belongs to whatever has the focus. */
  close_by_escape (self->bar);
  close_by_escape (GTK_WIDGET (self->scroller));
}

/**
 * hub_search_view_get_is_open:
 * @self: a view
 *
 * Returns: [property@HubSearchView:is-open]
 */
gboolean
hub_search_view_get_is_open (HubSearchView *self)
{
  g_return_val_if_fail (HUB_IS_SEARCH_VIEW (self), FALSE);

  return gtk_widget_get_visible (self->bar);
}

/**
 * hub_search_view_set_is_open:
 * @self: a view
 * @is_open: whether the bar is shown
 *
 * Sets [property@HubSearchView:is-open]. Opened, also once more, it has the focus; closed, what had it before.
 */
void
hub_search_view_set_is_open (HubSearchView *self,
                             gboolean is_open)
{
  GtkRoot *root;
  const gboolean was_open = hub_search_view_get_is_open (self);

  g_return_if_fail (HUB_IS_SEARCH_VIEW (self));

  if (!is_open && !was_open)
    return;
  root = gtk_widget_get_root (GTK_WIDGET (self));
  if (!was_open && root != NULL)
    g_set_object (&self->last, gtk_root_get_focus (root));
  gtk_widget_set_visible (self->bar, is_open);
  if (is_open)
    {
      gtk_widget_grab_focus (GTK_WIDGET (self->entry));
      gtk_editable_select_region (self->entry, 0, -1);
    }
  else if (self->last != NULL && gtk_widget_get_mapped (self->last))
    {
      gtk_widget_grab_focus (self->last);
    }
  if (!is_open)
    g_clear_object (&self->last);
  if (was_open != !!is_open)
    {
      start_search (self);
      g_object_notify_by_pspec (G_OBJECT (self), props[PROP_IS_OPEN]);
    }
}

/**
 * hub_search_view_is_in_bar:
 * @self: a view
 * @focus: (nullable): what has the focus
 *
 * Returns: whether @focus is in the bar
 */
gboolean
hub_search_view_is_in_bar (HubSearchView *self,
                           GtkWidget *focus)
{
  g_return_val_if_fail (HUB_IS_SEARCH_VIEW (self), FALSE);

  return focus != NULL && gtk_widget_is_ancestor (focus, self->bar);
}

/**
 * hub_search_view_focus_bar:
 * @self: a view
 *
 * Puts the focus where one searches.
 *
 * Returns: %TRUE when it is there; %FALSE while the bar is not shown
 */
gboolean
hub_search_view_focus_bar (HubSearchView *self)
{
  g_return_val_if_fail (HUB_IS_SEARCH_VIEW (self), FALSE);

  return hub_search_view_get_is_open (self) && gtk_widget_grab_focus (GTK_WIDGET (self->entry));
}

/**
 * hub_search_view_focus_results:
 * @self: a view
 *
 * Puts the focus on the results.
 *
 * Returns: %TRUE when it is there; %FALSE while none are shown
 */
gboolean
hub_search_view_focus_results (HubSearchView *self)
{
  g_return_val_if_fail (HUB_IS_SEARCH_VIEW (self), FALSE);

  return gtk_widget_get_mapped (GTK_WIDGET (self->list)) && gtk_widget_grab_focus (GTK_WIDGET (self->list));
}
