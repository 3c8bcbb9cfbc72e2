/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "broker/access/hub-access-text.h"
#include "broker/access/hub-acl.h"

G_BEGIN_DECLS

/**
 * HUB_TEST_DIGEST_A:
 *
 * A digest in base64.
 */
#define HUB_TEST_DIGEST_A \
  "KmNKMeKhDpJ4IaXayDGuuOC+epywKmwl+SiBSbyojlu9OtAEyP8gVpVs1ozd1L7s5J3stJGKd6fw8QuErdG+9w=="

/**
 * HUB_TEST_HASH_A:
 *
 * The hash of the password "a", which is quickly checked: one iteration.
 */
#define HUB_TEST_HASH_A "$7$1$MDEyMzQ1Njc4OWFi$" HUB_TEST_DIGEST_A

/**
 * HUB_TEST_HASH_B:
 *
 * The hash of the password "b": two iterations.
 */
#define HUB_TEST_HASH_B    \
  "$7$2$MDEyMzQ1Njc4OWFi$" \
  "1enhkcIvcq+pG/wDurRKawhaeBldsK1vX9fEvaQeKhxoK05p2wnoTOSpc5Hb8ZyxWq5wESb7wh/y5FpLrTbKdQ=="

/**
 * HubTestAcl:
 * @name: what is remarkable
 * @text: an ACL file
 * @user: (nullable): who asks
 * @client_id: (nullable): with which client
 * @topic: about which topic
 * @rights: what he may do, [enum@Hub.AclAccess] flags
 */
typedef struct
{
  const char *name;
  const char *text;
  const char *user;
  const char *client_id;
  const char *topic;
  guint rights;
} HubTestAcl;

/**
 * HubTestGoodPasswords:
 * @name: what is remarkable
 * @text: a password file
 * @user: who says to be there
 * @password: what he says
 * @is_right: whether he is
 */
typedef struct
{
  const char *name;
  const char *text;
  const char *user;
  const char *password;
  gboolean is_right;
} HubTestGoodPasswords;

/**
 * HubTestBadPasswords:
 * @name: what is remarkable
 * @text: what is no password file
 * @code: the error
 * @message: a pattern of its message
 */
typedef struct
{
  const char *name;
  const char *text;
  HubAccessError code;
  const char *message;
} HubTestBadPasswords;

extern const HubTestAcl hub_test_acls[];
extern const gsize hub_test_n_acls;
extern const HubTestGoodPasswords hub_test_good_passwords[];
extern const gsize hub_test_n_good_passwords;
extern const HubTestBadPasswords hub_test_bad_passwords[];
extern const gsize hub_test_n_bad_passwords;

G_END_DECLS
