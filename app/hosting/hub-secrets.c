/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "app/hosting/hub-secrets.h"

#include "app/base/hub-keeper.h"

#include <glib/gi18n-lib.h>
#include <json-glib/json-glib.h>
#include <libsecret/secret.h>

#define SAVE_DELAY_MS 100

/**
 * HubSecrets:
 *
 * The passwords of chats, the own one and joined ones. They are with the desktop's secret service; where there is none, or
 * it refuses, in a file that only the user can read.
 */
struct _HubSecrets
{
  GObject parent_instance;

  HubKeeper *keeper;  /* (owned) */
  GHashTable *filed;  /* (owned) (element-type utf8 utf8): what the file holds, by chat */
  GHashTable *latest; /* (owned) (element-type utf8 utf8): what was stored in this run: the service may be slower */
  GHashTable *orders; /* (owned) (element-type utf8): chats of which the service has not said yet that it has stored them */
};

G_DEFINE_FINAL_TYPE (HubSecrets, hub_secrets, G_TYPE_OBJECT)

typedef enum
{
  SIGNAL_STORED,
} HubSecretsSignal;

static guint signals[SIGNAL_STORED + 1];

/* "chat" is HUB_SECRETS_OWN or an address. */
static const SecretSchema schema = {
  .name = "io.github.hubbub_chat.Hubbub",
  .flags = SECRET_SCHEMA_NONE,
  .attributes = { { "chat", SECRET_SCHEMA_ATTRIBUTE_STRING }, { NULL, 0 } },
};

/* An order to the service. */
typedef struct
{
  HubSecrets *secrets; /* (owned) */
  char *chat;          /* (owned) */
  char *password;      /* (owned) (nullable) */
} Order;

static void
order_free (Order *order)
{
  g_object_unref (order->secrets);
  g_free (order->chat);
  if (order->password != NULL)
    secret_password_free (order->password);
  g_free (order);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Order, order_free)

static GBytes *
write_file (gpointer user_data)
{
  HubSecrets *self = user_data;
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (JsonNode) root = NULL;
  GHashTableIter iter;
  const char *chat;
  const char *password;
  char *text;

  json_builder_begin_object (builder);
  g_hash_table_iter_init (&iter, self->filed);
  while (g_hash_table_iter_next (&iter, (gpointer *) &chat, (gpointer *) &password))
    {
      json_builder_set_member_name (builder, chat);
      json_builder_add_string_value (builder, password);
    }
  json_builder_end_object (builder);
  root = json_builder_get_root (builder);
  text = json_to_string (root, FALSE);
  return g_bytes_new_take (text, strlen (text));
}

static void
read_member (JsonObject *object, const char *chat, JsonNode *node, gpointer user_data)
{
  const char *password = json_node_get_string (node);

  if (password != NULL && password[0] != '\0')
    g_hash_table_insert (user_data, g_strdup (chat), g_strdup (password));
}

static void
read_file (HubSecrets *self)
{
  gsize size;
  g_autofree char *text = hub_keeper_load (self->keeper, &size);
  g_autoptr (JsonParser) parser = json_parser_new ();
  JsonNode *root;

  if (text == NULL || !json_parser_load_from_data (parser, text, (gssize) size, NULL))
    return;
  root = json_parser_get_root (parser);
  if (root != NULL && JSON_NODE_HOLDS_OBJECT (root))
    json_object_foreach_member (json_node_get_object (root), read_member, self->filed);
}

/* %NULL: no longer. */
static void
file (HubSecrets *self, const char *chat, const char *password)
{
  if (g_strcmp0 (g_hash_table_lookup (self->filed, chat), password) == 0)
    return;
  if (password != NULL)
    g_hash_table_insert (self->filed, g_strdup (chat), g_strdup (password));
  else
    g_hash_table_remove (self->filed, chat);
  hub_keeper_change (self->keeper);
}

static void
looked_up_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  HubSecrets *self = g_task_get_source_object (task);
  const char *chat = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  char *found = secret_password_lookup_finish (result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  if (error != NULL)
    g_info ("There is no secret service: %s", error->message);
  /* What was filed is newer: the service did not take it. */
  if (g_hash_table_contains (self->filed, chat))
    g_task_return_pointer (task, g_strdup (g_hash_table_lookup (self->filed, chat)), g_free);
  else
    g_task_return_pointer (task, g_strdup (found), g_free);
  secret_password_free (found);
}

static void
stored_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Order) order = user_data;
  g_autoptr (GError) error = NULL;
  const gboolean is_stored = order->password != NULL ? secret_password_store_finish (result, &error)
                                                     : (secret_password_clear_finish (result, &error), error == NULL);
  const char *latest = g_hash_table_lookup (order->secrets->latest, order->chat);

  if (error != NULL)
    g_info ("There is no secret service: %s", error->message);
  /* Meanwhile there may be another one, with an order of its own. */
  if (g_strcmp0 (latest, order->password) == 0)
    {
      g_hash_table_remove (order->secrets->orders, order->chat);
      file (order->secrets, order->chat, is_stored ? NULL : order->password);
      g_signal_emit (order->secrets, signals[SIGNAL_STORED], 0, order->chat);
    }
}

static void
hub_secrets_dispose (GObject *object)
{
  HubSecrets *self = HUB_SECRETS (object);

  if (self->keeper != NULL)
    hub_keeper_stop (self->keeper);
  g_clear_object (&self->keeper);
  G_OBJECT_CLASS (hub_secrets_parent_class)->dispose (object);
}

