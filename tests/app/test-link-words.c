/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "app/link/hub-link-words.h"
#include "app/joining/hub-dial-error.h"
#include "broker/client/hub-client.h"

typedef struct
{
  const char *name;
  const char *domain;
  int code;
  const char *expected;
} Row;

static const Row rows[] = {
  { "refused", "g-io-error-quark", G_IO_ERROR_CONNECTION_REFUSED, "Nobody hosts a chat at hall on port 1883. Trying again…" },
  { "unreachable", "g-io-error-quark", G_IO_ERROR_HOST_UNREACHABLE, "hall cannot be reached. Is this computer on the same network? Trying again…" },
  { "no-network", "g-io-error-quark", G_IO_ERROR_NETWORK_UNREACHABLE, "hall cannot be reached. Is this computer on the same network? Trying again…" },
  { "silent", "g-io-error-quark", G_IO_ERROR_TIMED_OUT, "hall does not answer. Trying again…" },
  { "no-such-name", "g-resolver-error-quark", G_RESOLVER_ERROR_NOT_FOUND, "There is no computer called hall. Check the address." },
  { "reset", "g-io-error-quark", G_IO_ERROR_CONNECTION_CLOSED, "The connection to hall is lost. Trying again…" },
  { "tls",
    "g-tls-error-quark",
    G_TLS_ERROR_MISC,
    "hall has ended the encrypted connection. Perhaps it lets in only who has a certificate of its own. Trying again…" },
  { "closed", "hub-client-error-quark", HUB_CLIENT_ERROR_CLOSED, "hall has closed the connection. Trying again…" },
  { "hung-up", "hub-client-error-quark", HUB_CLIENT_ERROR_HUNG_UP, "hall has closed the connection without an answer. Is the port right? Trying again…" },
  { "no-pong", "hub-client-error-quark", HUB_CLIENT_ERROR_TIMED_OUT, "hall does not answer. Trying again…" },
  { "no-mqtt", "hub-client-error-quark", HUB_CLIENT_ERROR_PROTOCOL, "What answers at hall is no MQTT broker. Is the port right?" },
  { "password", "hub-client-error-quark", HUB_CLIENT_ERROR_CREDENTIALS, "hall asks for a user name and a password." },
  { "version", "hub-client-error-quark", HUB_CLIENT_ERROR_VERSION, "hall does not speak any version of MQTT that Hubbub knows." },
  { "no-frames", "g-io-error-quark", G_IO_ERROR_INVALID_DATA, "What answers at hall is no MQTT broker. Is the port right?" },
  { "untrusted", "hub-dial-error-quark", HUB_DIAL_ERROR_UNTRUSTED, "It is not certain that this is hall: nobody whom this computer trusts has signed its certificate." },
  { "expired", "hub-dial-error-quark", HUB_DIAL_ERROR_EXPIRED, "The certificate of hall has expired: whoever runs it has to renew it." },
  { "not-yet-valid", "hub-dial-error-quark", HUB_DIAL_ERROR_NOT_YET_VALID, "The certificate of hall is not valid yet. Is the clock of this computer right?" },
  { "other-name", "hub-dial-error-quark", HUB_DIAL_ERROR_OTHER_NAME, "What answers at hall shows the certificate of somebody else. Is the name right?" },
  { "revoked", "hub-dial-error-quark", HUB_DIAL_ERROR_REVOKED, "The certificate of hall was revoked: it can no longer be trusted." },
  { "bad-certificate", "hub-dial-error-quark", HUB_DIAL_ERROR_BAD_CERTIFICATE, "The certificate of hall cannot be trusted." },
  { "no-tls", "hub-dial-error-quark", HUB_DIAL_ERROR_NO_TLS, "What answers at hall on port 9001 does not use any encryption that Hubbub knows. Is the port right?" },
  { "not-http", "hub-dial-error-quark", HUB_DIAL_ERROR_NOT_HTTP, "What answers at hall on port 9001 does not speak WebSocket. Is the port right?" },
  { "no-websocket", "hub-dial-error-quark", HUB_DIAL_ERROR_NO_WEBSOCKET, "The web server at hall has no chat at /mqtt. Is the address right?" },
  { "forbidden", "hub-dial-error-quark", HUB_DIAL_ERROR_FORBIDDEN, "The web server at hall lets nobody in by this address." },
  { "not-now", "hub-dial-error-quark", HUB_DIAL_ERROR_NOT_NOW, "The web server at hall is not letting anybody in just now. Trying again…" },
};

static GQuark
domain_of (const Row *row)
{
  if (g_str_has_prefix (row->domain, "g-io"))
    return G_IO_ERROR;
  if (g_str_has_prefix (row->domain, "g-tls"))
    return G_TLS_ERROR;
  if (g_str_has_prefix (row->domain, "g-resolver"))
    return G_RESOLVER_ERROR;
  return g_str_has_prefix (row->domain, "hub-dial") ? HUB_DIAL_ERROR : HUB_CLIENT_ERROR;
}

static void
test_row (gconstpointer data)
{
  const Row *row = data;
  g_autoptr (GError) error = g_error_new_literal (domain_of (row), row->code, "technical");
  g_autoptr (HubJoinAddress) address = hub_join_address_parse (error->domain == HUB_DIAL_ERROR ? "wss://hall:9001" : "hall", NULL);
  g_autofree char *sentence = hub_link_explain (error, address);

  g_assert_cmpstr (sentence, ==, row->expected);
}

/* Whoever has given a password is told that it is wrong, and it is not shown. */
static void
test_wrong_password (void)
{
  g_autoptr (GError) error = g_error_new_literal (HUB_CLIENT_ERROR, HUB_CLIENT_ERROR_CREDENTIALS, "technical");
  g_autoptr (HubJoinAddress) address = hub_join_address_parse ("mqtt://ada:secret@hall", NULL);
  g_autofree char *sentence = hub_link_explain (error, address);

  g_assert_cmpstr (sentence, ==, "hall does not accept this user name and password.");
}

static void
test_own (void)
{
  g_autofree char *sentence = hub_link_explain (NULL, NULL);

  g_assert_cmpstr (sentence, ==, "The broker of this computer does not answer. Trying again…");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *path = g_strconcat ("/app/link-words/", rows[i].name, NULL);

      g_test_add_data_func (path, &rows[i], test_row);
    }
  g_test_add_func ("/app/link-words/wrong-password", test_wrong_password);
  g_test_add_func ("/app/link-words/own", test_own);
  return g_test_run ();
}
