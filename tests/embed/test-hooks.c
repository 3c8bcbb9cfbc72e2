/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/embed/embed-fixture.h"

#include <glib/gstdio.h>

#include <string.h>

/* What a program is asked about access, on which thread, and what comes of its answers. */

typedef struct
{
  GThread *main_thread;
  int n_asked;     /* (atomic) */
  int n_destroyed; /* (atomic) */
} Judge;

static void
count (Judge *judge)
{
  g_assert_true (g_thread_self () != judge->main_thread);
  g_atomic_int_inc (&judge->n_asked);
}

static void
destroyed_cb (gpointer user_data)
{
  Judge *judge = user_data;

  g_assert_true (g_thread_self () == judge->main_thread);
  g_atomic_int_inc (&judge->n_destroyed);
}

static gboolean
authenticate_cb (const char *client_id, const char *user_name, GBytes *password, const char *address, gpointer user_data)
{
  count (user_data);
  g_assert_true (g_str_has_prefix (address, "127.0.0.1:") || g_str_equal (address, "in-process"));
  if (user_name == NULL)
    {
      g_assert_null (password);
      return !g_str_equal (client_id, "evil");
    }
  return password != NULL && g_bytes_get_size (password) == 5 && memcmp (g_bytes_get_data (password, NULL), "right", 5) == 0;
}

static gboolean
may_publish_cb (const char *client_id,
                const char *user_name,
                const char *topic,
                guint qos,
                gboolean retain,
                gpointer user_data)
{
  count (user_data);
  g_assert_cmpuint (qos, ==, 1);
  g_assert_false (retain);
  return !g_str_equal (topic, "sealed") || g_strcmp0 (user_name, "root") == 0;
}

static gboolean
may_subscribe_cb (const char *client_id, const char *user_name, const char *filter, gpointer user_data)
{
  count (user_data);
  return !g_str_equal (filter, "sealed/#");
}

static void
test_authenticate (Fixture *fixture, gconstpointer data)
{
  static const struct
  {
    const char *client_id;
    const char *user_name;
    const char *password;
    guint code_4;
    guint code_5;
  } table[] = {
    { "good", NULL, NULL, 0, 0 },
    { "evil", NULL, NULL, 4, 0x86 },
    { "good", "root", "right", 0, 0 },
    { "good", "root", "wrong", 4, 0x86 },
    { "good", "root", NULL, 4, 0x86 },
  };
  Judge judge = { .main_thread = fixture->thread };

  hub_broker_set_authenticate_func (fixture->broker, authenticate_cb, &judge, destroyed_cb);
  fixture_start (fixture);
  for (gsize i = 0; i < 2 * G_N_ELEMENTS (table); i++)
    {
      guint version = i % 2 == 0 ? 4 : 5;
      g_autoptr (Stranger) stranger = stranger_come (hub_broker_get_listener_port (fixture->broker, 0), version);
      guint code = stranger_connect (stranger, table[i / 2].client_id, table[i / 2].user_name, table[i / 2].password);

      g_assert_cmphex (code, ==, version == 5 ? table[i / 2].code_5 : table[i / 2].code_4);
      if (code != 0)
        stranger_expect_end (stranger);
      else
        g_assert_cmpuint (stranger_publish (stranger, "a", "x"), ==, version == 5 ? 0x10 : 0);
    }
  g_assert_cmpint (g_atomic_int_get (&judge.n_asked), ==, 2 * G_N_ELEMENTS (table));

  fixture_stop (fixture);
  g_assert_cmpint (judge.n_destroyed, ==, 0);
  g_clear_object (&fixture->broker);
  g_assert_cmpint (judge.n_destroyed, ==, 1);
}

