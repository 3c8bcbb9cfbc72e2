/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/support/hub-test-memory-store.h"

#include <string.h>

/*
 * The keys: `m` and the number of a message; `s` and the number of a session, and of what belongs to it `f`, that number
 * and a filter; `d` and the order of a delivery; `r` and an identifier; `w`; `t` and a topic. Numbers have as many digits
 * as they may need, so that keys sort as they do.
 */
#define NUMBER "%020" G_GUINT64_FORMAT

struct _HubTestMemoryStore
{
  GHashTable *committed; /* (owned) (element-type utf8 GVariant) */
  GHashTable *turn;      /* (owned) (element-type utf8 GVariant): what has changed since; %NULL: it is gone */
  guint64 ticket;
  gboolean was_awaited; /* the last commit */
  gboolean is_dead;     /* nothing reaches it any more */
  gboolean is_failed;   /* nothing becomes durable any more */
  gboolean is_full;     /* what comes is to stay where it is */
};

static void
value_free (gpointer data)
{
  if (data != NULL)
    g_variant_unref (data);
}

/* --- Keys and values --- */

static GVariant *
get (const HubTestMemoryStore *self, const char *key)
{
  gpointer value;

  if (g_hash_table_lookup_extended (self->turn, key, NULL, &value))
    return value;
  return g_hash_table_lookup (self->committed, key);
}

static void
put (HubTestMemoryStore *self, char *key, GVariant *value)
{
  g_autoptr (GVariant) owned = value != NULL ? g_variant_ref_sink (value) : NULL;

  if (!self->is_dead)
    g_hash_table_insert (self->turn, key, g_steal_pointer (&owned));
  else
    g_free (key);
}

/* What is removed was there: the core knows what it has kept. */
static void
take_away (HubTestMemoryStore *self, char *key)
{
  if (!self->is_dead && get (self, key) == NULL)
    g_error ("the store is told to forget '%s', and does not have it", key);
  put (self, key, NULL);
}

static int
compare_keys (gconstpointer a, gconstpointer b)
{
  return strcmp (*(char *const *) a, *(char *const *) b);
}

/* The keys of all that is there, in their order. */
static GPtrArray *
list_keys (const HubTestMemoryStore *self, const char *prefix)
{
  GPtrArray *keys = g_ptr_array_new_with_free_func (g_free);
  GHashTableIter iter;
  gpointer key, value;

  g_hash_table_iter_init (&iter, self->committed);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    if (g_str_has_prefix (key, prefix) && !g_hash_table_contains (self->turn, key))
      g_ptr_array_add (keys, g_strdup (key));
  g_hash_table_iter_init (&iter, self->turn);
  while (g_hash_table_iter_next (&iter, &key, &value))
    if (g_str_has_prefix (key, prefix) && value != NULL)
      g_ptr_array_add (keys, g_strdup (key));
  g_ptr_array_sort (keys, compare_keys);
  return keys;
}

static char *
make_key (char kind, guint64 number)
{
  return g_strdup_printf ("%c" NUMBER, kind, number);
}

static guint64
number_in (const char *key)
{
  return g_ascii_strtoull (key + 1, NULL, 10);
}

static GVariant *
from_span (HubSpan span)
{
  return g_variant_new_fixed_array (G_VARIANT_TYPE_BYTE, span.size > 0 ? span.data : (const guint8 *) "", span.size, 1);
}

static HubSpan
to_span (GVariant *value)
{
  HubSpan span;

  span.data = g_variant_get_fixed_array (value, &span.size, 1);
  return span;
}

/* --- What the core asks for --- */

static void
put_session_cb (gpointer data, const HubStoreSession *session)
{
  put (data,
       make_key ('s', session->key),
       g_variant_new ("(@ayux)", from_span (session->client_id), session->expiry_s, session->lost_ms));
}

static void
remove_session_cb (gpointer data, guint64 session)
{
  static const char kinds[] = "sfdrw";

  for (guint i = 0; kinds[i] != '\0'; i++)
    {
      g_autofree char *prefix = make_key (kinds[i], session);
      g_autoptr (GPtrArray) keys = list_keys (data, prefix);

      for (guint k = 0; k < keys->len; k++)
        put (data, g_strdup (g_ptr_array_index (keys, k)), NULL);
    }
}

static char *
subscription_key (guint64 session, HubSpan filter)
{
  return g_strdup_printf ("f" NUMBER "%.*s", session, (int) filter.size, (const char *) filter.data);
}

static void
put_subscription_cb (gpointer data, const HubStoreSubscription *subscription)
{
  put (data,
       subscription_key (subscription->session, subscription->filter),
       g_variant_new ("(@ayyu)", from_span (subscription->filter), subscription->options, subscription->identifier));
}

