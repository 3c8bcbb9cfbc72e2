/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/access/hub-password-file.h"

#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>

#define SECRET_SIZE 32
#define BYTE_ORDER_MARK "\xef\xbb\xbf"

typedef struct
{
  char *user; /* (owned) */
  guint line;
  HubPasswordHash hash;
} Entry;

struct _HubPasswordFile
{
  GPtrArray *entries;         /* (owned) (element-type Entry): in the order of the file */
  GHashTable *by_user;        /* (owned) (element-type utf8 Entry): owns neither */
  guint8 secret[SECRET_SIZE]; /* chooses what a name that is not there is checked against */
};

static void
entry_free (gpointer data)
{
  Entry *entry = data;

  g_free (entry->user);
  g_free (entry);
}

static void
clear (gpointer data)
{
  HubPasswordFile *self = data;

  g_hash_table_unref (self->by_user);
  g_ptr_array_unref (self->entries);
}

static HubPasswordFile *
create (void)
{
  HubPasswordFile *self = g_atomic_rc_box_new0 (HubPasswordFile);

  self->entries = g_ptr_array_new_with_free_func (entry_free);
  self->by_user = g_hash_table_new (g_str_hash, g_str_equal);
  gnutls_rnd (GNUTLS_RND_RANDOM, self->secret, sizeof self->secret);
  return self;
}

/* USER:HASH; neither holds a colon. */
static gboolean
parse_line (HubPasswordFile *self, const HubAccessText *text, const char *line, GError **error)
{
  const char *colon = strchr (line, ':');
  Entry *entry = g_new0 (Entry, 1);
  g_autofree char *hash = NULL;
  g_autoptr (GError) local_error = NULL;
  const Entry *other;

  g_ptr_array_add (self->entries, entry);
  entry->line = text->line;
  if (colon == NULL)
    return hub_access_text_fail (text, error, HUB_ACCESS_ERROR_BAD_LINE, "this is not USER:HASH");

  entry->user = g_strstrip (g_strndup (line, (gsize) (colon - line)));
  hash = g_strstrip (g_strdup (colon + 1));
  if (!hub_user_name_is_valid (entry->user, &local_error))
    return hub_access_text_fail (text, error, HUB_ACCESS_ERROR_BAD_LINE, "%s", local_error->message);
  if (!hub_password_hash_parse (&entry->hash, hash, &local_error))
    return hub_access_text_fail (text,
                                 error,
                                 HUB_ACCESS_ERROR_BAD_LINE,
                                 "the entry of user '%s' cannot be used: %s",
                                 entry->user,
                                 local_error->message);
  other = g_hash_table_lookup (self->by_user, entry->user);
  if (other != NULL)
    return hub_access_text_fail (text,
                                 error,
                                 HUB_ACCESS_ERROR_DUPLICATE,
                                 "user '%s' has an entry in line %u already",
                                 entry->user,
                                 other->line);
  g_hash_table_insert (self->by_user, entry->user, entry);
  return TRUE;
}

/* Somebody who is not there is checked against one who is, always the same one. */
static const Entry *
choose_decoy (const HubPasswordFile *self, const char *user)
{
  guint8 digest[32] = { 0 };
  guint64 number;

  gnutls_hmac_fast (GNUTLS_MAC_SHA256, self->secret, sizeof self->secret, user, strlen (user), digest);
  memcpy (&number, digest, sizeof number);
  return g_ptr_array_index (self->entries, number % self->entries->len);
}

/**
 * hub_password_file_parse:
 * @text: (array length=size): the contents of a file: lines `USER:HASH`, blank ones, and comments, which begin with `#`
 * @size: number of bytes
 * @file_name: what to call it in errors
 * @error: return location
 *
 * Reads what `hubbub-broker passwd` and Mosquitto's `mosquitto_passwd` write. A text that has a line which is not
 * understood, a user twice, or no user at all is refused as a whole, so that nobody comes in, or stays out, by a slip.
 *
 * Returns: (transfer full) (nullable): the users, or %NULL with @error set, naming file and line
 */
