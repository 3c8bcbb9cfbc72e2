/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "app/rooms/hub-seeker.h"

#include "app/history/hub-archive.h"

#include <glib/gi18n-lib.h>

/* All rooms. */
#define EVERYWHERE "messages/#"

/**
 * HubSeeker:
 *
 * Finds what the user searches for, and leads them there: in the log of the host, or where that has no search, in what is
 * held.
 */
struct _HubSeeker
{
  GObject parent_instance;

  HubChatState *state;        /* (owned) */
  HubRooms *rooms;            /* (owned) */
  HubArchive *archive;        /* (owned) */
  char *url;                  /* (owned) (nullable): where is asked, without a path; NULL while nobody can be */
  GCancellable *search_asked; /* (owned) (nullable): what was asked last */
  GCancellable *date_asked;   /* (owned) (nullable) */
};

G_DEFINE_FINAL_TYPE (HubSeeker, hub_seeker, G_TYPE_OBJECT)

typedef enum
{
  SIGNAL_NOTICE,
} HubSeekerSignal;

static guint signals[SIGNAL_NOTICE + 1];

/* A question for results, and for how many. */
typedef struct
{
  HubSeeker *self;           /* (owned) */
  GCancellable *cancellable; /* (owned) */
  guint64 before;
  guint limit;
} Asked;

static void put (HubSeeker *self, guint64 before, guint limit);

static void
asked_free (Asked *asked)
{
  g_object_unref (asked->self);
  g_object_unref (asked->cancellable);
  g_free (asked);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Asked, asked_free)

static Asked *
asked_new (HubSeeker *self, GCancellable **slot)
{
  Asked *asked = g_new0 (Asked, 1);

  g_cancellable_cancel (*slot);
  g_clear_object (slot);
  *slot = g_cancellable_new ();
  asked->self = g_object_ref (self);
  asked->cancellable = g_object_ref (*slot);
  return asked;
}

static HubSearch *
search_of (HubSeeker *self)
{
  return hub_chat_state_get_search (self->state);
}

static int
compare_times (gconstpointer a, gconstpointer b)
{
  const gint64 one = hub_message_item_get_time (*(HubMessageItem *const *) a);
  const gint64 other = hub_message_item_get_time (*(HubMessageItem *const *) b);

  return one > other ? -1 : one < other;
}

/* Those of the rows that are messages, the last first. */
static void
collect (GPtrArray *items, HubMessageList *messages)
{
  for (guint i = g_list_model_get_n_items (G_LIST_MODEL (messages)); i > 0; i--)
    {
      g_autoptr (HubMessageItem) item = g_list_model_get_item (G_LIST_MODEL (messages), i - 1);

      if (!hub_message_item_get_is_note (item))
        g_ptr_array_add (items, g_steal_pointer (&item));
    }
}

static void
search_held (HubSeeker *self)
{
  g_autoptr (GPtrArray) items = g_ptr_array_new_with_free_func (g_object_unref);
  GListModel *rooms = G_LIST_MODEL (hub_chat_state_get_rooms (self->state));

  if (!hub_search_get_is_everywhere (search_of (self)))
    {
      collect (items, hub_chat_state_get_messages (self->state));
    }
  else
    {
      for (guint i = 0; i < g_list_model_get_n_items (rooms); i++)
        collect (items, hub_room_get_messages (hub_room_list_get (hub_chat_state_get_rooms (self->state), i)));
      g_ptr_array_sort (items, compare_times);
    }
  hub_search_take_held (search_of (self), items);
}

static void
take (HubSeeker *self, const HubArchiveAnswer *answer)
{
  g_autoptr (GPtrArray) items = g_ptr_array_new_with_free_func (g_object_unref);
  const GPtrArray *messages = answer->messages;
  guint64 before = 0;

  for (guint i = messages->len; i > 0; i--)
    {
      HubMessageItem *item = hub_rooms_read (self->rooms, g_ptr_array_index (messages, i - 1));

      if (item != NULL)
        g_ptr_array_add (items, item);
    }
  if (answer->has_more && answer->next_before > 0)
    before = answer->next_before;
  else if (answer->has_more)
    before = ((const HubArchiveMessage *) g_ptr_array_index (messages, 0))->seq;
  hub_search_take (search_of (self), items, before);
}

static void
answered_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Asked) asked = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (HubArchiveAnswer) answer = hub_archive_ask_finish (HUB_ARCHIVE (object), result, &error);
  HubSeeker *self = asked->self;

  if (g_cancellable_is_cancelled (asked->cancellable))
    return;
  if (answer != NULL)
    take (self, answer);
  else if (g_error_matches (error, HUB_ARCHIVE_ERROR, HUB_ARCHIVE_ERROR_TOO_LARGE) && asked->limit > 1)
    put (self, asked->before, (asked->limit + 9) / 10);
  else if (g_error_matches (error, HUB_ARCHIVE_ERROR, HUB_ARCHIVE_ERROR_NONE) && asked->before == 0)
    search_held (self);
  else
    hub_search_fail (search_of (self));
}

static void
put (HubSeeker *self, guint64 before, guint limit)
{
  const char *topic = hub_search_get_is_everywhere (search_of (self)) ? EVERYWHERE
                                                                      : hub_room_get_topic (hub_chat_state_get_room (self->state));
  g_autofree char *query = g_uri_escape_string (hub_search_get_query (search_of (self)), NULL, FALSE);
  g_autofree char *filter = g_uri_escape_string (topic, NULL, FALSE);
  g_autofree char *url = g_strdup_printf ("%s/api/search?q=%s&topic=%s", self->url, query, filter);
  HubQuestion question = { .before = before };
  Asked *asked = asked_new (self, &self->search_asked);

  asked->before = before;
  asked->limit = limit;
  hub_archive_ask_async (self->archive, url, &question, limit, asked->cancellable, answered_cb, asked);
}

