/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/support/hub-test-bytes.h"
#include "tests/support/hub-test-folder.h"
#include "tests/support/hub-test-net-transports.h"
#include "tests/support/hub-test-vfs.h"
#include "tests/support/hub-test-ws.h"

#include <pthread.h>
#include <sqlite3.h>

#include <string.h>

/*
 * The disk fails under a broker that runs, at each of its calls in turn. What a client was told is kept has to be there when
 * the broker comes back; what was sent at QoS 2 is there once; and clients are told nothing that is not true.
 */

#define N_MESSAGES 12
#define TOPIC "q"

typedef struct
{
  HubTestVfsOp op;
  int result;
} Fault;

/* Asked on threads of the broker. */
typedef struct
{
  const Fault *fault;
  int n_calls;  /* (atomic) */
  int fails_at; /* (atomic) from this call on; 0: never */
} Weather;

static int
weather_cb (HubTestVfsOp op, const char *path, gpointer user_data)
{
  Weather *weather = user_data;
  int fails_at = g_atomic_int_get (&weather->fails_at);

  if (op != weather->fault->op)
    return SQLITE_OK;
  return g_atomic_int_add (&weather->n_calls, 1) + 1 >= fails_at && fails_at != 0 ? weather->fault->result : SQLITE_OK;
}

static HubTestBroker *
start_broker (const char *folder)
{
  HubConfig *config = hub_test_config_new ();

  config->store.persistence = TRUE;
  config->store.persistence_location = g_strdup (folder);
  return hub_test_broker_new (config);
}

/* A client with a session that is kept. Returns NULL when it is not let in. */
static HubTestClient *
try_join (HubTestBroker *broker, const char *client_id)
{
  g_autoptr (HubTestClient) client = hub_test_client_open (broker, HUB_TEST_TCP);
  HubConnect connect = { .version = HUB_VERSION_3_1_1, .client_id = hub_span_from_string (client_id) };
  g_autofree char *taken = NULL;

  hub_test_client_connect (client, &connect);
  taken = hub_test_client_take (client);
  return g_str_has_prefix (taken, "CONNACK") ? g_steal_pointer (&client) : NULL;
}

static gboolean
try_expect (HubTestClient *client, const char *prefix)
{
  g_autofree char *taken = hub_test_client_take (client);

  if (!g_str_equal (taken, "END"))
    g_assert_true (g_str_has_prefix (taken, prefix));
  return !g_str_equal (taken, "END");
}

/* Returns whether a session is kept that wants all messages. */
static gboolean
try_subscribe (HubTestBroker *broker)
{
  g_autoptr (HubTestClient) ada = try_join (broker, "ada");

  if (ada == NULL)
    return FALSE;
  hub_test_client_send (ada, "82 [0001 {'" TOPIC "'} 02]");
  return try_expect (ada, "SUBACK");
}

/* Publishes one after the other, at QoS 1 and 2 in turn. Returns how many were acknowledged. */
static guint
try_publish (HubTestBroker *broker)
{
  g_autoptr (HubTestClient) grace = try_join (broker, "grace");

  for (guint i = 1; grace != NULL && i <= N_MESSAGES; i++)
    {
      g_autofree char *bytes = g_strdup_printf ("3%c [{'" TOPIC "'} %04x '%02u']", i % 2 == 1 ? '2' : '4', i, i);
      g_autofree char *release = g_strdup_printf ("62 02 %04x", i);

      hub_test_client_send (grace, bytes);
      if (!try_expect (grace, i % 2 == 1 ? "PUBACK" : "PUBREC"))
        return i - 1;
      if (i % 2 == 1)
        continue;
      hub_test_client_send (grace, release);
      if (!try_expect (grace, "PUBCOMP"))
        return i;
    }
  return grace != NULL ? N_MESSAGES : 0;
}

/* What the session gets up to a last message, as a text of the payloads, each with a blank behind it. */
static char *
read_session (HubTestBroker *broker)
{
  HubTestClient *ada = try_join (broker, "ada");
  HubTestClient *alan = hub_test_client_join (broker, HUB_TEST_TCP, "alan");
  GString *texts = g_string_new (NULL);
  gboolean is_last = FALSE;

  g_assert_nonnull (ada);
  hub_test_client_send (alan, "32 [{'" TOPIC "'} 0001 'end']");
  hub_test_client_expect (alan, "PUBACK m1");
  while (!is_last)
    {
      g_autofree char *taken = hub_test_client_take (ada);

      g_assert_true (g_str_has_prefix (taken, "PUBLISH"));
      is_last = g_str_has_suffix (taken, "end");
      if (!is_last)
        g_string_append_printf (texts, "%s ", taken + strlen (taken) - 2);
    }
  hub_test_client_free (ada);
  hub_test_client_free (alan);
  return g_string_free (texts, FALSE);
}

