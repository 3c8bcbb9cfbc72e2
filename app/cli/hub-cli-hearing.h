/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "app/cli/hub-cli-session.h"

G_BEGIN_DECLS

/**
 * HubCliHearing:
 * @session: (nullable): the connection, while hub_cli_hearing_run()
 * @count_name: (nullable): after how many messages it ends, as it was given
 * @timeout_name: (nullable): after how many seconds, as it was given
 * @n_left: how many messages are still to come; 0: without end
 * @timeout_s: seconds; 0: without end
 * @n_unanswered: how many subscriptions the broker has not answered
 * @n_granted: how many it has granted
 * @ends_subscribed: whether it ends with the last answer
 * @is_debug: whether each packet is told of
 * @packet_id: of the message that is being handed out; 0 at QoS 0
 * @held: (nullable) (element-type HubCliHeld): what is printed behind the answers to messages, in their order
 * @is_complete: whether as many were printed as are wanted
 *
 * What commands have in common that subscribe and print.
 */
typedef struct
{
  HubCliSession *session;
  char *count_name;
  char *timeout_name;
  guint64 n_left;
  guint timeout_s;
  guint n_unanswered;
  guint n_granted;
  gboolean ends_subscribed;
  gboolean is_debug;
  guint packet_id;
  GPtrArray *held;
  gboolean is_complete;
} HubCliHearing;

void hub_cli_hearing_clear (HubCliHearing *self);
void hub_cli_hearing_add_options (HubCliHearing *self, GOptionContext *context);
gboolean hub_cli_hearing_check (HubCliHearing *self, GError **error);
int hub_cli_hearing_run (HubCliHearing *self, const HubCliOptions *options, HubCliConnectedFunc connected, gpointer user_data);
void hub_cli_hearing_begin (HubCliHearing *self, HubClient *client, const char *const *filters, guint8 options, const HubProperties *properties);
void hub_cli_hearing_print (HubCliHearing *self, const GString *text);

G_END_DECLS
