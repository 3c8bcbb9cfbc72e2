/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ui/model/hub-people-words.h"

#include <json-glib/json-glib.h>

#include <string.h>

/* tests/data/people-words.json is the table that the join page is tested against too. The window isolates names, so that
 * one in another direction leaves the sentence alone: that is left out of the comparison. */

static char *
without_isolates (const char *text)
{
  g_autoptr (GString) plain = g_string_new (text);

  g_string_replace (plain, "\342\201\250", "", 0);
  g_string_replace (plain, "\342\201\251", "", 0);
  return g_string_free (g_steal_pointer (&plain), FALSE);
}

#define assert_words(text, expected)                        \
  G_STMT_START                                              \
  {                                                         \
    g_autofree char *words_plain = without_isolates (text); \
    g_assert_cmpstr (words_plain, ==, expected);            \
  }                                                         \
  G_STMT_END

static HubNoteKind
parse_kind (const char *kind)
{
  if (g_str_equal (kind, "joined"))
    return HUB_NOTE_JOINED;
  if (g_str_equal (kind, "left"))
    return HUB_NOTE_LEFT;
  g_assert_cmpstr (kind, ==, "renamed");
  return HUB_NOTE_RENAMED;
}

static void
test_notes (gconstpointer data)
{
  JsonArray *rows = json_object_get_array_member ((JsonObject *) data, "notes");

  for (guint i = 0; i < json_array_get_length (rows); i++)
    {
      JsonObject *row = json_array_get_object_element (rows, i);
      JsonArray *lines = json_object_get_array_member (row, "notes");
      g_autoptr (HubNote) note = hub_note_new ();
      g_autofree char *folded = NULL;
      g_autofree char *unfolded = NULL;

      g_test_message ("%s", json_object_get_string_member (row, "name"));
      for (guint j = 0; j < json_array_get_length (lines); j++)
        {
          JsonArray *line = json_array_get_array_element (lines, j);

          hub_note_add (note,
                        parse_kind (json_array_get_string_element (line, 0)),
                        json_array_get_string_element (line, 1),
                        json_array_get_length (line) > 2 ? json_array_get_string_element (line, 2) : NULL);
        }
      g_assert_cmpuint (hub_note_get_n_lines (note), ==, json_array_get_length (lines));
      folded = hub_note_to_text (note, FALSE);
      unfolded = hub_note_to_text (note, TRUE);
      assert_words (folded, json_object_get_string_member (row, "folded"));
      assert_words (unfolded, json_object_get_string_member (row, "unfolded"));
    }
}

static void
test_typing (gconstpointer data)
{
  JsonArray *rows = json_object_get_array_member ((JsonObject *) data, "typing");

  for (guint i = 0; i < json_array_get_length (rows); i++)
    {
      JsonObject *row = json_array_get_object_element (rows, i);
      JsonArray *names = json_object_get_array_member (row, "names");
      g_autoptr (GPtrArray) strings = g_ptr_array_new ();
      g_autofree char *text = NULL;

      for (guint j = 0; j < json_array_get_length (names); j++)
        g_ptr_array_add (strings, (char *) json_array_get_string_element (names, j));
      g_ptr_array_add (strings, NULL);
      text = hub_people_words_typing ((const char *const *) strings->pdata);
      if (json_object_get_null_member (row, "text"))
        g_assert_null (text);
      else
        assert_words (text, json_object_get_string_member (row, "text"));
    }
}

static void
test_here (gconstpointer data)
{
  JsonArray *rows = json_object_get_array_member ((JsonObject *) data, "here");

  for (guint i = 0; i < json_array_get_length (rows); i++)
    {
      JsonObject *row = json_array_get_object_element (rows, i);
      g_autofree char *text = hub_people_words_here ((guint) json_object_get_int_member (row, "n"));

      g_assert_cmpstr (text, ==, json_object_get_string_member (row, "text"));
    }
}

static HubPerson *
read_person (JsonObject *object)
{
  HubPerson *person = hub_person_new (json_object_get_string_member (object, "from"),
                                      json_object_get_boolean_member_with_default (object, "own", FALSE));
  const char *kind = json_object_get_string_member_with_default (object, "kind", NULL);
  JsonArray *rooms = json_object_get_array_member (object, "rooms");
  g_autoptr (GPtrArray) strings = g_ptr_array_new ();

  for (guint i = 0; i < json_array_get_length (rooms); i++)
    g_ptr_array_add (strings, (char *) json_array_get_string_element (rooms, i));
  g_ptr_array_add (strings, NULL);
  hub_person_set_name (person, json_object_get_string_member (object, "name"));
  hub_person_set_rooms (person, (const char *const *) strings->pdata);
  if (g_strcmp0 (kind, "desktop") == 0)
    hub_person_set_kind (person, HUB_PERSON_DESKTOP);
  else if (kind != NULL)
    hub_person_set_kind (person, HUB_PERSON_BROWSER);
  return person;
}

static void
test_people (gconstpointer data)
{
  JsonArray *rows = json_object_get_array_member ((JsonObject *) data, "people");

  for (guint i = 0; i < json_array_get_length (rows); i++)
    {
      JsonObject *row = json_array_get_object_element (rows, i);
      g_autoptr (HubPerson) person = read_person (json_object_get_object_member (row, "person"));
      g_autofree char *label = hub_people_words_label (person);
      g_autofree char *details = hub_people_words_details (person);
      g_autofree char *suffix = hub_people_words_suffix (hub_person_get_from (person));

      assert_words (label, json_object_get_string_member (row, "label"));
      assert_words (details, json_object_get_string_member (row, "details"));
      g_assert_cmpstr (suffix, ==, json_object_get_string_member (row, "suffix"));
    }
}

static void
test_many_lines (void)
{
  g_autoptr (HubNote) note = hub_note_new ();
  g_autofree char *full = NULL;
  g_autofree char *cut = NULL;

  g_test_summary ("A note keeps its newest lines, and counts all of them");

  for (guint i = 0; i < HUB_NOTE_LINES_MAX; i++)
    hub_note_add (note, i == 0 ? HUB_NOTE_LEFT : HUB_NOTE_JOINED, "Ada", NULL);
  full = hub_note_to_text (note, TRUE);
  g_assert_nonnull (strstr (full, "left"));

  hub_note_add (note, HUB_NOTE_JOINED, "Ada", NULL);
  cut = hub_note_to_text (note, TRUE);
  g_assert_null (strstr (cut, "left"));
  g_free (cut);
  cut = hub_note_to_text (note, FALSE);
  g_assert_cmpstr (cut, ==, "100 joined, 1 left");
}

int
main (int argc, char **argv)
{
  g_autoptr (JsonParser) parser = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *path = NULL;
  JsonObject *tables;
  int status;

  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  parser = json_parser_new ();
  path = g_test_build_filename (G_TEST_DIST, "data", "people-words.json", NULL);
  json_parser_load_from_file (parser, path, &error);
  g_assert_no_error (error);
  tables = json_node_get_object (json_parser_get_root (parser));

  g_test_add_data_func ("/app/people-words/notes", tables, test_notes);
  g_test_add_data_func ("/app/people-words/typing", tables, test_typing);
  g_test_add_data_func ("/app/people-words/here", tables, test_here);
  g_test_add_data_func ("/app/people-words/people", tables, test_people);
  g_test_add_func ("/app/people-words/many-lines", test_many_lines);
  status = g_test_run ();
  return status;
}
