/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/wire/hub-topic.h"

static guint
count_levels (HubSpan topic)
{
  guint levels = 1;

  for (gsize i = 0; i < topic.size; i++)
    if (topic.data[i] == '/')
      levels++;
  return levels;
}

static gboolean
has_valid_length (HubSpan topic)
{
  /* What is short has no more levels than bytes between them. */
  return topic.size >= 1 && topic.size <= G_MAXUINT16 &&
         (topic.size < HUB_TOPIC_LEVELS_MAX || count_levels (topic) <= HUB_TOPIC_LEVELS_MAX);
}

static gboolean
is_level (HubSpan level, char wildcard)
{
  return level.size == 1 && level.data[0] == (guint8) wildcard;
}

/* Whether there is nothing but ASCII, and no U+0000: as a rule. That can be seen of eight bytes at a time. */
static gboolean
is_plain (HubSpan text)
{
  guint64 odd = 0;
  guint64 word = 0;
  gsize i = 0;

  for (; i + sizeof word <= text.size; i += sizeof word)
    {
      memcpy (&word, text.data + i, sizeof word);
      odd |= word | (word - 0x0101010101010101);
    }
  for (; i < text.size; i++)
    odd |= text.data[i] | (text.data[i] - G_GUINT64_CONSTANT (1));
  return (odd & 0x8080808080808080) == 0;
}

/**
 * hub_utf8_is_valid:
 * @text: bytes that claim to be a UTF-8 Encoded String
 *
 * Checks that @text is well-formed UTF-8 without surrogates and without U+0000. A byte order mark is
 * a character like any other.
 *
 * Spec: MQTT 5.0 section 1.5.4 [MQTT-1.5.4-1], [MQTT-1.5.4-2], [MQTT-1.5.4-3].
 *
 * Returns: %TRUE when a peer may send this as a string
 */
gboolean
hub_utf8_is_valid (HubSpan text)
{
  return is_plain (text) || g_utf8_validate_len ((const char *) text.data, text.size, NULL);
}

/**
 * hub_topic_name_is_valid:
 * @name: bytes that passed [func@Hub.utf8_is_valid]
 *
 * Checks a Topic Name: 1 to 65,535 bytes, no wildcard characters, at most %HUB_TOPIC_LEVELS_MAX levels.
 *
 * Spec: MQTT 5.0 section 4.7 [MQTT-3.3.2-2], [MQTT-4.7.3-1].
 *
 * Returns: %TRUE when messages can be published to @name
 */
gboolean
hub_topic_name_is_valid (HubSpan name)
{
  return has_valid_length (name) &&
         memchr (name.data, '+', name.size) == NULL &&
         memchr (name.data, '#', name.size) == NULL;
}

/**
 * hub_topic_filter_is_valid:
 * @filter: bytes that passed [func@Hub.utf8_is_valid]
 *
 * Checks a Topic Filter: 1 to 65,535 bytes, `+` only as a whole level, `#` only as the whole last
 * level, at most %HUB_TOPIC_LEVELS_MAX levels.
 *
 * Spec: MQTT 5.0 section 4.7 [MQTT-4.7.1-1], [MQTT-4.7.1-2], [MQTT-4.7.3-1].
 *
 * Returns: %TRUE when @filter can be subscribed to
 */
gboolean
hub_topic_filter_is_valid (HubSpan filter)
{
  HubSpan rest = filter;
  HubSpan level;

  if (!has_valid_length (filter))
    return FALSE;

  while (hub_topic_next_level (&rest, &level))
    {
      gboolean has_plus = level.size > 0 && memchr (level.data, '+', level.size) != NULL;
      gboolean has_hash = level.size > 0 && memchr (level.data, '#', level.size) != NULL;

      if ((has_plus || has_hash) && level.size != 1)
        return FALSE;
      if (has_hash && rest.data != NULL)
        return FALSE;
    }
  return TRUE;
}

/**
 * hub_topic_filter_has_wildcard:
 * @filter: a valid filter
 *
 * Returns: whether @filter can match more than the one topic of the same name
 */