static void
hub_secrets_finalize (GObject *object)
{
  HubSecrets *self = HUB_SECRETS (object);

  g_hash_table_unref (self->filed);
  g_hash_table_unref (self->latest);
  g_hash_table_unref (self->orders);
  G_OBJECT_CLASS (hub_secrets_parent_class)->finalize (object);
}

static void
hub_secrets_class_init (HubSecretsClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = hub_secrets_dispose;
  object_class->finalize = hub_secrets_finalize;

  /**
   * HubSecrets::stored:
   * @self: passwords
   * @chat: %HUB_SECRETS_OWN, or an address
   *
   * Emitted when it is known where the password of a chat has gone, or that it is forgotten.
   */
  signals[SIGNAL_STORED] =
    g_signal_new ("stored", HUB_TYPE_SECRETS, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
hub_secrets_init (HubSecrets *self)
{
  self->filed = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->latest = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->orders = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
}

/**
 * hub_secrets_new:
 * @file_: where passwords are that no secret service has taken
 *
 * Returns: (transfer full): the passwords of the user's chats
 */
HubSecrets *
hub_secrets_new (GFile *file_)
{
  HubSecrets *self = g_object_new (HUB_TYPE_SECRETS, NULL);

  self->keeper = hub_keeper_new (file_, SAVE_DELAY_MS, write_file, self);
  read_file (self);
  return self;
}

/**
 * hub_secrets_look_up_async:
 * @self: passwords
 * @chat: %HUB_SECRETS_OWN, or an address
 * @cancellable: (nullable): to give it up
 * @callback: (scope async): called with the answer: the service may first ask the user
 * @user_data: for @callback
 */
void
hub_secrets_look_up_async (HubSecrets *self,
                           const char *chat,
                           GCancellable *cancellable,
                           GAsyncReadyCallback callback,
                           gpointer user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (HUB_IS_SECRETS (self) && chat != NULL);

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, hub_secrets_look_up_async);
  g_task_set_task_data (task, g_strdup (chat), g_free);
  if (g_hash_table_contains (self->latest, chat))
    g_task_return_pointer (task, g_strdup (g_hash_table_lookup (self->latest, chat)), g_free);
  else
    secret_password_lookup (&schema, cancellable, looked_up_cb, g_steal_pointer (&task), "chat", chat, NULL);
}

/**
 * hub_secrets_look_up_finish:
 * @self: passwords
 * @result: as handed to the callback
 * @error: return location
 *
 * Returns: (transfer full) (nullable): the password; %NULL: there is none, or with @error set, a %G_IO_ERROR_CANCELLED
 */
char *
hub_secrets_look_up_finish (HubSecrets *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * hub_secrets_store:
 * @self: passwords
 * @chat: %HUB_SECRETS_OWN, or an address
 * @password: (nullable): its password; %NULL: it has none, or it is to be forgotten
 */
void
hub_secrets_store (HubSecrets *self, const char *chat, const char *password)
{
  g_autofree char *label = NULL;
  Order *order;

  g_return_if_fail (HUB_IS_SECRETS (self) && chat != NULL);

  if (g_hash_table_contains (self->latest, chat) && g_strcmp0 (g_hash_table_lookup (self->latest, chat), password) == 0)
    return;
  g_hash_table_insert (self->latest, g_strdup (chat), g_strdup (password));
  g_hash_table_add (self->orders, g_strdup (chat));
  order = g_new0 (Order, 1);
  order->secrets = g_object_ref (self);
  order->chat = g_strdup (chat);
  order->password = g_strdup (password);
  if (password == NULL)
    {
      secret_password_clear (&schema, NULL, stored_cb, order, "chat", chat, NULL);
      return;
    }
  label = g_str_equal (chat, HUB_SECRETS_OWN)
            ? g_strdup (_ ("Hubbub: password of your own chat"))
            /* Translators: %s is the address of another computer. */
            : g_strdup_printf (_ ("Hubbub: password of the chat at %s"), chat);
  secret_password_store (&schema, SECRET_COLLECTION_DEFAULT, label, password, NULL, stored_cb, order, "chat", chat, NULL);
}

/**
 * hub_secrets_get_is_stored:
 * @self: passwords
 * @chat: %HUB_SECRETS_OWN, or an address
 *
 * Returns: whether what was stored last for the chat has arrived where it is kept
 */
gboolean
hub_secrets_get_is_stored (HubSecrets *self, const char *chat)
{
  g_return_val_if_fail (HUB_IS_SECRETS (self) && chat != NULL, FALSE);

  return !g_hash_table_contains (self->orders, chat);
}

/**
 * hub_secrets_get_is_filed:
 * @self: passwords
 * @chat: %HUB_SECRETS_OWN, or an address
 *
 * Returns: whether the password of the chat is in the file, since no secret service has taken it
 */
gboolean
hub_secrets_get_is_filed (HubSecrets *self, const char *chat)
{
  g_return_val_if_fail (HUB_IS_SECRETS (self) && chat != NULL, FALSE);

  return g_hash_table_contains (self->filed, chat);
}

/**
 * hub_secrets_flush:
 * @self: passwords
 *
 * For the end of the program: writes down what the service has not taken yet. It blocks.
 */
void
hub_secrets_flush (HubSecrets *self)
{
  GHashTableIter iter;
  const char *chat;

  g_return_if_fail (HUB_IS_SECRETS (self));

  g_hash_table_iter_init (&iter, self->orders);
  while (g_hash_table_iter_next (&iter, (gpointer *) &chat, NULL))
    file (self, chat, g_hash_table_lookup (self->latest, chat));
  hub_keeper_flush (self->keeper);
}
