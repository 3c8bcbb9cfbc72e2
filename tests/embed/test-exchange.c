/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/embed/embed-fixture.h"

#include "tests/support/hub-test-wait.h"

#include <glib/gstdio.h>

#include <string.h>

/*
 * Enhanced authentication as a program does it. The method of the test is a challenge: the broker sends a nonce that it has
 * drawn, the client its name and what only the two of them can make of the nonce, and the broker then shows that it knows
 * the secret, too.
 */

#define METHOD "CHALLENGE-TEST"
#define SECRET "correct horse"
#define NONCE_SIZE 16

#define NOT_AUTHORIZED 0x87
#define BAD_METHOD 0x8c
#define BAD_CREDENTIALS 0x86

typedef struct
{
  GThread *main_thread;
  int n_steps;     /* (atomic) */
  int n_ended;     /* (atomic): exchanges that were let go */
  int n_asked;     /* (atomic): by other hooks */
  int n_destroyed; /* (atomic) */
} Judge;

/* What has to be remembered between two steps. */
typedef struct
{
  Judge *judge;
  guint8 nonce[NONCE_SIZE];
} Memory;

static void
memory_free (gpointer data)
{
  Memory *memory = data;

  g_assert_true (g_thread_self () != memory->judge->main_thread);
  g_atomic_int_inc (&memory->judge->n_ended);
  g_free (memory);
}

static void
destroyed_cb (gpointer user_data)
{
  Judge *judge = user_data;

  g_assert_true (g_thread_self () == judge->main_thread);
  g_atomic_int_inc (&judge->n_destroyed);
}

/* HMAC-SHA-256 of who says it and the nonce. */
static char *
sign (const char *who, const guint8 *nonce)
{
  g_autofree guint8 *text = g_malloc (strlen (who) + NONCE_SIZE);

  memcpy (text, who, strlen (who));
  memcpy (text + strlen (who), nonce, NONCE_SIZE);
  return g_compute_hmac_for_data (G_CHECKSUM_SHA256,
                                  (const guint8 *) SECRET,
                                  strlen (SECRET),
                                  text,
                                  strlen (who) + NONCE_SIZE);
}

static GBytes *
text_bytes (const char *text)
{
  return g_bytes_new (text, strlen (text));
}

static HubExchangeVerdict
challenge (HubExchange *exchange, Judge *judge)
{
  Memory *memory = g_new0 (Memory, 1);
  g_autoptr (GBytes) nonce = NULL;

  memory->judge = judge;
  for (gsize i = 0; i < NONCE_SIZE; i++)
    memory->nonce[i] = (guint8) g_random_int_range (0, 256);
  nonce = g_bytes_new (memory->nonce, NONCE_SIZE);
  g_object_set_data_full (G_OBJECT (exchange), "memory", memory, memory_free);
  hub_exchange_set_data (exchange, nonce);
  return HUB_EXCHANGE_CONTINUED;
}

static HubExchangeVerdict
verify (HubExchange *exchange, const Memory *memory, GBytes *data)
{
  g_autofree char *text = g_strndup (g_bytes_get_data (data, NULL), g_bytes_get_size (data));
  g_auto (GStrv) parts = g_strsplit (text, ":", 2);
  g_autofree char *expected = sign (parts[0], memory->nonce);
  g_autofree char *proof = sign ("broker", memory->nonce);
  g_autoptr (GBytes) answer = text_bytes (proof);

  if (g_strcmp0 (parts[1], expected) != 0)
    return HUB_EXCHANGE_REFUSED;
  hub_exchange_set_shown_name (exchange, parts[0]);
  hub_exchange_set_data (exchange, answer);
  return HUB_EXCHANGE_GRANTED;
}

static HubExchangeVerdict
exchange_cb (HubExchange *exchange, GBytes *data, gpointer user_data)
{
  Judge *judge = user_data;
  const Memory *memory = g_object_get_data (G_OBJECT (exchange), "memory");

  g_assert_true (g_thread_self () != judge->main_thread);
  g_atomic_int_inc (&judge->n_steps);
  g_assert_true (g_str_has_prefix (hub_exchange_get_address (exchange), "127.0.0.1:"));
  g_assert_cmpstr (hub_exchange_get_client_id (exchange), ==, "id");
  if (!g_str_equal (hub_exchange_get_method (exchange), METHOD))
    return HUB_EXCHANGE_UNKNOWN_METHOD;
  if (hub_exchange_is_again (exchange))
    g_assert_cmpstr (hub_exchange_get_user_name (exchange), ==, "ada");
  return memory == NULL ? challenge (exchange, judge) : verify (exchange, memory, data);
}

