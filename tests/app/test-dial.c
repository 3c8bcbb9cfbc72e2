/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "app/cli/hub-cli-dial.h"
#include "app/link/hub-link.h"
#include "app/joining/hub-dial.h"
#include "broker/client/hub-client.h"
#include "tests/support/hub-test-folder.h"
#include "tests/support/hub-test-net-broker.h"
#include "tests/support/hub-test-passwords.h"
#include "tests/support/hub-test-tls.h"
#include "tests/support/hub-test-wait.h"

#include <string.h>

/* Every way to a broker, and why there is none. */

#define DAY_S (24 * 60 * 60)

/* Fast, since many are checked. */
#define ITERATIONS 100

typedef struct
{
  HubTestBroker *broker;
  GIOStream *stream; /* (nullable) */
  GSocketAddress *peer;
  GError *error;
  gboolean is_over;
} Fixture;

static void
trust (const char *authority)
{
  g_autofree char *file = g_strconcat (authority, ".pem", NULL);
  g_autofree char *path = hub_test_tls_path (file);
  g_autoptr (GError) error = NULL;
  g_autoptr (GTlsDatabase) database = g_tls_file_database_new (path, &error);

  g_assert_no_error (error);
  g_tls_backend_set_default_database (g_tls_backend_get_default (), database);
}

static void
set_up_with (Fixture *fixture, const char *certificate)
{
  HubConfig *config = hub_test_config_new ();
  HubProtocol protocols[] = { HUB_PROTOCOL_MQTT, HUB_PROTOCOL_WEBSOCKETS };

  for (gsize i = 0; i < G_N_ELEMENTS (protocols); i++)
    {
      HubListenerOptions *listener = hub_test_config_add_tls (config, protocols[i]);
      g_autofree char *file = g_strconcat (certificate, ".pem", NULL);
      g_autofree char *key = g_strconcat (certificate, ".key", NULL);

      g_free (listener->certfile);
      g_free (listener->keyfile);
      listener->certfile = hub_test_tls_path (file);
      listener->keyfile = hub_test_tls_path (key);
    }
  fixture->broker = hub_test_broker_new (config);
  trust ("ca");
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  set_up_with (fixture, "server");
}

static void
hang_up (Fixture *fixture)
{
  g_clear_object (&fixture->stream);
  g_clear_object (&fixture->peer);
  g_clear_error (&fixture->error);
  fixture->is_over = FALSE;
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  hang_up (fixture);
  if (fixture->broker != NULL)
    {
      /* The default database has its file open no more, and everything that was dialled is closed. */
      g_tls_backend_set_default_database (g_tls_backend_get_default (), NULL);
      hub_test_broker_forget_fds (fixture->broker);
    }
  g_clear_pointer (&fixture->broker, hub_test_broker_free);
}

static void
dialled_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  Fixture *fixture = user_data;

  fixture->stream = hub_dial_finish (result, &fixture->peer, &fixture->error);
  fixture->is_over = TRUE;
}

static void
dial_address (Fixture *fixture, HubJoinAddress *address)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();

  hang_up (fixture);
  hub_dial_async (address, HUB_DIAL_TIMEOUT_MS, cancellable, dialled_cb, fixture);
  hub_test_wait_until (fixture->is_over);
  g_assert_true ((fixture->stream == NULL) == (fixture->error != NULL));
}

static void
dial (Fixture *fixture, const char *scheme, const char *host, guint16 port)
{
  g_autofree char *text = g_strdup_printf ("%s://%s:%u", scheme, host, port);
  g_autoptr (GError) error = NULL;
  g_autoptr (HubJoinAddress) address = hub_join_address_parse (text, &error);

  g_test_message ("%s", text);
  g_assert_no_error (error);
  dial_address (fixture, address);
}

static guint16
port_for (Fixture *fixture, const char *scheme)
{
  if (g_str_equal (scheme, "mqtt"))
    return fixture->broker->mqtt_port;
  if (g_str_equal (scheme, "mqtts"))
    return fixture->broker->mqtts_port;
  return g_str_equal (scheme, "ws") ? fixture->broker->http_port : fixture->broker->https_port;
}

static const char *const schemes[] = { "mqtt", "mqtts", "ws", "wss" };

/* A client over the stream, and what it has heard. */
typedef struct
{
  HubClient *client;
  gboolean is_connected;
  gboolean is_subscribed;
  gboolean is_closed;
  GBytes *payload;
} Guest;

static void
connected_cb (Guest *guest)
{
  guest->is_connected = TRUE;
}

static void
subscribed_cb (Guest *guest)
{
  guest->is_subscribed = TRUE;
}

static void
message_cb (Guest *guest, const char *topic, GBytes *payload)
{
  guest->payload = g_bytes_ref (payload);
}

