/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/access/hub-basic.h"
#include "broker/access/hub-password-file.h"

static void
test_rows (void)
{
  static const struct
  {
    const char *name;
    const char *header;
    const char *user; /* NULL: it is refused */
    const char *password;
  } rows[] = {
    { "RFC 7617, section 2", "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==", "Aladdin", "open sesame" },
    { "RFC 7617, section 2.1: UTF-8", "Basic dGVzdDoxMjPCow==", "test", "123\xc2\xa3" },
    { "the scheme in any case", "bASIC YTpi", "a", "b" },
    { "blanks", "Basic   YTpi ", "a", "b" },
    { "a colon in the password", "Basic YTpiOmM=", "a", "b:c" },
    { "an empty password", "Basic YTo=", "a", "" },
    { "an empty user name", "Basic OmI=", "", "b" },
    { "both empty", "Basic Og==", "", "" },
    { "no colon", "Basic YWI=", NULL, NULL },
    { "nothing", "Basic ", NULL, NULL },
    { "not even a blank", "Basic", NULL, NULL },
    { "another scheme", "Bearer YTpi", NULL, NULL },
    { "a scheme that begins like it", "Basics YTpi", NULL, NULL },
    { "no padding", "Basic YTo", NULL, NULL },
    { "no base64", "Basic YTpi*", NULL, NULL },
    { "two words", "Basic YTpi YTpi", NULL, NULL },
    { "a zero in the user name", "Basic YQBhOmI=", NULL, NULL },
    { "no UTF-8 in the user name", "Basic /zph", NULL, NULL },
    { "no UTF-8 in the password", "Basic YTr/", "a", "\xff" },
    { "empty", "", NULL, NULL },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_auto (HubBasic) basic = { 0 };
      gboolean is_good = hub_basic_parse (&basic, rows[i].header);

      g_test_message ("%s", rows[i].name);
      g_assert_cmpint (is_good, ==, rows[i].user != NULL);
      g_assert_cmpstr (basic.user_name, ==, rows[i].user);
      if (is_good)
        g_assert_cmpmem (basic.password, basic.password_size, rows[i].password, strlen (rows[i].password));
      else
        g_assert_null (basic.password);
    }
}

static gboolean
parse_sizes (gsize user_size, gsize password_size)
{
  g_autofree char *user = g_strnfill (user_size, 'u');
  g_autofree char *password = g_strnfill (password_size, 'p');
  g_autofree char *both = g_strconcat (user, ":", password, NULL);
  g_autofree char *token = g_base64_encode ((const guint8 *) both, strlen (both));
  g_autofree char *header = g_strconcat ("Basic ", token, NULL);
  g_auto (HubBasic) basic = { 0 };

  return hub_basic_parse (&basic, header);
}

static void
test_sizes (void)
{
  g_assert_true (parse_sizes (HUB_USER_NAME_SIZE_MAX, HUB_PASSWORD_SIZE_MAX));
  g_assert_false (parse_sizes (HUB_USER_NAME_SIZE_MAX + 1, HUB_PASSWORD_SIZE_MAX));
  g_assert_false (parse_sizes (HUB_USER_NAME_SIZE_MAX, HUB_PASSWORD_SIZE_MAX + 1));
  g_assert_false (parse_sizes (1, 1000000));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/access/basic/rows", test_rows);
  g_test_add_func ("/access/basic/sizes", test_sizes);
  return g_test_run ();
}
