/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/net/hub-connections.h"
#include "tests/support/hub-test-bytes.h"
#include "tests/support/hub-test-memory-store.h"

/* A connection over a stream that does what a test says. */

#define OUTPUT_MAX 16

typedef struct
{
  HubStream base;
  GByteArray *input;  /* (owned): what the other end has sent */
  gboolean is_frozen; /* the other end reads nothing */
  guint n_written;
  guint n_settled;
  guint n_kept_alive;
} FakeStream;

typedef struct
{
  GMainContext *context;
  HubReactor *reactor;
  HubAdmission *admission;
  HubTestMemoryStore *store;
  HubCore *core;
  HubConnections *connections;
  FakeStream *stream; /* (unowned) */
} Fixture;

static gssize
fake_read (HubStream *stream, guint8 *buffer, gsize size)
{
  FakeStream *self = (FakeStream *) stream;
  gsize n = MIN (self->input->len, size);

  if (n == 0)
    return HUB_STREAM_BLOCKED;
  memcpy (buffer, self->input->data, n);
  g_byte_array_remove_range (self->input, 0, (guint) n);
  return (gssize) n;
}

static gssize
fake_write (HubStream *stream, const struct iovec *pieces, guint n_pieces)
{
  gsize size = 0;

  if (((FakeStream *) stream)->is_frozen)
    return HUB_STREAM_BLOCKED;
  ((FakeStream *) stream)->n_written++;
  for (guint i = 0; i < n_pieces; i++)
    size += pieces[i].iov_len;
  return (gssize) size;
}

static void
fake_set_interest (HubStream *stream, gboolean want_read, gboolean want_write)
{
}

static void
fake_end_output (HubStream *stream)
{
}

static void
fake_keep_alive (HubStream *stream)
{
  ((FakeStream *) stream)->n_kept_alive++;
}

static void
fake_settle (HubStream *stream)
{
  ((FakeStream *) stream)->n_settled++;
}

static void
fake_free (HubStream *stream)
{
  FakeStream *self = (FakeStream *) stream;

  g_byte_array_unref (self->input);
  g_free (self);
}

static FakeStream *
fake_stream_new (void)
{
  static const HubStreamFuncs funcs = {
    .read = fake_read,
    .write = fake_write,
    .set_interest = fake_set_interest,
    .end_output = fake_end_output,
    .keep_alive = fake_keep_alive,
    .settle = fake_settle,
    .free = fake_free,
  };
  FakeStream *self = g_new0 (FakeStream, 1);

  self->base.funcs = &funcs;
  self->input = g_byte_array_new ();
  return self;
}

static gint64
turn_end_cb (gint64 now_us, gpointer user_data)
{
  return G_MAXINT64;
}

static void
refused_cb (const HubIpAddress *address, const char *sentence, gpointer user_data)
{
  g_assert_not_reached ();
}

/* Whom the test speaks for from now on. */
static void
arrive (Fixture *fixture)
{
  HubArrival arrival = { .fd = -1 };

  fixture->stream = fake_stream_new ();
  hub_connections_add (fixture->connections, HUB_CONNECTION_RAW, &fixture->stream->base, &arrival, NULL);
  hub_connections_flush (fixture->connections);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  HubCoreOptions options = { .policy = HUB_PEER_POLICY_OPEN, .seed = 1, .store = &hub_test_memory_store_funcs };

  fixture->store = hub_test_memory_store_new ();
  options.store_data = fixture->store;
  hub_limits_init_broker (&options.limits);
  options.limits.max_output_bytes = OUTPUT_MAX;
  fixture->context = g_main_context_new ();
  g_assert_true (g_main_context_acquire (fixture->context));
  fixture->reactor = hub_reactor_new (fixture->context, turn_end_cb, NULL, NULL);
  fixture->admission = hub_admission_new (0, FALSE);
  fixture->core = hub_core_new (&options);
  fixture->connections = hub_connections_new (fixture->core, fixture->reactor, fixture->admission, refused_cb, NULL);
  arrive (fixture);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  hub_connections_free (fixture->connections);
  hub_core_free (fixture->core);
  hub_test_memory_store_free (fixture->store);
  hub_admission_free (fixture->admission);
  hub_reactor_free (fixture->reactor);
  g_main_context_release (fixture->context);
  g_main_context_unref (fixture->context);
}

/* A turn in which the other end is heard. */
static void
say (Fixture *fixture, const char *text)
{
  g_autoptr (GByteArray) bytes = hub_test_bytes (text);
  HubStream *stream = &fixture->stream->base;

  g_byte_array_append (fixture->stream->input, bytes->data, bytes->len);
  stream->ready (stream, TRUE, FALSE, stream->owner);
  hub_connections_flush (fixture->connections);
}