static gboolean
never_cb (const char *client_id, const char *user_name, GBytes *password, const char *address, gpointer user_data)
{
  g_atomic_int_inc (&((Judge *) user_data)->n_asked);
  return FALSE;
}

static gboolean
may_publish_cb (const char *client_id,
                const char *user_name,
                const char *topic,
                guint qos,
                gboolean retain,
                gpointer user_data)
{
  return g_strcmp0 (user_name, "ada") == 0;
}

/* --- The client --- */

static Stranger *
come (Fixture *fixture, guint listener)
{
  return stranger_come (hub_broker_get_listener_port (fixture->broker, listener), 5);
}

static GBytes *
find_data (const guint8 *at, const guint8 *end)
{
  g_assert_cmpuint (end - at, >=, 3 + strlen (METHOD));
  g_assert_cmphex (at[0], ==, 0x15);
  g_assert_cmpuint (at[1] << 8 | at[2], ==, strlen (METHOD));
  g_assert_cmpmem (at + 3, strlen (METHOD), METHOD, strlen (METHOD));
  at += 3 + strlen (METHOD);
  if (at == end || at[0] != 0x16)
    return NULL;
  g_assert_cmpuint (end - at, >=, 3 + (at[1] << 8 | at[2]));
  return g_bytes_new (at + 3, (gsize) (at[1] << 8 | at[2]));
}

/* The data of the next packet, which must be of the given kind, with the method. */
static GBytes *
take_data (Stranger *stranger, guint8 head, guint8 code)
{
  g_autoptr (GBytes) packet = stranger_take (stranger);
  const guint8 *at;
  gsize size;

  g_assert_nonnull (packet);
  at = g_bytes_get_data (packet, &size);
  g_assert_cmphex (at[0], ==, head);
  if (size == 1)
    return NULL;
  g_assert_cmphex (at[head == 0x20 ? 2 : 1], ==, code);
  size -= head == 0x20 ? 3 : 2;
  at += head == 0x20 ? 3 : 2;
  while (*at >= 128)
    at++, size--;
  return find_data (at + 1, at + size);
}

static guint
take_refusal (Stranger *stranger, guint8 head)
{
  g_autoptr (GBytes) packet = stranger_take (stranger);
  const guint8 *bytes = g_bytes_get_data (packet, NULL);

  g_assert_cmphex (bytes[0], ==, head);
  stranger_expect_end (stranger);
  return bytes[head == 0x20 ? 2 : 1];
}

static GBytes *
answer_to (GBytes *nonce, const char *name)
{
  g_autofree char *proof = NULL;
  g_autofree char *text = NULL;

  g_assert_cmpuint (g_bytes_get_size (nonce), ==, NONCE_SIZE);
  proof = sign (name, g_bytes_get_data (nonce, NULL));
  text = g_strconcat (name, ":", proof, NULL);
  return text_bytes (text);
}

static void
check_proof (GBytes *nonce, GBytes *data)
{
  g_autofree char *proof = sign ("broker", g_bytes_get_data (nonce, NULL));

  g_assert_nonnull (data);
  g_assert_cmpmem (g_bytes_get_data (data, NULL), g_bytes_get_size (data), proof, strlen (proof));
}

/* Sends the answer to the challenge. */
static GBytes *
begin (Stranger *stranger, const char *password, const char *name)
{
  g_autoptr (GBytes) nonce = NULL;
  g_autoptr (GBytes) answer = NULL;

  stranger_send_exchange (stranger, "id", "root", password, METHOD, NULL);
  nonce = take_data (stranger, 0xf0, 0x18);
  answer = answer_to (nonce, name);
  stranger_send_auth (stranger, 0x18, METHOD, answer);
  return g_steal_pointer (&nonce);
}

static Stranger *
join (Fixture *fixture)
{
  Stranger *stranger = come (fixture, 0);
  g_autoptr (GBytes) nonce = begin (stranger, NULL, "ada");
  g_autoptr (GBytes) data = take_data (stranger, 0x20, 0);

  check_proof (nonce, data);
  return stranger;
}

static void
start (Fixture *fixture, Judge *judge, GDestroyNotify destroy)
{
  judge->main_thread = fixture->thread;
  hub_broker_set_exchange_func (fixture->broker, exchange_cb, judge, destroy);
  fixture_start (fixture);
}

/* --- The tests --- */

