/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "ui/hub-composer.h"

G_BEGIN_DECLS

struct _HubComposer
{
  AdwBin parent_instance;

  /* template widgets */
  GtkGrid *grid;
  GtkWidget *heading;
  GtkWidget *name_label;
  GtkEditable *name_entry;
  GtkWidget *message_label;
  GtkWidget *message_area;
  GtkScrolledWindow *scroller;
  GtkTextView *text_view;
  GtkWidget *placeholder;
  GtkLabel *counter;
  GtkButton *publish_button;
  GtkLabel *hint;
  GtkWidget *read_only_label;

  GtkTextBuffer *buffer; /* (unowned) of the text view */
  int n_chars_before;    /* what the user writes */
  gboolean is_compact;
  gboolean enter_publishes;
  gboolean is_read_only;
  guint64 limit_bytes;
};

void hub_composer_arrange (HubComposer *self);

G_END_DECLS
