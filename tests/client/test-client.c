/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/client/client-fixture.h"
#include "tests/support/hub-test-bytes.h"
#include "tests/support/hub-test-wait.h"

/* A client, and what a broker may say to it. */

#define PACKET_IDS_MAX 65535

static void
test_connect (Fixture *fixture, gconstpointer data)
{
  hub_test_peer_send (fixture->peer, "20 02 01 00");
  expect (fixture, "connected 1\n");
  hub_client_close (fixture->client);
  g_assert_false (hub_client_is_connected (fixture->client));
  hub_test_peer_expect (fixture->peer, "e0 00");
  hub_test_peer_expect_end (fixture->peer);
}

/* Nothing of it needs anybody who goes on running the loop. */
static void
test_close_before_answer (Fixture *fixture, gconstpointer data)
{
  hub_client_close (fixture->client);
  hub_test_peer_expect_end (fixture->peer);
}

static void
test_refusals (void)
{
  static const HubClientError codes[] = {
    HUB_CLIENT_ERROR_VERSION,
    HUB_CLIENT_ERROR_CLIENT_ID,
    HUB_CLIENT_ERROR_UNAVAILABLE,
    HUB_CLIENT_ERROR_CREDENTIALS,
    HUB_CLIENT_ERROR_CREDENTIALS,
  };

  for (guint i = 0; i < G_N_ELEMENTS (codes); i++)
    {
      g_autofree char *connack = g_strdup_printf ("20 02 00 %02x", i + 1);
      Fixture fixture = { 0 };

      set_up_new (&fixture, NULL);
      hub_test_peer_send (fixture.peer, connack);
      hang_up (&fixture);
      expect_closed (&fixture, codes[i]);
      tear_down (&fixture, NULL);
    }
}

/* What a broker says that did not wait for the CONNECT is heard, although it cannot be written to any more. */
static void
test_refused_unheard (Fixture *fixture, gconstpointer data)
{
  HubConnect connect = { .version = HUB_VERSION_3_1_1, .client_id = HUB_SPAN_LITERAL ("ada") };
  g_autoptr (HubClient) client = hub_client_new ();
  g_autoptr (GIOStream) stream = NULL;
  HubTestPeer *peer = hub_test_peer_new (&stream);

  g_signal_connect (client, "closed", G_CALLBACK (closed_cb), fixture);
  hub_test_peer_send (peer, "20 02 00 05");
  hub_test_peer_free (peer);
  hub_client_open (client, stream, &connect);
  expect_closed (fixture, HUB_CLIENT_ERROR_CREDENTIALS);
}

static void
test_hung_up (Fixture *fixture, gconstpointer data)
{
  hub_test_peer_send (fixture->peer, "20 02 00");
  hang_up (fixture);
  expect_closed (fixture, HUB_CLIENT_ERROR_HUNG_UP);
}

static void
test_no_answer (Fixture *fixture, gconstpointer data)
{
  hub_test_peer_send (fixture->peer, "20 02 00");
  expect_closed (fixture, HUB_CLIENT_ERROR_TIMED_OUT);
  hub_test_peer_expect_end (fixture->peer);
}

static void
test_lost (Fixture *fixture, gconstpointer data)
{
  hang_up (fixture);
  expect_closed (fixture, HUB_CLIENT_ERROR_CLOSED);
}

/* Closed at every byte of what it gets: one signal, and always the right one. */
static void
test_closed_at_any_byte (void)
{
  g_autoptr (GByteArray) bytes = hub_test_bytes ("20 02 00 00 32 [{'t'} 0007 'hello']");

  for (guint size = 0; size <= bytes->len; size++)
    {
      g_autofree char *closed = closed_line (size < 4 ? HUB_CLIENT_ERROR_HUNG_UP : HUB_CLIENT_ERROR_CLOSED);
      g_autofree char *wanted = g_strconcat (size >= 4 ? "connected 0\n" : "",
                                             size == bytes->len ? "message t hello q1 r0\n" : "",
                                             closed,
                                             NULL);
      Fixture fixture = { 0 };

      set_up_new (&fixture, NULL);
      hub_test_line_write (fixture.peer->line, (HubSpan){ bytes->data, size });
      hang_up (&fixture);
      expect (&fixture, wanted);
      tear_down (&fixture, NULL);
    }
}

