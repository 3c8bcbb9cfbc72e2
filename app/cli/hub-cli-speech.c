/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "app/cli/hub-cli-speech.h"

#include "app/cli/hub-cli-input.h"
#include "app/cli/hub-cli-words.h"

#include <glib/gi18n-lib.h>

/* How much of a long input may be on its way. */
#define OPEN_MAX 1000
#define UNSENT_BYTES_MAX (1024 * 1024)

static void advance (HubCliSpeech *self);

static gboolean
publish (HubCliSpeech *self, GBytes *text, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  g_autoptr (GBytes) payload = self->wrap != NULL ? self->wrap (text, self->user_data, &local_error) : g_bytes_ref (text);

  if (local_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  if (payload == NULL)
    return TRUE;
  if (!hub_client_takes (self->client, self->topic, payload, self->qos))
    return hub_cli_fail (error,
                         _ ("this is too long: the broker takes messages of at most %zu bytes"),
                         hub_client_get_payload_max (self->client, self->topic, self->qos));
  hub_client_publish_with (self->client, self->topic, payload, self->qos, self->is_retain, self->properties);
  self->n_open += self->qos > 0 ? 1 : 0;
  return TRUE;
}

static void
line_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  HubCliSpeech *self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) text = NULL;
  gsize size;
  char *line = g_data_input_stream_read_line_finish (G_DATA_INPUT_STREAM (object), result, &size, &error);

  self->is_waiting = FALSE;
  /* The connection may have ended meanwhile. */
  if (!hub_client_is_connected (self->client))
    {
      g_free (line);
      return;
    }
  if (line != NULL)
    {
      text = g_bytes_new_take (line, size);
      publish (self, text, &error);
    }
  else
    {
      self->has_ended = TRUE;
    }
  if (error != NULL)
    hub_cli_session_fail (self->session, EXIT_FAILURE, error->message);
  else
    advance (self);
}

static gboolean
again_cb (gpointer user_data)
{
  HubCliSpeech *self = user_data;

  self->is_waiting = FALSE;
  advance (self);
  return G_SOURCE_REMOVE;
}

static void
say_text (HubCliSpeech *self)
{
  g_autoptr (GError) error = NULL;

  if (!publish (self, self->text, &error))
    {
      hub_cli_session_fail (self->session, EXIT_FAILURE, error->message);
      return;
    }
  self->n_times--;
  self->has_ended = self->n_times == 0;
  if (self->has_ended)
    return;
  self->is_waiting = TRUE;
  g_timeout_add (self->delay_ms, again_cb, self);
}

/* The next step, if it can be made now. */
static void
advance (HubCliSpeech *self)
{
  gsize unsent = hub_client_get_unsent (self->client);

  if (!hub_client_is_connected (self->client))
    return;
  if (self->has_ended)
    {
      if (self->n_open == 0 && unsent == 0)
        hub_cli_session_finish (self->session, self->status);
      return;
    }
  if (self->is_waiting || self->n_open >= (self->open_max > 0 ? self->open_max : OPEN_MAX) || unsent >= UNSENT_BYTES_MAX)
    return;
  if (self->text != NULL)
    {
      say_text (self);
      return;
    }
  self->is_waiting = TRUE;
  g_data_input_stream_read_line_async (self->lines, G_PRIORITY_DEFAULT, NULL, line_cb, self);
}

static void
settled_cb (HubCliSpeech *self)
{
  self->n_open--;
  advance (self);
}

static void
refused_cb (HubCliSpeech *self, guint packet_id, guint reason)
{
  g_autofree char *message = hub_cli_explain_reason ((guint8) reason);

  hub_cli_session_warn (self->session, message);
  self->status = EXIT_FAILURE;
  settled_cb (self);
}

static void
connected_cb (HubClient *client, gpointer user_data)
{
  HubCliSpeech *self = user_data;

  g_set_object (&self->client, client);
  g_signal_connect_swapped (client, "acknowledged", G_CALLBACK (settled_cb), self);
  g_signal_connect_swapped (client, "refused", G_CALLBACK (refused_cb), self);
  g_signal_connect_swapped (client, "drained", G_CALLBACK (advance), self);
  advance (self);
}

/**
 * hub_cli_speech_run:
 * @self: what to say; changed
 * @options: to which broker, and as whom
 *
 * Publishes it all, and waits until the broker has taken it.
 *
 * Returns: the exit status
 */
int
hub_cli_speech_run (HubCliSpeech *self, const HubCliOptions *options)
{
  g_autoptr (HubCliSession) session = hub_cli_session_new (options, connected_cb, self);
  int status;

  self->session = session;
  if (self->text == NULL)
    self->lines = hub_cli_input_open_lines ();
  status = hub_cli_session_run (session);
  g_clear_object (&self->lines);
  g_clear_object (&self->client);
  return status;
}
