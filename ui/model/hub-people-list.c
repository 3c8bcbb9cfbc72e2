/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ui/model/hub-people-list.h"

/* Whoever has more is not heard whole. */
#define HEARD_CLIENTS_MAX 16

/**
 * HubPeopleList:
 *
 * The people who are here, oneself first and the others by name. Each is there once, with as many clients as they have:
 * windows of several displays, tabs of a browser. What was said last by one of them counts; the rooms are those of all.
 *
 * Thread: main.
 */
struct _HubPeopleList
{
  GObject parent_instance;

  GPtrArray *people;   /* (owned) (element-type HubPerson) in order */
  GHashTable *clients; /* (owned) (element-type utf8 Client) by Client Identifier */
  GHashTable *by_from; /* (owned) (element-type utf8 Crowd) */
  HubNames *names;     /* (owned) */
  char *own_from;      /* (owned) (nullable) */
};

/* One client. */
typedef struct
{
  char *from;   /* (owned) */
  char *name;   /* (owned) */
  char **rooms; /* (owned) */
  HubPersonKind kind;
} Client;

/* The clients of one person. */
typedef struct
{
  HubPerson *person; /* (owned) */
  GQueue clients;    /* (element-type Client) that which has spoken last at the end */
} Crowd;

static void
client_free (gpointer data)
{
  Client *client = data;

  g_free (client->from);
  g_free (client->name);
  g_strfreev (client->rooms);
  g_free (client);
}

static void
crowd_free (gpointer data)
{
  Crowd *crowd = data;

  g_queue_clear (&crowd->clients);
  g_object_unref (crowd->person);
  g_free (crowd);
}

static GType
hub_people_list_get_item_type (GListModel *model)
{
  return HUB_TYPE_PERSON;
}

static guint
hub_people_list_get_n_items (GListModel *model)
{
  return HUB_PEOPLE_LIST (model)->people->len;
}

static gpointer
hub_people_list_get_item (GListModel *model,
                          guint position)
{
  HubPeopleList *self = HUB_PEOPLE_LIST (model);

  if (position >= self->people->len)
    return NULL;
  return g_object_ref (g_ptr_array_index (self->people, position));
}

static void
hub_people_list_list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = hub_people_list_get_item_type;
  iface->get_n_items = hub_people_list_get_n_items;
  iface->get_item = hub_people_list_get_item;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (HubPeopleList, hub_people_list, G_TYPE_OBJECT, G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, hub_people_list_list_model_init))

typedef enum
{
  PROP_N_PEOPLE = 1,
} HubPeopleListProperty;

static GParamSpec *props[PROP_N_PEOPLE + 1];

typedef enum
{
  SIGNAL_JOINED,
  SIGNAL_LEFT,
  SIGNAL_RENAMED,
} HubPeopleListSignal;

static guint signals[SIGNAL_RENAMED + 1];

/* Where somebody belongs who is not in the list. */
static guint
find_place (HubPeopleList *self,
            HubPerson *person)
{
  guint low = 0;
  guint high = self->people->len;

  while (low < high)
    {
      const guint middle = low + (high - low) / 2;

      if (hub_person_compare (g_ptr_array_index (self->people, middle), person) < 0)
        low = middle + 1;
      else
        high = middle;
    }
  return low;
}

static void
insert_person (HubPeopleList *self,
               HubPerson *person)
{
  const guint position = find_place (self, person);

  g_ptr_array_insert (self->people, (int) position, g_object_ref (person));
  g_list_model_items_changed (G_LIST_MODEL (self), position, 0, 1);
}

static void
remove_person (HubPeopleList *self,
               HubPerson *person)
{
  guint position;

  if (!g_ptr_array_find (self->people, person, &position))
    return;
  g_ptr_array_remove_index (self->people, position);
  g_list_model_items_changed (G_LIST_MODEL (self), position, 1, 0);
}

/* Whether somebody stands where their name belongs. */
static gboolean
stands_right (HubPeopleList *self,
              HubPerson *person)
{
  guint position;

  if (!g_ptr_array_find (self->people, person, &position))
    return FALSE;
  return (position == 0 || hub_person_compare (g_ptr_array_index (self->people, position - 1), person) < 0) &&
         (position + 1 == self->people->len || hub_person_compare (person, g_ptr_array_index (self->people, position + 1)) < 0);
}

static void
rename_person (HubPeopleList *self,
               HubPerson *person,
               const char *name)
{
  G_GNUC_UNUSED g_autoptr (HubPerson) kept = g_object_ref (person);
  g_autofree char *old_name = g_strdup (hub_person_get_name (person));

  if (g_str_equal (old_name, name))
    return;
  hub_names_remove (self->names, old_name, hub_person_get_from (person));
  hub_person_set_name (person, name);
  hub_person_set_who (person, hub_names_add (self->names, name, hub_person_get_from (person)));
  if (!stands_right (self, person))
    {
      remove_person (self, person);
      insert_person (self, person);
    }
  g_signal_emit (self, signals[SIGNAL_RENAMED], 0, person, old_name);
}

