/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/core/hub-inflight.h"

static HubMessage *
make_message (void)
{
  HubPublish publish = { .topic = HUB_SPAN_LITERAL ("t") };

  return hub_message_new (&publish, HUB_SPAN_LITERAL ("publisher"), HUB_MESSAGE_NEVER);
}

static guint16
add (HubInflight *inflight, HubMessage *message, guint8 qos, gboolean is_retain)
{
  HubQueued item = { .message = message, .qos = qos, .is_retain = is_retain };

  return hub_inflight_add (inflight, &item);
}

static void
remove_id (HubInflight *inflight, guint16 packet_id)
{
  HubInflightSlot *slot = hub_inflight_find (inflight, packet_id);

  g_assert_nonnull (slot);
  g_assert_cmpuint (slot->packet_id, ==, packet_id);
  hub_inflight_remove (inflight, slot);
}

static void
assert_order (const HubInflight *inflight, const guint16 *ids, guint n_ids)
{
  g_autoptr (GPtrArray) list = hub_inflight_list (inflight);

  g_assert_cmpuint (list->len, ==, n_ids);
  for (guint i = 0; i < n_ids; i++)
    g_assert_cmpuint (((HubInflightSlot *) g_ptr_array_index (list, i))->packet_id, ==, ids[i]);
}

static void
test_empty (void)
{
  HubInflight inflight = { 0 };
  g_autoptr (GPtrArray) list = hub_inflight_list (&inflight);

  g_assert_cmpuint (hub_inflight_get_length (&inflight), ==, 0);
  g_assert_null (hub_inflight_find (&inflight, 1));
  g_assert_cmpuint (list->len, ==, 0);
  hub_inflight_clear (&inflight);
}

static void
test_states (void)
{
  g_autoptr (HubMessage) message = make_message ();
  HubInflight inflight = { 0 };
  guint16 first = add (&inflight, message, 1, FALSE);
  guint16 second = add (&inflight, message, 2, TRUE);
  HubInflightSlot *slot;

  g_assert_cmpuint (first, !=, second);
  slot = hub_inflight_find (&inflight, first);
  g_assert_cmpint (slot->state, ==, HUB_INFLIGHT_WAIT_PUBACK);
  g_assert_false (slot->is_retain);
  g_assert_true (slot->message == message);

  slot = hub_inflight_find (&inflight, second);
  g_assert_cmpint (slot->state, ==, HUB_INFLIGHT_WAIT_PUBREC);
  g_assert_true (slot->is_retain);
  hub_inflight_release (&inflight, slot);
  slot = hub_inflight_find (&inflight, second);
  g_assert_cmpint (slot->state, ==, HUB_INFLIGHT_WAIT_PUBCOMP);
  g_assert_null (slot->message);
  g_assert_cmpuint (hub_inflight_get_length (&inflight), ==, 2);

  hub_inflight_remove (&inflight, slot);
  g_assert_null (hub_inflight_find (&inflight, second));
  g_assert_nonnull (hub_inflight_find (&inflight, first));
  hub_inflight_clear (&inflight);
}

/* An identifier that differs only in its high bits is another one. */
static void
test_find_exactly (void)
{
  g_autoptr (HubMessage) message = make_message ();
  HubInflight inflight = { 0 };
  guint16 id = add (&inflight, message, 1, FALSE);

  for (guint other = 0; other <= G_MAXUINT16; other++)
    g_assert_cmpint (hub_inflight_find (&inflight, (guint16) other) != NULL, ==, other == id);
  hub_inflight_clear (&inflight);
}

/* The identifiers go round: 0 is left out, and so is what is still under way. */
static void
test_wrap (void)
{
  g_autoptr (HubMessage) message = make_message ();
  HubInflight inflight = { 0 };
  guint16 kept = add (&inflight, message, 1, FALSE);
  guint16 last = kept;

  for (guint i = 0; i < 200000; i++)
    {
      guint16 id = add (&inflight, message, 1, FALSE);

      g_assert_cmpuint (id, !=, 0);
      g_assert_cmpuint (id, !=, kept);
      g_assert_cmpuint (id, !=, last);
      last = id;
      remove_id (&inflight, id);
    }
  g_assert_cmpuint (hub_inflight_get_length (&inflight), ==, 1);
  hub_inflight_clear (&inflight);
}

/* Acknowledged in another order, and across the wrap, the rest keeps its order. */
static void
test_order_across_wrap (void)
{
  g_autoptr (HubMessage) message = make_message ();
  HubInflight inflight = { 0 };
  guint16 ids[12];

  for (guint i = 0; i < 65530; i++)
    remove_id (&inflight, add (&inflight, message, 1, FALSE));
  for (gsize i = 0; i < G_N_ELEMENTS (ids); i++)
    ids[i] = add (&inflight, message, 1, FALSE);
  g_assert_cmpuint (ids[11], <, ids[0]);
  assert_order (&inflight, ids, 12);

  remove_id (&inflight, ids[11]);
  remove_id (&inflight, ids[5]);
  remove_id (&inflight, ids[0]);
  memmove (&ids[5], &ids[6], 5 * sizeof ids[0]);
  assert_order (&inflight, ids + 1, 9);
  hub_inflight_clear (&inflight);
}

