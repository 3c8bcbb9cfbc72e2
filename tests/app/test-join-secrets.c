/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "app/hub-chat.h"
#include "broker/access/hub-password-file.h"
#include "tests/support/hub-test-async.h"
#include "tests/support/hub-test-folder.h"
#include "tests/support/hub-test-net-broker.h"
#include "tests/support/hub-test-wait.h"

/* The password of a chat that is joined: typed once. */

static void
use_password (HubTestBroker *broker, const char *folder, const char *password)
{
  HubPasswordHash hash;
  g_autofree char *entry = NULL;
  g_autofree char *text = NULL;
  g_autofree char *path = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (hub_password_hash_init (&hash, hub_span_from_string (password), 1, NULL));
  entry = hub_password_hash_to_string (&hash);
  text = g_strdup_printf ("hubbub:%s\n", entry);
  path = hub_test_folder_write (folder, "users", text);
  hub_broker_set_password_file_async (broker->broker, path, NULL, hub_test_keep_result, &result);
  hub_test_wait_until (result != NULL);
  hub_broker_set_password_file_finish (broker->broker, result, &error);
  g_assert_no_error (error);
}

static HubJoining *
joining_of (HubChat *chat)
{
  return hub_chat_state_get_joining (hub_chat_get_state (chat));
}

/* Joins, until it is in or somebody is asked; returns whether it is in. */
static gboolean
join (HubSettings *settings, const char *address)
{
  g_autoptr (HubChat) chat = hub_chat_new (settings);
  HubChatState *state = hub_chat_get_state (chat);
  HubStanding *standing = hub_chat_state_get_standing (state);
  g_autoptr (GError) error = NULL;
  gboolean is_in;

  hub_chat_join (chat, address, &error);
  g_assert_no_error (error);
  hub_test_wait_until (hub_standing_get_connection (standing) == HUB_CHAT_CONNECTION_CONNECTED ||
                       hub_joining_get_asked_by (joining_of (chat)) != NULL);
  is_in = hub_standing_get_connection (standing) == HUB_CHAT_CONNECTION_CONNECTED;
  hub_chat_stop (chat);
  return is_in;
}

static void
test_typed_once (void)
{
  char *folder = hub_test_folder_new ();
  g_autoptr (HubSettings) settings = hub_settings_new ();
  HubTestBroker *broker = hub_test_broker_new (hub_test_config_new ());
  g_autofree char *address = NULL;
  g_autofree char *with_password = NULL;
  g_autofree char *with_other = NULL;

  address = g_strdup_printf ("mqtt://127.0.0.1:%u", broker->mqtt_port);
  with_password = g_strdup_printf ("mqtt://hubbub:tavo@127.0.0.1:%u", broker->mqtt_port);
  with_other = g_strdup_printf ("mqtt://hubbub:kemi@127.0.0.1:%u", broker->mqtt_port);
  use_password (broker, folder, "tavo");

  g_assert_false (join (settings, address));
  g_assert_false (join (settings, with_other));
  g_assert_false (join (settings, address));
  g_assert_true (join (settings, with_password));
  g_assert_true (join (settings, address));

  /* The host has another one: it is asked for, and then remembered in place of the old one. */
  use_password (broker, folder, "kemi");
  g_assert_false (join (settings, address));
  g_assert_true (join (settings, with_other));
  g_assert_true (join (settings, address));

  /* The window's program has opened some that it keeps. */
  hub_test_broker_forget_fds (broker);
  hub_test_broker_free (broker);
  hub_test_folder_free (folder);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  /* Nobody's keyring. */
  g_setenv ("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent", TRUE);
  g_test_add_func ("/app/join-secrets/typed-once", test_typed_once);
  return g_test_run ();
}
