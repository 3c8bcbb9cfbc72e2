/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * HUB_CLI_INPUT_BYTES_MAX:
 *
 * The longest message: what the format of MQTT's packets can express, with room for a topic and properties.
 */
#define HUB_CLI_INPUT_BYTES_MAX (268435455 - 2 * 65536)

GBytes *hub_cli_input_read_all (GError **error) G_GNUC_WARN_UNUSED_RESULT;
GBytes *hub_cli_input_read_file (const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;
GDataInputStream *hub_cli_input_open_lines (void) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
