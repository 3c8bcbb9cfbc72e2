/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/core/hub-core-private.h"

/*
 * What the broker tells of itself below $SYS, under the names that Mosquitto uses. It costs nothing as long as nobody
 * listens: the values are found out when somebody subscribes, and from then on in the interval that was configured.
 */

typedef struct
{
  const char *topic;
  guint64 (*get) (const HubCore *self, const HubStats *stats);
} Row;

static guint64
get_connected (const HubCore *self, const HubStats *stats)
{
  return stats->clients;
}

static guint64
get_disconnected (const HubCore *self, const HubStats *stats)
{
  return stats->sessions - stats->clients;
}

static guint64
get_total (const HubCore *self, const HubStats *stats)
{
  return stats->sessions;
}

static guint64
get_maximum (const HubCore *self, const HubStats *stats)
{
  return stats->clients_maximum;
}

static guint64
get_expired (const HubCore *self, const HubStats *stats)
{
  return stats->sessions_expired;
}

static guint64
get_messages_received (const HubCore *self, const HubStats *stats)
{
  return stats->packets_received;
}

static guint64
get_publish_received (const HubCore *self, const HubStats *stats)
{
  return stats->messages_received;
}

static guint64
get_publish_sent (const HubCore *self, const HubStats *stats)
{
  return stats->messages_sent;
}

static guint64
get_publish_dropped (const HubCore *self, const HubStats *stats)
{
  return stats->messages_dropped;
}

static guint64
get_bytes_received (const HubCore *self, const HubStats *stats)
{
  return stats->bytes_received;
}

static guint64
get_bytes_sent (const HubCore *self, const HubStats *stats)
{
  return stats->bytes_sent;
}

static guint64
get_subscriptions (const HubCore *self, const HubStats *stats)
{
  return stats->subscriptions;
}

static guint64
get_shared_subscriptions (const HubCore *self, const HubStats *stats)
{
  return hub_subscriptions_get_shared_count (self->subscriptions);
}

static guint64
get_retained (const HubCore *self, const HubStats *stats)
{
  return stats->retained;
}

static guint64
get_retained_bytes (const HubCore *self, const HubStats *stats)
{
  return hub_retained_get_bytes (self->retained);
}

static const Row rows[] = {
  { "$SYS/broker/bytes/received", get_bytes_received },
  { "$SYS/broker/bytes/sent", get_bytes_sent },
  { "$SYS/broker/clients/active", get_connected },
  { "$SYS/broker/clients/connected", get_connected },
  { "$SYS/broker/clients/disconnected", get_disconnected },
  { "$SYS/broker/clients/expired", get_expired },
  { "$SYS/broker/clients/inactive", get_disconnected },
  { "$SYS/broker/clients/maximum", get_maximum },
  { "$SYS/broker/clients/total", get_total },
  { "$SYS/broker/messages/received", get_messages_received },
  { "$SYS/broker/publish/messages/dropped", get_publish_dropped },
  { "$SYS/broker/publish/messages/received", get_publish_received },
  { "$SYS/broker/publish/messages/sent", get_publish_sent },
  { "$SYS/broker/retained messages/count", get_retained },
  { "$SYS/broker/shared_subscriptions/count", get_shared_subscriptions },
  { "$SYS/broker/store/messages/bytes", get_retained_bytes },
  { "$SYS/broker/subscriptions/count", get_subscriptions },
};

/* Values that are as before are not published again. */
static void
publish (HubCore *self, const char *topic, const char *value)
{
  HubPublish publish = {
    .topic = hub_span_from_string (topic),
    .payload = hub_span_from_string (value),
    .is_retain = TRUE,
  };
  HubMessage *old = hub_retained_get (self->sys, publish.topic);
  g_autoptr (HubMessage) message = NULL;

  if (old != NULL && hub_span_equal (old->payload, publish.payload))
    return;
  message = hub_message_new (&publish, (HubSpan){ NULL, 0 }, HUB_MESSAGE_NEVER);
  hub_retained_set (self->sys, message);
  hub_core_route (self, message, NULL);
}

static void
refresh (HubCore *self)
{
  HubStats stats = hub_core_get_stats (self);
  char value[48];

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_snprintf (value, sizeof value, "%" G_GUINT64_FORMAT, rows[i].get (self, &stats));
      publish (self, rows[i].topic, value);
    }
  g_snprintf (value,
              sizeof value,
              "%" G_GINT64_FORMAT " seconds",
              (self->now_us - self->started_us) / G_TIME_SPAN_SECOND);
  publish (self, "$SYS/broker/uptime", value);
  if (self->options.version != NULL)
    publish (self, "$SYS/broker/version", self->options.version);
}

static void
arm (HubCore *self)
{
  gint64 interval_us = self->options.limits.sys_interval_s * G_TIME_SPAN_SECOND;

  hub_deadlines_arm (self->deadlines, &self->sys_due, self->now_us + interval_us);
}

static void
sys_due_cb (HubDeadline *deadline, gint64 now_us, gpointer user_data)
{
  HubCore *self = user_data;

  if (hub_subscriptions_get_reserved_count (self->subscriptions) == 0)
    return;
  refresh (self);
  arm (self);
}

/*
 * hub_core_init_sys:
 *
 * Prepares what the broker tells of itself.
 */
void
hub_core_init_sys (HubCore *self)
{
  self->sys_due.func = sys_due_cb;
  self->sys = hub_retained_new (0, 0, self->deadlines, sys_due_cb);
}

/*
 * hub_core_clear_sys:
 *
 * Frees it.
 */
void
hub_core_clear_sys (HubCore *self)
{
  hub_deadlines_disarm (self->deadlines, &self->sys_due);
  g_clear_pointer (&self->sys, hub_retained_free);
}

/*
 * hub_core_prepare_sys:
 * @filter: a filter that somebody is about to subscribe to
 *
 * Brings the values up to date when @filter could match them, so that the newcomer gets true ones.
 *
 * Returns: whether it could
 */
gboolean
hub_core_prepare_sys (HubCore *self, HubSpan filter)
{
  static const HubSpan root = { (const guint8 *) "$SYS", 4 };

  if (self->options.limits.sys_interval_s == 0 || filter.size < root.size ||
      memcmp (filter.data, root.data, root.size) != 0)
    return FALSE;
  refresh (self);
  arm (self);
  return TRUE;
}

/**
 * hub_core_tell:
 * @self: a core
 * @topic: a Topic Name below `$SYS`
 * @text: the payload
 *
 * Publishes something of the broker's own, at QoS 0 and not retained.
 */
void
hub_core_tell (HubCore *self, const char *topic, const char *text)
{
  const HubPublish publish = {
    .topic = hub_span_from_string (topic),
    .payload = hub_span_from_string (text),
  };
  g_autoptr (HubMessage) message = NULL;

  if (hub_subscriptions_get_reserved_count (self->subscriptions) == 0)
    return;
  message = hub_message_new (&publish, (HubSpan){ NULL, 0 }, HUB_MESSAGE_NEVER);
  hub_core_route (self, message, NULL);
}
