/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/net/tls-fixture.h"
#include "tests/support/hub-test-bytes.h"
#include "tests/support/hub-test-wait.h"

#include <poll.h>
#include <sys/socket.h>

/* Who gets in with TLS, as whom, and what happens on such a connection that happens on no other. */

#define FLOOD_SIZE (16 * 1024 * 1024)
#define TLS_1_2 "NORMAL:-VERS-ALL:+VERS-TLS1.2"
#define TLS_1_3 "NORMAL:-VERS-ALL:+VERS-TLS1.3"

static void
require_certificate (HubListenerOptions *listener)
{
  listener->cafile = hub_test_tls_path ("ca.pem");
  listener->require_certificate = TRUE;
}

/* --- Versions --- */

static void
only_1_3 (HubListenerOptions *listener)
{
  listener->tls_version = HUB_TLS_VERSION_1_3;
}

static void
from_1_2 (HubListenerOptions *listener)
{
  listener->tls_version = HUB_TLS_VERSION_1_2;
}

static void
test_versions (void)
{
  static const struct
  {
    void (*change) (HubListenerOptions *listener); /* (nullable) */
    const char *priority;
    const char *refusal; /* (nullable) */
  } rows[] = {
    { NULL, TLS_1_3, NULL },
    { NULL, TLS_1_2, NULL },
    { NULL, "NORMAL:-VERS-ALL:+VERS-TLS1.1", "it speaks TLS 1.1, and tls_version asks for TLS 1.2." },
    { NULL, "NORMAL:-VERS-ALL:+VERS-TLS1.0", "it speaks TLS 1.0, and tls_version asks for TLS 1.2." },
    { from_1_2, TLS_1_3, NULL },
    { from_1_2, TLS_1_2, NULL },
    { from_1_2, "NORMAL:-VERS-ALL:+VERS-TLS1.1", "it speaks TLS 1.1, and tls_version asks for TLS 1.2." },
    { only_1_3, TLS_1_3, NULL },
    { only_1_3, "NORMAL", NULL },
    { only_1_3, TLS_1_2, "it speaks TLS 1.2, and tls_version asks for TLS 1.3." },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (HubTestBroker) broker = tls_fixture_start (rows[i].change);
      const HubTestTls tls = { .priority = rows[i].priority };

      g_test_message ("%s", rows[i].priority);
      g_assert_cmpint (tls_fixture_is_let_in (broker, &tls), ==, rows[i].refusal == NULL);
      if (rows[i].refusal != NULL)
        hub_test_broker_wait_log (broker, rows[i].refusal);
      else
        g_assert_cmpuint (hub_test_broker_count_log (broker, "refused"), ==, 0);
    }
}

/* --- Certificates of clients --- */

static void
test_certificate_required (void)
{
  static const HubTestCertificate certificates[] = {
    { .name = "late", .issuer = "ca", .common_name = "late", .begins_in_s = -TLS_FIXTURE_DAY_S, .ends_in_s = -60 },
    { .name = "soon", .issuer = "ca", .common_name = "soon", .begins_in_s = TLS_FIXTURE_DAY_S + 60, .ends_in_s = 3 * TLS_FIXTURE_DAY_S },
    { .name = "other", .common_name = "Other Authority", .ends_in_s = TLS_FIXTURE_DAY_S },
    { .name = "foreign", .issuer = "other", .common_name = "ada", .ends_in_s = TLS_FIXTURE_DAY_S },
  };
  static const struct
  {
    const char *certificate; /* (nullable) */
    const char *refusal;     /* (nullable) */
  } rows[] = {
    { "ada", NULL },
    { NULL, "it has no certificate." },
    { "late", "it has a certificate that is not accepted: it has expired." },
    { "soon", "it has a certificate that is not accepted: it is not valid yet." },
    { "foreign", "it has a certificate that is not accepted: nobody has signed it who is known here." },
    { "server", "it has a certificate that is not accepted: it is not for clients." },
  };
  static const char *const priorities[] = { TLS_1_2, TLS_1_3 };

  for (gsize i = 0; i < G_N_ELEMENTS (certificates); i++)
    hub_test_tls_make (&certificates[i]);
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    for (gsize k = 0; k < G_N_ELEMENTS (priorities); k++)
      {
        g_autoptr (HubTestBroker) broker = tls_fixture_start (require_certificate);
        const HubTestTls tls = { .certificate = rows[i].certificate, .priority = priorities[k] };

        g_test_message ("%s %s", rows[i].certificate, priorities[k]);
        g_assert_cmpint (tls_fixture_is_let_in (broker, &tls), ==, rows[i].refusal == NULL);
        if (rows[i].refusal != NULL)
          hub_test_broker_wait_log (broker, rows[i].refusal);
        else
          g_assert_cmpuint (hub_test_broker_count_log (broker, "refused"), ==, 0);
      }
}

