/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ui/hub-invite-window.h"

#include "ui/hub-invite-board.h"
#include "ui/hub-qr-code.h"
#include "ui/model/hub-format.h"
#include "ui/model/hub-invite-url.h"
#include "ui/model/hub-room-words.h"

#include <glib/gi18n-lib.h>

#define TOAST_SECONDS 3

/**
 * HubInviteWindow:
 *
 * How others join: the address as a code to scan and as text to copy, the other addresses, large for a whole room, and
 * whether others get through at all.
 *
 * It says to the invitation of its state that somebody looks, and shows what is found out meanwhile.
 */
struct _HubInviteWindow
{
  AdwWindow parent_instance;

  /* template widgets */
  AdwToastOverlay *toast_overlay;
  GtkStack *stack;
  GtkLabel *heading;
  GtkLabel *large_heading;
  HubQrCode *code;
  GtkLabel *url_label;
  GtkWidget *key_label;
  GtkWidget *copy_button;
  GtkWidget *large_button;
  GtkWidget *back_button;
  GtkWidget *pages_group;
  GtkListBox *pages_box;
  GtkWidget *reach_group;
  GtkListBox *findings_box;
  GtkWidget *firewall_group;
  GtkListBox *commands_box;
  HubInviteBoard *board;

  HubChatState *state;       /* (owned) */
  HubInvitation *invitation; /* (owned): of @state */
  char *page;                /* (owned) (nullable): the one that is shown */
  guint16 mqtt_port;         /* of the commands that are shown */
  guint16 http_port;
};

G_DEFINE_FINAL_TYPE (HubInviteWindow, hub_invite_window, ADW_TYPE_WINDOW)

static char *
dup_url (HubInviteWindow *self,
         const char *page)
{
  return hub_room_words_url (page, hub_chat_state_get_room (self->state), hub_invitation_get_key (self->invitation));
}

static void
copy (HubInviteWindow *self,
      const char *text,
      const char *told)
{
  AdwToast *toast = adw_toast_new (told);

  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)), text);
  adw_toast_set_timeout (toast, TOAST_SECONDS);
  adw_toast_overlay_add_toast (self->toast_overlay, toast);
}

static void
copy_action_cb (GtkWidget *widget,
                const char *action_name,
                GVariant *parameter)
{
  HubInviteWindow *self = HUB_INVITE_WINDOW (widget);

  if (self->page != NULL)
    copy (self, hub_qr_code_get_text (self->code), _ ("Address copied"));
}

static void
copy_page_action_cb (GtkWidget *widget,
                     const char *action_name,
                     GVariant *parameter)
{
  HubInviteWindow *self = HUB_INVITE_WINDOW (widget);
  g_autofree char *url = dup_url (self, g_variant_get_string (parameter, NULL));

  copy (self, url, _ ("Address copied"));
}

static void
copy_command_action_cb (GtkWidget *widget,
                        const char *action_name,
                        GVariant *parameter)
{
  copy (HUB_INVITE_WINDOW (widget), g_variant_get_string (parameter, NULL), _ ("Command copied"));
}

static gboolean
is_large (HubInviteWindow *self)
{
  return g_strcmp0 (gtk_stack_get_visible_child_name (self->stack), "large") == 0;
}

static void
show_large_action_cb (GtkWidget *widget,
                      const char *action_name,
                      GVariant *parameter)
{
  HubInviteWindow *self = HUB_INVITE_WINDOW (widget);

  if (self->page == NULL)
    return;
  gtk_stack_set_visible_child_name (self->stack, "large");
  gtk_window_fullscreen (GTK_WINDOW (self));
  gtk_widget_grab_focus (self->back_button);
}

static void
leave_large (HubInviteWindow *self)
{
  gtk_window_unfullscreen (GTK_WINDOW (self));
  gtk_stack_set_visible_child_name (self->stack, self->page != NULL ? "address" : "none");
  gtk_widget_grab_focus (self->large_button);
}

