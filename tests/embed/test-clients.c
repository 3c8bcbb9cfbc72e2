/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/embed/embed-fixture.h"

#include "tests/support/hub-test-async.h"
#include "tests/support/hub-test-wait.h"

#include <sys/socket.h>

/* The client inside, streams that are attached, and what can be found out about clients and done to them. */

typedef struct
{
  GMainContext *context; /* where it has to be told */
  GString *seen;
  guint n_messages;
  gsize n_bytes;
  GError *closed;
} Inbox;

static void
message_cb (HubLocalClient *client, const char *topic, GBytes *payload, guint qos, gboolean retain, gpointer user_data)
{
  Inbox *inbox = user_data;

  g_assert_true (g_main_context_is_owner (inbox->context));
  inbox->n_messages++;
  inbox->n_bytes += g_bytes_get_size (payload);
  if (g_bytes_get_size (payload) < 10)
    g_string_append_printf (inbox->seen,
                            "%s=%.*s q%u r%d ",
                            topic,
                            (int) g_bytes_get_size (payload),
                            (const char *) g_bytes_get_data (payload, NULL),
                            qos,
                            retain);
}

static void
closed_cb (HubLocalClient *client, const GError *error, gpointer user_data)
{
  Inbox *inbox = user_data;

  g_assert_null (inbox->closed);
  g_assert_false (hub_local_client_is_open (client));
  inbox->closed = g_error_copy (error);
}

static void
inbox_begin (Inbox *self, HubLocalClient *client)
{
  if (self->context == NULL)
    self->context = g_main_context_default ();
  self->seen = g_string_new (NULL);
  g_signal_connect (client, "message", G_CALLBACK (message_cb), self);
  g_signal_connect (client, "closed", G_CALLBACK (closed_cb), self);
}

static void
inbox_end (Inbox *self)
{
  g_string_free (self->seen, TRUE);
  g_clear_error (&self->closed);
}

static void
test_round_trip (Fixture *fixture, gconstpointer data)
{
  g_autoptr (HubLocalClient) one = NULL;
  g_autoptr (HubLocalClient) two = NULL;
  g_autoptr (Stranger) stranger = NULL;
  Inbox inbox = { 0 };

  fixture_start (fixture);
  one = open_client (fixture->broker, "one");
  two = open_client (fixture->broker, NULL);
  inbox_begin (&inbox, one);
  subscribe (one, "a/#", 2);
  publish (two, "a/0", "x", 0);
  publish (two, "a/1", "y", 1);
  publish (two, "a/2", "z", 2);
  publish (two, "b", "-", 1);
  stranger = stranger_join (fixture->broker, "stranger");
  stranger_publish (stranger, "a/s", "s");
  hub_test_wait_until (inbox.n_messages >= 4);
  g_assert_cmpstr (inbox.seen->str, ==, "a/0=x q0 r0 a/1=y q1 r0 a/2=z q2 r0 a/s=s q1 r0 ");

  g_assert_true (hub_local_client_unsubscribe (one, "a/#", NULL));
  publish (one, "a/1", "own", 1);
  subscribe (one, "b", 0);
  publish (two, "b", "-", 1);
  hub_test_wait_until (inbox.n_messages >= 5);
  g_assert_true (g_str_has_suffix (inbox.seen->str, " b=- q0 r0 "));

  hub_local_client_close (one);
  hub_local_client_close (one);
  hub_local_client_close (two);
  g_assert_no_error (inbox.closed);
  inbox_end (&inbox);
}

static void
expect_refusal (HubLocalClient *client, const char *topic, guint qos, gsize size, int code)
{
  g_autofree char *payload = g_strnfill (size, 'x');
  g_autoptr (GBytes) bytes = g_bytes_new_take (g_steal_pointer (&payload), size);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) later = NULL;

  g_assert_false (hub_local_client_publish (client, topic, bytes, qos, FALSE, &error));
  g_assert_error (error, G_IO_ERROR, code);
  hub_local_client_publish_async (client, topic, bytes, qos, FALSE, NULL, hub_test_keep_result, &result);
  hub_test_wait_until (result != NULL);
  g_assert_false (hub_local_client_publish_finish (client, result, &later));
  g_assert_error (later, G_IO_ERROR, code);
}

static void
expect_no_subscription (HubLocalClient *client, const char *filter, guint qos, int code)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  hub_local_client_subscribe_async (client, filter, qos, NULL, hub_test_keep_result, &result);
  hub_test_wait_until (result != NULL);
  g_assert_false (hub_local_client_subscribe_finish (client, result, &error));
  g_assert_error (error, G_IO_ERROR, code);
}

