/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/core/hub-topic-tree.h"
#include "broker/wire/hub-topic.h"
#include "tests/fuzz/fuzz.h"
#include "tests/support/hub-test-bytes.h"

/* An input is a byte that says where the filter ends, the filter, and the name. */

/* UTF-8 once more, a character at a time as RFC 3629 writes it, without U+0000. */
static gboolean
is_utf8 (const guint8 *at, gsize left)
{
  while (left > 0)
    {
      gsize size = at[0] < 0x80 ? 1 : (at[0] & 0xe0) == 0xc0 ? 2
                                    : (at[0] & 0xf0) == 0xe0 ? 3
                                    : (at[0] & 0xf8) == 0xf0 ? 4
                                                             : 0;
      static const guint32 smallest[] = { 0, 1, 0x80, 0x800, 0x10000 };
      guint32 c = size == 1 ? at[0] : at[0] & (0x7fu >> size);

      if (size == 0 || size > left)
        return FALSE;
      for (gsize i = 1; i < size; i++)
        {
          if ((at[i] & 0xc0) != 0x80)
            return FALSE;
          c = c << 6 | (at[i] & 0x3f);
        }
      if (c < smallest[size] || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
        return FALSE;
      at += size;
      left -= size;
    }
  return TRUE;
}

/* The rules for filters and names once more, as the specification counts them: wildcards and what is beside them. */
static gboolean
is_valid (const guint8 *topic, gsize size, gboolean is_filter)
{
  guint levels = 1;

  if (size == 0 || size > 65535)
    return FALSE;
  for (gsize i = 0; i < size; i++)
    {
      gboolean is_alone = (i == 0 || topic[i - 1] == '/') && (i + 1 == size || topic[i + 1] == '/');

      levels += topic[i] == '/' ? 1 : 0;
      if (topic[i] == '+' && (!is_filter || !is_alone))
        return FALSE;
      if (topic[i] == '#' && (!is_filter || !is_alone || i + 1 != size))
        return FALSE;
    }
  return levels <= HUB_TOPIC_LEVELS_MAX;
}

/* Matching once more, byte by byte and backwards in its idea: what a wildcard swallows is tried out. */
static gboolean
matches_bytes (const guint8 *filter, gsize filter_size, const guint8 *name, gsize name_size)
{
  if (filter_size == 0)
    return name_size == 0;
  if (filter[0] == '#')
    return TRUE;
  if (filter_size == 2 && filter[0] == '/' && filter[1] == '#' && name_size == 0)
    return TRUE;
  if (filter[0] == '+')
    {
      while (name_size > 0 && name[0] != '/')
        {
          name++;
          name_size--;
        }
      return matches_bytes (filter + 1, filter_size - 1, name, name_size);
    }
  return name_size > 0 && filter[0] == name[0] && matches_bytes (filter + 1, filter_size - 1, name + 1, name_size - 1);
}

static void
count_cb (gpointer value, gpointer user_data)
{
  guint *count = user_data;

  g_assert_true (value == count);
  (*count)++;
}

static void
check_trees (HubSpan filter, HubSpan name, gboolean matches)
{
  g_autoptr (HubTopicTree) filters = hub_topic_tree_new ();
  g_autoptr (HubTopicTree) names = hub_topic_tree_new ();
  HubTopicNode *filter_node = hub_topic_tree_ensure (filters, filter);
  HubTopicNode *name_node = hub_topic_tree_ensure (names, name);
  guint n_filters = 0;
  guint n_names = 0;

  hub_topic_node_set_value (filter_node, &n_filters);
  hub_topic_node_set_value (name_node, &n_names);
  hub_topic_tree_visit_filters (filters, name, count_cb, &n_filters);
  hub_topic_tree_visit_names (names, filter, count_cb, &n_names);
  g_assert_cmpuint (n_filters, ==, matches ? 1 : 0);
  g_assert_cmpuint (n_names, ==, matches ? 1 : 0);

  g_assert_true (hub_topic_tree_find (filters, filter) == filter_node);
  hub_topic_node_set_value (filter_node, NULL);
  hub_topic_tree_prune (filters, filter_node);
  g_assert_cmpuint (hub_topic_tree_count_nodes (filters), ==, 0);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  gsize filter_size;
  g_autofree guint8 *filter_copy = NULL;
  g_autofree guint8 *name_copy = NULL;
  HubSpan filter;
  HubSpan name;
  gboolean matches;

  if (size == 0)
    return 0;
  filter_size = MIN (data[0], size - 1);
  filter = (HubSpan){ data + 1, filter_size };
  name = (HubSpan){ data + 1 + filter_size, size - 1 - filter_size };
  filter_copy = hub_test_copy (filter);
  name_copy = hub_test_copy (name);
  filter.data = filter_copy;
  name.data = name_copy;

  g_assert_cmpint (hub_utf8_is_valid (filter), ==, is_utf8 (filter.data, filter.size));
  g_assert_cmpint (hub_utf8_is_valid (name), ==, is_utf8 (name.data, name.size));
  g_assert_cmpint (hub_topic_filter_is_valid (filter), ==, is_valid (filter.data, filter.size, TRUE));
  g_assert_cmpint (hub_topic_name_is_valid (name), ==, is_valid (name.data, name.size, FALSE));
  if (!is_valid (filter.data, filter.size, TRUE) || !is_valid (name.data, name.size, FALSE))
    return 0;

  matches = matches_bytes (filter.data, filter.size, name.data, name.size) && (name.data[0] != '$' || filter.data[0] == '$');
  g_assert_cmpint (hub_topic_matches (filter, name), ==, matches);
  check_trees (filter, name, matches);
  return 0;
}
