/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/store/hub-store-load.h"

#include "broker/wire/hub-topic.h"

#define SUBSCRIPTION_IDENTIFIER_MAX 268435455
#define IDS_WORDS (65536 / 64)

/* JavaScript counts no further. */
#define SEQ_MAX (G_GINT64_CONSTANT (1) << 53)

#define NO_NAME ((HubSpan){ NULL, 0 })

typedef struct
{
  sqlite3 *db;                    /* (unowned) */
  const HubStoreLoadFuncs *funcs; /* (nullable): when everything is only looked at */
  gpointer user_data;             /* (unowned) */
  GArray *messages;               /* (owned) (element-type gint64): the keys, ascending */
  GArray *sessions;               /* (owned) (element-type gint64): the keys, ascending */
  gint64 last_ints[2];            /* what the row before is called */
  GByteArray *last_name;          /* (owned): likewise */
  gint64 ids_session;             /* whose Packet Identifiers are in @ids */
  guint64 ids[IDS_WORDS];
} Load;

typedef gboolean (*RowFunc) (Load *self, sqlite3_stmt *row);

static gint64
column_int (sqlite3_stmt *row, int column)
{
  return sqlite3_column_int64 (row, column);
}

static gboolean
is_in_range (sqlite3_stmt *row, int column, gint64 lowest, gint64 highest)
{
  gint64 value = column_int (row, column);

  return value >= lowest && value <= highest;
}

static gboolean
is_string (HubSpan text)
{
  return text.size <= G_MAXUINT16 && hub_utf8_is_valid (text);
}

static gboolean
is_topic (HubSpan topic)
{
  return is_string (topic) && hub_topic_name_is_valid (topic);
}

/* As in a SUBSCRIBE: a shared one may have its name besides. */
static gboolean
is_filter (HubSpan filter)
{
  HubSpan share;

  return is_string (filter) && hub_topic_split_share (&filter, &share) && hub_topic_filter_is_valid (filter);
}

static int
compare_keys (gconstpointer a, gconstpointer b)
{
  gint64 first = *(const gint64 *) a;
  gint64 second = *(const gint64 *) b;

  return first < second ? -1 : first > second;
}

static int
compare_names (HubSpan a, HubSpan b)
{
  gsize shared = MIN (a.size, b.size);
  int order = shared > 0 ? memcmp (a.data, b.data, shared) : 0;

  return order != 0 ? order : (a.size < b.size ? -1 : a.size > b.size);
}

static gboolean
is_known (const GArray *keys, gint64 key)
{
  return g_array_binary_search ((GArray *) keys, &key, compare_keys, NULL);
}

/* Rows come in the order of what they are called, and none comes twice: in a damaged file they might. */
static gboolean
is_next (Load *self, gint64 first, gint64 second, HubSpan name)
{
  const gint64 *last = self->last_ints;
  HubSpan last_name = { self->last_name->data, self->last_name->len };
  int order = compare_keys (&first, &last[0]);

  if (order == 0)
    order = compare_keys (&second, &last[1]);
  if (order == 0)
    order = compare_names (name, last_name);
  if (order <= 0)
    return FALSE;

  self->last_ints[0] = first;
  self->last_ints[1] = second;
  g_byte_array_set_size (self->last_name, 0);
  g_byte_array_append (self->last_name, name.data, (guint) name.size);
  return TRUE;
}

static gboolean
add_key (GArray *keys, gint64 key)
{
  if (key < 1 || (keys->len > 0 && g_array_index (keys, gint64, keys->len - 1) >= key))
    return FALSE;
  g_array_append_val (keys, key);
  return TRUE;
}

/* Packet Identifiers of a session are all different. */
static gboolean
add_packet_id (Load *self, gint64 session, gint64 packet_id)
{
  guint64 bit = G_GUINT64_CONSTANT (1) << (packet_id & 63);
  guint64 *word = &self->ids[packet_id >> 6];

  if (self->ids_session != session)
    {
      memset (self->ids, 0, sizeof self->ids);
      self->ids_session = session;
    }
  if ((*word & bit) != 0)
    return FALSE;
  *word |= bit;
  return TRUE;
}

