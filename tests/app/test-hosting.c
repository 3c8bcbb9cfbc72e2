/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "app/hub-chat.h"
#include "tests/support/hub-test-net-http.h"
#include "tests/support/hub-test-ports.h"
#include "tests/support/hub-test-wait.h"

#include <string.h>

/* What is changed in the preferences while this computer hosts, and what comes of it. */

typedef struct
{
  HubSettings *settings;
  GSettings *gsettings; /* (unowned) */
  HubChat *chat;
  HubChatState *state;
  HubHosting *hosting;
  GString *told; /* each followed by a line end */
} Fixture;

static HubStanding *
standing_of (Fixture *fixture)
{
  return hub_chat_state_get_standing (fixture->state);
}

/* Two that are free, and stay so as long as nobody else wants just these. */
static void
choose_ports (guint16 ports[2])
{
  for (guint i = 0; i < 2; i++)
    ports[i] = hub_test_ports_choose ();
}

static void
told_cb (HubHosting *hosting, const char *text, gpointer user_data)
{
  g_string_append_printf (user_data, "%s\n", text);
}

static gboolean
is_connected (Fixture *fixture)
{
  return hub_standing_get_connection (standing_of (fixture)) == HUB_CHAT_CONNECTION_CONNECTED;
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  static const char *const keys[] = { "allow-outside", "history-days", "history-messages", "host-on-start", "http-port", "mqtt-port", "name" };
  guint16 ports[2];

  choose_ports (ports);
  fixture->settings = hub_settings_new ();
  fixture->gsettings = hub_settings_get_gsettings (fixture->settings);
  for (gsize i = 0; i < G_N_ELEMENTS (keys); i++)
    g_settings_reset (fixture->gsettings, keys[i]);
  g_settings_set_int (fixture->gsettings, "mqtt-port", ports[0]);
  g_settings_set_int (fixture->gsettings, "http-port", ports[1]);
  fixture->told = g_string_new (NULL);
  fixture->chat = hub_chat_new (fixture->settings);
  fixture->state = hub_chat_get_state (fixture->chat);
  fixture->hosting = hub_chat_state_get_hosting (fixture->state);
  g_signal_connect (fixture->hosting, "told", G_CALLBACK (told_cb), fixture->told);
  g_assert_false (hub_hosting_get_is_open (fixture->hosting));
  hub_chat_host (fixture->chat);
  hub_test_wait_until (is_connected (fixture));
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  hub_chat_stop (fixture->chat);
  g_assert_false (hub_hosting_get_is_open (fixture->hosting));
  g_signal_handlers_disconnect_by_data (fixture->hosting, fixture->told);
  g_assert_finalize_object (fixture->chat);
  g_assert_finalize_object (fixture->settings);
  g_string_free (fixture->told, TRUE);
}

static gboolean
is_taken (guint16 port)
{
  g_autoptr (GSocketListener) listener = g_socket_listener_new ();

  return !g_socket_listener_add_inet_port (listener, port, NULL, NULL);
}

static void
expect_ports (Fixture *fixture, guint16 mqtt_port, guint16 http_port)
{
  g_autofree char *status = g_strdup_printf ("Browsers join on port %u, MQTT clients on port %u.", http_port, mqtt_port);
  g_autofree char *end = g_strdup_printf (":%u/", http_port);
  g_autoptr (HubTestAnswer) answer = NULL;

  g_assert_true (hub_hosting_get_is_open (fixture->hosting));
  g_assert_cmpstr (hub_hosting_get_status (fixture->hosting), ==, status);
  g_assert_true (g_str_has_suffix (hub_standing_get_join_url (standing_of (fixture)), end));
  answer = hub_test_http_get (http_port, "/api/info", NULL);
  g_assert_cmpuint (answer->status, ==, 200);
  g_assert_true (is_taken (mqtt_port));
}

static void
test_ports (Fixture *fixture, gconstpointer data)
{
  const guint16 old_mqtt = (guint16) g_settings_get_int (fixture->gsettings, "mqtt-port");
  const guint16 old_http = (guint16) g_settings_get_int (fixture->gsettings, "http-port");
  g_autofree char *expected = NULL;
  guint16 ports[2];

  expect_ports (fixture, old_mqtt, old_http);
  g_assert_cmpstr (fixture->told->str, ==, "");
  choose_ports (ports);

  g_settings_set_int (fixture->gsettings, "http-port", ports[1]);
  hub_test_wait_until (fixture->told->len > 0 && is_connected (fixture));
  expect_ports (fixture, old_mqtt, ports[1]);
  g_assert_false (is_taken (old_http));
  expected = g_strdup_printf ("%s\n", hub_hosting_get_status (fixture->hosting));
  g_assert_cmpstr (fixture->told->str, ==, expected);

  /* The second change while the host is on its way to the first. */
  g_string_truncate (fixture->told, 0);
  g_settings_set_int (fixture->gsettings, "mqtt-port", ports[0]);
  hub_test_wait_until (!hub_hosting_get_is_open (fixture->hosting));
  g_settings_set_int (fixture->gsettings, "http-port", old_http);
  hub_test_wait_until (strstr (hub_hosting_get_status (fixture->hosting), "Browsers") != NULL && is_connected (fixture) &&
                       g_str_has_suffix (hub_standing_get_join_url (standing_of (fixture)), "/") && !is_taken (ports[1]) &&
                       !is_taken (old_mqtt));
  expect_ports (fixture, ports[0], old_http);
  g_assert_null (hub_standing_get_problem (standing_of (fixture)));
}

