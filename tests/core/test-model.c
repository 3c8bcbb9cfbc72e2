/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/wire/hub-encode.h"
#include "broker/wire/hub-topic.h"
#include "tests/support/hub-test-bytes.h"
#include "tests/support/hub-test-model.h"

#define N_CLIENTS 5
#define MAX_INFLIGHT 3
#define MAX_QUEUED 6
#define EXPIRY_US (16 * G_TIME_SPAN_SECOND)

/*
 * A broker and a plain model of one, both told the same random things; after each of them every peer must
 * have got exactly what the model says. GLib prints the seed; `--seed` repeats a run.
 */
typedef struct
{
  HubTestCore *core;
  HubTestModel *model;
  guint serial;
} Fixture;

static const char *const topics[] = { "a", "a/b", "b", "a/b/c", "$x/a", "/" };
static const char *const filters[] = { "#", "+", "a", "a/#", "a/+", "+/b", "b", "a/b", "$x/#", "/+", "a/#/b", "b+" };

static void
set_up (Fixture *fixture, gconstpointer data)
{
  HubLimits limits;

  hub_limits_init_broker (&limits);
  limits.max_inflight = MAX_INFLIGHT;
  limits.max_queued_messages = MAX_QUEUED;
  limits.session_expiry_max_us = EXPIRY_US;
  fixture->core = hub_test_core_new_with_limits (&limits);
  fixture->model = hub_test_model_new (MAX_INFLIGHT, MAX_QUEUED);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  hub_test_core_free (fixture->core);
  hub_test_model_free (fixture->model);
}

static guint
below (guint n)
{
  return (guint) g_test_rand_int_range (0, (int) n);
}

static const char *
any_topic (void)
{
  return topics[below (G_N_ELEMENTS (topics))];
}

/* Every whole packet puts off the end. */
static void
note_packet (Fixture *fixture, HubTestSession *session)
{
  if (session->grace_us > 0)
    session->deadline_us = fixture->core->now_us + session->grace_us;
}

/* After a connection has ended the session runs out, unless it is gone already. */
static void
end_connection (Fixture *fixture, HubTestSession *session, gboolean with_will)
{
  g_autofree char *name = g_strdup (session->client_id);

  hub_test_model_end (fixture->model, session, with_will);
  session = g_hash_table_lookup (fixture->model->sessions, name);
  if (session != NULL)
    session->deadline_us = fixture->core->now_us + EXPIRY_US;
}

static char *
next_payload (Fixture *fixture)
{
  return g_strdup_printf ("%u", ++fixture->serial);
}

static void
connect_client (Fixture *fixture, const char *name)
{
  g_autofree char *payload = next_payload (fixture);
  HubConnect connect = {
    .version = below (4) == 0 ? HUB_VERSION_3_1 : HUB_VERSION_3_1_1,
    .client_id = hub_span_from_string (name),
    .is_clean = below (3) == 0,
    .keep_alive_s = (guint16) (below (2) * (10 + below (20))),
    .has_will = below (2) == 0,
  };
  HubTestMessage *will = NULL;
  HubTestSession *session;
  HubTestPeer *peer;

  if (connect.has_will)
    {
      will = hub_test_model_message (fixture->model, topics[below (4)], payload, (guint8) below (3), below (4) == 0);
      connect.will_topic = hub_span_from_string (will->topic);
      connect.will_payload = hub_span_from_string (will->payload);
      connect.will_qos = will->qos;
      connect.will_retain = will->is_retain;
    }
  peer = hub_test_core_open (fixture->core);
  hub_test_peer_connect (peer, &connect);
  session = hub_test_model_connect (fixture->model, name, peer, connect.is_clean);
  session->will = will;
  session->grace_us = connect.keep_alive_s * G_TIME_SPAN_SECOND * 3 / 2;
  note_packet (fixture, session);
}

static void
act_end (Fixture *fixture, HubTestSession *session)
{
  HubTestPeer *peer = session->peer;

  switch (below (3))
    {
    case 0:
      hub_test_peer_disconnect (peer);
      end_connection (fixture, session, FALSE);
      break;
    case 1:
      hub_test_peer_lose (peer);
      end_connection (fixture, session, TRUE);
      break;
    default:
      hub_test_peer_send (peer, "36 [{'a'} 0001 'x']");
      end_connection (fixture, session, TRUE);
      hub_test_peer_expect_closed (peer, HUB_REASON_MALFORMED_PACKET);
      break;
    }
}

