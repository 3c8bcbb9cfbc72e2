/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "app/hosting/hub-secrets.h"
#include "tests/support/hub-test-wait.h"

#include <glib/gstdio.h>

#include <string.h>

/* Where there is no secret service: passwords are in a private file, and survive the end of the program. */

typedef struct
{
  char *path;
  GFile *file;
  HubSecrets *secrets;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_assert_cmpint (g_mkdir_with_parents (g_get_user_data_dir (), 0700), ==, 0);
  fixture->path = g_build_filename (g_get_user_data_dir (), "passwords.json", NULL);
  fixture->file = g_file_new_for_path (fixture->path);
  fixture->secrets = hub_secrets_new (fixture->file);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_clear_object (&fixture->secrets);
  g_clear_object (&fixture->file);
  g_free (fixture->path);
}

static void
restart (Fixture *fixture)
{
  hub_secrets_flush (fixture->secrets);
  g_clear_object (&fixture->secrets);
  fixture->secrets = hub_secrets_new (fixture->file);
}

static void
looked_up_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  GAsyncResult **kept = user_data;

  *kept = g_object_ref (result);
}

static void
expect (Fixture *fixture, const char *chat, const char *password)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *found = NULL;

  hub_secrets_look_up_async (fixture->secrets, chat, NULL, looked_up_cb, &result);
  hub_test_wait_until (result != NULL);
  found = hub_secrets_look_up_finish (fixture->secrets, result, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (found, ==, password);
}

static void
test_file (Fixture *fixture, gconstpointer data)
{
  GStatBuf status;

  expect (fixture, HUB_SECRETS_OWN, NULL);
  hub_secrets_store (fixture->secrets, HUB_SECRETS_OWN, "tavo");
  g_assert_false (hub_secrets_get_is_stored (fixture->secrets, HUB_SECRETS_OWN));
  hub_secrets_store (fixture->secrets, "192.0.2.1:1883", "\"kemi\"");
  /* At once, and however slow a service is that is asked first. */
  expect (fixture, HUB_SECRETS_OWN, "tavo");
  restart (fixture);
  expect (fixture, HUB_SECRETS_OWN, "tavo");
  expect (fixture, "192.0.2.1:1883", "\"kemi\"");
  expect (fixture, "192.0.2.2:1883", NULL);
  g_assert_true (hub_secrets_get_is_stored (fixture->secrets, HUB_SECRETS_OWN));
  g_assert_true (hub_secrets_get_is_filed (fixture->secrets, HUB_SECRETS_OWN));
  g_assert_false (hub_secrets_get_is_filed (fixture->secrets, "192.0.2.2:1883"));
  g_assert_cmpint (g_stat (fixture->path, &status), ==, 0);
  g_assert_cmpint (status.st_mode & 0777, ==, 0600);

  hub_secrets_store (fixture->secrets, HUB_SECRETS_OWN, "other");
  hub_secrets_store (fixture->secrets, "192.0.2.1:1883", NULL);
  expect (fixture, HUB_SECRETS_OWN, "other");
  expect (fixture, "192.0.2.1:1883", NULL);
  restart (fixture);
  expect (fixture, HUB_SECRETS_OWN, "other");
  expect (fixture, "192.0.2.1:1883", NULL);
}

static void
stored_cb (HubSecrets *secrets, const char *chat, gpointer user_data)
{
  g_string_append_printf (user_data, "%s%s ", chat, hub_secrets_get_is_filed (secrets, chat) ? " is filed" : "");
}

/* It is said when it is known where one has gone. */
static void
test_stored (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GString) seen = g_string_new (NULL);

  g_signal_connect (fixture->secrets, "stored", G_CALLBACK (stored_cb), seen);
  hub_secrets_store (fixture->secrets, HUB_SECRETS_OWN, "kemi");
  g_assert_cmpstr (seen->str, ==, "");
  hub_test_wait_until (hub_secrets_get_is_stored (fixture->secrets, HUB_SECRETS_OWN));
  hub_secrets_store (fixture->secrets, HUB_SECRETS_OWN, NULL);
  hub_test_wait_until (hub_secrets_get_is_stored (fixture->secrets, HUB_SECRETS_OWN));
  g_assert_cmpstr (seen->str, ==, "own is filed own ");
}

/* What is in the file need not be ours. */
static void
test_damaged (Fixture *fixture, gconstpointer data)
{
  static const char *const texts[] = { "", "[", "[]", "\"own\"", "{\"own\":7}", "{\"own\":\"\"}", "{\"own\":{\"a\":\"b\"}}", "\xff" };

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_assert_true (g_file_set_contents (fixture->path, texts[i], -1, NULL));
      g_clear_object (&fixture->secrets);
      fixture->secrets = hub_secrets_new (fixture->file);
      expect (fixture, HUB_SECRETS_OWN, NULL);
    }
  hub_secrets_store (fixture->secrets, HUB_SECRETS_OWN, "tavo");
  restart (fixture);
  expect (fixture, HUB_SECRETS_OWN, "tavo");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  /* Nobody's keyring. */
  g_setenv ("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent", TRUE);
  g_test_add ("/app/secrets/file", Fixture, NULL, set_up, test_file, tear_down);
  g_test_add ("/app/secrets/stored", Fixture, NULL, set_up, test_stored, tear_down);
  g_test_add ("/app/secrets/damaged", Fixture, NULL, set_up, test_damaged, tear_down);
  return g_test_run ();
}
