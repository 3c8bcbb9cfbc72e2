/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "app/joining/hub-ws-stream.h"
#include "broker/wire/hub-ws-frame.h"
#include "tests/support/hub-test-bytes.h"
#include "tests/support/hub-test-peer.h"
#include "tests/support/hub-test-wait.h"
#include "tests/support/hub-test-ws.h"

#include <string.h>

/* The client's end of a WebSocket, and a script at the other end. */

#define MIB ((gsize) 1024 * 1024)

typedef struct
{
  HubTestPeer *peer;
  GIOStream *stream;
  guint8 buffer[64 * 1024];
  GByteArray *heard; /* what was read */
  gssize last;       /* of the last read: 1: it has not come back */
  GError *error;
  gboolean is_written;
  HubTestWs *said; /* what the other end has heard */
} Fixture;

static void
set_up_with (Fixture *fixture, const char *early)
{
  g_autoptr (GByteArray) bytes = hub_test_bytes (early);
  g_autoptr (GIOStream) base = NULL;

  fixture->peer = hub_test_peer_new (&base);
  fixture->stream = hub_ws_stream_new (base, bytes->data, bytes->len);
  fixture->heard = g_byte_array_new ();
  fixture->said = hub_test_ws_new (4 * MIB);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  set_up_with (fixture, "");
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_assert_finalize_object (fixture->stream);
  hub_test_peer_free (fixture->peer);
  g_byte_array_unref (fixture->heard);
  hub_test_ws_free (fixture->said);
  g_clear_error (&fixture->error);
}

static void
read_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  Fixture *fixture = user_data;

  fixture->last = g_input_stream_read_finish (G_INPUT_STREAM (object), result, &fixture->error);
  if (fixture->last > 0)
    g_byte_array_append (fixture->heard, fixture->buffer, (guint) fixture->last);
}

static void
read_some (Fixture *fixture, gsize size)
{
  fixture->last = G_MAXSSIZE;
  g_input_stream_read_async (g_io_stream_get_input_stream (fixture->stream),
                             fixture->buffer, size, G_PRIORITY_DEFAULT, NULL, read_cb, fixture);
}

static void
expect_read (Fixture *fixture, gsize size, const char *bytes)
{
  g_autoptr (GByteArray) expected = hub_test_bytes (bytes);

  while (fixture->heard->len < expected->len)
    {
      read_some (fixture, size);
      hub_test_wait_until (fixture->last != G_MAXSSIZE);
      g_assert_no_error (fixture->error);
      g_assert_cmpint (fixture->last, >, 0);
    }
  g_assert_cmpmem (fixture->heard->data, fixture->heard->len, expected->data, expected->len);
  g_byte_array_set_size (fixture->heard, 0);
}

static void
written_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  Fixture *fixture = user_data;

  g_output_stream_write_all_finish (G_OUTPUT_STREAM (object), result, NULL, &fixture->error);
  fixture->is_written = TRUE;
}

/* What the other end has got so far: data, and control frames. */
static void
hear (Fixture *fixture)
{
  hub_test_peer_look (fixture->peer);
  hub_test_ws_feed (fixture->said, fixture->peer->line->input->data, fixture->peer->line->input->len);
  g_byte_array_set_size (fixture->peer->line->input, 0);
  g_assert_cmpint (fixture->said->fault, ==, HUB_WS_CLOSE_NONE);
}

static gboolean
has_said (Fixture *fixture, const char *controls)
{
  hear (fixture);
  return g_str_equal (fixture->said->controls->str, controls);
}

static void
write_all (Fixture *fixture, const guint8 *bytes, gsize size)
{
  fixture->is_written = FALSE;
  g_output_stream_write_all_async (g_io_stream_get_output_stream (fixture->stream),
                                   bytes, size, G_PRIORITY_DEFAULT, NULL, written_cb, fixture);
}

