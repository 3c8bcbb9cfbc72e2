/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ui/hub-about.h"

#include "hub-build-config.h"
#include "ui/hub-accessible.h"

#include <glib/gi18n-lib.h>

/* What somebody who reports a fault would be asked for; nothing of it says who they are. */
static char *
dup_debug_info (void)
{
  g_autofree char *system = g_get_os_info (G_OS_INFO_KEY_PRETTY_NAME);
  const char *desktop = g_getenv ("XDG_CURRENT_DESKTOP");

  return g_strdup_printf ("Hubbub %s\nGTK %u.%u.%u (%s)\nlibadwaita %u.%u.%u\nGLib %u.%u.%u\nSystem: %s\nDesktop: %s\n",
                          HUB_VERSION,
                          gtk_get_major_version (), gtk_get_minor_version (), gtk_get_micro_version (),
                          G_OBJECT_TYPE_NAME (gdk_display_get_default ()),
                          adw_get_major_version (), adw_get_minor_version (), adw_get_micro_version (),
                          glib_major_version, glib_minor_version, glib_micro_version,
                          system != NULL ? system : "-",
                          desktop != NULL ? desktop : "-");
}

/**
 * hub_about_new:
 * @parent: the window above which it opens
 *
 * Makes the window that says what Hubbub is, and of whom. It is not shown yet.
 *
 * Returns: (transfer none): the window, owned by GTK until it is closed
 */
GtkWidget *
hub_about_new (GtkWindow *parent)
{
  g_autofree char *debug_info = dup_debug_info ();
  GtkWidget *about = g_object_new (ADW_TYPE_ABOUT_WINDOW,
                                   "transient-for", parent,
                                   "application-name", "Hubbub",
                                   "application-icon", HUB_APPLICATION_ID,
                                   "version", HUB_VERSION,
                                   /* Translators: who wrote the program. */
                                   "developer-name", _ ("The Hubbub contributors"),
                                   "comments", _ ("Chat on the local network: start it on one computer, and everybody joins from a "
                                                  "browser."),
                                   "license-type", GTK_LICENSE_LGPL_2_1,
                                   "website", "https://github.com/hubbub-chat/hubbub",
                                   "issue-url", "https://github.com/hubbub-chat/hubbub/issues",
                                   "debug-info", debug_info,
                                   "debug-info-filename", "hubbub.txt",
                                   /* Translators: put your name here. */
                                   "translator-credits", _ ("translator-credits"),
                                   NULL);

  /* Translators: the page for browsers; MQTT.js is a name. */
  adw_about_window_add_legal_section (ADW_ABOUT_WINDOW (about), _ ("MQTT.js, in the page"),
                                      "Copyright © 2015–2016 MQTT.js contributors\nCopyright © 2011–2014 Adam Rudd",
                                      GTK_LICENSE_MIT_X11, NULL);
  hub_accessible_repair (about);
  return about;
}
