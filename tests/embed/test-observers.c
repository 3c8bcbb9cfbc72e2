/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/embed/embed-fixture.h"

#include "tests/support/hub-test-wait.h"

/* What a program is told of what happens: on its own context, and never at the cost of the broker. */

#define EVENTS_MAX 4096
#define BYTES_MAX (8 * 1024 * 1024)

/* QoS 1 messages to a client that acknowledges none: those under way, and those that wait. */
#define INFLIGHT_MAX 20
#define QUEUED_MAX 1000

typedef struct
{
  GThread *thread;
  GString *seen;
  guint n_published;
  guint n_dropped;
} Witness;

static void
connected_cb (HubBroker *broker, const char *client_id, const char *user_name, const char *address, gpointer user_data)
{
  Witness *witness = user_data;

  g_assert_true (g_thread_self () == witness->thread);
  g_assert_true (g_str_has_prefix (address, "127.0.0.1:"));
  g_string_append_printf (witness->seen, "+%s/%s ", client_id, user_name != NULL ? user_name : "");
}

static void
disconnected_cb (HubBroker *broker, const char *client_id, const char *user_name, gpointer user_data)
{
  Witness *witness = user_data;

  g_assert_true (g_thread_self () == witness->thread);
  g_string_append_printf (witness->seen, "-%s/%s ", client_id, user_name != NULL ? user_name : "");
}

static void
published_cb (HubBroker *broker,
              const char *topic,
              GBytes *payload,
              const char *client_id,
              guint qos,
              gboolean retain,
              gpointer user_data)
{
  Witness *witness = user_data;

  g_assert_true (g_thread_self () == witness->thread);
  witness->n_published++;
  if (g_bytes_get_size (payload) < 10)
    g_string_append_printf (witness->seen,
                            "%s:%s=%.*s q%u r%d ",
                            client_id,
                            topic,
                            (int) g_bytes_get_size (payload),
                            (const char *) g_bytes_get_data (payload, NULL),
                            qos,
                            retain);
}

static void
dropped_cb (HubBroker *broker, const char *topic, const char *client_id, guint qos, gpointer user_data)
{
  Witness *witness = user_data;

  g_assert_true (g_thread_self () == witness->thread);
  g_assert_cmpstr (topic, ==, "a");
  g_assert_cmpstr (client_id, ==, "slow");
  g_assert_cmpuint (qos, ==, 1);
  witness->n_dropped++;
}

static void
witness_begin (Witness *self, Fixture *fixture, HubObserved what)
{
  self->thread = fixture->thread;
  self->seen = g_string_new (NULL);
  g_signal_connect (fixture->broker, "client-connected", G_CALLBACK (connected_cb), self);
  g_signal_connect (fixture->broker, "client-disconnected", G_CALLBACK (disconnected_cb), self);
  g_signal_connect (fixture->broker, "message-published", G_CALLBACK (published_cb), self);
  g_signal_connect (fixture->broker, "message-dropped", G_CALLBACK (dropped_cb), self);
  hub_broker_observe (fixture->broker, what);
}

/* What has happened before a stop was told when that is over. */
static void
witness_end (Witness *self, Fixture *fixture)
{
  fixture_stop (fixture);
  g_signal_handlers_disconnect_by_data (fixture->broker, self);
  g_string_free (self->seen, TRUE);
}

static void
expect (Witness *self, const char *seen)
{
  hub_test_wait_until (self->seen->len >= strlen (seen));
  g_assert_cmpstr (self->seen->str, ==, seen);
  g_string_truncate (self->seen, 0);
}

static void
test_clients (Fixture *fixture, gconstpointer data)
{
  Witness witness = { 0 };
  g_autoptr (Stranger) one = NULL;
  g_autoptr (Stranger) two = NULL;

  witness_begin (&witness, fixture, HUB_OBSERVED_CLIENTS);
  fixture_start (fixture);
  one = stranger_join (fixture->broker, "one");
  two = stranger_come (hub_broker_get_port (fixture->broker, HUB_PROTOCOL_MQTT), 5);
  g_assert_cmpuint (stranger_connect (two, "two", "name", NULL), ==, 0);
  expect (&witness, "+one/ +two/name ");
  stranger_publish (one, "a", "x");
  stranger_leave (two);
  expect (&witness, "-two/name ");
  fixture_stop (fixture);
  expect (&witness, "-one/ ");
  witness_end (&witness, fixture);
}

static void
test_published (Fixture *fixture, gconstpointer data)
{
  Witness witness = { 0 };
  g_autoptr (Stranger) one = NULL;
  g_autoptr (HubLocalClient) inside = NULL;

  witness_begin (&witness, fixture, HUB_OBSERVED_PUBLISHED);
  fixture_start (fixture);
  one = stranger_join (fixture->broker, "one");
  stranger_publish (one, "a", "x");
  stranger_publish (one, "$SYS/forged", "x");
  expect (&witness, "one:a=x q1 r0 ");
  inside = open_client (fixture->broker, "inside");
  publish (inside, "b", "y", 2);
  expect (&witness, "inside:b=y q2 r0 ");
  hub_local_client_close (inside);
  witness_end (&witness, fixture);
}

