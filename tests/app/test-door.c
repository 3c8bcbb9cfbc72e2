/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "app/people/hub-guests.h"
#include "app/hub-chat.h"
#include "broker/client/hub-client.h"
#include "tests/support/hub-test-net-http.h"
#include "tests/support/hub-test-ports.h"
#include "tests/support/hub-test-wait.h"

#include <glib/gstdio.h>

#include <string.h>

/* Who comes into the own chat: its password, who is connected, and who was sent away. */

#define PASSWORD "tavo-kemi"
#define ADA "0123456789abcdef"

/* Somebody from outside. */
typedef struct
{
  HubClient *client;
  GError *error; /* (owned) (nullable): why it is not there any more */
} Visitor;

static void
closed_cb (HubClient *client, const GError *error, gpointer user_data)
{
  Visitor *visitor = user_data;

  g_clear_error (&visitor->error);
  visitor->error = g_error_copy (error);
}

static void
visitor_clear (Visitor *self)
{
  g_signal_handlers_disconnect_by_data (self->client, self);
  hub_client_close (self->client);
  g_clear_object (&self->client);
  g_clear_error (&self->error);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Visitor, visitor_clear)

static HubStanding *
standing_of (HubChat *chat)
{
  return hub_chat_state_get_standing (hub_chat_get_state (chat));
}

static guint16
http_port (HubChat *chat)
{
  const char *url = hub_standing_get_join_url (standing_of (chat));
  g_autoptr (GUri) uri = g_uri_parse (url, G_URI_FLAGS_NONE, NULL);

  g_assert_nonnull (uri);
  return (guint16) g_uri_get_port (uri);
}

static guint
ask (HubChat *chat, const char *path)
{
  g_autoptr (HubTestAnswer) answer = hub_test_http_get (http_port (chat), path, NULL);

  return answer->status;
}

static guint16
mqtt_port (HubChat *chat)
{
  g_autoptr (HubTestAnswer) answer = hub_test_http_get (http_port (chat), "/api/info", NULL);
  const char *found;

  g_byte_array_append (answer->body, (const guint8 *) "", 1);
  found = strstr ((const char *) answer->body->data, "\"mqtt\":");
  g_assert_nonnull (found);
  return (guint16) g_ascii_strtoull (found + strlen ("\"mqtt\":"), NULL, 10);
}

/* Waits until it is in, or was refused. */
static void
visit (Visitor *self, HubChat *chat, const char *client_id, const char *password)
{
  g_autoptr (GSocketClient) dialler = g_socket_client_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (GSocketConnection) connection = NULL;
  const HubConnect connect = {
    .version = HUB_VERSION_5_0,
    .is_clean = TRUE,
    .client_id = hub_span_from_string (client_id),
    .has_username = password != NULL,
    .username = HUB_SPAN_LITERAL ("hubbub"),
    .has_password = password != NULL,
    .password = hub_span_from_string (password),
  };

  connection = g_socket_client_connect_to_host (dialler, "127.0.0.1", mqtt_port (chat), NULL, &error);
  g_assert_no_error (error);
  *self = (Visitor){ .client = hub_client_new () };
  g_signal_connect (self->client, "closed", G_CALLBACK (closed_cb), self);
  hub_client_open (self->client, G_IO_STREAM (connection), &connect);
  hub_test_wait_until (hub_client_is_connected (self->client) || self->error != NULL);
}

static void
expect_visit (HubChat *chat, const char *password, gboolean is_welcome)
{
  g_auto (Visitor) visitor = { 0 };

  visit (&visitor, chat, "newcomer", password);
  if (is_welcome)
    g_assert_no_error (visitor.error);
  else
    g_assert_error (visitor.error, HUB_CLIENT_ERROR, HUB_CLIENT_ERROR_CREDENTIALS);
}

