/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/client/hub-packet-channel.h"
#include "tests/support/hub-test-bytes.h"
#include "tests/support/hub-test-packets.h"
#include "tests/support/hub-test-peer.h"
#include "tests/support/hub-test-wait.h"

#include <sys/socket.h>

/* Whole packets out of a stream of bytes, and into one. */

#define PACKET_BYTES_MAX 1000

/* The topic `t` and its length take 3 bytes, the Fixed Header 3. */
#define PAYLOAD_MAX (PACKET_BYTES_MAX - 6)

/* What is sent is numbered. */
#define NUMBER_SIZE 1000

/* How long a closed channel may write, with room for a busy machine. */
#define LINGER_LIMIT_US (4 * G_TIME_SPAN_SECOND)

typedef struct
{
  HubTestPeer *peer;
  HubPacketChannel *channel;
  GString *log;   /* each packet, and the end, followed by a line end */
  guint close_at; /* the channel is closed at the packet of this number; 0: never */
  guint n_packets;
  guint n_fds;
} Fixture;

static void
packet_cb (HubPacket *packet, gpointer user_data)
{
  Fixture *fixture = user_data;
  g_autofree char *text = hub_test_packet_to_text (packet);

  g_string_append_printf (fixture->log, "%s\n", text);
  fixture->n_packets++;
  if (fixture->n_packets == fixture->close_at)
    hub_packet_channel_close (fixture->channel);
}

static void
closed_cb (const GError *error, gpointer user_data)
{
  Fixture *fixture = user_data;

  g_string_append_printf (fixture->log, "END %s\n", error == NULL ? "" : g_quark_to_string (error->domain));
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  static const HubPacketChannelFuncs funcs = { .packet = packet_cb, .closed = closed_cb };
  g_autoptr (GIOStream) stream = NULL;

  fixture->n_fds = hub_test_count_fds ();
  fixture->log = g_string_new (NULL);
  fixture->peer = hub_test_peer_new (&stream);
  fixture->channel = hub_packet_channel_new (stream, HUB_VERSION_3_1_1, PACKET_BYTES_MAX, &funcs, fixture);
}

static void
hang_up (Fixture *fixture)
{
  g_clear_pointer (&fixture->peer, hub_test_peer_free);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  gpointer watched = fixture->channel;

  g_object_add_weak_pointer (G_OBJECT (fixture->channel), &watched);
  hub_packet_channel_close (fixture->channel);
  g_object_unref (fixture->channel);
  /* What reads and writes holds it for a moment longer. */
  hub_test_wait_until (watched == NULL);
  hang_up (fixture);
  if (fixture->n_fds != 0)
    g_assert_cmpuint (hub_test_count_fds (), ==, fixture->n_fds);
  g_string_free (fixture->log, TRUE);
}

static void
expect (Fixture *fixture, const char *log)
{
  hub_test_wait_until (strlen (fixture->log->str) >= strlen (log));
  g_assert_cmpstr (fixture->log->str, ==, log);
  g_string_truncate (fixture->log, 0);
}

static void
test_many_in_one_read (Fixture *fixture, gconstpointer data)
{
  hub_test_peer_send (fixture->peer, "20 02 00 00 d0 00 40 02 0001 30 [{'t'} 'hello']");
  expect (fixture, "CONNACK 0 0\nPINGRESP\nPUBACK m1\nPUBLISH d0 q0 r0 m0 t hello\n");
}

static void
test_byte_by_byte (Fixture *fixture, gconstpointer data)
{
  static const char *const bytes[] = { "20", "02", "00", "00", "31", "06", "00", "01", "'t'", "'a'", "'b'", "'c'", "d0", "00" };

  for (gsize i = 0; i < G_N_ELEMENTS (bytes); i++)
    {
      hub_test_peer_send (fixture->peer, bytes[i]);
      while (g_main_context_iteration (NULL, FALSE))
        ;
    }
  expect (fixture, "CONNACK 0 0\nPUBLISH d0 q0 r1 m0 t abc\nPINGRESP\n");
}

/* Closed behind each byte of two packets: what was whole has come, and the end is told once. */
static void
test_closed_at_any_byte (void)
{
  g_autoptr (GByteArray) bytes = hub_test_bytes ("40 02 0001 32 [{'t'} 0002 'hello']");

  for (guint size = 0; size <= bytes->len; size++)
    {
      g_autofree char *wanted = g_strconcat (size >= 4 ? "PUBACK m1\n" : "",
                                             size == bytes->len ? "PUBLISH d0 q1 r0 m2 t hello\n" : "",
                                             "END \n",
                                             NULL);
      Fixture fixture = { 0 };

      set_up (&fixture, NULL);
      hub_test_line_write (fixture.peer->line, (HubSpan){ bytes->data, size });
      hang_up (&fixture);
      expect (&fixture, wanted);
      tear_down (&fixture, NULL);
    }
}

