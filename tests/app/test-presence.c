/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "app/people/hub-presence-payload.h"
#include "app/people/hub-presence.h"
#include "app/people/hub-typing.h"
#include "broker/client/hub-client.h"
#include "broker/net/hub-own-addresses.h"
#include "tests/support/hub-test-wait.h"

#include <string.h>

/* Who is here and who is writing, with a broker: what a stranger is told of this program, and this program of a stranger. */

#define OWN "0123456789abcdef"
#define ADA "aaaa000000000000"

typedef struct
{
  HubHost *host;
  HubChatState *state;
  HubRooms *rooms;
  HubPresence *presence;
  HubTyping *typing;
  HubLink *link;
  HubClient *stranger;
  guint n_subscribed;
  GPtrArray *heard; /* (element-type utf8) "TOPIC PAYLOAD", "TOPIC PAYLOAD (retained)" */
} Fixture;

static void
subscribed_cb (Fixture *fixture, gboolean is_granted)
{
  g_assert_true (is_granted);
  fixture->n_subscribed++;
}

static void
message_cb (Fixture *fixture, const char *topic, GBytes *payload, guint qos, gboolean is_retain)
{
  g_ptr_array_add (fixture->heard,
                   g_strdup_printf ("%s %.*s%s",
                                    topic,
                                    (int) g_bytes_get_size (payload),
                                    (const char *) g_bytes_get_data (payload, NULL),
                                    is_retain ? " (retained)" : ""));
}

static const char *
last_heard (Fixture *fixture)
{
  return fixture->heard->len > 0 ? g_ptr_array_index (fixture->heard, fixture->heard->len - 1) : "";
}

static void
started_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  hub_host_start_finish (HUB_HOST (object), result, &error);
  g_assert_no_error (error);
  *(gboolean *) user_data = TRUE;
}

static void
open_link (Fixture *fixture)
{
  fixture->link = hub_link_new_local (fixture->host);
  hub_presence_set_link (fixture->presence, fixture->link, fixture->host);
  hub_typing_set_link (fixture->typing, fixture->link);
  hub_link_start (fixture->link);
}

static void
close_link (Fixture *fixture)
{
  hub_presence_set_link (fixture->presence, NULL, NULL);
  hub_typing_set_link (fixture->typing, NULL);
  hub_link_close (fixture->link);
  g_clear_object (&fixture->link);
}

static void
open_stranger (Fixture *fixture)
{
  g_autoptr (GIOStream) stream = hub_host_connect (fixture->host, NULL);
  HubConnect connect = { .version = HUB_VERSION_3_1_1, .client_id = hub_span_from_string ("stranger"), .is_clean = TRUE };

  fixture->stranger = hub_client_new ();
  g_signal_connect_swapped (fixture->stranger, "subscribed", G_CALLBACK (subscribed_cb), fixture);
  g_signal_connect_swapped (fixture->stranger, "message", G_CALLBACK (message_cb), fixture);
  hub_client_open (fixture->stranger, stream, &connect);
  hub_test_wait_until (hub_client_is_connected (fixture->stranger));
  hub_client_subscribe (fixture->stranger, "hubbub/#", 1);
  hub_test_wait_until (fixture->n_subscribed == 1);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  gboolean is_started = FALSE;

  fixture->heard = g_ptr_array_new_with_free_func (g_free);
  fixture->host = hub_host_new (&(HubHostOptions){ .mqtt_port = 1883, .http_port = 9001 });
  hub_host_start_async (fixture->host, started_cb, &is_started);
  hub_test_wait_until (is_started);
  fixture->state = hub_chat_state_new ();
  hub_chat_state_set_name (fixture->state, "Grace");
  fixture->rooms = hub_rooms_new (fixture->state, NULL, OWN);
  fixture->presence = hub_presence_new (fixture->state, fixture->rooms, OWN);
  fixture->typing = hub_typing_new (fixture->state, OWN);
  open_stranger (fixture);
  open_link (fixture);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  if (fixture->link != NULL)
    close_link (fixture);
  hub_client_close (fixture->stranger);
  g_clear_object (&fixture->stranger);
  g_assert_finalize_object (fixture->typing);
  g_assert_finalize_object (fixture->presence);
  g_assert_finalize_object (fixture->rooms);
  g_assert_finalize_object (fixture->state);
  hub_host_stop (fixture->host);
  g_clear_object (&fixture->host);
  g_ptr_array_unref (fixture->heard);
}

