/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/access/hub-acl.h"
#include "broker/wire/hub-topic.h"
#include "tests/support/hub-test-access-tables.h"
#include "tests/support/hub-test-folder.h"

#define READ HUB_ACL_READ
#define WRITE HUB_ACL_WRITE
#define BOTH (HUB_ACL_READ | HUB_ACL_WRITE)

static HubAcl *
parse (const char *text)
{
  g_autoptr (GError) error = NULL;
  HubAcl *acl = hub_acl_parse (text, strlen (text), "acl", &error);

  g_assert_no_error (error);
  return acl;
}

/* What is allowed, as flags. */
static guint
rights (const HubAcl *acl, const char *user, const char *client_id, const char *topic)
{
  HubIdentity who;
  guint flags = 0;

  hub_identity_init (&who, client_id, user, 0);
  for (guint access = READ; access <= WRITE; access <<= 1)
    if (hub_acl_check (acl, &who, (HubAclAccess) access, hub_span_from_string (topic)))
      flags |= access;
  return flags;
}

static void
test_check (void)
{
  for (gsize i = 0; i < hub_test_n_acls; i++)
    {
      const HubTestAcl *row = &hub_test_acls[i];
      g_autoptr (HubAcl) acl = parse (row->text);

      g_test_message ("%s", row->name);
      g_assert_cmpuint (rights (acl, row->user, row->client_id, row->topic), ==, row->rights);
    }
}

