/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/wire/hub-topic.h"
#include "tests/support/hub-test-bytes.h"
#include "tests/support/hub-test-topics.h"

static void
test_names (void)
{
  static const struct
  {
    const char *name;
    const char *bytes;
    gboolean is_valid;
  } rows[] = {
    { "one level", "'messages'", TRUE },
    { "three levels", "'a/b/c'", TRUE },
    { "MQTT-4.7.3-4: slash alone", "'/'", TRUE },
    { "MQTT-4.7.3-4: begins with a slash", "'/a'", TRUE },
    { "MQTT-4.7.3-4: ends with a slash", "'a/'", TRUE },
    { "empty levels", "'a//b'", TRUE },
    { "a space", "' '", TRUE },
    { "reserved", "'$SYS/x'", TRUE },
    { "a BOM", "efbbbf", TRUE },
    { "MQTT-4.7.3-1: empty", "", FALSE },
    { "MQTT-4.7.3-3: 65535 bytes", "'a'*65535", TRUE },
    { "MQTT-4.7.3-3: 65536 bytes", "'a'*65536", FALSE },
    { "200 levels", "'a' '/a'*199", TRUE },
    { "201 levels", "'a' '/a'*200", FALSE },
    { "200 empty levels", "'/'*199", TRUE },
    { "201 empty levels", "'/'*200", FALSE },
    { "MQTT-3.3.2-2: plus", "'+'", FALSE },
    { "MQTT-3.3.2-2: plus as a level", "'a/+/b'", FALSE },
    { "MQTT-3.3.2-2: plus in a level", "'a+'", FALSE },
    { "MQTT-3.3.2-2: hash", "'#'", FALSE },
    { "MQTT-3.3.2-2: hash at the end", "'a/#'", FALSE },
    { "MQTT-3.3.2-2: hash in a level", "'a#b'", FALSE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GByteArray) bytes = hub_test_bytes (rows[i].bytes);
      g_autofree guint8 *copy = hub_test_copy (hub_test_span (bytes));

      g_test_message ("%s", rows[i].name);
      g_assert_cmpint (hub_topic_name_is_valid ((HubSpan){ copy, bytes->len }), ==, rows[i].is_valid);
    }
}

static void
test_filters (void)
{
  static const struct
  {
    const char *name;
    const char *bytes;
    gboolean is_valid;
    gboolean has_wildcard;
  } rows[] = {
    { "one level", "'messages'", TRUE, FALSE },
    { "slash alone", "'/'", TRUE, FALSE },
    { "reserved", "'$SYS/x'", TRUE, FALSE },
    { "MQTT-4.7.1-2: hash alone", "'#'", TRUE, TRUE },
    { "MQTT-4.7.1-2: hash at the end", "'sport/tennis/#'", TRUE, TRUE },
    { "MQTT-4.7.1-2: hash behind an empty level", "'/#'", TRUE, TRUE },
    { "MQTT-4.7.1-2: hash in the last level", "'sport/tennis#'", FALSE, TRUE },
    { "MQTT-4.7.1-2: hash before the last level", "'sport/tennis/#/ranking'", FALSE, TRUE },
    { "MQTT-4.7.1-2: hash before an empty level", "'#/'", FALSE, TRUE },
    { "MQTT-4.7.1-2: two", "'#/#'", FALSE, TRUE },
    { "MQTT-4.7.1-2: two in a level", "'##'", FALSE, TRUE },
    { "MQTT-4.7.1-3: plus alone", "'+'", TRUE, TRUE },
    { "MQTT-4.7.1-3: plus and hash", "'+/tennis/#'", TRUE, TRUE },
    { "MQTT-4.7.1-3: plus in the middle", "'sport/+/player1'", TRUE, TRUE },
    { "MQTT-4.7.1-3: plus and plus", "'+/+'", TRUE, TRUE },
    { "MQTT-4.7.1-3: empty levels about it", "'/+/'", TRUE, TRUE },
    { "MQTT-4.7.1-3: plus in a level", "'sport+'", FALSE, TRUE },
    { "MQTT-4.7.1-3: plus before text", "'+sport/a'", FALSE, TRUE },
    { "MQTT-4.7.1-3: two in a level", "'++'", FALSE, TRUE },
    { "plus and hash in a level", "'+#'", FALSE, TRUE },
    { "reserved and hash", "'$SYS/#'", TRUE, TRUE },
    { "MQTT-4.7.3-1: empty", "", FALSE, FALSE },
    { "MQTT-4.7.3-3: 65535 bytes", "'a'*65535", TRUE, FALSE },
    { "MQTT-4.7.3-3: 65536 bytes", "'a'*65536", FALSE, FALSE },
    { "200 levels", "'+' '/+'*199", TRUE, TRUE },
    { "200 levels, the last a hash", "'a' '/a'*198 '/#'", TRUE, TRUE },
    { "201 levels", "'+' '/+'*200", FALSE, TRUE },
    { "201 levels, the last a hash", "'a' '/a'*199 '/#'", FALSE, TRUE },
    { "a filter that looks shared", "'$share/group/a/+'", TRUE, TRUE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GByteArray) bytes = hub_test_bytes (rows[i].bytes);
      g_autofree guint8 *copy = hub_test_copy (hub_test_span (bytes));
      HubSpan filter = { copy, bytes->len };

      g_test_message ("%s", rows[i].name);
      g_assert_cmpint (hub_topic_filter_is_valid (filter), ==, rows[i].is_valid);
      g_assert_cmpint (hub_topic_filter_has_wildcard (filter), ==, rows[i].has_wildcard);
    }
}