/* Where nobody asks, it does not matter what one has. */
static void
test_certificate_not_required (void)
{
  g_autoptr (HubTestBroker) broker = tls_fixture_start (NULL);
  const HubTestTls with = { .certificate = "ada" };

  g_assert_true (tls_fixture_is_let_in (broker, &with));
  g_assert_true (tls_fixture_is_let_in (broker, NULL));
}

static void
refuse_revoked (HubListenerOptions *listener)
{
  require_certificate (listener);
  listener->crlfile = hub_test_tls_path ("revoked.pem");
}

static void
test_revoked (void)
{
  static const HubTestCertificate grace = { .name = "grace", .issuer = "ca", .common_name = "grace", .ends_in_s = TLS_FIXTURE_DAY_S };
  const HubTestTls as_ada = { .certificate = "ada" };
  const HubTestTls as_grace = { .certificate = "grace" };
  g_autoptr (HubTestBroker) broker = NULL;
  g_autoptr (HubTestClient) ada = NULL;
  g_autoptr (GError) error = NULL;

  hub_test_tls_make (&grace);
  hub_test_tls_revoke ("revoked", "ca", "grace", TLS_FIXTURE_DAY_S);
  broker = tls_fixture_start (refuse_revoked);
  g_assert_false (tls_fixture_is_let_in (broker, &as_grace));
  hub_test_broker_wait_log (broker, "it was revoked.");
  ada = tls_fixture_join (broker, &as_ada, "ada");

  /* From now on it is the other way round, for those who come now. */
  hub_test_tls_revoke ("revoked", "ca", "ada", TLS_FIXTURE_DAY_S);
  g_assert_true (hub_test_broker_reload (broker, NULL, &error));
  g_assert_no_error (error);
  g_assert_true (tls_fixture_is_let_in (broker, &as_grace));
  g_assert_false (tls_fixture_is_let_in (broker, &as_ada));
  hub_test_client_ping (ada);
}

static void
use_identity (HubListenerOptions *listener)
{
  listener->cafile = hub_test_tls_path ("ca.pem");
  listener->use_identity_as_username = TRUE;
}

static void
use_subject (HubListenerOptions *listener)
{
  listener->capath = g_strdup (hub_test_tls_folder ());
  listener->use_subject_as_username = TRUE;
}

