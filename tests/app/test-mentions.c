/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ui/model/hub-mention.h"

#include <json-glib/json-glib.h>

/* tests/data/mentions.json is the table that the join page is tested against too. */

static void
test_table (void)
{
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "data", "mentions.json", NULL);
  g_autoptr (JsonParser) parser = json_parser_new ();
  g_autoptr (GError) error = NULL;
  JsonArray *rows;

  json_parser_load_from_file (parser, path, &error);
  g_assert_no_error (error);
  rows = json_node_get_array (json_parser_get_root (parser));
  g_assert_cmpuint (json_array_get_length (rows), >, 0);
  for (guint i = 0; i < json_array_get_length (rows); i++)
    {
      JsonObject *row = json_array_get_object_element (rows, i);
      const char *name = json_object_get_string_member (row, "name");
      const char *text = json_object_get_string_member (row, "text");

      g_test_message ("“%s” in “%s”", name, text);
      g_assert_cmpint (hub_mention_is_in (text, name), ==, json_object_get_boolean_member (row, "expect"));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  g_test_add_func ("/app/mentions/table", test_table);
  return g_test_run ();
}
