/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * HubPageFile:
 * @content_type: what it is
 * @etag: its entity tag, in quotation marks
 * @plain: the file
 * @gzip: (nullable): the same, compressed
 *
 * A file of the join page, in memory.
 */
typedef struct
{
  const char *content_type;
  char *etag;
  GBytes *plain;
  GBytes *gzip;
} HubPageFile;

/**
 * HubPage:
 *
 * The join page: a fixed table of files that were built into the program.
 */
typedef struct _HubPage HubPage;

HubPage *hub_page_new (void) G_GNUC_WARN_UNUSED_RESULT;
void hub_page_free (HubPage *self);
const HubPageFile *hub_page_lookup (const HubPage *self, const char *path);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HubPage, hub_page_free)

G_END_DECLS
