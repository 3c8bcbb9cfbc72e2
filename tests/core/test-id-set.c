/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/core/hub-id-set.h"

static void
test_empty (void)
{
  HubIdSet set = { 0 };

  g_assert_cmpuint (hub_id_set_get_length (&set), ==, 0);
  g_assert_false (hub_id_set_contains (&set, 1));
  g_assert_false (hub_id_set_contains (&set, 65535));
  g_assert_false (hub_id_set_remove (&set, 1));
  hub_id_set_clear (&set);
}

static void
test_edges (void)
{
  static const guint16 ids[] = { 1, 63, 64, 65, 127, 128, 32767, 32768, 65534, 65535 };
  HubIdSet set = { 0 };

  for (gsize i = 0; i < G_N_ELEMENTS (ids); i++)
    {
      hub_id_set_add (&set, ids[i]);
      g_assert_cmpuint (hub_id_set_get_length (&set), ==, i + 1);
    }
  for (guint id = 1; id <= G_MAXUINT16; id++)
    {
      gboolean is_there = FALSE;

      for (gsize i = 0; i < G_N_ELEMENTS (ids); i++)
        is_there |= ids[i] == id;
      g_assert_cmpint (hub_id_set_contains (&set, (guint16) id), ==, is_there);
    }
  hub_id_set_clear (&set);
  g_assert_cmpuint (hub_id_set_get_length (&set), ==, 0);
  g_assert_false (hub_id_set_contains (&set, 65535));
}

/* All 65,535 identifiers at once, which is as many as a client can have open. */
static void
test_full (void)
{
  HubIdSet set = { 0 };

  for (guint id = 1; id <= G_MAXUINT16; id++)
    hub_id_set_add (&set, (guint16) id);
  g_assert_cmpuint (hub_id_set_get_length (&set), ==, 65535);
  for (guint id = 1; id <= G_MAXUINT16; id++)
    g_assert_true (hub_id_set_remove (&set, (guint16) id));
  g_assert_cmpuint (hub_id_set_get_length (&set), ==, 0);
  g_assert_false (hub_id_set_remove (&set, 1));
  hub_id_set_clear (&set);
}

static void
test_random (void)
{
  g_autoptr (GHashTable) model = g_hash_table_new (NULL, NULL);
  HubIdSet set = { 0 };

  for (guint step = 0; step < 100000; step++)
    {
      guint16 id = (guint16) g_test_rand_int_range (1, 300);
      gpointer key = GUINT_TO_POINTER (id);

      g_assert_cmpint (hub_id_set_contains (&set, id), ==, g_hash_table_contains (model, key));
      if (g_test_rand_bit ())
        g_assert_cmpint (hub_id_set_remove (&set, id), ==, g_hash_table_remove (model, key));
      else if (g_hash_table_add (model, key))
        hub_id_set_add (&set, id);
      g_assert_cmpuint (hub_id_set_get_length (&set), ==, g_hash_table_size (model));
    }
  hub_id_set_clear (&set);
}

/* Every client that has ever published at QoS 2 has a set; what it costs ends with the last identifier. */
static void
test_memory (void)
{
  HubIdSet set = { 0 };

  for (guint round = 0; round < 2; round++)
    {
      hub_id_set_add (&set, 7);
      hub_id_set_add (&set, 8);
      g_assert_nonnull (set.bits);
      g_assert_true (hub_id_set_remove (&set, 7));
      g_assert_true (hub_id_set_remove (&set, 8));
      g_assert_null (set.bits);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/core/id-set/empty", test_empty);
  g_test_add_func ("/core/id-set/edges", test_edges);
  g_test_add_func ("/core/id-set/full", test_full);
  g_test_add_func ("/core/id-set/random", test_random);
  g_test_add_func ("/core/id-set/memory", test_memory);
  return g_test_run ();
}
