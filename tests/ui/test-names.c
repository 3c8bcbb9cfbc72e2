/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ui/model/hub-mention.h"
#include "ui/model/hub-names.h"

static void
test_mention (void)
{
  static const struct
  {
    const char *text;
    const char *name;
    gboolean is_mention;
  } rows[] = {
    { "Ada", "Ada", TRUE },
    { "hello ADA!", "Ada", TRUE },
    { "ada's coffee", "Ada", TRUE },
    { "(Ada)", "Ada", TRUE },
    { "@ada: look", "Ada", TRUE },
    { "say@@ada", "Ada", FALSE },
    { "Adam is here", "Ada", FALSE },
    { "Canada", "Ada", FALSE },
    { "ada_2", "Ada", FALSE },
    { "mail@ada.example", "Ada", FALSE },
    { "ad ada", "ada", TRUE },
    { "adada", "ada", FALSE },
    { "\303\211mile, come", "\303\251mile", TRUE },
    { "come \303\251mil", "\303\251mile", FALSE },
    { "Ada L. is here", " Ada L. ", TRUE },
    { "Ada Lovelace", "Ada L.", FALSE },
    { "a plan", "a", FALSE },
    { "A", "A", FALSE },
    { "@a: a plan", "A", TRUE },
    { "@ab", "A", FALSE },
    { "@", "A", FALSE },
    { "anything", "", FALSE },
    { "any thing", " ", FALSE },
    { "", "Ada", FALSE },
    { "\347\216\213", "\347\216\213", FALSE },
    { "@\347\216\213", "\347\216\213", TRUE },
  };

  g_test_summary ("A name counts as a whole word, in whatever case; one of a letter only behind an @");

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_test_message ("%s in: %s", rows[i].name, rows[i].text);
      g_assert_cmpint (hub_mention_is_in (rows[i].text, rows[i].name), ==, rows[i].is_mention);
    }
}

static void
test_mention_limit (void)
{
  g_autofree char *spaces = g_strnfill (HUB_MENTION_CHARS, ' ');
  g_autofree char *last = g_strconcat (spaces + 1, "Ada", NULL);
  g_autofree char *behind = g_strconcat (spaces, "Ada", NULL);

  g_test_summary ("The name has to begin among the characters that are looked through");

  g_assert_true (hub_mention_is_in (last, "Ada"));
  g_assert_false (hub_mention_is_in (behind, "Ada"));
}

static void
count_cb (GObject *object,
          GParamSpec *pspec,
          guint *count)
{
  (*count)++;
}

static void
test_names (void)
{
  g_autoptr (HubNames) names = hub_names_new ();
  g_autoptr (HubName) ada = NULL;
  guint n_said = 0;

  g_test_summary ("A name is shared while several people have it, however often each was added");

  ada = g_object_ref (hub_names_add (names, "Ada", "1"));
  g_signal_connect (ada, "notify::is-shared", G_CALLBACK (count_cb), &n_said);
  g_assert_true (hub_names_add (names, "Ada ", "1") == ada);
  g_assert_false (hub_name_get_is_shared (ada));
  g_assert_true (hub_names_add (names, "Ada", "2") == ada);
  g_assert_true (hub_names_add (names, "Ada", "2") == ada);
  g_assert_true (hub_name_get_is_shared (ada));
  hub_names_remove (names, "Ada", "2");
  g_assert_true (hub_name_get_is_shared (ada));
  hub_names_remove (names, "Ada", "2");
  g_assert_false (hub_name_get_is_shared (ada));
  g_assert_cmpuint (n_said, ==, 2);
  /* What was not added. */
  hub_names_remove (names, "Ada", "2");
  hub_names_remove (names, "Grace", "1");
  hub_names_remove (names, "Ada", "1");
  hub_names_remove (names, "Ada", "1");
  g_assert_true (hub_names_add (names, "Ada", "1") != ada);
}

static void
test_names_of_nobody (void)
{
  g_autoptr (HubNames) names = hub_names_new ();
  g_autofree char *longest = g_strnfill (HUB_NAMES_BYTES_MAX, 'a');
  g_autofree char *longer = g_strnfill (HUB_NAMES_BYTES_MAX + 1, 'a');

  g_test_summary ("Blank names, endless ones and those of nobody are not compared");

  g_assert_null (hub_names_add (names, NULL, "1"));
  g_assert_null (hub_names_add (names, " ", "1"));
  g_assert_null (hub_names_add (names, "Ada", NULL));
  g_assert_nonnull (hub_names_add (names, longest, "1"));
  g_assert_null (hub_names_add (names, longer, "1"));
  hub_names_remove (names, NULL, "1");
  hub_names_remove (names, "Ada", NULL);
  hub_names_remove (names, longer, "1");
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);

  g_test_add_func ("/ui/names/mention", test_mention);
  g_test_add_func ("/ui/names/mention-limit", test_mention_limit);
  g_test_add_func ("/ui/names/shared", test_names);
  g_test_add_func ("/ui/names/of-nobody", test_names_of_nobody);

  return g_test_run ();
}
