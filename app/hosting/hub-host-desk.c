/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "app/hosting/hub-host-desk.h"

#include <glib/gi18n-lib.h>

/* A name is typed letter by letter. */
#define NAME_SETTLE_MS 1000

/**
 * HubHostDesk:
 *
 * Sees to it that the host does what the settings say, as soon as they say so, and that what the preferences ask for
 * happens.
 */
struct _HubHostDesk
{
  GObject parent_instance;

  HubSettings *settings; /* (owned) */
  HubHosting *hosting;   /* (owned) */
  HubHost *host;         /* (owned) (nullable): while others can join */
  guint settle_id;       /* source */
  guint ports_id;        /* source */
  gboolean is_changing;  /* the user has chosen other ports, and wants to know how that went */
};

G_DEFINE_FINAL_TYPE (HubHostDesk, hub_host_desk, G_TYPE_OBJECT)

typedef enum
{
  SIGNAL_RESTART,
  SIGNAL_CLEARED,
} HubHostDeskSignal;

static guint signals[SIGNAL_CLEARED + 1];

static void
show_status (HubHostDesk *self)
{
  g_autofree char *problem = NULL;
  g_autofree char *status = NULL;

  if (self->host == NULL)
    {
      hub_hosting_set_status (self->hosting, FALSE, _ ("This computer is not hosting at the moment."));
      return;
    }
  problem = hub_host_dup_problem (self->host);
  if (problem == NULL)
    /* Translators: both are port numbers. */
    status = g_strdup_printf (_ ("Browsers join on port %u, MQTT clients on port %u."),
                              hub_host_get_http_port (self->host),
                              hub_host_get_mqtt_port (self->host));
  hub_hosting_set_status (self->hosting, TRUE, problem != NULL ? problem : status);
}

/* Returns whether a host does what the settings say; a new one may be on its way to do it. */
static gboolean
apply (HubHostDesk *self)
{
  HubHostOptions options;

  if (self->host == NULL)
    return FALSE;
  hub_settings_get_host_options (self->settings, &options);
  if (hub_host_apply (self->host, &options))
    return TRUE;
  g_signal_emit (self, signals[SIGNAL_RESTART], 0);
  return FALSE;
}

static void
settings_cb (HubHostDesk *self)
{
  apply (self);
}

static void
tell_name (HubHostDesk *self)
{
  g_autofree char *name = hub_settings_dup_name (self->settings);

  hub_host_set_person (self->host, name);
}

static gboolean
settled_cb (gpointer user_data)
{
  HubHostDesk *self = user_data;

  self->settle_id = 0;
  tell_name (self);
  return G_SOURCE_REMOVE;
}

static void
name_cb (HubHostDesk *self)
{
  g_clear_handle_id (&self->settle_id, g_source_remove);
  if (self->host == NULL)
    return;
  self->settle_id = g_timeout_add (NAME_SETTLE_MS, settled_cb, self);
  g_source_set_name_by_id (self->settle_id, "hubbub name of the host");
}

/* Other ports may also help where none could be had. */
static gboolean
ports_cb (gpointer user_data)
{
  HubHostDesk *self = user_data;

  self->ports_id = 0;
  self->is_changing = TRUE;
  if (self->host == NULL)
    g_signal_emit (self, signals[SIGNAL_RESTART], 0);
  else if (apply (self))
    self->is_changing = FALSE;
  return G_SOURCE_REMOVE;
}

/* Who chooses both has one host restarted, once. */
static void
port_cb (HubHostDesk *self)
{
  if (self->ports_id != 0)
    return;
  self->ports_id = g_idle_add (ports_cb, self);
  g_source_set_name_by_id (self->ports_id, "hubbub ports of the host");
}

static void
cleared_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (HubHostDesk) self = user_data;
  g_autoptr (GError) error = NULL;

  if (hub_host_clear_history_finish (HUB_HOST (object), result, &error))
    {
      hub_hosting_tell (self->hosting, _ ("The history was deleted"));
      g_signal_emit (self, signals[SIGNAL_CLEARED], 0);
    }
  else
    {
      /* Translators: %s is the reason, in English. */
      g_autofree char *text = g_strdup_printf (_ ("The history could not be deleted: %s"), error->message);

      hub_hosting_tell (self->hosting, text);
    }
}

