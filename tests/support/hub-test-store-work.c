/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/support/hub-test-store.h"

/* A session of which something changes in each turn, with an order to everything. */
static void
change_state (HubTestStore *self, guint turn, HubSpan payload)
{
  const HubStoreFuncs *funcs = self->funcs;
  HubStore *store = self->store;
  HubStoreSession session = { .key = turn, .client_id = HUB_SPAN_LITERAL ("a/../b"), .expiry_s = turn };
  HubStoreSubscription subscription = { .session = turn, .filter = HUB_SPAN_LITERAL ("a/+"), .options = 1 };
  HubStoreMessage message = {
    .key = turn, .topic = HUB_SPAN_LITERAL ("a/b"), .payload = payload, .properties = HUB_SPAN_LITERAL ("\001\001"), .qos = 2
  };
  HubStoreDelivery delivery = { .session = turn, .order = 1, .message = turn, .qos = 2 };
  HubStoreWill will = { .session = turn, .message = turn, .delay_s = turn };

  if (turn % 4 == 1)
    {
      funcs->put_session (store, &session);
      funcs->put_subscription (store, &subscription);
      funcs->add_message (store, &message);
      funcs->add_delivery (store, &delivery);
      funcs->set_will (store, &will);
      funcs->set_retained (store, message.topic, turn);
    }
  else if (turn % 4 == 2)
    {
      funcs->update_delivery (store, turn - 1, 1, 7, HUB_STORE_DELIVERY_WAIT_PUBREC);
      funcs->add_received (store, turn - 1, 9);
      funcs->remove_will (store, turn - 1);
    }
  else if (turn % 4 == 3)
    {
      funcs->update_delivery (store, turn - 2, 1, 7, HUB_STORE_DELIVERY_WAIT_PUBCOMP);
      funcs->remove_subscription (store, turn - 2, subscription.filter);
      funcs->remove_retained (store, message.topic);
      funcs->remove_message (store, turn - 2);
    }
  else if (turn % 8 == 0)
    {
      funcs->remove_session (store, turn - 3);
    }
  else
    {
      funcs->remove_delivery (store, turn - 3, 1);
      funcs->remove_received (store, turn - 3, 9);
    }
}

/**
 * hub_test_store_work:
 * @self: a store that is open
 * @turn: which turn, from 1 to %HUB_TEST_WORK_TURNS, each once and in order
 * @payload_size: of the messages, bytes
 *
 * Changes something of each kind, records two messages, and commits.
 *
 * Returns: the ticket
 */
guint64
hub_test_store_work (HubTestStore *self, guint turn, gsize payload_size)
{
  g_autofree char *payload = g_strnfill (payload_size, 'x');
  g_autofree char *text = g_strdup_printf ("%s%04u", payload, turn);

  hub_test_store_record (self, "messages", text);
  change_state (self, turn, hub_span_from_string (text));
  hub_test_store_record (self, turn % 2 == 0 ? "messages/even" : "messages/odd", text);
  return self->funcs->commit (self->store, TRUE);
}

/**
 * hub_test_store_expect_work:
 * @payload_size: of the messages, bytes
 *
 * Returns: (transfer full) (element-type utf8): what a store has in it after 0, 1 and so on turns of
 *   [func@Hub.test_store_work]
 */
GPtrArray *
hub_test_store_expect_work (gsize payload_size)
{
  g_autoptr (HubTestStore) self = hub_test_store_new ();
  GPtrArray *states = g_ptr_array_new_with_free_func (g_free);

  self->options.durability = HUB_STORE_PROCESS;
  hub_test_store_open (self);
  for (guint turn = 0; turn <= HUB_TEST_WORK_TURNS; turn++)
    {
      g_autofree char *state = NULL;
      g_autofree char *log = NULL;

      if (turn > 0)
        hub_test_store_work (self, turn, payload_size);
      hub_test_store_flush (self);
      state = hub_test_store_describe (self);
      log = hub_test_store_describe_log (self);
      g_ptr_array_add (states, g_strconcat (state, log, NULL));
    }
  return states;
}
