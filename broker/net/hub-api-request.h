/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "broker/store/hub-store-query.h"

G_BEGIN_DECLS

/**
 * HUB_API_LIMIT_DEFAULT:
 *
 * How many messages an answer has when nobody says how many.
 */
#define HUB_API_LIMIT_DEFAULT 100

#define HUB_API_ERROR (hub_api_error_quark ())
GQuark hub_api_error_quark (void);

/**
 * HubApiError:
 * @HUB_API_ERROR_BAD_REQUEST: something is wrong with a parameter
 * @HUB_API_ERROR_NOT_FOUND: there is no such resource
 *
 * What is wrong with a request. The numbers are those of HTTP.
 */
typedef enum
{
  HUB_API_ERROR_BAD_REQUEST = 400,
  HUB_API_ERROR_NOT_FOUND = 404,
} HubApiError;

/**
 * HubApiResource:
 * @HUB_API_INFO: what this broker is
 * @HUB_API_MESSAGES: messages of the log
 * @HUB_API_TOPICS: topics of the log
 * @HUB_API_SEARCH: messages of the log in which words occur
 *
 * What there is below `/api/`.
 */
typedef enum
{
  HUB_API_INFO,
  HUB_API_MESSAGES,
  HUB_API_TOPICS,
  HUB_API_SEARCH,
} HubApiResource;

/**
 * HubApiRequest:
 * @resource: what is asked for
 * @filter: (owned) (nullable): a valid Topic Filter; %NULL for %HUB_API_INFO
 * @text: (owned) (nullable): for %HUB_API_SEARCH, what is searched for: something that is not blank
 * @range: which messages; of topics, only the limit counts
 *
 * What the target of a request says. All zero is nothing.
 */
typedef struct
{
  HubApiResource resource;
  char *filter;
  char *text;
  HubStoreRange range;
} HubApiRequest;

gboolean hub_api_request_is_for (const char *path);
gboolean hub_api_request_parse (HubApiRequest *self, const char *path, const char *query, GError **error);
void hub_api_request_clear (HubApiRequest *self);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (HubApiRequest, hub_api_request_clear)

G_END_DECLS
