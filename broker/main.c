/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/hub-broker.h"

#include "broker/hub-passwd-main.h"
#include "broker/net/hub-own-addresses.h"
#include "hub-build-config.h"

#include <glib-unix.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* hubbub-broker: the broker without a window. The command line is Mosquitto's. */

typedef struct
{
  GMainLoop *loop;
  HubBroker *broker;
  int ready_fd;         /* -1 unless a parent waits to hear that the ports are open */
  gboolean is_starting; /* not known yet whether they are */
  gboolean is_to_end;   /* a signal has come */
  int status;
} Program;

typedef struct
{
  char *config_file;
  char **ports;
  gboolean verbose;
  gboolean daemon;
  gboolean version;
} Arguments;

static void
log_cb (HubLogLevel level, const char *line, gpointer user_data)
{
  fprintf (stderr, "%" G_GINT64_FORMAT ": %s\n", g_get_real_time () / G_USEC_PER_SEC, line);
}

static gboolean
signal_cb (gpointer user_data)
{
  Program *program = user_data;

  program->is_to_end = TRUE;
  if (!program->is_starting)
    g_main_loop_quit (program->loop);
  return G_SOURCE_CONTINUE;
}

static void
detach_from_terminal (void)
{
  int null_fd = open ("/dev/null", O_RDWR);

  if (chdir ("/") < 0 || null_fd < 0)
    return;
  dup2 (null_fd, STDIN_FILENO);
  dup2 (null_fd, STDOUT_FILENO);
  dup2 (null_fd, STDERR_FILENO);
  if (null_fd > STDERR_FILENO)
    close (null_fd);
}

/* The parent of a daemon waits for this, and then leaves. */
static void
tell_parent (Program *program, const char *message)
{
  if (program->ready_fd < 0)
    return;
  if (write (program->ready_fd, message, strlen (message) + 1) < 0)
    g_debug ("nobody waits for the start");
  close (program->ready_fd);
  program->ready_fd = -1;
  detach_from_terminal ();
}

static void
log_urls (const HubLog *log, const char *scheme, guint16 port)
{
  g_auto (GStrv) addresses = hub_own_addresses ();

  for (char **address = addresses; port != 0 && *address != NULL; address++)
    {
      g_autofree char *url = hub_own_url (scheme, *address, port);

      hub_log_line (log, HUB_LOG_NOTICE, "Join from a browser: %s", url);
    }
}

/* The word that ./run and people wait for: where a browser joins. */
static void
log_addresses (const Program *program, const HubLog *log)
{
  log_urls (log, "http", hub_broker_get_port (program->broker, HUB_PROTOCOL_WEBSOCKETS));
  log_urls (log, "https", hub_broker_get_tls_port (program->broker, HUB_PROTOCOL_WEBSOCKETS));
}

static void
started_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  Program *program = user_data;
  g_autoptr (GError) error = NULL;

  program->is_starting = FALSE;
  if (hub_broker_start_finish (HUB_BROKER (object), result, &error))
    {
      HubLog log = { .func = log_cb, .level = HUB_LOG_INFORMATION };

      log_addresses (program, &log);
      tell_parent (program, "");
    }
  else
    {
      fprintf (stderr, "hubbub-broker: %s\n", error->message);
      tell_parent (program, error->message);
      program->status = EXIT_FAILURE;
    }
  if (program->is_to_end || error != NULL)
    g_main_loop_quit (program->loop);
}

static void
stopped_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  Program *program = user_data;

  hub_broker_stop_finish (HUB_BROKER (object), result, NULL);
  g_main_loop_quit (program->loop);
}

static gboolean
add_ports (HubConfig *config, char **ports, GError **error)
{
  for (char **port = ports; port != NULL && *port != NULL; port++)
    {
      guint64 number;

      if (!g_ascii_string_to_unsigned (*port, 10, 0, G_MAXUINT16, &number, NULL))
        {
          g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, "the port must be a whole number from 0 to 65535, not '%s'", *port);
          return FALSE;
        }
      if (number == 0 || !hub_config_has_port (config, (guint16) number))
        hub_config_add_listener (config, hub_listener_options_new (HUB_PROTOCOL_MQTT, (guint16) number));
    }
  return TRUE;
}

static HubConfig *
make_config (const Arguments *arguments, GError **error)
{
  g_autoptr (HubConfig) config = hub_config_new_broker ();

  config->server.core.log = (HubLog){
    .func = log_cb,
    .level = arguments->verbose ? HUB_LOG_DEBUG : HUB_LOG_INFORMATION,
  };
  if (arguments->config_file != NULL)
    {
      if (!hub_config_load (config, arguments->config_file, error))
        return NULL;
    }
  else if (arguments->ports == NULL)
    {
      hub_config_add_default_listeners (config, 1);
    }
  return add_ports (config, arguments->ports, error) ? g_steal_pointer (&config) : NULL;
}

