/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ui/hub-start-offer.h"

#include "ui/model/hub-neighbour.h"

#include <glib/gi18n-lib.h>

/* More than these are to be found in the dialog. */
#define SHOWN_MAX 3

/* What a button is about. */
#define NEIGHBOUR_KEY "hubbub-neighbour"

/**
 * HubStartOffer:
 *
 * Buttons that join who hosts on this network, and one to go on hosting: for the first start of the program. It is visible
 * only while there is something to offer, and the user has not decided.
 */
struct _HubStartOffer
{
  AdwBin parent_instance;

  HubChatState *state; /* (owned) */
  GtkBox *joins;       /* (unowned): a button for each chat */
  GtkWidget *others;   /* (unowned): a button for those that have none */
};

G_DEFINE_FINAL_TYPE (HubStartOffer, hub_start_offer, ADW_TYPE_BIN)

static void
free_closure (gpointer data,
              GClosure *closure)
{
  g_free (data);
}

static void
join_cb (GtkWidget *button,
         const char *address)
{
  HubStartOffer *self = HUB_START_OFFER (gtk_widget_get_ancestor (button, HUB_TYPE_START_OFFER));
  g_autofree char *copy = g_strdup (address);

  /* The button goes with it. */
  hub_chat_state_join (self->state, copy);
}

static void
host_cb (GtkWidget *button)
{
  HubStartOffer *self = HUB_START_OFFER (gtk_widget_get_ancestor (button, HUB_TYPE_START_OFFER));

  hub_joining_host (hub_chat_state_get_joining (self->state));
}

static GtkWidget *
make_button (const char *text)
{
  GtkWidget *label = gtk_label_new (text);
  GtkWidget *button = gtk_button_new ();

  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_button_set_child (GTK_BUTTON (button), label);
  gtk_widget_set_halign (button, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (button, "pill");
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, text, -1);
  return button;
}

static GtkWidget *
append_button (GtkBox *box,
               const char *text)
{
  GtkWidget *button = make_button (text);

  gtk_box_append (box, button);
  return button;
}

static GtkWidget *
make_join_button (HubNeighbour *neighbour)
{
  const char *address = hub_neighbour_get_address (neighbour);
  /* Translators: %s is the name of a person or a computer. */
  g_autofree char *text = g_strdup_printf (_ ("Join %s’s chat"), hub_neighbour_get_name (neighbour));
  GtkWidget *button = make_button (text);

  gtk_widget_set_tooltip_text (button, address);
  g_object_set_data_full (G_OBJECT (button), NEIGHBOUR_KEY, g_object_ref (neighbour), g_object_unref);
  g_signal_connect_data (button, "clicked", G_CALLBACK (join_cb), g_strdup (address), free_closure, 0);
  return button;
}

/* The button among @button and those behind it that is about @neighbour. */
static GtkWidget *
find_button (GtkWidget *button,
             HubNeighbour *neighbour)
{
  while (button != NULL && !hub_neighbour_is_same (g_object_get_data (G_OBJECT (button), NEIGHBOUR_KEY), neighbour))
    button = gtk_widget_get_next_sibling (button);
  return button;
}

/* Puts the button for @neighbour behind @last, or first. Returns it. */
static GtkWidget *
put_neighbour (HubStartOffer *self,
               HubNeighbour *neighbour,
               GtkWidget *last)
{
  GtkWidget *next =
    last != NULL ? gtk_widget_get_next_sibling (last) : gtk_widget_get_first_child (GTK_WIDGET (self->joins));
  GtkWidget *button = find_button (next, neighbour);

  if (button == NULL)
    {
      button = make_join_button (neighbour);
      gtk_box_insert_child_after (self->joins, button, last);
    }
  else if (button != next)
    {
      gtk_box_reorder_child_after (self->joins, button, last);
    }
  if (last == NULL)
    gtk_widget_add_css_class (button, "suggested-action");
  else
    gtk_widget_remove_css_class (button, "suggested-action");
  return button;
}

static void
remove_behind (HubStartOffer *self,
               GtkWidget *last)
{
  GtkWidget *next;

  while ((next = last != NULL ? gtk_widget_get_next_sibling (last) : gtk_widget_get_first_child (GTK_WIDGET (self->joins))) != NULL)
    gtk_box_remove (self->joins, next);
}

/* How many chats there are, after as many buttons for them as there is room for. */
static guint
put_neighbours (HubStartOffer *self,
                GListModel *neighbours,
                GtkWidget **last)
{
  guint n_chats = 0;

  for (guint i = 0; i < g_list_model_get_n_items (neighbours); i++)
    {
      g_autoptr (HubNeighbour) neighbour = g_list_model_get_item (neighbours, i);

      if (!hub_neighbour_get_is_hubbub (neighbour))
        continue;
      if (n_chats < SHOWN_MAX)
        *last = put_neighbour (self, neighbour, *last);
      n_chats++;
    }
  return n_chats;
}

/* What stays is not made anew: somebody may be about to press it. */
static void
fill (HubStartOffer *self)
{
  GListModel *neighbours = hub_chat_state_get_neighbours (self->state);
  gboolean is_offering = hub_joining_get_is_offering (hub_chat_state_get_joining (self->state));
  GtkWidget *last = NULL;
  guint n_chats = 0;

  if (neighbours != NULL && is_offering && hub_standing_get_is_hosting (hub_chat_state_get_standing (self->state)))
    n_chats = put_neighbours (self, neighbours, &last);
  remove_behind (self, last);
  gtk_widget_set_visible (self->others, n_chats > SHOWN_MAX);
  gtk_widget_set_visible (GTK_WIDGET (self), n_chats > 0);
}

static void
hub_start_offer_dispose (GObject *object)
{
  g_clear_object (&HUB_START_OFFER (object)->state);
  G_OBJECT_CLASS (hub_start_offer_parent_class)->dispose (object);
}

static void
hub_start_offer_class_init (HubStartOfferClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = hub_start_offer_dispose;
}

static void
hub_start_offer_init (HubStartOffer *self)
{
  GtkBox *box = GTK_BOX (gtk_box_new (GTK_ORIENTATION_VERTICAL, 12));

  self->joins = GTK_BOX (gtk_box_new (GTK_ORIENTATION_VERTICAL, 12));
  gtk_box_append (box, GTK_WIDGET (self->joins));
  self->others = append_button (box, _ ("Others…"));
  gtk_actionable_set_action_name (GTK_ACTIONABLE (self->others), "win.join");
  g_signal_connect (append_button (box, _ ("Host My Own")), "clicked", G_CALLBACK (host_cb), NULL);
  adw_bin_set_child (ADW_BIN (self), GTK_WIDGET (box));
}

/**
 * hub_start_offer_new:
 * @state: who hosts on this network, and whether that is to be offered
 *
 * Returns: the widget
 */
GtkWidget *
hub_start_offer_new (HubChatState *state)
{
  HubStartOffer *self = g_object_new (HUB_TYPE_START_OFFER, NULL);
  GListModel *neighbours = hub_chat_state_get_neighbours (state);

  self->state = g_object_ref (state);
  if (neighbours != NULL)
    g_signal_connect_object (neighbours, "items-changed", G_CALLBACK (fill), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (hub_chat_state_get_joining (state), "notify::is-offering", G_CALLBACK (fill), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (hub_chat_state_get_standing (state), "notify::is-hosting", G_CALLBACK (fill), self,
                           G_CONNECT_SWAPPED);
  fill (self);
  return GTK_WIDGET (self);
}
