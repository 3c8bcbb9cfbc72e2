/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/support/hub-test-core.h"

/* max_inflight_bytes. */

static void
publish_times (HubTestPeer *sender, guint n, const char *payload, guint8 qos)
{
  for (guint i = 0; i < n; i++)
    {
      hub_test_peer_publish (sender, "a", payload, qos);
      hub_test_peer_settle (sender);
      g_free (hub_test_peer_take (sender));
    }
}

/* Until there are as many bytes as it says; a message that is larger than that goes alone. */
static void
test_inflight_bytes (void)
{
  static const struct
  {
    gsize limit;
    const char *payload;
    guint n_sent; /* of ten */
  } rows[] = {
    { 0, "12345", 10 },
    { 1, "12345", 1 },
    { 10, "12345", 2 },
    { 11, "12345", 3 },
    { 49, "12345", 10 },
    { 45, "12345", 9 },
    { 1, "", 10 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    for (guint8 qos = 1; qos <= 2; qos++)
      {
        HubLimits limits;
        g_autoptr (HubTestCore) core = NULL;
        HubTestPeer *sender;
        HubTestPeer *peer;

        hub_limits_init_broker (&limits);
        limits.max_inflight_bytes = rows[i].limit;
        core = hub_test_core_new_with_limits (&limits);
        sender = hub_test_core_join (core, "sender");
        peer = hub_test_core_join (core, "id");
        hub_test_peer_subscribe (peer, "a", 2);
        publish_times (sender, 10, rows[i].payload, qos);
        g_assert_cmpuint (hub_test_peer_count (peer, "PUBLISH"), ==, rows[i].n_sent);
        /* Who has got a message makes room for the next. */
        if (qos == 2)
          hub_test_peer_ack (peer, HUB_PACKET_PUBREC, 1);
        hub_test_peer_ack (peer, qos == 1 ? HUB_PACKET_PUBACK : HUB_PACKET_PUBCOMP, 1);
        g_assert_cmpuint (hub_test_peer_count (peer, "PUBLISH"), ==, MIN (rows[i].n_sent + 1, 10));
        hub_test_peer_settle (peer);
        g_assert_cmpuint (hub_test_peer_count (peer, "PUBLISH"), ==, 10);
        /* QoS 0 has no window. */
        publish_times (sender, 10, rows[i].payload, 0);
        g_assert_cmpuint (hub_test_peer_count (peer, "PUBLISH"), ==, 20);
      }
}

/* What is sent again after a pause counts as well. */
static void
test_inflight_bytes_resumed (void)
{
  HubLimits limits;
  g_autoptr (HubTestCore) core = NULL;
  HubTestPeer *sender;
  HubTestPeer *peer;

  hub_limits_init_broker (&limits);
  limits.max_inflight_bytes = 10;
  core = hub_test_core_new_with_limits (&limits);
  sender = hub_test_core_join (core, "sender");
  peer = hub_test_core_resume (core, "id", FALSE);
  hub_test_peer_subscribe (peer, "a", 1);
  publish_times (sender, 5, "12345", 1);
  g_assert_cmpuint (hub_test_peer_count (peer, "PUBLISH"), ==, 2);
  hub_test_peer_lose (peer);
  peer = hub_test_core_resume (core, "id", TRUE);
  g_assert_cmpuint (hub_test_peer_count (peer, "PUBLISH d1"), ==, 2);
  g_assert_cmpuint (hub_test_peer_count (peer, "PUBLISH"), ==, 2);
  hub_test_peer_settle (peer);
  g_assert_cmpuint (hub_test_peer_count (peer, "PUBLISH"), ==, 5);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/core/inflight-bytes/limit", test_inflight_bytes);
  g_test_add_func ("/core/inflight-bytes/resumed", test_inflight_bytes_resumed);
  return g_test_run ();
}
