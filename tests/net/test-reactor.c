/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/net/hub-reactor.h"

#include <sys/socket.h>
#include <unistd.h>

/* In which order descriptors are served, and that none is forgotten. */

/* More than one turn hears of, and as many as one does. */
#define N_MANY 300
#define N_IN_ONE_TURN 200

typedef struct _Fixture Fixture;

typedef struct
{
  HubWatch watch; /* first, so that the pointer is this one */
  Fixture *fixture;
  char name;
  gsize read_size;       /* in a call */
  HubWatch *also_remove; /* (nullable): when called */
  int far_fd;            /* the other end; -1 when closed */
  gboolean is_added;
} End;

struct _Fixture
{
  GMainContext *context;
  HubReactor *reactor;
  GPtrArray *ends;
  GString *told; /* what was called: a name, or a full stop at the end of a turn */
};

static void
end_remove (End *self)
{
  hub_reactor_remove (self->fixture->reactor, &self->watch);
  self->is_added = FALSE;
}

static void
watch_cb (HubWatch *watch, guint32 events)
{
  End *self = (End *) watch;
  char bytes[16];

  g_string_append_c (self->fixture->told, self->name);
  if (self->also_remove != NULL)
    end_remove ((End *) self->also_remove);
  self->also_remove = NULL;
  if (read (watch->fd, bytes, self->read_size) <= 0)
    end_remove (self);
}

static gint64
turn_end_cb (gint64 now_us, gpointer user_data)
{
  Fixture *fixture = user_data;

  g_string_append_c (fixture->told, '.');
  return G_MAXINT64;
}

static void
end_free (gpointer data)
{
  End *self = data;

  if (self->is_added)
    end_remove (self);
  close (self->watch.fd);
  if (self->far_fd >= 0)
    close (self->far_fd);
  g_free (self);
}

static End *
add_end (Fixture *fixture, char name, guint effort)
{
  End *end = g_new0 (End, 1);
  int fds[2];

  g_assert_cmpint (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, fds), ==, 0);
  end->watch = (HubWatch){ .func = watch_cb, .fd = fds[0], .events = EPOLLIN | EPOLLRDHUP, .effort = effort };
  end->fixture = fixture;
  end->name = name;
  end->read_size = 16;
  end->far_fd = fds[1];
  end->is_added = TRUE;
  g_assert_true (hub_reactor_add (fixture->reactor, &end->watch, NULL));
  g_ptr_array_add (fixture->ends, end);
  return end;
}

static void
say (End *end, const char *text)
{
  g_assert_cmpint (write (end->far_fd, text, strlen (text)), ==, strlen (text));
}

static void
leave (End *end)
{
  close (end->far_fd);
  end->far_fd = -1;
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->context = g_main_context_new ();
  fixture->ends = g_ptr_array_new_with_free_func (end_free);
  fixture->told = g_string_new (NULL);
  fixture->reactor = hub_reactor_new (fixture->context, turn_end_cb, fixture, NULL);
  g_assert_nonnull (fixture->reactor);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_ptr_array_unref (fixture->ends);
  hub_reactor_free (fixture->reactor);
  g_main_context_unref (fixture->context);
  g_string_free (fixture->told, TRUE);
}

/* Until nothing is ready any more. */
static void
settle (Fixture *fixture)
{
  while (g_main_context_iteration (fixture->context, FALSE))
    ;
}

static guint
count (Fixture *fixture, char name)
{
  guint n = 0;

  for (gsize i = 0; i < fixture->told->len; i++)
    n += fixture->told->str[i] == name;
  return n;
}

static void
test_order (Fixture *fixture, gconstpointer data)
{
  End *gone = add_end (fixture, 'g', 0);
  End *comes = add_end (fixture, 'n', 1);
  End *there = add_end (fixture, 'l', 0);

  leave (gone);
  say (comes, "x");
  say (there, "x");
  g_main_context_iteration (fixture->context, FALSE);
  /* What is said by whom is there is written before the one who comes is served, too. */
  g_assert_cmpstr (fixture->told->str, ==, "gl.n.");
}

static void
test_one_turn (Fixture *fixture, gconstpointer data)
{
  End *gone = add_end (fixture, 'g', 0);

  say (gone, "x");
  leave (gone);
  settle (fixture);
  /* Its last word, and its end. */
  g_assert_cmpstr (fixture->told->str, ==, "g.g.");
}

