/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/hub-resident.h"
#include "tests/support/hub-test-async.h"
#include "tests/support/hub-test-net-broker.h"
#include "tests/support/hub-test-wait.h"

#include <string.h>

/* Whether a port of this computer has a broker of Hubbub, and what is believed of it. */

#define OK "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n"
#define INFO "\"app\":\"hubbub\",\"hosted_by\":\"Ada\",\"addresses\":[\"192.0.2.7\",\"127.0.0.1\"]"

static const struct
{
  const char *name;
  const char *answer;
  const char *person;
  int mqtt_port; /* -1: nobody is believed to be there */
  const char *url;
} rows[] = {
  { "whole", OK "{" INFO ",\"ports\":{\"mqtt\":1883,\"http\":9001}}", "Ada", 1883, "http://192.0.2.7:9001/" },
  { "http 1.0", "HTTP/1.0 200 OK\r\n\r\n{" INFO ",\"ports\":{\"mqtt\":1,\"http\":9001}}", "Ada", 1, "http://192.0.2.7:9001/" },
  { "least", OK "{\"app\":\"hubbub\",\"ports\":{\"http\":9001}}", NULL, 0, "http://127.0.0.1:9001/" },
  { "nulls",
    OK "{\"app\":\"hubbub\",\"hosted_by\":null,\"addresses\":null,\"ports\":{\"mqtt\":null,\"http\":9001}}",
    NULL,
    0,
    "http://127.0.0.1:9001/" },
  { "other types",
    OK "{\"app\":\"hubbub\",\"hosted_by\":[1],\"addresses\":[{}],\"ports\":{\"mqtt\":\"1883\",\"http\":9001}}",
    NULL,
    0,
    "http://127.0.0.1:9001/" },
  { "last port", OK "{" INFO ",\"ports\":{\"mqtt\":65535,\"http\":9001}}", "Ada", 65535, "http://192.0.2.7:9001/" },
  { "no port", OK "{" INFO ",\"ports\":{\"mqtt\":65536,\"http\":9001}}", "Ada", 0, "http://192.0.2.7:9001/" },
  { "negative port", OK "{" INFO ",\"ports\":{\"mqtt\":-1,\"http\":9001}}", "Ada", 0, "http://192.0.2.7:9001/" },
  { "no address",
    OK "{\"app\":\"hubbub\",\"addresses\":[\"evil.example/\"],\"ports\":{\"http\":9001}}",
    NULL,
    0,
    "http://127.0.0.1:9001/" },
  { "forwarded", OK "{" INFO ",\"ports\":{\"mqtt\":1883,\"http\":9002}}", NULL, -1, NULL },
  { "without ports", OK "{" INFO "}", NULL, -1, NULL },
  { "ports of another type", OK "{" INFO ",\"ports\":[9001]}", NULL, -1, NULL },
  { "another program", OK "{\"app\":\"other\",\"ports\":{\"mqtt\":1883,\"http\":9001}}", NULL, -1, NULL },
  { "a program without a name", OK "{\"app\":1,\"ports\":{\"mqtt\":1883,\"http\":9001}}", NULL, -1, NULL },
  { "a web page", OK "<!doctype html><title>Hello</title>", NULL, -1, NULL },
  { "an array", OK "[{" INFO ",\"ports\":{\"mqtt\":1883,\"http\":9001}}]", NULL, -1, NULL },
  { "broken", OK "{" INFO ",\"ports\":{\"mqtt\":1883,\"http\":9001}", NULL, -1, NULL },
  { "too deep",
    OK "{" INFO ",\"ports\":{\"http\":9001},\"x\":[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]}",
    NULL,
    -1,
    NULL },
  { "not found", "HTTP/1.1 404 Not Found\r\n\r\n{" INFO ",\"ports\":{\"mqtt\":1883,\"http\":9001}}", NULL, -1, NULL },
  { "without a body", "HTTP/1.1 200 OK\r\n{" INFO ",\"ports\":{\"mqtt\":1883,\"http\":9001}}", NULL, -1, NULL },
  { "empty body", OK, NULL, -1, NULL },
  { "of another protocol", "SSH-2.0-OpenSSH_9.2\r\n\r\n", NULL, -1, NULL },
  { "nothing", "", NULL, -1, NULL },
};

