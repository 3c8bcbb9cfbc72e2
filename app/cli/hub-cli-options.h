/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "app/cli/hub-cli-properties.h"
#include "app/cli/hub-cli-tls.h"
#include "app/cli/hub-cli-url.h"

G_BEGIN_DECLS

/**
 * HubCliOptions:
 * @join: (nullable): an address to join
 * @host: (nullable): a host name or IP address
 * @port_name: (nullable): its port, as it was given
 * @unix_path: (nullable): of a Unix socket
 * @bind_address: (nullable): the own address
 * @user: (nullable): the user name
 * @password: (nullable): the password
 * @client_id: (nullable): the Client Identifier
 * @id_prefix: (nullable): what it begins with
 * @keep_alive_s: seconds
 * @version_name: (nullable): the version of MQTT, as it was given
 * @is_lasting: whether the session is to stay
 * @expiry_name: (nullable): how long, as it was given
 * @will_topic: (nullable): the topic of the will
 * @will_payload: (nullable): what it says
 * @will_qos: its QoS
 * @will_retain: whether it is retained
 * @is_debug: whether each packet is told of
 * @wants_no_delay: whether packets are not to wait for others, which they never do
 * @takes_properties: whether -D is understood
 * @url_text: (nullable): the URL, as it was given
 * @tls: how to encrypt
 * @properties: those of MQTT 5.0
 * @is_quiet: whether nothing is complained about
 * @wants_help: whether to print the help
 * @port: the port; 0: none was given
 * @version: what is spoken
 * @may_fall_back: whether an older one is tried when the broker does not
 * @has_expiry: whether @expiry_s was given
 * @expiry_s: Session Expiry Interval, seconds
 * @url: what @url_text says; all %NULL where there is none
 * @is_encrypted: whether @host is spoken to over TLS
 *
 * Which broker a command talks to, and as whom. The last seven come from hub_cli_options_check().
 */
typedef struct
{
  char *join;
  char *host;
  char *port_name;
  char *unix_path;
  char *bind_address;
  char *user;
  char *password;
  char *client_id;
  char *id_prefix;
  int keep_alive_s;
  char *version_name;
  gboolean is_lasting;
  char *expiry_name;
  char *will_topic;
  char *will_payload;
  int will_qos;
  gboolean will_retain;
  gboolean is_debug;
  gboolean wants_no_delay;
  gboolean takes_properties;
  char *url_text;
  HubCliTls tls;
  HubCliProperties properties;
  gboolean is_quiet;
  gboolean wants_help;

  guint16 port;
  HubVersion version;
  gboolean may_fall_back;
  gboolean has_expiry;
  guint32 expiry_s;
  HubCliUrl url;
  gboolean is_encrypted;
} HubCliOptions;

void hub_cli_options_init (HubCliOptions *self);
void hub_cli_options_init_chat (HubCliOptions *self);
void hub_cli_options_clear (HubCliOptions *self);

void hub_cli_options_add_who (HubCliOptions *self, GOptionContext *context);
void hub_cli_options_add_terms (HubCliOptions *self, GOptionContext *context);
gboolean hub_cli_options_read (HubCliOptions *self,
                               GOptionContext *context,
                               int *argc,
                               char ***argv,
                               int *status,
                               GError **error);
gboolean hub_cli_options_check (HubCliOptions *self, GError **error);

gboolean hub_cli_check_qos (int qos, GError **error);
gboolean hub_cli_fail (GError **error, const char *format, ...) G_GNUC_PRINTF (2, 3);

G_END_DECLS
