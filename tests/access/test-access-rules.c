/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/access/hub-access-rules.h"
#include "tests/support/hub-test-folder.h"
#include "tests/support/hub-test-passwords.h"

static const char *const users[] = { "ann", NULL };

static HubAcl *
parse_acl (const char *text)
{
  g_autoptr (GError) error = NULL;
  HubAcl *acl = hub_acl_parse (text, strlen (text), "acl", &error);

  g_assert_no_error (error);
  return acl;
}

static void
test_judge (void)
{
  static const struct
  {
    const char *name;
    gboolean allow_anonymous;
    gboolean has_passwords;
    const char *user_name;
    gboolean has_password;
    const char *certificate_name;
    HubAccessVerdict verdict;
    HubReason reason;
    const char *identity; /* when it is granted or asked */
  } rows[] = {
    { "open: nameless", TRUE, FALSE, NULL, FALSE, NULL, HUB_ACCESS_GRANTED, HUB_REASON_SUCCESS, NULL },
    { "open: with a name", TRUE, FALSE, "ann", FALSE, NULL, HUB_ACCESS_GRANTED, HUB_REASON_SUCCESS, "ann" },
    { "open: with a name and a password", TRUE, FALSE, "ann", TRUE, NULL, HUB_ACCESS_GRANTED, HUB_REASON_SUCCESS, "ann" },
    { "open: a password alone", TRUE, FALSE, NULL, TRUE, NULL, HUB_ACCESS_GRANTED, HUB_REASON_SUCCESS, NULL },
    { "closed: nameless", FALSE, FALSE, NULL, FALSE, NULL, HUB_ACCESS_REFUSED, HUB_REASON_NOT_AUTHORIZED, NULL },
    { "closed: with a name", FALSE, FALSE, "ann", TRUE, NULL, HUB_ACCESS_REFUSED, HUB_REASON_NOT_AUTHORIZED, NULL },
    { "users: nameless", FALSE, TRUE, NULL, FALSE, NULL, HUB_ACCESS_REFUSED, HUB_REASON_NOT_AUTHORIZED, NULL },
    { "users: a password alone", FALSE, TRUE, NULL, TRUE, NULL, HUB_ACCESS_REFUSED, HUB_REASON_NOT_AUTHORIZED, NULL },
    { "users: a name alone", FALSE, TRUE, "ann", FALSE, NULL, HUB_ACCESS_REFUSED, HUB_REASON_BAD_CREDENTIALS, NULL },
    { "users: an unknown name alone", FALSE, TRUE, "bob", FALSE, NULL, HUB_ACCESS_REFUSED, HUB_REASON_BAD_CREDENTIALS, NULL },
    { "users: both", FALSE, TRUE, "ann", TRUE, NULL, HUB_ACCESS_ASK, HUB_REASON_BAD_CREDENTIALS, "ann" },
    { "users: unknown", FALSE, TRUE, "bob", TRUE, NULL, HUB_ACCESS_ASK, HUB_REASON_BAD_CREDENTIALS, "bob" },
    { "users: an empty name", FALSE, TRUE, "", TRUE, NULL, HUB_ACCESS_ASK, HUB_REASON_BAD_CREDENTIALS, "" },
    { "users and guests: nameless", TRUE, TRUE, NULL, FALSE, NULL, HUB_ACCESS_GRANTED, HUB_REASON_SUCCESS, NULL },
    { "users and guests: unknown", TRUE, TRUE, "bob", TRUE, NULL, HUB_ACCESS_ASK, HUB_REASON_BAD_CREDENTIALS, "bob" },
    { "users and guests: an empty name", TRUE, TRUE, "", FALSE, NULL, HUB_ACCESS_REFUSED, HUB_REASON_BAD_CREDENTIALS, NULL },
    { "a certificate", FALSE, FALSE, NULL, FALSE, "cert", HUB_ACCESS_GRANTED, HUB_REASON_SUCCESS, "cert" },
    { "a certificate beside users", FALSE, TRUE, "ann", TRUE, "cert", HUB_ACCESS_GRANTED, HUB_REASON_SUCCESS, "cert" },
  };
  g_autoptr (HubPasswordFile) passwords = hub_test_passwords (users, 1);

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      HubAccessListener listener = { rows[i].allow_anonymous, rows[i].has_passwords ? passwords : NULL, NULL };
      g_autoptr (HubAccessRules) rules = hub_access_rules_new (&listener, 1);
      HubCredentials credentials = {
        .user_name = rows[i].user_name,
        .has_password = rows[i].has_password,
        .origin.certificate_name = rows[i].certificate_name,
      };
      HubAuthAnswer answer;

      g_test_message ("%s", rows[i].name);
      g_assert_cmpint (hub_access_rules_judge (rules, &credentials, &answer), ==, rows[i].verdict);
      g_assert_cmpint (answer.reason, ==, rows[i].reason);
      if (rows[i].verdict != HUB_ACCESS_REFUSED)
        g_assert_cmpstr (answer.user_name, ==, rows[i].identity);
      g_assert_cmpint (answer.is_certified, ==, rows[i].certificate_name != NULL);

      credentials.origin.listener = 1;
      g_assert_cmpint (hub_access_rules_judge (rules, &credentials, &answer), ==, HUB_ACCESS_REFUSED);
      g_assert_cmpint (answer.reason, ==, HUB_REASON_NOT_AUTHORIZED);
    }
}

