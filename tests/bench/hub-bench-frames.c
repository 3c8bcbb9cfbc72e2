/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <gtk/gtk.h>

#include <dlfcn.h>
#include <glib-unix.h>
#include <signal.h>
#include <time.h>

/* Loaded into the program with LD_PRELOAD: how far apart the frames of its window are, and how long the program is at
 * work on each. SIGUSR1 tells of what was since the last one, and begins anew. */

typedef struct
{
  GArray *apart_us; /* (element-type gint64) */
  GArray *work_us;  /* (element-type gint64) */
  GArray *cpu_us;   /* (element-type gint64): of the thread */
  gint64 last_us;
  gint64 begin_us;
  gint64 begin_cpu_us;
} Frames;

static Frames frames;

static gint64
get_cpu_us (void)
{
  struct timespec now;

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &now);
  return (gint64) now.tv_sec * G_USEC_PER_SEC + now.tv_nsec / 1000;
}

static int
compare (gconstpointer a, gconstpointer b)
{
  const gint64 x = *(const gint64 *) a;
  const gint64 y = *(const gint64 *) b;

  return (x > y) - (x < y);
}

static double
get_quantile_ms (GArray *times_us, double share)
{
  if (times_us->len == 0)
    return 0;
  return (double) g_array_index (times_us, gint64, (guint) (share * (times_us->len - 1))) / 1000;
}

static void
tell (const char *what, GArray *times_us)
{
  g_array_sort (times_us, compare);
  g_printerr ("%s: n %u median %.1f p99 %.1f longest %.1f ms\n", what, times_us->len, get_quantile_ms (times_us, 0.5),
              get_quantile_ms (times_us, 0.99), get_quantile_ms (times_us, 1));
  g_array_set_size (times_us, 0);
}

static gboolean
tell_cb (gpointer user_data)
{
  tell ("frames apart", frames.apart_us);
  tell ("time for a frame", frames.work_us);
  tell ("processor for a frame", frames.cpu_us);
  frames.last_us = 0;
  return G_SOURCE_CONTINUE;
}

static void
before_paint_cb (void)
{
  const gint64 now_us = g_get_monotonic_time ();
  const gint64 apart_us = now_us - frames.last_us;

  if (frames.last_us > 0)
    g_array_append_val (frames.apart_us, apart_us);
  frames.last_us = now_us;
  frames.begin_us = now_us;
  frames.begin_cpu_us = get_cpu_us ();
}

static void
after_paint_cb (void)
{
  const gint64 work_us = g_get_monotonic_time () - frames.begin_us;
  const gint64 cpu_us = get_cpu_us () - frames.begin_cpu_us;

  g_array_append_val (frames.work_us, work_us);
  g_array_append_val (frames.cpu_us, cpu_us);
}

/* In place of GTK's: the first window is looked at once it is there. */
G_MODULE_EXPORT void
gtk_window_present (GtkWindow *window)
{
  void (*present) (GtkWindow *) = dlsym (RTLD_NEXT, "gtk_window_present");
  GdkFrameClock *clock;

  present (window);
  clock = gtk_widget_get_frame_clock (GTK_WIDGET (window));
  if (frames.apart_us != NULL || clock == NULL)
    return;
  frames.apart_us = g_array_new (FALSE, FALSE, sizeof (gint64));
  frames.cpu_us = g_array_new (FALSE, FALSE, sizeof (gint64));
  frames.work_us = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_signal_connect (clock, "before-paint", G_CALLBACK (before_paint_cb), NULL);
  g_signal_connect (clock, "after-paint", G_CALLBACK (after_paint_cb), NULL);
  g_unix_signal_add (SIGUSR1, tell_cb, NULL);
}
