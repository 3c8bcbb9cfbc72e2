/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/access/hub-acl-topic.h"

#include "broker/wire/hub-topic.h"

typedef enum
{
  LEVEL_TEXT,
  LEVEL_PLUS, /* one level, whatever it is */
  LEVEL_HASH, /* all further ones, and none */
  LEVEL_NONE, /* nothing: the rule does not apply */
} LevelKind;

typedef struct
{
  HubSpan text; /* (unowned): in the filter; with its %c and %u */
  LevelKind kind;
  guint n_client_ids; /* how often %c is in it */
  guint n_users;
} Level;

struct _HubAclTopic
{
  char *filter; /* (owned) */
  gboolean is_reserved;
  gboolean has_users;
  guint n_levels;
  Level levels[];
};

static gboolean
is_wildcard (HubSpan level, char wildcard)
{
  return level.size == 1 && level.data[0] == (guint8) wildcard;
}

/* Whether a name begins here: 'c', 'u', or 0. */
static char
name_at (const Level *level, gsize at)
{
  char letter = at + 1 < level->text.size && level->text.data[at] == '%' ? (char) level->text.data[at + 1] : 0;

  return (letter == 'c' && level->n_client_ids > 0) || (letter == 'u' && level->n_users > 0) ? letter : 0;
}

static void
init_level (Level *self, HubSpan text, gboolean is_pattern)
{
  *self = (Level){ .text = text };
  if (is_wildcard (text, '+'))
    self->kind = LEVEL_PLUS;
  else if (is_wildcard (text, '#'))
    self->kind = LEVEL_HASH;

  for (gsize i = 0; is_pattern && i + 1 < text.size; i++)
    if (text.data[i] == '%' && (text.data[i + 1] == 'c' || text.data[i + 1] == 'u'))
      {
        *(text.data[i + 1] == 'c' ? &self->n_client_ids : &self->n_users) += 1;
        i++;
      }
}

/* A name that does not fit would reach beyond its level: CVE-2017-7650. */
static LevelKind
kind_of (const Level *self, HubAclUse use, const HubIdentity *who)
{
  if ((self->n_client_ids == 0 || who->client_id_fits) && (self->n_users == 0 || who->user_name_fits))
    return self->kind;
  return use == HUB_ACL_USE_DENY ? LEVEL_HASH : LEVEL_NONE;
}

/* Compares without putting anything together: a name may be long. */
static gboolean
text_equals (const Level *self, const HubIdentity *who, HubSpan other)
{
  gsize size = self->text.size - 2 * (self->n_client_ids + self->n_users) +
               self->n_client_ids * who->client_id_size + self->n_users * who->user_name_size;
  gsize at = 0;

  if (self->n_client_ids + self->n_users == 0)
    return hub_span_equal (self->text, other);
  if (size != other.size)
    return FALSE;
  for (gsize i = 0; i < self->text.size; i++)
    {
      char letter = name_at (self, i);
      HubSpan piece = { &self->text.data[i], 1 };

      if (letter == 'c')
        piece = (HubSpan){ (const guint8 *) who->client_id, who->client_id_size };
      else if (letter == 'u')
        piece = (HubSpan){ (const guint8 *) who->user_name, who->user_name_size };
      if (memcmp (other.data + at, piece.data, piece.size) != 0)
        return FALSE;
      at += piece.size;
      i += letter != 0 ? 1 : 0;
    }
  return TRUE;
}

/* Whether the rest of a topic is one that the level and those behind it match when nothing is left: only "/#" does. */
static gboolean
is_last (const HubAclTopic *self, guint index, HubAclUse use, const HubIdentity *who)
{
  return index == self->n_levels || kind_of (&self->levels[index], use, who) == LEVEL_HASH;
}

/* Wildcards at the first level do not reach the topics that begin with `$` [MQTT-4.7.2-1]; and who is anonymous has no
 * rules about users. */
static gboolean
is_concerned (const HubAclTopic *self, const HubIdentity *who, HubSpan topic)
{
  return self->is_reserved == hub_topic_is_reserved (topic) && (who->user_name != NULL || !self->has_users);
}

/**
 * hub_acl_topic_new:
 * @filter: a valid Topic Filter
 * @is_pattern: whether `%c` and `%u` in it stand for names
 *
 * Returns: (transfer full): the topic of a rule
 */
