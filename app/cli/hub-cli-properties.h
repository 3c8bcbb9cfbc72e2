/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "broker/wire/hub-packet.h"

G_BEGIN_DECLS

/**
 * HUB_CLI_N_PLACES:
 *
 * In how many packets a command can have properties: CONNECT, its will, PUBLISH and SUBSCRIBE.
 */
#define HUB_CLI_N_PLACES 4

/**
 * HubCliProperties:
 * @connect: those of CONNECT
 * @will: those of the will
 * @publish: those of each PUBLISH
 * @subscribe: those of SUBSCRIBE
 *
 * The properties of MQTT 5.0 that a command line gives with -D. The rest belongs to hub_cli_properties_take().
 */
typedef struct
{
  HubProperties connect;
  HubProperties will;
  HubProperties publish;
  HubProperties subscribe;

  /*< private >*/
  GPtrArray *texts;
  GByteArray *pairs[HUB_CLI_N_PLACES];
} HubCliProperties;

gboolean hub_cli_properties_take (HubCliProperties *self, int *argc, char **argv, GError **error);
gboolean hub_cli_properties_are_given (const HubProperties *properties);
gboolean hub_cli_properties_are_any (const HubCliProperties *self);
void hub_cli_properties_clear (HubCliProperties *self);

G_END_DECLS
