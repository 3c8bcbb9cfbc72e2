/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "ui/model/hub-message-list.h"

/* A list of messages, and what it has said since it was last asked. */
typedef struct
{
  HubMessageList *list;
  GString *log;         /* what items-changed said: "position-removed+added" */
  guint n_pending_said; /* how often has-pending changed */
} MessageListFixture;

void message_list_set_up (MessageListFixture *fixture, gconstpointer capacity);
void message_list_tear_down (MessageListFixture *fixture, gconstpointer capacity);
gboolean append_params (HubMessageList *list, const HubMessageParams *params);
void append_letters (HubMessageList *list, const char *texts);
char *list_to_string (HubMessageList *list) G_GNUC_WARN_UNUSED_RESULT;

#define assert_list(list, expected)                      \
  G_STMT_START                                           \
  {                                                      \
    g_autofree char *list_shown = list_to_string (list); \
    g_assert_cmpstr (list_shown, ==, expected);          \
  }                                                      \
  G_STMT_END

#define assert_log(fixture, expected)                    \
  G_STMT_START                                           \
  {                                                      \
    g_assert_cmpstr ((fixture)->log->str, ==, expected); \
    g_string_set_size ((fixture)->log, 0);               \
  }                                                      \
  G_STMT_END

#define add_list_test(path, capacity, func) \
  g_test_add ("/ui/message-list/" path,     \
              MessageListFixture,           \
              GUINT_TO_POINTER (capacity),  \
              message_list_set_up,          \
              func,                         \
              message_list_tear_down)
