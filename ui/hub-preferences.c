/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ui/hub-preferences.h"

#include "ui/hub-accessible.h"
#include "ui/hub-choice-row.h"
#include "ui/hub-password-row.h"

#include <glib/gi18n-lib.h>

/* Those below belong to the system. */
#define PORT_MIN 1024
#define PORT_MAX 65535

/**
 * HubPreferences:
 *
 * What the user can set. Each setting is a key of the schema, and takes effect at once.
 *
 * It is put together here since AdwPreferencesWindow, up to 1.2, never lets go of its groups, and what they are bound to.
 */
struct _HubPreferences
{
  AdwWindow parent_instance;

  /* template widgets */
  AdwToastOverlay *toast_overlay;
  GtkEditable *name_row;
  GtkWidget *enter_publishes;
  GtkWidget *do_not_disturb;
  GtkWidget *sound;
  AdwComboRow *color_scheme;
  GtkWidget *run_in_background;
  GtkWidget *start_at_login;
  GtkWidget *host_on_start;
  HubPasswordRow *room_password;
  GtkWidget *allow_outside;
  AdwPreferencesGroup *ports_group;
  GtkEditable *http_port;
  GtkEditable *mqtt_port;
  GtkLabel *ports_problem;
  AdwComboRow *history_days;
  AdwComboRow *history_messages;
  GtkWidget *clear_history;

  HubHosting *hosting; /* (owned) */
  GSettings *settings; /* (owned) */
};

G_DEFINE_FINAL_TYPE (HubPreferences, hub_preferences, ADW_TYPE_WINDOW)

static const char *const schemes[] = { "default", "light", "dark" };

static gboolean
get_scheme (GValue *value,
            GVariant *variant,
            gpointer user_data)
{
  for (guint i = 0; i < G_N_ELEMENTS (schemes); i++)
    if (g_str_equal (schemes[i], g_variant_get_string (variant, NULL)))
      g_value_set_uint (value, i);
  return TRUE;
}

static GVariant *
set_scheme (const GValue *value,
            const GVariantType *type,
            gpointer user_data)
{
  const guint selected = g_value_get_uint (value);

  return selected < G_N_ELEMENTS (schemes) ? g_variant_new_string (schemes[selected]) : NULL;
}

static char *
days_words (int days)
{
  if (days == 0)
    /* Translators: how long messages are kept. */
    return g_strdup (_ ("For ever"));
  if (days == 365)
    return g_strdup (_ ("For a year"));
  return g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "For %d day", "For %d days", (gulong) days), days);
}

static char *
messages_words (int n_messages)
{
  if (n_messages == 0)
    /* Translators: how many messages are kept. */
    return g_strdup (_ ("Any number"));
  return g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%'d message", "%'d messages", (gulong) n_messages), n_messages);
}

static int
read_port (GtkEditable *row)
{
  guint64 port;

  if (!g_ascii_string_to_unsigned (gtk_editable_get_text (row), 10, PORT_MIN, PORT_MAX, &port, NULL))
    return 0;
  return (int) port;
}

static char *
describe_problem (int http_port,
                  int mqtt_port)
{
  if (http_port == 0 || mqtt_port == 0)
    /* Translators: both are port numbers. */
    return g_strdup_printf (_ ("A port is a number from %d to %d."), PORT_MIN, PORT_MAX);
  if (http_port == mqtt_port)
    return g_strdup (_ ("Browsers and MQTT clients each need a port of their own."));
  return NULL;
}

static void
mark (GtkEditable *row,
      gboolean is_wrong)
{
  if (is_wrong)
    gtk_widget_add_css_class (GTK_WIDGET (row), "error");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (row), "error");
}

static gboolean
check_ports (HubPreferences *self)
{
  const int http_port = read_port (self->http_port);
  const int mqtt_port = read_port (self->mqtt_port);
  g_autofree char *problem = describe_problem (http_port, mqtt_port);

  mark (self->http_port, http_port == 0 || http_port == mqtt_port);
  mark (self->mqtt_port, mqtt_port == 0 || http_port == mqtt_port);
  gtk_label_set_label (self->ports_problem, problem != NULL ? problem : "");
  gtk_widget_set_visible (GTK_WIDGET (self->ports_problem), problem != NULL);
  return problem == NULL;
}

static void
port_changed_cb (HubPreferences *self)
{
  check_ports (self);
}

