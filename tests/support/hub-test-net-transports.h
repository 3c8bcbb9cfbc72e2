/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "tests/support/hub-test-net-client.h"

G_BEGIN_DECLS

/**
 * HubTestTransportFunc:
 * @broker: a broker that runs
 * @transport: the way to it that is tested
 *
 * A behaviour that does not depend on how one is connected.
 */
typedef void (*HubTestTransportFunc) (HubTestBroker *broker, HubTestTransport transport);

/**
 * HubTestConfigureFunc:
 * @config: the configuration of hub_test_config_new(), to be changed
 *
 * Prepares the broker of a test.
 */
typedef void (*HubTestConfigureFunc) (HubConfig *config);

void hub_test_add_transports (const char *path, HubTestTransportFunc func);
void hub_test_add_transports_full (const char *path, HubTestConfigureFunc configure, HubTestTransportFunc func);
void hub_test_add_transport (HubTestTransport transport,
                             const char *path,
                             HubTestConfigureFunc configure,
                             HubTestTransportFunc func);
void hub_test_net_warm_up (void);

G_END_DECLS
