/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "app/cli/hub-cli-sub.h"

#include "app/cli/hub-cli-format.h"
#include "app/cli/hub-cli-frame.h"
#include "app/cli/hub-cli-hearing.h"
#include "app/cli/hub-cli-output.h"
#include "broker/wire/hub-topic.h"

#include <glib/gi18n-lib.h>

/* The Retain Handling of a subscription. */
#define RETAIN_NEVER 0x20

/* hubbub sub: prints what is published, as mosquitto_sub does. */

typedef struct
{
  HubCliOptions options;
  HubCliHearing hearing;
  char **topics;
  char **dropped; /* topics to unsubscribe from */
  char **hidden;  /* filters of what is not printed */
  char *format;
  int qos;
  gboolean is_verbose;
  gboolean has_no_end; /* of lines */
  gboolean no_retained;
  gboolean only_retained;
  gboolean remove_retained;
} Sub;

static gboolean
is_hidden (Sub *self, const char *topic)
{
  for (char **filter = self->hidden; filter != NULL && *filter != NULL; filter++)
    if (hub_topic_matches (hub_span_from_string (*filter), hub_span_from_string (topic)))
      return TRUE;
  return FALSE;
}

/* An empty message is nothing but its topic, as for mosquitto_sub. */
static GString *
write_message (Sub *self, const HubCliMessage *message)
{
  gboolean is_empty = self->format == NULL && g_bytes_get_size (message->payload) == 0;
  const char *format = self->format;
  GString *text;

  if (is_empty && (!self->is_verbose || self->has_no_end))
    return g_string_new (NULL);
  if (format == NULL)
    format = !self->is_verbose ? "%p" : is_empty ? "%t (null)"
                                                 : "%t %p";
  text = hub_cli_format (format, message);
  if (!self->has_no_end)
    g_string_append_c (text, '\n');
  return text;
}

static void
message_cb (HubClient *client, const char *topic, GBytes *payload, guint qos, gboolean is_retain, gpointer user_data)
{
  Sub *self = user_data;
  const HubCliMessage message = { topic, payload, qos, is_retain, g_get_real_time () };
  g_autoptr (GString) text = NULL;

  if (self->only_retained && !is_retain)
    {
      hub_cli_session_finish (self->hearing.session, EXIT_SUCCESS);
      return;
    }
  if ((is_retain && self->no_retained) || is_hidden (self, topic))
    return;
  if (is_retain && self->remove_retained)
    {
      g_autoptr (GBytes) nothing = g_bytes_new_static ("", 0);

      hub_client_publish (client, topic, nothing, 1, TRUE);
    }
  text = write_message (self, &message);
  hub_cli_hearing_print (&self->hearing, text);
}

static void
connected_cb (HubClient *client, gpointer user_data)
{
  Sub *self = user_data;
  guint8 options = (guint8) self->qos;

  g_signal_connect (client, "message", G_CALLBACK (message_cb), self);
  /* In 5.0 the broker need not even send them. */
  if (self->options.version == HUB_VERSION_5_0 && self->no_retained)
    options |= RETAIN_NEVER;
  hub_cli_hearing_begin (&self->hearing, client, (const char *const *) self->topics, options,
                         &self->options.properties.subscribe);
  for (char **topic = self->dropped; topic != NULL && *topic != NULL; topic++)
    hub_client_unsubscribe (client, *topic);
}

static gboolean
check_filters (char **filters, GError **error)
{
  for (char **filter = filters; filter != NULL && *filter != NULL; filter++)
    if (!hub_topic_filter_is_valid (hub_span_from_string (*filter)))
      return hub_cli_fail (error, _ ("“%s” is no topic to subscribe to: are all + and # where they may be?"), *filter);
  return TRUE;
}

/* In front of the others. */
static void
add_topic (Sub *self, const char *topic)
{
  GStrvBuilder *builder = g_strv_builder_new ();

  g_strv_builder_add (builder, topic);
  if (self->topics != NULL)
    g_strv_builder_addv (builder, (const char **) self->topics);
  g_strfreev (self->topics);
  self->topics = g_strv_builder_end (builder);
  g_strv_builder_unref (builder);
}

