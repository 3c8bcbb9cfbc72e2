/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "broker/wire/hub-span.h"

#include <gnutls/gnutls.h>

G_BEGIN_DECLS

/**
 * HubTestLine:
 * @in_fd: (owned): where bytes come from
 * @out_fd: (owned): where bytes go to; may be @in_fd
 * @tls: (owned) (nullable): what everything goes through once hub_test_line_start_tls() was called
 * @credentials: (owned) (nullable): for @tls
 * @input: (owned): what has come and was not taken
 * @has_ended: whether the other end said that nothing follows, or is gone
 * @was_reset: whether it has thrown the connection away
 *
 * The client's end of a connection, as bytes. Everything waits at most for %HUB_TEST_TIMEOUT_MS, and then fails.
 */
typedef struct
{
  int in_fd;
  int out_fd;
  gnutls_session_t tls;
  gnutls_certificate_credentials_t credentials;
  GByteArray *input;
  gboolean has_ended;
  gboolean was_reset;
} HubTestLine;

HubTestLine *hub_test_line_new (int in_fd, int out_fd) G_GNUC_WARN_UNUSED_RESULT;
HubTestLine *hub_test_line_dial (const char *ip, guint16 port) G_GNUC_WARN_UNUSED_RESULT;
HubTestLine *hub_test_line_dial_from (const char *own_ip, const char *ip, guint16 port) G_GNUC_WARN_UNUSED_RESULT;
HubTestLine *hub_test_line_dial_unix (const char *path) G_GNUC_WARN_UNUSED_RESULT;
void hub_test_line_free (HubTestLine *self);
void hub_test_line_set_room (HubTestLine *self, int size);

void hub_test_line_write (HubTestLine *self, HubSpan bytes);
void hub_test_line_write_text (HubTestLine *self, const char *text);
gsize hub_test_line_write_some (HubTestLine *self, HubSpan bytes);
void hub_test_line_end_output (HubTestLine *self);
void hub_test_line_reset (HubTestLine *self);

gboolean hub_test_line_fill (HubTestLine *self, gint64 deadline_us);
gboolean hub_test_line_want (HubTestLine *self, gsize size);
void hub_test_line_drop (HubTestLine *self, gsize size);
void hub_test_line_expect (HubTestLine *self, const char *bytes);
void hub_test_line_expect_end (HubTestLine *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HubTestLine, hub_test_line_free)

G_END_DECLS
