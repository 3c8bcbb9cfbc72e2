/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "app/cli/hub-cli-listen.h"

#include "app/cli/hub-cli-frame.h"
#include "app/cli/hub-cli-hearing.h"
#include "app/cli/hub-cli-line.h"
#include "app/messages/hub-envelope.h"
#include "ui/model/hub-room-topic.h"

#include <glib/gi18n-lib.h>

/* hubbub listen: prints what is said in the chat. */

typedef struct
{
  HubCliOptions options;
  HubCliHearing hearing;
  char *room;
  char *topic; /* the room's */
  gboolean is_all;
  gboolean has_time;
  gboolean is_json;
} Listen;

static HubMessageItem *
read_message (HubClient *client, const char *topic, const HubPayload *payload, gboolean is_retain)
{
  g_autofree char *log = hub_client_dup_message_note (client, "hub-log");
  g_autofree char *seq = hub_client_dup_message_note (client, "hub-seq");
  g_autofree char *time = hub_client_dup_message_note (client, "hub-time");
  /* Other brokers hand on what anybody says there. */
  g_autofree char *port = hub_client_dup_broker_note (client, "hub-http");
  HubStamp stamp;
  HubEnvelope envelope = { .topic = topic, .is_retained = is_retain };

  if (port != NULL && hub_stamp_read (&stamp, log, seq, time))
    envelope.stamp = &stamp;
  return hub_envelope_open (&envelope, payload, "");
}

static void
message_cb (HubClient *client, const char *topic, GBytes *bytes, guint qos, gboolean is_retain, gpointer user_data)
{
  Listen *self = user_data;
  g_autoptr (HubPayload) payload = hub_payload_parse (bytes);
  g_autoptr (HubMessageItem) item = NULL;
  g_autoptr (GString) line = NULL;

  if (payload->kind == HUB_PAYLOAD_NOTHING)
    return;
  item = read_message (client, topic, payload, is_retain);
  line = self->is_json ? hub_cli_line_for_programs (item) : hub_cli_line_for_people (item, self->has_time, self->is_all);
  hub_cli_hearing_print (&self->hearing, line);
}

static void
connected_cb (HubClient *client, gpointer user_data)
{
  Listen *self = user_data;
  const char *const filters[] = { self->is_all ? HUB_ROOM_FILTER : self->topic, NULL };

  g_signal_connect (client, "message", G_CALLBACK (message_cb), self);
  hub_cli_hearing_begin (&self->hearing, client, filters, 1, NULL);
}

static gboolean
check (Listen *self, GError **error)
{
  if (self->is_all && self->room != NULL)
    return hub_cli_fail (error, _ ("--all and --room say two different things: one of them is enough"));
  self->topic = self->room != NULL ? hub_room_topic_from_name (self->room, error) : g_strdup (HUB_ROOM_EVERYONE);
  return self->topic != NULL && hub_cli_hearing_check (&self->hearing, error);
}

static gboolean
run (gpointer command, int argc, char **argv, int *status, GError **error)
{
  Listen *self = command;

  if (!hub_cli_frame_check_rest (argc, argv, error) || !check (self, error))
    return FALSE;
  *status = hub_cli_hearing_run (&self->hearing, &self->options, connected_cb, self);
  return TRUE;
}

static GOptionContext *
make_context (Listen *self)
{
  const GOptionEntry entries[] = {
    { "room", 'r', 0, G_OPTION_ARG_STRING, &self->room, N_ ("A room; that of everyone unless it is given"), N_ ("ROOM") },
    { "all", 'a', 0, G_OPTION_ARG_NONE, &self->is_all, N_ ("All rooms, each message with its own"), NULL },
    { "time", 't', 0, G_OPTION_ARG_NONE, &self->has_time, N_ ("Print the time as well"), NULL },
    { "json", 0, 0, G_OPTION_ARG_NONE, &self->is_json, N_ ("Print a JSON object for each message"), NULL },
    { NULL },
  };
  GOptionContext *context = g_option_context_new (NULL);

  g_option_context_set_summary (context, _ ("Prints what is said in the chat, a line for each message, until it is stopped."));
  g_option_context_add_main_entries (context, entries, GETTEXT_PACKAGE);
  hub_cli_hearing_add_options (&self->hearing, context);
  hub_cli_options_add_who (&self->options, context);
  return context;
}

/**
 * hub_cli_listen:
 * @argc: how many arguments
 * @argv: the command line, from the command on
 *
 * Does what `hubbub listen` is to do.
 *
 * Returns: the exit status
 */
int
hub_cli_listen (int argc, char **argv)
{
  Listen self = { 0 };
  int status;

  hub_cli_options_init_chat (&self.options);
  status = hub_cli_frame_run (&self.options, make_context (&self), argc, argv, run, &self);
  hub_cli_hearing_clear (&self.hearing);
  g_free (self.room);
  g_free (self.topic);
  return status;
}