static void
test_granted (Fixture *fixture, gconstpointer data)
{
  Judge judge = { 0 };
  g_autoptr (Stranger) stranger = NULL;
  g_autoptr (GPtrArray) list = NULL;

  hub_broker_set_authenticate_func (fixture->broker, never_cb, &judge, NULL);
  hub_broker_set_may_publish_func (fixture->broker, may_publish_cb, &judge, NULL);
  start (fixture, &judge, destroyed_cb);
  stranger = join (fixture);
  g_assert_cmphex (stranger_publish (stranger, "a", "x"), ==, 0x10);
  list = list_clients (fixture->broker);
  g_assert_cmpstr (hub_client_status_get_user_name (find_client (list, "id")), ==, "ada");
  g_assert_cmpint (g_atomic_int_get (&judge.n_steps), ==, 2);
  g_assert_cmpint (g_atomic_int_get (&judge.n_asked), ==, 0);
  g_assert_cmpint (g_atomic_int_get (&judge.n_ended), ==, 1);

  fixture_stop (fixture);
  g_assert_cmpint (judge.n_destroyed, ==, 0);
  g_clear_object (&fixture->broker);
  g_assert_cmpint (judge.n_destroyed, ==, 1);
}

static void
test_refused (Fixture *fixture, gconstpointer data)
{
  Judge judge = { 0 };
  g_autoptr (Stranger) liar = NULL;
  g_autoptr (Stranger) other = NULL;
  g_autoptr (GBytes) nonce = NULL;
  g_autoptr (GBytes) wrong = text_bytes ("ada:0123");

  start (fixture, &judge, NULL);
  liar = come (fixture, 0);
  stranger_send_exchange (liar, "id", NULL, NULL, METHOD, NULL);
  nonce = take_data (liar, 0xf0, 0x18);
  stranger_send_auth (liar, 0x18, METHOD, wrong);
  g_assert_cmphex (take_refusal (liar, 0x20), ==, NOT_AUTHORIZED);

  other = come (fixture, 0);
  stranger_send_exchange (other, "id", NULL, NULL, "SCRAM-SHA-1", wrong);
  g_assert_cmphex (take_refusal (other, 0x20), ==, BAD_METHOD);
  g_assert_cmpint (g_atomic_int_get (&judge.n_steps), ==, 3);
}

/* A program with other hooks, and with none. */
static void
test_not_set (Fixture *fixture, gconstpointer data)
{
  Judge judge = { .main_thread = fixture->thread };
  g_autoptr (Stranger) stranger = NULL;

  hub_broker_set_exchange_func (fixture->broker, exchange_cb, &judge, destroyed_cb);
  hub_broker_set_exchange_func (fixture->broker, NULL, NULL, NULL);
  g_assert_cmpint (judge.n_destroyed, ==, 1);
  if (GPOINTER_TO_INT (data))
    hub_broker_set_authenticate_func (fixture->broker, never_cb, &judge, NULL);
  fixture_start (fixture);
  stranger = come (fixture, 0);
  stranger_send_exchange (stranger, "id", NULL, NULL, METHOD, NULL);
  g_assert_cmphex (take_refusal (stranger, 0x20), ==, BAD_METHOD);
  g_assert_cmpint (g_atomic_int_get (&judge.n_steps) + g_atomic_int_get (&judge.n_asked), ==, 0);
}

/* Where nobody may come in without a name, the exchange is another way to have one. */
static void
test_not_anonymous (Fixture *fixture, gconstpointer data)
{
  Judge judge = { 0 };
  g_autoptr (Stranger) nobody = NULL;
  g_autoptr (Stranger) named = NULL;
  g_autoptr (Stranger) ada = NULL;

  hub_broker_set_allow_anonymous (fixture->broker, FALSE);
  start (fixture, &judge, NULL);
  nobody = come (fixture, 0);
  g_assert_cmphex (stranger_connect (nobody, "id", NULL, NULL), ==, NOT_AUTHORIZED);
  named = come (fixture, 0);
  g_assert_cmphex (stranger_connect (named, "id", "ada", "x"), ==, NOT_AUTHORIZED);
  ada = join (fixture);
}