static void
test_bad_arguments (Fixture *fixture, gconstpointer data)
{
  g_autoptr (HubLocalClient) client = hub_local_client_new (fixture->broker, "id");
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  hub_local_client_open_async (client, NULL, hub_test_keep_result, &result);
  hub_test_wait_until (result != NULL);
  g_assert_false (hub_local_client_open_finish (client, result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CLOSED);
  expect_refusal (client, "a", 0, 1, G_IO_ERROR_NOT_CONNECTED);
  expect_no_subscription (client, "a", 0, G_IO_ERROR_NOT_CONNECTED);

  hub_broker_set_max_packet_bytes (fixture->broker, 1000);
  fixture_start (fixture);
  g_clear_object (&client);
  client = open_client (fixture->broker, "id");
  expect_refusal (client, "a/#", 0, 1, G_IO_ERROR_INVALID_ARGUMENT);
  expect_refusal (client, "", 0, 1, G_IO_ERROR_INVALID_ARGUMENT);
  expect_refusal (client, "a", 3, 1, G_IO_ERROR_INVALID_ARGUMENT);
  expect_no_subscription (client, "a/#/b", 0, G_IO_ERROR_INVALID_ARGUMENT);
  expect_no_subscription (client, "a", 3, G_IO_ERROR_INVALID_ARGUMENT);
  hub_local_client_close (client);
}

/* The largest packet is a limit for those from outside and those inside. */
static void
test_packet_size (Fixture *fixture, gconstpointer data)
{
  /* Head, length, topic, identifier, no properties. */
  gsize payload_max = 1000 - 1 - 2 - 3 - 2 - 1;
  g_autofree char *text = g_strnfill (payload_max, 'x');
  g_autoptr (HubLocalClient) client = NULL;
  g_autoptr (Stranger) good = NULL;
  g_autoptr (Stranger) bad = NULL;

  hub_broker_set_max_packet_bytes (fixture->broker, 1000);
  fixture_start (fixture);
  client = open_client (fixture->broker, NULL);
  publish (client, "a", text, 1);
  expect_refusal (client, "a", 1, payload_max + 1, G_IO_ERROR_MESSAGE_TOO_LARGE);
  g_assert_true (hub_local_client_is_open (client));
  hub_local_client_close (client);

  good = stranger_come (hub_broker_get_listener_port (fixture->broker, 0), 5);
  g_assert_cmpuint (stranger_connect (good, "good", NULL, NULL), ==, 0);
  g_assert_cmphex (stranger_publish (good, "a", text), ==, 0x10);
  bad = stranger_come (hub_broker_get_listener_port (fixture->broker, 0), 4);
  g_assert_cmpuint (stranger_connect (bad, "bad", NULL, NULL), ==, 0);
  g_free (text);
  text = g_strnfill (payload_max + 2, 'x');
  stranger_send_publish (bad, "a", text);
  stranger_expect_end (bad);
}

static void
count_cb (GObject *client, GAsyncResult *result, gpointer user_data)
{
  guint *n_done = user_data;
  g_autoptr (GError) error = NULL;

  hub_local_client_publish_finish (HUB_LOCAL_CLIENT (client), result, &error);
  g_assert_no_error (error);
  (*n_done)++;
}

/* What is published waits up to the limits, and is refused beyond. */
static void
test_queue_limits (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static ("x", 1);
  g_autofree char *text = g_strnfill (100 * 1024, 'x');
  g_autoptr (GBytes) large = g_bytes_new (text, 100 * 1024);
  g_autoptr (HubLocalClient) client = NULL;
  g_autoptr (GError) error = NULL;
  guint n_taken = 0;
  guint n_done = 0;

  fixture_start (fixture);
  client = open_client (fixture->broker, NULL);
  hub_local_client_set_queue_limits (client, 10, 1024 * 1024);
  for (guint i = 0; i < 10; i++)
    hub_local_client_publish_async (client, "a", bytes, 1 + i % 2, FALSE, NULL, count_cb, &n_done);
  g_assert_false (hub_local_client_publish (client, "a", bytes, 1, FALSE, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK);
  g_clear_error (&error);
  /* At QoS 0 there is no acknowledgement to wait for. */
  g_assert_true (hub_local_client_publish (client, "a", bytes, 0, FALSE, &error));
  hub_test_wait_until (n_done == 10);
  publish (client, "a", "x", 1);

  while (hub_local_client_publish (client, "a", large, 0, FALSE, &error))
    g_assert_cmpuint (++n_taken, <, 1000);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK);
  /* What the socket has taken does not count. */
  g_assert_cmpuint (n_taken, >=, 10);
  publish (client, "a", "x", 0);
  hub_test_wait_until (hub_local_client_publish (client, "a", large, 0, FALSE, NULL));
  hub_local_client_close (client);
}

/* A context that does not run fills up what the broker keeps for a client, and nothing else. */
static void
test_slow_context (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GMainContext) context = g_main_context_new ();
  g_autofree char *text = g_strnfill (10 * 1024, 'x');
  g_autoptr (HubLocalClient) slow = hub_local_client_new (fixture->broker, "slow");
  g_autoptr (HubLocalClient) fast = NULL;
  g_autoptr (GAsyncResult) opened = NULL;
  g_autoptr (GAsyncResult) subscribed = NULL;
  g_autoptr (GPtrArray) list = NULL;
  Inbox inbox = { .context = context };
  guint n_dropped;

  fixture_start (fixture);
  g_main_context_push_thread_default (context);
  inbox_begin (&inbox, slow);
  hub_local_client_open_async (slow, NULL, hub_test_keep_result, &opened);
  while (opened == NULL)
    g_main_context_iteration (context, TRUE);
  g_assert_true (hub_local_client_open_finish (slow, opened, NULL));
  hub_local_client_subscribe_async (slow, "a", 0, NULL, hub_test_keep_result, &subscribed);
  while (subscribed == NULL)
    g_main_context_iteration (context, TRUE);
  g_assert_true (hub_local_client_subscribe_finish (slow, subscribed, NULL));
  g_main_context_pop_thread_default (context);

  fast = open_client (fixture->broker, "fast");
  for (guint i = 0; i < 1000; i++)
    publish (fast, "a", text, 1);
  list = list_clients (fixture->broker);
  n_dropped = (guint) hub_client_status_get_n_dropped (find_client (list, "slow"));
  g_assert_cmpuint (n_dropped, >, 0);
  g_assert_cmpuint (n_dropped, <, 1000);
  g_assert_cmpuint (inbox.n_messages, ==, 0);
  g_assert_true (hub_local_client_is_open (slow));

  while (inbox.n_messages + n_dropped < 1000)
    g_main_context_iteration (context, TRUE);
  g_assert_cmpuint (inbox.n_bytes, ==, (1000 - n_dropped) * strlen (text));
  hub_local_client_close (slow);
  hub_local_client_close (fast);
  while (g_main_context_iteration (context, FALSE))
    ;
  inbox_end (&inbox);
}