/* Leaves only once the child hosts, so that the exit status tells the truth. */
static int
wait_for_child (int fd)
{
  char message[512];
  gssize size = 0;
  gssize n;

  while (size < (gssize) sizeof message &&
         ((n = read (fd, message + size, sizeof message - (gsize) size)) > 0 || (n < 0 && errno == EINTR)))
    size += MAX (n, 0);
  return size == 1 && message[0] == '\0' ? EXIT_SUCCESS : EXIT_FAILURE;
}

static gboolean
daemonise (Program *program, int *status)
{
  int fds[2];
  pid_t child;

  if (pipe (fds) < 0 || (child = fork ()) < 0)
    {
      fprintf (stderr, "hubbub-broker: cannot go to the background: %s\n", g_strerror (errno));
      *status = EXIT_FAILURE;
      return FALSE;
    }
  if (child > 0)
    {
      close (fds[1]);
      *status = wait_for_child (fds[0]);
      return FALSE;
    }
  close (fds[0]);
  setsid ();
  program->ready_fd = fds[1];
  return TRUE;
}

static gboolean
parse_arguments (Arguments *arguments, int *argc, char ***argv, GError **error)
{
  const GOptionEntry entries[] = {
    { "config-file", 'c', 0, G_OPTION_ARG_FILENAME, &arguments->config_file, "Read the configuration from FILE", "FILE" },
    { "daemon", 'd', 0, G_OPTION_ARG_NONE, &arguments->daemon, "Run in the background", NULL },
    { "port", 'p', 0, G_OPTION_ARG_STRING_ARRAY, &arguments->ports, "Listen for MQTT on PORT; may be given more than once", "PORT" },
    { "verbose", 'v', 0, G_OPTION_ARG_NONE, &arguments->verbose, "Log every packet", NULL },
    { "version", 0, 0, G_OPTION_ARG_NONE, &arguments->version, "Print the version", NULL },
    { NULL },
  };
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);

  g_option_context_set_summary (context,
                                "An MQTT broker that serves a chat page as well.\n"
                                "Without -c and -p it listens for MQTT on port 1883, and for browsers on port 9001.");
  g_option_context_set_description (context, "'hubbub-broker passwd' changes a password file; see 'hubbub-broker passwd --help'.");
  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, argc, argv, error))
    return FALSE;
  if (*argc > 1)
    {
      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_FAILED, "'%s' is not understood; see --help", (*argv)[1]);
      return FALSE;
    }
  return TRUE;
}

static void
run (Program *program, HubConfig *config)
{
  guint sources[2];

  program->loop = g_main_loop_new (NULL, FALSE);
  program->broker = hub_broker_new (config);
  sources[0] = g_unix_signal_add (SIGINT, signal_cb, program);
  sources[1] = g_unix_signal_add (SIGTERM, signal_cb, program);

  program->is_starting = TRUE;
  hub_broker_start_async (program->broker, NULL, started_cb, program);
  g_main_loop_run (program->loop);
  if (program->status == EXIT_SUCCESS)
    {
      hub_broker_stop_async (program->broker, NULL, stopped_cb, program);
      g_main_loop_run (program->loop);
    }

  g_source_remove (sources[0]);
  g_source_remove (sources[1]);
  g_clear_object (&program->broker);
  g_main_loop_unref (program->loop);
}

int
main (int argc, char **argv)
{
  Arguments arguments = { 0 };
  Program program = { .ready_fd = -1 };
  g_autoptr (GError) error = NULL;
  g_autoptr (HubConfig) config = NULL;
  HubLog log = { .func = log_cb, .level = HUB_LOG_INFORMATION };

  if (argc > 1 && g_str_equal (argv[1], "passwd"))
    return hub_passwd_main (argc - 1, argv + 1);

  /* When nobody reads the log any more, that is no reason to end. */
  signal (SIGPIPE, SIG_IGN);

  if (parse_arguments (&arguments, &argc, &argv, &error) && !arguments.version)
    config = make_config (&arguments, &error);

  if (error != NULL)
    {
      fprintf (stderr, "hubbub-broker: %s\n", error->message);
      program.status = EXIT_FAILURE;
    }
  else if (arguments.version)
    {
      printf ("hubbub-broker version %s\n", HUB_VERSION);
    }
  else if (!arguments.daemon || daemonise (&program, &program.status))
    {
      hub_log_line (&log, HUB_LOG_NOTICE, "hubbub-broker version %s starting", HUB_VERSION);
      if (arguments.config_file != NULL)
        hub_log_line (&log, HUB_LOG_INFORMATION, "Config loaded from %s.", arguments.config_file);
      else
        hub_log_line (&log, HUB_LOG_INFORMATION, "Using default config.");
      run (&program, g_steal_pointer (&config));
      hub_log_line (&log, HUB_LOG_NOTICE, "hubbub-broker version %s terminating", HUB_VERSION);
    }

  g_free (arguments.config_file);
  g_strfreev (arguments.ports);
  return program.status;
}