static void
test_matches (void)
{
  for (gsize i = 0; i < hub_test_n_topics; i++)
    {
      const HubTestTopic *row = &hub_test_topics[i];
      HubSpan filter = hub_span_from_string (row->filter);
      HubSpan name = hub_span_from_string (row->name);
      g_autofree guint8 *filter_copy = hub_test_copy (filter);
      g_autofree guint8 *name_copy = hub_test_copy (name);

      g_test_message ("%s and %s", row->filter, row->name);
      filter.data = filter_copy;
      name.data = name_copy;
      g_assert_cmpint (hub_topic_matches (filter, name), ==, row->matches);
    }
}

/* All filters and names over a small alphabet, against a second opinion that works on split strings. */
static gboolean
matches_slowly (char **filter, char **name)
{
  if (*filter == NULL)
    return *name == NULL;
  if (g_str_equal (*filter, "#"))
    return TRUE;
  if (*name == NULL)
    return FALSE;
  if (!g_str_equal (*filter, "+") && !g_str_equal (*filter, *name))
    return FALSE;
  if (name[1] == NULL && filter[1] != NULL && g_str_equal (filter[1], "#"))
    return TRUE;
  return matches_slowly (filter + 1, name + 1);
}

static void
check_pair (const char *filter, const char *name)
{
  g_auto (GStrv) filter_levels = g_strsplit (filter, "/", -1);
  g_auto (GStrv) name_levels = g_strsplit (name, "/", -1);
  gboolean expected = matches_slowly (filter_levels, name_levels) && (name[0] != '$' || filter[0] == '$');

  if (hub_topic_matches (hub_span_from_string (filter), hub_span_from_string (name)) != expected)
    g_test_fail_printf ("%s and %s: expected %d", filter, name, expected);
}

static char *
spell (guint number, const char *alphabet)
{
  GString *text = g_string_new (NULL);
  guint base = (guint) strlen (alphabet);

  for (; number > 0; number = (number - 1) / base)
    g_string_append_c (text, alphabet[(number - 1) % base]);
  return g_string_free (text, FALSE);
}

static void
test_all_short_ones (void)
{
  guint n_pairs = 0;

  for (guint f = 1; f < 1200; f++)
    {
      g_autofree char *filter = spell (f, "a/+#$");

      if (!hub_topic_filter_is_valid (hub_span_from_string (filter)))
        continue;
      for (guint n = 1; n < 300; n++)
        {
          g_autofree char *name = spell (n, "a/$");

          check_pair (filter, name);
          n_pairs++;
        }
    }
  g_assert_cmpuint (n_pairs, >, 50000);
}

