/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "app/history/hub-past.h"

/**
 * HubPast:
 *
 * The history of a room, between the archive of its host and the list of messages: asks for what has to be asked for, one
 * question after the other, and puts what comes into the list. Where there is no archive, nothing is said of it.
 */
struct _HubPast
{
  GObject parent_instance;

  HubMessageList *list; /* (owned) */
  HubArchive *archive;  /* (owned) */
  HubHistory *history;  /* (owned) */
  char *topic;          /* (owned) escaped, as it stands in a URL */
  char *url;            /* (owned) (nullable): where is asked; NULL while nobody can be */
  HubPastReadFunc read;
  gpointer user_data;
  GCancellable *cancellable; /* (owned) (nullable): of the question under way */
  guint retry_id;            /* source */
  guint n_tries;
  HubQuestion question;   /* the last one that was put */
  HubMessageItem *wanted; /* (owned) (nullable) what somebody waits to see */
};

G_DEFINE_FINAL_TYPE (HubPast, hub_past, G_TYPE_OBJECT)

typedef enum
{
  SIGNAL_TAKEN,
  SIGNAL_LOST,
} HubPastSignal;

static guint signals[SIGNAL_LOST + 1];

static const guint retries_ms[] = { 1000, 3000, 10000 };

/* A question, and for how many messages. */
typedef struct
{
  HubPast *self; /* (owned) */
  HubQuestion question;
  guint limit;
} Asked;

static void put (HubPast *self, HubQuestion question, guint limit);

static void
give_up (HubPast *self)
{
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_handle_id (&self->retry_id, g_source_remove);
}

static void
ask (HubPast *self, HubQuestion question)
{
  if (question.kind == HUB_QUESTION_NONE)
    return;
  give_up (self);
  self->n_tries = 0;
  put (self, question, HUB_HISTORY_PAGE);
}

/* What somebody waits to see cannot be shown. */
static void
lose (HubPast *self, gboolean is_gone)
{
  if (self->wanted == NULL)
    return;
  g_clear_object (&self->wanted);
  hub_message_list_reveal (self->list, NULL);
  g_signal_emit (self, signals[SIGNAL_LOST], 0, is_gone);
}

/* What had to wait for something else. */
static void
pursue_jump (HubPast *self)
{
  if (self->wanted != NULL && self->url != NULL)
    ask (self, hub_history_jump (self->history, hub_message_item_get_seq (self->wanted)));
}

/* The piece around it has come, or there is none. */
static void
settle_jump (HubPast *self, gboolean is_taken)
{
  if (!is_taken || (self->wanted != NULL && !hub_message_list_reveal (self->list, self->wanted)))
    lose (self, TRUE);
  g_clear_object (&self->wanted);
}

static void
take (HubPast *self, const HubQuestion *question, HubArchiveAnswer *answer)
{
  const GPtrArray *messages = answer->messages;
  const HubArchiveMessage *first = messages->len > 0 ? g_ptr_array_index (messages, 0) : NULL;
  const HubArchiveMessage *last = messages->len > 0 ? g_ptr_array_index (messages, messages->len - 1) : NULL;
  HubVerdict verdict = hub_history_take (self->history,
                                         question,
                                         &(HubAnswer){ answer->log,
                                                       first != NULL ? first->seq : 0,
                                                       last != NULL ? last->seq : 0,
                                                       answer->has_more });

  if (verdict.is_new_log)
    hub_message_list_begin_log (self->list);
  if (verdict.drop_before > 0)
    hub_message_list_drop_before (self->list, verdict.drop_before);
  if (verdict.drop_after > 0)
    hub_message_list_drop_after (self->list, verdict.drop_after);
  if (verdict.is_taken)
    {
      g_autoptr (GPtrArray) items = g_ptr_array_new_with_free_func (g_object_unref);

      for (guint i = 0; i < messages->len; i++)
        {
          HubMessageItem *item = self->read (g_ptr_array_index (messages, i), self->user_data);

          if (item != NULL)
            g_ptr_array_add (items, item);
        }
      hub_message_list_append_past (self->list, items, question->kind == HUB_QUESTION_OLDER);
    }
  hub_message_list_set_is_detached (self->list, hub_history_has_newer (self->history));
  if (question->kind == HUB_QUESTION_JUMP || verdict.is_new_log)
    settle_jump (self, verdict.is_taken && !verdict.is_new_log);
  if (verdict.is_taken)
    g_signal_emit (self, signals[SIGNAL_TAKEN], 0);
  ask (self, verdict.question);
  pursue_jump (self);
}

static gboolean
retry_cb (gpointer user_data)
{
  HubPast *self = user_data;

  self->retry_id = 0;
  if (hub_history_is_open (self->history, &self->question))
    put (self, self->question, HUB_HISTORY_PAGE);
  return G_SOURCE_REMOVE;
}