static void
back_action_cb (GtkWidget *widget,
                const char *action_name,
                GVariant *parameter)
{
  if (is_large (HUB_INVITE_WINDOW (widget)))
    leave_large (HUB_INVITE_WINDOW (widget));
  else
    gtk_window_close (GTK_WINDOW (widget));
}

static void
show_url (HubInviteWindow *self)
{
  HubRoom *room = hub_chat_state_get_room (self->state);
  g_autofree char *heading = NULL;
  g_autofree char *shown = NULL;
  g_autofree char *url = NULL;

  gtk_widget_set_visible (self->key_label, hub_invitation_get_key (self->invitation) != NULL);
  if (self->page == NULL)
    return;
  url = dup_url (self, self->page);
  shown = hub_invite_url_dup_shown (url);
  if (hub_format_is_for_oneself (self->page))
    heading = g_strdup (hub_format_invitation (self->page));
  else if (hub_room_get_is_everyone (room))
    heading = g_strdup (_ ("Scan or type this to join"));
  else
    /* Translators: %s is the name of a room. */
    heading = g_strdup_printf (_ ("Scan or type this to join in %s"), hub_room_get_name (room));
  gtk_label_set_label (self->heading, heading);
  gtk_label_set_label (self->large_heading, heading);
  gtk_label_set_label (self->url_label, shown);
  hub_qr_code_set_text (self->code, url);
  hub_invite_board_set_url (self->board, url);
}

static void
choose_page (HubInviteWindow *self,
             const char *page)
{
  if (g_strcmp0 (self->page, page) == 0)
    return;
  g_free (self->page);
  self->page = g_strdup (page);
  show_url (self);
}

static void
toggled_cb (GtkCheckButton *button,
            gpointer user_data)
{
  HubInviteWindow *self = HUB_INVITE_WINDOW (gtk_widget_get_root (GTK_WIDGET (button)));

  if (gtk_check_button_get_active (button))
    choose_page (self, user_data);
}

static GtkWidget *
make_copy_button (const char *label,
                  const char *action_name,
                  const char *text)
{
  GtkWidget *button = gtk_button_new_from_icon_name ("edit-copy-symbolic");

  gtk_widget_add_css_class (button, "flat");
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_set_tooltip_text (button, label);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), action_name);
  gtk_actionable_set_action_target (GTK_ACTIONABLE (button), "s", text);
  return button;
}

static GtkWidget *
make_row (const char *title)
{
  /* Without a number of lines, Arabic with a Latin word in it is not wrapped, in GTK 4.8. */
  GtkWidget *row = g_object_new (ADW_TYPE_ACTION_ROW, "use-markup", FALSE, "title", title,
                                 "title-lines", 9, "activatable", FALSE, NULL);

  /* Else it would be called by its title as well, twice. */
  gtk_accessible_reset_relation (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_RELATION_LABELLED_BY);
  gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL, title, -1);
  return row;
}

static void
free_closure (gpointer data,
              GClosure *closure)
{
  g_free (data);
}

static GtkWidget *
make_page_row (const char *page,
               GtkCheckButton *group)
{
  GtkWidget *row = make_row (page);
  GtkWidget *check = gtk_check_button_new ();
  /* Translators: %s is an address. */
  g_autofree char *label = g_strdup_printf (_ ("Copy %s"), page);

  gtk_check_button_set_group (GTK_CHECK_BUTTON (check), group);
  gtk_widget_set_valign (check, GTK_ALIGN_CENTER);
  g_signal_connect_data (check, "toggled", G_CALLBACK (toggled_cb), g_strdup (page), free_closure, 0);
  adw_action_row_add_prefix (ADW_ACTION_ROW (row), check);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), make_copy_button (label, "invite.copy-page", page));
  adw_action_row_set_activatable_widget (ADW_ACTION_ROW (row), check);
  gtk_accessible_reset_relation (GTK_ACCESSIBLE (check), GTK_ACCESSIBLE_RELATION_LABELLED_BY);
  gtk_accessible_update_property (GTK_ACCESSIBLE (check), GTK_ACCESSIBLE_PROPERTY_LABEL, page, -1);
  g_object_set_data (G_OBJECT (row), "check", check);
  return row;
}

