/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/hub-daemon.h"
#include "broker/hub-passwd-main.h"
#include "broker/hub-process.h"
#include "broker/hub-program.h"
#include "broker/net/hub-server-files.h"
#include "hub-build-config.h"

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>

/* hubbub-broker: the broker without a window. The command line is Mosquitto's. */

typedef struct
{
  char *config_file;
  char **ports;
  gboolean verbose;
  gboolean daemon;
  gboolean test_config;
  gboolean version;
} Arguments;

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
read_config (gpointer user_data, GError **error)
{
  const Arguments *arguments = user_data;
  g_autoptr (HubConfig) config = hub_config_new_broker ();

  if (arguments->config_file != NULL)
    {
      if (!hub_config_load (config, arguments->config_file, error))
        return NULL;
    }
  else if (arguments->ports == NULL)
    {
      hub_config_add_default_listeners (config, 1);
    }
  if (arguments->verbose)
    hub_config_set_log_types (config, HUB_LOG_TYPES_ALL);
  return add_ports (config, arguments->ports, error) ? g_steal_pointer (&config) : NULL;
}

static int
test_config (Arguments *arguments, GError **error)
{
  g_autoptr (HubConfig) config = NULL;

  if (arguments->config_file == NULL)
    {
      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_FAILED, "--test-config needs -c and the file to be checked");
      return EXIT_FAILURE;
    }
  config = read_config (arguments, error);
  if (config == NULL || !hub_server_options_check (&config->server, config->notices, error))
    return EXIT_FAILURE;
  for (guint i = 0; i < config->notices->len; i++)
    printf ("%s\n", (const char *) g_ptr_array_index (config->notices, i));
  printf ("%s: nothing is wrong with this configuration.\n", arguments->config_file);
  return EXIT_SUCCESS;
}

static gboolean
parse_arguments (Arguments *arguments, int *argc, char ***argv, GError **error)
{
  const GOptionEntry entries[] = {
    { "config-file", 'c', 0, G_OPTION_ARG_FILENAME, &arguments->config_file, "Read the configuration from FILE", "FILE" },
    { "daemon", 'd', 0, G_OPTION_ARG_NONE, &arguments->daemon, "Run in the background", NULL },
    { "port", 'p', 0, G_OPTION_ARG_STRING_ARRAY, &arguments->ports, "Listen for MQTT on PORT; may be given more than once", "PORT" },
    { "test-config", 0, 0, G_OPTION_ARG_NONE, &arguments->test_config, "Check the configuration, and go", NULL },
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

static int
run (Arguments *arguments, GError **error)
{
  int ready_fd = -1;
  int status = EXIT_FAILURE;

  if (arguments->version)
    {
      printf ("hubbub-broker version %s\n", HUB_VERSION);
      return EXIT_SUCCESS;
    }
  if (arguments->test_config)
    return test_config (arguments, error);
  if (arguments->daemon && hub_daemon_fork (&ready_fd, &status) == HUB_DAEMON_PARENT)
    return status;
  hub_process_prepare ();
  return hub_program_run (read_config, arguments, arguments->config_file, ready_fd);
}

int
main (int argc, char **argv)
{
  Arguments arguments = { 0 };
  g_autoptr (GError) error = NULL;
  int status = EXIT_FAILURE;

  /* What is printed is UTF-8, and is put in the terminal's letters. */
  setlocale (LC_CTYPE, "");
  if (argc > 1 && g_str_equal (argv[1], "passwd"))
    return hub_passwd_main (argc - 1, argv + 1);

  if (parse_arguments (&arguments, &argc, &argv, &error))
    status = run (&arguments, &error);
  if (error != NULL)
    fprintf (stderr, "hubbub-broker: %s\n", error->message);

  g_free (arguments.config_file);
  g_strfreev (arguments.ports);
  return status;
}