/* Who may not come in without a name is not asked about; with a name somebody has to vouch for it. */
static void
test_anonymous (Fixture *fixture, gconstpointer data)
{
  gboolean has_func = GPOINTER_TO_INT (data);
  Judge judge = { .main_thread = fixture->thread };
  g_autoptr (Stranger) nobody = NULL;
  g_autoptr (Stranger) root = NULL;
  guint16 port;

  hub_broker_set_allow_anonymous (fixture->broker, FALSE);
  g_assert_cmpuint (hub_broker_add_listener (fixture->broker, HUB_PROTOCOL_MQTT, "127.0.0.1", 0), ==, 1);
  if (has_func)
    hub_broker_set_authenticate_func (fixture->broker, authenticate_cb, &judge, NULL);
  fixture_start (fixture);
  for (guint i = 0; i < 2; i++)
    {
      g_clear_pointer (&nobody, stranger_free);
      g_clear_pointer (&root, stranger_free);
      port = hub_broker_get_listener_port (fixture->broker, i);
      nobody = stranger_come (port, 4);
      g_assert_cmpuint (stranger_connect (nobody, "nobody", NULL, NULL), ==, 5);
      g_assert_cmpint (g_atomic_int_get (&judge.n_asked), ==, has_func ? i : 0);
      root = stranger_come (port, 4);
      g_assert_cmpuint (stranger_connect (root, "root", "root", "right"), ==, has_func ? 0 : 5);
    }
}

static void
test_publish (Fixture *fixture, gconstpointer data)
{
  Judge judge = { .main_thread = fixture->thread };
  g_autoptr (Stranger) stranger = NULL;
  g_autoptr (Stranger) root = NULL;
  g_autoptr (HubLocalClient) inside = NULL;

  hub_broker_set_may_publish_func (fixture->broker, may_publish_cb, &judge, NULL);
  fixture_start (fixture);
  stranger = stranger_come (hub_broker_get_listener_port (fixture->broker, 0), 5);
  stranger_connect (stranger, "stranger", NULL, NULL);
  /* Nobody listens; and not authorized. */
  g_assert_cmphex (stranger_publish (stranger, "open", "x"), ==, 0x10);
  g_assert_cmphex (stranger_publish (stranger, "sealed", "x"), ==, 0x87);
  root = stranger_come (hub_broker_get_listener_port (fixture->broker, 0), 5);
  stranger_connect (root, "root", "root", NULL);
  g_assert_cmphex (stranger_publish (root, "sealed", "x"), ==, 0x10);
  g_assert_cmpint (g_atomic_int_get (&judge.n_asked), ==, 3);

  /* The own program is not asked about. */
  inside = open_client (fixture->broker, NULL);
  publish (inside, "sealed", "x", 1);
  g_assert_cmpint (g_atomic_int_get (&judge.n_asked), ==, 3);
  hub_local_client_close (inside);
}

static void
test_subscribe (Fixture *fixture, gconstpointer data)
{
  Judge judge = { .main_thread = fixture->thread };
  g_autoptr (Stranger) stranger = NULL;

  hub_broker_set_may_subscribe_func (fixture->broker, may_subscribe_cb, &judge, NULL);
  fixture_start (fixture);
  stranger = stranger_join (fixture->broker, "stranger");
  g_assert_cmphex (stranger_subscribe (stranger, "open"), ==, 1);
  g_assert_cmphex (stranger_subscribe (stranger, "sealed/#"), ==, 0x80);
  g_assert_cmphex (stranger_subscribe (stranger, "$share/group/sealed/#"), ==, 0x80);
  g_assert_cmpint (g_atomic_int_get (&judge.n_asked), ==, 3);
}

static guint
come (Fixture *fixture, guint listener, const char *user_name, const char *password)
{
  g_autoptr (Stranger) stranger = stranger_come (hub_broker_get_listener_port (fixture->broker, listener), 4);

  return stranger_connect (stranger, "id", user_name, password);
}

