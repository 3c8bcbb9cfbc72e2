/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The window with nobody behind it: shows what it can show, and echoes what is published. For looking at it, and for
 * driving it by hand or by script. */
#include "ui/hub-window.h"

#include <glib-unix.h>
#include <signal.h>

typedef struct
{
  HubChatState *state;
  int n_burst;
  gboolean is_empty;
  gboolean is_joined;
  gboolean is_offline;
  char *problem;
} Demo;

static void
say (Demo *demo,
     const HubMessageParams *what)
{
  HubMessageParams params = *what;
  g_autoptr (HubMessageItem) item = NULL;

  if (params.time_us == 0)
    params.time_us = g_get_real_time ();
  item = hub_message_item_new (&params);
  hub_message_list_append (hub_chat_state_get_messages (demo->state), item);
}

static void
fill (Demo *demo)
{
  /* 09:12 to 09:17 on some morning, UTC. */
  const gint64 morning_us = G_GINT64_CONSTANT (1573550000) * G_USEC_PER_SEC;
  const gint64 minute_us = 60 * G_USEC_PER_SEC;
  const HubMessageParams rows[] = {
    { .name = "Grace", .text = "Projector is in room 4, HDMI cable on the desk.", .time_us = morning_us },
    { .name = "Grace", .text = "Slides: http://192.168.1.31/talk.pdf", .time_us = morning_us },
    { .name = "Linus", .from = "3f2a000000000000", .text = "Thanks!\nWho has the adapter for USB-C?", .time_us = morning_us + minute_us },
    { .name = "Linus", .from = "c0de000000000000", .text = "Ask Ada L., she has one", .time_us = morning_us + 2 * minute_us },
    { .text = "22.4 \302\260C, door open", .time_us = morning_us + 3 * minute_us },
    { .name = "\331\205\330\261\331\212\331\205", .text = "\330\271\331\206\330\257\331\212 \331\210\330\247\330\255\330\257 \360\237\221\215", .time_us = morning_us + 4 * minute_us },
    { .name = "Somebody with a rather long name", .text = "Anhaltendes_Wort_ohne_jede_Trennstelle_das_irgendwo_umbrechen_muss_damit_es_in_die_Spalte_passt", .time_us = morning_us + 4 * minute_us },
    { .name = "Ada L.", .text = "On my way with coffee", .time_us = morning_us + 5 * minute_us, .is_own = TRUE, .state = HUB_MESSAGE_STATE_SENT },
    { .name = "Ada L.", .text = "Two minutes", .time_us = morning_us + 5 * minute_us, .is_own = TRUE, .state = HUB_MESSAGE_STATE_WAITING },
    { .name = "Ada L.", .text = "This one did not make it", .time_us = morning_us + 5 * minute_us, .is_own = TRUE, .state = HUB_MESSAGE_STATE_FAILED },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      HubMessageParams params = rows[i];

      params.seq = i + 1;
      say (demo, &params);
    }
  hub_message_list_set_first_unread_seq (hub_chat_state_get_messages (demo->state), 5);
}

static void
burst (Demo *demo)
{
  for (int i = 0; i < demo->n_burst; i++)
    {
      g_autofree char *name = g_strdup_printf ("person %d", i % 7);
      g_autofree char *text = g_strdup_printf ("Message %d%s", i, i % 5 == 0 ? ", which is long enough to need a second line in the column, and has more than one thought in it, too" : "");

      say (demo, &(HubMessageParams){ .name = name, .text = text });
    }
}

static gboolean
echo_cb (gpointer user_data)
{
  hub_message_item_set_state (user_data, HUB_MESSAGE_STATE_SENT);
  return G_SOURCE_REMOVE;
}

static gboolean
publish_cb (Demo *demo,
            const char *text)
{
  const HubMessageParams params = {
    .name = hub_chat_state_get_name (demo->state),
    .text = text,
    .time_us = g_get_real_time (),
    .is_own = TRUE,
    .state = HUB_MESSAGE_STATE_WAITING,
  };
  g_autoptr (HubMessageItem) item = hub_message_item_new (&params);

  g_print ("publish: %s\n", text);
  hub_message_list_append (hub_chat_state_get_messages (demo->state), item);
  if (hub_standing_get_connection (hub_chat_state_get_standing (demo->state)) == HUB_CHAT_CONNECTION_CONNECTED)
    g_timeout_add_full (G_PRIORITY_DEFAULT, 300, echo_cb, g_object_ref (item), g_object_unref);
  return TRUE;
}

/* There is no host to ask: what is held is searched. */
static void
search_cb (Demo *demo)
{
  HubSearch *search = hub_chat_state_get_search (demo->state);
  GListModel *messages = G_LIST_MODEL (hub_chat_state_get_messages (demo->state));
  g_autoptr (GPtrArray) items = g_ptr_array_new_with_free_func (g_object_unref);

  if (*hub_search_get_query (search) == '\0')
    return;
  for (guint i = g_list_model_get_n_items (messages); i > 0; i--)
    g_ptr_array_add (items, g_list_model_get_item (messages, i - 1));
  hub_search_take_held (search, items);
}

