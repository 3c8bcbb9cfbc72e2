/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/core/hub-queue.h"

static HubMessage *
make_message (guint number, gsize payload_size)
{
  g_autofree char *topic = g_strdup_printf ("t/%u", number);
  g_autofree guint8 *payload = g_malloc0 (payload_size + 1);
  HubPublish publish = { .topic = hub_span_from_string (topic), .payload = { payload, payload_size }, .qos = 1, .packet_id = 1 };

  return hub_message_new (&publish, HUB_SPAN_LITERAL ("publisher"), HUB_MESSAGE_NEVER);
}

static void
push (HubQueue *queue, HubMessage *message, guint8 qos, gboolean is_retain)
{
  HubQueued item = { .message = message, .qos = qos, .is_retain = is_retain };

  hub_queue_push (queue, &item);
}

static HubMessage *
pop (HubQueue *queue)
{
  HubQueued item;

  hub_queue_pop (queue, &item);
  g_assert_null (item.identifiers);
  return item.message;
}

static void
assert_topic (const HubMessage *message, guint number)
{
  g_autofree char *topic = g_strdup_printf ("t/%u", number);

  g_assert_cmpmem (message->topic.data, message->topic.size, topic, strlen (topic));
}

static void
test_empty (void)
{
  HubQueue queue = { 0 };

  g_assert_cmpuint (hub_queue_get_length (&queue), ==, 0);
  g_assert_cmpuint (hub_queue_get_bytes (&queue), ==, 0);
  g_assert_null (hub_queue_peek (&queue));
  hub_queue_clear (&queue);
}

static void
test_fields (void)
{
  g_autoptr (HubMessage) message = make_message (1, 10);
  g_autoptr (HubMessage) popped = NULL;
  HubQueue queue = { 0 };
  const HubQueued *first;

  push (&queue, message, 2, TRUE);
  first = hub_queue_peek (&queue);
  g_assert_true (first->message == message);
  g_assert_cmpuint (first->qos, ==, 2);
  g_assert_true (first->is_retain);
  g_assert_cmpuint (hub_queue_cost (message), ==, 3 + 10);
  g_assert_cmpuint (hub_queue_get_bytes (&queue), ==, 13);

  popped = pop (&queue);
  g_assert_true (popped == message);
  g_assert_cmpuint (hub_queue_get_bytes (&queue), ==, 0);
  g_assert_null (queue.items);
}

/* First in, first out, with every fill level and every position in the ring. */
static void
test_order (void)
{
  HubQueue queue = { 0 };
  guint n_in = 0;
  guint n_out = 0;

  for (guint round = 0; round < 70; round++)
    {
      for (guint i = 0; i < round + 3; i++)
        {
          g_autoptr (HubMessage) message = make_message (n_in++, 0);

          push (&queue, message, 1, FALSE);
        }
      for (guint i = 0; i < round + 1; i++)
        {
          g_autoptr (HubMessage) message = pop (&queue);

          assert_topic (message, n_out++);
        }
      g_assert_cmpuint (hub_queue_get_length (&queue), ==, n_in - n_out);
    }
  while (hub_queue_get_length (&queue) > 0)
    {
      g_autoptr (HubMessage) message = pop (&queue);

      assert_topic (message, n_out++);
    }
  g_assert_cmpuint (n_in, ==, n_out);
  g_assert_cmpuint (hub_queue_get_bytes (&queue), ==, 0);
}

static gboolean
is_fresh_cb (const HubQueued *item, gpointer user_data)
{
  return item->message->expires_us > *(const gint64 *) user_data;
}

static void
push_expiring (HubQueue *queue, gint64 expires_us)
{
  HubPublish publish = { .topic = HUB_SPAN_LITERAL ("t"), .qos = 1, .packet_id = 1 };
  g_autoptr (HubMessage) message = hub_message_new (&publish, HUB_SPAN_LITERAL ("publisher"), expires_us);

  push (queue, message, 1, FALSE);
}

/* A full queue is not looked through for every message that it has no room for, only when there is something to find. */
static void
test_may_expire (void)
{
  HubQueue queue = { 0 };
  gint64 now_us = 10;

  g_assert_false (hub_queue_may_expire (&queue, G_MAXINT64 - 1));
  push_expiring (&queue, HUB_MESSAGE_NEVER);
  g_assert_false (hub_queue_may_expire (&queue, G_MAXINT64 - 1));
  push_expiring (&queue, 20);
  push_expiring (&queue, 10);
  push_expiring (&queue, 30);
  g_assert_false (hub_queue_may_expire (&queue, 9));
  g_assert_true (hub_queue_may_expire (&queue, now_us));

  g_assert_cmpuint (hub_queue_sweep (&queue, is_fresh_cb, &now_us), ==, 1);
  g_assert_false (hub_queue_may_expire (&queue, 19));
  g_assert_true (hub_queue_may_expire (&queue, 20));

  /* What has left may still be looked for, but once. */
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (HubMessage) message G_GNUC_UNUSED = pop (&queue);
    }
  now_us = 25;
  g_assert_cmpuint (hub_queue_sweep (&queue, is_fresh_cb, &now_us), ==, 0);
  g_assert_false (hub_queue_may_expire (&queue, 29));
  g_assert_true (hub_queue_may_expire (&queue, 30));
  hub_queue_clear (&queue);
  g_assert_false (hub_queue_may_expire (&queue, 30));
}

static void
test_random (void)
{
  GQueue model = G_QUEUE_INIT;
  HubQueue queue = { 0 };
  gsize bytes = 0;

  for (guint step = 0; step < 20000; step++)
    {
      if (g_test_rand_int_range (0, 100) < 52)
        {
          HubMessage *message = make_message (step, (gsize) g_test_rand_int_range (0, 100));

          push (&queue, message, 1, FALSE);
          g_queue_push_tail (&model, message);
          bytes += hub_queue_cost (message);
        }
      else if (!g_queue_is_empty (&model))
        {
          g_autoptr (HubMessage) expected = g_queue_pop_head (&model);
          g_autoptr (HubMessage) message = pop (&queue);

          g_assert_true (message == expected);
          bytes -= hub_queue_cost (message);
        }
      g_assert_cmpuint (hub_queue_get_length (&queue), ==, g_queue_get_length (&model));
      g_assert_cmpuint (hub_queue_get_bytes (&queue), ==, bytes);
    }
  hub_queue_clear (&queue);
  g_assert_null (queue.items);
  g_queue_clear_full (&model, (GDestroyNotify) hub_message_unref);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/core/queue/empty", test_empty);
  g_test_add_func ("/core/queue/fields", test_fields);
  g_test_add_func ("/core/queue/order", test_order);
  g_test_add_func ("/core/queue/may-expire", test_may_expire);
  g_test_add_func ("/core/queue/random", test_random);
  return g_test_run ();
}