/* Wanted or not wanted any more while the broker runs. */
static void
test_change (Fixture *fixture, gconstpointer data)
{
  Witness witness = { 0 };
  g_autoptr (Stranger) one = NULL;

  witness_begin (&witness, fixture, HUB_OBSERVED_NOTHING);
  fixture_start (fixture);
  one = stranger_join (fixture->broker, "one");
  stranger_publish (one, "a", "1");
  hub_broker_observe (fixture->broker, HUB_OBSERVED_PUBLISHED);
  /* The broker has heard of it when it has answered a later question. */
  g_ptr_array_unref (list_clients (fixture->broker));
  stranger_publish (one, "a", "2");
  expect (&witness, "one:a=2 q1 r0 ");
  hub_broker_observe (fixture->broker, HUB_OBSERVED_NOTHING);
  g_ptr_array_unref (list_clients (fixture->broker));
  stranger_publish (one, "a", "3");
  fixture_stop (fixture);
  g_assert_cmpstr (witness.seen->str, ==, "");
  g_assert_cmpuint (hub_broker_get_n_unobserved (fixture->broker), ==, 0);
  witness_end (&witness, fixture);
}

/* Nobody reads what is told: the broker goes on, and counts. */
static void
test_events_max (Fixture *fixture, gconstpointer data)
{
  Witness witness = { 0 };
  g_autoptr (Stranger) one = NULL;

  witness_begin (&witness, fixture, HUB_OBSERVED_PUBLISHED);
  fixture_start (fixture);
  one = stranger_join (fixture->broker, "one");
  for (guint i = 0; i < EVENTS_MAX; i++)
    stranger_publish (one, "a", "x");
  g_assert_cmpuint (hub_broker_get_n_unobserved (fixture->broker), ==, 0);
  stranger_publish (one, "a", "x");
  g_assert_cmpuint (hub_broker_get_n_unobserved (fixture->broker), ==, 1);
  g_assert_cmpuint (witness.n_published, ==, 0);
  hub_test_wait_until (witness.n_published >= EVENTS_MAX);
  stranger_publish (one, "a", "x");
  hub_test_wait_until (witness.n_published > EVENTS_MAX);
  fixture_stop (fixture);
  g_assert_cmpuint (witness.n_published, ==, EVENTS_MAX + 1);
  g_assert_cmpuint (hub_broker_get_n_unobserved (fixture->broker), ==, 1);
  witness_end (&witness, fixture);
}

static void
test_bytes_max (Fixture *fixture, gconstpointer data)
{
  gsize names = strlen ("a") + strlen ("one");
  g_autofree char *half = g_strnfill (BYTES_MAX / 2 - names, 'x');
  Witness witness = { 0 };
  g_autoptr (Stranger) one = NULL;

  hub_broker_set_max_packet_bytes (fixture->broker, BYTES_MAX);
  witness_begin (&witness, fixture, HUB_OBSERVED_PUBLISHED);
  fixture_start (fixture);
  one = stranger_join (fixture->broker, "one");
  stranger_publish (one, "a", half);
  stranger_publish (one, "a", half);
  g_assert_cmpuint (hub_broker_get_n_unobserved (fixture->broker), ==, 0);
  stranger_publish (one, "a", "");
  g_assert_cmpuint (hub_broker_get_n_unobserved (fixture->broker), ==, 1);
  hub_test_wait_until (witness.n_published >= 2);
  stranger_publish (one, "a", half);
  hub_test_wait_until (witness.n_published >= 3);
  witness_end (&witness, fixture);
}

static void
test_dropped (Fixture *fixture, gconstpointer data)
{
  Witness witness = { 0 };
  g_autoptr (Stranger) slow = NULL;
  g_autoptr (Stranger) one = NULL;
  g_autoptr (GPtrArray) list = NULL;
  HubClientStatus *status;

  witness_begin (&witness, fixture, HUB_OBSERVED_DROPPED);
  fixture_start (fixture);
  slow = stranger_join (fixture->broker, "slow");
  g_assert_cmpuint (stranger_subscribe (slow, "a"), ==, 1);
  one = stranger_join (fixture->broker, "one");
  for (guint i = 0; i < INFLIGHT_MAX + QUEUED_MAX; i++)
    stranger_publish (one, "a", "x");
  list = list_clients (fixture->broker);
  g_assert_cmpuint (witness.n_dropped, ==, 0);
  stranger_publish (one, "a", "x");
  hub_test_wait_until (witness.n_dropped >= 1);

  g_clear_pointer (&list, g_ptr_array_unref);
  list = list_clients (fixture->broker);
  status = find_client (list, "slow");
  g_assert_cmpuint (hub_client_status_get_n_inflight (status), ==, INFLIGHT_MAX);
  g_assert_cmpuint (hub_client_status_get_n_queued (status), ==, QUEUED_MAX);
  g_assert_cmpuint (hub_client_status_get_n_dropped (status), ==, 1);
  g_assert_cmpuint (hub_client_status_get_n_subscriptions (status), ==, 1);
  g_assert_cmpuint (hub_client_status_get_n_dropped (find_client (list, "one")), ==, 0);
  witness_end (&witness, fixture);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

#define ADD(name, func) g_test_add ("/embed/observers/" name, Fixture, NULL, fixture_set_up, func, fixture_tear_down)
  ADD ("clients", test_clients);
  ADD ("published", test_published);
  ADD ("change", test_change);
  ADD ("events-max", test_events_max);
  ADD ("bytes-max", test_bytes_max);
  ADD ("dropped", test_dropped);
#undef ADD

  return g_test_run ();
}