static void
clear_history_cb (HubHostDesk *self)
{
  if (self->host != NULL)
    hub_host_clear_history_async (self->host, cleared_cb, g_object_ref (self));
}

static void
hub_host_desk_dispose (GObject *object)
{
  HubHostDesk *self = HUB_HOST_DESK (object);

  hub_host_desk_set_host (self, NULL);
  g_clear_handle_id (&self->ports_id, g_source_remove);
  g_clear_object (&self->settings);
  g_clear_object (&self->hosting);
  G_OBJECT_CLASS (hub_host_desk_parent_class)->dispose (object);
}

static void
hub_host_desk_class_init (HubHostDeskClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = hub_host_desk_dispose;

  /**
   * HubHostDesk::restart:
   * @self: the desk
   *
   * Emitted when the host, if there is one, has to stop, and another one to start, for the settings to take effect.
   */
  signals[SIGNAL_RESTART] =
    g_signal_new ("restart", HUB_TYPE_HOST_DESK, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);

  /**
   * HubHostDesk::cleared:
   * @self: the desk
   *
   * Emitted when the history of the host is deleted: what is shown of it is no more.
   */
  signals[SIGNAL_CLEARED] =
    g_signal_new ("cleared", HUB_TYPE_HOST_DESK, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
hub_host_desk_init (HubHostDesk *self)
{
}

/**
 * hub_host_desk_new:
 * @settings: how this computer is to host
 * @hosting: what the preferences show of it, and whom they ask
 *
 * Returns: (transfer full): a desk without a host
 */
HubHostDesk *
hub_host_desk_new (HubSettings *settings, HubHosting *hosting)
{
  static const char *const reloads[] = { "changed::allow-outside", "changed::history-days", "changed::history-messages" };
  static const char *const restarts[] = { "changed::http-port", "changed::mqtt-port" };
  HubHostDesk *self = g_object_new (HUB_TYPE_HOST_DESK, NULL);
  GSettings *gsettings = hub_settings_get_gsettings (settings);

  self->settings = g_object_ref (settings);
  self->hosting = g_object_ref (hosting);
  g_signal_connect_object (hosting, "clear-history", G_CALLBACK (clear_history_cb), self, G_CONNECT_SWAPPED);
  for (gsize i = 0; i < G_N_ELEMENTS (reloads); i++)
    g_signal_connect_object (gsettings, reloads[i], G_CALLBACK (settings_cb), self, G_CONNECT_SWAPPED);
  for (gsize i = 0; i < G_N_ELEMENTS (restarts); i++)
    g_signal_connect_object (gsettings, restarts[i], G_CALLBACK (port_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (gsettings, "changed::name", G_CALLBACK (name_cb), self, G_CONNECT_SWAPPED);
  show_status (self);
  return self;
}

/**
 * hub_host_desk_set_host:
 * @self: a desk
 * @host: (nullable): the host that others can join now; %NULL: nobody can
 *
 * What the settings say by now takes effect.
 */
void
hub_host_desk_set_host (HubHostDesk *self, HubHost *host)
{
  g_return_if_fail (HUB_IS_HOST_DESK (self));

  if (self->host == host)
    return;
  if (self->host != NULL)
    g_signal_handlers_disconnect_by_data (self->host, self);
  g_clear_handle_id (&self->settle_id, g_source_remove);
  g_set_object (&self->host, host);
  if (host != NULL)
    g_signal_connect_swapped (host, "problem-changed", G_CALLBACK (show_status), self);
  show_status (self);
  if (host != NULL)
    tell_name (self);
  apply (self);
  if (self->host != NULL && self->is_changing)
    {
      self->is_changing = FALSE;
      hub_hosting_tell (self->hosting, hub_hosting_get_status (self->hosting));
    }
}