static void
say (Fixture *fixture, const char *topic, const char *payload, gboolean is_retained)
{
  g_autoptr (GBytes) bytes = g_bytes_new (payload, strlen (payload));

  hub_client_publish (fixture->stranger, topic, bytes, 1, is_retained);
}

static guint
n_people (Fixture *fixture)
{
  return hub_people_list_get_n_people (hub_chat_state_get_people (fixture->state));
}

static gboolean
has_heard (Fixture *fixture, const char *part)
{
  return strstr (last_heard (fixture), part) != NULL;
}

static guint
count_heard (Fixture *fixture, const char *line)
{
  guint count = 0;

  for (guint i = 0; i < fixture->heard->len; i++)
    count += g_str_equal (g_ptr_array_index (fixture->heard, i), line);
  return count;
}

static gboolean
set_cb (gpointer user_data)
{
  *(gboolean *) user_data = TRUE;
  return G_SOURCE_REMOVE;
}

static void
test_told (Fixture *fixture, gconstpointer data)
{
  g_autofree char *topic = g_strconcat (HUB_LINK_PRESENCE, hub_link_get_client_id (fixture->link), " ", NULL);
  HubPerson *own;

  g_test_summary ("The others are told of oneself, of another name and another room; and that one has gone");

  hub_test_wait_until (has_heard (fixture, topic));
  g_assert_true (has_heard (fixture, "\"name\":\"Grace\",\"from\":\"" OWN "\",\"kind\":\"desktop\",\"since\":\"2"));
  g_assert_true (has_heard (fixture, "\"rooms\":[]"));
  own = hub_people_list_find (hub_chat_state_get_people (fixture->state), OWN);
  g_assert_nonnull (own);
  g_assert_true (hub_person_get_is_own (own));

  /* What is typed letter by letter is told once. */
  g_ptr_array_set_size (fixture->heard, 0);
  hub_chat_state_set_name (fixture->state, "Grac");
  hub_chat_state_set_name (fixture->state, "Grace H");
  hub_test_wait_until (fixture->heard->len > 0);
  g_assert_cmpuint (fixture->heard->len, ==, 1);
  g_assert_true (has_heard (fixture, "\"name\":\"Grace H\""));
  g_assert_cmpstr (hub_person_get_name (own), ==, "Grace H");

  hub_rooms_open (fixture->rooms, "messages/tea");
  hub_rooms_open (fixture->rooms, "messages/a/b");
  hub_test_wait_until (has_heard (fixture, "\"rooms\":[\"tea\"]"));
  hub_rooms_leave (fixture->rooms, "messages/tea");
  hub_test_wait_until (has_heard (fixture, "\"rooms\":[]"));

  close_link (fixture);
  hub_test_wait_until (g_str_equal (last_heard (fixture), topic));
  g_assert_cmpuint (n_people (fixture), ==, 0);
}

static void
test_addresses (Fixture *fixture, gconstpointer data)
{
  g_autofree char *topic = g_strconcat (HUB_LINK_PRESENCE, hub_link_get_client_id (fixture->link), " ", NULL);
  g_auto (GStrv) addresses = hub_own_addresses ();
  g_autoptr (GPtrArray) expected = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (HubPresencePayload) payload = NULL;
  const guint16 port = hub_host_get_http_port (fixture->host);

  g_test_summary ("The others are told where one hosts, but not at which address each of them has, too");

  for (char **at = addresses; *at != NULL && expected->len < HUB_PRESENCE_ADDRESSES_MAX; at++)
    if (!g_str_has_prefix (*at, "127.") && !g_str_equal (*at, "::1"))
      g_ptr_array_add (expected, g_strdup_printf (strchr (*at, ':') != NULL ? "[%s]:%u" : "%s:%u", *at, port));
  g_ptr_array_add (expected, NULL);
  hub_test_wait_until (has_heard (fixture, topic));
  bytes = g_bytes_new (last_heard (fixture) + strlen (topic), strlen (last_heard (fixture)) - strlen (topic));
  payload = hub_presence_payload_parse (bytes);
  g_assert_nonnull (payload);
  g_assert_cmpstrv (payload->http, (const char *const *) expected->pdata);
}

