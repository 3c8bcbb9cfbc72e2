/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "app/cli/hub-cli-options.h"
#include "broker/client/hub-client.h"

G_BEGIN_DECLS

/**
 * HUB_CLI_TIMED_OUT:
 *
 * The exit status when time was up, as of mosquitto_sub.
 */
#define HUB_CLI_TIMED_OUT 27

/**
 * HubCliConnectedFunc:
 * @client: a client that the broker has just accepted
 * @user_data: what hub_cli_session_new() was given
 *
 * Connects what the command wants to hear of @client, and begins with its work. Called again, for another client, when the
 * connection was lost and is there again.
 */
typedef void (*HubCliConnectedFunc) (HubClient *client, gpointer user_data);

/**
 * HubCliSession:
 *
 * The connection of a command, from its beginning to its end, on the default context.
 */
typedef struct _HubCliSession HubCliSession;

HubCliSession *hub_cli_session_new (const HubCliOptions *options,
                                    HubCliConnectedFunc connected,
                                    gpointer user_data) G_GNUC_WARN_UNUSED_RESULT;
void hub_cli_session_free (HubCliSession *self);

void hub_cli_session_stay (HubCliSession *self);
void hub_cli_session_watch (HubCliSession *self, HubClientTraceFunc watch, gpointer user_data);
void hub_cli_session_set_timeout (HubCliSession *self, guint timeout_s);
int hub_cli_session_run (HubCliSession *self);

void hub_cli_session_finish (HubCliSession *self, int status);
void hub_cli_session_finish_with_message (HubCliSession *self, int status);
void hub_cli_session_fail (HubCliSession *self, int status, const char *message);
void hub_cli_session_warn (HubCliSession *self, const char *message);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HubCliSession, hub_cli_session_free)

G_END_DECLS
