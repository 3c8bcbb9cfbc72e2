/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/fuzz/fuzz.h"
#include "tests/support/hub-test-bytes.h"
#include "tests/support/hub-test-config.h"

#include <string.h>

/* An input is a configuration file. */

/* The file name, a number, and what can be quoted of a value several times over. */
#define MESSAGE_MAX 2000

static gboolean
is_printable (const char *text)
{
  if (!g_utf8_validate (text, -1, NULL))
    return FALSE;
  for (const char *at = text; *at != '\0'; at = g_utf8_next_char (at))
    if (!g_unichar_isprint (g_utf8_get_char (at)))
      return FALSE;
  return TRUE;
}

static guint64
count_lines (const guint8 *data, gsize size)
{
  guint64 count = 1;

  for (gsize i = 0; i < size; i++)
    count += data[i] == '\n' ? 1 : 0;
  return count;
}

/* Short, printable, and about a line that exists. */
static void
check_error (const GError *error, const guint8 *data, gsize size)
{
  static const char file_name[] = "t.conf:";

  g_assert_true (error->domain == HUB_CONFIG_ERROR);
  g_assert_true (is_printable (error->message));
  g_assert_cmpuint (strlen (error->message), <, MESSAGE_MAX);
  if (g_str_has_prefix (error->message, file_name))
    {
      guint64 line = g_ascii_strtoull (error->message + strlen (file_name), NULL, 10);

      g_assert_cmpuint (line, >=, 1);
      g_assert_cmpuint (line, <=, count_lines (data, size));
    }
}

static void
check_listener (const HubListenerOptions *listener)
{
  g_assert_cmpuint (listener->n_ports, ==, 1);
  g_assert_cmpuint (listener->max_qos, <=, 2);
  g_assert_cmpint (listener->accept_protocol_versions, !=, 0);
  g_assert_cmpint (listener->accept_protocol_versions & ~HUB_ACCEPT_MQTT_ALL, ==, 0);
  g_assert_true ((listener->certfile == NULL) == (listener->keyfile == NULL));
  g_assert_true (listener->certfile != NULL || !listener->require_certificate);
  g_assert_true (listener->unix_path == NULL || (listener->port == 0 && listener->host == NULL));
  g_assert_true (listener->unix_path == NULL || strlen (listener->unix_path) < 108);
  g_assert_true (listener->auto_id_prefix == NULL || strlen (listener->auto_id_prefix) <= 50);
}

/* Whatever came through can be given to a broker. */
static void
check_config (const HubConfig *config)
{
  const HubLimits *limits = &config->server.core.limits;

  g_assert_cmpuint (config->server.listeners->len, >=, 1);
  for (guint i = 0; i < config->server.listeners->len; i++)
    check_listener (g_ptr_array_index (config->server.listeners, i));
  g_assert_cmpuint (limits->max_inflight, >=, 1);
  g_assert_cmpuint (limits->max_inflight, <=, G_MAXUINT16);
  g_assert_cmpuint (limits->max_packet_bytes, >=, 20);
  g_assert_cmpuint (limits->max_packet_bytes, <=, 268435455);
  g_assert_cmpuint (limits->max_first_packet_bytes, >=, 64);
  g_assert_cmpuint (limits->max_keepalive_s, <=, G_MAXUINT16);
  g_assert_cmpint (limits->connect_timeout_us, >, 0);
  g_assert_cmpint (limits->session_expiry_max_us, >, 0);
  g_assert_cmpint (config->store.record_max_age_us, >=, 0);
  g_assert_true ((config->log.file != NULL) == ((config->log.dests & HUB_LOG_DEST_FILE) != 0));
  for (guint i = 0; i < config->notices->len; i++)
    g_assert_true (is_printable (g_ptr_array_index (config->notices, i)));
}

static GByteArray *
with_windows_line_ends (const guint8 *data, gsize size)
{
  GByteArray *text = g_byte_array_new ();

  for (gsize i = 0; i < size; i++)
    {
      if (data[i] == '\n')
        g_byte_array_append (text, (const guint8 *) "\r", 1);
      g_byte_array_append (text, data + i, 1);
    }
  return text;
}

static char *
parse (HubSpan text, char **message)
{
  g_autoptr (GError) error = NULL;
  char *result = hub_test_config_parse (text, &error);

  g_assert_true ((result == NULL) == (error != NULL));
  *message = error != NULL ? g_strdup (error->message) : NULL;
  return result;
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autoptr (HubConfig) config = hub_config_new_broker ();
  g_autoptr (GByteArray) windows = with_windows_line_ends (data, size);
  g_autoptr (GError) error = NULL;
  g_autofree char *message = NULL;
  g_autofree char *windows_message = NULL;
  g_autofree char *result = parse ((HubSpan){ data, size }, &message);
  g_autofree char *windows_result = parse (hub_test_span (windows), &windows_message);

  if (hub_config_parse (config, (const char *) data, size, "t.conf", &error))
    check_config (config);
  else
    check_error (error, data, size);

  g_assert_true ((result != NULL) == (error == NULL));
  g_assert_cmpstr (result, ==, windows_result);
  g_assert_cmpstr (message, ==, windows_message);
  return 0;
}
