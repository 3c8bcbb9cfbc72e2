/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ui/model/hub-invitation.h"

static void
notify_cb (GObject *object,
           GParamSpec *pspec,
           gpointer user_data)
{
  g_string_append_printf (user_data, "%s ", pspec->name);
}

static void
test_start (void)
{
  g_autoptr (HubInvitation) invitation = hub_invitation_new ();

  g_assert_null (hub_invitation_get_pages (invitation)[0]);
  g_assert_null (hub_invitation_get_key (invitation));
  g_assert_null (hub_invitation_get_reach (invitation));
  g_assert_false (hub_invitation_get_is_watched (invitation));
}

static void
test_notify (void)
{
  static const char *const pages[] = { "http://192.168.1.20:9001/", "http://[fd00::7]:9001/", NULL };
  const HubReach reach = { .mqtt_port = 1883 };
  const HubReach other = { .mqtt_port = 1883, .n_devices = 1 };
  g_autoptr (GString) log = g_string_new (NULL);
  g_autoptr (HubInvitation) invitation = hub_invitation_new ();

  g_test_summary ("Everything is heard of when it changes, and only then");

  g_signal_connect (invitation, "notify", G_CALLBACK (notify_cb), log);
  for (guint i = 0; i < 2; i++)
    {
      hub_invitation_set_pages (invitation, pages);
      hub_invitation_set_key (invitation, "sesame");
      hub_invitation_set_reach (invitation, &reach);
      hub_invitation_set_is_watched (invitation, TRUE);
    }
  g_assert_cmpstr (log->str, ==, "pages key reach is-watched ");
  g_assert_cmpstr (hub_invitation_get_pages (invitation)[1], ==, pages[1]);
  g_assert_cmpstr (hub_invitation_get_key (invitation), ==, "sesame");

  for (guint i = 0; i < 2; i++)
    hub_invitation_set_reach (invitation, &other);
  g_assert_cmpuint (hub_invitation_get_reach (invitation)->n_devices, ==, 1);
  for (guint i = 0; i < 2; i++)
    {
      hub_invitation_set_pages (invitation, NULL);
      hub_invitation_set_key (invitation, NULL);
      hub_invitation_set_reach (invitation, NULL);
      hub_invitation_set_is_watched (invitation, FALSE);
    }
  g_assert_cmpstr (log->str, ==, "pages key reach is-watched reach pages key reach is-watched ");
  g_assert_null (hub_invitation_get_pages (invitation)[0]);
}

static void
test_finalize (void)
{
  HubInvitation *invitation = hub_invitation_new ();

  hub_invitation_set_pages (invitation, (const char *const[]){ "http://192.168.1.20:9001/", NULL });
  hub_invitation_set_key (invitation, "sesame");
  g_assert_finalize_object (invitation);
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/ui/invitation/start", test_start);
  g_test_add_func ("/ui/invitation/notify", test_notify);
  g_test_add_func ("/ui/invitation/finalize", test_finalize);

  return g_test_run ();
}