HubPasswordFile *
hub_password_file_parse (const char *text, gsize size, const char *file_name, GError **error)
{
  g_autoptr (HubPasswordFile) self = create ();
  HubAccessText lines;
  char *line;

  if (!hub_access_text_init (&lines, text, size, file_name, error))
    return NULL;
  while ((line = hub_access_text_next (&lines)) != NULL)
    {
      gboolean is_good = parse_line (self, &lines, line, error);

      g_free (line);
      if (!is_good)
        return NULL;
    }
  if (self->entries->len == 0)
    {
      g_set_error (error,
                   HUB_ACCESS_ERROR,
                   HUB_ACCESS_ERROR_EMPTY,
                   "%s: there is no user in it; 'hubbub-broker passwd' adds one",
                   file_name);
      return NULL;
    }
  return g_steal_pointer (&self);
}

/**
 * hub_password_file_load:
 * @path: a file
 * @error: return location
 *
 * Reads a file: [func@Hub.PasswordFile.parse]. Not for the broker thread: it waits for the disk.
 *
 * Returns: (transfer full) (nullable): the users, or %NULL with @error set
 */
HubPasswordFile *
hub_password_file_load (const char *path, GError **error)
{
  gsize size;
  g_autofree char *text = hub_access_text_load (path, &size, error);

  return text != NULL ? hub_password_file_parse (text, size, path, error) : NULL;
}

/**
 * hub_password_file_ref:
 * @self: users
 *
 * Returns: (transfer full): @self
 */
HubPasswordFile *
hub_password_file_ref (HubPasswordFile *self)
{
  return g_atomic_rc_box_acquire (self);
}

/**
 * hub_password_file_unref:
 * @self: (transfer full): users
 */
void
hub_password_file_unref (HubPasswordFile *self)
{
  g_atomic_rc_box_release_full (self, clear);
}

/**
 * hub_password_file_get_length:
 * @self: users
 *
 * Returns: how many there are, at least 1
 */
guint
hub_password_file_get_length (const HubPasswordFile *self)
{
  return self->entries->len;
}

/**
 * hub_password_file_lookup:
 * @self: users
 * @user: a name
 *
 * Returns: (transfer none) (nullable): what is known of the password of @user; %NULL: there is no such user
 */
const HubPasswordHash *
hub_password_file_lookup (const HubPasswordFile *self, const char *user)
{
  const Entry *entry = g_hash_table_lookup (self->by_user, user);

  return entry != NULL ? &entry->hash : NULL;
}

/**
 * hub_password_file_agrees:
 * @self: users
 * @other: others
 * @user: a name
 *
 * Returns: whether both have @user, with the same entry
 */
gboolean
hub_password_file_agrees (const HubPasswordFile *self, const HubPasswordFile *other, const char *user)
{
  const HubPasswordHash *a = hub_password_file_lookup (self, user);
  const HubPasswordHash *b = hub_password_file_lookup (other, user);

  return a != NULL && b != NULL && a->iterations == b->iterations &&
         memcmp (a->digest, b->digest, sizeof a->digest) == 0 &&
         hub_span_equal ((HubSpan){ a->salt, a->salt_size }, (HubSpan){ b->salt, b->salt_size });
}

/**
 * hub_password_file_get_cost:
 * @self: users
 * @user: a name, known or not
 *
 * Returns: how many iterations a check of @user takes. For a name that is not there it is that of somebody who is, the
 *   same at each call, so that the time of an answer does not tell which names exist
 */
guint
hub_password_file_get_cost (const HubPasswordFile *self, const char *user)
{
  const Entry *entry = g_hash_table_lookup (self->by_user, user);

  return entry != NULL ? entry->hash.iterations : choose_decoy (self, user)->hash.iterations;
}

/**
 * hub_password_file_verify:
 * @self: users
 * @user: a name, known or not
 * @password: what somebody says
 *
 * Takes as long as [method@Hub.PasswordFile.get_cost] says: not for the broker thread.
 *
 * Thread: any.
 *
 * Returns: whether there is such a user, and that is the password
 */
