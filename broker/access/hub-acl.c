/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/access/hub-acl.h"

#include "broker/access/hub-acl-topic.h"
#include "broker/wire/hub-topic.h"

typedef struct
{
  HubAclTopic *topic; /* (owned) */
  guint access;       /* HubAclAccess flags; 0: it forbids */
} Rule;

/* The rules of one user, of those who are anonymous, or the patterns. */
typedef struct
{
  GArray *denials; /* (owned) (element-type Rule) */
  GArray *grants;  /* (owned) (element-type Rule) */
} Section;

struct _HubAcl
{
  GHashTable *users;  /* (owned) (element-type utf8 Section): owns both */
  Section *anonymous; /* (owned): what stands before the first user */
  Section *patterns;  /* (owned): for everybody */
  gsize longest_user; /* bytes */
  guint n_rules;
};

typedef struct
{
  HubAcl *acl; /* (unowned) */
  HubAccessText text;
  Section *section; /* (unowned): whom a topic is for */
} Parser;

static void
rule_clear (gpointer data)
{
  Rule *rule = data;

  hub_acl_topic_free (rule->topic);
}

static GArray *
rules_new (void)
{
  GArray *rules = g_array_new (FALSE, FALSE, sizeof (Rule));

  g_array_set_clear_func (rules, rule_clear);
  return rules;
}

static Section *
section_new (void)
{
  Section *self = g_new0 (Section, 1);

  self->denials = rules_new ();
  self->grants = rules_new ();
  return self;
}

static void
section_free (gpointer data)
{
  Section *self = data;

  g_array_unref (self->denials);
  g_array_unref (self->grants);
  g_free (self);
}

static void
clear (gpointer data)
{
  HubAcl *self = data;

  g_hash_table_unref (self->users);
  section_free (self->anonymous);
  section_free (self->patterns);
}

static HubAcl *
create (void)
{
  HubAcl *self = g_atomic_rc_box_new0 (HubAcl);

  self->users = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, section_free);
  self->anonymous = section_new ();
  self->patterns = section_new ();
  return self;
}

/* Takes the first word off a line; the rest is without blanks about it, and may hold some. */
static char *
take_word (char **rest)
{
  gsize size = strcspn (*rest, " \t");
  char *word = g_strndup (*rest, size);

  *rest += size;
  *rest += strspn (*rest, " \t");
  return word;
}

