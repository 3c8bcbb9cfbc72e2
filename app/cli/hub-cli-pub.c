/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "app/cli/hub-cli-pub.h"

#include "app/cli/hub-cli-frame.h"
#include "app/cli/hub-cli-input.h"
#include "app/cli/hub-cli-speech.h"
#include "broker/wire/hub-topic.h"

#include <glib/gi18n-lib.h>

/* Of --repeat-delay; a day. */
#define DELAY_MAX_S 86400

/* How much of a long input may be on its way, unless -M says so. */
#define OPEN_MAX 1000

/* hubbub pub: publishes, as mosquitto_pub does. */

typedef struct
{
  HubCliOptions options;
  char *topic;
  char *message;
  char *file;
  gboolean is_lines;
  gboolean is_input;
  gboolean is_nothing;
  int qos;
  gboolean is_retain;
  int n_times;
  double delay_s;
  int open_max;
} Pub;

static gboolean
check (Pub *self, GError **error)
{
  int n_kinds = (self->message != NULL) + (self->file != NULL) + self->is_lines + self->is_input + self->is_nothing;

  if (self->topic != NULL && self->options.url.topic != NULL)
    return hub_cli_fail (error, _ ("-t and -L both name a topic: one of them is enough"));
  if (self->topic == NULL)
    self->topic = g_strdup (self->options.url.topic);
  if (self->topic == NULL)
    return hub_cli_fail (error, _ ("the topic is missing (-t)"));
  if (!hub_topic_name_is_valid (hub_span_from_string (self->topic)))
    return hub_cli_fail (error, _ ("“%s” is no topic to publish to"), self->topic);
  if (n_kinds != 1)
    return hub_cli_fail (error, _ ("what to publish comes from one of -m, -f, -s, -l and -n"));
  if (self->n_times < 1)
    return hub_cli_fail (error, _ ("--repeat needs a number from 1"));
  if (self->is_lines && self->n_times > 1)
    return hub_cli_fail (error, _ ("lines (-l) cannot be repeated"));
  if (!(self->delay_s >= 0 && self->delay_s <= DELAY_MAX_S))
    return hub_cli_fail (error, _ ("--repeat-delay needs a number of seconds from 0 to %d"), DELAY_MAX_S);
  if (self->open_max < 0 || self->open_max > G_MAXUINT16)
    return hub_cli_fail (error, _ ("-M needs a number from 0 to 65535; 0 is as many as there can be"));
  if (hub_cli_properties_are_given (&self->options.properties.subscribe))
    return hub_cli_fail (error, _ ("nothing is subscribed to here: -D subscribe is for hubbub sub"));
  return hub_cli_check_qos (self->qos, error);
}

/* Lines come later. */
static gboolean
load (Pub *self, GBytes **text, GError **error)
{
  *text = NULL;
  if (self->is_lines)
    return TRUE;
  if (self->file != NULL)
    *text = hub_cli_input_read_file (self->file, error);
  else if (self->is_input)
    *text = hub_cli_input_read_all (error);
  else
    *text = g_bytes_new (self->message, self->message != NULL ? strlen (self->message) : 0);
  return *text != NULL;
}

static gboolean
run (gpointer command, int argc, char **argv, int *status, GError **error)
{
  Pub *self = command;
  g_autoptr (GBytes) text = NULL;
  HubCliSpeech speech = {
    .qos = (guint8) self->qos,
    .is_retain = self->is_retain,
    .n_times = (guint) self->n_times,
    .delay_ms = (guint) (self->delay_s * 1000),
    .open_max = self->open_max > 0 ? (guint) self->open_max : G_MAXUINT16,
    .properties = &self->options.properties.publish,
  };

  if (!hub_cli_frame_check_rest (argc, argv, error) || !check (self, error) || !load (self, &text, error))
    return FALSE;
  speech.topic = self->topic;
  speech.text = text;
  *status = hub_cli_speech_run (&speech, &self->options);
  return TRUE;
}

static GOptionContext *
make_context (Pub *self)
{
  const GOptionEntry entries[] = {
    { "topic", 't', 0, G_OPTION_ARG_STRING, &self->topic, N_ ("The topic"), N_ ("TOPIC") },
    { "message", 'm', 0, G_OPTION_ARG_FILENAME, &self->message, N_ ("The message"), N_ ("TEXT") },
    { "file", 'f', 0, G_OPTION_ARG_FILENAME, &self->file, N_ ("What is in this file is the message"), N_ ("FILE") },
    { "stdin-line", 'l', 0, G_OPTION_ARG_NONE, &self->is_lines, N_ ("Each line of the standard input is a message"), NULL },
    { "stdin-file", 's', 0, G_OPTION_ARG_NONE, &self->is_input, N_ ("All of the standard input is the message"), NULL },
    { "null-message", 'n', 0, G_OPTION_ARG_NONE, &self->is_nothing, N_ ("The message is empty"), NULL },
    { "qos", 'q', 0, G_OPTION_ARG_INT, &self->qos, N_ ("0, 1 or 2; 0 unless it is given"), N_ ("QOS") },
    { "retain", 'r', 0, G_OPTION_ARG_NONE, &self->is_retain, N_ ("Retain the message"), NULL },
    { "repeat", 0, 0, G_OPTION_ARG_INT, &self->n_times, N_ ("Publish the message so many times"), N_ ("COUNT") },
    { "repeat-delay", 0, 0, G_OPTION_ARG_DOUBLE, &self->delay_s, N_ ("What is between two times; 0 unless it is given"), N_ ("SECONDS") },
    { "max-inflight", 'M', 0, G_OPTION_ARG_INT, &self->open_max, N_ ("How many messages may wait for an answer at a time"), N_ ("COUNT") },
    { NULL },
  };
  GOptionContext *context = g_option_context_new (NULL);

  g_option_context_set_summary (context, _ ("Publishes a message, as mosquitto_pub does."));
  g_option_context_add_main_entries (context, entries, GETTEXT_PACKAGE);
  hub_cli_options_add_who (&self->options, context);
  hub_cli_options_add_terms (&self->options, context);
  return context;
}

/**
 * hub_cli_pub:
 * @argc: how many arguments
 * @argv: the command line, from the command on
 *
 * Does what `hubbub pub` is to do.
 *
 * Returns: the exit status
 */
int
hub_cli_pub (int argc, char **argv)
{
  Pub self = { .n_times = 1, .open_max = OPEN_MAX };
  int status;

  hub_cli_options_init (&self.options);
  status = hub_cli_frame_run (&self.options, make_context (&self), argc, argv, run, &self);
  g_free (self.topic);
  g_free (self.message);
  g_free (self.file);
  return status;
}