static void
test_parse (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      gsize size = strlen (rows[i].answer);
      g_autoptr (HubResident) resident = hub_resident_parse (9001, rows[i].answer, size);

      g_test_message ("%s", rows[i].name);
      g_assert_cmpint (resident != NULL, ==, rows[i].mqtt_port >= 0);
      if (resident == NULL)
        continue;
      g_assert_cmpstr (resident->person, ==, rows[i].person);
      g_assert_cmpint (resident->mqtt_port, ==, rows[i].mqtt_port);
      g_assert_cmpint (resident->http_port, ==, 9001);
      g_assert_cmpstr (resident->url, ==, rows[i].url);
    }
}

/* No part of an answer is one, and none is read over its end. */
static void
test_truncated (void)
{
  gsize size = strlen (rows[0].answer);

  for (gsize n = 0; n < size; n++)
    {
      g_autofree char *part = g_memdup2 (rows[0].answer, n);

      g_assert_null (hub_resident_parse (9001, part, n));
    }
}

/* Whatever one byte becomes, it is no answer, or a sound one. */
static void
test_changed (void)
{
  gsize size = strlen (rows[0].answer);
  guint n_good = 0;

  for (gsize i = 0; i < size * 9; i++)
    {
      g_autofree char *answer = g_memdup2 (rows[0].answer, size);
      g_autoptr (HubResident) resident = NULL;

      answer[i / 9] = i % 9 < 8 ? (char) (answer[i / 9] ^ 1 << i % 9) : '\0';
      resident = hub_resident_parse (9001, answer, size);
      if (resident == NULL)
        continue;
      n_good++;
      g_assert_cmpuint (resident->http_port, ==, 9001);
      g_assert_true (g_str_has_prefix (resident->url, "http://") && g_str_has_suffix (resident->url, ":9001/"));
      g_assert_true (resident->person == NULL || g_utf8_validate (resident->person, -1, NULL));
    }
  /* The name, an address and a port may have become others. */
  g_assert_cmpuint (n_good, >, 0);
}

/* A program that says one thing to everybody, or nothing at all. */
typedef struct
{
  GSocketService *service;
  guint16 port;
  char *answer; /* (nullable) */
  guint n_guests;
  GPtrArray *guests;
} Stranger;

static gboolean
incoming_cb (Stranger *self, GSocketConnection *connection)
{
  self->n_guests++;
  if (self->answer != NULL)
    g_output_stream_write_all (g_io_stream_get_output_stream (G_IO_STREAM (connection)),
                               self->answer,
                               strlen (self->answer),
                               NULL,
                               NULL,
                               NULL);
  else
    g_ptr_array_add (self->guests, g_object_ref (connection));
  return TRUE;
}

static void
stranger_open (Stranger *self, char *answer)
{
  g_autoptr (GInetAddress) loopback = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) any = g_inet_socket_address_new (loopback, 0);
  g_autoptr (GSocketAddress) address = NULL;
  g_autoptr (GError) error = NULL;

  self->answer = answer;
  self->guests = g_ptr_array_new_with_free_func (g_object_unref);
  self->service = g_socket_service_new ();
  g_socket_listener_add_address (G_SOCKET_LISTENER (self->service),
                                 any,
                                 G_SOCKET_TYPE_STREAM,
                                 G_SOCKET_PROTOCOL_TCP,
                                 NULL,
                                 &address,
                                 &error);
  g_assert_no_error (error);
  self->port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (address));
  g_signal_connect_swapped (self->service, "incoming", G_CALLBACK (incoming_cb), self);
}

static void
stranger_close (Stranger *self)
{
  g_socket_service_stop (self->service);
  g_socket_listener_close (G_SOCKET_LISTENER (self->service));
  g_clear_object (&self->service);
  g_ptr_array_unref (self->guests);
  g_free (self->answer);
}

static HubResident *
find_within (guint16 port, guint n_ports, guint timeout_ms)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();

  hub_resident_find_async (port, n_ports, timeout_ms, cancellable, hub_test_keep_result, &result);
  hub_test_wait_until (result != NULL);
  return hub_resident_find_finish (result);
}

static HubResident *
find (guint16 port, guint n_ports)
{
  return find_within (port, n_ports, HUB_TEST_TIMEOUT_MS);
}

static void
test_broker (void)
{
  g_autoptr (HubTestBroker) broker = hub_test_broker_new (hub_test_config_new ());
  g_autoptr (HubResident) resident = find (broker->http_port, 1);
  g_autofree char *url = g_strdup_printf ("http://127.0.0.1:%u/", broker->http_port);

  hub_test_broker_forget_fds (broker);
  g_assert_nonnull (resident);
  g_assert_null (resident->person);
  g_assert_cmpint (resident->mqtt_port, ==, broker->mqtt_port);
  g_assert_cmpint (resident->http_port, ==, broker->http_port);
  g_assert_cmpstr (resident->url, ==, url);
  /* MQTT is spoken there, and nothing is told. */
  g_assert_null (find_within (broker->mqtt_port, 1, 200));
}