static void
test_identity (void)
{
  static const HubTestCertificate certificates[] = {
    { .name = "union", .issuer = "ca", .organisation = "Union", .common_name = "Grace Hopper", .ends_in_s = TLS_FIXTURE_DAY_S },
    { .name = "nameless", .issuer = "ca", .organisation = "Union", .ends_in_s = TLS_FIXTURE_DAY_S },
  };
  const HubTestTls as_union = { .certificate = "union" };
  const HubTestTls as_nameless = { .certificate = "nameless" };
  g_autoptr (HubTestBroker) by_name = NULL;
  g_autoptr (HubTestBroker) by_subject = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (certificates); i++)
    hub_test_tls_make (&certificates[i]);

  by_name = tls_fixture_start (use_identity);
  g_assert_true (tls_fixture_is_let_in (by_name, &as_union));
  hub_test_broker_wait_log (by_name, " is that of 'Grace Hopper'.");
  g_assert_false (tls_fixture_is_let_in (by_name, &as_nameless));
  hub_test_broker_wait_log (by_name, "it has a certificate that names no user: it has no common name.");
  g_assert_false (tls_fixture_is_let_in (by_name, NULL));
  hub_test_broker_wait_log (by_name, "it has no certificate.");

  by_subject = tls_fixture_start (use_subject);
  g_assert_true (tls_fixture_is_let_in (by_subject, &as_union));
  hub_test_broker_wait_log (by_subject, " is that of 'CN=Grace Hopper,O=Union'.");
  g_assert_true (tls_fixture_is_let_in (by_subject, &as_nameless));
  hub_test_broker_wait_log (by_subject, " is that of 'O=Union'.");
}

/* --- Sessions --- */

/* The certificate is looked at each time, also where the client takes up a session in which it was accepted. */
static void
test_resumed_session (gconstpointer data)
{
  HubTestTls tls = { .certificate = "ada", .priority = data };
  gnutls_datum_t session = { 0 };
  g_autoptr (HubTestBroker) broker = NULL;

  hub_test_tls_revoke ("revoked", "ca", NULL, TLS_FIXTURE_DAY_S);
  broker = tls_fixture_start (refuse_revoked);
  for (guint i = 0; i < 3; i++)
    {
      g_autoptr (HubTestClient) client = tls_fixture_join (broker, &tls, "ada");

      hub_test_client_ping (client);
      gnutls_free (session.data);
      g_assert_cmpint (gnutls_session_get_data2 (client->line->tls, &session), ==, 0);
      tls.session = &session;
    }
  hub_test_tls_revoke ("revoked", "ca", "ada", TLS_FIXTURE_DAY_S);
  g_assert_true (hub_test_broker_reload (broker, NULL, NULL));
  g_assert_false (tls_fixture_is_let_in (broker, &tls));
  hub_test_broker_wait_log (broker, "it was revoked.");
  gnutls_free (session.data);
}

/* A handshake costs the broker more than its client, who may not ask for another one. */
static void
test_renegotiation (void)
{
  g_autoptr (HubTestBroker) broker = tls_fixture_start (NULL);
  g_autoptr (HubTestClient) witness = hub_test_client_join (broker, HUB_TEST_TCP, "witness");
  const HubTestTls tls = { .priority = TLS_1_2 };
  g_autoptr (HubTestClient) client = tls_fixture_join (broker, &tls, "ada");
  gint64 deadline_us = hub_test_deadline (HUB_TEST_TIMEOUT_MS);
  int result;

  hub_test_client_ping (client);
  while ((result = gnutls_handshake (client->line->tls)) < 0 && !gnutls_error_is_fatal (result))
    {
      g_assert_cmpint (hub_test_left_ms (deadline_us), >, 0);
      hub_test_client_ping (witness);
    }
  g_assert_cmpint (result, <, 0);
  hub_test_broker_wait_log (broker, "Client ada closed its connection.");
  hub_test_client_ping (witness);
}

static void
test_key_update (void)
{
  g_autoptr (HubTestBroker) broker = tls_fixture_start (NULL);
  const HubTestTls tls = { .priority = TLS_1_3 };
  g_autoptr (HubTestClient) client = tls_fixture_join (broker, &tls, "ada");

  for (guint i = 0; i < 5; i++)
    {
      g_assert_cmpint (gnutls_session_key_update (client->line->tls, GNUTLS_KU_PEER), ==, 0);
      hub_test_client_ping (client);
    }
}

typedef struct
{
  int fd;
  GByteArray *bytes;
  int has_ended; /* (atomic) */
} Flood;

static ssize_t
push_cb (gnutls_transport_ptr_t data, const void *bytes, size_t size)
{
  Flood *flood = data;

  g_byte_array_append (flood->bytes, bytes, (guint) size);
  return (ssize_t) size;
}

