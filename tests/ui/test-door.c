/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ui/model/hub-door.h"
#include "ui/model/hub-easy-password.h"
#include "ui/model/hub-format.h"

#include <string.h>

/* What the window knows of who comes in. */

static void
note_cb (GObject *object, GParamSpec *pspec, gpointer user_data)
{
  g_string_append_printf (user_data, "%s ", g_param_spec_get_name (pspec));
}

static void
text_cb (HubDoor *door, const char *text, gpointer user_data)
{
  g_string_append_printf (user_data, "%s ", text != NULL ? text : "(none)");
}

static void
test_lock (void)
{
  g_autoptr (HubDoor) door = hub_door_new ();
  g_autoptr (GString) seen = g_string_new (NULL);

  g_signal_connect (door, "notify", G_CALLBACK (note_cb), seen);
  g_signal_connect (door, "lock", G_CALLBACK (text_cb), seen);
  g_assert_false (hub_door_get_is_locked (door));
  hub_door_set_lock (door, FALSE, NULL);
  g_assert_cmpstr (seen->str, ==, "");
  /* The lock is known before what it is opened by. */
  hub_door_set_lock (door, TRUE, NULL);
  hub_door_set_lock (door, TRUE, "a");
  hub_door_set_lock (door, TRUE, "a");
  hub_door_set_lock (door, TRUE, "b");
  g_assert_cmpstr (seen->str, ==, "is-locked password password ");
  g_assert_cmpstr (hub_door_get_password (door), ==, "b");
  g_string_truncate (seen, 0);
  /* A wish changes nothing by itself. */
  hub_door_lock (door, "c");
  hub_door_lock (door, NULL);
  g_assert_cmpstr (seen->str, ==, "c (none) ");
  g_assert_cmpstr (hub_door_get_password (door), ==, "b");
  g_string_truncate (seen, 0);
  /* One that is not granted lets everybody look again. */
  hub_door_refuse (door);
  g_assert_cmpint (hub_door_get_place (door), ==, HUB_DOOR_PLACE_UNKNOWN);
  hub_door_set_place (door, HUB_DOOR_PLACE_FILE);
  hub_door_set_place (door, HUB_DOOR_PLACE_FILE);
  g_assert_cmpstr (seen->str, ==, "is-locked place ");
}

static void
test_guest (void)
{
  static const struct
  {
    const char *name;
    const char *address;
    HubPersonKind kind;
    gboolean is_browser;
    const char *title;
    const char *detail; /* up to the time */
  } table[] = {
    { "Ada", "192.0.2.1:1883", HUB_PERSON_BROWSER, TRUE, "Ada", "Browser at 192.0.2.1, since " },
    { " A\nd\342\200\256a", "192.0.2.1:1883", HUB_PERSON_BROWSER, TRUE, "A da", "Browser at 192.0.2.1, since " },
    { "Ada", "[2001:db8::1]:1883", HUB_PERSON_DESKTOP, FALSE, "Ada", "Hubbub at 2001:db8::1, since " },
    { "", "192.0.2.1:1", HUB_PERSON_OTHER, FALSE, "sensor", "MQTT client at 192.0.2.1, since " },
    { NULL, "2001:db8::1", HUB_PERSON_OTHER, TRUE, "sensor", "MQTT over WebSocket at 2001:db8::1, since " },
    { "Me", NULL, HUB_PERSON_DESKTOP, FALSE, "Me", "This window, since " },
  };
  g_autoptr (GTimeZone) zone = g_time_zone_new_utc ();
  const gint64 now_us = g_get_real_time ();

  for (gsize i = 0; i < G_N_ELEMENTS (table); i++)
    {
      const HubGuestParams params = {
        .client_id = "sensor",
        .name = table[i].name,
        .address = table[i].address,
        .kind = table[i].kind,
        .is_browser = table[i].is_browser,
        .time_us = now_us,
      };
      g_autoptr (HubGuest) guest = hub_guest_new (&params);
      g_autoptr (HubGuest) same = hub_guest_new (&params);
      g_autoptr (HubGuest) gone = hub_guest_dup_sent_away (guest, now_us + G_TIME_SPAN_HOUR);
      g_autofree char *title = hub_guest_dup_title (guest);
      g_autofree char *detail = hub_guest_dup_detail (guest, zone);

      g_assert_cmpstr (title, ==, table[i].title);
      g_assert_true (g_str_has_prefix (detail, table[i].detail));
      g_assert_cmpint (hub_guest_get_is_own (guest), ==, table[i].address == NULL);
      g_assert_true (hub_guest_equal (guest, same));
      g_assert_false (hub_guest_equal (guest, gone));
      g_assert_cmpstr (hub_guest_get_address (guest), ==, hub_guest_get_address (gone));
    }
}

static void
test_easy_password (void)
{
  g_autoptr (GRegex) form = g_regex_new ("^[bdfgklmnprstvz][aeiou][bdfgklmnprstvz][aeiou](-[bdfgklmnprstvz][aeiou][bdfgklmnprstvz][aeiou]){2}$", 0, 0, NULL);
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; i < 100; i++)
    {
      char *password = hub_easy_password_new ();

      g_assert_true (g_regex_match (form, password, 0, NULL));
      g_hash_table_add (seen, password);
    }
  /* Of 70^6 there are two equal ones in a hundred once in twenty million runs. */
  g_assert_cmpuint (g_hash_table_size (seen), ==, 100);
}

/* Whoever has a name or an identifier of thousands of characters can be sent away all the same: the question has to fit. */
static void
test_long_names (void)
{
  g_autofree char *text = g_strnfill (10000, 'x');
  const HubGuestParams named = { .client_id = "id", .name = text, .address = "192.0.2.1:1" };
  const HubGuestParams unnamed = { .client_id = text, .address = "192.0.2.1:1" };
  g_autoptr (HubGuest) one = hub_guest_new (&named);
  g_autoptr (HubGuest) other = hub_guest_new (&unnamed);
  g_autofree char *title = hub_guest_dup_title (one);
  g_autofree char *other_title = hub_guest_dup_title (other);

  g_assert_cmpint (g_utf8_strlen (title, -1), <=, HUB_FORMAT_NAME_CHARS + 1);
  g_assert_cmpstr (other_title, ==, title);
  g_assert_cmpstr (hub_guest_get_client_id (other), ==, text);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ui/door/lock", test_lock);
  g_test_add_func ("/ui/door/guest", test_guest);
  g_test_add_func ("/ui/door/long-names", test_long_names);
  g_test_add_func ("/ui/door/easy-password", test_easy_password);
  return g_test_run ();
}
