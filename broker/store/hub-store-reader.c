/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/store/hub-store-reader.h"

#include "broker/store/hub-store-find.h"

/* How many steps of SQLite's machine pass until we look whether the answer is still wanted. */
#define STEPS_PER_LOOK 10000

struct _HubStoreReader
{
  const HubStoreFile *file; /* (unowned) */
  HubStoreDesk *desk;       /* (unowned) */
  GThread *thread;          /* (owned) */
  sqlite3 *db;              /* (owned) (nullable) (reader thread) */
  HubStoreFinder *finder;   /* (owned) (nullable) (reader thread) */
};

static int
progress_cb (void *user_data)
{
  HubStoreReader *self = user_data;

  return hub_store_desk_is_closed (self->desk);
}

/* Opened when somebody asks for the first time: most brokers are never asked. */
static gboolean
ensure_open (HubStoreReader *self, GError **error)
{
  if (self->finder != NULL)
    return TRUE;
  g_clear_pointer (&self->db, sqlite3_close);
  self->db = hub_store_file_open_reader (self->file, error);
  if (self->db == NULL)
    return FALSE;
  sqlite3_progress_handler (self->db, STEPS_PER_LOOK, progress_cb, self);
  self->finder = hub_store_finder_new (self->db, error);
  return self->finder != NULL;
}

static gpointer
thread_func (gpointer data)
{
  HubStoreReader *self = data;
  HubStoreQuery *query;

  while ((query = hub_store_desk_take_query (self->desk)) != NULL)
    {
      g_autoptr (GError) error = NULL;

      if (ensure_open (self, &error))
        query->page = hub_store_finder_answer (self->finder, query, &error);
      if (query->page == NULL)
        {
          query->fault = (HubStoreError) error->code;
          query->fault_text = g_strdup (error->message);
        }
      hub_store_desk_answer (self->desk, query);
    }

  g_clear_pointer (&self->finder, hub_store_finder_free);
  g_clear_pointer (&self->db, sqlite3_close);
  return NULL;
}

/**
 * hub_store_reader_new:
 * @file: (transfer none): the database, which is open; outlives the reader
 * @desk: (transfer none): where questions come from; outlives the reader
 * @error: return location
 *
 * Starts the thread.
 *
 * Thread: broker.
 *
 * Returns: (transfer full): the reader, or %NULL with @error set when it cannot be started
 */
HubStoreReader *
hub_store_reader_new (const HubStoreFile *file, HubStoreDesk *desk, GError **error)
{
  HubStoreReader *self = g_new0 (HubStoreReader, 1);

  self->file = file;
  self->desk = desk;
  self->thread = g_thread_try_new ("store-reader", thread_func, self, error);
  if (self->thread == NULL)
    g_clear_pointer (&self, g_free);
  return self;
}

/**
 * hub_store_reader_join:
 * @self: (transfer full): a reader whose desk was closed
 *
 * Ends the thread; an answer under way is broken off.
 *
 * Thread: broker.
 */
void
hub_store_reader_join (HubStoreReader *self)
{
  g_thread_join (self->thread);
  g_free (self);
}
