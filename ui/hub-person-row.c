/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ui/hub-person-row.h"

#include "ui/model/hub-format.h"
#include "ui/model/hub-people-words.h"

/**
 * HubPersonRow:
 *
 * One of the people here: a dot in the colour of the name, the name, and below it how and where they take part.
 */
struct _HubPersonRow
{
  GtkWidget parent_instance;

  /* template widgets */
  GtkWidget *dot;
  GtkLabel *name;
  GtkLabel *suffix;
  GtkLabel *details;

  HubPerson *person; /* (owned) (nullable) */
  HubName *who;      /* (owned) (nullable) of the person */
  gulong on_person;
  gulong on_shared; /* of @who */
};

G_DEFINE_FINAL_TYPE (HubPersonRow, hub_person_row, GTK_TYPE_WIDGET)

typedef enum
{
  PROP_PERSON = 1,
} HubPersonRowProperty;

static GParamSpec *props[PROP_PERSON + 1];

/* What is focused and read out is not this widget but the list's own around it. */
static void
update_label (HubPersonRow *self)
{
  GtkWidget *parent = gtk_widget_get_parent (GTK_WIDGET (self));
  const char *details = gtk_label_get_label (self->details);
  const char *suffix = gtk_label_get_label (self->suffix);
  g_autofree char *label = NULL;

  if (parent == NULL)
    return;
  label = g_strconcat (gtk_label_get_label (self->name),
                       *suffix != '\0' ? " " : "",
                       suffix,
                       *details != '\0' ? ", " : "",
                       details,
                       NULL);
  gtk_accessible_update_property (GTK_ACCESSIBLE (parent), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
}

static void
show_person (HubPersonRow *self)
{
  const char *const classes[] = { "person-dot", hub_format_name_class (hub_person_get_name (self->person)), NULL };
  const gboolean is_shared = hub_person_has_shared_name (self->person);
  g_autofree char *name = hub_people_words_label (self->person);
  g_autofree char *suffix = hub_people_words_suffix (hub_person_get_from (self->person));
  g_autofree char *details = hub_people_words_details (self->person);

  gtk_widget_set_css_classes (self->dot, (const char **) classes);
  gtk_label_set_label (self->name, name);
  /* The box keeps the distance, on the right side in both directions. */
  gtk_label_set_label (self->suffix, is_shared ? g_strchug (suffix) : "");
  gtk_widget_set_visible (GTK_WIDGET (self->suffix), is_shared);
  gtk_label_set_label (self->details, details);
  gtk_widget_set_visible (GTK_WIDGET (self->details), *details != '\0');
  update_label (self);
}

static void
set_who (HubPersonRow *self,
         HubName *who)
{
  g_clear_signal_handler (&self->on_shared, self->who);
  g_set_object (&self->who, who);
  if (who != NULL)
    self->on_shared = g_signal_connect_swapped (who, "notify::is-shared", G_CALLBACK (show_person), self);
}

static void
person_cb (HubPersonRow *self)
{
  set_who (self, hub_person_get_who (self->person));
  show_person (self);
}

static void
hub_person_row_get_property (GObject *object,
                             guint prop_id,
                             GValue *value,
                             GParamSpec *pspec)
{
  switch ((HubPersonRowProperty) prop_id)
    {
    case PROP_PERSON:
      g_value_set_object (value, HUB_PERSON_ROW (object)->person);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
hub_person_row_set_property (GObject *object,
                             guint prop_id,
                             const GValue *value,
                             GParamSpec *pspec)
{
  switch ((HubPersonRowProperty) prop_id)
    {
    case PROP_PERSON:
      hub_person_row_set_person (HUB_PERSON_ROW (object), g_value_get_object (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
hub_person_row_dispose (GObject *object)
{
  HubPersonRow *self = HUB_PERSON_ROW (object);
  GtkWidget *child;

  set_who (self, NULL);
  g_clear_signal_handler (&self->on_person, self->person);
  g_clear_object (&self->person);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_widget_unparent (child);
  gtk_widget_dispose_template (GTK_WIDGET (self), HUB_TYPE_PERSON_ROW);

  G_OBJECT_CLASS (hub_person_row_parent_class)->dispose (object);
}

static void
hub_person_row_class_init (HubPersonRowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = hub_person_row_get_property;
  object_class->set_property = hub_person_row_set_property;
  object_class->dispose = hub_person_row_dispose;

  /**
   * HubPersonRow:person: (nullable)
   *
   * Whom the row shows.
   */
  props[PROP_PERSON] = g_param_spec_object ("person", NULL, NULL, HUB_TYPE_PERSON,
                                            G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, G_N_ELEMENTS (props), props);

  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/hubbub_chat/Hubbub/ui/hub-person-row.ui");
  gtk_widget_class_bind_template_child (widget_class, HubPersonRow, dot);
  gtk_widget_class_bind_template_child (widget_class, HubPersonRow, name);
  gtk_widget_class_bind_template_child (widget_class, HubPersonRow, suffix);
  gtk_widget_class_bind_template_child (widget_class, HubPersonRow, details);
  gtk_widget_class_set_css_name (widget_class, "person");
}

static void
hub_person_row_init (HubPersonRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect (self, "notify::parent", G_CALLBACK (update_label), NULL);
}

/**
 * hub_person_row_get_person:
 * @self: a row
 *
 * Returns: (nullable) (transfer none): [property@HubPersonRow:person]
 */
HubPerson *
hub_person_row_get_person (HubPersonRow *self)
{
  g_return_val_if_fail (HUB_IS_PERSON_ROW (self), NULL);

  return self->person;
}

/**
 * hub_person_row_set_person:
 * @self: a row
 * @person: (nullable): whom the row shows
 *
 * Sets [property@HubPersonRow:person].
 */
void
hub_person_row_set_person (HubPersonRow *self,
                           HubPerson *person)
{
  g_return_if_fail (HUB_IS_PERSON_ROW (self));
  g_return_if_fail (person == NULL || HUB_IS_PERSON (person));

  if (self->person == person)
    return;

  set_who (self, NULL);
  g_clear_signal_handler (&self->on_person, self->person);
  g_set_object (&self->person, person);
  if (person != NULL)
    {
      self->on_person = g_signal_connect_swapped (person, "notify", G_CALLBACK (person_cb), self);
      person_cb (self);
    }
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_PERSON]);
}
