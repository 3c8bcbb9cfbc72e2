/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/access/hub-auth.h"

#include "broker/access/hub-failures.h"

#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>

#define SECRET_SIZE 32
#define DIGEST_SIZE 32

/* When there are so many right passwords to be recognised, it begins anew. */
#define RECOGNISED_MAX 1024

typedef enum
{
  STAGE_DELAYED,   /* its timer runs */
  STAGE_WAITING,   /* in the queue */
  STAGE_RUNNING,   /* with the pool */
  STAGE_FOLLOWING, /* another one with the same question is in the queue or with the pool */
} Stage;

/* What tells whether two questions are the same. */
typedef struct
{
  guint8 bytes[DIGEST_SIZE];
} Question;

struct _HubAuthCheck
{
  HubAuth *auth; /* (unowned) */
  Stage stage;
  Question question;
  guint64 address_key;
  HubAuthFunc func; /* (nullable): %NULL: whoever asked does not want to know any more */
  gpointer user_data;
  GSource *source;       /* (owned) (nullable): the timer, or what the pool attaches when it is through */
  GPtrArray *followers;  /* (owned) (nullable) (element-type HubAuthCheck): owns none */
  HubAuthCheck *leader;  /* (unowned) (nullable): whom it follows */
  gboolean is_counted;   /* for its address */
  HubPasswordFile *file; /* (owned) */
  char *user;            /* (owned) (nullable): %NULL when it follows */
  guint8 *password;      /* (owned) (nullable) */
  gsize password_size;
  gboolean is_right; /* written by the pool */
  int hand_over;     /* (atomic): orders what the two threads write */
};

struct _HubAuth
{
  HubAuthOptions options;
  HubAuthStats stats;
  GThread *thread;        /* (unowned) */
  GMainContext *context;  /* (owned) */
  GThreadPool *pool;      /* (owned): gets no more than it can run */
  GHashTable *checks;     /* (owned) (element-type HubAuthCheck): all, and owns them */
  GHashTable *leaders;    /* (owned) (element-type Question HubAuthCheck): those that wait or run */
  GHashTable *by_address; /* (owned) (element-type guint64 guint) */
  GHashTable *recognised; /* (owned) (element-type Question): right passwords */
  GQueue waiting;         /* (element-type HubAuthCheck): owns none */
  guint n_running;
  guint n_delayed;
  HubFailures *failures; /* (owned) */
  guint8 secret[SECRET_SIZE];
};

static guint
question_hash (gconstpointer key)
{
  guint hash;

  memcpy (&hash, key, sizeof hash);
  return hash;
}

static gboolean
question_equal (gconstpointer a, gconstpointer b)
{
  return memcmp (a, b, sizeof (Question)) == 0;
}

/* The entry is part of the question: it is another one when the password was changed. */
static void
make_question (const HubAuth *self, const HubAuthAttempt *attempt, Question *question)
{
  const HubPasswordHash *hash = hub_password_file_lookup (attempt->file, attempt->user);
  gnutls_hmac_hd_t hmac;

  if (gnutls_hmac_init (&hmac, GNUTLS_MAC_SHA256, self->secret, sizeof self->secret) < 0)
    g_error ("GnuTLS has no SHA-256");
  if (hash != NULL)
    {
      gnutls_hmac (hmac, hash->digest, sizeof hash->digest);
      gnutls_hmac (hmac, hash->salt, hash->salt_size);
    }
  /* With a zero on both sides, so that nothing can be divided otherwise. */
  gnutls_hmac (hmac, "", 1);
  gnutls_hmac (hmac, attempt->user, strlen (attempt->user) + 1);
  gnutls_hmac (hmac, attempt->password.data, attempt->password.size);
  gnutls_hmac_deinit (hmac, question->bytes);
}

static guint
count_of (const HubAuth *self, guint64 address_key)
{
  return GPOINTER_TO_UINT (g_hash_table_lookup (self->by_address, &address_key));
}

static void
set_counted (HubAuth *self, HubAuthCheck *check, gboolean is_counted)
{
  guint count = count_of (self, check->address_key);

  if (check->is_counted == is_counted)
    return;
  check->is_counted = is_counted;
  count = is_counted ? count + 1 : count - 1;
  if (count == 0)
    g_hash_table_remove (self->by_address, &check->address_key);
  else
    g_hash_table_insert (self->by_address,
                         g_memdup2 (&check->address_key, sizeof check->address_key),
                         GUINT_TO_POINTER (count));
}