/* What may not come first. */
static void
test_no_connack (void)
{
  static const char *const firsts[] = {
    "d0 00",
    "30 [{'t'} 'x']",
    "40 02 0001",
    "90 03 0001 00",
    "e0 00",
    "10 [{'MQTT'} 04 02 0000 {'x'}]",
    "20 02 00 06",
    "20 02 02 00",
    "00 00",
    "'HTTP/1.1 400 Bad Request' 'x'*100",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (firsts); i++)
    {
      Fixture fixture = { 0 };

      set_up_new (&fixture, NULL);
      hub_test_peer_send (fixture.peer, firsts[i]);
      expect_closed (&fixture, HUB_CLIENT_ERROR_PROTOCOL);
      hub_test_peer_expect_end (fixture.peer);
      tear_down (&fixture, NULL);
    }
}

/* What may not come later: what clients send, a second CONNACK, and what is no packet. */
static void
test_faults (void)
{
  static const char *const faults[] = {
    "20 02 00 00",
    "10 [{'MQTT'} 04 02 0000 {'x'}]",
    "82 [0001 {'t'} 00]",
    "a2 [0001 {'t'}]",
    "c0 00",
    "e0 00",
    "f0 00",
    "00 00",
    "36 [{'t'} 0001]",
    "30 [{'#'} 'x']",
    "32 [{'t'} 0000]",
    "40 03 000100",
    "40 ffffffff7f",
    "d0 01 00",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (faults); i++)
    {
      Fixture fixture = { 0 };

      set_up (&fixture, NULL);
      hub_test_peer_send (fixture.peer, faults[i]);
      /* Who hears of it does so once. */
      hub_test_peer_send (fixture.peer, "d0 00");
      expect_closed (&fixture, HUB_CLIENT_ERROR_PROTOCOL);
      hub_test_peer_expect_end (fixture.peer);
      tear_down (&fixture, NULL);
    }
}

static void
test_subscribe (Fixture *fixture, gconstpointer data)
{
  g_assert_true (hub_client_subscribe (fixture->client, "messages/#", 1));
  hub_test_peer_expect (fixture->peer, "82 [0001 {'messages/#'} 01]");
  hub_test_peer_send (fixture->peer, "90 03 0001 01");
  expect (fixture, "subscribed 1\n");

  g_assert_true (hub_client_subscribe (fixture->client, "secret", 0));
  hub_test_peer_expect (fixture->peer, "82 [0002 {'secret'} 00]");
  hub_test_peer_send (fixture->peer, "90 03 0002 80");
  expect (fixture, "subscribed 0\n");

  g_assert_true (hub_client_unsubscribe (fixture->client, "messages/#"));
  hub_test_peer_expect (fixture->peer, "a2 [0003 {'messages/#'}]");
  hub_test_peer_send (fixture->peer, "b0 02 0003");
}

static guint16
publish (Fixture *fixture, const char *text, guint8 qos)
{
  g_autoptr (GBytes) payload = g_bytes_new (text, strlen (text));

  return hub_client_publish (fixture->client, "t", payload, qos, FALSE);
}

static void
test_publish (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GBytes) payload = g_bytes_new_static ("hello", 5);

  g_assert_cmpuint (publish (fixture, "zero", 0), ==, 0);
  hub_test_peer_expect (fixture->peer, "30 [{'t'} 'zero']");

  g_assert_cmpuint (publish (fixture, "one", 1), ==, 1);
  hub_test_peer_expect (fixture->peer, "32 [{'t'} 0001 'one']");
  hub_test_peer_send (fixture->peer, "40 02 0001");
  expect (fixture, "acknowledged 1\n");

  g_assert_cmpuint (hub_client_publish (fixture->client, "t", payload, 2, TRUE), ==, 2);
  hub_test_peer_expect (fixture->peer, "35 [{'t'} 0002 'hello']");
  hub_test_peer_send (fixture->peer, "50 02 0002");
  hub_test_peer_expect (fixture->peer, "62 02 0002");
  hub_test_peer_send (fixture->peer, "70 02 0002");
  expect (fixture, "acknowledged 2\n");
}

static void
drained_cb (guint *n_drained)
{
  (*n_drained)++;
}