/* Both: somebody may have corrected one of them while the other was right already. */
static void
ports_applied_cb (HubPreferences *self)
{
  const int http_port = read_port (self->http_port);
  const int mqtt_port = read_port (self->mqtt_port);

  if (!check_ports (self))
    return;
  g_settings_set_int (self->settings, "http-port", http_port);
  g_settings_set_int (self->settings, "mqtt-port", mqtt_port);
}

static void
show_port (HubPreferences *self,
           const char *key,
           GtkEditable *row)
{
  g_autofree char *text = g_strdup_printf ("%d", g_settings_get_int (self->settings, key));

  if (!g_str_equal (gtk_editable_get_text (row), text))
    gtk_editable_set_text (row, text);
}

static void
ports_set_cb (HubPreferences *self)
{
  show_port (self, "http-port", self->http_port);
  show_port (self, "mqtt-port", self->mqtt_port);
  check_ports (self);
}

/* Descriptions are markup. */
static gboolean
escape (GBinding *binding,
        const GValue *text,
        GValue *markup,
        gpointer user_data)
{
  g_value_take_string (markup, g_markup_escape_text (g_value_get_string (text), -1));
  return TRUE;
}

static void
clear_response_cb (HubPreferences *self,
                   const char *response)
{
  if (g_str_equal (response, "clear"))
    hub_hosting_clear_history (self->hosting);
}

static void
clear_clicked_cb (HubPreferences *self)
{
  GtkWidget *dialog = adw_message_dialog_new (GTK_WINDOW (self), _ ("Clear the History?"), NULL);

  adw_message_dialog_set_body (ADW_MESSAGE_DIALOG (dialog),
                               _ ("Everything that was ever said in any room on this computer is deleted, for everybody and for good. "
                                  "What others have on their screens stays there until they open it again."));
  adw_message_dialog_add_responses (ADW_MESSAGE_DIALOG (dialog), "cancel", _ ("Cancel"), "clear", _ ("Clear"), NULL);
  adw_message_dialog_set_response_appearance (ADW_MESSAGE_DIALOG (dialog), "clear", ADW_RESPONSE_DESTRUCTIVE);
  adw_message_dialog_set_default_response (ADW_MESSAGE_DIALOG (dialog), "cancel");
  adw_message_dialog_set_close_response (ADW_MESSAGE_DIALOG (dialog), "cancel");
  g_signal_connect_object (dialog, "response", G_CALLBACK (clear_response_cb), self, G_CONNECT_SWAPPED);
  hub_accessible_repair (dialog);
  gtk_window_present (GTK_WINDOW (dialog));
}