static void
tell_presence (Visitor *self, const char *client_id, const char *from, const char *name)
{
  g_autofree char *topic = g_strconcat ("hubbub/presence/", client_id, NULL);
  g_autofree char *text = g_strdup_printf ("{\"from\":\"%s\",\"name\":\"%s\",\"kind\":\"browser\"}", from, name);
  g_autoptr (GBytes) payload = g_bytes_new (text, strlen (text));

  g_assert_cmpuint (hub_client_publish (self->client, topic, payload, 1, TRUE), >, 0);
}

static HubChat *
open_chat (HubSettings *settings)
{
  HubChat *chat = hub_chat_new (settings);

  hub_chat_host (chat);
  hub_test_wait_until (hub_standing_get_connection (standing_of (chat)) == HUB_CHAT_CONNECTION_CONNECTED);
  return chat;
}

static HubDoor *
door_of (HubChat *chat)
{
  return hub_chat_state_get_door (hub_chat_get_state (chat));
}

static char *
own_path (const char *name)
{
  return g_build_filename (g_get_user_data_dir (), "hubbub", name, NULL);
}

static void
expect_private (const char *name, const char *piece, gboolean has_piece)
{
  g_autofree char *path = own_path (name);
  g_autofree char *text = NULL;
  GStatBuf status;

  g_assert_cmpint (g_stat (path, &status), ==, 0);
  g_assert_cmpint (status.st_mode & 0777, ==, 0600);
  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  g_assert_cmpint (strstr (text, piece) != NULL, ==, has_piece);
}

/* One switch: who is inside stays, newcomers are asked; and so it is after a restart. */
static void
test_password (void)
{
  g_autoptr (HubSettings) settings = hub_settings_new ();
  g_autoptr (HubChat) chat = open_chat (settings);
  g_autofree char *users = own_path ("password_file");
  g_auto (Visitor) inside = { 0 };
  HubMessageList *messages;

  visit (&inside, chat, "inside", NULL);
  g_assert_no_error (inside.error);
  expect_visit (chat, NULL, TRUE);
  g_assert_false (hub_door_get_is_locked (door_of (chat)));
  g_assert_true (hub_chat_state_publish (hub_chat_get_state (chat), "said before"));

  hub_door_lock (door_of (chat), PASSWORD);
  hub_test_wait_until (hub_door_get_is_locked (door_of (chat)));
  g_assert_cmpstr (hub_door_get_password (door_of (chat)), ==, PASSWORD);
  expect_visit (chat, NULL, FALSE);
  expect_visit (chat, "wrong", FALSE);
  expect_visit (chat, PASSWORD, TRUE);
  g_assert_cmpuint (ask (chat, "/api/messages"), ==, 401);
  tell_presence (&inside, "inside", ADA, "Ada");
  g_assert_no_error (inside.error);
  expect_private ("password_file", "hubbub:$7$", TRUE);
  expect_private ("password_file", PASSWORD, FALSE);
  hub_test_wait_until (hub_door_get_place (door_of (chat)) == HUB_DOOR_PLACE_FILE);

  /* No other setting opens it again. */
  g_settings_set_boolean (hub_settings_get_gsettings (settings), "allow-outside", TRUE);
  hub_test_wait_turn (hub_test_deadline (HUB_TEST_TIMEOUT_MS), "a turn", G_STRLOC);
  expect_visit (chat, NULL, FALSE);
  g_settings_reset (hub_settings_get_gsettings (settings), "allow-outside");
  expect_visit (chat, NULL, FALSE);

  /* Two wishes in a row: the later one counts. */
  hub_door_lock (door_of (chat), "other");
  hub_door_lock (door_of (chat), "third");
  hub_test_wait_until (g_strcmp0 (hub_door_get_password (door_of (chat)), "third") == 0);
  expect_visit (chat, "other", FALSE);
  expect_visit (chat, "third", TRUE);
  g_assert_no_error (inside.error);
  hub_chat_stop (chat);
  g_clear_object (&chat);
  expect_private ("passwords.json", "third", TRUE);

  chat = open_chat (settings);
  g_assert_true (hub_door_get_is_locked (door_of (chat)));
  expect_visit (chat, NULL, FALSE);
  expect_visit (chat, "third", TRUE);
  hub_test_wait_until (g_strcmp0 (hub_door_get_password (door_of (chat)), "third") == 0);
  g_assert_cmpint (hub_door_get_place (door_of (chat)), ==, HUB_DOOR_PLACE_FILE);
  /* The own window reads its history. */
  messages = hub_chat_state_get_messages (hub_chat_get_state (chat));
  hub_test_wait_until (hub_message_list_get_has_pending (messages));
  hub_message_list_flush (messages);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (messages)), >, 0);

  hub_door_lock (door_of (chat), NULL);
  hub_test_wait_until (!hub_door_get_is_locked (door_of (chat)));
  expect_visit (chat, NULL, TRUE);
  g_assert_cmpuint (ask (chat, "/api/messages"), ==, 200);
  g_assert_false (g_file_test (users, G_FILE_TEST_EXISTS));
  g_assert_cmpint (hub_door_get_place (door_of (chat)), ==, HUB_DOOR_PLACE_UNKNOWN);
  hub_chat_stop (chat);
  expect_private ("passwords.json", "third", FALSE);
}

