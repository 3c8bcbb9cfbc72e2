/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/access/hub-acl.h"
#include "broker/wire/hub-topic.h"
#include "tests/fuzz/fuzz.h"
#include "tests/support/hub-test-bytes.h"

/*
 * An input is a byte that says whether there is a user name, four that say how long user name, Client Identifier, topic
 * and filter are, these four, and an ACL file.
 */

typedef struct
{
  const char *user; /* (nullable) */
  const char *client_id;
  HubSpan topic;
  HubSpan filter;
} Question;

static HubSpan
take (HubSpan *rest, gsize size)
{
  HubSpan taken = { rest->data, MIN (size, rest->size) };

  *rest = (HubSpan){ rest->data + taken.size, rest->size - taken.size };
  return taken;
}

static gboolean
is_fit (const char *name)
{
  return name != NULL && *name != '\0' && strcspn (name, "+#/") == strlen (name);
}

/*
 * The rules once more, straight from the text of a file that is good: what a line says is looked at anew for each
 * question, and names are put in for good. Returns the filter that a line comes to, or %NULL when it says nothing here.
 */
static char *
expand (const char *filter, gboolean is_denial, const Question *question)
{
  GString *expanded = g_string_new (NULL);

  for (const char *at = filter; *at != '\0'; at++)
    {
      const char *name = strncmp (at, "%c", 2) == 0 ? question->client_id : question->user;

      if (strncmp (at, "%c", 2) != 0 && strncmp (at, "%u", 2) != 0)
        {
          g_string_append_c (expanded, *at);
          continue;
        }
      if (!is_fit (name) && is_denial)
        {
          char *slash = strrchr (expanded->str, '/');

          /* Everything from this level on. */
          g_string_truncate (expanded, slash != NULL ? (gsize) (slash + 1 - expanded->str) : 0);
          g_string_append_c (expanded, '#');
          return g_string_free (expanded, FALSE);
        }
      if (!is_fit (name))
        {
          g_string_free (expanded, TRUE);
          return NULL;
        }
      g_string_append (expanded, name);
      at++;
    }
  return g_string_free (expanded, FALSE);
}

typedef struct
{
  gboolean is_granted;
  gboolean is_denied;
} Finding;

static void
look_at_rule (Finding *finding, char **words, gboolean is_pattern, HubAclAccess access, const Question *question)
{
  static const char *const names[] = { "read", "write", "readwrite", "deny" };
  static const guint flags[] = { HUB_ACL_READ, HUB_ACL_WRITE, HUB_ACL_READ | HUB_ACL_WRITE, 0 };
  guint rights = HUB_ACL_READ | HUB_ACL_WRITE;
  g_autofree char *filter = g_strdup (words[0]);
  g_autofree char *expanded = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    if (g_str_equal (words[0], names[i]))
      {
        rights = flags[i];
        g_free (filter);
        filter = g_strstrip (g_strjoinv (" ", words + 1));
      }
  if ((filter[0] == '$') != (question->topic.data[0] == '$'))
    return;
  if (is_pattern && question->user == NULL && strstr (filter, "%u") != NULL)
    return;
  expanded = is_pattern ? expand (filter, rights == 0, question) : g_strdup (filter);
  if (expanded == NULL || !hub_topic_matches (hub_span_from_string (expanded), question->topic))
    return;
  finding->is_denied = finding->is_denied || rights == 0;
  finding->is_granted = finding->is_granted || (rights & access) != 0;
}

/* Blanks within a line are single here, and no tabulators: that is what check() has made sure of. */
static gboolean
check_text (const char *text, HubAclAccess access, const Question *question)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  g_autofree char *user = NULL;
  Finding finding = { FALSE, FALSE };

  for (char **line = lines; *line != NULL; line++)
    {
      g_auto (GStrv) words = g_strsplit (g_strstrip (*line), " ", -1);

      if (words[0] == NULL || words[0][0] == '#')
        continue;
      if (g_str_equal (words[0], "user"))
        {
          g_free (user);
          user = g_strjoinv (" ", words + 1);
        }
      else if (g_str_equal (words[0], "pattern") || g_strcmp0 (user, question->user) == 0)
        look_at_rule (&finding, words + 1, g_str_equal (words[0], "pattern"), access, question);
    }
  return finding.is_granted && !finding.is_denied;
}

static void
check (const HubAcl *acl, const char *text, const Question *question)
{
  HubIdentity who;
  gboolean may_read;

  hub_identity_init (&who, question->client_id, question->user, 0);
  if (!hub_topic_name_is_valid (question->topic))
    return;
  may_read = hub_acl_check (acl, &who, HUB_ACL_READ, question->topic);
  g_assert_cmpint (hub_acl_may_subscribe (acl, &who, question->topic), ==, may_read);
  if (strstr (text, "  ") == NULL && strpbrk (text, "\t\v\f\r") == NULL && !g_str_has_prefix (text, "\xef\xbb\xbf"))
    {
      g_assert_cmpint (check_text (text, HUB_ACL_READ, question), ==, may_read);
      g_assert_cmpint (check_text (text, HUB_ACL_WRITE, question), ==, hub_acl_check (acl, &who, HUB_ACL_WRITE, question->topic));
    }

  /* Whoever could get a message can subscribe to it. */
  if (hub_topic_filter_is_valid (question->filter) && may_read && hub_topic_matches (question->filter, question->topic))
    g_assert_true (hub_acl_may_subscribe (acl, &who, question->filter));
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  HubSpan rest = { data, size };
  HubSpan head = take (&rest, 5);
  g_autofree char *user = NULL;
  g_autofree char *client_id = NULL;
  g_autofree guint8 *topic = NULL;
  g_autofree guint8 *filter = NULL;
  g_autofree guint8 *copy = NULL;
  g_autofree char *text = NULL;
  g_autoptr (HubAcl) acl = NULL;
  g_autoptr (GError) error = NULL;
  Question question;

  if (head.size < 5)
    return 0;
  user = hub_span_dup_string (take (&rest, head.data[1]));
  client_id = hub_span_dup_string (take (&rest, head.data[2]));
  question.user = (head.data[0] & 1) != 0 ? user : NULL;
  question.client_id = client_id;
  question.topic = take (&rest, head.data[3]);
  question.filter = take (&rest, head.data[4]);
  topic = hub_test_copy (question.topic);
  filter = hub_test_copy (question.filter);
  question.topic.data = topic;
  question.filter.data = filter;

  copy = hub_test_copy (rest);
  acl = hub_acl_parse ((const char *) copy, rest.size, "acl", &error);
  if (acl == NULL)
    {
      g_assert_true (error != NULL && error->domain == HUB_ACCESS_ERROR && g_str_has_prefix (error->message, "acl:"));
      return 0;
    }
  g_assert_no_error (error);
  text = hub_span_dup_string (rest);
  check (acl, text, &question);
  return 0;
}