static gpointer
flood_thread (gpointer data)
{
  Flood *flood = data;
  gsize at = 0;

  while (at < flood->bytes->len)
    {
      struct pollfd fd = { .fd = flood->fd, .events = POLLOUT };
      gssize n = send (flood->fd, flood->bytes->data + at, flood->bytes->len - at, MSG_NOSIGNAL | MSG_DONTWAIT);

      if (n > 0)
        at += (gsize) n;
      else if (poll (&fd, 1, HUB_TEST_TIMEOUT_MS) <= 0)
        break;
    }
  g_atomic_int_set (&flood->has_ended, TRUE);
  return NULL;
}

/* In TLS 1.3 a record of padding alone, in TLS 1.2 a warning that means nothing. */
static int
send_nothing (gnutls_session_t session)
{
  if (gnutls_protocol_get_version (session) == GNUTLS_TLS1_3)
    return (int) gnutls_record_send2 (session, "", 0, 1, 0);
  return gnutls_alert_send (session, GNUTLS_AL_WARNING, GNUTLS_A_USER_CANCELED);
}

/* Records that hold nothing are allowed. As fast as they come, nobody else has to wait for their end. */
static void
test_records_of_nothing (gconstpointer data)
{
  g_autoptr (HubTestBroker) broker = tls_fixture_start (NULL);
  g_autoptr (HubTestClient) witness = hub_test_client_join (broker, HUB_TEST_TCP, "witness");
  const HubTestTls tls = { .priority = data };
  g_autoptr (HubTestClient) client = tls_fixture_join (broker, &tls, "ada");
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  Flood flood = { .fd = client->line->out_fd, .bytes = bytes };
  GThread *thread;
  guint answers = 0;

  gnutls_transport_set_push_function (client->line->tls, push_cb);
  gnutls_transport_set_ptr2 (client->line->tls, GINT_TO_POINTER (client->line->in_fd), &flood);
  while (bytes->len < FLOOD_SIZE)
    g_assert_cmpint (send_nothing (client->line->tls), ==, 0);
  g_assert_cmpint (gnutls_record_send (client->line->tls, "\xc0", 2), ==, 2);

  thread = g_thread_new ("flood", flood_thread, &flood);
  for (; !g_atomic_int_get (&flood.has_ended); answers++)
    hub_test_client_ping (witness);
  g_thread_join (thread);
  hub_test_client_expect (client, "PINGRESP");
  g_test_message ("%u answers", answers);
  g_assert_cmpuint (answers, >, 250);
}

/* --- Ends --- */

static HubTestClient *
join_with_will (HubTestBroker *broker)
{
  int result;
  HubTestClient *client = tls_fixture_open (broker, NULL, &result);

  hub_test_client_send (client, "10 [{'MQTT'} 04 06 0000 {'ada'} {'will'} {'gone'}]");
  hub_test_client_expect (client, "CONNACK 0 0");
  return client;
}

/* Goodbye of TLS, end of TCP without one, nonsense instead of a record: for MQTT the connection is lost each time. */
static void
test_ends (void)
{
  static const char *const ends[] = { "goodbye", "end", "nonsense", "record-that-is-none" };

  for (gsize i = 0; i < G_N_ELEMENTS (ends); i++)
    {
      g_autoptr (HubTestBroker) broker = tls_fixture_start (NULL);
      g_autoptr (HubTestClient) watcher = hub_test_client_join (broker, HUB_TEST_TCP, "watcher");
      g_autoptr (HubTestClient) client = join_with_will (broker);
      g_autoptr (GByteArray) record = hub_test_bytes ("17 03 03 0040 55*64");

      g_test_message ("%s", ends[i]);
      hub_test_client_subscribe (watcher, "will", 0);
      if (i == 0)
        g_assert_cmpint (gnutls_bye (client->line->tls, GNUTLS_SHUT_WR), ==, 0);
      else if (i == 1)
        shutdown (client->line->out_fd, SHUT_WR);
      else if (i == 2)
        g_assert_cmpint (send (client->line->out_fd, "\x10\x0c\0\4MQTT\4\2\0\0\0\0", 14, 0), ==, 14);
      else
        g_assert_cmpint (send (client->line->out_fd, record->data, record->len, 0), ==, record->len);
      hub_test_client_expect (watcher, "PUBLISH d0 q0 r0 m0 will gone");
      hub_test_client_ping (watcher);
    }
}