/* GTK 4.8 calls what a combo row opens "GtkListView". */
static void
name_lists (GtkWidget *widget,
            const char *name)
{
  if (GTK_IS_LIST_VIEW (widget))
    gtk_accessible_update_property (GTK_ACCESSIBLE (widget), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    name_lists (child, name);
}

static void
bind_settings (HubPreferences *self)
{
  static const int days[] = { 1, 7, 30, 90, 365, 0 };
  static const int messages[] = { 1000, 10000, 100000, 1000000, 0 };
  const struct
  {
    const char *key;
    GtkWidget *toggle;
  } toggles[] = {
    { "allow-outside", self->allow_outside },
    { "do-not-disturb", self->do_not_disturb },
    { "enter-publishes", self->enter_publishes },
    { "host-on-start", self->host_on_start },
    { "run-in-background", self->run_in_background },
    { "sound", self->sound },
    { "start-at-login", self->start_at_login },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (toggles); i++)
    g_settings_bind (self->settings, toggles[i].key, toggles[i].toggle, "active", G_SETTINGS_BIND_DEFAULT);
  g_settings_bind_with_mapping (self->settings, "color-scheme", self->color_scheme, "selected", G_SETTINGS_BIND_DEFAULT,
                                get_scheme, set_scheme, NULL, NULL);
  hub_choice_row_bind (self->history_days, self->settings, "history-days", days, G_N_ELEMENTS (days), days_words);
  hub_choice_row_bind (self->history_messages, self->settings, "history-messages", messages, G_N_ELEMENTS (messages),
                       messages_words);
  g_signal_connect_object (self->settings, "changed::http-port", G_CALLBACK (ports_set_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->settings, "changed::mqtt-port", G_CALLBACK (ports_set_cb), self, G_CONNECT_SWAPPED);
  ports_set_cb (self);
}

static void
hub_preferences_dispose (GObject *object)
{
  HubPreferences *self = HUB_PREFERENCES (object);

  gtk_widget_dispose_template (GTK_WIDGET (self), HUB_TYPE_PREFERENCES);
  g_clear_object (&self->hosting);
  g_clear_object (&self->settings);
  G_OBJECT_CLASS (hub_preferences_parent_class)->dispose (object);
}

static void
hub_preferences_class_init (HubPreferencesClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = hub_preferences_dispose;

  g_type_ensure (HUB_TYPE_PASSWORD_ROW);
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/hubbub_chat/Hubbub/ui/hub-preferences.ui");
  gtk_widget_class_bind_template_child (widget_class, HubPreferences, toast_overlay);
  gtk_widget_class_bind_template_child (widget_class, HubPreferences, name_row);
  gtk_widget_class_bind_template_child (widget_class, HubPreferences, enter_publishes);
  gtk_widget_class_bind_template_child (widget_class, HubPreferences, do_not_disturb);
  gtk_widget_class_bind_template_child (widget_class, HubPreferences, sound);
  gtk_widget_class_bind_template_child (widget_class, HubPreferences, color_scheme);
  gtk_widget_class_bind_template_child (widget_class, HubPreferences, run_in_background);
  gtk_widget_class_bind_template_child (widget_class, HubPreferences, start_at_login);
  gtk_widget_class_bind_template_child (widget_class, HubPreferences, host_on_start);
  gtk_widget_class_bind_template_child (widget_class, HubPreferences, room_password);
  gtk_widget_class_bind_template_child (widget_class, HubPreferences, allow_outside);
  gtk_widget_class_bind_template_child (widget_class, HubPreferences, ports_group);
  gtk_widget_class_bind_template_child (widget_class, HubPreferences, http_port);
  gtk_widget_class_bind_template_child (widget_class, HubPreferences, mqtt_port);
  gtk_widget_class_bind_template_child (widget_class, HubPreferences, ports_problem);
  gtk_widget_class_bind_template_child (widget_class, HubPreferences, history_days);
  gtk_widget_class_bind_template_child (widget_class, HubPreferences, history_messages);
  gtk_widget_class_bind_template_child (widget_class, HubPreferences, clear_history);
  gtk_widget_class_bind_template_callback (widget_class, clear_clicked_cb);
  gtk_widget_class_bind_template_callback (widget_class, port_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, ports_applied_cb);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
}

static void
hub_preferences_init (HubPreferences *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  /* Called by its row, it would be called by what is written on it as well. */
  gtk_accessible_reset_property (GTK_ACCESSIBLE (self->clear_history), GTK_ACCESSIBLE_PROPERTY_LABEL);
}

/**
 * hub_preferences_new:
 * @parent: the window above which it opens
 * @state: whose First Name is set, and how it stands with hosting
 * @settings: where the rest is kept
 *
 * Makes the window. It is not shown yet.
 *
 * Returns: (transfer none): the window, owned by GTK until it is closed
 */
GtkWidget *
hub_preferences_new (GtkWindow *parent,
                     HubChatState *state,
                     GSettings *settings)
{
  HubPreferences *self = g_object_new (HUB_TYPE_PREFERENCES, "transient-for", parent, "modal", TRUE, NULL);
  HubHosting *hosting = hub_chat_state_get_hosting (state);

  self->hosting = g_object_ref (hosting);
  self->settings = g_object_ref (settings);
  g_object_bind_property (state, "name", self->name_row, "text", G_BINDING_SYNC_CREATE | G_BINDING_BIDIRECTIONAL);
  g_object_bind_property_full (hosting, "status", self->ports_group, "description", G_BINDING_SYNC_CREATE, escape, NULL, NULL,
                               NULL);
  g_object_bind_property (hosting, "is-open", self->clear_history, "sensitive", G_BINDING_SYNC_CREATE);
  g_signal_connect_object (hosting, "told", G_CALLBACK (hub_preferences_tell), self, G_CONNECT_SWAPPED);
  hub_password_row_set_state (self->room_password, state);
  bind_settings (self);
  name_lists (GTK_WIDGET (self->color_scheme), _ ("Appearance"));
  name_lists (GTK_WIDGET (self->history_days), _ ("Keep Messages"));
  name_lists (GTK_WIDGET (self->history_messages), _ ("At Most"));

  return GTK_WIDGET (self);
}

/**
 * hub_preferences_tell:
 * @self: the window
 * @text: one short sentence, translated
 *
 * Shows a small notice for a moment.
 */
void
hub_preferences_tell (HubPreferences *self,
                      const char *text)
{
  g_autofree char *escaped = NULL;

  g_return_if_fail (HUB_IS_PREFERENCES (self));

  escaped = g_markup_escape_text (text, -1);
  adw_toast_overlay_add_toast (self->toast_overlay, adw_toast_new (escaped));
}
