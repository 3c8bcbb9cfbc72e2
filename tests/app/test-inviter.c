/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "app/inviting/hub-inviter.h"
#include "app/inviting/hub-page-list.h"
#include "app/joining/hub-info-lookup.h"
#include "app/inviting/hub-port-probe.h"
#include "tests/support/hub-test-wait.h"

#include <libsoup/soup.h>

#include <string.h>

/* What others are invited with, by a program that hosts, and one that has joined. */

typedef struct
{
  HubHost *host;
  HubChatState *state;
  HubDiscovery *discovery;
  HubInviter *inviter;
  HubInvitation *invitation; /* (unowned) */
} Fixture;

static void
started_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  hub_host_start_finish (HUB_HOST (object), result, &error);
  g_assert_no_error (error);
  *(gboolean *) user_data = TRUE;
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  const HubHostOptions options = { .mqtt_port = 1883, .http_port = 9001 };
  gboolean is_started = FALSE;

  fixture->host = hub_host_new (&options);
  hub_host_start_async (fixture->host, started_cb, &is_started);
  hub_test_wait_until (is_started);
  fixture->state = hub_chat_state_new ();
  fixture->discovery = hub_discovery_new (fixture->state);
  fixture->inviter = hub_inviter_new (fixture->state, fixture->discovery);
  fixture->invitation = hub_chat_state_get_invitation (fixture->state);
}

static gboolean
is_alone (gpointer object)
{
  return ((GObject *) object)->ref_count == 1;
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  hub_inviter_set_host (fixture->inviter, NULL);
  hub_inviter_set_page (fixture->inviter, NULL);
  /* What was cancelled says so first. */
  hub_test_wait_until (is_alone (fixture->inviter));
  g_assert_finalize_object (fixture->inviter);
  g_assert_finalize_object (fixture->discovery);
  g_assert_finalize_object (fixture->state);
  hub_host_stop (fixture->host);
  g_clear_object (&fixture->host);
}

static char *
pages_of (Fixture *fixture)
{
  return g_strjoinv (" ", (char **) hub_invitation_get_pages (fixture->invitation));
}

static char *
expected_pages (Fixture *fixture)
{
  g_auto (GStrv) urls = hub_host_list_urls (fixture->host);
  g_auto (GStrv) pages = hub_page_list_for_others ((const char *const *) urls);

  g_assert_nonnull (pages[0]);
  return g_strjoinv (" ", pages);
}

static void
test_hosting (Fixture *fixture, gconstpointer data)
{
  HubStanding *standing = hub_chat_state_get_standing (fixture->state);
  g_autofree char *expected = expected_pages (fixture);
  g_autofree char *pages = NULL;
  const HubReach *reach;

  g_test_summary ("Who hosts invites to itself, and finds both ports open as soon as somebody looks");

  g_assert_null (hub_invitation_get_reach (fixture->invitation));
  hub_inviter_set_host (fixture->inviter, fixture->host);
  pages = pages_of (fixture);
  g_assert_cmpstr (pages, ==, expected);
  g_assert_cmpstr (hub_standing_get_join_url (standing), ==, hub_invitation_get_pages (fixture->invitation)[0]);
  reach = hub_invitation_get_reach (fixture->invitation);
  g_assert_nonnull (reach);
  g_assert_cmpuint (reach->http_port, ==, hub_host_get_http_port (fixture->host));
  g_assert_cmpuint (reach->mqtt_port, ==, hub_host_get_mqtt_port (fixture->host));
  g_assert_cmpuint (reach->n_addresses, ==, hub_page_list_count_reachable (hub_invitation_get_pages (fixture->invitation)));
  g_assert_cmpint (reach->is_http_open, ==, HUB_REACH_UNKNOWN);
  g_assert_false (reach->is_discovery_running);

  hub_door_set_lock (hub_chat_state_get_door (fixture->state), TRUE, "sesame");
  g_assert_cmpstr (hub_invitation_get_key (fixture->invitation), ==, "sesame");

  hub_invitation_set_is_watched (fixture->invitation, TRUE);
  hub_test_wait_until (hub_invitation_get_reach (fixture->invitation)->is_http_open == HUB_REACH_YES &&
                       hub_invitation_get_reach (fixture->invitation)->is_mqtt_open == HUB_REACH_YES);
  g_assert_cmpuint (hub_invitation_get_reach (fixture->invitation)->n_devices, ==, 0);
  g_assert_false (hub_invitation_get_reach (fixture->invitation)->had_devices);

  hub_inviter_set_host (fixture->inviter, NULL);
  g_assert_null (hub_invitation_get_reach (fixture->invitation));
  g_assert_null (hub_invitation_get_pages (fixture->invitation)[0]);
  g_assert_null (hub_standing_get_join_url (standing));
  g_assert_null (hub_invitation_get_key (fixture->invitation));
}

