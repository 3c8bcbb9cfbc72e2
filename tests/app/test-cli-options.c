/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "app/cli/hub-cli-hearing.h"

#include <string.h>

/* The options of the commands: what they mean together, and at their limits. */

#define WILL_65535 "will of 65535 bytes"
#define WILL_65536 "will of 65536 bytes"

typedef struct
{
  const char *name;
  const char *arguments; /* parted by blanks */
  const char *complaint; /* a part of it; NULL: none */
} Row;

static const Row rows[] = {
  { "nothing", "", NULL },
  { "port/1", "-p 1", NULL },
  { "port/65535", "-p 65535", NULL },
  { "port/0", "-p 0", "from 1 to 65535" },
  { "port/65536", "-p 65536", "from 1 to 65535" },
  { "port/text", "-p mqtt", "from 1 to 65535" },
  { "place/join", "--join office:1884", NULL },
  { "place/join-and-host", "--join office -h office", "one of them is enough" },
  { "place/join-and-port", "--join office -p 1883", "one of them is enough" },
  { "place/unix-and-host", "--unix /run/mqtt -h office", "one of them is enough" },
  { "place/bad-join", "--join office:0", "The port is a number" },
  { "bind/address", "-A ::1", NULL },
  { "bind/join", "-A ::1 --join office", NULL },
  { "bind/unix", "-A ::1 --unix /run/mqtt", "--unix is none" },
  { "place/url", "--join wss://ada:secret@office/mqtt", NULL },
  { "bind/name", "-A localhost", "“localhost” is no IP address" },
  { "keepalive/5", "-k 5", NULL },
  { "keepalive/65535", "-k 65535", NULL },
  { "keepalive/4", "-k 4", "from 5 to 65535" },
  { "keepalive/65536", "-k 65536", "from 5 to 65535" },
  { "version/known", "-V mqttv31", NULL },
  { "version/unknown", "-V mqttv4", "not “mqttv4”" },
  { "session/id", "-c -i ada", NULL },
  { "session/prefix", "-c -I ada", NULL },
  { "session/no-id", "-c", "needs a client identifier" },
  { "session/two-ids", "-i ada -I bo", "one of them is enough" },
  { "expiry/4294967295", "-x 4294967295", NULL },
  { "expiry/4294967296", "-x 4294967296", "4294967295" },
  { "expiry/-2", "-x -2", "4294967295" },
  { "will/whole", "--will-topic a --will-payload x --will-qos 2 --will-retain", NULL },
  { "will/no-topic", "--will-payload x", "needs a topic" },
  { "will/retain-alone", "--will-retain", "needs a topic" },
  { "will/wildcard", "--will-topic a/#", "no topic to publish to" },
  { "will/qos-3", "--will-topic a --will-qos 3", "not 3" },
  { "will/65535", "--will-topic a --will-payload " WILL_65535, NULL },
  { "will/65536", "--will-topic a --will-payload " WILL_65536, "at most 65535 bytes" },
  { "url/whole", "-L mqtts://ada:se:c/ret@office:8884/a/b", "from 1 to 65535" },
  { "url/plain", "-L mqtt://office/a", NULL },
  { "url/scheme", "-L http://office/a", "begins with mqtt://" },
  { "url/no-topic", "-L mqtt://office", "a topic" },
  { "url/empty-topic", "-L mqtt://office/", "a topic" },
  { "url/no-host", "-L mqtt:///a", "no computer" },
  { "url/port/65536", "-L mqtt://office:65536/a", "from 1 to 65535" },
  { "url/bracket", "-L mqtt://[::1/a", "no computer" },
  { "url/behind-bracket", "-L mqtt://[::1]1883/a", "no computer" },
  { "url/and-host", "-L mqtt://office/a -h office", "too much" },
  { "url/and-user", "-L mqtt://ada@office/a -u ada", "too much" },
  { "url/and-user-alone", "-L mqtt://office/a -u ada -P x", NULL },
  { "tls/insecure-alone", "-h office --insecure", "need one that encrypts" },
  { "tls/alpn-alone", "-h office --tls-alpn mqtt", "need one that encrypts" },
  { "tls/join-plain", "--join office --insecure", "need one that encrypts" },
  { "tls/join", "--join mqtts://office --insecure", NULL },
  { "tls/url", "-L mqtts://office/a --insecure", NULL },
  { "tls/system", "-h office --tls-use-os-certs --tls-alpn mqtt", NULL },
  { "tls/unix", "--unix /run/mqtt --tls-use-os-certs", "Unix socket" },
  { "tls/no-such-file", "-h office --cafile /nonexistent.pem", "nonexistent.pem" },
  { "tls/key-alone", "-h office --tls-use-os-certs --key /nonexistent.key", "go together" },
  { "tls/two", "-h office --tls-use-os-certs --cafile /nonexistent.pem", "one of them is enough" },
  { "unsupported/psk", "--psk 00", "--psk is not supported" },
  { "unsupported/capath", "--capath /etc", "--capath is not supported" },
  { "unsupported/ciphers", "--ciphers x", "--ciphers is not supported" },
  { "unsupported/version", "--tls-version tlsv1.2", "--tls-version is not supported" },
  { "unsupported/proxy", "--proxy socks5h://office", "--proxy is not supported" },
  { "unsupported/engine", "--tls-engine x", "--tls-engine is not supported" },
  { "unsupported/keyform", "--keyform pem", "--keyform is not supported" },
  { "property/text", "-D publish content-type text/plain", NULL },
  { "property/long", "--property publish content-type text/plain", NULL },
  { "property/pair", "-D connect user-property a -b -V 5", NULL },
  { "property/two-pairs", "-D will user-property a b -D will user-property a b --will-topic t", NULL },
  { "property/other-version", "-D publish content-type x -V mqttv311", "-V says something else" },
  { "property/will-without", "-D will will-delay-interval 5", "needs a topic" },
  { "property/twice", "-D publish topic-alias 1 -D publish topic-alias 1", "twice" },
  { "property/elsewhere", "-D publish receive-maximum 5", "cannot stand there" },
  { "property/no-number", "-D connect receive-maximum many", "“many”" },
  { "property/receive-maximum/0", "-D connect receive-maximum 0", "“0”" },
  { "property/receive-maximum/1", "-D connect receive-maximum 1", NULL },
  { "property/receive-maximum/65535", "-D connect receive-maximum 65535", NULL },
  { "property/receive-maximum/65536", "-D connect receive-maximum 65536", "“65536”" },
  { "property/subscription-identifier/268435455", "-D subscribe subscription-identifier 268435455", NULL },
  { "property/subscription-identifier/268435456", "-D subscribe subscription-identifier 268435456", "“268435456”" },
  { "property/expiry/4294967295", "-D publish message-expiry-interval 4294967295", NULL },
  { "property/expiry/4294967296", "-D publish message-expiry-interval 4294967296", "“4294967296”" },
  { "property/flag/1", "-D publish payload-format-indicator 1", NULL },
  { "property/flag/2", "-D publish payload-format-indicator 2", "“2”" },
  { "property/wildcard", "-D publish response-topic a/#", "“a/#”" },
  { "property/unknown", "-D publish frob 1", "the name of a property" },
  { "property/place", "-D frob content-type 1", "connect, publish, subscribe or will" },
  { "property/cut", "-D publish", "the name of a property" },
  { "property/no-value", "-D publish content-type", "lacks its value" },
  { "property/half-a-pair", "-D publish user-property a", "lacks its value" },
  { "property/unsupported-place", "-D disconnect user-property a b", "disconnect is not supported" },
  { "property/unsupported", "-D connect topic-alias-maximum 5", "topic-alias-maximum is not supported" },
  { "property/value-of-another", "-u -D -P x", NULL },
  { "property/expiry-twice", "-x 5 -V 5 -D connect session-expiry-interval 5", "one of them is enough" },
  { "count/1", "-C 1", NULL },
  { "count/0", "-C 0", "from 1" },
  { "timeout/1", "-W 1", NULL },
  { "timeout/0", "-W 0", "from 1" },
  { "timeout/2678400", "-W 2678400", NULL },
  { "timeout/2678401", "-W 2678401", "2678400" },
};

