/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/net/tls-fixture.h"
#include "tests/support/hub-test-async.h"
#include "tests/support/hub-test-wait.h"

#include <glib/gstdio.h>

/* Certificates that are renewed while the broker runs. */

static void
use_copies (HubListenerOptions *listener)
{
  g_free (listener->certfile);
  g_free (listener->keyfile);
  listener->certfile = hub_test_tls_path ("live.pem");
  listener->keyfile = hub_test_tls_path ("live.key");
}

static void
install (const char *name)
{
  g_autofree char *certificate = g_strconcat (name, ".pem", NULL);
  g_autofree char *key = g_strconcat (name, ".key", NULL);

  hub_test_tls_copy (certificate, "live.pem");
  hub_test_tls_copy (key, "live.key");
}

static void
test_reload (void)
{
  static const HubTestCertificate renewed = { .name = "renewed", .issuer = "ca", .common_name = "localhost", .ends_in_s = TLS_FIXTURE_DAY_S, .is_server = TRUE };
  g_autoptr (HubTestBroker) broker = NULL;
  g_autoptr (HubTestClient) before = NULL;
  g_autoptr (HubTestClient) between = NULL;
  g_autoptr (HubTestClient) after = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *old_serial = NULL;
  g_autofree char *between_serial = NULL;
  g_autofree char *new_serial = NULL;

  hub_test_tls_make (&renewed);
  install ("server");
  broker = tls_fixture_start (use_copies);
  before = tls_fixture_join (broker, NULL, "before");
  old_serial = tls_fixture_dup_serial (before);

  install ("renewed");
  between = tls_fixture_join (broker, NULL, "between");
  between_serial = tls_fixture_dup_serial (between);
  g_assert_cmpstr (between_serial, ==, old_serial);

  g_assert_true (hub_test_broker_reload (broker, NULL, &error));
  g_assert_no_error (error);
  after = tls_fixture_join (broker, NULL, "after");
  new_serial = tls_fixture_dup_serial (after);
  g_assert_cmpstr (new_serial, !=, old_serial);
  hub_test_client_ping (before);
  hub_test_client_ping (between);
}

/* A file that is broken leaves everything as it was, and is named. */
static void
test_reload_of_broken_files (void)
{
  static const struct
  {
    const char *from; /* (nullable): NULL: the file is removed */
    const char *to;
    const char *error;
  } rows[] = {
    { NULL, "live.pem", "live.pem" },
    { NULL, "live.key", "live.key" },
    { "server.key", "live.pem", "there is no certificate in it" },
    { "server.pem", "live.key", "there is no private key in it" },
    { "ada.pem", "live.pem", "is not that of the certificate" },
    { "ada.key", "live.key", "is not that of the certificate" },
  };
  g_autoptr (HubTestBroker) broker = NULL;
  g_autoptr (HubTestClient) witness = NULL;
  g_autofree char *place = NULL;

  install ("server");
  broker = tls_fixture_start (use_copies);
  place = g_strdup_printf ("listener on port %u: ", broker->mqtts_port);
  witness = tls_fixture_join (broker, NULL, "witness");
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *path = hub_test_tls_path (rows[i].to);
      g_autoptr (GError) error = NULL;

      install ("server");
      if (rows[i].from != NULL)
        hub_test_tls_copy (rows[i].from, rows[i].to);
      else
        g_unlink (path);
      g_test_message ("%s", rows[i].error);
      g_assert_false (hub_test_broker_reload (broker, NULL, &error));
      g_assert_nonnull (error);
      g_assert_true (g_str_has_prefix (error->message, place));
      g_assert_nonnull (strstr (error->message, rows[i].error));
      g_assert_nonnull (strstr (error->message, rows[i].to));
      g_assert_true (tls_fixture_is_let_in (broker, NULL));
    }
  hub_test_client_ping (witness);
}

/* What is wrong with one listener leaves all of them as they were. */
static void
test_reload_of_several (void)
{
  static const HubTestCertificate renewed = { .name = "renewed", .issuer = "ca", .common_name = "localhost", .ends_in_s = TLS_FIXTURE_DAY_S, .is_server = TRUE };
  HubConfig *config = hub_test_config_new ();
  HubListenerOptions *broken[2];
  g_autoptr (HubTestBroker) broker = NULL;
  g_autoptr (HubTestClient) before = NULL;
  g_autoptr (HubTestClient) after = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *old_serial = NULL;
  g_autofree char *new_serial = NULL;

  hub_test_tls_make (&renewed);
  install ("server");
  for (guint i = 0; i < G_N_ELEMENTS (broken); i++)
    {
      g_autofree char *file = g_strdup_printf ("broken-%u.pem", i);

      hub_test_tls_copy ("server.pem", file);
      broken[i] = hub_test_config_add_tls (config, HUB_PROTOCOL_WEBSOCKETS);
      g_free (broken[i]->certfile);
      broken[i]->certfile = hub_test_tls_path (file);
    }
  use_copies (hub_test_config_add_tls (config, HUB_PROTOCOL_MQTT));
  broker = hub_test_broker_new (config);
  before = tls_fixture_join (broker, NULL, "before");
  old_serial = tls_fixture_dup_serial (before);

  install ("renewed");
  hub_test_tls_copy ("ada.pem", "broken-0.pem");
  hub_test_tls_copy ("ada.pem", "broken-1.pem");
  g_assert_false (hub_test_broker_reload (broker, NULL, &error));
  g_assert_nonnull (strstr (error->message, "broken-0.pem"));
  after = tls_fixture_join (broker, NULL, "after");
  new_serial = tls_fixture_dup_serial (after);
  g_assert_cmpstr (new_serial, ==, old_serial);
}

/* A broker without TLS has nothing to read again. */
static void
test_reload_of_nothing (void)
{
  g_autoptr (HubTestBroker) broker = hub_test_broker_new (NULL);

  g_assert_true (hub_test_broker_reload (broker, NULL, NULL));
}

static void
test_broken_at_start (void)
{
  HubConfig *config = hub_test_config_new ();
  HubListenerOptions *listener = hub_test_config_add_tls (config, HUB_PROTOCOL_MQTT);
  g_autoptr (HubBroker) broker = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  g_free (listener->keyfile);
  listener->keyfile = hub_test_tls_path ("ada.key");
  broker = hub_broker_new_for_config (config);
  hub_broker_start_async (broker, NULL, hub_test_keep_result, &result);
  hub_test_wait_until (result != NULL);
  g_assert_false (hub_broker_start_finish (broker, result, &error));
  g_assert_error (error, G_TLS_ERROR, G_TLS_ERROR_BAD_CERTIFICATE);
  g_assert_nonnull (strstr (error->message, "listener on port "));
  g_assert_nonnull (strstr (error->message, "ada.key"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  hub_test_net_warm_up ();

  g_test_add_func ("/net/tls/reload/renewed", test_reload);
  g_test_add_func ("/net/tls/reload/broken-files", test_reload_of_broken_files);
  g_test_add_func ("/net/tls/reload/several", test_reload_of_several);
  g_test_add_func ("/net/tls/reload/nothing", test_reload_of_nothing);
  g_test_add_func ("/net/tls/reload/broken-at-start", test_broken_at_start);
  return g_test_run ();
}
