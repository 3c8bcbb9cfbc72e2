/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/support/hub-test-core.h"

/* All lines since the last time, with "; " between. */
static char *
take_log (HubTestCore *core)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < core->log->len; i++)
    g_string_append_printf (text, "%s%s", i > 0 ? "; " : "", (const char *) g_ptr_array_index (core->log, i));
  g_ptr_array_set_size (core->log, 0);
  return g_string_free (g_steal_pointer (&text), FALSE);
}

#define expect_log(core, text)                 \
  G_STMT_START                                 \
  {                                            \
    g_autofree char *lines_ = take_log (core); \
    g_assert_cmpstr (lines_, ==, text);        \
  }                                            \
  G_STMT_END

/* The lines that people know from Mosquitto. */
static void
test_lines (void)
{
  g_autoptr (HubTestCore) core = hub_test_core_new ();
  HubTestPeer *peer = hub_test_core_open (core);

  hub_test_peer_send (peer, "10 [{'MQTT'} 04 02 003c {'mqttjs_d5cdbc8e'}]");
  expect_log (core, "New client connected from 192.0.2.1:1001 as mqttjs_d5cdbc8e (p4, c1, k60).; "
                    "No will message specified.; "
                    "Sending CONNACK to mqttjs_d5cdbc8e (0, 0)");
  hub_test_peer_send (peer, "82 [0001 {'messages'} 00]");
  expect_log (core, "Received SUBSCRIBE from mqttjs_d5cdbc8e; "
                    "\tmessages (QoS 0); "
                    "mqttjs_d5cdbc8e 0 messages; "
                    "Sending SUBACK to mqttjs_d5cdbc8e");
  hub_test_peer_send (peer, "33 [{'messages'} 0001 78*19]");
  expect_log (core, "Received PUBLISH from mqttjs_d5cdbc8e (d0, q1, r1, m1, 'messages', ... (19 bytes)); "
                    "Sending PUBLISH to mqttjs_d5cdbc8e (d0, q0, r0, m0, 'messages', ... (19 bytes)); "
                    "Sending PUBACK to mqttjs_d5cdbc8e (m1, rc0)");
  hub_test_peer_send (peer, "c0 []");
  expect_log (core, "Received PINGREQ from mqttjs_d5cdbc8e; Sending PINGRESP to mqttjs_d5cdbc8e");
  hub_test_peer_send (peer, "a2 [0002 {'messages'}]");
  expect_log (core, "Received UNSUBSCRIBE from mqttjs_d5cdbc8e; "
                    "\tmessages; "
                    "mqttjs_d5cdbc8e messages; "
                    "Sending UNSUBACK to mqttjs_d5cdbc8e");
  hub_test_peer_send (peer, "e0 []");
  expect_log (core, "Received DISCONNECT from mqttjs_d5cdbc8e; Client mqttjs_d5cdbc8e disconnected.");
}

/* What is acknowledged is seen in both directions. */
static void
test_ack_lines (void)
{
  g_autoptr (HubTestCore) core = hub_test_core_new ();
  HubTestPeer *peer = hub_test_core_open (core);

  hub_test_peer_send (peer, "10 [{'MQTT'} 04 02 003c {'id'}] 82 [0001 {'one'} 01 {'two'} 02]");
  g_free (take_log (core));
  hub_test_peer_send (peer, "32 [{'one'} 0007 'x']");
  expect_log (core, "Received PUBLISH from id (d0, q1, r0, m7, 'one', ... (1 bytes)); "
                    "Sending PUBLISH to id (d0, q1, r0, m1, 'one', ... (1 bytes)); "
                    "Sending PUBACK to id (m7, rc0)");
  hub_test_peer_send (peer, "40 [0001]");
  expect_log (core, "Received PUBACK from id (Mid: 1, RC:0)");
  hub_test_peer_send (peer, "34 [{'two'} 0008 'x']");
  expect_log (core, "Received PUBLISH from id (d0, q2, r0, m8, 'two', ... (1 bytes)); "
                    "Sending PUBLISH to id (d0, q2, r0, m2, 'two', ... (1 bytes)); "
                    "Sending PUBREC to id (m8, rc0)");
  hub_test_peer_send (peer, "62 [0008] 50 [0002] 70 [0002]");
  expect_log (core, "Received PUBREL from id (Mid: 8); "
                    "Sending PUBCOMP to id (m8, rc0); "
                    "Received PUBREC from id (Mid: 2); "
                    "Sending PUBREL to id (m2); "
                    "Received PUBCOMP from id (Mid: 2, RC:0)");
}

static void
test_connect_lines (void)
{
  g_autoptr (HubTestCore) core = hub_test_core_new ();
  HubTestPeer *peer = hub_test_core_open (core);

  hub_test_peer_send (peer, "10 [{'MQIsdp'} 03 f4 000a {'id'} {'t'} {'bye'} {'ada'} {'secret'}]");
  expect_log (core, "New client connected from 192.0.2.1:1001 as id (p3, c0, k10, u'ada').; "
                    "Will message specified (3 bytes) (r1, q2).; "
                    "Sending CONNACK to id (0, 0)");
}