static void
test_joined (Fixture *fixture, gconstpointer data)
{
  g_autofree char *expected = expected_pages (fixture);
  g_autofree char *page = g_strdup_printf ("http://127.0.0.1:%u/", hub_host_get_http_port (fixture->host));
  g_autofree char *pages = NULL;

  g_test_summary ("Who has joined invites to the host, by all addresses that it tells of itself");

  hub_inviter_set_page (fixture->inviter, page);
  g_assert_cmpstr (hub_standing_get_join_url (hub_chat_state_get_standing (fixture->state)), ==, page);
  g_assert_null (hub_invitation_get_reach (fixture->invitation));
  hub_test_wait_until (is_alone (fixture->inviter));
  pages = pages_of (fixture);
  g_assert_cmpstr (pages, ==, expected);

  hub_inviter_set_page (fixture->inviter, NULL);
  g_assert_null (hub_invitation_get_pages (fixture->invitation)[0]);
}

/* A host whose answer is of one length or another. */
static void
answer_cb (SoupServer *server, SoupServerMessage *message, const char *path, GHashTable *query, gpointer user_data)
{
  static const char info[] = "{\"ports\":{\"http\":9001},\"addresses\":[\"10.0.0.5\"]}";
  const gsize size = *(const gsize *) user_data;
  char *text = g_strnfill (size, ' ');

  g_assert_cmpstr (path, ==, "/api/info");
  memcpy (text, info, strlen (info));
  soup_server_message_set_status (message, 200, NULL);
  soup_server_message_set_response (message, "application/json", SOUP_MEMORY_TAKE, text, size);
}

static void
looked_up_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  GBytes **info = user_data;
  g_autoptr (GError) error = NULL;

  *info = hub_info_lookup_finish (result, &error);
  g_assert_no_error (error);
}

static void
test_long_answer (void)
{
  g_autoptr (SoupServer) server = soup_server_new (NULL, NULL);
  g_autoptr (GError) error = NULL;
  gsize size;
  GSList *uris;
  g_autofree char *page = NULL;

  g_test_summary ("An answer that is too long is none");

  soup_server_add_handler (server, NULL, answer_cb, &size, NULL);
  g_assert_true (soup_server_listen_local (server, 0, SOUP_SERVER_LISTEN_IPV4_ONLY, &error));
  g_assert_no_error (error);
  uris = soup_server_get_uris (server);
  page = g_uri_to_string (uris->data);
  g_slist_free_full (uris, (GDestroyNotify) g_uri_unref);

  for (size = HUB_INFO_LOOKUP_BYTES_MAX; size <= HUB_INFO_LOOKUP_BYTES_MAX + 1; size++)
    {
      GBytes *answer = NULL;

      hub_info_lookup_async (page, HUB_INFO_LOOKUP_TIMEOUT_S, NULL, looked_up_cb, &answer);
      hub_test_wait_until (answer != NULL);
      g_assert_cmpuint (g_bytes_get_size (answer), ==, size <= HUB_INFO_LOOKUP_BYTES_MAX ? size : 0);
      g_bytes_unref (answer);
    }
}

typedef struct
{
  gboolean is_done;
  gboolean is_open;
  GError *error;
} Probe;

static void
probed_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  Probe *probe = user_data;

  hub_port_probe_finish (result, &probe->is_open, &probe->error);
  probe->is_done = TRUE;
}

static void
test_probe (void)
{
  g_autoptr (GSocketListener) listener = g_socket_listener_new ();
  g_autoptr (GCancellable) cancelled = g_cancellable_new ();
  const guint16 port = g_socket_listener_add_any_inet_port (listener, NULL, NULL);
  Probe open = { 0 };
  Probe closed = { 0 };
  Probe ended = { 0 };

  g_test_summary ("A port is open when somebody answers there, and only then");

  hub_port_probe_async ("127.0.0.1", port, NULL, probed_cb, &open);
  hub_test_wait_until (open.is_done);
  g_assert_no_error (open.error);
  g_assert_true (open.is_open);

  g_cancellable_cancel (cancelled);
  hub_port_probe_async ("127.0.0.1", port, cancelled, probed_cb, &ended);
  hub_test_wait_until (ended.is_done);
  g_assert_error (ended.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&ended.error);

  g_socket_listener_close (listener);
  hub_port_probe_async ("127.0.0.1", port, NULL, probed_cb, &closed);
  hub_test_wait_until (closed.is_done);
  g_assert_no_error (closed.error);
  g_assert_false (closed.is_open);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);

  g_test_add ("/app/inviter/hosting", Fixture, NULL, set_up, test_hosting, tear_down);
  g_test_add ("/app/inviter/joined", Fixture, NULL, set_up, test_joined, tear_down);
  g_test_add_func ("/app/inviter/long-answer", test_long_answer);
  g_test_add_func ("/app/inviter/probe", test_probe);

  return g_test_run ();
}