static void
assert_delivered (const char *texts, guint n_acknowledged)
{
  guint last = 0;

  g_test_message ("%u acknowledged, delivered: %s", n_acknowledged, texts);
  for (const char *at = texts; *at != '\0'; at += 3)
    {
      guint number = (guint) g_ascii_strtoull (at, NULL, 10);

      g_assert_cmpuint (number, ==, last + 1);
      last = number;
    }
  g_assert_cmpuint (last, >=, n_acknowledged);
}

/* Returns whether the disk did not fail. */
static gboolean
try (Weather *weather, int fails_at)
{
  char *folder = hub_test_folder_new ();
  HubTestBroker *broker;
  gboolean is_subscribed;
  guint n_acknowledged;
  int n_calls;

  broker = start_broker (folder);
  g_atomic_int_set (&weather->n_calls, 0);
  g_atomic_int_set (&weather->fails_at, fails_at);
  is_subscribed = try_subscribe (broker);
  n_acknowledged = try_publish (broker);
  hub_test_broker_free (broker);
  n_calls = g_atomic_int_get (&weather->n_calls);

  g_atomic_int_set (&weather->fails_at, 0);
  broker = start_broker (folder);
  if (is_subscribed && n_acknowledged > 0)
    {
      g_autofree char *texts = read_session (broker);

      assert_delivered (texts, n_acknowledged);
    }
  hub_test_broker_free (broker);
  hub_test_folder_free (folder);
  return n_calls < fails_at;
}

static void
test_fault (gconstpointer data)
{
  Weather weather = { .fault = data };
  guint n_tries = 0;

  hub_test_vfs_install (weather_cb, &weather);
  sqlite3_vfs_register (sqlite3_vfs_find (HUB_TEST_VFS), TRUE);
  while (!try (&weather, (int) ++n_tries))
    ;
  g_test_message ("%u calls", n_tries - 1);
  g_assert_cmpuint (n_tries, >, N_MESSAGES);
  hub_test_vfs_uninstall ();
}

/* A disk that hangs, and what comes of it in the end. */
typedef struct
{
  pthread_mutex_t mutex; /* a sync waits for it */
  int result;            /* (mutex) of a sync */
  char *folder;
  HubTestBroker *broker;
  HubTestClient *witness;
  HubTestClient *filler;
} Hang;

static int
hang_cb (HubTestVfsOp op, const char *path, gpointer user_data)
{
  Hang *hang = user_data;
  int result;

  if (op != HUB_TEST_VFS_SYNC)
    return SQLITE_OK;
  pthread_mutex_lock (&hang->mutex);
  result = hang->result;
  pthread_mutex_unlock (&hang->mutex);
  return result;
}

static void
hang_set_up (Hang *hang, gconstpointer data)
{
  pthread_mutex_init (&hang->mutex, NULL);
  hub_test_vfs_install (hang_cb, hang);
  sqlite3_vfs_register (sqlite3_vfs_find (HUB_TEST_VFS), TRUE);
  hang->folder = hub_test_folder_new ();
  hang->broker = start_broker (hang->folder);
  hang->witness = hub_test_client_join (hang->broker, HUB_TEST_TCP, "witness");
  hang->filler = hub_test_client_join (hang->broker, HUB_TEST_TCP, "filler");
}

static void
hang_tear_down (Hang *hang, gconstpointer data)
{
  hub_test_client_free (hang->filler);
  hub_test_client_free (hang->witness);
  hub_test_broker_free (hang->broker);
  hub_test_folder_free (hang->folder);
  hub_test_vfs_uninstall ();
  pthread_mutex_destroy (&hang->mutex);
}

/* Lets the broker do what there is to be done. */
static void
let_turn (Hang *hang)
{
  for (guint i = 0; i < 20; i++)
    hub_test_client_ping (hang->witness);
}

/* From now on the disk hangs, and as much waits for it as may: more is not read. */
static void
hang_and_fill (Hang *hang, const char *packet)
{
  g_autoptr (GByteArray) bytes = hub_test_bytes (packet);
  gsize sent = 0;
  guint blocked = 0;

  pthread_mutex_lock (&hang->mutex);
  while (blocked < 20)
    {
      gsize at = sent % bytes->len;
      gsize n = hub_test_line_write_some (hang->filler->line, (HubSpan){ bytes->data + at, bytes->len - at });

      g_assert_cmpuint (n, !=, G_MAXSIZE);
      blocked = n > 0 ? 0 : blocked + 1;
      sent += n;
      g_assert_cmpuint (sent, <, 64 * 1024 * 1024);
      hub_test_client_ping (hang->witness);
    }
  g_test_message ("%" G_GSIZE_FORMAT " bytes", sent);
}