static char *
make_answer (guint16 http_port, guint16 mqtt_port, gsize size)
{
  g_autofree char *info =
    g_strdup_printf (OK "{\"app\":\"hubbub\",\"ports\":{\"mqtt\":%u,\"http\":%u}}", mqtt_port, http_port);
  g_autofree char *blanks = size > strlen (info) ? g_strnfill (size - strlen (info), ' ') : g_strdup ("");

  return g_strconcat (info, blanks, NULL);
}

static void
test_closed_door (void)
{
  Stranger stranger = { 0 };
  Stranger closed = { 0 };
  g_autoptr (HubResident) resident = NULL;

  g_test_summary ("A port for MQTT that nobody answers on is none");

  stranger_open (&closed, NULL);
  stranger_open (&stranger, NULL);
  stranger.answer = make_answer (stranger.port, closed.port, 0);
  stranger_close (&closed);
  resident = find (stranger.port, 1);
  g_assert_nonnull (resident);
  g_assert_cmpint (resident->mqtt_port, ==, 0);
  stranger_close (&stranger);
}

static void
test_long (void)
{
  static const gsize sizes[] = { HUB_RESIDENT_BYTES_MAX, HUB_RESIDENT_BYTES_MAX + 1 };

  g_test_summary ("An answer that is too long is none");

  for (gsize i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      Stranger stranger = { 0 };
      g_autoptr (HubResident) resident = NULL;

      stranger_open (&stranger, NULL);
      stranger.answer = make_answer (stranger.port, 0, sizes[i]);
      resident = find (stranger.port, 1);
      g_assert_cmpint (resident != NULL, ==, sizes[i] == HUB_RESIDENT_BYTES_MAX);
      stranger_close (&stranger);
    }
}

static void
test_silent (void)
{
  Stranger stranger = { 0 };

  g_test_summary ("Nobody is waited for longer than was said");

  stranger_open (&stranger, NULL);
  /* On a busy machine the time may be over before anybody is asked. */
  for (guint timeout_ms = 100; stranger.n_guests == 0; timeout_ms *= 2)
    g_assert_null (find_within (stranger.port, 2, timeout_ms));
  g_assert_cmpuint (stranger.n_guests, ==, 1);
  stranger_close (&stranger);
}

static void
test_next (void)
{
  g_autoptr (HubTestBroker) broker = NULL;
  g_autoptr (HubResident) near = NULL;
  g_autoptr (HubResident) far = NULL;

  g_test_summary ("As many ports are asked as was said, one after the other");

  /* Nobody is on the ones in front of it, or somebody else; but for a broker of another test. */
  do
    {
      g_clear_pointer (&near, hub_resident_free);
      g_clear_pointer (&broker, hub_test_broker_free);
      broker = hub_test_broker_new (hub_test_config_new ());
      hub_test_broker_forget_fds (broker);
      near = find ((guint16) (broker->http_port - 2), 2);
      g_assert_true (near == NULL || near->http_port != broker->http_port);
    }
  while (near != NULL);
  far = find ((guint16) (broker->http_port - 2), 3);
  g_assert_nonnull (far);
  g_assert_cmpint (far->http_port, ==, broker->http_port);
  /* There is no port behind the last one. */
  g_assert_null (find_within (G_MAXUINT16, 2, HUB_TEST_TIMEOUT_MS));
}

static void
test_given_up (void)
{
  Stranger stranger = { 0 };
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();

  stranger_open (&stranger, NULL);
  hub_resident_find_async (stranger.port, 1, HUB_TEST_TIMEOUT_MS, cancellable, hub_test_keep_result, &result);
  hub_test_wait_until (stranger.n_guests == 1);
  g_cancellable_cancel (cancellable);
  hub_test_wait_until (result != NULL);
  g_assert_null (hub_resident_find_finish (result));
  stranger_close (&stranger);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/broker/resident/parse", test_parse);
  g_test_add_func ("/broker/resident/truncated", test_truncated);
  g_test_add_func ("/broker/resident/changed", test_changed);
  g_test_add_func ("/broker/resident/broker", test_broker);
  g_test_add_func ("/broker/resident/closed-door", test_closed_door);
  g_test_add_func ("/broker/resident/long", test_long);
  g_test_add_func ("/broker/resident/silent", test_silent);
  g_test_add_func ("/broker/resident/next", test_next);
  g_test_add_func ("/broker/resident/given-up", test_given_up);
  return g_test_run ();
}
