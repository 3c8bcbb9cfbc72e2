/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/client/hub-client-terms.h"

/* The longest message is the longest that is let pass, for every limit around those at which the length of a packet takes
 * another byte. */
static void
test_payload_max (void)
{
  static const gsize around[] = { 0, 10, 128, 16384, 2097152 };

  for (gsize i = 0; i < G_N_ELEMENTS (around); i++)
    for (gsize limit = MAX (around[i], 20) - 19; limit < around[i] + 20; limit++)
      for (guint8 qos = 0; qos <= 2; qos++)
        {
          HubClientTerms terms = { .max_packet_bytes = limit };
          gsize size = hub_client_terms_payload_max (&terms, 8, qos);

          g_assert_true (size == 0 || hub_client_terms_allow (&terms, 8, size, qos));
          g_assert_false (hub_client_terms_allow (&terms, 8, size + 1, qos));
        }
}

static void
test_no_limit (void)
{
  HubClientTerms terms = { .max_packet_bytes = 0 };

  g_assert_cmpuint (hub_client_terms_payload_max (&terms, 8, 1), ==, G_MAXSIZE);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/client/terms/payload-max", test_payload_max);
  g_test_add_func ("/client/terms/no-limit", test_no_limit);
  return g_test_run ();
}