/* Where there are files too, both have to allow, and the files ask about the name that was shown. */
static void
test_files (Fixture *fixture, gconstpointer data)
{
  static const char users[] = "ada:$7$1000$AAECAwQFBgcICQoL$"
                              "wW3Gk0Nxk0kLXPFxYCRv8wnLqW9AiPWUYmxcXJXhNtFP01KVYbxGUfMVAF5d7+c62J7clUCRad8HSbRQ+hWPkA==\n";
  Judge judge = { 0 };
  g_autofree char *folder = g_dir_make_tmp ("hubbub-XXXXXX", NULL);
  g_autofree char *passwords = g_build_filename (folder, "passwords", NULL);
  g_autofree char *acl = g_build_filename (folder, "acl", NULL);
  g_autofree char *path = g_build_filename (folder, "conf", NULL);
  g_autofree char *text = g_strdup_printf ("per_listener_settings true\nlog_dest none\n"
                                           "listener 0 127.0.0.1\npassword_file %s\nacl_file %s\n"
                                           "listener 0 127.0.0.1\nacl_file %s\nallow_anonymous false\n",
                                           passwords,
                                           acl,
                                           acl);
  static const struct
  {
    guint listener;
    const char *password;
    const char *name;
    guint code;
  } table[] = {
    { 0, "right", "ada", 0 },
    { 0, "wrong", "ada", BAD_CREDENTIALS },
    { 0, "right", "eve", BAD_CREDENTIALS },
    { 0, NULL, "ada", BAD_CREDENTIALS },
    { 1, NULL, "ada", 0 },
    { 1, "right", "eve", 0 },
  };
  g_autoptr (GError) error = NULL;

  g_assert_true (g_file_set_contents (passwords, users, -1, NULL));
  g_assert_true (g_file_set_contents (acl, "user ada\ntopic a\n", -1, NULL));
  g_assert_true (g_file_set_contents (path, text, -1, NULL));
  hub_broker_load_config (fixture->broker, path, &error);
  g_assert_no_error (error);
  start (fixture, &judge, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_autoptr (Stranger) stranger = come (fixture, table[i].listener);
      g_autoptr (GBytes) nonce = begin (stranger, table[i].password, table[i].name);
      g_autoptr (GBytes) proof = NULL;

      g_test_message ("listener %u, %s", table[i].listener, table[i].name);
      if (table[i].code != 0)
        {
          g_assert_cmphex (take_refusal (stranger, 0x20), ==, table[i].code);
          continue;
        }
      proof = take_data (stranger, 0x20, 0);
      check_proof (nonce, proof);
      g_assert_cmphex (stranger_publish (stranger, "a", "x"), ==, g_str_equal (table[i].name, "ada") ? 0x10 : NOT_AUTHORIZED);
    }

  g_unlink (passwords);
  g_unlink (acl);
  g_unlink (path);
  g_rmdir (folder);
}

static void
test_again (Fixture *fixture, gconstpointer data)
{
  Judge judge = { 0 };
  g_autoptr (Stranger) stranger = NULL;

  start (fixture, &judge, NULL);
  stranger = join (fixture);
  for (guint i = 0; i < 3; i++)
    {
      g_autoptr (GBytes) nonce = NULL;
      g_autoptr (GBytes) answer = NULL;
      g_autoptr (GBytes) proof = NULL;

      stranger_send_auth (stranger, 0x19, METHOD, NULL);
      nonce = take_data (stranger, 0xf0, 0x18);
      g_assert_cmphex (stranger_publish (stranger, "a", "x"), ==, 0x10);
      answer = answer_to (nonce, i < 2 ? "ada" : "eve");
      stranger_send_auth (stranger, 0x18, METHOD, answer);
      if (i == 2)
        break;
      proof = take_data (stranger, 0xf0, 0);
      check_proof (nonce, proof);
    }
  /* Who has become another one has to leave. */
  g_assert_cmphex (take_refusal (stranger, 0xe0), ==, NOT_AUTHORIZED);
  g_assert_cmpint (g_atomic_int_get (&judge.n_steps), ==, 8);
  g_assert_cmpint (g_atomic_int_get (&judge.n_ended), ==, 4);
}

/* What was remembered goes when the client does, or the broker. */
static void
test_ends (Fixture *fixture, gconstpointer data)
{
  Judge judge = { 0 };
  g_autoptr (Stranger) goes = NULL;
  g_autoptr (Stranger) talks = NULL;
  g_autoptr (Stranger) stays = NULL;
  g_autoptr (Stranger) again = NULL;
  g_autoptr (GBytes) nonce = NULL;

  start (fixture, &judge, NULL);
  goes = come (fixture, 0);
  stranger_send_exchange (goes, "id", NULL, NULL, METHOD, NULL);
  g_bytes_unref (take_data (goes, 0xf0, 0x18));
  stranger_leave (goes);
  stranger_expect_end (goes);
  hub_test_wait_until (g_atomic_int_get (&judge.n_ended) == 1);

  talks = come (fixture, 0);
  stranger_send_exchange (talks, "id", NULL, NULL, METHOD, NULL);
  g_bytes_unref (take_data (talks, 0xf0, 0x18));
  stranger_send_publish (talks, "a", "x");
  g_assert_cmphex (take_refusal (talks, 0x20), ==, 0x82);
  hub_test_wait_until (g_atomic_int_get (&judge.n_ended) == 2);

  again = join (fixture);
  stranger_send_auth (again, 0x19, METHOD, NULL);
  g_bytes_unref (take_data (again, 0xf0, 0x18));
  stays = come (fixture, 0);
  stranger_send_exchange (stays, "id", NULL, NULL, METHOD, NULL);
  nonce = take_data (stays, 0xf0, 0x18);
  g_assert_cmpint (g_atomic_int_get (&judge.n_ended), ==, 3);
  fixture_stop (fixture);
  g_assert_cmpint (judge.n_ended, ==, 5);
}

