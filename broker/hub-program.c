/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/hub-program.h"

#include "broker/hub-daemon.h"
#include "broker/hub-resident.h"
#include "broker/hub-systemd.h"
#include "broker/store/hub-store-error.h"
#include "hub-build-config.h"

#include <glib-unix.h>

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

/* The life of hubbub-broker: from a configuration to the end. */
typedef struct
{
  HubProgramConfigFunc read_config;
  gpointer user_data;
  GMainLoop *loop;       /* (owned) */
  HubBroker *broker;     /* (owned) */
  HubSystemd *systemd;   /* (owned) */
  HubLogSink *sink;      /* (owned): what the broker writes to */
  HubLogSink *next_sink; /* (owned) (nullable): what it writes to once the reload under way has succeeded */
  HubLog log;            /* of @sink */
  GCancellable *search;  /* (owned) (nullable): for who has the ports */
  char *pid_file;        /* (owned) (nullable): written */
  int ready_fd;          /* -1 unless a parent waits to hear that the ports are open */
  gboolean is_starting;  /* not known yet whether they are */
  gboolean is_to_end;    /* a signal has come */
  gboolean is_to_reload; /* another one, while there was no time for it */
  int status;
} Program;

static void
log_notices (const Program *program, const HubConfig *config)
{
  for (guint i = 0; i < config->notices->len; i++)
    hub_log_line (&program->log, HUB_LOG_NOTICE, "%s", (const char *) g_ptr_array_index (config->notices, i));
}

/* The word that ./run and people wait for: where a browser joins. */
static void
log_addresses (const Program *program)
{
  g_auto (GStrv) urls = hub_broker_list_urls (program->broker);

  for (char **url = urls; *url != NULL; url++)
    hub_log_line (&program->log, HUB_LOG_NOTICE, "Join from a browser: %s", *url);
}

static void
use_sink (Program *program, HubLogSink *sink)
{
  g_clear_pointer (&program->sink, hub_log_sink_free);
  program->sink = sink;
  program->log = hub_log_sink_get_log (sink);
}

static void reloaded_cb (GObject *object, GAsyncResult *result, gpointer user_data);

/* Whatever goes wrong, the broker goes on as it was. */
static void
begin_reload (Program *program)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HubConfig) config = NULL;

  hub_systemd_tell_reloading (program->systemd);
  hub_log_line (&program->log, HUB_LOG_NOTICE, "Reloading config.");
  config = program->read_config (program->user_data, &error);
  if (config != NULL)
    program->next_sink = hub_log_sink_new (&config->log, &error);
  if (program->next_sink == NULL)
    {
      hub_log_line (&program->log, HUB_LOG_ERROR, "Nothing was reloaded: %s", error->message);
      hub_systemd_tell_ready (program->systemd);
      return;
    }
  config->server.core.log = hub_log_sink_get_log (program->next_sink);
  log_notices (program, config);
  hub_broker_reload_async (program->broker, g_steal_pointer (&config), NULL, reloaded_cb, program);
}

static void
reload (Program *program)
{
  program->is_to_reload = program->is_starting || program->next_sink != NULL;
  if (!program->is_to_reload && !program->is_to_end)
    begin_reload (program);
}

static void
reloaded_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  Program *program = user_data;
  g_autoptr (GError) error = NULL;

  if (hub_broker_reload_finish (HUB_BROKER (object), result, &error))
    {
      use_sink (program, g_steal_pointer (&program->next_sink));
      hub_log_line (&program->log, HUB_LOG_NOTICE, "Config reloaded.");
    }
  else
    {
      g_clear_pointer (&program->next_sink, hub_log_sink_free);
      hub_log_line (&program->log, HUB_LOG_ERROR, "Nothing was reloaded: %s", error->message);
    }
  hub_systemd_tell_ready (program->systemd);
  if (program->is_to_reload)
    reload (program);
}

static gboolean
end_cb (gpointer user_data)
{
  Program *program = user_data;

  program->is_to_end = TRUE;
  if (program->search != NULL)
    g_cancellable_cancel (program->search);
  if (!program->is_starting)
    g_main_loop_quit (program->loop);
  return G_SOURCE_CONTINUE;
}

static gboolean
hang_up_cb (gpointer user_data)
{
  reload (user_data);
  return G_SOURCE_CONTINUE;
}

/* Only now, so that a second one on the same ports does not take the file away from the first. */
static gboolean
write_pid_file (Program *program, GError **error)
{
  if (program->pid_file == NULL || hub_pid_file_write (program->pid_file, error))
    return TRUE;
  g_clear_pointer (&program->pid_file, g_free);
  return FALSE;
}

/* The port of the page; 0: there is none, or none without TLS. */
static guint16
find_page_port (const HubConfig *config)
{
  for (guint i = 0; i < config->server.listeners->len; i++)
    {
      const HubListenerOptions *listener = g_ptr_array_index (config->server.listeners, i);

      if (listener->protocol == HUB_PROTOCOL_WEBSOCKETS && listener->unix_path == NULL && listener->certfile == NULL)
        return listener->port;
    }
  return 0;
}