static gboolean
has_room (GPtrArray *rooms,
          const char *room)
{
  return g_ptr_array_find_with_equal_func (rooms, room, g_str_equal, NULL);
}

/* What the clients of somebody say together: anybody can say a lot, as anybody. */
static void
show_details (Crowd *crowd)
{
  const Client *last = g_queue_peek_tail (&crowd->clients);
  g_autoptr (GPtrArray) rooms = g_ptr_array_new ();
  guint n_heard = 0;

  for (GList *at = crowd->clients.tail; at != NULL && n_heard < HEARD_CLIENTS_MAX; at = at->prev, n_heard++)
    for (char **room = ((const Client *) at->data)->rooms; *room != NULL && rooms->len < HUB_PEOPLE_LIST_ROOMS_MAX; room++)
      if (!has_room (rooms, *room))
        g_ptr_array_add (rooms, *room);
  g_ptr_array_add (rooms, NULL);
  hub_person_set_kind (crowd->person, last->kind);
  hub_person_set_rooms (crowd->person, (const char *const *) rooms->pdata);
}

static void
notify_n_people (HubPeopleList *self)
{
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_N_PEOPLE]);
}

static void
add_crowd (HubPeopleList *self,
           Client *client)
{
  Crowd *crowd = g_new0 (Crowd, 1);
  HubPerson *person = hub_person_new (client->from, g_strcmp0 (client->from, self->own_from) == 0);

  crowd->person = person;
  g_queue_init (&crowd->clients);
  g_queue_push_tail (&crowd->clients, client);
  g_hash_table_insert (self->by_from, g_strdup (client->from), crowd);
  hub_person_set_name (person, client->name);
  hub_person_set_who (person, hub_names_add (self->names, client->name, client->from));
  show_details (crowd);
  insert_person (self, person);
  notify_n_people (self);
  g_signal_emit (self, signals[SIGNAL_JOINED], 0, person);
}

static void
remove_crowd (HubPeopleList *self,
              Crowd *crowd)
{
  g_autoptr (HubPerson) person = g_object_ref (crowd->person);

  hub_names_remove (self->names, hub_person_get_name (person), hub_person_get_from (person));
  remove_person (self, person);
  g_hash_table_remove (self->by_from, hub_person_get_from (person));
  notify_n_people (self);
  g_signal_emit (self, signals[SIGNAL_LEFT], 0, person);
}

static void
hub_people_list_get_property (GObject *object,
                              guint prop_id,
                              GValue *value,
                              GParamSpec *pspec)
{
  switch ((HubPeopleListProperty) prop_id)
    {
    case PROP_N_PEOPLE:
      g_value_set_uint (value, hub_people_list_get_n_people (HUB_PEOPLE_LIST (object)));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
forget_names (HubPeopleList *self)
{
  for (guint i = 0; i < self->people->len; i++)
    {
      HubPerson *person = g_ptr_array_index (self->people, i);

      hub_names_remove (self->names, hub_person_get_name (person), hub_person_get_from (person));
    }
}

static void
hub_people_list_finalize (GObject *object)
{
  HubPeopleList *self = HUB_PEOPLE_LIST (object);

  forget_names (self);
  g_hash_table_unref (self->by_from);
  g_hash_table_unref (self->clients);
  g_ptr_array_unref (self->people);
  g_object_unref (self->names);
  g_free (self->own_from);

  G_OBJECT_CLASS (hub_people_list_parent_class)->finalize (object);
}

static void
hub_people_list_class_init (HubPeopleListClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = hub_people_list_get_property;
  object_class->finalize = hub_people_list_finalize;

  /**
   * HubPeopleList:n-people:
   *
   * How many people are here.
   */
  props[PROP_N_PEOPLE] =
    g_param_spec_uint ("n-people", NULL, NULL, 0, G_MAXUINT, 0, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, G_N_ELEMENTS (props), props);

  /**
   * HubPeopleList::joined:
   * @self: the list
   * @person: who has come
   *
   * Emitted for the first client of somebody.
   */
  signals[SIGNAL_JOINED] = g_signal_new ("joined", HUB_TYPE_PEOPLE_LIST, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                         G_TYPE_NONE, 1, HUB_TYPE_PERSON);
  /**
   * HubPeopleList::left:
   * @self: the list
   * @person: who has gone
   *
   * Emitted for the last client of somebody.
   */
  signals[SIGNAL_LEFT] = g_signal_new ("left", HUB_TYPE_PEOPLE_LIST, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                       G_TYPE_NONE, 1, HUB_TYPE_PERSON);
  /**
   * HubPeopleList::renamed:
   * @self: the list
   * @person: who has another name now
   * @old_name: the former one
   *
   * Emitted when somebody who is here has changed their name.
   */
  signals[SIGNAL_RENAMED] = g_signal_new ("renamed", HUB_TYPE_PEOPLE_LIST, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                          G_TYPE_NONE, 2, HUB_TYPE_PERSON, G_TYPE_STRING);
}

static void
hub_people_list_init (HubPeopleList *self)
{
  self->people = g_ptr_array_new_with_free_func (g_object_unref);
  self->clients = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, client_free);
  self->by_from = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, crowd_free);
}