static void
count_opened_cb (HubHosting *hosting, GParamSpec *pspec, gpointer user_data)
{
  guint *n_opened = user_data;

  if (hub_hosting_get_is_open (hosting))
    (*n_opened)++;
}

static void
test_both_ports (Fixture *fixture, gconstpointer data)
{
  const guint16 old_mqtt = (guint16) g_settings_get_int (fixture->gsettings, "mqtt-port");
  guint n_opened = 0;
  guint16 ports[2];

  g_test_summary ("Both ports are chosen at once: the host restarts once, and not for what was taken back");

  choose_ports (ports);
  g_signal_connect (fixture->hosting, "notify::is-open", G_CALLBACK (count_opened_cb), &n_opened);
  g_settings_set_int (fixture->gsettings, "http-port", ports[1]);
  g_settings_set_int (fixture->gsettings, "mqtt-port", ports[0]);
  hub_test_wait_until (fixture->told->len > 0 && is_connected (fixture));
  expect_ports (fixture, ports[0], ports[1]);
  g_assert_cmpuint (n_opened, ==, 1);

  g_string_truncate (fixture->told, 0);
  g_settings_set_int (fixture->gsettings, "mqtt-port", old_mqtt);
  g_settings_set_int (fixture->gsettings, "mqtt-port", ports[0]);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  expect_ports (fixture, ports[0], ports[1]);
  g_assert_cmpuint (n_opened, ==, 1);
  g_assert_cmpstr (fixture->told->str, ==, "");
  g_signal_handlers_disconnect_by_data (fixture->hosting, &n_opened);
}

/* Another program has it: the next one is taken, and both the preferences and the window say so. */
static void
test_taken (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GSocketListener) stranger = g_socket_listener_new ();
  const guint16 taken = g_socket_listener_add_any_inet_port (stranger, NULL, NULL);
  g_autofree char *begin = g_strdup_printf ("Port %u is taken by another program: MQTT is on ", taken);

  g_settings_set_int (fixture->gsettings, "mqtt-port", taken);
  hub_test_wait_until (fixture->told->len > 0 && is_connected (fixture));
  g_assert_true (g_str_has_prefix (fixture->told->str, begin));
  g_assert_true (g_str_has_prefix (hub_hosting_get_status (fixture->hosting), begin));
  g_assert_true (g_str_has_prefix (hub_standing_get_problem (standing_of (fixture)), begin));
  g_assert_true (hub_hosting_get_is_open (fixture->hosting));
}

static char *
get (Fixture *fixture, const char *path)
{
  g_autoptr (HubTestAnswer) answer = hub_test_http_get ((guint16) g_settings_get_int (fixture->gsettings, "http-port"), path, NULL);

  g_assert_cmpuint (answer->status, ==, 200);
  return g_strndup ((const char *) answer->body->data, answer->body->len);
}

static gboolean
history_has (Fixture *fixture, const char *text)
{
  g_autofree char *answer = get (fixture, "/api/messages");

  return strstr (answer, text) != NULL;
}

static void
say (Fixture *fixture, const char *text)
{
  g_assert_true (hub_chat_state_publish (fixture->state, text));
  hub_test_wait_until (history_has (fixture, text));
}

/* The number of messages has a new limit, without a restart. */
static void
test_retention (Fixture *fixture, gconstpointer data)
{
  say (fixture, "first");
  say (fixture, "second");
  g_settings_set_int (fixture->gsettings, "history-messages", 1);
  hub_test_wait_until (!history_has (fixture, "first"));
  g_assert_true (history_has (fixture, "second"));
  g_settings_set_int (fixture->gsettings, "history-messages", 2);
  say (fixture, "third");
  g_assert_true (history_has (fixture, "second"));
  g_assert_true (is_connected (fixture));
  g_assert_cmpstr (fixture->told->str, ==, "");
}

/* As many as the window would show now. */
static guint
count_messages (Fixture *fixture)
{
  HubMessageList *messages = hub_chat_state_get_messages (fixture->state);

  hub_message_list_flush (messages);
  return g_list_model_get_n_items (G_LIST_MODEL (messages));
}

/* Kept by the host, and known to be: it is not on its way any more. */
static gboolean
is_sent (Fixture *fixture)
{
  HubMessageList *messages = hub_chat_state_get_messages (fixture->state);
  g_autoptr (HubMessageItem) item = NULL;

  if (count_messages (fixture) == 0)
    return FALSE;
  item = g_list_model_get_item (G_LIST_MODEL (messages), 0);
  return hub_message_item_get_state (item) == HUB_MESSAGE_STATE_SENT;
}