/* Where files have a say too, both have to allow; where a listener has none, the hook alone. */
static void
test_files (Fixture *fixture, gconstpointer data)
{
  static const char users[] = "root:$7$1000$AAECAwQFBgcICQoL$"
                              "wW3Gk0Nxk0kLXPFxYCRv8wnLqW9AiPWUYmxcXJXhNtFP01KVYbxGUfMVAF5d7+c62J7clUCRad8HSbRQ+hWPkA==\n";
  Judge judge = { .main_thread = fixture->thread };
  g_autofree char *folder = g_dir_make_tmp ("hubbub-XXXXXX", NULL);
  g_autofree char *passwords = g_build_filename (folder, "passwords", NULL);
  g_autofree char *acl = g_build_filename (folder, "acl", NULL);
  g_autofree char *path = g_build_filename (folder, "conf", NULL);
  g_autofree char *text = g_strdup_printf ("per_listener_settings true\nlog_dest none\n"
                                           "listener 0 127.0.0.1\npassword_file %s\nacl_file %s\n"
                                           "listener 0 127.0.0.1\nallow_anonymous false\n",
                                           passwords,
                                           acl);
  g_autoptr (Stranger) root = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (g_file_set_contents (passwords, users, -1, NULL));
  g_assert_true (g_file_set_contents (acl, "user root\ntopic open\ntopic sealed/#\n", -1, NULL));
  g_assert_true (g_file_set_contents (path, text, -1, NULL));
  hub_broker_load_config (fixture->broker, path, &error);
  g_assert_no_error (error);
  hub_broker_set_authenticate_func (fixture->broker, authenticate_cb, &judge, NULL);
  hub_broker_set_may_subscribe_func (fixture->broker, may_subscribe_cb, &judge, NULL);
  fixture_start (fixture);

  g_assert_cmpuint (come (fixture, 0, NULL, NULL), ==, 5);
  g_assert_cmpuint (come (fixture, 0, "root", "wrong"), ==, 4);
  /* The hook would have him. */
  g_assert_cmpuint (come (fixture, 0, "other", "right"), !=, 0);
  g_assert_cmpuint (come (fixture, 1, NULL, NULL), ==, 5);
  g_assert_cmpuint (come (fixture, 1, "root", "wrong"), ==, 4);
  g_assert_cmpuint (come (fixture, 1, "other", "right"), ==, 0);

  root = stranger_come (hub_broker_get_listener_port (fixture->broker, 0), 4);
  g_assert_cmpuint (stranger_connect (root, "root", "root", "right"), ==, 0);
  g_assert_cmphex (stranger_subscribe (root, "open"), ==, 1);
  g_assert_cmphex (stranger_subscribe (root, "closed"), ==, 0x80);
  g_assert_cmphex (stranger_subscribe (root, "sealed/#"), ==, 0x80);

  g_unlink (passwords);
  g_unlink (acl);
  g_unlink (path);
  g_rmdir (folder);
}

static guint
ask_over_http (Fixture *fixture, const char *target, const char *credentials)
{
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  guint16 port = hub_broker_get_port (fixture->broker, HUB_PROTOCOL_WEBSOCKETS);
  g_autofree char *request = g_strdup_printf ("GET %s HTTP/1.1\r\nHost: localhost\r\n%s\r\n", target, credentials);
  g_autoptr (GError) error = NULL;
  g_autoptr (GSocketConnection) connection = g_socket_client_connect_to_host (client, "127.0.0.1", port, NULL, &error);
  char answer[13] = "";

  g_assert_no_error (error);
  g_output_stream_write_all (g_io_stream_get_output_stream (G_IO_STREAM (connection)), request, strlen (request), NULL, NULL, &error);
  g_assert_no_error (error);
  g_input_stream_read_all (g_io_stream_get_input_stream (G_IO_STREAM (connection)), answer, sizeof answer - 1, NULL, NULL, &error);
  g_assert_no_error (error);
  return (guint) g_ascii_strtoull (answer + strlen ("HTTP/1.1 "), NULL, 10);
}