static void
go_on (Hang *hang, int result)
{
  hang->result = result;
  pthread_mutex_unlock (&hang->mutex);
}

#define RETAINED_Q0 "31 [{'r'} 'x'*200000]"
#define RETAINED_Q1 "33 [{'r'} 0001 'x'*200000]"

/* What waits for the disk is bounded, whatever it is. */
static void
test_hang_bound (Hang *hang, gconstpointer packet)
{
  hang_and_fill (hang, packet);
  go_on (hang, SQLITE_OK);
  hub_test_client_free (hang->filler);
  hang->filler = hub_test_client_join (hang->broker, HUB_TEST_TCP, "another");
}

/* Who waits for a store that fails goes on: what it publishes does not have to be kept. */
static void
test_hang_fails (Hang *hang, gconstpointer data)
{
  g_autoptr (HubTestClient) grace = hub_test_client_join (hang->broker, HUB_TEST_TCP, "grace");

  hang_and_fill (hang, RETAINED_Q1);
  hub_test_client_send (grace, "32 [{'x'} 0001 'x'] c0 00");
  let_turn (hang);
  go_on (hang, SQLITE_IOERR_FSYNC);
  hub_test_client_expect (grace, "PUBACK m1");
  hub_test_client_expect (grace, "PINGRESP");
}

/* [MQTT-3.14.4-3]: what waits in front of the close frame of a WebSocket counts, and so does the goodbye in it. */
static void
test_hang_close (Hang *hang, gconstpointer data)
{
  g_autoptr (HubTestClient) ada = hub_test_client_open (hang->broker, HUB_TEST_WEBSOCKET);
  g_autoptr (GByteArray) packets = hub_test_bytes ("32 [{'t'} 0001 'before'] e0 00");
  g_autoptr (GByteArray) bytes = g_byte_array_new ();

  hub_test_client_send (ada, "10 [{'MQTT'} 04 06 0000 {'ada'} {'t'} {'gone'}]");
  hub_test_client_expect (ada, "CONNACK 0 0");
  hub_test_client_subscribe (hang->witness, "t", 0);
  hub_test_ws_append_frame (bytes, 0x80 | HUB_WS_BINARY, 1, hub_test_span (packets));
  hub_test_ws_append_frame (bytes, 0x80 | HUB_WS_CLOSE, 2, HUB_SPAN_LITERAL ("\x03\xe8"));

  hang_and_fill (hang, RETAINED_Q1);
  hub_test_line_write (ada->line, hub_test_span (bytes));
  let_turn (hang);
  go_on (hang, SQLITE_OK);
  hub_test_client_expect (ada, "PUBACK m1");
  hub_test_client_expect_end (ada, HUB_WS_CLOSE_NORMAL);
  hub_test_client_expect (hang->witness, "PUBLISH d0 q0 r0 m0 t before");
  hub_test_client_ping (hang->witness);
}

int
main (int argc, char **argv)
{
  static const Fault write_fault = { HUB_TEST_VFS_WRITE, SQLITE_IOERR_WRITE };
  static const Fault full_fault = { HUB_TEST_VFS_WRITE, SQLITE_FULL };
  static const Fault sync_fault = { HUB_TEST_VFS_SYNC, SQLITE_IOERR_FSYNC };

  g_test_init (&argc, &argv, NULL);
  hub_test_net_warm_up ();
  g_test_add_data_func ("/broker/store-faults/write", &write_fault, test_fault);
  g_test_add_data_func ("/broker/store-faults/full", &full_fault, test_fault);
  g_test_add_data_func ("/broker/store-faults/sync", &sync_fault, test_fault);
#define ADD(path, data, func) g_test_add (path, Hang, data, hang_set_up, func, hang_tear_down)
  ADD ("/broker/store-faults/hang/bound/qos-0", RETAINED_Q0, test_hang_bound);
  ADD ("/broker/store-faults/hang/bound/qos-1", RETAINED_Q1, test_hang_bound);
  ADD ("/broker/store-faults/hang/fails", NULL, test_hang_fails);
  ADD ("/broker/store-faults/hang/close", NULL, test_hang_close);
#undef ADD
  return g_test_run ();
}
