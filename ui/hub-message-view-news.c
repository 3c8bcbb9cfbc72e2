/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ui/hub-message-view-private.h"

#include "ui/model/hub-format.h"

#include <glib/gi18n-lib.h>

/* What is new for the reader of the messages: whether somebody is there to see what comes, the line above the first message that
 * they have not seen, how many those are, and the button that leads to them. */

/* It leads to what is new, and back from a piece of the history that was searched for. */
void
hub_message_view_show_new_button (HubMessageView *self)
{
  const gboolean is_detached = self->messages != NULL && hub_message_list_get_is_detached (self->messages);
  g_autofree char *text = NULL;

  gtk_widget_set_visible (self->new_button, self->n_new > 0 || is_detached);
  text = self->n_new > 0 ? hub_format_new_count (self->n_new) : g_strdup (_ ("Go to Newest"));
  adw_button_content_set_label (self->new_content, text);
  /* Else it is called so twice. */
  gtk_accessible_reset_relation (GTK_ACCESSIBLE (self->new_button), GTK_ACCESSIBLE_RELATION_LABELLED_BY);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->new_button), GTK_ACCESSIBLE_PROPERTY_LABEL, text, -1);
}

void
hub_message_view_set_n_new (HubMessageView *self,
                            guint n_new)
{
  if (self->n_new == n_new)
    return;

  self->n_new = n_new;
  hub_message_view_show_new_button (self);
}

/* GTK 4.8 cannot announce: a status whose label changes is the next best thing. */
static void
announce (HubMessageView *self,
          guint position,
          guint n_added)
{
  g_autoptr (HubMessageItem) newest = g_list_model_get_item (G_LIST_MODEL (self->messages), position);
  g_autofree char *text = NULL;

  if (n_added > 1)
    text = hub_format_new_count (n_added);
  else if (!hub_message_item_get_is_own (newest))
    text = hub_format_row_label (newest, NULL);
  else
    return;

  gtk_accessible_update_property (GTK_ACCESSIBLE (self->announcer), GTK_ACCESSIBLE_PROPERTY_LABEL, text, -1);
}

/* Whether what comes now is seen by somebody. */
gboolean
hub_message_view_is_reader_there (HubMessageView *self)
{
  return hub_follow_bin_get_is_following (self->follow_bin) &&
         (self->window == NULL || gtk_window_is_active (self->window)) && gtk_widget_get_mapped (GTK_WIDGET (self));
}

/* Own ones come from here, and what is retained, with the subscription; notes of who is here are nothing to read. */
static gboolean
is_to_be_read (HubMessageItem *item)
{
  return !hub_message_item_get_is_own (item) && !hub_message_item_get_is_retained (item) && !hub_message_item_get_is_note (item);
}

/* The line stands above the first message that came while the reader was away. */
static gboolean
wants_line (HubMessageView *self)
{
  return !hub_message_view_is_reader_there (self) &&
         (self->is_line_old || !hub_message_list_has_first_unread (self->messages));
}

static void
put_line_above (HubMessageView *self,
                HubMessageItem *item)
{
  self->is_line_old = FALSE;
  hub_message_list_set_first_unread (self->messages, item);
}

static void
put_line (HubMessageView *self,
          guint position,
          guint n_added)
{
  if (!wants_line (self))
    return;

  for (guint i = position; i < position + n_added; i++)
    {
      g_autoptr (HubMessageItem) item = g_list_model_get_item (G_LIST_MODEL (self->messages), i);

      if (is_to_be_read (item))
        {
          put_line_above (self, item);
          return;
        }
    }
}

/* Nobody has to read who has come and gone. */
static guint
count_messages (HubMessageView *self,
                guint position,
                guint n_rows)
{
  guint n_messages = 0;

  for (guint i = position; i < position + n_rows; i++)
    {
      g_autoptr (HubMessageItem) item = g_list_model_get_item (G_LIST_MODEL (self->messages), i);

      n_messages += !hub_message_item_get_is_note (item);
    }
  return n_messages;
}

/* Whether no row from @position on has come before: below news stands only what is not sent yet. */
static gboolean
is_end (GListModel *model,
        guint position)
{
  g_autoptr (HubMessageItem) item = g_list_model_get_item (model, position);

  return item == NULL || hub_message_item_is_last (item);
}

void
hub_message_view_notice_rows (HubMessageView *self,
                              guint position,
                              guint n_removed,
                              guint n_added,
                              GListModel *model)
{
  const guint n_items = g_list_model_get_n_items (model);
  guint n_messages;

  gtk_widget_set_visible (GTK_WIDGET (self->empty_page), n_items == 0);

  if (n_items == 0)
    hub_message_view_set_n_new (self, 0);
  if (n_added > 0 && is_end (model, position + n_added) && !hub_message_list_get_is_adding_past (self->messages))
    {
      n_messages = count_messages (self, position, n_added);
      if (n_messages == 0)
        return;
      if (!hub_follow_bin_get_is_following (self->follow_bin))
        hub_message_view_set_n_new (self, self->n_new + n_messages);
      put_line (self, position, n_added);
      announce (self, position + n_added - 1, n_messages);
    }
}

void
hub_message_view_notice_missed (HubMessageView *self,
                                HubMessageItem *item)
{
  if (is_to_be_read (item) && wants_line (self))
    put_line_above (self, item);
  hub_message_view_set_n_new (self, self->n_new + 1);
}

/* They have come, or gone. */
void
hub_message_view_notice_reader (HubMessageView *self)
{
  if (hub_message_view_is_reader_there (self))
    self->is_line_old = TRUE;
}