static gboolean
check (Sub *self, GError **error)
{
  if (self->options.url.topic != NULL)
    add_topic (self, self->options.url.topic);
  if (hub_cli_properties_are_given (&self->options.properties.publish))
    return hub_cli_fail (error, _ ("nothing is published here: -D publish is for hubbub pub"));
  if (self->topics == NULL)
    return hub_cli_fail (error, _ ("a topic to subscribe to is missing (-t)"));
  if (self->no_retained && (self->only_retained || self->remove_retained))
    return hub_cli_fail (error, _ ("-R leaves out just what --retained-only and --remove-retained are about"));
  return check_filters (self->topics, error) && check_filters (self->dropped, error) && check_filters (self->hidden, error) &&
         hub_cli_check_qos (self->qos, error) && (self->format == NULL || hub_cli_format_check (self->format, error)) &&
         hub_cli_hearing_check (&self->hearing, error);
}

static gboolean
run (gpointer command, int argc, char **argv, int *status, GError **error)
{
  Sub *self = command;

  if (!hub_cli_frame_check_rest (argc, argv, error) || !check (self, error))
    return FALSE;
  *status = hub_cli_hearing_run (&self->hearing, &self->options, connected_cb, self);
  return TRUE;
}

static GOptionContext *
make_context (Sub *self)
{
  const GOptionEntry entries[] = {
    { "topic", 't', 0, G_OPTION_ARG_STRING_ARRAY, &self->topics, N_ ("A topic, possibly with + and #; may be given more than once"), N_ ("TOPIC") },
    { "qos", 'q', 0, G_OPTION_ARG_INT, &self->qos, N_ ("0, 1 or 2; 0 unless it is given"), N_ ("QOS") },
    { "verbose", 'v', 0, G_OPTION_ARG_NONE, &self->is_verbose, N_ ("Print the topic as well"), NULL },
    { "format", 'F', 0, G_OPTION_ARG_STRING, &self->format, N_ ("What to print of each message; see hubbub(1)"), N_ ("FORMAT") },
    { "no-newline", 'N', 0, G_OPTION_ARG_NONE, &self->has_no_end, N_ ("No end of line behind a message"), NULL },
    { "exit-subscribed", 'E', 0, G_OPTION_ARG_NONE, &self->hearing.ends_subscribed, N_ ("End once the broker has answered"), NULL },
    { "no-retained", 'R', 0, G_OPTION_ARG_NONE, &self->no_retained, N_ ("Print no retained messages"), NULL },
    { "retained-only", 0, 0, G_OPTION_ARG_NONE, &self->only_retained, N_ ("Print retained messages, and end with the first other one"), NULL },
    { "remove-retained", 0, 0, G_OPTION_ARG_NONE, &self->remove_retained, N_ ("Clear the retained messages that come"), NULL },
    { "filter-out", 'T', 0, G_OPTION_ARG_STRING_ARRAY, &self->hidden, N_ ("Print nothing of these topics; may be given more than once"), N_ ("TOPIC") },
    { "unsubscribe", 'U', 0, G_OPTION_ARG_STRING_ARRAY, &self->dropped, N_ ("Unsubscribe from a topic; may be given more than once"), N_ ("TOPIC") },
    { NULL },
  };
  GOptionContext *context = g_option_context_new (NULL);

  g_option_context_set_summary (context, _ ("Prints what is published, as mosquitto_sub does."));
  g_option_context_add_main_entries (context, entries, GETTEXT_PACKAGE);
  hub_cli_hearing_add_options (&self->hearing, context);
  hub_cli_options_add_who (&self->options, context);
  hub_cli_options_add_terms (&self->options, context);
  return context;
}

/**
 * hub_cli_sub:
 * @argc: how many arguments
 * @argv: the command line, from the command on
 *
 * Does what `hubbub sub` is to do.
 *
 * Returns: the exit status
 */
int
hub_cli_sub (int argc, char **argv)
{
  Sub self = { 0 };
  int status;

  hub_cli_options_init (&self.options);
  status = hub_cli_frame_run (&self.options, make_context (&self), argc, argv, run, &self);
  hub_cli_hearing_clear (&self.hearing);
  g_strfreev (self.topics);
  g_strfreev (self.dropped);
  g_strfreev (self.hidden);
  g_free (self.format);
  return status;
}
