/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ui/model/hub-format.h"

#include <string.h>

#define ELLIPSIS "\342\200\246"
#define FSI "\342\201\250"
#define LRI "\342\201\246"
#define PDI "\342\201\251"

static void
test_time (void)
{
  static const struct
  {
    gint64 time_us;
    const char *zone;
    const char *time;
    const char *full;
  } rows[] = {
    { 0, "UTC", "00:00", "Thursday, 1 January 1970, 00:00:00" },
    { G_GINT64_CONSTANT (1573494844999999), "UTC", "17:54", "Monday, 11 November 2019, 17:54:04" },
    { G_GINT64_CONSTANT (1573494844000000), "+05:30", "23:24", "Monday, 11 November 2019, 23:24:04" },
    { G_GINT64_CONSTANT (1573494844000000), "-12:00", "05:54", "Monday, 11 November 2019, 05:54:04" },
    { G_MAXINT64, "UTC", "", "" },
    { G_MININT64, "UTC", "", "" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GTimeZone) tz = g_time_zone_new_identifier (rows[i].zone);
      g_autofree char *time = hub_format_time (rows[i].time_us, tz);
      g_autofree char *full = hub_format_time_full (rows[i].time_us, tz);

      g_assert_cmpstr (time, ==, rows[i].time);
      g_assert_cmpstr (full, ==, rows[i].full);
    }
}

