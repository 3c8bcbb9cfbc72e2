/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "app/cli/hub-cli-hearing.h"

#include "app/cli/hub-cli-output.h"
#include "app/cli/hub-cli-trace.h"

#include <gio/gio.h>
#include <glib/gi18n-lib.h>

#include <string.h>

/* A month. */
#define TIMEOUT_MAX_S (31 * 24 * 3600)

/**
 * hub_cli_hearing_clear:
 * @self: a hearing
 *
 * Frees what was said.
 */
void
hub_cli_hearing_clear (HubCliHearing *self)
{
  g_free (self->count_name);
  g_free (self->timeout_name);
}

/**
 * hub_cli_hearing_add_options:
 * @self: a hearing that outlives @context
 * @context: what reads the command line
 *
 * Adds the options that say when it ends.
 */
void
hub_cli_hearing_add_options (HubCliHearing *self, GOptionContext *context)
{
  const GOptionEntry entries[] = {
    { "count", 'C', 0, G_OPTION_ARG_STRING, &self->count_name, N_ ("End after so many messages"), N_ ("COUNT") },
    { "timeout", 'W', 0, G_OPTION_ARG_STRING, &self->timeout_name, N_ ("End after so many seconds, with status 27"), N_ ("SECONDS") },
    { NULL },
  };

  g_option_context_add_main_entries (context, entries, GETTEXT_PACKAGE);
}

/**
 * hub_cli_hearing_check:
 * @self: a hearing whose options were read
 * @error: return location
 *
 * Returns: %FALSE with @error set when something is wrong with them
 */
gboolean
hub_cli_hearing_check (HubCliHearing *self, GError **error)
{
  guint64 timeout_s = 0;

  if (self->count_name != NULL &&
      !g_ascii_string_to_unsigned (self->count_name, 10, 1, G_MAXINT64, &self->n_left, NULL))
    return hub_cli_fail (error, _ ("the number of messages is a whole number from 1, not “%s”"), self->count_name);
  if (self->timeout_name != NULL &&
      !g_ascii_string_to_unsigned (self->timeout_name, 10, 1, TIMEOUT_MAX_S, &timeout_s, NULL))
    return hub_cli_fail (error, _ ("the time is a number of seconds from 1 to %d, not “%s”"), TIMEOUT_MAX_S, self->timeout_name);
  self->timeout_s = (guint) timeout_s;
  return TRUE;
}

static void
subscribed_cb (HubClient *client, gboolean is_granted, gpointer user_data)
{
  HubCliHearing *self = user_data;

  self->n_unanswered--;
  self->n_granted += is_granted ? 1 : 0;
  if (self->n_unanswered > 0)
    return;
  if (self->n_granted == 0)
    hub_cli_session_fail (self->session, EXIT_FAILURE, _ ("the broker does not allow to subscribe to this"));
  else if (self->ends_subscribed)
    hub_cli_session_finish (self->session, EXIT_SUCCESS);
}

/* Counts what was printed. Returns whether that was the last that is wanted. */
static gboolean
is_last (HubCliHearing *self)
{
  self->is_complete = self->n_left > 0 && --self->n_left == 0;
  return self->is_complete;
}

static void
print (HubCliHearing *self, const GString *text, gboolean is_answered)
{
  g_autoptr (GError) error = NULL;

  if (self->is_complete)
    return;
  if (hub_cli_print (text->str, text->len, &error))
    {
      if (!is_last (self))
        return;
      if (is_answered)
        hub_cli_session_finish (self->session, EXIT_SUCCESS);
      else
        hub_cli_session_finish_with_message (self->session, EXIT_SUCCESS);
    }
  else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_BROKEN_PIPE))
    {
      /* Whoever has read enough says so by going. */
      hub_cli_session_finish (self->session, EXIT_FAILURE);
    }
  else
    {
      hub_cli_session_fail (self->session, EXIT_FAILURE, error->message);
    }
}

typedef struct
{
  guint packet_id;
  GString *text;
} HubCliHeld;

static void
held_free (gpointer data)
{
  HubCliHeld *held = data;

  g_string_free (held->text, TRUE);
  g_free (held);
}

