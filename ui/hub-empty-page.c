/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ui/hub-empty-page.h"

#include <glib/gi18n-lib.h>

static const char *
describe (HubRoom *room,
          gboolean is_offline)
{
  if (room != NULL && hub_room_get_is_read_only (room))
    return _ ("What is published here will be shown.");
  if (is_offline)
    return _ ("What you write now is kept, and sent when the connection is back.");
  if (room != NULL && !hub_room_get_is_everyone (room))
    return _ ("Write the first one. Everybody in this room will see it here.");
  return _ ("Write the first one. Everybody in this chat will see it here.");
}

static gboolean
is_offering (AdwStatusPage *page)
{
  GtkWidget *offer = adw_status_page_get_child (page);

  return offer != NULL && gtk_widget_get_visible (offer);
}

/**
 * hub_empty_page_fill:
 * @page: a page
 * @connection: how it stands with the connection
 * @room: (nullable): whose messages would be there
 *
 * Says what stands there while there are no rows; where the page has a visible child, that offers to join others. Nobody sees what is written offline, for the time being.
 */
void
hub_empty_page_fill (AdwStatusPage *page,
                     HubChatConnection connection,
                     HubRoom *room)
{
  const gboolean is_offline = connection == HUB_CHAT_CONNECTION_OFFLINE;

  gtk_widget_set_can_focus (GTK_WIDGET (page), is_offering (page));
  if (is_offering (page))
    {
      adw_status_page_set_icon_name (page, "io.github.hubbub_chat.Hubbub-symbolic");
      adw_status_page_set_title (page, _ ("Others Are Chatting Here"));
      adw_status_page_set_description (page, _ ("Join them, or host a chat of your own. You can change that later in the menu."));
      return;
    }
  adw_status_page_set_icon_name (page,
                                 is_offline ? "network-offline-symbolic" : "io.github.hubbub_chat.Hubbub-symbolic");
  adw_status_page_set_title (page, is_offline ? _ ("Not Connected") : _ ("No Messages Yet"));
  adw_status_page_set_description (page, describe (room, is_offline));
}
