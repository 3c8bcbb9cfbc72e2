/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "app/cli/hub-cli-url.h"

#include "app/cli/hub-cli-options.h"

#include <glib/gi18n-lib.h>

#include <string.h>

static void
read_login (HubCliUrl *self, const char *login)
{
  const char *colon = strchr (login, ':');

  self->user = colon != NULL ? g_strndup (login, (gsize) (colon - login)) : g_strdup (login);
  self->password = colon != NULL ? g_strdup (colon + 1) : NULL;
}

/* An IPv6 address stands in brackets. */
static gboolean
read_host (HubCliUrl *self, const char *text)
{
  const char *end = text[0] == '[' ? strchr (text, ']') : text + strcspn (text, ":");
  const char *rest;

  if (end == NULL)
    return FALSE;
  rest = text[0] == '[' ? end + 1 : end;
  text += text[0] == '[' ? 1 : 0;
  self->host = g_strndup (text, (gsize) (end - text));
  if (rest[0] == ':')
    self->port = g_strdup (rest + 1);
  return self->host[0] != '\0' && (rest[0] == '\0' || rest[0] == ':');
}

/**
 * hub_cli_url_read:
 * @self: (out caller-allocates): what it says; to be cleared in any case
 * @text: `mqtt(s)://[USER[:PASSWORD]@]HOST[:PORT]/TOPIC`
 * @error: return location
 *
 * Reads it as mosquitto_pub does: nothing in it is written with %.
 *
 * Returns: %FALSE with @error set when it is none
 */
gboolean
hub_cli_url_read (HubCliUrl *self, const char *text, GError **error)
{
  g_autofree char *where = NULL;
  const char *slash;
  const char *rest;
  char *at;

  *self = (HubCliUrl){ 0 };
  self->is_tls = g_ascii_strncasecmp (text, "mqtts://", 8) == 0;
  if (!self->is_tls && g_ascii_strncasecmp (text, "mqtt://", 7) != 0)
    return hub_cli_fail (error, _ ("what -L says begins with mqtt:// or mqtts://, and “%s” does not"), text);
  rest = text + (self->is_tls ? 8 : 7);
  slash = strchr (rest, '/');
  if (slash == NULL || slash[1] == '\0')
    return hub_cli_fail (error, _ ("what -L says ends with / and a topic"));
  self->topic = g_strdup (slash + 1);
  where = g_strndup (rest, (gsize) (slash - rest));
  at = strchr (where, '@');
  if (at != NULL)
    {
      *at = '\0';
      read_login (self, where);
    }
  return read_host (self, at != NULL ? at + 1 : where) ||
         hub_cli_fail (error, _ ("no computer is named in what -L says"));
}

/**
 * hub_cli_url_clear:
 * @self: what was read
 */
void
hub_cli_url_clear (HubCliUrl *self)
{
  g_clear_pointer (&self->host, g_free);
  g_clear_pointer (&self->port, g_free);
  g_clear_pointer (&self->user, g_free);
  g_clear_pointer (&self->password, g_free);
  g_clear_pointer (&self->topic, g_free);
}
