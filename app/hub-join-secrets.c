/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "app/hub-join-secrets.h"

/**
 * HubJoinSecrets:
 *
 * Remembers the passwords of the chats that are joined: nobody types one twice. One that goes with another user name than
 * that of a room is not kept.
 */
struct _HubJoinSecrets
{
  GObject parent_instance;

  HubSecrets *secrets;       /* (owned) */
  HubLink *link;             /* (owned) (nullable): whose password is looked up */
  GCancellable *cancellable; /* (owned) (nullable): of that */
  gboolean has_looked;       /* since the chat was joined */
};

G_DEFINE_FINAL_TYPE (HubJoinSecrets, hub_join_secrets, G_TYPE_OBJECT)

typedef enum
{
  SIGNAL_FOUND,
  SIGNAL_MISSING,
} HubJoinSecretsSignal;

static guint signals[SIGNAL_MISSING + 1];

static void
give_up (HubJoinSecrets *self)
{
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->link);
}

static void
looked_up_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (HubJoinSecrets) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *password = hub_secrets_look_up_finish (HUB_SECRETS (object), result, &error);
  g_autoptr (HubLink) link = NULL;

  if (error != NULL)
    return;
  link = g_steal_pointer (&self->link);
  g_clear_object (&self->cancellable);
  if (password != NULL)
    {
      g_autoptr (HubJoinAddress) address =
        hub_join_address_with_credentials (hub_link_get_address (link), HUB_JOIN_ADDRESS_ROOM_USER, password);

      g_signal_emit (self, signals[SIGNAL_FOUND], 0, address);
    }
  else
    {
      g_signal_emit (self, signals[SIGNAL_MISSING], 0);
    }
}

static void
hub_join_secrets_dispose (GObject *object)
{
  HubJoinSecrets *self = HUB_JOIN_SECRETS (object);

  give_up (self);
  g_clear_object (&self->secrets);
  G_OBJECT_CLASS (hub_join_secrets_parent_class)->dispose (object);
}

static void
hub_join_secrets_class_init (HubJoinSecretsClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = hub_join_secrets_dispose;

  /**
   * HubJoinSecrets::found:
   * @self: the passwords
   * @address: where to join: with the password that is remembered
   */
  signals[SIGNAL_FOUND] =
    g_signal_new ("found", HUB_TYPE_JOIN_SECRETS, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, HUB_TYPE_JOIN_ADDRESS);

  /**
   * HubJoinSecrets::missing:
   * @self: the passwords
   *
   * Emitted when none is remembered: somebody has to be asked.
   */
  signals[SIGNAL_MISSING] =
    g_signal_new ("missing", HUB_TYPE_JOIN_SECRETS, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
hub_join_secrets_init (HubJoinSecrets *self)
{
}

/**
 * hub_join_secrets_new:
 * @secrets: where they are kept
 *
 * Returns: (transfer full): the passwords of joined chats
 */
HubJoinSecrets *
hub_join_secrets_new (HubSecrets *secrets)
{
  HubJoinSecrets *self = g_object_new (HUB_TYPE_JOIN_SECRETS, NULL);

  self->secrets = g_object_ref (secrets);
  return self;
}

/**
 * hub_join_secrets_begin:
 * @self: passwords
 *
 * The user joins a chat, or none: what was under way for another one does not matter any more.
 */
void
hub_join_secrets_begin (HubJoinSecrets *self)
{
  g_return_if_fail (HUB_IS_JOIN_SECRETS (self));

  give_up (self);
  self->has_looked = FALSE;
}

/**
 * hub_join_secrets_hear:
 * @self: passwords
 * @link: the link to a host that is joined, which has changed
 *
 * Remembers a password that was right; and where one is wanted and none was given, looks whether one is remembered, once for
 * each time that a chat is joined.
 *
 * Returns: whether it is looking: then nobody has to be asked yet
 */
gboolean
hub_join_secrets_hear (HubJoinSecrets *self, HubLink *link)
{
  HubJoinAddress *address = hub_link_get_address (link);
  g_autofree char *key = hub_join_address_to_key (address);

  g_return_val_if_fail (HUB_IS_JOIN_SECRETS (self), FALSE);

  if (hub_link_get_state (link) == HUB_LINK_CONNECTED)
    {
      if (address->password != NULL && address->password[0] != '\0' &&
          g_strcmp0 (address->user_name, HUB_JOIN_ADDRESS_ROOM_USER) == 0)
        hub_secrets_store (self->secrets, key, address->password);
      return FALSE;
    }
  if (self->link != NULL)
    return TRUE;
  if (!hub_link_get_wants_password (link) || address->password != NULL || self->has_looked)
    return FALSE;
  self->has_looked = TRUE;
  self->link = g_object_ref (link);
  self->cancellable = g_cancellable_new ();
  hub_secrets_look_up_async (self->secrets, key, self->cancellable, looked_up_cb, g_object_ref (self));
  return TRUE;
}
