/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "app/leaving/hub-follower.h"

#include "app/base/hub-endpoint.h"
#include "app/base/hub-json-members.h"
#include "app/joining/hub-backoff.h"
#include "app/joining/hub-info-lookup.h"
#include "app/leaving/hub-host-payload.h"

/* A host that says who goes on leaves at once. */
#define WORD_COUNTS_US (10 * G_TIME_SPAN_SECOND)

/* How long a successor may take to be there, and each of its addresses to answer. */
#define PATIENCE_S 30
#define ANSWER_TIMEOUT_S 3

/**
 * HubFollower:
 *
 * What becomes of a window whose host goes: it goes on as the host where that has named it, or looks for the one that is
 * named until it answers, and tells meanwhile how it stands.
 */
struct _HubFollower
{
  GObject parent_instance;

  HubLink *link;             /* (owned) (nullable): to the host that was joined */
  HubHostPayload *word;      /* (owned) (nullable): what the host has said last */
  gint64 word_us;            /* when */
  char **next;               /* (owned) (nullable): where the successor is looked for */
  GCancellable *cancellable; /* (owned) (nullable): of the questions under way */
  guint n_asked;             /* how many those are */
  guint round_id;            /* source: when it is asked next */
  guint patience_id;         /* source: when that ends */
  HubBackoff backoff;
  HubAbsenceCount count;
  HubAbsence absence;
};

G_DEFINE_FINAL_TYPE (HubFollower, hub_follower, G_TYPE_OBJECT)

typedef enum
{
  SIGNAL_CHANGED,
  SIGNAL_NAMED,
  SIGNAL_FOUND,
} HubFollowerSignal;

static guint signals[SIGNAL_FOUND + 1];

static void arm_round (HubFollower *self);

static void
set_absence (HubFollower *self, HubAbsence absence)
{
  if (self->absence == absence)
    return;
  self->absence = absence;
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
}

static void
stop_looking (HubFollower *self)
{
  g_clear_handle_id (&self->round_id, g_source_remove);
  g_clear_handle_id (&self->patience_id, g_source_remove);
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->next, g_strfreev);
  self->n_asked = 0;
}

/* Where the successor is joined, if @info is what a Hubbub says: spoken to as its predecessor was. */
static HubJoinAddress *
read_info (HubFollower *self, const char *endpoint, GBytes *info)
{
  const HubJoinAddress *former = hub_link_get_address (self->link);
  gsize size;
  const char *text = g_bytes_get_data (info, &size);
  g_autoptr (JsonObject) object = size > 0 ? hub_json_parse_object (text, size) : NULL;
  g_autofree char *app = object != NULL ? hub_json_dup_string (object, "app") : NULL;
  g_autofree char *host = hub_endpoint_dup_address (endpoint);
  JsonNode *ports = object != NULL ? json_object_get_member (object, "ports") : NULL;
  JsonNode *mqtt;
  gint64 port;

  if (g_strcmp0 (app, "hubbub") != 0 || ports == NULL || !JSON_NODE_HOLDS_OBJECT (ports))
    return NULL;
  if (hub_join_address_is_websocket (former))
    return hub_join_address_at (former, host, hub_endpoint_get_port (endpoint));
  mqtt = json_object_get_member (json_node_get_object (ports), "mqtt");
  port = mqtt != NULL && JSON_NODE_HOLDS_VALUE (mqtt) ? json_node_get_int (mqtt) : 0;
  return port >= 1 && port <= G_MAXUINT16 ? hub_join_address_at (former, host, (guint16) port) : NULL;
}

/* A question to one of the addresses. */
typedef struct
{
  HubFollower *self; /* (owned) */
  char *endpoint;    /* (owned) */
} Question;

static void
question_free (gpointer data)
{
  Question *question = data;

  g_object_unref (question->self);
  g_free (question->endpoint);
  g_free (question);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Question, question_free)

static void
answered_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Question) question = user_data;
  HubFollower *self = question->self;
  g_autoptr (GBytes) info = hub_info_lookup_finish (result, NULL);
  g_autoptr (HubJoinAddress) address = NULL;

  if (info == NULL)
    return;
  self->n_asked--;
  address = read_info (self, question->endpoint, info);
  if (address != NULL)
    {
      stop_looking (self);
      g_signal_emit (self, signals[SIGNAL_FOUND], 0, address);
    }
  else if (self->n_asked == 0)
    {
      arm_round (self);
    }
}

/* All addresses at once: some may lead nowhere, and be slow to say so. */
static gboolean
round_cb (gpointer user_data)
{
  HubFollower *self = user_data;

  self->round_id = 0;
  g_clear_object (&self->cancellable);
  self->cancellable = g_cancellable_new ();
  self->n_asked = g_strv_length (self->next);
  for (char **at = self->next; *at != NULL; at++)
    {
      Question *question = g_new0 (Question, 1);
      g_autofree char *page = g_strdup_printf ("http://%s/", *at);

      question->self = g_object_ref (self);
      question->endpoint = g_strdup (*at);
      hub_info_lookup_async (page, ANSWER_TIMEOUT_S, self->cancellable, answered_cb, question);
    }
  return G_SOURCE_REMOVE;
}

/* Left to chance as everywhere: a room full of windows follows. */
static void
arm_round (HubFollower *self)
{
  self->round_id = g_timeout_add (hub_backoff_next (&self->backoff, FALSE, g_random_double ()), round_cb, self);
  g_source_set_name_by_id (self->round_id, "hubbub following");
}

