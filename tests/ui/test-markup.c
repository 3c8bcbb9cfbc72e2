/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ui/model/hub-markup.h"

#include <string.h>

#define MORE "\342\200\246 <a href=\"hubbub:more\">Show all</a>"
#define LESS " <a href=\"hubbub:less\">Show less</a>"
#define LINK(url) "<a href=\"" url "\">" url "</a>"

static void
test_text (void)
{
  static const struct
  {
    const char *name;
    const char *text;
    const char *markup;
  } rows[] = {
    { "empty", "", "" },
    { "plain", "Thanks!\nWho has it?", "Thanks!\nWho has it?" },
    { "markup", "<b>&\"'</b>", "&lt;b&gt;&amp;&quot;&apos;&lt;/b&gt;" },
    { "control", "a\001b\033", "a&#x1;b&#x1b;" },
    { "emoji", "\360\237\221\215", "\360\237\221\215" },
    { "link", "http://192.168.1.31/talk.pdf", LINK ("http://192.168.1.31/talk.pdf") },
    { "link in a sentence", "See https://example.org/a, please.", "See " LINK ("https://example.org/a") ", please." },
    { "link and markup", "<http://a.b/?x=1&y=2>", "&lt;<a href=\"http://a.b/?x=1&amp;y=2\">http://a.b/?x=1&amp;y=2</a>&gt;" },
    { "quotes end it", "http://a/\"onclick=\"x", LINK ("http://a/") "&quot;onclick=&quot;x" },
    { "brackets around", "(http://a.b/c)", "(" LINK ("http://a.b/c") ")" },
    { "brackets within", "http://a.b/c_(d)", LINK ("http://a.b/c_(d)") },
    { "full stops", "http://a.b...", LINK ("http://a.b") "..." },
    { "upper case", "HTTP://A.B", LINK ("HTTP://A.B") },
    { "two", "http://a http://b", LINK ("http://a") " " LINK ("http://b") },
    { "IPv6", "http://[fd00::1]:9001/", LINK ("http://[fd00::1]:9001/") },
    { "port", "http://host:9001", LINK ("http://host:9001") },
    { "no host", "http:// and https://", "http:// and https://" },
    { "bad port", "http://a:b:c/", "http://a:b:c/" },
    { "in a word", "xhttp://a.b", "xhttp://a.b" },
    { "other schemes", "javascript:alert(1) file:///etc ftp://a.b mqtt://a.b", "javascript:alert(1) file:///etc ftp://a.b mqtt://a.b" },
    { "override ends it", "http://a.b/\342\200\256fdp", LINK ("http://a.b/") "\342\200\256fdp" },
    { "other scripts", "http://b\303\274cher.example/\303\244", LINK ("http://b\303\274cher.example/\303\244") },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *markup = hub_markup_from_text (rows[i].text, FALSE);
      g_autofree char *expanded = hub_markup_from_text (rows[i].text, TRUE);

      g_test_message ("%s", rows[i].name);
      g_assert_cmpstr (markup, ==, rows[i].markup);
      g_assert_cmpstr (expanded, ==, rows[i].markup);
      g_assert_false (hub_markup_is_long (rows[i].text));
    }
}

static void
test_fold_chars (void)
{
  /* Two bytes each: characters count, not bytes. */
  GString *text = g_string_new (NULL);
  g_autofree char *folded = NULL;
  g_autofree char *unfolded = NULL;
  g_autofree char *expected = NULL;
  g_autofree char *expected_whole = NULL;

  g_test_summary ("A text is folded one character after the limit, and unfolded whole");

  for (guint i = 0; i < HUB_MARKUP_FOLD_CHARS; i++)
    g_string_append (text, "\303\244");
  g_assert_false (hub_markup_is_long (text->str));
  expected = g_strconcat (text->str, MORE, NULL);
  g_string_append (text, "x");
  expected_whole = g_strconcat (text->str, LESS, NULL);
  g_assert_true (hub_markup_is_long (text->str));
  folded = hub_markup_from_text (text->str, FALSE);
  unfolded = hub_markup_from_text (text->str, TRUE);
  g_assert_cmpstr (folded, ==, expected);
  g_assert_cmpstr (unfolded, ==, expected_whole);
  g_string_free (text, TRUE);
}

