/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/store/hub-store-reader.h"

#include "broker/store/hub-store-find.h"
#include "broker/store/hub-store-search.h"
#include "broker/store/hub-store-thread.h"

/* How many steps of SQLite's machine pass until we look whether the answer is still wanted. */
#define STEPS_PER_LOOK 10000

struct _HubStoreReader
{
  const HubStoreFile *file;   /* (unowned) */
  HubStoreDesk *desk;         /* (unowned) */
  HubStoreText text;          /* what a message is found by */
  GThread *thread;            /* (owned) */
  sqlite3 *db;                /* (owned) (nullable) (reader thread) */
  HubStoreFinder *finder;     /* (owned) (nullable) (reader thread) */
  HubStoreSearcher *searcher; /* (owned) (nullable) (reader thread) */
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

static gboolean
search_step (HubStoreReader *self, HubStoreQuery *query, GError **error)
{
  gboolean has_doubt;
  gboolean is_found;

  if (self->searcher == NULL)
    self->searcher = hub_store_searcher_new (self->db, &self->text, error);
  if (self->searcher == NULL)
    return FALSE;
  is_found = hub_store_searcher_step (self->searcher, query, &has_doubt, error);
  if (has_doubt)
    hub_store_desk_doubt_index (self->desk);
  return is_found;
}

/* Returns whether that was a step towards an answer, or the answer itself. */
static gboolean
work (HubStoreReader *self, HubStoreQuery *query, GError **error)
{
  if (!ensure_open (self, error))
    return FALSE;
  if (query->kind == HUB_STORE_QUERY_SEARCH)
    return search_step (self, query, error);
  query->page = hub_store_finder_answer (self->finder, query, error);
  return query->page != NULL;
}

static gpointer
thread_func (gpointer data)
{
  HubStoreReader *self = data;
  HubStoreQuery *query;

  hub_store_thread_stand_back ();
  while ((query = hub_store_desk_take_query (self->desk)) != NULL)
    {
      g_autoptr (GError) error = NULL;

      if (!work (self, query, &error))
        {
          query->fault = (HubStoreError) error->code;
          query->fault_text = g_strdup (error->message);
        }
      if (query->page == NULL && query->fault_text == NULL)
        hub_store_desk_ask_again (self->desk, query);
      else
        hub_store_desk_answer (self->desk, query);
    }

  g_clear_pointer (&self->searcher, hub_store_searcher_free);
  g_clear_pointer (&self->finder, hub_store_finder_free);
  g_clear_pointer (&self->db, sqlite3_close);
  return NULL;
}

/**
 * hub_store_reader_new:
 * @file: (transfer none): the database, which is open; outlives the reader
 * @text: tells what a message is found by
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
hub_store_reader_new (const HubStoreFile *file, const HubStoreText *text, HubStoreDesk *desk, GError **error)
{
  HubStoreReader *self = g_new0 (HubStoreReader, 1);

  self->file = file;
  self->text = *text;
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
