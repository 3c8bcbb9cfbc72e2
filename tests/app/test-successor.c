/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "app/hub-chat.h"
#include "app/hosting/hub-host.h"
#include "app/link/hub-link.h"
#include "app/leaving/hub-absence.h"
#include "app/leaving/hub-host-payload.h"
#include "broker/hub-broker.h"
#include "broker/net/hub-own-addresses.h"
#include "tests/support/hub-test-async.h"
#include "tests/support/hub-test-net-http.h"
#include "tests/support/hub-test-ports.h"
#include "tests/support/hub-test-wait.h"

#include <string.h>

/* A window that has joined a host, and what it does when that leaves. */

typedef struct
{
  HubHost *host;  /* (nullable) */
  HubLink *link;  /* the window of the host */
  char *guest_id; /* (nullable): the Client Identifier of the other window */
  GBytes *told;   /* (nullable): what it tells of itself */
  HubSettings *settings;
  HubChat *guest;
  HubChatState *state;
  guint16 http_port; /* where it would host */
} Fixture;

static HubHost *
start_host (void)
{
  const HubHostOptions options = { .mqtt_port = hub_test_ports_choose (), .http_port = hub_test_ports_choose () };
  HubHost *host = hub_host_new (&options);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  hub_host_start_async (host, hub_test_keep_result, &result);
  hub_test_wait_until (result != NULL);
  hub_host_start_finish (host, result, &error);
  g_assert_no_error (error);
  return host;
}

static void
presence_cb (Fixture *fixture, const char *client_id, GBytes *bytes)
{
  if (g_str_equal (client_id, hub_link_get_client_id (fixture->link)) || g_bytes_get_size (bytes) == 0)
    return;
  g_free (fixture->guest_id);
  fixture->guest_id = g_strdup (client_id);
  g_clear_pointer (&fixture->told, g_bytes_unref);
  fixture->told = g_bytes_ref (bytes);
}

static gboolean
is_connected (Fixture *fixture)
{
  return hub_standing_get_connection (hub_chat_state_get_standing (fixture->state)) == HUB_CHAT_CONNECTION_CONNECTED;
}

/* Says again and again that somebody is writing. */
static gboolean
hears_typing (Fixture *fixture)
{
  static const char text[] = "{\"from\":\"aaaa000000000000\",\"name\":\"Ada\"}";
  g_autoptr (GBytes) person = g_bytes_new_static (text, sizeof text - 1);

  hub_link_publish (fixture->link, HUB_LINK_TYPING, person, 0, FALSE);
  return hub_room_get_typing (hub_chat_state_get_room (fixture->state)) != NULL;
}

static void
join (Fixture *fixture, const char *credentials)
{
  g_autofree char *address = g_strdup_printf ("mqtt://%s127.0.0.1:%u", credentials, hub_host_get_mqtt_port (fixture->host));
  g_autoptr (GError) error = NULL;

  g_assert_true (hub_chat_join (fixture->guest, address, &error));
  g_assert_no_error (error);
  /* Whoever hears who is writing hears what the host says, too. */
  hub_test_wait_until (is_connected (fixture) && fixture->guest_id != NULL && hears_typing (fixture));
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->settings = hub_settings_new ();
  hub_test_ports_use ();
  fixture->http_port = (guint16) g_settings_get_int (hub_settings_get_gsettings (fixture->settings), "http-port");
  fixture->host = start_host ();
  fixture->link = hub_link_new_local (fixture->host);
  g_signal_connect_swapped (fixture->link, "presence", G_CALLBACK (presence_cb), fixture);
  hub_link_start (fixture->link);
  hub_test_wait_until (hub_link_get_state (fixture->link) == HUB_LINK_CONNECTED);
  fixture->guest = hub_chat_new (fixture->settings);
  fixture->state = hub_chat_get_state (fixture->guest);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  HubChat *guest = fixture->guest;

  hub_chat_stop (guest);
  g_object_add_weak_pointer (G_OBJECT (guest), (gpointer *) &fixture->guest);
  g_object_unref (guest);
  hub_test_wait_until (fixture->guest == NULL);
  g_signal_handlers_disconnect_by_data (fixture->link, fixture);
  hub_link_close (fixture->link);
  g_clear_object (&fixture->link);
  if (fixture->host != NULL)
    hub_host_stop (fixture->host);
  g_clear_object (&fixture->host);
  g_assert_finalize_object (fixture->settings);
  g_free (fixture->guest_id);
  g_clear_pointer (&fixture->told, g_bytes_unref);
}

/* The host leaves in order; @client names who goes on at @next, if anybody does. */
static void
leave (Fixture *fixture, const char *client, const char *next)
{
  const char *const endpoints[] = { next, NULL };
  g_autoptr (GBytes) word = client != NULL ? hub_host_payload_new (client, endpoints) : NULL;

  hub_link_close (fixture->link);
  hub_broker_set_farewell (hub_host_get_broker (fixture->host), word);
  hub_host_stop (fixture->host);
  g_clear_object (&fixture->host);
}

