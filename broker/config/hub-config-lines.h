/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "broker/config/hub-config.h"

G_BEGIN_DECLS

/**
 * HubConfigPlace:
 * @file_name: (unowned): a file
 * @line: a line of it, from 1
 *
 * Where something stands.
 */
typedef struct
{
  const char *file_name;
  guint line;
} HubConfigPlace;

/**
 * HubConfigLine:
 * @place: where it stands
 * @name: (unowned): the option
 * @value: (unowned): the rest of the line, without blanks around it; may be empty
 *
 * A line that sets an option.
 */
typedef struct
{
  HubConfigPlace place;
  const char *name;
  const char *value;
} HubConfigLine;

/**
 * HubConfigLineFunc:
 * @line: a line; valid during the call
 * @user_data: as given
 * @error: return location
 *
 * Returns: %FALSE with @error set: nothing more is read
 */
typedef gboolean (*HubConfigLineFunc) (const HubConfigLine *line, gpointer user_data, GError **error);

gboolean hub_config_lines_parse (const char *text,
                                 gsize size,
                                 const char *file_name,
                                 HubConfigLineFunc func,
                                 gpointer user_data,
                                 GError **error);
gboolean hub_config_lines_load (const char *path, HubConfigLineFunc func, gpointer user_data, GError **error);

gboolean hub_config_fail (const HubConfigPlace *place, HubConfigError code, GError **error, const char *format, ...)
  G_GNUC_PRINTF (4, 5);
char *hub_config_quote (const char *text) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