static void
test_largest (Fixture *fixture, gconstpointer data)
{
  g_autofree char *publish = g_strdup_printf ("30 [{'t'} 'x'*%d] d0 00", PAYLOAD_MAX);

  hub_test_peer_send (fixture->peer, publish);
  hub_test_wait_until (fixture->n_packets == 2);
  g_assert_true (g_str_has_prefix (fixture->log->str, "PUBLISH d0 q0 r0 m0 t "));
  g_assert_true (g_str_has_suffix (fixture->log->str, "\nPINGRESP\n"));
}

/* Skipped, in one piece and in many: what follows is whole. */
static void
test_too_large (Fixture *fixture, gconstpointer data)
{
  g_autofree char *in_one = g_strdup_printf ("30 [{'t'} 'x'*%d] d0 00", PAYLOAD_MAX + 1);

  hub_test_peer_send (fixture->peer, in_one);
  expect (fixture, "PINGRESP\n");
  hub_test_peer_send (fixture->peer, "30 [{'t'} 'x'*2000000] 40 02 0007");
  expect (fixture, "PUBACK m7\n");
}

static void
test_too_large_and_cut (Fixture *fixture, gconstpointer data)
{
  hub_test_peer_send (fixture->peer, "30 ffff7f 0001 't'");
  while (g_main_context_iteration (NULL, FALSE))
    ;
  hang_up (fixture);
  expect (fixture, "END \n");
}

/* Everything else that is too large is no message that could be left out. */
static const char *const garbage[] = {
  "00 00",
  "20 ffffffff7f",
  "20 ffffffffff",
  "20 03 00 00 00",
  "20 02 02 00",
  "22 02 00 00",
  "36 05 0001 't' 0001",
  "30 00",
  "30 02 0000",
  "40 02 0000",
  "90 ffff7f",
  "'HTTP/1.1 400 Bad Request' 'x'*100",
  "16 03 01 02 00 01 00",
};

static void
test_garbage (gconstpointer data)
{
  const char *bytes = data;
  Fixture fixture = { 0 };

  set_up (&fixture, NULL);
  hub_test_peer_send (fixture.peer, "d0 00");
  hub_test_peer_send (fixture.peer, bytes);
  hub_test_peer_send (fixture.peer, "d0 00");
  expect (&fixture, "PINGRESP\nEND hub_mqtt_error\n");

  /* Nothing is sent to somebody like that, and the stream is closed at once. */
  hub_packet_channel_send (fixture.channel, HUB_SPAN_LITERAL ("x"));
  hub_packet_channel_close (fixture.channel);
  hub_test_wait_until (hub_test_peer_look (fixture.peer) > 0 || fixture.peer->line->has_ended);
  g_assert_cmpuint (fixture.peer->line->input->len, ==, 0);
  tear_down (&fixture, NULL);
}

static void
test_close_while_reading (Fixture *fixture, gconstpointer data)
{
  fixture->close_at = 2;
  hub_test_peer_send (fixture->peer, "d0 00 40 02 0001 d0 00 ff");
  hub_test_peer_expect_end (fixture->peer);
  g_assert_cmpstr (fixture->log->str, ==, "PINGRESP\nPUBACK m1\n");
}

static void
send_numbers (Fixture *fixture, guint n)
{
  for (guint i = 0; i < n; i++)
    {
      g_autofree char *text = g_strdup_printf ("%0*u", NUMBER_SIZE, i);

      hub_packet_channel_send (fixture->channel, hub_span_from_string (text));
    }
}

static void
expect_numbers (Fixture *fixture, guint n)
{
  for (guint i = 0; i < n; i++)
    {
      g_autofree char *text = g_strdup_printf ("'%0*u'", NUMBER_SIZE, i);

      hub_test_peer_expect (fixture->peer, text);
    }
}

/* Nobody reads for a while: all of it waits, is counted, and leaves in order. */
static void
test_back_pressure (Fixture *fixture, gconstpointer data)
{
  const guint n = 2000;

  g_assert_cmpuint (hub_packet_channel_get_unsent (fixture->channel), ==, 0);
  send_numbers (fixture, n);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_cmpuint (hub_packet_channel_get_unsent (fixture->channel), >, n * NUMBER_SIZE / 4);
  g_assert_cmpuint (hub_packet_channel_get_unsent (fixture->channel), <=, n * NUMBER_SIZE);
  expect_numbers (fixture, n);
  hub_test_wait_until (hub_packet_channel_get_unsent (fixture->channel) == 0);
}