static void
remove_subscription_cb (gpointer data, guint64 session, HubSpan filter)
{
  take_away (data, subscription_key (session, filter));
}

static void
add_message_cb (gpointer data, const HubStoreMessage *message)
{
  put (data,
       make_key ('m', message->key),
       g_variant_new ("(@ay@ay@ay@ayxyb)",
                      from_span (message->topic),
                      from_span (message->publisher),
                      from_span (message->payload),
                      from_span (message->properties),
                      message->expires_ms,
                      message->qos,
                      message->is_retain));
}

static void
remove_message_cb (gpointer data, guint64 message)
{
  take_away (data, make_key ('m', message));
}

static char *
delivery_key (guint64 session, guint64 order)
{
  return g_strdup_printf ("d" NUMBER NUMBER, session, order);
}

static void
add_delivery_cb (gpointer data, const HubStoreDelivery *delivery)
{
  put (data,
       delivery_key (delivery->session, delivery->order),
       g_variant_new ("(t@auqyyb)",
                      delivery->message,
                      g_variant_new_fixed_array (G_VARIANT_TYPE_UINT32, delivery->identifiers, delivery->n_identifiers, 4),
                      delivery->packet_id,
                      (guint8) delivery->state,
                      delivery->qos,
                      delivery->is_retain));
}

static void
update_delivery_cb (gpointer data, guint64 session, guint64 order, guint16 packet_id, HubStoreDeliveryState state)
{
  HubTestMemoryStore *self = data;
  g_autofree char *key = delivery_key (session, order);
  g_autoptr (GVariant) identifiers = NULL;
  gboolean is_retain;
  GVariant *value;
  guint64 message;
  guint8 qos;

  if (self->is_dead)
    return;
  value = get (self, key);
  if (value == NULL)
    g_error ("the store is told of more of '%s', and does not have it", key);
  g_variant_get (value, "(t@auqyyb)", &message, &identifiers, NULL, NULL, &qos, &is_retain);
  if (state == HUB_STORE_DELIVERY_WAIT_PUBCOMP)
    message = 0;
  put (self,
       g_steal_pointer (&key),
       g_variant_new ("(t@auqyyb)", message, identifiers, packet_id, (guint8) state, qos, is_retain));
}

static void
remove_delivery_cb (gpointer data, guint64 session, guint64 order)
{
  take_away (data, delivery_key (session, order));
}

static char *
received_key (guint64 session, guint16 packet_id)
{
  return g_strdup_printf ("r" NUMBER "%05u", session, packet_id);
}

static void
add_received_cb (gpointer data, guint64 session, guint16 packet_id)
{
  put (data, received_key (session, packet_id), g_variant_new_uint16 (packet_id));
}

static void
remove_received_cb (gpointer data, guint64 session, guint16 packet_id)
{
  put (data, received_key (session, packet_id), NULL);
}

static char *
retained_key (HubSpan topic)
{
  return g_strdup_printf ("t%.*s", (int) topic.size, (const char *) topic.data);
}

static void
set_retained_cb (gpointer data, HubSpan topic, guint64 message)
{
  put (data, retained_key (topic), g_variant_new ("(@ayt)", from_span (topic), message));
}

static void
remove_retained_cb (gpointer data, HubSpan topic)
{
  take_away (data, retained_key (topic));
}

static void
set_will_cb (gpointer data, const HubStoreWill *will)
{
  put (data, make_key ('w', will->session), g_variant_new ("(tu)", will->message, will->delay_s));
}

static void
remove_will_cb (gpointer data, guint64 session)
{
  take_away (data, make_key ('w', session));
}

static guint64
record_cb (gpointer data, const HubStoreRecord *record)
{
  g_assert_not_reached ();
}

static const char *
get_log_id_cb (gpointer data)
{
  g_assert_not_reached ();
}

static guint64
commit_cb (gpointer data, gboolean is_awaited)
{
  HubTestMemoryStore *self = data;
  GHashTableIter iter;
  gpointer key, value;

  if (g_hash_table_size (self->turn) == 0)
    return 0;
  self->was_awaited = is_awaited;
  g_hash_table_iter_init (&iter, self->turn);
  while (g_hash_table_iter_next (&iter, &key, &value))
    if (value != NULL)
      g_hash_table_insert (self->committed, g_strdup (key), g_variant_ref (value));
    else
      g_hash_table_remove (self->committed, key);
  g_hash_table_remove_all (self->turn);
  return ++self->ticket;
}

static gboolean
is_full_cb (gpointer data)
{
  return ((HubTestMemoryStore *) data)->is_full;
}

static gboolean
is_failed_cb (gpointer data)
{
  return ((HubTestMemoryStore *) data)->is_failed;
}

/* --- What was kept --- */

