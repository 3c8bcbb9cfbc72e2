/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/hub-passwd-main.h"

#include "broker/access/hub-password-file.h"
#include "broker/hub-ask-password.h"
#include "broker/hub-replace-file.h"

#include <gio/gio.h>
#include <glib/gstdio.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

/* hubbub-broker passwd: adds, changes and deletes the users of a password file, as mosquitto_passwd does. */

typedef struct
{
  gboolean is_batch;
  gboolean is_new;
  gboolean is_deletion;
  const char *path;     /* (unowned) */
  const char *user;     /* (unowned) */
  const char *password; /* (unowned) (nullable): as an argument */
} Arguments;

static gboolean G_GNUC_PRINTF (2, 3)
  fail (GError **error, const char *format, ...)
{
  g_autofree char *sentence = NULL;
  va_list args;

  va_start (args, format);
  sentence = g_strdup_vprintf (format, args);
  va_end (args);
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED, sentence);
  return FALSE;
}

static gboolean
take_words (Arguments *self, int argc, char **argv, GError **error)
{
  int n_wanted = self->is_batch ? 4 : 3;

  if (self->is_deletion && (self->is_new || self->is_batch))
    {
      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_FAILED, "-D does not go together with -%c", self->is_new ? 'c' : 'b');
      return FALSE;
    }
  if (argc != n_wanted)
    {
      g_set_error (error,
                   G_OPTION_ERROR,
                   G_OPTION_ERROR_FAILED,
                   "%s are needed, and no more; see 'hubbub-broker passwd --help'",
                   self->is_batch ? "FILE, USER and PASSWORD" : "FILE and USER");
      return FALSE;
    }
  self->path = argv[1];
  self->user = argv[2];
  self->password = self->is_batch ? argv[3] : NULL;
  return hub_user_name_is_valid (self->user, error);
}

static gboolean
parse_arguments (Arguments *self, int *argc, char ***argv, GError **error)
{
  const GOptionEntry entries[] = {
    { "batch", 'b', 0, G_OPTION_ARG_NONE, &self->is_batch, "Take the password from the command line, where others can see it", NULL },
    { "create", 'c', 0, G_OPTION_ARG_NONE, &self->is_new, "Create FILE, which must not exist yet", NULL },
    { "delete", 'D', 0, G_OPTION_ARG_NONE, &self->is_deletion, "Delete USER", NULL },
    { NULL },
  };
  g_autoptr (GOptionContext) context = g_option_context_new ("FILE USER [PASSWORD]");

  g_option_context_set_summary (context,
                                "Adds USER to a password file, or changes his password, and leaves everything else in it as it is.\n"
                                "The password is asked for, twice; where standard input is no terminal it is one line of it.");
  g_option_context_set_description (context,
                                    "A broker that runs reads the file again when it gets the signal SIGHUP.\n"
                                    "mosquitto_passwd can change the same file.");
  g_option_context_add_main_entries (context, entries, NULL);
  return g_option_context_parse (context, argc, argv, error) && take_words (self, *argc, *argv, error);
}

static gboolean
make_hash (const Arguments *arguments, HubPasswordHash *hash, GError **error)
{
  g_autofree char *asked = NULL;
  HubSpan password = hub_span_from_string (arguments->password);
  gboolean is_made;

  if (arguments->password == NULL)
    {
      gsize size;

      asked = hub_ask_password (&size, error);
      if (asked == NULL)
        return FALSE;
      password = (HubSpan){ (const guint8 *) asked, size };
    }
  is_made = hub_password_hash_init (hash, password, HUB_PASSWORD_ITERATIONS, error);
  if (asked != NULL)
    explicit_bzero (asked, password.size);
  return is_made;
}

static int
open_file (const char *path, gboolean is_new, GError **error)
{
  int fd = open (path, O_RDWR | O_CLOEXEC | O_NONBLOCK | (is_new ? O_CREAT | O_EXCL : 0), 0600);

  if (fd < 0 && errno == ENOENT && !is_new)
    fail (error, "there is no file %s; -c creates it", path);
  else if (fd < 0 && errno == EEXIST)
    fail (error, "there is a file %s already; without -c it is changed", path);
  else if (fd < 0)
    fail (error, "cannot open %s: %s", path, g_strerror (errno));
  return fd;
}

static gboolean
check_path (const char *path, gboolean is_new, GError **error)
{
  int fd;

  if (is_new && g_access (path, F_OK) != 0)
    return TRUE;
  fd = open_file (path, is_new, error);
  if (fd >= 0)
    close (fd);
  return fd >= 0;
}

