/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "app/cli/hub-cli-line.h"

#include "app/base/hub-json-members.h"
#include "ui/model/hub-room-topic.h"

#include <json-glib/json-glib.h>

/* Text of others must not steer the terminal. Further lines of a text are indented, so that none looks like a message. */
static void
append_text (GString *line, const char *text, const char *line_end)
{
  for (const char *at = text; *at != '\0'; at = g_utf8_next_char (at))
    {
      gunichar c = g_utf8_get_char (at);

      if (c == '\n')
        g_string_append (line, line_end);
      else if (c == '\t')
        g_string_append_c (line, '\t');
      else if (g_unichar_iscntrl (c))
        g_string_append (line, "\357\277\275");
      else
        g_string_append_unichar (line, c);
    }
}

static void
append_time (GString *line, gint64 time_us)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_local (time_us / G_USEC_PER_SEC);
  g_autofree char *text = time != NULL ? g_date_time_format (time, "%Y-%m-%d %H:%M:%S ") : NULL;

  if (text != NULL)
    g_string_append (line, text);
}

/**
 * hub_cli_line_for_people:
 * @item: a message
 * @has_time: whether to say when, in local time
 * @has_room: whether to say where
 *
 * Returns: (transfer full): `NAME: text`, with the end of the line. What was not written in a chat has no name
 */
GString *
hub_cli_line_for_people (HubMessageItem *item, gboolean has_time, gboolean has_room)
{
  GString *line = g_string_new (NULL);
  const char *name = hub_message_item_get_name (item);

  if (has_time)
    append_time (line, hub_message_item_get_time (item));
  if (has_room)
    {
      g_autofree char *room = hub_room_topic_dup_name (hub_message_item_get_topic (item));

      g_string_append_c (line, '[');
      append_text (line, room, " ");
      g_string_append (line, "] ");
    }
  if (name != NULL && *name != '\0')
    {
      append_text (line, name, " ");
      g_string_append (line, ": ");
    }
  append_text (line, hub_message_item_get_text (item), "\n  ");
  g_string_append_c (line, '\n');
  return line;
}

static void
add (JsonBuilder *builder, const char *member, const char *value)
{
  if (value == NULL)
    return;
  json_builder_set_member_name (builder, member);
  json_builder_add_string_value (builder, value);
}

/**
 * hub_cli_line_for_programs:
 * @item: a message
 *
 * Returns: (transfer full): a JSON object in one line: `topic`, `message` and `time`, and as far as they are known `name`,
 *   `from`, `id` and `seq`
 */
GString *
hub_cli_line_for_programs (HubMessageItem *item)
{
  g_autofree char *time = hub_json_format_time (hub_message_item_get_time (item) / 1000);
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (JsonNode) root = NULL;
  g_autofree char *json = NULL;
  GString *line;

  json_builder_begin_object (builder);
  add (builder, "topic", hub_message_item_get_topic (item));
  add (builder, "name", hub_message_item_get_name (item));
  add (builder, "message", hub_message_item_get_text (item));
  add (builder, "time", time);
  add (builder, "from", hub_message_item_get_from (item));
  add (builder, "id", hub_message_item_get_id (item));
  if (hub_message_item_get_seq (item) > 0)
    {
      json_builder_set_member_name (builder, "seq");
      json_builder_add_int_value (builder, (gint64) hub_message_item_get_seq (item));
    }
  json_builder_end_object (builder);

  root = json_builder_get_root (builder);
  json = json_to_string (root, FALSE);
  line = g_string_new (json);
  g_string_append_c (line, '\n');
  return line;
}
