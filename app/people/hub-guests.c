/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "app/people/hub-guests.h"

#include "app/people/hub-presence-payload.h"
#include "ui/model/hub-people-list.h"

/* While somebody looks, the list is fetched so often. */
#define LOOK_MS 2000

/**
 * HubGuests:
 *
 * Who is connected to the own broker, as its host sees them; and who was sent away, and is kept out for a while: by the
 * broker, who comes from the same address, and by this, who says to be the same person.
 */
struct _HubGuests
{
  GObject parent_instance;

  HubDoor *door;             /* (owned) */
  HubHost *host;             /* (owned) (nullable): while one hosts */
  HubLink *link;             /* (owned) (nullable): the own window's */
  GHashTable *presences;     /* (owned) (element-type utf8 HubPresencePayload): by Client Identifier */
  GCancellable *cancellable; /* (owned) (nullable): of the question under way */
  guint look_id;             /* source */
  guint bars_id;             /* source: when the next bar ends */
};

G_DEFINE_FINAL_TYPE (HubGuests, hub_guests, G_TYPE_OBJECT)

static void arm_bars (HubGuests *self);

static HubBroker *
get_broker (HubGuests *self)
{
  HubBroker *broker = self->host != NULL ? hub_host_get_broker (self->host) : NULL;

  return broker != NULL && hub_broker_is_running (broker) ? broker : NULL;
}

static gboolean
is_own (HubGuests *self, const char *client_id)
{
  return self->link != NULL && g_str_equal (client_id, hub_link_get_client_id (self->link));
}

static HubGuest *
guest_for (HubGuests *self, const HubClientStatus *status)
{
  const char *client_id = hub_client_status_get_client_id (status);
  const char *address = hub_client_status_get_address (status);
  const HubPresencePayload *presence = g_hash_table_lookup (self->presences, client_id);
  const HubGuestParams params = {
    .client_id = client_id,
    .from = presence != NULL ? presence->from : NULL,
    .name = presence != NULL ? presence->name : NULL,
    .kind = presence != NULL ? presence->kind : HUB_PERSON_OTHER,
    .address = is_own (self, client_id) ? NULL : address,
    .time_us = hub_client_status_get_connected_since (status),
    .is_browser = hub_client_status_get_protocol (status) == HUB_PROTOCOL_WEBSOCKETS,
  };

  return hub_guest_new (&params);
}

/* The own window first, then in the order of their coming. */
static int
compare_guests (gconstpointer a, gconstpointer b)
{
  HubGuest *one = *(HubGuest *const *) a;
  HubGuest *other = *(HubGuest *const *) b;
  const int by_own = hub_guest_get_is_own (other) - hub_guest_get_is_own (one);
  const gint64 by_time_us = hub_guest_get_time_us (one) - hub_guest_get_time_us (other);

  if (by_own != 0)
    return by_own;
  return by_time_us != 0 ? (by_time_us > 0) - (by_time_us < 0)
                         : g_strcmp0 (hub_guest_get_client_id (one), hub_guest_get_client_id (other));
}

/* Rows that say the same stay, so that nobody loses the button under their finger. */
static void
show (HubGuests *self, GPtrArray *guests)
{
  GListStore *store = hub_door_get_guests (self->door);
  const guint n_shown = g_list_model_get_n_items (G_LIST_MODEL (store));
  guint n_same = 0;
  guint n_last = 0;

  while (n_same < n_shown && n_same < guests->len)
    {
      g_autoptr (HubGuest) shown = g_list_model_get_item (G_LIST_MODEL (store), n_same);

      if (!hub_guest_equal (shown, g_ptr_array_index (guests, n_same)))
        break;
      n_same++;
    }
  while (n_last < n_shown - n_same && n_last < guests->len - n_same)
    {
      g_autoptr (HubGuest) shown = g_list_model_get_item (G_LIST_MODEL (store), n_shown - 1 - n_last);

      if (!hub_guest_equal (shown, g_ptr_array_index (guests, guests->len - 1 - n_last)))
        break;
      n_last++;
    }
  g_list_store_splice (store, n_same, n_shown - n_same - n_last, guests->pdata + n_same, guests->len - n_same - n_last);
}

static void
listed_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  HubGuests *self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) list = hub_broker_list_clients_finish (HUB_BROKER (object), result, &error);
  g_autoptr (GPtrArray) guests = g_ptr_array_new_with_free_func (g_object_unref);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  g_clear_object (&self->cancellable);
  for (guint i = 0; list != NULL && i < list->len; i++)
    {
      HubClientStatus *status = g_ptr_array_index (list, i);

      if (hub_client_status_is_connected (status))
        g_ptr_array_add (guests, guest_for (self, status));
    }
  g_ptr_array_sort (guests, compare_guests);
  show (self, guests);
}

