/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ui/hub-window.h"

#include "ui/hub-about.h"
#include "ui/hub-accessible.h"
#include "ui/hub-adaptive-bin.h"
#include "ui/hub-composer.h"
#include "ui/hub-invite-card.h"
#include "ui/hub-join-dialog.h"
#include "ui/hub-message-view.h"
#include "ui/hub-people-popover.h"
#include "ui/hub-rooms-popover.h"
#include "ui/hub-search-view.h"
#include "ui/hub-split.h"
#include "ui/hub-start-offer.h"
#include "ui/hub-status-badge.h"
#include "ui/hub-ui-resources.h"
#include "ui/hub-window-door.h"
#include "ui/hub-window-private.h"
#include "ui/model/hub-people-words.h"
#include "ui/model/hub-room-words.h"

#include <glib/gi18n-lib.h>

/* Hubbub's own small notices go away by themselves. */
#define TOAST_SECONDS 3

/**
 * HubWindow:
 *
 * The window of the chat. It shows a [class@ChatState] and asks it for what the user wants; it knows of no network.
 *
 * The application provides the action `app.quit`; the rest of the keyboard is set up here.
 */
struct _HubWindow
{
  AdwApplicationWindow parent_instance;

  /* template widgets */
  HubAdaptiveBin *adaptive_bin;
  AdwToastOverlay *toast_overlay;
  AdwHeaderBar *header_bar;
  GtkMenuButton *menu_button;
  GtkMenuButton *people_button;
  GtkLabel *people_count;
  GtkPopover *people_popover;
  GtkMenuButton *rooms_button;
  GtkLabel *rooms_count;
  GtkWidget *problem_bar;
  GtkWidget *start_page;
  GtkLabel *problem_label;
  HubComposer *composer;
  HubMessageView *message_view;
  HubSearchView *search_view;

  HubChatState *state;  /* (owned) */
  GSettings *settings;  /* (owned) (nullable) */
  GBindingGroup *draft; /* (owned): of the room that is shown, with the composer */
  GtkWidget *join;      /* (unowned) (nullable): the dialog, while it is open */
};

G_DEFINE_FINAL_TYPE (HubWindow, hub_window, ADW_TYPE_APPLICATION_WINDOW)

typedef enum
{
  PROP_STATE = 1,
  PROP_SETTINGS,
} HubWindowProperty;

static GParamSpec *props[PROP_SETTINGS + 1];

/* The keys that have to be known to the application: those in a shortcut controller of the window come too late, after
 * the text view has taken Ctrl+Return for a line break. */
static const struct
{
  const char *action;
  const char *keys[3];
} accels[] = {
  { "win.publish", { "<Control>Return", "<Control>KP_Enter", NULL } },
  { "win.search", { "<Control>f", NULL } },
  { "win.join", { "<Control>j", NULL } },
  { "win.invite", { "<Control>i", NULL } },
  { "win.show-help-overlay", { "<Control>question", NULL } },
  { "window.close", { "<Control>w", NULL } },
  { "app.preferences", { "<Control>comma", NULL } },
  { "app.quit", { "<Control>q", NULL } },
};

static char *
subtitle (HubWindow *self,
          const char *title_detail,
          gboolean is_narrow)
{
  return g_strdup (is_narrow || title_detail == NULL ? "" : title_detail);
}

static char *
title (HubWindow *self,
       HubRoom *room)
{
  return hub_room_words_title (room);
}

static gboolean
publish_cb (HubWindow *self,
            const char *text)
{
  return hub_chat_state_publish (self->state, text);
}

static char *
recall_cb (HubWindow *self)
{
  return g_strdup (hub_message_list_get_last_own (hub_chat_state_get_messages (self->state)));
}

static void
typing_cb (HubWindow *self)
{
  hub_chat_state_type (self->state);
}