gboolean
hub_topic_filter_has_wildcard (HubSpan filter)
{
  return filter.size > 0 && (memchr (filter.data, '+', filter.size) != NULL ||
                             memchr (filter.data, '#', filter.size) != NULL);
}

/**
 * hub_topic_is_reserved:
 * @topic: a Topic Name or Topic Filter
 *
 * Returns: whether @topic begins with `$`: wildcards at the first level do not match it
 *   [MQTT-4.7.2-1], and clients do not publish to it
 */
gboolean
hub_topic_is_reserved (HubSpan topic)
{
  return topic.size > 0 && topic.data[0] == '$';
}

/**
 * hub_topic_next_level:
 * @rest: (inout): what is left of a topic; begin with the whole of it. Its data becomes %NULL behind
 *   the last level
 * @level: (out): the level, possibly empty
 *
 * Takes the next level off @rest. An empty level is a level: `/a` has two, `a/` has two, and the
 * empty topic has one.
 *
 * Spec: MQTT 5.0 section 4.7.1.1.
 *
 * Returns: %FALSE when there is no further level
 */
gboolean
hub_topic_next_level (HubSpan *rest, HubSpan *level)
{
  const guint8 *slash;

  if (rest->data == NULL)
    return FALSE;

  slash = rest->size > 0 ? memchr (rest->data, '/', rest->size) : NULL;
  if (slash == NULL)
    {
      *level = *rest;
      *rest = (HubSpan){ NULL, 0 };
    }
  else
    {
      gsize size = (gsize) (slash - rest->data);

      *level = (HubSpan){ rest->data, size };
      *rest = (HubSpan){ slash + 1, rest->size - size - 1 };
    }
  return TRUE;
}

/**
 * hub_topic_split_share:
 * @filter: (inout): a Topic Filter; of a shared subscription what follows the ShareName
 * @name: (out): the ShareName; empty when @filter is not of a shared subscription
 *
 * Takes `$share/NAME/` off a filter.
 *
 * Spec: MQTT 5.0 section 4.8.2 [MQTT-4.8.2-1], [MQTT-4.8.2-2].
 *
 * Returns: %FALSE when it begins like a shared subscription and is not a valid one
 */
gboolean
hub_topic_split_share (HubSpan *filter, HubSpan *name)
{
  static const HubSpan prefix = { (const guint8 *) "$share/", 7 };
  HubSpan rest;

  *name = (HubSpan){ NULL, 0 };
  if (filter->size < prefix.size || memcmp (filter->data, prefix.data, prefix.size) != 0)
    return TRUE;

  rest = (HubSpan){ filter->data + prefix.size, filter->size - prefix.size };
  if (!hub_topic_next_level (&rest, name) || name->size == 0 || rest.data == NULL || rest.size == 0)
    return FALSE;
  *filter = rest;
  return !hub_topic_filter_has_wildcard (*name);
}

/**
 * hub_topic_matches:
 * @filter: a valid Topic Filter
 * @name: a valid Topic Name
 *
 * Compares byte by byte: nothing is normalised, trimmed or folded.
 *
 * Complexity: linear in the length of the longer one.
 * Spec: MQTT 5.0 section 4.7 [MQTT-4.7.2-1], [MQTT-4.7.3-4].
 *
 * Returns: whether a message to @name goes to a subscriber of @filter
 */
gboolean
hub_topic_matches (HubSpan filter, HubSpan name)
{
  HubSpan filter_level;
  HubSpan name_level;

  if (hub_topic_is_reserved (name) && !hub_topic_is_reserved (filter))
    return FALSE;

  while (hub_topic_next_level (&filter, &filter_level))
    {
      if (is_level (filter_level, '#'))
        return TRUE;
      if (!hub_topic_next_level (&name, &name_level))
        return FALSE;
      if (!is_level (filter_level, '+') && !hub_span_equal (filter_level, name_level))
        return FALSE;

      /* "a/#" matches "a" too: the parent of the wildcard. */
      if (name.data == NULL && filter.size == 1 && filter.data[0] == '#')
        return TRUE;
    }
  return name.data == NULL;
}
