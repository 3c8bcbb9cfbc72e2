/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "app/hub-application.h"

#include "hub-build-config.h"

#include <glib/gi18n-lib.h>

#include <locale.h>

int
main (int argc, char **argv)
{
  g_autoptr (HubApplication) application = NULL;

  setlocale (LC_ALL, "");
  bindtextdomain (GETTEXT_PACKAGE, HUB_LOCALE_DIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");

  application = hub_application_new ();
  return g_application_run (G_APPLICATION (application), argc, argv);
}
