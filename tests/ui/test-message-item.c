/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ui/model/hub-message-item.h"

static void
count_cb (GObject *object,
          GParamSpec *pspec,
          gpointer user_data)
{
  guint *count = user_data;

  (*count)++;
}

static void
test_not_utf8 (void)
{
  const HubMessageParams params = { .name = "Gr\344ce", .text = "a\377b" };
  g_autoptr (HubMessageItem) item = hub_message_item_new (&params);

  g_test_summary ("Broken UTF-8 never reaches the window");

  g_assert_cmpstr (hub_message_item_get_name (item), ==, "Gr\357\277\275ce");
  g_assert_cmpstr (hub_message_item_get_text (item), ==, "a\357\277\275b");
}

static void
test_properties (void)
{
  const HubMessageParams params = {
    .name = "Ada", .text = "t", .time_us = 5, .is_own = TRUE, .state = HUB_MESSAGE_STATE_WAITING, .id = "i", .from = "f", .topic = "m"
  };
  g_autoptr (HubMessageItem) item = hub_message_item_new (&params);
  g_autofree char *name = NULL;
  g_autofree char *text = NULL;
  g_autofree char *id = NULL;
  g_autofree char *from = NULL;
  g_autofree char *topic = NULL;
  gint64 time_us = 0;
  gboolean is_own = FALSE;
  HubMessageState state = HUB_MESSAGE_STATE_RECEIVED;
  guint n_notified = 0;

  g_test_summary ("A row's expressions read every property, and hear of the ones that change");

  g_object_get (item, "name", &name, "text", &text, "time", &time_us, "is-own", &is_own, "state", &state,
                "id", &id, "from", &from, "topic", &topic, NULL);
  g_assert_cmpstr (name, ==, "Ada");
  g_assert_cmpstr (text, ==, "t");
  g_assert_cmpint (time_us, ==, 5);
  g_assert_true (is_own);
  g_assert_cmpint (state, ==, HUB_MESSAGE_STATE_WAITING);
  g_assert_cmpstr (id, ==, "i");
  g_assert_cmpstr (from, ==, "f");
  g_assert_cmpstr (topic, ==, "m");

  g_signal_connect (item, "notify", G_CALLBACK (count_cb), &n_notified);
  g_object_set (item, "state", HUB_MESSAGE_STATE_WAITING, "is-repeat", FALSE, "is-expanded", FALSE, NULL);
  g_assert_cmpuint (n_notified, ==, 0);
  g_object_set (item, "state", HUB_MESSAGE_STATE_SENT, "is-repeat", TRUE, "is-expanded", TRUE, NULL);
  g_assert_cmpuint (n_notified, ==, 3);
  g_assert_cmpint (hub_message_item_get_state (item), ==, HUB_MESSAGE_STATE_SENT);
  g_assert_true (hub_message_item_get_is_repeat (item));
  g_assert_true (hub_message_item_get_is_expanded (item));
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);

  g_test_add_func ("/ui/message-item/not-utf8", test_not_utf8);
  g_test_add_func ("/ui/message-item/properties", test_properties);

  return g_test_run ();
}
