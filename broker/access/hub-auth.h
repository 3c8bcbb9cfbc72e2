/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "broker/access/hub-password-file.h"

G_BEGIN_DECLS

/**
 * HubAuth:
 *
 * Checks passwords beside the thread that asks, on GLib's pool of threads. How much of that is under way, and how much
 * waits, is bounded, so that a storm of logins neither stalls the thread nor fills the memory.
 *
 * Equal questions that come while one is under way share its answer, and a right password is recognised without hashing
 * it again, so that a room full of clients that come back with one password costs a single check. For that it keeps a
 * keyed digest, never the password.
 *
 * All functions belong to the thread that made it, and it answers on the main context that was that thread's default then.
 */
typedef struct _HubAuth HubAuth;

/**
 * HubAuthCheck:
 *
 * A check under way. It is gone once it was answered or cancelled.
 */
typedef struct _HubAuthCheck HubAuthCheck;

/**
 * HubAuthResult:
 * @HUB_AUTH_GRANTED: that is the password
 * @HUB_AUTH_REFUSED: it is not, or there is no such user
 * @HUB_AUTH_BUSY: not looked at, too many checks are waiting
 */
typedef enum
{
  HUB_AUTH_GRANTED,
  HUB_AUTH_REFUSED,
  HUB_AUTH_BUSY,
} HubAuthResult;

/**
 * HubAuthOptions:
 * @max_running: checks at a time, at least 1
 * @max_waiting: checks that wait for one of these
 * @max_per_address: checks of one address that wait or run; and that are delayed
 * @max_delayed: checks that are delayed
 * @delay_ms: for how long a check from an address with too many failures is put off, milliseconds
 */
typedef struct
{
  guint max_running;
  guint max_waiting;
  guint max_per_address;
  guint max_delayed;
  guint delay_ms;
} HubAuthOptions;

/**
 * HubAuthStats:
 * @granted: right passwords
 * @refused: wrong ones
 * @busy: questions that were not looked at
 * @delayed: questions put off because of earlier failures
 * @hashed: how often a password was hashed
 */
typedef struct
{
  guint64 granted;
  guint64 refused;
  guint64 busy;
  guint64 delayed;
  guint64 hashed;
} HubAuthStats;

/**
 * HubAuthAttempt:
 * @file: the users; kept until the answer
 * @user: who somebody says to be
 * @password: what for a password
 * @address_key: from which address, as a number; those that count as one have the same
 *
 * A question. Name and password are copied.
 */
typedef struct
{
  HubPasswordFile *file;
  const char *user;
  HubSpan password;
  guint64 address_key;
} HubAuthAttempt;

/**
 * HubAuthFunc:
 * @result: the answer
 * @user_data: as given
 *
 * It may ask and cancel again, but not free the one that calls it.
 */
typedef void (*HubAuthFunc) (HubAuthResult result, gpointer user_data);

void hub_auth_options_init (HubAuthOptions *self);

HubAuth *hub_auth_new (const HubAuthOptions *options) G_GNUC_WARN_UNUSED_RESULT;
void hub_auth_free (HubAuth *self);

HubAuthCheck *hub_auth_check (HubAuth *self,
                              const HubAuthAttempt *attempt,
                              HubAuthFunc func,
                              gpointer user_data,
                              HubAuthResult *result) G_GNUC_WARN_UNUSED_RESULT;
void hub_auth_cancel (HubAuth *self, HubAuthCheck *check);
gboolean hub_auth_is_delaying (const HubAuth *self, guint64 address_key);
HubAuthStats hub_auth_get_stats (const HubAuth *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HubAuth, hub_auth_free)

G_END_DECLS