HubAclTopic *
hub_acl_topic_new (const char *filter, gboolean is_pattern)
{
  guint n_levels = 0;
  char *copy = g_strdup (filter);
  HubSpan rest = hub_span_from_string (copy);
  HubSpan level;
  HubAclTopic *self;

  while (hub_topic_next_level (&rest, &level))
    n_levels++;

  self = g_malloc0 (sizeof (HubAclTopic) + n_levels * sizeof (Level));
  self->filter = copy;
  self->is_reserved = hub_topic_is_reserved (hub_span_from_string (copy));
  rest = hub_span_from_string (copy);
  while (hub_topic_next_level (&rest, &level))
    {
      Level *last = &self->levels[self->n_levels++];

      init_level (last, level, is_pattern);
      self->has_users = self->has_users || last->n_users > 0;
    }
  return self;
}

/**
 * hub_acl_topic_free:
 * @self: (transfer full): a topic
 */
void
hub_acl_topic_free (HubAclTopic *self)
{
  g_free (self->filter);
  g_free (self);
}

/**
 * hub_acl_topic_matches:
 * @self: a topic
 * @use: how it is read
 * @who: who asks
 * @topic: a valid Topic Name
 *
 * Complexity: linear in the length of the longer one; nothing is allocated.
 * Spec: MQTT 5.0 section 4.7.
 *
 * Returns: whether the rule speaks of @topic
 */
gboolean
hub_acl_topic_matches (const HubAclTopic *self, HubAclUse use, const HubIdentity *who, HubSpan topic)
{
  HubSpan level;
  guint i = 0;

  if (!is_concerned (self, who, topic))
    return FALSE;
  for (; i < self->n_levels; i++)
    {
      LevelKind kind = kind_of (&self->levels[i], use, who);

      if (kind == LEVEL_HASH)
        return TRUE;
      if (kind == LEVEL_NONE || !hub_topic_next_level (&topic, &level))
        return FALSE;
      if (kind == LEVEL_TEXT && !text_equals (&self->levels[i], who, level))
        return FALSE;
      if (topic.data == NULL)
        return is_last (self, i + 1, use, who);
    }
  return FALSE;
}

/**
 * hub_acl_topic_overlaps:
 * @self: a topic
 * @use: how it is read
 * @who: who asks
 * @filter: a valid Topic Filter
 *
 * Complexity: linear in the length of the longer one.
 *
 * Returns: whether there is a topic that the rule speaks of and @filter matches; when @filter has no wildcard that is
 *   whether the rule speaks of the topic of this name
 */
gboolean
hub_acl_topic_overlaps (const HubAclTopic *self, HubAclUse use, const HubIdentity *who, HubSpan filter)
{
  HubSpan level;
  guint i = 0;

  if (!is_concerned (self, who, filter))
    return FALSE;
  for (; i < self->n_levels; i++)
    {
      LevelKind kind = kind_of (&self->levels[i], use, who);

      if (kind == LEVEL_NONE)
        return FALSE;
      if (kind == LEVEL_HASH)
        return TRUE;
      if (!hub_topic_next_level (&filter, &level))
        return FALSE;
      if (is_wildcard (level, '#'))
        return TRUE;
      if (kind == LEVEL_TEXT && !is_wildcard (level, '+') && !text_equals (&self->levels[i], who, level))
        return FALSE;
      if (filter.data == NULL)
        return is_last (self, i + 1, use, who);
    }
  /* What is left of the filter may match nothing at all. */
  return filter.size == 1 && filter.data[0] == '#';
}

/**
 * hub_acl_topic_covers:
 * @self: a topic
 * @use: how it is read
 * @who: who asks
 * @filter: a valid Topic Filter
 *
 * Complexity: linear in the length of the longer one.
 *
 * Returns: %TRUE only when the rule speaks of every topic that @filter matches. It may be %FALSE although it does, as for
 *   `+/#` and `#`
 */
gboolean
hub_acl_topic_covers (const HubAclTopic *self, HubAclUse use, const HubIdentity *who, HubSpan filter)
{
  HubSpan level;
  guint i = 0;

  if (!is_concerned (self, who, filter))
    return FALSE;
  for (; i < self->n_levels; i++)
    {
      LevelKind kind = kind_of (&self->levels[i], use, who);

      if (kind == LEVEL_HASH)
        return TRUE;
      if (kind == LEVEL_NONE || !hub_topic_next_level (&filter, &level) || is_wildcard (level, '#'))
        return FALSE;
      if (kind == LEVEL_TEXT && (is_wildcard (level, '+') || !text_equals (&self->levels[i], who, level)))
        return FALSE;
      if (filter.data == NULL)
        return is_last (self, i + 1, use, who);
    }
  return FALSE;
}