static void
test_levels (void)
{
  static const struct
  {
    const char *topic;
    const char *levels;
  } rows[] = {
    { "a", "[a]" },
    { "a/b", "[a][b]" },
    { "/a", "[][a]" },
    { "a/", "[a][]" },
    { "/", "[][]" },
    { "a//b", "[a][][b]" },
    { "", "[]" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      HubSpan rest = hub_span_from_string (rows[i].topic);
      g_autoptr (GString) levels = g_string_new (NULL);
      HubSpan level;

      while (hub_topic_next_level (&rest, &level))
        g_string_append_printf (levels, "[%.*s]", (int) level.size, (const char *) level.data);
      g_assert_cmpstr (levels->str, ==, rows[i].levels);
      g_assert_false (hub_topic_next_level (&rest, &level));
    }
}

static void
test_reserved (void)
{
  g_assert_true (hub_topic_is_reserved (HUB_SPAN_LITERAL ("$")));
  g_assert_true (hub_topic_is_reserved (HUB_SPAN_LITERAL ("$SYS/x")));
  g_assert_false (hub_topic_is_reserved (HUB_SPAN_LITERAL ("a/$SYS")));
  g_assert_false (hub_topic_is_reserved (HUB_SPAN_LITERAL ("/$SYS")));
  g_assert_false (hub_topic_is_reserved ((HubSpan){ NULL, 0 }));
}

/* `$share/NAME/FILTER`: what is taken off, and what is refused because of its beginning. */
static void
test_split_share (void)
{
  static const struct
  {
    const char *filter;
    const char *name; /* NULL: refused */
    const char *rest;
  } rows[] = {
    { "a/b", "", "a/b" },
    { "", "", "" },
    { "$share", "", "$share" },
    { "$shares/g/a", "", "$shares/g/a" },
    { "$SHARE/g/a", "", "$SHARE/g/a" },
    { "/$share/g/a", "", "/$share/g/a" },
    { "$queue/a", "", "$queue/a" },
    { "$share/g/a", "g", "a" },
    { "$share/g/a/b/#", "g", "a/b/#" },
    { "$share/some group/+", "some group", "+" },
    { "$share/g//", "g", "/" },
    { "$share/g//a", "g", "/a" },
    { "$share/g/$share/h/a", "g", "$share/h/a" },
    { "$share/$share/a", "$share", "a" },
    { "$share/", NULL, NULL },
    { "$share//", NULL, NULL },
    { "$share//a", NULL, NULL },
    { "$share/g", NULL, NULL },
    { "$share/g/", NULL, NULL },
    { "$share/+/a", NULL, NULL },
    { "$share/#/a", NULL, NULL },
    { "$share/g+/a", NULL, NULL },
    { "$share/#", NULL, NULL },
    { "$share/g#h/a", NULL, NULL },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      HubSpan filter = hub_span_from_string (rows[i].filter);
      g_autofree guint8 *copy = hub_test_copy (filter);
      HubSpan name;

      g_test_message ("%s", rows[i].filter);
      filter.data = copy;
      g_assert_cmpint (hub_topic_split_share (&filter, &name), ==, rows[i].name != NULL);
      if (rows[i].name == NULL)
        continue;
      g_assert_true (hub_span_equal (name, hub_span_from_string (rows[i].name)));
      g_assert_true (hub_span_equal (filter, hub_span_from_string (rows[i].rest)));
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/wire/topic/names", test_names);
  g_test_add_func ("/wire/topic/filters", test_filters);
  g_test_add_func ("/wire/topic/matches", test_matches);
  g_test_add_func ("/wire/topic/matches/all-short-ones", test_all_short_ones);
  g_test_add_func ("/wire/topic/levels", test_levels);
  g_test_add_func ("/wire/topic/reserved", test_reserved);
  g_test_add_func ("/wire/topic/5.0/MQTT-4.8.2-1/split-share", test_split_share);
  return g_test_run ();
}
