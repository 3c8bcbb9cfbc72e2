/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "broker/config/hub-config-lines.h"

G_BEGIN_DECLS

/*
 * HubConfigGiven:
 *
 * What was said: about who may come in, for a listener or for all of them, and of TLS, for a listener.
 */
typedef enum
{
  HUB_CONFIG_GIVEN_ALLOW_ANONYMOUS = 1 << 0,
  HUB_CONFIG_GIVEN_ALLOW_ZERO_LENGTH_CLIENTID = 1 << 1,
  HUB_CONFIG_GIVEN_AUTO_ID_PREFIX = 1 << 2,
  HUB_CONFIG_GIVEN_PASSWORD_FILE = 1 << 3,
  HUB_CONFIG_GIVEN_ACL_FILE = 1 << 4,
  HUB_CONFIG_GIVEN_TLS_VERSION = 1 << 5,
} HubConfigGiven;

/*
 * HubConfigDoor:
 * @options: (owned) (nullable): the listener, until the configuration has it
 * @place: (owned): where it begins: file and line
 * @given: a set of #HubConfigGiven: what was said for it alone
 *
 * A listener that is being read.
 */
typedef struct
{
  HubListenerOptions *options;
  char *file_name;
  guint line;
  guint given;
} HubConfigDoor;

/*
 * HubConfigParser:
 * @config: (unowned): what is filled in
 * @doors: (owned) (element-type HubConfigDoor): the listeners. The first one is that of the options before any `listener`
 * @door: (unowned): the one that options belong to
 * @access: (owned): what holds for every listener that says nothing else
 * @access_given: a set of #HubConfigGiven: what was said in @access
 * @has_access_options: whether any of those was given, for one listener or for all
 * @is_per_listener: `per_listener_settings`
 * @is_first_asked: whether the first listener is to be opened although there are others
 * @first_option: (owned) (nullable): the first option that the first listener alone has got, with its place
 * @has_log_dest: whether a `log_dest` was given
 * @has_log_type: whether a `log_type` was
 * @has_record: whether a `record` was
 * @has_record_max_messages: whether it was said how many messages the log holds
 * @has_record_max_bytes: whether it was said how many bytes
 */
typedef struct
{
  HubConfig *config;
  GPtrArray *doors;
  HubConfigDoor *door;
  HubListenerOptions *access;
  guint access_given;
  bool has_access_options : 1;
  bool is_per_listener : 1;
  bool is_first_asked : 1;
  bool has_log_dest : 1;
  bool has_log_type : 1;
  bool has_record : 1;
  bool has_record_max_messages : 1;
  bool has_record_max_bytes : 1;
  char *first_option;
} HubConfigParser;

/*
 * HubConfigSetFunc:
 * @line: the line; its value is not empty
 *
 * Sets an option that is more than one value in one place.
 */
typedef gboolean (*HubConfigSetFunc) (HubConfigParser *self, const HubConfigLine *line, GError **error);

typedef struct
{
  const char *name;
  HubConfigSetFunc set;
} HubConfigSpecialOption;

/* hub-config.c */
void hub_config_add_listeners_like (HubConfig *self, const HubListenerOptions *model);

/* hub-config-values.c */
char *hub_config_take_word (const HubConfigLine *line, GError **error);
gboolean hub_config_take_number (const HubConfigLine *line, guint64 min, guint64 max, guint64 *number, GError **error);
gboolean hub_config_take_bool (const HubConfigLine *line, gboolean *result, GError **error);
gboolean hub_config_take_duration (const HubConfigLine *line, gint64 *duration_us, GError **error);
gboolean hub_config_take_choice (const HubConfigLine *line, const char *const *choices, guint *index, GError **error);
gboolean hub_config_check_file (const HubConfigLine *line, GError **error);
gboolean hub_config_check_folder (const HubConfigLine *line, GError **error);
gboolean hub_config_fail_unsupported (const HubConfigLine *line, GError **error, const char *hint);

/* hub-config-options.c */
gboolean hub_config_set_plain (HubConfigParser *self, const HubConfigLine *line, gboolean *is_known, GError **error);

/* hub-config-general.c, hub-config-listeners.c, hub-config-log.c */
extern const HubConfigSpecialOption hub_config_general_options[];
extern const HubConfigSpecialOption hub_config_listener_options[];
extern const HubConfigSpecialOption hub_config_log_options[];
void hub_config_note_listener_option (HubConfigParser *self, const HubConfigLine *line);
HubConfigDoor *hub_config_door_new (HubProtocol protocol, guint16 port, const HubConfigPlace *place);
void hub_config_door_free (gpointer data);

/* hub-config-known.c */
gboolean hub_config_refuse (HubConfigParser *self, const HubConfigLine *line, GError **error);

/* hub-config-finish.c */
gboolean hub_config_finish (HubConfigParser *self, GError **error);

G_END_DECLS
