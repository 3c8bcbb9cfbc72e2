/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <gtk/gtk.h>

#include <dlfcn.h>
#include <sys/socket.h>
#include <time.h>

/* Loaded into the program with LD_PRELOAD: how long after its start it listens, shows its first window, and has the first
 * screen of its history in there. HUBBUB_STARTED is the monotonic time of the start, in nanoseconds. */

/* As many messages as the window has room for, about. */
#define FIRST_SCREEN 15

static gint64 window_us;
static gboolean has_history;

static double
get_ms (void)
{
  const char *started = g_getenv ("HUBBUB_STARTED");

  return (double) g_get_monotonic_time () / 1000 - (started != NULL ? g_ascii_strtod (started, NULL) / 1e6 : 0);
}

/* The longest list among what is shown. */
static guint
count_rows (GtkWidget *widget)
{
  guint count = 0;

  if (!gtk_widget_get_mapped (widget))
    return 0;
  if (GTK_IS_LIST_VIEW (widget))
    {
      GtkSelectionModel *model = gtk_list_view_get_model (GTK_LIST_VIEW (widget));

      count = model != NULL ? g_list_model_get_n_items (G_LIST_MODEL (model)) : 0;
    }
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    {
      guint count_below = count_rows (child);

      count = MAX (count, count_below);
    }
  return count;
}

static void
after_paint_cb (GdkFrameClock *clock, GtkWidget *window)
{
  if (window_us == 0)
    {
      window_us = g_get_monotonic_time ();
      g_printerr ("first window after %.1f ms\n", get_ms ());
    }
  if (!has_history && count_rows (window) >= FIRST_SCREEN)
    {
      has_history = TRUE;
      g_printerr ("history shown %.1f ms after it\n", (double) (g_get_monotonic_time () - window_us) / 1000);
    }
}

/* In place of the system's. */
G_MODULE_EXPORT int
listen (int fd, int backlog)
{
  static gsize n_calls;
  int (*next) (int, int) = (int (*) (int, int)) dlsym (RTLD_NEXT, "listen");
  int result = next (fd, backlog);

  if (g_atomic_pointer_add (&n_calls, 1) == 0)
    g_printerr ("listening after %.1f ms\n", get_ms ());
  return result;
}

/* In place of GTK's: the first window is looked at once it is there. */
G_MODULE_EXPORT void
gtk_window_present (GtkWindow *window)
{
  static gboolean is_watched;
  void (*next) (GtkWindow *) = (void (*) (GtkWindow *)) dlsym (RTLD_NEXT, "gtk_window_present");
  GdkFrameClock *clock;

  next (window);
  clock = gtk_widget_get_frame_clock (GTK_WIDGET (window));
  if (is_watched || clock == NULL)
    return;
  is_watched = TRUE;
  g_signal_connect (clock, "after-paint", G_CALLBACK (after_paint_cb), window);
}