/**
 * hub_people_list_new:
 * @names: (transfer none): where the names of all these people are kept
 *
 * Returns: (transfer full): a list of nobody
 */
HubPeopleList *
hub_people_list_new (HubNames *names)
{
  HubPeopleList *self = g_object_new (HUB_TYPE_PEOPLE_LIST, NULL);

  self->names = g_object_ref (names);
  return self;
}

/**
 * hub_people_list_set_own_from:
 * @self: a list of nobody
 * @from: 16 hexadecimal digits
 *
 * Says who the user is.
 */
void
hub_people_list_set_own_from (HubPeopleList *self,
                              const char *from)
{
  g_return_if_fail (HUB_IS_PEOPLE_LIST (self) && self->people->len == 0);

  g_free (self->own_from);
  self->own_from = g_strdup (from);
}

/**
 * hub_people_list_put:
 * @self: a list
 * @client_id: which client
 * @params: what it says of itself; only read during the call
 *
 * A client has come, or says something else.
 *
 * Returns: %FALSE when it is not counted, since there are %HUB_PEOPLE_LIST_CLIENTS_MAX others
 */
gboolean
hub_people_list_put (HubPeopleList *self,
                     const char *client_id,
                     const HubPersonParams *params)
{
  Client *known;
  Client *client;
  Crowd *crowd;

  g_return_val_if_fail (HUB_IS_PEOPLE_LIST (self), FALSE);
  g_return_val_if_fail (params->from != NULL && params->name != NULL && params->rooms != NULL, FALSE);

  known = g_hash_table_lookup (self->clients, client_id);
  if (known != NULL && !g_str_equal (known->from, params->from))
    {
      hub_people_list_remove (self, client_id);
      known = NULL;
    }
  if (known == NULL && g_hash_table_size (self->clients) >= HUB_PEOPLE_LIST_CLIENTS_MAX)
    return FALSE;

  client = g_new0 (Client, 1);
  client->from = g_strdup (params->from);
  client->name = g_strdup (params->name);
  client->rooms = g_strdupv ((char **) params->rooms);
  client->kind = params->kind;
  crowd = g_hash_table_lookup (self->by_from, params->from);
  if (known != NULL)
    g_queue_remove (&crowd->clients, known);
  g_hash_table_insert (self->clients, g_strdup (client_id), client);
  if (crowd == NULL)
    {
      add_crowd (self, client);
      return TRUE;
    }
  g_queue_push_tail (&crowd->clients, client);
  show_details (crowd);
  rename_person (self, crowd->person, client->name);
  return TRUE;
}

/**
 * hub_people_list_remove:
 * @self: a list
 * @client_id: which client
 *
 * A client has gone.
 */
void
hub_people_list_remove (HubPeopleList *self,
                        const char *client_id)
{
  g_autofree char *key = NULL;
  gpointer stolen_key;
  gpointer stolen;
  Client *client;
  Crowd *crowd;

  g_return_if_fail (HUB_IS_PEOPLE_LIST (self));

  if (!g_hash_table_steal_extended (self->clients, client_id, &stolen_key, &stolen))
    return;
  key = stolen_key;
  client = stolen;
  crowd = g_hash_table_lookup (self->by_from, client->from);
  g_queue_remove (&crowd->clients, client);
  client_free (client);
  if (g_queue_is_empty (&crowd->clients))
    {
      remove_crowd (self, crowd);
      return;
    }
  show_details (crowd);
  rename_person (self, crowd->person, ((const Client *) g_queue_peek_tail (&crowd->clients))->name);
}

/**
 * hub_people_list_clear:
 * @self: a list
 *
 * Forgets everybody: nothing is known of anybody any more. Nobody is said to have left.
 */
void
hub_people_list_clear (HubPeopleList *self)
{
  guint n_people;

  g_return_if_fail (HUB_IS_PEOPLE_LIST (self));

  n_people = self->people->len;
  if (n_people == 0)
    return;
  forget_names (self);
  g_hash_table_remove_all (self->by_from);
  g_hash_table_remove_all (self->clients);
  g_ptr_array_set_size (self->people, 0);
  g_list_model_items_changed (G_LIST_MODEL (self), 0, n_people, 0);
  notify_n_people (self);
}

/**
 * hub_people_list_find:
 * @self: a list
 * @from: 16 hexadecimal digits
 *
 * Returns: (transfer none) (nullable): who it is, if they are here
 */
HubPerson *
hub_people_list_find (HubPeopleList *self,
                      const char *from)
{
  const Crowd *crowd;

  g_return_val_if_fail (HUB_IS_PEOPLE_LIST (self), NULL);

  crowd = g_hash_table_lookup (self->by_from, from);
  return crowd != NULL ? crowd->person : NULL;
}

/**
 * hub_people_list_get_n_people:
 * @self: a list
 *
 * Returns: [property@HubPeopleList:n-people]
 */
guint
hub_people_list_get_n_people (HubPeopleList *self)
{
  g_return_val_if_fail (HUB_IS_PEOPLE_LIST (self), 0);

  return self->people->len;
}
