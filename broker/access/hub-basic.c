/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/access/hub-basic.h"

#include "broker/access/hub-access-text.h"
#include "broker/access/hub-password-file.h"

#include <gnutls/gnutls.h>

/* Both as long as they can be, a colon between them, in base64. */
#define HEADER_SIZE_MAX ((HUB_USER_NAME_SIZE_MAX + 1 + HUB_PASSWORD_SIZE_MAX + 2) / 3 * 4)

static gboolean
split (HubBasic *self, const guint8 *bytes, gsize size)
{
  const guint8 *colon = size > 0 ? memchr (bytes, ':', size) : NULL;
  gsize user_size = colon != NULL ? (gsize) (colon - bytes) : 0;

  if (colon == NULL || !g_utf8_validate_len ((const char *) bytes, user_size, NULL))
    return FALSE;
  self->password_size = size - user_size - 1;
  if (user_size > HUB_USER_NAME_SIZE_MAX || self->password_size > HUB_PASSWORD_SIZE_MAX)
    return FALSE;
  self->user_name = g_strndup ((const char *) bytes, user_size);
  self->password = g_memdup2 (colon + 1, self->password_size);
  return TRUE;
}

/**
 * hub_basic_parse:
 * @self: (out caller-allocates): what the header says; nothing when it is not understood
 * @header: the value of an Authorization header
 *
 * Reads user name and password, which are those of MQTT.
 *
 * Spec: RFC 7617, with UTF-8.
 *
 * Returns: %FALSE when it is another scheme, or malformed
 */
gboolean
hub_basic_parse (HubBasic *self, const char *header)
{
  g_autofree guint8 *bytes = NULL;
  g_autofree char *token = NULL;
  gsize size = 0;
  gboolean is_good;

  *self = (HubBasic){ 0 };
  if (g_ascii_strncasecmp (header, "Basic ", strlen ("Basic ")) != 0)
    return FALSE;
  header += strlen ("Basic ");
  if (strlen (header) > HEADER_SIZE_MAX + 64)
    return FALSE;

  token = g_strstrip (g_strdup (header));
  bytes = hub_access_text_decode_base64 (token, &size);
  is_good = bytes != NULL && split (self, bytes, size);
  if (bytes != NULL)
    gnutls_memset (bytes, 0, size);
  if (!is_good)
    *self = (HubBasic){ 0 };
  return is_good;
}

/**
 * hub_basic_clear:
 * @self: what a header says
 *
 * Frees it, and leaves nothing.
 */
void
hub_basic_clear (HubBasic *self)
{
  if (self->password != NULL)
    gnutls_memset (self->password, 0, self->password_size);
  g_free (self->password);
  g_free (self->user_name);
  *self = (HubBasic){ 0 };
}