/* Each listener has its own; where it is not known which one it was, all must agree. */
static void
test_listeners (void)
{
  static const struct
  {
    guint listener;
    const char *topic;
    gboolean may_read;
    gboolean may_write;
    gboolean may_subscribe;
  } rows[] = {
    { 0, "a", TRUE, FALSE, TRUE },
    { 0, "b", FALSE, FALSE, FALSE },
    { 1, "a", TRUE, TRUE, TRUE },
    { 1, "b", TRUE, TRUE, TRUE },
    { 2, "a", TRUE, TRUE, TRUE },
    { 2, "b", TRUE, TRUE, TRUE },
    { 3, "a", FALSE, FALSE, FALSE },
    { HUB_LISTENER_NONE, "a", TRUE, FALSE, FALSE },
    { HUB_LISTENER_NONE, "b", FALSE, FALSE, FALSE },
  };
  g_autoptr (HubAcl) narrow = parse_acl ("topic read a");
  g_autoptr (HubAcl) wide = parse_acl ("topic #");
  HubAccessListener listeners[] = { { TRUE, NULL, narrow }, { TRUE, NULL, wide }, { TRUE, NULL, NULL } };
  g_autoptr (HubAccessRules) rules = hub_access_rules_new (listeners, G_N_ELEMENTS (listeners));

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      HubSpan topic = hub_span_from_string (rows[i].topic);
      HubIdentity who;

      hub_identity_init (&who, "id", NULL, rows[i].listener);
      g_assert_cmpint (hub_access_rules_may (rules, &who, HUB_ACL_READ, topic), ==, rows[i].may_read);
      g_assert_cmpint (hub_access_rules_may (rules, &who, HUB_ACL_WRITE, topic), ==, rows[i].may_write);
      g_assert_cmpint (hub_access_rules_may_subscribe (rules, &who, topic), ==, rows[i].may_subscribe);
    }
}

static void
test_stay (void)
{
  g_autoptr (HubPasswordFile) passwords = hub_test_passwords (users, 1);
  HubAccessListener listeners[] = {
    { FALSE, passwords, NULL },
    { TRUE, passwords, NULL },
    { FALSE, NULL, NULL },
    { TRUE, NULL, NULL },
  };
  static const struct
  {
    const char *user_name;
    gboolean is_certified;
    gboolean may[G_N_ELEMENTS (listeners) + 1];
  } rows[] = {
    { NULL, FALSE, { FALSE, TRUE, FALSE, TRUE, FALSE } },
    { "ann", FALSE, { TRUE, TRUE, FALSE, TRUE, FALSE } },
    { "bob", FALSE, { FALSE, FALSE, FALSE, TRUE, FALSE } },
    { "bob", TRUE, { TRUE, TRUE, TRUE, TRUE, FALSE } },
  };
  g_autoptr (HubAccessRules) rules = hub_access_rules_new (listeners, G_N_ELEMENTS (listeners));

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    for (guint listener = 0; listener <= G_N_ELEMENTS (listeners); listener++)
      {
        HubIdentity who;

        hub_identity_init (&who, "id", rows[i].user_name, listener);
        who.is_certified = rows[i].is_certified;
        g_assert_cmpint (hub_access_rules_may_stay (rules, &who), ==, rows[i].may[listener]);
      }
}

static void
test_load (void)
{
  char *folder = hub_test_folder_new ();
  g_autofree char *text = hub_test_passwords_text (users, 1);
  g_autofree char *passwords = hub_test_folder_write (folder, "passwords", text);
  g_autofree char *acl = hub_test_folder_write (folder, "acl", "topic read a\n");
  HubAccessSettings settings[] = {
    { FALSE, FALSE, passwords, acl },
    { TRUE, FALSE, NULL, NULL },
    { TRUE, FALSE, passwords, NULL },
  };
  g_autoptr (GError) error = NULL;
  g_autoptr (HubAccessRules) rules = hub_access_rules_load (settings, G_N_ELEMENTS (settings), &error);
  HubIdentity who;

  g_assert_no_error (error);
  g_assert_null (hub_access_rules_get_warnings (rules)[0]);
  g_assert_nonnull (hub_access_rules_get_passwords (rules, 0));
  g_assert_null (hub_access_rules_get_passwords (rules, 1));
  g_assert_null (hub_access_rules_get_passwords (rules, 3));
  /* One path is read once. */
  g_assert_true (hub_access_rules_get_passwords (rules, 0) == hub_access_rules_get_passwords (rules, 2));

  hub_identity_init (&who, "id", NULL, 0);
  g_assert_true (hub_access_rules_may (rules, &who, HUB_ACL_READ, HUB_SPAN_LITERAL ("a")));
  g_assert_false (hub_access_rules_may (rules, &who, HUB_ACL_READ, HUB_SPAN_LITERAL ("b")));
  hub_test_folder_free (folder);
}

