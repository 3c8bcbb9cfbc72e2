/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ui/model/hub-message-list.h"

#include <string.h>

/* Notes among the messages. */

static void
say (HubMessageList *list,
     const char *text,
     guint64 seq)
{
  g_autoptr (HubMessageItem) item =
    hub_message_item_new (&(HubMessageParams){ .name = "Ada", .text = text, .topic = "messages", .seq = seq });

  g_assert_true (hub_message_list_append (list, item));
}

static void
note (HubMessageList *list,
      HubNoteKind kind,
      const char *name)
{
  hub_message_list_add_note (list, kind, name, NULL, 1);
}

/* What the rows say, notes in brackets, without the isolates around names. */
static char *
list_to_string (HubMessageList *list)
{
  g_autoptr (GString) string = g_string_new (NULL);

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (list)); i++)
    {
      g_autoptr (HubMessageItem) item = g_list_model_get_item (G_LIST_MODEL (list), i);

      g_string_append_printf (string, hub_message_item_get_is_note (item) ? "[%s]" : "%s", hub_message_item_get_text (item));
    }
  g_string_replace (string, "\342\201\250", "", 0);
  g_string_replace (string, "\342\201\251", "", 0);
  return g_string_free (g_steal_pointer (&string), FALSE);
}

#define assert_list(list, expected)                      \
  G_STMT_START                                           \
  {                                                      \
    g_autofree char *list_shown = list_to_string (list); \
    g_assert_cmpstr (list_shown, ==, expected);          \
  }                                                      \
  G_STMT_END

static void
test_fold (void)
{
  g_autoptr (HubMessageList) list = hub_message_list_new (10);

  g_test_summary ("Notes fold as long as no message comes between, whether they are shown or only collected");

  say (list, "a", 1);
  note (list, HUB_NOTE_JOINED, "Ada");
  note (list, HUB_NOTE_JOINED, "Grace");
  hub_message_list_flush (list);
  assert_list (list, "a[2 joined]");
  note (list, HUB_NOTE_LEFT, "Grace");
  g_assert_false (hub_message_list_get_has_pending (list));
  assert_list (list, "a[2 joined, 1 left]");
  say (list, "b", 2);
  note (list, HUB_NOTE_JOINED, "Linus");
  hub_message_list_flush (list);
  assert_list (list, "a[2 joined, 1 left]b[Linus joined]");
}

static void
test_place (void)
{
  g_autoptr (HubMessageList) list = hub_message_list_new (10);
  g_autoptr (HubMessageItem) last = NULL;

  g_test_summary ("A note stands where it came, and the name is said again below it");

  say (list, "b", 2);
  note (list, HUB_NOTE_JOINED, "Grace");
  say (list, "d", 4);
  say (list, "c", 3);
  hub_message_list_flush (list);
  assert_list (list, "b[Grace joined]cd");
  last = g_list_model_get_item (G_LIST_MODEL (list), 2);
  g_assert_false (hub_message_item_get_is_repeat (last));
}

static void
test_unfold (void)
{
  g_autoptr (HubMessageItem) item = hub_message_item_new_note (1);
  g_autofree char *folded = NULL;
  g_autofree char *unfolded = NULL;

  hub_message_item_add_note (item, HUB_NOTE_JOINED, "Ada", NULL);
  g_assert_cmpuint (hub_message_item_get_n_notes (item), ==, 1);
  hub_message_item_add_note (item, HUB_NOTE_RENAMED, "Ada", "Grace");
  g_assert_cmpuint (hub_message_item_get_n_notes (item), ==, 2);
  folded = hub_message_item_dup_note (item, FALSE);
  unfolded = hub_message_item_dup_note (item, TRUE);
  g_assert_cmpstr (folded, ==, "1 joined, 1 renamed");
  g_assert_nonnull (strchr (unfolded, '\n'));
  g_assert_cmpstr (hub_message_item_get_text (item), ==, folded);
}

static void
test_detached (void)
{
  g_autoptr (HubMessageList) list = hub_message_list_new (10);

  g_test_summary ("While the end is not held, there is no place for a note");

  say (list, "a", 1);
  hub_message_list_flush (list);
  hub_message_list_set_is_detached (list, TRUE);
  note (list, HUB_NOTE_JOINED, "Ada");
  g_assert_false (hub_message_list_get_has_pending (list));
  hub_message_list_set_is_detached (list, FALSE);
  note (list, HUB_NOTE_JOINED, "Ada");
  hub_message_list_flush (list);
  assert_list (list, "a[Ada joined]");
}

int
main (int argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ui/message-note/fold", test_fold);
  g_test_add_func ("/ui/message-note/place", test_place);
  g_test_add_func ("/ui/message-note/unfold", test_unfold);
  g_test_add_func ("/ui/message-note/detached", test_detached);
  return g_test_run ();
}
