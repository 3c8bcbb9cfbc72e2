/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/net/tls-fixture.h"

#include "tests/support/hub-test-bytes.h"

#include <gnutls/x509.h>

/* A broker with a listener for MQTT over TLS, which @change may change. */
HubTestBroker *
tls_fixture_start (void (*change) (HubListenerOptions *listener))
{
  HubConfig *config = hub_test_config_new ();
  HubListenerOptions *listener = hub_test_config_add_tls (config, HUB_PROTOCOL_MQTT);

  if (change != NULL)
    change (listener);
  return hub_test_broker_new (config);
}

/* A client that has done its handshake; how that went is left in @result. */
HubTestClient *
tls_fixture_open (HubTestBroker *broker, const HubTestTls *tls, int *result)
{
  HubTestClient *client = hub_test_client_wrap_raw (hub_test_line_dial ("127.0.0.1", broker->mqtts_port));

  *result = hub_test_line_start_tls (client->line, tls);
  return client;
}

/* Whether it is let in; whoever is not may learn it in the handshake or only behind it. */
gboolean
tls_fixture_is_let_in (HubTestBroker *broker, const HubTestTls *tls)
{
  int result;
  g_autoptr (HubTestClient) client = tls_fixture_open (broker, tls, &result);
  g_autofree char *answer = NULL;

  if (result != GNUTLS_E_SUCCESS)
    return FALSE;
  hub_test_client_send (client, "10 [{'MQTT'} 04 02 0000 {'id'}]");
  answer = hub_test_client_take (client);
  g_assert_true (g_str_equal (answer, "END") || g_str_equal (answer, "CONNACK 0 0"));
  return !g_str_equal (answer, "END");
}

/* One that is in. */
HubTestClient *
tls_fixture_join (HubTestBroker *broker, const HubTestTls *tls, const char *client_id)
{
  int result;
  HubTestClient *client = tls_fixture_open (broker, tls, &result);
  HubConnect connect = { .version = HUB_VERSION_3_1_1, .client_id = hub_span_from_string (client_id), .is_clean = TRUE };

  g_assert_cmpint (result, ==, GNUTLS_E_SUCCESS);
  hub_test_client_connect (client, &connect);
  hub_test_client_expect (client, "CONNACK 0 0");
  return client;
}

/* The serial number of what the broker has shown. */
char *
tls_fixture_dup_serial (HubTestClient *client)
{
  unsigned n = 0;
  const gnutls_datum_t *certificates = gnutls_certificate_get_peers (client->line->tls, &n);
  gnutls_x509_crt_t certificate;
  guint8 serial[64];
  size_t size = sizeof serial;

  g_assert_cmpuint (n, >=, 1);
  gnutls_x509_crt_init (&certificate);
  g_assert_cmpint (gnutls_x509_crt_import (certificate, certificates, GNUTLS_X509_FMT_DER), ==, 0);
  g_assert_cmpint (gnutls_x509_crt_get_serial (certificate, serial, &size), ==, 0);
  gnutls_x509_crt_deinit (certificate);
  return hub_test_escape ((HubSpan){ serial, size });
}