/* The last words arrive and are the last ones: the goodbye of TLS stands behind them, not just the end of TCP. */
static void
test_goodbye_of_the_broker (void)
{
  g_autoptr (HubTestBroker) broker = tls_fixture_start (NULL);
  g_autoptr (HubTestClient) client = tls_fixture_join (broker, NULL, "ada");

  hub_test_client_send (client, "c0 [] e0 []");
  hub_test_client_expect (client, "PINGRESP");
  hub_test_client_expect_end (client, 0);
}

/* --- Streams that are attached --- */

/* A stream that is readable need not have anything to be read: there a record of TLS has come half. */
static void
test_attached_stream (void)
{
  g_autoptr (HubTestBroker) broker = hub_test_broker_new (NULL);
  g_autofree char *certfile = hub_test_tls_path ("server.pem");
  g_autofree char *keyfile = hub_test_tls_path ("server.key");
  g_autoptr (GTlsCertificate) certificate = g_tls_certificate_new_from_files (certfile, keyfile, NULL);
  g_autoptr (GSocket) socket_ = NULL;
  g_autoptr (GSocketConnection) base = NULL;
  g_autoptr (HubTestClient) client = NULL;
  g_autoptr (GError) error = NULL;
  GIOStream *tls;
  int fds[2];

  g_assert_cmpint (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds), ==, 0);
  socket_ = g_socket_new_from_fd (fds[0], &error);
  g_assert_no_error (error);
  base = g_socket_connection_factory_create_connection (socket_);
  tls = g_tls_server_connection_new (G_IO_STREAM (base), certificate, &error);
  g_assert_no_error (error);
  g_clear_object (&base);
  g_clear_object (&socket_);
  g_assert_true (hub_broker_attach (broker->broker, tls, NULL));

  client = hub_test_client_wrap_raw (hub_test_line_new (fds[1], fds[1]));
  g_assert_cmpint (hub_test_line_start_tls (client->line, NULL), ==, GNUTLS_E_SUCCESS);
  hub_test_client_send (client, "10 [{'MQTT'} 04 02 0000 {'ada'}]");
  hub_test_client_expect (client, "CONNACK 0 0");
  hub_test_client_ping (client);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  hub_test_net_warm_up ();

  g_test_add_func ("/net/tls/versions", test_versions);
  g_test_add_func ("/net/tls/certificate/required", test_certificate_required);
  g_test_add_func ("/net/tls/certificate/not-required", test_certificate_not_required);
  g_test_add_func ("/net/tls/certificate/revoked", test_revoked);
  g_test_add_func ("/net/tls/certificate/identity", test_identity);
  g_test_add_data_func ("/net/tls/resumed-session/1.2", TLS_1_2, test_resumed_session);
  g_test_add_data_func ("/net/tls/resumed-session/1.3", TLS_1_3, test_resumed_session);
  g_test_add_func ("/net/tls/renegotiation", test_renegotiation);
  g_test_add_func ("/net/tls/key-update", test_key_update);
  g_test_add_data_func ("/net/tls/records-of-nothing/1.2", TLS_1_2, test_records_of_nothing);
  g_test_add_data_func ("/net/tls/records-of-nothing/1.3", TLS_1_3, test_records_of_nothing);
  g_test_add_func ("/net/tls/ends", test_ends);
  g_test_add_func ("/net/tls/goodbye-of-the-broker", test_goodbye_of_the_broker);
  g_test_add_func ("/net/tls/attached-stream", test_attached_stream);
  return g_test_run ();
}
