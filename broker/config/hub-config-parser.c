/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/config/hub-config-private.h"

static void
parser_init (HubConfigParser *self, HubConfig *config)
{
  *self = (HubConfigParser){ .config = config };
  self->doors = g_ptr_array_new_with_free_func (hub_config_door_free);
  self->door = hub_config_door_new (HUB_PROTOCOL_MQTT, HUB_PORT_MQTT, NULL);
  g_ptr_array_add (self->doors, self->door);
  self->access = hub_listener_options_new (HUB_PROTOCOL_MQTT, 0);
}

static void
parser_clear (HubConfigParser *self)
{
  g_clear_pointer (&self->doors, g_ptr_array_unref);
  g_clear_pointer (&self->access, hub_listener_options_free);
  g_clear_pointer (&self->first_option, g_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (HubConfigParser, parser_clear)

static const HubConfigSpecialOption *
find_special (const char *name)
{
  const HubConfigSpecialOption *const tables[] = {
    hub_config_general_options,
    hub_config_listener_options,
    hub_config_log_options,
  };

  for (gsize i = 0; i < G_N_ELEMENTS (tables); i++)
    for (const HubConfigSpecialOption *option = tables[i]; option->name != NULL; option++)
      if (g_str_equal (name, option->name))
        return option;
  return NULL;
}

static gboolean
line_cb (const HubConfigLine *line, gpointer user_data, GError **error)
{
  HubConfigParser *self = user_data;
  const HubConfigSpecialOption *special = find_special (line->name);
  gboolean is_known;

  if (special != NULL && line->value[0] != '\0')
    return special->set (self, line, error);
  if (special != NULL)
    return hub_config_fail (&line->place,
                            HUB_CONFIG_ERROR_BAD_VALUE,
                            error,
                            "the option '%s' needs a value",
                            line->name);
  if (!hub_config_set_plain (self, line, &is_known, error))
    return FALSE;
  return is_known || hub_config_refuse (self, line, error);
}

/**
 * hub_config_parse:
 * @self: a configuration without listeners
 * @text: (array length=size): the contents of a file, as Mosquitto's
 * @size: number of bytes
 * @file_name: what to call it in errors
 * @error: return location
 *
 * Takes over what @text says. A text without a listener gets the ports 1883 and 9001.
 *
 * Returns: %FALSE with @error set, naming file and line, when an option is unknown or malformed; @self is then of no use
 */
gboolean
hub_config_parse (HubConfig *self, const char *text, gsize size, const char *file_name, GError **error)
{
  g_auto (HubConfigParser) parser;

  parser_init (&parser, self);
  return hub_config_lines_parse (text, size, file_name, line_cb, &parser, error) && hub_config_finish (&parser, error);
}

/**
 * hub_config_load:
 * @self: a configuration without listeners
 * @path: a file
 * @error: return location
 *
 * Takes over what the file says: [method@Hub.Config.parse].
 *
 * Returns: %FALSE with @error set
 */
gboolean
hub_config_load (HubConfig *self, const char *path, GError **error)
{
  g_auto (HubConfigParser) parser;

  parser_init (&parser, self);
  return hub_config_lines_load (path, line_cb, &parser, error) && hub_config_finish (&parser, error);
}
