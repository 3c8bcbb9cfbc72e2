/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/net/hub-admission.h"

/* Who may be connected. */

static HubAdmissionResult
enter (HubAdmission *admission, const char *text, guint *count, HubTicket *ticket)
{
  HubIpAddress address;

  g_assert_true (hub_ip_address_parse (&address, text));
  return hub_admission_enter (admission, &address, count, 0, ticket);
}

/* The rule changes while somebody from outside is there, who stays. */
static void
test_lan_only (void)
{
  g_autoptr (HubAdmission) admission = hub_admission_new (0, TRUE);
  HubTicket inside = { 0 };
  HubTicket outside = { 0 };
  HubTicket late = { 0 };
  guint count = 0;

  g_assert_cmpint (enter (admission, "192.168.1.20", &count, &inside), ==, HUB_ADMISSION_GRANTED);
  g_assert_cmpint (enter (admission, "203.0.113.7", &count, &outside), ==, HUB_ADMISSION_OUTSIDE);
  hub_admission_set_lan_only (admission, FALSE);
  g_assert_cmpint (enter (admission, "203.0.113.7", &count, &outside), ==, HUB_ADMISSION_GRANTED);
  hub_admission_set_lan_only (admission, TRUE);
  g_assert_cmpint (enter (admission, "2001:db8::1", &count, &late), ==, HUB_ADMISSION_OUTSIDE);
  g_assert_cmpuint (count, ==, 2);
  hub_admission_leave (admission, &outside);
  g_assert_cmpint (enter (admission, "203.0.113.7", &count, &outside), ==, HUB_ADMISSION_OUTSIDE);
  hub_admission_leave (admission, &inside);
  g_assert_cmpuint (count, ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/net/admission/lan-only", test_lan_only);
  return g_test_run ();
}