/* In the narrow header there is no room for the number; the button says it all the same. */
static void
n_people_cb (HubWindow *self)
{
  const guint n_people = hub_people_list_get_n_people (hub_chat_state_get_people (self->state));
  g_autofree char *count = g_strdup_printf ("%u", n_people);
  g_autofree char *words = hub_people_words_here (n_people);

  gtk_label_set_label (self->people_count, count);
  gtk_widget_set_visible (GTK_WIDGET (self->people_count), n_people > 0 && !hub_adaptive_bin_get_is_narrow (self->adaptive_bin));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->people_button), GTK_ACCESSIBLE_PROPERTY_LABEL, words, -1);
}

static void
retry_cb (HubWindow *self,
          HubMessageItem *item)
{
  hub_chat_state_retry (self->state, item);
}

static void
dismiss_cb (HubWindow *self,
            HubMessageItem *item)
{
  hub_chat_state_dismiss (self->state, item);
}

static void
copied_cb (HubWindow *self)
{
  gtk_popover_popdown (self->people_popover);
  hub_window_show_toast (self, _ ("Address copied"));
}

static void
room_opened_cb (HubWindow *self)
{
  hub_composer_focus (self->composer);
}

static void
room_cb (HubWindow *self)
{
  HubRoom *room = hub_chat_state_get_room (self->state);
  g_autofree char *words = hub_room_words_title (room);

  gtk_window_set_title (GTK_WINDOW (self), words);
  g_binding_group_set_source (self->draft, room);
}

static void
is_read_cb (HubWindow *self)
{
  gboolean is_read;

  g_object_get (self->message_view, "is-read", &is_read, NULL);
  hub_chat_state_set_is_reading (self->state, is_read);
}

static void
unread_cb (HubWindow *self)
{
  const guint n_unread = hub_chat_state_get_unread_elsewhere (self->state);
  g_autofree char *count = hub_room_words_count (n_unread);
  g_autofree char *words = hub_room_words_button (n_unread);

  gtk_label_set_label (self->rooms_count, count);
  gtk_widget_set_visible (GTK_WIDGET (self->rooms_count), n_unread > 0);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->rooms_button), GTK_ACCESSIBLE_PROPERTY_LABEL, words, -1);
}

static void
problem_dismissed_cb (HubWindow *self)
{
  gtk_widget_set_visible (self->problem_bar, FALSE);
  hub_composer_focus (self->composer);
}

static void
problem_cb (HubWindow *self)
{
  const char *problem = hub_standing_get_problem (hub_chat_state_get_standing (self->state));

  gtk_label_set_label (self->problem_label, problem != NULL ? problem : "");
  gtk_widget_set_visible (self->problem_bar, problem != NULL);
}

static void
is_hosting_cb (HubWindow *self)
{
  const gboolean is_waiting = hub_hosting_get_is_waiting (hub_chat_state_get_hosting (self->state));

  gtk_widget_action_set_enabled (GTK_WIDGET (self), "win.leave",
                                 !is_waiting && !hub_standing_get_is_hosting (hub_chat_state_get_standing (self->state)));
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "win.host", is_waiting);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "win.search", !is_waiting);
  gtk_widget_set_visible (self->start_page, is_waiting);
}

static void
join_cb (HubWindow *self,
         const char *address)
{
  hub_chat_state_join (self->state, address);
}

static void
publish_action_cb (GtkWidget *widget,
                   const char *action_name,
                   GVariant *parameter)
{
  hub_composer_publish (HUB_WINDOW (widget)->composer);
}

static void
search_action_cb (GtkWidget *widget,
                  const char *action_name,
                  GVariant *parameter)
{
  hub_search_view_set_is_open (HUB_WINDOW (widget)->search_view, TRUE);
}

static void
show_join_dialog (HubWindow *self)
{
  if (self->join != NULL)
    gtk_window_destroy (GTK_WINDOW (self->join));
  g_set_weak_pointer (&self->join, hub_join_dialog_new (GTK_WINDOW (self), self->state));
  g_signal_connect_object (self->join, "join", G_CALLBACK (join_cb), self, G_CONNECT_SWAPPED);
  gtk_window_present (GTK_WINDOW (self->join));
}