static gboolean
parse_access (const char *word, guint *access)
{
  static const struct
  {
    const char *word;
    guint access;
  } rows[] = {
    { "read", HUB_ACL_READ },
    { "write", HUB_ACL_WRITE },
    { "readwrite", HUB_ACL_READ | HUB_ACL_WRITE },
    { "deny", 0 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    if (g_str_equal (word, rows[i].word))
      {
        *access = rows[i].access;
        return TRUE;
      }
  return FALSE;
}

/* [read|write|readwrite|deny] TOPIC. A topic with a blank in it needs the first word, as in Mosquitto. */
static gboolean
parse_rule (Parser *self, Section *section, char *rest, gboolean is_pattern, GError **error)
{
  g_autofree char *filter = g_strdup (rest);
  g_autofree char *word = take_word (&rest);
  guint access = HUB_ACL_READ | HUB_ACL_WRITE;
  gboolean has_access = parse_access (word, &access);
  Rule rule;

  if (has_access || rest[0] != '\0')
    {
      g_free (filter);
      filter = g_strdup (rest);
    }
  if (!has_access && rest[0] != '\0')
    return hub_access_text_fail (&self->text,
                                 error,
                                 HUB_ACCESS_ERROR_BAD_LINE,
                                 "the access must be read, write, readwrite or deny, not '%s'",
                                 word);
  if (filter[0] == '\0')
    return hub_access_text_fail (&self->text, error, HUB_ACCESS_ERROR_BAD_LINE, "there is no topic");
  if (!hub_topic_filter_is_valid (hub_span_from_string (filter)))
    return hub_access_text_fail (&self->text,
                                 error,
                                 HUB_ACCESS_ERROR_BAD_LINE,
                                 "'%s' is not a topic that can be subscribed to",
                                 filter);

  rule = (Rule){ hub_acl_topic_new (filter, is_pattern), access };
  g_array_append_val (*(access == 0 ? &section->denials : &section->grants), rule);
  self->acl->n_rules++;
  return TRUE;
}

static gboolean
parse_user (Parser *self, const char *name, GError **error)
{
  HubAcl *acl = self->acl;

  if (name[0] == '\0')
    return hub_access_text_fail (&self->text, error, HUB_ACCESS_ERROR_BAD_LINE, "there is no user name");
  self->section = g_hash_table_lookup (acl->users, name);
  if (self->section == NULL)
    {
      self->section = section_new ();
      g_hash_table_insert (acl->users, g_strdup (name), self->section);
      acl->longest_user = MAX (acl->longest_user, strlen (name));
    }
  return TRUE;
}

static gboolean
parse_line (Parser *self, char *line, GError **error)
{
  g_autofree char *keyword = take_word (&line);

  if (g_str_equal (keyword, "topic"))
    return parse_rule (self, self->section, line, FALSE, error);
  if (g_str_equal (keyword, "pattern"))
    return parse_rule (self, self->acl->patterns, line, TRUE, error);
  if (g_str_equal (keyword, "user"))
    return parse_user (self, line, error);
  return hub_access_text_fail (&self->text,
                               error,
                               HUB_ACCESS_ERROR_BAD_LINE,
                               "the line must begin with user, topic or pattern, not '%s'",
                               keyword);
}

/* The rules about topics for whoever asks; %NULL: none. */
static const Section *
section_for (const HubAcl *self, const HubIdentity *who)
{
  if (who->user_name == NULL)
    return self->anonymous;
  return who->user_name_size <= self->longest_user ? g_hash_table_lookup (self->users, who->user_name) : NULL;
}

static gboolean
is_denied (const Section *section, const HubIdentity *who, HubSpan topic)
{
  for (guint i = 0; section != NULL && i < section->denials->len; i++)
    if (hub_acl_topic_matches (g_array_index (section->denials, Rule, i).topic, HUB_ACL_USE_DENY, who, topic))
      return TRUE;
  return FALSE;
}

static gboolean
is_granted (const Section *section, const HubIdentity *who, HubAclAccess access, HubSpan topic)
{
  for (guint i = 0; section != NULL && i < section->grants->len; i++)
    {
      const Rule *rule = &g_array_index (section->grants, Rule, i);

      if ((rule->access & access) != 0 && hub_acl_topic_matches (rule->topic, HUB_ACL_USE_GRANT, who, topic))
        return TRUE;
    }
  return FALSE;
}

static gboolean
is_covered_by_denial (const Section *section, const HubIdentity *who, HubSpan filter)
{
  for (guint i = 0; section != NULL && i < section->denials->len; i++)
    if (hub_acl_topic_covers (g_array_index (section->denials, Rule, i).topic, HUB_ACL_USE_DENY, who, filter))
      return TRUE;
  return FALSE;
}

static gboolean
is_touched_by_grant (const Section *section, const HubIdentity *who, HubSpan filter)
{
  for (guint i = 0; section != NULL && i < section->grants->len; i++)
    {
      const Rule *rule = &g_array_index (section->grants, Rule, i);

      if ((rule->access & HUB_ACL_READ) != 0 && hub_acl_topic_overlaps (rule->topic, HUB_ACL_USE_GRANT, who, filter))
        return TRUE;
    }
  return FALSE;
}

/**
 * hub_acl_parse:
 * @text: (array length=size): the contents of a file
 * @size: number of bytes
 * @file_name: what to call it in errors
 * @error: return location
 *
 * Reads rules, one a line:
 *
 * - `topic [read|write|readwrite|deny] FILTER`; without the second word it is `readwrite`. Before the first `user` it is
 *   for those who are anonymous, later for that user.
 * - `user NAME`: whom the topics below are for.
 * - `pattern [read|write|readwrite|deny] FILTER`, for everybody wherever it stands; in it `%c` is the Client Identifier,
 *   `%u` the user name.
 * - Blank lines, and comments, which begin with `#`.
 *
 * What no rule allows is forbidden. A text with a line that is not understood, or without any rule, is refused as a whole.
 *
 * Returns: (transfer full) (nullable): the rules, or %NULL with @error set, naming file and line
 */
HubAcl *
hub_acl_parse (const char *text, gsize size, const char *file_name, GError **error)
{
  g_autoptr (HubAcl) self = create ();
  Parser parser = { .acl = self, .section = self->anonymous };
  char *line;

  if (!hub_access_text_init (&parser.text, text, size, file_name, error))
    return NULL;
  while ((line = hub_access_text_next (&parser.text)) != NULL)
    {
      gboolean is_good = parse_line (&parser, line, error);

      g_free (line);
      if (!is_good)
        return NULL;
    }
  if (self->n_rules == 0)
    {
      g_set_error (error,
                   HUB_ACCESS_ERROR,
                   HUB_ACCESS_ERROR_EMPTY,
                   "%s: there is no rule in it; 'topic deny #' is one that forbids everything",
                   file_name);
      return NULL;
    }
  return g_steal_pointer (&self);
}

/**
 * hub_acl_load:
 * @path: a file
 * @error: return location
 *
 * Reads a file: [func@Hub.Acl.parse]. Not for the broker thread: it waits for the disk.
 *
 * Returns: (transfer full) (nullable): the rules, or %NULL with @error set
 */
HubAcl *
hub_acl_load (const char *path, GError **error)
{
  gsize size;
  g_autofree char *text = hub_access_text_load (path, &size, error);

  return text != NULL ? hub_acl_parse (text, size, path, error) : NULL;
}

/**
 * hub_acl_ref:
 * @self: rules
 *
 * Returns: (transfer full): @self
 */
HubAcl *
hub_acl_ref (HubAcl *self)
{
  return g_atomic_rc_box_acquire (self);
}

/**
 * hub_acl_unref:
 * @self: (transfer full): rules
 */
void
hub_acl_unref (HubAcl *self)
{
  g_atomic_rc_box_release_full (self, clear);
}

/**
 * hub_acl_has_users:
 * @self: rules
 *
 * Returns: whether there are rules that depend on who says to be which user
 */
gboolean
hub_acl_has_users (const HubAcl *self)
{
  return g_hash_table_size (self->users) > 0;
}

/**
 * hub_acl_check:
 * @self: rules
 * @who: who asks
 * @access: what for; one of them
 * @topic: a valid Topic Name
 *
 * The rules of Mosquitto 2.0, as mosquitto.conf(5) describes them: a denial counts more than everything that allows. What
 * that program does differs in some ways:
 *
 * - A `deny` among its patterns counts less than a topic of the user.
 * - It puts a Client Identifier or user name with `/` in it into a pattern; and somebody whose name has a `+` or `#` in it
 *   is refused by every pattern. Here a name that does not fit ([func@Hub.name_fits_level]) is never put in: a pattern that
 *   allows then says nothing, one that denies speaks of everything that begins like it does before the name, and one
 *   without a name is as good as any.
 * - With it, `$SYS` as a Client Identifier makes a rule about `$SYS/x` of `%c/x`.
 *
 * Complexity: linear in the rules of this user and the patterns.
 * Thread: any.
 *
 * Returns: whether @who may
 */
gboolean
hub_acl_check (const HubAcl *self, const HubIdentity *who, HubAclAccess access, HubSpan topic)
{
  const Section *section = section_for (self, who);

  return !is_denied (section, who, topic) && !is_denied (self->patterns, who, topic) &&
         (is_granted (section, who, access, topic) || is_granted (self->patterns, who, access, topic));
}

/**
 * hub_acl_may_subscribe:
 * @self: rules
 * @who: who asks
 * @filter: a valid Topic Filter, without `$share` and the name of the group
 *
 * A subscription is refused when nothing could ever come of it: no rule that lets @who read has a topic in common with
 * @filter, or one denial takes all of them away. It is granted when some of its topics may be read, or when that would
 * take longer to find out; so every delivery is checked all the same. Without wildcards the answer is exactly that of
 * [method@Hub.Acl.check]. (Mosquitto grants every subscription.)
 *
 * Returns: whether @who may
 */
gboolean
hub_acl_may_subscribe (const HubAcl *self, const HubIdentity *who, HubSpan filter)
{
  const Section *section = section_for (self, who);

  return !is_covered_by_denial (section, who, filter) && !is_covered_by_denial (self->patterns, who, filter) &&
         (is_touched_by_grant (section, who, filter) || is_touched_by_grant (self->patterns, who, filter));
}
