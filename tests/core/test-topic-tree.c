/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/core/hub-topic-tree.h"
#include "broker/wire/hub-topic.h"

/* Topics of a small alphabet, so that random ones meet often. */
static char *
random_topic (gboolean is_filter)
{
  static const char *const levels[] = { "a", "b", "", "$x", "+", "#" };
  guint n_levels = (guint) g_test_rand_int_range (1, 5);
  GString *topic = g_string_new (NULL);

  for (guint i = 0; i < n_levels; i++)
    {
      const char *level = levels[g_test_rand_int_range (0, is_filter ? 6 : 4)];

      g_string_append_printf (topic, "%s%s", i > 0 ? "/" : "", level);
      if (level[0] == '#')
        break;
    }
  if (topic->len == 0)
    g_string_append_c (topic, 'a');
  return g_string_free (topic, FALSE);
}

static void
set (HubTopicTree *tree, const char *topic)
{
  HubTopicNode *node = hub_topic_tree_ensure (tree, hub_span_from_string (topic));

  hub_topic_node_set_value (node, (gpointer) topic);
}

static void
unset (HubTopicTree *tree, const char *topic)
{
  HubTopicNode *node = hub_topic_tree_find (tree, hub_span_from_string (topic));

  g_assert_nonnull (node);
  hub_topic_node_set_value (node, NULL);
  hub_topic_tree_prune (tree, node);
}

static void
collect_cb (gpointer value, gpointer user_data)
{
  g_ptr_array_add (user_data, value);
}