/* Whatever is wrong with a file, there are no rules then: nothing is open by mistake. */
static void
test_bad_files (void)
{
  static const char *const bad_texts[] = { "", "\n", "# nothing\n", "garbage\n", "topic\n", "ann:secret\n", "\xff\xfe\n" };
  char *folder = hub_test_folder_new ();
  g_autofree char *bad = g_build_filename (folder, "bad", NULL);
  g_autofree char *text = hub_test_passwords_text (users, 1);
  g_autofree char *passwords = hub_test_folder_write (folder, "passwords", text);
  g_autofree char *acl = hub_test_folder_write (folder, "acl", "topic read a\n");

  for (gsize i = 0; i < 2 * (G_N_ELEMENTS (bad_texts) + 2); i++)
    {
      HubAccessSettings settings[] = { { TRUE, FALSE, passwords, acl }, { TRUE, FALSE, passwords, acl } };
      g_autoptr (GError) error = NULL;
      g_autofree char *path = NULL;

      if (i / 2 < G_N_ELEMENTS (bad_texts))
        path = hub_test_folder_write (folder, "bad", bad_texts[i / 2]);
      else
        path = i / 2 == G_N_ELEMENTS (bad_texts) ? g_strdup (folder) : g_strconcat (bad, "-missing", NULL);

      *(i % 2 == 0 ? &settings[1].password_file : &settings[1].acl_file) = path;
      g_assert_null (hub_access_rules_load (settings, G_N_ELEMENTS (settings), &error));
      g_assert_nonnull (error);
      g_assert_true (error->domain == HUB_ACCESS_ERROR);
      g_assert_true (g_str_has_prefix (error->message, path));
    }
  hub_test_folder_free (folder);
}

static void
test_warnings (void)
{
  char *folder = hub_test_folder_new ();
  g_autofree char *text = hub_test_passwords_text (users, 1);
  g_autofree char *passwords = hub_test_folder_write (folder, "passwords", text);
  g_autofree char *acl = hub_test_folder_write (folder, "acl", "user ann\ntopic read a\n");
  g_autofree char *plain = hub_test_folder_write (folder, "plain", "topic read a\n");
  struct
  {
    const char *name;
    HubAccessSettings settings;
    const char *warning; /* NULL: none */
  } rows[] = {
    { "open", { TRUE, FALSE, NULL, NULL }, NULL },
    { "users", { FALSE, FALSE, passwords, acl }, NULL },
    { "users and guests", { TRUE, FALSE, passwords, acl }, NULL },
    { "rules for nobody in particular", { TRUE, FALSE, NULL, plain }, NULL },
    { "certificates", { FALSE, TRUE, NULL, acl }, NULL },
    { "closed", { FALSE, FALSE, NULL, NULL }, "Nobody can connect:*" },
    { "rules for users that are not known", { TRUE, FALSE, NULL, acl }, "*acl has rules for users,*" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      HubAccessSettings settings[] = { rows[i].settings, rows[i].settings };
      g_autoptr (GError) error = NULL;
      g_autoptr (HubAccessRules) rules = hub_access_rules_load (settings, G_N_ELEMENTS (settings), &error);
      const char *const *warnings = hub_access_rules_get_warnings (rules);

      g_test_message ("%s", rows[i].name);
      g_assert_no_error (error);
      g_assert_cmpuint (g_strv_length ((char **) warnings), ==, rows[i].warning != NULL ? 1 : 0);
      if (rows[i].warning != NULL)
        g_assert_true (g_pattern_match_simple (rows[i].warning, warnings[0]));
    }
  hub_test_folder_free (folder);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/access/rules/judge", test_judge);
  g_test_add_func ("/access/rules/listeners", test_listeners);
  g_test_add_func ("/access/rules/stay", test_stay);
  g_test_add_func ("/access/rules/load", test_load);
  g_test_add_func ("/access/rules/bad-files", test_bad_files);
  g_test_add_func ("/access/rules/warnings", test_warnings);
  return g_test_run ();
}