static void
clear_source (HubAuthCheck *check)
{
  if (check->source == NULL)
    return;
  g_source_destroy (check->source);
  g_clear_pointer (&check->source, g_source_unref);
}

static void
forget_password (HubAuthCheck *check)
{
  if (check->password != NULL)
    gnutls_memset (check->password, 0, check->password_size);
  g_clear_pointer (&check->password, g_free);
  g_clear_pointer (&check->user, g_free);
}

static void
check_free (gpointer data)
{
  HubAuthCheck *check = data;

  g_atomic_int_get (&check->hand_over);
  clear_source (check);
  g_clear_pointer (&check->followers, g_ptr_array_unref);
  hub_password_file_unref (check->file);
  forget_password (check);
  g_free (check);
}

static HubAuthCheck *
check_new (HubAuth *self, const HubAuthAttempt *attempt)
{
  HubAuthCheck *check = g_new0 (HubAuthCheck, 1);

  check->auth = self;
  check->address_key = attempt->address_key;
  check->file = hub_password_file_ref (attempt->file);
  check->user = g_strdup (attempt->user);
  check->password = g_memdup2 (attempt->password.data, attempt->password.size);
  check->password_size = attempt->password.size;
  g_hash_table_add (self->checks, check);
  return check;
}

static void
count_result (HubAuth *self, HubAuthResult result)
{
  if (result == HUB_AUTH_GRANTED)
    self->stats.granted++;
  else if (result == HUB_AUTH_REFUSED)
    self->stats.refused++;
  else
    self->stats.busy++;
}

/* Answers, and is through with it. */
static void
finish (HubAuth *self, HubAuthCheck *check, HubAuthResult result)
{
  HubAuthFunc func = check->func;
  gpointer user_data = check->user_data;

  if (result == HUB_AUTH_REFUSED)
    hub_failures_add (self->failures, check->address_key, g_get_monotonic_time ());
  count_result (self, result);
  set_counted (self, check, FALSE);
  g_hash_table_remove (self->checks, check);
  if (func != NULL)
    func (result, user_data);
}

/* One that is no leader any more, and those that follow it. */
static void
finish_all (HubAuth *self, HubAuthCheck *check, HubAuthResult result)
{
  /* Answering one may cancel another: they are taken off one by one. */
  while (check->followers != NULL && check->followers->len > 0)
    finish (self, g_ptr_array_steal_index (check->followers, 0), result);
  finish (self, check, result);
}

static void
recognise (HubAuth *self, const Question *question)
{
  if (g_hash_table_size (self->recognised) >= RECOGNISED_MAX)
    g_hash_table_remove_all (self->recognised);
  g_hash_table_add (self->recognised, g_memdup2 (question, sizeof *question));
}

static void start_next (HubAuth *self);

static gboolean
checked_cb (gpointer user_data)
{
  HubAuthCheck *check = user_data;
  HubAuth *self = check->auth;

  g_atomic_int_get (&check->hand_over);
  g_clear_pointer (&check->source, g_source_unref);
  self->n_running--;
  g_hash_table_remove (self->leaders, &check->question);
  if (check->is_right)
    recognise (self, &check->question);
  finish_all (self, check, check->is_right ? HUB_AUTH_GRANTED : HUB_AUTH_REFUSED);
  start_next (self);
  return G_SOURCE_REMOVE;
}

/* On a thread of the pool. */
static void
check_cb (gpointer data, gpointer user_data)
{
  HubAuthCheck *check = data;
  HubAuth *self = user_data;
  GMainContext *context;
  GSource *source;

  g_atomic_int_get (&check->hand_over);
  context = self->context;
  source = check->source;
  check->is_right = hub_password_file_verify (check->file, check->user, (HubSpan){ check->password, check->password_size });
  g_atomic_int_inc (&check->hand_over);
  g_source_attach (source, context);
}