static guint
status_of (guint16 http_port)
{
  g_autoptr (HubTestAnswer) answer = hub_test_http_get (http_port, "/api/messages", NULL);

  return answer->status;
}

static gboolean
is_hosting (Fixture *fixture)
{
  return hub_standing_get_is_hosting (hub_chat_state_get_standing (fixture->state)) && is_connected (fixture);
}

static void
say (Fixture *fixture, const char *text)
{
  g_assert_true (hub_chat_state_publish (fixture->state, text));
}

/* Whether the window shows that @text was sent. */
static gboolean
is_sent (Fixture *fixture, const char *text)
{
  HubMessageList *messages = hub_chat_state_get_messages (fixture->state);

  hub_message_list_flush (messages);
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (messages)); i++)
    {
      g_autoptr (HubMessageItem) item = g_list_model_get_item (G_LIST_MODEL (messages), i);

      if (g_strcmp0 (hub_message_item_get_text (item), text) == 0 &&
          hub_message_item_get_state (item) == HUB_MESSAGE_STATE_SENT)
        return TRUE;
    }
  return FALSE;
}

static void
test_named (Fixture *fixture, gconstpointer data)
{
  join (fixture, "");
  say (fixture, "before");
  hub_test_wait_until (is_sent (fixture, "before"));
  leave (fixture, fixture->guest_id, "192.0.2.1:9001");
  hub_test_wait_until (is_hosting (fixture));
  g_assert_cmpuint (status_of (fixture->http_port), ==, 200);
  /* What was said is still there, and what is said now goes to everybody. */
  g_assert_true (is_sent (fixture, "before"));
  say (fixture, "after");
  hub_test_wait_until (is_sent (fixture, "after"));
  g_assert_null (hub_standing_get_problem (hub_chat_state_get_standing (fixture->state)));
}

static void
test_password (Fixture *fixture, gconstpointer data)
{
  HubDoor *door = hub_chat_state_get_door (fixture->state);

  g_test_summary ("Nobody comes into the chat without the password that it had, and it is not that of the own one");

  join (fixture, "hubbub:tavo@");
  leave (fixture, fixture->guest_id, "192.0.2.1:9001");
  hub_test_wait_until (is_hosting (fixture));
  g_assert_cmpuint (status_of (fixture->http_port), ==, 401);
  g_assert_cmpstr (hub_door_get_password (door), ==, "tavo");

  hub_chat_host (fixture->guest);
  g_assert_false (hub_door_get_is_locked (door));
}

static void
test_own_password (Fixture *fixture, gconstpointer data)
{
  HubDoor *door = hub_chat_state_get_door (fixture->state);

  g_test_summary ("Who has a password of their own does not take strangers in unless they want to");

  hub_door_lock (door, "mine");
  hub_test_wait_until (hub_door_get_is_locked (door));
  join (fixture, "hubbub:tavo@");
  leave (fixture, fixture->guest_id, "192.0.2.1:9001");
  hub_test_wait_until (hub_joining_get_is_orphaned (hub_chat_state_get_joining (fixture->state)));
  hub_joining_succeed (hub_chat_state_get_joining (fixture->state));
  hub_test_wait_until (is_hosting (fixture));
  g_assert_cmpstr (hub_door_get_password (door), ==, "mine");
  g_assert_cmpuint (status_of (fixture->http_port), ==, 401);
  hub_door_lock (door, NULL);
  hub_test_wait_until (!hub_door_get_is_locked (door));
}

static void
test_nobody (Fixture *fixture, gconstpointer data)
{
  HubJoining *joining = hub_chat_state_get_joining (fixture->state);

  join (fixture, "");
  g_assert_false (hub_joining_get_is_orphaned (joining));
  leave (fixture, NULL, NULL);
  hub_test_wait_until (hub_joining_get_is_orphaned (joining));
  g_assert_cmpstr (hub_standing_get_problem (hub_chat_state_get_standing (fixture->state)),
                   ==,
                   "127.0.0.1 has stopped hosting this chat. It goes on when somebody else hosts it.");
  say (fixture, "meanwhile");
  g_assert_false (is_sent (fixture, "meanwhile"));
  hub_joining_succeed (joining);
  hub_test_wait_until (is_hosting (fixture) && is_sent (fixture, "meanwhile"));
  g_assert_false (hub_joining_get_is_orphaned (joining));
}

static gboolean
is_on_network (void)
{
  g_auto (GStrv) addresses = hub_own_addresses ();
  g_autoptr (GInetAddress) inet = g_inet_address_new_from_string (addresses[0]);

  return !g_inet_address_get_is_loopback (inet) && g_inet_address_get_family (inet) == G_SOCKET_FAMILY_IPV4;
}

static gboolean
tells (Fixture *fixture, const char *text)
{
  gsize size;
  const char *told = g_bytes_get_data (fixture->told, &size);

  return g_strstr_len (told, (gssize) size, text) != NULL;
}