static void
closed_cb (Guest *guest)
{
  guest->is_closed = TRUE;
}

static void
guest_enter (Guest *guest, GIOStream *stream)
{
  HubConnect connect = { .version = HUB_VERSION_5_0, .client_id = HUB_SPAN_LITERAL ("ada"), .is_clean = TRUE };

  guest->client = hub_client_new ();
  g_signal_connect_swapped (guest->client, "connected", G_CALLBACK (connected_cb), guest);
  g_signal_connect_swapped (guest->client, "subscribed", G_CALLBACK (subscribed_cb), guest);
  g_signal_connect_swapped (guest->client, "message", G_CALLBACK (message_cb), guest);
  g_signal_connect_swapped (guest->client, "closed", G_CALLBACK (closed_cb), guest);
  hub_client_open (guest->client, stream, &connect);
  hub_test_wait_until (guest->is_connected);
  hub_client_subscribe (guest->client, "messages/#", 1);
  hub_test_wait_until (guest->is_subscribed);
}

/* Short messages and long ones, both ways, and the goodbye of each side. */
static void
test_all_ways (Fixture *fixture, gconstpointer data)
{
  static const gsize sizes[] = { 1, 125, 65536, 1000000 };

  for (gsize i = 0; i < G_N_ELEMENTS (schemes); i++)
    {
      Guest guest = { 0 };

      dial (fixture, schemes[i], i < 2 ? "127.0.0.1" : "localhost", port_for (fixture, schemes[i]));
      g_assert_no_error (fixture->error);
      g_assert_true (G_IS_INET_SOCKET_ADDRESS (fixture->peer));
      g_assert_cmpuint (g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (fixture->peer)), ==, port_for (fixture, schemes[i]));
      guest_enter (&guest, fixture->stream);
      for (gsize k = 0; k < G_N_ELEMENTS (sizes); k++)
        {
          g_autofree char *text = g_strnfill (sizes[k], 'x');
          g_autoptr (GBytes) payload = g_bytes_new (text, sizes[k]);

          hub_client_publish (guest.client, "messages/tea", payload, 1, FALSE);
          hub_test_wait_until (guest.payload != NULL || guest.is_closed);
          g_assert_false (guest.is_closed);
          g_assert_true (g_bytes_equal (guest.payload, payload));
          g_clear_pointer (&guest.payload, g_bytes_unref);
        }
      if (i % 2 == 0)
        {
          hub_client_close (guest.client);
        }
      else
        {
          hub_test_broker_stop (fixture->broker);
          hub_test_wait_until (guest.is_closed);
          hub_test_broker_start (fixture->broker);
        }
      g_signal_handlers_disconnect_by_data (guest.client, &guest);
      g_clear_object (&guest.client);
    }
}

/* Whatever answers that was not asked for: never a crash, always words. */
static void
test_wrong_ports (Fixture *fixture, gconstpointer data)
{
  const struct
  {
    const char *scheme;
    guint16 port;
    HubDialError code;
  } rows[] = {
    { "mqtts", fixture->broker->mqtt_port, HUB_DIAL_ERROR_NO_TLS },
    { "mqtts", fixture->broker->http_port, HUB_DIAL_ERROR_NO_TLS },
    { "wss", fixture->broker->mqtt_port, HUB_DIAL_ERROR_NO_TLS },
    { "wss", fixture->broker->http_port, HUB_DIAL_ERROR_NO_TLS },
    { "ws", fixture->broker->mqtt_port, HUB_DIAL_ERROR_NOT_HTTP },
    { "wss", fixture->broker->mqtts_port, HUB_DIAL_ERROR_NOT_HTTP },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      dial (fixture, rows[i].scheme, "127.0.0.1", rows[i].port);
      g_assert_nonnull (fixture->error);
      g_test_message ("%s", fixture->error->message);
      g_assert_error (fixture->error, HUB_DIAL_ERROR, (int) rows[i].code);
    }
}

static void
test_nobody (Fixture *fixture, gconstpointer data)
{
  guint16 port = fixture->broker->mqtt_port;

  hub_test_broker_stop (fixture->broker);
  for (gsize i = 0; i < G_N_ELEMENTS (schemes); i++)
    {
      dial (fixture, schemes[i], "127.0.0.1", port);
      g_assert_error (fixture->error, G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED);
    }
  dial (fixture, "wss", "no-such-host.invalid", 443);
  g_assert_nonnull (fixture->error);
  g_assert_true (fixture->error->domain == G_RESOLVER_ERROR);
  hub_test_broker_start (fixture->broker);
}

