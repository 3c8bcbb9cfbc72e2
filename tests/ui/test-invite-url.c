/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ui/model/hub-invite-url.h"

#define PAGE "http://192.168.1.20:9001/"

static const struct
{
  const char *name;
  const char *room;
  const char *key;
  const char *expected;
} rows[] = {
  { "everyone", NULL, NULL, PAGE },
  { "empty", "", "", PAGE },
  { "room", "garden", NULL, PAGE "#room=garden" },
  { "key", NULL, "open sesame", PAGE "#key=open%20sesame" },
  { "both", "garden", "sesame", PAGE "#room=garden&key=sesame" },
  { "empty-key", "garden", "", PAGE "#room=garden" },
  /* Nothing of a name or a password ends it, or begins another field. */
  { "reserved", "a&key=b#c", "d&room=e", PAGE "#room=a%26key%3Db%23c&key=d%26room%3De" },
  { "plus-and-percent", "1+1 %20", "+%", PAGE "#room=1%2B1%20%2520&key=%2B%25" },
  { "other-scripts", "Küche", "пароль", PAGE "#room=K%C3%BCche&key=%D0%BF%D0%B0%D1%80%D0%BE%D0%BB%D1%8C" },
  { "as-they-are", "a-b_c.d~e", NULL, PAGE "#room=a-b_c.d~e" },
};

static void
test_url (gconstpointer data)
{
  const gsize i = GPOINTER_TO_SIZE (data);
  g_autofree char *url = hub_invite_url (PAGE, rows[i].room, rows[i].key);

  g_assert_cmpstr (url, ==, rows[i].expected);
}

static void
test_shown (gconstpointer data)
{
  const gsize i = GPOINTER_TO_SIZE (data);
  g_autofree char *url = hub_invite_url (PAGE, rows[i].room, rows[i].key);
  g_autofree char *without_key = hub_invite_url (PAGE, rows[i].room, NULL);
  g_autofree char *shown = hub_invite_url_dup_shown (url);

  g_assert_cmpstr (shown, ==, without_key);
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *path = g_strconcat ("/ui/invite-url/", rows[i].name, NULL);

      g_autofree char *shown_path = g_strconcat ("/ui/invite-url/shown/", rows[i].name, NULL);

      g_test_add_data_func (path, GSIZE_TO_POINTER (i), test_url);
      g_test_add_data_func (shown_path, GSIZE_TO_POINTER (i), test_shown);
    }
  return g_test_run ();
}
