/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "app/hub-chat.h"
#include "tests/support/hub-test-wait.h"

#include <glib/gstdio.h>

/* What the window is told of hosting. */

/* A log that cannot be written keeps nobody from chatting, but it is told. */
static void
test_nothing_kept (void)
{
  g_autofree char *folder = g_build_filename (g_get_user_data_dir (), "hubbub", NULL);
  g_autofree char *database = g_build_filename (folder, "hubbub.db", NULL);
  g_autoptr (HubSettings) settings = hub_settings_new ();
  g_autoptr (HubChat) chat = NULL;
  const char *problem;

  g_assert_cmpint (g_mkdir_with_parents (database, 0700), ==, 0);
  chat = hub_chat_new (settings);
  hub_chat_host (chat);
  hub_test_wait_until (hub_chat_state_get_connection (hub_chat_get_state (chat)) == HUB_CHAT_CONNECTION_CONNECTED);
  problem = hub_chat_state_get_problem (hub_chat_get_state (chat));
  g_test_message ("%s", problem);
  g_assert_nonnull (problem);
  g_assert_nonnull (strstr (problem, "Messages are not kept: "));
  g_assert_nonnull (strstr (problem, database));
  hub_chat_stop (chat);
  g_assert_cmpint (g_rmdir (database), ==, 0);
}

/* The same host without that trouble has nothing to say about it. */
static void
test_kept (void)
{
  g_autoptr (HubSettings) settings = hub_settings_new ();
  g_autoptr (HubChat) chat = hub_chat_new (settings);
  const char *problem;

  hub_chat_host (chat);
  hub_test_wait_until (hub_chat_state_get_connection (hub_chat_get_state (chat)) == HUB_CHAT_CONNECTION_CONNECTED);
  problem = hub_chat_state_get_problem (hub_chat_get_state (chat));
  g_assert_true (problem == NULL || strstr (problem, "kept") == NULL);
  hub_chat_stop (chat);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  g_test_add_func ("/app/chat/nothing-kept", test_nothing_kept);
  g_test_add_func ("/app/chat/kept", test_kept);
  return g_test_run ();
}