static void
resident_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  Program *program = user_data;
  g_autoptr (HubResident) resident = hub_resident_find_finish (result);

  if (resident != NULL)
    fprintf (stderr, "hubbub-broker: there is a chat on this computer already: %s\n", resident->url);
  g_clear_object (&program->search);
  hub_daemon_tell (&program->ready_fd, FALSE);
  g_main_loop_quit (program->loop);
}

/* Whoever wants to host because there is no chat here wants to know of the one that there is. */
static gboolean
look_for_resident (Program *program, const GError *error)
{
  g_autoptr (HubConfig) config = NULL;
  guint16 port;

  if (program->is_to_end || (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_ADDRESS_IN_USE) &&
                             !g_error_matches (error, HUB_STORE_ERROR, HUB_STORE_ERROR_IN_USE)))
    return FALSE;
  config = hub_broker_dup_config (program->broker);
  port = find_page_port (config);
  if (port == 0)
    return FALSE;
  program->is_starting = TRUE;
  program->search = g_cancellable_new ();
  hub_resident_find_async (port, 1, HUB_RESIDENT_TIMEOUT_MS, program->search, resident_cb, program);
  return TRUE;
}

static void
started_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  Program *program = user_data;
  g_autoptr (GError) error = NULL;

  program->is_starting = FALSE;
  if (!hub_broker_start_finish (HUB_BROKER (object), result, &error))
    g_clear_pointer (&program->pid_file, g_free);
  else if (write_pid_file (program, &error))
    log_addresses (program);

  if (error != NULL)
    {
      fprintf (stderr, "hubbub-broker: %s\n", error->message);
      program->status = EXIT_FAILURE;
      if (look_for_resident (program, error))
        return;
    }
  hub_daemon_tell (&program->ready_fd, error == NULL);
  if (error == NULL)
    hub_systemd_tell_ready (program->systemd);
  if (program->is_to_end || error != NULL)
    g_main_loop_quit (program->loop);
  else if (program->is_to_reload)
    reload (program);
}

static void
stopped_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  Program *program = user_data;

  hub_broker_stop_finish (HUB_BROKER (object), result, NULL);
  g_main_loop_quit (program->loop);
}

static void
run (Program *program, HubConfig *config)
{
  program->broker = hub_broker_new_for_config (config);
  program->systemd = hub_systemd_new (program->broker);
  program->is_starting = TRUE;
  hub_broker_start_async (program->broker, NULL, started_cb, program);
  g_main_loop_run (program->loop);
  hub_systemd_tell_stopping (program->systemd);
  hub_broker_stop_async (program->broker, NULL, stopped_cb, program);
  g_main_loop_run (program->loop);

  g_clear_pointer (&program->systemd, hub_systemd_free);
  g_clear_object (&program->broker);
}

/**
 * hub_program_run:
 * @read_config: reads the configuration
 * @user_data: for @read_config
 * @config_name: (nullable): the name of the file that it is from
 * @ready_fd: as hub_daemon_fork() has given it, or -1
 *
 * Hosts until SIGINT or SIGTERM comes. With SIGHUP the configuration is read again, and what can change while clients are
 * connected changes.
 *
 * Returns: the exit status
 */
int
hub_program_run (HubProgramConfigFunc read_config, gpointer user_data, const char *config_name, int ready_fd)
{
  Program program = { .read_config = read_config, .user_data = user_data, .ready_fd = ready_fd };
  g_autoptr (GError) error = NULL;
  g_autoptr (HubConfig) config = read_config (user_data, &error);
  HubLogSink *sink = config != NULL ? hub_log_sink_new (&config->log, &error) : NULL;
  guint sources[3];

  if (sink == NULL)
    {
      fprintf (stderr, "hubbub-broker: %s\n", error->message);
      hub_daemon_tell (&program.ready_fd, FALSE);
      return EXIT_FAILURE;
    }

  /* Before anybody is told of it: who reads the first line may send a signal at once. */
  signal (SIGPIPE, SIG_IGN);
  program.loop = g_main_loop_new (NULL, FALSE);
  sources[0] = g_unix_signal_add (SIGINT, end_cb, &program);
  sources[1] = g_unix_signal_add (SIGTERM, end_cb, &program);
  sources[2] = g_unix_signal_add (SIGHUP, hang_up_cb, &program);

  use_sink (&program, sink);
  config->server.core.log = program.log;
  program.pid_file = g_strdup (config->pid_file);
  hub_log_line (&program.log, HUB_LOG_NOTICE, "hubbub-broker version %s starting", HUB_VERSION);
  if (config_name != NULL)
    hub_log_line (&program.log, HUB_LOG_INFORMATION, "Config loaded from %s.", config_name);
  else
    hub_log_line (&program.log, HUB_LOG_INFORMATION, "Using default config.");
  log_notices (&program, config);

  run (&program, g_steal_pointer (&config));
  hub_log_line (&program.log, HUB_LOG_NOTICE, "hubbub-broker version %s terminating", HUB_VERSION);

  for (gsize i = 0; i < G_N_ELEMENTS (sources); i++)
    g_source_remove (sources[i]);
  g_main_loop_unref (program.loop);
  if (program.pid_file != NULL)
    hub_pid_file_remove (program.pid_file);
  g_free (program.pid_file);
  g_clear_pointer (&program.next_sink, hub_log_sink_free);
  g_clear_pointer (&program.sink, hub_log_sink_free);
  return program.status;
}