/* Two clients at a time do not get into each other's way. */
static void
test_two (Fixture *fixture, gconstpointer data)
{
  Judge judge = { 0 };
  g_autoptr (Stranger) first = NULL;
  g_autoptr (Stranger) second = NULL;
  g_autoptr (GBytes) first_nonce = NULL;
  g_autoptr (GBytes) second_nonce = NULL;
  g_autoptr (GBytes) answer = NULL;
  g_autoptr (GBytes) proof = NULL;

  start (fixture, &judge, NULL);
  first = come (fixture, 0);
  second = come (fixture, 0);
  stranger_send_exchange (first, "id", NULL, NULL, METHOD, NULL);
  first_nonce = take_data (first, 0xf0, 0x18);
  stranger_send_exchange (second, "id", NULL, NULL, METHOD, NULL);
  second_nonce = take_data (second, 0xf0, 0x18);
  answer = answer_to (first_nonce, "ada");
  stranger_send_auth (second, 0x18, METHOD, answer);
  g_assert_cmphex (take_refusal (second, 0x20), ==, NOT_AUTHORIZED);
  stranger_send_auth (first, 0x18, METHOD, answer);
  proof = take_data (first, 0x20, 0);
  check_proof (first_nonce, proof);
}

/* --- As much as there can be --- */

static HubExchangeVerdict
echo_cb (HubExchange *exchange, GBytes *data, gpointer user_data)
{
  hub_exchange_set_data (exchange, data);
  return HUB_EXCHANGE_CONTINUED;
}

static void
test_largest (Fixture *fixture, gconstpointer data)
{
  g_autofree guint8 *zeros = g_malloc0 (HUB_EXCHANGE_DATA_BYTES_MAX + 1);
  g_autoptr (GBytes) largest = g_bytes_new (zeros, HUB_EXCHANGE_DATA_BYTES_MAX);
  g_autoptr (GBytes) too_large = g_bytes_new (zeros, HUB_EXCHANGE_DATA_BYTES_MAX + 1);
  g_autoptr (HubExchange) exchange = g_object_new (HUB_TYPE_EXCHANGE, NULL);
  g_autoptr (Stranger) stranger = NULL;

  hub_broker_set_exchange_func (fixture->broker, echo_cb, NULL, NULL);
  fixture_start (fixture);
  stranger = come (fixture, 0);
  stranger_send_exchange (stranger, "id", NULL, NULL, METHOD, largest);
  for (guint i = 0; i < 3; i++)
    {
      g_autoptr (GBytes) echo = take_data (stranger, 0xf0, 0x18);

      g_assert_true (g_bytes_equal (echo, largest));
      stranger_send_auth (stranger, 0x18, METHOD, largest);
    }

  g_test_expect_message ("hubbub-broker", G_LOG_LEVEL_CRITICAL, "*HUB_EXCHANGE_DATA_BYTES_MAX*");
  hub_exchange_set_data (exchange, too_large);
  g_test_assert_expected_messages ();
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

#define ADD(name, data, func) \
  g_test_add ("/embed/exchange/" name, Fixture, GINT_TO_POINTER (data), fixture_set_up, func, fixture_tear_down)
  ADD ("granted", 0, test_granted);
  ADD ("refused", 0, test_refused);
  ADD ("not-set/no-hook", 0, test_not_set);
  ADD ("not-set/other-hook", 1, test_not_set);
  ADD ("not-anonymous", 0, test_not_anonymous);
  ADD ("files", 0, test_files);
  ADD ("MQTT-4.12.1-1/again", 0, test_again);
  ADD ("ends", 0, test_ends);
  ADD ("two", 0, test_two);
  ADD ("largest", 0, test_largest);
#undef ADD

  return g_test_run ();
}