static void
test_heard (Fixture *fixture, gconstpointer data)
{
  HubPerson *ada;
  const char *const rooms[] = { "tea", NULL };

  g_test_summary ("Others are listed, their rooms become known, and they are gone when they say so or nothing sensible");

  hub_test_wait_until (n_people (fixture) == 1);
  say (fixture, "hubbub/presence/a", "{\"from\":\"" ADA "\",\"name\":\"Ada\",\"kind\":\"browser\",\"rooms\":[\"tea\"]}", TRUE);
  hub_test_wait_until (n_people (fixture) == 2);
  ada = hub_people_list_find (hub_chat_state_get_people (fixture->state), ADA);
  g_assert_cmpstr (hub_person_get_name (ada), ==, "Ada");
  g_assert_cmpint (hub_person_get_kind (ada), ==, HUB_PERSON_BROWSER);
  g_assert_cmpstrv (hub_person_get_rooms (ada), rooms);
  g_assert_nonnull (hub_room_list_find (hub_chat_state_get_rooms (fixture->state), "messages/tea"));
  say (fixture, "hubbub/presence/a", "nonsense", TRUE);
  hub_test_wait_until (n_people (fixture) == 1);

  /* Nothing is known without a connection; what is retained tells it again. */
  say (fixture, "hubbub/presence/a", "{\"from\":\"" ADA "\"}", TRUE);
  hub_test_wait_until (n_people (fixture) == 2);
  close_link (fixture);
  g_assert_cmpuint (n_people (fixture), ==, 0);
  open_link (fixture);
  hub_test_wait_until (n_people (fixture) == 2);
  say (fixture, "hubbub/presence/a", "", TRUE);
  hub_test_wait_until (n_people (fixture) == 1);
}

static void
test_taken_back_by_others (Fixture *fixture, gconstpointer data)
{
  g_autofree char *topic = g_strconcat (HUB_LINK_PRESENCE, hub_link_get_client_id (fixture->link), NULL);

  g_test_summary ("Whoever says that one has gone is contradicted: it may be the will of a connection before");

  hub_test_wait_until (has_heard (fixture, topic));
  say (fixture, topic, "", TRUE);
  hub_test_wait_until (!has_heard (fixture, "Grace"));
  hub_test_wait_until (has_heard (fixture, "\"name\":\"Grace\""));
  g_assert_cmpuint (n_people (fixture), ==, 1);
}

/* Before anything else comes to pass on the link. */
static void
take_back_cb (Fixture *fixture)
{
  g_autofree char *topic = g_strconcat (HUB_LINK_PRESENCE, hub_link_get_client_id (fixture->link), NULL);

  hub_test_wait_until (has_heard (fixture, topic));
  say (fixture, topic, "", TRUE);
  hub_test_wait_until (!has_heard (fixture, "Grace"));
}

static void
test_taken_back_at_once (Fixture *fixture, gconstpointer data)
{
  g_test_summary ("This holds from the first word on");

  g_signal_connect_swapped (fixture->link, "state-changed", G_CALLBACK (take_back_cb), fixture);
  hub_test_wait_until (hub_link_get_state (fixture->link) == HUB_LINK_CONNECTED);
  g_signal_handlers_disconnect_by_func (fixture->link, take_back_cb, fixture);
  hub_test_wait_until (has_heard (fixture, "\"name\":\"Grace\""));
}

static void
test_notes (Fixture *fixture, gconstpointer data)
{
  HubMessageList *messages = hub_chat_state_get_messages (fixture->state);
  gboolean is_loud = FALSE;
  g_autoptr (HubMessageItem) note = NULL;

  g_test_summary ("Who comes behind the first two seconds is noted in Everyone; oneself is not");

  hub_test_wait_until (n_people (fixture) == 1);
  g_timeout_add (2100, set_cb, &is_loud);
  say (fixture, "hubbub/presence/a", "{\"from\":\"" ADA "\",\"name\":\"Ada\"}", TRUE);
  hub_test_wait_until (n_people (fixture) == 2);
  g_assert_false (hub_message_list_get_has_pending (messages));
  hub_test_wait_until (is_loud);
  hub_chat_state_set_name (fixture->state, "G");
  say (fixture, "hubbub/presence/b", "{\"from\":\"bbbb000000000000\",\"name\":\"Linus\"}", TRUE);
  hub_test_wait_until (n_people (fixture) == 3);
  hub_test_wait_until (has_heard (fixture, "\"name\":\"G\""));
  hub_message_list_flush (messages);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (messages)), ==, 1);
  note = g_list_model_get_item (G_LIST_MODEL (messages), 0);
  g_assert_true (hub_message_item_get_is_note (note));
  g_assert_nonnull (strstr (hub_message_item_get_text (note), "Linus"));
  g_assert_nonnull (strstr (hub_message_item_get_text (note), "joined"));
}

