/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/client/client-fixture.h"

#include "tests/support/hub-test-bytes.h"
#include "tests/support/hub-test-wait.h"

static void
connected_cb (HubClient *client, gboolean is_session_present, gpointer user_data)
{
  Fixture *fixture = user_data;

  g_assert_true (hub_client_is_connected (client));
  g_string_append_printf (fixture->log, "connected %d\n", is_session_present);
}

static void
subscribed_cb (HubClient *client, gboolean is_granted, gpointer user_data)
{
  Fixture *fixture = user_data;

  g_string_append_printf (fixture->log, "subscribed %d\n", is_granted);
}

static void
message_cb (HubClient *client, const char *topic, GBytes *payload, guint qos, gboolean is_retain, gpointer user_data)
{
  Fixture *fixture = user_data;
  HubSpan span;
  g_autofree char *text = NULL;

  span.data = g_bytes_get_data (payload, &span.size);
  text = hub_test_escape (span);
  g_string_append_printf (fixture->log, "message %s %s q%u r%d\n", topic, text, qos, is_retain);
  if (g_str_equal (topic, "close"))
    hub_client_close (client);
  else if (g_str_equal (topic, "last"))
    hub_client_close_after_message (client);
}

static void
acknowledged_cb (HubClient *client, guint packet_id, gpointer user_data)
{
  Fixture *fixture = user_data;

  g_string_append_printf (fixture->log, "acknowledged %u\n", packet_id);
}

static void
refused_cb (HubClient *client, guint packet_id, guint reason, gpointer user_data)
{
  Fixture *fixture = user_data;

  g_string_append_printf (fixture->log, "refused %u %02x\n", packet_id, reason);
}

void
closed_cb (HubClient *client, const GError *error, gpointer user_data)
{
  Fixture *fixture = user_data;

  g_assert_nonnull (error);
  g_assert_cmpuint (strlen (error->message), >, 0);
  g_assert_false (hub_client_is_connected (client));
  g_string_append_printf (fixture->log, "closed %s %d\n", g_quark_to_string (error->domain), error->code);
}

/* The line for an end with a %HubClientError. */
char *
closed_line (HubClientError code)
{
  return g_strdup_printf ("closed hub_client_error %d\n", code);
}

void
open_client (Fixture *fixture, HubVersion version, guint16 keep_alive_s)
{
  HubConnect connect = {
    .version = version,
    .client_id = HUB_SPAN_LITERAL ("ada"),
    .is_clean = TRUE,
    .keep_alive_s = keep_alive_s,
  };
  g_autoptr (GIOStream) stream = NULL;

  fixture->n_fds = hub_test_count_fds ();
  fixture->log = g_string_new (NULL);
  fixture->peer = hub_test_peer_new (&stream);
  fixture->client = hub_client_new ();
  g_signal_connect (fixture->client, "connected", G_CALLBACK (connected_cb), fixture);
  g_signal_connect (fixture->client, "subscribed", G_CALLBACK (subscribed_cb), fixture);
  g_signal_connect (fixture->client, "message", G_CALLBACK (message_cb), fixture);
  g_signal_connect (fixture->client, "acknowledged", G_CALLBACK (acknowledged_cb), fixture);
  g_signal_connect (fixture->client, "refused", G_CALLBACK (refused_cb), fixture);
  g_signal_connect (fixture->client, "closed", G_CALLBACK (closed_cb), fixture);
  hub_client_set_answer_timeout (fixture->client, ANSWER_TIMEOUT_MS * hub_test_slowness ());
  hub_client_open (fixture->client, stream, &connect);
}

void
expect (Fixture *fixture, const char *log)
{
  hub_test_wait_until (strlen (fixture->log->str) >= strlen (log));
  g_assert_cmpstr (fixture->log->str, ==, log);
  g_string_truncate (fixture->log, 0);
}

void
expect_closed (Fixture *fixture, HubClientError code)
{
  g_autofree char *line = closed_line (code);

  expect (fixture, line);
}

void
set_up_new (Fixture *fixture, gconstpointer data)
{
  open_client (fixture, HUB_VERSION_3_1_1, 0);
  hub_test_peer_expect (fixture->peer, "10 [{'MQTT'} 04 02 0000 {'ada'}]");
}

void
set_up (Fixture *fixture, gconstpointer data)
{
  set_up_new (fixture, data);
  g_assert_false (hub_client_is_connected (fixture->client));
  hub_test_peer_send (fixture->peer, "20 02 00 00");
  expect (fixture, "connected 0\n");
}

/* A broker that takes two publishes at a time. */
void
set_up_5_0 (Fixture *fixture, gconstpointer data)
{
  open_client (fixture, HUB_VERSION_5_0, 0);
  hub_test_peer_expect (fixture->peer, "10 [{'MQTT'} 05 02 0000 00 {'ada'}]");
  hub_test_peer_send (fixture->peer, "20 [00 00 03 21 0002]");
  expect (fixture, "connected 0\n");
}

void
hang_up (Fixture *fixture)
{
  g_clear_pointer (&fixture->peer, hub_test_peer_free);
}

void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_assert_finalize_object (fixture->client);
  if (fixture->peer != NULL)
    hub_test_wait_until (hub_test_peer_look (fixture->peer) == G_MAXSIZE || fixture->peer->line->has_ended);
  hang_up (fixture);
  if (fixture->n_fds != 0)
    hub_test_wait_until (hub_test_count_fds () <= fixture->n_fds);
  g_assert_cmpstr (fixture->log->str, ==, "");
  g_string_free (fixture->log, TRUE);
}

/* GLib opens some descriptors once in a program. */
void
warm_up (void)
{
  Fixture fixture = { 0 };

  set_up (&fixture, NULL);
  fixture.n_fds = 0;
  tear_down (&fixture, NULL);
}