static void
empty (GtkListBox *box)
{
  GtkListBoxRow *row;

  while ((row = gtk_list_box_get_row_at_index (box, 0)) != NULL)
    gtk_list_box_remove (box, GTK_WIDGET (row));
}

/* A row that has the focus when it goes keeps it, in GTK 4.8. */
static void
save_focus (HubInviteWindow *self,
            GtkListBox *box)
{
  GtkWidget *focus = gtk_window_get_focus (GTK_WINDOW (self));

  if (focus != NULL && gtk_widget_is_ancestor (focus, GTK_WIDGET (box)))
    gtk_widget_grab_focus (self->copy_button);
}

static void
pages_cb (HubInviteWindow *self)
{
  const char *const *pages = hub_invitation_get_pages (self->invitation);
  GtkCheckButton *group = NULL;

  save_focus (self, self->pages_box);
  empty (self->pages_box);
  choose_page (self, self->page != NULL && g_strv_contains (pages, self->page) ? self->page : pages[0]);
  for (const char *const *page = pages; *page != NULL; page++)
    {
      GtkWidget *row = make_page_row (*page, group);
      GtkCheckButton *check = g_object_get_data (G_OBJECT (row), "check");

      gtk_list_box_append (self->pages_box, row);
      gtk_check_button_set_active (check, g_str_equal (*page, self->page));
      group = group != NULL ? group : check;
    }
  gtk_widget_set_visible (self->pages_group, pages[0] != NULL && pages[1] != NULL);
  if (self->page == NULL && is_large (self))
    leave_large (self);
  else if (!is_large (self))
    gtk_stack_set_visible_child_name (self->stack, self->page != NULL ? "address" : "none");
}

static const char *
icon_of (HubFindingKind kind)
{
  static const char *const icons[] = {
    [HUB_FINDING_WAITING] = "content-loading-symbolic",
    [HUB_FINDING_GOOD] = "emblem-ok-symbolic",
    [HUB_FINDING_NOTE] = "dialog-information-symbolic",
    [HUB_FINDING_BAD] = "dialog-warning-symbolic",
  };

  return icons[kind];
}

static void
show_finding (HubInviteWindow *self,
              guint index,
              const HubFinding *finding)
{
  static const char *const classes[] = {
    [HUB_FINDING_WAITING] = "dim-label",
    [HUB_FINDING_GOOD] = "success",
    [HUB_FINDING_NOTE] = "accent",
    [HUB_FINDING_BAD] = "warning",
  };
  GtkWidget *row = GTK_WIDGET (gtk_list_box_get_row_at_index (self->findings_box, (int) index));
  /* Translators: a word for how it is, such as "Good", and a sentence. */
  g_autofree char *label = g_strdup_printf (_ ("%s: %s"), hub_reach_kind_word (finding->kind), finding->words);
  GtkImage *icon;

  if (row == NULL)
    {
      row = make_row ("");
      icon = GTK_IMAGE (gtk_image_new ());
      gtk_accessible_update_state (GTK_ACCESSIBLE (icon), GTK_ACCESSIBLE_STATE_HIDDEN, TRUE, -1);
      adw_action_row_add_prefix (ADW_ACTION_ROW (row), GTK_WIDGET (icon));
      g_object_set_data (G_OBJECT (row), "icon", icon);
      gtk_list_box_append (self->findings_box, row);
    }
  icon = g_object_get_data (G_OBJECT (row), "icon");
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), finding->words);
  gtk_image_set_from_icon_name (icon, icon_of (finding->kind));
  gtk_widget_set_css_classes (GTK_WIDGET (icon), (const char *[]){ classes[finding->kind], NULL });
  gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
}

