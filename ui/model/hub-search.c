/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ui/model/hub-search.h"

#include "ui/model/hub-excerpt.h"
#include "ui/model/hub-fold.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/**
 * HubSearch:
 *
 * What is searched for in the messages, and what was found, newest first. The window starts it and asks for more; the program
 * behind it listens to [signal@HubSearch::ask] and answers.
 *
 * Thread: main.
 */
struct _HubSearch
{
  GObject parent_instance;

  GListStore *results; /* (owned) */
  char *query;         /* (owned) */
  guint64 before;      /* where it goes on; 0: there is no more */
  HubSearchState state;
  gboolean is_everywhere;
  gboolean is_held; /* only what is held was searched */
};

G_DEFINE_FINAL_TYPE (HubSearch, hub_search, G_TYPE_OBJECT)

typedef enum
{
  SIGNAL_ASK,
  SIGNAL_CHANGED,
} HubSearchSignal;

static guint signals[SIGNAL_CHANGED + 1];

static guint
count (HubSearch *self)
{
  return g_list_model_get_n_items (G_LIST_MODEL (self->results));
}

static void
tell (HubSearch *self)
{
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
}

static void
ask (HubSearch *self)
{
  self->state = HUB_SEARCH_STATE_ASKING;
  tell (self);
  g_signal_emit (self, signals[SIGNAL_ASK], 0, self->before);
}

static void
hub_search_finalize (GObject *object)
{
  HubSearch *self = HUB_SEARCH (object);

  g_clear_object (&self->results);
  g_free (self->query);

  G_OBJECT_CLASS (hub_search_parent_class)->finalize (object);
}

static void
hub_search_class_init (HubSearchClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = hub_search_finalize;

  /**
   * HubSearch::ask:
   * @self: the search
   * @before: only what stands before this number of the log; 0: the newest
   *
   * Somebody is to find messages, and to call hub_search_take(), hub_search_take_held() or hub_search_fail(). What was
   * asked for before need not be answered any more. Nothing is searched for while [method@HubSearch.get_query] is empty.
   */
  signals[SIGNAL_ASK] =
    g_signal_new ("ask", HUB_TYPE_SEARCH, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_UINT64);
  /**
   * HubSearch::changed:
   * @self: the search
   *
   * Emitted when its state is another one.
   */
  signals[SIGNAL_CHANGED] =
    g_signal_new ("changed", HUB_TYPE_SEARCH, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
hub_search_init (HubSearch *self)
{
  self->results = g_list_store_new (HUB_TYPE_MESSAGE_ITEM);
  self->query = g_strdup ("");
}

/**
 * hub_search_new:
 *
 * Returns: (transfer full): a search for nothing
 */
HubSearch *
hub_search_new (void)
{
  return g_object_new (HUB_TYPE_SEARCH, NULL);
}

/**
 * hub_search_start:
 * @self: a search
 * @query: what is searched for; where it is blank, or longer than %HUB_SEARCH_QUERY_BYTES, nothing is
 * @is_everywhere: in all rooms, or else in the one that is shown
 *
 * Begins anew.
 */
void
hub_search_start (HubSearch *self,
                  const char *query,
                  gboolean is_everywhere)
{
  g_return_if_fail (HUB_IS_SEARCH (self));
  g_return_if_fail (query != NULL);

  g_free (self->query);
  self->query = hub_fold_strip (query);
  self->is_everywhere = !!is_everywhere;
  self->is_held = FALSE;
  self->before = 0;
  self->state = HUB_SEARCH_STATE_IDLE;
  g_list_store_remove_all (self->results);
  if (strlen (self->query) > HUB_SEARCH_QUERY_BYTES)
    {
      *self->query = '\0';
      self->state = HUB_SEARCH_STATE_TOO_LONG;
    }
  /* Also for nothing: what was asked for before is not wanted any more. */
  if (*self->query == '\0')
    {
      tell (self);
      g_signal_emit (self, signals[SIGNAL_ASK], 0, (guint64) 0);
    }
  else
    {
      ask (self);
    }
}

/**
 * hub_search_more:
 * @self: a search
 *
 * Asks for further results, if there are any, and room for them.
 */
void
hub_search_more (HubSearch *self)
{
  g_return_if_fail (HUB_IS_SEARCH (self));

  if (self->state == HUB_SEARCH_STATE_DONE && self->before > 0 && count (self) < HUB_SEARCH_RESULTS_MAX)
    ask (self);
}

/**
 * hub_search_get_results:
 * @self: a search
 *
 * Returns: (transfer none): what was found, a list of [class@MessageItem], newest first
 */
GListModel *
hub_search_get_results (HubSearch *self)
{
  g_return_val_if_fail (HUB_IS_SEARCH (self), NULL);

  return G_LIST_MODEL (self->results);
}

/**
 * hub_search_get_query:
 * @self: a search
 *
 * Returns: (transfer none): what is searched for; "" for nothing
 */
const char *
hub_search_get_query (HubSearch *self)
{
  g_return_val_if_fail (HUB_IS_SEARCH (self), NULL);

  return self->query;
}

/**
 * hub_search_get_is_everywhere:
 * @self: a search
 *
 * Returns: whether it searches in all rooms
 */
gboolean
hub_search_get_is_everywhere (HubSearch *self)
{
  g_return_val_if_fail (HUB_IS_SEARCH (self), FALSE);

  return self->is_everywhere;
}

/**
 * hub_search_get_state:
 * @self: a search
 *
 * Returns: how it stands
 */
HubSearchState
hub_search_get_state (HubSearch *self)
{
  g_return_val_if_fail (HUB_IS_SEARCH (self), HUB_SEARCH_STATE_IDLE);

  return self->state;
}

static char *
count_words (HubSearch *self)
{
  const guint n_results = count (self);

  if (n_results == 0)
    /* Translators: %s is what was searched for. */
    return g_strdup_printf (_ ("No results for “%s”"), self->query);
  if (self->before > 0)
    /* Translators: of a search that has found more. */
    return g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "The newest result", "The newest %u results", n_results), n_results);
  return g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%u result", "%u results", n_results), n_results);
}

