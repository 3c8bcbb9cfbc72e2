/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/net/hub-server-private.h"

/* The store of a server: what it keeps over its end, and what it tells. */

static void
committed_cb (guint64 ticket, gpointer user_data)
{
  HubServer *self = user_data;

  if (self->core == NULL)
    return;
  hub_core_durable (self->core, ticket, g_get_monotonic_time ());
  hub_reactor_need_turn (self->reactor);
}

static void
drained_cb (gpointer user_data)
{
  HubServer *self = user_data;

  if (self->connections != NULL)
    hub_connections_wake (self->connections);
}

static void
failed_cb (const GError *error, gpointer user_data)
{
  HubServer *self = user_data;

  hub_log_line (hub_server_get_log (self), HUB_LOG_ERROR, "The store has failed: %s", error->message);
  if (self->core != NULL)
    hub_core_store_failed (self->core, g_get_monotonic_time ());
  /* Nobody has to wait for it any more, and it does not tell that it has drained. */
  if (self->connections != NULL)
    hub_connections_wake (self->connections);
  if (self->funcs->store_failed != NULL)
    self->funcs->store_failed (error->message, self->user_data);
  hub_reactor_need_turn (self->reactor);
}

static gint64
get_wall_cb (gpointer data)
{
  return g_get_real_time ();
}

/*
 * hub_server_open_store:
 * @core: (inout): the options of the core, which are told of it
 * @error: return location
 *
 * Opens the store, if there is to be one. One that is not essential and cannot be opened is done without.
 */
gboolean
hub_server_open_store (HubServer *self, HubCoreOptions *core, GError **error)
{
  static const HubStoreEvents events = { .committed = committed_cb, .drained = drained_cb, .failed = failed_cb };
  const HubServerStoreOptions *options = &self->options->store;
  HubStoreOptions store_options = {
    .path = options->path,
    .durability = options->path != NULL ? options->durability : HUB_STORE_OFF,
    .retention = options->retention,
    .text = { .func = self->funcs->text },
  };
  g_autoptr (GError) local_error = NULL;

  if (!options->is_on)
    return TRUE;
  self->store = hub_store_open (&store_options, self->context, &events, self, &local_error);
  if (self->store == NULL && !options->is_optional)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  if (self->store == NULL)
    {
      hub_log_line (hub_server_get_log (self), HUB_LOG_ERROR, "Nothing is kept: %s", local_error->message);
      if (self->funcs->store_failed != NULL)
        self->funcs->store_failed (local_error->message, self->user_data);
      return TRUE;
    }
  if (hub_store_get_notice (self->store) != NULL)
    hub_log_line (hub_server_get_log (self), HUB_LOG_WARNING, "%s", hub_store_get_notice (self->store));

  core->store = hub_store_get_funcs (self->store);
  core->store_data = self->store;
  core->store_is_optional = options->is_optional;
  self->record = g_strdupv (options->record);
  core->record = (const char *const *) self->record;
  core->get_wall_us = get_wall_cb;
  return TRUE;
}

/* Brings back what was kept, before anybody can connect. */
gboolean
hub_server_restore (HubServer *self, GError **error)
{
  return self->store == NULL || hub_core_restore (self->core, g_get_monotonic_time (), error);
}

/*
 * hub_server_reload_store:
 * @options: the options that hold from now on
 *
 * Takes over how much the log is to hold; all else of a store needs a new start.
 */
void
hub_server_reload_store (HubServer *self, const HubServerStoreOptions *options)
{
  const HubStoreRetention *old = &self->options->store.retention;
  const HubStoreRetention *new = &options->retention;

  if (self->store == NULL || hub_store_is_failed (self->store) ||
      (old->max_messages == new->max_messages && old->max_bytes == new->max_bytes && old->max_age_ms == new->max_age_ms))
    return;
  hub_store_set_retention (self->store, new);
  hub_reactor_need_turn (self->reactor);
}

/**
 * hub_server_clear_log:
 * @self: a server
 *
 * Forgets everything that was recorded.
 *
 * Returns: %FALSE when there is no log that could be cleared
 */
gboolean
hub_server_clear_log (HubServer *self)
{
  if (self->store == NULL || hub_store_is_failed (self->store))
    return FALSE;
  hub_store_clear_log (self->store);
  hub_reactor_need_turn (self->reactor);
  return TRUE;
}

/* What has happened up to now is kept. */
void
hub_server_close_store (HubServer *self)
{
  g_autoptr (GError) error = NULL;

  if (self->store == NULL)
    return;
  if (self->core != NULL)
    {
      hub_core_end_turn (self->core);
      hub_core_leave_store (self->core);
    }
  if (!hub_store_close (g_steal_pointer (&self->store), &error))
    hub_log_line (hub_server_get_log (self), HUB_LOG_ERROR, "%s", error->message);
}