/* The message that a value uses; 0: none. */
static guint64
message_of (char kind, GVariant *value)
{
  guint64 message = 0;

  if (kind == 'd' || kind == 'w')
    g_variant_get_child (value, 0, "t", &message);
  else if (kind == 't')
    g_variant_get_child (value, 1, "t", &message);
  return message;
}

/* Each message is used by something, and whatever uses one finds it. */
static void
check_uses (const HubTestMemoryStore *self)
{
  g_autoptr (GHashTable) used = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GPtrArray) keys = list_keys (self, "");
  guint n_messages = 0;

  for (guint i = 0; i < keys->len; i++)
    {
      const char *key = g_ptr_array_index (keys, i);
      guint64 message = message_of (key[0], get (self, key));
      char *used_key;

      n_messages += key[0] == 'm';
      if (message == 0)
        continue;
      used_key = make_key ('m', message);
      if (get (self, used_key) == NULL)
        g_error ("'%s' uses '%s', which is not there", key, used_key);
      g_hash_table_add (used, used_key);
    }
  if (g_hash_table_size (used) != n_messages)
    g_error ("there are %u messages, and %u are used", n_messages, g_hash_table_size (used));
}

typedef struct
{
  HubTestMemoryStore *store;
  const HubStoreLoadFuncs *funcs;
  gpointer core;
} Load;

static void
load_message (const Load *load, const char *key, GVariant *value)
{
  g_autoptr (GVariant) topic = NULL;
  g_autoptr (GVariant) publisher = NULL;
  g_autoptr (GVariant) payload = NULL;
  g_autoptr (GVariant) properties = NULL;
  HubStoreMessage message = { .key = number_in (key) };
  gboolean is_retain;

  g_variant_get (value,
                 "(@ay@ay@ay@ayxyb)",
                 &topic,
                 &publisher,
                 &payload,
                 &properties,
                 &message.expires_ms,
                 &message.qos,
                 &is_retain);
  message.topic = to_span (topic);
  message.publisher = to_span (publisher);
  message.payload = to_span (payload);
  message.properties = to_span (properties);
  message.is_retain = is_retain;
  load->funcs->message (&message, load->core);
}

static void
load_session (const Load *load, const char *key, GVariant *value)
{
  g_autoptr (GVariant) client_id = NULL;
  HubStoreSession session = { .key = number_in (key) };

  g_variant_get (value, "(@ayux)", &client_id, &session.expiry_s, &session.lost_ms);
  session.client_id = to_span (client_id);
  load->funcs->session (&session, load->core);
}

static guint64
session_in (const char *key)
{
  g_autofree char *number = g_strndup (key + 1, 20);

  return g_ascii_strtoull (number, NULL, 10);
}

static void
load_subscription (const Load *load, const char *key, GVariant *value)
{
  g_autoptr (GVariant) filter = NULL;
  HubStoreSubscription subscription = { .session = session_in (key) };

  g_variant_get (value, "(@ayyu)", &filter, &subscription.options, &subscription.identifier);
  subscription.filter = to_span (filter);
  load->funcs->subscription (&subscription, load->core);
}

static void
load_delivery (const Load *load, const char *key, GVariant *value)
{
  g_autoptr (GVariant) identifiers = NULL;
  HubStoreDelivery delivery = { .session = session_in (key), .order = g_ascii_strtoull (key + 21, NULL, 10) };
  gboolean is_retain;
  gsize n_identifiers;
  guint8 state;

  g_variant_get (value,
                 "(t@auqyyb)",
                 &delivery.message,
                 &identifiers,
                 &delivery.packet_id,
                 &state,
                 &delivery.qos,
                 &is_retain);
  delivery.identifiers = g_variant_get_fixed_array (identifiers, &n_identifiers, 4);
  delivery.n_identifiers = (guint) n_identifiers;
  delivery.state = (HubStoreDeliveryState) state;
  delivery.is_retain = is_retain;
  load->funcs->delivery (&delivery, load->core);
}

static void
load_received (const Load *load, const char *key, GVariant *value)
{
  load->funcs->received (session_in (key), g_variant_get_uint16 (value), load->core);
}

static void
load_retained (const Load *load, const char *key, GVariant *value)
{
  g_autoptr (GVariant) topic = NULL;
  guint64 message;

  g_variant_get (value, "(@ayt)", &topic, &message);
  load->funcs->retained (to_span (topic), message, load->core);
}

static void
load_will (const Load *load, const char *key, GVariant *value)
{
  HubStoreWill will = { .session = number_in (key) };

  g_variant_get (value, "(tu)", &will.message, &will.delay_s);
  load->funcs->will (&will, load->core);
}

