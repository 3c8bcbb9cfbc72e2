/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/support/hub-test-net-broker.h"
#include "tests/support/hub-test-tls.h"
#include "tests/support/hub-test-wait.h"

#include <string.h>

/* hubbub pub with the options of TLS, beside mosquitto_pub: where the one is let in, the other is. */

#define DAY_S (24 * 60 * 60)

typedef struct
{
  const char *name;
  const char *arguments; /* parted by blanks; NAME.pem and NAME.key are files of the test */
  gboolean is_strict;    /* whether the broker wants a certificate */
  gboolean is_welcome;
  const char *complaint; /* a part of ours */
  gboolean is_ours;      /* whether only we know that name of this computer */
} Row;

static const Row rows[] = {
  { "cafile", "-h localhost --cafile ca.pem", FALSE, TRUE, "" },
  { "cafile-number", "-h 127.0.0.1 --cafile ca.pem", FALSE, TRUE, "" },
  { "cafile-version-5", "-h localhost --cafile ca.pem -V 5", FALSE, TRUE, "" },
  { "other-cafile", "-h localhost --cafile other-ca.pem", FALSE, FALSE, "nobody whom this computer trusts" },
  { "system", "-h localhost --tls-use-os-certs", FALSE, FALSE, "nobody whom this computer trusts" },
  { "plain", "-h localhost", FALSE, FALSE, "" },
  { "other-name", "-h office.localhost --cafile ca.pem", FALSE, FALSE, "shows the certificate of somebody else", TRUE },
  { "other-name-insecure", "-h office.localhost --cafile ca.pem --insecure", FALSE, TRUE, "", TRUE },
  { "other-cafile-insecure", "-h localhost --cafile other-ca.pem --insecure", FALSE, FALSE, "nobody whom this computer trusts" },
  { "alpn", "-h localhost --cafile ca.pem --tls-alpn mqtt", FALSE, TRUE, "" },
  { "bind", "-h localhost --cafile ca.pem -A 127.0.0.1", FALSE, TRUE, "" },
  { "no-certificate", "-h localhost --cafile ca.pem", TRUE, FALSE, "" },
  { "certificate", "-h localhost --cafile ca.pem --cert ada.pem --key ada.key", TRUE, TRUE, "" },
  { "certificate-alone", "-h localhost --cafile ca.pem --cert ada.pem", TRUE, FALSE, "--cert and --key go together" },
  { "missing-cafile", "-h localhost --cafile missing.pem", FALSE, FALSE, "missing.pem" },
  { "details-alone", "-h localhost --insecure", FALSE, FALSE, "need one that encrypts" },
  { "url", "-L mqtts://localhost:PORT/hall --cafile ca.pem", FALSE, TRUE, "" },
};

static HubTestBroker *brokers[2]; /* the strict one second */

/* The port stands in the URL, or is an option. */
static char **
split (const Row *row, guint16 port)
{
  g_autofree char *number = g_strdup_printf ("%u", port);
  char **words = g_strsplit (row->arguments, " ", -1);

  for (char **word = words; *word != NULL; word++)
    {
      g_auto (GStrv) halves = g_strsplit (*word, "PORT", 2);
      char *replaced;

      if (g_str_has_suffix (*word, ".pem") || g_str_has_suffix (*word, ".key"))
        replaced = hub_test_tls_path (*word);
      else
        replaced = g_strjoinv (number, halves);
      g_free (*word);
      *word = replaced;
    }
  return words;
}

static int
run (const char *const *program, const Row *row, char **complaint)
{
  const guint16 port = brokers[row->is_strict ? 1 : 0]->mqtts_port;
  g_autoptr (GSubprocess) process = NULL;
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) words = split (row, port);
  g_autofree char *number = g_strdup_printf ("%u", port);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) arguments = NULL;

  g_strv_builder_addv (builder, (const char **) program);
  g_strv_builder_addv (builder, (const char **) words);
  g_strv_builder_add_many (builder, "-q", "1", "-m", "x", NULL);
  if (strstr (row->arguments, "-L ") == NULL)
    g_strv_builder_add_many (builder, "-p", number, "-t", "hall", NULL);
  arguments = g_strv_builder_end (builder);
  process = g_subprocess_newv ((const char *const *) arguments, G_SUBPROCESS_FLAGS_STDOUT_SILENCE | G_SUBPROCESS_FLAGS_STDERR_PIPE, &error);
  g_assert_no_error (error);
  g_assert_true (g_subprocess_communicate_utf8 (process, NULL, NULL, NULL, complaint, &error));
  g_assert_no_error (error);
  g_assert_true (g_subprocess_get_if_exited (process));
  return g_subprocess_get_exit_status (process);
}

static void
test_row (gconstpointer data)
{
  static const char *const theirs[] = { "mosquitto_pub", NULL };
  const char *const ours[] = { g_getenv ("HUBBUB"), "pub", NULL };
  const Row *row = data;
  g_autofree char *complaint = NULL;
  g_autofree char *their_complaint = NULL;

  g_assert_nonnull (ours[0]);
  g_assert_cmpint (run (ours, row, &complaint) == 0, ==, row->is_welcome);
  g_test_message ("%s", complaint);
  g_assert_nonnull (strstr (complaint, row->complaint));
  g_assert_cmpint (complaint[0] == '\0', ==, row->is_welcome);
  if (!row->is_ours)
    g_assert_cmpint (run (theirs, row, &their_complaint) == 0, ==, row->is_welcome);
}

static HubTestBroker *
start (gboolean is_strict)
{
  HubConfig *config = hub_test_config_new ();
  HubListenerOptions *listener = hub_test_config_add_tls (config, HUB_PROTOCOL_MQTT);

  if (is_strict)
    {
      listener->cafile = hub_test_tls_path ("ca.pem");
      listener->require_certificate = TRUE;
    }
  return hub_test_broker_new (config);
}

int
main (int argc, char **argv)
{
  static const HubTestCertificate other = { .name = "other-ca", .common_name = "Other Authority", .ends_in_s = DAY_S };
  int status;

  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  /* Whole stacks are for this program: the commands would take ten times as long with them. */
  g_unsetenv ("ASAN_OPTIONS");
  hub_test_tls_folder ();
  hub_test_tls_make (&other);
  for (guint i = 0; i < G_N_ELEMENTS (brokers); i++)
    brokers[i] = start (i == 1);
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *path = g_strconcat ("/app/cli-tls/", rows[i].name, NULL);

      g_test_add_data_func (path, &rows[i], test_row);
    }
  status = g_test_run ();
  for (guint i = 0; i < G_N_ELEMENTS (brokers); i++)
    {
      /* The two count each other's. */
      hub_test_broker_forget_fds (brokers[i]);
      hub_test_broker_free (brokers[i]);
    }
  return status;
}