/* Whatever a peer sends, a line stays one line, and no password is in it. (The harness looks for line ends too.) */
static void
test_printable (void)
{
  g_autoptr (HubTestCore) core = hub_test_core_new ();
  HubTestPeer *peer = hub_test_core_open (core);

  hub_test_peer_send (peer, "10 [{'MQTT'} 04 c2 0000 {'a' 0a1b07 '[2J' e280ae 'b'} {'u' 0d 'v'} {'hunter2'}]"
                            " 82 [0001 {'f' 0a 'g'} 00] 30 [{'t' 1b 'u'} 'x'] a2 [0002 {09 'g'}] e0 []");
  for (guint i = 0; i < core->log->len; i++)
    {
      const char *line = g_ptr_array_index (core->log, i);

      for (const char *at = line[0] == '\t' ? line + 1 : line; *at != '\0'; at = g_utf8_next_char (at))
        g_assert_true (g_unichar_isprint (g_utf8_get_char (at)));
    }
  g_assert_cmpuint (hub_test_core_count_log (core, "hunter2"), ==, 0);
  g_assert_cmpuint (hub_test_core_count_log (core, "as a???[2J?b (p4, c1, k0, u'u?v')."), ==, 1);
  g_assert_cmpuint (hub_test_core_count_log (core, "\tf?g (QoS 0)"), ==, 1);
  g_assert_cmpuint (hub_test_core_count_log (core, "'t?u'"), ==, 1);
}

/* A name that begins with a tabulator does not look like the filter of somebody's SUBSCRIBE. */
static void
test_forged_filter (void)
{
  g_autoptr (HubTestCore) core = hub_test_core_new ();
  HubTestPeer *peer = hub_test_core_open (core);

  hub_test_peer_send (peer, "10 [{'MQTT'} 04 02 0000 {09 'secret (QoS'}] 82 [0001 {'f'} 00]");
  g_assert_cmpuint (hub_test_core_count_log (core, "\t"), ==, 1);
  g_assert_cmpuint (hub_test_core_count_log (core, "\tf (QoS 0)"), ==, 1);
}

/* Nothing below the level that is wanted. */
static void
test_level (void)
{
  static const struct
  {
    HubLogLevel level;
    const char *lines;
  } rows[] = {
    { HUB_LOG_SUBSCRIBE,
      "New client connected from 192.0.2.1:1001 as id (p4, c1, k60).; id 0 a; id a; Client id disconnected." },
    { HUB_LOG_UNSUBSCRIBE, "New client connected from 192.0.2.1:1001 as id (p4, c1, k60).; id a; Client id disconnected." },
    { HUB_LOG_INFORMATION, "New client connected from 192.0.2.1:1001 as id (p4, c1, k60).; Client id disconnected." },
    { HUB_LOG_NOTICE, "New client connected from 192.0.2.1:1001 as id (p4, c1, k60).; Client id disconnected." },
    { HUB_LOG_CONNECTION, "New client connected from 192.0.2.1:1001 as id (p4, c1, k60).; Client id disconnected." },
    { HUB_LOG_WARNING, "" },
    { HUB_LOG_ERROR, "" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      HubCoreOptions options = { .policy = HUB_PEER_POLICY_OPEN, .log.level = rows[i].level };
      g_autoptr (HubTestCore) core = NULL;
      HubTestPeer *peer;

      hub_limits_init_broker (&options.limits);
      core = hub_test_core_new_with_options (&options);
      peer = hub_test_core_open (core);
      hub_test_peer_send (peer, "10 [{'MQTT'} 04 02 003c {'id'}] 82 [0001 {'a'} 00] 30 [{'a'} 'x'] a2 [0002 {'a'}] c0 [] e0 []");
      expect_log (core, rows[i].lines);
    }
}

static void
test_endings (void)
{
  HubCoreOptions options = { .policy = HUB_PEER_POLICY_OPEN, .log.level = HUB_LOG_NOTICE };
  g_autoptr (HubTestCore) core = NULL;
  HubTestPeer *peer;

  hub_limits_init_broker (&options.limits);
  core = hub_test_core_new_with_options (&options);
  peer = hub_test_core_open (core);
  hub_test_peer_send (peer, "10 [{'MQTT'} 04 02 0001 {'id'}]");
  g_free (take_log (core));
  hub_test_core_pass (core, 2 * G_TIME_SPAN_SECOND);
  expect_log (core, "Client id has exceeded timeout, disconnecting.");

  hub_test_core_join (core, "id");
  g_free (take_log (core));
  hub_test_core_join (core, "id");
  g_assert_cmpuint (hub_test_core_count_log (core, "Client id already connected, closing old connection."), ==, 1);
  g_free (take_log (core));

  peer = hub_test_core_open (core);
  hub_test_peer_send (peer, "10 [{'MQTT'} 06 02]");
  g_assert_cmpuint (hub_test_core_count_log (core, "refused"), ==, 1);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/core/log/lines", test_lines);
  g_test_add_func ("/core/log/ack-lines", test_ack_lines);
  g_test_add_func ("/core/log/connect-lines", test_connect_lines);
  g_test_add_func ("/core/log/printable", test_printable);
  g_test_add_func ("/core/log/forged-filter", test_forged_filter);
  g_test_add_func ("/core/log/level", test_level);
  g_test_add_func ("/core/log/endings", test_endings);
  return g_test_run ();
}
