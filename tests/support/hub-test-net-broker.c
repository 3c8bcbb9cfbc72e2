/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/support/hub-test-net-broker.h"

#include "tests/support/hub-test-async.h"
#include "tests/support/hub-test-tls.h"
#include "tests/support/hub-test-wait.h"

#include <glib/gstdio.h>

#include <pthread.h>
#include <string.h>

/* What the broker's thread writes and the test reads. */
typedef struct _HubTestLog
{
  pthread_mutex_t mutex;
  GPtrArray *lines; /* (owned) (element-type utf8) (mutex lock) */
} HubTestLog;

static void
log_cb (HubLogLevel level, const char *line, gpointer user_data)
{
  HubTestLog *log = user_data;

  g_assert_null (strpbrk (line, "\n\r\033"));
  pthread_mutex_lock (&log->mutex);
  g_ptr_array_add (log->lines, g_strdup (line));
  pthread_mutex_unlock (&log->mutex);
}

static HubTestLog *
log_new (void)
{
  HubTestLog *log = g_new0 (HubTestLog, 1);

  pthread_mutex_init (&log->mutex, NULL);
  log->lines = g_ptr_array_new_with_free_func (g_free);
  return log;
}

static void
log_free (HubTestLog *log)
{
  g_ptr_array_unref (log->lines);
  pthread_mutex_destroy (&log->mutex);
  g_free (log);
}

static void
turned_away_cb (HubBroker *broker, const char *address, gpointer user_data)
{
  HubTestBroker *self = user_data;

  g_string_append_printf (self->turned_away, "%s ", address);
}

static HubListenerOptions *
add_listener (HubConfig *config, HubProtocol protocol)
{
  HubListenerOptions *listener = hub_listener_options_new (protocol, 0);

  listener->host = g_strdup ("127.0.0.1");
  hub_config_add_listener (config, listener);
  return listener;
}

/**
 * hub_test_config_new:
 *
 * Returns: (transfer full): the configuration of hubbub-broker, with one listener of each kind on a free port of
 *   127.0.0.1
 */
HubConfig *
hub_test_config_new (void)
{
  HubConfig *config = hub_config_new_broker ();

  add_listener (config, HUB_PROTOCOL_MQTT);
  add_listener (config, HUB_PROTOCOL_WEBSOCKETS);
  return config;
}

/**
 * hub_test_config_get_listener:
 * @config: a configuration
 * @protocol: what is spoken
 *
 * Returns: (transfer none): the first listener for @protocol
 */
HubListenerOptions *
hub_test_config_get_listener (HubConfig *config, HubProtocol protocol)
{
  for (guint i = 0; i < config->server.listeners->len; i++)
    {
      HubListenerOptions *listener = g_ptr_array_index (config->server.listeners, i);

      if (listener->protocol == protocol)
        return listener;
    }
  g_assert_not_reached ();
}

/**
 * hub_test_config_add_tls:
 * @config: a configuration
 * @protocol: what is spoken
 *
 * Adds a listener with TLS on a free port of 127.0.0.1.
 *
 * Returns: (transfer none): the listener
 */
HubListenerOptions *
hub_test_config_add_tls (HubConfig *config, HubProtocol protocol)
{
  HubListenerOptions *listener = add_listener (config, protocol);

  listener->certfile = hub_test_tls_path ("server.pem");
  listener->keyfile = hub_test_tls_path ("server.key");
  return listener;
}

/**
 * hub_test_config_add_unix:
 * @config: a configuration
 *
 * Adds a Unix socket in a folder of its own, which hub_test_broker_free() removes.
 *
 * Returns: (transfer none): its listener
 */
HubListenerOptions *
hub_test_config_add_unix (HubConfig *config)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *folder = g_dir_make_tmp ("hubbub-XXXXXX", &error);
  HubListenerOptions *listener = hub_listener_options_new (HUB_PROTOCOL_MQTT, 0);

  g_assert_no_error (error);
  listener->unix_path = g_build_filename (folder, "socket", NULL);
  hub_config_add_listener (config, listener);
  return listener;
}

/* Where else than on its two ports a broker listens. */
static void
note_listeners (HubTestBroker *self)
{
  for (guint i = 0; i < self->config->server.listeners->len; i++)
    {
      const HubListenerOptions *listener = g_ptr_array_index (self->config->server.listeners, i);

      if (listener->unix_path != NULL)
        self->unix_path = listener->unix_path;
    }
  self->mqtts_port = hub_broker_get_tls_port (self->broker, HUB_PROTOCOL_MQTT);
  self->https_port = hub_broker_get_tls_port (self->broker, HUB_PROTOCOL_WEBSOCKETS);
}

/**
 * hub_test_broker_new:
 * @config: (transfer full) (nullable): how it is to behave; %NULL: as hub_test_config_new() says. Its log is set here
 *
 * Returns: (transfer full): a broker that runs
 */
