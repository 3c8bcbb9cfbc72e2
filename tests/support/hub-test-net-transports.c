/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/support/hub-test-net-transports.h"

#include "tests/support/hub-test-net-http.h"

typedef struct
{
  HubTestTransport transport;
  HubTestConfigureFunc configure; /* (nullable) */
  HubTestTransportFunc func;
} Case;

static void
run_case (gconstpointer data)
{
  const Case *one = data;
  HubConfig *config = hub_test_config_new ();
  g_autoptr (HubTestBroker) broker = NULL;

  if (one->transport == HUB_TEST_UNIX)
    hub_test_config_add_unix (config);
  if (one->transport == HUB_TEST_TLS)
    hub_test_config_add_tls (config, HUB_PROTOCOL_MQTT);
  if (one->transport == HUB_TEST_WEBSOCKET_TLS)
    hub_test_config_add_tls (config, HUB_PROTOCOL_WEBSOCKETS);
  if (one->configure != NULL)
    one->configure (config);
  broker = hub_test_broker_new (config);
  one->func (broker, one->transport);
}

/**
 * hub_test_add_transport:
 * @transport: a way to the broker
 * @path: the end of the path of the test
 * @configure: (nullable): prepares its broker
 * @func: the test
 *
 * Adds a test of @func over @transport, each time with a broker of its own that leaves nothing behind.
 */
void
hub_test_add_transport (HubTestTransport transport, const char *path, HubTestConfigureFunc configure, HubTestTransportFunc func)
{
  g_autofree char *whole = g_strdup_printf ("/net/%s/%s", hub_test_transport_get_name (transport), path);
  Case *one = g_new (Case, 1);

  *one = (Case){ transport, configure, func };
  g_test_add_data_func_full (whole, one, run_case, g_free);
}

/**
 * hub_test_add_transports_full:
 * @path: the end of the paths of the tests
 * @configure: (nullable): prepares the broker of each
 * @func: the test
 *
 * Adds a test of @func for each way to a broker.
 */
void
hub_test_add_transports_full (const char *path, HubTestConfigureFunc configure, HubTestTransportFunc func)
{
  for (int transport = 0; transport < HUB_TEST_N_TRANSPORTS; transport++)
    hub_test_add_transport ((HubTestTransport) transport, path, configure, func);
}

/**
 * hub_test_add_transports:
 * @path: the end of the paths of the tests
 * @func: the test
 *
 * Adds a test of @func for each way to a broker.
 */
void
hub_test_add_transports (const char *path, HubTestTransportFunc func)
{
  hub_test_add_transports_full (path, NULL, func);
}

/**
 * hub_test_net_warm_up:
 *
 * Has the libraries open what they open once in a program, so that a descriptor too many is the broker's. To be called
 * before the first test.
 */
void
hub_test_net_warm_up (void)
{
  HubConfig *config = hub_test_config_new ();
  g_autoptr (HubTestClient) client = NULL;
  g_autoptr (HubTestAnswer) answer = NULL;
  HubTestBroker *broker;

  hub_test_config_add_tls (config, HUB_PROTOCOL_MQTT);
  broker = hub_test_broker_new (config);
  client = hub_test_client_join (broker, HUB_TEST_TLS, "ada");
  g_clear_pointer (&client, hub_test_client_free);
  answer = hub_test_http_get (broker->http_port, "/", NULL);

  /* Here descriptors are not counted. */
  g_assert_cmpuint (answer->status, ==, 200);
  hub_test_broker_forget_fds (broker);
  hub_test_broker_free (broker);
}
