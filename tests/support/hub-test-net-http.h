/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "tests/support/hub-test-http-tables.h"
#include "tests/support/hub-test-net-line.h"

G_BEGIN_DECLS

/**
 * HubTestAnswer:
 * @status: the status
 * @phrase: (owned): its name
 * @headers: (owned) (element-type utf8 utf8): by name in lower case
 * @body: (owned): what follows the headers
 *
 * An answer of an HTTP server.
 */
typedef struct
{
  guint status;
  char *phrase;
  GHashTable *headers;
  GByteArray *body;
} HubTestAnswer;

void hub_test_http_ask (HubTestLine *line, const char *start, const char *headers);
HubTestAnswer *hub_test_http_read (HubTestLine *line, gboolean has_body) G_GNUC_WARN_UNUSED_RESULT;
HubTestAnswer *hub_test_http_get (guint16 port, const char *path, const char *headers) G_GNUC_WARN_UNUSED_RESULT;
char *hub_test_http_make_upgrade (guint16 port, const char *headers) G_GNUC_WARN_UNUSED_RESULT;
void hub_test_http_upgrade (HubTestLine *line, guint16 port);

const char *hub_test_answer_get (const HubTestAnswer *self, const char *name);
void hub_test_answer_free (HubTestAnswer *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HubTestAnswer, hub_test_answer_free)

G_END_DECLS
