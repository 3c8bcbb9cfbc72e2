/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "broker/config/hub-config.h"

G_BEGIN_DECLS

/**
 * HubTestConfig:
 * @name: the end of a path
 * @text: the contents of a file
 * @result: (nullable): what it says, in the form of hub_test_config_to_text(); %NULL: it is refused
 * @error: (nullable): the message with which it is refused; of a file called `t.conf`
 * @code: the code with which it is refused
 *
 * A configuration file, right or wrong, and what has to be made of it. The tests of the parser and the first inputs of
 * its fuzzer come from one table.
 */
typedef struct
{
  const char *name;
  HubSpan text;
  const char *result;
  const char *error;
  HubConfigError code;
} HubTestConfig;

extern const HubTestConfig hub_test_configs[];
extern const gsize hub_test_n_configs;

char *hub_test_config_to_text (const HubConfig *config) G_GNUC_WARN_UNUSED_RESULT;
char *hub_test_config_parse (HubSpan text, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