static void
ask_cb (HubSeeker *self, guint64 before)
{
  g_cancellable_cancel (self->search_asked);
  if (*hub_search_get_query (search_of (self)) == '\0')
    return;
  if (self->url != NULL)
    put (self, before, HUB_SEEKER_PAGE);
  else if (before == 0)
    search_held (self);
  else
    hub_search_fail (search_of (self));
}

static void
notice (HubSeeker *self, const char *text)
{
  g_signal_emit (self, signals[SIGNAL_NOTICE], 0, text);
}

static void
lost_cb (HubSeeker *self, gboolean is_gone)
{
  notice (self, is_gone ? _ ("This message is not kept any more.") : _ ("The host does not answer."));
}

static void
jump_cb (HubSeeker *self, HubMessageItem *item)
{
  if (!hub_rooms_jump (self->rooms, item))
    notice (self, _ ("You are in as many rooms as there can be: leave one first"));
}

static void
date_answered_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Asked) asked = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (HubArchiveAnswer) answer = hub_archive_ask_finish (HUB_ARCHIVE (object), result, &error);
  g_autoptr (HubMessageItem) item = NULL;

  if (g_cancellable_is_cancelled (asked->cancellable))
    return;
  if (answer == NULL)
    {
      notice (asked->self,
              g_error_matches (error, HUB_ARCHIVE_ERROR, HUB_ARCHIVE_ERROR_NONE) ? _ ("This host cannot go to a date.")
                                                                                 : _ ("The host does not answer."));
      return;
    }
  if (answer->messages->len > 0)
    item = hub_rooms_read (asked->self->rooms, g_ptr_array_index (answer->messages, 0));
  if (item != NULL)
    jump_cb (asked->self, item);
  else
    notice (asked->self, _ ("Nothing was said on that day or later."));
}

static void
go_to_date_cb (HubSeeker *self, gint64 time_us)
{
  g_autofree char *filter = g_uri_escape_string (hub_room_get_topic (hub_chat_state_get_room (self->state)), NULL, FALSE);
  g_autofree char *url = NULL;
  HubQuestion question = { 0 };
  Asked *asked;

  if (self->url == NULL)
    {
      notice (self, _ ("This host cannot go to a date."));
      return;
    }
  url = g_strdup_printf ("%s/api/messages?topic=%s&since=%" G_GINT64_FORMAT, self->url, filter, MAX (time_us / 1000, 0));
  asked = asked_new (self, &self->date_asked);
  hub_archive_ask_async (self->archive, url, &question, 1, asked->cancellable, date_answered_cb, asked);
}

static void
give_up (HubSeeker *self)
{
  g_cancellable_cancel (self->search_asked);
  g_clear_object (&self->search_asked);
  g_cancellable_cancel (self->date_asked);
  g_clear_object (&self->date_asked);
}

static void
hub_seeker_dispose (GObject *object)
{
  HubSeeker *self = HUB_SEEKER (object);

  give_up (self);
  g_clear_object (&self->archive);
  g_clear_object (&self->rooms);
  g_clear_object (&self->state);
  G_OBJECT_CLASS (hub_seeker_parent_class)->dispose (object);
}

static void
hub_seeker_finalize (GObject *object)
{
  g_free (HUB_SEEKER (object)->url);
  G_OBJECT_CLASS (hub_seeker_parent_class)->finalize (object);
}

static void
hub_seeker_class_init (HubSeekerClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = hub_seeker_dispose;
  object_class->finalize = hub_seeker_finalize;

  /**
   * HubSeeker::notice:
   * @self: the seeker
   * @text: a short sentence for the user
   *
   * Emitted for what is worth a toast.
   */
  signals[SIGNAL_NOTICE] =
    g_signal_new ("notice", HUB_TYPE_SEEKER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
hub_seeker_init (HubSeeker *self)
{
  self->archive = hub_archive_new ();
}

/**
 * hub_seeker_new:
 * @state: where the user searches
 * @rooms: in what
 *
 * Returns: (transfer full): a seeker that has nobody to ask
 */
HubSeeker *
hub_seeker_new (HubChatState *state, HubRooms *rooms)
{
  HubSeeker *self = g_object_new (HUB_TYPE_SEEKER, NULL);

  self->state = g_object_ref (state);
  self->rooms = g_object_ref (rooms);
  g_signal_connect_object (search_of (self), "ask", G_CALLBACK (ask_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (rooms, "lost", G_CALLBACK (lost_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (state, "jump", G_CALLBACK (jump_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (state, "go-to-date", G_CALLBACK (go_to_date_cb), self, G_CONNECT_SWAPPED);
  return self;
}

/**
 * hub_seeker_set_url:
 * @self: a seeker
 * @base_url: (nullable): where the host can be asked, without a path; %NULL when it cannot
 *
 * Says who is asked from now on. What was asked before is given up.
 */
void
hub_seeker_set_url (HubSeeker *self, const char *base_url)
{
  char *copy;

  g_return_if_fail (HUB_IS_SEEKER (self));

  if (g_strcmp0 (self->url, base_url) == 0)
    return;
  copy = g_strdup (base_url);
  g_free (self->url);
  self->url = copy;
  give_up (self);
  if (hub_search_get_state (search_of (self)) == HUB_SEARCH_STATE_ASKING)
    hub_search_fail (search_of (self));
}