static void
test_frames (Fixture *fixture, gconstpointer data)
{
  hub_test_peer_send (fixture->peer, "82 03 'abc' 02 01 'd' 00 02 'ef' 80 00 82 01 'g'");
  expect_read (fixture, 64, "'abcdefg'");
  hub_test_peer_send (fixture->peer, "82 7e 0100 'x'*256");
  expect_read (fixture, 10, "'x'*256");
  write_all (fixture, (const guint8 *) "hello", 5);
  hub_test_wait_until (fixture->is_written);
  g_assert_no_error (fixture->error);
  hear (fixture);
  g_assert_cmpmem (fixture->said->data->data, fixture->said->data->len, "hello", 5);
}

/* What came with the answer of the handshake is read first, however little is read at a time. */
static void
test_early (void)
{
  for (gsize size = 1; size < 20; size += 6)
    {
      Fixture fixture = { 0 };

      set_up_with (&fixture, "82 03 'abc' 89 01 'p' 82 03 'd'");
      hub_test_peer_send (fixture.peer, "'ef' 82 01 'g'");
      expect_read (&fixture, size, "'abcdefg'");
      hub_test_wait_until (has_said (&fixture, "pong(p) "));
      tear_down (&fixture, NULL);
    }
}

/* While only a read waits; and of many the last is answered at least. */
static void
test_pings (Fixture *fixture, gconstpointer data)
{
  read_some (fixture, 64);
  hub_test_peer_send (fixture->peer, "89 04 'here' 8a 02 'no'");
  hub_test_wait_until (has_said (fixture, "pong(here) "));
  g_assert_cmpint (fixture->last, ==, G_MAXSSIZE);
  g_string_truncate (fixture->said->controls, 0);
  for (guint i = 0; i < 200; i++)
    hub_test_peer_send (fixture->peer, "89 01 'a'");
  hub_test_peer_send (fixture->peer, "89 01 'z' 82 01 'x'");
  hub_test_wait_until (fixture->last != G_MAXSSIZE);
  g_assert_cmpint (fixture->last, ==, 1);
  hub_test_wait_until ((hear (fixture), g_str_has_suffix (fixture->said->controls->str, "pong(z) ")));
}

/* A long write is taken by a slow reader piece by piece, and a ping is answered between two of its frames. */
static void
test_long_write (Fixture *fixture, gconstpointer data)
{
  const gsize size = 3 * MIB;
  g_autofree guint8 *bytes = g_malloc (size);

  for (gsize i = 0; i < size; i++)
    bytes[i] = (guint8) (i * 31 + i / 255);
  read_some (fixture, 64);
  write_all (fixture, bytes, size);
  for (guint i = 0; i < 50; i++)
    g_main_context_iteration (NULL, FALSE);
  g_assert_false (fixture->is_written);
  hub_test_peer_send (fixture->peer, "89 01 'p'");
  for (guint i = 0; i < 50; i++)
    g_main_context_iteration (NULL, FALSE);
  hub_test_wait_until ((hear (fixture), fixture->is_written));
  g_assert_no_error (fixture->error);
  hub_test_wait_until ((hear (fixture), fixture->said->data->len == size));
  g_assert_cmpmem (fixture->said->data->data, fixture->said->data->len, bytes, size);
  g_assert_cmpstr (fixture->said->controls->str, ==, "pong(p) ");
  hub_test_peer_send (fixture->peer, "82 01 'x'");
  hub_test_wait_until (fixture->last == 1);
}

/* A pong that cannot go because nobody reads goes as soon as somebody does, without a write that would take it along. */
static void
test_late_pong (Fixture *fixture, gconstpointer data)
{
  g_autofree guint8 *bytes = g_malloc0 (MIB);
  gsize n_written = 0;
  g_autoptr (GError) error = NULL;
  GPollableOutputStream *output = G_POLLABLE_OUTPUT_STREAM (g_io_stream_get_output_stream (fixture->stream));

  for (;;)
    {
      gssize n = g_pollable_output_stream_write_nonblocking (output, bytes, 4096, NULL, &error);

      if (n < 0)
        break;
      n_written += (gsize) n;
    }
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK);
  read_some (fixture, 64);
  hub_test_peer_send (fixture->peer, "89 04 'late'");
  for (guint i = 0; i < 50; i++)
    g_main_context_iteration (NULL, FALSE);
  hub_test_wait_until (has_said (fixture, "pong(late) "));
  g_assert_cmpuint (fixture->said->data->len, ==, n_written + 4096);
  hub_test_peer_send (fixture->peer, "82 01 'x'");
  hub_test_wait_until (fixture->last == 1);
}