/* What the peer does not read yet is not on its way. */
static void
test_drained (Fixture *fixture, gconstpointer data)
{
  static const char big[4 * 1024 * 1024];
  g_autoptr (GBytes) payload = g_bytes_new_static (big, sizeof big);
  guint n_drained = 0;

  g_signal_connect_swapped (fixture->client, "drained", G_CALLBACK (drained_cb), &n_drained);
  publish (fixture, "small", 0);
  hub_test_wait_until (n_drained == 1);
  g_assert_cmpuint (hub_client_get_unsent (fixture->client), ==, 0);
  hub_test_peer_expect (fixture->peer, "30 [{'t'} 'small']");

  hub_client_publish (fixture->client, "t", payload, 0, FALSE);
  hub_test_peer_send (fixture->peer, "30 [{'a'} 'x']");
  expect (fixture, "message a x q0 r0\n");
  g_assert_cmpuint (hub_client_get_unsent (fixture->client), >, 0);
  g_assert_cmpuint (n_drained, ==, 1);
}

/* Twice, for nothing, or with the answer to something else: nothing is acknowledged that was not. */
static void
test_wrong_answers (Fixture *fixture, gconstpointer data)
{
  g_assert_cmpuint (publish (fixture, "one", 1), ==, 1);
  g_assert_true (hub_client_subscribe (fixture->client, "t", 0));
  hub_test_peer_send (fixture->peer, "90 03 0001 00 b0 02 0001 40 02 0002 b0 02 0002 40 02 0003 90 03 0004 00");
  hub_test_peer_send (fixture->peer, "40 02 0001 40 02 0001 90 03 0002 00 90 03 0002 00");
  expect (fixture, "acknowledged 1\nsubscribed 1\n");
}

static void
test_receive (Fixture *fixture, gconstpointer data)
{
  hub_test_peer_send (fixture->peer, "30 [{'a'} 'zero'] 33 [{'b'} 0007 'one']");
  expect (fixture, "message a zero q0 r0\nmessage b one q1 r1\n");
  hub_test_peer_expect (fixture->peer, "40 02 0007");

  /* Exactly once, as often as it is sent; the identifier is free again afterwards. */
  hub_test_peer_send (fixture->peer, "34 [{'c'} 0008 'two'] 3c [{'c'} 0008 'two']");
  expect (fixture, "message c two q2 r0\n");
  hub_test_peer_expect (fixture->peer, "50 02 0008 50 02 0008");
  hub_test_peer_send (fixture->peer, "62 02 0008 62 02 0008 34 [{'c'} 0008 '']");
  hub_test_peer_expect (fixture->peer, "70 02 0008 70 02 0008 50 02 0008");
  expect (fixture, "message c  q2 r0\n");
}

static void
test_close_in_callback (Fixture *fixture, gconstpointer data)
{
  hub_test_peer_send (fixture->peer, "32 [{'close'} 0001 'x'] 32 [{'t'} 0002 'x']");
  expect (fixture, "message close x q1 r0\n");
  /* It was told to go, and acknowledges nothing any more. */
  hub_test_peer_expect (fixture->peer, "e0 00");
  hub_test_peer_expect_end (fixture->peer);
}

static void
test_close_after_message (Fixture *fixture, gconstpointer data)
{
  hub_test_peer_send (fixture->peer, "32 [{'last'} 0001 'x'] 32 [{'t'} 0002 'x']");
  expect (fixture, "message last x q1 r0\n");
  hub_test_peer_expect (fixture->peer, "40 02 0001 e0 00");
  hub_test_peer_expect_end (fixture->peer);
}

static void
test_too_large (Fixture *fixture, gconstpointer data)
{
  hub_test_peer_send (fixture->peer, "30 [{'t'} 'x'*8388608] 30 [{'t'} 'small']");
  expect (fixture, "message t small q0 r0\n");
}

/* Everything that waits is sent before the goodbye. */
static void
test_close_flushes (Fixture *fixture, gconstpointer data)
{
  const guint n = 600;
  g_autofree char *text = g_strnfill (1000, 'x');

  for (guint i = 0; i < n; i++)
    publish (fixture, text, 0);
  hub_client_close (fixture->client);
  for (guint i = 0; i < n; i++)
    hub_test_peer_expect (fixture->peer, "30 [{'t'} 'x'*1000]");
  hub_test_peer_expect (fixture->peer, "e0 00");
  hub_test_peer_expect_end (fixture->peer);
}

