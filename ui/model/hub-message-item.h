/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "ui/model/hub-names.h"
#include "ui/model/hub-note.h"

#include <glib-object.h>

G_BEGIN_DECLS

/**
 * HubMessageState:
 * @HUB_MESSAGE_STATE_RECEIVED: it came from somebody else
 * @HUB_MESSAGE_STATE_WAITING: own, not acknowledged yet
 * @HUB_MESSAGE_STATE_SENT: own, acknowledged
 * @HUB_MESSAGE_STATE_FAILED: own, given up
 *
 * How far a message has come.
 */
typedef enum
{
  HUB_MESSAGE_STATE_RECEIVED,
  HUB_MESSAGE_STATE_WAITING,
  HUB_MESSAGE_STATE_SENT,
  HUB_MESSAGE_STATE_FAILED,
} HubMessageState;

#define HUB_TYPE_MESSAGE_STATE (hub_message_state_get_type ())
GType hub_message_state_get_type (void);

/**
 * HubMessageMarks:
 * @HUB_MESSAGE_MARK_DAY: it is the first of its day: the date stands above it
 * @HUB_MESSAGE_MARK_UNREAD: it is the first that was not read: the line "New" stands above it
 * @HUB_MESSAGE_MARK_MENTION: somebody else speaks of the user in it
 * @HUB_MESSAGE_MARK_LIT: it was searched for, and has just been found
 *
 * What stands above a message, and what makes it stand out.
 */
typedef enum
{
  HUB_MESSAGE_MARK_DAY = 1 << 0,
  HUB_MESSAGE_MARK_UNREAD = 1 << 1,
  HUB_MESSAGE_MARK_MENTION = 1 << 2,
  HUB_MESSAGE_MARK_LIT = 1 << 3,
} HubMessageMarks;

#define HUB_TYPE_MESSAGE_MARKS (hub_message_marks_get_type ())
GType hub_message_marks_get_type (void);

/**
 * HubMessageParams:
 * @name: (nullable): who says so; %NULL for what is not a chat message, "" for one without a name
 * @text: the text
 * @time_us: when, in microseconds since 1970, UTC
 * @is_own: whether this program published it
 * @state: how far it has come
 * @id: (nullable): what tells it from others of its topic
 * @from: (nullable): who published it, stable per installation or browser
 * @topic: (nullable): where it was published
 * @seq: its number in the host's log; 0: it has none
 * @is_retained: whether it came because of a subscription
 *
 * What makes a message. All strings are copied.
 */
typedef struct
{
  const char *name;
  const char *text;
  gint64 time_us;
  gboolean is_own;
  HubMessageState state;
  const char *id;
  const char *from;
  const char *topic;
  guint64 seq;
  gboolean is_retained;
} HubMessageParams;

#define HUB_TYPE_MESSAGE_ITEM (hub_message_item_get_type ())
G_DECLARE_FINAL_TYPE (HubMessageItem, hub_message_item, HUB, MESSAGE_ITEM, GObject)

HubMessageItem *hub_message_item_new (const HubMessageParams *params) G_GNUC_WARN_UNUSED_RESULT;
const char *hub_message_item_get_name (HubMessageItem *self);
const char *hub_message_item_get_text (HubMessageItem *self);
gint64 hub_message_item_get_time (HubMessageItem *self);
gboolean hub_message_item_get_is_own (HubMessageItem *self);
HubMessageState hub_message_item_get_state (HubMessageItem *self);
void hub_message_item_set_state (HubMessageItem *self, HubMessageState state);
const char *hub_message_item_get_id (HubMessageItem *self);
const char *hub_message_item_get_from (HubMessageItem *self);
const char *hub_message_item_get_topic (HubMessageItem *self);
guint64 hub_message_item_get_seq (HubMessageItem *self);
void hub_message_item_set_seq (HubMessageItem *self, guint64 seq);
gboolean hub_message_item_get_is_retained (HubMessageItem *self);
gboolean hub_message_item_is_of_log (HubMessageItem *self, guint log);
void hub_message_item_set_place (HubMessageItem *self, guint log, guint64 at);
void hub_message_item_set_place_last (HubMessageItem *self);
gboolean hub_message_item_is_last (HubMessageItem *self);
int hub_message_item_compare_place (HubMessageItem *self, guint log, guint64 at);
int hub_message_item_compare (HubMessageItem *self, HubMessageItem *other);
gboolean hub_message_item_get_is_repeat (HubMessageItem *self);
void hub_message_item_set_is_repeat (HubMessageItem *self, gboolean is_repeat);
gboolean hub_message_item_get_is_expanded (HubMessageItem *self);
void hub_message_item_set_is_expanded (HubMessageItem *self, gboolean is_expanded);
gboolean hub_message_item_has_author_of (HubMessageItem *self, HubMessageItem *other);

HubMessageItem *hub_message_item_new_note (gint64 time_us) G_GNUC_WARN_UNUSED_RESULT;
gboolean hub_message_item_get_is_note (HubMessageItem *self);
guint hub_message_item_get_n_notes (HubMessageItem *self);
char *hub_message_item_dup_note (HubMessageItem *self, gboolean is_unfolded) G_GNUC_WARN_UNUSED_RESULT;
void hub_message_item_add_note (HubMessageItem *self, HubNoteKind kind, const char *name, const char *new_name);

gboolean hub_message_item_continues (HubMessageItem *self, HubMessageItem *above);
HubName *hub_message_item_get_who (HubMessageItem *self);
void hub_message_item_set_who (HubMessageItem *self, HubName *who);
gboolean hub_message_item_has_shared_name (HubMessageItem *self);
gint64 hub_message_item_get_day (HubMessageItem *self);
HubMessageMarks hub_message_item_get_marks (HubMessageItem *self);
void hub_message_item_set_marks (HubMessageItem *self, HubMessageMarks marks);

G_END_DECLS
