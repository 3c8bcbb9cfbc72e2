/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/client/client-fixture.h"
#include "tests/support/hub-test-bytes.h"
#include "tests/support/hub-test-wait.h"

/* What only MQTT 5.0 has: reasons, a receive maximum, a goodbye of the broker. */

static guint16
publish (Fixture *fixture, guint8 qos)
{
  g_autoptr (GBytes) payload = g_bytes_new_static ("x", 1);

  return hub_client_publish (fixture->client, "t", payload, qos, FALSE);
}

static void
test_refusals (void)
{
  static const struct
  {
    const char *connack;
    HubClientError code;
    guint8 refusal;
  } rows[] = {
    { "20 02 00 01", HUB_CLIENT_ERROR_VERSION, 0x01 },
    { "20 03 00 84 00", HUB_CLIENT_ERROR_VERSION, 0x84 },
    { "20 03 00 85 00", HUB_CLIENT_ERROR_CLIENT_ID, 0x85 },
    { "20 03 00 86 00", HUB_CLIENT_ERROR_CREDENTIALS, 0x86 },
    { "20 03 00 87 00", HUB_CLIENT_ERROR_CREDENTIALS, 0x87 },
    { "20 03 00 88 00", HUB_CLIENT_ERROR_UNAVAILABLE, 0x88 },
    { "20 03 00 8a 00", HUB_CLIENT_ERROR_SENT_AWAY, 0x8a },
    { "20 [00 97 04 1f 0001 'q']", HUB_CLIENT_ERROR_UNAVAILABLE, 0x97 },
    { "20 03 00 42 00", HUB_CLIENT_ERROR_PROTOCOL },
    { "20 [00 00 03 21 0000]", HUB_CLIENT_ERROR_PROTOCOL },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      Fixture fixture = { 0 };

      g_test_message ("%s", rows[i].connack);
      open_client (&fixture, HUB_VERSION_5_0, 0);
      hub_test_peer_expect (fixture.peer, "10 [{'MQTT'} 05 02 0000 00 {'ada'}]");
      g_assert_cmpuint (hub_client_get_refusal (fixture.client), ==, 0);
      hub_test_peer_send (fixture.peer, rows[i].connack);
      expect_closed (&fixture, rows[i].code);
      g_assert_cmpuint (hub_client_get_refusal (fixture.client), ==, rows[i].refusal);
      tear_down (&fixture, NULL);
    }
}

/* The third one waits until one of the two before it is answered; QoS 0 does not count [MQTT-3.3.4-7]. */
static void
test_receive_maximum (Fixture *fixture, gconstpointer data)
{
  g_assert_cmpuint (publish (fixture, 1), ==, 1);
  g_assert_cmpuint (publish (fixture, 2), ==, 2);
  g_assert_cmpuint (publish (fixture, 1), ==, 3);
  g_assert_cmpuint (publish (fixture, 0), ==, 0);
  hub_test_peer_expect (fixture->peer, "32 [{'t'} 0001 00 'x'] 34 [{'t'} 0002 00 'x'] 30 [{'t'} 00 'x']");

  /* Half of a QoS 2 exchange makes no room yet. */
  hub_test_peer_send (fixture->peer, "50 02 0002");
  hub_test_peer_expect (fixture->peer, "62 02 0002");
  hub_test_peer_send (fixture->peer, "70 02 0002");
  hub_test_peer_expect (fixture->peer, "32 [{'t'} 0003 00 'x']");
  expect (fixture, "acknowledged 2\n");
  hub_test_peer_send (fixture->peer, "40 02 0001 40 [0003 10]");
  expect (fixture, "acknowledged 1\nacknowledged 3\n");
}

static void
test_properties (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GBytes) payload = g_bytes_new_static ("x", 1);
  HubProperties properties;

  hub_properties_init (&properties);
  hub_properties_set_text (&properties, HUB_PROPERTY_CONTENT_TYPE, HUB_SPAN_LITERAL ("text"));
  g_assert_cmpuint (hub_client_publish_with (fixture->client, "t", payload, 1, TRUE, &properties), ==, 1);
  hub_test_peer_expect (fixture->peer, "33 [{'t'} 0001 07 03 {'text'} 'x']");
}

static void
test_refused_publish (Fixture *fixture, gconstpointer data)
{
  publish (fixture, 1);
  publish (fixture, 2);
  publish (fixture, 1);
  hub_test_peer_expect (fixture->peer, "32 [{'t'} 0001 00 'x'] 34 [{'t'} 0002 00 'x']");
  hub_test_peer_send (fixture->peer, "40 03 0001 87 50 03 0002 97");
  hub_test_peer_expect (fixture->peer, "32 [{'t'} 0003 00 'x']");
  expect (fixture, "refused 1 87\nrefused 2 97\n");
  hub_test_peer_send (fixture->peer, "40 02 0003");
  expect (fixture, "acknowledged 3\n");
}

