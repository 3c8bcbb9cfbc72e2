/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "broker/net/hub-api-request.h"

G_BEGIN_DECLS

/**
 * HubTestApiRow:
 * @path: the path of a URL
 * @query: (nullable): its query
 * @filter: (nullable): the Topic Filter that it asks for
 * @range: the messages that it asks for
 * @code: 0, or the code with which it is refused
 * @piece: (nullable): a piece of what is said then
 *
 * A request to the API, right or wrong, and what has to be made of it. The tests of the parser and the first inputs of its
 * fuzzer come from one table.
 */
typedef struct
{
  const char *path;
  const char *query;
  const char *filter;
  HubStoreRange range;
  int code;
  const char *piece;
} HubTestApiRow;

extern const HubTestApiRow hub_test_api_rows[];
extern const gsize hub_test_n_api_rows;

G_END_DECLS
