/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "ui/hub-follow-bin.h"
#include "ui/hub-message-view.h"

G_BEGIN_DECLS

struct _HubMessageView
{
  AdwBin parent_instance;

  /* template widgets */
  AdwStatusPage *empty_page;
  HubFollowBin *follow_bin;
  GtkWidget *new_button;
  AdwButtonContent *new_content;
  GtkLabel *announcer;

  HubChatConnection connection;
  HubRoom *room;            /* (owned) (nullable) */
  HubMessageList *messages; /* (owned) (nullable) */
  char *own_name;           /* (owned) (nullable) */
  guint n_new;              /* came while the end was out of sight */
  guint flush_tick;         /* runs while something is pending */
  GtkWindow *window;        /* (unowned) (nullable) around it */
  gboolean is_line_old;     /* the reader was there since the line "New" was put where it stands */
  HubMessageItem *lit;      /* (owned) (nullable) that was found */
  guint lit_id;             /* source: it does not shine any more */
  guint day_id;             /* source: fires when the next day begins */
};

gboolean hub_message_view_is_reader_there (HubMessageView *self);
void hub_message_view_notice_reader (HubMessageView *self);
void hub_message_view_notice_rows (HubMessageView *self, guint position, guint n_removed, guint n_added, GListModel *model);
void hub_message_view_notice_missed (HubMessageView *self, HubMessageItem *item);
void hub_message_view_set_n_new (HubMessageView *self, guint n_new);
void hub_message_view_show_new_button (HubMessageView *self);

G_END_DECLS
