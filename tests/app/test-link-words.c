/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "app/hub-link-words.h"
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
  { "closed", "hub-client-error-quark", HUB_CLIENT_ERROR_CLOSED, "hall has closed the connection. Trying again…" },
  { "hung-up", "hub-client-error-quark", HUB_CLIENT_ERROR_HUNG_UP, "hall has closed the connection without an answer. Is the port right? Trying again…" },
  { "no-pong", "hub-client-error-quark", HUB_CLIENT_ERROR_TIMED_OUT, "hall does not answer. Trying again…" },
  { "no-mqtt", "hub-client-error-quark", HUB_CLIENT_ERROR_PROTOCOL, "What answers at hall is no MQTT broker. Is the port right?" },
  { "password", "hub-client-error-quark", HUB_CLIENT_ERROR_CREDENTIALS, "hall wants a user name and a password." },
};

static GQuark
domain_of (const Row *row)
{
  if (g_str_has_prefix (row->domain, "g-io"))
    return G_IO_ERROR;
  return g_str_has_prefix (row->domain, "g-resolver") ? G_RESOLVER_ERROR : HUB_CLIENT_ERROR;
}

static void
test_row (gconstpointer data)
{
  const Row *row = data;
  g_autoptr (GError) error = g_error_new_literal (domain_of (row), row->code, "technical");
  g_autofree char *sentence = hub_link_explain (error, "hall", 1883);

  g_assert_cmpstr (sentence, ==, row->expected);
}

static void
test_own (void)
{
  g_autofree char *sentence = hub_link_explain (NULL, NULL, 0);

  g_assert_cmpstr (sentence, ==, "The own broker does not answer. Trying again…");
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
  g_test_add_func ("/app/link-words/own", test_own);
  return g_test_run ();
}
