/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "broker/wire/hub-span.h"

G_BEGIN_DECLS

/**
 * HUB_TOPIC_LEVELS_MAX:
 *
 * How many levels a Topic Name or Topic Filter may have.
 */
#define HUB_TOPIC_LEVELS_MAX 200

gboolean hub_utf8_is_valid (HubSpan text);
gboolean hub_topic_name_is_valid (HubSpan name);
gboolean hub_topic_filter_is_valid (HubSpan filter);
gboolean hub_topic_filter_has_wildcard (HubSpan filter);
gboolean hub_topic_is_reserved (HubSpan topic);
gboolean hub_topic_split_share (HubSpan *filter, HubSpan *name);
gboolean hub_topic_matches (HubSpan filter, HubSpan name);
gboolean hub_topic_next_level (HubSpan *rest, HubSpan *level);

G_END_DECLS