static void
count_cb (guint *n)
{
  (*n)++;
}

/* Where the file cannot be written the door stays open, and says so. */
static void
test_refused (void)
{
  g_autoptr (HubSettings) settings = hub_settings_new ();
  g_autoptr (HubChat) chat = open_chat (settings);
  g_autofree char *users = own_path ("password_file");
  guint n_notices = 0;
  guint n_notified = 0;

  g_assert_cmpint (g_mkdir (users, 0700), ==, 0);
  g_signal_connect_swapped (chat, "notice", G_CALLBACK (count_cb), &n_notices);
  g_signal_connect_swapped (door_of (chat), "notify::is-locked", G_CALLBACK (count_cb), &n_notified);
  hub_door_lock (door_of (chat), PASSWORD);
  hub_test_wait_until (n_notices > 0);
  g_assert_cmpuint (n_notified, ==, 1);
  g_assert_false (hub_door_get_is_locked (door_of (chat)));
  g_assert_cmpint (hub_door_get_place (door_of (chat)), ==, HUB_DOOR_PLACE_UNKNOWN);
  expect_visit (chat, NULL, TRUE);
  g_assert_cmpint (g_rmdir (users), ==, 0);
  hub_door_lock (door_of (chat), PASSWORD);
  hub_test_wait_until (hub_door_get_is_locked (door_of (chat)));
  expect_visit (chat, NULL, FALSE);
  hub_chat_stop (chat);
  g_assert_cmpint (g_unlink (users), ==, 0);
}