static GtkWidget *
make_line (const char *text,
           gboolean is_command)
{
  return g_object_new (GTK_TYPE_LABEL, "label", text, "xalign", 0.0, "wrap", TRUE, "wrap-mode", PANGO_WRAP_WORD_CHAR,
                       "natural-wrap-mode", GTK_NATURAL_WRAP_NONE, "selectable", is_command, "hexpand", TRUE, NULL);
}

/* No subtitle of a row of libadwaita, which is markup in some versions. */
static void
add_command (HubInviteWindow *self,
             const char *title,
             const char *command)
{
  GtkWidget *row = gtk_list_box_row_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *lines = gtk_box_new (GTK_ORIENTATION_VERTICAL, 3);
  GtkWidget *line = make_line (command, TRUE);
  /* Translators: %s is the name of a firewall. */
  g_autofree char *copy_label = g_strdup_printf (_ ("Copy the command for %s"), title);
  g_autofree char *label = g_strdup_printf ("%s: %s", title, command);

  gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), FALSE);
  gtk_widget_add_css_class (row, "command-row");
  gtk_widget_add_css_class (line, "command");
  gtk_box_append (GTK_BOX (lines), make_line (title, FALSE));
  gtk_box_append (GTK_BOX (lines), line);
  gtk_box_append (GTK_BOX (box), lines);
  gtk_box_append (GTK_BOX (box), make_copy_button (copy_label, "invite.copy-command", command));
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), box);
  gtk_list_box_append (self->commands_box, row);
}

static void
reach_cb (HubInviteWindow *self)
{
  const HubReach *reach = hub_invitation_get_reach (self->invitation);
  g_autoptr (GPtrArray) findings = NULL;
  g_autofree char *ufw = NULL;
  g_autofree char *firewalld = NULL;

  gtk_widget_set_visible (self->reach_group, reach != NULL);
  gtk_widget_set_visible (self->firewall_group, reach != NULL && hub_reach_may_be_walled (reach));
  if (reach == NULL)
    return;
  findings = hub_reach_list_findings (reach);
  for (guint i = 0; i < findings->len; i++)
    show_finding (self, i, g_ptr_array_index (findings, i));
  if (self->mqtt_port != reach->mqtt_port || self->http_port != reach->http_port)
    {
      self->mqtt_port = reach->mqtt_port;
      self->http_port = reach->http_port;
      save_focus (self, self->commands_box);
      empty (self->commands_box);
      ufw = hub_reach_dup_ufw (reach);
      firewalld = hub_reach_dup_firewalld (reach);
      add_command (self, "ufw (Ubuntu, Debian)", ufw);
      add_command (self, "firewalld (Fedora)", firewalld);
    }
}

static void
hub_invite_window_dispose (GObject *object)
{
  HubInviteWindow *self = HUB_INVITE_WINDOW (object);

  if (self->invitation != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->invitation, self);
      hub_invitation_set_is_watched (self->invitation, FALSE);
    }
  if (self->state != NULL)
    g_signal_handlers_disconnect_by_data (self->state, self);
  gtk_widget_dispose_template (GTK_WIDGET (object), HUB_TYPE_INVITE_WINDOW);
  g_clear_object (&self->invitation);
  g_clear_object (&self->state);

  G_OBJECT_CLASS (hub_invite_window_parent_class)->dispose (object);
}

static void
hub_invite_window_finalize (GObject *object)
{
  g_free (HUB_INVITE_WINDOW (object)->page);

  G_OBJECT_CLASS (hub_invite_window_parent_class)->finalize (object);
}

