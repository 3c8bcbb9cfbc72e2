/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "broker/wire/hub-span.h"

G_BEGIN_DECLS

/**
 * HUB_STORE_WORDS_BYTES:
 *
 * How many bytes what is searched for may have.
 */
#define HUB_STORE_WORDS_BYTES 256

/**
 * HUB_STORE_TEXT_BYTES:
 *
 * How many bytes of a message's text are searched: those at its beginning.
 */
#define HUB_STORE_TEXT_BYTES 16384

/**
 * HubStoreTextFunc:
 * @topic: the Topic Name
 * @payload: the Application Message
 * @user_data: as given
 *
 * Must always say the same of the same message: whoever changes it has to set the mark of the index back, in a step of
 * hub-store-schema.c.
 *
 * Thread: the store's writer and its reader, at the same time; for a log in memory the broker's.
 *
 * Returns: (transfer full) (nullable): what a search is to find the message by, UTF-8; %NULL: it is not to be found
 */
typedef char *(*HubStoreTextFunc) (HubSpan topic, HubSpan payload, gpointer user_data);

/**
 * HubStoreText:
 * @func: (nullable): what a message is found by; %NULL: by nothing
 * @user_data: for @func
 *
 * Tells what a message is found by.
 */
typedef struct
{
  HubStoreTextFunc func;
  gpointer user_data;
} HubStoreText;

char *hub_store_text_get (const HubStoreText *self, HubSpan topic, HubSpan payload) G_GNUC_WARN_UNUSED_RESULT;

/**
 * HubStoreWords:
 *
 * What is searched for: one or more words, all of which must occur, in any order and as parts of longer ones. They are
 * only text: no character in them has another meaning.
 */
typedef struct _HubStoreWords HubStoreWords;

HubStoreWords *hub_store_words_new (const char *text) G_GNUC_WARN_UNUSED_RESULT;
void hub_store_words_free (HubStoreWords *self);
const char *hub_store_words_get_expression (const HubStoreWords *self);
gboolean hub_store_words_match (const HubStoreWords *self, const char *text);

char *hub_store_fold (const char *text) G_GNUC_WARN_UNUSED_RESULT;
gboolean hub_store_fold_has_trigram (const char *text);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HubStoreWords, hub_store_words_free)

G_END_DECLS
