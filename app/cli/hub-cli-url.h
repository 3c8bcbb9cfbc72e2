/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * HubCliUrl:
 * @is_tls: whether it begins with mqtts
 * @host: a host name or IP address, without brackets
 * @port: (nullable): the port, as it was given
 * @user: (nullable): the user name
 * @password: (nullable): the password
 * @topic: the topic
 *
 * What mosquitto_pub and mosquitto_sub take with -L.
 */
typedef struct
{
  gboolean is_tls;
  char *host;
  char *port;
  char *user;
  char *password;
  char *topic;
} HubCliUrl;

gboolean hub_cli_url_read (HubCliUrl *self, const char *text, GError **error);
void hub_cli_url_clear (HubCliUrl *self);

G_END_DECLS