static void
start (HubAuth *self, HubAuthCheck *check)
{
  check->stage = STAGE_RUNNING;
  check->source = g_idle_source_new ();
  g_source_set_priority (check->source, G_PRIORITY_DEFAULT);
  g_source_set_callback (check->source, checked_cb, check, NULL);
  g_source_set_static_name (check->source, "hub-auth: checked");
  self->n_running++;
  self->stats.hashed++;
  g_atomic_int_inc (&check->hand_over);
  /* It can fail to start a further thread; then one that it has takes this up later. */
  g_thread_pool_push (self->pool, check, NULL);
}

static void
start_next (HubAuth *self)
{
  while (self->n_running < self->options.max_running && self->waiting.length > 0)
    start (self, g_queue_pop_head (&self->waiting));
}

static gboolean
has_room (const HubAuth *self)
{
  return self->n_running < self->options.max_running || self->waiting.length < self->options.max_waiting;
}

/* Goes where it belongs; there is room for it. */
static void
enqueue (HubAuth *self, HubAuthCheck *check)
{
  HubAuthCheck *leader = g_hash_table_lookup (self->leaders, &check->question);

  set_counted (self, check, leader == NULL);
  if (leader != NULL)
    {
      check->stage = STAGE_FOLLOWING;
      check->leader = leader;
      if (leader->followers == NULL)
        leader->followers = g_ptr_array_new ();
      g_ptr_array_add (leader->followers, check);
      forget_password (check);
      return;
    }
  check->stage = STAGE_WAITING;
  g_hash_table_insert (self->leaders, &check->question, check);
  g_queue_push_tail (&self->waiting, check);
  start_next (self);
}

static gboolean
delayed_cb (gpointer user_data)
{
  HubAuthCheck *check = user_data;
  HubAuth *self = check->auth;

  g_clear_pointer (&check->source, g_source_unref);
  self->n_delayed--;
  if (g_hash_table_contains (self->recognised, &check->question))
    finish (self, check, HUB_AUTH_GRANTED);
  else if (has_room (self) || g_hash_table_contains (self->leaders, &check->question))
    enqueue (self, check);
  else
    finish (self, check, HUB_AUTH_BUSY);
  return G_SOURCE_REMOVE;
}

static void
delay (HubAuth *self, HubAuthCheck *check)
{
  check->stage = STAGE_DELAYED;
  set_counted (self, check, TRUE);
  self->n_delayed++;
  self->stats.delayed++;
  check->source = g_timeout_source_new (self->options.delay_ms);
  g_source_set_callback (check->source, delayed_cb, check, NULL);
  g_source_set_static_name (check->source, "hub-auth: delay");
  g_source_attach (check->source, self->context);
}

/* Whether a question can be taken that is not answered already. */
static gboolean
is_acceptable (const HubAuth *self, const HubAuthAttempt *attempt, const Question *question, gboolean is_delayed)
{
  if (!is_delayed && g_hash_table_contains (self->leaders, question))
    return TRUE;
  return count_of (self, attempt->address_key) < self->options.max_per_address &&
         (is_delayed ? self->n_delayed < self->options.max_delayed : has_room (self));
}

/**
 * hub_auth_options_init:
 * @self: (out caller-allocates): options
 *
 * What is good on a computer that does other things as well: half of its processors, and as much waiting as they get
 * through in the time in which a client has to connect.
 */
void
hub_auth_options_init (HubAuthOptions *self)
{
  guint max_running = CLAMP (g_get_num_processors () / 2, 1, 8);

  *self = (HubAuthOptions){
    .max_running = max_running,
    .max_waiting = 100 * max_running,
    .max_per_address = 32,
    .max_delayed = 1000,
    .delay_ms = 3000,
  };
}

/**
 * hub_auth_new:
 * @options: its limits
 *
 * Returns: (transfer full): a verifier for this thread
 */
HubAuth *
hub_auth_new (const HubAuthOptions *options)
{
  HubAuth *self = g_new0 (HubAuth, 1);

  g_return_val_if_fail (options->max_running > 0, NULL);
  self->options = *options;
  self->thread = g_thread_self ();
  self->context = g_main_context_ref_thread_default ();
  /* Not a GTask: that holds on to the context until it was told there, and a context that has stopped never is. The
   * threads are the same ones, GLib's. */
  self->pool = g_thread_pool_new (check_cb, self, (int) options->max_running, FALSE, NULL);
  self->checks = g_hash_table_new_full (NULL, NULL, check_free, NULL);
  self->leaders = g_hash_table_new (question_hash, question_equal);
  self->by_address = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  self->recognised = g_hash_table_new_full (question_hash, question_equal, g_free, NULL);
  g_queue_init (&self->waiting);
  self->failures = hub_failures_new ();
  if (gnutls_rnd (GNUTLS_RND_KEY, self->secret, sizeof self->secret) < 0)
    g_error ("GnuTLS has no random numbers");
  return self;
}