static gboolean
load_message (Load *self, sqlite3_stmt *row)
{
  HubStoreMessage message = {
    .key = (guint64) column_int (row, 0),
    .expires_ms = column_int (row, 1),
    .qos = (guint8) column_int (row, 2),
    .is_retain = column_int (row, 3) != 0,
    .topic = hub_store_sql_column_span (row, 4),
    .publisher = hub_store_sql_column_span (row, 5),
    .properties = hub_store_sql_column_span (row, 6),
    .payload = hub_store_sql_column_span (row, 7),
  };

  if (!add_key (self->messages, column_int (row, 0)) || message.expires_ms < 0 || !is_in_range (row, 2, 0, 2) ||
      !is_in_range (row, 3, 0, 1) || !is_topic (message.topic) || !is_string (message.publisher))
    return FALSE;
  if (self->funcs != NULL)
    self->funcs->message (&message, self->user_data);
  return TRUE;
}

static gboolean
load_session (Load *self, sqlite3_stmt *row)
{
  HubStoreSession session = {
    .key = (guint64) column_int (row, 0),
    .expiry_s = (guint32) column_int (row, 1),
    .lost_ms = column_int (row, 2),
    .client_id = hub_store_sql_column_span (row, 3),
    .user_name = hub_store_sql_column_span (row, 4),
  };

  if (!add_key (self->sessions, column_int (row, 0)) || !is_in_range (row, 1, 0, G_MAXUINT32) || session.lost_ms < 0 ||
      !is_string (session.client_id) || !is_string (session.user_name))
    return FALSE;
  if (self->funcs != NULL)
    self->funcs->session (&session, self->user_data);
  return TRUE;
}

static gboolean
load_subscription (Load *self, sqlite3_stmt *row)
{
  HubStoreSubscription subscription = {
    .session = (guint64) column_int (row, 0),
    .options = (guint8) column_int (row, 1),
    .identifier = (guint32) column_int (row, 2),
    .filter = hub_store_sql_column_span (row, 3),
  };

  if (!is_next (self, column_int (row, 0), 0, subscription.filter) ||
      !is_known (self->sessions, column_int (row, 0)) || !is_in_range (row, 1, 0, G_MAXUINT8) ||
      !is_in_range (row, 2, 0, SUBSCRIPTION_IDENTIFIER_MAX) || !is_filter (subscription.filter))
    return FALSE;
  if (self->funcs != NULL)
    self->funcs->subscription (&subscription, self->user_data);
  return TRUE;
}

static gboolean
is_delivery (Load *self, const HubStoreDelivery *delivery)
{
  switch (delivery->state)
    {
    case HUB_STORE_DELIVERY_QUEUED:
      return delivery->packet_id == 0 && is_known (self->messages, (gint64) delivery->message);
    case HUB_STORE_DELIVERY_WAIT_PUBACK:
      return delivery->packet_id != 0 && delivery->qos == 1 && is_known (self->messages, (gint64) delivery->message);
    case HUB_STORE_DELIVERY_WAIT_PUBREC:
      return delivery->packet_id != 0 && delivery->qos == 2 && is_known (self->messages, (gint64) delivery->message);
    case HUB_STORE_DELIVERY_WAIT_PUBCOMP:
      return delivery->packet_id != 0 && delivery->qos == 2 && delivery->message == 0;
    default:
      return FALSE;
    }
}

