/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/ui/message-list-fixture.h"

static void
items_changed_cb (GListModel *model,
                  guint position,
                  guint removed,
                  guint added,
                  gpointer user_data)
{
  GString *log = user_data;

  g_string_append_printf (log, "%s%u-%u+%u", log->len > 0 ? " " : "", position, removed, added);
}

static void
has_pending_cb (GObject *object,
                GParamSpec *pspec,
                gpointer user_data)
{
  guint *count = user_data;

  (*count)++;
}

void
message_list_set_up (MessageListFixture *fixture,
                     gconstpointer capacity)
{
  fixture->list = hub_message_list_new (GPOINTER_TO_UINT (capacity));
  fixture->log = g_string_new (NULL);
  g_signal_connect (fixture->list, "items-changed", G_CALLBACK (items_changed_cb), fixture->log);
  g_signal_connect (fixture->list, "notify::has-pending", G_CALLBACK (has_pending_cb), &fixture->n_pending_said);
}

void
message_list_tear_down (MessageListFixture *fixture,
                        gconstpointer capacity)
{
  /* Every change was looked at. */
  g_assert_cmpstr (fixture->log->str, ==, "");
  g_assert_finalize_object (fixture->list);
  g_string_free (fixture->log, TRUE);
}

gboolean
append_params (HubMessageList *list,
               const HubMessageParams *params)
{
  g_autoptr (HubMessageItem) item = hub_message_item_new (params);

  return hub_message_list_append (list, item);
}

/* A message of Grace's for each letter of @texts. */
void
append_letters (HubMessageList *list,
                const char *texts)
{
  for (const char *p = texts; *p != '\0'; p++)
    {
      const char text[] = { *p, '\0' };

      g_assert_true (append_params (list, &(HubMessageParams){ .name = "Grace", .text = text, .id = text, .topic = "messages" }));
    }
}

char *
list_to_string (HubMessageList *list)
{
  GString *string = g_string_new (NULL);
  const guint n_items = g_list_model_get_n_items (G_LIST_MODEL (list));

  for (guint i = 0; i < n_items; i++)
    {
      g_autoptr (HubMessageItem) item = g_list_model_get_item (G_LIST_MODEL (list), i);

      g_string_append (string, hub_message_item_get_text (item));
      if (hub_message_item_get_is_repeat (item))
        g_string_append_c (string, '\'');
    }
  return g_string_free (string, FALSE);
}
