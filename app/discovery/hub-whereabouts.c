/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "app/discovery/hub-whereabouts.h"

#include "hub-build-config.h"

#define INTERFACE HUB_APPLICATION_ID ".Whereabouts"

/* A window that is busy answers a little later; one that hangs is not waited for. */
#define ANSWER_TIMEOUT_MS 3000

/* What a command of the same user asks the running program: which chat is it in? */

static const char description[] =
  "<node>"
  "  <interface name='" INTERFACE "'>"
  "    <method name='Ask'>"
  "      <arg name='about' type='a{sv}' direction='out'/>"
  "    </method>"
  "  </interface>"
  "</node>";

typedef struct
{
  HubWhereaboutsFunc func;
  gpointer user_data;
} Place;

static void
call_cb (GDBusConnection *bus,
         const char *sender,
         const char *path,
         const char *interface,
         const char *method,
         GVariant *parameters,
         GDBusMethodInvocation *invocation,
         gpointer user_data)
{
  const Place *place = user_data;
  g_autofree char *address = place->func (place->user_data);
  GVariantDict about;

  g_variant_dict_init (&about, NULL);
  if (address != NULL)
    g_variant_dict_insert (&about, "address", "s", address);
  g_dbus_method_invocation_return_value (invocation, g_variant_new ("(@a{sv})", g_variant_dict_end (&about)));
}

/**
 * hub_whereabouts_export:
 * @bus: the session bus
 * @path: where the program is on it
 * @func: what to answer with; called in the thread whose default context this is
 * @user_data: for @func; must outlive the registration
 * @error: return location
 *
 * Answers those who ask with hub_whereabouts_ask_async().
 *
 * Returns: what g_dbus_connection_unregister_object() takes; 0 with @error set
 */
guint
hub_whereabouts_export (GDBusConnection *bus,
                        const char *path,
                        HubWhereaboutsFunc func,
                        gpointer user_data,
                        GError **error)
{
  static const GDBusInterfaceVTable vtable = { .method_call = call_cb };
  g_autoptr (GDBusNodeInfo) info = g_dbus_node_info_new_for_xml (description, error);
  Place *place;
  guint id;

  if (info == NULL)
    return 0;
  place = g_new (Place, 1);
  *place = (Place){ func, user_data };
  id = g_dbus_connection_register_object (bus, path, info->interfaces[0], &vtable, place, g_free, error);
  if (id == 0)
    g_free (place);
  return id;
}

static void
answered_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GVariant) about = NULL;
  g_autoptr (GVariant) answer = NULL;
  GError *error = NULL;
  char *address = NULL;

  answer = g_dbus_connection_call_finish (G_DBUS_CONNECTION (object), result, &error);
  if (answer == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  about = g_variant_get_child_value (answer, 0);
  g_variant_lookup (about, "address", "s", &address);
  g_task_return_pointer (task, address, g_free);
}

static void
bus_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GDBusConnection) bus = NULL;
  g_autofree char *path = g_strconcat ("/", HUB_APPLICATION_ID, NULL);
  GError *error = NULL;

  bus = g_bus_get_finish (result, &error);
  if (bus == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  g_strdelimit (path, ".", '/');
  g_dbus_connection_call (bus,
                          HUB_APPLICATION_ID,
                          path,
                          INTERFACE,
                          "Ask",
                          NULL,
                          G_VARIANT_TYPE ("(a{sv})"),
                          G_DBUS_CALL_FLAGS_NO_AUTO_START,
                          ANSWER_TIMEOUT_MS,
                          g_task_get_cancellable (task),
                          answered_cb,
                          g_object_ref (task));
}

/**
 * hub_whereabouts_ask_async:
 * @cancellable: (nullable): ends it
 * @callback: called with the result
 * @user_data: for @callback
 *
 * Asks the Hubbub that this user is running in which chat it is. None is started for that.
 */
void
hub_whereabouts_ask_async (GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (NULL, cancellable, callback, user_data);

  g_task_set_source_tag (task, hub_whereabouts_ask_async);
  g_bus_get (G_BUS_TYPE_SESSION, cancellable, bus_cb, task);
}

/**
 * hub_whereabouts_ask_finish:
 * @result: the result
 * @error: return location
 *
 * Returns: (transfer full) (nullable): the address; %NULL without @error when it is in no chat just now
 */
char *
hub_whereabouts_ask_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