static gboolean
load_delivery (Load *self, sqlite3_stmt *row)
{
  HubSpan identifiers = hub_store_sql_column_span (row, 7);
  g_autofree guint32 *copy = g_memdup2 (identifiers.data, identifiers.size);
  HubStoreDelivery delivery = {
    .session = (guint64) column_int (row, 0),
    .order = (guint64) column_int (row, 1),
    .message = (guint64) column_int (row, 2),
    .packet_id = (guint16) column_int (row, 3),
    .state = (HubStoreDeliveryState) column_int (row, 4),
    .qos = (guint8) column_int (row, 5),
    .is_retain = column_int (row, 6) != 0,
    .identifiers = copy,
    .n_identifiers = (guint) (identifiers.size / sizeof (guint32)),
  };

  if (!is_next (self, column_int (row, 0), column_int (row, 1), NO_NAME) ||
      !is_known (self->sessions, column_int (row, 0)) || column_int (row, 1) < 1 ||
      !is_in_range (row, 3, 0, G_MAXUINT16) || !is_in_range (row, 4, 0, HUB_STORE_DELIVERY_WAIT_PUBCOMP) ||
      !is_in_range (row, 5, 1, 2) || !is_in_range (row, 6, 0, 1) || identifiers.size % sizeof (guint32) != 0 ||
      delivery.n_identifiers > HUB_STORE_IDENTIFIERS_MAX || !is_delivery (self, &delivery) ||
      (delivery.packet_id != 0 && !add_packet_id (self, column_int (row, 0), delivery.packet_id)))
    return FALSE;
  for (guint i = 0; i < delivery.n_identifiers; i++)
    {
      copy[i] = GUINT32_FROM_LE (copy[i]);
      if (copy[i] < 1 || copy[i] > SUBSCRIPTION_IDENTIFIER_MAX)
        return FALSE;
    }
  if (self->funcs != NULL)
    self->funcs->delivery (&delivery, self->user_data);
  return TRUE;
}

static gboolean
load_received (Load *self, sqlite3_stmt *row)
{
  if (!is_next (self, column_int (row, 0), column_int (row, 1), NO_NAME) ||
      !is_known (self->sessions, column_int (row, 0)) || !is_in_range (row, 1, 1, G_MAXUINT16))
    return FALSE;
  if (self->funcs != NULL)
    self->funcs->received ((guint64) column_int (row, 0), (guint16) column_int (row, 1), self->user_data);
  return TRUE;
}

static gboolean
load_retained (Load *self, sqlite3_stmt *row)
{
  HubSpan topic = hub_store_sql_column_span (row, 1);

  if (!is_next (self, 0, 0, topic) || !is_known (self->messages, column_int (row, 0)) || !is_topic (topic))
    return FALSE;
  if (self->funcs != NULL)
    self->funcs->retained (topic, (guint64) column_int (row, 0), self->user_data);
  return TRUE;
}

static gboolean
load_will (Load *self, sqlite3_stmt *row)
{
  HubStoreWill will = {
    .session = (guint64) column_int (row, 0),
    .message = (guint64) column_int (row, 1),
    .delay_s = (guint32) column_int (row, 2),
  };

  if (!is_next (self, column_int (row, 0), 0, NO_NAME) ||
      !is_known (self->sessions, column_int (row, 0)) || !is_known (self->messages, column_int (row, 1)) ||
      !is_in_range (row, 2, 0, G_MAXUINT32))
    return FALSE;
  if (self->funcs != NULL)
    self->funcs->will (&will, self->user_data);
  return TRUE;
}

static const struct
{
  const char *what;
  const char *sql;
  RowFunc func;
} tables[] = {
  { "message",
    "SELECT key, expires, qos, is_retain, topic, publisher, properties, payload FROM message ORDER BY key",
    load_message },
  { "session", "SELECT key, expiry, lost, client, user FROM session ORDER BY key", load_session },
  { "subscription",
    "SELECT session, options, identifier, filter FROM subscription ORDER BY session, filter",
    load_subscription },
  { "delivery",
    "SELECT session, place, message, packet, state, qos, is_retain, identifiers FROM delivery ORDER BY session, place",
    load_delivery },
  { "received identifier", "SELECT session, packet FROM received ORDER BY session, packet", load_received },
  { "retained message", "SELECT message, topic FROM retained ORDER BY topic", load_retained },
  { "will", "SELECT session, message, delay FROM will ORDER BY session", load_will },
};