static void
act_publish (Fixture *fixture, HubTestSession *session)
{
  g_autofree char *payload = below (6) == 0 ? g_strdup ("") : next_payload (fixture);
  HubTestMessage *message = hub_test_model_message (fixture->model, any_topic (), payload, (guint8) below (3), below (3) == 0);
  guint16 packet_id = (guint16) (1 + below (4));
  gpointer key = GUINT_TO_POINTER (packet_id);
  g_autoptr (GByteArray) packet = g_byte_array_new ();
  HubPublish publish = {
    .topic = hub_span_from_string (message->topic),
    .payload = hub_span_from_string (message->payload),
    .qos = message->qos,
    .packet_id = message->qos > 0 ? packet_id : 0,
    .is_retain = message->is_retain,
    .is_dup = message->qos > 0 && below (2) == 0,
  };

  hub_encode_publish (packet, HUB_VERSION_3_1_1, &publish);
  hub_test_peer_feed (session->peer, hub_test_span (packet));
  if (message->topic[0] != '$' && (message->qos < 2 || !g_hash_table_contains (session->received, key)))
    hub_test_model_publish (fixture->model, message);
  if (message->qos == 1)
    hub_test_session_expect (session, "PUBACK m%d", packet_id);
  if (message->qos == 2)
    {
      g_hash_table_add (session->received, key);
      hub_test_session_expect (session, "PUBREC m%d", packet_id);
    }
}

static void
act_pubrel (Fixture *fixture, HubTestSession *session)
{
  guint16 packet_id = (guint16) (1 + below (4));

  hub_test_peer_ack (session->peer, HUB_PACKET_PUBREL, packet_id);
  g_hash_table_remove (session->received, GUINT_TO_POINTER (packet_id));
  hub_test_session_expect (session, "PUBCOMP m%d", packet_id);
}

/* A filter that stands several times in a SUBSCRIBE counts where it stands first, with what it asks for at last. */
static void
expect_subscription (Fixture *fixture, HubTestSession *session, const char *const *chosen, const guint8 *qos, guint n, guint at)
{
  guint8 granted = qos[at];

  for (guint i = 0; i < n; i++)
    if (i != at && g_str_equal (chosen[i], chosen[at]))
      {
        if (i < at)
          return;
        granted = qos[i];
      }
  hub_test_model_subscribe (fixture->model, session, chosen[at], granted);
}

static void
act_subscribe (Fixture *fixture, HubTestSession *session)
{
  g_autoptr (GString) bytes = g_string_new ("82 [0001");
  g_autoptr (GString) codes = g_string_new ("SUBACK m1");
  guint n = 1 + below (3);
  const char *chosen[3];
  guint8 qos[3];

  for (guint i = 0; i < n; i++)
    {
      chosen[i] = filters[below (G_N_ELEMENTS (filters))];
      qos[i] = (guint8) below (3);
      g_string_append_printf (bytes, " {'%s'} %02x", chosen[i], qos[i]);
    }
  g_string_append_c (bytes, ']');
  hub_test_peer_send (session->peer, bytes->str);

  for (guint i = 0; i < n; i++)
    {
      gboolean is_valid = !g_str_equal (chosen[i], "a/#/b") && !g_str_equal (chosen[i], "b+");

      g_string_append_printf (codes, " %02x", is_valid ? qos[i] : 0x80);
      if (is_valid)
        expect_subscription (fixture, session, chosen, qos, n, i);
    }
  hub_test_session_expect (session, "%s", codes->str);
  hub_test_model_pump (fixture->model, session);
}

static void
act_unsubscribe (Fixture *fixture, HubTestSession *session)
{
  const char *filter = filters[below (G_N_ELEMENTS (filters))];
  g_autofree char *bytes = g_strdup_printf ("a2 [0001 {'%s'}]", filter);

  hub_test_peer_send (session->peer, bytes);
  hub_test_model_unsubscribe (session, filter);
  hub_test_session_expect (session, "UNSUBACK m1");
}

static void
act_ack (Fixture *fixture, HubTestSession *session)
{
  static const HubPacketType answers[] = {
    [HUB_TEST_WAIT_PUBACK] = HUB_PACKET_PUBACK,
    [HUB_TEST_WAIT_PUBREC] = HUB_PACKET_PUBREC,
    [HUB_TEST_WAIT_PUBCOMP] = HUB_PACKET_PUBCOMP,
  };
  guint index;
  HubTestFlight *flight;

  if (session->flights->len == 0)
    {
      hub_test_peer_send (session->peer, "c0 []");
      hub_test_session_expect (session, "PINGRESP");
      return;
    }
  index = below (session->flights->len);
  flight = &g_array_index (session->flights, HubTestFlight, index);
  hub_test_peer_ack (session->peer, answers[flight->wait], flight->packet_id);
  hub_test_model_ack (fixture->model, session, index);
}