/**
 * hub_auth_free:
 * @self: (transfer full): a verifier
 *
 * Nobody is answered any more. Waits for what runs at the moment: a tenth of a second, or a second for an entry with as
 * many iterations as there may be.
 */
void
hub_auth_free (HubAuth *self)
{
  g_assert (self->thread == g_thread_self ());

  g_thread_pool_free (self->pool, TRUE, TRUE);
  g_queue_clear (&self->waiting);
  g_hash_table_unref (self->leaders);
  g_hash_table_unref (self->checks);
  g_hash_table_unref (self->by_address);
  g_hash_table_unref (self->recognised);
  hub_failures_free (self->failures);
  g_main_context_unref (self->context);
  gnutls_memset (self->secret, 0, sizeof self->secret);
  g_free (self);
}

/**
 * hub_auth_check:
 * @self: a verifier
 * @attempt: the question
 * @func: (scope async): told the answer, unless it is @result
 * @user_data: for @func
 * @result: (out): the answer, when there is one at once
 *
 * Asks whether that is the password. From an address with %HUB_FAILURES_MAX wrong ones in the last minute it is looked at
 * only after a while, right or wrong.
 *
 * Returns: (transfer none) (nullable): the check under way, to be cancelled, or %NULL with @result set
 */
HubAuthCheck *
hub_auth_check (HubAuth *self, const HubAuthAttempt *attempt, HubAuthFunc func, gpointer user_data, HubAuthResult *result)
{
  gboolean is_delayed = hub_auth_is_delaying (self, attempt->address_key);
  Question question;
  HubAuthCheck *check;

  g_assert (self->thread == g_thread_self ());

  make_question (self, attempt, &question);
  if (!is_delayed && g_hash_table_contains (self->recognised, &question))
    {
      *result = HUB_AUTH_GRANTED;
      count_result (self, *result);
      return NULL;
    }
  if (!is_acceptable (self, attempt, &question, is_delayed))
    {
      *result = HUB_AUTH_BUSY;
      count_result (self, *result);
      return NULL;
    }

  check = check_new (self, attempt);
  check->question = question;
  check->func = func;
  check->user_data = user_data;
  if (is_delayed)
    delay (self, check);
  else
    enqueue (self, check);
  return check;
}

/**
 * hub_auth_cancel:
 * @self: a verifier
 * @check: (transfer full): a check under way
 *
 * Whoever asked does not want to know any more. What runs already goes on, and counts if it fails.
 */
void
hub_auth_cancel (HubAuth *self, HubAuthCheck *check)
{
  HubAuthCheck *leader = check->leader;

  g_assert (self->thread == g_thread_self ());

  check->func = NULL;
  if (check->stage == STAGE_RUNNING || (check->followers != NULL && check->followers->len > 0))
    return;

  if (check->stage == STAGE_DELAYED)
    self->n_delayed--;
  else if (check->stage == STAGE_FOLLOWING)
    g_ptr_array_remove_fast (leader->followers, check);
  else if (g_queue_remove (&self->waiting, check))
    g_hash_table_remove (self->leaders, &check->question);
  set_counted (self, check, FALSE);
  g_hash_table_remove (self->checks, check);
  /* One that went on for its followers alone. */
  if (leader != NULL && leader->func == NULL)
    hub_auth_cancel (self, leader);
}

/**
 * hub_auth_is_delaying:
 * @self: a verifier
 * @address_key: an address, as a number
 *
 * Returns: whether what comes from there is put off at the moment
 */
gboolean
hub_auth_is_delaying (const HubAuth *self, guint64 address_key)
{
  return hub_failures_is_over (self->failures, address_key, g_get_monotonic_time ());
}

/**
 * hub_auth_get_stats:
 * @self: a verifier
 *
 * Returns: what it has done
 */
HubAuthStats
hub_auth_get_stats (const HubAuth *self)
{
  return self->stats;
}
