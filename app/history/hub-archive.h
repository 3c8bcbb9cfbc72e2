/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "app/history/hub-archive-answer.h"
#include "app/history/hub-history.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * HUB_ARCHIVE_BYTES_MAX:
 *
 * The longest answer that is read, bytes: room for a page of ours, which ends with the message that passes 1 MiB, and little
 * enough to be taken apart between two frames or three.
 */
#define HUB_ARCHIVE_BYTES_MAX (3 * 1024 * 1024)

/**
 * HUB_ARCHIVE_SINGLE_BYTES_MAX:
 *
 * The same for a single message, which may be as long as a host lets it be.
 */
#define HUB_ARCHIVE_SINGLE_BYTES_MAX (12 * 1024 * 1024)

/**
 * HUB_ARCHIVE_ERROR:
 *
 * The error domain of archives.
 */
#define HUB_ARCHIVE_ERROR (hub_archive_error_quark ())
GQuark hub_archive_error_quark (void);

/**
 * HubArchiveError:
 * @HUB_ARCHIVE_ERROR_NONE: there is no archive, or none for us
 * @HUB_ARCHIVE_ERROR_TOO_LARGE: the answer is longer than is read: ask for less
 * @HUB_ARCHIVE_ERROR_FAILED: not now
 *
 * Why there is no answer.
 */
typedef enum
{
  HUB_ARCHIVE_ERROR_NONE,
  HUB_ARCHIVE_ERROR_TOO_LARGE,
  HUB_ARCHIVE_ERROR_FAILED,
} HubArchiveError;

#define HUB_TYPE_ARCHIVE (hub_archive_get_type ())
G_DECLARE_FINAL_TYPE (HubArchive, hub_archive, HUB, ARCHIVE, GObject)

HubArchive *hub_archive_new (void) G_GNUC_WARN_UNUSED_RESULT;
void hub_archive_ask_async (HubArchive *self,
                            const char *url,
                            const HubQuestion *question,
                            guint limit,
                            GCancellable *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer user_data);
HubArchiveAnswer *hub_archive_ask_finish (HubArchive *self, GAsyncResult *result, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void hub_archive_list_async (HubArchive *self,
                             const char *url,
                             GCancellable *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer user_data);
char **hub_archive_list_finish (HubArchive *self, GAsyncResult *result, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