/* A message that comes again is held in place of the former one. */
static void
hold (HubCliHearing *self, guint packet_id, const GString *text)
{
  HubCliHeld *held = g_new (HubCliHeld, 1);

  held->packet_id = packet_id;
  held->text = g_string_new_len (text->str, (gssize) text->len);
  for (guint i = 0; i < self->held->len; i++)
    if (((const HubCliHeld *) g_ptr_array_index (self->held, i))->packet_id == packet_id)
      {
        g_ptr_array_remove_index (self->held, i);
        break;
      }
  g_ptr_array_add (self->held, held);
}

/* Behind the answer to it. */
static void
print_held (HubCliHearing *self, guint packet_id)
{
  for (guint i = 0; i < self->held->len; i++)
    {
      HubCliHeld *held = g_ptr_array_index (self->held, i);

      if (held->packet_id != packet_id)
        continue;
      g_ptr_array_steal_index (self->held, i);
      print (self, held->text, TRUE);
      held_free (held);
      return;
    }
}

/* As mosquitto_sub does: a message stands behind the answer to it. */
static void
watch_cb (gboolean is_sent, const HubPacket *packet, gpointer user_data)
{
  HubCliHearing *self = user_data;

  if (is_sent && (packet->type == HUB_PACKET_PUBACK || packet->type == HUB_PACKET_PUBCOMP))
    print_held (self, packet->ack.packet_id);
  if (!is_sent && packet->type == HUB_PACKET_PUBLISH)
    self->packet_id = packet->publish.packet_id;
  if (!is_sent && packet->type == HUB_PACKET_SUBACK)
    {
      g_autofree char *text = hub_cli_trace_subscribed (&packet->suback);

      hub_cli_print (text, strlen (text), NULL);
    }
}

/* What the broker has been told of and was not printed is not lost with the connection. */
static void
print_all_held (HubCliHearing *self)
{
  if (self->held == NULL)
    return;
  for (guint i = 0; i < self->held->len && !self->is_complete; i++)
    {
      const GString *text = ((const HubCliHeld *) g_ptr_array_index (self->held, i))->text;

      if (hub_cli_print (text->str, text->len, NULL))
        is_last (self);
    }
  g_ptr_array_set_size (self->held, 0);
}

/**
 * hub_cli_hearing_run:
 * @self: a hearing that was checked
 * @options: which broker, and as whom
 * @connected: begins with hub_cli_hearing_begin()
 * @user_data: for @connected
 *
 * Listens to the end.
 *
 * Returns: the exit status
 */
int
hub_cli_hearing_run (HubCliHearing *self, const HubCliOptions *options, HubCliConnectedFunc connected, gpointer user_data)
{
  g_autoptr (HubCliSession) session = hub_cli_session_new (options, connected, user_data);
  int status;

  self->session = session;
  hub_cli_session_stay (session);
  self->is_debug = options->is_debug;
  if (self->is_debug)
    {
      self->held = g_ptr_array_new_with_free_func (held_free);
      hub_cli_session_watch (session, watch_cb, self);
    }
  if (self->timeout_s > 0)
    hub_cli_session_set_timeout (session, self->timeout_s);
  status = hub_cli_session_run (session);
  print_all_held (self);
  g_clear_pointer (&self->held, g_ptr_array_unref);
  self->session = NULL;
  return status;
}

/**
 * hub_cli_hearing_begin:
 * @self: a hearing
 * @client: a client that was just accepted
 * @filters: what to hear of
 * @options: at which QoS; in 5.0 with the other options of a subscription
 * @properties: (nullable): those of MQTT 5.0
 *
 * Subscribes. When the broker refuses it all, that is the end.
 */
void
hub_cli_hearing_begin (HubCliHearing *self, HubClient *client, const char *const *filters, guint8 options, const HubProperties *properties)
{
  print_all_held (self);
  if (self->is_complete)
    {
      hub_cli_session_finish (self->session, EXIT_SUCCESS);
      return;
    }
  self->n_unanswered = 0;
  self->n_granted = 0;
  g_signal_connect (client, "subscribed", G_CALLBACK (subscribed_cb), self);
  if (hub_client_subscribe_all (client, filters, options, properties))
    self->n_unanswered++;
}

/**
 * hub_cli_hearing_print:
 * @self: a hearing whose client is just emitting [signal@Hub.Client::message]
 * @text: what to print of it
 *
 * Prints and counts it.
 */
void
hub_cli_hearing_print (HubCliHearing *self, const GString *text)
{
  if (self->is_debug && self->packet_id != 0)
    hold (self, self->packet_id, text);
  else
    print (self, text, FALSE);
}