static void
expect_flaw (const char *certificate, const char *host, HubDialError code)
{
  Fixture fixture = { 0 };

  set_up_with (&fixture, certificate);
  for (gsize i = 1; i < G_N_ELEMENTS (schemes); i += 2)
    {
      g_autoptr (HubJoinAddress) address = NULL;
      g_autoptr (HubJoinAddress) there = NULL;

      address = hub_join_address_parse (i == 1 ? "mqtts://localhost" : "wss://localhost", NULL);
      there = hub_join_address_at (address, host, port_for (&fixture, schemes[i]));
      dial_address (&fixture, there);
      g_assert_error (fixture.error, HUB_DIAL_ERROR, (int) code);
    }
  tear_down (&fixture, NULL);
}

static void
test_flaws (void)
{
  static const HubTestCertificate certificates[] = {
    { .name = "other-ca", .common_name = "Other Authority", .ends_in_s = DAY_S },
    { .name = "other", .issuer = "other-ca", .common_name = "localhost", .ends_in_s = DAY_S, .is_server = TRUE },
    { .name = "old", .issuer = "ca", .common_name = "localhost", .ends_in_s = -60, .is_server = TRUE },
    { .name = "new", .issuer = "ca", .common_name = "localhost", .begins_in_s = DAY_S + 3600, .ends_in_s = 2 * DAY_S, .is_server = TRUE },
  };

  hub_test_tls_folder ();
  for (gsize i = 0; i < G_N_ELEMENTS (certificates); i++)
    hub_test_tls_make (&certificates[i]);
  expect_flaw ("other", "localhost", HUB_DIAL_ERROR_UNTRUSTED);
  expect_flaw ("old", "localhost", HUB_DIAL_ERROR_EXPIRED);
  expect_flaw ("new", "localhost", HUB_DIAL_ERROR_NOT_YET_VALID);
  /* The same computer by another name, which the certificate does not have. */
  expect_flaw ("server", "office.localhost", HUB_DIAL_ERROR_OTHER_NAME);
}

/* Without a word from the test all of the system's authorities are asked, and this one is none of them. */
static void
test_system_trust (Fixture *fixture, gconstpointer data)
{
  g_tls_backend_set_default_database (g_tls_backend_get_default (), NULL);
  dial (fixture, "mqtts", "localhost", fixture->broker->mqtts_port);
  g_assert_error (fixture->error, HUB_DIAL_ERROR, HUB_DIAL_ERROR_UNTRUSTED);
}

static void
test_cancelled (Fixture *fixture, gconstpointer data)
{
  for (gsize i = 0; i < G_N_ELEMENTS (schemes); i++)
    for (guint n_turns = 0; n_turns < 12; n_turns++)
      {
        g_autofree char *text = g_strdup_printf ("%s://127.0.0.1:%u", schemes[i], port_for (fixture, schemes[i]));
        g_autoptr (HubJoinAddress) address = hub_join_address_parse (text, NULL);
        g_autoptr (GCancellable) cancellable = g_cancellable_new ();

        hang_up (fixture);
        hub_dial_async (address, HUB_DIAL_TIMEOUT_MS, cancellable, dialled_cb, fixture);
        for (guint k = 0; k < n_turns; k++)
          g_main_context_iteration (NULL, FALSE);
        g_cancellable_cancel (cancellable);
        hub_test_wait_until (fixture->is_over);
        if (fixture->stream == NULL)
          g_assert_error (fixture->error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
      }
}

static void
keep_result (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_set_object ((GAsyncResult **) user_data, result);
}

/* A command that waits for its broker calls every second: nothing of a call is left behind. */
static void
test_command (Fixture *fixture, gconstpointer data)
{
  for (gsize i = 0; i < G_N_ELEMENTS (schemes); i++)
    {
      g_autofree char *text = g_strdup_printf ("%s://localhost:%u", schemes[i], port_for (fixture, schemes[i]));
      const HubCliOptions options = { .join = text };
      g_autoptr (GCancellable) cancellable = g_cancellable_new ();
      g_autoptr (GAsyncResult) result = NULL;
      g_autoptr (HubJoinAddress) address = NULL;
      g_autofree char *where = NULL;
      g_autoptr (GError) error = NULL;
      g_autoptr (GIOStream) stream = NULL;

      hub_cli_dial_async (&options, cancellable, keep_result, &result);
      hub_test_wait_until (result != NULL);
      stream = hub_cli_dial_finish (result, &where, &address, &error);
      g_assert_no_error (error);
      g_assert_false (g_signal_has_handler_pending (cancellable, g_signal_lookup ("cancelled", G_TYPE_CANCELLABLE), 0, TRUE));
    }
}

/* Who takes the connection and says nothing is not waited for for ever. */
static void
test_silence (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GSocketListener) silent = g_socket_listener_new ();
  guint16 port = g_socket_listener_add_any_inet_port (silent, NULL, NULL);

  g_assert_cmpuint (port, >, 0);
  for (gsize i = 1; i < G_N_ELEMENTS (schemes); i++)
    {
      g_autofree char *text = g_strdup_printf ("%s://127.0.0.1:%u", schemes[i], port);
      g_autoptr (HubJoinAddress) address = hub_join_address_parse (text, NULL);
      g_autoptr (GCancellable) cancellable = g_cancellable_new ();

      hang_up (fixture);
      hub_dial_async (address, 100, cancellable, dialled_cb, fixture);
      hub_test_wait_until (fixture->is_over);
      g_assert_error (fixture->error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT);
    }
}

