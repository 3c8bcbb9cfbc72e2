/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/support/hub-test-config.h"

#include <glib/gstdio.h>

#include <string.h>
#include <unistd.h>

/* From the text of a configuration file to what the broker is told. */

/* The files that the table names, in a folder of their own. */
static const struct
{
  const char *path;
  const char *text; /* (nullable): NULL: a folder */
} files[] = {
  { "passwords", "" },
  { "acl", "" },
  { "cert.pem", "" },
  { "key.pem", "" },
  { "ca.pem", "" },
  { "crl.pem", "" },
  { "cas", NULL },
  { "conf.d", NULL },
  /* Capitals come before small letters, and the names of other files do not count. */
  { "conf.d/b.conf", "listener 3\nmax_keepalive 4\n" },
  { "conf.d/A.conf", "listener 1\nmax_keepalive 1\n" },
  { "conf.d/C.conf", "max_qos 1\r\nmax_keepalive 5" },
  { "conf.d/c.conf", "max_keepalive 2\n" },
  { "conf.d/a.conf.bak", "banana\n" },
  { "conf.d/.conf", "banana\n" },
  { "conf.d/conf", "banana\n" },
  { "empty.d", NULL },
  { "bad.d", NULL },
  { "bad.d/a.conf", "listener 1\nbanana\n" },
  { "nested.d", NULL },
  { "nested.d/a.conf", "include_dir conf.d\n" },
};

static void
make_files (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (files); i++)
    {
      g_autoptr (GError) error = NULL;

      if (files[i].text == NULL)
        g_assert_cmpint (g_mkdir (files[i].path, 0700), ==, 0);
      else
        g_file_set_contents (files[i].path, files[i].text, -1, &error);
      g_assert_no_error (error);
    }
}

static void
remove_files (void)
{
  for (gsize i = G_N_ELEMENTS (files); i > 0; i--)
    g_assert_cmpint (g_remove (files[i - 1].path), ==, 0);
}

static void
test_row (gconstpointer data)
{
  const HubTestConfig *row = data;
  g_autoptr (GError) error = NULL;
  g_autofree char *result = hub_test_config_parse (row->text, &error);

  if (row->result != NULL)
    {
      g_assert_no_error (error);
      g_assert_cmpstr (result, ==, row->result);
      return;
    }
  g_assert_null (result);
  g_assert_error (error, HUB_CONFIG_ERROR, (int) row->code);
  if (row->error != NULL)
    g_assert_cmpstr (error->message, ==, row->error);
}

/* Cut off behind any byte, and with every third byte changed: it says something or is refused, and nothing breaks. */
static void
test_cut_and_changed (void)
{
  for (gsize i = 0; i < hub_test_n_configs; i++)
    {
      HubSpan text = hub_test_configs[i].text;
      g_autofree guint8 *copy = g_memdup2 (text.data, text.size);

      for (gsize size = 0; size < text.size; size++)
        {
          g_autofree char *result G_GNUC_UNUSED = hub_test_config_parse ((HubSpan){ text.data, size }, NULL);
        }
      for (gsize at = i % 3; at < text.size; at += 3)
        {
          static const guint8 bytes[] = { 0, '\n', 0xff };

          for (gsize j = 0; j < G_N_ELEMENTS (bytes); j++)
            {
              g_autofree char *result = NULL;

              copy[at] = bytes[j];
              result = hub_test_config_parse ((HubSpan){ copy, text.size }, NULL);
              copy[at] = text.data[at];
            }
        }
    }
}