HubTestBroker *
hub_test_broker_new (HubConfig *config)
{
  HubTestBroker *self = g_new0 (HubTestBroker, 1);

  self->n_fds = hub_test_count_fds ();
  self->log = log_new ();
  self->turned_away = g_string_new (NULL);
  if (config == NULL)
    config = hub_test_config_new ();
  config->server.core.log = (HubLog){ log_cb, self->log, HUB_LOG_NOTICE };
  self->config = hub_config_copy (config);
  self->broker = hub_broker_new_for_config (config);
  g_signal_connect (self->broker, "turned-away", G_CALLBACK (turned_away_cb), self);
  hub_test_broker_start (self);
  return self;
}

/**
 * hub_test_broker_start:
 * @self: a broker that was stopped
 *
 * Starts it, and waits until it listens.
 */
void
hub_test_broker_start (HubTestBroker *self)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  hub_broker_start_async (self->broker, NULL, hub_test_keep_result, &result);
  hub_test_wait_until (result != NULL);
  hub_broker_start_finish (self->broker, result, &error);
  g_assert_no_error (error);
  g_assert_true (hub_broker_is_running (self->broker));
  self->mqtt_port = hub_broker_get_port (self->broker, HUB_PROTOCOL_MQTT);
  self->http_port = hub_broker_get_port (self->broker, HUB_PROTOCOL_WEBSOCKETS);
  note_listeners (self);
}

/**
 * hub_test_broker_reload:
 * @self: a broker that runs
 * @config: (transfer full) (nullable): what it is to take over; %NULL: what it has, whose files it reads again
 * @error: where to leave what was wrong
 *
 * Returns: whether it was right
 */
gboolean
hub_test_broker_reload (HubTestBroker *self, HubConfig *config, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  if (config == NULL)
    config = hub_config_copy (self->config);
  hub_broker_reload_async (self->broker, config, NULL, hub_test_keep_result, &result);
  hub_test_wait_until (result != NULL);
  return hub_broker_reload_finish (self->broker, result, error);
}

/**
 * hub_test_broker_stop:
 * @self: a broker
 *
 * Stops it, and waits until it has stopped.
 */
void
hub_test_broker_stop (HubTestBroker *self)
{
  g_autoptr (GAsyncResult) result = NULL;

  hub_broker_stop_async (self->broker, NULL, hub_test_keep_result, &result);
  hub_test_wait_until (result != NULL);
  g_assert_true (hub_broker_stop_finish (self->broker, result, NULL));
  g_assert_false (hub_broker_is_running (self->broker));
}

/**
 * hub_test_broker_free:
 * @self: (transfer full): a broker, whose clients of the test are closed
 *
 * Stops it. Nothing may be left of it: no object, no descriptor, no socket.
 */
void
hub_test_broker_free (HubTestBroker *self)
{
  hub_test_broker_stop (self);
  if (self->unix_path != NULL)
    {
      g_autofree char *folder = g_path_get_dirname (self->unix_path);

      g_assert_cmpint (g_rmdir (folder), ==, 0);
    }
  g_signal_handlers_disconnect_by_data (self->broker, self);
  g_assert_finalize_object (self->broker);
  /* A thread of GLib's pool that has done a handshake may hold the broker's context, and so a descriptor, a moment
   * longer than the broker. One of the test before may have been counted at the start, and be gone now. */
  if (self->n_fds != 0)
    hub_test_wait_until (hub_test_count_fds () <= self->n_fds);
  log_free (self->log);
  g_string_free (self->turned_away, TRUE);
  hub_config_free (self->config);
  g_free (self);
}

/**
 * hub_test_broker_forget_fds:
 * @self: a broker
 *
 * Has hub_test_broker_free() not look whether descriptors are left.
 */
void
hub_test_broker_forget_fds (HubTestBroker *self)
{
  self->n_fds = 0;
}

/**
 * hub_test_broker_count_log:
 * @self: a broker
 * @piece: a piece of a line
 *
 * Returns: how many lines of the log hold @piece
 */
guint
hub_test_broker_count_log (HubTestBroker *self, const char *piece)
{
  guint count = 0;

  pthread_mutex_lock (&self->log->mutex);
  for (guint i = 0; i < self->log->lines->len; i++)
    if (strstr (g_ptr_array_index (self->log->lines, i), piece) != NULL)
      count++;
  pthread_mutex_unlock (&self->log->mutex);
  return count;
}

/**
 * hub_test_broker_wait_log:
 * @self: a broker
 * @piece: a piece of a line
 *
 * Waits until a line of the log holds @piece.
 */
void
hub_test_broker_wait_log (HubTestBroker *self, const char *piece)
{
  hub_test_wait_until (hub_test_broker_count_log (self, piece) > 0);
}
