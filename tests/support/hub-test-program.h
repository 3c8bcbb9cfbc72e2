/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * HubTestProgram:
 * @folder: the program's current folder, which it may fill with files
 * @process: (nullable): the program while it runs
 * @port: where it listens
 *
 * hubbub-broker in a folder of its own.
 */
typedef struct
{
  char *folder;
  GSubprocess *process;
  guint16 port;
} HubTestProgram;

void hub_test_program_set_up (HubTestProgram *self, gconstpointer data);
void hub_test_program_tear_down (HubTestProgram *self, gconstpointer data);

char *hub_test_program_path (HubTestProgram *self, const char *name) G_GNUC_WARN_UNUSED_RESULT;
void hub_test_program_write (HubTestProgram *self, const char *name, const char *text);
char *hub_test_program_read (HubTestProgram *self, const char *name) G_GNUC_WARN_UNUSED_RESULT;
gboolean hub_test_program_has (HubTestProgram *self, const char *name, const char *piece);

int hub_test_program_run (HubTestProgram *self, const char *const *arguments, char **output, char **errors);
void hub_test_program_start (HubTestProgram *self, const char *config);
void hub_test_program_find_port (HubTestProgram *self, const char *log);
void hub_test_program_finish (HubTestProgram *self);
void hub_test_program_wait (HubTestProgram *self);
void hub_test_program_kill (HubTestProgram *self);

G_END_DECLS
