/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/net/hub-http.h"

#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* Many browsers at once, and how many of them are served before the others of the broker have their turn. */

#define N_BROWSERS 24
#define AT_ONCE_MAX 4
#define ROUNDS_MAX 10000

typedef struct
{
  GMainContext *context;
  HubReactor *reactor;
  HubAdmission *admission;
  HubHttp *http;
  int browsers[N_BROWSERS];
} Fixture;

static gint64
turn_end_cb (gint64 now_us, gpointer user_data)
{
  return G_MAXINT64;
}

static void
upgraded_cb (HubArrival *arrival, GByteArray *first_bytes, gpointer user_data)
{
  g_assert_not_reached ();
}

static void
refused_cb (const HubIpAddress *address, const char *sentence, gpointer user_data)
{
  g_assert_not_reached ();
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  static const HubHttpFuncs funcs = { .upgraded = upgraded_cb, .refused = refused_cb };
  HubHttpOptions options = { .timeout_us = 60 * G_TIME_SPAN_SECOND };

  fixture->context = g_main_context_new ();
  g_main_context_push_thread_default (fixture->context);
  fixture->reactor = hub_reactor_new (fixture->context, turn_end_cb, NULL, NULL);
  fixture->admission = hub_admission_new (0, FALSE);
  fixture->http = hub_http_new (fixture->reactor, fixture->admission, &options, &funcs, NULL);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  hub_http_close_all (fixture->http);
  while (hub_http_get_count (fixture->http) > 0)
    g_main_context_iteration (fixture->context, TRUE);
  hub_http_free (fixture->http);
  hub_admission_free (fixture->admission);
  hub_reactor_free (fixture->reactor);
  g_main_context_pop_thread_default (fixture->context);
  g_main_context_unref (fixture->context);
}

static int
send_request (Fixture *fixture)
{
  static const char request[] = "GET /nothing HTTP/1.1\r\nHost: localhost\r\n\r\n";
  HubArrival arrival = { .fd = -1 };
  int ends[2];

  g_assert_cmpint (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends), ==, 0);
  g_assert_cmpint (write (ends[1], request, sizeof request - 1), ==, sizeof request - 1);
  hub_ip_address_init_unix (&arrival.address, 1);
  arrival.fd = ends[0];
  hub_http_take (fixture->http, &arrival);
  return ends[1];
}

static guint
count_answers (Fixture *fixture)
{
  guint count = 0;
  char status[16];

  for (guint i = 0; i < N_BROWSERS; i++)
    if (recv (fixture->browsers[i], status, sizeof status, MSG_PEEK) > 0)
      {
        g_assert_cmpmem (status, 12, "HTTP/1.1 404", 12);
        count++;
      }
  return count;
}

static void
test_many (Fixture *fixture, gconstpointer data)
{
  guint n_answers = 0;

  for (guint i = 0; i < N_BROWSERS; i++)
    fixture->browsers[i] = send_request (fixture);
  for (guint round = 0; n_answers < N_BROWSERS; round++)
    {
      guint n_before = n_answers;

      g_assert_cmpuint (round, <, ROUNDS_MAX);
      g_main_context_iteration (fixture->context, FALSE);
      n_answers = count_answers (fixture);
      g_assert_cmpuint (n_answers - n_before, <=, AT_ONCE_MAX);
    }
  for (guint i = 0; i < N_BROWSERS; i++)
    close (fixture->browsers[i]);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/net/http-door/many", Fixture, NULL, set_up, test_many, tear_down);
  return g_test_run ();
}
