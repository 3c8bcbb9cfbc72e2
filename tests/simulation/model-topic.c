/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/simulation/model-private.h"

/*
 * sim_topic_matches:
 * @filter: a valid Topic Filter
 * @topic: a Topic Name
 *
 * Returns: whether a message to @topic is for who has subscribed to @filter; MQTT 5.0, section 4.7
 */
gboolean
sim_topic_matches (const char *filter, const char *topic)
{
  g_auto (GStrv) wanted = NULL;
  g_auto (GStrv) levels = NULL;
  guint i;

  if (topic[0] == '$' && filter[0] != '$')
    return FALSE;
  if (strpbrk (filter, "+#") == NULL)
    return g_str_equal (filter, topic);

  wanted = g_strsplit (filter, "/", -1);
  levels = g_strsplit (topic, "/", -1);
  for (i = 0; wanted[i] != NULL; i++)
    {
      if (g_str_equal (wanted[i], "#"))
        return TRUE;
      if (levels[i] == NULL || (!g_str_equal (wanted[i], "+") && !g_str_equal (wanted[i], levels[i])))
        return FALSE;
      /* "a/#" is for "a" too. */
      if (levels[i + 1] == NULL && g_strcmp0 (wanted[i + 1], "#") == 0)
        return TRUE;
    }
  return levels[i] == NULL;
}

/*
 * sim_topic_filter_is_valid:
 * @filter: a text, without the `$share/NAME/` of a shared subscription
 *
 * Returns: whether it may be subscribed to
 */
gboolean
sim_topic_filter_is_valid (const char *filter)
{
  g_auto (GStrv) levels = g_strsplit (filter, "/", -1);

  if (filter[0] == '\0')
    return FALSE;
  for (guint i = 0; levels[i] != NULL; i++)
    {
      if (strpbrk (levels[i], "+#") != NULL && strlen (levels[i]) != 1)
        return FALSE;
      if (g_str_equal (levels[i], "#") && levels[i + 1] != NULL)
        return FALSE;
    }
  return TRUE;
}

/*
 * sim_topic_split_share:
 * @filter: as it is written in a SUBSCRIBE
 * @share: (out) (transfer full) (nullable): the name of the share, if it is one
 * @rest: (out): the filter
 *
 * Returns: whether that could be done; MQTT 5.0, section 4.8.2
 */
gboolean
sim_topic_split_share (const char *filter, char **share, const char **rest)
{
  const char *slash;

  *share = NULL;
  *rest = filter;
  if (!g_str_has_prefix (filter, "$share/"))
    return TRUE;
  slash = strchr (filter + 7, '/');
  if (slash == NULL || slash == filter + 7 || slash[1] == '\0')
    return FALSE;
  *share = g_strndup (filter + 7, (gsize) (slash - filter - 7));
  *rest = slash + 1;
  if (strpbrk (*share, "+#") == NULL)
    return TRUE;
  g_clear_pointer (share, g_free);
  return FALSE;
}