static void
test_subscribe (void)
{
  static const struct
  {
    const char *name;
    const char *text;
    const char *user;
    const char *client_id;
    const char *filter;
    gboolean may;
  } rows[] = {
    { "a topic that may be read", "topic read a", NULL, "id", "a", TRUE },
    { "a topic that may only be written", "topic write a", NULL, "id", "a", FALSE },
    { "a topic that no rule names", "topic read a", NULL, "id", "b", FALSE },
    { "a topic that is denied", "topic read #\ntopic deny a", NULL, "id", "a", FALSE },
    { "a topic below one that is denied", "topic read #\ntopic deny a/+", NULL, "id", "a/b", FALSE },
    { "another user's", "user u\ntopic read a", "v", "id", "a", FALSE },
    { "everything, of which a part may be read", "topic read a", NULL, "id", "#", TRUE },
    { "everything, of which nothing may be read", "topic write a", NULL, "id", "#", FALSE },
    { "everything does not hold $", "topic read $SYS/#", NULL, "id", "#", FALSE },
    { "$ when it is named", "topic read $SYS/#", NULL, "id", "$SYS/#", TRUE },
    { "$ is not held by everything", "topic read #", NULL, "id", "$SYS/#", FALSE },
    { "the same filter", "topic read a/+/c", NULL, "id", "a/+/c", TRUE },
    { "the same filter, denied", "topic read #\ntopic deny a/+/c", NULL, "id", "a/+/c", FALSE },
    { "filters that meet", "topic read a/+", NULL, "id", "+/b", TRUE },
    { "filters that do not meet", "topic read a/+", NULL, "id", "b/+", FALSE },
    { "filters of other lengths", "topic read a/b/c", NULL, "id", "a/+", FALSE },
    { "filters of other lengths, the other way", "topic read a/+", NULL, "id", "a/b/c", FALSE },
    { "a hash meets its parent", "topic read a", NULL, "id", "a/#", TRUE },
    { "a hash meets its parent, the other way", "topic read a/#", NULL, "id", "a", TRUE },
    { "a hash does not meet the grandparent", "topic read a", NULL, "id", "a/b/#", FALSE },
    { "two hashes", "topic read a/#", NULL, "id", "a/b/#", TRUE },
    { "two hashes, the other way", "topic read a/b/#", NULL, "id", "a/#", TRUE },
    { "two hashes apart", "topic read a/#", NULL, "id", "b/#", FALSE },
    { "a denial takes all", "topic read a/#\ntopic deny a/b/#", NULL, "id", "a/b/+", FALSE },
    { "a denial takes all with the parent", "topic read a/#\ntopic deny a/b/#", NULL, "id", "a/b", FALSE },
    { "a denial takes a part", "topic read a/#\ntopic deny a/b/#", NULL, "id", "a/#", TRUE },
    { "a denial takes one level", "topic read a/#\ntopic deny a/+", NULL, "id", "a/#", TRUE },
    { "a denial of everything", "topic read a/#\ntopic deny #", NULL, "id", "a/#", FALSE },
    { "a denial of everything but $", "topic read $SYS/#\ntopic deny #", NULL, "id", "$SYS/#", TRUE },
    { "a denial of one's filter's text", "topic read #\ntopic deny a/b", NULL, "id", "a/+", TRUE },
    { "a pattern", "pattern read c/%c/#", NULL, "id", "c/id/x", TRUE },
    { "a pattern of somebody else", "pattern read c/%c/#", NULL, "id", "c/other/x", FALSE },
    { "a pattern met by a plus", "pattern read c/%c", NULL, "id", "c/+", TRUE },
    { "a dangerous name met by a plus", "pattern read c/%c", NULL, "+", "c/+", FALSE },
    { "a dangerous name met by a hash", "pattern read c/%c", NULL, "#", "c/#", FALSE },
    { "a pattern that denies", "topic read #\npattern deny c/%c/#", NULL, "id", "c/id/#", FALSE },
    { "a pattern that denies others", "topic read #\npattern deny c/%c/#", NULL, "id", "c/other/#", TRUE },
    { "a dangerous name that is denied", "topic read #\npattern deny c/%c/x", NULL, "a/b", "c/+/x", FALSE },
    { "a pattern for the anonymous", "pattern read u/%u", NULL, "id", "u/+", FALSE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (HubAcl) acl = parse (rows[i].text);
      HubSpan filter = hub_span_from_string (rows[i].filter);
      HubIdentity who;

      g_test_message ("%s", rows[i].name);
      hub_identity_init (&who, rows[i].client_id, rows[i].user, 0);
      g_assert_cmpint (hub_acl_may_subscribe (acl, &who, filter), ==, rows[i].may);
      if (!hub_topic_filter_has_wildcard (filter))
        g_assert_cmpint (hub_acl_check (acl, &who, READ, filter), ==, rows[i].may);
    }
}

static void
test_errors (void)
{
  static const struct
  {
    const char *name;
    const char *text;
    HubAccessError code;
    const char *message;
  } rows[] = {
    { "CVE-2018-12550: empty", "", HUB_ACCESS_ERROR_EMPTY, "acl: there is no rule in it; *" },
    { "blank", "\n  \n", HUB_ACCESS_ERROR_EMPTY, "acl: there is no rule *" },
    { "comments alone", "# topic a\n#\n", HUB_ACCESS_ERROR_EMPTY, "acl: there is no rule *" },
    { "a user alone", "user u\n", HUB_ACCESS_ERROR_EMPTY, "acl: there is no rule *" },
    { "a word that is none", "topic a\n\nallow a\n", HUB_ACCESS_ERROR_BAD_LINE, "acl:3: * not 'allow'" },
    { "case", "Topic a\n", HUB_ACCESS_ERROR_BAD_LINE, "acl:1: * not 'Topic'" },
    { "a word run together", "topica\n", HUB_ACCESS_ERROR_BAD_LINE, "acl:1: * not 'topica'" },
    { "an access that is none", "topic reed a\n", HUB_ACCESS_ERROR_BAD_LINE, "acl:1: * not 'reed'" },
    { "subscribe is not known in 2.0", "topic subscribe a\n", HUB_ACCESS_ERROR_BAD_LINE, "acl:1: * not 'subscribe'" },
    { "no topic", "# x\ntopic\n", HUB_ACCESS_ERROR_BAD_LINE, "acl:2: there is no topic" },
    { "an access without a topic", "topic deny \n", HUB_ACCESS_ERROR_BAD_LINE, "acl:1: there is no topic" },
    { "a pattern without a topic", "pattern read\n", HUB_ACCESS_ERROR_BAD_LINE, "acl:1: there is no topic" },
    { "no user name", "topic a\nuser \n", HUB_ACCESS_ERROR_BAD_LINE, "acl:2: there is no user name" },
    { "a hash inside", "topic a/#/b\n", HUB_ACCESS_ERROR_BAD_LINE, "acl:1: 'a/#/b' is not a topic *" },
    { "a plus in a level", "pattern a+/%c\n", HUB_ACCESS_ERROR_BAD_LINE, "acl:1: 'a+/%c' is not a topic *" },
    { "a comment behind a rule is no comment", "topic a # b\n", HUB_ACCESS_ERROR_BAD_LINE, "acl:1: * not 'a'" },
    { "no UTF-8", "topic \xff\n", HUB_ACCESS_ERROR_UNREADABLE, "acl: this is not a text file in UTF-8" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GError) error = NULL;

      g_test_message ("%s", rows[i].name);
      g_assert_null (hub_acl_parse (rows[i].text, strlen (rows[i].text), "acl", &error));
      g_assert_error (error, HUB_ACCESS_ERROR, (int) rows[i].code);
      if (!g_pattern_match_simple (rows[i].message, error->message))
        g_error ("%s: %s", rows[i].name, error->message);
    }
}

static void
test_zero (void)
{
  static const char text[] = "topic a\n\0topic deny b\n";
  g_autoptr (GError) error = NULL;

  g_assert_null (hub_acl_parse (text, sizeof text - 1, "acl", &error));
  g_assert_error (error, HUB_ACCESS_ERROR, HUB_ACCESS_ERROR_UNREADABLE);
}

/* A topic may have 200 levels. */
static void
test_levels (void)
{
  g_autoptr (GString) text = g_string_new ("topic a");
  g_autoptr (GError) error = NULL;
  g_autoptr (HubAcl) acl = NULL;

  for (guint i = 1; i < HUB_TOPIC_LEVELS_MAX; i++)
    g_string_append (text, "/a");
  acl = parse (text->str);
  g_assert_cmpuint (rights (acl, NULL, "id", text->str + strlen ("topic ")), ==, BOTH);
  g_string_append (text, "/a");
  g_assert_null (hub_acl_parse (text->str, text->len, "acl", &error));
  g_assert_error (error, HUB_ACCESS_ERROR, HUB_ACCESS_ERROR_BAD_LINE);
}

/* Names as long as MQTT allows. */
static void
test_long_names (void)
{
  g_autofree char *name = g_strnfill (65535, 'n');
  g_autofree char *user_line = g_strconcat ("user ", name, "\ntopic t\npattern %c", NULL);
  g_autoptr (HubAcl) acl = parse (user_line);

  g_assert_cmpuint (rights (acl, name, name, "t"), ==, BOTH);
  g_assert_cmpuint (rights (acl, name, name, name), ==, BOTH);
  g_assert_cmpuint (rights (acl, name, name, name + 1), ==, 0);
  name[65534] = 'm';
  g_assert_cmpuint (rights (acl, name, name, "t"), ==, 0);
}

static void
test_load (void)
{
  char *folder = hub_test_folder_new ();
  g_autofree char *path = hub_test_folder_write (folder, "acl", "topic read a\n");
  g_autofree char *missing = g_strconcat (path, "-missing", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (HubAcl) acl = hub_acl_load (path, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (rights (acl, NULL, "id", "a"), ==, READ);

  g_assert_null (hub_acl_load (missing, &error));
  g_assert_error (error, HUB_ACCESS_ERROR, HUB_ACCESS_ERROR_UNREADABLE);
  g_assert_true (g_str_has_prefix (error->message, missing));
  hub_test_folder_free (folder);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/access/acl/check", test_check);
  g_test_add_func ("/access/acl/subscribe", test_subscribe);
  g_test_add_func ("/access/acl/errors", test_errors);
  g_test_add_func ("/access/acl/zero", test_zero);
  g_test_add_func ("/access/acl/levels", test_levels);
  g_test_add_func ("/access/acl/long-names", test_long_names);
  g_test_add_func ("/access/acl/load", test_load);
  return g_test_run ();
}