/* Also while somebody is at answering, word by word. */
static gboolean
patience_cb (gpointer user_data)
{
  HubFollower *self = user_data;

  self->patience_id = 0;
  stop_looking (self);
  set_absence (self, HUB_ABSENCE_LEFT);
  return G_SOURCE_REMOVE;
}

static void
look (HubFollower *self, char **next)
{
  stop_looking (self);
  self->next = g_strdupv (next);
  self->patience_id = g_timeout_add_seconds (PATIENCE_S, patience_cb, self);
  g_source_set_name_by_id (self->patience_id, "hubbub patience with the next host");
  hub_backoff_reset (&self->backoff);
  arm_round (self);
}

static gboolean
is_named (HubFollower *self, const HubHostPayload *word)
{
  return word->client != NULL && g_str_equal (word->client, hub_link_get_client_id (self->link));
}

/* The connection is gone, and the host has said who goes on. What went encrypted so far is not said in the clear. */
static gboolean
heed (HubFollower *self)
{
  g_autoptr (HubHostPayload) word = g_steal_pointer (&self->word);

  if (word == NULL || g_get_monotonic_time () - self->word_us > WORD_COUNTS_US)
    return FALSE;
  if (is_named (self, word))
    {
      gboolean has_taken_over = FALSE;

      g_signal_emit (self, signals[SIGNAL_NAMED], 0, &has_taken_over);
      return has_taken_over;
    }
  if (hub_join_address_is_tls (hub_link_get_address (self->link)))
    return FALSE;
  look (self, word->next);
  set_absence (self, HUB_ABSENCE_FOLLOWING);
  return TRUE;
}

static void
link_changed_cb (HubFollower *self)
{
  HubLink *link = self->link;
  const HubLinkState state = hub_link_get_state (link);
  HubAbsence absence =
    hub_absence_hear (&self->count, state, hub_link_get_has_stopped (link), hub_link_get_wants_password (link));

  /* Nobody can do for a server what a desktop does for another one. */
  if (!hub_link_get_is_hubbub (link))
    absence = HUB_ABSENCE_NONE;
  if (state == HUB_LINK_CONNECTED)
    {
      stop_looking (self);
      g_clear_pointer (&self->word, hub_host_payload_free);
    }
  if (absence != HUB_ABSENCE_NONE && (self->next != NULL || heed (self)))
    return;
  set_absence (self, absence);
}

static void
host_cb (HubFollower *self, GBytes *bytes)
{
  g_clear_pointer (&self->word, hub_host_payload_free);
  self->word = hub_host_payload_parse (bytes);
  self->word_us = g_get_monotonic_time ();
}

static void
hub_follower_dispose (GObject *object)
{
  hub_follower_set_link (HUB_FOLLOWER (object), NULL);
  G_OBJECT_CLASS (hub_follower_parent_class)->dispose (object);
}

static void
hub_follower_class_init (HubFollowerClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = hub_follower_dispose;

  /**
   * HubFollower::changed:
   * @self: the follower
   *
   * Emitted when hub_follower_get_absence() has another answer.
   */
  signals[SIGNAL_CHANGED] =
    g_signal_new ("changed", HUB_TYPE_FOLLOWER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);

  /**
   * HubFollower::named:
   * @self: the follower
   *
   * Emitted when the host is gone, and has said that this window is to go on.
   *
   * Returns: whether it does
   */
  signals[SIGNAL_NAMED] = g_signal_new ("named",
                                        HUB_TYPE_FOLLOWER,
                                        G_SIGNAL_RUN_LAST,
                                        0,
                                        g_signal_accumulator_true_handled,
                                        NULL,
                                        NULL,
                                        G_TYPE_BOOLEAN,
                                        0);

  /**
   * HubFollower::found:
   * @self: the follower
   * @address: where the successor is
   *
   * Emitted when the one that the host has named answers.
   */
  signals[SIGNAL_FOUND] =
    g_signal_new ("found", HUB_TYPE_FOLLOWER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, HUB_TYPE_JOIN_ADDRESS);
}

static void
hub_follower_init (HubFollower *self)
{
}

/**
 * hub_follower_new:
 *
 * Returns: (transfer full): a follower of nobody
 */
HubFollower *
hub_follower_new (void)
{
  return g_object_new (HUB_TYPE_FOLLOWER, NULL);
}

/**
 * hub_follower_set_link:
 * @self: a follower
 * @link: (nullable): the link to a host that is joined, not started; %NULL: there is none any more
 */
void
hub_follower_set_link (HubFollower *self, HubLink *link)
{
  g_return_if_fail (HUB_IS_FOLLOWER (self));

  if (self->link != NULL)
    g_signal_handlers_disconnect_by_data (self->link, self);
  stop_looking (self);
  g_clear_pointer (&self->word, hub_host_payload_free);
  self->count = (HubAbsenceCount){ 0 };
  self->absence = HUB_ABSENCE_NONE;
  g_set_object (&self->link, link);
  if (link == NULL)
    return;
  g_signal_connect_swapped (link, "state-changed", G_CALLBACK (link_changed_cb), self);
  g_signal_connect_swapped (link, "host", G_CALLBACK (host_cb), self);
}

/**
 * hub_follower_get_absence:
 * @self: a follower
 *
 * Returns: what has become of the host
 */
HubAbsence
hub_follower_get_absence (HubFollower *self)
{
  g_return_val_if_fail (HUB_IS_FOLLOWER (self), HUB_ABSENCE_NONE);

  return self->absence;
}