static void
fail (HubPast *self, const Asked *asked, const GError *error)
{
  const HubQuestion *question = &asked->question;

  if (g_error_matches (error, HUB_ARCHIVE_ERROR, HUB_ARCHIVE_ERROR_TOO_LARGE) && asked->limit > 1)
    {
      put (self, *question, (asked->limit + 9) / 10);
      return;
    }
  if (g_error_matches (error, HUB_ARCHIVE_ERROR, HUB_ARCHIVE_ERROR_FAILED) && self->n_tries < G_N_ELEMENTS (retries_ms) &&
      (question->kind == HUB_QUESTION_NEWEST || question->kind == HUB_QUESTION_FILL))
    {
      self->retry_id = g_timeout_add (retries_ms[self->n_tries++], retry_cb, self);
      g_source_set_name_by_id (self->retry_id, "hubbub history");
      return;
    }
  g_debug ("no history: %s", error->message);
  hub_history_fail (self->history, question);
  if (question->kind == HUB_QUESTION_JUMP)
    lose (self, FALSE);
  else
    pursue_jump (self);
}

static void
asked_free (Asked *asked)
{
  g_object_unref (asked->self);
  g_free (asked);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Asked, asked_free)

static void
answered_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Asked) asked = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (HubArchiveAnswer) answer = hub_archive_ask_finish (HUB_ARCHIVE (object), result, &error);

  /* Given up: it is no question any more. */
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) || !hub_history_is_open (asked->self->history, &asked->question))
    return;
  if (answer != NULL)
    take (asked->self, &asked->question, answer);
  else
    fail (asked->self, asked, error);
}

static void
put (HubPast *self, HubQuestion question, guint limit)
{
  Asked *asked = g_new0 (Asked, 1);

  asked->self = g_object_ref (self);
  asked->question = question;
  asked->limit = limit;
  self->question = question;
  g_clear_object (&self->cancellable);
  self->cancellable = g_cancellable_new ();
  hub_archive_ask_async (self->archive, self->url, &question, limit, self->cancellable, answered_cb, asked);
}

static void
cut_cb (HubPast *self, gboolean is_end, guint64 seq)
{
  guint64 last;

  if (!is_end)
    {
      hub_history_cut_top (self->history, seq);
      return;
    }
  last = hub_history_cut_end (self->history, seq);
  if (last > 0)
    hub_message_list_drop_after (self->list, last);
  hub_message_list_set_is_detached (self->list, hub_history_has_newer (self->history));
}

static void
reached_cb (HubPast *self, guint edge)
{
  HubQuestion question;

  if (self->url == NULL)
    return;
  switch ((HubMessageEdge) edge)
    {
    case HUB_MESSAGE_EDGE_TOP:
      ask (self, hub_history_older (self->history));
      break;
    case HUB_MESSAGE_EDGE_END:
      ask (self, hub_history_newer (self->history));
      break;
    case HUB_MESSAGE_EDGE_NEWEST:
      question = hub_history_newest (self->history);
      if (question.kind != HUB_QUESTION_NONE)
        g_clear_object (&self->wanted);
      ask (self, question);
      hub_message_list_set_is_detached (self->list, FALSE);
      break;
    default:
      g_assert_not_reached ();
    }
}

static void
hub_past_dispose (GObject *object)
{
  HubPast *self = HUB_PAST (object);

  give_up (self);
  g_clear_object (&self->wanted);
  g_clear_object (&self->list);
  g_clear_object (&self->archive);
  G_OBJECT_CLASS (hub_past_parent_class)->dispose (object);
}

static void
hub_past_finalize (GObject *object)
{
  HubPast *self = HUB_PAST (object);

  hub_history_free (self->history);
  g_free (self->topic);
  g_free (self->url);
  G_OBJECT_CLASS (hub_past_parent_class)->finalize (object);
}

static void
hub_past_class_init (HubPastClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = hub_past_dispose;
  object_class->finalize = hub_past_finalize;

  /**
   * HubPast::taken:
   * @self: the history
   *
   * Emitted when a part of the history was put into the list.
   */
  signals[SIGNAL_TAKEN] =
    g_signal_new ("taken", HUB_TYPE_PAST, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);

  /**
   * HubPast::lost:
   * @self: the history
   * @is_gone: whether the log has it no more; else nobody can be asked, or nobody answers
   *
   * Emitted when a message that somebody wants to see cannot be shown.
   */
  signals[SIGNAL_LOST] =
    g_signal_new ("lost", HUB_TYPE_PAST, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_BOOLEAN);
}

static void
hub_past_init (HubPast *self)
{
  self->history = hub_history_new ();
}