static void
test_fold_lines (void)
{
  GString *text = g_string_new ("1");
  g_autofree char *folded = NULL;
  g_autofree char *expected = NULL;

  g_test_summary ("A text is folded one line after the limit");

  for (guint i = 1; i < HUB_MARKUP_FOLD_LINES; i++)
    g_string_append_printf (text, "\n%u", i + 1);
  g_assert_false (hub_markup_is_long (text->str));
  expected = g_strconcat (text->str, MORE, NULL);
  g_string_append (text, "\nmore");
  g_assert_true (hub_markup_is_long (text->str));
  folded = hub_markup_from_text (text->str, FALSE);
  g_assert_cmpstr (folded, ==, expected);
  g_string_free (text, TRUE);
}

static void
test_fold_accents (void)
{
  g_autofree char *before = g_strnfill (HUB_MARKUP_FOLD_CHARS - 1, 'x');
  g_autofree char *text = g_strconcat (before, "e\314\201 and so on", NULL);
  g_autofree char *folded = hub_markup_from_text (text, FALSE);
  g_autofree char *expected = g_strconcat (before, MORE, NULL);

  g_test_summary ("A letter goes with its accent");

  g_assert_cmpstr (folded, ==, expected);
}

static void
test_fold_link (void)
{
  g_autofree char *before = g_strnfill (HUB_MARKUP_FOLD_CHARS - 12, ' ');
  g_autofree char *text = g_strconcat (before, "http://a.example/b", NULL);
  g_autofree char *folded = hub_markup_from_text (text, FALSE);
  g_autofree char *unfolded = hub_markup_from_text (text, TRUE);
  g_autofree char *expected = g_strconcat (before, "http://a.exa", MORE, NULL);
  g_autofree char *expected_whole = g_strconcat (before, LINK ("http://a.example/b"), LESS, NULL);

  g_test_summary ("An address that is cut leads nowhere, rather than to somebody else");

  g_assert_cmpstr (folded, ==, expected);
  g_assert_cmpstr (unfolded, ==, expected_whole);
}

static void
test_expand_limit (void)
{
  g_autofree char *at_limit = g_strnfill (HUB_MARKUP_EXPAND_CHARS, 'x');
  g_autofree char *over_limit = g_strnfill (HUB_MARKUP_EXPAND_CHARS + 1, 'x');
  g_autofree char *whole = hub_markup_from_text (at_limit, TRUE);
  g_autofree char *folded = hub_markup_from_text (over_limit, TRUE);

  g_test_summary ("What is too long for a row stays folded");

  g_assert_true (hub_markup_can_expand (at_limit));
  g_assert_false (hub_markup_can_expand (over_limit));
  g_assert_true (g_str_has_suffix (whole, LESS));
  g_assert_true (g_str_has_suffix (folded, MORE));
  g_assert_cmpuint (strlen (folded), ==, HUB_MARKUP_FOLD_CHARS + strlen (MORE));
}

static guint
count_links (const char *markup)
{
  guint n_links = 0;

  for (const char *p = strstr (markup, "<a "); p != NULL; p = strstr (p + 1, "<a "))
    n_links++;
  return n_links;
}

static void
test_link_limit (void)
{
  GString *text = g_string_new (NULL);

  g_test_summary ("A text has at most so many links");

  for (guint i = 0; i < HUB_MARKUP_MAX_LINKS + 1; i++)
    {
      g_autofree char *markup = NULL;

      g_string_append (text, "http://a/ ");
      markup = hub_markup_from_text (text->str, FALSE);
      g_assert_cmpuint (count_links (markup), ==, MIN (i + 1, HUB_MARKUP_MAX_LINKS));
    }
  g_string_free (text, TRUE);
}