/* Off and on again, while the main loop is busy: the first wish takes back nothing of the second. */
static void
test_off_and_on (void)
{
  g_autoptr (HubSettings) settings = hub_settings_new ();
  g_autoptr (HubChat) chat = open_chat (settings);
  guint n_notices = 0;

  g_signal_connect_swapped (chat, "notice", G_CALLBACK (count_cb), &n_notices);
  hub_door_lock (door_of (chat), PASSWORD);
  hub_test_wait_until (hub_door_get_is_locked (door_of (chat)));
  hub_door_lock (door_of (chat), NULL);
  hub_door_lock (door_of (chat), "other");
  /* Longer than a password is hashed. */
  g_usleep (G_USEC_PER_SEC / 2);
  hub_test_wait_until (g_strcmp0 (hub_door_get_password (door_of (chat)), "other") == 0 || n_notices > 0);
  g_assert_cmpuint (n_notices, ==, 0);
  expect_visit (chat, "other", TRUE);
  expect_visit (chat, NULL, FALSE);
  expect_private ("password_file", "hubbub:$7$", TRUE);

  hub_door_lock (door_of (chat), "third");
  hub_door_lock (door_of (chat), NULL);
  hub_test_wait_until (!hub_door_get_is_locked (door_of (chat)) || n_notices > 0);
  g_assert_cmpuint (n_notices, ==, 0);
  expect_visit (chat, NULL, TRUE);
  hub_door_lock (door_of (chat), "third");
  hub_test_wait_until (hub_door_get_is_locked (door_of (chat)));
  hub_chat_stop (chat);
  g_clear_object (&chat);

  chat = hub_chat_new (settings);
  g_signal_connect_swapped (chat, "notice", G_CALLBACK (count_cb), &n_notices);
  hub_chat_host (chat);
  hub_door_lock (door_of (chat), NULL);
  hub_door_lock (door_of (chat), "fourth");
  g_usleep (G_USEC_PER_SEC / 2);
  hub_test_wait_until (hub_standing_get_connection (standing_of (chat)) == HUB_CHAT_CONNECTION_CONNECTED);
  hub_test_wait_until (g_strcmp0 (hub_door_get_password (door_of (chat)), "fourth") == 0 || n_notices > 0);
  g_assert_cmpuint (n_notices, ==, 0);
  expect_visit (chat, "fourth", TRUE);
  expect_visit (chat, NULL, FALSE);
  expect_private ("password_file", "hubbub:$7$", TRUE);
  hub_chat_stop (chat);
}

/* "hubbub send" on this computer needs no password: it is told. */
static void
test_commands (void)
{
  g_autoptr (HubSettings) settings = hub_settings_new ();
  g_autoptr (HubChat) chat = open_chat (settings);
  g_autofree char *open = hub_chat_dup_address (chat);
  g_autofree char *locked = NULL;
  g_autofree char *open_again = NULL;
  g_autoptr (HubJoinAddress) address = NULL;

  hub_door_lock (door_of (chat), "a:b@c/%");
  hub_test_wait_until (hub_door_get_is_locked (door_of (chat)));
  locked = hub_chat_dup_address (chat);
  address = hub_join_address_parse (locked, NULL);
  g_assert_nonnull (address);
  g_assert_cmpstr (address->password, ==, "a:b@c/%");
  g_assert_cmpstr (address->user_name, ==, HUB_JOIN_ADDRESS_ROOM_USER);
  g_assert_cmpuint (address->port, ==, mqtt_port (chat));

  hub_door_lock (door_of (chat), NULL);
  hub_test_wait_until (!hub_door_get_is_locked (door_of (chat)));
  open_again = hub_chat_dup_address (chat);
  g_assert_cmpstr (open_again, ==, open);
  hub_chat_stop (chat);
}

/* While the broker starts nobody is let in by an oversight. */
static void
test_early (void)
{
  g_autoptr (HubSettings) settings = hub_settings_new ();
  g_autoptr (HubChat) chat = hub_chat_new (settings);

  hub_chat_host (chat);
  hub_door_lock (door_of (chat), PASSWORD);
  hub_test_wait_until (hub_standing_get_connection (standing_of (chat)) == HUB_CHAT_CONNECTION_CONNECTED);
  hub_test_wait_until (hub_door_get_is_locked (door_of (chat)));
  expect_visit (chat, NULL, FALSE);
  expect_visit (chat, PASSWORD, TRUE);
  hub_chat_stop (chat);
  g_clear_object (&chat);

  chat = hub_chat_new (settings);
  hub_chat_host (chat);
  hub_door_lock (door_of (chat), NULL);
  hub_test_wait_until (hub_standing_get_connection (standing_of (chat)) == HUB_CHAT_CONNECTION_CONNECTED);
  hub_test_wait_until (!hub_door_get_is_locked (door_of (chat)));
  expect_visit (chat, NULL, TRUE);
  hub_chat_stop (chat);
}

static HubGuest *
get_guest (HubChat *chat, guint position)
{
  return g_list_model_get_item (G_LIST_MODEL (hub_door_get_guests (door_of (chat))), position);
}

