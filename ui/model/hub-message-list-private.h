/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "ui/model/hub-message-index.h"
#include "ui/model/hub-message-list.h"

G_BEGIN_DECLS

struct _HubMessageList
{
  GObject parent_instance;

  GPtrArray *rows;        /* (owned) (element-type HubMessageItem) what the model shows */
  GQueue pending;         /* (owned) (element-type HubMessageItem) collected, not shown yet */
  GPtrArray *past;        /* (owned) (element-type HubMessageItem) of the history, in order, not shown yet */
  HubMessageIndex *index; /* (owned) of all of them */
  guint capacity;
  gboolean is_cut[2];          /* at the top, at the end: rows of the log have gone there */
  gboolean is_cut_at_end;      /* by what is in @past */
  HubMessageItem *unread_item; /* (owned) (nullable) the first that was not read, where it has no number */
  guint64 unread_seq;          /* its number, in the log ... */
  guint unread_log;            /* ... that was the present one */
  HubMessageItem *target;      /* (owned) (nullable) to be shown as soon as it is held */
  HubNames *names;             /* (owned) of those whose rows are held, and maybe others */
  char *own_name;              /* (owned) */
  gboolean is_adding_past;
  gboolean is_detached;
};

void hub_message_list_notify_has_pending (HubMessageList *self);
void hub_message_list_notify_capacity (HubMessageList *self);
void hub_message_list_meet (HubMessageList *self, HubMessageItem *item);
void hub_message_list_part (HubMessageList *self, HubMessageItem *item);
void hub_message_list_update_marks (HubMessageList *self, guint position);
HubMessageItem *hub_message_list_find_retained (HubMessageList *self, HubMessageItem *item);
HubMessageItem *hub_message_list_find_held (HubMessageList *self, HubMessageItem *item);
void hub_message_list_emit_revealed (HubMessageList *self, HubMessageItem *item);
void hub_message_list_reveal_target (HubMessageList *self);
void hub_message_list_emit_cut (HubMessageList *self, gboolean is_end, guint64 seq);

G_END_DECLS