/* A host wants to hear a password. */
static void
asked_by_cb (HubWindow *self)
{
  if (gtk_widget_get_mapped (GTK_WIDGET (self)) && hub_joining_get_asked_by (hub_chat_state_get_joining (self->state)) != NULL)
    show_join_dialog (self);
}

static void
join_action_cb (GtkWidget *widget,
                const char *action_name,
                GVariant *parameter)
{
  show_join_dialog (HUB_WINDOW (widget));
}

static void
host_action_cb (GtkWidget *widget,
                const char *action_name,
                GVariant *parameter)
{
  hub_hosting_host (hub_chat_state_get_hosting (HUB_WINDOW (widget)->state));
}

static void
leave_action_cb (GtkWidget *widget,
                 const char *action_name,
                 GVariant *parameter)
{
  hub_chat_state_leave (HUB_WINDOW (widget)->state);
}

static void
about_action_cb (GtkWidget *widget,
                 const char *action_name,
                 GVariant *parameter)
{
  gtk_window_present (GTK_WINDOW (hub_about_new (GTK_WINDOW (widget))));
}

/* The areas that F6 visits, in turn. */
typedef enum
{
  AREA_INPUT,
  AREA_SEARCH,
  AREA_MESSAGES,
  AREA_HEADER,
  N_AREAS,
} Area;

static gboolean
focus_area (HubWindow *self,
            Area area)
{
  switch (area)
    {
    case AREA_INPUT:
      return hub_composer_focus (self->composer);
    case AREA_SEARCH:
      return hub_search_view_focus_bar (self->search_view);
    case AREA_MESSAGES:
      if (gtk_widget_get_visible (self->start_page))
        return gtk_widget_child_focus (self->start_page, GTK_DIR_TAB_FORWARD);
      return gtk_widget_get_mapped (GTK_WIDGET (self->message_view)) ? hub_message_view_focus (self->message_view)
                                                                     : hub_search_view_focus_results (self->search_view);
    case AREA_HEADER:
    case N_AREAS:
    default:
      return gtk_widget_grab_focus (GTK_WIDGET (self->menu_button));
    }
}

/* What has the focus; @other when that is elsewhere. */
static Area
find_area (HubWindow *self,
           Area other)
{
  GtkWidget *focus = gtk_window_get_focus (GTK_WINDOW (self));

  if (focus == NULL)
    return other;
  if (hub_search_view_is_in_bar (self->search_view, focus))
    return AREA_SEARCH;
  if (gtk_widget_is_ancestor (focus, GTK_WIDGET (self->search_view)) || gtk_widget_is_ancestor (focus, self->start_page))
    return AREA_MESSAGES;
  if (gtk_widget_is_ancestor (focus, GTK_WIDGET (self->composer)))
    return AREA_INPUT;
  return gtk_widget_is_ancestor (focus, GTK_WIDGET (self->header_bar)) ? AREA_HEADER : other;
}

/* One that does not take the focus is passed over. */
static void
area_action_cb (GtkWidget *widget,
                const char *action_name,
                GVariant *parameter)
{
  HubWindow *self = HUB_WINDOW (widget);
  const guint step = g_str_equal (action_name, "win.next-area") ? 1 : N_AREAS - 1;
  const Area current = find_area (self, N_AREAS - step);

  for (guint i = 1; i <= N_AREAS; i++)
    if (focus_area (self, (current + i * step) % N_AREAS))
      return;
}

/* The application has given the window its shortcuts window, and gets the keys of this one. */
static void
application_cb (HubWindow *self)
{
  GtkApplication *application = gtk_window_get_application (GTK_WINDOW (self));

  GtkShortcutsWindow *shortcuts = gtk_application_window_get_help_overlay (GTK_APPLICATION_WINDOW (self));

  if (shortcuts != NULL)
    hub_accessible_repair (GTK_WIDGET (shortcuts));
  if (application == NULL)
    return;
  for (gsize i = 0; i < G_N_ELEMENTS (accels); i++)
    gtk_application_set_accels_for_action (application, accels[i].action, accels[i].keys);
}