static void
test_close_while_waiting (Fixture *fixture, gconstpointer data)
{
  g_autoptr (HubLocalClient) client = NULL;
  g_autoptr (GBytes) bytes = g_bytes_new_static ("x", 1);
  g_autoptr (GAsyncResult) published = NULL;
  g_autoptr (GAsyncResult) subscribed = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) other = NULL;
  Inbox inbox = { 0 };

  fixture_start (fixture);
  client = open_client (fixture->broker, NULL);
  inbox_begin (&inbox, client);
  hub_local_client_publish_async (client, "a", bytes, 1, FALSE, NULL, hub_test_keep_result, &published);
  hub_local_client_subscribe_async (client, "a", 1, NULL, hub_test_keep_result, &subscribed);
  hub_local_client_close (client);
  hub_test_wait_until (published != NULL && subscribed != NULL);
  g_assert_false (hub_local_client_publish_finish (client, published, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CLOSED);
  g_assert_false (hub_local_client_subscribe_finish (client, subscribed, &other));
  g_assert_error (other, G_IO_ERROR, G_IO_ERROR_CLOSED);
  g_assert_no_error (inbox.closed);
  inbox_end (&inbox);
}

static void
test_attach (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GSocket) ours = NULL;
  g_autoptr (GSocket) theirs = NULL;
  g_autoptr (Stranger) stranger = NULL;
  g_autoptr (GPtrArray) list = NULL;
  g_autoptr (GInputStream) input = g_memory_input_stream_new ();
  g_autoptr (GOutputStream) memory = g_memory_output_stream_new_resizable ();
  g_autoptr (GOutputStream) output = g_buffered_output_stream_new (memory);
  g_autoptr (GError) error = NULL;
  int fds[2];

  fixture_start (fixture);
  g_assert_cmpint (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds), ==, 0);
  ours = g_socket_new_from_fd (fds[0], NULL);
  theirs = g_socket_new_from_fd (fds[1], NULL);
  g_assert_true (hub_broker_attach (fixture->broker,
                                    G_IO_STREAM (g_socket_connection_factory_create_connection (theirs)),
                                    &error));
  g_assert_no_error (error);
  g_clear_object (&theirs);
  stranger = stranger_new (G_IO_STREAM (g_socket_connection_factory_create_connection (ours)), 4);
  g_assert_cmpuint (stranger_connect (stranger, "attached", NULL, NULL), ==, 0);
  list = list_clients (fixture->broker);
  g_assert_cmpstr (hub_client_status_get_address (find_client (list, "attached")), ==, "in-process");

  /* Nobody says when a buffer has room. */
  g_assert_false (hub_broker_attach (fixture->broker, g_simple_io_stream_new (input, output), &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED);
}

