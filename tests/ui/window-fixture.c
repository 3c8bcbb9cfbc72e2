/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/ui/window-fixture.h"

#include "tests/support/hub-test-wait.h"

#include <time.h>

/* For how long nothing is drawn in a window that is quiet. */
#define QUIET_US (G_USEC_PER_SEC)

static AdwApplication *application;

static gint64
thread_cpu_us (void)
{
  struct timespec now;

  g_assert_cmpint (clock_gettime (CLOCK_THREAD_CPUTIME_ID, &now), ==, 0);
  return now.tv_sec * G_USEC_PER_SEC + now.tv_nsec / 1000;
}

static gboolean
record_tick_cb (GtkWidget *widget,
                GdkFrameClock *clock,
                gpointer user_data)
{
  WindowFixture *fixture = user_data;
  const gint64 now_us = g_get_monotonic_time ();
  const gint64 now_cpu_us = thread_cpu_us ();

  if (fixture->n_ticks++ > 0)
    {
      fixture->longest_us = MAX (fixture->longest_us, now_us - fixture->last_us);
      fixture->longest_cpu_us = MAX (fixture->longest_cpu_us, now_cpu_us - fixture->last_cpu_us);
    }
  fixture->last_us = now_us;
  fixture->last_cpu_us = now_cpu_us;

  return G_SOURCE_CONTINUE;
}

static gboolean
count_tick_cb (GtkWidget *widget,
               GdkFrameClock *clock,
               gpointer user_data)
{
  guint *n_left = user_data;

  return --*n_left > 0 ? G_SOURCE_CONTINUE : G_SOURCE_REMOVE;
}

typedef gboolean (*MatchFunc) (GtkWidget *widget, gconstpointer what);

static GtkWidget *
find_widget (GtkWidget *widget,
             MatchFunc matches,
             gconstpointer what)
{
  if (matches (widget, what))
    return widget;

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = find_widget (child, matches, what);

      if (found != NULL)
        return found;
    }
  return NULL;
}

static gboolean
has_type (GtkWidget *widget,
          gconstpointer type)
{
  return G_TYPE_CHECK_INSTANCE_TYPE (widget, GPOINTER_TO_SIZE (type));
}

static gboolean
has_css_class (GtkWidget *widget,
               gconstpointer css_class)
{
  return gtk_widget_has_css_class (widget, css_class);
}

/* As whoever uses the window finds it: by what it says, or by what its tooltip says. */
static gboolean
has_label (GtkWidget *widget,
           gconstpointer label)
{
  return g_strcmp0 (gtk_widget_get_tooltip_text (widget), label) == 0 ||
         (GTK_IS_LABEL (widget) && g_strcmp0 (gtk_label_get_text (GTK_LABEL (widget)), label) == 0);
}

static gboolean
has_seen_label (GtkWidget *widget,
                gconstpointer label)
{
  return gtk_widget_get_mapped (widget) && has_label (widget, label);
}

static void
remember_frame_cb (GdkFrameClock *clock,
                   gpointer user_data)
{
  gint64 *last_frame_us = user_data;

  *last_frame_us = g_get_monotonic_time ();
}

/* As main() of a program does it, but for the main loop: that is turned by the tests. */
void
window_tests_init (int *argc,
                   char ***argv)
{
  g_autoptr (GError) error = NULL;

  g_test_init (argc, argv, NULL);

  application = g_object_new (ADW_TYPE_APPLICATION,
                              "application-id", "io.github.hubbub_chat.Hubbub",
                              "flags", G_APPLICATION_NON_UNIQUE,
                              NULL);
  g_assert_true (g_application_register (G_APPLICATION (application), NULL, &error));
  g_assert_no_error (error);
}

int
window_tests_run (void)
{
  const int status = g_test_run ();

  g_clear_object (&application);
  return status;
}

