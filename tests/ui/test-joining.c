/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ui/model/hub-joining.h"

static void
expect (const char *const *addresses,
        const char *expected)
{
  g_autofree char *joined = g_strjoinv (" ", (char **) addresses);

  g_assert_cmpstr (joined, ==, expected);
}

static void
test_remember (void)
{
  g_auto (GStrv) recent = g_new0 (char *, 1);

  for (guint i = 1; i <= HUB_JOINING_RECENT_MAX + 1; i++)
    {
      char address[] = { (char) ('a' + i - 1), '\0' };
      char **next = hub_joining_remember ((const char *const *) recent, address);

      g_strfreev (recent);
      recent = next;
      g_assert_cmpuint (g_strv_length (recent), ==, MIN (i, HUB_JOINING_RECENT_MAX));
    }
  expect ((const char *const *) recent, "f e d c b");
}

static void
test_again (void)
{
  static const char *const recent[] = { "a", "b", "c", NULL };
  g_auto (GStrv) again = hub_joining_remember (recent, "c");
  g_auto (GStrv) rest = hub_joining_without (recent, "b");
  g_auto (GStrv) same = hub_joining_without (recent, "x");

  expect ((const char *const *) again, "c a b");
  expect ((const char *const *) rest, "a c");
  expect ((const char *const *) same, "a b c");
}

static void
notify_cb (GObject *object,
           GParamSpec *pspec,
           gpointer user_data)
{
  g_string_append_printf (user_data, "%s ", pspec->name);
}

static void
test_properties (void)
{
  static const char *const recent[] = { "a", NULL };
  HubJoining *joining = hub_joining_new ();
  g_autoptr (GString) log = g_string_new (NULL);

  g_signal_connect (joining, "notify", G_CALLBACK (notify_cb), log);
  expect (hub_joining_get_recent (joining), "");
  for (guint i = 0; i < 2; i++)
    {
      hub_joining_set_recent (joining, recent);
      hub_joining_set_asked_by (joining, "office", "ada");
      hub_joining_set_is_offering (joining, 2);
    }
  g_assert_cmpstr (log->str, ==, "recent asked-by is-offering ");
  g_assert_cmpstr (hub_joining_get_asked_user (joining), ==, "ada");
  hub_joining_set_asked_by (joining, NULL, NULL);
  g_assert_null (hub_joining_get_asked_by (joining));
  g_assert_null (hub_joining_get_asked_user (joining));
  g_assert_finalize_object (joining);
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);

  g_test_add_func ("/ui/joining/remember", test_remember);
  g_test_add_func ("/ui/joining/again", test_again);
  g_test_add_func ("/ui/joining/properties", test_properties);

  return g_test_run ();
}