static void
test_other_port (Fixture *fixture, gconstpointer data)
{
  const guint16 port = hub_test_ports_choose ();
  g_autofree char *former = g_strdup_printf (":%u\"", fixture->http_port);
  g_autofree char *chosen = g_strdup_printf (":%u\"", port);

  g_test_summary ("Who chooses another port while a guest is found there when the host has gone");

  if (!is_on_network ())
    {
      g_test_skip ("this computer is on no network");
      return;
    }
  join (fixture, "");
  hub_test_wait_until (tells (fixture, former));
  g_settings_set_int (hub_settings_get_gsettings (fixture->settings), "http-port", port);
  hub_test_wait_until (tells (fixture, chosen));
  leave (fixture, fixture->guest_id, "192.0.2.1:9001");
  hub_test_wait_until (is_hosting (fixture));
  g_assert_cmpuint (status_of (port), ==, 200);
}

/* Somebody else is named: it is looked for until it is there. */
static void
test_follow (Fixture *fixture, gconstpointer data)
{
  g_auto (GStrv) addresses = hub_own_addresses ();
  g_autofree char *next = NULL;
  HubHost *other;

  if (!is_on_network ())
    {
      g_test_skip ("this computer is on no network");
      return;
    }
  join (fixture, "");
  other = start_host ();
  next = g_strdup_printf ("%s:%u", addresses[0], hub_host_get_http_port (other));
  leave (fixture, "somebody", next);
  hub_test_wait_until (!is_connected (fixture));
  say (fixture, "on the way");
  hub_test_wait_until (is_connected (fixture) && is_sent (fixture, "on the way"));
  g_assert_false (hub_standing_get_is_hosting (hub_chat_state_get_standing (fixture->state)));
  g_assert_cmpstr (hub_joining_get_recent (hub_chat_state_get_joining (fixture->state))[0], !=, NULL);
  hub_host_stop (other);
  g_object_unref (other);
}

/* Which of the two it is comes out of what the link tells after each attempt. */
static void
test_absence (void)
{
  HubAbsenceCount count = { 0 };
  g_autofree char *left = hub_absence_explain (HUB_ABSENCE_LEFT, "ship");
  g_autofree char *gone = hub_absence_explain (HUB_ABSENCE_GONE, "ship");

  /* A host that was never there has not gone. */
  for (guint i = 0; i < HUB_ABSENCE_TRIES + 2; i++)
    g_assert_cmpint (hub_absence_hear (&count, HUB_LINK_WAITING, FALSE, FALSE), ==, HUB_ABSENCE_NONE);
  g_assert_cmpint (hub_absence_hear (&count, HUB_LINK_CONNECTED, FALSE, FALSE), ==, HUB_ABSENCE_NONE);
  for (guint i = 0; i < HUB_ABSENCE_TRIES; i++)
    g_assert_cmpint (hub_absence_hear (&count, HUB_LINK_WAITING, FALSE, FALSE), ==, HUB_ABSENCE_LOST);
  g_assert_cmpint (hub_absence_hear (&count, HUB_LINK_CONNECTING, FALSE, FALSE), ==, HUB_ABSENCE_LOST);
  g_assert_cmpint (hub_absence_hear (&count, HUB_LINK_WAITING, FALSE, FALSE), ==, HUB_ABSENCE_GONE);
  /* It is back, and has another password. */
  g_assert_cmpint (hub_absence_hear (&count, HUB_LINK_WAITING, FALSE, TRUE), ==, HUB_ABSENCE_NONE);
  g_assert_cmpint (hub_absence_hear (&count, HUB_LINK_WAITING, FALSE, FALSE), ==, HUB_ABSENCE_LOST);
  g_assert_cmpint (hub_absence_hear (&count, HUB_LINK_CONNECTED, FALSE, FALSE), ==, HUB_ABSENCE_NONE);
  g_assert_cmpint (hub_absence_hear (&count, HUB_LINK_WAITING, TRUE, FALSE), ==, HUB_ABSENCE_LEFT);

  g_assert_true (hub_absence_is_for_good (HUB_ABSENCE_LEFT) && hub_absence_is_for_good (HUB_ABSENCE_GONE));
  g_assert_false (hub_absence_is_for_good (HUB_ABSENCE_LOST) || hub_absence_is_for_good (HUB_ABSENCE_FOLLOWING));
  g_assert_nonnull (strstr (left, "ship"));
  g_assert_cmpstr (left, !=, gone);
  g_assert_null (hub_absence_explain (HUB_ABSENCE_LOST, "ship"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  /* Nobody's keyring. */
  g_setenv ("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent", TRUE);
#define add(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)
  add ("/app/successor/named", test_named);
  add ("/app/successor/password", test_password);
  add ("/app/successor/own-password", test_own_password);
  add ("/app/successor/nobody", test_nobody);
  add ("/app/successor/follow", test_follow);
  add ("/app/successor/other-port", test_other_port);
  g_test_add_func ("/app/successor/absence", test_absence);
  return g_test_run ();
}