/* However many go at once, those who stay are served between them. */
static void
test_many_go (Fixture *fixture, gconstpointer data)
{
  End *there;

  for (guint i = 0; i < N_MANY; i++)
    leave (add_end (fixture, 'g', 0));
  there = add_end (fixture, 'l', 0);
  say (there, "x");
  g_main_context_iteration (fixture->context, FALSE);
  g_assert_cmpuint (count (fixture, 'l'), ==, 1);
  g_assert_cmpuint (count (fixture, 'g'), <, N_MANY);

  /* In no turn more than a few. */
  for (const char *at = fixture->told->str; at != NULL; at = strchr (at + 1, '.'))
    g_assert_cmpuint (strspn (at + 1, "g"), <=, 12);

  say (there, "x");
  g_string_truncate (fixture->told, 0);
  g_main_context_iteration (fixture->context, FALSE);
  g_assert_cmpint (fixture->told->str[0], ==, 'l');
  settle (fixture);
  g_string_truncate (fixture->told, 0);
  settle (fixture);
  g_assert_cmpuint (fixture->told->len, ==, 0);
  for (guint i = 0; i < N_MANY; i++)
    g_assert_false (((End *) g_ptr_array_index (fixture->ends, i))->is_added);
}

static void
test_many_come (Fixture *fixture, gconstpointer data)
{
  End *there;

  for (guint i = 0; i < N_MANY; i++)
    say (add_end (fixture, 'n', 1), "x");
  there = add_end (fixture, 'l', 0);
  settle (fixture);
  g_assert_cmpuint (count (fixture, 'n'), ==, N_MANY);
  for (const char *at = fixture->told->str; at != NULL; at = strchr (at + 1, '.'))
    g_assert_cmpuint (strspn (at + 1, "n"), <=, 8);

  /* One that has settled is one of those who are there. */
  for (guint i = 0; i < 20; i++)
    say (g_ptr_array_index (fixture->ends, i), "x");
  ((End *) g_ptr_array_index (fixture->ends, 19))->watch.effort = 0;
  ((End *) g_ptr_array_index (fixture->ends, 19))->name = 's';
  say (there, "x");
  g_string_truncate (fixture->told, 0);
  g_main_context_iteration (fixture->context, FALSE);
  g_assert_true (g_str_has_prefix (fixture->told->str, "sl.nnnnnnnn."));
}

/* One who comes, and has something to say for many turns. */
static void
add_talker (Fixture *fixture, char name)
{
  End *end = add_end (fixture, name, 1);

  end->read_size = 1;
  say (end, "this goes on, and on, and on");
}

/* Whoever has always something to say is no reason for anybody else not to be heard. */
static void
test_all_have_their_turn (Fixture *fixture, gconstpointer data)
{
  const char *names = "abcdefghijklmnopqrstuvwxyz";
  guint least = G_MAXUINT;
  guint most = 0;

  for (const char *name = names; *name != '\0'; name++)
    add_talker (fixture, *name);
  for (guint i = 0; i < 20; i++)
    g_main_context_iteration (fixture->context, FALSE);
  for (const char *name = names; *name != '\0'; name++)
    {
      guint n = count (fixture, *name);

      least = MIN (least, n);
      most = MAX (most, n);
    }
  /* Eight in each of the 20 turns. */
  g_assert_cmpuint (least, >, 0);
  g_assert_cmpuint (most - least, <=, 1);
}

/* More who come than one turn hears of are none, either. */
static void
test_come_behind (Fixture *fixture, gconstpointer data)
{
  End *there;

  for (guint i = 0; i < N_MANY; i++)
    add_talker (fixture, 'n');
  there = add_end (fixture, 'l', 0);
  g_main_context_iteration (fixture->context, FALSE);
  for (guint i = 0; i < 20; i++)
    {
      say (there, "x");
      g_string_truncate (fixture->told, 0);
      g_main_context_iteration (fixture->context, FALSE);
      g_assert_true (g_str_has_prefix (fixture->told->str, "l.n"));
    }
}

