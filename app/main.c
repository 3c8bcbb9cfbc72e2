/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "app/hub-application.h"

#include "app/cli/hub-cli.h"
#include "broker/hub-process.h"
#include "hub-build-config.h"

#include <glib/gi18n-lib.h>

#include <locale.h>

int
main (int argc, char **argv)
{
  g_autoptr (HubApplication) application = NULL;
  g_autofree char *commands = NULL;
  int status;
  /* Of a program that is not installed, they are in the build folder. */
  const char *translations = g_getenv ("HUBBUB_LOCALE_DIR");

  setlocale (LC_ALL, "");
  bindtextdomain (GETTEXT_PACKAGE, translations != NULL ? translations : HUB_LOCALE_DIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  /* That of the options, which GLib translates. */
  textdomain (GETTEXT_PACKAGE);

  if (hub_cli_run (argc, argv, &status))
    return status;
  hub_process_prepare ();
  application = hub_application_new ();
  commands = hub_cli_dup_summary ();
  g_application_set_option_context_description (G_APPLICATION (application), commands);
  return g_application_run (G_APPLICATION (application), argc, argv);
}
