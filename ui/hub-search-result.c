/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ui/hub-search-result.h"

#include "ui/model/hub-day.h"
#include "ui/model/hub-excerpt.h"
#include "ui/model/hub-format.h"

#include <glib/gi18n-lib.h>

/**
 * HubSearchResult:
 *
 * One message that was found: where, of whom and when, and what stands around the hit.
 */
struct _HubSearchResult
{
  AdwBin parent_instance;

  /* template widgets */
  GtkLabel *room_label;
  GtkLabel *name_label;
  GtkLabel *time_label;
  GtkLabel *text_label;
};

G_DEFINE_FINAL_TYPE (HubSearchResult, hub_search_result, ADW_TYPE_BIN)

static void
hub_search_result_dispose (GObject *object)
{
  /* First: the bin would take its child away a second time. */
  adw_bin_set_child (ADW_BIN (object), NULL);
  gtk_widget_dispose_template (GTK_WIDGET (object), HUB_TYPE_SEARCH_RESULT);

  G_OBJECT_CLASS (hub_search_result_parent_class)->dispose (object);
}

static void
hub_search_result_class_init (HubSearchResultClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = hub_search_result_dispose;
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/hubbub_chat/Hubbub/ui/hub-search-result.ui");
  gtk_widget_class_bind_template_child (widget_class, HubSearchResult, room_label);
  gtk_widget_class_bind_template_child (widget_class, HubSearchResult, name_label);
  gtk_widget_class_bind_template_child (widget_class, HubSearchResult, time_label);
  gtk_widget_class_bind_template_child (widget_class, HubSearchResult, text_label);
}

static void
hub_search_result_init (HubSearchResult *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

static void
show_name (HubSearchResult *self,
           HubMessageItem *item)
{
  const char *name = hub_message_item_get_name (item);
  const gboolean is_own = hub_message_item_get_is_own (item);
  const char *const classes[] = { "message-name", is_own ? "own" : hub_format_name_class (name), NULL };
  g_autofree char *shown = is_own ? g_strdup (_ ("You")) : hub_format_name (name);

  gtk_widget_set_css_classes (GTK_WIDGET (self->name_label), (const char **) classes);
  gtk_label_set_label (self->name_label, shown);
  gtk_widget_set_visible (GTK_WIDGET (self->name_label), *shown != '\0');
}

static void
show_time (HubSearchResult *self,
           HubMessageItem *item)
{
  const gint64 today = hub_day_of_time (g_get_real_time (), NULL);
  g_autofree char *day = hub_day_format (hub_message_item_get_day (item), today);
  g_autofree char *time = hub_format_time (hub_message_item_get_time (item), NULL);
  /* Translators: a day and a time: "Yesterday, 09:17". */
  g_autofree char *both = g_strdup_printf (_ ("%s, %s"), day, time);

  gtk_label_set_label (self->time_label, both);
}

/**
 * hub_search_result_show:
 * @self: a result
 * @item: the message that was found
 * @query: what was searched for
 * @room: (nullable): the name of its room, where that is of interest
 *
 * Shows a message, with what was searched for in bold.
 */
void
hub_search_result_show (HubSearchResult *self,
                        HubMessageItem *item,
                        const char *query,
                        const char *room)
{
  g_autofree char *text = NULL;
  const gboolean is_rtl = gtk_widget_get_direction (GTK_WIDGET (self)) == GTK_TEXT_DIR_RTL;

  g_return_if_fail (HUB_IS_SEARCH_RESULT (self));
  g_return_if_fail (HUB_IS_MESSAGE_ITEM (item));

  text = hub_excerpt_markup (hub_message_item_get_text (item), query);
  gtk_label_set_label (self->room_label, room != NULL ? room : "");
  gtk_widget_set_visible (GTK_WIDGET (self->room_label), room != NULL);
  show_name (self, item);
  show_time (self, item);
  gtk_label_set_label (self->text_label, text);
  gtk_label_set_xalign (self->text_label, hub_format_is_rtl (hub_message_item_get_text (item)) != is_rtl ? 1.0f : 0.0f);
}