/* ---- a link, which has a user name and a password to give ---- */

static char *
secret_url (const char *scheme, const char *credentials, guint16 port)
{
  return g_strdup_printf ("%s://%slocalhost:%u", scheme, credentials, port);
}

static void
expect_link (const char *url, HubLinkState state, gboolean wants_password, const char *http)
{
  g_autoptr (HubJoinAddress) address = hub_join_address_parse (url, NULL);
  g_autoptr (HubLink) link = hub_link_new_remote (address);
  g_autofree char *http_url = NULL;

  hub_link_start (link);
  hub_test_wait_until (hub_link_get_state (link) == HUB_LINK_CONNECTED || hub_link_get_problem (link) != NULL);
  g_test_message ("%s: %s", url, hub_link_get_problem (link));
  g_assert_cmpint (hub_link_get_state (link), ==, state);
  g_assert_true (hub_link_get_wants_password (link) == wants_password);
  if (hub_link_get_problem (link) != NULL)
    g_assert_null (strstr (hub_link_get_problem (link), "password of"));
  http_url = hub_link_dup_http_url (link);
  g_assert_true ((http_url != NULL) == (http != NULL));
  if (http != NULL)
    g_assert_true (g_str_has_prefix (http_url, http));
  hub_link_close (link);
}

static void
test_passwords (Fixture *fixture, gconstpointer data)
{
  static const char *const users[] = { "ada", NULL };
  char *folder = hub_test_folder_new ();
  g_autofree char *text = hub_test_passwords_text (users, ITERATIONS);
  g_autofree char *path = hub_test_folder_write (folder, "users", text);
  HubConfig *config = hub_test_config_new ();

  hub_test_config_add_tls (config, HUB_PROTOCOL_MQTT);
  hub_test_config_add_tls (config, HUB_PROTOCOL_WEBSOCKETS);
  for (guint i = 0; i < config->server.listeners->len; i++)
    {
      HubListenerOptions *listener = g_ptr_array_index (config->server.listeners, i);

      listener->allow_anonymous = FALSE;
      listener->password_file = g_strdup (path);
    }
  fixture->broker = hub_test_broker_new (config);
  trust ("ca");
  for (gsize i = 0; i < G_N_ELEMENTS (schemes); i++)
    {
      g_autofree char *right = secret_url (schemes[i], "ada:password%20of%20ada@", port_for (fixture, schemes[i]));
      g_autofree char *wrong = secret_url (schemes[i], "ada:password%20of%20eve@", port_for (fixture, schemes[i]));
      g_autofree char *none = secret_url (schemes[i], "", port_for (fixture, schemes[i]));

      /* What went encrypted is not given to HTTP. */
      expect_link (right, HUB_LINK_CONNECTED, FALSE, i % 2 == 0 ? "http://ada:password%20of%20ada@127.0.0.1:" : NULL);
      expect_link (wrong, HUB_LINK_WAITING, TRUE, NULL);
      expect_link (none, HUB_LINK_WAITING, TRUE, NULL);
    }
  g_assert_cmpuint (hub_test_broker_count_log (fixture->broker, "password of"), ==, 0);
  hub_test_folder_free (folder);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  g_test_add ("/app/dial/all-ways", Fixture, NULL, set_up, test_all_ways, tear_down);
  g_test_add ("/app/dial/wrong-ports", Fixture, NULL, set_up, test_wrong_ports, tear_down);
  g_test_add ("/app/dial/nobody", Fixture, NULL, set_up, test_nobody, tear_down);
  g_test_add_func ("/app/dial/flaws", test_flaws);
  g_test_add ("/app/dial/system-trust", Fixture, NULL, set_up, test_system_trust, tear_down);
  g_test_add ("/app/dial/cancelled", Fixture, NULL, set_up, test_cancelled, tear_down);
  g_test_add ("/app/dial/command", Fixture, NULL, set_up, test_command, tear_down);
  g_test_add ("/app/dial/silence", Fixture, NULL, NULL, test_silence, tear_down);
  g_test_add ("/app/dial/passwords", Fixture, NULL, NULL, test_passwords, tear_down);
  return g_test_run ();
}