/* Long ones by their names. */
static char **
split (const char *arguments)
{
  g_autofree char *whole = g_strconcat ("hubbub", *arguments != '\0' ? " " : "", arguments, NULL);
  char **parts;

  if (!g_str_has_suffix (whole, "bytes"))
    return g_strsplit (whole, " ", -1);
  *strstr (whole, "will of") = '\0';
  parts = g_strsplit (whole, " ", -1);
  g_free (parts[g_strv_length (parts) - 1]);
  parts[g_strv_length (parts) - 1] = g_strnfill (g_str_has_suffix (arguments, WILL_65535) ? 65535 : 65536, 'x');
  return parts;
}

static gboolean
parse (const char *arguments, HubCliOptions *options, HubCliHearing *hearing, GError **error)
{
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_auto (GStrv) parts = split (arguments);
  g_autofree char **argv = g_memdup2 (parts, (g_strv_length (parts) + 1) * sizeof *parts);
  char **rest = argv;
  int argc = (int) g_strv_length (parts);
  int status;

  hub_cli_options_init (options);
  hub_cli_options_add_who (options, context);
  hub_cli_options_add_terms (options, context);
  hub_cli_hearing_add_options (hearing, context);
  if (!hub_cli_options_read (options, context, &argc, &rest, &status, error))
    return FALSE;
  g_assert_cmpint (argc, ==, 1);
  return hub_cli_hearing_check (hearing, error);
}

static void
clear (HubCliOptions *options, HubCliHearing *hearing)
{
  hub_cli_options_clear (options);
  hub_cli_hearing_clear (hearing);
}

