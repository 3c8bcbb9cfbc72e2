/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ui/hub-people-popover.h"

#include "ui/hub-person-row.h"

/**
 * HubPeoplePopover:
 *
 * Who is here; and below that, where it is shown, how others join.
 */
struct _HubPeoplePopover
{
  GtkPopover parent_instance;

  /* template widgets */
  GtkWidget *nobody;
  GtkWidget *scroller;
  GtkListView *list;
  AdwBin *footer_bin;

  HubPeopleList *people; /* (owned) (nullable) */
};

G_DEFINE_FINAL_TYPE (HubPeoplePopover, hub_people_popover, GTK_TYPE_POPOVER)

typedef enum
{
  PROP_PEOPLE = 1,
  PROP_FOOTER,
  PROP_IS_FOOTER_SHOWN,
} HubPeoplePopoverProperty;

static GParamSpec *props[PROP_IS_FOOTER_SHOWN + 1];

static void
n_people_cb (HubPeoplePopover *self)
{
  const gboolean is_empty = self->people == NULL || hub_people_list_get_n_people (self->people) == 0;

  gtk_widget_set_visible (self->nobody, is_empty);
  gtk_widget_set_visible (self->scroller, !is_empty);
}

/* Else the address below would be chosen, all of it. */
static void
hub_people_popover_show (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (hub_people_popover_parent_class)->show (widget);

  gtk_widget_child_focus (GTK_WIDGET (HUB_PEOPLE_POPOVER (widget)->list), GTK_DIR_TAB_FORWARD);
}

static void
hub_people_popover_get_property (GObject *object,
                                 guint prop_id,
                                 GValue *value,
                                 GParamSpec *pspec)
{
  switch ((HubPeoplePopoverProperty) prop_id)
    {
    case PROP_PEOPLE:
      g_value_set_object (value, HUB_PEOPLE_POPOVER (object)->people);
      break;
    case PROP_FOOTER:
      g_value_set_object (value, adw_bin_get_child (HUB_PEOPLE_POPOVER (object)->footer_bin));
      break;
    case PROP_IS_FOOTER_SHOWN:
      g_value_set_boolean (value, gtk_widget_get_visible (GTK_WIDGET (HUB_PEOPLE_POPOVER (object)->footer_bin)));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
hub_people_popover_set_property (GObject *object,
                                 guint prop_id,
                                 const GValue *value,
                                 GParamSpec *pspec)
{
  switch ((HubPeoplePopoverProperty) prop_id)
    {
    case PROP_PEOPLE:
      hub_people_popover_set_people (HUB_PEOPLE_POPOVER (object), g_value_get_object (value));
      break;
    case PROP_FOOTER:
      adw_bin_set_child (HUB_PEOPLE_POPOVER (object)->footer_bin, g_value_get_object (value));
      break;
    case PROP_IS_FOOTER_SHOWN:
      gtk_widget_set_visible (GTK_WIDGET (HUB_PEOPLE_POPOVER (object)->footer_bin), g_value_get_boolean (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
hub_people_popover_dispose (GObject *object)
{
  HubPeoplePopover *self = HUB_PEOPLE_POPOVER (object);

  if (self->people != NULL)
    g_signal_handlers_disconnect_by_data (self->people, self);
  g_clear_object (&self->people);
  gtk_widget_dispose_template (GTK_WIDGET (self), HUB_TYPE_PEOPLE_POPOVER);

  G_OBJECT_CLASS (hub_people_popover_parent_class)->dispose (object);
}

static void
hub_people_popover_class_init (HubPeoplePopoverClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = hub_people_popover_get_property;
  object_class->set_property = hub_people_popover_set_property;
  object_class->dispose = hub_people_popover_dispose;
  widget_class->show = hub_people_popover_show;

  /**
   * HubPeoplePopover:people: (nullable)
   *
   * Who is here.
   */
  props[PROP_PEOPLE] = g_param_spec_object ("people", NULL, NULL, HUB_TYPE_PEOPLE_LIST,
                                            G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  /**
   * HubPeoplePopover:footer: (nullable)
   *
   * What stands below the people.
   */
  props[PROP_FOOTER] = g_param_spec_object ("footer", NULL, NULL, GTK_TYPE_WIDGET,
                                            G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  /**
   * HubPeoplePopover:is-footer-shown:
   *
   * Whether [property@HubPeoplePopover:footer] is shown.
   */
  props[PROP_IS_FOOTER_SHOWN] = g_param_spec_boolean ("is-footer-shown", NULL, NULL, FALSE,
                                                      G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, G_N_ELEMENTS (props), props);

  /* Rows are made by a factory, from a template of their own. */
  g_type_ensure (HUB_TYPE_PERSON_ROW);
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/hubbub_chat/Hubbub/ui/hub-people-popover.ui");
  gtk_widget_class_bind_template_child (widget_class, HubPeoplePopover, nobody);
  gtk_widget_class_bind_template_child (widget_class, HubPeoplePopover, scroller);
  gtk_widget_class_bind_template_child (widget_class, HubPeoplePopover, list);
  gtk_widget_class_bind_template_child (widget_class, HubPeoplePopover, footer_bin);
}

static void
hub_people_popover_init (HubPeoplePopover *self)
{
  g_autoptr (GtkListItemFactory) factory = NULL;

  gtk_widget_init_template (GTK_WIDGET (self));
  factory = gtk_builder_list_item_factory_new_from_resource (NULL, "/io/github/hubbub_chat/Hubbub/ui/hub-person-item.ui");
  gtk_list_view_set_factory (self->list, factory);
}

/**
 * hub_people_popover_get_people:
 * @self: a popover
 *
 * Returns: (nullable) (transfer none): [property@HubPeoplePopover:people]
 */
HubPeopleList *
hub_people_popover_get_people (HubPeoplePopover *self)
{
  g_return_val_if_fail (HUB_IS_PEOPLE_POPOVER (self), NULL);

  return self->people;
}

/**
 * hub_people_popover_set_people:
 * @self: a popover
 * @people: (nullable): who is here
 *
 * Sets [property@HubPeoplePopover:people].
 */
void
hub_people_popover_set_people (HubPeoplePopover *self,
                               HubPeopleList *people)
{
  g_autoptr (GtkNoSelection) model = NULL;

  g_return_if_fail (HUB_IS_PEOPLE_POPOVER (self));
  g_return_if_fail (people == NULL || HUB_IS_PEOPLE_LIST (people));

  if (self->people == people)
    return;

  if (self->people != NULL)
    g_signal_handlers_disconnect_by_data (self->people, self);
  g_set_object (&self->people, people);
  model = people != NULL ? gtk_no_selection_new (g_object_ref (G_LIST_MODEL (people))) : NULL;
  gtk_list_view_set_model (self->list, GTK_SELECTION_MODEL (model));
  if (people != NULL)
    g_signal_connect_swapped (people, "notify::n-people", G_CALLBACK (n_people_cb), self);
  n_people_cb (self);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_PEOPLE]);
}
