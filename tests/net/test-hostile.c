/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/support/hub-test-bytes.h"
#include "tests/support/hub-test-net-transports.h"
#include "tests/support/hub-test-packets.h"
#include "tests/support/hub-test-wait.h"

/*
 * The packets of the tables, right and wrong, over everything that carries bytes: what is wrong ends the connection that it
 * came on, and somebody else, who is measured meanwhile, notices nothing. What exactly is answered is in the tests of the
 * core.
 */

/* Longer than anything that is done for one client may keep the others waiting. */
#define WAIT_MAX_US G_TIME_SPAN_SECOND

typedef struct
{
  HubTestBroker *broker;
  HubTestClient *client;
  gint64 longest_us;
} Witness;

static void
witness_init (Witness *self, HubTestBroker *broker, HubTestTransport transport)
{
  self->broker = broker;
  self->client = hub_test_client_join (broker, transport, "witness");
  self->longest_us = 0;
  hub_test_client_subscribe (self->client, "witness/#", 1);
}

/* Still there, still answered, still getting what it has asked for and nothing else. */
static void
witness_check (Witness *self)
{
  gint64 since_us = g_get_monotonic_time ();
  g_autofree char *delivery = NULL;
  g_auto (GStrv) words = NULL;
  guint id;

  hub_test_client_publish (self->client, "witness/1", HUB_SPAN_LITERAL ("x"), 1);
  /* The broker numbers its deliveries. */
  delivery = hub_test_client_take (self->client);
  if (g_str_has_prefix (delivery, "PUBACK m1"))
    {
      g_free (delivery);
      delivery = hub_test_client_take (self->client);
    }
  else
    {
      hub_test_client_expect (self->client, "PUBACK m1");
    }
  g_assert_true (g_str_has_prefix (delivery, "PUBLISH d0 q1 r0 m"));
  g_assert_true (g_str_has_suffix (delivery, " witness/1 x"));
  words = g_strsplit (delivery, " ", -1);
  id = (guint) g_ascii_strtoull (words[4] + 1, NULL, 10);
  g_free (delivery);
  delivery = g_strdup_printf ("40 [%04x] c0 []", id);
  hub_test_client_send (self->client, delivery);
  hub_test_client_expect (self->client, "PINGRESP");
  self->longest_us = MAX (self->longest_us, g_get_monotonic_time () - since_us);
}

static void
witness_clear (Witness *self)
{
  g_test_message ("at most %" G_GINT64_FORMAT " us", self->longest_us);
  g_assert_cmpint (self->longest_us, <, WAIT_MAX_US * hub_test_slowness ());
  hub_test_client_free (self->client);
}

static const char *
connect_of (HubVersion version)
{
  return version == HUB_VERSION_5_0   ? "10 [{'MQTT'} 05 02 0000 [22 000a] {'id'}]"
         : version == HUB_VERSION_3_1 ? "10 [{'MQIsdp'} 03 02 0000 {'id'}]"
                                      : "10 [{'MQTT'} 04 02 0000 {'id'}]";
}

static void
connect_as (HubTestClient *client, HubVersion version)
{
  g_autoptr (GBytes) answer = NULL;

  if (version == HUB_VERSION_NONE)
    return;
  hub_test_client_send (client, connect_of (version));
  answer = hub_test_client_read (client);
  g_assert_nonnull (answer);
  g_assert_cmphex (((const guint8 *) g_bytes_get_data (answer, NULL))[0], ==, 0x20);
}

/* Whatever is said before it. */
static void
wait_for_end (HubTestClient *client)
{
  GBytes *packet;

  while ((packet = hub_test_client_read (client)) != NULL)
    g_bytes_unref (packet);
  g_assert_false (client->line->was_reset);
}

/* With a sanitizer, which makes it slow, each third, others each time: what bytes do to the core itself is looked at
 * without connections. */
static gsize
get_step (void)
{
  return hub_test_slowness () > 1 ? 3 : 1;
}

static gsize
get_first (void)
{
  return (gsize) g_test_rand_int_range (0, (gint32) get_step ());
}

static void
test_packets (HubTestBroker *broker, HubTestTransport transport)
{
  const HubTestPacket *row;
  Witness witness;

  witness_init (&witness, broker, transport);
  for (gsize i = get_first (); (row = hub_test_packet_row (i)) != NULL; i += get_step ())
    {
      g_autoptr (HubTestClient) client = hub_test_client_open (broker, transport);

      g_test_message ("%s", row->name);
      connect_as (client, row->version);
      hub_test_client_send (client, row->bytes);
      /* A pipe cannot be half closed from the other end, which waits for a second then. */
      if (transport == HUB_TEST_PIPE_STREAM)
        hub_test_line_end_output (client->line);
      if (row->text == NULL)
        wait_for_end (client);
      witness_check (&witness);
    }
  witness_clear (&witness);
}

/* In the middle of a packet the connection is gone: with a goodbye, and without one. */
static void
test_cut (HubTestBroker *broker, HubTestTransport transport)
{
  static const char *const packets[] = {
    "10 [{'MQTT'} 04 06 003c {'id'} {'will'} {'gone'}]",
    "10 [{'MQTT'} 05 02 003c [11 00000e10 21 0014] {'id'}]",
  };
  Witness witness;

  witness_init (&witness, broker, transport);
  for (gsize i = 0; i < G_N_ELEMENTS (packets); i++)
    {
      g_autoptr (GByteArray) bytes = hub_test_bytes (packets[i]);

      for (gsize size = get_first (); size < bytes->len; size += get_step ())
        {
          g_autoptr (HubTestClient) leaving = hub_test_client_open (broker, transport);
          g_autoptr (HubTestClient) lost = hub_test_client_open (broker, transport);
          const HubSpan piece = { bytes->data, size };

          if (size > 0)
            hub_test_client_send_bytes (leaving, piece);
          if (size > 0)
            hub_test_client_send_bytes (lost, piece);
          hub_test_line_end_output (leaving->line);
          hub_test_line_reset (lost->line);
          wait_for_end (leaving);
        }
      witness_check (&witness);
    }
  witness_clear (&witness);
}

/* Nothing that anybody has meant, in pieces of all sizes. */
static void
test_noise (HubTestBroker *broker, HubTestTransport transport)
{
  Witness witness;

  witness_init (&witness, broker, transport);
  for (gsize i = 0; i < 200; i++)
    {
      g_autoptr (HubTestClient) client = hub_test_client_open (broker, transport);
      guint8 bytes[2000];
      gsize size = (gsize) g_test_rand_int_range (1, sizeof bytes);

      for (gsize k = 0; k < size; k++)
        bytes[k] = (guint8) g_test_rand_int ();
      /* Half of them begin as somebody who is welcome. */
      if (i % 2 == 0)
        connect_as (client, i % 4 == 0 ? HUB_VERSION_5_0 : HUB_VERSION_3_1_1);
      hub_test_client_send_bytes (client, (HubSpan){ bytes, size });
      hub_test_line_end_output (client->line);
      wait_for_end (client);
      witness_check (&witness);
    }
  witness_clear (&witness);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  hub_test_net_warm_up ();

  hub_test_add_transports ("hostile/packets", test_packets);
  hub_test_add_transports ("hostile/cut", test_cut);
  hub_test_add_transports ("hostile/noise", test_noise);
  return g_test_run ();
}