static gboolean
load_cb (gpointer data, const HubStoreLoadFuncs *funcs, gpointer core, GError **error)
{
  static const struct
  {
    const char *prefix;
    void (*load) (const Load *load, const char *key, GVariant *value);
  } kinds[] = {
    { "m", load_message },
    { "s", load_session },
    { "f", load_subscription },
    { "d", load_delivery },
    { "r", load_received },
    { "t", load_retained },
    { "w", load_will },
  };
  Load load = { data, funcs, core };

  check_uses (data);
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      g_autoptr (GPtrArray) keys = list_keys (load.store, kinds[i].prefix);

      for (guint k = 0; k < keys->len; k++)
        {
          const char *key = g_ptr_array_index (keys, k);
          g_autoptr (GVariant) value = g_variant_ref (get (load.store, key));

          kinds[i].load (&load, key, value);
        }
    }
  return TRUE;
}

const HubStoreFuncs hub_test_memory_store_funcs = {
  .keeps_state = true,
  .load = load_cb,
  .put_session = put_session_cb,
  .remove_session = remove_session_cb,
  .put_subscription = put_subscription_cb,
  .remove_subscription = remove_subscription_cb,
  .add_message = add_message_cb,
  .remove_message = remove_message_cb,
  .add_delivery = add_delivery_cb,
  .update_delivery = update_delivery_cb,
  .remove_delivery = remove_delivery_cb,
  .add_received = add_received_cb,
  .remove_received = remove_received_cb,
  .set_retained = set_retained_cb,
  .remove_retained = remove_retained_cb,
  .set_will = set_will_cb,
  .remove_will = remove_will_cb,
  .record = record_cb,
  .get_log_id = get_log_id_cb,
  .commit = commit_cb,
  .is_full = is_full_cb,
  .is_failed = is_failed_cb,
};

/**
 * hub_test_memory_store_new:
 * Returns: (transfer full): an empty store
 */
HubTestMemoryStore *
hub_test_memory_store_new (void)
{
  HubTestMemoryStore *self = g_new0 (HubTestMemoryStore, 1);

  self->committed = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, value_free);
  self->turn = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, value_free);
  return self;
}

/**
 * hub_test_memory_store_free:
 * @self: (transfer full): a store
 */
void
hub_test_memory_store_free (HubTestMemoryStore *self)
{
  g_hash_table_unref (self->committed);
  g_hash_table_unref (self->turn);
  g_free (self);
}

/**
 * hub_test_memory_store_has_changes:
 * @self: a store
 *
 * Returns: whether anything was not committed
 */
gboolean
hub_test_memory_store_has_changes (const HubTestMemoryStore *self)
{
  return g_hash_table_size (self->turn) > 0;
}

/**
 * hub_test_memory_store_find_left:
 * @self: a store of a core that has no session
 *
 * Returns: (transfer full) (nullable): a key that is neither a retained message nor the topic of one
 */
char *
hub_test_memory_store_find_left (const HubTestMemoryStore *self)
{
  g_autoptr (GPtrArray) keys = list_keys (self, "");
  g_autoptr (GPtrArray) topics = list_keys (self, "t");
  g_autoptr (GPtrArray) messages = list_keys (self, "m");

  for (guint i = 0; i < keys->len; i++)
    if (strchr ("tm", ((const char *) g_ptr_array_index (keys, i))[0]) == NULL)
      return g_strdup (g_ptr_array_index (keys, i));
  return messages->len > topics->len ? g_strdup (g_ptr_array_index (messages, 0)) : NULL;
}

/**
 * hub_test_memory_store_get_ticket:
 * @self: a store
 *
 * Returns: the last commit
 */
guint64
hub_test_memory_store_get_ticket (const HubTestMemoryStore *self)
{
  return self->ticket;
}

/**
 * hub_test_memory_store_was_awaited:
 * @self: a store
 *
 * Returns: whether the core has waited for the last commit
 */
gboolean
hub_test_memory_store_was_awaited (const HubTestMemoryStore *self)
{
  return self->was_awaited;
}

/**
 * hub_test_memory_store_die:
 * @self: a store
 *
 * Loses what was not committed, and takes nothing before hub_test_memory_store_revive().
 */
void
hub_test_memory_store_die (HubTestMemoryStore *self)
{
  g_hash_table_remove_all (self->turn);
  self->is_dead = TRUE;
}

/**
 * hub_test_memory_store_revive:
 * @self: a store
 */
void
hub_test_memory_store_revive (HubTestMemoryStore *self)
{
  self->is_dead = FALSE;
}

/**
 * hub_test_memory_store_fail:
 * @self: a store
 *
 * From now on what is committed is not durable: whoever tests a core tells it so, and not of the tickets that follow.
 */
void
hub_test_memory_store_fail (HubTestMemoryStore *self)
{
  self->is_failed = TRUE;
}

/*
 * hub_test_memory_store_set_full:
 * @is_full: whether what comes is to stay where it is
 */
void
hub_test_memory_store_set_full (HubTestMemoryStore *self, gboolean is_full)
{
  self->is_full = is_full;
}