static guint
count_guests (HubChat *chat)
{
  return g_list_model_get_n_items (G_LIST_MODEL (hub_door_get_guests (door_of (chat))));
}

/* The own window first, then who else is there, with name and address. */
static void
test_list (void)
{
  g_autoptr (HubSettings) settings = hub_settings_new ();
  g_autoptr (HubChat) chat = open_chat (settings);
  g_autoptr (HubGuest) own = NULL;
  g_autoptr (HubGuest) ada = NULL;
  g_auto (Visitor) visitor = { 0 };
  g_autofree char *title = NULL;

  visit (&visitor, chat, "visitor", NULL);
  tell_presence (&visitor, "visitor", ADA, "Ada");
  hub_test_wait_until (hub_people_list_find (hub_chat_state_get_people (hub_chat_get_state (chat)), ADA) != NULL);
  g_assert_cmpuint (count_guests (chat), ==, 0);
  hub_door_look (door_of (chat), TRUE);
  hub_test_wait_until (count_guests (chat) == 2);
  own = get_guest (chat, 0);
  ada = get_guest (chat, 1);
  g_assert_true (hub_guest_get_is_own (own));
  g_assert_false (hub_guest_get_is_own (ada));
  g_assert_cmpstr (hub_guest_get_client_id (ada), ==, "visitor");
  g_assert_cmpstr (hub_guest_get_from (ada), ==, ADA);
  g_assert_cmpstr (hub_guest_get_address (ada), ==, "127.0.0.1");
  title = hub_guest_dup_title (ada);
  g_assert_cmpstr (title, ==, "Ada");
  g_assert_cmpint (ABS (hub_guest_get_time_us (ada) - g_get_real_time ()), <, G_TIME_SPAN_MINUTE);
  hub_door_look (door_of (chat), FALSE);
  g_assert_cmpuint (count_guests (chat), ==, 0);
  hub_chat_stop (chat);
}

/* Who is sent away is told so, and again when it comes back, until it is let in; others stay, and oneself cannot be. */
static void
test_send_away (void)
{
  g_autoptr (HubSettings) settings = hub_settings_new ();
  g_autoptr (HubChat) chat = open_chat (settings);
  GListModel *sent_away = G_LIST_MODEL (hub_door_get_sent_away (door_of (chat)));
  g_autoptr (HubGuest) own = NULL;
  g_autoptr (HubGuest) ada = NULL;
  g_autoptr (HubGuest) gone = NULL;
  g_auto (Visitor) visitor = { 0 };
  g_auto (Visitor) second = { 0 };
  g_auto (Visitor) other = { 0 };
  g_auto (Visitor) back = { 0 };
  g_auto (Visitor) again = { 0 };
  HubPeopleList *people = hub_chat_state_get_people (hub_chat_get_state (chat));

  visit (&visitor, chat, "visitor", NULL);
  visit (&second, chat, "second", NULL);
  visit (&other, chat, "other", NULL);
  tell_presence (&visitor, "visitor", ADA, "Ada");
  tell_presence (&second, "second", ADA, "Ada");
  tell_presence (&other, "other", "fedcba9876543210", "Grace");
  hub_test_wait_until (hub_people_list_find (people, "fedcba9876543210") != NULL);
  hub_door_look (door_of (chat), TRUE);
  hub_test_wait_until (count_guests (chat) == 4);
  own = get_guest (chat, 0);
  ada = get_guest (chat, 1);
  hub_door_send_away (door_of (chat), own);
  g_assert_cmpuint (g_list_model_get_n_items (sent_away), ==, 0);

  hub_door_send_away (door_of (chat), ada);
  hub_test_wait_until (visitor.error != NULL && second.error != NULL);
  g_assert_error (visitor.error, HUB_CLIENT_ERROR, HUB_CLIENT_ERROR_SENT_AWAY);
  g_assert_error (second.error, HUB_CLIENT_ERROR, HUB_CLIENT_ERROR_SENT_AWAY);
  g_assert_cmpuint (g_list_model_get_n_items (sent_away), ==, 1);
  gone = g_list_model_get_item (sent_away, 0);
  g_assert_cmpint (ABS (hub_guest_get_time_us (gone) - g_get_real_time () - HUB_GUESTS_BAR_S * G_TIME_SPAN_SECOND), <, G_TIME_SPAN_MINUTE);

  visit (&back, chat, "back", NULL);
  g_assert_no_error (back.error);
  tell_presence (&back, "back", ADA, "Ada");
  hub_test_wait_until (back.error != NULL);
  g_assert_error (back.error, HUB_CLIENT_ERROR, HUB_CLIENT_ERROR_SENT_AWAY);
  g_assert_no_error (other.error);

  hub_door_let_in (door_of (chat), gone);
  g_assert_cmpuint (g_list_model_get_n_items (sent_away), ==, 0);
  visit (&again, chat, "again", NULL);
  tell_presence (&again, "again", ADA, "Ada");
  hub_test_wait_until (hub_people_list_find (people, ADA) != NULL);
  hub_test_wait_until (count_guests (chat) == 3);
  g_assert_no_error (again.error);
  g_assert_no_error (other.error);
  hub_chat_stop (chat);
}