static gboolean
authenticate_http_cb (const char *client_id, const char *user_name, GBytes *password, const char *address, gpointer user_data)
{
  g_assert_null (client_id);
  return authenticate_cb (user_name != NULL ? "reader" : "evil", user_name, password, address, user_data);
}

static gboolean
may_subscribe_http_cb (const char *client_id, const char *user_name, const char *filter, gpointer user_data)
{
  g_assert_null (client_id);
  g_assert_cmpstr (user_name, ==, "root");
  return may_subscribe_cb (client_id, user_name, filter, user_data);
}

/* Who asks for the history has a name and a password, and no Client Identifier. */
static void
test_http (Fixture *fixture, gconstpointer data)
{
  static const char right[] = "Authorization: Basic cm9vdDpyaWdodA==\r\n";
  static const char wrong[] = "Authorization: Basic cm9vdDp3cm9uZw==\r\n";
  Judge judge = { .main_thread = fixture->thread };

  hub_broker_add_listener (fixture->broker, HUB_PROTOCOL_WEBSOCKETS, "127.0.0.1", 0);
  hub_broker_set_authenticate_func (fixture->broker, authenticate_http_cb, &judge, NULL);
  hub_broker_set_may_subscribe_func (fixture->broker, may_subscribe_http_cb, &judge, NULL);
  fixture_start (fixture);
  g_assert_cmpuint (ask_over_http (fixture, "/api/info", ""), ==, 200);
  g_assert_cmpint (g_atomic_int_get (&judge.n_asked), ==, 0);
  g_assert_cmpuint (ask_over_http (fixture, "/api/messages", ""), ==, 401);
  g_assert_cmpuint (ask_over_http (fixture, "/api/messages", wrong), ==, 401);
  g_assert_cmpint (g_atomic_int_get (&judge.n_asked), ==, 2);
  g_assert_cmpuint (ask_over_http (fixture, "/api/messages", right), ==, 200);
  g_assert_cmpuint (ask_over_http (fixture, "/api/messages?topic=sealed/%23", right), ==, 403);
  g_assert_cmpuint (ask_over_http (fixture, "/api/topics?filter=sealed/%23", right), ==, 403);
}

/* A function in place of another frees what that one had. */
static void
test_replace (Fixture *fixture, gconstpointer data)
{
  Judge first = { .main_thread = fixture->thread };
  Judge second = { .main_thread = fixture->thread };
  g_autoptr (Stranger) stranger = NULL;

  hub_broker_set_may_subscribe_func (fixture->broker, may_subscribe_cb, &first, destroyed_cb);
  hub_broker_set_may_subscribe_func (fixture->broker, may_subscribe_cb, &second, destroyed_cb);
  g_assert_cmpint (first.n_destroyed, ==, 1);
  hub_broker_set_may_subscribe_func (fixture->broker, NULL, NULL, NULL);
  g_assert_cmpint (second.n_destroyed, ==, 1);
  fixture_start (fixture);
  stranger = stranger_join (fixture->broker, "stranger");
  g_assert_cmphex (stranger_subscribe (stranger, "sealed/#"), ==, 1);
  g_assert_cmpint (g_atomic_int_get (&second.n_asked), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

#define ADD(name, data, func) \
  g_test_add ("/embed/hooks/" name, Fixture, GINT_TO_POINTER (data), fixture_set_up, func, fixture_tear_down)
  ADD ("authenticate", 0, test_authenticate);
  ADD ("anonymous/with-function", 1, test_anonymous);
  ADD ("anonymous/without-function", 0, test_anonymous);
  ADD ("publish", 0, test_publish);
  ADD ("subscribe", 0, test_subscribe);
  ADD ("files", 0, test_files);
  ADD ("http", 0, test_http);
  ADD ("replace", 0, test_replace);
#undef ADD

  return g_test_run ();
}
