/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "app/cli/hub-cli-session.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * HubCliWrapFunc:
 * @text: what is to be said
 * @user_data: of the speech
 * @error: return location
 *
 * Returns: (transfer full) (nullable): the payload that says it; %NULL: nothing is said, and it cannot be if @error is set
 */
typedef GBytes *(*HubCliWrapFunc) (GBytes *text, gpointer user_data, GError **error);

/**
 * HubCliSpeech:
 * @topic: a valid Topic Name
 * @qos: 0 to 2
 * @is_retain: whether the broker is to keep it
 * @properties: (nullable): those of MQTT 5.0
 * @open_max: how many messages at QoS 1 and 2 may wait for an answer at a time; 0: as many as is good
 * @text: (nullable): what is to be said; %NULL: the lines of the standard input, one after the other
 * @n_times: how often @text is said
 * @delay_ms: what is between two times, milliseconds
 * @wrap: (nullable): what makes the payload; %NULL: the text is the payload
 * @user_data: for @wrap
 *
 * What a command publishes. The rest belongs to hub_cli_speech_run().
 */
typedef struct
{
  const char *topic;
  guint8 qos;
  gboolean is_retain;
  const HubProperties *properties;
  guint open_max;
  GBytes *text;
  guint n_times;
  guint delay_ms;
  HubCliWrapFunc wrap;
  gpointer user_data;

  /*< private >*/
  HubCliSession *session;
  HubClient *client;
  GDataInputStream *lines;
  guint n_open;
  int status;
  gboolean is_waiting;
  gboolean has_ended;
} HubCliSpeech;

int hub_cli_speech_run (HubCliSpeech *self, const HubCliOptions *options);

G_END_DECLS