static void
connection_cb (HubStanding *standing, GParamSpec *pspec, gboolean *was_lost)
{
  if (hub_standing_get_connection (standing) != HUB_CHAT_CONNECTION_CONNECTED)
    *was_lost = TRUE;
}

static gboolean
is_known (HubChat *chat, guint position, const char *from)
{
  g_autoptr (HubGuest) guest = get_guest (chat, position);

  return guest != NULL && g_strcmp0 (hub_guest_get_from (guest), from) == 0;
}

/* Somebody who says to be the one who hosts, and that the host's window is theirs: only they go. */
static void
test_impostor (void)
{
  g_autoptr (HubSettings) settings = hub_settings_new ();
  g_autoptr (HubChat) chat = open_chat (settings);
  g_autofree char *from = hub_settings_dup_from (settings);
  g_auto (Visitor) visitor = { 0 };
  g_auto (Visitor) back = { 0 };
  g_autoptr (HubGuest) own = NULL;
  g_autoptr (HubGuest) impostor = NULL;
  gboolean was_lost = FALSE;

  visit (&visitor, chat, "visitor", NULL);
  tell_presence (&visitor, "visitor", from, "Host");
  hub_door_look (door_of (chat), TRUE);
  hub_test_wait_until (count_guests (chat) == 2 && is_known (chat, 1, from));
  own = get_guest (chat, 0);
  impostor = get_guest (chat, 1);
  g_assert_true (hub_guest_get_is_own (own));
  tell_presence (&visitor, hub_guest_get_client_id (own), from, "Host");
  g_signal_connect (standing_of (chat), "notify::connection", G_CALLBACK (connection_cb), &was_lost);
  hub_door_send_away (door_of (chat), impostor);
  hub_test_wait_until (visitor.error != NULL);
  /* Whatever was asked of the broker before is done when somebody else has come. */
  visit (&back, chat, "back", NULL);
  hub_test_wait_until (count_guests (chat) == 2);
  g_assert_false (was_lost);
  hub_chat_stop (chat);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  hub_test_ports_use ();
  /* Nobody's keyring. */
  g_setenv ("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent", TRUE);
  g_test_add_func ("/app/door/password", test_password);
  g_test_add_func ("/app/door/refused", test_refused);
  g_test_add_func ("/app/door/off-and-on", test_off_and_on);
  g_test_add_func ("/app/door/commands", test_commands);
  g_test_add_func ("/app/door/early", test_early);
  g_test_add_func ("/app/door/list", test_list);
  g_test_add_func ("/app/door/send-away", test_send_away);
  g_test_add_func ("/app/door/impostor", test_impostor);
  return g_test_run ();
}
