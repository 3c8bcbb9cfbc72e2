/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ui/model/hub-easy-password.h"

#include <string.h>
#include <sys/random.h>

/* A password that can be said across a room and typed on a telephone. */

/* Without letters that sound or look like others. */
#define CONSONANTS "bdfgklmnprstvz"
#define VOWELS "aeiou"

/* Three groups of two syllables: 70^6, a hundred thousand million. Ten wrong ones a minute are answered at once. */
#define N_GROUPS 3
#define N_SYLLABLES 2

static char
pick (const char *letters)
{
  const gsize n = strlen (letters);
  const guint8 fair = (guint8) (256 / n * n - 1);
  guint8 byte;

  do
    if (getrandom (&byte, 1, 0) != 1)
      byte = G_MAXUINT8;
  while (byte > fair);
  return letters[byte % n];
}

/**
 * hub_easy_password_new:
 *
 * Returns: (transfer full): a password by chance: lower-case syllables, with hyphens between
 */
char *
hub_easy_password_new (void)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < N_GROUPS * N_SYLLABLES; i++)
    {
      if (i > 0 && i % N_SYLLABLES == 0)
        g_string_append_c (text, '-');
      g_string_append_c (text, pick (CONSONANTS));
      g_string_append_c (text, pick (VOWELS));
    }
  return g_string_free (text, FALSE);
}
