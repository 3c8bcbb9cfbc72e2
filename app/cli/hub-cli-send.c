/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "app/cli/hub-cli-send.h"

#include "app/cli/hub-cli-frame.h"
#include "app/cli/hub-cli-input.h"
#include "app/cli/hub-cli-speech.h"
#include "app/messages/hub-payload.h"
#include "app/base/hub-settings.h"
#include "ui/model/hub-room-topic.h"

#include <glib/gi18n-lib.h>

/* hubbub send: says something in the chat. */

typedef struct
{
  HubCliOptions options;
  char *room;
  char *name;
  char *from;
  gboolean is_lines;
} Send;

/* The end of its last line is not part of what somebody says. */
static gsize
measure (const char *text, gsize size)
{
  while (size > 0 && (text[size - 1] == '\n' || text[size - 1] == '\r'))
    size--;
  return size;
}

static GBytes *
wrap (GBytes *bytes, gpointer user_data, GError **error)
{
  Send *self = user_data;
  gsize size;
  const char *data = g_bytes_get_data (bytes, &size);
  g_autofree char *text = NULL;
  g_autoptr (HubPayload) payload = NULL;

  size = measure (data, size);
  if (size == 0)
    {
      /* Of a text that comes in lines an empty one only keeps others apart. */
      if (!self->is_lines)
        hub_cli_fail (error, _ ("there is nothing to send"));
      return NULL;
    }
  if (!g_utf8_validate_len (data, size, NULL))
    {
      hub_cli_fail (error, _ ("what is to be sent is no text in UTF-8"));
      return NULL;
    }
  text = g_strndup (data, size);
  payload = hub_payload_new_chat (self->name, text, self->from, g_get_real_time () / 1000);
  return hub_payload_to_bytes (payload);
}

/* %NULL without @error: line by line. */
static GBytes *
load (Send *self, int argc, char **argv, GError **error)
{
  g_autofree char *text = NULL;

  if (self->is_lines && argc > 1)
    hub_cli_fail (error, _ ("with --lines the text comes from the standard input"));
  else if (!self->is_lines && argc == 1)
    hub_cli_fail (error, _ ("the text is missing"));
  if (self->is_lines || argc == 1)
    return NULL;
  if (argc == 2 && g_str_equal (argv[1], "-"))
    return hub_cli_input_read_all (error);
  /* As with echo, blanks need no quotes. */
  text = g_strjoinv (" ", argv + 1);
  return g_bytes_new (text, strlen (text));
}

static void
introduce (Send *self)
{
  g_autoptr (HubSettings) settings = hub_settings_new ();

  if (self->name == NULL)
    self->name = hub_settings_dup_name (settings);
  self->from = hub_settings_dup_from (settings);
}

static gboolean
run (gpointer command, int argc, char **argv, int *status, GError **error)
{
  Send *self = command;
  g_autoptr (GError) local_error = NULL;
  g_autoptr (GBytes) text = NULL;
  g_autofree char *topic = NULL;
  HubCliSpeech speech = { .qos = 1, .n_times = 1, .wrap = wrap, .user_data = self };

  topic = self->room != NULL ? hub_room_topic_from_name (self->room, error) : g_strdup (HUB_ROOM_EVERYONE);
  if (topic == NULL)
    return FALSE;
  text = load (self, argc, argv, &local_error);
  if (local_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  introduce (self);
  speech.topic = topic;
  speech.text = text;
  *status = hub_cli_speech_run (&speech, &self->options);
  return TRUE;
}

static GOptionContext *
make_context (Send *self)
{
  const GOptionEntry entries[] = {
    { "room", 'r', 0, G_OPTION_ARG_STRING, &self->room, N_ ("A room; that of everyone unless it is given"), N_ ("ROOM") },
    { "name", 'n', 0, G_OPTION_ARG_STRING, &self->name, N_ ("Who says it; the name in the window unless it is given"), N_ ("NAME") },
    { "lines", 'l', 0, G_OPTION_ARG_NONE, &self->is_lines, N_ ("Each line of the standard input is a message"), NULL },
    { NULL },
  };
  GOptionContext *context = g_option_context_new (_ ("TEXT…"));

  g_option_context_set_summary (context, _ ("Says something in the chat. With - as the text it is the standard input."));
  g_option_context_add_main_entries (context, entries, GETTEXT_PACKAGE);
  hub_cli_options_add_who (&self->options, context);
  return context;
}

/**
 * hub_cli_send:
 * @argc: how many arguments
 * @argv: the command line, from the command on
 *
 * Does what `hubbub send` is to do.
 *
 * Returns: the exit status
 */
int
hub_cli_send (int argc, char **argv)
{
  Send self = { 0 };
  int status;

  hub_cli_options_init_chat (&self.options);
  status = hub_cli_frame_run (&self.options, make_context (&self), argc, argv, run, &self);
  g_free (self.room);
  g_free (self.name);
  g_free (self.from);
  return status;
}
