/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "broker/hub-broker.h"
#include "broker/hub-log-sink.h"

G_BEGIN_DECLS

/**
 * HubProgramConfigFunc:
 * @user_data: as given
 * @error: return location
 *
 * Reads the configuration: at the start, and again with each SIGHUP.
 *
 * Returns: (transfer full): the configuration, or %NULL with @error set
 */
typedef HubConfig *(*HubProgramConfigFunc) (gpointer user_data, GError **error);

int hub_program_run (HubProgramConfigFunc read_config, gpointer user_data, const char *config_name, int ready_fd);

G_END_DECLS