static void
test_disconnect (void)
{
  static const struct
  {
    const char *bytes;
    HubClientError code;
  } rows[] = {
    { "e0 01 8b", HUB_CLIENT_ERROR_SHUTTING_DOWN },
    { "e0 01 8e", HUB_CLIENT_ERROR_TAKEN_OVER },
    { "e0 [98 05 1f 0002 'no']", HUB_CLIENT_ERROR_SENT_AWAY },
    { "e0 01 8d", HUB_CLIENT_ERROR_CLOSED },
    { "e0 00", HUB_CLIENT_ERROR_CLOSED },
    { "e0 01 42", HUB_CLIENT_ERROR_PROTOCOL },
    { "f0 00", HUB_CLIENT_ERROR_PROTOCOL },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      Fixture fixture = { 0 };

      g_test_message ("%s", rows[i].bytes);
      set_up_5_0 (&fixture, NULL);
      hub_test_peer_send (fixture.peer, rows[i].bytes);
      expect_closed (&fixture, rows[i].code);
      tear_down (&fixture, NULL);
    }
}

static void
test_goodbye (Fixture *fixture, gconstpointer data)
{
  hub_client_subscribe (fixture->client, "t", 1);
  hub_client_close (fixture->client);
  hub_test_peer_expect (fixture->peer, "82 [0001 00 {'t'} 01] e0 00");
  hub_test_peer_expect_end (fixture->peer);
}

typedef struct
{
  HubClient *client; /* (unowned) */
  GString *log;      /* (unowned) */
} Notes;

static void
note_cb (Notes *notes)
{
  g_autofree char *value = hub_client_dup_message_note (notes->client, "k");
  g_autofree char *other = hub_client_dup_message_note (notes->client, "hub-http");

  g_assert_null (other);
  g_string_append_printf (notes->log, "%s\n", value != NULL ? value : "none");
}

/* User Properties: of CONNACK for as long as it is connected, of a message while it is handed out; the last one counts. */
static void
test_notes (void)
{
  Fixture fixture = { 0 };
  g_autoptr (GString) log = g_string_new (NULL);
  Notes notes = { NULL, log };
  g_autofree char *port = NULL;
  g_autofree char *missing = NULL;
  g_autofree char *later = NULL;

  open_client (&fixture, HUB_VERSION_5_0, 0);
  notes.client = fixture.client;
  g_signal_connect_swapped (fixture.client, "message", G_CALLBACK (note_cb), &notes);
  hub_test_peer_expect (fixture.peer, "10 [{'MQTT'} 05 02 0000 00 {'ada'}]");
  port = hub_client_dup_broker_note (fixture.client, "hub-http");
  g_assert_null (port);
  hub_test_peer_send (fixture.peer, "20 [00 00 [26 {'hub-http'} {'9001'} 21 0002]]");
  expect (&fixture, "connected 0\n");
  port = hub_client_dup_broker_note (fixture.client, "hub-http");
  g_assert_cmpstr (port, ==, "9001");
  missing = hub_client_dup_broker_note (fixture.client, "hub-htt");
  g_assert_null (missing);

  hub_test_peer_send (fixture.peer,
                      "30 [{'t'} [26 {'k'} {'forged'} 26 {'j'} {'x'} 26 {'k'} {'v'}] 'x'] 30 [{'t'} [] 'y'] 30 [{'t'} [26 {'k'} {}] 'z']");
  hub_test_wait_until (log->len >= strlen ("v\nnone\n\n"));
  g_assert_cmpstr (log->str, ==, "v\nnone\n\n");
  later = hub_client_dup_message_note (fixture.client, "k");
  g_assert_null (later);
  g_string_truncate (fixture.log, 0);
  tear_down (&fixture, NULL);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  warm_up ();
  g_test_add_func ("/client/5.0/refusals", test_refusals);
  g_test_add ("/client/5.0/MQTT-3.3.4-7/receive-maximum", Fixture, NULL, set_up_5_0, test_receive_maximum, tear_down);
  g_test_add ("/client/5.0/publish-with-properties", Fixture, NULL, set_up_5_0, test_properties, tear_down);
  g_test_add ("/client/5.0/refused-publish", Fixture, NULL, set_up_5_0, test_refused_publish, tear_down);
  g_test_add_func ("/client/5.0/disconnect", test_disconnect);
  g_test_add_func ("/client/5.0/notes", test_notes);
  g_test_add ("/client/5.0/goodbye", Fixture, NULL, set_up_5_0, test_goodbye, tear_down);
  return g_test_run ();
}