static int
compare_strings (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

static char *
join_sorted (GPtrArray *topics)
{
  g_ptr_array_sort (topics, compare_strings);
  g_ptr_array_add (topics, NULL);
  return g_strjoinv (" ", (char **) topics->pdata);
}

static char *
find_filters (HubTopicTree *tree, const char *name)
{
  g_autoptr (GPtrArray) found = g_ptr_array_new ();

  hub_topic_tree_visit_filters (tree, hub_span_from_string (name), collect_cb, found);
  return join_sorted (found);
}

static char *
find_names (HubTopicTree *tree, const char *filter)
{
  g_autoptr (GPtrArray) found = g_ptr_array_new ();

  hub_topic_tree_visit_names (tree, hub_span_from_string (filter), collect_cb, found);
  return join_sorted (found);
}

#define assert_filters(tree, name, expected)             \
  G_STMT_START                                           \
  {                                                      \
    g_autofree char *found_ = find_filters (tree, name); \
    g_assert_cmpstr (found_, ==, expected);              \
  }                                                      \
  G_STMT_END

#define assert_names(tree, filter, expected)             \
  G_STMT_START                                           \
  {                                                      \
    g_autofree char *found_ = find_names (tree, filter); \
    g_assert_cmpstr (found_, ==, expected);              \
  }                                                      \
  G_STMT_END

static void
test_empty (void)
{
  g_autoptr (HubTopicTree) tree = hub_topic_tree_new ();

  g_assert_null (hub_topic_tree_find (tree, HUB_SPAN_LITERAL ("a")));
  assert_filters (tree, "a/b", "");
  assert_names (tree, "#", "");
  g_assert_cmpuint (hub_topic_tree_count_nodes (tree), ==, 0);
}

static void
test_filters (void)
{
  static const char *const filters[] = {
    "a", "a/b", "a/+", "a/#", "#", "+", "+/b", "+/#", "/+", "+/+", "/", "$SYS/#", "$SYS/+", "+/+/#", "a//b", "a/", "$SYS"
  };
  g_autoptr (HubTopicTree) tree = hub_topic_tree_new ();

  for (gsize i = 0; i < G_N_ELEMENTS (filters); i++)
    set (tree, filters[i]);

  assert_filters (tree, "a", "# + +/# a a/#");
  assert_filters (tree, "a/b", "# +/# +/+ +/+/# +/b a/# a/+ a/b");
  assert_filters (tree, "a/", "# +/# +/+ +/+/# a/ a/# a/+");
  assert_filters (tree, "/", "# +/# +/+ +/+/# / /+");
  assert_filters (tree, "/a", "# +/# +/+ +/+/# /+");
  assert_filters (tree, "a//b", "# +/# +/+/# a/# a//b");
  assert_filters (tree, "$SYS", "$SYS $SYS/#");
  assert_filters (tree, "$SYS/x", "$SYS/# $SYS/+");
  assert_filters (tree, "$SYS/b", "$SYS/# $SYS/+");
  assert_filters (tree, "b", "# + +/#");
}

static void
test_names (void)
{
  static const char *const names[] = { "a", "a/b", "a/b/c", "a/", "/a", "/", "b", "$SYS", "$SYS/x", "a/$y" };
  g_autoptr (HubTopicTree) tree = hub_topic_tree_new ();
  g_autoptr (GPtrArray) all = g_ptr_array_new ();

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    set (tree, names[i]);

  assert_names (tree, "a", "a");
  assert_names (tree, "a/#", "a a/ a/$y a/b a/b/c");
  assert_names (tree, "a/+", "a/ a/$y a/b");
  assert_names (tree, "+", "a b");
  assert_names (tree, "+/+", "/ /a a/ a/$y a/b");
  assert_names (tree, "/+", "/ /a");
  assert_names (tree, "#", "/ /a a a/ a/$y a/b a/b/c b");
  assert_names (tree, "+/#", "/ /a a a/ a/$y a/b a/b/c b");
  assert_names (tree, "$SYS/#", "$SYS $SYS/x");
  assert_names (tree, "$SYS/+", "$SYS/x");
  assert_names (tree, "+/x", "");
  assert_names (tree, "c", "");
  assert_names (tree, "a/b/c/d", "");

  hub_topic_tree_visit_all (tree, collect_cb, all);
  g_assert_cmpuint (all->len, ==, G_N_ELEMENTS (names));
}

/* Nothing stays of topics that are gone, and nothing goes that is on the way to others. */
static void
test_prune (void)
{
  g_autoptr (HubTopicTree) tree = hub_topic_tree_new ();

  set (tree, "a/b/c");
  set (tree, "a");
  g_assert_cmpuint (hub_topic_tree_count_nodes (tree), ==, 3);
  unset (tree, "a");
  g_assert_cmpuint (hub_topic_tree_count_nodes (tree), ==, 3);
  assert_filters (tree, "a/b/c", "a/b/c");

  set (tree, "a/+");
  set (tree, "a/#");
  unset (tree, "a/b/c");
  g_assert_cmpuint (hub_topic_tree_count_nodes (tree), ==, 3);
  unset (tree, "a/+");
  assert_filters (tree, "a/b", "a/#");
  unset (tree, "a/#");
  g_assert_cmpuint (hub_topic_tree_count_nodes (tree), ==, 0);
  assert_filters (tree, "a/b", "");
}

static void
test_deep (void)
{
  g_autoptr (HubTopicTree) tree = hub_topic_tree_new ();
  g_autoptr (GString) name = g_string_new ("a");
  g_autoptr (GString) filter = g_string_new ("+");

  for (guint i = 1; i < HUB_TOPIC_LEVELS_MAX; i++)
    {
      g_string_append (name, "/a");
      g_string_append (filter, "/+");
    }
  set (tree, name->str);
  assert_names (tree, filter->str, name->str);
  assert_names (tree, "#", name->str);
  assert_filters (tree, name->str, name->str);
  unset (tree, name->str);
  g_assert_cmpuint (hub_topic_tree_count_nodes (tree), ==, 0);
}

/* Filters or names that come and go, against hub_topic_matches() for each of them. */
static void
random_tree (gboolean holds_filters)
{
  g_autoptr (GHashTable) model = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (HubTopicTree) tree = hub_topic_tree_new ();

  for (guint step = 0; step < 20000; step++)
    {
      char *topic = random_topic (holds_filters);
      g_autofree char *asked = random_topic (!holds_filters);
      g_autoptr (GPtrArray) matching = g_ptr_array_new ();
      g_autofree char *expected = NULL;
      GHashTableIter iter;
      gpointer key;

      if (g_hash_table_contains (model, topic))
        {
          unset (tree, topic);
          g_hash_table_remove (model, topic);
          g_free (topic);
        }
      else if (g_hash_table_size (model) < 60)
        {
          g_hash_table_add (model, topic);
          set (tree, topic);
        }
      else
        {
          g_free (topic);
        }

      g_hash_table_iter_init (&iter, model);
      while (g_hash_table_iter_next (&iter, &key, NULL))
        {
          HubSpan held = hub_span_from_string (key);
          HubSpan other = hub_span_from_string (asked);

          if (holds_filters ? hub_topic_matches (held, other) : hub_topic_matches (other, held))
            g_ptr_array_add (matching, key);
        }
      expected = join_sorted (matching);
      if (holds_filters)
        assert_filters (tree, asked, expected);
      else
        assert_names (tree, asked, expected);
      if (g_hash_table_size (model) == 0)
        g_assert_cmpuint (hub_topic_tree_count_nodes (tree), ==, 0);
    }
}

static void
test_random_filters (void)
{
  random_tree (TRUE);
}

static void
test_random_names (void)
{
  random_tree (FALSE);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/core/topic-tree/empty", test_empty);
  g_test_add_func ("/core/topic-tree/filters", test_filters);
  g_test_add_func ("/core/topic-tree/names", test_names);
  g_test_add_func ("/core/topic-tree/prune", test_prune);
  g_test_add_func ("/core/topic-tree/deep", test_deep);
  g_test_add_func ("/core/topic-tree/random/filters", test_random_filters);
  g_test_add_func ("/core/topic-tree/random/names", test_random_names);
  return g_test_run ();
}
