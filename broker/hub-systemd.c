/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/hub-systemd.h"

#include <systemd/sd-daemon.h>

/* The watchdog hears from us this many times within the time that it allows. */
#define SIGNS_OF_LIFE 2

/**
 * HubSystemd:
 *
 * Tells the service manager how hubbub-broker is: that its ports are open, that it reads its configuration again, that it
 * ends; and, for a watchdog, that it lives. It lives when the broker's thread answers a question: the main thread's own
 * loop would go round when nobody is served any more.
 *
 * Where no service manager asked to be told (`NOTIFY_SOCKET`, `WATCHDOG_USEC`) nothing happens.
 */
struct _HubSystemd
{
  HubBroker *broker;         /* (owned) */
  GCancellable *cancellable; /* (owned): of the question under way */
  guint timer;               /* 0: nobody watches, or not yet */
  gboolean is_asking;
};

static void
answered_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  guint n_sessions;
  gboolean is_answered = hub_broker_count_sessions_finish (HUB_BROKER (object), result, &n_sessions, &error);
  HubSystemd *self;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  self = user_data;
  self->is_asking = FALSE;
  if (is_answered)
    sd_notifyf (FALSE, "WATCHDOG=1\nSTATUS=%u sessions", n_sessions);
}

/* A question that is not answered is not asked again: the silence is the news. */
static gboolean
ask_cb (gpointer user_data)
{
  HubSystemd *self = user_data;

  if (!self->is_asking)
    {
      self->is_asking = TRUE;
      hub_broker_count_sessions_async (self->broker, self->cancellable, answered_cb, self);
    }
  return G_SOURCE_CONTINUE;
}

static void
watch (HubSystemd *self)
{
  guint64 allowed_us = 0;

  if (self->timer != 0 || sd_watchdog_enabled (FALSE, &allowed_us) <= 0)
    return;
  self->timer = g_timeout_add ((guint) MAX (allowed_us / G_TIME_SPAN_MILLISECOND / SIGNS_OF_LIFE, 1), ask_cb, self);
  ask_cb (self);
}

static void
stop_watching (HubSystemd *self)
{
  g_clear_handle_id (&self->timer, g_source_remove);
  g_cancellable_cancel (self->cancellable);
}

/**
 * hub_systemd_new:
 * @broker: the broker of this program
 *
 * Returns: (transfer full): what tells the service manager
 */
HubSystemd *
hub_systemd_new (HubBroker *broker)
{
  HubSystemd *self = g_new0 (HubSystemd, 1);

  self->broker = g_object_ref (broker);
  self->cancellable = g_cancellable_new ();
  return self;
}

/**
 * hub_systemd_free:
 * @self: (transfer full): what tells the service manager
 *
 * Nothing is told after this.
 */
void
hub_systemd_free (HubSystemd *self)
{
  stop_watching (self);
  g_object_unref (self->cancellable);
  g_object_unref (self->broker);
  g_free (self);
}

/**
 * hub_systemd_tell_ready:
 * @self: what tells the service manager
 *
 * The ports are open, or the configuration has been read again, with success or not. From the first time on, the watchdog
 * hears signs of life.
 */
void
hub_systemd_tell_ready (HubSystemd *self)
{
  sd_notify (FALSE, "READY=1");
  watch (self);
}

/**
 * hub_systemd_tell_reloading:
 * @self: what tells the service manager
 *
 * The configuration is being read again; [func@Hub.systemd_tell_ready] ends that.
 */
void
hub_systemd_tell_reloading (HubSystemd *self)
{
  sd_notifyf (FALSE, "RELOADING=1\nMONOTONIC_USEC=%" G_GINT64_FORMAT, g_get_monotonic_time ());
}

/**
 * hub_systemd_tell_stopping:
 * @self: what tells the service manager
 *
 * The broker ends, and a watchdog has nothing to wait for: stopping takes a second at most.
 */
void
hub_systemd_tell_stopping (HubSystemd *self)
{
  stop_watching (self);
  sd_notify (FALSE, "STOPPING=1");
}