void
window_fixture_set_up (WindowFixture *fixture,
                       gconstpointer data)
{
  HubStanding *standing;

  fixture->state = hub_chat_state_new ();
  standing = hub_chat_state_get_standing (fixture->state);
  hub_chat_state_set_name (fixture->state, "Ada");
  hub_standing_set_connection (standing, HUB_CHAT_CONNECTION_CONNECTED);
  hub_standing_set_is_hosting (standing, TRUE);
  hub_standing_set_title_detail (standing, "Hosting on office-laptop");
  hub_standing_set_join_url (standing, "http://192.168.1.20:9001/");
  fixture->window = hub_window_new (GTK_APPLICATION (application), fixture->state, NULL);
  g_object_ref (fixture->window);
}

void
window_fixture_tear_down (WindowFixture *fixture,
                          gconstpointer data)
{
  window_fixture_stop (fixture);
  gtk_window_destroy (GTK_WINDOW (fixture->window));
  /* What GTK still has to do about it. */
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_finalize_object (fixture->window);
  g_assert_finalize_object (fixture->state);
}

void
window_fixture_present (WindowFixture *fixture,
                        int width,
                        int height)
{
  gtk_window_set_default_size (GTK_WINDOW (fixture->window), width, height);
  gtk_window_present (GTK_WINDOW (fixture->window));
  hub_test_wait_until (gtk_widget_get_mapped (GTK_WIDGET (fixture->window)));
  window_fixture_wait_frames (fixture, 3);
}

void
window_fixture_wait_frames (WindowFixture *fixture,
                            guint n_frames)
{
  gtk_widget_add_tick_callback (GTK_WIDGET (fixture->window), count_tick_cb, &n_frames, NULL);
  hub_test_wait_until (n_frames == 0);
}

void
window_fixture_record (WindowFixture *fixture)
{
  g_assert_cmpuint (fixture->tick, ==, 0);

  fixture->n_ticks = 0;
  fixture->longest_us = 0;
  fixture->longest_cpu_us = 0;
  fixture->tick = gtk_widget_add_tick_callback (GTK_WIDGET (fixture->window), record_tick_cb, fixture, NULL);
}

void
window_fixture_stop (WindowFixture *fixture)
{
  if (fixture->tick != 0)
    gtk_widget_remove_tick_callback (GTK_WIDGET (fixture->window), fixture->tick);
  fixture->tick = 0;
}

void
window_fixture_say (WindowFixture *fixture,
                    const char *name,
                    const char *text)
{
  const HubMessageParams params = { .name = name, .text = text, .time_us = g_get_real_time () };
  g_autoptr (HubMessageItem) item = hub_message_item_new (&params);

  hub_message_list_append (hub_chat_state_get_messages (fixture->state), item);
}

/* Messages of seven people, every fifth of two lines and more. */
void
window_fixture_say_many (WindowFixture *fixture,
                         guint n_messages)
{
  for (guint i = 0; i < n_messages; i++)
    {
      g_autofree char *name = g_strdup_printf ("Person %u", i % 7);
      g_autofree char *text = g_strdup_printf ("Message %u%s", i, i % 5 == 0 ? ", long enough for a second line: it has more than one thought in it, and http://192.168.1.31/talk.pdf besides" : "");

      window_fixture_say (fixture, name, text);
    }
}

/* A little of all that can be said. */
void
window_fixture_say_examples (WindowFixture *fixture)
{
  const HubMessageParams rows[] = {
    { .name = "Grace", .text = "Projector is in room 4, HDMI cable on the desk." },
    { .name = "Grace", .text = "Slides: http://192.168.1.31/talk.pdf" },
    { .name = "Linus", .text = "Thanks!\nWho has the adapter for USB-C?" },
    { .text = "22.4 \302\260C, door open" },
    { .name = "\331\205\330\261\331\212\331\205", .text = "\330\271\331\206\330\257\331\212 \331\210\330\247\330\255\330\257" },
    { .name = "Ada", .text = "On my way with coffee", .is_own = TRUE, .state = HUB_MESSAGE_STATE_SENT },
    { .name = "Ada", .text = "Two minutes", .is_own = TRUE, .state = HUB_MESSAGE_STATE_WAITING },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      HubMessageParams params = rows[i];
      g_autoptr (HubMessageItem) item = NULL;

      params.time_us = (G_GINT64_CONSTANT (1573550000) + 60 * (gint64) i) * G_USEC_PER_SEC;
      item = hub_message_item_new (&params);
      hub_message_list_append (hub_chat_state_get_messages (fixture->state), item);
    }
  window_fixture_flush (fixture);
}

