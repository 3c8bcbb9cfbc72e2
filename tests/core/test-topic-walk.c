/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/core/hub-topic-walk.h"
#include "broker/wire/hub-topic.h"

#define NAMES 200

typedef struct
{
  HubTopicTree *tree; /* (owned) */
  char *names[NAMES];
  gboolean is_there[NAMES];
  gboolean was_always_there[NAMES]; /* since the walk began */
  guint n_visits[NAMES];
} World;

static void
world_init (World *self)
{
  *self = (World){ .tree = hub_topic_tree_new () };
  for (guint i = 0; i < NAMES; i++)
    {
      static const char *const prefixes[] = { "", "a/", "b/", "a/b/", "$x/" };

      self->names[i] = g_strdup_printf ("%s%u", prefixes[i % G_N_ELEMENTS (prefixes)], i / 10);
      if (i % 10 >= 5)
        {
          g_free (self->names[i]);
          self->names[i] = g_strdup_printf ("%s%u/c", prefixes[i % G_N_ELEMENTS (prefixes)], i / 10);
        }
    }
}

static void
world_clear (World *self)
{
  for (guint i = 0; i < NAMES; i++)
    g_free (self->names[i]);
  hub_topic_tree_free (self->tree);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (World, world_clear)

static void
set (World *self, guint i, gboolean is_there)
{
  HubSpan name = hub_span_from_string (self->names[i]);
  HubTopicNode *node;

  if (self->is_there[i] == is_there)
    return;
  self->is_there[i] = is_there;
  self->was_always_there[i] = FALSE;
  if (is_there)
    {
      hub_topic_node_set_value (hub_topic_tree_ensure (self->tree, name), &self->n_visits[i]);
      return;
    }
  node = hub_topic_tree_find (self->tree, name);
  hub_topic_node_set_value (node, NULL);
  hub_topic_tree_prune (self->tree, node);
}

/* Whatever has been there all the time is ahead until it is visited, and no longer. */
static void
check_ahead (const World *self, const HubTopicWalk *walk, HubSpan filter)
{
  for (guint i = 0; i < NAMES; i++)
    {
      HubSpan name = hub_span_from_string (self->names[i]);

      if (self->was_always_there[i] && hub_topic_matches (filter, name))
        g_assert_cmpint (hub_topic_walk_is_ahead (walk, name), ==, self->n_visits[i] == 0);
    }
}

static void
walk_once (World *self, const char *filter_text, gboolean is_changing)
{
  HubSpan filter = hub_span_from_string (filter_text);
  g_autoptr (HubTopicWalk) walk = hub_topic_walk_new (self->tree, filter);
  gpointer value;

  for (guint i = 0; i < NAMES; i++)
    {
      self->was_always_there[i] = self->is_there[i];
      self->n_visits[i] = 0;
    }
  check_ahead (self, walk, filter);
  while (hub_topic_walk_step (walk, &value))
    {
      if (value != NULL)
        ++*(guint *) value;
      check_ahead (self, walk, filter);
      for (guint k = 0; is_changing && k < 3; k++)
        set (self, (guint) g_test_rand_int_range (0, NAMES), g_test_rand_bit ());
    }
  g_assert_null (value);

  for (guint i = 0; i < NAMES; i++)
    {
      gboolean matches = hub_topic_matches (filter, hub_span_from_string (self->names[i]));

      g_assert_cmpuint (self->n_visits[i], <=, matches ? 2 : 0);
      if (self->was_always_there[i])
        g_assert_cmpuint (self->n_visits[i], ==, matches ? 1 : 0);
    }
}

static const char *const filters[] = { "#", "+", "a/#", "a/+", "+/+", "a/b/+/c", "$x/#", "$x/3", "3", "nowhere", "+/b/#" };

static void
test_still (void)
{
  g_auto (World) world = { 0 };

  world_init (&world);
  for (guint i = 0; i < NAMES; i++)
    set (&world, i, i % 3 != 0);
  for (guint i = 0; i < G_N_ELEMENTS (filters); i++)
    walk_once (&world, filters[i], FALSE);
}

static void
test_changing (void)
{
  g_auto (World) world = { 0 };

  world_init (&world);
  for (guint round = 0; round < 100; round++)
    {
      for (guint i = 0; i < NAMES; i++)
        set (&world, i, g_test_rand_bit ());
      walk_once (&world, filters[round % G_N_ELEMENTS (filters)], TRUE);
    }
}

static HubTopicNode *
ensure_number (HubTopicTree *tree, guint number)
{
  char name[16];

  g_snprintf (name, sizeof name, "kept/%u", number);
  return hub_topic_tree_ensure (tree, hub_span_from_string (name));
}

static guint
next_number (HubTopicWalk *walk)
{
  gpointer value = NULL;

  while (value == NULL && hub_topic_walk_step (walk, &value))
    ;
  return GPOINTER_TO_UINT (value);
}

/* Who has to wait gets the same in the same order as who was quick, however many come and go meanwhile. */
static void
test_order (void)
{
  g_autoptr (HubTopicTree) tree = hub_topic_tree_new ();
  g_autoptr (HubTopicWalk) quick = NULL;
  g_autoptr (HubTopicWalk) slow = NULL;
  guint order[10];
  guint next;

  for (guint i = 1; i <= G_N_ELEMENTS (order); i++)
    hub_topic_node_set_value (ensure_number (tree, i), GUINT_TO_POINTER (i));
  quick = hub_topic_walk_new (tree, HUB_SPAN_LITERAL ("kept/+"));
  slow = hub_topic_walk_new (tree, HUB_SPAN_LITERAL ("kept/+"));
  for (guint i = 0; i < G_N_ELEMENTS (order); i++)
    order[i] = next_number (quick);
  g_assert_cmpuint (next_number (quick), ==, 0);

  for (guint i = 11; i <= 100; i++)
    hub_topic_node_set_value (ensure_number (tree, i), GUINT_TO_POINTER (i));
  hub_topic_node_set_value (ensure_number (tree, order[3]), NULL);
  hub_topic_tree_prune (tree, ensure_number (tree, order[3]));
  for (guint i = 0; i < G_N_ELEMENTS (order); i++)
    {
      if (i == 3)
        continue;
      do
        next = next_number (slow);
      while (next > G_N_ELEMENTS (order));
      g_assert_cmpuint (next, ==, order[i]);
    }
}

/* A level goes when two walks are at it, and one of them is at what lies below. */
static void
test_removed (void)
{
  g_autoptr (HubTopicTree) tree = hub_topic_tree_new ();
  g_autoptr (HubTopicWalk) ahead = NULL;
  g_autoptr (HubTopicWalk) behind = NULL;
  const guint n = 5;
  gpointer value;

  for (guint i = 1; i <= n; i++)
    hub_topic_node_set_value (ensure_number (tree, i), GUINT_TO_POINTER (i));
  hub_topic_node_set_value (hub_topic_tree_ensure (tree, HUB_SPAN_LITERAL ("other")), GUINT_TO_POINTER (n + 1));
  ahead = hub_topic_walk_new (tree, HUB_SPAN_LITERAL ("#"));
  behind = hub_topic_walk_new (tree, HUB_SPAN_LITERAL ("#"));
  g_assert_cmpuint (next_number (ahead), ==, n + 1);
  g_assert_cmpuint (next_number (ahead), ==, n);
  g_assert_true (hub_topic_walk_step (behind, &value));

  for (guint i = 1; i <= n; i++)
    {
      HubTopicNode *node = ensure_number (tree, i);

      hub_topic_node_set_value (node, NULL);
      hub_topic_tree_prune (tree, node);
    }
  g_assert_cmpuint (hub_topic_tree_count_nodes (tree), ==, 1);
  g_assert_cmpuint (next_number (ahead), ==, 0);
  g_assert_cmpuint (next_number (behind), ==, n + 1);
  g_assert_cmpuint (next_number (behind), ==, 0);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/core/topic-walk/still", test_still);
  g_test_add_func ("/core/topic-walk/changing", test_changing);
  g_test_add_func ("/core/topic-walk/order", test_order);
  g_test_add_func ("/core/topic-walk/removed", test_removed);
  return g_test_run ();
}
