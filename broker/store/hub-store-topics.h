/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "broker/store/hub-store-sql.h"

G_BEGIN_DECLS

/**
 * HubStoreTopics:
 *
 * Finds the topics of the log that match a Topic Filter.
 *
 * Thread: the store's reader.
 */
typedef struct
{
  /*< private >*/
  sqlite3_stmt *exact; /* (owned) (nullable) */
  sqlite3_stmt *from;  /* (owned) (nullable) */
} HubStoreTopics;

/**
 * HubStoreTopicFunc:
 * @id: the number of a topic
 * @topic: its Topic Name, valid until this returns
 * @user_data: as given
 */
typedef void (*HubStoreTopicFunc) (gint64 id, HubSpan topic, gpointer user_data);

gboolean hub_store_topics_init (HubStoreTopics *self, sqlite3 *db, GError **error);
void hub_store_topics_clear (HubStoreTopics *self);

gboolean hub_store_topics_find (HubStoreTopics *self,
                                HubSpan filter,
                                HubStoreTopicFunc func,
                                gpointer user_data,
                                GError **error);

G_END_DECLS