/* A broker that never answers: there is an end to what can be under way, and no end of the search for an identifier. */
static void
test_all_ids_taken (Fixture *fixture, gconstpointer data)
{
  for (guint i = 1; i <= PACKET_IDS_MAX; i++)
    g_assert_cmpuint (publish (fixture, "", 1), ==, i);
  g_assert_cmpuint (publish (fixture, "", 1), ==, 0);
  g_assert_cmpuint (publish (fixture, "", 2), ==, 0);
  g_assert_false (hub_client_subscribe (fixture->client, "t", 0));
  g_assert_false (hub_client_unsubscribe (fixture->client, "t"));

  hub_test_wait_until (hub_test_peer_look (fixture->peer) == PACKET_IDS_MAX * 7);
  hub_test_line_drop (fixture->peer->line, PACKET_IDS_MAX * 7);
  hub_test_peer_send (fixture->peer, "40 02 1234");
  expect (fixture, "acknowledged 4660\n");
  g_assert_cmpuint (publish (fixture, "", 1), ==, 0x1234);
  g_assert_cmpuint (publish (fixture, "", 1), ==, 0);
  hub_test_peer_expect (fixture->peer, "32 [{'t'} 1234]");
}

static void
set_up_keep_alive (Fixture *fixture, gconstpointer data)
{
  open_client (fixture, HUB_VERSION_3_1_1, 1);
  hub_test_peer_expect (fixture->peer, "10 [{'MQTT'} 04 02 0001 {'ada'}]");
  hub_test_peer_send (fixture->peer, "20 02 00 00");
  expect (fixture, "connected 0\n");
}

/* A ping in time, as long as each is answered; then an end. */
static void
test_keep_alive (Fixture *fixture, gconstpointer data)
{
  gint64 since_us = g_get_monotonic_time ();

  hub_test_peer_expect (fixture->peer, "c0 00");
  g_assert_cmpint (g_get_monotonic_time () - since_us, <, 1500 * G_TIME_SPAN_MILLISECOND * hub_test_slowness ());
  hub_test_peer_send (fixture->peer, "d0 00");
  hub_test_peer_expect (fixture->peer, "c0 00");
  g_assert_true (hub_client_is_connected (fixture->client));

  expect_closed (fixture, HUB_CLIENT_ERROR_TIMED_OUT);
  hub_test_peer_expect_end (fixture->peer);
}

/* Somebody has reason to doubt: the broker is asked at once, and again only when it has answered. */
static void
test_probe (Fixture *fixture, gconstpointer data)
{
  hub_client_probe (fixture->client);
  hub_client_probe (fixture->client);
  hub_test_peer_expect (fixture->peer, "c0 00");
  hub_test_peer_send (fixture->peer, "d0 00");
  hub_client_subscribe (fixture->client, "a", 0);
  hub_test_peer_expect (fixture->peer, "82 [0001 {'a'} 00]");
  hub_test_peer_send (fixture->peer, "90 03 0001 00");
  expect (fixture, "subscribed 1\n");
  hub_client_probe (fixture->client);
  hub_test_peer_expect (fixture->peer, "c0 00");
  expect_closed (fixture, HUB_CLIENT_ERROR_TIMED_OUT);
  hub_test_peer_expect_end (fixture->peer);
}

/* Who is gone without a word is noticed although there is much that it has not read; and then nobody waits for it. */
static void
test_keep_alive_unread (Fixture *fixture, gconstpointer data)
{
  g_autofree char *text = g_strnfill (1000, 'x');

  for (guint i = 0; i < 5000; i++)
    publish (fixture, text, 0);
  expect_closed (fixture, HUB_CLIENT_ERROR_TIMED_OUT);
  hub_test_wait_until (hub_test_count_fds () < fixture->n_fds + 2);
}