/* Stops reading, or reads all that there is. */
static void
act_stick (Fixture *fixture, HubTestSession *session)
{
  hub_test_peer_send (session->peer, "c0 []");
  hub_test_session_expect (session, "PINGRESP");
  session->is_stuck = !session->is_stuck;
  if (session->is_stuck)
    {
      hub_test_peer_set_output (session->peer, hub_core_get_limits (fixture->core->core)->max_output_bytes);
      return;
    }
  hub_test_peer_room (session->peer);
  hub_test_model_pump (fixture->model, session);
}

static HubTestSession *
next_due (Fixture *fixture, gint64 until_us)
{
  HubTestSession *due = NULL;
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, fixture->model->sessions);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      HubTestSession *session = value;

      if (session->deadline_us <= until_us && (due == NULL || session->deadline_us < due->deadline_us))
        due = session;
    }
  return due;
}

static void
pass (Fixture *fixture, gint64 time_us)
{
  gint64 until_us = fixture->core->now_us + time_us;
  HubTestSession *due;

  while ((due = next_due (fixture, until_us)) != NULL)
    {
      HubTestPeer *peer = due->peer;

      hub_test_core_pass (fixture->core, due->deadline_us - fixture->core->now_us);
      if (peer == NULL)
        {
          hub_test_model_destroy (fixture->model, due);
          continue;
        }
      end_connection (fixture, due, TRUE);
      hub_test_peer_expect_closed (peer, HUB_REASON_KEEP_ALIVE_TIMEOUT);
    }
  hub_test_core_pass (fixture->core, until_us - fixture->core->now_us);
}

/* Nothing that the model did not expect, and the same sums on both sides. */
static void
check (Fixture *fixture)
{
  HubStats stats = hub_core_get_stats (fixture->core->core);
  guint n_connected = 0;
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, fixture->model->sessions);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      HubTestSession *session = value;

      if (session->peer == NULL)
        continue;
      n_connected++;
      g_assert_false (session->peer->is_closed);
      hub_test_model_pump (fixture->model, session);
      hub_test_peer_expect (session->peer, "");
    }
  g_assert_cmpuint (stats.clients, ==, n_connected);
  g_assert_cmpuint (stats.sessions, ==, g_hash_table_size (fixture->model->sessions));
  g_assert_cmpuint (stats.subscriptions, ==, hub_test_model_count_subscriptions (fixture->model));
  g_assert_cmpuint (stats.retained, ==, g_hash_table_size (fixture->model->retained));
  g_assert_cmpuint (stats.messages_dropped, ==, fixture->model->n_dropped);
}

static void
act (Fixture *fixture)
{
  static void (*const actions[]) (Fixture *, HubTestSession *) = {
    act_publish, act_publish, act_publish, act_publish, act_ack, act_ack, act_ack, act_ack,
    act_ack, act_subscribe, act_unsubscribe, act_pubrel, act_stick, act_end
  };
  guint number = below (N_CLIENTS);
  g_autofree char *name = g_strdup_printf ("client%u", number);
  HubTestSession *session;

  /*
   * Each client acts at times of its own, modulo 8 microseconds, and all that lasts is a multiple of that: so
   * no two deadlines come at the same time, where nothing says which is first.
   */
  pass (fixture, below (20) == 0 ? g_test_rand_int_range (1, 8 * G_TIME_SPAN_SECOND) : 0);
  pass (fixture, (number + 8 - fixture->core->now_us % 8) % 8);

  session = g_hash_table_lookup (fixture->model->sessions, name);
  if (below (10) == 0)
    {
      connect_client (fixture, name);
    }
  else if (session != NULL && session->peer != NULL)
    {
      note_packet (fixture, session);
      actions[below (G_N_ELEMENTS (actions))](fixture, session);
    }
}

static void
test_random (Fixture *fixture, gconstpointer data)
{
  guint n_steps = g_test_slow () ? 2000000 : 100000;

  for (guint step = 0; step < n_steps; step++)
    {
      act (fixture);
      check (fixture);
    }
  g_test_message ("%u messages, %u connections, %u dropped",
                  fixture->model->messages->len,
                  fixture->core->clients->len,
                  fixture->model->n_dropped);
  g_assert_cmpuint (hub_core_get_stats (fixture->core->core).messages_sent, >, n_steps / 10);
  g_assert_cmpuint (fixture->model->n_dropped, >, n_steps / 1000);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add ("/core/model/random", Fixture, NULL, set_up, test_random, tear_down);
  return g_test_run ();
}