static void
test_status (Fixture *fixture, gconstpointer data)
{
  gint64 before_us = g_get_real_time ();
  g_autoptr (Stranger) stranger = NULL;
  g_autoptr (GPtrArray) list = NULL;
  g_autoptr (HubClientStatus) status = NULL;

  fixture_start (fixture);
  list = list_clients (fixture->broker);
  g_assert_cmpuint (list->len, ==, 0);
  g_clear_pointer (&list, g_ptr_array_unref);

  stranger = stranger_come (hub_broker_get_listener_port (fixture->broker, 0), 5);
  stranger_connect (stranger, "id", "name", NULL);
  list = list_clients (fixture->broker);
  g_assert_cmpuint (list->len, ==, 1);
  status = hub_client_status_ref (g_ptr_array_index (list, 0));
  g_clear_pointer (&list, g_ptr_array_unref);
  g_assert_cmpstr (hub_client_status_get_client_id (status), ==, "id");
  g_assert_cmpstr (hub_client_status_get_user_name (status), ==, "name");
  g_assert_true (g_str_has_prefix (hub_client_status_get_address (status), "127.0.0.1:"));
  g_assert_true (hub_client_status_is_connected (status));
  g_assert_cmpuint (hub_client_status_get_version (status), ==, 5);
  g_assert_cmpint (hub_client_status_get_connected_since (status), >=, before_us - G_TIME_SPAN_SECOND);
  g_assert_cmpint (hub_client_status_get_connected_since (status), <=, g_get_real_time () + G_TIME_SPAN_SECOND);
  g_assert_cmpuint (hub_client_status_get_n_subscriptions (status), ==, 0);
  g_assert_cmpuint (hub_client_status_get_n_queued (status), ==, 0);
}

static void
test_kick (Fixture *fixture, gconstpointer data)
{
  static const guint8 disconnect[] = { 0xe0, 0x98 };
  g_autoptr (Stranger) five = NULL;
  g_autoptr (Stranger) four = NULL;
  g_autoptr (HubLocalClient) inside = NULL;
  g_autoptr (GBytes) packet = NULL;
  g_autoptr (GError) error = NULL;
  Inbox inbox = { 0 };

  fixture_start (fixture);
  five = stranger_come (hub_broker_get_listener_port (fixture->broker, 0), 5);
  stranger_connect (five, "five", NULL, NULL);
  four = stranger_join (fixture->broker, "four");
  inside = open_client (fixture->broker, "inside");
  inbox_begin (&inbox, inside);

  g_assert_true (kick (fixture->broker, "five", &error));
  packet = stranger_take (five);
  g_assert_nonnull (packet);
  g_assert_cmpuint (g_bytes_get_size (packet), >=, 2);
  g_assert_cmpmem (g_bytes_get_data (packet, NULL), 2, disconnect, 2);
  stranger_expect_end (five);
  g_assert_true (kick (fixture->broker, "four", &error));
  stranger_expect_end (four);
  g_assert_true (kick (fixture->broker, "inside", &error));
  g_assert_no_error (error);
  hub_test_wait_until (inbox.closed != NULL);
  g_assert_error (inbox.closed, G_IO_ERROR, G_IO_ERROR_CONNECTION_CLOSED);

  g_assert_false (kick (fixture->broker, "five", &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  inbox_end (&inbox);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

#define ADD(name, func) g_test_add ("/embed/clients/" name, Fixture, NULL, fixture_set_up, func, fixture_tear_down)
  ADD ("round-trip", test_round_trip);
  ADD ("bad-arguments", test_bad_arguments);
  ADD ("packet-size", test_packet_size);
  ADD ("queue-limits", test_queue_limits);
  ADD ("slow-context", test_slow_context);
  ADD ("close-while-waiting", test_close_while_waiting);
  ADD ("attach", test_attach);
  ADD ("status", test_status);
  ADD ("kick", test_kick);
#undef ADD

  return g_test_run ();
}