/* Several filters in one packet, with one answer: one that is granted is enough. */
static void
test_subscribe_all (Fixture *fixture, gconstpointer data)
{
  static const char *const filters[] = { "a", "b", NULL };

  g_assert_true (hub_client_subscribe_all (fixture->client, filters, 1, NULL));
  hub_test_peer_expect (fixture->peer, "82 [0001 {'a'} 01 {'b'} 01]");
  hub_test_peer_send (fixture->peer, "90 04 0001 80 01");
  expect (fixture, "subscribed 1\n");
  g_assert_true (hub_client_subscribe_all (fixture->client, filters, 0, NULL));
  hub_test_peer_expect (fixture->peer, "82 [0002 {'a'} 00 {'b'} 00]");
  hub_test_peer_send (fixture->peer, "90 04 0002 80 80");
  expect (fixture, "subscribed 0\n");
}

static void
note_packet (gboolean is_sent, const HubPacket *packet, gpointer user_data)
{
  g_string_append_printf (user_data, "%c%d ", is_sent ? '>' : '<', packet->type);
}

/* Whoever looks on sees each packet, before what comes of it. */
static void
test_trace (Fixture *fixture, gconstpointer data)
{
  HubConnect connect = { .version = HUB_VERSION_3_1_1, .client_id = HUB_SPAN_LITERAL ("ada") };
  g_autoptr (HubClient) client = hub_client_new ();
  g_autoptr (GString) seen = g_string_new (NULL);
  g_autoptr (GIOStream) stream = NULL;
  HubTestPeer *peer = hub_test_peer_new (&stream);

  hub_client_set_trace (client, note_packet, seen);
  hub_client_open (client, stream, &connect);
  hub_test_peer_send (peer, "20 02 00 00");
  hub_test_wait_until (hub_client_is_connected (client));
  hub_client_subscribe (client, "a", 2);
  hub_test_peer_send (peer, "90 03 0001 02 32 [{'a'} 0007 'x'] 34 [{'a'} 0008 'x'] 62 02 0008");
  hub_test_wait_until (g_str_has_suffix (seen->str, ">7 "));
  hub_client_close (client);
  g_assert_cmpstr (seen->str, ==, ">1 <2 >8 <9 <3 >4 <3 >5 <6 >7 >14 ");
  hub_test_peer_free (peer);
}

int
main (int argc, char **argv)
{
  typedef void (*TestFunc) (Fixture * fixture, gconstpointer data);
  static const struct
  {
    const char *path;
    TestFunc set_up;
    TestFunc func;
  } tests[] = {
    { "/client/client/connect", set_up_new, test_connect },
    { "/client/client/close-before-answer", set_up_new, test_close_before_answer },
    { "/client/client/refused-unheard", set_up, test_refused_unheard },
    { "/client/client/hung-up", set_up_new, test_hung_up },
    { "/client/client/no-answer", set_up_new, test_no_answer },
    { "/client/client/lost", set_up, test_lost },
    { "/client/client/subscribe", set_up, test_subscribe },
    { "/client/client/subscribe-all", set_up, test_subscribe_all },
    { "/client/client/trace", set_up, test_trace },
    { "/client/client/publish", set_up, test_publish },
    { "/client/client/close-after-message", set_up, test_close_after_message },
    { "/client/client/drained", set_up, test_drained },
    { "/client/client/wrong-answers", set_up, test_wrong_answers },
    { "/client/client/receive", set_up, test_receive },
    { "/client/client/close-in-callback", set_up, test_close_in_callback },
    { "/client/client/too-large", set_up, test_too_large },
    { "/client/client/close-flushes", set_up, test_close_flushes },
    { "/client/client/all-ids-taken", set_up, test_all_ids_taken },
    { "/client/client/probe", set_up, test_probe },
    { "/client/client/keep-alive", set_up_keep_alive, test_keep_alive },
    { "/client/client/keep-alive-unread", set_up_keep_alive, test_keep_alive_unread },
  };

  g_test_init (&argc, &argv, NULL);
  warm_up ();
  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, Fixture, NULL, tests[i].set_up, tests[i].func, tear_down);
  g_test_add_func ("/client/client/refusals", test_refusals);
  g_test_add_func ("/client/client/closed-at-any-byte", test_closed_at_any_byte);
  g_test_add_func ("/client/client/no-connack", test_no_connack);
  g_test_add_func ("/client/client/faults", test_faults);
  return g_test_run ();
}