static gboolean
load_table (Load *self, const char *what, const char *sql, RowFunc func, GError **error)
{
  g_autoptr (HubStoreStatement) statement = hub_store_sql_prepare (self->db, sql, error);
  gboolean has_row;

  if (statement == NULL)
    return FALSE;
  self->last_ints[0] = 0;
  self->last_ints[1] = 0;
  g_byte_array_set_size (self->last_name, 0);
  while (hub_store_sql_next (statement, &has_row, error))
    {
      if (!has_row)
        return TRUE;
      if (!func (self, statement))
        {
          g_set_error (error, HUB_STORE_ERROR, HUB_STORE_ERROR_DAMAGED, "a %s in it cannot be right", what);
          return FALSE;
        }
    }
  return FALSE;
}

/* The front and the end of the log must fit to what is said about it. */
static gboolean
check_log (sqlite3 *db, GError **error)
{
  gint64 reserved;
  gint64 n_wrong;
  gint64 is_backwards;

  if (!hub_store_sql_get_int (db, "SELECT reserved FROM meta WHERE length (log_id) = 36", &reserved, error) ||
      !hub_store_sql_get_int (db,
                              "SELECT count(*) FROM ("
                              " SELECT * FROM (SELECT * FROM log ORDER BY seq LIMIT 1) UNION ALL"
                              " SELECT * FROM (SELECT * FROM log ORDER BY seq DESC LIMIT 1))"
                              " WHERE seq < 1 OR seq >= (SELECT reserved FROM meta) OR number < 1 OR number > seq"
                              " OR total < 0 OR total >= 1 << 60",
                              &n_wrong,
                              error) ||
      !hub_store_sql_get_int (db,
                              "SELECT last.number < first.number OR last.total < first.total"
                              " FROM (SELECT max(seq), * FROM log) AS last, (SELECT min(seq), * FROM log) AS first",
                              &is_backwards,
                              error))
    return FALSE;
  if (reserved < 1 || reserved > SEQ_MAX || n_wrong > 0 || is_backwards != 0)
    {
      g_set_error_literal (error, HUB_STORE_ERROR, HUB_STORE_ERROR_DAMAGED, "the numbers of its messages cannot be right");
      return FALSE;
    }
  return TRUE;
}

/**
 * hub_store_load:
 * @db: a connection to a database of ours
 * @funcs: (nullable): told of everything; %NULL: it is only checked
 * @user_data: for @funcs
 * @error: return location
 *
 * Goes through everything that is kept, but for the log.
 *
 * Returns: %FALSE with @error set to %HUB_STORE_ERROR_DAMAGED when something in it cannot have been written by us, or to
 *   what the system says
 */
gboolean
hub_store_load (sqlite3 *db, const HubStoreLoadFuncs *funcs, gpointer user_data, GError **error)
{
  Load self = { .db = db, .funcs = funcs, .user_data = user_data };
  gboolean is_whole = TRUE;

  self.messages = g_array_new (FALSE, FALSE, sizeof (gint64));
  self.sessions = g_array_new (FALSE, FALSE, sizeof (gint64));
  self.last_name = g_byte_array_new ();
  for (gsize i = 0; i < G_N_ELEMENTS (tables) && is_whole; i++)
    is_whole = load_table (&self, tables[i].what, tables[i].sql, tables[i].func, error);
  g_array_unref (self.messages);
  g_array_unref (self.sessions);
  g_byte_array_unref (self.last_name);
  return is_whole;
}

/**
 * hub_store_load_check:
 * @db: a connection to a database of ours
 * @error: return location
 *
 * Checks everything that [func@Hub.store_load] tells of, and the two ends of the log: so that loading does not fail
 * later.
 *
 * Returns: %FALSE with @error set, as [func@Hub.store_load]
 */
gboolean
hub_store_load_check (sqlite3 *db, GError **error)
{
  return hub_store_load (db, NULL, NULL, error) && check_log (db, error);
}