static void
fetch (HubGuests *self)
{
  HubBroker *broker = get_broker (self);

  if (broker == NULL)
    {
      g_list_store_remove_all (hub_door_get_guests (self->door));
      return;
    }
  if (self->cancellable != NULL)
    return;
  self->cancellable = g_cancellable_new ();
  hub_broker_list_clients_async (broker, self->cancellable, listed_cb, self);
}

static gboolean
fetch_cb (gpointer user_data)
{
  fetch (user_data);
  return G_SOURCE_CONTINUE;
}

static void
look_cb (HubGuests *self, gboolean is_looking)
{
  g_clear_handle_id (&self->look_id, g_source_remove);
  if (!is_looking)
    {
      g_list_store_remove_all (hub_door_get_guests (self->door));
      return;
    }
  self->look_id = g_timeout_add (LOOK_MS, fetch_cb, self);
  g_source_set_name_by_id (self->look_id, "hubbub guests");
  fetch (self);
}

/* Others say what they want of who they are, and for others: the own window stays. */
static void
kick (HubGuests *self, const char *client_id)
{
  HubBroker *broker = get_broker (self);

  if (broker != NULL && !is_own (self, client_id))
    hub_broker_kick_async (broker, client_id, NULL, NULL, NULL);
}

static void
bar (HubGuests *self, HubGuest *guest, guint duration_s)
{
  HubBroker *broker = get_broker (self);
  const char *address = hub_guest_get_address (guest);

  /* Loopback is everybody on this computer: only the person is kept out then. */
  if (broker != NULL && address != NULL)
    hub_broker_bar_async (broker, address, duration_s, NULL, NULL, NULL);
}

static gboolean
is_same (HubGuest *one, HubGuest *other)
{
  return g_strcmp0 (hub_guest_get_from (one), hub_guest_get_from (other)) == 0 &&
         g_strcmp0 (hub_guest_get_address (one), hub_guest_get_address (other)) == 0 &&
         (hub_guest_get_from (one) != NULL || g_str_equal (hub_guest_get_client_id (one), hub_guest_get_client_id (other)));
}

static void
remove_sent_away (HubGuests *self, HubGuest *guest)
{
  GListStore *store = hub_door_get_sent_away (self->door);

  for (guint i = g_list_model_get_n_items (G_LIST_MODEL (store)); i > 0; i--)
    {
      g_autoptr (HubGuest) one = g_list_model_get_item (G_LIST_MODEL (store), i - 1);

      if (is_same (one, guest))
        g_list_store_remove (store, i - 1);
    }
}

/* All programs of the same person go: two tabs are two clients. */
static void
send_away_cb (HubGuests *self, HubGuest *guest)
{
  const gint64 until_us = g_get_real_time () + HUB_GUESTS_BAR_S * G_TIME_SPAN_SECOND;
  g_autoptr (HubGuest) sent_away = NULL;
  GHashTableIter iter;
  const char *client_id;
  const HubPresencePayload *presence;

  if (hub_guest_get_is_own (guest) || get_broker (self) == NULL)
    return;
  bar (self, guest, HUB_GUESTS_BAR_S);
  kick (self, hub_guest_get_client_id (guest));
  g_hash_table_iter_init (&iter, self->presences);
  while (g_hash_table_iter_next (&iter, (gpointer *) &client_id, (gpointer *) &presence))
    if (g_str_equal (presence->from, hub_guest_get_from (guest) != NULL ? hub_guest_get_from (guest) : "") &&
        !g_str_equal (client_id, hub_guest_get_client_id (guest)))
      kick (self, client_id);

  sent_away = hub_guest_dup_sent_away (guest, until_us);
  remove_sent_away (self, sent_away);
  g_list_store_append (hub_door_get_sent_away (self->door), sent_away);
  arm_bars (self);
  fetch (self);
}

static void
let_in_cb (HubGuests *self, HubGuest *guest)
{
  bar (self, guest, 0);
  remove_sent_away (self, guest);
  arm_bars (self);
}

static gboolean
bars_cb (gpointer user_data)
{
  HubGuests *self = user_data;
  GListStore *store = hub_door_get_sent_away (self->door);
  const gint64 now_us = g_get_real_time ();

  self->bars_id = 0;
  for (guint i = g_list_model_get_n_items (G_LIST_MODEL (store)); i > 0; i--)
    {
      g_autoptr (HubGuest) one = g_list_model_get_item (G_LIST_MODEL (store), i - 1);

      if (hub_guest_get_time_us (one) <= now_us)
        g_list_store_remove (store, i - 1);
    }
  arm_bars (self);
  return G_SOURCE_REMOVE;
}

