/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * HubTestTopic:
 * @filter: a valid Topic Filter
 * @name: a valid Topic Name
 * @matches: whether one matches the other
 *
 * A row of the table of what matches what; MQTT 3.1.1, section 4.7.
 */
typedef struct
{
  const char *filter;
  const char *name;
  gboolean matches;
} HubTestTopic;

extern const HubTestTopic hub_test_topics[];
extern const gsize hub_test_n_topics;

G_END_DECLS