static void
jump_cb (Demo *demo,
         HubMessageItem *item)
{
  hub_message_list_reveal (hub_chat_state_get_messages (demo->state), item);
}

static void
join_cb (Demo *demo,
         const char *address)
{
  g_autofree char *detail = g_strdup_printf ("Joined %s", address);

  g_print ("join: %s\n", address);
  hub_standing_set_is_hosting (hub_chat_state_get_standing (demo->state), FALSE);
  hub_standing_set_title_detail (hub_chat_state_get_standing (demo->state), detail);
  hub_chat_state_set_last_join (demo->state, address);
}

static void
leave_cb (Demo *demo)
{
  g_print ("leave\n");
  hub_standing_set_is_hosting (hub_chat_state_get_standing (demo->state), TRUE);
  hub_standing_set_title_detail (hub_chat_state_get_standing (demo->state), "Hosting on office-laptop");
}

static gboolean
more_cb (gpointer user_data)
{
  Demo *demo = user_data;

  say (demo, &(HubMessageParams){ .name = "Grace", .text = "Signalled" });
  burst (demo);
  return G_SOURCE_CONTINUE;
}

static void
quit_cb (GSimpleAction *action,
         GVariant *parameter,
         gpointer user_data)
{
  g_application_quit (user_data);
}

static void
activate_cb (GtkApplication *application,
             Demo *demo)
{
  GtkWindow *window = gtk_application_get_active_window (application);

  if (window != NULL)
    {
      gtk_window_present (window);
      return;
    }

  hub_chat_state_set_name (demo->state, "Ada L.");
  hub_standing_set_join_url (hub_chat_state_get_standing (demo->state), "http://192.168.1.20:9001/");
  hub_standing_set_connection (hub_chat_state_get_standing (demo->state),
                               demo->is_offline ? HUB_CHAT_CONNECTION_OFFLINE : HUB_CHAT_CONNECTION_CONNECTED);
  hub_standing_set_problem (hub_chat_state_get_standing (demo->state), demo->problem);
  if (demo->is_joined)
    join_cb (demo, "192.168.1.7");
  else
    leave_cb (demo);
  if (!demo->is_empty)
    fill (demo);
  burst (demo);
  gtk_window_present (GTK_WINDOW (hub_window_new (application, demo->state, NULL)));
}

int
main (int argc,
      char *argv[])
{
  Demo demo = { 0 };
  const GOptionEntry options[] = {
    { "burst", 0, 0, G_OPTION_ARG_INT, &demo.n_burst, "So many messages more, and again at each SIGUSR1", "N" },
    { "empty", 0, 0, G_OPTION_ARG_NONE, &demo.is_empty, "No messages", NULL },
    { "joined", 0, 0, G_OPTION_ARG_NONE, &demo.is_joined, "Joined, not hosting", NULL },
    { "offline", 0, 0, G_OPTION_ARG_NONE, &demo.is_offline, "Not connected", NULL },
    { "problem", 0, 0, G_OPTION_ARG_STRING, &demo.problem, "A banner", "TEXT" },
    { NULL }
  };
  const GActionEntry actions[] = { { .name = "quit", .activate = quit_cb } };
  g_autoptr (AdwApplication) application = NULL;
  guint on_signal;
  int status;

  application = g_object_new (ADW_TYPE_APPLICATION,
                              "application-id", "io.github.hubbub_chat.Hubbub.Demo",
                              "resource-base-path", "/io/github/hubbub_chat/Hubbub",
                              NULL);
  demo.state = hub_chat_state_new ();
  g_application_add_main_option_entries (G_APPLICATION (application), options);
  g_action_map_add_action_entries (G_ACTION_MAP (application), actions, G_N_ELEMENTS (actions), application);
  g_signal_connect (application, "activate", G_CALLBACK (activate_cb), &demo);
  g_signal_connect_swapped (demo.state, "publish", G_CALLBACK (publish_cb), &demo);
  g_signal_connect_swapped (hub_chat_state_get_search (demo.state), "ask", G_CALLBACK (search_cb), &demo);
  g_signal_connect_swapped (demo.state, "jump", G_CALLBACK (jump_cb), &demo);
  g_signal_connect_swapped (demo.state, "join", G_CALLBACK (join_cb), &demo);
  g_signal_connect_swapped (demo.state, "leave", G_CALLBACK (leave_cb), &demo);

  /* The program ends with this frame. */
  on_signal = g_unix_signal_add (SIGUSR1, more_cb, &demo);
  status = g_application_run (G_APPLICATION (application), argc, argv);
  g_source_remove (on_signal);
  g_object_unref (demo.state);
  g_free (demo.problem);

  return status;
}
