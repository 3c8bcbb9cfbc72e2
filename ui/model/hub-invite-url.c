/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ui/model/hub-invite-url.h"

#include <string.h>

/* As in a form, but for the blank: as "%20" it is one for everybody, while a plus sign is a blank only in forms. */
static void
add_field (GString *url,
           const char *name,
           const char *value)
{
  g_autofree char *escaped = NULL;

  if (value == NULL || *value == '\0')
    return;
  escaped = g_uri_escape_string (value, NULL, FALSE);
  g_string_append_printf (url, "%c%s=%s", strchr (url->str, '#') != NULL ? '&' : '#', name, escaped);
}

/**
 * hub_invite_url:
 * @page_url: the address of the page, without a fragment
 * @room: (nullable): the name of a room to lead into; %NULL or empty: that of everybody
 * @key: (nullable): the room password, if one is set
 *
 * Makes what somebody is invited with: `http://192.168.1.20:9001/#room=ROOM&key=PASSWORD`. The fragment stays in the
 * browser; it is never sent.
 *
 * Returns: (transfer full): the address
 */
char *
hub_invite_url (const char *page_url,
                const char *room,
                const char *key)
{
  GString *url;

  g_return_val_if_fail (page_url != NULL, NULL);

  url = g_string_new (page_url);
  add_field (url, "room", room);
  add_field (url, "key", key);
  return g_string_free (url, FALSE);
}

/**
 * hub_invite_url_dup_shown:
 * @url: what hub_invite_url() has made
 *
 * Leaves the room password out, which is nobody's to read who only looks at the screen.
 *
 * Returns: (transfer full): what of @url is shown
 */
char *
hub_invite_url_dup_shown (const char *url)
{
  const char *fragment;
  const char *key = NULL;

  g_return_val_if_fail (url != NULL, NULL);

  fragment = strchr (url, '#');
  if (fragment != NULL)
    key = g_str_has_prefix (fragment, "#key=") ? fragment : strstr (fragment, "&key=");
  return key != NULL ? g_strndup (url, (gsize) (key - url)) : g_strdup (url);
}
