/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/net/hub-page.h"

#include <gio/gio.h>

/* GLib registers the resources of a program when they are first asked for, on whichever thread that is. */

static GThread *registering;       /* (unowned) (atomic) */
static gboolean has_begun = FALSE; /* (atomic) */

/* What GIO calls for each of them once they are off its list, and before they can be found: as if the system let another
 * thread go on just then. */
GBytes *
g_bytes_new_static (gconstpointer data, gsize size)
{
  if (g_thread_self () == g_atomic_pointer_get (&registering))
    {
      g_atomic_int_set (&has_begun, TRUE);
      g_usleep (50 * G_TIME_SPAN_MILLISECOND);
    }
  return g_bytes_new_with_free_func (data, size, NULL, NULL);
}

static gpointer
register_all (gpointer data)
{
  g_atomic_pointer_set (&registering, g_thread_self ());
  g_assert_false (g_resources_get_info ("/none", G_RESOURCE_LOOKUP_FLAGS_NONE, NULL, NULL, NULL));
  return NULL;
}

static void
test_registering (void)
{
  GThread *other = g_thread_new ("other", register_all, NULL);
  HubPage *page;

  while (!g_atomic_int_get (&has_begun))
    g_thread_yield ();
  page = hub_page_new ();
  g_assert_nonnull (hub_page_lookup (page, "/"));
  hub_page_free (page);
  g_thread_join (other);
}

static void
test_lookup (void)
{
  HubPage *page = hub_page_new ();
  const HubPageFile *file = hub_page_lookup (page, "/");

  g_assert_nonnull (file);
  g_assert_true (file == hub_page_lookup (page, "/index.html"));
  g_assert_cmpstr (file->content_type, ==, "text/html; charset=utf-8");
  g_assert_nonnull (file->gzip);
  g_assert_cmpuint (g_bytes_get_size (file->gzip), <, g_bytes_get_size (file->plain));
  g_assert_null (hub_page_lookup (page, "/index.html.gz"));
  g_assert_null (hub_page_lookup (page, "/../index.html"));
  g_assert_null (hub_page_lookup (page, ""));
  hub_page_free (page);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  /* The first one: later they are registered. */
  g_test_add_func ("/page/while-another-thread-registers", test_registering);
  g_test_add_func ("/page/lookup", test_lookup);
  return g_test_run ();
}