static void
test_counter (void)
{
  static const struct
  {
    guint n_chars;
    const char *text;
    gboolean is_long;
  } rows[] = {
    { 0, LRI "0 / 120" PDI, FALSE },
    { 34, LRI "34 / 120" PDI, FALSE },
    { 120, LRI "120 / 120" PDI, FALSE },
    { 121, "Long, but fine · " LRI "121 / 120" PDI, TRUE },
    { 300000, "Long, but fine · " LRI "300000 / 120" PDI, TRUE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      gboolean is_long = !rows[i].is_long;
      g_autofree char *text = hub_format_counter (rows[i].n_chars, &is_long);

      g_assert_cmpstr (text, ==, rows[i].text);
      g_assert_cmpint (is_long, ==, rows[i].is_long);
    }
}

static void
test_new_count (void)
{
  g_autofree char *one = hub_format_new_count (1);
  g_autofree char *many = hub_format_new_count (12);

  g_assert_cmpstr (one, ==, "1 new");
  g_assert_cmpstr (many, ==, "12 new");
}

static void
test_invitation (void)
{
  static const struct
  {
    const char *url;
    gboolean is_for_others;
  } rows[] = {
    { NULL, TRUE },
    { "http://192.168.1.20:9001/", TRUE },
    { "http://[2001:db8::1]:9001/", TRUE },
    { "http://office-laptop:9001/", TRUE },
    { "http://127.0.0.1:9001/", FALSE },
    { "http://[::1]:9002/", FALSE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    g_assert_cmpint (g_str_has_prefix (hub_format_invitation (rows[i].url), "No network:"), ==, !rows[i].is_for_others);
}

static void
test_connection (void)
{
  static const struct
  {
    HubChatConnection connection;
    const char *word;
  } rows[] = {
    { HUB_CHAT_CONNECTION_CONNECTING, "connecting" },
    { HUB_CHAT_CONNECTION_CONNECTED, "connected" },
    { HUB_CHAT_CONNECTION_OFFLINE, "offline" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_assert_cmpstr (hub_format_connection (rows[i].connection), ==, rows[i].word);
      g_assert_cmpstr (hub_format_connection_class (rows[i].connection), ==, rows[i].word);
    }
}

static void
test_blank (void)
{
  static const struct
  {
    const char *text;
    gboolean is_blank;
  } rows[] = {
    { "", TRUE },
    { " \t\n", TRUE },
    { "\302\240\342\200\213\342\200\216", TRUE }, /* no-break space, zero width space, left-to-right mark */
    { " x", FALSE },
    { "\n\n\360\237\221\215", FALSE }, /* a thumb */
    { "0", FALSE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    g_assert_cmpint (hub_format_is_blank (rows[i].text), ==, rows[i].is_blank);
}

static void
test_is_rtl (void)
{
  static const struct
  {
    const char *text;
    gboolean is_rtl;
  } rows[] = {
    { "", FALSE },
    { "Hello", FALSE },
    { "22.4 \302\260C \360\237\221\215", FALSE },
    { "\331\205\330\261\330\255\330\250\330\247", TRUE }, /* Arabic */
    { "\327\251\327\234\327\225\327\235 Grace", TRUE },   /* Hebrew first */
    { "Grace \327\251\327\234\327\225\327\235", FALSE },
    { "1. \327\251\327\234\327\225\327\235", TRUE },
    { "\344\275\240\345\245\275", FALSE }, /* Chinese */
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    g_assert_cmpint (hub_format_is_rtl (rows[i].text), ==, rows[i].is_rtl);
}

static void
test_name (void)
{
  static const struct
  {
    const char *name;
    const char *shown;
  } rows[] = {
    { NULL, "" },
    { "", "No name" },
    { " \n", "No name" },
    { "Grace", "Grace" },
    { "  Ada  L. ", "Ada  L." },
    { "Two\nlines\tand\001more", "Two lines and more" },
    { "\342\200\256evil\342\201\247", "evil" }, /* an override and an open isolate */
    { "\331\205\330\261\331\212\331\205", "\331\205\330\261\331\212\331\205" },
    { "<b>bold</b>", "<b>bold</b>" },
  };
  g_autofree char *blanks = g_strdup_printf ("%*s", HUB_FORMAT_NAME_CHARS * 8, "x");
  g_autofree char *unseen = NULL;
  g_autofree char *at_limit = g_strnfill (HUB_FORMAT_NAME_CHARS, 'n');
  g_autofree char *over_limit = g_strnfill (HUB_FORMAT_NAME_CHARS + 1, 'n');
  g_autofree char *shortened = g_strconcat (at_limit, ELLIPSIS, NULL);
  g_autofree char *huge = g_strnfill (300000, 'n');

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *shown = hub_format_name (rows[i].name);

      g_assert_cmpstr (shown, ==, rows[i].shown);
    }

  {
    g_auto (GStrv) none = g_new0 (char *, HUB_FORMAT_NAME_CHARS + 2);
    g_autofree char *of_blanks = hub_format_name (blanks);
    g_autofree char *of_unseen = NULL;

    for (gsize i = 0; i <= HUB_FORMAT_NAME_CHARS; i++)
      none[i] = g_strdup ("\342\200\213"); /* U+200B */
    unseen = g_strjoinv ("", none);
    of_unseen = hub_format_name (unseen);
    g_assert_cmpstr (of_blanks, ==, "No name");
    g_assert_cmpstr (of_unseen, ==, "No name");
  }
  {
    g_autofree char *a = hub_format_name (at_limit);
    g_autofree char *b = hub_format_name (over_limit);
    g_autofree char *c = hub_format_name (huge);

    g_assert_cmpstr (a, ==, at_limit);
    g_assert_cmpstr (b, ==, shortened);
    g_assert_cmpstr (c, ==, shortened);
  }
}

static void
test_isolated (void)
{
  g_autofree char *name = hub_format_isolated ("Grace");
  g_autofree char *hostile = hub_format_isolated ("Gr" PDI "ace");
  g_autofree char *none = hub_format_isolated (NULL);

  g_assert_cmpstr (name, ==, FSI "Grace" PDI);
  g_assert_cmpstr (hostile, ==, FSI "Grace" PDI);
  g_assert_cmpstr (none, ==, "");
}

static void
test_name_class (void)
{
  static const struct
  {
    const char *name;
    const char *class;
  } rows[] = {
    /* The hashes are those of the FNV's authors: of "a" e40c292c, of "foobar" bf9cf968. */
    { NULL, "no-name" },
    { "", "no-name" },
    { " \t", "no-name" },
    { "a", "name-0" },
    { "foobar", "name-0" },
    /* As on the join page; its tests have them too. */
    { "Ada", "name-5" },
    { "Grace", "name-1" },
    { "Linus", "name-8" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    g_assert_cmpstr (hub_format_name_class (rows[i].name), ==, rows[i].class);
}

static void
test_name_classes_all_used (void)
{
  guint seen = 0;

  for (guint i = 0; i < 200; i++)
    {
      g_autofree char *name = g_strdup_printf ("person %u", i);
      const char *class = hub_format_name_class (name);

      g_assert_true (g_str_has_prefix (class, "name-"));
      g_assert_cmpint (class[5], >=, '0');
      g_assert_cmpint (class[5], <, '0' + HUB_FORMAT_NAME_CLASSES);
      g_assert_cmpint (class[6], ==, '\0');
      seen |= 1u << (class[5] - '0');
    }
  g_assert_cmphex (seen, ==, (1u << HUB_FORMAT_NAME_CLASSES) - 1);
}

static void
test_row_label (void)
{
  static const struct
  {
    HubMessageParams params;
    const char *label;
  } rows[] = {
    { { .name = "Grace", .text = "Hello" }, "Grace: Hello, 17:54" },
    { { .name = NULL, .text = "22.4" }, "22.4, 17:54" },
    { { .name = "", .text = "x" }, "No name: x, 17:54" },
    { { .name = "Ada", .text = "Hi", .is_own = TRUE, .state = HUB_MESSAGE_STATE_WAITING }, "Ada: Hi, 17:54, waiting" },
    { { .name = "Ada", .text = "Hi", .is_own = TRUE, .state = HUB_MESSAGE_STATE_SENT }, "Ada: Hi, 17:54, sent" },
    { { .name = "Ada", .text = "Hi", .is_own = TRUE, .state = HUB_MESSAGE_STATE_FAILED }, "Ada: Hi, 17:54, not sent" },
  };
  g_autoptr (GTimeZone) utc = g_time_zone_new_utc ();

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      HubMessageParams params = rows[i].params;
      g_autoptr (HubMessageItem) item = NULL;
      g_autofree char *label = NULL;

      params.time_us = G_GINT64_CONSTANT (1573494844000000);
      item = hub_message_item_new (&params);
      label = hub_format_row_label (item, utc);
      g_assert_cmpstr (label, ==, rows[i].label);
    }
}

static void
test_row_label_bounded (void)
{
  g_autofree char *huge = g_strnfill (300000, 'x');
  const HubMessageParams params = { .name = huge, .text = huge };
  g_autoptr (HubMessageItem) item = hub_message_item_new (&params);
  g_autofree char *label = hub_format_row_label (item, NULL);

  g_assert_cmpuint (strlen (label), <, 700);
}

static void
test_sent_bytes (void)
{
  g_test_summary ("What JSON makes longer is counted as it is sent");

  g_assert_cmpuint (hub_format_sent_bytes (""), ==, 0);
  g_assert_cmpuint (hub_format_sent_bytes ("abc\303\251"), ==, 5);
  g_assert_cmpuint (hub_format_sent_bytes ("\"\\\n\t\r"), ==, 10);
  g_assert_cmpuint (hub_format_sent_bytes ("\001\177"), ==, 12);
}

static void
test_excess (void)
{
  g_autofree char *one = hub_format_excess (1);
  g_autofree char *many = hub_format_excess (2000);

  g_test_summary ("By how much a message is too long");

  g_assert_cmpstr (one, ==, "1 byte too long for this host");
  g_assert_cmpstr (many, ==, "2000 bytes too long for this host");
}

static void
test_suffix (void)
{
  static const struct
  {
    const char *from;
    const char *suffix;
  } rows[] = {
    { "3F2a5c6d7e8f9a0b", "3f2a" },
    { "3f2a", "3f2a" },
    { "3f2", "" },
    { "3f2g", "" },
    { "", "" },
    { NULL, "" },
  };

  g_test_summary ("People of one name are told apart by four digits");

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *suffix = hub_format_suffix (rows[i].from);

      g_assert_cmpstr (suffix, ==, rows[i].suffix);
    }
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);

  g_test_add_func ("/ui/format/time", test_time);
  g_test_add_func ("/ui/format/counter", test_counter);
  g_test_add_func ("/ui/format/sent-bytes", test_sent_bytes);
  g_test_add_func ("/ui/format/excess", test_excess);
  g_test_add_func ("/ui/format/new-count", test_new_count);
  g_test_add_func ("/ui/format/invitation", test_invitation);
  g_test_add_func ("/ui/format/connection", test_connection);
  g_test_add_func ("/ui/format/blank", test_blank);
  g_test_add_func ("/ui/format/is-rtl", test_is_rtl);
  g_test_add_func ("/ui/format/name", test_name);
  g_test_add_func ("/ui/format/isolated", test_isolated);
  g_test_add_func ("/ui/format/name-class", test_name_class);
  g_test_add_func ("/ui/format/name-class/all-used", test_name_classes_all_used);
  g_test_add_func ("/ui/format/row-label", test_row_label);
  g_test_add_func ("/ui/format/row-label/bounded", test_row_label_bounded);
  g_test_add_func ("/ui/format/suffix", test_suffix);

  return g_test_run ();
}