static void
test_order_number_wraps (void)
{
  g_autoptr (HubMessage) message = make_message ();
  HubInflight inflight = { .next_order = G_MAXUINT32 - 1 };
  guint16 ids[4];

  for (gsize i = 0; i < G_N_ELEMENTS (ids); i++)
    ids[i] = add (&inflight, message, 1, FALSE);
  assert_order (&inflight, ids, 4);
  hub_inflight_clear (&inflight);
}

/* All 65,535 identifiers under way at once. */
static void
test_full (void)
{
  g_autoptr (HubMessage) message = make_message ();
  g_autofree guint8 *seen = g_malloc0 (G_MAXUINT16 + 1);
  HubInflight inflight = { 0 };
  guint16 id;

  for (guint i = 0; i < G_MAXUINT16; i++)
    {
      id = add (&inflight, message, 1 + (i & 1), FALSE);
      g_assert_cmpuint (seen[id], ==, 0);
      seen[id] = 1;
    }
  g_assert_cmpuint (seen[0], ==, 0);
  g_assert_cmpuint (hub_inflight_get_length (&inflight), ==, 65535);

  /* The only free one is found, wherever it is. */
  remove_id (&inflight, 40000);
  g_assert_cmpuint (add (&inflight, message, 1, FALSE), ==, 40000);
  hub_inflight_clear (&inflight);
}

static void
test_random (void)
{
  g_autoptr (HubMessage) message = make_message ();
  g_autoptr (GArray) model = g_array_new (FALSE, FALSE, sizeof (guint16));
  HubInflight inflight = { 0 };

  for (guint step = 0; step < 100000; step++)
    {
      if (model->len == 0 || (model->len < 40 && g_test_rand_bit ()))
        {
          guint16 id = add (&inflight, message, 1, FALSE);

          for (guint i = 0; i < model->len; i++)
            g_assert_cmpuint (g_array_index (model, guint16, i), !=, id);
          g_array_append_val (model, id);
        }
      else
        {
          guint index = (guint) g_test_rand_int_range (0, (int) model->len);

          remove_id (&inflight, g_array_index (model, guint16, index));
          g_array_remove_index (model, index);
        }
      g_assert_cmpuint (hub_inflight_get_length (&inflight), ==, model->len);
      if (step % 97 == 0)
        assert_order (&inflight, (const guint16 *) (gpointer) model->data, model->len);
    }
  hub_inflight_clear (&inflight);
  g_assert_cmpuint (hub_inflight_get_length (&inflight), ==, 0);
}

static void
assert_held (HubInflight *inflight, guint16 next_id, guint n_sent)
{
  HubInflightSlot *slot = hub_inflight_next_held (inflight);

  g_assert_cmpuint (slot != NULL ? slot->packet_id : 0, ==, next_id);
  g_assert_cmpuint (hub_inflight_get_n_sent (inflight), ==, n_sent);
}

/* What was not sent on a new connection comes in its order; what is over in the meantime is passed over. */
static void
test_held (void)
{
  g_autoptr (HubMessage) message = make_message ();
  g_autoptr (GPtrArray) list = NULL;
  g_autoptr (GPtrArray) again = NULL;
  HubInflight inflight = { 0 };

  assert_held (&inflight, 0, 0);
  for (guint i = 0; i < 6; i++)
    add (&inflight, message, 2, FALSE);
  assert_held (&inflight, 0, 6);

  list = hub_inflight_hold_all (&inflight);
  g_assert_cmpuint (list->len, ==, 6);
  assert_held (&inflight, 1, 0);
  hub_inflight_unhold (&inflight, hub_inflight_find (&inflight, 1));
  hub_inflight_unhold (&inflight, hub_inflight_find (&inflight, 1));
  assert_held (&inflight, 2, 1);
  remove_id (&inflight, 2);
  remove_id (&inflight, 4);
  assert_held (&inflight, 3, 1);
  hub_inflight_release (&inflight, hub_inflight_find (&inflight, 3));
  assert_held (&inflight, 5, 2);

  /* A further connection begins anew; what is released waits for nothing. */
  again = hub_inflight_hold_all (&inflight);
  g_assert_cmpuint (again->len, ==, 4);
  assert_held (&inflight, 1, 1);
  hub_inflight_clear (&inflight);
  assert_held (&inflight, 0, 0);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/core/inflight/empty", test_empty);
  g_test_add_func ("/core/inflight/states", test_states);
  g_test_add_func ("/core/inflight/find-exactly", test_find_exactly);
  g_test_add_func ("/core/inflight/wrap", test_wrap);
  g_test_add_func ("/core/inflight/order/across-wrap", test_order_across_wrap);
  g_test_add_func ("/core/inflight/order/number-wraps", test_order_number_wraps);
  g_test_add_func ("/core/inflight/full", test_full);
  g_test_add_func ("/core/inflight/held", test_held);
  g_test_add_func ("/core/inflight/random", test_random);
  return g_test_run ();
}