/* Every option that is a number: where it goes, and from where to where it may. */
static const struct
{
  const char *option;
  const char *field; /* in the text of a configuration */
  guint64 min;
  guint64 max;
  guint64 factor;
  gboolean has_no_limit; /* -1 is 0 */
} numbers[] = {
  { "connect_timeout", "connect_timeout_us", 1, 3600, G_TIME_SPAN_SECOND },
  { "global_max_clients", "max_sessions", 0, 10000000, 1, TRUE },
  { "global_max_connections", "global_max_connections", 0, 10000000, 1, TRUE },
  { "max_connect_size", "max_first_packet_bytes", 64, 268435455, 1 },
  { "max_connections", "max_connections", 0, 10000000, 1, TRUE },
  { "max_connections_per_address", "max_per_address", 0, 1000000, 1, TRUE },
  { "max_inflight_bytes", "max_inflight_bytes", 0, G_MAXUINT32, 1, TRUE },
  { "max_keepalive", "max_keepalive_s", 0, 65535, 1 },
  { "max_output_bytes", "max_output_bytes", 1024, 268435455, 1 },
  { "max_packet_size", "max_packet_bytes", 20, 268435455, 1 },
  { "max_qos", "max_qos", 0, 2, 1 },
  { "max_queued_bytes", "max_queued_bytes", 0, G_MAXUINT32, 1, TRUE },
  { "max_queued_messages", "max_queued_messages", 0, 10000000, 1, TRUE },
  { "max_retained_bytes", "max_retained_bytes", 0, G_MAXUINT32, 1, TRUE },
  { "max_retained_messages", "max_retained_messages", 0, 10000000, 1, TRUE },
  { "max_session_expiry", "session_expiry_max_us", 1, G_MAXUINT32, G_TIME_SPAN_SECOND },
  { "max_subscriptions", "max_filters", 0, 10000000, 1, TRUE },
  { "max_topic_alias", "max_topic_alias", 0, 65535, 1 },
  { "maximum_qos", "max_qos", 0, 2, 1 },
  { "message_size_limit", "max_message_bytes", 0, 268435455, 1, TRUE },
  { "record_max_bytes", "record_max_bytes", 0, G_MAXINT64, 1, TRUE },
  { "record_max_messages", "record_max_messages", 0, G_MAXINT64, 1, TRUE },
  { "sys_interval", "sys_interval_s", 0, 65535, 1 },
};

/* What the broker has when @value is given for the option, or NULL when it is refused. */
static char *
parse_number (guint i, const char *value)
{
  g_autofree char *text = g_strdup_printf ("listener 1\n%s %s\n", numbers[i].option, value);
  g_autoptr (GError) error = NULL;
  char *result = hub_test_config_parse (hub_span_from_string (text), &error);

  if (result == NULL)
    {
      g_autofree char *wanted = g_strdup_printf ("t.conf:2: %s ", numbers[i].option);

      g_assert_error (error, HUB_CONFIG_ERROR, HUB_CONFIG_ERROR_BAD_VALUE);
      g_assert_true (g_str_has_prefix (error->message, wanted));
    }
  return result;
}

static void
expect_number (guint i, const char *value, guint64 number)
{
  g_autofree char *result = parse_number (i, value);
  g_autofree char *usual = hub_test_config_parse (HUB_SPAN_LITERAL ("listener 1"), NULL);
  g_autofree char *wanted = g_strdup_printf ("%s=%" G_GUINT64_FORMAT, numbers[i].field, number * numbers[i].factor);

  g_assert_nonnull (result);
  /* What is the default anyway is not in the text. */
  if (!g_str_equal (result, usual))
    g_assert_nonnull (strstr (result, wanted));
}

static void
expect_refused (guint i, const char *value)
{
  g_autofree char *result = parse_number (i, value);

  g_assert_null (result);
}

static void
test_number (gconstpointer data)
{
  guint i = GPOINTER_TO_UINT (data);
  g_autofree char *min = g_strdup_printf ("%" G_GUINT64_FORMAT, numbers[i].min);
  g_autofree char *max = g_strdup_printf ("%" G_GUINT64_FORMAT, numbers[i].max);
  g_autofree char *less = g_strdup_printf ("%" G_GINT64_FORMAT, (gint64) numbers[i].min - 1);
  g_autofree char *more = g_strdup_printf ("%" G_GUINT64_FORMAT, numbers[i].max + 1);
  g_autofree char *comment = g_strconcat (max, " # most", NULL);
  static const char *const garbage[] = {
    "x",
    "1x",
    "x1",
    "1 2",
    "+1",
    "1.0",
    "0x1",
    "1e3",
    "--1",
    "-2",
    "'1'",
    "18446744073709551615",
    "18446744073709551616",
    "99999999999999999999999999999999",
    "١",
  };

  expect_number (i, min, numbers[i].min);
  expect_number (i, max, numbers[i].max);
  expect_number (i, comment, numbers[i].max);
  if (numbers[i].min <= 1)
    expect_number (i, "1", 1);
  else
    expect_refused (i, "1");
  if (numbers[i].min > 0)
    expect_refused (i, "0");
  if (numbers[i].has_no_limit)
    expect_number (i, "-1", 0);
  else
    expect_refused (i, "-1");
  if (numbers[i].min > 0)
    expect_refused (i, less);
  expect_refused (i, more);
  for (gsize j = 0; j < G_N_ELEMENTS (garbage); j++)
    expect_refused (i, garbage[j]);
}

