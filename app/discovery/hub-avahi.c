/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "app/discovery/hub-avahi.h"

/* As Avahi numbers the states of its server. */
#define SERVER_RUNNING 2

#define SERVER_INTERFACE HUB_AVAHI_NAME ".Server"

/**
 * HubAvahi:
 *
 * Avahi on the bus, by which computers of a network find each other: whether it is there, and what is said to it. Without
 * Avahi, or without a bus, nothing ever happens.
 *
 * All that was made with Avahi is gone when it stops, and has to be made anew when it is back.
 */
struct _HubAvahi
{
  GObject parent_instance;

  GDBusConnection *bus;      /* (owned) (nullable) */
  GCancellable *cancellable; /* (owned) of everything that is asked by itself */
  guint name_id;             /* watch of the name */
  guint state_id;            /* subscription */
  gboolean is_there;         /* somebody has the name */
  gboolean is_running;
};

G_DEFINE_FINAL_TYPE (HubAvahi, hub_avahi, G_TYPE_OBJECT)

typedef enum
{
  PROP_IS_RUNNING = 1,
} HubAvahiProperty;

static GParamSpec *props[PROP_IS_RUNNING + 1];

static void
set_is_running (HubAvahi *self, gboolean is_running)
{
  if (self->is_running == is_running)
    return;
  self->is_running = is_running;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_IS_RUNNING]);
}

static void
state_cb (GDBusConnection *bus,
          const char *sender,
          const char *path,
          const char *interface,
          const char *signal,
          GVariant *parameters,
          gpointer user_data)
{
  HubAvahi *self = user_data;
  int state;

  if (!g_variant_is_of_type (parameters, G_VARIANT_TYPE ("(is)")))
    return;
  g_variant_get (parameters, "(i&s)", &state, NULL);
  /* When its name on the network was taken it starts over: so does everybody, and nobody's group may stay behind. */
  set_is_running (self, self->is_there && state == SERVER_RUNNING);
}

static void
got_state_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (HubAvahi) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply = g_dbus_connection_call_finish (G_DBUS_CONNECTION (object), result, &error);
  int state;

  if (reply == NULL || !self->is_there)
    return;
  g_variant_get (reply, "(i)", &state);
  set_is_running (self, state == SERVER_RUNNING);
}

static void
appeared_cb (GDBusConnection *bus, const char *name, const char *owner, gpointer user_data)
{
  HubAvahi *self = user_data;

  self->is_there = TRUE;
  g_dbus_connection_call (bus,
                          HUB_AVAHI_NAME,
                          "/",
                          SERVER_INTERFACE,
                          "GetState",
                          NULL,
                          G_VARIANT_TYPE ("(i)"),
                          G_DBUS_CALL_FLAGS_NO_AUTO_START,
                          -1,
                          self->cancellable,
                          got_state_cb,
                          g_object_ref (self));
}

static void
vanished_cb (GDBusConnection *bus, const char *name, gpointer user_data)
{
  HubAvahi *self = user_data;

  self->is_there = FALSE;
  set_is_running (self, FALSE);
}

static void
begin (HubAvahi *self, GDBusConnection *bus)
{
  self->bus = g_object_ref (bus);
  self->state_id = g_dbus_connection_signal_subscribe (bus,
                                                       HUB_AVAHI_NAME,
                                                       SERVER_INTERFACE,
                                                       "StateChanged",
                                                       NULL,
                                                       NULL,
                                                       G_DBUS_SIGNAL_FLAGS_NONE,
                                                       state_cb,
                                                       self,
                                                       NULL);
  self->name_id =
    g_bus_watch_name_on_connection (bus, HUB_AVAHI_NAME, G_BUS_NAME_WATCHER_FLAGS_NONE, appeared_cb, vanished_cb, self, NULL);
}

static void
got_bus_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (HubAvahi) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GDBusConnection) bus = g_bus_get_finish (result, &error);

  /* Nobody's chat ends because nobody is found any more. */
  if (bus != NULL)
    g_dbus_connection_set_exit_on_close (bus, FALSE);
  if (bus != NULL && !g_cancellable_is_cancelled (self->cancellable))
    begin (self, bus);
  else if (bus == NULL)
    g_debug ("nobody is found here: %s", error->message);
}

