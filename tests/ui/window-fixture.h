/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "ui/hub-window.h"

G_BEGIN_DECLS

/**
 * WindowFixture:
 * @state: what the window shows
 * @window: the window
 * @n_ticks: frames since the recording began
 * @longest_us: the longest of them
 * @longest_cpu_us: the most processor time that one of them took
 *
 * A window with a state behind it and nobody behind that.
 */
typedef struct
{
  HubChatState *state;
  HubWindow *window;
  guint n_ticks;
  gint64 longest_us;
  gint64 longest_cpu_us;

  /*< private >*/
  guint tick;
  gint64 last_us;
  gint64 last_cpu_us;
} WindowFixture;

void window_tests_init (int *argc, char ***argv);
int window_tests_run (void);

void window_fixture_set_up (WindowFixture *fixture, gconstpointer data);
void window_fixture_tear_down (WindowFixture *fixture, gconstpointer data);
void window_fixture_present (WindowFixture *fixture, int width, int height);
void window_fixture_wait_frames (WindowFixture *fixture, guint n_frames);
void window_fixture_record (WindowFixture *fixture);
void window_fixture_stop (WindowFixture *fixture);
void window_fixture_say (WindowFixture *fixture, const char *name, const char *text);
void window_fixture_say_many (WindowFixture *fixture, guint n_messages);
void window_fixture_say_examples (WindowFixture *fixture);
void window_fixture_flush (WindowFixture *fixture);
char *window_fixture_picture_of (GtkWidget *widget, const char *file_name) G_GNUC_WARN_UNUSED_RESULT;
void window_fixture_picture (WindowFixture *fixture, const char *file_name);
void window_fixture_resize (WindowFixture *fixture, int width, int height);
GtkWidget *window_fixture_find (WindowFixture *fixture, GType type);
GtkWidget *window_fixture_find_css_class (WindowFixture *fixture, const char *css_class);
void window_fixture_wait_quiet (WindowFixture *fixture);
GtkWidget *window_fixture_find_label (WindowFixture *fixture, const char *label);

G_END_DECLS
