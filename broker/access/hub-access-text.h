/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * HUB_ACCESS_ERROR:
 *
 * The error domain of the files that say who may do what.
 */
#define HUB_ACCESS_ERROR (hub_access_error_quark ())
GQuark hub_access_error_quark (void);

/**
 * HubAccessError:
 * @HUB_ACCESS_ERROR_UNREADABLE: the file cannot be read, or is no text
 * @HUB_ACCESS_ERROR_BAD_LINE: a line is not understood
 * @HUB_ACCESS_ERROR_DUPLICATE: a line says again what another one has said
 * @HUB_ACCESS_ERROR_EMPTY: the file says nothing
 * @HUB_ACCESS_ERROR_BAD_VALUE: a name or a password that cannot be used
 */
typedef enum
{
  HUB_ACCESS_ERROR_UNREADABLE,
  HUB_ACCESS_ERROR_BAD_LINE,
  HUB_ACCESS_ERROR_DUPLICATE,
  HUB_ACCESS_ERROR_EMPTY,
  HUB_ACCESS_ERROR_BAD_VALUE,
} HubAccessError;

/**
 * HUB_ACCESS_FILE_SIZE_MAX:
 *
 * The largest file that is read, bytes.
 */
#define HUB_ACCESS_FILE_SIZE_MAX (16 * 1024 * 1024)

/**
 * HubAccessText:
 * @file_name: what to call it in errors
 * @line: number of the line that was read last; 0: none yet
 *
 * The text of a password or ACL file, read line by line.
 */
typedef struct
{
  const char *file_name;
  guint line;
  /*< private >*/
  const char *at;
  const char *end;
} HubAccessText;

char *hub_access_text_load (const char *path, gsize *size, GError **error) G_GNUC_WARN_UNUSED_RESULT;

gboolean hub_access_text_init (HubAccessText *self, const char *text, gsize size, const char *file_name, GError **error);
char *hub_access_text_next (HubAccessText *self) G_GNUC_WARN_UNUSED_RESULT;
gboolean hub_access_text_fail (const HubAccessText *self,
                               GError **error,
                               HubAccessError code,
                               const char *format,
                               ...) G_GNUC_PRINTF (4, 5);

guint8 *hub_access_text_decode_base64 (const char *text, gsize *size) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