static void
hub_window_get_property (GObject *object,
                         guint prop_id,
                         GValue *value,
                         GParamSpec *pspec)
{
  HubWindow *self = HUB_WINDOW (object);

  switch ((HubWindowProperty) prop_id)
    {
    case PROP_STATE:
      g_value_set_object (value, self->state);
      break;
    case PROP_SETTINGS:
      g_value_set_object (value, self->settings);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
hub_window_set_property (GObject *object,
                         guint prop_id,
                         const GValue *value,
                         GParamSpec *pspec)
{
  HubWindow *self = HUB_WINDOW (object);

  switch ((HubWindowProperty) prop_id)
    {
    case PROP_STATE:
      self->state = g_value_dup_object (value);
      break;
    case PROP_SETTINGS:
      self->settings = g_value_dup_object (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
hub_window_constructed (GObject *object)
{
  HubWindow *self = HUB_WINDOW (object);
  HubStanding *standing = hub_chat_state_get_standing (self->state);
  g_autoptr (GPropertyAction) enter_publishes = NULL;

  G_OBJECT_CLASS (hub_window_parent_class)->constructed (object);

  if (self->state == NULL)
    self->state = hub_chat_state_new ();

  g_object_bind_property (self->state, "name", self->composer, "name", G_BINDING_SYNC_CREATE | G_BINDING_BIDIRECTIONAL);
  g_signal_connect_object (hub_chat_state_get_people (self->state), "notify::n-people", G_CALLBACK (n_people_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->adaptive_bin, "notify::is-narrow", G_CALLBACK (n_people_cb), self, G_CONNECT_SWAPPED);
  n_people_cb (self);
  g_binding_group_bind (self->draft, "draft", self->composer, "text", G_BINDING_SYNC_CREATE | G_BINDING_BIDIRECTIONAL);
  g_signal_connect_object (self->state, "notify::room", G_CALLBACK (room_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->state, "notify::unread-elsewhere", G_CALLBACK (unread_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->message_view, "notify::is-read", G_CALLBACK (is_read_cb), self, G_CONNECT_SWAPPED);
  room_cb (self);
  unread_cb (self);
  g_signal_connect_object (standing, "notify::problem", G_CALLBACK (problem_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (standing, "notify::is-hosting", G_CALLBACK (is_hosting_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (hub_chat_state_get_hosting (self->state), "notify::is-waiting", G_CALLBACK (is_hosting_cb), self,
                           G_CONNECT_SWAPPED);
  problem_cb (self);
  is_hosting_cb (self);
  hub_message_view_set_offer (self->message_view, hub_start_offer_new (self->state));
  g_signal_connect_object (hub_chat_state_get_joining (self->state), "notify::asked-by", G_CALLBACK (asked_by_cb), self,
                           G_CONNECT_SWAPPED);
  /* Where it was asked before there was a window, it is asked when one can see it. */
  g_signal_connect (self, "map", G_CALLBACK (asked_by_cb), NULL);
  hub_window_watch_door (self);
  hub_window_watch_invite (self);
  hub_window_watch_succeed (self);

  if (self->settings != NULL)
    {
      g_settings_bind (self->settings, "window-width", self, "default-width", G_SETTINGS_BIND_DEFAULT);
      g_settings_bind (self->settings, "window-height", self, "default-height", G_SETTINGS_BIND_DEFAULT);
      g_settings_bind (self->settings, "is-maximized", self, "maximized", G_SETTINGS_BIND_DEFAULT);
      g_settings_bind (self->settings, "enter-publishes", self->composer, "enter-publishes", G_SETTINGS_BIND_DEFAULT);
    }
  enter_publishes = g_property_action_new ("enter-publishes", self->composer, "enter-publishes");
  g_action_map_add_action (G_ACTION_MAP (self), G_ACTION (enter_publishes));

  g_signal_connect (self, "notify::application", G_CALLBACK (application_cb), NULL);
  application_cb (self);
  hub_composer_focus (self->composer);
}

static void
hub_window_dispose (GObject *object)
{
  HubWindow *self = HUB_WINDOW (object);

  /* It holds the composer, which would outlive what it is bound to. */
  g_action_map_remove_action (G_ACTION_MAP (self), "enter-publishes");
  g_clear_weak_pointer (&self->join);
  /* First: what the composer holds when it goes is no draft. */
  g_clear_object (&self->draft);
  if (self->state != NULL)
    hub_chat_state_set_is_reading (self->state, FALSE);
  gtk_widget_dispose_template (GTK_WIDGET (self), HUB_TYPE_WINDOW);
  g_clear_object (&self->settings);
  g_clear_object (&self->state);

  G_OBJECT_CLASS (hub_window_parent_class)->dispose (object);
}

static void
bind_template (GtkWidgetClass *widget_class)
{
  /* Named here, so that the linker keeps the resources of this static library. It may return NULL while the thread of a
   * broker registers those of the program; a template waits for that. */
  hub_ui_get_resource ();
  g_type_ensure (HUB_TYPE_ADAPTIVE_BIN);
  g_type_ensure (HUB_TYPE_CHAT_STATE);
  g_type_ensure (HUB_TYPE_COMPOSER);
  g_type_ensure (HUB_TYPE_INVITE_CARD);
  g_type_ensure (HUB_TYPE_MESSAGE_VIEW);
  g_type_ensure (HUB_TYPE_PEOPLE_POPOVER);
  g_type_ensure (HUB_TYPE_ROOMS_POPOVER);
  g_type_ensure (HUB_TYPE_SEARCH_VIEW);
  g_type_ensure (HUB_TYPE_SPLIT);
  g_type_ensure (HUB_TYPE_STATUS_BADGE);

  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/hubbub_chat/Hubbub/ui/hub-window.ui");
  gtk_widget_class_bind_template_child (widget_class, HubWindow, adaptive_bin);
  gtk_widget_class_bind_template_child (widget_class, HubWindow, toast_overlay);
  gtk_widget_class_bind_template_child (widget_class, HubWindow, header_bar);
  gtk_widget_class_bind_template_child (widget_class, HubWindow, menu_button);
  gtk_widget_class_bind_template_child (widget_class, HubWindow, people_button);
  gtk_widget_class_bind_template_child (widget_class, HubWindow, people_count);
  gtk_widget_class_bind_template_child (widget_class, HubWindow, people_popover);
  gtk_widget_class_bind_template_child (widget_class, HubWindow, rooms_button);
  gtk_widget_class_bind_template_child (widget_class, HubWindow, rooms_count);
  gtk_widget_class_bind_template_child (widget_class, HubWindow, problem_bar);
  gtk_widget_class_bind_template_child (widget_class, HubWindow, start_page);
  gtk_widget_class_bind_template_child (widget_class, HubWindow, problem_label);
  gtk_widget_class_bind_template_child (widget_class, HubWindow, composer);
  gtk_widget_class_bind_template_child (widget_class, HubWindow, message_view);
  gtk_widget_class_bind_template_child (widget_class, HubWindow, search_view);
  gtk_widget_class_bind_template_callback (widget_class, copied_cb);
  gtk_widget_class_bind_template_callback (widget_class, dismiss_cb);
  gtk_widget_class_bind_template_callback (widget_class, hub_window_show_toast);
  gtk_widget_class_bind_template_callback (widget_class, problem_dismissed_cb);
  gtk_widget_class_bind_template_callback (widget_class, publish_cb);
  gtk_widget_class_bind_template_callback (widget_class, recall_cb);
  gtk_widget_class_bind_template_callback (widget_class, retry_cb);
  gtk_widget_class_bind_template_callback (widget_class, subtitle);
  gtk_widget_class_bind_template_callback (widget_class, typing_cb);
  gtk_widget_class_bind_template_callback (widget_class, hub_accessible_hide_empty);
  gtk_widget_class_bind_template_callback (widget_class, problem_dismissed_cb);
  gtk_widget_class_bind_template_callback (widget_class, publish_cb);
  gtk_widget_class_bind_template_callback (widget_class, room_opened_cb);
  gtk_widget_class_bind_template_callback (widget_class, subtitle);
  gtk_widget_class_bind_template_callback (widget_class, title);
}

static void
hub_window_class_init (HubWindowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS;

  object_class->get_property = hub_window_get_property;
  object_class->set_property = hub_window_set_property;
  object_class->constructed = hub_window_constructed;
  object_class->dispose = hub_window_dispose;

  /**
   * HubWindow:state:
   *
   * What is shown, and who is asked for what the user wants.
   */
  props[PROP_STATE] = g_param_spec_object ("state", NULL, NULL, HUB_TYPE_CHAT_STATE, flags);
  /**
   * HubWindow:settings: (nullable)
   *
   * Where the size of the window is kept, under the keys `window-width`, `window-height` and `is-maximized`, and what Enter
   * does, under `enter-publishes`.
   */
  props[PROP_SETTINGS] = g_param_spec_object ("settings", NULL, NULL, G_TYPE_SETTINGS, flags);
  g_object_class_install_properties (object_class, G_N_ELEMENTS (props), props);

  bind_template (widget_class);
  hub_window_class_install_door (widget_class);
  hub_window_class_install_invite (widget_class);
  hub_window_class_install_succeed (widget_class);
  gtk_widget_class_install_action (widget_class, "win.publish", NULL, publish_action_cb);
  gtk_widget_class_install_action (widget_class, "win.search", NULL, search_action_cb);
  gtk_widget_class_install_action (widget_class, "win.join", NULL, join_action_cb);
  gtk_widget_class_install_action (widget_class, "win.host", NULL, host_action_cb);
  gtk_widget_class_install_action (widget_class, "win.leave", NULL, leave_action_cb);
  gtk_widget_class_install_action (widget_class, "win.about", NULL, about_action_cb);
  gtk_widget_class_install_action (widget_class, "win.next-area", NULL, area_action_cb);
  gtk_widget_class_install_action (widget_class, "win.previous-area", NULL, area_action_cb);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_F6, 0, "win.next-area", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_F6, GDK_SHIFT_MASK, "win.previous-area", NULL);
}

static void
hub_window_init (HubWindow *self)
{
  self->draft = g_binding_group_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * hub_window_new:
 * @application: the application
 * @state: (transfer none): what is shown
 * @settings: (nullable) (transfer none): where the size of the window is kept
 *
 * Makes the window. It is not shown yet.
 *
 * Returns: (transfer none): the window, owned by GTK until it is closed
 */
HubWindow *
hub_window_new (GtkApplication *application,
                HubChatState *state,
                GSettings *settings)
{
  return g_object_new (HUB_TYPE_WINDOW, "application", application, "state", state, "settings", settings, NULL);
}

/**
 * hub_window_get_state:
 * @self: a window
 *
 * Returns: (transfer none): [property@HubWindow:state]
 */
HubChatState *
hub_window_get_state (HubWindow *self)
{
  g_return_val_if_fail (HUB_IS_WINDOW (self), NULL);

  return self->state;
}

/**
 * hub_window_focus_message:
 * @self: a window
 *
 * Puts the focus where one writes.
 */
void
hub_window_focus_message (HubWindow *self)
{
  g_return_if_fail (HUB_IS_WINDOW (self));

  hub_composer_focus (self->composer);
}

/**
 * hub_window_show_toast:
 * @self: a window
 * @text: one short sentence, translated
 *
 * Shows a small notice for a moment.
 */
void
hub_window_show_toast (HubWindow *self,
                       const char *text)
{
  g_autofree char *escaped = NULL;
  AdwToast *toast;

  g_return_if_fail (HUB_IS_WINDOW (self));
  g_return_if_fail (text != NULL);

  /* Titles of toasts are markup, and names of people may come into them. */
  escaped = g_markup_escape_text (text, -1);
  toast = adw_toast_new (escaped);
  adw_toast_set_timeout (toast, TOAST_SECONDS);
  adw_toast_overlay_add_toast (self->toast_overlay, toast);
}