void
window_fixture_flush (WindowFixture *fixture)
{
  hub_test_wait_until (!hub_message_list_get_has_pending (hub_chat_state_get_messages (fixture->state)));
  window_fixture_wait_frames (fixture, 2);
}

/* A window as it is drawn, into the folder of artefacts. Returns the path. */
char *
window_fixture_picture_of (GtkWidget *widget,
                           const char *file_name)
{
  g_autoptr (GdkPaintable) paintable = gtk_widget_paintable_new (widget);
  g_autoptr (GtkSnapshot) snapshot = gtk_snapshot_new ();
  g_autoptr (GskRenderNode) node = NULL;
  g_autoptr (GdkTexture) texture = NULL;
  g_autofree char *path = g_test_build_filename (G_TEST_BUILT, file_name, NULL);

  gdk_paintable_snapshot (paintable, snapshot, gdk_paintable_get_intrinsic_width (paintable),
                          gdk_paintable_get_intrinsic_height (paintable));
  node = gtk_snapshot_free_to_node (g_steal_pointer (&snapshot));
  g_assert_nonnull (node);
  texture = gsk_renderer_render_texture (gtk_native_get_renderer (GTK_NATIVE (widget)), node, NULL);
  g_assert_true (gdk_texture_save_to_png (texture, path));
  g_test_message ("picture: %s", file_name);
  return g_steal_pointer (&path);
}

/* The same of the window; for people to look at. */
void
window_fixture_picture (WindowFixture *fixture,
                        const char *file_name)
{
  g_free (window_fixture_picture_of (GTK_WIDGET (fixture->window), file_name));
}

/* As somebody does who drags the edge of the window. Where no window manager runs, nobody says no. */
void
window_fixture_resize (WindowFixture *fixture,
                       int width,
                       int height)
{
  GdkSurface *surface = gtk_native_get_surface (GTK_NATIVE (fixture->window));

  gtk_window_set_default_size (GTK_WINDOW (fixture->window), width, height);
  hub_test_wait_until (gdk_surface_get_width (surface) == width && gdk_surface_get_height (surface) == height);
  window_fixture_wait_frames (fixture, 3);
}

/* The first widget of @type in the window. */
GtkWidget *
window_fixture_find (WindowFixture *fixture,
                     GType type)
{
  GtkWidget *found = find_widget (GTK_WIDGET (fixture->window), has_type, GSIZE_TO_POINTER (type));

  g_assert_nonnull (found);
  return found;
}

/* The first widget in the window that says @label; one that is seen, where there is one. */
GtkWidget *
window_fixture_find_label (WindowFixture *fixture,
                           const char *label)
{
  GtkWidget *found = find_widget (GTK_WIDGET (fixture->window), has_seen_label, label);

  if (found == NULL)
    found = find_widget (GTK_WIDGET (fixture->window), has_label, label);

  g_assert_nonnull (found);
  return found;
}

/* The first widget in the window with @css_class. */
GtkWidget *
window_fixture_find_css_class (WindowFixture *fixture,
                               const char *css_class)
{
  GtkWidget *found = find_widget (GTK_WIDGET (fixture->window), has_css_class, css_class);

  g_assert_nonnull (found);
  return found;
}

/* Waits until the window has drawn nothing for a while. What fades, fades away first; a cursor that blinks is none. */
void
window_fixture_wait_quiet (WindowFixture *fixture)
{
  GdkFrameClock *clock = gtk_widget_get_frame_clock (GTK_WIDGET (fixture->window));
  gint64 last_frame_us = g_get_monotonic_time ();
  gulong on_frame;

  gtk_window_set_focus (GTK_WINDOW (fixture->window), NULL);
  on_frame = g_signal_connect (clock, "before-paint", G_CALLBACK (remember_frame_cb), &last_frame_us);
  hub_test_wait_until (g_get_monotonic_time () - last_frame_us > QUIET_US);
  g_signal_handler_disconnect (clock, on_frame);
}