static void
test_always_well_formed (void)
{
  static const char *const pieces[] = {
    "http://", "https://", "a", ".", "/", "(", ")", "[", "]", "<", ">", "&", "\"", "'", ";", ":", " ", "\n", "\001",
    "\177", "%", "#", "\303\244", "\314\201", "\342\200\256", "\360\237\221\215", "\357\277\277", "h", "</span>", "&amp;"
  };
  const GMarkupParser ignore = { 0 };

  g_test_summary ("Whatever is sent, the markup can be parsed");

  for (guint i = 0; i < 3000; i++)
    {
      g_autoptr (GString) text = g_string_new (NULL);
      g_autofree char *markup = NULL;
      g_autofree char *document = NULL;
      g_autoptr (GMarkupParseContext) context = NULL;
      g_autoptr (GError) error = NULL;
      const int n_pieces = g_test_rand_int_range (1, i % 10 == 0 ? 1500 : 12);

      for (int j = 0; j < n_pieces; j++)
        g_string_append (text, pieces[g_test_rand_int_range (0, G_N_ELEMENTS (pieces))]);
      markup = hub_markup_from_text (text->str, i % 2 == 0);
      document = g_strconcat ("<markup>", markup, "</markup>", NULL);
      context = g_markup_parse_context_new (&ignore, G_MARKUP_DEFAULT_FLAGS, NULL, NULL);
      g_assert_true (g_markup_parse_context_parse (context, document, -1, &error));
      g_assert_no_error (error);
      g_assert_true (g_markup_parse_context_end_parse (context, &error));
      g_assert_no_error (error);
    }
}

static void
test_hostile_is_fast (void)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autofree char *markup = NULL;

  g_test_summary ("A long text of broken addresses takes no more than a moment, whoever wrote it");

  while (text->len < 300000)
    g_string_append (text, "http://[");
  g_test_timer_start ();
  markup = hub_markup_from_text (text->str, TRUE);
  /* Milliseconds when it is linear, minutes when it is not. */
  g_assert_cmpfloat (g_test_timer_elapsed (), <, 5.0);
  g_assert_cmpuint (count_links (markup), ==, 1);
}

static void
test_find_link (void)
{
  static const struct
  {
    const char *text;
    const char *link;
  } rows[] = {
    { "See http://a.example/x, and http://b.example/", "http://a.example/x" },
    { "https://a.example", "https://a.example" },
    { "javascript:alert(1) ftp://a.example", NULL },
    { "xhttp://a.example", NULL },
    { "", NULL },
  };

  g_test_summary ("The link of a message is its first web address");

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *link = hub_markup_find_link (rows[i].text);

      g_assert_cmpstr (link, ==, rows[i].link);
    }
}

static void
test_find_link_far (void)
{
  g_autofree char *near = g_strdup_printf ("%*s http://a.example/", HUB_MARKUP_EXPAND_CHARS - 2, "\303\251");
  g_autofree char *far = g_strdup_printf ("%*s http://a.example/", HUB_MARKUP_EXPAND_CHARS, "\303\251");
  g_autofree char *found = hub_markup_find_link (near);
  g_autofree char *none = hub_markup_find_link (far);

  g_test_summary ("What is never shown is not looked through for links: anybody can send a megabyte of what looks like them");

  g_assert_cmpstr (found, ==, "http://a.example/");
  g_assert_null (none);
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);

  g_test_add_func ("/ui/markup/text", test_text);
  g_test_add_func ("/ui/markup/fold/chars", test_fold_chars);
  g_test_add_func ("/ui/markup/fold/lines", test_fold_lines);
  g_test_add_func ("/ui/markup/fold/accents", test_fold_accents);
  g_test_add_func ("/ui/markup/fold/link", test_fold_link);
  g_test_add_func ("/ui/markup/expand-limit", test_expand_limit);
  g_test_add_func ("/ui/markup/link-limit", test_link_limit);
  g_test_add_func ("/ui/markup/always-well-formed", test_always_well_formed);
  g_test_add_func ("/ui/markup/hostile-is-fast", test_hostile_is_fast);
  g_test_add_func ("/ui/markup/find-link", test_find_link);
  g_test_add_func ("/ui/markup/find-link/far", test_find_link_far);

  return g_test_run ();
}
