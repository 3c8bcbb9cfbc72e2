/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <hubbub/hubbub.h>

static gboolean
may_publish (const char *client_id, const char *user, const char *topic, guint qos, gboolean retain, gpointer data)
{
  return !g_str_has_prefix (topic, "sealed/"); /* on the broker's thread */
}

static void
published_cb (HubBroker *broker, const char *topic, GBytes *payload, const char *client_id, guint qos, gboolean retain, GMainLoop *loop)
{
  g_print ("%s: %.*s\n", topic, (int) g_bytes_get_size (payload), (const char *) g_bytes_get_data (payload, NULL));
  if (g_str_equal (topic, "quit"))
    g_main_loop_quit (loop);
}

static void
started_cb (GObject *broker, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;

  if (!hub_broker_start_finish (HUB_BROKER (broker), result, &error))
    g_error ("%s", error->message);
  g_print ("port %u\n", hub_broker_get_port (HUB_BROKER (broker), HUB_PROTOCOL_MQTT));
}

int
main (void)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (HubBroker) broker = hub_broker_new ();

  hub_broker_add_listener (broker, HUB_PROTOCOL_MQTT, "127.0.0.1", 0);
  hub_broker_set_may_publish_func (broker, may_publish, NULL, NULL);
  hub_broker_observe (broker, HUB_OBSERVED_PUBLISHED);
  g_signal_connect (broker, "message-published", G_CALLBACK (published_cb), loop);
  hub_broker_start_async (broker, NULL, started_cb, NULL);
  g_main_loop_run (loop);
  return 0;
}