/* One that waits, and is removed, or wants nothing any more. */
static void
test_remove_new (Fixture *fixture, gconstpointer data)
{
  End *removed = NULL;
  End *quiet = NULL;

  for (guint i = 0; i < N_MANY; i++)
    {
      say (add_end (fixture, 'n', 1), "x");
      if (i == N_IN_ONE_TURN / 2)
        {
          say (removed = add_end (fixture, 'r', 1), "x");
          say (quiet = add_end (fixture, 'q', 1), "x");
        }
    }
  g_main_context_iteration (fixture->context, FALSE);
  g_assert_cmpuint (count (fixture, 'n'), ==, 16);
  end_remove (removed);
  hub_reactor_set_events (fixture->reactor, &quiet->watch, 0);
  settle (fixture);
  g_assert_cmpuint (count (fixture, 'r'), ==, 0);
  g_assert_cmpuint (count (fixture, 'q'), ==, 0);
  g_assert_cmpuint (count (fixture, 'n'), ==, N_MANY);

  hub_reactor_set_events (fixture->reactor, &quiet->watch, EPOLLIN);
  settle (fixture);
  g_assert_cmpuint (count (fixture, 'q'), ==, 1);
}

/* Together they are no more than eight, either. */
static void
test_mixed_effort (Fixture *fixture, gconstpointer data)
{
  for (guint i = 0; i < N_IN_ONE_TURN; i++)
    say (i % 3 == 0 ? add_end (fixture, 'h', 4) : add_end (fixture, 'n', 1), "x");
  settle (fixture);
  g_assert_cmpuint (count (fixture, 'h') + count (fixture, 'n'), ==, N_IN_ONE_TURN);
  for (const char *at = fixture->told->str; at != NULL; at = strchr (at + 1, '.'))
    {
      guint effort = 0;

      for (const char *name = at + 1; *name == 'h' || *name == 'n'; name++)
        effort += *name == 'h' ? 4 : 1;
      g_assert_cmpuint (effort, <=, 8);
    }
}

/* Where there is more to do for each, fewer are served in a turn. */
static void
test_great_effort (Fixture *fixture, gconstpointer data)
{
  for (guint i = 0; i < N_MANY; i++)
    say (add_end (fixture, 'h', 4), "x");
  settle (fixture);
  g_assert_cmpuint (count (fixture, 'h'), ==, N_MANY);
  for (const char *at = fixture->told->str; at != NULL; at = strchr (at + 1, '.'))
    g_assert_cmpuint (strspn (at + 1, "h"), <=, 2);
}

/* What they have said before they went is read to its end, however little at once. */
static void
test_last_words (Fixture *fixture, gconstpointer data)
{
  guint n_bytes = 0;

  for (guint i = 0; i < N_MANY; i++)
    {
      End *end = add_end (fixture, 'g', 0);

      end->read_size = 1;
      say (end, "abc");
      n_bytes += 3;
      leave (end);
    }
  settle (fixture);
  g_assert_cmpuint (count (fixture, 'g'), ==, n_bytes + N_MANY);
}

/* Whoever is removed while set aside is not called any more. */
static void
test_remove (Fixture *fixture, gconstpointer data)
{
  End *there = add_end (fixture, 'l', 0);
  End *first = NULL;
  End *second;

  for (guint i = 0; i < N_IN_ONE_TURN; i++)
    {
      leave (add_end (fixture, 'g', 0));
      if (i == N_IN_ONE_TURN / 2)
        leave (first = add_end (fixture, '1', 0));
    }
  second = add_end (fixture, '2', 0);
  leave (second);
  say (there, "x");
  there->also_remove = &first->watch;
  g_main_context_iteration (fixture->context, FALSE);
  g_assert_cmpuint (count (fixture, '1'), ==, 0);
  g_assert_true (second->is_added);
  hub_reactor_set_events (fixture->reactor, &second->watch, 0);
  end_remove (second);
  settle (fixture);
  g_assert_cmpuint (count (fixture, '2'), ==, 0);
  g_assert_cmpuint (count (fixture, 'g'), ==, N_IN_ONE_TURN);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

#define ADD(path, func) g_test_add ("/reactor/" path, Fixture, NULL, set_up, func, tear_down)
  ADD ("order", test_order);
  ADD ("one-turn", test_one_turn);
  ADD ("many-go", test_many_go);
  ADD ("many-come", test_many_come);
  ADD ("all-have-their-turn", test_all_have_their_turn);
  ADD ("come-behind", test_come_behind);
  ADD ("remove-new", test_remove_new);
  ADD ("mixed-effort", test_mixed_effort);
  ADD ("great-effort", test_great_effort);
  ADD ("last-words", test_last_words);
  ADD ("remove", test_remove);
#undef ADD
  return g_test_run ();
}