gboolean
hub_password_file_verify (const HubPasswordFile *self, const char *user, HubSpan password)
{
  const Entry *entry = g_hash_table_lookup (self->by_user, user);
  gboolean is_known = entry != NULL;
  gboolean is_right = hub_password_hash_verify (is_known ? &entry->hash : &choose_decoy (self, user)->hash, password);

  return is_known && is_right;
}

/**
 * hub_user_name_is_valid:
 * @user: a name, in UTF-8
 * @error: return location
 *
 * Checks a name for a line of a password file: 1 to %HUB_USER_NAME_SIZE_MAX bytes, no `:`, no control characters, no `#`
 * or blank at the beginning, no blank at the end.
 *
 * Returns: %FALSE with @error set: %HUB_ACCESS_ERROR_BAD_VALUE
 */
gboolean
hub_user_name_is_valid (const char *user, GError **error)
{
  gsize size = strlen (user);
  const char *problem = NULL;

  if (size == 0)
    problem = "the user name is empty";
  else if (size > HUB_USER_NAME_SIZE_MAX)
    problem = "the user name has more than 65535 bytes";
  else if (!g_utf8_validate (user, (gssize) size, NULL))
    problem = "the user name is not in UTF-8";
  else if (strchr (user, ':') != NULL)
    problem = "the user name holds a colon";
  else if (user[0] == '#')
    problem = "the user name begins with '#'";
  else if (g_ascii_isspace (user[0]) || g_ascii_isspace (user[size - 1]))
    problem = "the user name begins or ends with a blank";

  for (const char *at = user; problem == NULL && *at != '\0'; at = g_utf8_next_char (at))
    if (g_unichar_iscntrl (g_utf8_get_char (at)))
      problem = "the user name holds a control character";

  if (problem != NULL)
    g_set_error_literal (error, HUB_ACCESS_ERROR, HUB_ACCESS_ERROR_BAD_VALUE, problem);
  return problem == NULL;
}

/* Whether a line, with or without its end, is an entry of this user. */
static gboolean
is_line_of (const char *line, gsize size, const char *user)
{
  const char *colon = memchr (line, ':', size);
  g_autofree char *name = NULL;

  if (colon == NULL)
    return FALSE;
  name = g_strstrip (g_strndup (line, (gsize) (colon - line)));
  return g_str_equal (name, user);
}

/**
 * hub_password_file_edit:
 * @text: (array length=size): the contents of a file, and a zero
 * @size: number of bytes
 * @user: whose entry; a valid name
 * @hash: (nullable): what it becomes; %NULL: it is taken out
 * @n_found: (out): how many entries @user had
 *
 * Puts @hash in the place of the entry of @user, or at the end. Every other line stays as it is, byte by byte, whether it
 * is an entry, a comment or something else.
 *
 * Returns: (transfer full): the new contents
 */
char *
hub_password_file_edit (const char *text, gsize size, const char *user, const HubPasswordHash *hash, guint *n_found)
{
  g_autofree char *hash_text = hash != NULL ? hub_password_hash_to_string (hash) : NULL;
  GString *edited = g_string_sized_new (size + 256);
  const char *end = text + size;
  const char *start = g_str_has_prefix (text, BYTE_ORDER_MARK) ? text + strlen (BYTE_ORDER_MARK) : text;

  *n_found = 0;
  g_string_append_len (edited, text, start - text);
  for (const char *at = start, *next; at < end; at = next)
    {
      const char *newline = memchr (at, '\n', (gsize) (end - at));

      next = newline != NULL ? newline + 1 : end;
      if (!is_line_of (at, (gsize) (next - at), user))
        g_string_append_len (edited, at, next - at);
      else if (++*n_found == 1 && hash != NULL)
        g_string_append_printf (edited, "%s:%s\n", user, hash_text);
    }

  /* A line that begins like this must not become the first one as it is: its user would be another one. */
  if (start == text && g_str_has_prefix (edited->str, BYTE_ORDER_MARK))
    g_string_prepend_c (edited, '\n');

  if (hash != NULL && *n_found == 0)
    {
      if (end > start && edited->str[edited->len - 1] != '\n')
        g_string_append_c (edited, '\n');
      g_string_append_printf (edited, "%s:%s\n", user, hash_text);
    }
  return g_string_free (edited, FALSE);
}