static gboolean
type_cb (gpointer user_data)
{
  say (user_data, "hubbub/typing", "{\"from\":\"" ADA "\",\"name\":\"Ada\"}", FALSE);
  return G_SOURCE_CONTINUE;
}

/* Nothing tells when the last of the subscriptions stands, in which what comes before is lost. */
static void
wait_for_typing (Fixture *fixture, HubRoom *room)
{
  const guint n_before = n_people (fixture);
  const guint id = g_timeout_add (50, type_cb, fixture);

  hub_test_wait_until (hub_room_get_typing (room) != NULL);
  g_source_remove (id);
  /* And none of these signs is still on its way. */
  say (fixture, "hubbub/presence/sync", "{\"from\":\"eeee000000000000\"}", FALSE);
  hub_test_wait_until (n_people (fixture) == n_before + 1);
}

static void
test_typing (Fixture *fixture, gconstpointer data)
{
  HubRoom *everyone = hub_chat_state_get_room (fixture->state);

  g_test_summary ("Who is writing is shown in the room until the message is there; of oneself it is told once in a while");

  hub_test_wait_until (n_people (fixture) == 1);
  hub_rooms_open (fixture->rooms, "messages/tea");
  wait_for_typing (fixture, everyone);
  g_assert_nonnull (strstr (hub_room_get_typing (everyone), "Ada"));
  g_assert_null (hub_room_get_typing (hub_chat_state_get_room (fixture->state)));
  hub_typing_end (fixture->typing, "messages", ADA);
  g_assert_null (hub_room_get_typing (everyone));
  say (fixture, "hubbub/typing/tea", "{\"from\":\"" ADA "\",\"name\":\"Ada\"}", FALSE);
  hub_test_wait_until (hub_room_get_typing (hub_chat_state_get_room (fixture->state)) != NULL);
  g_assert_null (hub_room_get_typing (everyone));

  g_ptr_array_set_size (fixture->heard, 0);
  for (guint i = 0; i < 10; i++)
    hub_chat_state_type (fixture->state);
  say (fixture, "hubbub/end", "", FALSE);
  hub_test_wait_until (count_heard (fixture, "hubbub/end ") == 1 && fixture->heard->len > 1);
  g_assert_cmpuint (count_heard (fixture, "hubbub/typing/tea {\"from\":\"" OWN "\",\"name\":\"Grace\"}"), ==, 1);
}

static void
test_own_typing_elsewhere (Fixture *fixture, gconstpointer data)
{
  HubRoom *everyone = hub_chat_state_get_room (fixture->state);

  g_test_summary ("What comes from oneself, and what is none, is not shown");

  hub_test_wait_until (n_people (fixture) == 1);
  wait_for_typing (fixture, everyone);
  hub_typing_end (fixture->typing, "messages", ADA);
  say (fixture, "hubbub/typing", "{\"from\":\"" OWN "\",\"name\":\"Grace\"}", FALSE);
  say (fixture, "hubbub/typing", "Ada is writing", FALSE);
  say (fixture, "hubbub/typing/tea", "{\"from\":\"" ADA "\",\"name\":\"Ada\"}", FALSE);
  say (fixture, "hubbub/presence/a", "{\"from\":\"" ADA "\"}", FALSE);
  hub_test_wait_until (n_people (fixture) == 2);
  g_assert_null (hub_room_get_typing (everyone));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
#define ADD(name, func) g_test_add ("/app/presence/" name, Fixture, NULL, set_up, func, tear_down)
  ADD ("told", test_told);
  ADD ("addresses", test_addresses);
  ADD ("heard", test_heard);
  ADD ("taken-back-by-others", test_taken_back_by_others);
  ADD ("taken-back-at-once", test_taken_back_at_once);
  ADD ("notes", test_notes);
  ADD ("typing", test_typing);
  ADD ("own-typing", test_own_typing_elsewhere);
#undef ADD
  return g_test_run ();
}