/* What was queued is written before the end. */
static void
test_close_flushes (Fixture *fixture, gconstpointer data)
{
  const guint n = 1000;

  send_numbers (fixture, n);
  hub_packet_channel_close (fixture->channel);
  hub_packet_channel_send (fixture->channel, HUB_SPAN_LITERAL ("late"));
  expect_numbers (fixture, n);
  hub_test_peer_expect_end (fixture->peer);
}

/* But nobody waits for ever for a peer that does not read. */
static void
test_close_gives_up (Fixture *fixture, gconstpointer data)
{
  gint64 since_us = g_get_monotonic_time ();

  send_numbers (fixture, 2000);
  hub_packet_channel_close (fixture->channel);
  /* The write holds it. */
  hub_test_wait_until (G_OBJECT (fixture->channel)->ref_count == 1);
  g_assert_cmpint (g_get_monotonic_time () - since_us, <, LINGER_LIMIT_US * hub_test_slowness ());
}

static gboolean
look_cb (gpointer user_data)
{
  return G_SOURCE_CONTINUE;
}

/* Nor does anybody who lives on a context of his own, whether the default one goes round or not. */
static void
test_close_gives_up_elsewhere (void)
{
  g_autoptr (GMainContext) context = g_main_context_new ();
  g_autoptr (GSource) look = g_timeout_source_new (10);
  gint64 deadline_us = g_get_monotonic_time () + LINGER_LIMIT_US * hub_test_slowness ();
  Fixture fixture = { 0 };

  g_main_context_push_thread_default (context);
  g_source_set_callback (look, look_cb, NULL, NULL);
  g_source_attach (look, context);
  set_up (&fixture, NULL);
  send_numbers (&fixture, 2000);
  hub_packet_channel_close (fixture.channel);
  while (G_OBJECT (fixture.channel)->ref_count > 1)
    {
      g_assert_cmpint (g_get_monotonic_time (), <, deadline_us);
      g_main_context_iteration (context, TRUE);
    }
  while (g_main_context_iteration (context, FALSE))
    ;
  g_main_context_pop_thread_default (context);
  tear_down (&fixture, NULL);
  g_source_destroy (look);
}

/* What the other end said before it went is read although nothing can be written to it. */
static void
test_last_words (Fixture *fixture, gconstpointer data)
{
  hub_test_peer_send (fixture->peer, "20 02 00 05");
  hang_up (fixture);
  hub_packet_channel_send (fixture->channel, HUB_SPAN_LITERAL ("\xc0\x00"));
  expect (fixture, "CONNACK 0 5\nEND \n");
}

static void
test_half_closed (Fixture *fixture, gconstpointer data)
{
  hub_test_line_end_output (fixture->peer->line);
  expect (fixture, "END \n");
  hub_packet_channel_send (fixture->channel, HUB_SPAN_LITERAL ("x"));
  hub_packet_channel_close (fixture->channel);
  hub_test_peer_expect_end (fixture->peer);
}

/* GLib opens some descriptors once in a program. */
static void
warm_up (void)
{
  Fixture fixture = { 0 };

  set_up (&fixture, NULL);
  fixture.n_fds = 0;
  tear_down (&fixture, NULL);
}

int
main (int argc, char **argv)
{
  static const struct
  {
    const char *path;
    void (*func) (Fixture *fixture, gconstpointer data);
  } tests[] = {
    { "/client/channel/many-in-one-read", test_many_in_one_read },
    { "/client/channel/byte-by-byte", test_byte_by_byte },
    { "/client/channel/largest", test_largest },
    { "/client/channel/too-large", test_too_large },
    { "/client/channel/too-large-and-cut", test_too_large_and_cut },
    { "/client/channel/close-while-reading", test_close_while_reading },
    { "/client/channel/back-pressure", test_back_pressure },
    { "/client/channel/close-flushes", test_close_flushes },
    { "/client/channel/close-gives-up", test_close_gives_up },
    { "/client/channel/last-words", test_last_words },
    { "/client/channel/half-closed", test_half_closed },
  };

  g_test_init (&argc, &argv, NULL);
  warm_up ();
  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, Fixture, NULL, set_up, tests[i].func, tear_down);
  g_test_add_func ("/client/channel/closed-at-any-byte", test_closed_at_any_byte);
  g_test_add_func ("/client/channel/close-gives-up-elsewhere", test_close_gives_up_elsewhere);
  for (gsize i = 0; i < G_N_ELEMENTS (garbage); i++)
    {
      g_autofree char *path = g_strdup_printf ("/client/channel/garbage/%s", garbage[i]);

      g_strdelimit (path + strlen ("/client/channel/garbage/"), "/ '", '-');
      g_test_add_data_func (path, garbage[i], test_garbage);
    }
  return g_test_run ();
}
