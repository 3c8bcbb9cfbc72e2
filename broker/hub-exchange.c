/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/hub-exchange-private.h"

/**
 * HubExchange:
 *
 * A client that shows who it is by the AUTH packets of MQTT 5.0 (section 4.12), as the function of
 * [method@Hub.Broker.set_exchange_func] sees it. There is one for each exchange: for the one that begins with the CONNECT,
 * and for each time that the client authenticates again. It is the same object in all steps of it, so that what has to be
 * remembered between them can be kept there, by g_object_set_data_full() or as a Python attribute. The broker lets it go
 * when the exchange is over or the connection ends.
 *
 * Thread: the broker's.
 */
struct _HubExchange
{
  GObject parent_instance;

  char *method;     /* (owned) */
  char *client_id;  /* (owned) */
  char *user_name;  /* (owned) (nullable) */
  char *address;    /* (owned) */
  char *shown_name; /* (owned) (nullable) */
  GBytes *data;     /* (owned) (nullable): for the answer to the step that is being taken */
  gboolean is_again;
};

G_DEFINE_FINAL_TYPE (HubExchange, hub_exchange, G_TYPE_OBJECT)

static void
hub_exchange_finalize (GObject *object)
{
  HubExchange *self = HUB_EXCHANGE (object);

  g_free (self->method);
  g_free (self->client_id);
  g_free (self->user_name);
  g_free (self->address);
  g_free (self->shown_name);
  g_clear_pointer (&self->data, g_bytes_unref);
  G_OBJECT_CLASS (hub_exchange_parent_class)->finalize (object);
}

static void
hub_exchange_class_init (HubExchangeClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = hub_exchange_finalize;
}

static void
hub_exchange_init (HubExchange *self)
{
}

/*
 * hub_exchange_new:
 * @step: the first step
 * @address: where the client comes from
 *
 * Returns: (transfer full): an exchange that begins
 */
HubExchange *
hub_exchange_new (const HubAuthStep *step, const char *address)
{
  HubExchange *self = g_object_new (HUB_TYPE_EXCHANGE, NULL);
  const HubCredentials *credentials = step->credentials;
  const char *certificate_name = credentials->origin.certificate_name;

  self->method = hub_span_dup_string (step->method);
  self->client_id = g_strdup (credentials->client_id);
  self->user_name = g_strdup (certificate_name != NULL ? certificate_name : credentials->user_name);
  self->address = g_strdup (address);
  self->is_again = step->stage == HUB_AUTH_STAGE_BEGIN_AGAIN;
  return self;
}

/*
 * hub_exchange_take_data:
 *
 * Returns: (transfer full) (nullable): what the answer to this step is to carry
 */
GBytes *
hub_exchange_take_data (HubExchange *self)
{
  return g_steal_pointer (&self->data);
}

/*
 * hub_exchange_get_shown_name:
 *
 * Returns: (transfer none) (nullable): who the client has shown to be
 */
const char *
hub_exchange_get_shown_name (HubExchange *self)
{
  return self->shown_name;
}

/**
 * hub_exchange_get_method:
 * @self: an exchange
 *
 * Returns: (transfer none): the method that the client has named, `SCRAM-SHA-256` for example; possibly empty
 */
const char *
hub_exchange_get_method (HubExchange *self)
{
  g_return_val_if_fail (HUB_IS_EXCHANGE (self), NULL);

  return self->method;
}

/**
 * hub_exchange_get_client_id:
 * @self: an exchange
 *
 * Returns: (transfer none): the Client Identifier
 */
const char *
hub_exchange_get_client_id (HubExchange *self)
{
  g_return_val_if_fail (HUB_IS_EXCHANGE (self), NULL);

  return self->client_id;
}

/**
 * hub_exchange_get_user_name:
 * @self: an exchange
 *
 * Returns: (transfer none) (nullable): the user name of the CONNECT, which has only been said; that of its certificate,
 *   where it has shown one; or, when it authenticates again, the name that it is known by
 */
const char *
hub_exchange_get_user_name (HubExchange *self)
{
  g_return_val_if_fail (HUB_IS_EXCHANGE (self), NULL);

  return self->user_name;
}

/**
 * hub_exchange_get_address:
 * @self: an exchange
 *
 * Returns: (transfer none): where the client comes from, as [callback@Hub.AuthenticateFunc] has it
 */
const char *
hub_exchange_get_address (HubExchange *self)
{
  g_return_val_if_fail (HUB_IS_EXCHANGE (self), NULL);

  return self->address;
}

/**
 * hub_exchange_is_again:
 * @self: an exchange
 *
 * Returns: whether the client is connected already, and authenticates again
 */
gboolean
hub_exchange_is_again (HubExchange *self)
{
  g_return_val_if_fail (HUB_IS_EXCHANGE (self), FALSE);

  return self->is_again;
}

/**
 * hub_exchange_set_data:
 * @self: an exchange
 * @data: (nullable): at most %HUB_EXCHANGE_DATA_BYTES_MAX bytes
 *
 * Has the answer to the step that is being taken carry @data: a challenge with %HUB_EXCHANGE_CONTINUED, the last word of
 * the broker with %HUB_EXCHANGE_GRANTED. A refusal carries none.
 */
void
hub_exchange_set_data (HubExchange *self, GBytes *data)
{
  g_return_if_fail (HUB_IS_EXCHANGE (self));
  g_return_if_fail (data == NULL || g_bytes_get_size (data) <= HUB_EXCHANGE_DATA_BYTES_MAX);

  g_clear_pointer (&self->data, g_bytes_unref);
  if (data != NULL)
    self->data = g_bytes_ref (data);
}

/**
 * hub_exchange_set_shown_name:
 * @self: an exchange
 * @user_name: (nullable): a user name; %NULL: none
 *
 * Says who the client has shown to be, before %HUB_EXCHANGE_GRANTED. That is what it is known by to other hooks, to the
 * rules of an ACL file and in its status; where nothing is said it is anonymous, whatever its CONNECT says. A client with
 * a certificate is known by that. Who authenticates again must stay who he is.
 */
void
hub_exchange_set_shown_name (HubExchange *self, const char *user_name)
{
  g_return_if_fail (HUB_IS_EXCHANGE (self));
  g_return_if_fail (user_name == NULL || g_utf8_validate (user_name, -1, NULL));

  if (g_strcmp0 (self->shown_name, user_name) == 0)
    return;
  g_free (self->shown_name);
  self->shown_name = g_strdup (user_name);
}