static void
test_row (gconstpointer data)
{
  const Row *row = data;
  HubCliOptions options;
  HubCliHearing hearing = { 0 };
  g_autoptr (GError) error = NULL;

  if (parse (row->arguments, &options, &hearing, &error))
    {
      g_assert_null (row->complaint);
      g_assert_no_error (error);
    }
  else
    {
      g_assert_nonnull (error);
      g_test_message ("%s", error->message);
      g_assert_nonnull (row->complaint);
      g_assert_nonnull (strstr (error->message, row->complaint));
    }
  clear (&options, &hearing);
}

static void
test_url (void)
{
  HubCliOptions options;
  HubCliHearing hearing = { 0 };
  g_autoptr (GError) error = NULL;

  /* As mosquitto_pub has it: the first / begins the topic, and the first @ ends as whom. */
  g_assert_true (parse ("-L mqtts://ada:se:cret@[fd00::1]:8884/a//b@c", &options, &hearing, &error));
  g_assert_cmpstr (options.host, ==, "fd00::1");
  g_assert_cmpuint (options.port, ==, 8884);
  g_assert_cmpstr (options.user, ==, "ada");
  g_assert_cmpstr (options.password, ==, "se:cret");
  g_assert_cmpstr (options.url.topic, ==, "a//b@c");
  g_assert_true (options.is_encrypted);
  clear (&options, &hearing);
}

static void
test_properties (void)
{
  HubCliOptions options;
  HubCliHearing hearing = { 0 };
  g_autoptr (GError) error = NULL;

  g_assert_true (parse ("-D connect maximum-packet-size 1000 -D publish user-property a b -D publish user-property a c "
                        "-D subscribe subscription-identifier 7 -D will will-delay-interval 9 --will-topic t",
                        &options, &hearing, &error));
  g_assert_cmpint (options.version, ==, HUB_VERSION_5_0);
  g_assert_cmpuint (options.properties.connect.maximum_packet_size, ==, 1000);
  g_assert_cmpuint (options.properties.subscribe.subscription_identifier, ==, 7);
  g_assert_cmpuint (options.properties.will.will_delay_interval, ==, 9);
  g_assert_cmpmem (options.properties.publish.more.data, options.properties.publish.more.size, "\x26\0\1a\0\1b\x26\0\1a\0\1c", 14);
  clear (&options, &hearing);
}

static void
test_values (void)
{
  HubCliOptions options;
  HubCliHearing hearing = { 0 };
  g_autoptr (GError) error = NULL;

  g_assert_true (parse ("-h hall -p 1884 -u ada -P x -c -i one -k 7 -V 5 -C 12 -W 3", &options, &hearing, &error));
  g_assert_cmpstr (options.host, ==, "hall");
  g_assert_cmpuint (options.port, ==, 1884);
  g_assert_cmpstr (options.user, ==, "ada");
  g_assert_cmpstr (options.password, ==, "x");
  g_assert_cmpstr (options.client_id, ==, "one");
  g_assert_cmpint (options.keep_alive_s, ==, 7);
  g_assert_cmpint (options.version, ==, HUB_VERSION_5_0);
  g_assert_true (options.is_lasting);
  /* For ever. */
  g_assert_true (options.has_expiry);
  g_assert_cmpuint (options.expiry_s, ==, G_MAXUINT32);
  g_assert_cmpuint (hearing.n_left, ==, 12);
  g_assert_cmpuint (hearing.timeout_s, ==, 3);
  clear (&options, &hearing);
}

static void
test_defaults (void)
{
  HubCliOptions options;
  HubCliHearing hearing = { 0 };
  g_autoptr (GError) error = NULL;

  g_assert_true (parse ("-x 0", &options, &hearing, &error));
  g_assert_cmpuint (options.port, ==, 0);
  g_assert_cmpint (options.keep_alive_s, ==, 60);
  g_assert_cmpint (options.version, ==, HUB_VERSION_3_1_1);
  g_assert_false (options.may_fall_back);
  g_assert_true (options.has_expiry);
  g_assert_cmpuint (options.expiry_s, ==, 0);
  g_assert_cmpuint (hearing.n_left, ==, 0);
  g_assert_cmpuint (hearing.timeout_s, ==, 0);
  clear (&options, &hearing);

  hub_cli_options_init_chat (&options);
  g_assert_cmpint (options.version, ==, HUB_VERSION_5_0);
  g_assert_true (options.may_fall_back);
  g_assert_true (hub_cli_options_check (&options, &error));
  g_assert_false (options.has_expiry);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *path = g_strconcat ("/app/cli-options/", rows[i].name, NULL);

      g_test_add_data_func (path, &rows[i], test_row);
    }
  g_test_add_func ("/app/cli-options/values", test_values);
  g_test_add_func ("/app/cli-options/url", test_url);
  g_test_add_func ("/app/cli-options/properties", test_properties);
  g_test_add_func ("/app/cli-options/defaults", test_defaults);
  return g_test_run ();
}