/**
 * hub_search_dup_words:
 * @self: a search
 *
 * Returns: (transfer full): what is said of the results
 */
char *
hub_search_dup_words (HubSearch *self)
{
  g_autofree char *found = NULL;

  g_return_val_if_fail (HUB_IS_SEARCH (self), NULL);

  switch (self->state)
    {
    case HUB_SEARCH_STATE_IDLE:
      return g_strdup ("");
    case HUB_SEARCH_STATE_FAILED:
      return g_strdup (_ ("The host does not answer."));
    case HUB_SEARCH_STATE_TOO_LONG:
      return g_strdup (_ ("That is more than can be searched for."));
    case HUB_SEARCH_STATE_ASKING:
      if (count (self) == 0)
        return g_strdup (_ ("Searching…"));
      break;
    case HUB_SEARCH_STATE_DONE:
    default:
      break;
    }
  found = count_words (self);
  return self->is_held ? g_strconcat (found, ". ", _ ("This host has no search: only what is held here was searched."), NULL)
                       : g_steal_pointer (&found);
}

static void
add (HubSearch *self,
     GPtrArray *items)
{
  const guint n_free = HUB_SEARCH_RESULTS_MAX - count (self);

  if (items->len > 0)
    g_list_store_splice (self->results, count (self), 0, items->pdata, MIN (items->len, n_free));
}

/**
 * hub_search_take:
 * @self: a search that has asked
 * @items: (element-type HubMessageItem): what was found, newest first
 * @before: where it goes on; 0: there is no more
 *
 * Takes an answer of the host. One that has found nothing so far, and goes on, asks again at once.
 */
void
hub_search_take (HubSearch *self,
                 GPtrArray *items,
                 guint64 before)
{
  g_return_if_fail (HUB_IS_SEARCH (self));
  g_return_if_fail (self->state == HUB_SEARCH_STATE_ASKING);

  add (self, items);
  /* A host that does not get on would be asked for ever. */
  self->before = self->before > 0 && before >= self->before ? 0 : before;
  if (items->len == 0 && self->before > 0)
    {
      ask (self);
      return;
    }
  self->state = HUB_SEARCH_STATE_DONE;
  tell (self);
}

/**
 * hub_search_take_held:
 * @self: a search that has asked
 * @items: (element-type HubMessageItem): what is held, newest first
 *
 * The host has no search: looks through @items.
 */
void
hub_search_take_held (HubSearch *self,
                      GPtrArray *items)
{
  g_autoptr (GPtrArray) found = g_ptr_array_new ();

  g_return_if_fail (HUB_IS_SEARCH (self));
  g_return_if_fail (self->state == HUB_SEARCH_STATE_ASKING);

  for (guint i = 0; i < items->len; i++)
    {
      HubMessageItem *item = g_ptr_array_index (items, i);

      if (hub_excerpt_has_hit (hub_message_item_get_name (item), hub_message_item_get_text (item), self->query))
        g_ptr_array_add (found, item);
    }
  self->is_held = TRUE;
  hub_search_take (self, found, 0);
}

/**
 * hub_search_fail:
 * @self: a search that has asked
 *
 * There is no answer.
 */
void
hub_search_fail (HubSearch *self)
{
  g_return_if_fail (HUB_IS_SEARCH (self));
  g_return_if_fail (self->state == HUB_SEARCH_STATE_ASKING);

  self->before = 0;
  self->state = HUB_SEARCH_STATE_FAILED;
  tell (self);
}