#define CONNECT_SILENT "10 [{'MQTT'} 04 02 0000 {'ada'}]"
#define CONNECT "10 [{'MQTT'} 04 02 003c {'ada'}]"
#define CONNECT_KEPT "10 [{'MQTT'} 04 00 003c {'ada'}]"
#define CONNECT_OTHER "10 [{'MQTT'} 04 02 003c {'ben'}]"
#define SUBSCRIBE "82 [0001 {'room'} 00]"
#define PINGREQ "c0 00"
#define DISCONNECT "e0 00"

/* Many who connect at once also subscribe at once: nobody is to wait for that, either. */
static void
test_subscribes (Fixture *fixture, gconstpointer data)
{
  g_assert_cmpuint (fixture->stream->n_settled, ==, 0);
  say (fixture, CONNECT);
  g_assert_cmpuint (fixture->stream->n_settled, ==, 0);
  say (fixture, SUBSCRIBE);
  g_assert_cmpuint (fixture->stream->n_settled, ==, 1);
  say (fixture, PINGREQ);
  g_assert_cmpuint (fixture->stream->n_settled, ==, 1);
  g_assert_cmpuint (fixture->stream->n_kept_alive, ==, 0);
}

/* All that it ever says may be in one piece: the system looks after it from then on. */
static void
test_all_at_once (Fixture *fixture, gconstpointer data)
{
  say (fixture, CONNECT_SILENT " " SUBSCRIBE);
  g_assert_cmpuint (fixture->stream->n_settled, ==, 0);
  g_assert_cmpuint (fixture->stream->n_kept_alive, ==, 1);
  say (fixture, PINGREQ);
  g_assert_cmpuint (fixture->stream->n_settled, ==, 1);
  g_assert_cmpuint (fixture->stream->n_kept_alive, ==, 1);
}

/* Neither is anybody to wait since something was published in between to all those who have come back. */
static void
test_is_given (Fixture *fixture, gconstpointer data)
{
  FakeStream *ada;

  say (fixture, CONNECT_KEPT);
  say (fixture, SUBSCRIBE);
  say (fixture, DISCONNECT);
  arrive (fixture);
  ada = fixture->stream;
  say (fixture, CONNECT_KEPT);

  arrive (fixture);
  say (fixture, CONNECT_OTHER);
  for (guint i = 0; i < 2; i++)
    say (fixture, "30 [{'room'} 'x']");
  g_assert_cmpuint (fixture->stream->n_settled, ==, 1);
  g_assert_cmpuint (ada->n_written, >, 1);
  g_assert_cmpuint (ada->n_settled, ==, 0);

  fixture->stream = ada;
  say (fixture, SUBSCRIBE);
  g_assert_cmpuint (ada->n_settled, ==, 1);
}

/* The keep-alive of who is not read from since the store is full stands still, and goes on afterwards: also where it is not read
 * from for another reason by then, that it reads nothing itself. */
static void
test_frozen_while_waiting (Fixture *fixture, gconstpointer data)
{
  gint64 now_us = hub_reactor_get_now (fixture->reactor);

  say (fixture, CONNECT);
  say (fixture, SUBSCRIBE);
  say (fixture, "32 [{'kept'} 0001 'x']");
  hub_test_memory_store_set_full (fixture->store, TRUE);
  hub_connections_wake (fixture->connections);
  hub_connections_flush (fixture->connections);
  hub_core_advance (fixture->core, now_us + 100 * G_TIME_SPAN_SECOND);
  g_assert_cmpuint (hub_core_get_stats (fixture->core).clients, ==, 1);

  fixture->stream->is_frozen = TRUE;
  arrive (fixture);
  say (fixture, CONNECT_OTHER);
  say (fixture, "30 [{'room'} 'more than waits for anybody, by far']");
  hub_test_memory_store_set_full (fixture->store, FALSE);
  hub_connections_wake (fixture->connections);
  hub_connections_flush (fixture->connections);
  g_assert_cmpuint (hub_core_get_stats (fixture->core).clients, ==, 2);
  hub_core_advance (fixture->core, now_us + 1000 * G_TIME_SPAN_SECOND);
  g_assert_cmpuint (hub_core_get_stats (fixture->core).clients, ==, 0);
  hub_connections_flush (fixture->connections);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/net/connection/newcomer/subscribes", Fixture, NULL, set_up, test_subscribes, tear_down);
  g_test_add ("/net/connection/newcomer/all-at-once", Fixture, NULL, set_up, test_all_at_once, tear_down);
  g_test_add ("/net/connection/newcomer/is-given", Fixture, NULL, set_up, test_is_given, tear_down);
  g_test_add ("/net/connection/frozen-while-waiting", Fixture, NULL, set_up, test_frozen_while_waiting, tear_down);
  return g_test_run ();
}