/* A line of a megabyte is a line; only what is said about it is short. */
static void
test_long_lines (void)
{
  g_autofree char *blanks = g_strnfill (1000000, ' ');
  g_autofree char *letters = g_strnfill (1000000, 'x');
  g_autofree char *good = g_strconcat ("# ", letters, "\n", blanks, "listener", blanks, "1", blanks, NULL);
  g_autofree char *host = g_strconcat ("http_host ", letters, NULL);
  g_autofree char *name = g_strconcat (letters, " 1", NULL);
  g_autofree char *value = g_strconcat ("max_keepalive ", letters, NULL);
  g_autofree char *file = g_strconcat ("pid_file ", letters, NULL);
  g_autofree char *quote = g_strnfill (60, 'x');
  const struct
  {
    const char *text;
    const char *error; /* NULL: none */
  } rows[] = {
    { good, NULL },
    { host, NULL },
    { name, "t.conf:1: unknown option '%s…'" },
    { value, "t.conf:1: max_keepalive must be a whole number from 0 to 65535, not '%s…'" },
    { file, "t.conf:1: pid_file has 1000000 bytes, at most 4095 are allowed" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *result G_GNUC_UNUSED = hub_test_config_parse (hub_span_from_string (rows[i].text), &error);
      g_auto (GStrv) parts = g_strsplit (rows[i].error != NULL ? rows[i].error : "", "%s", 2);
      g_autofree char *wanted = g_strjoinv (quote, parts);

      if (rows[i].error == NULL)
        g_assert_no_error (error);
      else
        g_assert_cmpstr (error->message, ==, wanted);
    }
}

static void
test_many_listeners (void)
{
  GString *text = g_string_new (NULL);
  g_autoptr (HubConfig) config = hub_config_new_broker ();
  g_autoptr (GError) error = NULL;

  for (guint i = 1; i <= 1000; i++)
    g_string_append_printf (text, "listener %u\n", i);
  hub_config_parse (config, text->str, text->len, "t.conf", &error);
  g_assert_no_error (error);
  g_assert_cmpuint (config->server.listeners->len, ==, 1000);
  g_assert_true (hub_config_has_port (config, 1000));
  g_assert_false (hub_config_has_port (config, 1001));
  g_string_free (text, TRUE);
}

/* The longest path of a socket that the system takes, and one byte more. */
static void
test_unix_path (void)
{
  for (guint size = 107; size <= 108; size++)
    {
      g_autofree char *letters = g_strnfill (size - 1, 'x');
      g_autofree char *text = g_strdup_printf ("listener 0 /%s", letters);
      g_autoptr (GError) error = NULL;
      g_autofree char *result G_GNUC_UNUSED = hub_test_config_parse (hub_span_from_string (text), &error);

      if (size == 107)
        g_assert_no_error (error);
      else
        g_assert_cmpstr (error->message, ==, "t.conf:1: the path of the socket has 108 bytes, at most 107 are possible");
    }
}

static void
test_user (void)
{
  g_autofree char *own = g_strdup_printf ("user %s\n", g_get_user_name ());
  g_autofree char *other = g_strdup_printf ("user %s-not\n", g_get_user_name ());
  g_autoptr (GError) error = NULL;
  g_autofree char *result G_GNUC_UNUSED = hub_test_config_parse (hub_span_from_string (own), &error);
  g_autofree char *wanted = NULL;

  g_assert_no_error (error);
  g_assert_null (hub_test_config_parse (hub_span_from_string (other), &error));
  g_assert_error (error, HUB_CONFIG_ERROR, HUB_CONFIG_ERROR_UNSUPPORTED_OPTION);
  wanted = g_strdup_printf ("t.conf:1: the broker stays who it is: start it as '%s-not', or take this line out (it runs as '%s')",
                            g_get_user_name (),
                            g_get_user_name ());
  g_assert_cmpstr (error->message, ==, wanted);
}

static void
expect_load (const char *path, const char *wanted)
{
  g_autoptr (HubConfig) config = hub_config_new_broker ();
  g_autoptr (GError) error = NULL;

  g_assert_false (hub_config_load (config, path, &error));
  g_assert_error (error, HUB_CONFIG_ERROR, HUB_CONFIG_ERROR_UNREADABLE);
  g_assert_cmpstr (error->message, ==, wanted);
}

static void
test_load (void)
{
  g_autoptr (HubConfig) config = hub_config_new_broker ();
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;

  hub_config_load (config, "conf.d/A.conf", &error);
  g_assert_no_error (error);
  text = hub_test_config_to_text (config);
  g_assert_cmpstr (text, ==, "max_keepalive_s=1 {mqtt *:1}");

  expect_load ("nowhere", "nowhere: No such file or directory");
  expect_load ("cas", "cas: Is a directory");
  expect_load ("/dev/zero", "/dev/zero: this is too large for a configuration: at most 4194304 bytes are read");
}

/* The largest file that is read, and one byte more. */
static void
test_large_file (void)
{
  const gsize max = 4 * 1024 * 1024;
  g_autofree char *text = g_strnfill (max + 1, '\n');

  for (gsize size = max; size <= max + 1; size++)
    {
      g_autoptr (HubConfig) config = hub_config_new_broker ();
      g_autoptr (GError) error = NULL;

      g_assert_true (g_file_set_contents ("large.conf", text, (gssize) size, NULL));
      g_assert_true (hub_config_load (config, "large.conf", &error) == (size == max));
    }
  g_assert_cmpint (g_remove ("large.conf"), ==, 0);
}

/* What a shell makes of "<(...)". */
static void
test_pipe (void)
{
  static const char text[] = "listener 5\n";
  g_autoptr (HubConfig) config = hub_config_new_broker ();
  g_autofree char *path = NULL;
  g_autoptr (GError) error = NULL;
  int fds[2];

  g_assert_cmpint (pipe (fds), ==, 0);
  g_assert_cmpint (write (fds[1], text, strlen (text)), ==, strlen (text));
  close (fds[1]);
  path = g_strdup_printf ("/dev/fd/%d", fds[0]);
  hub_config_load (config, path, &error);
  g_assert_no_error (error);
  g_assert_true (hub_config_has_port (config, 5));
  close (fds[0]);
}

int
main (int argc, char **argv)
{
  g_autofree char *folder = NULL;
  int result;

  g_test_init (&argc, &argv, NULL);
  folder = g_dir_make_tmp ("hubbub-config-XXXXXX", NULL);
  g_assert_nonnull (folder);
  g_assert_cmpint (chdir (folder), ==, 0);
  make_files ();

  for (gsize i = 0; i < hub_test_n_configs; i++)
    {
      g_autofree char *path = g_strconcat ("/config/parser/", hub_test_configs[i].name, NULL);

      g_test_add_data_func (path, &hub_test_configs[i], test_row);
    }
  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++)
    {
      g_autofree char *path = g_strconcat ("/config/parser/number/", numbers[i].option, NULL);

      g_test_add_data_func (path, GUINT_TO_POINTER (i), test_number);
    }
  g_test_add_func ("/config/parser/cut-and-changed", test_cut_and_changed);
  g_test_add_func ("/config/parser/long-lines", test_long_lines);
  g_test_add_func ("/config/parser/many-listeners", test_many_listeners);
  g_test_add_func ("/config/parser/unix-path", test_unix_path);
  g_test_add_func ("/config/parser/user", test_user);
  g_test_add_func ("/config/parser/load", test_load);
  g_test_add_func ("/config/parser/large-file", test_large_file);
  g_test_add_func ("/config/parser/pipe", test_pipe);
  result = g_test_run ();

  remove_files ();
  g_assert_cmpint (chdir ("/"), ==, 0);
  g_assert_cmpint (g_rmdir (folder), ==, 0);
  return result;
}
