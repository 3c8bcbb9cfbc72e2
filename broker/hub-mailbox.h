/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * HubMailbox:
 *
 * Hands records from any thread to one: the only lock between the threads of a broker. A record is immutable once it was
 * posted.
 */
typedef struct _HubMailbox HubMailbox;

/**
 * HubMailboxFunc:
 * @record: (transfer none): the oldest record
 * @user_data: as given to [ctor@Hub.Mailbox.new]
 *
 * Called on the thread of the mailbox's context, for each record in the order in which they were posted.
 */
typedef void (*HubMailboxFunc) (gpointer record, gpointer user_data);

HubMailbox *hub_mailbox_new (GMainContext *context,
                             HubMailboxFunc func,
                             gpointer user_data,
                             GDestroyNotify record_free) G_GNUC_WARN_UNUSED_RESULT;
HubMailbox *hub_mailbox_ref (HubMailbox *self);
void hub_mailbox_unref (HubMailbox *self);

void hub_mailbox_post (HubMailbox *self, gpointer record);
void hub_mailbox_close (HubMailbox *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HubMailbox, hub_mailbox_unref)

G_END_DECLS