static gboolean
is_named (int fd, const char *path)
{
  struct stat opened;
  struct stat named;

  return fstat (fd, &opened) == 0 && stat (path, &named) == 0 && opened.st_ino == named.st_ino &&
         opened.st_dev == named.st_dev;
}

static gboolean
lock (int fd)
{
  int result;

  do
    result = flock (fd, LOCK_EX);
  while (result < 0 && errno == EINTR);
  return result == 0;
}

/* Opens the file for itself alone, among those who change it like this. While it waits for that, another file may take
 * the place of this one. */
static int
open_locked (const char *path, gboolean is_new, GError **error)
{
  int fd = open_file (path, is_new, error);

  while (fd >= 0)
    {
      if (!lock (fd))
        {
          fail (error, "cannot lock %s: %s", path, g_strerror (errno));
          close (fd);
          return -1;
        }
      if (is_named (fd, path))
        return fd;
      close (fd);
      fd = open_file (path, FALSE, error);
    }
  return -1;
}

/* Whether this is a password file at all: nobody wants a line in something else. What the hashes are is looked at later. */
static gboolean
check_lines (const char *text, gsize size, const char *path, GError **error)
{
  HubAccessText lines;
  char *line;

  if (!hub_access_text_init (&lines, text, size, path, error))
    return FALSE;
  while ((line = hub_access_text_next (&lines)) != NULL)
    {
      const char *colon = strchr (line, ':');
      gboolean is_good = colon != NULL && colon != line && strchr (colon + 1, ':') == NULL;

      g_free (line);
      if (!is_good)
        return hub_access_text_fail (&lines,
                                     error,
                                     HUB_ACCESS_ERROR_BAD_LINE,
                                     "this is not USER:HASH; nothing in the file was changed");
    }
  return TRUE;
}

/* What a broker would say about the file. */
static void
warn_of_contents (const char *text, const char *path)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HubPasswordFile) file = hub_password_file_parse (text, strlen (text), path, &error);

  if (file == NULL)
    fprintf (stderr, "hubbub-broker: it is done, but a broker does not take this file: %s\n", error->message);
}

static gboolean
edit (const Arguments *arguments, const HubPasswordHash *hash, GError **error)
{
  gsize size;
  guint n_found;
  g_autofree char *text = hub_access_text_load (arguments->path, &size, error);
  g_autofree char *edited = NULL;

  if (text == NULL || !check_lines (text, size, arguments->path, error))
    return FALSE;
  edited = hub_password_file_edit (text, size, arguments->user, hash, &n_found);
  if (hash == NULL && n_found == 0)
    return fail (error, "there is no user '%s' in the file", arguments->user);
  if (!hub_replace_file (arguments->path, edited, strlen (edited), error))
    return FALSE;

  if (hash == NULL)
    printf ("User '%s' is deleted.\n", arguments->user);
  else if (n_found == 0)
    printf ("User '%s' is added.\n", arguments->user);
  else
    printf ("The password of user '%s' is changed.\n", arguments->user);
  warn_of_contents (edited, arguments->path);
  return TRUE;
}

static gboolean
change_file (const Arguments *arguments, GError **error)
{
  HubPasswordHash hash;
  gboolean is_changed;
  int fd;

  /* Nobody types a password for nothing; and no other one waits for that, or for the hash. */
  if (!check_path (arguments->path, arguments->is_new, error) ||
      (!arguments->is_deletion && !make_hash (arguments, &hash, error)))
    return FALSE;
  fd = open_locked (arguments->path, arguments->is_new, error);
  if (fd < 0)
    return FALSE;
  is_changed = edit (arguments, arguments->is_deletion ? NULL : &hash, error);
  if (!is_changed && arguments->is_new)
    g_unlink (arguments->path);
  close (fd);
  return is_changed;
}

/**
 * hub_passwd_main:
 * @argc: number of arguments
 * @argv: (array length=argc): the arguments, beginning with the word `passwd`
 *
 * The program `hubbub-broker passwd`.
 *
 * Returns: the exit status
 */
int
hub_passwd_main (int argc, char **argv)
{
  Arguments arguments = { 0 };
  g_autoptr (GError) error = NULL;

  g_set_prgname ("hubbub-broker passwd");
  if (parse_arguments (&arguments, &argc, &argv, &error) && change_file (&arguments, &error))
    return EXIT_SUCCESS;
  fprintf (stderr, "hubbub-broker: %s\n", error->message);
  return EXIT_FAILURE;
}