/**
 * hub_past_new:
 * @archive: whom it asks; several may share one
 * @list: what it fills
 * @topic: the topic of the room
 * @read: makes rows
 * @user_data: for @read
 *
 * Returns: (transfer full): the history of a room
 */
HubPast *
hub_past_new (HubArchive *archive, HubMessageList *list, const char *topic, HubPastReadFunc read, gpointer user_data)
{
  HubPast *self = g_object_new (HUB_TYPE_PAST, NULL);

  self->archive = g_object_ref (archive);
  self->list = g_object_ref (list);
  self->topic = g_uri_escape_string (topic, NULL, FALSE);
  self->read = read;
  self->user_data = user_data;
  g_signal_connect_object (list, "cut", G_CALLBACK (cut_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (list, "reached", G_CALLBACK (reached_cb), self, G_CONNECT_SWAPPED);
  return self;
}

/**
 * hub_past_begin:
 * @self: a history
 * @base_url: (nullable): where the host answers, without a path; %NULL when it does not
 *
 * The subscription stands: what was missed, or at first the newest, is asked for.
 */
void
hub_past_begin (HubPast *self, const char *base_url)
{
  g_return_if_fail (HUB_IS_PAST (self));

  hub_past_end (self);
  if (base_url == NULL)
    return;
  self->url = g_strdup_printf ("%s/api/messages?topic=%s", base_url, self->topic);
  ask (self, hub_history_begin (self->history));
}

/**
 * hub_past_jump:
 * @self: a history
 * @item: a message, which may be of elsewhere
 *
 * Shows @item among what was said around it. What is held stays where it is when there is no answer, or @item is not kept any
 * more. See [signal@HubPast::lost].
 */
void
hub_past_jump (HubPast *self, HubMessageItem *item)
{
  g_return_if_fail (HUB_IS_PAST (self));
  g_return_if_fail (HUB_IS_MESSAGE_ITEM (item));

  g_clear_object (&self->wanted);
  if (hub_message_list_reveal (self->list, item))
    return;
  self->wanted = g_object_ref (item);
  if (hub_message_item_get_seq (item) == 0)
    lose (self, TRUE);
  else if (self->url == NULL)
    lose (self, FALSE);
  else
    pursue_jump (self);
}

/**
 * hub_past_end:
 * @self: a history
 *
 * The connection is gone: nothing is asked any more.
 */
void
hub_past_end (HubPast *self)
{
  g_return_if_fail (HUB_IS_PAST (self));

  give_up (self);
  g_clear_object (&self->wanted);
  hub_history_end (self->history);
  g_clear_pointer (&self->url, g_free);
}

/**
 * hub_past_forget:
 * @self: a history
 *
 * Another chat begins.
 */
void
hub_past_forget (HubPast *self)
{
  g_return_if_fail (HUB_IS_PAST (self));

  hub_past_end (self);
  hub_history_free (self->history);
  self->history = hub_history_new ();
}

/**
 * hub_past_hear:
 * @self: a history
 * @stamp: what the broker has said of a message that came live
 *
 * Has to be called before the message is put into the list.
 *
 * Returns: whether it belongs there; else it stands behind or above what is held, with more in between
 */
gboolean
hub_past_hear (HubPast *self, const HubStamp *stamp)
{
  gboolean is_new_log;
  gboolean is_shown;
  HubQuestion question;

  g_return_val_if_fail (HUB_IS_PAST (self), TRUE);

  is_shown = hub_history_hear (self->history, stamp->log, stamp->seq, &is_new_log, &question);
  if (is_new_log)
    {
      hub_message_list_begin_log (self->list);
      hub_message_list_set_is_detached (self->list, FALSE);
      lose (self, TRUE);
    }
  if (self->url != NULL)
    ask (self, question);
  return is_shown;
}

/**
 * hub_past_get_is_joined:
 * @self: a history
 *
 * Returns: whether what is held reaches to the end of the log, without a gap
 */
gboolean
hub_past_get_is_joined (HubPast *self)
{
  g_return_val_if_fail (HUB_IS_PAST (self), FALSE);

  return hub_history_get_is_joined (self->history);
}

/**
 * hub_past_get_log:
 * @self: a history
 *
 * Returns: (transfer none) (nullable): the log that it is of; %NULL as long as nothing is known of one
 */
const char *
hub_past_get_log (HubPast *self)
{
  g_return_val_if_fail (HUB_IS_PAST (self), NULL);

  return hub_history_get_log (self->history);
}

/**
 * hub_past_get_last:
 * @self: a history
 *
 * Returns: the highest number of the log that is known; 0 for none
 */
guint64
hub_past_get_last (HubPast *self)
{
  g_return_val_if_fail (HUB_IS_PAST (self), 0);

  return hub_history_get_last (self->history);
}