static void
hub_avahi_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  HubAvahi *self = HUB_AVAHI (object);

  switch ((HubAvahiProperty) prop_id)
    {
    case PROP_IS_RUNNING:
      g_value_set_boolean (value, self->is_running);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
hub_avahi_dispose (GObject *object)
{
  HubAvahi *self = HUB_AVAHI (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_handle_id (&self->name_id, g_bus_unwatch_name);
  if (self->state_id != 0)
    g_dbus_connection_signal_unsubscribe (self->bus, self->state_id);
  self->state_id = 0;
  g_clear_object (&self->bus);
  G_OBJECT_CLASS (hub_avahi_parent_class)->dispose (object);
}

static void
hub_avahi_finalize (GObject *object)
{
  g_object_unref (HUB_AVAHI (object)->cancellable);
  G_OBJECT_CLASS (hub_avahi_parent_class)->finalize (object);
}

static void
hub_avahi_class_init (HubAvahiClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = hub_avahi_get_property;
  object_class->dispose = hub_avahi_dispose;
  object_class->finalize = hub_avahi_finalize;

  /**
   * HubAvahi:is-running:
   *
   * Whether Avahi is there and has a name on the network.
   */
  props[PROP_IS_RUNNING] =
    g_param_spec_boolean ("is-running", NULL, NULL, FALSE, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, G_N_ELEMENTS (props), props);
}

static void
hub_avahi_init (HubAvahi *self)
{
  self->cancellable = g_cancellable_new ();
}

/**
 * hub_avahi_new:
 * @bus: (nullable): the bus that Avahi is on; %NULL: the system bus
 *
 * Thread: main.
 *
 * Returns: (transfer full): Avahi, of which nothing is known yet
 */
HubAvahi *
hub_avahi_new (GDBusConnection *bus)
{
  HubAvahi *self = g_object_new (HUB_TYPE_AVAHI, NULL);

  if (bus != NULL)
    begin (self, bus);
  else
    g_bus_get (G_BUS_TYPE_SYSTEM, self->cancellable, got_bus_cb, g_object_ref (self));
  return self;
}

/**
 * hub_avahi_get_is_there:
 * @self: the way to Avahi
 *
 * Returns: whether it can be called, even if it has no name on the network: what it has made for this program is still there
 */
gboolean
hub_avahi_get_is_there (HubAvahi *self)
{
  g_return_val_if_fail (HUB_IS_AVAHI (self), FALSE);

  return self->is_there;
}

/**
 * hub_avahi_get_is_running:
 * @self: Avahi
 *
 * Returns: [property@HubAvahi:is-running]
 */
gboolean
hub_avahi_get_is_running (HubAvahi *self)
{
  g_return_val_if_fail (HUB_IS_AVAHI (self), FALSE);

  return self->is_running;
}

static void
called_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  GVariant *reply = g_dbus_connection_call_finish (G_DBUS_CONNECTION (object), result, &error);

  if (reply != NULL)
    g_task_return_pointer (task, reply, (GDestroyNotify) g_variant_unref);
  else
    g_task_return_error (task, error);
}

/**
 * hub_avahi_call:
 * @self: Avahi, which is running
 * @path: the object
 * @method: `INTERFACE.METHOD`, without the name of Avahi in front
 * @arguments: (nullable): a tuple; floating references are taken
 * @cancellable: (nullable): gives it up
 * @callback: called when it is answered
 * @user_data: for @callback
 *
 * Calls a method. Avahi is never started for it.
 */
void
hub_avahi_call (HubAvahi *self,
                const char *path,
                const char *method,
                GVariant *arguments,
                GCancellable *cancellable,
                GAsyncReadyCallback callback,
                gpointer user_data)
{
  const char *dot = strchr (method, '.');
  g_autofree char *interface = NULL;
  GTask *task;

  g_return_if_fail (HUB_IS_AVAHI (self));
  g_return_if_fail (self->bus != NULL);
  g_return_if_fail (dot != NULL);

  interface = g_strdup_printf (HUB_AVAHI_NAME ".%.*s", (int) (dot - method), method);
  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, hub_avahi_call);
  g_dbus_connection_call (self->bus,
                          HUB_AVAHI_NAME,
                          path,
                          interface,
                          dot + 1,
                          arguments,
                          NULL,
                          G_DBUS_CALL_FLAGS_NO_AUTO_START,
                          -1,
                          cancellable,
                          called_cb,
                          task);
}

/**
 * hub_avahi_call_finish:
 * @self: Avahi
 * @result: as given to the callback
 * @error: return location
 *
 * Returns: (transfer full): what was answered, or %NULL with @error set
 */
GVariant *
hub_avahi_call_finish (HubAvahi *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * hub_avahi_watch:
 * @self: Avahi, which is running
 * @interface: without the name of Avahi in front
 * @callback: called for each signal of that interface, whichever object it is of
 * @user_data: for @callback
 *
 * Avahi tells of an object that was made before it answers that it is made; so signals are watched first, and told apart
 * by what they say.
 *
 * Returns: a number for hub_avahi_unwatch()
 */
guint
hub_avahi_watch (HubAvahi *self, const char *interface, GDBusSignalCallback callback, gpointer user_data)
{
  g_autofree char *whole = NULL;

  g_return_val_if_fail (HUB_IS_AVAHI (self), 0);
  g_return_val_if_fail (self->bus != NULL, 0);

  whole = g_strconcat (HUB_AVAHI_NAME ".", interface, NULL);
  return g_dbus_connection_signal_subscribe (self->bus,
                                             HUB_AVAHI_NAME,
                                             whole,
                                             NULL,
                                             NULL,
                                             NULL,
                                             G_DBUS_SIGNAL_FLAGS_NONE,
                                             callback,
                                             user_data,
                                             NULL);
}

/**
 * hub_avahi_unwatch:
 * @self: Avahi
 * @id: what hub_avahi_watch() has returned
 *
 * Ends that.
 */
void
hub_avahi_unwatch (HubAvahi *self, guint id)
{
  g_return_if_fail (HUB_IS_AVAHI (self));

  if (self->bus != NULL)
    g_dbus_connection_signal_unsubscribe (self->bus, id);
}