static void
hub_invite_window_class_init (HubInviteWindowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = hub_invite_window_dispose;
  object_class->finalize = hub_invite_window_finalize;

  g_type_ensure (HUB_TYPE_INVITE_BOARD);
  g_type_ensure (HUB_TYPE_QR_CODE);
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/hubbub_chat/Hubbub/ui/hub-invite-window.ui");
  gtk_widget_class_bind_template_child (widget_class, HubInviteWindow, toast_overlay);
  gtk_widget_class_bind_template_child (widget_class, HubInviteWindow, stack);
  gtk_widget_class_bind_template_child (widget_class, HubInviteWindow, heading);
  gtk_widget_class_bind_template_child (widget_class, HubInviteWindow, large_heading);
  gtk_widget_class_bind_template_child (widget_class, HubInviteWindow, code);
  gtk_widget_class_bind_template_child (widget_class, HubInviteWindow, url_label);
  gtk_widget_class_bind_template_child (widget_class, HubInviteWindow, key_label);
  gtk_widget_class_bind_template_child (widget_class, HubInviteWindow, copy_button);
  gtk_widget_class_bind_template_child (widget_class, HubInviteWindow, large_button);
  gtk_widget_class_bind_template_child (widget_class, HubInviteWindow, back_button);
  gtk_widget_class_bind_template_child (widget_class, HubInviteWindow, pages_group);
  gtk_widget_class_bind_template_child (widget_class, HubInviteWindow, pages_box);
  gtk_widget_class_bind_template_child (widget_class, HubInviteWindow, reach_group);
  gtk_widget_class_bind_template_child (widget_class, HubInviteWindow, findings_box);
  gtk_widget_class_bind_template_child (widget_class, HubInviteWindow, firewall_group);
  gtk_widget_class_bind_template_child (widget_class, HubInviteWindow, commands_box);
  gtk_widget_class_bind_template_child (widget_class, HubInviteWindow, board);
  gtk_widget_class_install_action (widget_class, "invite.copy", NULL, copy_action_cb);
  gtk_widget_class_install_action (widget_class, "invite.copy-page", "s", copy_page_action_cb);
  gtk_widget_class_install_action (widget_class, "invite.copy-command", "s", copy_command_action_cb);
  gtk_widget_class_install_action (widget_class, "invite.show-large", NULL, show_large_action_cb);
  gtk_widget_class_install_action (widget_class, "invite.back", NULL, back_action_cb);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "invite.back", NULL);
}

static void
hub_invite_window_init (HubInviteWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  /* What stands on them is their name. */
  gtk_accessible_reset_property (GTK_ACCESSIBLE (self->copy_button), GTK_ACCESSIBLE_PROPERTY_LABEL);
  gtk_accessible_reset_property (GTK_ACCESSIBLE (self->large_button), GTK_ACCESSIBLE_PROPERTY_LABEL);
}

/**
 * hub_invite_window_new:
 * @parent: the window above which it opens
 * @state: (transfer none): into whose chat others are invited
 *
 * Makes the window.
 *
 * Returns: (transfer none): the window, owned by GTK until it is closed
 */
GtkWidget *
hub_invite_window_new (GtkWindow *parent,
                       HubChatState *state)
{
  HubInviteWindow *self;

  g_return_val_if_fail (HUB_IS_CHAT_STATE (state), NULL);

  self = g_object_new (HUB_TYPE_INVITE_WINDOW, "transient-for", parent, NULL);
  self->state = g_object_ref (state);
  self->invitation = g_object_ref (hub_chat_state_get_invitation (state));
  g_signal_connect_swapped (state, "notify::room", G_CALLBACK (show_url), self);
  g_signal_connect_swapped (self->invitation, "notify::key", G_CALLBACK (show_url), self);
  g_signal_connect_swapped (self->invitation, "notify::pages", G_CALLBACK (pages_cb), self);
  g_signal_connect_swapped (self->invitation, "notify::reach", G_CALLBACK (reach_cb), self);
  pages_cb (self);
  reach_cb (self);
  show_url (self);
  hub_invitation_set_is_watched (self->invitation, TRUE);
  gtk_widget_grab_focus (self->copy_button);
  return GTK_WIDGET (self);
}

/**
 * hub_invite_window_get_url:
 * @self: a window
 *
 * Returns: (nullable) (transfer none): the address that is shown, with the room password, if there is one
 */
const char *
hub_invite_window_get_url (HubInviteWindow *self)
{
  g_return_val_if_fail (HUB_IS_INVITE_WINDOW (self), NULL);

  return self->page != NULL ? hub_qr_code_get_text (self->code) : NULL;
}