static void
test_clear_history (Fixture *fixture, gconstpointer data)
{
  say (fixture, "to be forgotten");
  hub_test_wait_until (is_sent (fixture));
  hub_search_start (hub_chat_state_get_search (fixture->state), "forgotten", FALSE);
  hub_hosting_clear_history (fixture->hosting);
  hub_test_wait_until (count_messages (fixture) == 0);
  g_assert_cmpstr (hub_search_get_query (hub_chat_state_get_search (fixture->state)), ==, "");
  g_assert_cmpstr (fixture->told->str, ==, "The history was deleted\n");
  g_assert_false (history_has (fixture, "forgotten"));

  say (fixture, "to be kept");
  hub_test_wait_until (count_messages (fixture) == 1);
}

/* Nothing is hosted: there is nothing to be deleted, and other ports wait for the next time. */
static void
test_joined (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  guint16 ports[2];

  choose_ports (ports);
  g_assert_true (hub_chat_join (fixture->chat, "127.0.0.1:1", &error));
  g_assert_no_error (error);
  hub_test_wait_until (!hub_hosting_get_is_open (fixture->hosting));
  hub_hosting_clear_history (fixture->hosting);
  g_settings_set_int (fixture->gsettings, "mqtt-port", ports[0]);
  g_settings_set_int (fixture->gsettings, "http-port", ports[1]);
  g_settings_set_int (fixture->gsettings, "history-days", 1);
  hub_test_wait_until (hub_standing_get_problem (standing_of (fixture)) != NULL);
  g_assert_cmpstr (fixture->told->str, ==, "");
  hub_chat_host (fixture->chat);
  hub_test_wait_until (is_connected (fixture));
  expect_ports (fixture, ports[0], ports[1]);
}

/* Nothing is hosted on start: nobody can join until the user says so, and what is written waits for that. */
static void
test_waiting (Fixture *fixture, gconstpointer data)
{
  const guint16 http_port = (guint16) g_settings_get_int (fixture->gsettings, "http-port");

  g_signal_handlers_disconnect_by_data (fixture->hosting, fixture->told);
  hub_chat_stop (fixture->chat);
  g_clear_object (&fixture->chat);
  g_settings_set_boolean (fixture->gsettings, "host-on-start", FALSE);
  fixture->chat = hub_chat_new (fixture->settings);
  fixture->state = hub_chat_get_state (fixture->chat);
  fixture->hosting = hub_chat_state_get_hosting (fixture->state);
  hub_chat_begin (fixture->chat);
  g_assert_true (hub_hosting_get_is_waiting (fixture->hosting));
  g_assert_false (hub_standing_get_is_hosting (standing_of (fixture)));
  g_assert_cmpint (hub_standing_get_connection (standing_of (fixture)), ==, HUB_CHAT_CONNECTION_OFFLINE);
  g_assert_cmpstr (hub_standing_get_title_detail (standing_of (fixture)), ==, "Not in a chat");
  g_assert_null (hub_standing_get_problem (standing_of (fixture)));
  g_assert_true (hub_chat_state_publish (fixture->state, "written before"));
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_false (is_taken (http_port));

  hub_hosting_host (fixture->hosting);
  g_assert_false (hub_hosting_get_is_waiting (fixture->hosting));
  hub_test_wait_until (is_connected (fixture) && history_has (fixture, "written before"));
  g_assert_true (hub_standing_get_is_hosting (standing_of (fixture)));
}

static gboolean
info_has (Fixture *fixture, const char *text)
{
  g_autofree char *answer = get (fixture, "/api/info");

  return strstr (answer, text) != NULL;
}

static void
test_name (Fixture *fixture, gconstpointer data)
{
  g_test_summary ("Whoever asks over HTTP is told who hosts, and who has another name by now");

  hub_chat_state_set_name (fixture->state, "Ada");
  hub_test_wait_until (info_has (fixture, "\"hosted_by\":\"Ada\","));
  hub_chat_state_set_name (fixture->state, " ");
  hub_test_wait_until (info_has (fixture, "\"hosted_by\":null,"));
  g_assert_true (is_connected (fixture));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);

  g_test_add ("/app/ports", Fixture, NULL, set_up, test_ports, tear_down);
  g_test_add ("/app/hosting/both-ports", Fixture, NULL, set_up, test_both_ports, tear_down);
  g_test_add ("/app/taken", Fixture, NULL, set_up, test_taken, tear_down);
  g_test_add ("/app/retention", Fixture, NULL, set_up, test_retention, tear_down);
  g_test_add ("/app/clear-history", Fixture, NULL, set_up, test_clear_history, tear_down);
  g_test_add ("/app/joined", Fixture, NULL, set_up, test_joined, tear_down);
  g_test_add ("/app/hosting/name", Fixture, NULL, set_up, test_name, tear_down);
  g_test_add ("/app/hosting/waiting", Fixture, NULL, set_up, test_waiting, tear_down);
  return g_test_run ();
}