/* The other end says goodbye: it is echoed, and what is read is an end. */
static void
test_goodbye (Fixture *fixture, gconstpointer data)
{
  hub_test_peer_send (fixture->peer, "82 01 'a' 88 05 03e9 'bye' 82 01 'b'");
  expect_read (fixture, 64, "'a'");
  read_some (fixture, 64);
  hub_test_wait_until (fixture->last == 0);
  g_assert_no_error (fixture->error);
  hub_test_wait_until (has_said (fixture, "close(\\03\\e9) "));
  write_all (fixture, (const guint8 *) "late", 4);
  hub_test_wait_until (fixture->is_written);
  g_assert_error (fixture->error, G_IO_ERROR, G_IO_ERROR_CONNECTION_CLOSED);
}

static void
test_faults (void)
{
  static const struct
  {
    const char *bytes;
    const char *answer;
  } rows[] = {
    { "81 01 'a'", "close(\\03\\eb) " },
    { "82 81 00000000 'a'", "close(\\03\\ea) " },
    { "82 7f 0000000001000001", "close(\\03\\f1) " },
    { "83 00", "close(\\03\\ea) " },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      Fixture fixture = { 0 };

      g_test_message ("%s", rows[i].bytes);
      set_up (&fixture, NULL);
      hub_test_peer_send (fixture.peer, rows[i].bytes);
      read_some (&fixture, 64);
      hub_test_wait_until (fixture.last != G_MAXSSIZE);
      g_assert_error (fixture.error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
      hub_test_wait_until (has_said (&fixture, rows[i].answer));
      tear_down (&fixture, NULL);
    }
}

/* The longest frame that may come; nothing is kept of it. */
static void
test_longest_frame (Fixture *fixture, gconstpointer data)
{
  hub_test_peer_send (fixture->peer, "82 7f 0000000001000000 'a'");
  expect_read (fixture, 64, "'a'");
}

static void
closed_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  Fixture *fixture = user_data;

  g_io_stream_close_finish (G_IO_STREAM (object), result, &fixture->error);
  fixture->last = -2;
}

static void
test_close (Fixture *fixture, gconstpointer data)
{
  g_io_stream_close_async (fixture->stream, G_PRIORITY_DEFAULT, NULL, closed_cb, fixture);
  hub_test_wait_until (fixture->last == -2);
  g_assert_no_error (fixture->error);
  hub_test_wait_until (has_said (fixture, "close(\\03\\e8) "));
  hub_test_peer_expect_end (fixture->peer);
}

/* Whoever only hangs up has closed, too. */
static void
test_hung_up (Fixture *fixture, gconstpointer data)
{
  read_some (fixture, 64);
  hub_test_line_end_output (fixture->peer->line);
  hub_test_wait_until (fixture->last == 0);
  g_assert_no_error (fixture->error);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  g_test_add ("/app/ws-stream/frames", Fixture, NULL, set_up, test_frames, tear_down);
  g_test_add_func ("/app/ws-stream/early", test_early);
  g_test_add ("/app/ws-stream/pings", Fixture, NULL, set_up, test_pings, tear_down);
  g_test_add ("/app/ws-stream/long-write", Fixture, NULL, set_up, test_long_write, tear_down);
  g_test_add ("/app/ws-stream/late-pong", Fixture, NULL, set_up, test_late_pong, tear_down);
  g_test_add ("/app/ws-stream/goodbye", Fixture, NULL, set_up, test_goodbye, tear_down);
  g_test_add_func ("/app/ws-stream/faults", test_faults);
  g_test_add ("/app/ws-stream/longest-frame", Fixture, NULL, set_up, test_longest_frame, tear_down);
  g_test_add ("/app/ws-stream/close", Fixture, NULL, set_up, test_close, tear_down);
  g_test_add ("/app/ws-stream/hung-up", Fixture, NULL, set_up, test_hung_up, tear_down);
  return g_test_run ();
}
