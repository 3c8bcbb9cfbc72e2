/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/store/hub-store-topics.h"

#include "broker/wire/hub-topic.h"

/* The part of a filter that every topic begins with: up to its first wildcard, and without the slash in front of "#". */
static HubSpan
literal_prefix (HubSpan filter)
{
  gsize size = 0;

  while (size < filter.size && filter.data[size] != '+' && filter.data[size] != '#')
    size++;
  if (size > 0 && size < filter.size && filter.data[size] == '#')
    size--;
  return (HubSpan){ filter.data, size };
}

static gboolean
begins_with (HubSpan topic, HubSpan prefix)
{
  return topic.size >= prefix.size && (prefix.size == 0 || memcmp (topic.data, prefix.data, prefix.size) == 0);
}

/**
 * hub_store_topics_init:
 * @self: all zero
 * @db: (transfer none): a connection, which outlives @self
 * @error: return location
 *
 * Returns: %FALSE with @error set; it is to be cleared all the same
 */
gboolean
hub_store_topics_init (HubStoreTopics *self, sqlite3 *db, GError **error)
{
  self->exact = hub_store_sql_prepare (db, "SELECT id, topic FROM topic WHERE topic = ?1", error);
  if (self->exact == NULL)
    return FALSE;
  self->from = hub_store_sql_prepare (db, "SELECT id, topic FROM topic WHERE topic >= ?1", error);
  return self->from != NULL;
}

/**
 * hub_store_topics_clear:
 * @self: all zero, or what finds topics
 */
void
hub_store_topics_clear (HubStoreTopics *self)
{
  g_clear_pointer (&self->exact, sqlite3_finalize);
  g_clear_pointer (&self->from, sqlite3_finalize);
}

/**
 * hub_store_topics_find:
 * @self: what finds topics
 * @filter: a valid Topic Filter
 * @func: (scope call): called for each topic that matches
 * @user_data: for @func
 * @error: return location
 *
 * Returns: %FALSE with @error set
 */
gboolean
hub_store_topics_find (HubStoreTopics *self, HubSpan filter, HubStoreTopicFunc func, gpointer user_data, GError **error)
{
  gboolean is_exact = !hub_topic_filter_has_wildcard (filter);
  sqlite3_stmt *statement = is_exact ? self->exact : self->from;
  HubSpan prefix = is_exact ? filter : literal_prefix (filter);
  gboolean has_row;

  hub_store_sql_bind_span (statement, 1, prefix);
  while (hub_store_sql_next (statement, &has_row, error))
    {
      HubSpan topic;

      if (!has_row)
        return TRUE;
      topic = hub_store_sql_column_span (statement, 1);
      if (!begins_with (topic, prefix))
        {
          sqlite3_reset (statement);
          return TRUE;
        }
      if (hub_topic_matches (filter, topic))
        func (sqlite3_column_int64 (statement, 0), topic, user_data);
    }
  return FALSE;
}