static void
arm_bars (HubGuests *self)
{
  GListModel *model = G_LIST_MODEL (hub_door_get_sent_away (self->door));
  gint64 first_us = G_MAXINT64;

  g_clear_handle_id (&self->bars_id, g_source_remove);
  for (guint i = 0; i < g_list_model_get_n_items (model); i++)
    {
      g_autoptr (HubGuest) one = g_list_model_get_item (model, i);

      first_us = MIN (first_us, hub_guest_get_time_us (one));
    }
  if (first_us == G_MAXINT64)
    return;
  first_us -= g_get_real_time ();
  self->bars_id = g_timeout_add_seconds ((guint) CLAMP (first_us / G_TIME_SPAN_SECOND + 1, 1, HUB_GUESTS_BAR_S), bars_cb, self);
  g_source_set_name_by_id (self->bars_id, "hubbub bars");
}

static gboolean
is_barred (HubGuests *self, const char *from)
{
  GListModel *model = G_LIST_MODEL (hub_door_get_sent_away (self->door));
  const gint64 now_us = g_get_real_time ();

  for (guint i = 0; i < g_list_model_get_n_items (model); i++)
    {
      g_autoptr (HubGuest) one = g_list_model_get_item (model, i);

      if (g_strcmp0 (hub_guest_get_from (one), from) == 0 && hub_guest_get_time_us (one) > now_us)
        return TRUE;
    }
  return FALSE;
}

/* Who was sent away and comes from elsewhere, or from this computer, says who it is: then it goes again. */
static void
presence_cb (HubGuests *self, const char *client_id, GBytes *bytes)
{
  HubPresencePayload *presence = hub_presence_payload_parse (bytes);

  /* Whoever looks sees at once who has come and gone. */
  if (self->look_id != 0)
    fetch (self);
  if (presence == NULL)
    {
      g_hash_table_remove (self->presences, client_id);
      return;
    }
  if (is_barred (self, presence->from))
    kick (self, client_id);
  if (g_hash_table_size (self->presences) < HUB_PEOPLE_LIST_CLIENTS_MAX || g_hash_table_contains (self->presences, client_id))
    g_hash_table_insert (self->presences, g_strdup (client_id), presence);
  else
    hub_presence_payload_free (presence);
}

static void
hub_guests_dispose (GObject *object)
{
  HubGuests *self = HUB_GUESTS (object);

  if (self->door != NULL)
    hub_guests_set_link (self, NULL, NULL);
  g_clear_handle_id (&self->look_id, g_source_remove);
  g_clear_object (&self->door);
  G_OBJECT_CLASS (hub_guests_parent_class)->dispose (object);
}

static void
hub_guests_finalize (GObject *object)
{
  g_hash_table_unref (HUB_GUESTS (object)->presences);
  G_OBJECT_CLASS (hub_guests_parent_class)->finalize (object);
}

static void
hub_guests_class_init (HubGuestsClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = hub_guests_dispose;
  object_class->finalize = hub_guests_finalize;
}

static void
hub_guests_init (HubGuests *self)
{
  self->presences = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) hub_presence_payload_free);
}

/**
 * hub_guests_new:
 * @door: where they are shown, and where the user sends them away
 *
 * Returns: (transfer full): the guests of the own chat
 */
HubGuests *
hub_guests_new (HubDoor *door)
{
  HubGuests *self = g_object_new (HUB_TYPE_GUESTS, NULL);

  self->door = g_object_ref (door);
  g_signal_connect_object (door, "look", G_CALLBACK (look_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (door, "send-away", G_CALLBACK (send_away_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (door, "let-in", G_CALLBACK (let_in_cb), self, G_CONNECT_SWAPPED);
  return self;
}

/**
 * hub_guests_set_link:
 * @self: guests
 * @link: (nullable): the link of the own window, which is not open yet; %NULL: there is none any more
 * @host: (nullable): whose guests they are; %NULL: one does not host
 *
 * Nobody is kept out any more by a host that has gone.
 */
void
hub_guests_set_link (HubGuests *self, HubLink *link, HubHost *host)
{
  g_return_if_fail (HUB_IS_GUESTS (self));

  if (self->link != NULL)
    g_signal_handlers_disconnect_by_data (self->link, self);
  g_set_object (&self->link, link);
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_hash_table_remove_all (self->presences);
  if (g_set_object (&self->host, host))
    {
      g_list_store_remove_all (hub_door_get_sent_away (self->door));
      g_list_store_remove_all (hub_door_get_guests (self->door));
    }
  arm_bars (self);
  if (link != NULL && host != NULL)
    g_signal_connect_swapped (link, "presence", G_CALLBACK (presence_cb), self);
}
