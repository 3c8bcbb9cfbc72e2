/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ui/model/hub-people-words.h"

#include "ui/model/hub-format.h"

#include <glib/gi18n-lib.h>

/* What is said of people. tests/data/people-words.json is the table that the page is tested against too. */

/* For the middle of a sentence: hub_format_isolated(), but for those without a name. */
static char *
isolated (const char *name)
{
  return hub_format_is_blank (name) ? hub_people_words_name (name) : hub_format_isolated (name);
}

/**
 * hub_people_words_name:
 * @name: a name as sent; may be empty
 *
 * Returns: (transfer full): the name as it is shown among people
 */
char *
hub_people_words_name (const char *name)
{
  if (hub_format_is_blank (name))
    /* Translators: one of the people here who has given no name. */
    return g_strdup (_ ("Somebody"));
  return hub_format_name (name);
}

/**
 * hub_people_words_suffix:
 * @from: 16 hexadecimal digits
 *
 * Returns: (transfer full): what stands behind a name that two people have: " ·3f2a"
 */
char *
hub_people_words_suffix (const char *from)
{
  g_autofree char *digits = hub_format_suffix (from);

  return g_strconcat (" \302\267", digits, NULL);
}

/**
 * hub_people_words_kind:
 * @kind: how somebody takes part
 *
 * Returns: (nullable): the word for it, translated; %NULL when it is not known
 */
const char *
hub_people_words_kind (HubPersonKind kind)
{
  switch (kind)
    {
    case HUB_PERSON_DESKTOP:
      /* Translators: somebody takes part with the program on a desktop. */
      return _ ("desktop");
    case HUB_PERSON_BROWSER:
      /* Translators: somebody takes part with a browser. */
      return _ ("browser");
    case HUB_PERSON_OTHER:
    default:
      return NULL;
    }
}

/**
 * hub_people_words_here:
 * @n_people: how many people are here
 *
 * Returns: (transfer full): "4 people here"
 */
char *
hub_people_words_here (guint n_people)
{
  return g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%u person here", "%u people here", n_people), n_people);
}

/**
 * hub_people_words_details:
 * @person: somebody
 *
 * Returns: (transfer full): how they take part, and in which rooms if not only in Everyone: "browser · kitchen, garden";
 *   empty when nothing is known of that
 */
char *
hub_people_words_details (HubPerson *person)
{
  const char *const *rooms = hub_person_get_rooms (person);
  const char *kind = hub_people_words_kind (hub_person_get_kind (person));
  g_autoptr (GString) text = g_string_new (kind);

  for (gsize i = 0; rooms[i] != NULL; i++)
    {
      g_autofree char *room = hub_format_isolated (rooms[i]);

      if (i > 0)
        /* Translators: stands between the names of rooms. */
        g_string_append (text, _ (", "));
      else if (kind != NULL)
        g_string_append (text, " \302\267 ");
      g_string_append (text, room);
    }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

/**
 * hub_people_words_label:
 * @person: somebody
 *
 * Returns: (transfer full): the name as it stands in the list of people: "Ada (you)"
 */
char *
hub_people_words_label (HubPerson *person)
{
  g_autofree char *name = hub_people_words_name (hub_person_get_name (person));

  if (!hub_person_get_is_own (person))
    return g_steal_pointer (&name);
  /* Translators: %s is one's own name. */
  return g_strdup_printf (_ ("%s (you)"), name);
}

/**
 * hub_people_words_note:
 * @kind: what has happened
 * @name: to whom, as sent
 * @new_name: (nullable): the new name, as sent, of %HUB_NOTE_RENAMED
 *
 * Returns: (transfer full): the sentence
 */
char *
hub_people_words_note (HubNoteKind kind,
                       const char *name,
                       const char *new_name)
{
  g_autofree char *who = isolated (name);
  g_autofree char *now = isolated (new_name != NULL ? new_name : "");

  switch (kind)
    {
    case HUB_NOTE_LEFT:
      /* Translators: %s is a name. */
      return g_strdup_printf (_ ("%s left"), who);
    case HUB_NOTE_RENAMED:
      /* Translators: the old name, the new name. */
      return g_strdup_printf (_ ("%s is now %s"), who, now);
    case HUB_NOTE_JOINED:
    default:
      /* Translators: %s is a name. */
      return g_strdup_printf (_ ("%s joined"), who);
    }
}

static void
append_count (GString *text,
              guint count,
              const char *format)
{
  g_autofree char *number = g_strdup_printf ("%u", count);
  g_autoptr (GString) words = g_string_new (format);

  if (count == 0)
    return;
  g_string_replace (words, "%u", number, 1);
  if (text->len > 0)
    g_string_append (text, _ (", "));
  g_string_append (text, words->str);
}

/**
 * hub_people_words_counts:
 * @n_joined: how many have come
 * @n_left: how many have gone
 * @n_renamed: how many have another name
 *
 * Returns: (transfer full): one line for all of that: "3 joined, 2 left"
 */
char *
hub_people_words_counts (guint n_joined,
                         guint n_left,
                         guint n_renamed)
{
  GString *text = g_string_new (NULL);

  append_count (text, n_joined, g_dngettext (GETTEXT_PACKAGE, "%u joined", "%u joined", n_joined));
  append_count (text, n_left, g_dngettext (GETTEXT_PACKAGE, "%u left", "%u left", n_left));
  append_count (text, n_renamed, g_dngettext (GETTEXT_PACKAGE, "%u renamed", "%u renamed", n_renamed));
  return g_string_free (text, FALSE);
}

/**
 * hub_people_words_typing:
 * @names: (array zero-terminated=1): who is writing, as sent
 *
 * Returns: (transfer full) (nullable): the line under the messages; %NULL when it is nobody
 */
char *
hub_people_words_typing (const char *const *names)
{
  const guint n_names = g_strv_length ((char **) names);
  g_autofree char *first = n_names > 0 ? isolated (names[0]) : NULL;
  g_autofree char *second = n_names > 1 ? isolated (names[1]) : NULL;

  if (n_names == 0)
    return NULL;
  if (n_names == 1)
    /* Translators: %s is a name. */
    return g_strdup_printf (_ ("%s is writing…"), first);
  if (n_names == 2)
    /* Translators: both are names. */
    return g_strdup_printf (_ ("%s and %s are writing…"), first, second);
  return g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%u person is writing…", "%u people are writing…", n_names), n_names);
}
